"""Checks of how refinement affects images: borderline examples and unrolling (sections 4.3 and 4.4, figures 6, 7 and 20).

A group's values are pooled over seeds, each seed with its own group; the images are resampled for all seeds together.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from iterscope.paper.evidence import GROUPS, SPLITS, Evidence, Followed, Group, Net, Slot, Split, Unrolled
from iterscope.paper.measures import (
    RULE_OF_THREE,
    Measurement,
    measured,
    need,
    net,
    number,
    over_seeds,
    percent,
    points,
    ratio,
)
from iterscope.paper.resampling import Floats, defined_images, resampled_means

NET: Literal["original"] = "original"
"""Sections 4.3 and 4.4 are about ResNet-110 only."""
SLOT: Slot = "first"
EXPLOSION = 10.0
"""An order of magnitude."""


def followed_means(found: Followed, value: str, group: Group, split: Split) -> tuple[Floats, Floats, int]:
    """(D, T) of a group over all seeds, (R, T) of each seed with images in the group, and the number of different images in it.

    NaN where an image of the group has no value: it has diverged, and a mean without it would be one of other images than before.
    """
    members, values = found.members(group), getattr(found, value)
    means = resampled_means(values, members, split)
    means = np.where((np.isnan(values) & members[:, None]).any(-1), np.nan, means)
    sizes = resampled_means(members[:, None].astype(np.float32), stream=split)
    with np.errstate(invalid="ignore", divide="ignore"):
        pooled = np.where(sizes > 0, means * sizes, 0.0).sum(1) / sizes.sum(1)
    return pooled, means[0][members.any(1)], int(members.any(0).sum())


def _sizes(found: Followed, group: Group) -> str:
    """How many images are in the group: of each seed, because each network has borderline images of its own."""
    sizes = [str(int(size)) for size in found.members(group).sum(1)]
    return sizes[0] if len(set(sizes)) == 1 else f"{', '.join(sizes[:-1])} and {sizes[-1]}"


def _exits(evidence: Evidence, split: Split) -> tuple[Net, Followed]:
    one = net(evidence, NET, SLOT)
    found = measured(one.exits, split, "borderline examples along the last blocks", one)
    need(found.correct.shape[1] > 1, "the last stage has a single block, so images can't be followed along it", one)
    return one, found


def _unrolled(evidence: Evidence, split: Split, scaled: bool) -> tuple[Net, Unrolled]:
    one = net(evidence, NET, SLOT)
    found = one.unrolled_scaled if scaled else one.unrolled
    return one, measured(found, split, "scaled unrolling" if scaled else "unrolling without scaling", one)


def _changed(
    one: Net, found: Followed, group: Group, split: Split, position: int
) -> tuple[Floats, Floats, Floats, int]:
    """The change of a group's accuracy from its first entry to another: draws (D,), seeds (R,), accuracies (T,), images."""
    draws, seeds, images = followed_means(found, "correct", group, split)
    need(images, f"there are no {group} images (n = 0)", one)
    return draws[:, position] - draws[:, 0], seeds[:, position] - seeds[:, 0], draws[0], images


def borderline_corrected(evidence: Evidence) -> Measurement:
    """The next block raises the borderline group's accuracy by more than a tenth; less would hardly be a significant part of the group."""
    one, found = _exits(evidence, "validation")
    gain, seeds, accuracy, images = _changed(one, found, "borderline", "validation", 1)
    group = _sizes(found, "borderline")
    text = f"{percent(accuracy[0])} → {percent(accuracy[1])} of {group} borderline images are correct after one more block of {one.label}"
    return Measurement(gain, seeds, ">", 0.1, text, (one,), images, resolution=RULE_OF_THREE / images)


def overall_alike(evidence: Evidence) -> Measurement:
    """Accuracy on all images changes by less than 5 points over the last five blocks: half of what is required of the borderline group."""
    one, found = _exits(evidence, "validation")
    change, seeds, accuracy, images = _changed(one, found, "all", "validation", -1)
    text = (
        f"{percent(accuracy[0])} → {percent(accuracy[-1])} of all {images} images are correct over the last {found.correct.shape[1]} "
        f"blocks of {one.label}"
    )
    return Measurement(
        np.abs(change), np.abs(seeds), "<", 0.05, text, (one,), images, resolution=RULE_OF_THREE / images
    )


