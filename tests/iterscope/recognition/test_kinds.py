"""Files of other kinds are named with their remedy, and harmless objects beside the weights do no harm."""

from __future__ import annotations

import argparse
import datetime
import gzip
import io
import json
import pathlib
import pickle
import struct
import tarfile
import time
import types
import zipfile
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from iterscope.errors import CheckpointError
from iterscope.recognition import open_foreign_file

WEIGHTS = {"conv1.weight": torch.arange(12.0).view(1, 3, 2, 2), "bn1.bias": torch.ones(3)}


def tar_of(members: dict[str, bytes], mode: Any = "w:", kind: int = tarfile.PAX_FORMAT) -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode=mode, format=kind) as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return written.getvalue()


def zip_of(*names: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name in names:
            archive.writestr(name, "content of some length")
    return written.getvalue()


def arrays_saved() -> bytes:
    written = io.BytesIO()
    np.savez(written, **{name: tensor.numpy() for name, tensor in WEIGHTS.items()})
    return written.getvalue()


def torch_saved(value: Any) -> bytes:
    written = io.BytesIO()
    torch.save(value, written)
    return written.getvalue()


def test_a_tar_archive_made_to_be_slow_is_refused_at_once(tmp_path: Path) -> None:
    """Python's tarfile takes time that grows with the square of the digits in an extended header: minutes for these."""
    digits = b"1" * 1_000_000
    extended = tarfile.TarInfo("././@PaxHeader")
    extended.type, extended.size = tarfile.XHDTYPE, len(digits)
    member = tarfile.TarInfo("model.pth").tobuf(tarfile.USTAR_FORMAT)
    (tmp_path / "a.pth").write_bytes(extended.tobuf(tarfile.USTAR_FORMAT) + digits + bytes(-len(digits) % 512) + member)
    began = time.monotonic()
    with pytest.raises(CheckpointError, match=r"tar archive that contains model\.pth"):
        open_foreign_file(tmp_path / "a.pth")
    assert time.monotonic() - began < 5


NUMPY_TABLE = {"model": {name: tensor.numpy() for name, tensor in WEIGHTS.items()}, "__author__": "MOCO"}
LEGACY_TAR = dict.fromkeys(("sys_info", "pickle", "tensors", "storages"), b"")
KINDS: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "a Git LFS pointer": (
        b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"ab" * 32 + b"\nsize 1137493\n",
        ("Git LFS pointer", "git lfs pull"),
    ),
    "a web page": (b"\n <!DOCTYPE html><html><title>Google Drive</title></html>", ("web page (HTML)", "download the file again")),
    "an answer in XML": (b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', ("XML", "download the file again")),
    "a JSON answer": (b'{"error": "not found", "status": 404}', ("JSON", "give the weight file")),
    "an index of shards": (json.dumps({"metadata": {}, "weight_map": {"a": "b"}}).encode(), ("index of weights in several files",)),
    "gzip": (gzip.compress(bytes(100)), ("compressed with gzip", "unpack")),
    "a tar archive": (tar_of({"resnet/model.pth": b"x"}), ("tar archive that contains resnet/model.pth", "tar -xf")),
    "an old tar archive": (tar_of({"model.pth": b"x"}, kind=tarfile.GNU_FORMAT), ("tar archive",)),
    "PyTorch's tar format": (tar_of(LEGACY_TAR), ("tar format of PyTorch before 0.1.10", "weights_only=False")),
    "TorchScript": (zip_of("m/data.pkl", "m/constants.pkl", "m/code/__torch__.py"), ("TorchScript", "torch.jit.load")),
    "an exported program": (zip_of("m/archive_format", "m/models/model.json"), ("exported program", "torch.export.load")),
    "an older exported program": (zip_of("serialized_exported_program.json"), ("exported program",)),
    "an archive of numpy": (arrays_saved(), ("numpy arrays (.npz)", "torch.from_numpy")),
    "an array of numpy": (b"\x93NUMPY\x01\0" + bytes(40), ("one array of numpy", "torch.from_numpy")),
    "an archive with weights": (zip_of("download/model.pth"), ("contains download/model.pth", "unpack it")),
    "HDF5": (b"\x89HDF\r\n\x1a\n" + bytes(40), ("HDF5", "Keras")),
    "a plain pickle of tensors": (pickle.dumps(WEIGHTS), ("plain pickle", "not by torch.save", "no code was executed", "torch.save(")),
    "a plain pickle of arrays": (pickle.dumps(NUMPY_TABLE), ("plain pickle", "numpy", "nothing of it was run", "torch.from_numpy")),
    "a plain pickle of an old protocol": (pickle.dumps(NUMPY_TABLE, 2), ("plain pickle", "numpy")),
    "a plain pickle of an object": (pickle.dumps(argparse.ArgumentParser), ("plain pickle", "argparse.ArgumentParser")),
    "arrays in torch.save": (torch_saved(NUMPY_TABLE), ("numpy arrays under model", "torch.from_numpy")),
    "8-bit floats": (torch_saved({"conv1.weight": torch.ones(1, 3, 2, 2).to(torch.float8_e4m3fn)}), ("float8_e4m3fn", "tensor.float()")),
    "8-bit integers": (torch_saved({"conv1.weight": torch.ones(1, 3, 2, 2, dtype=torch.int8)}), ("int8", "quantised")),
    "one tensor": (torch_saved(torch.ones(3)), ("one Tensor and no table of tensors",)),
    "a server's answer": (b"404: Not Found, as the server says", ("a text that begins with '404: Not Found", "download the file again")),
    "an empty file": (b"", ("is empty", "only 0 bytes")),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_named_with_its_remedy(tmp_path: Path, kind: str) -> None:
    content, words = KINDS[kind]
    (tmp_path / "resnet20.pth").write_bytes(content)
    with pytest.raises(CheckpointError) as refused:
        open_foreign_file(tmp_path / "resnet20.pth")
    text = str(refused.value)
    assert [word for word in words if word not in text] == [], text
    assert "issue" not in text
    assert text.startswith(str(tmp_path / "resnet20.pth"))


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (("config.json", "model.safetensors"), "give one of its files: model.safetensors"),
        ((".metadata", "__0_0.distcp"), "distributed checkpoint"),
        (("readme.txt",), "there is no weight file in it"),
        (("data.pkl", "version"), "unpacked PyTorch file"),
    ],
)
def test_a_folder_is_named_with_the_files_to_give(tmp_path: Path, files: tuple[str, ...], words: str) -> None:
    for name in files:
        (tmp_path / name).write_bytes(b"x")
    with pytest.raises(CheckpointError, match=f"it is a folder: .*{words}"):
        open_foreign_file(tmp_path)


