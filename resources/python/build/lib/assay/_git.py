"""Commit and branch, read from git's own files: a training node may have no git program."""

from __future__ import annotations

import os
import re
from typing import Any, Dict, Optional

from ._files import read_text


def describe(folder: str) -> Optional[Dict[str, Any]]:
    """``{"commit", "branch", "remote", "dirty"}`` of the work tree around ``folder``; None outside git.

    ``dirty`` is always None: finding out would mean hashing the work tree.
    """
    git = find_git_dir(folder)
    if git is None:
        return None
    common = read_text(os.path.join(git, "commondir"))
    shared = os.path.normpath(os.path.join(git, common)) if common else git
    head = read_text(os.path.join(git, "HEAD")) or ""
    branch: Optional[str] = None
    commit: Optional[str] = head
    if head.startswith("ref:"):
        reference = head[4:].strip()
        branch = reference[len("refs/heads/"):] if reference.startswith("refs/heads/") else reference
        commit = _resolve(reference, git, shared)
    if commit is not None and not re.fullmatch(r"[0-9a-f]{40,64}", commit):
        commit = None
    return {"commit": commit, "branch": branch, "remote": _remote(shared), "dirty": None}


def find_git_dir(folder: str) -> Optional[str]:
    """The git folder that belongs to ``folder`` or to its nearest parent, following a worktree's ``.git`` file."""
    folder = os.path.abspath(folder)
    while True:
        place = os.path.join(folder, ".git")
        if os.path.isdir(place):
            return place
        if os.path.isfile(place):
            text = read_text(place) or ""
            if text.startswith("gitdir:"):
                return os.path.normpath(os.path.join(folder, text[len("gitdir:"):].strip()))
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent


def _resolve(reference: str, git: str, shared: str) -> Optional[str]:
    for place in (git, shared):
        text = read_text(os.path.join(place, *reference.split("/")))
        if text:
            return text
    for line in (read_text(os.path.join(shared, "packed-refs")) or "").splitlines():
        commit, _, name = line.partition(" ")
        if name == reference:
            return commit
    return None


def _remote(shared: str) -> Optional[str]:
    section = ""
    for line in (read_text(os.path.join(shared, "config")) or "").splitlines():
        line = line.strip()
        if line.startswith("["):
            section = line
        elif section == '[remote "origin"]' and line.partition("=")[0].strip() == "url":
            # A URL may carry a password or token; those are never written down.
            return re.sub(r"^(\w+://)[^/@]*@", r"\1", line.partition("=")[2].strip())
    return None
