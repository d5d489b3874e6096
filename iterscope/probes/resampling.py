"""Intervals of values over a set of images: the bootstrap (Efron 1979) and the jackknife (Tukey 1958)."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from iterscope.probes.statistics import NORMAL_95

RESAMPLES = 200
"""Bootstrap samples of an interval in a measurement's answer."""


def bootstrap_counts(images: int, seed: int, start: int = 0) -> Tensor:
    """(`RESAMPLES`, images) float64: how often each image is in each bootstrap sample, a Poisson number with mean 1.

    With it, a bootstrap needs sums only, so that chunks of images can be added; `start` is the position of the chunk's first image.
    """
    return torch.from_numpy(np.random.default_rng([seed, start]).poisson(1.0, (RESAMPLES, images)).astype(np.float64))


def percentile_interval(draws: Tensor) -> tuple[float, float]:
    """The middle 95 % of (R,) bootstrap draws; NaN if more than one in ten is not defined."""
    defined = draws[draws.isfinite()].double()
    if len(defined) < 0.9 * len(draws) or len(defined) == 0:
        return math.nan, math.nan
    low, high = torch.quantile(defined, torch.tensor([0.025, 0.975], dtype=torch.float64))
    return float(low), float(high)


def mean_interval(values: Tensor, seed: int) -> tuple[float, float]:
    """The 95 % bootstrap interval of the mean of (N,) values, without undefined ones; NaN for fewer than two."""
    defined = values[~values.isnan()].double().cpu()
    if len(defined) < 2:
        return math.nan, math.nan
    counts = bootstrap_counts(len(defined), seed)
    return percentile_interval(counts @ defined / counts.sum(1))


def jackknife_error(without: Tensor) -> Tensor:
    """The standard error of a statistic from its values (G, …) without each of G groups of images: (…) float64; NaN for G < 2."""
    groups = len(without)
    if groups < 2:
        return torch.full(without.shape[1:], math.nan, dtype=torch.float64)
    return (without.double().var(0, correction=0) * (groups - 1)).sqrt()


def jackknife_interval(value: float, without: Tensor) -> tuple[float, float]:
    """The 95 % interval of a value by the values (G,) without each of G groups of images; NaN for G < 2."""
    half = NORMAL_95 * float(jackknife_error(without))
    return value - half, value + half
