"""A process of its own for the tests: `python worker.py TASK URL …`. It prints what it did, a line each."""

import os
import signal
import sys

from iterscope_db import open_store


def claim(url: str, worker: str) -> None:
    """Claim until the queue is empty."""
    with open_store(url) as store:
        print("ready", flush=True)
        sys.stdin.readline()
        while (run := store.runs.claim_next(worker)) is not None:
            print(run.id, flush=True)


def migrate(url: str) -> None:
    """Open the store at the same moment as others."""
    print("ready", flush=True)
    sys.stdin.readline()
    with open_store(url) as store:
        run = store.runs.create({}, "a run", None, "resnet20", "digits", 0, 1)
        print(run.id, flush=True)


def log(url: str, run: str, epochs: str) -> None:
    """Log epochs as fast as it goes."""
    with open_store(url) as store:
        for epoch in range(int(epochs)):
            arrays = {("l2_ratio", split): [float(epoch)] * 3 for split in ("train", "validation")}
            store.metrics.log_epoch(run, epoch, arrays, {("loss", "train"): float(epoch)})
            print(epoch, flush=True)


def die(url: str, run: str) -> None:
    """Log one epoch, then be killed in the middle of the next one's transaction."""
    with open_store(url) as store:
        store.metrics.log_epoch(run, 0, {("l2_ratio", "train"): [0.0, 0.0, 0.0]}, {})
        with store._database.write() as connection:
            store.metrics._insert(connection, {"run_id": run, "epoch": 1, "sequence": 2}, {}, {("loss", None): 1.0})
            print("writing", flush=True)
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    {"claim": claim, "migrate": migrate, "log": log, "die": die}[sys.argv[1]](*sys.argv[2:])
