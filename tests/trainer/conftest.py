"""A small data set, tiny networks and a store for the trainer's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from iterscope.datasets import Dataset, load_dataset
from iterscope.recipes import TrainingConfiguration, training_configuration, usual_image_size
from iterscope_db import Store, open_store


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Threads that wait for each other are slow beside other tests; and results stay the same bit by bit."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def digits() -> Dataset:
    """120 training and 60 validation digits."""
    whole = load_dataset("digits", image_size=usual_image_size("digits"))
    return replace(whole, train=whole.train.subset(120), validation=whole.validation.subset(60))


@pytest.fixture
def configure() -> Callable[..., TrainingConfiguration]:
    """A ResNet-8 with 4, 8, 16 filters in float32, 3 epochs; anything may be overridden."""

    def make(**overrides: Any) -> TrainingConfiguration:
        return training_configuration(
            "quick",
            **{
                "architecture": "resnet8",
                "architecture_options": {"stem_width": 4, "widths": [4, 8, 16]},
                "epochs": 3,
                "batch_size": 40,
                "log_samples": 16,
                "precision": "float32",
                **overrides,
            },
        )

    return make


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "home") as opened:
        yield opened
