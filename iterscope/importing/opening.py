"""The first step of an import: an untrusted file is reduced to plain tensors, and its network is recognised, in a separate process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from iterscope.adapters import residual_chain
from iterscope.architectures import ForeignConfiguration, build_from_configuration
from iterscope.errors import CheckpointError
from iterscope.recognition import Recognition, display_name, foreign_model, open_foreign_file, recognise
from iterscope.recognition.records import Configuration
from iterscope.tensor_files import TensorFileError, write_tensor_file

LUMA = (0.299, 0.587, 0.114)
"""The weights of red, green and blue in a grey level (ITU-R BT.601), as Pillow uses them."""


def open_and_recognise(arguments: dict[str, Any], _progress: Callable[[float], None]) -> dict[str, Any]:
    """Opens `path`, recognises its network, and writes its tensors to `tensors` under the network's names; `table` chooses one of several.

    The result has the form that `POST /imports` returns; `recognised` is None if no network fits, and then no tensors are written.
    """
    file = open_foreign_file(arguments["path"], table=arguments.get("table"))
    found = recognise(file.tensors, nesting=file.nesting)
    recognised: dict[str, Any] | None = None
    if found.configuration is not None:
        tensors = found.renamed(file.tensors)
        found, tensors = _in_colour(found, tensors)
        recognised = _described(found, tensors)
        try:
            write_tensor_file(Path(arguments["tensors"]), tensors, {})
        except TensorFileError as error:
            raise CheckpointError(str(error)) from error
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


def _in_colour(found: Recognition, tensors: dict[str, Tensor]) -> tuple[Recognition, dict[str, Tensor]]:
    """A network for grey images that reads red, green and blue instead; networks of other channels are unchanged.

    Its first convolution is spread over the channels by the weights of luma, which sum to 1. A convolution is linear, so it then computes
    what it computed of the grey level.
    """
    assert found.configuration is not None
    coloured = _with_channels(found.configuration, 3)
    if coloured is None:
        return found, tensors
    with torch.device("meta"):
        expected = build_from_configuration(coloured).state_dict()
    changed = [name for name, tensor in tensors.items() if name in expected and tensor.shape != expected[name].shape]
    if len(changed) != 1 or tensors[changed[0]].dim() != 4:
        return found, tensors
    weight = tensors[changed[0]].float()
    spread = weight * torch.tensor(LUMA).view(1, 3, 1, 1)
    words = (
        f"it is a network for grey images: {changed[0]} is spread over red, green and blue by the weights of luma, so that it reads the "
        "grey level of an image"
    )
    alternatives = tuple((label, _with_channels(each, 3) or each) for label, each in found.alternatives)
    normalisation = found.normalisation
    if normalisation is not None:
        normalisation = normalisation[0] * 3, normalisation[1] * 3
    grey = replace(
        found,
        configuration=coloured,
        alternatives=alternatives,
        evidence=(*found.evidence, words),
        normalisation=normalisation,
    )
    return grey, {**tensors, changed[0]: spread}


def _with_channels(configuration: Configuration, channels: int) -> Configuration | None:
    """The configuration for so many channels; None if it isn't one for grey images."""
    if isinstance(configuration, ForeignConfiguration):
        return replace(configuration, input_channels=channels) if configuration.input_channels == 1 else None
    return replace(configuration, in_channels=channels) if configuration.in_channels == 1 else None
