"""Kinds of files that are often given in place of weights, each with its remedy. Only first bytes and lists of archives are read."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Iterable
from pathlib import Path

from iterscope.errors import CheckpointError
from iterscope.regular_files import open_regular

START_BYTES = 512
_TAR_HEADERS = 32
_TAR_EXTENDED = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)
"""Headers that only describe the next member."""
SAVE_WEIGHTS = "save only the weights: torch.save(model.state_dict(), path), or as safetensors"
WEIGHT_ENDINGS = (".safetensors", ".pth", ".pt", ".th", ".ckpt", ".bin", ".tar")
NEITHER = "is neither a safetensors file nor a PyTorch file"
_PROGRAMS = {
    ".onnx": "ONNX",
    ".pb": "TensorFlow",
    ".index": "TensorFlow",
    ".data-00000-of-00001": "TensorFlow",
    ".caffemodel": "Caffe",
    ".msgpack": "Flax",
    ".params": "MXNet",
    ".mlmodel": "Core ML",
    ".tflite": "TensorFlow Lite",
    ".engine": "TensorRT",
}
"""By endings of names; these formats have no mark of their own at their beginning."""
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", "it is compressed with gzip: unpack it (gunzip, or tar -xzf) and give the file inside"),
    (b"BZh", "it is compressed with bzip2: unpack it and give the file inside"),
    (b"\xfd7zXZ\0", "it is compressed with xz: unpack it and give the file inside"),
    (b"\x28\xb5\x2f\xfd", "it is compressed with zstandard: unpack it and give the file inside"),
    (b"7z\xbc\xaf\x27\x1c", "it is a 7z archive: unpack it and give the file inside"),
    (b"Rar!", "it is a RAR archive: unpack it and give the file inside"),
    (
        b"\x89HDF",
        f"it is an HDF5 file, as Keras writes: convert the weights to PyTorch's names and layout, then {SAVE_WEIGHTS}",
    ),
    (
        b"\x93NUMPY",
        "it is one array of numpy: convert the weights with torch.from_numpy and write them with torch.save",
    ),
    (b"GGUF", f"it is a GGUF file of quantised weights: {SAVE_WEIGHTS} before quantisation"),
    (b"\x89PNG", f"it is a PNG image; {SAVE_WEIGHTS}"),
    (b"\xff\xd8\xff", f"it is a JPEG image; {SAVE_WEIGHTS}"),
    (b"%PDF", f"it is a PDF document; {SAVE_WEIGHTS}"),
    (b"\x7fELF", f"it is a program; {SAVE_WEIGHTS}"),
)


def refuse_other_kind(path: Path, start: bytes) -> None:
    """Raises CheckpointError naming the kind of a file that is neither safetensors nor one of PyTorch's, and the remedy."""
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith(b"version https://git-lfs"):
        raise CheckpointError(
            f"{path} is a Git LFS pointer, not the weights themselves: run git lfs pull in its repository (or download the file from its "
            "page), then import it again"
        )
    if text.startswith((b"<!doctype html", b"<html", b"<head", b"<?xml", b"<error", b"<script")):
        kind = (
            "a web page (HTML)"
            if b"html" in text or b"<head" in text or b"<script" in text
            else "an XML answer of a server"
        )
        raise CheckpointError(
            f"{path} is {kind} that was saved in place of the weights, such as a page that asks for a confirmation or a login: download "
            "the file again"
        )
    for magic, words in _MAGIC:
        if start.startswith(magic):
            raise CheckpointError(f"{path} {NEITHER}: {words}")
    if (members := _tar_members(path)) is not None:
        raise CheckpointError(f"{path} {_tar_words(members)}")
    if text.startswith((b"{", b"[")):
        sharded = b"weight_map" in text or path.name.endswith(".index.json")
        words = "the index of weights in several files" if sharded else "a JSON text"
        raise CheckpointError(f"{path} is {words}, not the weights themselves: give the weight file, or {SAVE_WEIGHTS}")
    program = "TensorFlow Lite" if start[4:8] == b"TFL3" else _PROGRAMS.get(path.suffix.lower())
    if program is not None:
        raise CheckpointError(
            f"{path} {NEITHER}: it is a file of {program}; convert the weights to PyTorch's names and layout, or {SAVE_WEIGHTS}"
        )
    if text and all(32 <= byte < 127 or byte in b"\t\r\n" for byte in start[:200]):
        first = start.decode("ascii", "replace").strip().splitlines()[0][:60]
        raise CheckpointError(
            f"{path} {NEITHER}: it is a text that begins with {first!r}, perhaps a server's answer; download the file again, or "
            f"{SAVE_WEIGHTS}"
        )
    raise CheckpointError(f"{path} {NEITHER}: it begins with {start[:4]!r}; {SAVE_WEIGHTS}")


