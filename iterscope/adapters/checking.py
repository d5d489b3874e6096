"""The check that a chain has to pass before anybody gets it: two images run through the model and, piece by piece, through the chain.

The logits must be equal bitwise, and no piece may write into its input. The same run shows which pieces of a block are the identity, which
shapes the hidden states have, and which hooks the chain would ignore.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor, nn

from iterscope.adapters.expected_images import configuration_of
from iterscope.adapters.hooks import counted_calls, hooked_modules, listed
from iterscope.adapters.parts import AdaptedBlock, model_name
from iterscope.architectures import input_channels
from iterscope.chain import ResidualChain, Shape
from iterscope.errors import ArchitectureError
from iterscope.evaluation import deterministic, evaluation

DEPENDENT = 1e-3
"""By which share of its largest logit an image's logits may move when another image of its batch changes: by more than rounding."""
SIZES = (32, 64, 224, 28)
"""Image sizes, in the order in which they are tried on a model that states no size of its own."""


class _NotAccepted(ArchitectureError):
    """The model's forward pass raised an exception."""


class DifferentLogits(ArchitectureError):
    """The chain doesn't compute the model's logits."""


def is_on_meta(model: nn.Module) -> bool:
    """Whether the model has no weights yet, so that it can't be run."""
    return any(parameter.is_meta for parameter in model.parameters())


@contextmanager
def plain_run(model: nn.Module) -> Iterator[None]:
    """Evaluation mode without gradients. On a GPU, only algorithms that give the same bits in every run."""
    with evaluation(model), deterministic(), torch.no_grad():
        yield


@dataclass(frozen=True)
class Check:
    """What the run of two images showed."""

    shapes: tuple[Shape, ...]
    """The shape of the hidden state after each block, without the batch."""
    classes: int
    """The number of logits of an image."""
    ignored: str | None
    """A warning that names the modules whose hooks the chain ignores; None if there are none."""


def check_chain(chain: ResidualChain, model: nn.Module, images: Tensor) -> Check:
    """Compares the chain with the model, and sets the flags of the blocks that adapters made.

    Args:
        images: two or more, (B, C, H, W); the caller has entered `plain_run`.

    Raises:
        DifferentLogits: the logits aren't equal bitwise.
        ArchitectureError: the model can't be run on the images, doesn't return logits (B, K), gives an image logits that depend on the
            others, or a block writes into its input.
    """
    hooked = hooked_modules(model)
    with counted_calls(hooked) as wanted:
        logits = model_logits(model, images)
    shapes: list[Shape] = []
    with counted_calls(hooked) as found:
        h = chain.stem(images.clone())
        for index, block in enumerate(chain):
            if isinstance(block, AdaptedBlock):
                _set_flags(block, h)
            h = _run_block(chain, index, h)
            shapes.append(tuple(h.shape[1:]))
        same = _same_bits(chain.head(h), logits)
    uncalled = [module for module in hooked if found[module] < wanted[module]]
    ignored = (
        f"ignores the hooks on {listed(uncalled, hooked)}, because it calls the layers inside" if uncalled else None
    )
    if not same:
        raise DifferentLogits(_difference(chain, model, ignored))
    _refuse_dependent_images(model, images, logits)
    remedy = "register them on those layers, or remove them before residual_chain(model)"
    return Check(tuple(shapes), logits.shape[1], ignored and f"the chain of {chain.name} {ignored}: {remedy}")


def model_logits(model: nn.Module, images: Tensor) -> Tensor:
    """The model's logits (B, K). Raises ArchitectureError if it can't be run or returns something else."""
    name = model_name(model)
    try:
        logits = model(images.clone())
    except Exception as error:  # an unknown model's forward pass
        raise _NotAccepted(f"{name} can't be run on images {tuple(images.shape)}: {str(error)[:200]}") from error
    if not _are_logits(logits, images):
        gives = tuple(logits.shape) if isinstance(logits, Tensor) else type(logits).__name__
        raise ArchitectureError(
            f"{name} returns {gives} for {len(images)} images: it must return logits (B, K). {_remedy(logits, images)}"
        )
    return cast(Tensor, logits)


