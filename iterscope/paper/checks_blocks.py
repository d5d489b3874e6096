"""Checks of single blocks: cosine loss, ℓ2 ratio and drop (sections 4.1 and 4.2, appendix B).

All of them are about the network after its last epoch, on validation images, and about blocks that keep the shape.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from iterscope.paper.evidence import Evidence, Net, NetName, Slot, Split
from iterscope.paper.measures import (
    RULE_OF_THREE,
    Measurement,
    listing,
    measured,
    need,
    net,
    nets,
    number,
    over_seeds,
    paired,
    percent,
    points,
    ratio,
)
from iterscope.paper.resampling import Floats, defined_images, resampled_means

SLIGHT = 0.5
"""The ℓ2 ratio below which a block changes h only slightly: F then turns h by at most 30°."""


def block_means(one: Net, name: str, split: Split = "validation") -> tuple[Floats, int]:
    """(D, R, L) means of a value of every block after the last epoch, and on how many images they rest."""
    values = getattr(measured(one.blocks, split, "the blocks' cosine loss and ℓ2 ratio", one), name)
    return resampled_means(values, stream=split), defined_images(values)


def drop_means(one: Net) -> tuple[Floats, Floats, int]:
    """(D, R) accuracy of the untouched network, (D, R, L) without each block, and the number of images."""
    values = measured(one.dropped, "validation", "block drop", one)
    found = resampled_means(values)
    return found[:, :, 0], found[:, :, 1:], defined_images(values)


def first_seeds(values: Sequence[Floats]) -> list[Floats]:
    """The first axis (R, …) of each, cut to the number of seeds that all networks have."""
    count = min(len(each) for each in values)
    return [each[:count] for each in values]


def cosine_negative(evidence: Evidence, names: tuple[NetName, ...], slot: Slot) -> Measurement:
    """The largest mean cosine of any block is below 0, because the paper says "all blocks" without exception."""
    found = nets(evidence, names, slot)
    curves, images = zip(*(block_means(one, "cosine") for one in found), strict=True)
    kept = [curve[:, :, list(one.identity_blocks)] for curve, one in zip(curves, found, strict=True)]
    rows = np.concatenate([curve.mean(1) for curve in kept], axis=1)
    need(rows.shape[1], "no block keeps the shape", *found)
    seeds = np.concatenate(first_seeds([curve[0] for curve in kept]), axis=1).max(1)
    where = [(one, block) for one in found for block in one.identity_blocks][int(np.nanargmax(_filled(rows[0])))]
    text = (
        f"the cosine is negative in {int((rows[0] < 0).sum())} of {rows.shape[1]} blocks of {listing(found)}; "
        f"the largest mean is {number(float(rows[0].max()), 4)}, in block {where[1]}"
    )
    if len(found) > 1:
        text += f" of {where[0].network}"
    return Measurement(rows.max(1), seeds, "<", 0.0, text, found, min(images), rows=rows)


def _filled(row: Floats) -> Floats:
    return np.where(np.isnan(row), -math.inf, row)


def cosine_falls(evidence: Evidence, name: NetName, slot: Slot) -> Measurement:
    """The higher half's mean cosine is below the lower half's by 0.02: a fifth of the −0.1 in figure 6's caption."""
    one = net(evidence, name, slot)
    curve, images = block_means(one, "cosine")
    need(len(one.identity_blocks) > 1, "fewer than two blocks keep the shape", one)
    higher, lower = curve[:, :, list(one.higher_half)].mean(2), curve[:, :, list(one.lower_half)].mean(2)
    text = (
        f"mean cosine {number(float(higher[0].mean()))} in the higher half, {number(float(lower[0].mean()))} in the lower half "
        f"of {one.label}"
    )
    return Measurement(*over_seeds(higher - lower), "<", -0.02, text, (one,), images)


def first_ratio_largest(evidence: Evidence, name: NetName, slot: Slot) -> Measurement:
    """The first block's ℓ2 ratio is the largest, and significant: the smaller of (ratio of the first block / largest of all others) and
    (ratio of the first block / 0.5) is above 1.

    The paper says "significantly (up to twice the norm)". Below 0.5 a change counts as slight, as in the claim about the
    higher blocks.
    """
    one = net(evidence, name, slot)
    curve, images = block_means(one, "ratio")
    others = [block for block in one.identity_blocks if block > 0]
    need(others, "there is no block to compare the first one with", one)
    largest = curve[:, :, others].max(2)
    statistic = np.minimum(ratio(curve[:, :, 0], largest), curve[:, :, 0] / SLIGHT)
    text = (
        f"ℓ2 ratio {number(float(curve[0, :, 0].mean()), 2)} in the first block, at most {number(float(largest[0].mean()), 2)} "
        f"in the others of {one.label}"
    )
    return Measurement(*over_seeds(statistic), ">", 1.0, text, (one,), images)


def first_ratio_milder(evidence: Evidence, name: NetName, other: NetName, slot: Slot) -> Measurement:
    """The first block's ratio divided by the mean of the rest, compared between two networks. The paper names no size, hence 1."""
    both = nets(evidence, (name, other), slot)
    (mild, images), (strong, _) = (_concentration(each) for each in both)
    draws, seeds = paired(mild, strong)
    text = (
        f"the first block's ℓ2 ratio is {number(float(draws[0, 0]), 2)} times the others' mean in {both[0].label}, "
        f"{number(float(draws[0, 1]), 2)} times in {both[1].label}"
    )
    return Measurement(ratio(*draws.T), ratio(*seeds.T), "<", 1.0, text, both, images)


