"""Chains of the networks of `iterscope.architectures`, whose blocks are already residual blocks."""

from __future__ import annotations

from typing import cast

from torch import nn

from iterscope.adapters.hooks import has_hooks
from iterscope.adapters.parts import model_name
from iterscope.architectures import PreActivationResNet
from iterscope.architectures.blocks import PreActivationBlock
from iterscope.architectures.cifar import CifarResNet
from iterscope.architectures.cifar_preactivation import PreActivationCifarResNet
from iterscope.architectures.sharing import SharedBlock
from iterscope.chain import ResidualBlock, ResidualChain


def is_the_chain(model: nn.Module) -> bool:
    """Whether a model is one of the paper's networks as they were built: its forward pass then is its chain's, module by module.

    Such a network needs no check, and it is converted often: whenever a checkpoint is saved or loaded.
    """
    return (
        type(model) is PreActivationResNet
        and all(type(block) in (PreActivationBlock, SharedBlock) for block in model.blocks)
        and not any(has_hooks(module) or "forward" in vars(module) for module in model.modules())
    )


def own_chain(model: nn.Module) -> ResidualChain | None:
    """The chain of one of Iterscope's own networks; None for any other."""
    if isinstance(model, PreActivationResNet):
        blocks = [cast(ResidualBlock, block) for block in model.blocks]
        configuration = model.configuration
        return ResidualChain(model.stem, blocks, model.head, stages=configuration.stages, name=configuration.name)
    if isinstance(model, CifarResNet):
        stem = nn.Sequential(model.conv1, model.bn1, model.activate, *_pooling(model.pool))
        pooled: list[nn.Module] = []
    elif isinstance(model, PreActivationCifarResNet):
        stem = nn.Sequential(model.conv1, *_pooling(model.pool))
        pooled = [] if model.bn is None else [model.bn, model.activate]
    else:
        return None
    head = nn.Sequential(*pooled, nn.AdaptiveAvgPool2d(1), nn.Flatten(1), model.linear)
    stages = [stage for stage, count in enumerate(model.stage_lengths) for _ in range(count)]
    return ResidualChain(stem, model.chained(), head, stages=stages, name=model_name(model))


def _pooling(pool: nn.Module) -> list[nn.Module]:
    return [] if isinstance(pool, nn.Identity) else [pool]
