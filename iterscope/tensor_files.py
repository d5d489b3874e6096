"""Safetensors files: written atomically, and treated as untrusted when they are read.

A safetensors file is eight bytes of header length, a JSON header (each tensor's dtype, shape and place), then the
tensors: reading one never runs code. This module checks everything that an untrusted file could get wrong.
"""

from __future__ import annotations

import json
import math
import os
import struct
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load, load_file, save
from torch import Tensor

from iterscope.regular_files import open_regular
from iterscope.stray_files import temporary_name

MAX_HEADER_BYTES = 4 * 1024 * 1024
"""Headers are parsed wherever a file is listed; that of a network of 1202 layers takes 0.8 MB, and its training state 1.2 MB."""


class TensorFileError(ValueError):
    """The file is damaged, isn't a safetensors file or could not be written; the message says which and why."""


@dataclass(frozen=True)
class TensorFileHeader:
    """The contents of a file's header, checked against the file's size."""

    metadata: dict[str, str]
    shapes: dict[str, tuple[int, ...]]
    dtypes: dict[str, str]
    """Safetensors' own names: F32, I64, …"""
    size_bytes: int


def write_tensor_file(path: Path, tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> int:
    """Write to a temporary file, flush it to disk and rename it, so that `path` is either complete or unchanged. Returns its bytes."""
    plain = {
        name: tensor.detach().cpu().clone(memory_format=torch.contiguous_format) for name, tensor in tensors.items()
    }
    content = save(plain, dict(metadata))
    _check_header(path, *struct.unpack_from("<Q", content))
    _write_pieces(path, [content], len(content))
    return len(content)


def write_large_file(
    path: Path, shapes: Mapping[str, tuple[int, ...]], parts: Iterable[Tensor], metadata: Mapping[str, str]
) -> None:
    """Write uint8 tensors of these shapes, which may be larger than the memory, as `write_tensor_file` does.

    `parts`: the tensors' content in the order of `shapes`, in pieces of any size.
    """
    header: dict[str, object] = {"__metadata__": dict(metadata)}
    end = 0
    for name, shape in shapes.items():
        start, end = end, end + math.prod(shape)
        header[name] = {"dtype": "U8", "shape": list(shape), "data_offsets": [start, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    _check_header(path, len(text))

    def pieces() -> Iterator[bytes | memoryview]:
        yield struct.pack("<Q", len(text)) + text
        for part in parts:
            yield part.contiguous().numpy().data

    _write_pieces(path, pieces(), end)


def _check_header(path: Path, length: int) -> None:
    """Refuses to write what `read_header` would refuse to read."""
    if length > MAX_HEADER_BYTES:
        raise TensorFileError(
            f"{path} could not be written: the names of its tensors and its description take {length} bytes, at most {MAX_HEADER_BYTES} "
            "are allowed; shorten them"
        )


def _write_pieces(path: Path, pieces: Iterable[bytes | memoryview], size: int) -> None:
    """Write the pieces to `path`, or leave `path` unchanged and raise `TensorFileError` naming the reason."""
    temporary = temporary_name(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise TensorFileError(
            f"{path} could not be written ({error.strerror or error}): "
            f"it needs {size / 2**20:.1f} MiB in a writable folder; earlier files are unchanged"
        ) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def read_header(path: Path) -> TensorFileHeader:
    """Read the header only, and check the file's size against it. Raises `TensorFileError` saying what is wrong."""
    try:
        with open_regular(path) as file:
            size = os.fstat(file.fileno()).st_size
            length_bytes = file.read(8)
            if len(length_bytes) < 8:
                raise TensorFileError(f"{path} is not a safetensors file: it has only {size} bytes")
            (length,) = struct.unpack("<Q", length_bytes)
            if length > MAX_HEADER_BYTES:
                raise TensorFileError(
                    f"{path} is not a safetensors file that Iterscope reads: its header claims {length} bytes, "
                    f"at most {MAX_HEADER_BYTES} are allowed"
                )
            if length + 8 > size:
                raise TensorFileError(f"{path} is truncated: its header claims {length} bytes, the file has {size}")
            text = file.read(length)
    except OSError as error:
        raise TensorFileError(f"{path} cannot be read: {error.strerror or error}") from error
    try:
        header = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise TensorFileError(f"{path} is not a safetensors file: its header is not JSON") from error
    if not isinstance(header, dict):
        raise TensorFileError(f"{path} is not a safetensors file: its header is not a JSON object")
    return _checked(path, header, size, size - 8 - length)


def read_tensors(path: Path, *, mapped: bool = False) -> dict[str, Tensor]:
    """All tensors of the file, on the CPU; call `read_header` first for more specific error messages.

    `mapped`: the tensors are memory-mapped and read on access, so the file may be larger than the memory. The file must not be modified
    meanwhile; replacing it is fine.
    """
    try:
        if mapped:
            return load_file(path)
        with open_regular(path) as file:
            return load(file.read())
    except (OSError, SafetensorError) as error:
        raise TensorFileError(f"{path} cannot be read: {error}") from error


def _checked(path: Path, header: dict[str, object], size: int, data_bytes: int) -> TensorFileHeader:
    metadata = header.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise TensorFileError(f"{path} is not a safetensors file: its metadata is not a table of strings")
    shapes: dict[str, tuple[int, ...]] = {}
    dtypes: dict[str, str] = {}
    end = 0
    for name, entry in header.items():
        try:
            if not isinstance(entry, dict):
                raise TypeError(name)
            shape, (_, stop), dtype = entry["shape"], entry["data_offsets"], entry["dtype"]
            shapes[name] = tuple(int(extent) for extent in shape)
            dtypes[name] = str(dtype)
            end = max(end, int(stop))
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise TensorFileError(f"{path} is not a safetensors file: its entry {name[:80]!r} is malformed") from error
    if end != data_bytes:
        word = "is truncated" if end > data_bytes else "has extra bytes at its end"
        raise TensorFileError(
            f"{path} {word}: its header describes {end} bytes of tensors, the file holds {data_bytes}"
        )
    return TensorFileHeader(metadata, shapes, dtypes, size)


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable, where the system can open a folder."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
