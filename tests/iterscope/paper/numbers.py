"""Evidence written by hand: networks that show everything the paper says, image by image, to be spoilt one number at a time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from iterscope.paper.evidence import SLOTS, Blocks, Evidence, Followed, Initial, Net, NetName, Slot, Unrolled, Values

NAN = math.nan
BLOCKS = 9
PROJECTIONS = (False, False, False, True, False, False, False, False, False)
EXITS = 4
"""The last stage."""
DATASETS: dict[Slot, str | None] = {"first": "digits", "second": "digit-pairs"}
SPLITS = ("train", "validation")
SEEDS = 3


def noisy(rows: Sequence[float], images: int, spread: float = 0.1) -> Values:
    """(SEEDS, rows, images) whose means are exactly these: half of the images lie above, half below; NaN stays NaN."""
    signs = np.where(np.arange(images) % 2, 1.0, -1.0)
    signs -= signs.mean()
    values = np.asarray(rows)[None, :, None] + spread * signs
    return np.repeat(values, SEEDS, 0).astype(np.float32)


def right(shares: Sequence[float], images: int, chosen: Sequence[int] | None = None) -> Values:
    """(SEEDS, rows, images) 0 or 1: this share of the chosen images (None: all) is right in each row, always the first of them."""
    chosen = range(images) if chosen is None else chosen
    values = np.zeros((SEEDS, len(shares), images), dtype=np.float32)
    for row, share in enumerate(shares):
        values[:, row, list(chosen)[: round(share * len(chosen))]] = 1
    return values


def blocks(images: int, **rows: Sequence[float]) -> Blocks:
    """Every block, with means as given or as the paper has them."""
    means: dict[str, Sequence[float]] = {
        "cosine": [-0.05 - 0.02 * block for block in range(BLOCKS)],
        "plugged": [*[NAN] * (BLOCKS - EXITS), *[-0.1] * EXITS],
        "ratio": [0.4, *[0.3] * (BLOCKS - 1)],
        "gradient_ratio": [1.0],
        **{name: values for name, values in rows.items() if name != "exits"},
    }
    exits = np.concatenate(
        [np.full((SEEDS, BLOCKS - EXITS, images), NAN), right(rows.get("exits", (0.6, 0.7, 0.8, 0.9)), images)], 1
    ).astype(np.float32)
    found = {name: noisy(values, images, 0.1 if name != "ratio" else 0.02) for name, values in means.items()}
    return Blocks(exit_correct=exits, **found)


def followed(
    images: int,
    borderline: Sequence[float],
    everyone: Sequence[float],
    loss: Sequence[float],
    entropy: Sequence[float],
    correct_loss: Sequence[float] | None = None,
) -> Followed:
    """The first tenth of the images are borderline; the last hundredth and so on are wrong. Group values as given."""
    few = max(images // 10, 1)
    correct = right(borderline, images, range(few))
    rest = range(few, images)
    others = right(
        [(share * images - row.sum()) / max(len(rest), 1) for share, row in zip(everyone, correct[0], strict=True)],
        images,
        rest,
    )
    correct = correct + others
    losses = noisy(loss, images, 0.02)
    if correct_loss is not None:
        first = correct[0, 0] > 0
        losses[:, :, first] = noisy(correct_loss, images, 0.02)[:, :, first]
    members = np.zeros((SEEDS, images), dtype=bool)
    members[:, :few] = True
    return Followed(correct, losses, noisy(entropy, images, 0.02), members)


def exits(images: int, **changes: Sequence[float]) -> dict[Any, Followed]:
    """Five exits: borderline images are corrected, the training loss falls, the validation loss rises at the last block."""
    good: dict[str, Sequence[float]] = {
        "borderline": (0.4, 0.7, 0.7, 0.7, 0.7),
        "everyone": (0.9, 0.905, 0.91, 0.91, 0.91),
        "entropy": (0.5, 0.4, 0.3, 0.25, 0.2),
    }
    validation = {"loss": (0.5, 0.45, 0.4, 0.35, 0.45), "correct_loss": (0.1, 0.12, 0.14, 0.16, 0.2)}
    return {
        "train": followed(images, **{**good, "loss": (0.5, 0.4, 0.3, 0.2, 0.1), **changes}),
        "validation": followed(images, **{**good, **validation, **changes}),
    }


def unrolled(
    images: int,
    cosine: Sequence[float] = (-0.1, -0.08, -0.06),
    growth: float = 30.0,
    edge: bool = False,
    **changes: Sequence[float],
) -> dict[Any, Unrolled]:
    """Three steps: borderline images are corrected, the training loss falls, the validation loss rises."""
    good: dict[str, Sequence[float]] = {"borderline": (0.4, 0.7), "everyone": (0.9, 0.91), "entropy": (0.3, 0.2)}
    losses = {"train": (0.5, 0.4), "validation": (0.5, 0.6)}
    return {
        split: Unrolled(
            followed(images, **{**good, "loss": losses[split], **changes}),
            noisy(cosine, images),
            noisy([growth], images, 0.1 * growth),
            (0.01 if edge else 0.1,) * SEEDS,
            edge,
        )
        for split in SPLITS
    }


@cache
def ideal_net(name: NetName, slot: Slot, images: int = 600) -> Net:
    """Nine blocks in three stages, trained for three epochs in three seeds."""
    stands_alone = name in ("single-representation", "average-pooling")
    accuracy = {"shared-naive": 0.75, "baseline": 0.85, "shared-ubn": 0.93, "shared-statistics": 0.88}.get(name, 0.80)
    losses = (0.7 if stands_alone else 0.02, *[0.02] * 3, *[0.005] * 5)
    ratios = [2.0 if stands_alone else 0.4, *[0.3] * (BLOCKS - 1)]
    gradient = [5.0 if name == "shared-naive" else 1.0]
    last = blocks(images, ratio=ratios, gradient_ratio=gradient)
    by_epoch = tuple(
        blocks(images, ratio=[ratio + 0.02 * epoch for ratio in ratios], gradient_ratio=gradient) for epoch in range(4)
    )
    own = exits(images)
    if name != "original":
        validation = own["validation"]
        own["validation"] = replace(validation, correct=np.repeat(right([accuracy], images), 5, 1))
    naive = name == "shared-naive"
    return Net(
        name=name,
        label=f"{name} on {DATASETS[slot]}",
        runs=SEEDS,
        stages=(0, 0, 0, 1, 1, 2, 2, 2, 2),
        projections=(False,) * BLOCKS if stands_alone else PROJECTIONS,
        classes=10,
        epochs=(0, 1, 2, 3),
        by_epoch=by_epoch,
        blocks={"train": last, "validation": last},
        accuracy={"train": (0.99, 0.985, 0.99), "validation": (accuracy,) * SEEDS},
        split_images={"train": 1438, "validation": images},
        dropped={"validation": right([0.95, *[0.95 - loss for loss in losses]], images)},
        exits=own,
        unrolled=unrolled(images, (-0.1, -0.05, 0.2)),
        unrolled_scaled=unrolled(images),
        initial=Initial(noisy([12.0 if naive else 3.0], images), noisy([3.7], images)),
        batch_correct=right([accuracy + (0.1 if naive else 0.01)], images),
        running_correct=right([accuracy], images),
    )


NAMES: tuple[NetName, ...] = (
    "original",
    "single-representation",
    "average-pooling",
    "wide",
    "shared-naive",
    "shared-gamma",
    "shared-statistics",
    "shared-affine",
    "shared-ubn",
    "baseline",
)


@cache
def ideal(images: int = 600) -> Evidence:
    """All networks on both data sets, each as the paper has it."""
    return Evidence(DATASETS, {(name, slot): ideal_net(name, slot, images) for name in NAMES for slot in SLOTS})


def spoil(name: NetName, slot: Slot = "first", **changes: Any) -> Evidence:
    """Ideal but for these fields of one network."""
    whole = ideal()
    return replace(whole, nets={**whole.nets, (name, slot): replace(whole.nets[name, slot], **changes)})
