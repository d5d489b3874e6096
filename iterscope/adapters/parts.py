"""Code that the adapters share.

An adapter makes blocks that call the model's own modules in the model's own order, so that logits are bitwise equal. Models modify tensors
in place to save memory (`out += identity`, in-place ReLUs); a block may do so only with its own temporary tensors, never with h, s, F or
s + F.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

from torch import Tensor, nn
from torch.nn import functional

from iterscope.adapters.expected_images import configuration_of
from iterscope.chain import ResidualBlock


class AdaptedBlock(ResidualBlock):
    """A block made of a model's own modules. `check_chain` runs it and sets its flags."""


class HeldBlock(AdaptedBlock):
    """A block that applies the modules of a model's block."""

    block: Any
    """The model's block; its modules are known by name only."""

    def __init__(self, block: nn.Module) -> None:
        super().__init__()
        self.block = block
        self.is_projection = getattr(block, "downsample", None) is not None  # until the chain is checked

    def shortcut(self, h: Tensor) -> Tensor:
        return h if self.block.downsample is None else cast(Tensor, self.block.downsample(h))


def activated(activation: nn.Module, total: Tensor) -> Tensor:
    """The activation of s + F, which is left unchanged even if the activation works in place."""
    if isinstance(activation, nn.ReLU):
        return functional.relu(total)
    return cast(Tensor, activation(total.clone() if getattr(activation, "inplace", False) else total))


def numbered(layers: Iterable[nn.Module]) -> Iterator[tuple[int, int, nn.Module]]:
    """(stage, position in the stage, block) of every block of consecutive stages."""
    for stage, layer in enumerate(layers):
        for position, block in enumerate(layer.children()):
            yield stage, position, block


def is_unchanged(model: nn.Module, base: type[nn.Module], *methods: str) -> bool:
    """Whether the model's class has the methods of `base`: a subclass with its own forward pass is a different network."""
    return isinstance(model, base) and all(getattr(type(model), name) is getattr(base, name) for name in methods)


def model_name(model: nn.Module) -> str:
    """A model's name in messages: that of its configuration, timm's, or its class."""
    name = getattr(configuration_of(model), "name", None)
    if name is None and isinstance(described := getattr(model, "pretrained_cfg", None), dict):
        name = described.get("architecture")
    return str(name or type(model).__name__)
