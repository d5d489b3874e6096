"""The first step of an import, in this process: what is written is the network of the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from iterscope.architectures import (
    ForeignConfiguration,
    build_foreign,
    build_from_configuration,
    configuration_from_dict,
)
from iterscope.importing.opening import open_and_recognise
from iterscope.recognition import foreign_model
from iterscope.tensor_files import read_tensors


@pytest.mark.parametrize(("family", "name"), [("cifar", "resnet8"), ("torchvision", "resnet18"), ("own", "resnet8")])
def test_a_network_for_grey_images_reads_the_grey_level(tmp_path: Path, family: Any, name: str) -> None:
    torch.manual_seed(0)
    if family == "own":
        import iterscope as it

        grey = it.build(name, in_channels=1).eval()
    else:
        grey = build_foreign(ForeignConfiguration(family, name, 10, 32, 1))
    torch.save(grey.state_dict(), tmp_path / "grey.pth")
    found = open_and_recognise({"path": str(tmp_path / "grey.pth"), "tensors": str(tmp_path / "t")}, lambda _: None)
    assert "network for grey images" in " ".join(found["evidence"])
    configuration = configuration_from_dict(found["alternatives"][0][1])
    coloured = foreign_model(configuration, read_tensors(tmp_path / "t"))
    colours = torch.rand(2, 3, 32, 32)
    level = (colours * torch.tensor([0.299, 0.587, 0.114]).view(3, 1, 1)).sum(1, keepdim=True)
    with torch.no_grad():
        torch.testing.assert_close(coloured(colours), grey(level), rtol=1e-4, atol=1e-4)
        torch.testing.assert_close(coloured(level.expand(-1, 3, -1, -1)), grey(level), rtol=1e-4, atol=1e-4)


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
    assert "the file also has optimizer, epoch, which are not needed" in " ".join(found["evidence"])
    assert read_tensors(tmp_path / "t").keys() == model.state_dict().keys()
