"""Early exits and borderline examples (sections 4.2 and 4.3, figures 5, 6 and 17).

An example is borderline at a block where |p_y − max_{j≠y} p_j| is below a threshold: the prediction of the head right after the block is
close to flipping. The paper's "less than 10% probability change to flip prediction" leaves the threshold open (0.1 or 0.2) and doesn't
name the block; both are parameters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from iterscope.arguments import finite_number, shown
from iterscope.chain import ResidualChain
from iterscope.chunks import DEFAULT_MEMORY_BUDGET, Progress
from iterscope.engine import evaluate_plans
from iterscope.errors import BlockError, ConfigurationError
from iterscope.inputs import Images, Labels, as_chain
from iterscope.numerics import Outcomes
from iterscope.plan import exit_after
from iterscope.probes.statistics import GroupCurve, group_curve
from iterscope.results import Along, Record
from iterscope.tables import ALONE

Reference = int | Literal["output", "last5"]
"""Where examples are judged borderline: at the network's output, after the first of the last five blocks, or after a given block of the
last stage."""

DEFAULT_THRESHOLD = 0.1


@dataclass(frozen=True, repr=False)
class EarlyExit(Record):
    """Results of the head after each block of the last stage."""

    blocks: tuple[int, ...]
    """The E blocks of the last stage."""
    outcomes: Outcomes
    """(E, N); the last row is the network's own output."""

    def _along(self) -> Along:
        return {"exit": {"block": self.blocks, "outcomes": self.outcomes}}


def early_exit(
    chain: nn.Module,
    images: Images,
    labels: Labels = None,
    *,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> EarlyExit:
    """Loss, entropy, margin and prediction of the head after each block of the last stage: one forward pass and E heads."""
    chain = as_chain(chain)
    blocks = tuple(chain.last_stage)
    plans = [exit_after(block) for block in blocks]
    return EarlyExit(
        blocks, evaluate_plans(chain, images, labels, plans, memory_budget=memory_budget, progress=progress)
    )


def reference_block(chain: ResidualChain, reference: Reference) -> int:
    """The block after which examples are judged. Raises BlockError outside the last stage, where the head can't be applied."""
    if reference == "output":
        return len(chain) - 1
    if reference == "last5":
        return max(len(chain) - 5, chain.last_stage[0])
    if isinstance(reference, str):
        raise ConfigurationError(f"reference is {reference!r}: give 'output', 'last5' or a block of the last stage")
    block = chain.block_index(reference)
    if block not in chain.last_stage:
        raise BlockError(
            f"reference block {block} is not in the last stage: the head can read hidden states only after blocks "
            f"{chain.last_stage[0]} to {chain.last_stage[-1]} of {chain.name}"
        )
    return block


def check_threshold(threshold: float) -> float:
    """Return the threshold, or raise ConfigurationError if it isn't a probability margin."""
    found = finite_number(threshold)
    if found is None or not 0 < found <= 1:
        raise ConfigurationError(f"threshold is {shown(threshold)}: a probability margin must be above 0 and at most 1")
    return found


@dataclass(frozen=True)
class Groups:
    """The paper's three groups of N images; each field is (N,) bool."""

    borderline: Tensor
    """|margin| below the threshold at the reference."""
    correct: Tensor
    """Predicted correctly at the reference."""
    all: Tensor

    def curves(self, outcomes: Outcomes) -> dict[str, GroupCurve]:
        """Accuracy, loss and entropy of each group under outcomes (P, N)."""
        return {name: group_curve(outcomes, getattr(self, name)) for name in ("borderline", "correct", "all")}


def groups_at(outcomes: Outcomes, row: int, threshold: float = DEFAULT_THRESHOLD) -> Groups:
    """The groups that one row of outcomes (P, N) defines."""
    margin = outcomes.margin[row]
    return Groups(
        margin.abs() < check_threshold(threshold), outcomes.correct[row], torch.ones_like(margin, dtype=torch.bool)
    )


@dataclass(frozen=True, repr=False)
class Borderline(Record):
    """Three groups of images, followed through the last blocks (figure 6)."""

    threshold: float
    reference: int
    """The block after which the groups were formed."""
    blocks: tuple[int, ...]
    """The reference block and those after it."""
    groups: Groups
    curves: dict[str, GroupCurve]
    """For the groups borderline, correct and all: one value after each of `blocks`."""

    def _along(self) -> Along:
        settings = {"threshold": self.threshold, "reference": self.reference}
        return {"exit": {"block": self.blocks, **self.curves}, ALONE: settings}


def borderline(
    chain: nn.Module,
    images: Images,
    labels: Labels = None,
    *,
    threshold: float = DEFAULT_THRESHOLD,
    reference: Reference = "last5",
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> Borderline:
    """Accuracy, loss and entropy of borderline, already correct and all examples after the reference block and each later block.

    Args:
        threshold: examples with |p_y − max_{j≠y} p_j| below it at the reference are borderline.
        reference: "output", "last5" (the first of the last five blocks), or a block of the last stage.
    """
    threshold = check_threshold(threshold)
    chain = as_chain(chain)
    judge = reference_block(chain, reference)
    exits = early_exit(chain, images, labels, memory_budget=memory_budget, progress=progress)
    row = exits.blocks.index(judge)
    groups = groups_at(exits.outcomes, row, threshold)
    return Borderline(threshold, judge, exits.blocks[row:], groups, groups.curves(exits.outcomes.rows(row)))
