"""From a model that someone trained to a `ResidualChain`."""

from __future__ import annotations

from typing import cast

from torch import nn

from iterscope.architectures import PreActivationResNet
from iterscope.chain import ResidualBlock, ResidualChain
from iterscope.errors import ArchitectureError

__all__ = ["residual_chain"]


def residual_chain(model: nn.Module) -> ResidualChain:
    """The model as stem, blocks and head; it shares the model's modules, so moving or loading one changes both.

    Raises:
        ArchitectureError: a model of a kind that isn't known.
    """
    if isinstance(model, ResidualChain):
        return model
    if isinstance(model, PreActivationResNet):
        blocks = [cast(ResidualBlock, block) for block in model.blocks]
        configuration = model.configuration
        return ResidualChain(model.stem, blocks, model.head, stages=configuration.stages, name=configuration.name)
    raise ArchitectureError(
        f"{type(model).__name__} is no network that Iterscope knows: build one with iterscope.build, or describe yours as "
        "iterscope.ResidualChain(stem, blocks, head) with blocks derived from iterscope.ResidualBlock"
    )
