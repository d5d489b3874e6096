"""Evidence written by hand: networks that show everything the paper says, to be spoilt one number at a time."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from iterscope.paper.evidence import SLOTS, Dropped, Evidence, Followed, Net, NetName, Slot, Unrolled

NAN = math.nan
BLOCKS = 9
LAST_STAGE = (6, 7, 8)
DATASETS = {"first": "digits", "second": "digit-pairs"}

Nets = dict[tuple[NetName, Slot], Net]


def follow(correct: tuple[float, ...], n: int, loss: tuple[float, ...], entropy: tuple[float, ...]) -> Followed:
    """A group whose images only ever become right, or only ever wrong."""
    first = correct[0]
    return Followed(
        n,
        correct,
        loss,
        entropy,
        gained=tuple(max(value - first, 0.0) for value in correct),
        lost=tuple(max(first - value, 0.0) for value in correct),
    )


def groups(borderline: tuple[float, ...], everyone: tuple[float, ...]) -> dict[Any, Followed]:
    """Three groups of 60, 900 and 1,000 images, whose loss and entropy fall."""
    falling = tuple(0.5 - 0.05 * step for step in range(len(borderline)))
    return {
        "borderline": follow(borderline, 60, falling, falling),
        "correct": follow((900.0,) * len(borderline), 900, falling, falling),
        "all": follow(everyone, 1000, falling, falling),
    }


def ideal_net(name: NetName, slot: Slot) -> Net:
    """Nine blocks in three stages, trained for three epochs in two seeds."""
    stands_alone = name in ("single-representation", "average-pooling")
    unrolled = Unrolled(groups((28.0, 35.0, 42.0), (900.0, 905.0, 912.0)), (-0.1, -0.08), (0.1, 0.1), (0.1, 0.2))
    cosine = tuple(-0.01 - 0.02 * block for block in range(BLOCKS))
    first_ratio = 2.0 if stands_alone else 0.4
    losses = (0.7 if stands_alone else 0.02,) + (0.02,) * 3 + (0.005,) * 5
    exits = tuple(0.6 + 0.1 * (block - 6) if block in LAST_STAGE else NAN for block in range(BLOCKS))
    if name == "original":  # three gains of a third each need a stage of four blocks
        exits = (NAN,) * 5 + (0.6, 0.7, 0.8, 0.9)
    accuracy = {"shared-naive": 0.85, "baseline": 0.90, "shared-ubn": 0.93, "shared-statistics": 0.91}.get(name, 0.88)
    spread = 0.001
    return Net(
        name=name,
        label=f"{name} on {DATASETS[slot]}",
        runs=2,
        stages=(0, 0, 0, 1, 1, 2, 2, 2, 2) if name == "original" else (0, 0, 0, 1, 1, 1, 2, 2, 2),
        projections=(False,) * BLOCKS,
        parameters=1000,
        images=256,
        cosine={"train": cosine, "validation": cosine},
        cosine_std={"train": (0.1,) * BLOCKS, "validation": (0.1,) * BLOCKS},
        ratio={"validation": (first_ratio, *(0.3 for _ in range(BLOCKS - 1)))},
        exit_accuracy={"validation": exits},
        epochs=(0, 1, 2, 3),
        plugged_by_epoch=tuple((NAN,) * 5 + (-0.05,) * 4 for _ in range(4)),
        ratio_by_epoch=tuple((0.1 + 0.01 * epoch,) * BLOCKS for epoch in range(4)),
        gradient_ratio=(9.0, 5.0, 5.0, 5.0) if name == "shared-naive" else (2.0, 1.0, 1.0, 1.0),
        initial_norm=tuple((10.0 if name == "shared-naive" else 1.5) ** block for block in range(BLOCKS)),
        accuracy={"train": (0.99, 0.98), "validation": (accuracy - spread, accuracy + spread)},
        split_images={"train": 1438, "validation": 2000},
        dropped={"validation": Dropped(0.95, tuple(0.95 - loss for loss in losses), 1000)},
        exits={split: groups((28.0, 42.0, 43.0), (900.0, 910.0, 915.0)) for split in ("train", "validation")},
        unrolled={split: replace(unrolled, cosine=(-0.1, -0.05, 0.2)) for split in ("train", "validation")},
        unrolled_scaled=dict.fromkeys(("train", "validation"), unrolled),
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


def ideal() -> Evidence:
    """All networks on both data sets, each as the paper has it."""
    return Evidence(DATASETS, {(name, slot): ideal_net(name, slot) for name in NAMES for slot in SLOTS})


def spoil(name: NetName, slot: Slot = "first", **changes: Any) -> Evidence:
    """Ideal but for these fields of one network."""
    whole = ideal()
    return replace(whole, nets={**whole.nets, (name, slot): replace(whole.nets[name, slot], **changes)})
