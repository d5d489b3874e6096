"""The missing runs trained one after the other, interrupted and taken up again."""

from __future__ import annotations

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

from cli.paper_plan import make_plan
from cli.paper_training import Trained, train_missing
from db import Store, open_store
from iterscope.paper.suite import PlannedRun
from tests.cli.conftest import planned
from trainer.stopping import StopSignal

CPU = torch.device("cpu")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as opened:
        yield opened


def train(store: Store, home: Path, wanted: list[PlannedRun]) -> Trained:
    with StopSignal() as stop:
        return train_missing(store, home, make_plan(wanted, store.runs.list()), CPU, stop, download=False)


@contextmanager
def interrupting(store: Store) -> Iterator[None]:
    """Press Ctrl-C once a run has logged its first epoch."""

    def press() -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if any((run.epoch or 0) >= 1 for run in store.runs.list()):
                os.kill(os.getpid(), signal.SIGINT)
                return
            time.sleep(0.02)

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
    assert (trained.failures, trained.interrupted) == ([], None)
    assert [entry.state for entry in make_plan(wanted, store.runs.list())] == ["there"] * 2
    assert "2 of 2: ResNet-14, 4–8–16 filters on folder:…/few-digits0, seed 1" in capsys.readouterr().err
    assert train(store, tmp_path, wanted) == Trained()
    assert len(store.runs.list()) == 2


def test_after_ctrl_c_the_same_run_goes_on_and_ends_alike(store: Store, tmp_path: Path, few_digits: str) -> None:
    wanted = [planned(few_digits, epochs=15), planned(few_digits, seed=1)]
    with interrupting(store):
        trained = train(store, tmp_path, wanted)
    assert trained.interrupted is not None
    assert [run.status for run in store.runs.list()] == ["interrupted"]  # the second was not begun
    again = train(store, tmp_path, wanted)
    assert again.completed[0].id == trained.interrupted.id
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
