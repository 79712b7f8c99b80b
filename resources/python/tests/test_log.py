import io
import math
import threading
import time
import unittest
from contextlib import redirect_stderr
from typing import Any

from support import ProjectCase, read_lines

import assay


class Scalar:
    """As NumPy, PyTorch and JAX scalars do it."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def item(self) -> Any:
        return self.value


class EagerTensor:
    def __init__(self, value: Any) -> None:
        self.value = value

    def numpy(self) -> Any:
        return Scalar(self.value)


class Vector:
    def item(self) -> Any:
        raise ValueError("can only convert an array of size 1")

    def __float__(self) -> float:
        raise TypeError("only length-1 arrays")


class Logging(ProjectCase):
    def logged(self, *calls: Any, **settings: Any) -> Any:
        run = assay.init(**settings)
        for call in calls:
            run.log(*call) if isinstance(call, tuple) else run.log(call)
        run.finish()
        return read_lines(run.dir)

    def test_counts_steps_of_its_own_after_the_last(self) -> None:
        lines = self.logged({"a": 1.0}, {"a": 2.0}, ({"a": 3.0}, 10), {"a": 4.0}, {"b": 1.0, "c": 2.0})
        self.assertEqual([line["s"] for line in lines], [0, 1, 10, 11, 12])
        self.assertEqual(lines[-1]["m"], {"b": 1.0, "c": 2.0})

    def test_keeps_what_is_not_finite(self) -> None:
        lines = self.logged({"x": math.nan}, {"x": math.inf}, {"x": -math.inf}, {"x": 1.0, "y": math.nan})
        self.assertEqual([line["m"] for line in lines],
                         [{"x": "NaN"}, {"x": "Infinity"}, {"x": "-Infinity"}, {"x": 1.0, "y": "NaN"}])

    def test_takes_numbers_of_any_library(self) -> None:
        tensor = Scalar(0.5)
        run = assay.init()
        run.log({"x": tensor, "y": EagerTensor(2.5), "z": Scalar(3), "flag": True, "n": 7, "big": 10**400,
                 "wide": 2**70}, step=Scalar(4))
        tensor.value = 9.0
        run.log({"x": tensor})
        run.finish()
        lines = read_lines(run.dir)
        self.assertEqual(lines[0]["m"], {"x": 0.5, "y": 2.5, "z": 3, "flag": 1, "n": 7, "big": "Infinity",
                                         "wide": float(2**70)})
        self.assertEqual([line["s"] for line in lines], [4, 5])

    def test_known_names_take_the_same_values(self) -> None:
        values = [True, 7, 2**70, -(10**400), Scalar(0.5), EagerTensor(3.5), Scalar(math.nan), 0.25]
        run = assay.init()
        for value in values:
            run.log({"x": value})
            run.log({"x": value, "y": value})
        run.log({})
        run.finish()
        expected = [1, 7, float(2**70), "-Infinity", 0.5, 3.5, "NaN", 0.25]
        lines = read_lines(run.dir)
        self.assertEqual([line["m"] for line in lines[0::2]], [{"x": value} for value in expected])
        self.assertEqual([line["m"] for line in lines[1::2]], [{"x": value, "y": value} for value in expected])

    def test_joins_nested_names_and_escapes_them(self) -> None:
        lines = self.logged({"val": {"acc": 0.9, "per class": {3: 1.0}}, 'quote " 🚀 ü\\': 1.0})
        self.assertEqual(lines[0]["m"], {"val/acc": 0.9, "val/per class/3": 1.0, 'quote " 🚀 ü\\': 1.0})

    def test_leaves_out_what_is_no_number_and_says_so_once(self) -> None:
        with redirect_stderr(io.StringIO()) as said:
            lines = self.logged({"x": "high", "y": 1.0}, {"x": "low"}, {"x": None, "v": Vector()}, {"": 1.0, "\n": 2.0},
                                5, ({"y": 2.0}, math.nan), ({"y": 3.0}, "seven"))
        self.assertEqual([line["m"] for line in lines], [{"y": 1.0}, {"y": 2.0}, {"y": 3.0}])
        self.assertEqual(said.getvalue().count("metric 'x'"), 1)

    def test_strict_runs_raise(self) -> None:
        run = assay.init(strict=True)
        for bad in ({"x": "high"}, {"x": Vector()}, {3: 1.0}, 5):
            with self.assertRaises(TypeError):
                run.log(bad)  # type: ignore[arg-type]
        with self.assertRaises(ValueError):
            run.log({"x": 1.0}, step=math.inf)

    def test_takes_a_time_and_a_clock_that_goes_backwards(self) -> None:
        run = assay.init()
        for at in (1000.5, 900.25, 1000.5):
            run.log({"x": 1.0}, time=at)
        run.finish()
        self.assertEqual([line["t"] for line in read_lines(run.dir)], [1000.5, 900.25, 1000.5])

    def test_everything_that_is_no_metric(self) -> None:
        run = assay.init()
        run.params({"lr": 0.1, "model": {"depth": 3}, "path": Vector}, seed=1, inf=math.inf)
        run.tags({"kind": "try", "old": None})
        run.note("# Hello\nworld")
        run.summary(best=Scalar(0.93))
        run.finish()
        params, tags, note, summary = read_lines(run.dir)
        self.assertEqual({**params["p"], "path": ""},
                         {"lr": 0.1, "model/depth": 3, "path": "", "seed": 1, "inf": "Infinity"})
        self.assertEqual(tags["tag"], {"kind": "try", "old": None})
        self.assertEqual(note["note"], "# Hello\nworld")
        self.assertEqual(summary["sum"], {"best": 0.93})
        self.assertTrue(all(abs(line["t"] - time.time()) < 60 for line in (params, tags, note, summary)))

    def test_many_threads_lose_nothing_and_share_the_steps(self) -> None:
        run = assay.init()
        log: Any = run.log
        workers = [threading.Thread(target=lambda: [log({"x": 1.0}) for _ in range(5000)]) for _ in range(8)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        run.finish()
        self.assertEqual(sorted(line["s"] for line in read_lines(run.dir)), list(range(40_000)))

    def test_more_points_than_the_buffer_holds_stay_in_order(self) -> None:
        run = assay.init()
        for step in range(100_000):
            run.log({"x": 0.5}, step=step)
            if step % 1000 == 0:
                self.assertLessEqual(len(run._writer.buffer), 4 * 20_001)
        run.finish()
        self.assertEqual([line["s"] for line in read_lines(run.dir)], list(range(100_000)))

    def test_the_rank_stands_in_every_line(self) -> None:
        self.script("import assay\nassay.log({'x': 1.0})\nassay.log({'x': 1, 'y': 2})\nassay.note('n')", RANK="3")
        self.assertEqual([line["r"] for line in read_lines(self.only_run())], [3, 3, 3])

    def test_what_comes_after_the_end_is_dropped(self) -> None:
        run = assay.init()
        run.log({"x": 1.0})
        run.finish()
        with redirect_stderr(io.StringIO()) as said:
            run.log({"x": 2.0})
            run.note("late")
        self.assertEqual(len(read_lines(run.dir)), 1)
        self.assertEqual(said.getvalue().count("finished"), 1)


if __name__ == "__main__":
    unittest.main()
