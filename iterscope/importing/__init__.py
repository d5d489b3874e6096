"""Importing a network of elsewhere: its file is opened in a process of its own, the network is recognised, checked on data, and stored.

Two steps, since people look at what was recognised in between: `open_file` and `make_checkpoint`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from iterscope.errors import CheckpointError, InvalidInput
from iterscope.importing.isolation import MEASURING, OPENING, Limits, run_isolated
from iterscope.recognition.files import look_at

__all__ = ["Limits", "make_checkpoint", "open_file"]


def open_file(path: Path, tensors: Path, *, name: str | None = None, limits: Limits = OPENING) -> dict[str, Any]:
    """Opens a stranger's file in a process with limits and recognises its network; see `opening.open_and_recognise` for the answer.

    Args:
        path: the file.
        tensors: where its tensors are written, as safetensors under the network's own names; nothing is where nothing is recognised.
        name: what messages call the file; its path by default.

    Raises:
        CheckpointError: it can't be opened; the message says why.
    """
    shown = name or str(path)
    try:
        look_at(path.absolute())
        return run_isolated("open", {"path": str(path.absolute()), "tensors": str(tensors.absolute())}, limits)
    except InvalidInput as error:
        text = str(error).replace(str(path.absolute()), shown)
        raise CheckpointError(text if shown in text else f"{shown}: {text}") from error


def make_checkpoint(
    opened: Mapping[str, Any],
    tensors: Path,
    target: Path,
    *,
    dataset: str,
    home: Path,
    answers: Mapping[str, Any] | None = None,
    progress: Callable[[float], None] | None = None,
    limits: Limits = MEASURING,
) -> dict[str, Any]:
    """Runs the recognised network on a data set and writes it to `target`; see `measuring.measure_import` for `answers` and the answer.

    Raises:
        DatasetError: data that can't be read or don't go with the network. ArchitectureError, CheckpointError: as `foreign_model`.
    """
    arguments = {
        **(answers or {}),
        "tensors": str(tensors.absolute()),
        "target": str(target.absolute()),
        "home": str(home.absolute()),
        "dataset": dataset,
        "alternatives": opened["alternatives"],
        "epoch": opened["epoch"],
    }
    return run_isolated("measure", arguments, limits, progress)
