"""Statistics of N images that count several times each, as in the samples of a bootstrap: D samples at once.

Counts are (D, N) float64: how often each image is in each sample; see `bootstrap_counts`.
"""

from __future__ import annotations

import torch
from torch import Tensor


def weighted_means(values: Tensor, counts: Tensor) -> Tensor:
    """(D, P) means of values (P, N); NaN is left out."""
    wide, defined = values.double(), ~values.isnan()
    return counts @ wide.where(defined, 0.0).T / (counts @ defined.double().T)


def weighted_spearman(a: Tensor, b: Tensor, counts: Tensor) -> Tensor:
    """(D,) rank correlations of (N,) and (N,) values; tied values have their mean rank. Images where one of them is NaN are left out.
    NaN where one of them is constant.
    """
    counts = counts * ~(a.isnan() | b.isnan())
    total = counts.sum(1, keepdim=True)
    x, y = (_middle(each, counts) for each in (a, b))
    x, y = (each - (counts * each).sum(1, keepdim=True) / total for each in (x, y))
    lengths = ((counts * x**2).sum(1) * (counts * y**2).sum(1)).sqrt()
    return torch.where(lengths > 0, (counts * x * y).sum(1) / lengths, torch.nan)


def weighted_auroc(score: Tensor, positive: Tensor, counts: Tensor) -> Tensor:
    """(D,) the probability that a positive image has a higher score than another one; equal scores count one half.

    Args:
        score: (N,).
        positive: (N,) bool.

    Images whose score is NaN are left out. NaN where all others are positive, or none.
    """
    counts = counts * ~score.isnan()
    negatives = counts * ~positive
    positives = counts * positive
    wins = (positives * _middle(score, negatives)).sum(1)
    return wins / (positives.sum(1) * negatives.sum(1))


def _middle(values: Tensor, counts: Tensor) -> Tensor:
    """(D, N) how much counts below each of (N,) values, and half of what has the same value."""
    places = values.unique(return_inverse=True)[1]  # type: ignore[no-untyped-call]
    here = counts.new_zeros(len(counts), int(places.max()) + 1).index_add_(1, places, counts)
    return (here.cumsum(1) - here / 2)[:, places]
