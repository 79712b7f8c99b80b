"""Which project a script belongs to, and the folders kept there."""

from __future__ import annotations

import os
from typing import List, Optional

from ._errors import AssayError
from ._files import write_bytes


def find_project(start: Optional[str] = None) -> str:
    """The absolute project folder.

    ``ASSAY_PROJECT`` or the project of ``ASSAY_RUN_DIR`` first, unless ``start`` is given. Then, from ``start`` (or
    the working folder) upwards, the nearest folder with ``.assay/`` or ``assay.yaml``, else the nearest with
    ``.git``, else ``start`` itself.
    """
    if start is None:
        if os.environ.get("ASSAY_PROJECT"):
            return os.path.abspath(os.environ["ASSAY_PROJECT"])
        if os.environ.get("ASSAY_RUN_DIR"):
            return project_of_run(os.environ["ASSAY_RUN_DIR"])
    folders = _upwards(os.path.abspath(start or os.getcwd()))
    for marks in ((".assay", "assay.yaml"), (".git",)):
        for folder in folders:
            if any(os.path.exists(os.path.join(folder, mark)) for mark in marks):
                return folder
    return folders[0]


def project_of_run(run_dir: str) -> str:
    """The project that holds ``<project>/.assay/runs/<run-id>``."""
    return os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(run_dir))))


def runs_folder(project: str) -> str:
    """Where the runs of ``project`` lie; nothing is created."""
    return os.path.join(project, ".assay", "runs")


def ensure_runs_folder(project: str) -> str:
    """Create ``.assay/runs`` and an ``.assay/.gitignore`` that keeps all of it out of git. Raises OSError."""
    runs = runs_folder(project)
    os.makedirs(runs, exist_ok=True)
    ignore = os.path.join(project, ".assay", ".gitignore")
    if not os.path.exists(ignore):
        write_bytes(ignore, b"*\n")
    return runs


def find_run(project: str, id_or_prefix: str) -> str:
    """The full id of the one run whose id starts so. Raises AssayError when there is none or more than one."""
    try:
        names = [name for name in os.listdir(runs_folder(project)) if not name.startswith(".")]
    except OSError:
        names = []
    if id_or_prefix in names:
        return id_or_prefix
    matches = sorted(name for name in names if id_or_prefix and name.startswith(id_or_prefix))
    if len(matches) == 1:
        return matches[0]
    if not matches:
        raise AssayError(f"There is no run {id_or_prefix!r} in {project}.")
    raise AssayError(f"{len(matches)} runs begin with {id_or_prefix!r}; give more of the id.")


def relative_to(folder: str, path: str) -> str:
    """``path`` from ``folder`` with ``/`` when it lies inside, else absolute."""
    path = os.path.abspath(path)
    inside = os.path.commonpath([folder, path]) == folder if _same_drive(folder, path) else False
    return os.path.relpath(path, folder).replace(os.sep, "/") if inside else path


def _same_drive(one: str, other: str) -> bool:
    return os.path.splitdrive(one)[0].lower() == os.path.splitdrive(other)[0].lower()


def _upwards(folder: str) -> List[str]:
    folders = [folder]
    while os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)
        folders.append(folder)
    return folders
