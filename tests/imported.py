"""A trained network as another program would have it: post-activation, on images of 0 … 1 that are not normalised."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch.nn.functional import cross_entropy

import iterscope as it
from iterscope.architectures import ForeignConfiguration, build_foreign
from tests.stores import made_once

CONFIGURATION = ForeignConfiguration("cifar", "resnet14", 10, 32, options={"widths": [4, 8, 8]})


def trained_weights(factory: pytest.TempPathFactory) -> dict[str, torch.Tensor]:
    """Trained for seconds on digits, once in a test run."""

    def train(folder: Path) -> None:
        images = it.load_dataset("digits").train.with_normalisation((0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
        torch.manual_seed(0)
        model = build_foreign(CONFIGURATION).train()
        optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
        for epoch in range(5):
            optimizer.param_groups[0]["lr"] = 0.01 if epoch < 3 else 0.001  # BatchNorm's statistics come to rest
            for start in range(0, len(images), 50):
                loss = cross_entropy(model(images.batch(start, start + 50)), images.labels[start : start + 50])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
        torch.save(model.state_dict(), folder / "weights.pt")

    weights: dict[str, torch.Tensor] = torch.load(
        made_once(factory, "imported", train) / "weights.pt", weights_only=True
    )
    return weights
