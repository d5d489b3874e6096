"""One's own networks: saved with the function that builds them, and loaded only with the caller's word for it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

import iterscope as it
from iterscope.own_networks import own_network
from tests.own_module import NETWORK, forget, write_module

FACTORY = "my_net:build"


@pytest.fixture(autouse=True)
def own_path(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is imported here is forgotten afterwards."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield
    forget()


@pytest.fixture
def digits() -> it.Dataset:
    return it.load_dataset("digits")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the module, in which this process looks."""
    write_module(tmp_path / "mine")
    sys.path.insert(0, str(tmp_path / "mine"))
    return tmp_path / "mine"


def network() -> nn.Module:
    torch.manual_seed(0)
    return it.Factory(FACTORY).build()


@pytest.mark.usefixtures("folder")
def test_it_is_loaded_as_it_was_saved(tmp_path: Path, digits: it.Dataset) -> None:
    model = network()
    for given, factory in product(
        (model, it.residual_chain(model), nn.DataParallel(model)), (FACTORY, f"{FACTORY}_chain")
    ):
        described = it.save_network(tmp_path / "own.safetensors", given, factory=factory, data=digits, epoch=7)
        assert (len(described.blocks), described.epoch, described.architecture["name"]) == (3, 7, factory)
        loaded = it.load_checkpoint(tmp_path / "own.safetensors", factory=factory)
        images = it.checkpoint_data(tmp_path / "own.safetensors").validation.batch(0, 4)
        assert torch.equal(loaded(images), model(images))
        chain = it.residual_chain(loaded)
        assert (chain.num_classes, chain.input_size) == (10, 32)
    it.save_checkpoint(tmp_path / "again.safetensors", loaded)


def test_a_file_runs_no_code(folder: Path, tmp_path: Path) -> None:
    it.save_network(tmp_path / "own.safetensors", network(), factory=FACTORY)
    (folder / "ran").unlink()
    forget()
    described = it.describe_checkpoint(tmp_path / "own.safetensors")
    assert described.images.num_classes == 10
    with pytest.raises(
        it.CheckpointError, match=r"no file makes code run\. If the network is yours, name the function"
    ):
        it.load_checkpoint(tmp_path / "own.safetensors")
    with pytest.raises(it.ArchitectureError, match="no file makes code run"):
        it.build_from_configuration(it.configuration_from_dict(described.architecture))
    assert not (folder / "ran").exists()


def test_changed_code_is_noticed(folder: Path, tmp_path: Path) -> None:
    it.save_network(tmp_path / "own.safetensors", network(), factory=FACTORY)
    factory = it.Factory(FACTORY, (str(folder),))
    forget()  # they were imported by this process, not by such a factory
    it.read_checkpoint(tmp_path / "own.safetensors", factory=factory)
    write_module(folder, NETWORK.replace("h = block(h)", "h = block(h) + 0"))
    it.read_checkpoint(tmp_path / "own.safetensors", factory=factory)
    write_module(folder, NETWORK.replace("h = block(h)", "h = block(1.1 * h)"))
    with pytest.raises(it.CheckpointError, match="now builds a network that computes something else"):
        it.read_checkpoint(tmp_path / "own.safetensors", factory=factory)
    write_module(folder, NETWORK.replace("blocks=3", "blocks=2"))
    with pytest.raises(it.CheckpointError, match=r"has an unknown tensor blocks\.2"):
        it.read_checkpoint(tmp_path / "own.safetensors", factory=factory)
    (folder / "my_net.py").unlink()
    with pytest.raises(it.CheckpointError, match="No module named 'my_net'") as raised:
        it.read_checkpoint(tmp_path / "own.safetensors", factory=factory)
    assert f"looked for in {folder}: put it there again" in str(raised.value)


def test_modules_of_the_same_name_do_not_meet(tmp_path: Path) -> None:
    write_module(tmp_path / "a")
    write_module(tmp_path / "b", NETWORK.replace("width=4", "width=6"))
    widths = [
        it.Factory(FACTORY, (str(tmp_path / name),)).build().stem.weight.shape[0]  # type: ignore[union-attr]
        for name in ("a", "b", "a")
    ]
    assert widths == [4, 6, 4]
    (tmp_path / "b" / "my_net.py").unlink()
    with pytest.raises(it.ArchitectureError, match="No module named 'my_net'"):
        it.Factory(FACTORY, (str(tmp_path / "b"),)).build()


def test_what_another_process_needs_is_recorded(folder: Path, tmp_path: Path) -> None:
    found = it.Factory.here(FACTORY, str(tmp_path))
    assert found.import_path[:2] == (str(tmp_path), str(folder))
    assert not any("site-packages" in each or "python3" in Path(each).name for each in found.import_path)
    assert it.Factory.from_dict(found.to_dict()) == found


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("def build(): return 3", "returns int: let it return the network"),
        ("def build(width): return width", "missing 1 required positional argument"),
        ("import sys; sys.exit(2)", "SystemExit: 2"),
        ("def build(:", "SyntaxError"),
        ("", "has no attribute 'build'"),
    ],
)
def test_a_function_that_builds_nothing(tmp_path: Path, code: str, reason: str) -> None:
    write_module(tmp_path, code)
    with pytest.raises(it.ArchitectureError, match=reason):
        it.Factory(FACTORY, (str(tmp_path),)).build()


@pytest.mark.parametrize("name", ["my_net", "my_net:", "my net:build", "__main__:build", "a:b(1)", "../a:b", 3])
def test_names_that_are_no_functions(name: str) -> None:
    with pytest.raises(it.ArchitectureError, match=r"package\.module:function"):
        it.Factory(name)


@pytest.mark.usefixtures("folder")
def test_weights_that_do_not_fit(tmp_path: Path, digits: it.Dataset) -> None:
    model, factory = network(), it.Factory(FACTORY)
    weights: dict[str, Tensor] = {f"module.{name}": tensor.half() for name, tensor in model.state_dict().items()}
    assert torch.equal(own_network(factory, weights).fc.bias, model.fc.bias.half().float())  # type: ignore[union-attr]
    with pytest.raises(it.ArchitectureError, match="takes images of 32 pixels, and none of 1"):
        own_network(factory, weights, 1)
    del weights["module.fc.bias"]
    with pytest.raises(it.CheckpointError, match=r"they lack fc\.bias"):
        own_network(factory, weights)
    with pytest.raises(it.CheckpointError, match="size mismatch for stem"):
        own_network(factory, {**model.state_dict(), "stem.weight": torch.zeros(1)})
    data = it.load_dataset("digit-pairs")
    with pytest.raises(it.DatasetError, match="data has 100 classes, but the network 10"):
        it.save_network(tmp_path / "x", model, factory=FACTORY, data=data)
    other = network()
    other.register_forward_hook(lambda _module, _images, logits: 2 * logits)
    with pytest.raises(it.ArchitectureError, match="gives other logits than the given one"):
        it.save_network(tmp_path / "x", other, factory=FACTORY, data=digits)
    it.save_checkpoint(tmp_path / "known.safetensors", it.build("resnet8", stem_width=4, widths=(4, 4, 4)))
    with pytest.raises(it.CheckpointError, match="it is resnet8, which needs no function"):
        it.load_checkpoint(tmp_path / "known.safetensors", factory=FACTORY)
