"""Weights in other programs' files, read without trust: safetensors, and PyTorch's own formats through `weights_only=True`.

A file of PyTorch is a pickle. The restricted reader builds tensors and plain containers and refuses everything else, so no code of the file
runs; sizes are checked before anything is unpacked. Strangers' files are opened in a process of their own all the same: see
`iterscope.importing.child`.
"""

from __future__ import annotations

import argparse
import pickle
import re
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from iterscope.errors import CheckpointError
from iterscope.recognition.unwrapping import NESTING_KEYS, unwrap
from iterscope.tensor_files import MAX_HEADER_BYTES, TensorFileError, read_header, read_tensors

MAX_FILE_BYTES = 4 << 30
MAX_TENSORS = 50_000
UNPACKING_RATIO = 4
"""Bytes that an archive may unpack to, in files of its own size: PyTorch doesn't compress, so there is nothing to gain."""
SPARE_BYTES = 1 << 20
_ZIP, _PICKLE = b"PK\x03\x04", b"\x80"
SAVE_WEIGHTS = "save the weights alone: torch.save(model.state_dict(), path), or safetensors"


@dataclass(frozen=True, eq=False)
class ForeignFile:
    """What a file of another program holds."""

    tensors: dict[str, Tensor]
    """By the network's own names: nesting and wrappers' prefixes are taken off. On the CPU, finite, dense."""
    nesting: str
    """Where they lay, such as "state_dict → module."; empty where they lay bare."""
    epoch: int | None
    """How many epochs were trained, where the file tells."""


def read_foreign_file(path: Path | str) -> dict[str, Tensor]:
    """The tensors of `open_foreign_file`."""
    return open_foreign_file(path).tensors


def open_foreign_file(path: Path | str) -> ForeignFile:
    """The tensors of a safetensors, .pth, .pt, .th, .ckpt or .bin file; its content decides the kind, not its name.

    Raises:
        CheckpointError: missing, too large, truncated, of no known kind, holding objects that only code could build, unpacking to far more
            than its size, without tensors, or with values that are NaN, infinite or no numbers a network is made of.
    """
    path = Path(path)
    size, start = look_at(path)
    unwrapped = unwrap(_content(path, start, size))
    if not unwrapped.tensors:
        where = f" under {unwrapped.nesting}" if unwrapped.nesting else ""
        raise CheckpointError(
            f"{path} holds no table of tensors{where}: looked for one bare and under {', '.join(NESTING_KEYS)}; {SAVE_WEIGHTS}"
        )
    _check(path, unwrapped.tensors)
    return ForeignFile(unwrapped.tensors, unwrapped.nesting, unwrapped.epoch)


def look_at(path: Path) -> tuple[int, bytes]:
    """Bytes of the file, and its first 16; all that is refused at sight, before any of it is parsed, is refused here (CheckpointError)."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(16)
    except OSError as error:
        raise CheckpointError(f"{path} can't be read: {error.strerror or error}") from error
    if size > MAX_FILE_BYTES:
        raise CheckpointError(f"{path} has {size:,} bytes: files of at most {MAX_FILE_BYTES:,} bytes are opened")
    if size < 16:
        raise CheckpointError(
            f"{path} has only {size} bytes: it holds no network; it may have been cut short, so copy it again"
        )
    if not (_is_safetensors(path, start) or start.startswith((_ZIP, _PICKLE))):
        raise CheckpointError(
            f"{path} is neither a safetensors file nor one that PyTorch wrote: it begins with {start[:4]!r}; {SAVE_WEIGHTS}"
        )
    return size, start


def _is_safetensors(path: Path, start: bytes) -> bool:
    """By its header's first character; a file that is called so and claims a header too large is refused as one."""
    return start[8:9] == b"{" or (
        int.from_bytes(start[:8], "little") > MAX_HEADER_BYTES and path.suffix == ".safetensors"
    )


def _content(path: Path, start: bytes, size: int) -> object:
    if _is_safetensors(path, start):
        return _safetensors(path)
    if start.startswith(_ZIP):
        _check_archive(path, size)
    return _torch(path)


