"""PostgreSQL servers that stop and start while a process logs epochs."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from iterscope_db import Store, StoreError, open_store
from tests.chaos.trials import NotPossible, Trial, require
from tests.postgresql import PROGRAMS, cluster, empty_database

RESTARTS = 2
"""In one trial."""


@contextmanager
def restarted_servers(_folder: Path) -> Iterator[Trial]:
    """The server stops, in order or as in a crash, and starts again, while epochs are logged."""
    if PROGRAMS is None:
        raise NotPossible("PostgreSQL's server programs are not installed")
    with cluster() as server:
        server.start(durable=True)
        try:
            with empty_database(server.url) as url, open_store(url) as store:

                def trial(at_random: random.Random) -> str:
                    writer = Writer(store, store.runs.create({}, "a run", None, "resnet8", "digits", 0, 1000).id)
                    with writer.writing():
                        for _ in range(RESTARTS):
                            time.sleep(at_random.uniform(0.05, 0.4))
                            server.stop(at_random.choice(["fast", "immediate"]))
                            time.sleep(at_random.uniform(0, 0.2))
                            server.start(durable=True)
                            writer.wait_for_next()
                    writer.check()
                    return "nothing lost, went on"

                yield trial
        finally:
            server.stop()


class Writer:
    """Logs epochs as fast as it goes, from a thread of its own. An epoch that is refused is logged again, as a trainer does."""

    def __init__(self, store: Store, run: str) -> None:
        self.store, self.run = store, run
        self.acknowledged = 0
        self.refusals: list[str] = []
        self.problem: BaseException | None = None
        self.ended = threading.Event()

    @contextmanager
    def writing(self) -> Iterator[None]:
        thread = threading.Thread(target=self.write, name="writer of epochs")
        thread.start()
        try:
            yield
        finally:
            self.ended.set()
            thread.join()

    def write(self) -> None:
        try:
            while not self.ended.is_set():
                epoch = self.acknowledged
                try:
                    self.store.metrics.log_epoch(self.run, epoch, {("l2_ratio", "train"): [float(epoch)] * 3}, {})
                    self.acknowledged += 1
                except StoreError as error:
                    self.refusals.append(str(error))
                    time.sleep(0.1)
        except BaseException as error:
            self.problem = error

    def wait_for_next(self) -> None:
        """Until an epoch is logged that was begun from now on."""
        wanted, end = self.acknowledged + 2, time.monotonic() + 60
        while self.acknowledged < wanted:
            require(self.problem is None, f"the writer ended with {self.problem!r}")
            require(time.monotonic() < end, f"nothing was logged after the restart: {self.refusals[-1:]}")
            time.sleep(0.01)

    def check(self) -> None:
        series, _ = self.store.metrics.series(self.run)
        epochs = series[0].epochs.tolist()
        require(
            epochs == list(range(self.acknowledged)),
            f"{self.acknowledged} epochs were acknowledged, {epochs} are there",
        )
        require(bool((series[0].values[:, 0] == series[0].epochs).all()), "an epoch has other values")
        for refusal in self.refusals:
            require("does not answer" in refusal, f"the refusal was: {refusal}")
