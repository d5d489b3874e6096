"""Checks of single blocks: cosine loss, ℓ2 ratio, drop and early exits (sections 4.1 and 4.2, appendices B and C).

All of them are about the network after its last epoch, on validation images, and about blocks that keep the shape.
"""

from __future__ import annotations

import math
from itertools import combinations, pairwise
from statistics import median

from iterscope.paper.evidence import Evidence, Net, NetName, Slot
from iterscope.paper.measures import (
    Measurement,
    largest,
    listing,
    logged,
    mean,
    measured,
    net,
    nets,
    number,
    of,
    percent,
    points,
    ratio,
)
from iterscope.probes.statistics import wilson_interval


def cosine_negative(evidence: Evidence, name: NetName, slot: Slot) -> Measurement:
    """The largest mean cosine of any block is below 0, because the paper says "all blocks" without exception."""
    one = net(evidence, name, slot)
    curve, blocks = measured(one.cosine, "validation", "cosine loss", one), one.identity_blocks
    worst = largest(of(curve, blocks))
    where = next((block for block in blocks if curve[block] == worst), None)
    negative = sum(curve[block] < 0 for block in blocks)
    note = None
    if where is not None and worst >= 0 and "validation" in one.cosine_std and one.images:
        error = one.cosine_std["validation"][where] / math.sqrt(one.images)
        if worst < 2 * error:
            note = f"the cosine of block {where} doesn't differ significantly from 0: two standard errors are {number(2 * error, 4)}"
    text = f"the cosine is negative in {negative} of {len(blocks)} blocks of {one.label}; the largest mean is {number(worst, 4)}"
    return Measurement(worst, "<", 0.0, text + ("" if where is None else f", in block {where}"), (one,), note=note)


def cosine_falls(evidence: Evidence, name: NetName, slot: Slot) -> Measurement:
    """The higher half's mean cosine is below the lower half's by 0.02: a fifth of the −0.1 in figure 6's caption."""
    one = net(evidence, name, slot)
    curve = measured(one.cosine, "validation", "cosine loss", one)
    higher, lower = mean(of(curve, one.higher_half)), mean(of(curve, one.lower_half))
    text = f"mean cosine {number(higher)} in the higher half, {number(lower)} in the lower half of {one.label}"
    return Measurement(higher - lower, "<", -0.02, text, (one,))


def first_ratio_largest(evidence: Evidence, name: NetName, slot: Slot) -> Measurement:
    """The first block's ℓ2 ratio, divided by the largest of all other blocks, is above 1: it is the largest."""
    one = net(evidence, name, slot)
    curve = measured(one.ratio, "validation", "ℓ2 ratio", one)
    others = largest(of(curve, [block for block in one.identity_blocks if block > 0]))
    text = (
        f"ℓ2 ratio {number(curve[0], 2)} in the first block, at most {number(others, 2)} in the others of {one.label}"
    )
    return Measurement(ratio(curve[0], others), ">", 1.0, text, (one,))


def first_ratio_milder(evidence: Evidence, name: NetName, other: NetName, slot: Slot) -> Measurement:
    """The first block's ratio divided by the mean of the rest, compared between two networks. The paper names no size, hence 1."""
    both = nets(evidence, (name, other), slot)
    mild, strong = (_concentration(each) for each in both)
    text = (
        f"the first block's ℓ2 ratio is {number(mild, 2)} times the others' mean in {both[0].label}, "
        f"{number(strong, 2)} times in {both[1].label}"
    )
    return Measurement(ratio(mild, strong), "<", 1.0, text, tuple(both))


def _concentration(one: Net) -> float:
    curve = measured(one.ratio, "validation", "ℓ2 ratio", one)
    return ratio(curve[0], mean(of(curve, [block for block in one.identity_blocks if block > 0])))


def higher_ratios_small(evidence: Evidence, name: NetName, slot: Slot) -> Measurement:
    """The higher half's mean ratio is below 0.5: F then turns h by at most 30°, close enough for a first-order expansion."""
    one = net(evidence, name, slot)
    higher = mean(of(measured(one.ratio, "validation", "ℓ2 ratio", one), one.higher_half))
    return Measurement(higher, "<", 0.5, f"mean ℓ2 ratio {number(higher)} in the higher half of {one.label}", (one,))


def first_drop(evidence: Evidence, name: NetName, slot: Slot, *, catastrophic: bool) -> Measurement:
    """The accuracy without the first block, as a share of the untouched network's.

    Catastrophic: less than half, so that more is lost than kept. Mild: more than nine tenths, because figure 3's axis of ResNet-110
    begins at 0.92. With Wilson's interval of the accuracy without the block.
    """
    one = net(evidence, name, slot)
    found = measured(one.dropped, "validation", "block drop", one)
    left, share = found.without[0], ratio(found.without[0], found.baseline)
    interval = (math.nan, math.nan)
    if not math.isnan(share):
        low, high = wilson_interval(round(left * found.images), found.images)
        interval = (low / found.baseline, high / found.baseline)
    text = f"accuracy is {percent(left)} without the first block of {one.label}, and {percent(found.baseline)} with it"
    comparison, threshold = ("<", 0.5) if catastrophic else (">", 0.9)
    return Measurement(
        share, "<" if comparison == "<" else ">", threshold, text, (one,), interval=interval, images=found.images
    )


