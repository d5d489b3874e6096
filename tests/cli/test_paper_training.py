"""The missing runs trained one after the other and at once, interrupted and taken up again."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from iterscope.paper.suite import PlannedRun
from iterscope_cli.paper_plan import make_plan
from iterscope_cli.paper_training import Trained, train_missing
from iterscope_db import RunRecord, Store, open_store
from iterscope_trainer.stopping import StopSignal
from tests.cli.conftest import planned

pytestmark = [pytest.mark.service, pytest.mark.training]

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def _interruptions_are_heard() -> Iterator[None]:
    """A shell that starts the tests in the background lets them ignore SIGINT."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as opened:
        yield opened


def train(
    store: Store, home: Path, wanted: list[PlannedRun], at_once: int = 1, stop: StopSignal | None = None
) -> Trained:
    entries = make_plan(wanted, store.runs.list())
    with stop or StopSignal() as stop:
        return train_missing(store, home, entries, CPU, stop, download=False, at_once=at_once)


def children() -> set[int | None]:
    """This process's, those of other tests' services among them."""
    return {process.pid for process in multiprocessing.active_children()}


def process_of(run: RunRecord) -> int:
    """The id of the process that trains a run."""
    assert run.worker is not None
    return int(run.worker.rpartition(":")[2])


@contextmanager
def interrupting(store: Store, runs: int = 1, again: StopSignal | None = None) -> Iterator[None]:
    """Press Ctrl-C once that many runs have logged their first epoch; and again as soon as that signal is set.

    With `again`, the runs' processes are halted before, so that none has ended when the second one comes.
    """

    def press() -> None:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            begun = [run for run in store.runs.list() if (run.epoch or 0) >= 1]
            if len(begun) >= runs:
                for run in begun if again else ():
                    os.kill(process_of(run), signal.SIGSTOP)
                os.kill(os.getpid(), signal.SIGINT)
                if again:
                    while not again.is_set:
                        time.sleep(0.001)
                    os.kill(os.getpid(), signal.SIGINT)
                return
            time.sleep(0.1)

    thread = threading.Thread(target=press)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def test_what_is_missing_is_trained_and_then_there(
    store: Store, tmp_path: Path, few_digits: str, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = [planned(few_digits), planned(few_digits, seed=1)]
    trained = train(store, tmp_path, wanted)
    assert [run.seed for run in trained.completed] == [0, 1]
    assert (trained.failures, trained.interrupted) == ([], [])
    assert [entry.state for entry in make_plan(wanted, store.runs.list())] == ["there"] * 2
    assert "2 of 2: ResNet-14, 4–8–16 filters on folder:…/few-digits, seed 1" in capsys.readouterr().err
    assert train(store, tmp_path, wanted) == Trained()
    assert len(store.runs.list()) == 2


def test_after_ctrl_c_the_same_run_goes_on_and_ends_alike(store: Store, tmp_path: Path, few_digits: str) -> None:
    wanted = [planned(few_digits, epochs=15), planned(few_digits, seed=1)]
    with interrupting(store):
        trained = train(store, tmp_path, wanted)
    assert len(trained.interrupted) == 1
    assert [run.status for run in store.runs.list()] == ["interrupted"]  # the second was not begun
    again = train(store, tmp_path, wanted)
    assert again.completed[0].id == trained.interrupted[0].id
    assert len(again.completed) == len(store.runs.list()) == 2

    with open_store(tmp_path / "straight") as other:
        (straight,) = train(other, tmp_path / "straight", wanted[:1]).completed
        assert straight.latest == again.completed[0].latest


def test_a_run_that_fails_leaves_the_others_alone(store: Store, tmp_path: Path, few_digits: str) -> None:
    broken = planned(few_digits)
    broken = replace(broken, configuration=replace(broken.configuration, dataset=f"folder:{tmp_path / 'nowhere'}"))
    trained = train(store, tmp_path, [broken, planned(few_digits, seed=1)])
    assert len(trained.completed) == 1
    assert "is failed" in trained.failures[0]
    assert "does not exist" in trained.failures[0]


def test_several_train_at_once_each_as_it_would_alone_and_a_killed_one_is_a_failure(
    store: Store, tmp_path: Path, few_digits: str, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = planned(few_digits, seed=2)
    broken = replace(broken, configuration=replace(broken.configuration, dataset=f"folder:{tmp_path / 'nowhere'}"))
    wanted = [planned(few_digits, epochs=200), planned(few_digits, seed=1), broken]

    def kill() -> None:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            if (long := [run for run in store.runs.list() if run.epochs == 200]) and (long[0].epoch or 0) >= 1:
                os.kill(process_of(long[0]), signal.SIGKILL)
                return
            time.sleep(0.1)

    thread = threading.Thread(target=kill)
    thread.start()
    trained = train(store, tmp_path, wanted, at_once=2)
    thread.join()
    (run,) = trained.completed
    assert run.seed == 1
    failures = "\n".join(trained.failures)
    assert "seed 0: its process ended unexpectedly (exit code -9)" in failures
    assert "does not exist" in failures
    assert len(trained.failures) == 2
    assert len({run.worker for run in store.runs.list()}) == 3  # a process each
    printed = capsys.readouterr().err
    assert "3 of 3: " in printed
    assert "left in total)" in printed
    assert "ResNet-14, 4–8–16 filters on folder:…/few-digits, seed 1: epoch   1  training loss" in printed

    with open_store(tmp_path / "alone") as other:
        (alone,) = train(other, tmp_path / "alone", wanted[1:2], at_once=1).completed
    assert alone.latest == pytest.approx(run.latest, rel=1e-3)


def test_ctrl_c_saves_all_that_train(store: Store, tmp_path: Path, few_digits: str) -> None:
    before = children()
    wanted = [planned(few_digits, seed=seed, epochs=200) for seed in range(3)]
    with interrupting(store, runs=2):
        trained = train(store, tmp_path, wanted, at_once=2)
    assert (len(trained.interrupted), trained.completed, trained.failures) == (2, [], [])
    assert [run.status for run in store.runs.list()] == ["interrupted"] * 2  # the third was not begun
    assert [entry.state for entry in make_plan(wanted, store.runs.list())].count("to resume") == 2
    assert children() <= before


def test_ctrl_c_before_anything_trains_leaves_nothing(store: Store, tmp_path: Path, few_digits: str) -> None:
    before = children()

    def press() -> None:
        while len(children()) < len(before) + 2:
            time.sleep(0.001)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=press)
    thread.start()
    trained = train(store, tmp_path, [planned(few_digits, seed=seed) for seed in range(3)], at_once=2)
    thread.join()
    assert trained == Trained()
    assert store.runs.list() == []
    assert children() <= before


def test_a_second_ctrl_c_ends_all_at_once(store: Store, tmp_path: Path, few_digits: str) -> None:
    before = children()
    wanted = [planned(few_digits, seed=seed, epochs=200) for seed in range(2)]
    stop = StopSignal()
    with pytest.raises(KeyboardInterrupt), interrupting(store, runs=2, again=stop):
        train(store, tmp_path, wanted, at_once=2, stop=stop)
    assert children() <= before
