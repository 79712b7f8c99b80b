import errno
import io
import os
import shutil
import sys
import unittest
from contextlib import redirect_stderr
from typing import Any, List
from unittest import mock

from support import ProjectCase, read_lines

import assay
from assay import _sink


class Disk(ProjectCase):
    def test_a_full_disk_is_survived_and_caught_up_with(self) -> None:
        run = assay.init()
        full = mock.patch.object(os, "write", side_effect=OSError(errno.ENOSPC, "No space left on device"))
        with redirect_stderr(io.StringIO()) as said:
            with full:
                for step in range(50_000):
                    run.log({"x": 1.0}, step=step)
                run.flush()
            run.finish()
        self.assertEqual([line["s"] for line in read_lines(run.dir)], list(range(50_000)))
        self.assertEqual(said.getvalue().count("No space left"), 1)

    def test_what_no_memory_is_spent_on_is_counted(self) -> None:
        run = assay.init()
        full = mock.patch.object(os, "write", side_effect=OSError(errno.ENOSPC, "No space left on device"))
        with redirect_stderr(io.StringIO()) as said, mock.patch.object(_sink, "KEEP_LIMIT", 1_000_000):
            with full:
                for step in range(60_000):
                    run.log({"x": 1.0}, step=step)
                run.flush()
            run.finish()
        steps = [line["s"] for line in read_lines(run.dir)]
        self.assertEqual(steps, list(range(60_000 - len(steps), 60_000)))
        self.assertIn(f"{60_000 - len(steps)} lines were lost", said.getvalue())

    def test_short_writes_tear_no_line_for_good(self) -> None:
        real, sizes = os.write, iter([1, 30, 70, 71, 129] * 1000)

        def short(descriptor: int, data: bytes) -> int:
            return real(descriptor, data[:next(sizes)]) if len(data) > 200 else real(descriptor, data)

        run = assay.init()
        with mock.patch.object(os, "write", short):
            for step in range(100):
                run.log({"x": 1.0}, step=step)
            run.finish()
        self.assertEqual([line["s"] for line in read_lines(run.dir)], list(range(100)))

    def test_every_possible_cut_is_repaired_once(self) -> None:
        lines = b'{"a":1}\n{"b":2}\n'
        for cut in range(len(lines) + 1):
            whole = lines[:cut] + _sink.unwritten(lines, cut)
            good = [line for line in whole.split(b"\n") if line in (b'{"a":1}', b'{"b":2}')]
            self.assertEqual(good, [b'{"a":1}', b'{"b":2}'], cut)

    def test_writes_are_whole_lines_of_at_most_a_mebibyte(self) -> None:
        lines = b"".join(b"%d%s\n" % (size, b"x" * size) for size in [10, 900_000, 200_000, 3_000_000, 5, 7])
        pieces = list(_sink._pieces(lines))
        self.assertEqual(b"".join(pieces), lines)
        self.assertTrue(all(piece.endswith(b"\n") for piece in pieces))
        self.assertTrue(all(len(piece) <= _sink.WRITE_LIMIT or piece.count(b"\n") == 1 for piece in pieces))

    @unittest.skipUnless(sys.platform.startswith("linux"), "needs RLIMIT_FSIZE")
    def test_a_real_limit_of_the_system(self) -> None:
        done = self.script(
            "import assay, resource\n"
            "run = assay.init()\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (5000, -1))\n"
            "for i in range(1000): assay.log({'x': 0.5}, step=i)\n"
            "run.flush()\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("assay:", done.stderr)
        self.assertEqual([line["s"] for line in read_lines(self.only_run())], list(range(1000)))

    def test_a_vanished_folder_ends_nothing(self) -> None:
        run = assay.init()
        run.log({"x": 1.0})
        run.flush()
        shutil.rmtree(run.dir)
        with redirect_stderr(io.StringIO()) as said:
            run.log({"x": 2.0})
            run.flush()
            run.image("i", [[1]])
            run.artifact("missing.bin")
            run.finish()
        self.assertIn("training goes on", said.getvalue())
        self.assertFalse(os.path.exists(os.path.join(run.dir, "log.ndjson")))

    def test_strict_runs_say_it_by_an_exception(self) -> None:
        run = assay.init(strict=True)
        run.log({"x": 1.0})
        run.flush()
        shutil.rmtree(run.dir)
        run.log({"x": 1.0})
        run.flush()
        with self.assertRaises(assay.AssayError):
            run.log({"x": 1.0})
        with self.assertRaises(assay.AssayError):
            run.finish()

    def test_a_torn_line_does_not_swallow_the_next(self) -> None:
        run = assay.init()
        run.log({"x": 1.0})
        run.finish()
        with open(os.path.join(run.dir, "log.ndjson"), "ab") as file:
            file.write(b'{"t":1,"s":1,"m":{"x":')
        again = assay.init(resume=run.id)
        again.log({"x": 2.0})
        again.finish()
        self.assertEqual([line["m"]["x"] for line in read_lines(run.dir)], [1.0, 2.0])

    def test_a_project_that_cannot_be_written_gives_a_run_that_records_nothing(self) -> None:
        shutil.rmtree(".assay")
        with open(".assay", "w", encoding="utf-8"):
            pass
        with redirect_stderr(io.StringIO()) as said:
            run = assay.init()
            self.use_all(run)
            run.finish()
        self.assertTrue(run.disabled)
        self.assertEqual(said.getvalue().count("\n"), 1)
        with self.assertRaises(assay.AssayError):
            assay.init(strict=True)

    def use_all(self, run: Any) -> None:
        calls: List[Any] = [lambda: run.log({"x": 1.0}), lambda: run.params(a=1), lambda: run.image("i", [[0]]),
                            lambda: run.artifact(__file__), lambda: run.dataset(__file__), run.flush]
        for call in calls:
            call()


if __name__ == "__main__":
    unittest.main()
