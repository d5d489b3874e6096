"""Products of a block's Jacobian with vectors, and its largest singular values, for each image.

In evaluation mode images don't affect each other. So an image that is repeated m times in a batch gives m products at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

OVERSAMPLED = 5
"""Directions that are followed besides those that are asked for."""
GRAPHS = 6
"""The memory of a linearised block, in units of the block's own: its graph, the graph of its backward pass, and some vectors."""


class Linearised:
    """The Jacobian J of a function at B hidden states, for m vectors each."""

    def __init__(self, function: Callable[[Tensor], Tensor], h: Tensor, copies: int) -> None:
        """`copies`: m, which is cut to the features of h and of the function's value."""
        with torch.no_grad():
            outer = function(h[:1]).numel()
        self.images, self.copies = len(h), min(copies, h[0].numel(), outer)
        with torch.enable_grad():
            self.h = h.detach().repeat_interleave(self.copies, 0).requires_grad_()
            self.out = function(self.h)
            self.weights = torch.zeros_like(self.out, requires_grad=True)
            self.pulled = self._gradient(self.out, self.h, self.weights, create_graph=True)

    @property
    def inner(self) -> int:
        """Features of h."""
        return self.h[0].numel()

    @property
    def outer(self) -> int:
        """Features of the function's value."""
        return self.out[0].numel()

    def push(self, vectors: Tensor) -> Tensor:
        """J v: (B, m, inner) → (B, m, outer). Jᵀw is linear in w, and J v is the gradient of ⟨Jᵀw, v⟩ in w."""
        found = self._gradient(self.pulled, self.weights, vectors.reshape(self.h.shape))
        return found.reshape(self.images, self.copies, -1)

    def pull(self, vectors: Tensor) -> Tensor:
        """Jᵀ u: (B, m, outer) → (B, m, inner)."""
        found = self._gradient(self.out, self.h, vectors.reshape(self.out.shape))
        return found.reshape(self.images, self.copies, -1)

    @staticmethod
    def _gradient(of: Tensor, at: Tensor, weights: Tensor, *, create_graph: bool = False) -> Tensor:
        if not of.requires_grad:  # a function that doesn't depend on its argument
            return torch.zeros_like(at)
        (found,) = torch.autograd.grad(
            of, at, weights, retain_graph=True, create_graph=create_graph, materialize_grads=True
        )
        return found


@dataclass(frozen=True)
class Singular:
    """The K largest singular values of J, with their vectors, for B images."""

    left: Tensor
    """(B, K, outer) u_k."""
    values: Tensor
    """(B, K) float64, descending; NaN where J isn't finite."""
    right: Tensor
    """(B, K, inner) v_k."""


def largest_singular(jacobian: Linearised, rank: int, iterations: int, seed: int) -> Singular:
    """By subspace iteration: V ← orthonormal Jᵀ(orthonormal J V), from the same random V for each image."""
    copies = jacobian.copies
    start = torch.randn(jacobian.inner, copies, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    first = torch.linalg.qr(start).Q.T.to(jacobian.h)
    vectors = first.expand(jacobian.images, -1, -1)
    for _ in range(iterations):
        vectors = _orthonormal(jacobian.pull(_orthonormal(jacobian.push(vectors))))
    pushed = jacobian.push(vectors)
    finite = pushed.isfinite().flatten(1).all(1)
    q, r = torch.linalg.qr(pushed.where(finite.view(-1, 1, 1), 0.0).transpose(1, 2))
    turn, values, back = torch.linalg.svd(r.double())
    rank = min(rank, copies)
    return Singular(
        left=(q @ turn[:, :, :rank].to(q)).transpose(1, 2),
        values=values[:, :rank].where(finite.unsqueeze(1), math.nan),
        right=back[:, :rank].to(vectors) @ vectors,
    )


def _orthonormal(vectors: Tensor) -> Tensor:
    """(B, m, d) with orthonormal rows that span the same; as it is where it isn't finite."""
    q: Tensor = torch.linalg.qr(vectors.transpose(1, 2)).Q
    return q.transpose(1, 2)


def squared_norm(jacobian: Linearised, seed: int) -> Tensor:
    """(B,) ‖J‖²_F in float64, by m random vectors of signs (Hutchinson 1990)."""
    generator = torch.Generator().manual_seed(seed)
    signs = torch.randint(2, (jacobian.copies, jacobian.outer), generator=generator).to(jacobian.out) * 2 - 1
    pulled = jacobian.pull(signs.expand(jacobian.images, -1, -1))
    return pulled.double().square().sum(2).mean(1)
