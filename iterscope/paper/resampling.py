"""Intervals of the claims: the bootstrap over images, and Student's t over seeds.

D draws: the first is the sample as measured, the other `RESAMPLES` are bootstrap samples of its images (Efron 1979). All seeds and all
networks that were measured on the same images are resampled together: an image is drawn for all of them or for none, because the same
test images under several seeds are not independent observations. R seeds, K rows (blocks, steps or exits), N images.
"""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Interval = tuple[float, float]

RESAMPLES = 1000
"""Bootstrap samples; the 2.5 % quantile then rests on 25 of them."""
LEVEL = 0.95
LOOKS = (2, 4, 8)
"""Numbers of seeds at which `iterscope paper --more-seeds` judges again."""
LOOK_LEVEL = 1 - 0.05 / len(LOOKS)
"""The level of each look: three looks together then mislead in at most 5 % of cases (Bonferroni)."""

_T: dict[float, tuple[float, ...]] = {
    LEVEL: (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131),
    LOOK_LEVEL: (38.188, 7.649, 4.857, 3.961, 3.534, 3.287, 3.128, 3.016, 2.933, 2.870, 2.820, 2.779, 2.746, 2.718, 2.694),
}  # fmt: skip
"""Student's t, two-sided, for 1 to 15 degrees of freedom. Beyond that, the value for 15 is used, which is slightly too wide."""
Stream = Literal["train", "validation"]


def image_weights(count: int, stream: Stream = "validation") -> NDArray[np.float32]:
    """(D, count) how often each image is in each draw. The two splits are different images, so they are drawn independently."""
    return _weights(count, stream)


@lru_cache(maxsize=6)
def _weights(count: int, stream: Stream) -> NDArray[np.float32]:
    random = np.random.default_rng([count, ("train", "validation").index(stream)])
    weights = np.ones((1 + RESAMPLES, count), dtype=np.float32)
    for row in range(1, len(weights)):
        weights[row] = np.bincount(random.integers(0, count, count), minlength=count)
    weights.flags.writeable = False
    return weights


def resampled_means(
    values: NDArray[np.floating], members: NDArray[np.bool_] | None = None, stream: Stream = "validation"
) -> Floats:
    """(D, R, K) means over images of (R, K, N) values, for each draw.

    Args:
        members: (R, N) the images that count; None: all.
        stream: the split that the images are from.

    NaN is left out, as in all statistics over images. A mean without any image is NaN; a mean with an infinity is infinite or NaN.
    """
    images = values.shape[-1]
    counts = ~np.isnan(values)
    if members is not None:
        counts = counts & members[:, None, :]
    infinite = np.isinf(values) & counts
    kept = np.where(counts & ~infinite, values, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        # Single precision is enough for the spread; the sample itself is averaged in double precision.
        means = _weighted(kept, stream) / (float(images) if counts.all() else _weighted(counts, stream))
        means[0] = kept.astype(np.float64).sum(-1) / counts.sum(-1)
    if infinite.any():
        means = np.where(infinite.any(-1)[None], math.inf, means)
    result: Floats = means
    return result


def defined_images(values: NDArray[np.float32]) -> int:
    """On how many images (…, N) values rest: the fewest with a defined value, over all rows that have any. N if none has, where no mean
    is defined either.
    """
    counts = (~np.isnan(values)).sum(-1)
    return int(counts[counts > 0].min(initial=values.shape[-1]))


def _weighted(values: NDArray[np.generic], stream: Stream) -> Floats:
    """(D, R, K) weighted sums over images."""
    seeds, rows, images = values.shape
    weights = image_weights(images, stream)
    flat = values.astype(np.float32).reshape(seeds * rows, images)
    return (weights @ flat.T).astype(np.float64).reshape(len(weights), seeds, rows)


def share_draws(share: float, images: int, name: str) -> Floats:
    """(D,) a share of n images of which only the number is known: the bootstrap of its images, which is binomial."""
    random = np.random.default_rng([images, *name.encode()])
    if math.isnan(share) or images < 1:
        return np.full(1 + RESAMPLES, math.nan)
    return np.concatenate([[share], random.binomial(images, min(max(share, 0.0), 1.0), RESAMPLES) / images])


def images_interval(draws: Floats, level: float) -> Interval:
    """The percentile interval of (D,) draws; NaN if the sample itself or more than one draw in ten is not defined."""
    drawn = draws[1:]
    if not math.isfinite(draws[0]) or np.isfinite(drawn).mean() < 0.9:
        return math.nan, math.nan
    tail = (1 - level) / 2
    low, high = np.quantile(drawn[np.isfinite(drawn)], [tail, 1 - tail])
    # A bootstrap of a bounded value may lie beside the value itself: the interval always covers what was measured.
    return min(float(low), float(draws[0])), max(float(high), float(draws[0]))


def largest_interval(rows: Floats, level: float) -> Interval:
    """The interval of the largest of K means, from (D, K) draws.

    Its upper end is the largest upper end of a single mean: if all K are below the threshold, so is the largest (an intersection-union
    test, which needs no correction). Its lower end is corrected for K means (Bonferroni), because the largest of many noisy means is high
    by chance.
    """
    if rows.shape[1] == 0 or not np.isfinite(rows[0]).all():
        return math.nan, math.nan
    spread, tail = rows[1:].std(0), (1 - level) / 2
    upper = rows[0] + NormalDist().inv_cdf(1 - tail) * spread
    lower = rows[0] - NormalDist().inv_cdf(1 - tail / rows.shape[1]) * spread
    return float(lower.max()), float(upper.max())


def seeds_interval(values: Floats, level: float) -> Interval:
    """Student's t interval of the mean of (R,) values, one per seed. Raises ValueError for fewer than two seeds."""
    if len(values) < 2:
        raise ValueError(f"{len(values)} seeds: an interval over seeds needs at least two")
    table = _T[level]
    half = table[min(len(values) - 1, len(table)) - 1] * float(values.std(ddof=1)) / math.sqrt(len(values))
    middle = float(values.mean())
    return middle - half, middle + half