def _refuse_dependent_images(model: nn.Module, images: Tensor, logits: Tensor) -> None:
    """Raises ArchitectureError if the first image has other logits beside another second image: batches are divided as memory allows."""
    others = torch.cat([images[:1], 10 * images[1:]])
    beside = model_logits(model, others)
    apart, largest = (beside[0] - logits[0]).abs().max(), logits[0].abs().max()
    if apart <= DEPENDENT * largest or not apart.isfinite():
        return
    norms = [
        name
        for name, module in model.named_modules()
        if isinstance(module, nn.BatchNorm2d) and module.running_mean is None
    ]
    remedy = "in evaluation mode, compute the logits of an image from that image alone"
    if norms:
        some = ", ".join(norms[:3] + ["…"] * (len(norms) > 3))
        remedy = f"build {some} with track_running_stats=True, and let them follow some batches in training mode"
    raise ArchitectureError(
        f"{model_name(model)} gives an image other logits when another image is in its batch: {remedy}"
    )


def _are_logits(value: object, images: Tensor) -> bool:
    return isinstance(value, Tensor) and value.dim() == 2 and len(value) == len(images)


def _remedy(returned: Any, images: Tensor) -> str:
    """How to get logits alone from what a model returns."""
    if isinstance(returned, Tensor):
        if returned.shape == images.shape[:1]:
            return (
                "One number per image is the output of a network with a sigmoid, which has no logits of two or more classes: wrap it in a "
                "module that returns torch.stack([0 * x, x], 1) of that number x, which are the logits of two classes"
            )
        return "Wrap it in a module that returns the logits alone"
    items: Iterable[tuple[object, Any]] = ()
    if isinstance(returned, Mapping):
        items = returned.items()
    elif isinstance(returned, list | tuple):
        items = enumerate(returned)
    elif hasattr(returned, "__dict__"):
        items = vars(returned).items()
    places = [key for key, value in items if _are_logits(value, images)]
    attribute = not isinstance(returned, Mapping | list | tuple)
    place = "…" if not places else f".{places[0]}" if attribute else f"[{places[0]!r}]"
    return (
        "Wrap it in a module that returns the logits alone: in its __init__ self.network = network, in its forward "
        f"return self.network(x){place}"
    )


def _run_block(chain: ResidualChain, index: int, h: Tensor) -> Tensor:
    """The next hidden state. Raises ArchitectureError if the block writes into h, s, F or their sum."""
    block = chain.block(index)
    h = block.prepare(h)
    versions, s = h._version, block.shortcut(h)
    f = block.branch(h)
    total = s + f
    kept = (h._version, s._version, f._version, total._version)
    merged = block.merge(total)
    if (h._version, s._version, f._version, total._version) != kept or kept[0] != versions:
        raise ArchitectureError(
            f"block {index} of {chain.name} modifies its own input in place: use operations out of place"
        )
    return merged


def _set_flags(block: AdaptedBlock, h: Tensor) -> None:
    # An identity with weights is none any more once it has learned.
    preparation, projection = (_has_weights(getattr(block, name, None)) for name in ("preparation", "projection"))
    block.has_preparation = preparation or not is_identity(block.prepare, h)
    prepared = block.prepare(h)
    block.is_projection = projection or not is_identity(block.shortcut, prepared)
    s = block.shortcut(prepared)
    block.vanishes_when_dropped = prepared is h and s is h and block.merge(s) is s


def _has_weights(piece: nn.Module | None) -> bool:
    return piece is not None and any(True for kept in (piece.parameters(), piece.buffers()) for _ in kept)


