"""The first step of an import: an untrusted file is reduced to plain tensors, and its network is recognised, in a separate process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from torch import Tensor

from iterscope.adapters import residual_chain
from iterscope.checkpoints import read_checkpoint
from iterscope.errors import CheckpointError
from iterscope.recognition import Recognition, display_name, foreign_model, open_foreign_file, recognise
from iterscope.tensor_files import TensorFileError, write_tensor_file


def open_and_recognise(arguments: dict[str, Any], _progress: Callable[[float], None]) -> dict[str, Any]:
    """Opens `path`, recognises its network, and writes its tensors to `tensors` under the network's names; `table` chooses one of several.

    The result has the form that `POST /imports` returns; `recognised` is None if no network fits, and then no tensors are written.
    """
    file = open_foreign_file(arguments["path"], table=arguments.get("table"))
    found = recognise(file.tensors, nesting=file.nesting)
    recognised: dict[str, Any] | None = None
    if found.configuration is not None:
        tensors = found.renamed(file.tensors)
        recognised = _described(found, tensors)
        _write(arguments, tensors)
    return {
        "recognised": recognised,
        "nesting": found.nesting,
        "evidence": [*found.evidence, *file.notes],
        "open_points": [point.to_dict() for point in found.open_points],
        "problems": list(found.problems),
        "num_parameters": found.num_parameters,
        "alternatives": [[label, configuration.to_dict()] for label, configuration in found.alternatives],
        "normalisation": None if found.normalisation is None else [list(each) for each in found.normalisation],
        "epoch": file.epoch,
    }


def reduce(arguments: dict[str, Any], _progress: Callable[[float], None]) -> dict[str, Any]:
    """Writes the tensors of `path` to `tensors` without recognising a network: for one's own, which a function builds.

    The result has the form of `open_and_recognise`'s.
    """
    file = open_foreign_file(arguments["path"], table=arguments.get("table"), in_parts=True)
    _write(arguments, file.tensors)
    found: dict[str, Any] = {
        "recognised": None,
        "open_points": [],
        "problems": [],
        "alternatives": [],
        "normalisation": None,
    }
    return {**found, "nesting": file.nesting, "evidence": list(file.notes), "epoch": file.epoch}


def verify(arguments: dict[str, Any], _progress: Callable[[float], None]) -> dict[str, Any]:
    """Reads a checkpoint of Iterscope at `path` as `read_checkpoint` does, and returns the description of the network that was built."""
    return read_checkpoint(arguments["path"]).description.to_dict()


def _write(arguments: dict[str, Any], tensors: dict[str, Tensor]) -> None:
    try:
        write_tensor_file(Path(arguments["tensors"]), tensors, {})
    except TensorFileError as error:
        raise CheckpointError(str(error)) from error


def _described(found: Recognition, tensors: dict[str, Any]) -> dict[str, Any]:
    configuration = found.configuration
    assert configuration is not None
    chain = residual_chain(foreign_model(configuration, tensors))
    return {
        "architecture": configuration.to_dict(),
        "name": display_name(configuration),
        "num_classes": configuration.num_classes,
        "input_size": configuration.input_size,
        "num_parameters": found.num_parameters,
        "convention": chain.convention,
        "blocks": chain.describe(),
    }
