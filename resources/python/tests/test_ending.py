import os
import signal
import subprocess
import sys
import unittest

from support import ProjectCase, read, read_lines

import assay

LOG = "import assay, os, sys, signal\nrun = assay.init()\nassay.log({'x': 1.0})\n"


class Ending(ProjectCase):
    def ended(self, rest: str, status: int) -> dict:  # type: ignore[type-arg]
        done = self.script(LOG + rest)
        self.assertEqual(done.returncode, status, done.stderr)
        run = self.runs()[-1]
        self.assertEqual(len(read_lines(run)), 1)
        return read(run, "exit.json")

    def test_a_script_that_just_ends(self) -> None:
        done = self.script("import assay\nassay.log({'x': 1.0})\n")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        run = self.only_run()
        end, identity, process = read(run, "exit.json"), read(run, "run.json"), read(run, "process.json")
        self.assertEqual((end["code"], end["signal"], end["by"], end["error"]), (0, None, "sdk", None))
        self.assertGreater(end["peakMemoryBytes"], 1_000_000)
        self.assertEqual((identity["version"], identity["source"], identity["cwd"]), (1, "sdk", "."))
        self.assertEqual((identity["id"], identity["command"][-1]), (os.path.basename(run), "train.py"))
        self.assertRegex(identity["id"], "^[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$")
        self.assertRegex(identity["name"], "^train-[0-9a-f]{4}$")
        self.assertIsNone(process["wrapper"])
        self.assertTrue(process["child"]["startTime"])
        self.assertEqual(os.listdir(os.path.dirname(run)), [os.path.basename(run)])
        with open(os.path.join(self.project, ".assay", ".gitignore"), encoding="utf-8") as file:
            self.assertEqual(file.read(), "*\n")

    def test_an_exception_nobody_catches(self) -> None:
        end = self.ended("raise ValueError('bad\\nshape')\n", 1)
        self.assertEqual((end["code"], end["error"]), (1, "ValueError: bad shape"))

    def test_even_under_a_foreign_excepthook(self) -> None:
        end = self.ended("sys.excepthook = lambda *a: None\n1 / 0\n", 1)
        self.assertEqual(end["error"], "ZeroDivisionError: division by zero")

    def test_codes_given_to_exit(self) -> None:
        self.assertEqual(self.ended("sys.exit(3)\n", 3)["code"], 3)
        self.assertEqual(self.ended("sys.exit()\n", 0)["code"], 0)
        end = self.ended("sys.exit('no data')\n", 1)
        self.assertEqual((end["code"], end["error"]), (1, "no data"))
        self.assertEqual(self.ended("with run: raise SystemExit(5)\n", 5)["code"], 5)

    def test_a_swallowed_exit_is_none(self) -> None:
        self.assertEqual(self.ended("try: sys.exit(3)\nexcept SystemExit as e: assert e.code == 3\n", 0)["code"], 0)

    def test_keyboard_interrupt(self) -> None:
        end = self.ended("raise KeyboardInterrupt\n", 130 if os.name == "nt" else -signal.SIGINT)
        self.assertEqual((end["code"], end["signal"]), (None, "SIGINT"))

    @unittest.skipIf(os.name == "nt", "POSIX signals")
    def test_sigterm_is_written_down_and_still_kills(self) -> None:
        end = self.ended("os.kill(os.getpid(), signal.SIGTERM)\nsignal.pause()\n", -signal.SIGTERM)
        self.assertEqual((end["code"], end["signal"]), (None, "SIGTERM"))

    @unittest.skipIf(os.name == "nt", "POSIX signals")
    def test_sigterm_amid_heavy_logging_loses_nothing(self) -> None:
        process = self.start(LOG + "print(flush=True)\ni = 0\nwhile True:\n  i += 1\n  assay.log({'x': 1.0}, step=i)\n"
                                   "  if i == 200_000: os.kill(os.getpid(), signal.SIGTERM)\n")
        process.communicate(timeout=30)
        self.assertEqual(process.returncode, -signal.SIGTERM)
        self.assertEqual(read(self.only_run(), "exit.json")["signal"], "SIGTERM")
        steps = [line["s"] for line in read_lines(self.only_run())]
        self.assertEqual(steps[1:], list(range(1, len(steps))))
        self.assertGreaterEqual(len(steps), 200_000)

    @unittest.skipIf(os.name == "nt", "POSIX signals")
    def test_kill_9_leaves_what_was_written_before(self) -> None:
        process = self.start(
            LOG + "import threading\n"
            "for i in range(1, 500): assay.log({'x': 1.0}, step=i)\n"
            "path = run.dir + '/log.ndjson'\n"
            # The thread writes by itself, without being asked; only the reader here waits.
            "while not os.path.exists(path) or open(path, 'rb').read().count(b'\\n') < 500: pass\n"
            "print('written', flush=True)\nsys.stdin.read()\n")
        assert process.stdout and process.stdin and process.stderr
        self.assertEqual(process.stdout.readline().strip(), "written")
        process.kill()
        process.communicate(timeout=30)
        run = self.only_run()
        self.assertEqual(len(read_lines(run)), 500)
        self.assertFalse(os.path.exists(os.path.join(run, "exit.json")))

    def test_context_managers(self) -> None:
        with assay.init() as good:
            good.log({"x": 1.0})
        with self.assertRaises(KeyError):
            with assay.init() as bad:
                raise KeyError("missing")
        self.assertEqual(read(good.dir, "exit.json")["code"], 0)
        self.assertEqual(read(bad.dir, "exit.json")["error"], "KeyError: 'missing'")
        self.assertIsNone(assay.current())

    def test_finish_with_a_code(self) -> None:
        run = assay.init()
        run.finish(4)
        run.finish(0)
        self.assertEqual(read(run.dir, "exit.json")["code"], 4)

    def test_a_launched_process_leaves_its_end_to_the_wrapper(self) -> None:
        run_dir = os.path.join(self.project, ".assay", "runs", "0" * 32)
        os.makedirs(run_dir)
        done = subprocess.run(
            [sys.executable, "-c", LOG + "run.params(a=1)\nassert run.id == '0' * 32\nassay.finish()\n"
             "assert assay.init().id != run.id"],
            env={**self.environment, "ASSAY_PROJECT": self.project, "ASSAY_RUN_ID": "0" * 32,
                 "ASSAY_RUN_DIR": run_dir}, cwd=self.root, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(sorted(os.listdir(run_dir)), ["log.ndjson"])
        self.assertEqual(len(read_lines(run_dir)), 2)


if __name__ == "__main__":
    unittest.main()
