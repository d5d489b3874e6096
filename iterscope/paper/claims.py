"""What the paper says, sentence by sentence, held against one's own runs.

A claim is a sentence (ours), the networks it is about, and a check: a pure function of the evidence whose docstring says why its
threshold is what it is. What wasn't run reads "not yet run", whatever other networks show.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

from iterscope.paper import checks_blocks as blocks
from iterscope.paper import checks_refinement as refinement
from iterscope.paper import checks_sharing as sharing
from iterscope.paper.evidence import Evidence, Net
from iterscope.paper.intervals import Interval
from iterscope.paper.measures import Measurement, NotYet

Verdict = Literal["holds", "does not hold", "not yet run"]
VERDICTS: tuple[Verdict, ...] = ("holds", "does not hold", "not yet run")


@dataclass(frozen=True)
class Claim:
    """One sentence of the paper."""

    id: str
    figures: tuple[str, ...]
    section: str
    sentence: str
    """In our words."""
    check: Callable[[Evidence], Measurement]
    """Raises NotYet where what it needs is missing."""


@dataclass(frozen=True)
class Finding:
    """What became of a claim."""

    id: str
    figures: tuple[str, ...]
    section: str
    sentence: str
    verdict: Verdict
    measured: str
    """The number in words; what is missing where nothing was measured."""
    statistic: float | None = None
    comparison: str | None = None
    threshold: float | None = None
    interval: Interval | None = None
    """95 %, where samples are few."""
    n_runs: int = 0
    """Seeds of the net with the fewest."""
    n_samples: int | None = None
    """Images that bear on it."""
    nets: tuple[str, ...] = ()
    note: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The fields by name; NaN stays NaN."""
        return dict(vars(self))


def judge(claim: Claim, evidence: Evidence) -> Finding:
    """Hold a claim against the evidence.

    It holds where the statistic is on the right side of the threshold, the whole interval included where there is one. A statistic
    that isn't defined (something diverged, or a group is empty) never holds.
    """
    blank = Finding(claim.id, claim.figures, claim.section, claim.sentence, "not yet run", "")
    try:
        found = claim.check(evidence)
    except NotYet as missing:
        return replace(blank, measured=f"{missing}", **_about(missing.nets))
    right = _on_the_right_side(found, (found.statistic,))
    interval = None if found.interval is None or any(map(math.isnan, found.interval)) else found.interval
    sure = interval is None or _on_the_right_side(found, interval)
    notes = [found.note] if found.note else []
    if math.isnan(found.statistic) and not notes:
        notes.append("the value isn't defined: activations or gradients have diverged")
    if right and not sure:
        size = f"n = {found.images}" if found.images is not None else f"n = {min(net.runs for net in found.nets)} seeds"
        notes.insert(0, f"not significant at {size}")
    return replace(
        blank,
        verdict="holds" if right and sure else "does not hold",
        measured=found.text,
        statistic=found.statistic,
        comparison=found.comparison,
        threshold=found.threshold,
        interval=interval,
        n_samples=found.images,
        note="; ".join(notes) or None,
        **_about(found.nets),
    )


def _on_the_right_side(found: Measurement, values: tuple[float, ...]) -> bool:
    if found.comparison == "<":
        return all(value < found.threshold for value in values)
    return all(value > found.threshold for value in values)


def _about(nets: tuple[Net, ...]) -> dict[str, Any]:
    return {"n_runs": min((net.runs for net in nets), default=0), "nets": tuple(net.label for net in nets)}


