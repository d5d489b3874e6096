"""Import a model: its file is opened in a separate process, the network is recognised, checked on data, and stored.

There are two steps, `open_file` and `make_checkpoint`, so that users can check in between what was recognised.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from iterscope.architectures.factory import Factory
from iterscope.checkpoint_description import CheckpointDescription, description_from_dict
from iterscope.errors import CheckpointError, InvalidInput
from iterscope.importing.isolation import MEASURING, OPENING, Limits, run_isolated
from iterscope.recognition.files import checked_size

__all__ = ["Limits", "make_checkpoint", "open_file", "verify_checkpoint"]


def open_file(
    path: Path,
    tensors: Path,
    *,
    name: str | None = None,
    table: str | None = None,
    recognise: bool = True,
    scratch: Path | None = None,
    limits: Limits = OPENING,
) -> dict[str, Any]:
    """Open an untrusted file in a resource-limited process and recognise its network; see `opening.open_and_recognise` for the result.

    Args:
        path: the file.
        tensors: where its tensors are written, as safetensors under the network's own names, if a network is recognised.
            The process may change what lies in the same folder, so give a folder of its own.
        name: the file's name in messages; default: its path.
        table: which table of tensors, if the file has several; see `open_foreign_file`.
        recognise: False for one's own network, which a factory builds: the tensors are only written.
        scratch: the folder that the process removes if its parent dies; default: none.

    Raises:
        CheckpointError: the file can't be opened; the message says why.
    """
    shown = name or str(path)
    try:
        checked_size(path.absolute())
        _make_folder(tensors.absolute().parent)
        arguments = {"path": str(path.absolute()), "tensors": str(tensors.absolute()), "table": table}
        return run_isolated("open" if recognise else "reduce", {**arguments, "scratch": _shown(scratch)}, limits)
    except InvalidInput as error:
        text = str(error).replace(str(path.absolute()), shown)
        raise CheckpointError(text if shown in text else f"{shown}: {text}") from error


def verify_checkpoint(path: Path, *, limits: Limits = OPENING) -> CheckpointDescription:
    """The description of a checkpoint that Iterscope wrote, verified by reading it as a whole in a resource-limited process.

    Raises CheckpointError: what `read_checkpoint` raises, or what ended the process.
    """
    checked_size(path)
    return description_from_dict(path, run_isolated("verify", {"path": str(path.absolute())}, limits))


def make_checkpoint(
    opened: Mapping[str, Any],
    tensors: Path,
    target: Path,
    *,
    dataset: str,
    home: Path,
    answers: Mapping[str, Any] | None = None,
    factory: Factory | None = None,
    progress: Callable[[float], None] | None = None,
    scratch: Path | None = None,
    limits: Limits = MEASURING,
) -> dict[str, Any]:
    """Run the recognised network on a data set and write it to `target`; see `measuring.measure_import` for `answers` and the result.

    `factory`: what builds the network instead, if it is one's own; its code runs.
    `scratch`: the folder that the process removes if its parent dies.

    Raises:
        DatasetError: the data can't be read or don't fit the network. ArchitectureError, CheckpointError: as for `foreign_model`.
    """
    arguments = {
        **(answers or {}),
        "tensors": str(tensors.absolute()),
        "target": str(target.absolute()),
        "home": str(home.absolute()),
        "dataset": dataset,
        "alternatives": opened["alternatives"],
        "normalisation": opened.get("normalisation"),
        "epoch": opened["epoch"],
        "factory": None if factory is None else factory.to_dict(),
        "scratch": _shown(scratch),
    }
    return run_isolated("measure", arguments, limits, progress)


def _make_folder(folder: Path) -> None:
    """The process may write only in folders that exist when it starts."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CheckpointError(f"tensors can't be written in {folder}: {error.strerror or error}") from error


def _shown(path: Path | None) -> str | None:
    return None if path is None else str(path.absolute())
