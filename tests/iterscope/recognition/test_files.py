"""Foreign files: what is opened, under which nesting, and what is refused with which reason."""

import argparse
import io
import pickle
import struct
import time
import zipfile
from pathlib import Path
from typing import Any

import numpy
import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from iterscope.errors import CheckpointError
from iterscope.recognition import open_foreign_file, read_foreign_file
from iterscope.recognition.unwrapping import unwrap

WEIGHTS = {"conv1.weight": torch.arange(12.0).view(1, 3, 2, 2), "bn1.bias": torch.ones(3)}


def prefixed(prefix: str) -> dict[str, Tensor]:
    return {prefix + name: tensor for name, tensor in WEIGHTS.items()}


def same(found: dict[str, Tensor]) -> bool:
    return found.keys() == WEIGHTS.keys() and all(torch.equal(found[name], WEIGHTS[name]) for name in WEIGHTS)


@pytest.mark.parametrize(
    ("value", "nesting"),
    [
        (WEIGHTS, ""),
        ({"state_dict": WEIGHTS}, "state_dict"),
        ({"model": WEIGHTS, "optimizer": {"lr": 0.1}}, "model"),
        ({"net": prefixed("module."), "acc": 91.0, "epoch": 7}, "net → module."),
        ({"model_state": WEIGHTS}, "model_state"),
        ({"model_state_dict": prefixed("_orig_mod.")}, "model_state_dict → _orig_mod."),
        ({"state_dict_ema": prefixed("module.")}, "state_dict_ema → module."),
        ({"ema": {"n_averaged": torch.tensor(3), **prefixed("module.")}}, "ema → module."),
        ({"state_dict": WEIGHTS, "ema": {name: tensor + 1 for name, tensor in WEIGHTS.items()}}, "state_dict"),
        (prefixed("_orig_mod.module.model."), "_orig_mod. → module. → model."),
        ({"checkpoint": 1, "model": {"state_dict": prefixed("backbone.")}}, "model → state_dict → backbone."),
    ],
)
def test_tensors_are_found_wherever_they_lie(tmp_path: Path, value: Any, nesting: str) -> None:
    torch.save(value, tmp_path / "a.pth")
    found = open_foreign_file(tmp_path / "a.pth")
    assert same(found.tensors)
    assert found.nesting == nesting


@pytest.mark.parametrize("name", ["a.pth", "a.pt", "a.th", "a.ckpt", "a.bin", "weights"])
def test_the_content_decides_the_kind_not_the_name(tmp_path: Path, name: str) -> None:
    torch.save(WEIGHTS, tmp_path / name)
    assert same(read_foreign_file(tmp_path / name))
    save_file(prefixed("model."), tmp_path / name)
    assert same(read_foreign_file(tmp_path / name))


def test_the_format_before_zip_archives_is_read(tmp_path: Path) -> None:
    torch.save({"state_dict": WEIGHTS, "epoch": 12}, tmp_path / "a.th", _use_new_zipfile_serialization=False)
    found = open_foreign_file(tmp_path / "a.th")
    assert same(found.tensors)
    assert found.epoch == 12


def test_the_options_of_a_training_program_do_no_harm(tmp_path: Path) -> None:
    torch.save({"state_dict": WEIGHTS, "args": argparse.Namespace(lr=0.1)}, tmp_path / "a.pth")
    assert same(read_foreign_file(tmp_path / "a.pth"))


@pytest.mark.parametrize("epoch", [True, -1, 2.5, "ten", None])
def test_an_epoch_that_is_none_is_not_taken(tmp_path: Path, epoch: Any) -> None:
    torch.save({"state_dict": WEIGHTS, "epoch": epoch}, tmp_path / "a.pth")
    assert open_foreign_file(tmp_path / "a.pth").epoch is None


