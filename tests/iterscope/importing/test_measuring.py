"""The second step of an import, in this process: answers that don't go together are refused before the network is run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

import iterscope as it
from iterscope.architectures import build_foreign
from iterscope.errors import ArchitectureError, DatasetError, InvalidInput
from iterscope.importing.measuring import measure_import
from tests.imported import CONFIGURATION


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the first step leaves: the tensors of an untrained ResNet-14 with 10 classes, and the networks that they fit."""
    folder = tmp_path_factory.mktemp("opened")
    torch.manual_seed(0)
    save_file(build_foreign(CONFIGURATION).state_dict(), folder / "tensors.safetensors")
    return {
        "tensors": str(folder / "tensors.safetensors"),
        "alternatives": [["ResNet-14", CONFIGURATION.to_dict()]],
        "dataset": "digits",
    }


@pytest.mark.parametrize(
    ("answers", "kind", "words"),
    [
        ({"dataset": "digit-pairs"}, DatasetError, ["100 classes", "the network has 10"]),
        ({"dataset": "nothing"}, DatasetError, ["nothing"]),
        ({"preset": "fashion"}, DatasetError, ["fashion", "cifar10"]),
        ({"mean": [0.5, 0.5, 0.5]}, DatasetError, ["mean and std go together"]),
        ({"preset": "unit", "mean": [0.5] * 3, "std": [0.5] * 3}, DatasetError, ["either the preset, or mean and std"]),
        ({"class_names": ["a", "b"]}, DatasetError, ["class_names"]),
        ({"architecture": "vgg"}, ArchitectureError, ["vgg", "ResNet-14"]),
    ],
)
def test_answers_that_do_not_go_together(
    opened: dict[str, Any], tmp_path: Path, answers: dict[str, Any], kind: type[InvalidInput], words: list[str]
) -> None:
    target = tmp_path / "checkpoint.safetensors"
    with pytest.raises(kind) as refused:
        measure_import({**opened, **answers, "target": str(target)}, lambda _: None)
    assert [word for word in words if word not in str(refused.value)] == []
    assert not target.exists()


def test_a_grey_network_takes_grey_images(tmp_path: Path) -> None:
    """The network whose first layer sums over three equal channels is the same network of one channel with the sum of its weights."""
    torch.manual_seed(0)
    coloured = build_foreign(CONFIGURATION)
    state = coloured.state_dict()
    first = next(name for name, tensor in state.items() if tensor.dim() == 4)
    grey = replace(CONFIGURATION, input_channels=1)
    checks = {}
    for name, configuration, weights in (
        ("colour", CONFIGURATION, state),
        ("grey", grey, state | {first: state[first].sum(1, keepdim=True)}),
    ):
        save_file(weights, tmp_path / f"{name}.safetensors")
        target = tmp_path / f"{name}-checkpoint.safetensors"
        found = measure_import(
            {
                "tensors": str(tmp_path / f"{name}.safetensors"),
                "alternatives": [["ResNet-14", configuration.to_dict()]],
                "dataset": "digits",
                "preset": "dataset",
                "target": str(target),
            },
            lambda _: None,
        )
        images = it.checkpoint_data(target).validation.subset(20)
        logits = it.run_plans(it.residual_chain(it.load_checkpoint(target)), images, [it.identity()])[0]
        checks[name] = (found["check"]["accuracy"], logits, images.batch(0, 2).shape)
    assert checks["grey"][0] == checks["colour"][0]
    assert torch.allclose(checks["grey"][1], checks["colour"][1], atol=1e-4)
    assert (checks["grey"][2], checks["colour"][2]) == ((2, 1, 32, 32), (2, 3, 32, 32))


def test_files_of_a_folder_that_are_not_read_are_told(opened: dict[str, Any], tmp_path: Path) -> None:
    for split in ("train", "val"):
        for name in "abcdefghij":
            (tmp_path / "photos" / split / name).mkdir(parents=True)
            Image.new("L", (40, 40), ord(name)).save(tmp_path / "photos" / split / name / "1.png")
    (tmp_path / "photos" / "train" / "a" / "2.heic").touch()
    answers = {"dataset": f"folder:{tmp_path / 'photos'}", "home": str(tmp_path / "home"), "preset": "unit"}
    found = measure_import({**opened, **answers, "target": str(tmp_path / "checkpoint.safetensors")}, lambda _: None)
    assert "1 file of other kinds (1 .heic)" in found["check"]["warning"]


def test_the_logged_accuracy_is_that_of_the_check(
    opened: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The blocks are measured on fewer images than the check has; two accuracies of one split would contradict each other."""
    monkeypatch.setattr("iterscope.importing.measuring.SURVEYED_IMAGES", 16)
    found = measure_import({**opened, "preset": "unit", "target": str(tmp_path / "out.safetensors")}, lambda _: None)
    logged = {name: value for name, split, value in found["scalars"] if split == "validation"}
    assert found["check"]["samples"] == 359
    assert logged["accuracy"] == found["check"]["accuracy"]
