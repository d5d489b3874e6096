"""The training state: what is damaged is refused by its name, never continued."""

from __future__ import annotations

import random
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


def tensors_of(model: torch.nn.Module, optimizer: torch.optim.SGD) -> list[torch.Tensor]:
    momentum = [optimizer.state[parameter]["momentum_buffer"] for parameter in model.parameters()]
    return [tensor.clone() for tensor in (*model.state_dict().values(), *momentum)]


def test_no_flipped_byte_is_continued(tmp_path: Path) -> None:
    model, optimizer = trained()
    position = Position(epoch=3, batch=1, loss_sum=2.5, correct=7, images=64)
    save_state(tmp_path, model, optimizer, position, "data")
    saved, expected, generator = (tmp_path / STATE_FILE).read_bytes(), tensors_of(model, optimizer), random.Random(0)
    places = [*range(0, 400, 7), *(generator.randrange(len(saved)) for _ in range(100))]
    refused = named = 0
    for place in places:
        damaged = bytearray(saved)
        damaged[place] ^= 1 << generator.randrange(8)
        (tmp_path / STATE_FILE).write_bytes(damaged)
        try:
            found = load_state(tmp_path, model, optimizer, "data")
        except TrainingError as error:
            named += STATE_FILE in str(error) or "data set has changed" in str(error)
            refused += 1
        else:  # a byte that means nothing, such as a space
            assert found == position
            assert all(map(torch.equal, tensors_of(model, optimizer), expected))
    assert named == refused > 0.9 * len(places)


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
