"""Which images a network can be measured on: their size, and the number of classes."""

from __future__ import annotations

from torch import nn

from iterscope.architectures import ArchitectureConfiguration, ForeignConfiguration
from iterscope.chain import ResidualChain


def set_trained_size(model: nn.Module, pixels: int) -> None:
    """Record the height and width of the images that the network was trained on."""
    model.iterscope_trained_size = pixels  # type: ignore[assignment]


def expect_images(chain: ResidualChain, model: nn.Module, *, any_size: bool) -> ResidualChain:
    """Set the chain's image size and number of classes, where the model records them.

    Of an imported model that doesn't come from a checkpoint the configuration's size is not used: recognition can only guess it, and
    torchvision's and timm's networks run at other sizes on purpose.
    """
    configuration = getattr(model, "configuration", None)
    if isinstance(configuration, ArchitectureConfiguration):
        chain.input_size = configuration.input_size
    if isinstance(configuration, ArchitectureConfiguration | ForeignConfiguration):
        chain.num_classes = configuration.num_classes
    chain.input_size = getattr(model, "iterscope_trained_size", chain.input_size)
    if any_size:
        chain.input_size = None
    return chain
