"""The first step of an import, in this process: what is written is the network of the file."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from iterscope.architectures import (
    ForeignConfiguration,
    build_from_configuration,
)
from iterscope.importing.opening import open_and_recognise
from iterscope.tensor_files import read_tensors


def test_what_lies_beside_the_weights_is_named_and_the_normaliser_is_kept(tmp_path: Path) -> None:
    model = build_from_configuration(ForeignConfiguration("cifar", "resnet8", 10, 32), seed=0)
    weights = {f"model.{name}": tensor for name, tensor in model.state_dict().items()}
    normaliser = {"normalize.mean": torch.tensor([0.1, 0.2, 0.3]), "normalize.std": torch.tensor([0.5, 0.5, 0.5])}
    optimiser = {"state": {}, "param_groups": [{"lr": 0.1}]}
    torch.save({"net": {**weights, **normaliser}, "optimizer": optimiser, "epoch": 3}, tmp_path / "a.pth")
    found = open_and_recognise({"path": str(tmp_path / "a.pth"), "tensors": str(tmp_path / "t")}, lambda _: None)
    assert found["nesting"] == "net → model."
    assert found["normalisation"][0] == pytest.approx([0.1, 0.2, 0.3])
    assert found["epoch"] == 3
    assert "not needed and were left out: optimizer, epoch" in " ".join(found["evidence"])
    assert read_tensors(tmp_path / "t").keys() == model.state_dict().keys()