def namespace() -> argparse.Namespace:
    return argparse.Namespace(lr=np.float32(0.1), root=pathlib.PurePosixPath("/data"), losses=[np.array([1.0, 2.0])])


HARMLESS: dict[str, Callable[[], Any]] = {
    "numbers of numpy": lambda: [np.float64(91.2), np.float32(1), np.int64(7), np.bool_(True), np.dtype("float32")],
    "arrays of numpy": lambda: {"losses": np.array([2.3, 1.1]), "names": np.array(["cat", "dog"]), "empty": np.zeros((0, 3))},
    "paths": lambda: [Path("/a/b"), pathlib.PurePosixPath("c"), pathlib.PureWindowsPath("d")],
    "namespaces": namespace,
    "plain namespaces": lambda: types.SimpleNamespace(when=datetime.date(2024, 1, 2), inner=namespace()),
    "dates": lambda: [datetime.datetime(2024, 1, 2, 3, 4, tzinfo=datetime.UTC), datetime.timedelta(seconds=3)],
    "default dictionaries": lambda: defaultdict(list, {"acc": [np.float64(1.0), 2.0]}),
    "sets and ordered tables": lambda: OrderedDict(a={1, 2}, b=frozenset((3,)), c=complex(1, 2), d=slice(1, 2)),
}  # fmt: skip


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("kind", HARMLESS)
def test_harmless_objects_beside_the_weights_do_no_harm(tmp_path: Path, kind: str, zipped: bool) -> None:
    value = {"best": HARMLESS[kind](), "state_dict": WEIGHTS, "epoch": 3}
    torch.save(value, tmp_path / "a.pth", _use_new_zipfile_serialization=zipped)
    found = open_foreign_file(tmp_path / "a.pth")
    assert all(torch.equal(found.tensors[name], WEIGHTS[name]) for name in WEIGHTS)
    assert found.epoch == 3


class Trap:
    """Would make a file where it is unpickled, called as the standard library's harmless classes are."""

    def __init__(self, call: Callable[..., Any], *arguments: Any) -> None:
        self.call, self.arguments = call, arguments

    def __reduce__(self) -> tuple[Any, ...]:
        return self.call, self.arguments


@pytest.mark.parametrize("zipped", [True, False])
def test_stand_ins_run_nothing(tmp_path: Path, zipped: bool) -> None:
    """A path of a file isn't a path: its methods can't be reached, and functions are refused by their names."""
    for trap in (
        Trap(Path.touch, tmp_path / "ran"),
        Trap(open, str(tmp_path / "ran"), "w"),
        Trap(np.save, str(tmp_path / "ran"), 1),
    ):
        torch.save({"state_dict": WEIGHTS, "best": trap}, tmp_path / "a.pth", _use_new_zipfile_serialization=zipped)
        with pytest.raises(CheckpointError, match="no code was executed"):
            open_foreign_file(tmp_path / "a.pth")
    assert list(tmp_path.glob("ran*")) == []


def test_a_tensor_of_a_stand_ins_class_is_none(tmp_path: Path) -> None:
    """A table whose tensors are numpy's is no table of tensors, and nothing of it is taken for one."""
    value: dict[str, Tensor | np.ndarray] = {**WEIGHTS, "fc.weight": np.ones((2, 2))}
    torch.save(value, tmp_path / "a.pth")
    assert "fc.weight" not in open_foreign_file(tmp_path / "a.pth").tensors


def test_a_safetensors_file_with_a_header_of_any_length_is_read(tmp_path: Path) -> None:
    data = torch.ones(2).numpy().tobytes()
    for spaces in range(0, 40, 9):
        header = (
            json.dumps({"a.weight": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}).encode() + b" " * spaces
        )
        (tmp_path / "a.bin").write_bytes(struct.pack("<Q", len(header)) + header + data)
        assert open_foreign_file(tmp_path / "a.bin").tensors["a.weight"].tolist() == [1.0, 1.0]
