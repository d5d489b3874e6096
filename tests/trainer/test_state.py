"""The training state of an earlier version, which has no digest. (tests/chaos damages states of this one.)"""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

import iterscope as it
from iterscope.tensor_files import read_header, read_tensors, write_tensor_file
from iterscope_trainer.errors import TrainingError
from iterscope_trainer.state import STATE_FILE, WITHOUT_DIGEST, Position, load_state, save_state


def trained() -> tuple[torch.nn.Module, torch.optim.SGD]:
    model = it.build("resnet8", seed=0, stem_width=2, widths=(2, 2, 2))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    model(torch.ones(2, 3, 32, 32)).sum().backward()
    optimizer.step()
    return model, optimizer


def test_a_state_of_an_earlier_version_is_read(tmp_path: Path) -> None:
    model, optimizer = trained()
    save_state(tmp_path, model, optimizer, Position(epoch=3), "data")
    path = tmp_path / STATE_FILE
    metadata = {name: value for name, value in read_header(path).metadata.items() if name != "sha256"}
    write_tensor_file(path, read_tensors(path), metadata | {"format": WITHOUT_DIGEST})
    assert load_state(tmp_path, model, optimizer, "data") == Position(epoch=3)
    write_tensor_file(path, read_tensors(path), metadata)
    with pytest.raises(TrainingError, match="is damaged: delete it"):
        load_state(tmp_path, model, optimizer, "data")
