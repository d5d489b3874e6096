"""Checks the paper's main claim on the numbers of one epoch.

Sections 4.1 and 4.2: late blocks point along −∂L/∂h (negative cosine loss) and change the hidden state little (small ℓ2
ratio), so they refine it; the first blocks change it strongly, so they learn a representation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]

NOTICEABLE_COSINE = -0.05
"""A mean cosine above this does not count as pointing along −∂L/∂h."""
COSINE_GAP = 0.03
"""By which late blocks must be more negative than early ones."""
RATIO_SHRINKS = 0.7
"""Late ratio / early ratio that still counts as smaller."""


@dataclass(frozen=True)
class Claim:
    """One sentence about one epoch, and whether it agrees with the paper. The numbers are means over a third of the blocks."""

    verdict: str  # "holds" | "partly" | "no" | "untrained"
    sentence: str
    cosine: float  # of the last third
    ratio: float  # of the last third
    early_cosine: float
    early_ratio: float


def claim_of_epoch(epoch: int | None, cosine: Floats, ratio: Floats) -> Claim:
    """Compare the last third of the blocks with the first third.

    Args:
        epoch: of the run; None for an imported network, whose epoch 0 is not an untrained network.
        cosine: (L,) mean cosine loss of each block.
        ratio: (L,) mean ℓ2 ratio of each block.
    """
    third = max(1, len(cosine) // 3)
    late, early, late_ratio, early_ratio = (
        _mean(values) for values in (cosine[-third:], cosine[:third], ratio[-third:], ratio[:third])
    )
    verdict, said = _judged(epoch, late, early, late_ratio, early_ratio)
    if all(math.isfinite(value) for value in (late, early, late_ratio, early_ratio)):
        count = f"{third} blocks" if third > 1 else "block"
        first = f"first {third}" if third > 1 else "first"
        said += (
            f": mean cosine loss {signed(late)} over the last {count} ({first}: {signed(early)}), "
            f"mean ℓ2 ratio {signed(late_ratio)} ({first}: {signed(early_ratio)})."
        )
    return Claim(verdict, said, late, late_ratio, early, early_ratio)


def _judged(epoch: int | None, late: float, early: float, late_ratio: float, early_ratio: float) -> tuple[str, str]:
    if not all(math.isfinite(value) for value in (late, early, late_ratio, early_ratio)):
        return "no", "Cosine loss or ℓ2 ratio is undefined: the activations or gradients have diverged."
    if epoch == 0:
        return "untrained", "Untrained network, for comparison"
    points = late < NOTICEABLE_COSINE and late < early - COSINE_GAP
    shrinks = late_ratio < RATIO_SHRINKS * early_ratio
    if points and shrinks:
        return "holds", "Late blocks refine h along −∂L/∂h"
    if points:
        return "partly", "Late blocks point along −∂L/∂h, but change h as much as early ones"
    if shrinks:
        return "partly", "Late blocks change h little, but not along −∂L/∂h"
    return "no", "No sign of iterative refinement"


def signed(value: float) -> str:
    """−0.21, with a true minus sign."""
    text = f"{value:.2f}"
    return "0.00" if text == "-0.00" else text.replace("-", "−")


def _mean(values: Floats) -> float:
    """Mean of the finite values; NaN when there are none."""
    finite = values[np.isfinite(values)]
    return float(finite.mean()) if finite.size else math.nan
