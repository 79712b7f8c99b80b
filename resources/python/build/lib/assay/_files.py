"""Whole files: written beside their place, then renamed into it."""

from __future__ import annotations

import json
import os
import shutil
from typing import Any, Dict, Optional

from ._ids import short_token


def write_bytes(path: str, data: bytes) -> None:
    """Write ``path`` so that a reader sees the old content or the new, never half. Raises OSError."""
    temporary = f"{path}.{short_token()}.tmp"
    try:
        with open(temporary, "wb") as file:
            file.write(data)
        os.replace(temporary, path)
    except BaseException:
        remove_quietly(temporary)
        raise


def write_json(path: str, value: Any) -> None:
    """Write ``value`` as indented JSON. Raises OSError."""
    write_bytes(path, (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace"))


def read_json(path: str) -> Optional[Dict[str, Any]]:
    """The JSON object in ``path``, or None when there is no such file or it holds something else."""
    try:
        with open(path, encoding="utf-8") as file:
            value = json.load(file)
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None


def read_text(path: str) -> Optional[str]:
    """The text of ``path`` without surrounding blanks, or None when it cannot be read."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().strip()
    except OSError:
        return None


def remove_quietly(path: str) -> None:
    """Remove a file or a folder if it is there."""
    try:
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path, ignore_errors=True)
        else:
            os.unlink(path)
    except OSError:
        pass
