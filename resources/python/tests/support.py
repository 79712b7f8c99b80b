"""A throw-away project, scripts run in it, and its runs read back."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
from typing import Any, Dict, List

SDK = str(pathlib.Path(__file__).resolve().parents[1])
sys.path.insert(0, SDK)

import assay  # noqa: E402
from assay import _errors  # noqa: E402
from assay._session import session  # noqa: E402

_LEFT_OUT = ("ASSAY_PROJECT", "ASSAY_RUN_ID", "ASSAY_RUN_DIR", "RANK", "LOCAL_RANK", "SLURM_PROCID")


def read_lines(run_dir: str) -> List[Dict[str, Any]]:
    """The log as the specification wants it read: unterminated and broken lines are skipped."""
    raw = pathlib.Path(run_dir, "log.ndjson").read_bytes()
    lines = []
    for line in raw.split(b"\n")[:-1]:
        try:
            value = json.loads(line, parse_constant=_refuse)
        except ValueError:
            continue
        if isinstance(value, dict):
            lines.append(value)
    return lines


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is not JSON")


def read(run_dir: str, name: str) -> Dict[str, Any]:
    with open(os.path.join(run_dir, name), encoding="utf-8") as file:
        value = json.load(file)
    assert isinstance(value, dict)
    return value


class ProjectCase(unittest.TestCase):
    """Each test has an empty project as its working folder."""

    folder_name = "project 🚀 ünï"

    def setUp(self) -> None:
        self.root = tempfile.mkdtemp()
        self.project = os.path.join(os.path.realpath(self.root), self.folder_name)
        os.makedirs(os.path.join(self.project, ".assay"))
        self.environment = {key: value for key, value in os.environ.items() if key not in _LEFT_OUT}
        self.environment["PYTHONPATH"] = SDK
        self.before = os.getcwd()
        for name in _LEFT_OUT:
            os.environ.pop(name, None)
        os.chdir(self.project)
        _errors._said.clear()
        session.attached = False

    def tearDown(self) -> None:
        while assay.current() is not None:
            assay.finish()
        os.chdir(self.before)
        shutil.rmtree(self.root, ignore_errors=True)

    def start(self, code: str, **environment: str) -> "subprocess.Popen[str]":
        with open(os.path.join(self.project, "train.py"), "w", encoding="utf-8") as file:
            file.write(code)
        return subprocess.Popen(
            [sys.executable, "train.py"], cwd=self.project, env={**self.environment, **environment}, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        )

    def script(self, code: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        process = self.start(code, **environment)
        out, error = process.communicate(timeout=60)
        return subprocess.CompletedProcess(process.args, process.returncode, out, error)

    def runs(self) -> List[str]:
        folder = os.path.join(self.project, ".assay", "runs")
        names = os.listdir(folder) if os.path.isdir(folder) else []
        return [os.path.join(folder, name) for name in sorted(names) if not name.startswith(".")]

    def only_run(self) -> str:
        runs = self.runs()
        self.assertEqual(len(runs), 1)
        return runs[0]
