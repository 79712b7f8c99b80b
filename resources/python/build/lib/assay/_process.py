"""Who this process is: identity that survives the reuse of pids, and the rank it was given."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any, Dict, Optional

from ._files import read_text

_RANK_VARIABLES = ("RANK", "SLURM_PROCID", "OMPI_COMM_WORLD_RANK", "PMI_RANK", "LOCAL_RANK")


def start_time(pid: int) -> Optional[str]:
    """The kernel's start time of a process as an opaque string; None when there is no such process."""
    if sys.platform.startswith("linux"):
        stat = read_text(f"/proc/{pid}/stat")
        if stat is None:
            return None
        # The command name may hold blanks and brackets; fields are counted from its closing one.
        fields = stat.rpartition(")")[2].split()
        return fields[19] if len(fields) > 19 else None
    if os.name == "nt":
        return _windows_start_time(pid)
    try:
        answer = subprocess.run(
            ["ps", "-o", "lstart=", "-p", str(pid)],
            capture_output=True, text=True, timeout=5, env={**os.environ, "LC_ALL": "C"},
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip() or None


def _windows_start_time(pid: int) -> Optional[str]:
    import ctypes  # only Windows needs it, and importing it costs milliseconds

    kernel: Any = getattr(ctypes, "windll").kernel32
    kernel.OpenProcess.restype = ctypes.c_void_p
    handle = kernel.OpenProcess(0x1000, False, pid)
    if not handle:
        return None
    times = [ctypes.c_ulonglong() for _ in range(4)]
    answered = kernel.GetProcessTimes(ctypes.c_void_p(handle), *[ctypes.byref(time) for time in times])
    kernel.CloseHandle(ctypes.c_void_p(handle))
    return str(times[0].value) if answered else None


def is_alive(identity: Optional[Dict[str, Any]]) -> bool:
    """Whether the process written down as ``{"pid": …, "startTime": …}`` still lives on this machine."""
    if not identity or not isinstance(identity.get("pid"), int):
        return False
    now = start_time(identity["pid"])
    return now is not None and now == identity.get("startTime")


def boot_id() -> Optional[str]:
    """An id of this boot of the machine, where the system has one."""
    return read_text("/proc/sys/kernel/random/boot_id")


def describe(host_name: str) -> Dict[str, Any]:
    """The content of ``process.json`` for a script that logs without a launcher."""
    pid = os.getpid()
    group = os.getpgid(0) if hasattr(os, "getpgid") else pid
    return {
        "wrapper": None,
        "child": {"pid": pid, "startTime": start_time(pid), "pgid": group},
        "host": host_name,
        "bootId": boot_id(),
    }


def rank() -> int:
    """The rank given by the launcher of a distributed job; 0 when there is none."""
    for name in _RANK_VARIABLES:
        text = os.environ.get(name, "").strip()
        if text.isdecimal():
            return int(text)
    return 0
