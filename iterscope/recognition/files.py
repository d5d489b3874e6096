"""Read weights from untrusted files: safetensors, and PyTorch's own formats through `weights_only=True`.

A PyTorch file is a pickle. The restricted reader builds tensors and plain containers and refuses everything else, so no code in the file is
executed; sizes are checked before anything is unpacked. Imports nevertheless open files in a separate process: see
`iterscope.importing.child`.
"""

from __future__ import annotations

import pickle
import re
import warnings
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from iterscope.errors import CheckpointError
from iterscope.recognition.kinds import SAVE_WEIGHTS, START_BYTES, refuse_archive, refuse_folder, refuse_other_kind
from iterscope.recognition.plain_pickles import refuse_plain_pickle
from iterscope.recognition.reparametrised import original_weights
from iterscope.recognition.standins import STAND_INS, InertArray
from iterscope.recognition.unwrapping import NESTING_KEYS, SeveralTables, Unwrapped, containers, unwrap
from iterscope.regular_files import NOT_A_FILE, open_regular
from iterscope.tensor_files import MAX_HEADER_BYTES, TensorFileError, read_header, read_tensors

MAX_FILE_BYTES = 4 << 30
MAX_TENSORS = 50_000
UNPACKING_RATIO = 4
"""The maximum unpacked size of an archive, as a multiple of its file size: PyTorch doesn't compress its archives."""
SPARE_BYTES = 1 << 20
COMPUTABLE = (
    *(torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16, torch.int8),
    *(torch.uint8, torch.bool),
)
"""The number types of tensors that are read; 8-bit and smaller floats have no arithmetic of their own."""
_ZIP, _PICKLE, _GZIP = b"PK\x03\x04", b"\x80", b"\x1f\x8b"


@dataclass(frozen=True, eq=False)
class ForeignFile:
    """The contents of an untrusted file."""

    tensors: dict[str, Tensor]
    """By the network's own names, without nesting and wrappers' prefixes. On the CPU, finite and dense."""
    nesting: str
    """Where the tensors were nested, such as "state_dict → module."; empty if they weren't nested."""
    epoch: int | None
    """The number of epochs trained, if the file records it."""
    notes: tuple[str, ...] = ()
    """What else was found in the file and how it was treated, in sentences."""


def read_foreign_file(path: Path | str, *, table: str | None = None) -> dict[str, Tensor]:
    """The tensors of an untrusted safetensors, .pth, .pt, .th, .ckpt or .bin file by name; no code in the file is executed.

    Raises:
        CheckpointError: the file can't be opened; the message says why.
    """
    return open_foreign_file(path, table=table).tensors


def open_foreign_file(path: Path | str, *, table: str | None = None, in_parts: bool = False) -> ForeignFile:
    """The tensors of a safetensors, .pth, .pt, .th, .ckpt or .bin file; the format is determined from its content, not from its name.

    Args:
        table: which table of tensors, if the file has several: the keys that lead to it, joined by dots ("state_dict_ema"), or a subtree of
            one ("state_dict.teacher").
        in_parts: whether weights in parts (pruned, normalised) stay as they are, for a network that has them so.

    Raises:
        CheckpointError: the file is missing, too large, truncated or of an unknown format; it contains objects that only code could build,
            unpacks to far more than its size, or has no tensors; or values are NaN, infinite or of an unsupported type.
    """
    path = Path(path)
    size, start = _look_at(path)
    content = _content(path, start, size)
    try:
        unwrapped = unwrap(content, table)
    except SeveralTables as error:
        raise CheckpointError(f"{path} {error}") from error
    if not unwrapped.tensors:
        raise CheckpointError(_no_tensors(path, content))
    _check(path, unwrapped.tensors)
    tensors, changed = (unwrapped.tensors, []) if in_parts else original_weights(unwrapped.tensors)
    return ForeignFile(tensors, unwrapped.nesting, unwrapped.epoch, (*changed, *_notes(unwrapped)))


def _no_tensors(path: Path, content: object) -> str:
    if isinstance(content, torch.nn.Module | Tensor):
        return f"{path} contains one {type(content).__name__} and no table of tensors; {SAVE_WEIGHTS}"
    if arrays := _arrays(content):
        return (
            f"{path} contains no table of tensors, but one of numpy arrays{arrays}: if you trust the file, convert it, "
            "torch.save({name: torch.from_numpy(array) for name, array in table.items()}, path)"
        )
    return (
        f"{path} contains no table of tensors: looked everywhere, first under {', '.join(NESTING_KEYS)}; {SAVE_WEIGHTS}"
    )


def _arrays(content: object) -> str:
    """Where a table of numpy arrays lies; empty if there is none."""
    for path, each in containers(content):
        if isinstance(each, Mapping) and sum(isinstance(one, InertArray) for one in each.values()) > len(each) // 2:
            return f" under {path[-1][:100]}" if path else " at the top level"
    return ""


