"""The evidence for the claims: plain numbers of the networks that were run, with repeated seeds already merged.

This module uses no store and no tensors, so a claim can be tested on numbers written by hand. L blocks, E epochs, T exits or steps.
Anything that wasn't run or measured is an empty tuple or a missing key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from iterscope.paper.roles import Role

Split = Literal["train", "validation"]
SPLITS: tuple[Split, ...] = ("train", "validation")
Slot = Literal["first", "second"]
"""The paper's two data sets, in this order: CIFAR-10 and CIFAR-100, or the data sets that replace them."""
SLOTS: tuple[Slot, ...] = ("first", "second")
NetName = Role | Literal["baseline"]
"""A role, or the unshared ResNet with about as many parameters as the shared ones (the paper's ResNet-38)."""
Group = Literal["borderline", "correct", "all"]
GROUPS: tuple[Group, ...] = ("borderline", "correct", "all")
Curve = tuple[float, ...]

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
}


@dataclass(frozen=True)
class Followed:
    """One group of images along exits or steps, over the images of all runs. All fields except n are (T,)."""

    n: int
    """Images."""
    correct: Curve
    """The number of images that are predicted correctly."""
    loss: Curve
    """Mean cross-entropy, nats."""
    entropy: Curve
    """Mean entropy of the prediction, nats."""
    gained: Curve = ()
    """Images that were wrong in the first entry and are correct in this one."""
    lost: Curve = ()
    """Images that were correct in the first entry and are wrong in this one."""

    def accuracy(self, position: int) -> float:
        """Share of the images that are correct; NaN if there are no images."""
        return self.correct[position] / self.n if self.n else float("nan")


@dataclass(frozen=True)
class Dropped:
    """Accuracy with single blocks dropped."""

    baseline: float
    """Accuracy of the untouched network."""
    without: Curve
    """(L,) accuracy without each block."""
    images: int
    """The number of images, over all runs."""


@dataclass(frozen=True)
class Unrolled:
    """The last block applied more times."""

    groups: Mapping[Group, Followed]
    """(steps + 1) entries; the first is the untouched network."""
    cosine: Curve
    """(steps,) of the additional steps."""
    ratio: Curve
    """(steps,) ‖F(h)‖/‖h‖, before the factor."""
    scales: Curve
    """The factor α of each run."""


@dataclass(frozen=True)
class Net:
    """One network on one data set."""

    name: NetName
    label: str
    """A readable name: ResNet-56 on digits."""
    runs: int
    """The number of runs with different seeds."""
    stages: tuple[int, ...]
    """(L,) stage of each block."""
    projections: tuple[bool, ...]
    """(L,) whether the block's shortcut is not the identity."""
    parameters: int = 0
    images: int = 0
    """The number of images that the per-block values were measured on, in one run."""
    cosine: Mapping[Split, Curve] = field(default_factory=dict)
    """(L,) mean cosine loss after training, end to end."""
    cosine_std: Mapping[Split, Curve] = field(default_factory=dict)
    """(L,) its standard deviation over the images."""
    ratio: Mapping[Split, Curve] = field(default_factory=dict)
    """(L,) mean ℓ2 ratio after training."""
    exit_accuracy: Mapping[Split, Curve] = field(default_factory=dict)
    """(L,) accuracy of the head after each block; NaN before the last stage."""
    epochs: tuple[int, ...] = ()
    """(E,) epochs at which the three fields below were logged; 0 is the untrained network."""
    plugged_by_epoch: tuple[Curve, ...] = ()
    """(E, L) cosine loss with the head plugged in at h, validation; NaN before the last stage."""
    ratio_by_epoch: tuple[Curve, ...] = ()
    """(E, L) ℓ2 ratio, validation."""
    gradient_ratio: Curve = ()
    """(E,) gradient norm at the first block divided by that at the last stage's first block, training split."""
    initial_norm: Curve = ()
    """(L,) ‖h‖ before each block of the untrained network, training split."""
    accuracy: Mapping[Split, Curve] = field(default_factory=dict)
    """One value per run after the last epoch: the training accuracy as logged while training, and that on the whole validation split."""
    split_images: Mapping[Split, int] = field(default_factory=dict)
    """The number of images in each whole split."""
    dropped: Mapping[Split, Dropped] = field(default_factory=dict)
    exits: Mapping[Split, Mapping[Group, Followed]] = field(default_factory=dict)
    """Along the last five blocks; the groups are formed at the first entry."""
    unrolled: Mapping[Split, Unrolled] = field(default_factory=dict)
    """As trained, factor 1."""
    unrolled_scaled: Mapping[Split, Unrolled] = field(default_factory=dict)
    """With the factor that gives the lowest loss on training images."""

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
