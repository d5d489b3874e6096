"""Checks of how refinement affects images: borderline examples and unrolling (sections 4.3 and 4.4, figures 6, 7 and 20)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Literal

from iterscope.paper.evidence import GROUPS, SPLITS, Evidence, Followed, Group, Net, Slot, Split, Unrolled
from iterscope.paper.intervals import Interval, paired_shares, two_shares
from iterscope.paper.measures import Measurement, largest, measured, net, number, percent, points, ratio

NET: Literal["original"] = "original"
"""Sections 4.3 and 4.4 are about ResNet-110 only."""
SLOT: Slot = "first"


def change(followed: Followed, position: int) -> tuple[float, Interval]:
    """Change of a group's accuracy from its first entry to another, with an interval over its images.

    The interval is paired (Agresti and Min) if it is known which images changed; else it combines the two groups' intervals (Newcombe),
    which is wider.
    """
    if followed.n == 0:
        return math.nan, (math.nan, math.nan)
    before, after = followed.accuracy(0), followed.accuracy(position)
    if followed.gained and followed.lost:
        return after - before, paired_shares(followed.gained[position], followed.lost[position], followed.n)
    return after - before, two_shares(before, followed.n, after, followed.n)


def _exits(evidence: Evidence, split: Split) -> tuple[Net, Mapping[Group, Followed]]:
    one = net(evidence, NET, SLOT)
    return one, measured(one.exits, split, "borderline examples along the last blocks", one)


def _unrolled(evidence: Evidence, split: Split, scaled: bool) -> tuple[Net, Unrolled]:
    one = net(evidence, NET, SLOT)
    found = one.unrolled_scaled if scaled else one.unrolled
    return one, measured(found, split, "scaled unrolling" if scaled else "unrolling without scaling", one)


def borderline_corrected(evidence: Evidence) -> Measurement:
    """The next block raises the borderline group's accuracy by more than a tenth; less would hardly be a significant part of the group."""
    one, groups = _exits(evidence, "validation")
    group = groups["borderline"]
    gain, interval = change(group, 1)
    text = (
        f"{percent(group.accuracy(0))} → {percent(group.accuracy(1))} of {group.n} borderline images are correct "
        f"after one more block of {one.label}"
    )
    return Measurement(gain, ">", 0.1, text, (one,), interval=interval, images=group.n, note=_empty(group))


def overall_alike(evidence: Evidence) -> Measurement:
    """Accuracy on all images changes by less than 5 points over the last five blocks: half of what is required of the borderline group."""
    one, groups = _exits(evidence, "validation")
    group = groups["all"]
    before, after = group.accuracy(0), group.accuracy(-1)
    text = f"{percent(before)} → {percent(after)} of all {group.n} images are correct over the last five blocks of {one.label}"
    return Measurement(abs(after - before), "<", 0.05, text, (one,), images=group.n)


def entropy_falls(evidence: Evidence) -> Measurement:
    """The largest change of a group's entropy over the last five blocks is below 0: it falls in every group that has images."""
    one, groups = _exits(evidence, "validation")
    changes = {name: groups[name].entropy[-1] - groups[name].entropy[0] for name in GROUPS if groups[name].n}
    text = ", ".join(f"{name} {number(value)}" for name, value in changes.items())
    return Measurement(
        largest(list(changes.values())), "<", 0.0, f"change of entropy in nats, {one.label}: {text}", (one,)
    )


def training_loss_falls(evidence: Evidence) -> Measurement:
    """The largest change of the training loss from one of the last blocks to the next is below 0: it falls at every block."""
    one, groups = _exits(evidence, "train")
    loss = groups["all"].loss
    worst = largest([after - before for before, after in pairwise(loss)])
    text = f"training loss {' → '.join(number(value, 4) for value in loss)} along the last blocks of {one.label}"
    return Measurement(worst, "<", 0.0, text, (one,), images=groups["all"].n)


def unrolled_borderline_gain(evidence: Evidence) -> Measurement:
    """The borderline group's accuracy after all additional steps is above that of the untouched network, beyond chance."""
    one, found = _unrolled(evidence, "validation", scaled=True)
    group = found.groups["borderline"]
    gain, interval = change(group, -1)
    text = (
        f"{percent(group.accuracy(0))} → {percent(group.accuracy(-1))} of {group.n} borderline images are correct "
        f"after {len(found.cosine)} additional steps of {one.label} ({_scales(found)})"
    )
    return Measurement(gain, ">", 0.0, text, (one,), interval=interval, images=group.n, note=_empty(group))


def unrolled_accuracy_kept(evidence: Evidence) -> Measurement:
    """The accuracy on all images falls by less than a point. The paper's rises slightly; a smaller fall still counts as preserved."""
    one, found = _unrolled(evidence, "validation", scaled=True)
    group = found.groups["all"]
    gain, interval = change(group, -1)
    text = (
        f"{percent(group.accuracy(0))} → {percent(group.accuracy(-1))} ({points(gain)}) of all {group.n} images are correct "
        f"after {len(found.cosine)} additional steps of {one.label} ({_scales(found)})"
    )
    return Measurement(gain, ">", -0.01, text, (one,), interval=interval, images=group.n)


def unrolled_training_loss(evidence: Evidence) -> Measurement:
    """The training loss after all additional steps, divided by the untouched network's, is below 1; the paper's is 0.0010 / 0.0012."""
    one, found = _unrolled(evidence, "train", scaled=True)
    loss = found.groups["all"].loss
    text = f"training loss {number(loss[0], 4)} → {number(loss[-1], 4)} on {one.label} ({_scales(found)})"
    note = "the factor was chosen for the lowest training loss on 256 training images"
    return Measurement(ratio(loss[-1], loss[0]), "<", 1.0, text, (one,), images=found.groups["all"].n, note=note)


def unrolled_cosine(evidence: Evidence, *, scaled: bool, steps: int | None) -> Measurement:
    """The largest mean cosine of the first `steps` additional steps (None: of all) is below 0, on training and validation images."""
    values: list[float] = []
    negative = []
    for split in SPLITS:
        one, found = _unrolled(evidence, split, scaled)
        values += found.cosine[:steps]
        first = next((step for step, value in enumerate(found.cosine) if not value < 0), len(found.cosine))
        negative.append(f"the first {first} of {len(found.cosine)} ({split})")
    worst = largest(values)
    which = "scaled" if scaled else "unscaled"
    text = (
        f"the cosine is negative in {' and '.join(negative)} {which} additional steps of {one.label}; "
        f"the largest mean is {number(worst)}"
    )
    return Measurement(worst, "<", 0.0, text, (one,))


def _scales(found: Unrolled) -> str:
    return "factor " + ", ".join(f"{scale:g}" for scale in sorted(set(found.scales)))


def _empty(group: Followed) -> str | None:
    return "there are no borderline images (n = 0)" if group.n == 0 else None
