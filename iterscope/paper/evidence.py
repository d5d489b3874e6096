"""What the claims are judged by: plain numbers of the networks that were run, repeated seeds already together.

Nothing here knows a store or a tensor, so a claim can be tried on numbers written by hand. L blocks, E epochs, T exits or steps.
Whatever wasn't run or measured is an empty tuple or a key that is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from iterscope.paper.roles import Role

Split = Literal["train", "validation"]
SPLITS: tuple[Split, ...] = ("train", "validation")
Slot = Literal["first", "second"]
"""The paper's two data sets, in this order: CIFAR-10 and CIFAR-100, or whatever stands in for them."""
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
    "shared-other": "otherwise shared ResNet",
    "baseline": "unshared ResNet with as many parameters as the shared one (ResNet-38)",
}


@dataclass(frozen=True)
class Followed:
    """One group of images along exits or steps, the images of all runs together. All fields but n are (T,)."""

    n: int
    """Images."""
    correct: Curve
    """How many of them are predicted right."""
    loss: Curve
    """Mean cross-entropy, nats."""
    entropy: Curve
    """Mean entropy of the prediction, nats."""
    gained: Curve = ()
    """Images that were wrong in the first entry and are right in this one."""
    lost: Curve = ()
    """Images that were right in the first entry and are wrong in this one."""

    def accuracy(self, position: int) -> float:
        """Share of the images that are right; NaN where there is none."""
        return self.correct[position] / self.n if self.n else float("nan")


@dataclass(frozen=True)
class Dropped:
    """Accuracy with single blocks left out."""

    baseline: float
    """Of the untouched network."""
    without: Curve
    """(L,)"""
    images: int
    """How many were looked at, of all runs together."""


@dataclass(frozen=True)
class Unrolled:
    """The last block applied more times."""

    groups: Mapping[Group, Followed]
    """(steps + 1) entries; the first is the untouched network."""
    cosine: Curve
    """(steps,) of the further steps."""
    ratio: Curve
    """(steps,) ‖F(h)‖/‖h‖, before the factor."""
    scales: Curve
    """The factor α of each run."""


@dataclass(frozen=True)
class Net:
    """One network on one data set."""

    name: NetName
    label: str
    """For people: ResNet-56 on digits."""
    runs: int
    """Repetitions with other seeds, this one included."""
    stages: tuple[int, ...]
    """(L,) stage of each block."""
    projections: tuple[bool, ...]
    """(L,) whether the block changes the shape."""
    parameters: int = 0
    images: int = 0
    """How many the per-block values were measured on, in one run."""
    cosine: Mapping[Split, Curve] = field(default_factory=dict)
    """(L,) mean cosine loss after training, end to end."""
    cosine_std: Mapping[Split, Curve] = field(default_factory=dict)
    """(L,) its standard deviation over the images."""
    ratio: Mapping[Split, Curve] = field(default_factory=dict)
    """(L,) mean ℓ2 ratio after training."""
    exit_accuracy: Mapping[Split, Curve] = field(default_factory=dict)
    """(L,) accuracy of the head after each block; NaN before the last stage."""
    epochs: tuple[int, ...] = ()
    """(E,) at which the three below were logged; 0 is the untrained network."""
    plugged_by_epoch: tuple[Curve, ...] = ()
    """(E, L) cosine loss with the head plugged on h, validation; NaN before the last stage."""
    ratio_by_epoch: tuple[Curve, ...] = ()
    """(E, L) ℓ2 ratio, validation."""
    gradient_ratio: Curve = ()
    """(E,) gradient norm at the first block over that at the last stage's first block, training split."""
    initial_norm: Curve = ()
    """(L,) ‖h‖ before each block of the untrained network, training split."""
    accuracy: Mapping[Split, Curve] = field(default_factory=dict)
    """One value a run after the last epoch: while training, and on all of validation."""
    split_images: Mapping[Split, int] = field(default_factory=dict)
    """Images of each whole split."""
    dropped: Mapping[Split, Dropped] = field(default_factory=dict)
    exits: Mapping[Split, Mapping[Group, Followed]] = field(default_factory=dict)
    """Along the last five blocks; the groups are formed at the first entry."""
    unrolled: Mapping[Split, Unrolled] = field(default_factory=dict)
    """As trained, factor 1."""
    unrolled_scaled: Mapping[Split, Unrolled] = field(default_factory=dict)
    """With the factor that training images prefer."""

    @property
    def identity_blocks(self) -> tuple[int, ...]:
        """Blocks that keep the shape: the paper's shortcut convolutions stand between its blocks, so its curves hold these alone."""
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
    """All that was run and measured."""

    datasets: Mapping[Slot, str | None]
    """What stands in each place; None where nothing does."""
    nets: Mapping[tuple[NetName, Slot], Net]