def _notes(unwrapped: Unwrapped) -> list[str]:
    notes = []
    if unwrapped.left_out:
        notes.append(f"{len(unwrapped.left_out)} counters are left out, such as {unwrapped.left_out[0][:100]}")
    if unwrapped.other_tables:
        shown = ", ".join(label[:60] or "the top level" for label in unwrapped.other_tables[:6])
        moving = " (a moving average, EMA, is often what its program validates)" if "ema" in shown.lower() else ""
        notes.append(
            f"the file also has tables of tensors under {shown}{moving}, which are left out: choose one with --table, such as --table "
            f"{unwrapped.other_tables[0][:60]}"
        )
    tables = {label.partition(".")[0] for label in unwrapped.other_tables}
    if beside := [name[:40] for name in unwrapped.beside if name not in tables]:
        more = f" and {len(beside) - 8} more" if len(beside) > 8 else ""
        notes.append(f"the file also has entries that are not needed and were left out: {', '.join(beside[:8])}{more}")
    return notes


def checked_size(path: Path) -> int:
    """The file's size. Raises CheckpointError for what can be refused without opening it, which is safe in any process."""
    refuse_folder(path)
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise CheckpointError(f"{path} can't be read: {NOT_A_FILE}")
    except OSError as error:
        raise CheckpointError(f"{path} can't be read: {error.strerror or error}") from error
    if size > MAX_FILE_BYTES:
        raise CheckpointError(f"{path} has {size:,} bytes: files of at most {MAX_FILE_BYTES:,} bytes are opened")
    if size < 16:
        kind = "is empty: it" if size == 0 else "is too small: it"
        raise CheckpointError(
            f"{path} {kind} has only {size} bytes, too few for a network; it may be truncated, so copy or download it again"
        )
    return size


def _look_at(path: Path) -> tuple[int, bytes]:
    """The file's size and its first bytes. Raises CheckpointError for another kind of file."""
    size = checked_size(path)
    try:
        with open_regular(path) as file:
            start = file.read(START_BYTES)
    except OSError as error:
        raise CheckpointError(f"{path} can't be read: {error.strerror or error}") from error
    if not (_is_safetensors(path, start) or start.startswith((_ZIP, _PICKLE))):
        refuse_other_kind(path, start)
    return size, start


def _is_safetensors(path: Path, start: bytes) -> bool:
    """By its header's first character; a .safetensors file that claims a too large header counts too, and is refused as one."""
    length = int.from_bytes(start[:8], "little")
    if length >= 1 << 56:  # eight characters of a text
        return False
    claims_too_much = length > MAX_HEADER_BYTES and path.suffix == ".safetensors" and not start.startswith(_GZIP)
    return start[8:9] == b"{" or claims_too_much


def _content(path: Path, start: bytes, size: int) -> object:
    if _is_safetensors(path, start):
        return _safetensors(path)
    if start.startswith(_ZIP):
        _check_archive(path, size)
    else:
        refuse_plain_pickle(path)
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
    refuse_archive(path, [entry.filename for entry in entries])


def _torch(path: Path) -> object:
    try:
        with warnings.catch_warnings(), torch.serialization.safe_globals(STAND_INS):
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
        first = _in_own_words(error)
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
            f"If you trust the file, {SAVE_WEIGHTS}; or load it in Python and measure its model there, iterscope.residual_chain(model)"
        )
    words = message.strip().splitlines() or ["no reason given"]
    reason = _without_advice(
        next((line.strip() for line in words if "rror:" in line or "nsupported" in line), words[0])
    )
    return (
        f"{path} is a pickle of more than tensors and plain containers ({reason}): no code was executed; {SAVE_WEIGHTS}"
    )


def _in_own_words(error: Exception) -> str:
    """The reader's reason without its advice, which is for PyTorch's own users."""
    lines = str(error).strip().splitlines()
    return _without_advice(lines[0]) if lines else type(error).__name__


def _without_advice(line: str) -> str:
    """A line of PyTorch's message without the sentences that ask for an issue or for another option."""
    sentences = re.split(r"(?<=[.!:;])\s+", line)
    kept = [
        each
        for each in sentences
        if not re.search(r"issue|weights_only|report|github|https?:|add_safe_globals", each, re.IGNORECASE)
    ]
    return " ".join(kept)[:200] or "its pickle isn't one that torch.save writes"


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
        kind = str(tensor.dtype).removeprefix("torch.")
        if tensor.dtype not in COMPUTABLE and (tensor.is_floating_point() or tensor.dim() > 0):
            raise CheckpointError(
                f"{path} has {shown} of dtype {kind}, which is not supported: convert it, "
                "torch.save({name: tensor.float() for name, tensor in state_dict.items()}, path)"
            )
        if tensor.dtype != torch.int64 and not tensor.is_floating_point() and tensor.dim() == 4:
            raise CheckpointError(
                f"{path} has {shown} of dtype {kind}: it is a quantised network; save the weights of the network before "
                "quantisation, as float32"
            )
        if tensor.is_floating_point() and tensor.dim() > 0 and not bool(torch.isfinite(tensor).all()):
            broken = int((~torch.isfinite(tensor)).sum())
            raise CheckpointError(
                f"{path}: {broken} of the {tensor.numel()} values of {name[:80]} are NaN or infinite; the training diverged, or the "
                "file is damaged"
            )
