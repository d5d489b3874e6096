"""Read weights from untrusted files: safetensors, and PyTorch's own formats through `weights_only=True`.

A PyTorch file is a pickle. The restricted reader builds tensors and plain containers and refuses everything else, so no code in the file is
executed; sizes are checked before anything is unpacked. Imports nevertheless open files in a separate process: see
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
"""The maximum unpacked size of an archive, as a multiple of its file size: PyTorch doesn't compress its archives."""
SPARE_BYTES = 1 << 20
_ZIP, _PICKLE = b"PK\x03\x04", b"\x80"
SAVE_WEIGHTS = "save only the weights: torch.save(model.state_dict(), path), or as safetensors"


@dataclass(frozen=True, eq=False)
class ForeignFile:
    """The contents of an untrusted file."""

    tensors: dict[str, Tensor]
    """By the network's own names, without nesting and wrappers' prefixes. On the CPU, finite and dense."""
    nesting: str
    """Where the tensors were nested, such as "state_dict → module."; empty if they weren't nested."""
    epoch: int | None
    """The number of epochs trained, if the file records it."""


def read_foreign_file(path: Path | str) -> dict[str, Tensor]:
    """The tensors of an untrusted safetensors, .pth, .pt, .th, .ckpt or .bin file by name; no code in the file is executed.

    Raises:
        CheckpointError: the file can't be opened; the message says why.
    """
    return open_foreign_file(path).tensors


def open_foreign_file(path: Path | str) -> ForeignFile:
    """The tensors of a safetensors, .pth, .pt, .th, .ckpt or .bin file; the format is determined from its content, not from its name.

    Raises:
        CheckpointError: the file is missing, too large, truncated or of an unknown format; it contains objects that only code could build,
            unpacks to far more than its size, or has no tensors; or values are NaN, infinite or of an unsupported type.
    """
    path = Path(path)
    size, start = look_at(path)
    unwrapped = unwrap(_content(path, start, size))
    if not unwrapped.tensors:
        where = f" under {unwrapped.nesting}" if unwrapped.nesting else ""
        raise CheckpointError(
            f"{path} contains no table of tensors{where}: looked at the top level and under {', '.join(NESTING_KEYS)}; {SAVE_WEIGHTS}"
        )
    _check(path, unwrapped.tensors)
    return ForeignFile(unwrapped.tensors, unwrapped.nesting, unwrapped.epoch)


def look_at(path: Path) -> tuple[int, bytes]:
    """The file's size and its first 16 bytes. Raises CheckpointError for files that can be refused before any of them is parsed."""
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
            f"{path} has only {size} bytes, too few for a network: it may be truncated, so copy it again"
        )
    if not (_is_safetensors(path, start) or start.startswith((_ZIP, _PICKLE))):
        raise CheckpointError(
            f"{path} is neither a safetensors file nor a PyTorch file: it begins with {start[:4]!r}; {SAVE_WEIGHTS}"
        )
    return size, start


def _is_safetensors(path: Path, start: bytes) -> bool:
    """By its header's first character; a .safetensors file that claims a too large header counts too, and is refused as one."""
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
            f"{path} has {size:,} bytes but unpacks to {unpacked:,}: PyTorch doesn't compress, so this isn't a PyTorch file (a zip bomb?)"
        )
    names = {entry.filename.rpartition("/")[2] for entry in entries}
    if "constants.pkl" in names:
        raise CheckpointError(f"{path} is a TorchScript program, which can be read only by running it: {SAVE_WEIGHTS}")
    if "data.pkl" not in names:
        raise CheckpointError(
            f"{path} is a zip archive, but not a PyTorch file: it contains no data.pkl; {SAVE_WEIGHTS}"
        )


def _torch(path: Path) -> object:
    try:
        # A Namespace is a plain table of attributes, in which many training programs save their options with the weights.
        with warnings.catch_warnings(), torch.serialization.safe_globals([argparse.Namespace]):
            warnings.simplefilter("ignore")  # about how the file was written
            return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise CheckpointError(_refusal(path, str(error))) from error
    except MemoryError as error:
        raise CheckpointError(f"{path} needs more memory than an import may use") from error
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
            raise CheckpointError(f"{path} needs more memory than an import may use: {first}") from error
        raise CheckpointError(
            f"{path} is truncated or damaged: PyTorch can't read it ({first}); copy or download it again"
        ) from error


def _refusal(path: Path, message: str) -> str:
    """Why the restricted reader stopped, in Iterscope's words."""
    found = re.search(r"GLOBAL ([\w.]+)", message) or re.search(
        r"\b([A-Za-z_]\w*(?:\.\w+)+) was not an allowed global", message
    )
    if found:
        return (
            f"{path} contains a {found[1]}, a pickled object that can be built only by running code: no code was executed. "
            f"If you trust the file, {SAVE_WEIGHTS}"
        )
    words = message.strip().splitlines() or ["no reason given"]
    reason = next((line.strip() for line in words if "rror:" in line or "nsupported" in line), words[0])[:200]
    return (
        f"{path} is a pickle of more than tensors and plain containers ({reason}): no code was executed; {SAVE_WEIGHTS}"
    )


def _check(path: Path, tensors: dict[str, Tensor]) -> None:
    if len(tensors) > MAX_TENSORS:
        raise CheckpointError(f"{path} contains {len(tensors):,} tensors: files of at most {MAX_TENSORS:,} are opened")
    for name, tensor in tensors.items():
        shown = repr(name[:80])
        if tensor.layout != torch.strided or tensor.is_quantized or tensor.is_complex() or tensor.device.type != "cpu":
            kind = "quantized" if tensor.is_quantized else f"{tensor.layout} {tensor.dtype} on {tensor.device}"
            raise CheckpointError(f"{path} has {shown} as {kind}: only dense real tensors can be read; {SAVE_WEIGHTS}")
        held = tensor.untyped_storage().nbytes()
        if tensor.numel() * tensor.element_size() > held:
            raise CheckpointError(
                f"{path} has {shown} of shape {tuple(tensor.shape)} in {held} bytes: a few stored values are repeated; {SAVE_WEIGHTS}"
            )
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            broken = int((~torch.isfinite(tensor)).sum())
            raise CheckpointError(
                f"{path}: {broken} of the {tensor.numel()} values of {name[:80]} are NaN or infinite; the training diverged, or the "
                "file is damaged"
            )
