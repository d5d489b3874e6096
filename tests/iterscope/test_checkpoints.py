"""Checkpoints survive the trip; other programs' and damaged files are refused with the reason."""

import json
import pickle
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save

from iterscope.architectures import ForeignConfiguration, PreActivationResNet, build, build_foreign
from iterscope.checkpoints import (
    describe_checkpoint,
    is_checkpoint,
    load_checkpoint,
    read_checkpoint,
    save_checkpoint,
)
from iterscope.datasets import DatasetReference
from iterscope.errors import ArchitectureError, CheckpointError
from iterscope.preprocessing import Preprocessing, preset
from iterscope.tensor_files import TensorFileError, read_header, read_tensors, write_large_file, write_tensor_file

REFERENCE = DatasetReference("digits", "f" * 64, ("a", "b", "c"), (0.1, 0.2, 0.3), (0.4, 0.5, 0.6), 32)


@pytest.fixture
def model() -> PreActivationResNet:
    return build("resnet8", num_classes=3, seed=0).eval()


@pytest.fixture
def path(model: PreActivationResNet, tmp_path: Path) -> Path:
    save_checkpoint(
        tmp_path / "a.safetensors", model, dataset=REFERENCE, epoch=7, run="rabc", seed=5, training={"epochs": 9}
    )
    return tmp_path / "a.safetensors"


def rewrite(path: Path, *, metadata: dict[str, str] | None = None, tensors: dict[str, Any] | None = None) -> None:
    """Write the file again with some of its metadata and tensors replaced (None removes one)."""
    old = read_tensors(path)
    new = {name: tensor for name, tensor in {**old, **(tensors or {})}.items() if tensor is not None}
    path.write_bytes(save(new, {**read_header(path).metadata, **(metadata or {})}))


def describe_as(path: Path, **changes: Any) -> None:
    description = {**json.loads(read_header(path).metadata["description"]), **changes}
    rewrite(path, metadata={"description": json.dumps(description)})


def test_a_checkpoint_survives_the_trip(model: PreActivationResNet, path: Path) -> None:
    checkpoint = read_checkpoint(path)
    images = torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    assert torch.equal(checkpoint.model(images), model(images))
    assert not checkpoint.model.training
    assert checkpoint.model.configuration == model.configuration
    assert all(parameter.requires_grad for parameter in checkpoint.model.parameters())
    described = checkpoint.description
    assert described.dataset == REFERENCE
    assert (described.epoch, described.run, described.seed, described.training) == (7, "rabc", 5, {"epochs": 9})
    assert [block["stage"] for block in described.blocks] == [0, 1, 2]
    assert described.num_parameters == sum(parameter.numel() for parameter in model.parameters())
    assert described.size_bytes == path.stat().st_size


def test_describing_reads_the_same_as_loading(path: Path) -> None:
    assert describe_checkpoint(path) == read_checkpoint(path).description
    json.dumps(describe_checkpoint(path).to_dict())


def test_the_digest_is_of_the_network_not_of_the_file(model: PreActivationResNet, path: Path, tmp_path: Path) -> None:
    again = save_checkpoint(tmp_path / "b.safetensors", model, epoch=1)
    assert again.sha256 == describe_checkpoint(path).sha256
    with torch.no_grad():
        model.stem.bias[0] += 1
    assert save_checkpoint(tmp_path / "c.safetensors", model).sha256 != again.sha256


def test_channels_last_weights_are_kept(model: PreActivationResNet, path: Path, tmp_path: Path) -> None:
    turned = save_checkpoint(tmp_path / "b.safetensors", model.to(memory_format=torch.channels_last))
    assert turned.sha256 == describe_checkpoint(path).sha256
    assert load_checkpoint(tmp_path / "b.safetensors").stem.weight.is_contiguous()


def test_the_metadata_is_a_contract(path: Path) -> None:
    header = read_header(path)
    assert header.metadata["format"] == "iterscope-checkpoint"
    assert header.metadata["format_version"] == "1"
    assert "blocks.0.conv1.weight" in header.shapes
    assert "head.linear.bias" in header.shapes


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"none.safetensors cannot be read: No such file"):
        load_checkpoint(tmp_path / "none.safetensors")


