"""Statistics over images: from values per image to the values that a figure shows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from iterscope.numerics import Outcomes

NORMAL_95 = 1.959963984540054
"""Standard errors between the middle of a normal distribution and the ends of its 95 % interval."""
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Summary:
    """Statistics over images for L rows of values. Undefined values (NaN) are excluded and counted; infinite ones are values."""

    mean: Tensor
    """(L,) float64; infinite where values are infinite; NaN where no value is defined, or where some are ∞ and some −∞."""
    std: Tensor
    """(L,) float64: the standard deviation over these images (divided by n, not n − 1); NaN where the mean isn't finite."""
    quantiles: dict[float, Tensor]
    """(L,) float64 for each of `QUANTILES`; infinite between a finite and an infinite value, NaN between −∞ and ∞."""
    undefined: Tensor
    """(L,) int64: the number of undefined values, which are excluded from the statistics above."""
    infinite: Tensor
    """(L,) int64: the number of infinite values, which are included."""

    def as_dict(self) -> dict[str, Any]:
        """By name; quantiles by the text of their level."""
        return {**vars(self), "quantiles": {str(level): rows for level, rows in self.quantiles.items()}}


def summarise(values: Tensor) -> Summary:
    """Mean, standard deviation and quantiles over the images of (L, N) values."""
    values = values.detach().double().cpu()
    defined = ~values.isnan()
    count = defined.sum(1)
    mean = values.nansum(1) / count
    variance = ((values - mean.unsqueeze(1)) ** 2).nansum(1) / count
    levels = torch.tensor(QUANTILES, dtype=torch.float64, device="cpu")
    quantiles = torch.stack([_quantiles(row[keep], levels) for row, keep in zip(values, defined, strict=True)])
    return Summary(
        mean=mean,
        std=variance.sqrt().where(mean.isfinite(), math.nan),
        quantiles={level: quantiles[:, position] for position, level in enumerate(QUANTILES)},
        undefined=(~defined).sum(1),
        infinite=values.isinf().sum(1),
    )


def _quantiles(values: Tensor, levels: Tensor) -> Tensor:
    """Linear interpolation between order statistics, without torch.quantile's limit of 16 million values."""
    if len(values) == 0:
        return torch.full_like(levels, math.nan)
    ordered = values.sort().values
    position = levels * (len(values) - 1)
    low = position.floor().long()
    high = position.ceil().long()
    below, above = ordered[low], ordered[high]
    # lerp computes differences, which are NaN between infinities. Between an infinite and a finite value lies the infinite one.
    between = below.lerp(above, position - low)
    between = torch.where(below.isfinite() & above.isinf(), above, between)
    between = torch.where(below.isinf() & above.isfinite(), below, between)
    return torch.where((low == high) | (below == above), below, between)


def wilson_interval(successes: int, n: int, z: float = NORMAL_95) -> tuple[float, float]:
    """The 95 % score interval of a proportion (Wilson 1927), valid for small n and for proportions near 0 and 1.

    For n = 0 it is (0, 1). Raises ValueError unless 0 ≤ successes ≤ n.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"successes is {successes} of n = {n}: it must lie between 0 and n")
    if n == 0:
        return 0.0, 1.0
    share, spread = successes / n, z * z / n
    centre = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    # The bounds at 0 and n successes are exactly 0 and 1; rounding leaves them a hair off.
    return (0.0 if successes == 0 else centre - half), (1.0 if successes == n else centre + half)


@dataclass(frozen=True)
class GroupCurve:
    """One group of images under P plans, exits or steps."""

    n: int
    """Images in the group."""
    accuracy: Tensor
    """(P,) NaN if the group is empty, as are loss and entropy."""
    accuracy_interval: Tensor
    """(P, 2) the Wilson interval of the accuracy, 95 %."""
    loss: Tensor
    """(P,) mean cross-entropy, in nats."""
    entropy: Tensor
    """(P,) mean entropy of the predicted distribution, in nats."""
    gained: Tensor
    """(P,) int64: images that are correct here and were wrong under the first plan."""
    lost: Tensor
    """(P,) int64: images that are wrong here and were correct under the first plan. A paired comparison needs this and `gained`."""


def group_curve(outcomes: Outcomes, members: Tensor) -> GroupCurve:
    """Accuracy, loss and entropy of the images where `members` (N,) is true."""
    n = int(members.sum())
    correct = outcomes.correct[:, members]
    intervals = [wilson_interval(int(successes), n) for successes in correct.sum(1)]
    return GroupCurve(
        n=n,
        accuracy=correct.double().mean(1),
        accuracy_interval=torch.tensor(intervals, dtype=torch.float64, device="cpu"),
        loss=outcomes.loss[:, members].double().mean(1),
        entropy=outcomes.entropy[:, members].double().mean(1),
        gained=(correct & ~correct[:1]).sum(1),
        lost=(~correct & correct[:1]).sum(1),
    )
