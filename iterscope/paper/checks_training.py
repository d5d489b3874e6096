"""Checks of the last stage's blocks, after training and over its epochs (section 4.2, appendices C and D; figures 5 and 13 to 19).

The head is applied directly after each block of the last stage. All values are of validation images, from checkpoints.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from iterscope.paper.checks_blocks import block_means, first_seeds
from iterscope.paper.evidence import Blocks, Evidence, Net, NetName, Slot
from iterscope.paper.measures import (
    Measurement,
    NotYet,
    listing,
    need,
    net,
    nets,
    number,
    over_seeds,
    percent,
    points,
    ratio,
)
from iterscope.paper.resampling import Floats, defined_images, resampled_means


def exits_gradual(evidence: Evidence, name: NetName, slot: Slot) -> Measurement:
    """No single block of the last stage contributes more than half of the stage's rise in accuracy; otherwise it is a jump."""
    one, curve, images = _exits(evidence, name, slot)
    # The largest of fewer than three gains makes up at least half of the rise, however gradual it is.
    need(
        curve.shape[2] > 3,
        f"the last stage has {curve.shape[2]} blocks, too few to tell a gradual rise from a jump",
        one,
    )
    rise, jump = curve[:, :, -1] - curve[:, :, 0], np.diff(curve, axis=2).max(2)
    need(float(rise[0].mean()) > 0, "accuracy does not rise over the last stage", one)
    share = ratio(jump.mean(1, keepdims=True), rise.mean(1, keepdims=True))
    text = (
        f"accuracy goes from {percent(float(curve[0, :, 0].mean()))} to {percent(float(curve[0, :, -1].mean()))} over the "
        f"{curve.shape[2]} blocks of the last stage of {one.label}; the largest gain of a single block is {points(float(jump[0].mean()))}"
    )
    seeds = ratio(jump[0], np.where(rise[0] > 0, rise[0], np.nan))
    return Measurement(share[:, 0], seeds, "<", 0.5, text, (one,), images)


def exits_rise(evidence: Evidence, name: NetName, slot: Slot) -> Measurement:
    """Kendall's τ of accuracy against depth over the last stage is above 0.5: three of four pairs of blocks are in order.

    The threshold isn't 1, because near the output accuracy is constant, and single images change the order of neighbouring blocks.
    """
    one, curve, images = _exits(evidence, name, slot)
    pairs = list(combinations(range(curve.shape[2]), 2))
    tau = np.stack([np.sign(curve[:, :, after] - curve[:, :, before]) for before, after in pairs], -1).mean(-1)
    text = (
        f"Kendall's τ between depth and accuracy is {number(float(tau[0].mean()), 2)} over the {curve.shape[2]} blocks "
        f"of the last stage of {one.label}"
    )
    return Measurement(*over_seeds(tau), ">", 0.5, text, (one,), images)


def _exits(evidence: Evidence, name: NetName, slot: Slot) -> tuple[Net, Floats, int]:
    one = net(evidence, name, slot)
    curve, images = block_means(one, "exit_correct")
    need(len(one.last_stage) > 1, "the last stage has a single block, so nothing can rise along it", one)
    return one, curve[:, :, list(one.last_stage)], images


def plugged_negative(evidence: Evidence, names: tuple[NetName, ...], slot: Slot) -> Measurement:
    """After epoch 0, 95 % of all (epoch, block) pairs of the last stage have a negative cosine, in the worst of the networks:
    "consistently" allows rare noise.
    """
    found = nets(evidence, names, slot)
    rows, seeds, texts, images = [], [], [], []
    for one in found:
        blocks, trained = _last_stage(one), trained_epochs(one, "the blocks")
        values = np.concatenate([resampled_means(each.plugged)[:, :, blocks] for each in trained], 2)
        negative = np.where(np.isnan(values), np.nan, values < 0).mean(2)
        rows.append(negative.mean(1))
        seeds.append(negative[0])
        images.append(min(defined_images(each.plugged[:, blocks]) for each in trained))
        texts.append(
            f"{percent(float(negative[0].mean()))} of {values.shape[2]} values of {one.label} "
            f"(mean after the last epoch {number(float(values[0, :, -len(blocks) :].mean()))})"
        )
    each = np.stack(rows, 1)
    text = f"the cosine is negative in {', '.join(texts)}: blocks of the last stage × epochs"
    return Measurement(
        each.min(1), np.stack(first_seeds(seeds)).min(0), ">", 0.95, text, found, min(images), rows=each, lowest=True
    )  # fmt: skip


def ratio_grows(evidence: Evidence, names: tuple[NetName, ...], slot: Slot) -> Measurement:
    """The last stage's median of (ℓ2 ratio after the last epoch / after the first that was kept) is above 1, in the worst of the
    networks: most blocks' ratio has grown.
    """
    found = nets(evidence, names, slot)
    rows, seeds, images = [], [], []
    for one in found:
        blocks, trained = _last_stage(one), trained_epochs(one, "the blocks")
        if len(trained) < 2:
            raise NotYet(f"only one trained epoch of {one.label} was kept", [one])
        first, last = (resampled_means(each.ratio)[:, :, blocks] for each in (trained[0], trained[-1]))
        change = np.median(ratio(last, first), axis=2)
        rows.append(change.mean(1))
        seeds.append(change[0])
        images.append(min(defined_images(each.ratio[:, blocks]) for each in (trained[0], trained[-1])))
    each = np.stack(rows, 1)
    factors = ", ".join(number(float(value), 2) for value in each[0])
    text = f"the ℓ2 ratio of the last stage's blocks changes by a factor of {factors} (median) in {listing(found)}"
    return Measurement(
        each.min(1), np.stack(first_seeds(seeds)).min(0), ">", 1.0, text, found, min(images), rows=each, lowest=True
    )


def _last_stage(one: Net) -> list[int]:
    blocks = [block for block in one.last_stage if block in one.identity_blocks]
    need(blocks, "no block of the last stage keeps the shape", one)
    return blocks


def trained_epochs(one: Net, what: str) -> list[Blocks]:
    """The kept epochs after epoch 0, in order. Raises NotYet if one of them hasn't been measured: it may be the one that contradicts."""
    found = [each for epoch, each in zip(one.epochs, one.by_epoch, strict=True) if epoch > 0]
    missing, kept = set(one.kept_epochs) - set(one.epochs), len(one.kept_epochs)
    if not found or missing:
        some = f"at {len(missing)} of the {kept} epochs that were kept" if found else "at its epochs"
        raise NotYet(f"{what} of {one.label} have not been measured {some} yet", [one])
    return found
