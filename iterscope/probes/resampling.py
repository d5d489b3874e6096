"""Intervals of values over a set of images: the bootstrap (Efron 1979)."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

RESAMPLES = 200
"""Bootstrap samples of the images."""


def resampled_means(values: Tensor) -> Tensor:
    """(1 + RESAMPLES, R) float64 means over the N images of (R, N) values: first of the images as measured, then of samples of them.

    All rows are of the same images, so each sample draws them for all rows together, always the same for a number of images. Undefined
    values (NaN) are left out.
    """
    values = values.detach().double().cpu()
    defined = ~values.isnan()
    kept, count = values.where(defined, 0.0), values.shape[1]
    random = np.random.default_rng(count)
    draws = [kept.sum(1) / defined.sum(1)]
    for _ in range(RESAMPLES):
        weights = torch.from_numpy(np.bincount(random.integers(0, count, count), minlength=count)).double()
        draws.append((kept @ weights) / (defined.double() @ weights))
    return torch.stack(draws)


def interval(draws: Tensor) -> tuple[float, float]:
    """The 95 % percentile interval of (1 + RESAMPLES,) draws, which always holds the first, the measured value.

    NaN if that, or more than one draw in ten, is not defined.
    """
    first, drawn = float(draws[0]), draws[1:][draws[1:].isfinite()]
    if not math.isfinite(first) or len(drawn) < 0.9 * (len(draws) - 1):
        return math.nan, math.nan
    low, high = torch.quantile(drawn, drawn.new_tensor([0.025, 0.975])).tolist()
    return min(low, first), max(high, first)
