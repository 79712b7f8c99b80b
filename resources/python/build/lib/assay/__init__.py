"""Log metrics, params, media and data sets of a training run into plain files.

    import assay
    for step in range(100):
        assay.log({"loss": 1 / (step + 1)}, step=step)

The functions of this module log to the current run; without one, the first of them begins it as ``assay.init()``
would. What they take is described at the methods of :class:`Run`.
"""

from __future__ import annotations

from typing import Any, Mapping, Optional, Sequence

from ._errors import AssayError
from ._run import Number, Path, Run
from ._session import session as _session
from ._start import init

__version__ = "0.1.0"

__all__ = [
    "AssayError", "Run", "artifact", "audio", "child", "current", "dataset", "finish", "histogram", "image", "init",
    "log", "note", "params", "summary", "table", "tags", "text",
]


def current() -> Optional[Run]:
    """The run that this module's functions log to, or None before there is one."""
    return _session.current()


def log(metrics: Mapping[str, Any], step: Optional[Number] = None, time: Optional[float] = None) -> None:
    """Log numbers under names; see :meth:`Run.log`."""
    (_session.current() or init()).log(metrics, step, time)


def params(values: Any = None, **more: Any) -> None:
    """Set settings; see :meth:`Run.params`."""
    _run().params(values, **more)


def tags(values: Any = None, **more: Any) -> None:
    """Set tags, None removes one; see :meth:`Run.tags`."""
    _run().tags(values, **more)


def summary(values: Any = None, **more: Any) -> None:
    """Set values that are no series; see :meth:`Run.summary`."""
    _run().summary(values, **more)


def note(text: str) -> None:
    """Replace the note (Markdown); see :meth:`Run.note`."""
    _run().note(text)


def artifact(path: Path, name: Optional[str] = None, kind: Optional[str] = None) -> Optional[str]:
    """Copy a file or folder into the run; its name there, or None if that failed; see :meth:`Run.artifact`."""
    return _run().artifact(path, name, kind)


def image(key: str, data: Any, step: Optional[Number] = None, caption: Optional[str] = None) -> None:
    """Keep a picture; see :meth:`Run.image` for what ``data`` may be."""
    _run().image(key, data, step, caption)


def text(key: str, text: str, step: Optional[Number] = None) -> None:
    """Keep a piece of text; see :meth:`Run.text`."""
    _run().text(key, text, step)


def table(key: str, rows: Any, columns: Optional[Sequence[str]] = None, step: Optional[Number] = None) -> None:
    """Keep a table; see :meth:`Run.table`."""
    _run().table(key, rows, columns, step)


def histogram(key: str, values: Any = None, bins: int = 64, step: Optional[Number] = None, counts: Any = None,
              edges: Any = None) -> None:
    """Keep a distribution; see :meth:`Run.histogram`."""
    _run().histogram(key, values, bins, step, counts, edges)


def audio(key: str, samples: Any, rate: int = 44100, step: Optional[Number] = None,
          caption: Optional[str] = None) -> None:
    """Keep sound; see :meth:`Run.audio`."""
    _run().audio(key, samples, rate, step, caption)


def dataset(path: Path, role: Optional[str] = None, version: Optional[str] = None) -> None:
    """Note that the run used this file or folder; see :meth:`Run.dataset`."""
    _run().dataset(path, role, version)


def child(name: Optional[str] = None, **settings: Any) -> Run:
    """A new run below the current one; see :meth:`Run.child`."""
    return _run().child(name, **settings)


def finish(code: int = 0) -> None:
    """End the current run, if there is one; see :meth:`Run.finish`."""
    run = _session.current()
    if run is not None:
        run.finish(code)


def _run() -> Run:
    return _session.current() or init()
