"""The writer behind a run: takes points in well under a microsecond, writes them from a thread.

``buffer`` is one flat list, four items a line: time, step, key(s), value(s). Flat, because a tuple per point would
be one more object for the garbage collector to visit; one list that is never replaced, because extending it and
deleting from its front are each atomic, so that no point is lost between two threads and no lock is taken.
A line that is already text has None for its key.
"""

from __future__ import annotations

import json
import sys
import threading
from typing import Any, Callable, Dict, List, Optional

from ._errors import AssayError, warn
from ._sink import LogFile
from ._values import check_key, key_text, number_text

ITEMS = 4
"""Buffer items per line."""
FULL = ITEMS * 20_000
"""Buffer items at which the logging thread writes by itself, so that memory stays bounded."""

_SLICE = ITEMS * 4096
_INTERVAL = 0.2
_LONGEST_PAUSE = 5.0


class LogWriter:
    """Appends lines to ``path``. Thread-safe. ``attention`` tells the hot path to call :meth:`attend`."""

    def __init__(self, path: str, rank: int = 0, strict: bool = False, enabled: bool = True) -> None:
        self.buffer: List[Any] = []
        self.keys: Dict[str, str] = {}
        self.attention = True
        self.strict = strict
        self._enabled = enabled
        self._closed = False
        self._tail = f'}},"r":{rank}}}\n' if rank else "}}\n"
        self._rank_tail = f',"r":{rank}}}\n' if rank else "}\n"
        self._file = LogFile(path)
        self._pause = _INTERVAL
        self._failed: Optional[OSError] = None
        self._deferred: Optional[Callable[[], None]] = None
        self._new_locks()

    def _new_locks(self) -> None:
        self._io = threading.RLock()
        self._thread: Optional[threading.Thread] = None
        self._new_signals()

    def _new_signals(self) -> None:
        # A bare lock instead of an Event: an Event may not be set from a signal handler that interrupted its set().
        self._wake = threading.Lock()
        self._wake.acquire()
        self._end = threading.Event()

    def learn(self, key: Any) -> str:
        """The text of a metric's key, kept in ``keys``. Raises TypeError or ValueError for keys that cannot be."""
        checked = check_key(key)
        text = self.keys[checked] = key_text(checked)
        return text

    def put(self, time: float, fields: Dict[str, Any]) -> None:
        """Queue a line with anything but metrics."""
        body = json.dumps(fields, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        text = f'{{"t":{time:.3f},{body[1:-1]}{self._rank_tail}'
        self.buffer += (time, 0, None, text)
        if self.attention or len(self.buffer) > FULL:
            self.attend()

    def attend(self) -> None:
        """What the hot path leaves to others: wake or start the thread, write a full buffer, say that a run is over.

        Raises AssayError in strict runs.
        """
        if not self._enabled or self._closed:
            del self.buffer[:]
            if self._closed:
                self._report("this run is finished; what is logged to it now is dropped", "closed")
            return
        if self._thread is None:
            self._start()
        if self.strict and self._failed:
            raise AssayError(f"{self._file.path} cannot be written: {self._failed}")
        self.attention = False
        _release(self._wake)
        if len(self.buffer) > FULL:
            self.flush()

    def flush(self, retry: bool = False) -> None:
        """Write what is queued. While the disk refuses, lines are only kept, unless ``retry``."""
        with self._io:
            self._flush(retry)
        self._run_deferred()

    def defer(self, action: Callable[[], None]) -> bool:
        """For signal handlers: when they interrupted a flush of this very thread, ``action`` is called after it.

        False when there is no such flush; then nothing is kept and the caller acts itself.
        """
        if not getattr(self._io, "_is_owned")():
            return False
        self._deferred = action
        return True

    def _run_deferred(self) -> None:
        deferred, self._deferred = self._deferred, None
        if deferred:
            deferred()

    def close(self) -> None:
        """Write the rest and stop. Later lines are dropped with one warning. Raises AssayError in strict runs."""
        if self._closed or not self._enabled:
            return
        self.flush(retry=True)
        self._closed = True
        self.attention = True
        self._end.set()
        _release(self._wake)
        # A point that another thread appended while the flag was being set.
        if self.buffer:
            self.flush(retry=True)
        with self._io:
            self._file.close()
            lost = self._file.lost_lines
            still_waiting = bool(self._file)
        self._run_deferred()
        if self._failed and (lost or still_waiting):
            message = f"{self._file.path} could not be written to the end: {self._failed}"
            if self.strict:
                raise AssayError(message)
            warn(message)

    def pause(self) -> None:
        """Before a fork: end the thread, for Python 3.12 and later warn of forks beside threads, and rightly."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._end.set()
        _release(self._wake)
        # A disk that hangs must not hang the fork as well.
        thread.join(1.0)
        self._new_signals()
        self.attention = True

    def go_on(self) -> None:
        """After a fork, in the parent: take up again what :meth:`pause` left."""
        if not self._closed and (self.buffer or self._file):
            self._start()
            _release(self._wake)

    def after_fork(self) -> None:
        """In a forked child: the parent's lines are the parent's; locks and the thread are made anew."""
        del self.buffer[:]
        self._new_locks()
        self._file.forget()
        self._deferred = None
        self.attention = True

    def _start(self) -> None:
        thread = threading.Thread(target=self._loop, name="assay", daemon=True)
        try:
            self._thread = thread
            thread.start()
        except RuntimeError:
            # The interpreter is shutting down, or the limit of threads is reached.
            self._thread = None
            self.flush()
            return
        _flush_at_worker_end(self)

    def _loop(self) -> None:
        wake, end = self._wake, self._end
        while not end.is_set():
            wake.acquire()
            while True:
                self.flush(retry=True)
                if end.wait(self._pause):
                    return
                if not self.buffer and not self._file:
                    break
            self.attention = True
            # A point appended before that line saw no need to wake anybody.
            if self.buffer:
                _release(wake)
        _release(wake)

    def _flush(self, retry: bool) -> None:
        left = len(self.buffer)
        while left > 0:
            size = min(left, _SLICE)
            batch = self.buffer[:size]
            del self.buffer[:size]
            self._file.add(self._format(batch).encode("utf-8", "replace"))
            left -= size
            if not self._failed:
                self._drain()
        if self._failed and retry:
            self._drain()

    def _drain(self) -> None:
        try:
            self._file.drain()
        except OSError as error:
            first, self._failed = self._failed is None, error
            self._pause = min(self._pause * 2, _LONGEST_PAUSE)
            self.attention = True
            if first and not self.strict:
                warn(f"{self._file.path} cannot be written ({error.strerror or error}); "
                     "training goes on, logging tries again", once=f"write {self._file.path}")
            return
        if self._failed:
            self._failed = None
            self._pause = _INTERVAL
            lost, self._file.lost_lines = self._file.lost_lines, 0
            warn(f"{self._file.path} can be written again" + (f"; {lost} lines were lost" if lost else ""))

    def _format(self, batch: List[Any]) -> str:
        lines: List[str] = []
        add = lines.append
        tail = self._tail
        written_at, head = -1.0, ""
        items = iter(batch)
        for time, step, key, value in zip(items, items, items, items):
            if key is None:
                add(value)
                continue
            # Points of one millisecond share the text of their time: formatting it costs as much as the value.
            if not 0.0 <= time - written_at < 0.001:
                written_at, head = time, f'{{"t":{time:.3f},"s":'
            if key.__class__ is str:
                text = repr(value) if value.__class__ is float and value - value == 0 else number_text(value)
                add(f'{head}{step!r},"m":{{{key}{text}{tail}')
            else:
                body = ",".join([name + number_text(number) for name, number in zip(key, value)])
                add(f'{head}{step!r},"m":{{{body}{tail}')
        return "".join(lines)

    def _report(self, message: str, kind: str) -> None:
        if self.strict:
            raise AssayError(message)
        warn(message, once=f"{kind} {self._file.path}")


def _release(lock: "threading.Lock") -> None:
    try:
        lock.release()
    except RuntimeError:
        # It is free already: whoever waits for it will not wait.
        pass


def _flush_at_worker_end(writer: LogWriter) -> None:
    # Workers of multiprocessing leave by os._exit, past atexit; its own finalizers are all that runs in them.
    processes = sys.modules.get("multiprocessing.process")
    util = sys.modules.get("multiprocessing.util")
    if processes is not None and util is not None and processes.parent_process() is not None:
        util.Finalize(None, writer.flush, exitpriority=0)
