"""What one ``log()`` of one metric costs: ``python sdk_log.py NAME``, one process per contender, because their packages conflict.

Prints one JSON object: ``{"calls": n, "us_per_log": x, "bytes_per_point": b, "version": v}``, or ``{"error": "..."}`` where it fails. The clock runs from the first ``log`` until everything is on disk (``finish``/``close`` included), because a
call that only queues work has not yet paid for it.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import sys
import tempfile
import time
from typing import Callable


def folder_bytes(path: str) -> int:
    return sum(os.path.getsize(os.path.join(base, name)) for base, _, names in os.walk(path) for name in names)


def assay_logs(folder: str, n: int) -> Callable[[], None]:
    import assay

    os.makedirs(os.path.join(folder, ".assay"), exist_ok=True)
    run = assay.init(project=folder)

    def work() -> None:
        log = run.log
        for i in range(n):
            log({"loss": 1.0 / (i + 1)}, step=i)
        run.finish()

    return work


def mlflow_logs(folder: str, n: int) -> Callable[[], None]:
    import mlflow

    mlflow.set_tracking_uri("sqlite:///" + os.path.join(folder, "mlflow.db"))
    mlflow.set_experiment("bench")
    mlflow.start_run()

    def work() -> None:
        for i in range(n):
            mlflow.log_metric("loss", 1.0 / (i + 1), step=i)
        mlflow.end_run()

    return work


def wandb_logs(folder: str, n: int) -> Callable[[], None]:
    import wandb

    run = wandb.init(mode="offline", dir=folder, settings=wandb.Settings(silent=True, console="off", x_disable_stats=True))

    def work() -> None:
        for i in range(n):
            run.log({"loss": 1.0 / (i + 1)}, step=i)
        run.finish()

    return work


def tensorboardx_logs(folder: str, n: int) -> Callable[[], None]:
    from tensorboardX import SummaryWriter

    writer = SummaryWriter(folder)

    def work() -> None:
        for i in range(n):
            writer.add_scalar("loss", 1.0 / (i + 1), i)
        writer.close()

    return work


def trackio_logs(folder: str, n: int) -> Callable[[], None]:
    os.environ["TRACKIO_DIR"] = folder
    import trackio

    trackio.init(project="bench", embed=False)

    def work() -> None:
        for i in range(n):
            trackio.log({"loss": 1.0 / (i + 1)}, step=i)
        trackio.finish()

    return work


CONTENDERS: dict[str, tuple[Callable[[str, int], Callable[[], None]], int]] = {
    "assay": (assay_logs, 1_000_000),
    "tensorboardX": (tensorboardx_logs, 50_000),
    "wandb": (wandb_logs, 20_000),
    "trackio": (trackio_logs, 5_000),
    "mlflow": (mlflow_logs, 1_000),
}


def main() -> None:
    quiet = os.dup(1)
    os.dup2(2, 1)
    name = sys.argv[1]
    prepare, n = CONTENDERS[name]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        try:
            work = prepare(folder, n)
            started = time.perf_counter()
            work()
            took = time.perf_counter() - started
            version = "this checkout" if name == "assay" else importlib.metadata.version(name)
            result: dict[str, object] = {"calls": n, "us_per_log": took / n * 1e6, "bytes_per_point": folder_bytes(folder) / n, "version": version}
        except Exception as error:  # a peer's own failure is a result, not ours
            result = {"error": f"{type(error).__name__}: {error}"}
    os.dup2(quiet, 1)
    print(json.dumps(result))
    sys.stdout.flush()
    # peers leave server threads behind that would keep the process alive
    os._exit(0)


if __name__ == "__main__":
    main()
