"""Unrolling (section 4.4, figures 7 and 20): one block applied more often than in training.

h ← merge(h + α·F_k(h)), `steps` more times. The paper scales F but doesn't give α. Here it is a parameter, by default 1, which leaves the
block as it is, and "auto" chooses from a grid the α with the lowest training loss after the last step.

In a network with shared blocks, the additional steps have no BatchNorm statistics of their own: they use those of the repeated block, which
`Unrolling.statistics_of` names.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from torch import nn

from iterscope.block_pass import Gradient
from iterscope.chain import ResidualChain
from iterscope.chunks import DEFAULT_MEMORY_BUDGET, Progress
from iterscope.datasets.records import drawn
from iterscope.engine import evaluate_plans
from iterscope.errors import ConfigurationError, PlanError
from iterscope.inputs import Images, Labels, as_chain, chosen_images, read_inputs
from iterscope.kept_states import KeptStates
from iterscope.numerics import Outcomes
from iterscope.plan import exit_after, unroll
from iterscope.probes.block_metrics import BlockMetrics, block_metrics, measure
from iterscope.probes.borderline import (
    DEFAULT_THRESHOLD,
    Groups,
    Reference,
    check_threshold,
    groups_at,
    reference_block,
)
from iterscope.results import Along, Record
from iterscope.tables import ALONE

SCALE_GRID = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
"""The values of α that "auto" tries."""
DEFAULT_SCALE = 1.0
"""α if none is given: the block as it was trained."""
SCALE_IMAGES = 256
"""The number of training images, drawn by the seed, on which "auto" chooses α (all, if there are fewer)."""


@dataclass(frozen=True, repr=False)
class Unrolling(Record):
    """Results for N images while one block is repeated. Row t is the network with t additional steps; row 0 is the untouched network."""

    block: int
    steps: int
    scale: float
    scale_losses: dict[float, float] | None
    """The mean training loss after the last step for each α of the grid, if the scale was "auto"."""
    outcomes: Outcomes
    """(steps + 1, N)."""
    groups: Groups
    """Borderline, correct and all examples, as determined in the untouched network."""
    statistics_of: int
    """The block whose BatchNorm statistics the additional steps use: the unrolled block itself, unless it shares them."""
    metrics: BlockMetrics | None
    """Cosine loss and ℓ2 ratio (steps, N) of the additional steps; None if they weren't requested."""

    def _along(self) -> Along:
        groups = {**self.groups.curves(self.outcomes), "all": self.outcomes}
        metrics = self.metrics._along()["step"] if self.metrics is not None else {}
        found = {name: metrics[name] for name in ("cosine_loss", "l2_ratio") if name in metrics}
        return {
            "step": {"step": tuple(range(self.steps + 1)), **groups, **found},
            ALONE: {"block": self.block, "scale": self.scale},
        }


