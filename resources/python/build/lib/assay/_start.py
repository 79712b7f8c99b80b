"""How a run begins: attached to a launched one, new, or resumed."""

from __future__ import annotations

import json
import os
import time
from typing import Any, Dict, Mapping, Optional, Union

from . import _git, _host, _process
from ._errors import AssayError, warn
from ._files import read_json, remove_quietly, write_json
from ._ids import new_id
from ._project import ensure_runs_folder, find_project, find_run, project_of_run, relative_to, runs_folder
from ._run import Path, Run
from ._session import session
from ._values import flatten, mapping_of, to_json

_TAIL = 64 * 1024


def init(project: Optional[Path] = None, experiment: Optional[str] = None, name: Optional[str] = None,
         tags: Optional[Mapping[str, Any]] = None, params: Any = None, note: Optional[str] = None,
         group: Optional[str] = None, parent: Union[str, Run, None] = None, resume: Optional[str] = None,
         dir: Optional[Path] = None, strict: bool = False, reinit: bool = False) -> Run:
    """Begin a run, or join the one this process belongs to, and make it current.

    - A process started by Assay, or by a script with an open run, joins that run with its first ``init``; name and
      experiment stay as they were given there.
    - Inside an open run, the new run becomes its child; ``reinit=True`` finishes the open one instead. At a prompt
      or in a notebook, where a cell is run again and again, that is the default outside of ``with``.
    - Otherwise a new run is made in the project: the folder ``project``, or the nearest one around ``dir`` or the
      working folder that has ``.assay/``, ``assay.yaml`` or else ``.git``.

    ``resume`` goes on with an ended run, by its id or the beginning of it. ``parent`` is a run or an id. ``params``
    may be a dict, a dataclass or an argparse namespace.

    If the run's folder cannot be made, that is said once and a run that drops everything is returned; with
    ``strict=True``, AssayError is raised. An unknown, ambiguous or still running run to resume, and an unknown
    parent, always raise AssayError.
    """
    with session.lock:
        current = session.current()
        if current is not None and _replaces(current, reinit):
            current.finish()
            current = session.current()
        home = None if project is None else os.path.abspath(os.fspath(project))
        if resume is not None:
            run = _resume(home or _find(dir), resume, strict)
        elif current is not None and session.inherited and parent is None:
            session.inherited = False
            run = current
        elif current is None and not session.attached and parent is None and os.environ.get("ASSAY_RUN_DIR"):
            session.attached = True
            run = _attach(strict)
        else:
            run = create(home or (current.project if current and dir is None else _find(dir)), name=name, tags=tags,
                         params=params, note=note, group=group, experiment=experiment or (current.experiment if current else None),
                         parent=parent if parent is not None else current and current.id, strict=strict)
            session.push(run)
            return run
        session.push(run)
    if params is not None:
        run.params(params)
    if tags is not None:
        run.tags(tags)
    if note is not None:
        run.note(note)
    return run


def create(project: str, *, name: Optional[str] = None, experiment: Optional[str] = None,
           tags: Optional[Mapping[str, Any]] = None, params: Any = None, note: Optional[str] = None,
           group: Optional[str] = None, parent: Union[str, Run, None] = None, strict: bool = False) -> Run:
    """Make the folder of a new run in ``project``, complete with its identity, and open it. See :func:`init`."""
    id = new_id()
    parent_id = parent.id if isinstance(parent, Run) else parent
    if parent_id is not None and len(parent_id) != 32:
        parent_id = find_run(project, parent_id)
    title = name or f"{_host.default_name()}-{id[-4:]}"
    identity = _identity(project, id, title, experiment or "default")
    identity.update({
        "group": group, "parent": parent_id, "note": note or "",
        "tags": {str(key): str(value) for key, value in flatten(tags or {}) if value is not None},
        "params": {} if params is None else
        {str(key): to_json(value) for key, value in flatten(mapping_of(params))},
    })
    place = os.path.join(runs_folder(project), id)
    failure: Optional[OSError] = None
    try:
        runs = ensure_runs_folder(project)
        # Under its own name the folder appears with everything a reader needs.
        unfinished = os.path.join(runs, f".new-{id}")
        try:
            os.mkdir(unfinished)
            write_json(os.path.join(unfinished, "run.json"), identity)
            write_json(os.path.join(unfinished, "process.json"), _process.describe(_host.host_name()))
            os.rename(unfinished, place)
        except BaseException:
            remove_quietly(unfinished)
            raise
    except OSError as error:
        failure = error
        message = f"a run cannot be kept in {project} ({error.strerror or error})"
        if strict:
            raise AssayError(f"{message}.") from error
        warn(f"{message}; nothing of it is recorded", once=f"create {project}")
    return Run(id, place, project, name=title, experiment=experiment or "default", rank=_process.rank(), strict=strict,
               owned=True, disabled=failure is not None)


