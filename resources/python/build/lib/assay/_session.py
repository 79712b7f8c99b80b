"""The runs open in this process: which is current, and what happens to them at exit, on SIGTERM and after a fork."""

from __future__ import annotations

import atexit
import os
import signal
import threading
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from ._ending import Ending, ending_of_process, watch_exit

if TYPE_CHECKING:
    from ._run import Run

_VARIABLES = ("ASSAY_PROJECT", "ASSAY_RUN_ID", "ASSAY_RUN_DIR")


class Session:
    """One per process. ``attached`` says that the launched run of the environment is already taken."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.attached = False
        self.inherited = False
        self._open: List[Run] = []
        self._stack: List[Run] = []
        self._before: Optional[Dict[str, Optional[str]]] = None
        self._ready = False
        self._late = False

    def current(self) -> Optional[Run]:
        """The run that module-level functions log to."""
        return self._stack[-1] if self._stack else None

    def opened(self, run: Run) -> None:
        """Take care of ``run`` until it finishes."""
        with self.lock:
            self._open.append(run)
            if not self._ready:
                self._ready = True
                atexit.register(self._at_exit)
                watch_exit()
            self._catch_sigterm()

    def push(self, run: Run) -> None:
        """Make ``run`` current, for child processes too."""
        with self.lock:
            if run not in self._stack:
                self._stack.append(run)
                self._export()

    def closed(self, run: Run) -> None:
        """Forget a finished run; the one that was current before it is current again."""
        with self.lock:
            if run in self._open:
                self._open.remove(run)
            if run in self._stack:
                self._stack.remove(run)
                self._export()
            if self._late:
                self._on_sigterm(signal.SIGTERM, None)
            if not self._open:
                self._release_sigterm()

    def _export(self) -> None:
        """Put the current run into the environment, so that spawned workers and child scripts attach to it."""
        if self._before is None:
            self._before = {name: os.environ.get(name) for name in _VARIABLES}
        values: Dict[str, Optional[str]] = dict(self._before)
        run = self.current()
        if run is not None and not run.disabled:
            values = dict(zip(_VARIABLES, (run.project, run.id, run.dir)))
        for name, value in values.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value

    def _at_exit(self) -> None:
        self._finish_all(ending_of_process())

    def _finish_all(self, ending: Ending) -> None:
        for run in reversed(list(self._open)):
            try:
                run._end(ending)
            except Exception as error:
                # The process is ending already; a strict run can only say so.
                run._say(error)

    def _catch_sigterm(self) -> None:
        if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, self._on_sigterm)

    def _release_sigterm(self) -> None:
        if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) == self._on_sigterm:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)

    def _on_sigterm(self, number: int, frame: Any) -> None:
        # A run that is being finished by the code we interrupted must get its end written first.
        self._late = any(run._finished for run in self._open)
        if not self._late and not any(run._writer.defer(self._die) for run in self._open):
            self._die()

    def _die(self) -> None:
        self._finish_all(Ending(None, "SIGTERM"))
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTERM)

    def before_fork(self) -> None:
        """No thread of ours may be running then."""
        for run in list(self._open):
            run._writer.pause()

    def after_fork_in_parent(self) -> None:
        """Go on writing."""
        for run in list(self._open):
            run._writer.go_on()

    def after_fork(self) -> None:
        """In a forked child: runs go on being logged to, but are finished by the process that opened them."""
        self.lock = threading.RLock()
        self.inherited = bool(self._stack)
        for run in self._open:
            run._after_fork()


session = Session()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=session.before_fork, after_in_parent=session.after_fork_in_parent,
                        after_in_child=session.after_fork)
