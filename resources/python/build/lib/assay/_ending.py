"""How this process ends: the exit code as well as it can be known from inside."""

from __future__ import annotations

import os
import sys
import threading
from typing import Any, NamedTuple, Optional


class Ending(NamedTuple):
    """``code`` is None when a signal ended the process; ``error`` is one line."""

    code: Optional[int]
    signal: Optional[str] = None
    error: Optional[str] = None


def ending_of(error: Optional[BaseException]) -> Ending:
    """What a process ends with when ``error`` is not caught."""
    if error is None:
        return Ending(0)
    if isinstance(error, KeyboardInterrupt):
        return Ending(None, "SIGINT")
    if isinstance(error, SystemExit):
        return _ending_of_code(error.code)
    text = " ".join(f"{type(error).__name__}: {error}".split())
    return Ending(1, None, text.rstrip(": ")[:500])


def _ending_of_code(code: Any) -> Ending:
    if code is None:
        return Ending(0)
    if isinstance(code, int):
        return Ending(code & 0xFF if os.name == "posix" else code)
    return Ending(1, None, " ".join(str(code).split())[:500] or None)


def ending_of_process() -> Ending:
    """For exit handlers: the uncaught exception that was printed, or the code given to ``sys.exit``."""
    if hasattr(sys, "ps1"):
        # At a prompt, errors do not end the process.
        return Ending(0)
    # The interpreter sets this before any excepthook runs, so no hook installed after ours can hide it.
    error = getattr(sys, "last_value", None)
    return ending_of(error) if error is not None else _leaving or Ending(0)


_leaving: Optional[Ending] = None
_real_exit = sys.exit


class _Leaving(SystemExit):
    def __del__(self) -> None:
        # When the interpreter itself took the exception, no Python code is running any more; otherwise somebody
        # caught it and the process goes on.
        global _leaving
        try:
            sys._getframe(1)
        except ValueError:
            return
        _leaving = None


_Leaving.__name__ = _Leaving.__qualname__ = "SystemExit"
_Leaving.__module__ = "builtins"


def _exit(status: Any = None) -> Any:
    """Exit the interpreter by raising SystemExit(status)."""
    global _leaving
    if threading.current_thread() is not threading.main_thread():
        _real_exit(status)
    leaving = _Leaving() if status is None else _Leaving(*status) if isinstance(status, tuple) else _Leaving(status)
    _leaving = ending_of(leaving)
    try:
        raise leaving
    finally:
        # Its traceback holds this frame: keeping it here as well would keep it alive after it was caught.
        del leaving


def watch_exit() -> None:
    """Notice ``sys.exit(n)``: its code is gone by the time exit handlers run."""
    if sys.exit is _real_exit:
        sys.exit = _exit