def _concentration(one: Net) -> tuple[Floats, int]:
    curve, images = block_means(one, "ratio")
    others = [block for block in one.identity_blocks if block > 0]
    need(others, "there is no block to compare the first one with", one)
    return ratio(curve[:, :, 0], curve[:, :, others].mean(2)), images


def higher_ratios_small(evidence: Evidence, name: NetName, slot: Slot) -> Measurement:
    """The higher half's mean ratio is below 0.5: F then turns h by at most 30°, close enough for a first-order expansion."""
    one = net(evidence, name, slot)
    curve, images = block_means(one, "ratio")
    higher = curve[:, :, list(one.higher_half)].mean(2)
    text = f"mean ℓ2 ratio {number(float(higher[0].mean()))} in the higher half of {one.label}"
    return Measurement(*over_seeds(higher), "<", SLIGHT, text, (one,), images)


def curves_overlap(evidence: Evidence, names: tuple[NetName, ...], slot: Slot) -> Measurement:
    """The ℓ2 ratio on training and validation images differs by less than a tenth of itself, on average over blocks, in every network:
    two lines that a figure of this size shows as one.
    """
    found = nets(evidence, names, slot)
    rows, seeds, images = [], [], []
    for one in found:
        kept = list(one.identity_blocks)
        train, first = block_means(one, "ratio", "train")
        validation, second = block_means(one, "ratio")
        apart = np.abs(ratio(train[:, :, kept], validation[:, :, kept]) - 1).mean(2)
        rows.append(apart.mean(1))
        seeds.append(apart[0])
        images += [first, second]
    each = np.stack(rows, 1)
    text = f"the ℓ2 ratios on training and validation images differ by {', '.join(map(percent, each[0]))} in {listing(found)}"
    return Measurement(each.max(1), np.stack(first_seeds(seeds)).max(0), "<", 0.1, text, found, min(images), rows=each)


def shortcuts_represent(evidence: Evidence, names: tuple[NetName, ...], slot: Slot) -> Measurement:
    """In every block with a shortcut convolution ‖F‖ is below ‖s‖: the shortcut, not the branch, gives most of the new representation."""
    found = nets(evidence, names, slot)
    rows, seeds, images = [], [], []
    for one in found:
        changing = [block for block, changes in enumerate(one.projections) if changes]
        need(changing, "there is no shortcut convolution", one)
        curve, count = block_means(one, "ratio")
        rows.append(curve[:, :, changing].mean(1))
        seeds.append(curve[0, :, changing].T)
        images.append(count)
    each = np.concatenate(rows, 1)
    text = f"‖F‖/‖s‖ is {', '.join(number(value, 2) for value in each[0])} in the blocks with a shortcut convolution of {listing(found)}"
    seeded = np.concatenate(first_seeds(seeds), 1).max(1)
    return Measurement(each.max(1), seeded, "<", 1.0, text, found, min(images), rows=each)


def first_drop(evidence: Evidence, name: NetName, slot: Slot) -> Measurement:
    """The accuracy without the first block is less than half of the untouched network's: more is lost than kept, a catastrophe."""
    one = net(evidence, name, slot)
    whole, without, images = drop_means(one)
    text = (
        f"accuracy is {percent(float(without[0, :, 0].mean()))} without the first block of {one.label}, "
        f"and {percent(float(whole[0].mean()))} with it"
    )
    share = ratio(without[:, :, 0], whole)
    return Measurement(*over_seeds(share), "<", 0.5, text, (one,), images, resolution=RULE_OF_THREE / images)


def drops_mild(evidence: Evidence, name: NetName, slot: Slot) -> Measurement:
    """Without any single block, the accuracy is more than nine tenths of the untouched network's: figure 3's axis of ResNet-110 begins
    at 0.92. The smallest share of any block decides, not that of the first block.
    """
    one = net(evidence, name, slot)
    whole, without, images = drop_means(one)
    kept = list(one.identity_blocks)
    need(kept, "no block keeps the shape", one)
    share = ratio(without[:, :, kept], whole[:, :, None])
    rows = share.mean(1)
    worst = kept[int(np.argmin(rows[0]))]
    text = (
        f"accuracy is {percent(float(without[0, :, worst].mean()))} without block {worst}, the one that costs most, of {one.label}, "
        f"and {percent(float(whole[0].mean()))} with it"
    )
    return Measurement(
        rows.min(1), share[0].min(1), ">", 0.9, text, (one,), images, rows=rows, lowest=True,
        resolution=RULE_OF_THREE / images,
    )  # fmt: skip


def higher_drops_small(evidence: Evidence, names: tuple[NetName, ...], slot: Slot) -> Measurement:
    """The median loss of accuracy over the higher half is below 2 points ("most" blocks: the median), in the worst of the networks.

    Figure 3's axes resolve two points.
    """
    found = nets(evidence, names, slot)
    rows, seeds, images = [], [], []
    for each in found:
        whole, without, count = drop_means(each)
        loss = np.median(whole[:, :, None] - without[:, :, list(each.higher_half)], axis=2)
        rows.append(loss.mean(1))
        seeds.append(loss[0])
        images.append(count)
    losses = np.stack(rows, 1)
    costs = " and ".join(points(float(value)).replace("+", "") for value in losses[0])
    text = f"dropping a higher block costs {costs} of accuracy (median over blocks) in {listing(found)}"
    return Measurement(
        losses.max(1), np.stack(first_seeds(seeds)).max(0), "<", 0.02, text, found, min(images), rows=losses,
        resolution=RULE_OF_THREE / min(images),
    )  # fmt: skip
