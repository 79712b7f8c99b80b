import os
import sys
import unittest

from support import ProjectCase
from assay import _git, _process
from assay._ids import new_id
from assay._project import find_project

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def write(path: str, text: str) -> None:
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


class Finding(ProjectCase):
    def test_the_nearest_mark_wins_and_git_comes_second(self) -> None:
        os.makedirs("repo/.git")
        os.makedirs("repo/deep/er")
        self.assertEqual(find_project("repo/deep/er"), self.project)
        os.rmdir(".assay")
        self.assertEqual(find_project("repo/deep/er"), os.path.join(self.project, "repo"))
        write("repo/deep/assay.yaml", "")
        self.assertEqual(find_project("repo/deep/er"), os.path.join(self.project, "repo", "deep"))
        os.environ["ASSAY_RUN_DIR"] = os.path.join(self.root, ".assay", "runs", "x")
        self.assertEqual(find_project(), os.path.abspath(self.root))

    def test_ids_sort_by_time_and_do_not_repeat(self) -> None:
        ids = [new_id() for _ in range(1000)]
        self.assertEqual(len(set(ids)), 1000)
        self.assertEqual([id[:12] for id in ids], sorted(id[:12] for id in ids))


class Git(ProjectCase):
    def test_branch_from_loose_and_packed_references(self) -> None:
        write(".git/HEAD", "ref: refs/heads/feature/x\n")
        write(".git/packed-refs", f"# pack-refs with: peeled\n{COMMIT} refs/heads/feature/x\n^{'e' * 40}\n")
        write(".git/config", '[core]\n\tbare = false\n[remote "origin"]\n\turl = https://me:secret@host.example/r.git\n')
        os.makedirs("sub")
        self.assertEqual(_git.describe("sub"), {"commit": COMMIT, "branch": "feature/x", "dirty": None,
                                                "remote": "https://host.example/r.git"})
        write(".git/refs/heads/feature/x", "f" * 40 + "\n")
        self.assertEqual((_git.describe(".") or {})["commit"], "f" * 40)

    def test_detached_unborn_and_none(self) -> None:
        self.assertIsNone(_git.describe(self.project))
        write(".git/HEAD", COMMIT)
        self.assertEqual((_git.describe(".") or {}), {"commit": COMMIT, "branch": None, "remote": None, "dirty": None})
        write(".git/HEAD", "ref: refs/heads/main")
        self.assertEqual((_git.describe(".") or {})["commit"], None)

    def test_worktrees(self) -> None:
        write("main/.git/worktrees/w/HEAD", "ref: refs/heads/w")
        write("main/.git/worktrees/w/commondir", "../..")
        write("main/.git/refs/heads/w", COMMIT)
        write("tree/.git", "gitdir: ../main/.git/worktrees/w")
        found = _git.describe("tree") or {}
        self.assertEqual((found["commit"], found["branch"]), (COMMIT, "w"))


class Process(unittest.TestCase):
    def test_a_process_is_known_by_pid_and_start(self) -> None:
        me = {"pid": os.getpid(), "startTime": _process.start_time(os.getpid())}
        self.assertTrue(_process.is_alive(me))
        self.assertFalse(_process.is_alive({**me, "startTime": "1"}))
        self.assertFalse(_process.is_alive(None))

    @unittest.skipUnless(sys.platform.startswith("linux"), "reads /proc")
    def test_the_start_time_is_field_22(self) -> None:
        with open("/proc/self/stat", encoding="utf-8") as file:
            self.assertEqual(_process.start_time(os.getpid()), file.read().split()[21])


if __name__ == "__main__":
    unittest.main()
