"""95 % confidence intervals of differences: between two shares, of one share before and after, and between two means over seeds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean, variance

from iterscope.probes.statistics import wilson_interval

Interval = tuple[float, float]
Z95 = 1.959963984540054

_T95 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131)
"""Student's t, two-sided 95 %, for 1 to 15 degrees of freedom. Beyond that, the value for 15 is used, which is slightly too wide."""


def two_shares(first: float, first_n: int, second: float, second_n: int) -> Interval:
    """The interval of second − first, two shares of different images (or treated so): Newcombe's hybrid of two Wilson intervals (1998,
    method 10).

    Raises ValueError if a share is outside 0 to 1, or n is below 1.
    """
    low_1, high_1 = _wilson(first, first_n)
    low_2, high_2 = _wilson(second, second_n)
    difference = second - first
    return (
        difference - math.hypot(second - low_2, high_1 - first),
        difference + math.hypot(high_2 - second, first - low_1),
    )


def _wilson(share: float, n: int) -> Interval:
    if n < 1 or not 0 <= share <= 1:
        raise ValueError(f"share is {share} of n = {n}: it must lie between 0 and 1, of at least one image")
    return wilson_interval(round(share * n), n)


def paired_shares(gained: float, lost: float, n: int) -> Interval:
    """The interval of the change of a share of the same n images, of which `gained` became correct and `lost` became wrong.

    Only the images that changed matter, as in McNemar's test; half an image is added to each cell, which keeps the coverage right if few
    images changed (Agresti and Min 2005).

    Raises ValueError if more images changed than there are.
    """
    if n < 1 or gained < 0 or lost < 0 or gained + lost > n:
        raise ValueError(
            f"gained is {gained} and lost {lost} of n = {n}: together they are at most n, and n at least 1"
        )
    more, fewer, total = gained + 0.5, lost + 0.5, n + 2
    difference = (more - fewer) / total
    half = Z95 * math.sqrt(max(more + fewer - (more - fewer) ** 2 / total, 0.0)) / total
    return difference - half, difference + half


def two_means(first: Sequence[float], second: Sequence[float]) -> Interval:
    """The interval of mean(second) − mean(first) over independent repetitions: Welch's t, with its degrees of freedom rounded down.

    Raises ValueError if either has fewer than two values.
    """
    if min(len(first), len(second)) < 2:
        raise ValueError(f"{len(first)} and {len(second)} repetitions: an interval over seeds needs two of each")
    parts = [variance(values) / len(values) for values in (first, second)]
    difference, spread = fmean(second) - fmean(first), sum(parts)
    if spread == 0:
        return difference, difference
    freedom = spread**2 / sum(part**2 / (len(values) - 1) for part, values in zip(parts, (first, second), strict=True))
    half = student(int(freedom)) * math.sqrt(spread)
    return difference - half, difference + half


def student(freedom: int) -> float:
    """The two-sided 95 % point of Student's t."""
    return _T95[min(max(freedom, 1), len(_T95)) - 1]
