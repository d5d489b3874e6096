"""The evidence for the claims: values per seed and image of the networks that were run.

This module uses no store and no tensors, so a claim can be tested on numbers written by hand. All seeds of a network, and all networks of
a data set, are measured on the same images in the same order. R seeds, L blocks, E epochs, T exits or steps, N images. Anything that
wasn't run or measured is an empty tuple, a missing key or None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from iterscope.paper.roles import Role

Split = Literal["train", "validation"]
SPLITS: tuple[Split, ...] = ("train", "validation")
Slot = Literal["first", "second"]
"""The paper's two data sets, in this order: CIFAR-10 and CIFAR-100, or the data sets that replace them."""
SLOTS: tuple[Slot, ...] = ("first", "second")
NetName = Role | Literal["baseline", "other"]
"""A role, the unshared ResNet with about as many parameters as the shared ones (the paper's ResNet-38), or any
other network."""
Group = Literal["borderline", "correct", "all"]
GROUPS: tuple[Group, ...] = ("borderline", "correct", "all")
Values = NDArray[np.float32]

NET_NAMES: dict[NetName, str] = {
    "original": "original ResNet",
    "single-representation": "single representation ResNet",
    "average-pooling": "average pooling ResNet",
    "max-pooling": "max pooling ResNet",
    "wide": "wide ResNet",
    "shared-naive": "naively shared ResNet",
    "shared-gamma": "shared ResNet with γ 0.1",
    "shared-statistics": "shared ResNet with unshared statistics",
    "shared-affine": "shared ResNet with unshared γ and β",
    "shared-ubn": "shared ResNet with unshared BatchNorm (UBN)",
    "shared-other": "ResNet shared in another way",
    "baseline": "unshared ResNet with as many parameters as the shared one (ResNet-38)",
    "other": "other network",
}


@dataclass(frozen=True, eq=False)
class Blocks:
    """Every block at one epoch, per seed and image. R seeds, L blocks, N images; undefined values are NaN."""

    cosine: Values
    """(R, L, N) cosine loss, end to end."""
    plugged: Values
    """(R, L, N) cosine loss with the head plugged in at h; NaN before the last stage."""
    ratio: Values
    """(R, L, N) ‖F‖/‖h‖; in a projection block ‖F‖/‖s‖."""
    exit_correct: Values
    """(R, L, N) whether the head after each block is right, 0 or 1; NaN before the last stage."""
    gradient_ratio: Values
    """(R, 1, N) gradient norm at the first block divided by that at the last stage's first block."""


@dataclass(frozen=True, eq=False)
class Followed:
    """Images along T exits or steps. The groups are formed at `borderline` and at the first entry of `correct`."""

    correct: Values
    """(R, T, N) 0 or 1."""
    loss: Values
    """(R, T, N) cross-entropy, nats."""
    entropy: Values
    """(R, T, N) nats."""
    borderline: NDArray[np.bool_]
    """(R, N)"""

    def members(self, group: Group) -> NDArray[np.bool_]:
        """(R, N) whether an image is in the group."""
        if group == "borderline":
            return self.borderline
        return self.correct[:, 0] > 0 if group == "correct" else np.ones_like(self.borderline)


@dataclass(frozen=True, eq=False)
class Unrolled:
    """The last block applied more times."""

    followed: Followed
    """Two entries: the untouched network, and after all additional steps."""
    cosine: Values
    """(R, steps, N) of the additional steps."""
    growth: Values
    """(R, 1, N) ‖h‖ after all additional steps, divided by ‖h‖ before the first."""
    scales: tuple[float, ...]
    """(R,) the factor α of each run."""
    at_grid_edge: bool = False
    """Whether α is the smallest value that was tried, for some seed: the steps then do almost nothing."""


@dataclass(frozen=True, eq=False)
class Initial:
    """The untrained network with batch statistics, and the same network without sharing as control. (R, 1, N)"""

    growth: Values
    """The largest ‖h‖ of any block, divided by that of the first block."""
    control: Values
    """The same of an unshared network of the same depth, width and seed."""


@dataclass(frozen=True, eq=False)
class Net:
    """One network on one data set. R seeds."""

    name: NetName
    label: str
    """A readable name: ResNet-56 on digits."""
    runs: int
    """The number of runs with different seeds."""
    stages: tuple[int, ...]
    """(L,) stage of each block."""
    projections: tuple[bool, ...]
    """(L,) whether the block's shortcut is not the identity."""
    classes: int = 0
    """The number of classes; chance is 1/classes."""
    epochs: tuple[int, ...] = ()
    """(E,) epochs at which `by_epoch` was measured; 0 is the untrained network."""
    kept_epochs: tuple[int, ...] = ()
    """The epochs after 0 of which every run has kept a checkpoint: a claim about epochs waits until all of them are measured."""
    by_epoch: tuple[Blocks, ...] = ()
    """(E,) on validation images."""
    blocks: Mapping[Split, Blocks] = field(default_factory=dict)
    """After the last epoch."""
    accuracy: Mapping[Split, tuple[float, ...]] = field(default_factory=dict)
    """One value per run after the last epoch: the training accuracy as logged while training, and that on the whole validation split."""
    split_images: Mapping[Split, int] = field(default_factory=dict)
    """The number of images in each whole split."""
    dropped: Mapping[Split, Values] = field(default_factory=dict)
    """(R, L + 1, N) whether images are right, 0 or 1: in the untouched network, then without each block."""
    exits: Mapping[Split, Followed] = field(default_factory=dict)
    """Along the last five blocks; the last entry is the network's own output."""
    unrolled: Mapping[Split, Unrolled] = field(default_factory=dict)
    """As trained, factor 1."""
    unrolled_scaled: Mapping[Split, Unrolled] = field(default_factory=dict)
    """With the factor that gives the lowest loss on images of one half of the training images; the training split is the other half."""
    initial: Initial | None = None
    batch_correct: Values | None = None
    """(R, 1, N) whether validation images are right when BatchNorm uses batch statistics, 0 or 1."""
    running_correct: Values | None = None
    """(R, 1, N) the same images with running statistics, as in every other measurement."""

    @property
    def dataset(self) -> str:
        """The data set's name."""
        return self.label.rsplit(" on ", 1)[-1]

    @property
    def network(self) -> str:
        """The label without the data set."""
        return self.label.rsplit(" on ", 1)[0]

    @property
    def identity_blocks(self) -> tuple[int, ...]:
        """Blocks that keep the shape: the paper's shortcut convolutions are between its blocks, so its curves show only these."""
        return tuple(index for index, changes in enumerate(self.projections) if not changes)

    @property
    def higher_half(self) -> tuple[int, ...]:
        """The shape-keeping blocks of the upper half, the middle one included."""
        kept = self.identity_blocks
        return kept[len(kept) // 2 :]

    @property
    def lower_half(self) -> tuple[int, ...]:
        """The shape-keeping blocks of the lower half."""
        kept = self.identity_blocks
        return kept[: len(kept) // 2]

    @property
    def last_stage(self) -> tuple[int, ...]:
        """The blocks whose hidden states the head can read."""
        return tuple(index for index, stage in enumerate(self.stages) if stage == self.stages[-1])


@dataclass(frozen=True)
class Evidence:
    """Everything that was run and measured."""

    datasets: Mapping[Slot, str | None]
    """The data set in each slot; None if there is none."""
    nets: Mapping[tuple[NetName, Slot], Net]
    looks: Mapping[str, int] = field(default_factory=dict)
    """Claim → how often `iterscope paper --more-seeds` has judged it on these data sets."""
