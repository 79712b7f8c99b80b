import os
import unittest

from support import ProjectCase, read, read_lines

import assay

WORKERS = """
import assay, multiprocessing, sys
def work(n):
    for i in range(100): assay.log({"w%d" % n: float(i)}, step=i)
if __name__ == "__main__":
    run = assay.init()
    assay.log({"x": 1.0})
    context = multiprocessing.get_context(sys.argv[1] if len(sys.argv) > 1 else METHOD)
    workers = [context.Process(target=work, args=(n,)) for n in range(3)]
    [worker.start() for worker in workers]
    [worker.join() for worker in workers]
    assert all(worker.exitcode == 0 for worker in workers)
    assay.log({"x": 2.0})
"""


class Processes(ProjectCase):
    def check_workers(self, method: str) -> None:
        done = self.script(WORKERS.replace("METHOD", repr(method)))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        lines = read_lines(self.only_run())
        for worker in range(3):
            steps = [line["s"] for line in lines if f"w{worker}" in line["m"]]
            self.assertEqual(steps, list(range(100)))
        self.assertEqual([line["m"]["x"] for line in lines if "x" in line["m"]], [1.0, 2.0])
        self.assertEqual(read(self.only_run(), "exit.json")["code"], 0)

    @unittest.skipUnless(hasattr(os, "fork"), "needs fork")
    def test_forked_workers_log_to_the_same_run(self) -> None:
        self.check_workers("fork")

    def test_spawned_workers_log_to_the_same_run(self) -> None:
        self.check_workers("spawn")

    @unittest.skipUnless(hasattr(os, "fork"), "needs fork")
    def test_a_fork_repeats_nothing_and_does_not_end_the_run(self) -> None:
        done = self.script(
            "import assay, os\n"
            "run = assay.init()\n"
            "for i in range(1000): assay.log({'x': 1.0}, step=i)\n"
            "pid = os.fork()\n"
            "if pid == 0:\n"
            "    assert assay.init(params={'a': 1}) is run\n"
            "    assay.log({'child': 1.0})\n"
            "    raise SystemExit(0)\n"
            "os.waitpid(pid, 0)\n"
            "assert not os.path.exists(run.dir + '/exit.json')\n"
            "assay.log({'x': 2.0})\n")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        lines = read_lines(self.only_run())
        self.assertEqual([line["s"] for line in lines if "x" in line.get("m", {})], list(range(1001)))
        self.assertEqual([line["s"] for line in lines if "child" in line.get("m", {})], [1000])
        self.assertEqual(len([line for line in lines if "p" in line]), 1)

    def test_a_child_script_joins_the_run(self) -> None:
        done = self.script(
            "import assay, subprocess, sys\n"
            "run = assay.init()\n"
            "subprocess.run([sys.executable, '-c', 'import assay; assay.init(); assay.log({\"y\": 1})'], check=True)\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(read_lines(self.only_run())[0]["m"], {"y": 1})


class Families(ProjectCase):
    def test_a_run_inside_a_run_is_its_child(self) -> None:
        with assay.init(experiment="e", group="g") as outer:
            with assay.init(name="inner") as inner:
                assay.log({"x": 1.0})
                self.assertEqual(os.environ["ASSAY_RUN_ID"], inner.id)
            assay.log({"x": 2.0})
            with outer.child(name="fold-1", params={"fold": 1}) as fold:
                assay.log({"x": 3.0})
        self.assertNotIn("ASSAY_RUN_ID", os.environ)
        for run, value in ((inner, 1.0), (outer, 2.0), (fold, 3.0)):
            self.assertEqual([line["m"]["x"] for line in read_lines(run.dir)], [value])
        identity = read(fold.dir, "run.json")
        self.assertEqual((identity["parent"], identity["experiment"], identity["params"]), (outer.id, "e", {"fold": 1}))
        self.assertEqual(read(inner.dir, "run.json")["parent"], outer.id)
        self.assertEqual(read(outer.dir, "run.json")["group"], "g")

    def test_a_child_outside_with_is_not_current(self) -> None:
        outer = assay.init()
        child = assay.child()
        self.assertIs(assay.current(), outer)
        child.finish()
        self.assertIs(assay.init(reinit=True), assay.current())
        self.assertTrue(os.path.exists(os.path.join(outer.dir, "exit.json")))

    def test_resume_goes_on_with_the_steps(self) -> None:
        run = assay.init(name="first")
        for step in range(3):
            run.log({"x": 1.0}, step=step * 10)
        run.note("no step here")
        run.finish(1)
        again = assay.init(resume=run.id[:30])
        self.assertEqual((again.id, again.name), (run.id, "first"))
        self.assertTrue(os.path.exists(os.path.join(os.path.dirname(run.dir), f".wake-{run.id}")))
        self.assertFalse(os.path.exists(os.path.join(run.dir, "exit.json")))
        again.log({"x": 2.0})
        again.finish()
        self.assertEqual([line["s"] for line in read_lines(run.dir) if "m" in line], [0, 10, 20, 21])
        self.assertEqual(read(run.dir, "exit.1.json")["code"], 1)
        self.assertEqual(read(run.dir, "exit.json")["code"], 0)

    def test_resume_refuses_what_it_cannot_mean(self) -> None:
        first, second = assay.init(), assay.init()
        common = os.path.commonprefix([first.id, second.id])
        for wrong in (common, "ffff", first.id):
            with self.assertRaises(assay.AssayError):
                assay.init(resume=wrong)
        with self.assertRaises(assay.AssayError):
            assay.init(parent="ffff")


if __name__ == "__main__":
    unittest.main()