def higher_drops_small(evidence: Evidence, names: tuple[NetName, ...], slot: Slot) -> Measurement:
    """The median loss of accuracy over the higher half is below 2 points ("most" blocks: the median), in the worst of the networks.

    Figure 3's axes resolve two points.
    """
    found = nets(evidence, names, slot)
    losses = []
    for each in found:
        dropped = measured(each.dropped, "validation", "block drop", each)
        losses.append(median(dropped.baseline - dropped.without[block] for block in each.higher_half))
    text = f"dropping a higher block costs {' and '.join(map(points, losses))} of accuracy (median over blocks) in {listing(found)}"
    images = min(each.dropped["validation"].images for each in found)
    return Measurement(largest(losses), "<", 0.02, text.replace("+", ""), tuple(found), images=images)


def exits_gradual(evidence: Evidence, name: NetName, slot: Slot) -> Measurement:
    """No single block of the last stage contributes more than half of the stage's rise in accuracy; otherwise it is a jump."""
    one = net(evidence, name, slot)
    curve = of(measured(one.exit_accuracy, "validation", "early exit accuracy", one), one.last_stage)
    rise, jump = curve[-1] - curve[0], largest([after - before for before, after in pairwise(curve)])
    share = ratio(jump, rise) if rise > 0 else math.nan
    text = (
        f"accuracy goes from {percent(curve[0])} to {percent(curve[-1])} over the {len(curve)} blocks of the last stage of {one.label}; "
        f"the largest gain of a single block is {points(jump)}"
    )
    note = "accuracy does not rise" if rise <= 0 else None
    return Measurement(share, "<", 0.5, text, (one,), note=note)


def exits_rise(evidence: Evidence, name: NetName, slot: Slot) -> Measurement:
    """Kendall's τ of accuracy against depth over the last stage is above 0.5: three of four pairs of blocks are in order.

    The threshold isn't 1, because near the output accuracy is constant, and single images change the order of neighbouring blocks.
    """
    one = net(evidence, name, slot)
    curve = of(measured(one.exit_accuracy, "validation", "early exit accuracy", one), one.last_stage)
    signs = [(after > before) - (after < before) for before, after in combinations(curve, 2)]
    tau = mean(signs) if not any(math.isnan(value) for value in curve) else math.nan
    text = f"Kendall's τ between depth and accuracy is {number(tau, 2)} over the {len(curve)} blocks of the last stage of {one.label}"
    return Measurement(tau, ">", 0.5, text, (one,))


def plugged_negative(evidence: Evidence, name: NetName, slot: Slot) -> Measurement:
    """After epoch 0, 95 % of all (epoch, block) pairs of the last stage have a negative cosine: "consistently" allows rare noise."""
    one = net(evidence, name, slot)
    rows = logged(one.plugged_by_epoch, "the cosine loss with the classifier plugged in", one)
    blocks = [block for block in one.last_stage if block in one.identity_blocks]
    values = [row[block] for epoch, row in zip(one.epochs, rows, strict=True) if epoch > 0 for block in blocks]
    share = sum(value < 0 for value in values) / len(values) if values else math.nan
    text = (
        f"the cosine is negative in {percent(share)} of {len(values)} values (blocks of the last stage × epochs) of {one.label}; "
        f"after the last epoch the mean is {number(mean(of(rows[-1], blocks)))}"
    )
    return Measurement(share, ">", 0.95, text, (one,))


def ratio_grows(evidence: Evidence, name: NetName, slot: Slot) -> Measurement:
    """The last stage's median of (ℓ2 ratio after the last epoch / after the first) is above 1: most blocks' ratio has grown."""
    one = net(evidence, name, slot)
    rows = [
        row for epoch, row in zip(one.epochs, logged(one.ratio_by_epoch, "the ℓ2 ratio", one), strict=True) if epoch > 0
    ]
    blocks = [block for block in one.last_stage if block in one.identity_blocks]
    changes = [ratio(rows[-1][block], rows[0][block]) for block in blocks] if len(rows) > 1 else []
    middle = median(changes) if changes and not any(map(math.isnan, changes)) else math.nan
    text = f"the ℓ2 ratio of the last stage's blocks changes by a factor of {number(middle, 2)} (median) in {one.label}"
    return Measurement(middle, ">", 1.0, text, (one,))