def refuse_folder(path: Path) -> None:
    """Raises CheckpointError naming the weight files of a folder, if the path is one."""
    if not path.is_dir():
        return
    inside = sorted(each.name for each in path.iterdir() if each.suffix.lower() in WEIGHT_ENDINGS and each.is_file())
    if any(path.glob("*.distcp")):
        words = (
            "it holds a distributed checkpoint: convert it with python -m torch.distributed.checkpoint.format_utils dcp_to_torch FOLDER "
            "FILE, and give FILE"
        )
    elif {"data.pkl", "version"} <= {each.name for each in path.iterdir()} or (path / "data.pkl").is_file():
        words = "it is an unpacked PyTorch file: download it without unpacking, or zip the folder again"
    elif inside:
        words = f"give one of its files: {', '.join(inside[:8])}"
    else:
        words = f"there is no weight file in it ({', '.join(WEIGHT_ENDINGS)})"
    raise CheckpointError(f"{path} can't be read as a file, because it is a folder: {words}")


def refuse_archive(path: Path, names: Iterable[str]) -> None:
    """Raises CheckpointError for a zip archive that isn't written by `torch.save`, by the names of its entries."""
    entries = list(names)
    last = {each.rpartition("/")[2] for each in entries}
    if "constants.pkl" in last:
        raise CheckpointError(
            f"{path} is a TorchScript program, which can be read only by running it: load it where you trust it, "
            f"model = torch.jit.load(path), and {SAVE_WEIGHTS}"
        )
    if (
        "serialized_exported_program.json" in last
        or "archive_format" in last
        or any("/models/" in f"/{each}" and each.endswith(".json") for each in entries)
    ):
        raise CheckpointError(
            f"{path} is an exported program, as torch.export.save writes: write its weights where you trust it, "
            "torch.save(torch.export.load(path).state_dict, 'weights.pth'), and give that file"
        )
    if "data.pkl" in last:
        return
    if entries and all(each.endswith(".npy") for each in entries):
        raise CheckpointError(
            f"{path} is an archive of numpy arrays (.npz): convert them, torch.save({{name: torch.from_numpy(array) for name, array in "
            "numpy.load(path).items()}, 'weights.pth'), and give that file"
        )
    if inside := [each for each in entries if each.lower().endswith(WEIGHT_ENDINGS)]:
        raise CheckpointError(
            f"{path} is a zip archive that contains {', '.join(inside[:4])}: unpack it and give that file"
        )
    if any(each.endswith((".h5", ".keras")) for each in entries) and "config.json" in last:
        raise CheckpointError(
            f"{path} is a Keras file: convert the weights to PyTorch's names and layout, then {SAVE_WEIGHTS}"
        )
    raise CheckpointError(f"{path} is a zip archive, but not a PyTorch file: it contains no data.pkl; {SAVE_WEIGHTS}")


def _tar_members(path: Path) -> list[str] | None:
    """The names of a tar archive's first members; None if it isn't one.

    Only headers of fixed size are read: Python's own reader takes minutes for an extended header that is made for it.
    """
    names: list[str] = []
    try:
        with open_regular(path) as file:
            for _ in range(_TAR_HEADERS):
                member = tarfile.TarInfo.frombuf(file.read(tarfile.BLOCKSIZE), "utf-8", "replace")
                if member.type not in _TAR_EXTENDED:
                    names.append(member.name)
                if member.size < 0:
                    break
                file.seek(-(-member.size // tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE, os.SEEK_CUR)
    except (tarfile.TarError, OSError, ValueError, OverflowError):  # also the end of the archive
        pass
    return names or None


def _tar_words(members: list[str]) -> str:
    if {"storages", "tensors", "pickle"} <= set(members):
        return (
            "has the tar format of PyTorch before 0.1.10, which can be read only by running code: if you trust the file, convert it, "
            "torch.save(torch.load(path, weights_only=False), 'weights.pth'), and give that file"
        )
    return (
        f"is a tar archive that contains {', '.join(members[:4])}: unpack it (tar -xf) and give the weight file inside"
    )
