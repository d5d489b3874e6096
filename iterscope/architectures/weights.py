"""A network that takes over given tensors instead of making its own."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from iterscope.architectures import ArchitectureConfiguration, ForeignConfiguration, build_from_configuration


def model_of(
    configuration: ArchitectureConfiguration | ForeignConfiguration, tensors: Mapping[str, Tensor]
) -> nn.Module:
    """The network in evaluation mode on the CPU, whose parameters and buffers are these tensors: all of its names, shapes and types.

    Raises RuntimeError where they don't fit.
    """
    with torch.device("meta"):
        model = build_from_configuration(configuration)
    model.load_state_dict(dict(tensors), assign=True)
    if any(buffer.is_meta for buffer in model.buffers()):
        # What a module computes when it is built, and keeps out of its state, has to be built in memory.
        model = build_from_configuration(configuration)
        model.load_state_dict(dict(tensors))
    return model.requires_grad_(True).eval()
