"""Trainers that are killed at any time and resumed."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from iterscope.tensor_files import read_tensors
from iterscope_db import Store, open_store
from iterscope_trainer.state import STATE_FILE
from tests.chaos.servers import trainer
from tests.chaos.trials import Trial, require

EPOCHS = 4
NETWORK = (
    "--recipe=quick",
    "--architecture=resnet8",
    '--set=architecture_options={"stem_width": 4, "widths": [4, 8, 16]}',
    "--precision=float32",
    "--log-samples=8",
    f"--epochs={EPOCHS}",
    "--threads=1",
)
MOST_KILLS = 2
"""Then the run may complete."""
TIMED = ("epoch_seconds", "images_per_second", "log_seconds")
"""Measurements of time, which differ from run to run."""


@contextmanager
def killed_trainings(folder: Path) -> Iterator[Trial]:
    """A trainer is killed at any time, also while it starts, and resumed at once, several times."""
    began = time.monotonic()
    expected = finish_training(folder / "reference", *NETWORK)
    took = time.monotonic() - began
    count = 0

    def trial(at_random: random.Random) -> str:
        nonlocal count
        count += 1
        home = folder / str(count)
        arguments: tuple[str, ...] = NETWORK
        kills = 0
        for _ in range(MOST_KILLS):
            process = trainer(home, *arguments)
            try:
                time.sleep(at_random.uniform(0.3 * took, 0.9 * took))
            finally:
                process.kill()
                process.communicate()
            kills += 1
            with open_store(home) as store:
                runs = store.runs.list()
                if runs:
                    require(len(runs) == 1, f"{len(runs)} runs instead of one")
                    if runs[0].status == "completed":
                        break
                    require(runs[0].status == "dead", f"the killed run is {runs[0].status}, not dead")
                    arguments = (f"--resume={runs[0].id}", "--threads=1")
        completed = bool(runs) and runs[0].status == "completed"
        found = result_of(home) if completed else finish_training(home, *arguments)
        require(set(found) == set(expected), f"only one of the two has {sorted(set(found) ^ set(expected))}")
        for name, value in expected.items():
            require(same_bits(found[name], value), f"after {kills} kills, {name} differs")
        return f"killed {kills} times: same weights, same curves"

    yield trial


def same_bits(a: torch.Tensor, b: torch.Tensor) -> bool:
    return a.shape == b.shape and bool(((a == b) | (a.isnan() & b.isnan())).all())


def finish_training(home: Path, *arguments: str) -> dict[str, torch.Tensor]:
    """Train until the run is completed; its weights and curves."""
    process = trainer(home, *arguments)
    try:
        _, said = process.communicate(timeout=240)
    finally:
        process.kill()
    require(process.returncode == 0, f"the trainer ended with {process.returncode}: {said[-2000:]}")
    return result_of(home)


def result_of(home: Path) -> dict[str, torch.Tensor]:
    """Weights, momentum, checkpoints and curves of the only run in a home folder."""
    with open_store(home) as store:
        (run,) = store.runs.list()
        require((run.status, run.epoch) == ("completed", EPOCHS), f"the run is {run.status} in epoch {run.epoch}")
        folder = home / "checkpoints" / run.id
        found: dict[str, Any] = {f"state {name}": value for name, value in read_tensors(folder / STATE_FILE).items()}
        for checkpoint in store.checkpoints.list(run.id):
            for name, value in read_tensors(home / checkpoint.path).items():
                found[f"epoch {checkpoint.epoch} {name}"] = value
        return found | curves_of(store, run.id)


def curves_of(store: Store, run: str) -> dict[str, torch.Tensor]:
    page = store.metrics.read(run)
    series = {f"{one.metric} {one.split}": (one.epochs, one.values) for one in page.series}
    series |= {f"{one.name} {one.split}": (one.epochs, one.values) for one in page.scalars if one.name not in TIMED}
    return {
        f"{what} of {name}": torch.tensor(value)
        for name, (epochs, values) in series.items()
        for what, value in (("epochs", epochs), ("values", values))
    }