def test_a_folder_is_no_checkpoint(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="cannot be read"):
        load_checkpoint(tmp_path)


@pytest.mark.parametrize("kept", [0, 5, 100, -1, -5000])
def test_a_truncated_file_is_refused(path: Path, kept: int) -> None:
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(CheckpointError, match=r"truncated|only . bytes"):
        load_checkpoint(path)
    with pytest.raises(CheckpointError):
        describe_checkpoint(path)


def test_bytes_behind_the_end_are_refused(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"more")
    with pytest.raises(CheckpointError, match="has extra bytes at its end"):
        load_checkpoint(path)


def test_a_huge_header_is_refused_before_it_is_read(path: Path) -> None:
    path.write_bytes(struct.pack("<Q", 2**60) + path.read_bytes()[8:])
    with pytest.raises(CheckpointError, match="header claims 1152921504606846976 bytes, at most"):
        load_checkpoint(path)


def test_a_header_of_many_megabytes_is_refused_before_it_is_parsed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would hold up whoever lists the file; lists of a real network with 1202 layers take less than 1 MB."""
    text = path.read_bytes()
    length = struct.unpack_from("<Q", text)[0]
    header = text[8 : 8 + length] + b" " * (5_000_000 - length)
    path.write_bytes(struct.pack("<Q", len(header)) + header + text[8 + length :])
    with monkeypatch.context() as without:
        without.setattr(json, "loads", None)
        assert not is_checkpoint(path)
        with pytest.raises(CheckpointError, match="header claims 5000000 bytes, at most 4194304"):
            describe_checkpoint(path)


def test_what_could_not_be_read_again_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"earlier")
    with pytest.raises(TensorFileError, match=r"a could not be written: .* at most 4194304 are allowed; shorten them"):
        write_tensor_file(tmp_path / "a", {}, {"description": "x" * 5_000_000})
    with pytest.raises(TensorFileError, match="shorten them"):
        write_large_file(tmp_path / "a", {}, [], {"description": "x" * 5_000_000})
    assert (tmp_path / "a").read_bytes() == b"earlier"


def test_a_pickle_is_never_opened(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return (Path.touch, (tmp_path / "ran",))

    path = tmp_path / "model.pt"
    path.write_bytes(pickle.dumps(Trap()))
    with pytest.raises(CheckpointError, match="not a safetensors file"):
        load_checkpoint(path)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "header", [b"[1, 2]", b'{"a": 3}', b'{"__metadata__": 1}', b'{"a": {"shape": 1}}', b"\xff\xfe", b"[" * 9999]
)
def test_a_header_that_is_none_is_refused(tmp_path: Path, header: bytes) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header)
    with pytest.raises(CheckpointError, match="is not a safetensors file"):
        load_checkpoint(path)


def test_a_foreign_safetensors_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "foreign.safetensors"
    path.write_bytes(save({"weight": torch.zeros(3)}))
    with pytest.raises(CheckpointError, match="is a safetensors file, but not an Iterscope checkpoint"):
        load_checkpoint(path)


def test_a_newer_format_asks_for_an_upgrade(path: Path) -> None:
    rewrite(path, metadata={"format_version": "3"})
    with pytest.raises(CheckpointError, match="has format version '3': upgrade Iterscope"):
        load_checkpoint(path)


def test_an_unknown_format_version_is_refused(path: Path) -> None:
    rewrite(path, metadata={"format_version": "one"})
    with pytest.raises(CheckpointError, match="has format version 'one': only versions 1 and 2 are known"):
        load_checkpoint(path)


def test_missing_unknown_and_misshapen_tensors_are_named(path: Path) -> None:
    rewrite(path, tensors={"stem.weight": None, "extra": torch.zeros(1), "stem.bias": torch.zeros(4)})
    with pytest.raises(CheckpointError) as caught:
        load_checkpoint(path)
    for part in ("lacks stem.weight", "has an unknown tensor extra", "has stem.bias of shape (4,) instead of (16,)"):
        assert part in str(caught.value)


def test_another_type_of_number_is_refused(path: Path) -> None:
    rewrite(path, tensors={"stem.bias": torch.zeros(16, dtype=torch.float16)})
    with pytest.raises(CheckpointError, match=r"has stem\.bias as torch\.float16 instead of torch\.float32"):
        load_checkpoint(path)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_values_that_are_not_finite_are_refused(path: Path, value: float) -> None:
    rewrite(path, tensors={"head.linear.bias": torch.full((3,), value)})
    with pytest.raises(CheckpointError, match=r"3 of the 3 values of head\.linear\.bias are NaN or infinite"):
        load_checkpoint(path)


def test_a_diverged_network_is_not_saved(model: PreActivationResNet, tmp_path: Path) -> None:
    torch.nn.init.constant_(model.stem.bias, float("nan"))
    with pytest.raises(CheckpointError, match="the training diverged"):
        save_checkpoint(tmp_path / "a.safetensors", model)
    assert list(tmp_path.iterdir()) == []


def test_changed_weights_are_noticed(path: Path) -> None:
    rewrite(path, tensors={"head.linear.bias": torch.ones(3)})
    with pytest.raises(CheckpointError, match="was changed after it was written"):
        load_checkpoint(path)


@pytest.mark.parametrize(
    "architecture",
    [
        {},
        {"name": "x", "stem_width": 16, "widths": [16], "blocks": [10**9]},
        {"name": "x", "stem_width": 16, "widths": [16], "blocks": [10**9], "share_from": 0},
        {"name": "x", "stem_width": 10**12, "widths": [10**12], "blocks": [1]},
        {"name": "x", "stem_width": 16, "widths": "abc", "blocks": [1]},
        {"name": "x", "stem_width": 16, "widths": [16], "blocks": [1], "code": "import os"},
    ],
)
def test_an_architecture_that_cannot_be_is_refused_at_once(path: Path, architecture: dict[str, Any]) -> None:
    describe_as(path, architecture=architecture)
    with pytest.raises(CheckpointError, match="architecture"):
        load_checkpoint(path)


@pytest.mark.parametrize(
    "changes",
    [
        {"sha256": 5},
        {"dataset": {"name": "x"}},
        {"dataset": "digits"},
        {"blocks": [3]},
        {"epoch": "seven"},
        {"training": []},
    ],
)
def test_a_description_of_the_wrong_kind_is_refused(path: Path, changes: dict[str, Any]) -> None:
    describe_as(path, **changes)
    with pytest.raises(CheckpointError, match="is damaged"):
        describe_checkpoint(path)


def test_a_description_with_another_digit_is_refused(path: Path) -> None:
    header = read_header(path)
    assert REFERENCE.to_dict().keys() >= {"mean", "std"}
    for changed in ({"epoch": 8}, {"seed": None}, {"dataset": {**REFERENCE.to_dict(), "mean": [0.5, 0.5, 0.25]}}):
        describe_as(path, **changed)
        with pytest.raises(CheckpointError, match="its description was changed after it was written"):
            describe_checkpoint(path)
    rewrite(path, metadata=header.metadata)
    assert describe_checkpoint(path).epoch == 7
    rewrite(path, metadata={"description_tha256": ""})
    with pytest.raises(CheckpointError, match="its description was changed"):
        describe_checkpoint(path)


def test_a_checkpoint_of_an_earlier_version_has_no_digest_of_its_description(path: Path) -> None:
    tensors, metadata = read_tensors(path), dict(read_header(path).metadata)
    del metadata["description_sha256"]
    path.write_bytes(save(tensors, metadata))
    assert read_checkpoint(path).description.epoch == 7


def test_a_description_that_is_no_json_is_refused(path: Path) -> None:
    rewrite(path, metadata={"description": "{"})
    with pytest.raises(CheckpointError, match="its description is not JSON"):
        describe_checkpoint(path)


def test_a_checkpoint_that_cannot_be_written_leaves_the_earlier_one(
    model: PreActivationResNet, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(CheckpointError, match=r"could not be written .No space left on device"):
        save_checkpoint(path, model, epoch=8)
    assert path.read_bytes() == before
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


FOREIGN = ForeignConfiguration("cifar", "resnet8", 3, 32, options={"widths": [4, 8, 8]})
PREPARED = Preprocessing(32, (0.1, 0.2, 0.3), (0.4, 0.5, 0.6), class_names=("a", "b", "c"))


@pytest.fixture
def foreign_path(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    model = build_foreign(FOREIGN)
    save_checkpoint(tmp_path / "f.safetensors", model, dataset=REFERENCE, epoch=3, preprocessing=PREPARED)
    return tmp_path / "f.safetensors"


def test_a_network_of_elsewhere_survives_the_trip_with_its_preprocessing(foreign_path: Path) -> None:
    checkpoint = read_checkpoint(foreign_path)
    torch.manual_seed(0)
    images = torch.randn(2, 3, 32, 32)
    torch.manual_seed(0)
    assert torch.equal(checkpoint.model(images), build_foreign(FOREIGN)(images))
    assert (checkpoint.configuration, checkpoint.description.preprocessing) == (FOREIGN, PREPARED)
    assert checkpoint.description.to_dict()["preprocessing"] == PREPARED.to_dict()
    assert read_header(foreign_path).metadata["format_version"] == "2"
    assert describe_checkpoint(foreign_path) == checkpoint.description


def test_the_preprocessing_is_a_part_of_the_identity(foreign_path: Path, tmp_path: Path) -> None:
    model = load_checkpoint(foreign_path)
    again = save_checkpoint(tmp_path / "g.safetensors", model, preprocessing=PREPARED)
    other = save_checkpoint(tmp_path / "h.safetensors", model, preprocessing=preset("imagenet", 32))
    assert again.sha256 == describe_checkpoint(foreign_path).sha256 != other.sha256
    describe_as(foreign_path, preprocessing=preset("cifar10").to_dict())
    with pytest.raises(CheckpointError, match="was changed after it was written"):
        load_checkpoint(foreign_path)


@pytest.mark.parametrize("prepared", [{}, 5, {"image_size": 32, "mean": [1], "std": [1, 1, 1]}])
def test_a_preprocessing_of_the_wrong_kind_is_refused(foreign_path: Path, prepared: Any) -> None:
    describe_as(foreign_path, preprocessing=prepared)
    with pytest.raises(CheckpointError, match="is damaged"):
        describe_checkpoint(foreign_path)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "resnet14"},
        {"name": "resnet999999998"},
        {"family": "magic"},
        {"num_classes": 10**9},
        {"options": {"widths": [10**9, 8, 8]}},
        {"options": {"code": "import os"}},
        {"family": "timm", "name": "hf-hub:somebody/network", "options": {}},
        {"family": "torchvision", "name": "resnet18", "options": {}},
    ],
)
def test_an_architecture_of_elsewhere_that_does_not_fit_is_refused(foreign_path: Path, changes: dict[str, Any]) -> None:
    describe_as(foreign_path, architecture={**FOREIGN.to_dict(), **changes})
    with pytest.raises(CheckpointError, match="architecture"):
        load_checkpoint(foreign_path)


def test_buffers_that_a_file_does_not_hold_are_made_again(tmp_path: Path) -> None:
    pytest.importorskip("timm")
    torch.manual_seed(0)
    model = build_foreign(ForeignConfiguration("timm", "resnetblur18", 10, 64))
    save_checkpoint(tmp_path / "t.safetensors", model, preprocessing=preset("imagenet", 64))
    images = torch.randn(1, 3, 64, 64)
    assert torch.equal(load_checkpoint(tmp_path / "t.safetensors")(images), model(images))


def test_a_network_that_could_not_be_built_again_is_not_saved(tmp_path: Path) -> None:
    with pytest.raises(ArchitectureError, match="Linear has no configuration"):
        save_checkpoint(tmp_path / "a.safetensors", torch.nn.Linear(2, 2))


@pytest.mark.parametrize("wrapper", [torch.compile, torch.nn.DataParallel])
def test_a_wrapped_network_is_saved_without_its_wrapper(
    model: PreActivationResNet, path: Path, tmp_path: Path, wrapper: Callable[[PreActivationResNet], Any]
) -> None:
    saved = save_checkpoint(tmp_path / "b.safetensors", wrapper(model))
    assert (
        saved.sha256
        == describe_checkpoint(path).sha256
        == read_checkpoint(tmp_path / "b.safetensors").description.sha256
    )


def with_normalised_weights(model: PreActivationResNet) -> None:
    torch.nn.utils.parametrizations.weight_norm(model.blocks[0].conv1)


def with_another_head(model: PreActivationResNet) -> None:
    model.head.linear = torch.nn.Linear(64, 5)


def without_a_norm(model: PreActivationResNet) -> None:
    model.blocks[0].bn1 = torch.nn.Identity()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (with_normalised_weights, r"lacks blocks\.0\.conv1\.weight, has an unknown tensor blocks\.0\.conv1\.param"),
        (with_another_head, r"has head\.linear\.bias of shape \(5,\) instead of \(3,\)"),
        (without_a_norm, r"lacks blocks\.0\.bn1\.bias, lacks"),
        (torch.nn.Module.double, r"as torch\.float64 instead of torch\.float32"),
        (torch.nn.Module.half, r"as torch\.float16 instead of torch\.float32"),
    ],
)
def test_a_network_that_differs_from_its_configuration_is_not_saved(
    model: PreActivationResNet, path: Path, change: Callable[[PreActivationResNet], object], named: str
) -> None:
    before = path.read_bytes()
    change(model)
    with pytest.raises(ArchitectureError, match=f"resnet8.*{named}.*iterscope.save_network"):
        save_checkpoint(path, model)
    assert path.read_bytes() == before


def test_an_imported_network_that_differs_from_its_configuration_is_not_saved(foreign_path: Path) -> None:
    model = load_checkpoint(foreign_path)
    model.linear = torch.nn.Linear(8, 5)
    with pytest.raises(ArchitectureError, match=r"linear\.weight of shape \(5, 8\) instead of \(3, 8\)"):
        save_checkpoint(foreign_path, model)


DEEP: list[Any] = []
for _ in range(40):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"epoch": 10**30}, "epoch"),
        ({"epoch": -1}, "epoch"),
        ({"epoch": 2**31}, "epoch"),
        ({"seed": 10**30}, "seed"),
        ({"num_parameters": -5}, "num_parameters"),
        ({"num_parameters": 10**30}, "num_parameters"),
        ({"run": "r\ud800"}, "run"),
        ({"run": "r\0"}, "run"),
        ({"library_version": "\udfff"}, "library_version"),
        ({"library_version": "x" * 200_000}, "library_version"),
        ({"training": {"name": "\ud800"}}, "training"),
        ({"training": {"\ud800": 1}}, "training"),
        ({"training": DEEP}, "training"),
        ({"training": {"nested": DEEP}}, "training"),
        ({"training": {"learning_rate": float("nan")}}, "training"),
        ({"blocks": [DEEP]}, "blocks"),
        ({"blocks": [{"index": "0", "stage": 0, "is_projection": False}]}, "blocks"),
        ({"blocks": [{"index": 0, "stage": 10**30, "is_projection": False}]}, "blocks"),
        ({"dataset": {**REFERENCE.to_dict(), "name": "\ud800"}}, "dataset"),
        ({"dataset": {**REFERENCE.to_dict(), "class_names": ["a", "\udc00", "c"]}}, "dataset"),
        ({"dataset": {**REFERENCE.to_dict(), "class_names": [["a"], "b", "c"]}}, "class_names"),
        ({"\ud800": 1}, "field"),
    ],
)
def test_a_poisoned_description_is_refused_by_its_field(path: Path, changes: dict[str, Any], named: str) -> None:
    describe_as(path, **changes)
    for read in (describe_checkpoint, read_checkpoint):
        with pytest.raises(CheckpointError, match=f"is damaged: .*{named}") as refused:
            read(path)
        assert len(str(refused.value)) < 600
        str(refused.value).encode()


def test_blocks_and_counts_are_those_of_the_network_that_was_built(path: Path) -> None:
    true = read_checkpoint(path).description
    lies = [{"index": 0, "stage": 0, "is_projection": False, "shared_with": None}] * 50
    describe_as(path, blocks=lies, num_parameters=7)
    assert read_checkpoint(path).description.blocks == true.blocks
    assert read_checkpoint(path).description.num_parameters == true.num_parameters
