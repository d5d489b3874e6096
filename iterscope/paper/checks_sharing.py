"""Checks of shared residual blocks (section 4.5, figures 8 and 9, table 1).

Explosion is measured in untrained networks with batch statistics. In evaluation mode BatchNorm's running statistics are still 0 and 1, so
that even an unshared ResNet-110 "explodes", because of its depth. The control is the unshared network of the same depth, width and seed.
With batch statistics, unshared statistics and unshared γ and β can't act before training: every application normalises with its own batch
and has γ = 1 and β = 0 anyway. Only the small initial γ does. What unshared statistics do can be seen after training, in the accuracy that
is lost when running statistics replace batch statistics: with naive sharing one running mean has to serve all applications.
"""

from __future__ import annotations

import numpy as np

from iterscope.paper.checks_blocks import first_seeds
from iterscope.paper.checks_training import trained_epochs
from iterscope.paper.evidence import Evidence, Net, NetName, Slot
from iterscope.paper.measures import (
    RULE_OF_THREE,
    Measurement,
    known,
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
from iterscope.paper.resampling import Floats, defined_images, resampled_means, share_draws

SLOT: Slot = "first"
SINGLE: tuple[NetName, ...] = ("shared-gamma", "shared-statistics", "shared-affine")


def _growths(one: Net) -> tuple[Floats, Floats, int]:
    """(D, R) growth of ‖h‖ before training, and that of the control, and the number of images."""
    found = known(one.initial, "the activation norm of the untrained network", one)
    growth, control = (resampled_means(each, stream="train")[:, :, 0] for each in (found.growth, found.control))
    return growth, control, min(defined_images(found.growth), defined_images(found.control))


def explosion(evidence: Evidence) -> Measurement:
    """‖h‖ grows more than twice as much as in the unshared network of the same depth. With batch statistics n independent blocks let ‖h‖
    grow as √n and n equal ones at most as n, so for the 13 applications of a stage the factor can't be far above 3.6.
    """
    one = net(evidence, "shared-naive", SLOT)
    growth, control, images = _growths(one)
    text = (
        f"‖h‖ grows {number(float(growth[0].mean()), 2)}-fold in {one.label} before training, with batch statistics; "
        f"{number(float(control[0].mean()), 2)}-fold in the unshared network of the same depth"
    )
    return Measurement(*over_seeds(ratio(growth, control)), ">", 2.0, text, (one,), images, gate=())


def explosion_tamed(evidence: Evidence) -> Measurement:
    """With UBN, ‖h‖ grows less than half as much as with naive sharing; half is the reverse of what counts as explosion."""
    both = nets(evidence, ("shared-ubn", "shared-naive"), SLOT)
    (tamed, _, images), (naive, _, _) = map(_growths, both)
    draws, seeds = paired(tamed, naive)
    text = (
        f"‖h‖ grows {number(float(draws[0, 0]), 2)}-fold in {both[0].label} before training, "
        f"{number(float(draws[0, 1]), 2)}-fold in {both[1].label}"
    )
    note = "before training only the small initial γ acts: with batch statistics, unsharing statistics, γ and β changes nothing"
    return Measurement(ratio(*draws.T), ratio(*seeds.T), "<", 0.5, text, both, images, gate=(), note=note)


def gradient_ratio(evidence: Evidence) -> Measurement:
    """The median gradient norm ratio over the trained epochs is more than twice the unshared network's: the paper calls it significantly
    larger.
    """
    both = nets(evidence, ("shared-naive", "baseline"), SLOT)
    sides, images = [], []
    for one in both:
        kept = trained_epochs(one, "the gradient norm ratios")
        sides.append(np.median(np.concatenate([resampled_means(each.gradient_ratio) for each in kept], 2), axis=2))
        images.append(min(defined_images(each.gradient_ratio) for each in kept))
    draws, seeds = paired(*sides)
    text = (
        f"the gradient norm ratio is {number(float(draws[0, 0]), 2)} in {both[0].label}, {number(float(draws[0, 1]), 2)} in "
        f"{both[1].label} (median over epochs, validation images)"
    )
    return Measurement(ratio(*draws.T), ratio(*seeds.T), ">", 2.0, text, both, min(images))


def _accuracy(one: Net) -> tuple[Floats, int]:
    """(D, R) validation accuracy of the network's own output, and the number of images."""
    found = measured(one.exits, "validation", "the accuracy per image", one).correct
    return resampled_means(found[:, -1:])[:, :, 0], found.shape[-1]


def validation(evidence: Evidence, worse: NetName, better: NetName) -> Measurement:
    """One network's validation accuracy is above another's on the same images, beyond chance."""
    both = nets(evidence, (worse, better), SLOT)
    (low, images), (high, _) = map(_accuracy, both)
    draws, seeds = paired(low, high)
    difference = draws[:, 1] - draws[:, 0]
    text = (
        f"{percent(draws[0, 1])} validation accuracy of {both[1].label} against {percent(draws[0, 0])} validation accuracy of "
        f"{both[0].label}: {points(difference[0])}"
    )
    return Measurement(
        difference,
        seeds[:, 1] - seeds[:, 0],
        ">",
        0.0,
        text,
        both,
        images,
        gate=(both[1],),
        resolution=RULE_OF_THREE / images,
    )


def training_alike(evidence: Evidence) -> Measurement:
    """With naive sharing, the training accuracy is at most two points below the unshared network's: the network doesn't underfit.

    It is the accuracy that training reported, on augmented images; its interval is binomial, because single images weren't recorded.
    """
    both = nets(evidence, ("shared-naive", "baseline"), SLOT)
    sides, images = [], []
    for one in both:
        values = measured(one.accuracy, "train", "training accuracy", one)
        images.append(measured(one.split_images, "train", "the number of images", one))
        sides.append(
            np.stack([share_draws(value, images[-1], f"{one.label} {seed}") for seed, value in enumerate(values)], 1)
        )
    draws, seeds = paired(*sides)
    text = f"{percent(draws[0, 0])} training accuracy of {both[0].label}, {percent(draws[0, 1])} of {both[1].label}"
    return Measurement(
        draws[:, 0] - draws[:, 1], seeds[:, 0] - seeds[:, 1], ">", -0.02, text, both, min(images), gate=(both[1],)
    )


def statistics_matter_most(evidence: Evidence) -> Measurement:
    """Of the three strategies alone, unshared statistics reach the best validation accuracy: the smaller lead over the other two is
    above 0.
    """
    return _leads(evidence, "shared-statistics", ("shared-gamma", "shared-affine"))


def all_needed(evidence: Evidence) -> Measurement:
    """All strategies together (UBN) reach a higher validation accuracy than each of them alone: the smallest lead is above 0."""
    return _leads(evidence, "shared-ubn", SINGLE)


def _leads(evidence: Evidence, name: NetName, others: tuple[NetName, ...]) -> Measurement:
    """The smallest lead in validation accuracy of one network over others, on the same images."""
    best, rest = net(evidence, name, SLOT), nets(evidence, others, SLOT)
    whole, images = _accuracy(best)
    pairs = [paired(_accuracy(one)[0], whole) for one in rest]
    leads = np.stack([draws[:, 1] - draws[:, 0] for draws, _ in pairs], 1)
    seeds = np.stack(first_seeds([each[:, 1] - each[:, 0] for _, each in pairs])).min(0)
    text = f"{percent(float(whole[0].mean()))} validation accuracy of {best.label}: " + ", ".join(
        f"{points(float(lead))} against {one.network}" for lead, one in zip(leads[0], rest, strict=True)
    )
    return Measurement(
        leads.min(1), seeds, ">", 0.0, text, (best, *rest), images, gate=(best,), rows=leads, lowest=True,
        resolution=RULE_OF_THREE / images,
    )  # fmt: skip


def statistics_gap(evidence: Evidence) -> Measurement:
    """Naive sharing loses more accuracy than unshared statistics do when running statistics replace batch statistics: the difference of
    the two losses is above 0. The paper says that unsharing the statistics is "most crucial"; it gives no size.
    """
    both = nets(evidence, ("shared-statistics", "shared-naive"), SLOT)
    sides, images = [], []
    for one in both:
        batch = known(one.batch_correct, "the accuracy with batch statistics", one)
        running = known(one.running_correct, "the accuracy with running statistics", one)
        need(batch.shape == running.shape, "the two accuracies are of different images", one)
        sides.append(resampled_means(batch - running)[:, :, 0])
        images.append(batch.shape[-1])
    draws, seeds = paired(*sides)
    text = (
        f"running instead of batch statistics cost {points(float(draws[0, 1])).replace('+', '')} of accuracy in {both[1].label}, "
        f"{points(float(draws[0, 0])).replace('+', '')} in {both[0].label}"
    )
    return Measurement(
        draws[:, 1] - draws[:, 0], seeds[:, 1] - seeds[:, 0], ">", 0.0, text, both, min(images), gate=(both[0],),
        resolution=RULE_OF_THREE / min(images),
    )  # fmt: skip