def is_identity(function: Callable[[Tensor], Tensor], h: Tensor) -> bool:
    """Whether a function returns its input bitwise: for h (B, …), for noise, and for noise of another height and width."""
    if function(h) is h:
        return True
    generator = torch.Generator().manual_seed(0)
    shapes = [tuple(h.shape)]
    if h.dim() == 4:
        shapes.append((*h.shape[:2], 9, 8))  # pooling of a single pixel looks like the identity
    # The noise is wide: an activation may leave small or positive numbers as they are.
    for x in (h, *((10 * torch.randn(shape, generator=generator)).to(h) for shape in shapes)):
        try:
            y = function(x.clone())
        except Exception:  # an unknown model's layer, which may not accept this height and width
            if x.shape == h.shape:
                raise
            continue
        if not _same_bits(y, x):
            return False
    return True


def _same_bits(a: Tensor, b: Tensor) -> bool:
    return a.shape == b.shape and a.dtype == b.dtype and bool(((a == b) | (a.isnan() & b.isnan())).all())


def _difference(chain: ResidualChain, model: nn.Module, ignored: str | None) -> str:
    differs = (
        f"{chain.name} was traced, but the chain of its {len(chain)} blocks gives different logits than the network: "
    )
    if ignored:
        return f"{differs}the chain {ignored}. Remove the hooks, or register them there"
    if "forward" in vars(model):
        return (
            differs
            + "its method forward was replaced after it was built. Give the original network, or a subclass that defines forward"
        )
    return differs + (
        "its forward pass does something that a trace doesn't show, such as drawing random numbers. Describe the network by hand as "
        "iterscope.ResidualChain(stem, blocks, head)"
    )


def example_for(model: nn.Module, example: Tensor | None, first: int | None = None) -> Tensor:
    """Two images of the example, or noise (2, C, H, W) that the model accepts; the caller has entered `plain_run`.

    Sizes are tried in this order: `first`, that of Iterscope's own configuration, `SIZES`, and what timm says about its network: small
    images take little time.

    Raises:
        ArchitectureError: the example has fewer than two images, the model is on the meta device, it accepts no noise, or it doesn't
            return logits (B, K).
    """
    name = model_name(model)
    if is_on_meta(model):
        raise ArchitectureError(f"{name} has no weights yet (it is on the meta device): load them first")
    if example is not None:
        if example.dim() < 2 or len(example) < 2:
            raise ArchitectureError(f"example has shape {tuple(example.shape)}: give two or more images (B, C, H, W)")
        model_logits(model, example[:2])
        return example[:2]
    weight = next(model.parameters(), None)
    stated, configured = stated_shape(model), configuration_of(model) is not None
    channels = next((module.in_channels for module in model.modules() if isinstance(module, nn.Conv2d)), 3)
    channels = channels if stated is None else stated[0]
    sizes = [first, stated[1] if stated and configured else None, *SIZES]
    tried = dict.fromkeys((channels, size, size) for size in sizes if size is not None)
    tried |= {} if stated is None else {stated: None}
    refusal: BaseException | None = None
    for shape in tried:
        noise = torch.randn(2, *shape, generator=torch.Generator().manual_seed(0), device="cpu")
        noise = noise if weight is None else noise.to(weight)
        try:
            model_logits(model, noise)
        except _NotAccepted as error:
            refusal = refusal or error.__cause__
        else:
            return noise
    listed_shapes = ", ".join("×".join(map(str, shape)) for shape in tried)
    because = str(refusal)[:200] or type(refusal).__name__
    raise ArchitectureError(
        f"{name} doesn't accept images of {listed_shapes}: give example=images, a batch (B, C, H, W) that it accepts. "
        f"Its error is: {because}"
    ) from refusal


def stated_shape(model: nn.Module) -> tuple[int, int, int] | None:
    """The shape (C, H, W) of the images that a network is made for, by Iterscope's configuration of it or by timm's description."""
    if (configured := configuration_of(model)) is not None:
        return (input_channels(configured), configured.input_size, configured.input_size)
    described = getattr(model, "pretrained_cfg", None)
    shape = described.get("input_size") if isinstance(described, dict) else None
    return (shape[0], shape[1], shape[2]) if isinstance(shape, list | tuple) and len(shape) == 3 else None