def entropy_falls(evidence: Evidence) -> Measurement:
    """The largest change of a group's entropy over the last five blocks is below 0: it falls in all three groups."""
    one, found = _exits(evidence, "validation")
    rows, sizes, each_seed = [], [], []
    for group in GROUPS:
        draws, seeds, images = followed_means(found, "entropy", group, "validation")
        need(images, f"there are no {group} images (n = 0)", one)
        rows.append(draws[:, -1] - draws[:, 0])
        sizes.append(images)
        each_seed.append(seeds[:, -1] - seeds[:, 0])
    changes = np.stack(rows, 1)
    text = ", ".join(f"{group} {number(float(value))}" for group, value in zip(GROUPS, changes[0], strict=True))
    seeded = np.stack([seeds[: min(map(len, each_seed))] for seeds in each_seed]).max(0)
    return Measurement(
        changes.max(1),
        seeded,
        "<",
        0.0,
        f"change of entropy in nats, {one.label}: {text}",
        (one,),
        min(sizes),
        rows=changes,
    )


def training_loss_falls(evidence: Evidence) -> Measurement:
    """The largest change of the training loss from one of the last blocks to the next is below 0: it falls at every block."""
    one, found = _exits(evidence, "train")
    draws, seeds, images = followed_means(found, "loss", "all", "train")
    steps = np.diff(draws, axis=1)
    text = f"training loss {' → '.join(number(float(value), 4) for value in draws[0])} along the last blocks of {one.label}"
    return Measurement(steps.max(1), np.diff(seeds, axis=1).max(1), "<", 0.0, text, (one,), images, rows=steps)


def test_loss_rises(evidence: Evidence) -> Measurement:
    """The validation loss after the last block is above that before it: "test sets loss increases after last block"; no size, hence 0."""
    one, found = _exits(evidence, "validation")
    draws, seeds, images = followed_means(found, "loss", "all", "validation")
    text = f"validation loss {number(float(draws[0, -2]), 4)} → {number(float(draws[0, -1]), 4)} at the last block of {one.label}"
    return Measurement(draws[:, -1] - draws[:, -2], seeds[:, -1] - seeds[:, -2], ">", 0.0, text, (one,), images)


def correct_loss_worsens(evidence: Evidence) -> Measurement:
    """The loss of images that were already correct is higher after the last five blocks than before: figure 6's caption names no size,
    hence 0.
    """
    one, found = _exits(evidence, "validation")
    draws, seeds, images = followed_means(found, "loss", "correct", "validation")
    need(images, "there are no correct images (n = 0)", one)
    group = _sizes(found, "correct")
    text = f"loss {number(float(draws[0, 0]), 4)} → {number(float(draws[0, -1]), 4)} of {group} already correct images of {one.label}"
    return Measurement(draws[:, -1] - draws[:, 0], seeds[:, -1] - seeds[:, 0], ">", 0.0, text, (one,), images)


def unrolled_borderline_gain(evidence: Evidence) -> Measurement:
    """The borderline group's accuracy after all additional steps is above that of the untouched network, beyond chance."""
    one, found = _unrolled(evidence, "validation", scaled=True)
    gain, seeds, accuracy, images = _changed(one, found.followed, "borderline", "validation", -1)
    text = (
        f"{percent(accuracy[0])} → {percent(accuracy[-1])} of {_sizes(found.followed, 'borderline')} borderline images are correct "
        f"after {found.cosine.shape[1]} additional steps of {one.label} ({_scales(found)})"
    )
    return Measurement(gain, seeds, ">", 0.0, text, (one,), images, resolution=RULE_OF_THREE / images)


