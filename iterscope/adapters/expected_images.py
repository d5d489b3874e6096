"""What Iterscope records on a network: its configuration, and with it the size and classes of the images that it can be measured on."""

from __future__ import annotations

from typing import TypeGuard

from torch import nn

from iterscope.architectures import ArchitectureConfiguration, ForeignConfiguration
from iterscope.chain import ResidualChain


def set_own_configuration(model: nn.Module, configuration: ForeignConfiguration) -> None:
    """Record the configuration of one's own network, which may have an attribute `configuration` of another meaning."""
    model.iterscope_configuration = configuration  # type: ignore[assignment]


def is_own(configuration: ArchitectureConfiguration | ForeignConfiguration) -> TypeGuard[ForeignConfiguration]:
    """Whether it is that of one's own network, which only a `Factory` builds."""
    return isinstance(configuration, ForeignConfiguration) and configuration.family == "factory"


def configuration_of(model: nn.Module) -> ArchitectureConfiguration | ForeignConfiguration | None:
    """From which the network can be built again; None for a network that Iterscope neither built nor loaded."""
    for name in ("iterscope_configuration", "configuration"):
        found: object = getattr(model, name, None)
        if isinstance(found, ArchitectureConfiguration | ForeignConfiguration):
            return found
    return None


def set_trained_size(model: nn.Module, pixels: int) -> None:
    """Record the height and width of the images that the network was trained on."""
    model.iterscope_trained_size = pixels  # type: ignore[assignment]


def expect_images(chain: ResidualChain, model: nn.Module, *, any_size: bool, classes: int | None) -> ResidualChain:
    """Set the chain's image size, where the model records it, and its number of classes.

    `classes`: of the logits, where the model was run. Otherwise those of the head's last layer, which may have been replaced.

    Of an imported model that doesn't come from a checkpoint the configuration's size is not used: recognition can only guess it, and
    torchvision's and timm's networks run at other sizes on purpose.
    """
    configuration = configuration_of(model)
    if isinstance(configuration, ArchitectureConfiguration):
        chain.input_size = configuration.input_size
    if configuration is not None:
        last = [module.out_features for module in chain.head.modules() if isinstance(module, nn.Linear)][-1:]
        chain.num_classes = classes or (last[0] if last else configuration.num_classes)
    chain.input_size = getattr(model, "iterscope_trained_size", chain.input_size)
    if any_size:
        chain.input_size = None
    return chain
