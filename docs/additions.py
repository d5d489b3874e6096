"""A naive check of a chain: cosines and dropped blocks from the model's own forward pass in float64, without the chain's pieces.

Every sum of two tensors of one shape passes through `Additions`, in the order of the model's code. A block's s and F are the terms of one
of these sums; dropping the block sets the term F to zero; the gradient with respect to s is taken by autograd through the whole model.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode

import iterscope as it

_NAMES = {"add", "add_", "__add__", "__iadd__"}
TOLERANCE = 1e-3
"""The greatest difference of a cosine, and the greatest relative difference of a ratio or of the loss of a network without a block."""


class Additions(TorchFunctionMode):
    """Records the terms of every sum, and sets one term of one sum to zero."""

    def __init__(self, dropped: tuple[int, int] | None = None) -> None:
        super().__init__()
        self.dropped = dropped
        """(which sum, which of its terms)."""
        self.terms: list[tuple[Tensor, Tensor]] = []
        self.values: list[tuple[Tensor, Tensor]] = []
        """Copies: the model may write into a term."""

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        terms = args[:2]
        if getattr(func, "__name__", "") in _NAMES and all(isinstance(term, Tensor) for term in terms) and not kwargs:
            a, b = terms
            if a.shape == b.shape and a.dim() > 1:
                if self.dropped is not None and self.dropped[0] == len(self.terms):
                    a, b = (a.zero_(), b) if self.dropped[1] == 0 else (a, torch.zeros_like(b))
                self.terms.append((a, b))
                self.values.append((a.detach().clone(), b.detach().clone()))
                return func(a, b)
        return func(*args, **(kwargs or {}))


def agrees(model: nn.Module, chain: it.ResidualChain, images: Tensor) -> bool:
    """Whether cosine, ℓ2 ratio and the loss without a block (the first, the middle and the last one) are those of a naive computation.

    They are compared on the first image.
    """
    exact = copy.deepcopy(model).double().eval().requires_grad_(False)
    exact_chain, images = copy.deepcopy(chain).double().eval(), images[:1]
    x = images.double().requires_grad_()
    with Additions() as additions:
        logits = exact(x.clone())
    labels = logits.argmin(1)  # wrong classes: no gradient vanishes
    places = _places(exact_chain, images.double(), additions)
    if None in places:
        return False
    found = [place for place in places if place is not None]
    loss = functional.cross_entropy(logits, labels, reduction="sum")
    s = [additions.terms[index][1 - f] for index, f in found]
    gradients = torch.autograd.grad(loss, s)
    branches = [additions.values[index][f].flatten(1) for index, f in found]
    states = [additions.values[index][1 - f].flatten(1) for index, f in found]
    metrics = it.block_metrics(chain, images, labels)
    cosines = torch.stack([_cosine(f, g.flatten(1)) for f, g in zip(branches, gradients, strict=True)])
    ratios = torch.stack([f.norm(dim=1) / h.norm(dim=1) for f, h in zip(branches, states, strict=True)])
    blocks = sorted({0, len(chain) // 2, len(chain) - 1})
    losses = it.block_drop(chain, images, labels, [[block] for block in blocks]).outcomes.loss
    dropped = torch.stack([_dropped(exact, images.double(), labels, found[block]) for block in blocks])
    return bool(
        torch.allclose(metrics.cosine_loss.double(), cosines, rtol=0, atol=TOLERANCE, equal_nan=True)
        and torch.allclose(metrics.l2_ratio.double(), ratios, rtol=TOLERANCE)
        and torch.allclose(losses.double(), dropped, rtol=TOLERANCE)
    )


def _cosine(a: Tensor, b: Tensor) -> Tensor:
    """NaN where one of them is zero."""
    lengths: Tensor = a.norm(dim=1) * b.norm(dim=1)
    return (a * b).sum(1) / lengths


@torch.no_grad()
def _places(chain: it.ResidualChain, images: Tensor, additions: Additions) -> list[tuple[int, int] | None]:
    """For each block: which sum of the model it is, and which term is F; None if the model has no such sum."""
    places: list[tuple[int, int] | None] = []
    h, begin = chain.stem(images), 0
    for block in chain:
        step = block.step(h)
        place = None
        for index in range(begin, len(additions.values)):
            a, b = additions.values[index]
            if _same(a, step.f) and _same(b, step.s):
                place = (index, 0)
            elif _same(a, step.s) and _same(b, step.f):
                place = (index, 1)
            if place is not None:
                begin = index + 1
                break
        places.append(place)
        h = step.next_h
    return places


def _same(a: Tensor, b: Tensor | None) -> bool:
    """Equal but for rounding, whatever the shape: a sum may be computed in another view of the hidden state, and torch's attention takes
    another path where gradients are wanted.
    """
    return b is not None and a.numel() == b.numel() and torch.allclose(a.flatten(), b.flatten(), rtol=1e-9, atol=1e-9)


@torch.no_grad()
def _dropped(model: nn.Module, images: Tensor, labels: Tensor, place: tuple[int, int]) -> Tensor:
    with Additions(place):
        logits = model(images)
    return functional.cross_entropy(logits, labels, reduction="none")