def _safetensors(path: Path) -> dict[str, Tensor]:
    try:
        read_header(path)
        return read_tensors(path)
    except TensorFileError as error:
        raise CheckpointError(str(error)) from error


def _check_archive(path: Path, size: int) -> None:
    """Sizes and names of PyTorch's zip archive, before any of it is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise CheckpointError(
            f"{path} is a truncated or damaged archive ({error}): copy or download it again"
        ) from error
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > UNPACKING_RATIO * size + SPARE_BYTES:
        raise CheckpointError(
            f"{path} has {size:,} bytes but unpacks to {unpacked:,}: PyTorch doesn't compress, so this is no file of it (a zip bomb?)"
        )
    names = {entry.filename.rpartition("/")[2] for entry in entries}
    if "constants.pkl" in names:
        raise CheckpointError(f"{path} is a TorchScript program, which would have to be run to be read: {SAVE_WEIGHTS}")
    if "data.pkl" not in names:
        raise CheckpointError(
            f"{path} is a zip archive, but none that PyTorch wrote: it holds no data.pkl; {SAVE_WEIGHTS}"
        )


def _torch(path: Path) -> object:
    try:
        # A Namespace is a plain table of attributes, in which many training programs keep their options beside the weights.
        with warnings.catch_warnings(), torch.serialization.safe_globals([argparse.Namespace]):
            warnings.simplefilter("ignore")  # about how a stranger's file was written
            return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise CheckpointError(_refusal(path, str(error))) from error
    except MemoryError as error:
        raise CheckpointError(f"{path} needs more memory than an import may take") from error
    except (
        RuntimeError,
        EOFError,
        OSError,
        ValueError,
        KeyError,
        IndexError,
        TypeError,
        AttributeError,
        AssertionError,
    ) as error:
        first = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
        if "memory" in first:
            raise CheckpointError(f"{path} needs more memory than an import may take: {first}") from error
        raise CheckpointError(
            f"{path} is truncated or damaged, PyTorch can't read it ({first}): copy or download it again"
        ) from error


def _refusal(path: Path, message: str) -> str:
    """Why the restricted reader stopped, in our own words."""
    found = re.search(r"GLOBAL ([\w.]+)", message) or re.search(
        r"\b([A-Za-z_]\w*(?:\.\w+)+) was not an allowed global", message
    )
    if found:
        return (
            f"{path} holds a {found[1]}, a pickled object that only running code could build: nothing of it was run. "
            f"Where you trust the file, {SAVE_WEIGHTS}"
        )
    words = message.strip().splitlines() or ["no reason given"]
    reason = next((line.strip() for line in words if "rror:" in line or "nsupported" in line), words[0])[:200]
    return f"{path} is a pickle that isn't made of tensors and plain containers alone ({reason}): nothing of it was run; {SAVE_WEIGHTS}"


def _check(path: Path, tensors: dict[str, Tensor]) -> None:
    if len(tensors) > MAX_TENSORS:
        raise CheckpointError(f"{path} holds {len(tensors):,} tensors: networks of at most {MAX_TENSORS:,} are opened")
    for name, tensor in tensors.items():
        shown = repr(name[:80])
        if tensor.layout != torch.strided or tensor.is_quantized or tensor.is_complex() or tensor.device.type != "cpu":
            kind = "quantized" if tensor.is_quantized else f"{tensor.layout} {tensor.dtype} on {tensor.device}"
            raise CheckpointError(f"{path} has {shown} as {kind}: only dense real tensors can be read; {SAVE_WEIGHTS}")
        held = tensor.untyped_storage().nbytes()
        if tensor.numel() * tensor.element_size() > held:
            raise CheckpointError(
                f"{path} has {shown} of shape {tuple(tensor.shape)} in {held} bytes: a few numbers spread over many; it isn't opened"
            )
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            broken = int((~torch.isfinite(tensor)).sum())
            raise CheckpointError(
                f"{path}: {broken} of the {tensor.numel()} values of {name[:80]} are NaN or infinite; the training diverged, or the "
                "file is damaged"
            )
