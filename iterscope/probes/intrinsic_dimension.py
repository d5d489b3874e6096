"""Intrinsic dimension: in how many directions do the images really spread at each position?

Two nearest neighbours (Facco et al. 2017, doi:10.1038/s41598-017-11873-y; as computed by the authors of Ansuini et al. 2019,
arXiv:1905.12784): with the distances r1 ≤ r2 of each image to its two nearest others, μ = r2/r1, sorted, and F_i = i/N, the dimension is
the slope through the origin of −log(1 − F) on log μ, over the first 90 % of the images. The form N / Σ log μ (from memory) is a check.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn

from iterscope.chunks import DEFAULT_MEMORY_BUDGET, Progress
from iterscope.errors import DatasetError
from iterscope.features import FeatureBank, FeatureKind, feature_bank, fit_features
from iterscope.inputs import Images, as_budget, as_chain, chosen_images, read_inputs

FEWEST = 20
"""With fewer images, the dimension is undefined."""
FRACTION = 0.9
"""The share of the images, from the smallest μ on, that the line goes through."""
SCALES = (1, 2, 4)
"""The numbers of parts into which the images are divided, to see how the dimension depends on their number."""
ROUNDING = 100
"""Two images are equal where their distance is below this many units of rounding of their lengths."""


@dataclass(frozen=True)
class TwoNN:
    """The dimension from N distances."""

    dimension: float
    """NaN for fewer than 20 images whose μ is defined."""
    likelihood: float
    """N / Σ log μ; NaN as above."""
    images: int
    """Images whose μ is defined: r1 > 0 and r2 > r1."""
    duplicates: int
    """Images that have an equal one."""


@dataclass(frozen=True)
class IntrinsicDimension:
    """Distances of N images at the L + 1 positions r_0 … r_L."""

    nearest: Tensor
    """(L + 1, 3, N, 2) float64: r1 and r2 among all images, among the half, and among the quarter of the images that an image is in."""
    parts: Tensor
    """(3, N) int64: which part of each scale an image is in."""
    kind: str
    """The kind of features: gap, halves or flat."""

    def at(self, position: int, fraction: float = FRACTION) -> TwoNN:
        """The dimension at a position, from all images."""
        return two_nn(self.nearest[position, 0], fraction)

    def mean_of_parts(self, position: int, scale: int, fraction: float = FRACTION) -> float:
        """The mean dimension of the 1, 2 or 4 parts (`scale` 0, 1 or 2), without undefined ones."""
        rows = [
            two_nn(self.nearest[position, scale, self.parts[scale] == part], fraction).dimension
            for part in range(SCALES[scale])
        ]
        known = [row for row in rows if not math.isnan(row)]
        return sum(known) / len(known) if known else math.nan


def two_nn(nearest: Tensor, fraction: float = FRACTION) -> TwoNN:
    """The dimension from r1 and r2, (N, 2)."""
    first, second = nearest.double().unbind(-1)
    log = (second / first)[(first > 0) & (second > first) & second.isfinite()].log().sort().values
    duplicates = int((first == 0).sum())
    if len(log) < FEWEST:
        return TwoNN(math.nan, math.nan, len(log), duplicates)
    return TwoNN(float(_slope(log, fraction)), len(log) / float(log.sum()), len(log), duplicates)


def _slope(log: Tensor, fraction: float) -> Tensor:
    """(…,) from ascending log μ (…, N)."""
    count = log.shape[-1]
    kept = max(1, min(int(count * fraction), count - 1))
    height = -torch.log1p(-torch.arange(1, kept + 1, dtype=torch.float64) / count)
    slope: Tensor = (log[..., :kept] @ height) / log[..., :kept].square().sum(-1)
    return slope


def resampled(nearest: Tensor, counts: int, seed: int, fraction: float = FRACTION) -> Tensor:
    """(counts,) the dimension of bootstrap samples of the values μ from (N, 2); NaN as for `two_nn`."""
    first, second = nearest.double().unbind(-1)
    log = (second / first)[(first > 0) & (second > first) & second.isfinite()].log()
    if len(log) < FEWEST:
        return torch.full((counts,), math.nan, dtype=torch.float64)
    drawn = torch.randint(len(log), (counts, len(log)), generator=torch.Generator().manual_seed(seed))
    return _slope(log[drawn].sort(-1).values, fraction)


def intrinsic_dimension(
    chain: nn.Module,
    images: Images,
    features: FeatureKind = "flat",
    *,
    seed: int = 0,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> IntrinsicDimension:
    """The distances of each image to its two nearest others, at each position.

    Where the features of all images don't fit the memory budget, chunks of images are compared with each other chunk, and run again.

    Args:
        chain, images: as for `run_plans`.
        features: what is read of a hidden state; see `fit_features`.
        seed: draws the halves and quarters.
        memory_budget: bytes that activations and features may use.
        progress: called with the share of the work that is done, 0 to 1; may raise `Cancelled`.

    Raises:
        DatasetError: there are fewer than three images. Others as for `feature_bank`.
    """
    chain, report, budget = as_chain(chain), progress or (lambda _: None), as_budget(memory_budget)
    inputs = read_inputs(chain, images, labelled=False)
    count = len(inputs)
    check_count(count)
    reading = fit_features(chain, images, features, memory_budget=budget, progress=lambda done: report(0.1 * done))
    order = torch.randperm(count, generator=torch.Generator().manual_seed(seed))
    parts = torch.stack([(order * scale) // count for scale in SCALES])

    def bank(start: int, stop: int, tell: Progress = lambda _: None) -> FeatureBank:
        chosen = chosen_images(inputs.images, torch.arange(start, stop))
        return feature_bank(chain, chosen, reading, memory_budget=budget // 2, progress=tell)

    one = bank(0, 1).nbytes
    # Two chunks of features, each with copies of one position in float64.
    at_once = max(1, min(count, budget // 2 // (6 * one)))
    spans = [(start, min(count, start + at_once)) for start in range(0, count, at_once)]
    nearest = torch.full((len(chain) + 1, len(SCALES), count, 2), math.inf, dtype=torch.float64)
    for turn, (start, stop) in enumerate(spans):

        def tell(pairs: float, done: int = turn * len(spans)) -> None:
            report(0.1 + 0.9 * (done + pairs) / len(spans) ** 2)

        own = bank(start, stop, partial(_part, tell, 0.0, 0.4))
        for other, (begin, end) in enumerate(spans):
            others = own if other == turn else bank(begin, end, partial(_part, tell, other + 0.4, other + 0.7))
            together = parts[:, start:stop].unsqueeze(2) == parts[:, begin:end].unsqueeze(1)
            for position, (a, b) in enumerate(zip(own.features, others.features, strict=True)):
                squares = _squared_distances(a, b)
                if other == turn:
                    squares.fill_diagonal_(math.inf)
                for scale in range(len(SCALES)):
                    known = nearest[position, scale, start:stop]
                    both = torch.cat([known, squares.masked_fill(~together[scale], math.inf)], 1)
                    nearest[position, scale, start:stop] = both.topk(2, dim=1, largest=False, sorted=True).values
                tell(other + 0.7 + 0.3 * (position + 1) / len(own.features))
    return IntrinsicDimension(nearest.sqrt(), parts, reading.kind)


def _part(tell: Progress, begin: float, end: float, share: float) -> None:
    tell(begin + (end - begin) * share)


def check_count(images: int) -> None:
    """Raises DatasetError if an image doesn't have two others."""
    if images < 3:
        raise DatasetError(
            f"images has {images}: two nearest others of an image need at least 3, and the dimension {FEWEST}. Give more images"
        )


