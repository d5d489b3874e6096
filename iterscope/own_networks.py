"""One's own networks: the network of a `Factory` with given weights, and whether it still is the one that was saved."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from iterscope.adapters import residual_chain, unwrapped
from iterscope.adapters.checking import example_for, model_logits, plain_run
from iterscope.adapters.expected_images import set_own_configuration, set_trained_size
from iterscope.architectures import ForeignConfiguration
from iterscope.architectures.factory import Factory
from iterscope.chain import ResidualChain
from iterscope.errors import ArchitectureError, CheckpointError
from iterscope.recognition.unwrapping import without_wrappers

KEPT_LOGITS = 8
TOLERANCE = 0.01
"""Of the largest logit: machines and devices round differently, and another forward pass differs by more."""


def own_network(
    factory: Factory, weights: nn.Module | Mapping[str, Tensor], image_size: int | None = None
) -> nn.Module:
    """The network that the function builds, with these weights, in evaluation mode on the CPU, as `save_checkpoint` takes it.

    Args:
        weights: a trained network or its chain, or tensors by name; what wrappers put into names doesn't matter.
        image_size: height and width of its images, in pixels; None: 32 if its first convolution is at most 3×3, else 224, or another size
            that it accepts.

    Raises:
        ArchitectureError: the function can't build a network, or its network can't be run on such images, or computes something else than
            the given one. CheckpointError: the weights don't fit it.
    """
    model = factory.build()
    if isinstance(weights, nn.Module):
        given = unwrapped(weights)
        ours = residual_chain(model) if _is_chain(given) and not _is_chain(model) else model
        _fill(ours, (residual_chain(given) if _is_chain(model) else given).state_dict(), factory)
    else:
        _fill(model, weights, factory)
    if others := [name for name, value in model.state_dict().items() if not isinstance(value, Tensor)]:
        raise ArchitectureError(
            f"{factory.name}: {others[0]} of its network's state is no tensor, so no file can hold it"
        )
    stem = next((module for module in model.modules() if isinstance(module, nn.Conv2d)), None)
    with plain_run(model):
        images = example_for(model, None, image_size or (224 if stem and max(stem.kernel_size) > 3 else 32))
        logits = model_logits(model, images)
    channels, size = images.shape[1], images.shape[-1]
    if image_size not in (None, size):
        raise ArchitectureError(
            f"the network of {factory.name} takes images of {size} pixels, and none of {image_size}"
        )
    if isinstance(weights, nn.Module):
        weight = next(given.parameters(), images)
        with plain_run(given):
            if not _are_same(model_logits(given, images.to(weight)).to(logits), logits):
                raise ArchitectureError(
                    f"the network that {factory.name} builds gives other logits than the given one, with the same weights: let the "
                    "function build that network"
                )
    set_own_configuration(model, ForeignConfiguration("factory", factory.name, logits.shape[1], size, channels))
    set_trained_size(model, size)
    return model


def first_logits(model: nn.Module, configuration: ForeignConfiguration) -> list[list[float]]:
    """The first logits of two fixed images: with the same weights, they tell one forward pass from another. Empty if any is not finite."""
    shape = (2, configuration.input_channels, configuration.input_size, configuration.input_size)
    images = torch.arange(torch.Size(shape).numel(), dtype=torch.float64).sin().view(shape)
    weight = next((each for each in model.parameters() if each.is_floating_point()), torch.zeros(1))
    with plain_run(model):
        found = model_logits(model, images.to(weight))[:, :KEPT_LOGITS].double()
    return [[float(f"{value:.6g}") for value in row] for row in found.tolist()] if found.isfinite().all() else []


def check_forward_pass(model: nn.Module, configuration: ForeignConfiguration) -> None:
    """Raises CheckpointError unless the network gives the logits that it gave when it was saved."""
    kept = configuration.options.get("logits")
    if kept and not _are_same(torch.tensor(first_logits(model, configuration)), torch.tensor(kept)):
        raise CheckpointError(
            f"the function {configuration.name} now builds a network that computes something else, with the same weights, than when it was "
            "saved: restore its code, or import the weights again"
        )


def _is_chain(network: nn.Module) -> bool:
    return isinstance(network, ResidualChain)


def _are_same(found: Tensor, wanted: Tensor) -> bool:
    return found.shape == wanted.shape and torch.allclose(
        found.double(), wanted.double(), rtol=0, atol=TOLERANCE * float(wanted.abs().max()) + 1e-6
    )


def _fill(model: nn.Module, tensors: Mapping[str, Tensor], factory: Factory) -> None:
    """Give the network these weights. Raises CheckpointError naming what doesn't fit."""
    ours = {short: name for name, short in without_wrappers(list(model.state_dict()))[0].items()}
    named = {ours.get(short, name): tensors[name] for name, short in without_wrappers(list(tensors))[0].items()}
    try:
        found = model.load_state_dict(named, strict=False)
        problems = [f"lack {name}" for name in found.missing_keys if not name.endswith("num_batches_tracked")]
        problems += [f"have {name[:100]}, which it doesn't" for name in found.unexpected_keys]
    except Exception as error:  # the shapes, or a module's own code
        problems = [str(error).splitlines()[-1].strip()[:300]]
    if problems:
        more = f" and {len(problems) - 5} more" if len(problems) > 5 else ""
        raise CheckpointError(
            f"the weights don't fit the network that {factory.name} builds: they {', '.join(problems[:5])}{more}"
        )