CLAIMS: tuple[Claim, ...] = (
    Claim(
        "fig2-first-block", ("fig2",), "4.2",
        "With one representation throughout, the first block changes the hidden state more than any other.",
        partial(blocks.first_ratio_largest, name="single-representation", slot="first"),
    ),
    Claim(
        "fig2-milder", ("fig2",), "4.2",
        "In the original ResNet, with more convolutions on its main path, the first block stands out less than with one representation.",
        partial(blocks.first_ratio_milder, name="original", other="single-representation", slot="first"),
    ),
    Claim(
        "fig2-small", ("fig2",), "4.2",
        "The higher blocks of the original ResNet change the hidden state little.",
        partial(blocks.higher_ratios_small, name="original", slot="first"),
    ),
    Claim(
        "fig3-first-block", ("fig3",), "4.2",
        "With one representation throughout, dropping the first block is catastrophic.",
        partial(blocks.first_drop, name="single-representation", slot="first", catastrophic=True),
    ),
    Claim(
        "fig3-mild", ("fig3",), "4.2",
        "In the original ResNet, dropping the first block costs little.",
        partial(blocks.first_drop, name="original", slot="first", catastrophic=False),
    ),
    Claim(
        "fig3-higher-blocks", ("fig3",), "4.2",
        "Where the first block is indispensable, most of the higher blocks can be dropped at hardly any cost.",
        partial(blocks.higher_drops_small, names=("single-representation", "average-pooling"), slot="first"),
    ),
    Claim(
        "fig4-negative", ("fig4",), "4.1",
        "Every block of the original ResNet points against the loss gradient: its cosine is negative.",
        partial(blocks.cosine_negative, name="original", slot="first"),
    ),
    Claim(
        "fig4-higher-half", ("fig4",), "4.1",
        "The higher half of the original ResNet's blocks does so more than the lower half.",
        partial(blocks.cosine_falls, name="original", slot="first"),
    ),
    Claim(
        "fig4-pooling", ("fig4",), "4.1",
        "In the average pooling ResNet, too, the higher half is more iterative than the lower half.",
        partial(blocks.cosine_falls, name="average-pooling", slot="first"),
    ),
    Claim(
        "fig5-gradual", ("fig5",), "4.2",
        "Accuracy rises gradually over the last stage's blocks, without a jump at any one of them.",
        partial(blocks.exits_gradual, name="original", slot="first"),
    ),
    Claim(
        "fig6-borderline", ("fig6",), "4.3",
        "A good part of the borderline images is corrected by the very next block.",
        refinement.borderline_corrected,
    ),
    Claim(
        "fig6-overall", ("fig6",), "4.3",
        "Over the last five blocks the accuracy of all images stays about the same.",
        refinement.overall_alike,
    ),
    Claim(
        "fig6-entropy", ("fig6",), "4.3",
        "Predictions become surer along the last blocks in all three groups of images.",
        refinement.entropy_falls,
    ),
    Claim(
        "fig6-training-loss", ("fig6",), "4.3",
        "Each of the last blocks lowers the training loss.",
        refinement.training_loss_falls,
    ),
    Claim(
        "fig7-borderline", ("fig7",), "4.4",
        "Applying the last block 20 more times, scaled, corrects borderline images.",
        refinement.unrolled_borderline_gain,
    ),
    Claim(
        "fig7-overall", ("fig7",), "4.4",
        "The accuracy of all images is kept meanwhile.",
        refinement.unrolled_accuracy_kept,
    ),
    Claim(
        "fig7-training-loss", ("fig7",), "4.4",
        "The further steps lower the training loss.",
        refinement.unrolled_training_loss,
    ),
    Claim(
        "fig20-unscaled", ("fig20",), "4.4",
        "Without scaling, the cosine stays negative for the first two further steps.",
        partial(refinement.unrolled_cosine, scaled=False, steps=2),
    ),
    Claim(
        "fig20-scaled", ("fig20",), "4.4",
        "With scaling, the cosine stays negative for all further steps.",
        partial(refinement.unrolled_cosine, scaled=True, steps=None),
    ),
    Claim(
        "fig8-explosion", ("fig8",), "4.5",
        "Sharing blocks naively makes activations explode before any training.",
        sharing.explosion,
    ),
    Claim(
        "fig8-gradient-ratio", ("fig8",), "4.5",
        "Sharing blocks naively makes the first stage's gradients much larger than the last stage's.",
        sharing.gradient_ratio,
    ),
    Claim(
        "fig8-validation", ("fig8",), "4.5",
        "A naively shared ResNet validates worse than an unshared one with as many parameters.",
        partial(sharing.validation, worse="shared-naive", better="baseline"),
    ),
    Claim(
        "fig8-training", ("fig8",), "4.5",
        "It fits the training images about as well, so it overfits.",
        sharing.training_alike,
    ),
    Claim(
        "fig9-explosion", ("fig9",), "4.5",
        "Unshared BatchNorm with a small γ removes most of the explosion.",
        sharing.explosion_tamed,
    ),
    Claim(
        "fig9-validation", ("fig9",), "4.5",
        "Unshared BatchNorm repairs what naive sharing costs in validation accuracy.",
        partial(sharing.validation, worse="shared-naive", better="shared-ubn"),
    ),
    Claim(
        "fig9-statistics", ("fig9",), "4.5",
        "Of the three strategies, unsharing the statistics matters most.",
        sharing.statistics_matter_most,
    ),
    Claim(
        "table1-ubn", ("table1",), "4.5",
        "With unshared BatchNorm, a deep shared ResNet beats a shallow one with as many parameters.",
        partial(sharing.validation, worse="baseline", better="shared-ubn"),
    ),
    Claim(
        "fig10-negative", ("fig10",), "B",
        "On the second data set, too, every block of the original ResNet has a negative cosine.",
        partial(blocks.cosine_negative, name="original", slot="second"),
    ),
    Claim(
        "fig11-first-block", ("fig11",), "B",
        "On the second data set, too, the first block changes the hidden state most where there is one representation.",
        partial(blocks.first_ratio_largest, name="single-representation", slot="second"),
    ),
    Claim(
        "fig12-first-block", ("fig12",), "B",
        "On the second data set, too, dropping that first block is catastrophic.",
        partial(blocks.first_drop, name="single-representation", slot="second", catastrophic=True),
    ),
    Claim(
        "fig13-negative", ("fig13",), "C",
        "With the classifier put right behind each block, the cosine stays negative throughout training.",
        partial(blocks.plugged_negative, name="original", slot="first"),
    ),
    Claim(
        "fig14-grows", ("fig14",), "C",
        "The last stage's blocks change the hidden state more as training proceeds.",
        partial(blocks.ratio_grows, name="original", slot="first"),
    ),
    Claim(
        "fig15-negative", ("fig15",), "C",
        "On the second data set, too, that cosine stays negative throughout training.",
        partial(blocks.plugged_negative, name="original", slot="second"),
    ),
    Claim(
        "fig16-grows", ("fig16",), "C",
        "On the second data set, too, the ℓ2 ratio grows as training proceeds.",
        partial(blocks.ratio_grows, name="original", slot="second"),
    ),
    Claim(
        "fig17-rises", ("fig17",), "C",
        "On the second data set, too, accuracy rises from block to block of the last stage.",
        partial(blocks.exits_rise, name="original", slot="second"),
    ),
    Claim(
        "fig18-negative", ("fig18",), "D",
        "In a shared ResNet with unshared BatchNorm, the cosine stays negative as in an unshared one.",
        partial(blocks.plugged_negative, name="shared-ubn", slot="first"),
    ),
)  # fmt: skip


def findings(evidence: Evidence) -> tuple[Finding, ...]:
    """All claims, judged."""
    return tuple(judge(claim, evidence) for claim in CLAIMS)
