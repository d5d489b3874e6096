"""Numerics shared by all probes: values per image from logits, computed without cancellation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor

_SHORTEST, _LONGEST = 1e-15, 1e18
"""Between them, no square of a float32 number that counts over- or underflows."""


def dot(a: Tensor, b: Tensor) -> Tensor:
    """Σ a·b over all features of each image: (B, …), (B, …) → (B,)."""
    if a.dim() == 4 and a.is_contiguous(memory_format=torch.channels_last):
        # Flattening in memory order copies nothing.
        a, b = a.movedim(1, -1), b.movedim(1, -1)
    products: Tensor = torch.linalg.vecdot(a.flatten(1), b.flatten(1))
    return products


def norm(a: Tensor) -> Tensor:
    """‖a‖₂ over all features of each image: (B, …) → (B,). Images whose squares over- or underflow are summed in float64."""
    # Over the dimensions in memory order: flattening would copy a channels-last tensor.
    lengths: Tensor = torch.linalg.vector_norm(a, dim=tuple(range(1, a.dim())))
    outside = ~((lengths > _SHORTEST) & (lengths < _LONGEST))
    return torch.where(outside, norm64(a).to(lengths.dtype), lengths) if outside.any() else lengths


def cosine_between(a: Tensor, b: Tensor, length_a: Tensor, length_b: Tensor) -> Tensor:
    """cos(a, b) of each image, from the lengths that `norm` found: (B, …), (B, …), (B,), (B,) → (B,).

    NaN where either is zero or isn't finite. Where a product over- or underflows, the image is computed in float64.
    """
    both = length_a * length_b
    found = dot(a, b) / both
    outside = ~((both > _SHORTEST) & (both < _LONGEST) & (length_a < _LONGEST) & (length_b < _LONGEST))
    if outside.any():
        found = torch.where(outside, cosine(a, b).to(found.dtype), found)
    return found.clamp(-1, 1)  # rounding alone can leave [−1, 1]


def dot64(a: Tensor, b: Tensor) -> Tensor:
    """Σ a·b over all features of each image, summed in float64: (B, …), (B, …) → (B,) float64.

    It takes three times as long as `dot`, and doesn't copy both to float64.
    """
    products: Tensor = (a * b).sum(tuple(range(1, a.dim())), dtype=torch.float64)
    return products


def norm64(a: Tensor) -> Tensor:
    """‖a‖₂ over all features of each image, summed in float64: (B, …) → (B,) float64.

    The square of no float32 number is infinite there.
    """
    lengths: Tensor = torch.linalg.vector_norm(a, dim=tuple(range(1, a.dim())), dtype=torch.float64)
    return lengths


def others(logits: Tensor, labels: Tensor) -> Tensor:
    """The logits with the true class at −∞: (…, B, K), (B,) → (…, B, K)."""
    index = labels.expand(logits.shape[:-1]).unsqueeze(-1)
    return logits.scatter(-1, index, float("-inf"))


def logit_gradient(logits: Tensor, labels: Tensor) -> Tensor:
    """∂L/∂logits of the cross-entropy, divided by 1 − p_y: (B, K), (B,) → (B, K).

    softmax − onehot cancels in float32 where p_y is near 1. The quotient is the softmax over the other classes alone, and −1
    at the true class. It never cancels or vanishes, and a cosine doesn't depend on its length.
    """
    gradient = torch.softmax(others(logits, labels), dim=-1)
    return gradient.scatter(-1, labels.unsqueeze(-1), -1.0)


def remaining_probability(logits: Tensor, labels: Tensor) -> Tensor:
    """1 − p_y without cancellation: (B, K), (B,) → (B,)."""
    return (others(logits, labels).logsumexp(-1) - logits.logsumexp(-1)).exp()


@dataclass(frozen=True)
class Outcomes:
    """Results of P plans on N images. All tensors are (P, N)."""

    loss: Tensor
    """Cross-entropy, in nats."""
    entropy: Tensor
    """Entropy of the predicted distribution, in nats."""
    margin: Tensor
    """p_y − max_{j≠y} p_j, between −1 and 1: positive where the prediction is correct."""
    prediction: Tensor
    """The predicted class, int64; −1 where the logits aren't finite."""
    labels: Tensor
    """The true classes, (N,)."""

    @property
    def correct(self) -> Tensor:
        """(P, N) bool."""
        return self.prediction == self.labels

    def rows(self, start: int, stop: int | None = None) -> Outcomes:
        """The outcomes of plans start … stop − 1 only."""
        cut = slice(start, stop)
        return Outcomes(self.loss[cut], self.entropy[cut], self.margin[cut], self.prediction[cut], self.labels)

    @property
    def accuracy(self) -> Tensor:
        """(P,) the share of images that are predicted correctly."""
        return self.correct.double().mean(1)

    @property
    def mean_loss(self) -> Tensor:
        """(P,) in nats."""
        return self.loss.double().mean(1)


