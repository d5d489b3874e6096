"""Build a network from a file's tensors, after checking that they fit."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from iterscope.architectures import build_from_configuration
from iterscope.architectures.weights import model_of
from iterscope.errors import CheckpointError
from iterscope.recognition.recognise import COUNTER, HEAD_BIASES
from iterscope.recognition.records import Configuration


def foreign_model(configuration: Configuration, tensors: Mapping[str, Tensor]) -> nn.Module:
    """Build the network in evaluation mode on the CPU, with these tensors, named as in the network (`Recognition.renamed`).

    Tensors of other types are converted to the network's. BatchNorm's batch counters and the last layer's bias are set to 0 if they are
    missing.

    Raises:
        CheckpointError: a tensor is missing, unknown or of the wrong shape. ArchitectureError: the network can't be built.
    """
    with torch.device("meta"):
        expected = build_from_configuration(configuration).state_dict()
    complete: dict[str, Tensor] = {}
    for name, wanted in expected.items():
        tensor = tensors.get(name)
        if tensor is None and (name.endswith(COUNTER) or name in HEAD_BIASES):
            tensor = torch.zeros(wanted.shape, dtype=wanted.dtype)
        if tensor is None or tensor.shape != wanted.shape:
            found = "lacks it" if tensor is None else f"has it with shape {tuple(tensor.shape)}"
            raise CheckpointError(
                f"{configuration.name} needs {name} of shape {tuple(wanted.shape)}, but the file {found}"
            )
        complete[name] = tensor.detach().to(wanted.dtype).contiguous()
    if unknown := sorted(set(tensors) - set(expected)):
        raise CheckpointError(f"the file has a tensor {unknown[0][:100]}, which {configuration.name} doesn't have")
    return model_of(configuration, complete)