def nearest_two(points: Tensor) -> Tensor:
    """(N, 2) the distances of each of the points (N, d) to its two nearest others; (N, 2) of ∞ where there are none."""
    squares = _squared_distances(points, points).fill_diagonal_(math.inf)
    return squares.topk(2, dim=1, largest=False, sorted=True).values.sqrt()


def _squared_distances(a: Tensor, b: Tensor) -> Tensor:
    """(A, B) float64 from (A, d) and (B, d); 0 for equal rows, not finite where a row isn't."""
    wide = a.double()
    rounding = _squares(wide).unsqueeze(1) + _squares(wide if a is b else b.double())
    finite = wide.isfinite().all(1)
    middle = (
        wide[finite].mean(0) if finite.any() else 0.0
    )  # a product of rows near 0 keeps the digits of their difference
    x = wide - middle
    y = x if a is b else b.double() - middle
    squares = _squares(x).unsqueeze(1) + _squares(y) - 2 * (x @ y.T)
    equal = max(1e-14, (ROUNDING * torch.finfo(a.dtype).eps) ** 2)
    return squares.masked_fill((squares <= equal * rounding) & rounding.isfinite(), 0.0)


def _squares(rows: Tensor) -> Tensor:
    found: Tensor = rows.square().sum(1)
    return found
