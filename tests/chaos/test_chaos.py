"""A few trials of most faults; `make chaos` makes all of them for ten minutes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.chaos.faults import FAULTS
from tests.chaos.trials import Fault, Trial, require, run_trials

# Trainers and services are killed in tests/trainer/test_processes.py, tests/cli/test_paper_training.py and tests/backend/test_jobs.py, too.
TRIALS = {
    "killed saves": 3,
    "cancelled jobs": 5,
    "contested claims": 3,
    "full disks": 4,
    "flipped bytes": 60,
    "hostile weights": 1,
    "damaged headers": 120,
    "hostile images": 80,
    "hostile requests": 30,
}


@pytest.mark.service
@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.name in TRIALS], ids=lambda fault: fault.name)
def test_promises_hold(fault: Fault, tmp_path: Path) -> None:
    tally = run_trials(fault, tmp_path / "home", seed=0, seconds=240, count=TRIALS[fault.name])
    assert not tally.broken, "\n".join(tally.broken)
    if tally.not_possible is not None:
        pytest.skip(tally.not_possible)
    assert sum(tally.ended.values()) == tally.trials == TRIALS[fault.name]


def test_a_broken_promise_is_counted_and_the_others_are_still_tried(tmp_path: Path) -> None:
    seen = []

    @contextmanager
    def sometimes(_folder: Path) -> Iterator[Trial]:
        def trial(at_random: random.Random) -> str:
            seen.append(at_random.random())
            require(len(seen) != 2, "the second one")
            return "fine"

        yield trial

    fault = Fault("sometimes", "It holds.", 1, sometimes)
    tally = run_trials(fault, tmp_path / "a", seed=1, seconds=60, count=4)
    assert (tally.trials, tally.broken, dict(tally.ended)) == (4, ["trial 1: the second one"], {"fine": 3})
    again = list(seen)
    seen[:] = [0.0] * 2  # none is the second one now
    assert not run_trials(fault, tmp_path / "b", seed=1, seconds=60, count=4).broken
    assert seen[2:] == again


def test_the_document_makes_these_promises() -> None:
    document = (Path(__file__).parents[2] / "docs/RELIABILITY.md").read_text(encoding="utf-8")
    for fault in FAULTS:
        assert fault.promise in document, fault.name
        assert f"`{fault.name.replace(' ', '-')}`" in document, fault.name
