"""Build a network from given tensors instead of random weights."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from iterscope.architectures import ArchitectureConfiguration, ForeignConfiguration, build_from_configuration


def model_of(
    configuration: ArchitectureConfiguration | ForeignConfiguration, tensors: Mapping[str, Tensor]
) -> nn.Module:
    """The network in evaluation mode on the CPU, with these tensors as its parameters and buffers. Names, shapes and types must match.

    Raises RuntimeError if they don't.
    """
    with torch.device("meta"):
        model = build_from_configuration(configuration)
    model.load_state_dict(dict(tensors), assign=True)
    if any(buffer.is_meta for buffer in model.buffers()):
        # Buffers that a module computes when it is built, and that its state lacks, have to be built in memory.
        model = build_from_configuration(configuration)
        model.load_state_dict(dict(tensors))
    return model.requires_grad_(True).eval()
