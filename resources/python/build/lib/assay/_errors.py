"""What goes wrong, and how loudly it is said."""

from __future__ import annotations

import sys
from typing import Set

_said: Set[str] = set()


class AssayError(Exception):
    """Something could not be recorded. Raised by runs with ``strict=True``, and for a run that cannot be resumed."""


def warn(message: str, once: str = "") -> None:
    """Print ``assay: <message>`` on stderr; with ``once``, only the first time that key is seen in this process."""
    if once:
        if once in _said:
            return
        _said.add(once)
    try:
        print(f"assay: {message}", file=sys.stderr, flush=True)
    except (OSError, ValueError, AttributeError, RuntimeError):
        # stderr may be closed, None (pythonw, daemons) or in use by the code a signal interrupted; training goes on.
        pass
