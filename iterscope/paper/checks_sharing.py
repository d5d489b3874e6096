"""Checks of shared residual blocks (section 4.5, figures 8 and 9, table 1)."""

from __future__ import annotations

from statistics import median

from iterscope.paper.evidence import Evidence, Net, NetName, Slot
from iterscope.paper.measures import (
    Measurement,
    accuracy_difference,
    largest,
    logged,
    mean,
    measured,
    net,
    nets,
    number,
    percent,
    points,
    ratio,
)

SLOT: Slot = "first"


def _growth(one: Net) -> float:
    """The factor by which ‖h‖ grows from the first block to its largest value, before training."""
    norms = logged(one.initial_norm, "the activation norm of the untrained network", one)
    return ratio(largest(norms), norms[0])


def explosion(evidence: Evidence) -> Measurement:
    """At initialisation ‖h‖ grows over ten times as much as in the unshared network with as many parameters: an order of magnitude.

    The shared network is also the deeper one, as in the paper; the growth per block, in the text, doesn't depend on depth.
    """
    both = nets(evidence, ("shared-naive", "baseline"), SLOT)
    shared, baseline = map(_growth, both)
    each = [growth ** (1 / max(len(one.stages) - 1, 1)) for growth, one in zip((shared, baseline), both, strict=True)]
    text = (
        f"‖h‖ grows {number(shared, 1)}-fold in {both[0].label} ({number(each[0], 2)} per block), "
        f"{number(baseline, 1)}-fold in {both[1].label} ({number(each[1], 2)} per block)"
    )
    return Measurement(ratio(shared, baseline), ">", 10.0, text, tuple(both))


def gradient_ratio(evidence: Evidence) -> Measurement:
    """The median gradient norm ratio over the epochs is more than twice the unshared network's: the paper calls it significantly larger."""
    both = nets(evidence, ("shared-naive", "baseline"), SLOT)
    shared, baseline = (median(logged(one.gradient_ratio, "the gradient norm ratio", one)) for one in both)
    text = (
        f"the gradient norm ratio is {number(shared, 2)} in {both[0].label}, {number(baseline, 2)} in {both[1].label} "
        "(median over epochs)"
    )
    return Measurement(ratio(shared, baseline), ">", 2.0, text, tuple(both))


def validation(evidence: Evidence, worse: NetName, better: NetName) -> Measurement:
    """One network's validation accuracy is above another's, beyond chance."""
    both = nets(evidence, (worse, better), SLOT)
    difference, interval, images = accuracy_difference(both[0], both[1], "validation")
    text = " against ".join(
        f"{percent(mean(one.accuracy['validation']))} validation accuracy of {one.label}" for one in both[::-1]
    )
    return Measurement(
        difference, ">", 0.0, f"{text}: {points(difference)}", tuple(both), interval, images, _one_seed(both)
    )


def training_alike(evidence: Evidence) -> Measurement:
    """With naive sharing, the training accuracy is at most two points below the unshared network's: the network doesn't underfit."""
    both = nets(evidence, ("shared-naive", "baseline"), SLOT)
    shared, baseline = (mean(measured(one.accuracy, "train", "training accuracy", one)) for one in both)
    text = f"{percent(shared)} training accuracy of {both[0].label}, {percent(baseline)} of {both[1].label}"
    return Measurement(shared - baseline, ">", -0.02, text, tuple(both))


def explosion_tamed(evidence: Evidence) -> Measurement:
    """With UBN, ‖h‖ grows less than a tenth as much as with naive sharing: an order of magnitude."""
    both = nets(evidence, ("shared-ubn", "shared-naive"), SLOT)
    tamed, naive = map(_growth, both)
    text = f"‖h‖ grows {number(tamed, 1)}-fold in {both[0].label}, {number(naive, 1)}-fold in {both[1].label}"
    return Measurement(ratio(tamed, naive), "<", 0.1, text, tuple(both))


def statistics_matter_most(evidence: Evidence) -> Measurement:
    """Of the three strategies alone, unshared statistics reach the best validation accuracy: above the better of the other two."""
    alone = net(evidence, "shared-statistics", SLOT)
    others = nets(evidence, ("shared-gamma", "shared-affine"), SLOT)
    best = max(others, key=lambda one: mean(measured(one.accuracy, "validation", "accuracy", one)))
    difference, interval, images = accuracy_difference(best, alone, "validation")
    text = (
        f"{percent(mean(alone.accuracy['validation']))} validation accuracy of {alone.label}; "
        f"the better of the other two is {best.label} with {percent(mean(best.accuracy['validation']))}"
    )
    found = (alone, *others)
    return Measurement(difference, ">", 0.0, text, found, interval, images, _one_seed(found))


def _one_seed(found: tuple[Net, ...] | list[Net]) -> str | None:
    if min(one.runs for one in found) > 1:
        return None
    return "one seed: the interval is over images and does not cover variation between seeds"