_FIELDS = ("loss", "entropy", "margin", "prediction")


def predicted(logits: Tensor, impossible: bool = False) -> Tensor:
    """The class of the largest logit: (…, K) → (…,) int64; −1 where a logit isn't finite: divergence predicts nothing.

    Args:
        impossible: −∞ is allowed beside finite logits: a class that a probe never gives.
    """
    defined = logits.isfinite() | (logits.isneginf() & impossible)
    undefined = ~defined.all(-1) | logits.isneginf().all(-1)
    return logits.argmax(-1).masked_fill(undefined, -1)


def outcomes(logits: Tensor, labels: Tensor) -> Outcomes:
    """Outcomes of logits (P, N, K) for labels (N,)."""
    log_p = logits.log_softmax(-1)
    p = log_p.exp()
    index = labels.expand(logits.shape[:-1]).unsqueeze(-1)
    log_p_true = log_p.gather(-1, index).squeeze(-1)
    # −Σ p·log p, where p = 0 adds nothing; NaN stays NaN: divergence is a finding.
    entropy = -(p * log_p.clamp_min(torch.finfo(log_p.dtype).min)).sum(-1)
    largest_other = others(log_p, labels).amax(-1)
    return Outcomes(
        loss=-log_p_true,
        entropy=entropy,
        margin=log_p_true.exp() - largest_other.exp(),
        prediction=predicted(logits),
        labels=labels,
    )


class OutcomeRows:
    """Outcomes of P plans on B images, filled plan by plan, in float32 or more.

    Their memory is taken at once: small results between the allocations of large logits would break the heap into pieces.
    """

    def __init__(self, plans: int, labels: Tensor, dtype: torch.dtype) -> None:
        self.dtype = torch.promote_types(dtype, torch.float32)

        def rows(dtype: torch.dtype) -> Tensor:
            return torch.empty(plans, len(labels), dtype=dtype, device=labels.device)

        self.rows = Outcomes(rows(self.dtype), rows(self.dtype), rows(self.dtype), rows(torch.int64), labels)

    def put(self, plans: Iterable[int], logits: Tensor) -> None:
        """Reduces logits (B, K) to the outcomes of these plans."""
        found = outcomes(logits.detach().to(self.dtype), self.rows.labels)
        for field in _FIELDS:
            for plan in plans:
                getattr(self.rows, field)[plan] = getattr(found, field)

    def cpu(self) -> Outcomes:
        """(P, B) on the CPU."""
        return Outcomes(*(getattr(self.rows, field).cpu() for field in (*_FIELDS, "labels")))


def join_outcomes(parts: list[Outcomes]) -> Outcomes:
    """Join the outcomes of consecutive chunks of images."""
    joined = {field: torch.cat([getattr(part, field) for part in parts], dim=1) for field in _FIELDS}
    return Outcomes(**joined, labels=torch.cat([part.labels for part in parts]))


def cosine(a: Tensor, b: Tensor) -> Tensor:
    """cos(a, b) over all features of each image, in float64: (B, …), (B, …) → (B,); NaN where one of them is zero."""
    a, b = (each.flatten(1).double() for each in (a, b))
    lengths = [torch.linalg.vector_norm(each, dim=1, keepdim=True) for each in (a, b)]
    found: Tensor = torch.linalg.vecdot(a / lengths[0], b / lengths[1])
    return found
