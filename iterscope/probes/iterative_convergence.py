"""Whether a stage behaves like an iteration: it settles, and its steps are interchangeable.

In the spirit of Lippl, Peters and Kriegeskorte (2024), whose formulas we couldn't read: the definitions below are ours. Of a stage with the
n movable blocks b_1 … b_n, other stages untouched, and with e the error of the whole network,

    x(e)         = (e − e_full) / (e_chance − e_full),  e_chance = 1 − the share of the largest class
    convergence  = mean over t < n of x(error with only the first t of them)
    order-free   = mean over t < n of x(error with only the last t of them)
    recurrence   = order-free − convergence
    divergence   = mean over m = 1 … steps of x(error with b_n run m more times)

Lower is more iterative.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from iterscope.arguments import finite_number, shown, whole_number
from iterscope.chain import ResidualChain
from iterscope.chunks import DEFAULT_MEMORY_BUDGET, Progress
from iterscope.engine import evaluate_plans
from iterscope.errors import PlanError
from iterscope.inputs import Images, Labels, as_chain
from iterscope.numerics import Outcomes
from iterscope.plan import MAX_UNROLL, Plan, drop, identity, unroll
from iterscope.probes.movable import MovableBlocks, movable_blocks
from iterscope.probes.resampling import bootstrap_counts, percentile_interval
from iterscope.results import Along, Record
from iterscope.tables import ALONE

Kind = Literal["first", "last", "more"]
INDICES = ("convergence", "order_free", "recurrence", "divergence")


@dataclass(frozen=True)
class StageRun:
    """One way to run a stage: only its first or its last `count` movable blocks, or its last one `count` more times."""

    stage: int
    """The position in the list of movable blocks."""
    kind: Kind
    count: int
    plan: Plan


@dataclass(frozen=True)
class Indices:
    """The indices of S stages on some images, each (S,) float64: 0 for a stage that settles, 1 at chance. NaN in a stage without movable
    blocks, and everywhere if the network isn't better than chance."""

    convergence: Tensor
    order_free: Tensor
    recurrence: Tensor
    divergence: Tensor


@dataclass(frozen=True, repr=False)
class IterativeConvergence(Record):
    """Results for N images, of S stages and P ways to run one of them."""

    stages: tuple[MovableBlocks, ...]
    """(S,)"""
    runs: tuple[StageRun, ...]
    """(P,)"""
    baseline: Outcomes
    """(1, N) of the untouched network."""
    outcomes: Outcomes
    """(P, N)."""

    @property
    def indices(self) -> Indices:
        return stage_indices(self.runs, len(self.stages), self.baseline, self.outcomes)

    def _along(self) -> Along:
        runs = {name: tuple(getattr(run, name) for run in self.runs) for name in ("stage", "kind", "count")}
        return {"plan": {**runs, "outcomes": self.outcomes}, ALONE: {"baseline": self.baseline}}


def iterative_convergence(
    chain: nn.Module,
    images: Images,
    labels: Labels = None,
    steps: int | None = None,
    alpha: float = 1.0,
    *,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> IterativeConvergence:
    """Each stage with fewer of its blocks, from its beginning and from its end, and with more steps of its last one. Definitions are ours.

    Args:
        chain, images, labels: as for `evaluate_plans`.
        steps: additional steps of the stage's last movable block; None: as many as the stage has movable blocks.
        alpha: the factor on the branch in these steps, which use the block's own BatchNorm statistics.

    Raises:
        PlanError: no stage has a block that keeps the shape, or `steps` or `alpha` is impossible. Others as for `run_plans`.
    """
    chain = as_chain(chain)
    stages = movable_blocks(chain)
    runs = stage_runs(chain, stages, steps, alpha)
    plans = [identity(), *(run.plan for run in runs)]
    found = evaluate_plans(chain, images, labels, plans, memory_budget=memory_budget, progress=progress)
    return IterativeConvergence(tuple(stages), tuple(runs), found.rows(0, 1), found.rows(1))


def stage_runs(
    chain: ResidualChain, stages: Sequence[MovableBlocks], steps: int | None, alpha: float
) -> list[StageRun]:
    """All ways to run each stage; arguments and errors as for `iterative_convergence`."""
    if not any(stage.blocks for stage in stages):
        raise PlanError(f"{chain.name} has no block that keeps the shape: at least one stage needs one")
    more = None if steps is None else whole_number(steps)
    if steps is not None and (more is None or not 1 <= more <= MAX_UNROLL):
        raise PlanError(f"steps is {shown(steps)}: give a whole number from 1 to {MAX_UNROLL}, or None")
    factor = finite_number(alpha)
    if factor is None:
        raise PlanError(f"alpha is {shown(alpha)}: give a finite number")
    runs: list[StageRun] = []
    for position, stage in enumerate(stages):
        blocks = stage.blocks
        for count in range(len(blocks)):
            runs.append(StageRun(position, "first", count, drop(blocks[count:])))
        for count in range(len(blocks)):
            runs.append(StageRun(position, "last", count, drop(blocks[: len(blocks) - count])))
        for count in range(1, (len(blocks) if more is None else more) + 1 if blocks else 0):
            runs.append(StageRun(position, "more", count, unroll(blocks[-1], count, factor)))
    return runs


def towards_chance(correct: Tensor, baseline: Tensor, labels: Tensor, weights: Tensor) -> Tensor:
    """x of each plan: 0 with the untouched network's error, 1 at chance; NaN if the network isn't better than chance.

    Args:
        correct: (P, N) bool, of the plans. baseline: (1, N) bool, of the untouched network. labels: (N,).
        weights: (R, N) how often each image counts. Chance is that of all images: the largest class of a bootstrap sample is too large.

    Returns:
        (R, P) float64
    """
    weights = weights.double()
    total = weights.sum(1, keepdim=True)
    error, full = (1 - weights @ rows.double().T / total for rows in (correct, baseline))
    chance = 1 - int(labels.bincount().max()) / len(labels)
    return torch.where(chance > full, (error - full) / (chance - full), math.nan)


def stage_indices(
    runs: Sequence[StageRun], stages: int, baseline: Outcomes, outcomes: Outcomes, weights: Tensor | None = None
) -> Indices:
    """The indices of each stage: (S,), or (R, S) with `weights` (R, N), how often each image counts."""
    given = torch.ones(1, len(outcomes.labels), dtype=torch.float64) if weights is None else weights
    x = towards_chance(outcomes.correct, baseline.correct, outcomes.labels, given)

    def mean(stage: int, kind: Kind) -> Tensor:
        return x[:, [at for at, run in enumerate(runs) if (run.stage, run.kind) == (stage, kind)]].mean(1)

    first, last, more = (
        torch.stack([mean(stage, kind) for stage in range(stages)], 1) for kind in ("first", "last", "more")
    )
    found = (first, last, last - first, more)
    return Indices(*(values[0] if weights is None else values for values in found))


def index_intervals(
    runs: Sequence[StageRun], stages: int, baseline: Outcomes, outcomes: Outcomes, seed: int
) -> dict[str, list[tuple[float, float]]]:
    """95 % bootstrap intervals over images of each index, by its name: one for each stage."""
    weights = bootstrap_counts(len(outcomes.labels), seed)
    draws = stage_indices(runs, stages, baseline, outcomes, weights[weights.sum(1) > 0])
    return {name: [percentile_interval(getattr(draws, name)[:, stage]) for stage in range(stages)] for name in INDICES}