class Trap:
    """Would make a file where it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.path,))


@pytest.mark.parametrize("zipped", [True, False])
def test_code_in_a_file_never_runs(tmp_path: Path, zipped: bool) -> None:
    value = {"state_dict": WEIGHTS, "hook": Trap(tmp_path / "ran")}
    torch.save(value, tmp_path / "a.pth", _use_new_zipfile_serialization=zipped)
    with pytest.raises(CheckpointError, match=r"a\.pth contains a [\w.]+, a pickled object .* no code was executed"):
        open_foreign_file(tmp_path / "a.pth")
    assert not (tmp_path / "ran").exists()


def test_a_pickled_model_is_refused_by_its_class(tmp_path: Path) -> None:
    torch.save(torch.nn.Linear(2, 2), tmp_path / "a.pth")
    with pytest.raises(CheckpointError, match=r"Linear.*torch\.save\(model\.state_dict\(\), path\)"):
        open_foreign_file(tmp_path / "a.pth")


def test_a_plain_pickle_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.pth").write_bytes(pickle.dumps(Trap(tmp_path / "ran")))
    with pytest.raises(CheckpointError, match="no code was executed"):
        open_foreign_file(tmp_path / "a.pth")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_truncated_file_is_refused(tmp_path: Path, zipped: bool, share: float) -> None:
    path = tmp_path / "a.pth"
    torch.save(
        {name: tensor.repeat(1, 1, 9, 9) for name, tensor in list(WEIGHTS.items())[:1]},
        path,
        _use_new_zipfile_serialization=zipped,
    )
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(CheckpointError, match=r"a\.pth (is|has)"):
        open_foreign_file(path)


def test_a_truncated_safetensors_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    save_file(WEIGHTS, path)
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(CheckpointError, match="is truncated"):
        open_foreign_file(path)


@pytest.mark.parametrize("start", [b"{", b"\0"])
def test_a_huge_header_is_refused_before_it_is_read(tmp_path: Path, start: bytes) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(struct.pack("<Q", 2**40) + start + bytes(100))
    with pytest.raises(CheckpointError, match="header claims 1099511627776 bytes"):
        open_foreign_file(path)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.pt", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/data.pkl", pickle.dumps({}))
        archive.writestr("a/data/0", bytes(50 << 20))
    with pytest.raises(CheckpointError, match="a zip bomb"):
        open_foreign_file(tmp_path / "a.pt")


def test_another_programs_zip_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.pt", "w") as archive:
        archive.writestr("word/document.xml", "a letter, and a long one at that")
    with pytest.raises(CheckpointError, match="not a PyTorch file"):
        open_foreign_file(tmp_path / "a.pt")


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_values_that_are_not_finite_are_named(tmp_path: Path, value: float) -> None:
    torch.save({**WEIGHTS, "fc.bias": torch.tensor([0.0, value])}, tmp_path / "a.pth")
    with pytest.raises(CheckpointError, match=r"1 of the 2 values of fc\.bias are NaN or infinite"):
        open_foreign_file(tmp_path / "a.pth")


@pytest.mark.parametrize(
    ("tensor", "reason"),
    [
        (torch.zeros(1).expand(10**6, 10**6), "a few stored values are repeated"),
        (torch.zeros(2, 2, dtype=torch.complex64), "only dense real tensors"),
        (torch.eye(3).to_sparse(), "only dense real tensors"),
    ],
)
def test_tensors_of_no_network_are_refused(tmp_path: Path, tensor: Tensor, reason: str) -> None:
    torch.save({"conv1.weight": tensor}, tmp_path / "a.pth")
    with pytest.raises(CheckpointError, match=reason):
        open_foreign_file(tmp_path / "a.pth")


@pytest.mark.parametrize("value", [{"epoch": 3}, [1, 2, 3], {"state_dict": {}}, {"state_dict": {"a": 1}}, 7])
def test_a_file_without_tensors_says_where_it_looked(tmp_path: Path, value: Any) -> None:
    torch.save(value, tmp_path / "a.pth")
    with pytest.raises(CheckpointError, match=r"contains no table of tensors.*state_dict"):
        open_foreign_file(tmp_path / "a.pth")


def test_files_of_other_kinds_are_refused(tmp_path: Path) -> None:
    written = io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(50))
    (tmp_path / "a.pth").write_bytes(written.getvalue())
    with pytest.raises(CheckpointError, match="neither a safetensors file nor a PyTorch file"):
        open_foreign_file(tmp_path / "a.pth")
    with pytest.raises(CheckpointError, match="No such file"):
        open_foreign_file(tmp_path / "none.pth")
    with pytest.raises(CheckpointError, match="can't be read"):
        open_foreign_file(tmp_path)


def test_a_file_beyond_the_limit_is_not_opened(tmp_path: Path) -> None:
    with (tmp_path / "a.pth").open("wb") as file:
        file.truncate((4 << 30) + 1)  # sparse: it takes no room
    with pytest.raises(CheckpointError, match="files of at most 4,294,967,296 bytes"):
        open_foreign_file(tmp_path / "a.pth")


def nested(leaf: object, width: int) -> object:
    """`leaf` under width⁵ ways that lead to it, in a small file."""
    for _ in range(5):
        leaf = {str(index): leaf for index in range(width)}
    return leaf


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (nested({"a": 0}, 25), "no table of tensors: looked everywhere"),
        (nested({"optimizer": {"lr": 0.1}, "a": numpy.ones(3), "b": numpy.ones(3)}, 25), "numpy arrays under 0"),
        ({"logs": [dict.fromkeys(map(str, range(3000)), 0)] * 50_000}, "no table of tensors: looked everywhere"),
    ],
)
def test_a_container_is_looked_at_once_however_often_a_file_refers_to_it(
    tmp_path: Path, value: object, said: str
) -> None:
    torch.save(value, tmp_path / "a.pth")
    began = time.process_time()
    with pytest.raises(CheckpointError, match=said):
        read_foreign_file(tmp_path / "a.pth")
    assert time.process_time() - began < 3


def test_a_table_that_a_file_refers_to_often_is_one_table(tmp_path: Path) -> None:
    torch.save({"logs": [WEIGHTS] * 20_000, "state": WEIGHTS}, tmp_path / "a.pth")
    began = time.process_time()
    found = open_foreign_file(tmp_path / "a.pth")
    assert time.process_time() - began < 3
    assert same(found.tensors)
    assert found.nesting == "state"


def test_a_table_under_a_usual_key_is_used_although_another_key_refers_to_it_first(tmp_path: Path) -> None:
    other = {name: tensor + 1 for name, tensor in WEIGHTS.items()}
    torch.save({"best": WEIGHTS, "last": other, "model": WEIGHTS}, tmp_path / "a.pth")
    assert same(open_foreign_file(tmp_path / "a.pth").tensors)


def test_a_container_that_is_first_met_too_deep_is_looked_at_where_it_is_not(tmp_path: Path) -> None:
    holder = {"state": WEIGHTS}
    deep: object = holder
    for _ in range(6):
        deep = {"a": deep}
    torch.save({"deep": deep, "near": holder}, tmp_path / "a.pth")
    assert open_foreign_file(tmp_path / "a.pth").nesting == "near → state"


def test_many_counters_are_left_out_at_once() -> None:
    counters = {f"m{index}.total_ops": torch.zeros(1) for index in range(15_000)}
    weights = {f"m{index}.weight": torch.zeros(1, 1) for index in range(15_000)}
    began = time.process_time()
    found = unwrap({**counters, **weights})
    assert time.process_time() - began < 3
    assert len(found.tensors) == len(found.left_out) == 15_000
