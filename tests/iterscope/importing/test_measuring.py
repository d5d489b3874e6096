"""The second step of an import, in this process: answers that don't go together are refused before the network is run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

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
