"""Checks the paper's main claim on the numbers of one run.

Sections 4.1 and 4.2: late blocks point along −∂L/∂h (negative cosine loss) and change the hidden state little (small ℓ2
ratio), so they refine it; the first blocks change it strongly, so they learn a representation.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from iterscope_dashboard.model import Block, Json

NOTICEABLE_COSINE = -0.05  # a mean cosine above this does not count as pointing along −∂L/∂h
COSINE_GAP = 0.03  # by which late blocks must be more negative than early ones
RATIO_SHRINKS = 0.7  # late ratio / early ratio that still counts as "smaller"


@dataclass(frozen=True)
class Claim:
    """One sentence about one epoch, and whether it agrees with the paper."""

    verdict: str  # "holds" | "partly" | "no" | "untrained"
    sentence: str

    def to_json(self) -> Json:
        """For the browser."""
        return {"verdict": self.verdict, "sentence": self.sentence}


def mean(values: Sequence[float]) -> float:
    """Mean of the finite values; NaN when there are none."""
    finite = [value for value in values if math.isfinite(value)]
    return sum(finite) / len(finite) if finite else math.nan


def signed(value: float) -> str:
    """−0.21, with a true minus sign."""
    text = f"{value:.2f}"
    return "0.00" if text in ("-0.00", "0.00") else text.replace("-", "−")


def percent(value: float, digits: int = 0) -> str:
    """0.163 → "16 %", with a space that does not break."""
    return f"{100 * value:.{digits}f}\u00a0%".replace("-", "−")


def claim_of_epoch(
    epoch: int | None, blocks: Sequence[Block], cosine: Sequence[float], ratio: Sequence[float]
) -> Claim:
    """Compare the last third of the blocks with the first third; `epoch` is None for an imported network."""
    third = max(1, len(blocks) // 3)
    late, early = mean(cosine[-third:]), mean(cosine[:third])
    late_ratio, early_ratio = mean(ratio[-third:]), mean(ratio[:third])
    if not all(math.isfinite(value) for value in (late, early, late_ratio, early_ratio)):
        return Claim("no", "Cosine loss or ℓ2 ratio is undefined: the activations or gradients have diverged.")
    count = f"{third} blocks" if third > 1 else "block"
    first = f"first {third}" if third > 1 else "first"
    numbers = (
        f"mean cosine loss {signed(late)} over the last {count} ({first}: {signed(early)}), "
        f"mean ℓ2 ratio {signed(late_ratio)} ({first}: {signed(early_ratio)})"
    )
    if epoch == 0:
        return Claim("untrained", f"Untrained network, for comparison: {numbers}.")
    points = late < NOTICEABLE_COSINE and late < early - COSINE_GAP
    shrinks = late_ratio < RATIO_SHRINKS * early_ratio
    if points and shrinks:
        return Claim("holds", f"Late blocks refine h along −∂L/∂h: {numbers}.")
    if points:
        return Claim("partly", f"Late blocks point along −∂L/∂h, but change h as much as early ones: {numbers}.")
    if shrinks:
        return Claim("partly", f"Late blocks change h little, but not along −∂L/∂h: {numbers}.")
    return Claim("no", f"No sign of iterative refinement: {numbers}.")


def drop_claim(blocks: Sequence[Block], accuracy: Sequence[float], baseline: float) -> str:
    """The effect of dropping single blocks: the most damaging block, and the late blocks."""
    pairs = [(value, block.index) for value, block in zip(accuracy, blocks, strict=True) if math.isfinite(value)]
    if not pairs or not math.isfinite(baseline):
        return ""
    worst, where = min(pairs)
    third = max(1, len(blocks) // 3)
    late = max(baseline - value for value in accuracy[-third:])
    dropped = f"any one of the last {third}" if third > 1 else "the last block"
    return (
        f"Dropping block {where} changes accuracy from {percent(baseline, 1)} to {percent(worst, 1)}; "
        f"{dropped} costs at most {max(0.0, 100 * late):.1f} points."
    )