def _identity(project: str, id: str, name: str, experiment: str) -> Dict[str, Any]:
    now = int(time.time() * 1000)
    try:
        working = os.getcwd()
    except FileNotFoundError:
        working = project
    return {
        "version": 1, "id": id, "name": name, "experiment": experiment, "source": "sdk",
        "createdAt": now, "startedAt": now, "command": _host.command(), "cwd": relative_to(project, working),
        "python": _host.python(), "git": _git.describe(project), "host": _host.host(),
    }


def _find(start: Optional[Path]) -> str:
    return find_project(None if start is None else os.fspath(start))


def _replaces(current: Run, reinit: bool) -> bool:
    import sys

    at_prompt = hasattr(sys, "ps1") or "ipykernel" in sys.modules
    return (reinit or at_prompt and not current.entered) and not session.inherited


def _attach(strict: bool) -> Run:
    place = os.path.abspath(os.environ["ASSAY_RUN_DIR"])
    id = os.environ.get("ASSAY_RUN_ID") or os.path.basename(place)
    project = os.environ.get("ASSAY_PROJECT") or project_of_run(place)
    identity = read_json(os.path.join(place, "run.json")) or {}
    return Run(id, place, os.path.abspath(project), name=str(identity.get("name", "")),
               experiment=str(identity.get("experiment", "default")), rank=_process.rank(), strict=strict)


def _resume(project: str, id_or_prefix: str, strict: bool) -> Run:
    id = find_run(project, id_or_prefix)
    runs = runs_folder(project)
    place = os.path.join(runs, id)
    identity = read_json(os.path.join(place, "run.json")) or {}
    ended = os.path.exists(os.path.join(place, "exit.json"))
    process = read_json(os.path.join(place, "process.json")) or {}
    here = process.get("host") == _host.host_name()
    if not ended and here and (_process.is_alive(process.get("child")) or _process.is_alive(process.get("wrapper"))):
        raise AssayError(f"Run {id} is still running; stop it before resuming it.")
    disabled = False
    try:
        for name in ("exit", "stop"):
            _put_aside(place, name)
        write_json(os.path.join(place, "process.json"), _process.describe(_host.host_name()))
        with open(os.path.join(runs, f".wake-{id}"), "wb"):
            pass
    except OSError as error:
        message = f"run {id} cannot be resumed ({error.strerror or error})"
        if strict:
            raise AssayError(f"{message}.") from error
        warn(f"{message}; nothing of it is recorded", once=f"resume {id}")
        disabled = True
    return Run(id, place, project, name=str(identity.get("name", "")), strict=strict, owned=True, disabled=disabled,
               experiment=str(identity.get("experiment", "default")), rank=_process.rank(),
               last_step=last_step(os.path.join(place, "log.ndjson")))


def _put_aside(place: str, name: str) -> None:
    old = os.path.join(place, f"{name}.json")
    if not os.path.exists(old):
        return
    number = 1
    while os.path.exists(os.path.join(place, f"{name}.{number}.json")):
        number += 1
    os.rename(old, os.path.join(place, f"{name}.{number}.json"))


def last_step(path: str) -> Any:
    """The greatest step in the last 64 KiB of a log, or in all of it when those hold none; -1 without any."""
    try:
        with open(path, "rb") as file:
            size = file.seek(0, os.SEEK_END)
            for start in (max(0, size - _TAIL), 0):
                file.seek(start)
                greatest = -1
                for line in file:
                    greatest = max(greatest, _step_of(line))
                if greatest != -1 or start == 0:
                    return greatest
    except OSError:
        pass
    return -1


def _step_of(line: bytes) -> Any:
    try:
        entry = json.loads(line)
        step = entry["s"] if "m" in entry else -1
    except (ValueError, TypeError, KeyError):
        return -1
    return step if isinstance(step, (int, float)) else -1
