"""A run: everything a script can log to it."""

from __future__ import annotations

import os
import threading
import time as clock
from types import TracebackType
from typing import Any, Dict, Mapping, Optional, Sequence, Type, Union

from . import _artifacts, _dataset, _media
from ._ending import Ending, ending_of
from ._errors import AssayError, warn
from ._files import write_json
from ._project import relative_to
from ._session import session
from ._values import flatten, mapping_of, to_json, to_number
from ._writer import FULL, LogWriter

Number = Any
"""int, float, bool, a NumPy scalar, or a tensor of one element of any library."""
Path = Union[str, "os.PathLike[str]"]

_now = clock.time


class Run:
    """An open run. Made by :func:`assay.init`; safe to use from many threads and from forked children.

    Unless the run is strict, no method raises because something cannot be recorded: it is said once on stderr and
    left out. A strict run raises TypeError, ValueError or :class:`assay.AssayError` instead.
    """

    def __init__(self, id: str, dir: str, project: str, *, name: str = "", experiment: str = "default", rank: int = 0,
                 strict: bool = False, owned: bool = False, disabled: bool = False, last_step: Number = -1) -> None:
        self.id = id
        """32 hex digits."""
        self.dir = dir
        """The run's folder, absolute."""
        self.project = project
        """The project's folder, absolute."""
        self.name = name
        self.experiment = experiment
        self.rank = rank
        self.strict = strict
        self.disabled = disabled
        """True when the run's folder could not be made: everything logged is dropped."""
        self._writer = LogWriter(os.path.join(dir, "log.ndjson"), rank, strict, enabled=not disabled)
        self._owner = os.getpid() if owned and not disabled else None
        self._last_step: Number = last_step
        self._step_lock = threading.Lock()
        self._finished = False
        self.entered = False
        """True inside ``with``."""
        session.opened(self)

    def log(self, metrics: Mapping[str, Any], step: Optional[Number] = None, time: Optional[float] = None) -> None:
        """Log numbers under names, such as ``{"loss": 0.31, "val": {"acc": 0.9}}`` (nested names join with ``/``).

        ``step`` is any finite number; without it, one more than the last step this process logged to the run,
        beginning with 0. ``time`` is seconds since the epoch, now by default. Values are read before the call
        returns; they are in the file at most 0.2 s later. NaN and infinities are kept.
        """
        if step is None:
            with self._step_lock:
                step = self._last_step = self._last_step + 1
        elif step.__class__ is int:
            self._last_step = step
        writer = self._writer
        buffer = writer.buffer
        if time is None and step.__class__ is int:
            try:
                if len(metrics) == 1:
                    for key, value in metrics.items():
                        text = writer.keys[key]
                        if value.__class__ not in _PLAIN:
                            value = to_number(value)
                        buffer += (_now(), step, text, value)
                else:
                    keys = writer.keys
                    names = tuple([keys[key] for key in metrics])
                    values: Any = metrics.values()
                    values = tuple(values if _PLAIN.issuperset(map(type, values)) else map(to_number, values))
                    if not names:
                        return
                    buffer += (_now(), step, names, values)
            except (KeyError, TypeError, ValueError, AttributeError):
                # New and nested names, and everything unusual.
                self._log_any(metrics, step, time)
        else:
            self._log_any(metrics, step, time)
        if writer.attention or len(buffer) > FULL:
            writer.attend()

    def params(self, values: Any = None, **more: Any) -> None:
        """Set settings of the run: a dict (nested names join with ``/``), dataclass or argparse namespace, or keywords.

        The last value of a name wins. What JSON cannot hold is kept as its text.
        """
        self._put_mapping("p", values, more)

    def tags(self, values: Any = None, **more: Any) -> None:
        """Set tags: text under names. None removes a tag."""
        self._put_mapping("tag", values, more, lambda value: None if value is None else str(value))

    def summary(self, values: Any = None, **more: Any) -> None:
        """Set values that are no series, such as ``best_acc``; the last one of a name wins."""
        self._put_mapping("sum", values, more)

    def note(self, text: str) -> None:
        """Replace the note of the run (Markdown)."""
        self._put({"note": str(text)})

    def artifact(self, path: Path, name: Optional[str] = None, kind: Optional[str] = None) -> Optional[str]:
        """Copy a file or folder into the run; its name there, or None if that failed.

        ``name`` may hold ``/``; without it, the file's own. An artifact of that name is replaced. ``kind`` is one of
        file, image, text, table, histogram, audio, html; by default it follows from the name. Raises ValueError for
        a name that leads out of the run.
        """
        source = os.path.abspath(os.fspath(path))
        target = _artifacts.safe_name(self._own_name(source) if name is None else name)
        if self._idle():
            return None
        try:
            stored = _artifacts.store_path(self._artifact_folder, source, target)
        except OSError as error:
            self._problem(f"artifact {target}", AssayError(f"{source} could not be kept: {error}"), error)
            return None
        for stored_name, size in stored:
            self._put({"a": {"path": stored_name, "size": size, "kind": kind or _media.kind_of(stored_name),
                             "src": relative_to(self.project, source)}})
        return target

    def image(self, key: str, data: Any, step: Optional[Number] = None, caption: Optional[str] = None) -> None:
        """Keep a picture: a path, encoded bytes, a PIL image, a matplotlib figure or axes, or an array or nested list.

        Arrays are H×W, H×W×1, H×W×3 (RGB) or H×W×4 (RGBA), of integers 0…255 or floats 0…1.
        """
        self._media(key, "image", step, lambda: _media.image_bytes(data), data, caption)

    def text(self, key: str, text: str, step: Optional[Number] = None) -> None:
        """Keep a piece of text, such as a generated sample."""
        self._media(key, "text", step, lambda: (str(text).encode("utf-8", "replace"), "txt"))

    def table(self, key: str, rows: Any, columns: Optional[Sequence[str]] = None,
              step: Optional[Number] = None) -> None:
        """Keep a table: a data frame, a list of dicts, or a list of lists with ``columns`` as its head."""
        self._media(key, "table", step, lambda: (_media.table_csv(rows, columns).encode("utf-8", "replace"), "csv"))

    def histogram(self, key: str, values: Any = None, bins: int = 64, step: Optional[Number] = None,
                  counts: Any = None, edges: Any = None) -> None:
        """Keep the distribution of ``values`` in ``bins`` equal bins, or ``counts`` (n) between ``edges`` (n + 1).

        NaN and infinities are in no bin; how many there were is kept as ``nonFinite``.
        """
        def content() -> Any:
            made = _media.histogram_json(values, bins) if counts is None else _media.given_histogram(counts, edges)
            return _media.json_text(made), "json"

        self._media(key, "histogram", step, content)

    def audio(self, key: str, samples: Any, rate: int = 44100, step: Optional[Number] = None,
              caption: Optional[str] = None) -> None:
        """Keep sound: a path, or samples −1…1 (N, or N×channels) at ``rate`` per second, written as 16-bit WAV."""
        self._media(key, "audio", step, lambda: (_media.wav_bytes(samples, rate), "wav"), samples, caption)

    def dataset(self, path: Path, role: Optional[str] = None, version: Optional[str] = None) -> None:
        """Note that the run used this file or folder, in a ``role`` such as ``"train"``.

        A file is hashed (about a second per 500 MB) unless it is large and ``<path>.dvc`` knows it; a folder has a hash
        only when it is versioned, that is, when there is a ``<path>.dvc``.
        """
        if self._idle():
            return
        place = os.path.abspath(os.fspath(path))
        try:
            known = _dataset.describe(place)
        except OSError as error:
            self._problem(f"dataset {place}", AssayError(f"data set {place} cannot be read: {error}"), error)
            return
        self._put({"d": {"path": relative_to(self.project, place), "role": role, **known, "version": version}})

    def child(self, name: Optional[str] = None, **settings: Any) -> "Run":
        """A new run below this one, such as a fold of a cross-validation; arguments as for :func:`assay.init`.

        It becomes the current run only inside ``with``.
        """
        from ._start import create  # that module makes runs, so it needs this one first

        return create(self.project, parent=self.id, name=name, **{"experiment": self.experiment,
                                                                  "strict": self.strict, **settings})

    def flush(self) -> None:
        """Write what is queued now."""
        self._writer.flush(retry=True)

    def finish(self, code: int = 0) -> None:
        """Write the rest and end the run: 0 is success. Done at exit of the script if never called.

        A run that was launched by Assay, or opened by another process, is only let go of.
        """
        self._end(Ending(code))

    def __enter__(self) -> "Run":
        self.entered = True
        session.push(self)
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self._end(ending_of(error))

    def __repr__(self) -> str:
        return f"<assay.Run {self.id} {self.name!r}>"

    @property
    def _artifact_folder(self) -> str:
        return os.path.join(self.dir, "artifacts")

    def _log_any(self, metrics: Any, step: Any, time: Any) -> None:
        numbers: Dict[str, Any] = {}
        try:
            pairs = list(flatten(mapping_of(metrics)))
        except TypeError as error:
            self._problem("metrics", error)
            return
        for key, value in pairs:
            try:
                numbers[self._writer.keys.get(key) or self._writer.learn(key)] = to_number(value)
            except (TypeError, ValueError) as error:
                self._problem(f"metric {key}", type(error)(f"metric {key!r}: {error}"))
        at = self._finite("time", time)
        at = _now() if at is None else at
        place = self._finite("step", step)
        if place is None or step.__class__ is not int:
            # A plain int was noted by the caller; noting it again could undo what another thread counted since.
            with self._step_lock:
                place = self._last_step + 1 if place is None else place
                self._last_step = place
        if numbers:
            buffer = self._writer.buffer
            buffer += (at, place, tuple(numbers), tuple(numbers.values()))

    def _finite(self, what: str, value: Any) -> Any:
        """``value`` as a number, or None when it is none."""
        if value is None:
            return None
        try:
            number = to_number(value)
            if number - number == 0:
                return number
            raise ValueError(f"{what} must be finite, not {value}")
        except (TypeError, ValueError) as error:
            self._problem(what, type(error)(f"{what}: {error}"))
            return None

    def _put_mapping(self, field: str, values: Any, more: Dict[str, Any], convert: Any = to_json) -> None:
        try:
            given = {**({} if values is None else mapping_of(values)), **more}
            kept = {str(key): convert(value) for key, value in flatten(given)}
        except (TypeError, ValueError) as error:
            self._problem(field, error)
            return
        if kept:
            self._put({field: kept})

    def _media(self, key: str, kind: str, step: Any, content: Any, path: Any = None,
               caption: Optional[str] = None) -> None:
        if self._idle():
            return
        step = step if step is not None else self._last_step if self._last_step != -1 else None
        try:
            step = None if step is None else to_number(step)
            if isinstance(path, (str, os.PathLike)):
                with open(path, "rb") as file:
                    data = file.read()
                ending = os.path.splitext(os.fspath(path))[1][1:].lower() or "bin"
            else:
                data, ending = content()
            name = _artifacts.media_name(str(key), step, ending)
            _artifacts.store_bytes(self._artifact_folder, name, data)
        except Exception as error:
            # Whatever a foreign library raises while it draws or converts must not end the training.
            self._problem(f"{kind} {key}", AssayError(f"{kind} {key!r} could not be kept: {error}"), error)
            return
        entry = {"path": name, "size": len(data), "kind": kind, "key": str(key), "s": step, "caption": caption}
        self._put({"a": {field: value for field, value in entry.items() if value is not None}})

    def _put(self, fields: Dict[str, Any]) -> None:
        self._writer.put(_now(), fields)

    def _own_name(self, source: str) -> str:
        inside = relative_to(self._artifact_folder, source)
        return inside if inside != source and inside != "." else os.path.basename(source)

    def _idle(self) -> bool:
        if self._finished:
            self._writer.attend()
        return self._finished or self.disabled

    def _problem(self, kind: str, error: Exception, cause: Optional[BaseException] = None) -> None:
        if self.strict:
            raise error from cause
        warn(f"{error}; it is left out", once=f"{kind} {self.id}")

    def _say(self, error: Exception) -> None:
        warn(str(error))

    def _end(self, ending: Ending) -> None:
        if self._finished:
            return
        self._finished = True
        try:
            self._writer.close()
        finally:
            try:
                if self._owner == os.getpid():
                    self._write_exit(ending)
            finally:
                session.closed(self)

    def _write_exit(self, ending: Ending) -> None:
        try:
            write_json(os.path.join(self.dir, "exit.json"), {
                "code": ending.code, "signal": ending.signal, "endedAt": int(_now() * 1000),
                "peakMemoryBytes": _peak_memory(), "by": "sdk", "error": ending.error,
            })
        except OSError as error:
            self._problem("exit", AssayError(f"the end of run {self.id} could not be written: {error}"), error)

    def _after_fork(self) -> None:
        self._step_lock = threading.Lock()
        self._writer.after_fork()


_PLAIN = frozenset((float, int))


def _peak_memory() -> Optional[int]:
    try:
        import resource  # absent on Windows
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if os.uname().sysname == "Darwin" else peak * 1024