def unrolling(
    chain: nn.Module,
    images: Images,
    labels: Labels = None,
    block: int = -1,
    steps: int = 20,
    scale: float | Literal["auto"] = DEFAULT_SCALE,
    *,
    training: tuple[Images, Labels] | Images | None = None,
    seed: int = 0,
    threshold: float = DEFAULT_THRESHOLD,
    reference: Reference = "output",
    gradient: Gradient | None = "plugged",
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
    states: KeptStates | None = None,
) -> Unrolling:
    """Apply a block `steps` more times and evaluate the network after every step.

    Args:
        block: the block's index; negative indices count from the end. Projection blocks change the shape and can't be repeated.
        steps: the number of additional steps, ≥ 0.
        scale: α, or "auto" for the one of `SCALE_GRID` with the lowest mean loss after the last step, on `SCALE_IMAGES` of `training`.
        training: all training images with their labels, needed for "auto": images that have labels, or images and labels.
        seed: draws those images.
        threshold, reference: which images count as borderline; see `borderline`.
        gradient: the gradient in the steps' cosine loss. `plugged` puts the head on each step's hidden state, so that a step's value
            doesn't depend on the number of steps after it; it is defined in the last stage only. `end_to_end` goes through everything that
            follows. None leaves out the cosine loss and the ℓ2 ratio.
        states: kept hidden states, as for `evaluate_plans`.

    Raises:
        PlanError, BlockError, ConfigurationError, BudgetError, DatasetError: naming the argument that can't be used.
    """
    chain = as_chain(chain)
    index, judge = chain.block_index(block), reference_block(chain, reference)
    check_threshold(threshold)
    if gradient == "plugged" and index not in chain.last_stage:
        raise ConfigurationError(
            f"gradient is 'plugged', but block {index} is not in the last stage: the head can't read its hidden state; "
            "use gradient='end_to_end'"
        )
    unroll(index, steps, 1.0 if isinstance(scale, str) else scale)  # refuses what is impossible before anything runs
    steps = int(steps)
    single_pass = gradient == "plugged" and index == len(chain) - 1
    shares = _Shares(progress, auto=scale == "auto", metrics=gradient is not None and steps > 0 and not single_pass)
    losses = None
    if isinstance(scale, str):
        if scale != "auto":
            raise PlanError(f"scale is {scale!r}: give a finite number or 'auto'")
        if training is None:
            raise ConfigurationError("scale 'auto' compares training losses: give training=(images, labels)")
        losses = scale_losses(chain, training, seed, index, steps, memory_budget=memory_budget, progress=shares.next())
        factor = lowest(losses)
    else:
        factor = scale
    longest = unroll(index, steps, factor)
    metrics = None
    if single_pass:
        # The head is put on every step's state anyway: that is the answer after each number of steps, too.
        begin = chain.last_stage[0]
        report = shares.next()
        found = measure(chain, images, labels, longest, ("plugged",), memory_budget, report, states=states, begin=begin)
        first = len(found.exits.loss) - steps - 1
        rows, judged = found.exits.rows(first), found.exits.rows(judge - chain.last_stage[0])
        whole = found.metrics["plugged"]
    else:
        plans = [*(unroll(index, step, factor) for step in range(steps + 1)), exit_after(judge)]
        both = evaluate_plans(
            chain, images, labels, plans, memory_budget=memory_budget, progress=shares.next(), states=states
        )
        rows, judged = both.rows(0, steps + 1), both.rows(steps + 1)
        if gradient is not None and steps > 0:
            whole = block_metrics(
                chain, images, labels, gradient, longest, memory_budget=memory_budget, progress=shares.next()
            )
    if gradient is not None and steps > 0:
        metrics = whole.rows(index + 1, index + 1 + steps)
    groups, statistics_of = groups_at(judged, 0, threshold), chain.statistics_of(index)
    return Unrolling(index, steps, float(factor), losses, rows, groups, statistics_of, metrics)


def scale_losses(
    chain: ResidualChain,
    training: tuple[Images, Labels] | Images,
    seed: int,
    block: int,
    steps: int,
    *,
    memory_budget: float,
    progress: Progress,
) -> dict[float, float]:
    """The mean training loss after the last step for each α of the grid, on images drawn by the seed."""
    images, labels = _drawn_images(chain, training, seed)
    plans = [unroll(block, steps, factor) for factor in SCALE_GRID]
    losses = evaluate_plans(chain, images, labels, plans, memory_budget=memory_budget, progress=progress).mean_loss
    return dict(zip(SCALE_GRID, losses.tolist(), strict=True))


def lowest(losses: dict[float, float]) -> float:
    """The α with the lowest loss. A loss that isn't finite is never the lowest."""
    return min(losses, key=lambda each: losses[each] if math.isfinite(losses[each]) else math.inf)


def _drawn_images(chain: ResidualChain, training: tuple[Images, Labels] | Images, seed: int) -> tuple[Images, Labels]:
    """The images and labels on which "auto" chooses α."""
    images, labels = training if isinstance(training, tuple) else (training, None)
    inputs = read_inputs(chain, images, labels, labelled=True)
    positions = drawn(len(inputs), SCALE_IMAGES, seed)
    if positions is None:
        return inputs.images, inputs.labels
    return chosen_images(inputs.images, positions), None if inputs.labels is None else inputs.labels[positions]


class _Shares:
    """One progress for several computations, each an equal share."""

    def __init__(self, progress: Progress | None, **parts: bool) -> None:
        self.progress, self.parts, self.begun = progress, 1 + sum(parts.values()), -1

    def next(self) -> Progress:
        self.begun += 1
        begun = self.begun

        def report(share: float) -> None:
            if self.progress is not None:
                self.progress((begun + share) / self.parts)

        return report