def unrolled_accuracy_kept(evidence: Evidence) -> Measurement:
    """The accuracy on all images falls by less than a point. The paper's rises slightly; a smaller fall still counts as preserved."""
    one, found = _unrolled(evidence, "validation", scaled=True)
    gain, seeds, accuracy, images = _changed(one, found.followed, "all", "validation", -1)
    text = (
        f"{percent(accuracy[0])} → {percent(accuracy[-1])} ({points(float(gain[0]))}) of all {images} images are correct "
        f"after {found.cosine.shape[1]} additional steps of {one.label} ({_scales(found)})"
    )
    return Measurement(
        gain, seeds, ">", -0.01, text, (one,), images, resolution=RULE_OF_THREE / images, trivial=_edge(found)
    )


def unrolled_training_loss(evidence: Evidence) -> Measurement:
    """The training loss after all additional steps, divided by the untouched network's, is below 1; the paper's is 0.0010 / 0.0012."""
    one, found = _unrolled(evidence, "train", scaled=True)
    return _loss_ratio(
        one, found, "train", "<", trivial=_edge(found), note="α was chosen on the other half of the training images"
    )


def unrolled_test_loss(evidence: Evidence) -> Measurement:
    """The validation loss after all additional steps, divided by the untouched network's, is above 1: "it increased on test set"."""
    one, found = _unrolled(evidence, "validation", scaled=True)
    return _loss_ratio(one, found, "validation", ">")


def _loss_ratio(
    one: Net,
    found: Unrolled,
    split: Split,
    comparison: Literal["<", ">"],
    trivial: str | None = None,
    note: str | None = None,
) -> Measurement:
    draws, seeds, images = followed_means(found.followed, "loss", "all", split)
    which = "training" if split == "train" else split
    text = f"{which} loss {number(float(draws[0, 0]), 4)} → {number(float(draws[0, -1]), 4)} on {one.label} ({_scales(found)})"
    return Measurement(
        ratio(draws[:, -1], draws[:, 0]), ratio(seeds[:, -1], seeds[:, 0]), comparison, 1.0, text, (one,), images,
        note=note, trivial=trivial,
    )  # fmt: skip


def unrolled_cosine(evidence: Evidence, *, scaled: bool, steps: int | None) -> Measurement:
    """The largest mean cosine of the additional steps that the claim names is below 0, on training and validation images."""
    rows, each_seed, negative, images = [], [], [], []
    for split in SPLITS:
        one, found = _unrolled(evidence, split, scaled)
        means = resampled_means(found.cosine, stream=split)
        curve = means[0].mean(0)
        first = next((step for step, value in enumerate(curve) if not value < 0), len(curve))
        negative.append(f"the first {first} of {len(curve)} ({split})")
        rows.append(means[:, :, :steps].mean(1))
        each_seed.append(means[0, :, :steps])
        images.append(defined_images(found.cosine[:, :steps]))
    every = np.concatenate(rows, 1)
    which = "scaled" if scaled else "unscaled"
    text = (
        f"the cosine is negative in {' and '.join(negative)} {which} additional steps of {one.label}; "
        f"the largest mean is {number(float(every[0].max()))}"
    )
    seeds = np.concatenate(each_seed, 1).max(1)
    trivial = _edge(found) if scaled else None
    return Measurement(every.max(1), seeds, "<", 0.0, text, (one,), min(images), rows=every, trivial=trivial)


def unrolled_explodes(evidence: Evidence) -> Measurement:
    """Without scaling, ‖h‖ grows over ten times along the additional steps: an order of magnitude, not what a few more blocks add."""
    one, found = _unrolled(evidence, "validation", scaled=False)
    draws, seeds = over_seeds(resampled_means(found.growth)[:, :, 0])
    text = f"‖h‖ grows {number(float(draws[0]), 2)}-fold along {found.cosine.shape[1]} unscaled additional steps of {one.label}"
    return Measurement(draws, seeds, ">", EXPLOSION, text, (one,), defined_images(found.growth))


def _scales(found: Unrolled) -> str:
    return "factor " + ", ".join(f"{scale:g}" for scale in sorted(set(found.scales)))


def _edge(found: Unrolled) -> str | None:
    if not found.at_grid_edge:
        return None
    return f"α is the smallest value of the grid ({min(found.scales):g}): the steps hardly change anything, whatever the network does"
