"""Rank correlation, and how large it is by chance."""

from __future__ import annotations

import itertools
import math
from functools import lru_cache
from statistics import NormalDist

import numpy as np
import torch
from torch import Tensor

from iterscope.probes.weighted import weighted_spearman

EXACT = 8
"""The largest number of pairs for which the chance level is counted over all orders."""


def pearson(a: Tensor, b: Tensor) -> Tensor:
    """The correlation of (R, N) and (R, N) over their N values, row by row: (R,) float64; NaN where one of them is constant.

    Pairs with an undefined value (NaN) are left out.
    """
    defined = ~(a.isnan() | b.isnan())
    x, y = (_centred(each.double(), defined) for each in (a, b))
    both = (x.square().sum(1) * y.square().sum(1)).sqrt()
    return torch.where(both > 0, (x * y).sum(1) / both, math.nan).clamp(-1, 1)


def _centred(values: Tensor, defined: Tensor) -> Tensor:
    kept = values.where(defined, 0.0)
    mean = kept.sum(1, keepdim=True) / defined.sum(1, keepdim=True)
    return (kept - mean).where(defined, 0.0)


def spearman(a: Tensor, b: Tensor) -> float:
    """The rank correlation of (N,) and (N,) values, −1 to 1; ties have their mean rank.

    Pairs with an undefined value (NaN) are left out. NaN for fewer than two pairs, or where one of them is constant.
    """
    defined = ~(a.isnan() | b.isnan())
    x, y = a[defined], b[defined]
    return float(weighted_spearman(x, y, x.new_ones(1, len(x), dtype=torch.float64))) if len(x) > 1 else math.nan


@lru_cache
def spearman_chance(pairs: int) -> float:
    """The rank correlation that unrelated values of this number reach with a probability of at most 5 % (one-sided, without ties).

    Counted over all orders for up to `EXACT` pairs, otherwise by Student's t. NaN for fewer than 4, where nothing is that rare.
    """
    if pairs < 4:
        return math.nan
    if pairs > EXACT:
        free, z = pairs - 2, NormalDist().inv_cdf(0.95)
        t = z + (z**3 + z) / (4 * free) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * free**2)  # Cornish–Fisher
        return t / math.sqrt(free + t * t)
    orders = np.array(list(itertools.permutations(range(pairs))))
    squares = ((orders - np.arange(pairs)) ** 2).sum(1)
    found, counts = np.unique(squares, return_counts=True)
    rare = found[np.cumsum(counts) <= 0.05 * len(orders)]
    return 1 - 6 * int(rare[-1]) / (pairs * (pairs**2 - 1))
