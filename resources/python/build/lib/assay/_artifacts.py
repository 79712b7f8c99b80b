"""Copying into a run's ``artifacts/``: first under a temporary name, then renamed."""

from __future__ import annotations

import errno
import os
import re
import shutil
from typing import Callable, Iterator, List, Set, Tuple

from ._files import remove_quietly, write_bytes
from ._ids import short_token


def safe_name(name: str) -> str:
    """``name`` with ``/`` between its parts. Raises ValueError for one that would leave the artifacts folder."""
    parts = name.replace("\\", "/").split("/")
    parts = [part for part in parts if part not in ("", ".")]
    if not parts or ".." in parts or name.startswith(("/", "\\")) or re.match(r"^[A-Za-z]:", name) or "\0" in name:
        raise ValueError(f"not a name for an artifact: {name!r}")
    return "/".join(parts)


def media_name(key: str, step: object, ending: str) -> str:
    """A fresh path for a media file of ``key``: readable, and never the same in two processes or two calls."""
    parts = [re.sub(r"[^\w.\-]+", "_", part).lstrip(".") for part in key.split("/")]
    readable = "/".join(part[:80] for part in parts if part) or "media"
    place = "" if step is None else f"-{step}"
    return f"media/{readable}{place}-{short_token()}.{ending}"


def store_bytes(artifacts: str, name: str, data: bytes) -> None:
    """Write ``data`` as the artifact ``name``. Raises OSError."""
    write_bytes(_place(artifacts, name), data)


def store_path(artifacts: str, source: str, name: str) -> List[Tuple[str, int]]:
    """Copy a file or folder as the artifact ``name``; pairs of artifact path and size in bytes. Raises OSError.

    An artifact of the same name is replaced. What already lies at its place is left there and only listed.
    """
    target = os.path.join(artifacts, *name.split("/"))
    if os.path.realpath(source) != os.path.realpath(target):
        _place(artifacts, name)
        temporary = f"{target}.{short_token()}.tmp"
        try:
            if os.path.isdir(source):
                shutil.copytree(source, temporary, ignore=_ignore(artifacts), ignore_dangling_symlinks=True)
            else:
                shutil.copy2(source, temporary)
            _replace(temporary, target)
        except BaseException:
            remove_quietly(temporary)
            raise
    return list(_listing(target, name))


def _place(artifacts: str, name: str) -> str:
    """The path of an artifact, with the folders that lead to it."""
    target = os.path.join(artifacts, *name.split("/"))
    if not os.path.isdir(os.path.dirname(artifacts)):
        # Somebody deleted the run; it must not come back as a folder with nothing but artifacts.
        raise FileNotFoundError(errno.ENOENT, "the run's folder is gone", os.path.dirname(artifacts))
    os.makedirs(os.path.dirname(target), exist_ok=True)
    return target


def _ignore(artifacts: str) -> Callable[[str, List[str]], Set[str]]:
    """Keeps a project or run folder from being copied into itself without end."""
    own = os.path.realpath(artifacts)

    def ignored(folder: str, names: List[str]) -> Set[str]:
        return {name for name in names if name == ".assay" or os.path.realpath(os.path.join(folder, name)) == own}

    return ignored


def _replace(temporary: str, target: str) -> None:
    if os.path.isdir(target) or os.path.isdir(temporary) and os.path.exists(target):
        # A folder cannot be renamed over another.
        old = f"{target}.{short_token()}.tmp"
        os.rename(target, old)
        os.rename(temporary, target)
        remove_quietly(old)
    else:
        os.replace(temporary, target)


def _listing(target: str, name: str) -> Iterator[Tuple[str, int]]:
    if not os.path.isdir(target):
        yield name, os.path.getsize(target)
        return
    for folder, folders, files in os.walk(target):
        folders.sort()
        for file in sorted(files):
            path = os.path.join(folder, file)
            yield f"{name}/{os.path.relpath(path, target).replace(os.sep, '/')}", os.path.getsize(path)
