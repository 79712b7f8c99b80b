"""The machine and the interpreter a run was started with."""

from __future__ import annotations

import os
import platform
import socket
import sys
from typing import Any, Dict, List, Optional

from ._files import read_text


def host() -> Dict[str, Any]:
    """Name, system, processor, cores and memory (bytes). GPUs are left to the launcher, which asks the driver."""
    return {
        "name": host_name(),
        "os": f"{platform.system().lower()} {platform.release()}".strip(),
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "memoryBytes": _memory(),
    }


def host_name() -> str:
    """The machine's name as it gives it itself."""
    return socket.gethostname()


def python() -> Dict[str, str]:
    """Executable, version and kind (``venv``, ``uv``, ``conda``, ``pyenv`` or ``system``) of this interpreter."""
    return {"executable": sys.executable or "", "version": platform.python_version(), "kind": _python_kind()}


def command() -> List[str]:
    """The command line of this process, interpreter first."""
    original: Optional[List[str]] = getattr(sys, "orig_argv", None)
    return list(original) if original else [sys.executable or "python", *sys.argv]


def default_name() -> str:
    """What to call a run nobody named: the script's name without its ending."""
    script = os.path.basename(sys.argv[0]) if sys.argv else ""
    if "ipykernel" in sys.modules:
        return "notebook"
    if script == "__main__.py":
        # `python -m package` shows the package's entry file; its folder says more.
        script = os.path.basename(os.path.dirname(os.path.abspath(sys.argv[0])))
    stem = os.path.splitext(script)[0]
    return stem if stem and not stem.startswith("-") else "python"


def _python_kind() -> str:
    if os.path.isdir(os.path.join(sys.prefix, "conda-meta")):
        return "conda"
    if sys.prefix != sys.base_prefix:
        settings = read_text(os.path.join(sys.prefix, "pyvenv.cfg")) or ""
        made_by_uv = any(line.partition("=")[0].strip() == "uv" for line in settings.splitlines())
        return "uv" if made_by_uv else "venv"
    return "pyenv" if ".pyenv" in sys.base_prefix.replace("\\", "/").split("/") else "system"


def _cpu() -> str:
    for line in (read_text("/proc/cpuinfo") or "").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory() -> Optional[int]:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None
