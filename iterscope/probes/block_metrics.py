"""Cosine loss, ℓ2 ratio and norms of every block: one forward and one activation-only backward pass for all of them.

Cosine loss (section 4.1, figures 4, 10, 13, 15): cos(F_i, ∂L/∂h_i), with two gradients that are never mixed:

    end_to_end  ∂L/∂h_i through the rest of the network; all blocks (figure 4)
    plugged     ∂L(head(h_i))/∂h_i, the head applied directly to h_i; blocks of the last stage (appendix C, equations 2–4)

ℓ2 ratio (section 4.2, figures 2, 11, 14, 16): ‖F_i‖ / ‖h_i‖. In a projection block F_i and h_i can't be compared: there s_i replaces
h_i in every quantity. L is the cross-entropy of a single image, never a batch mean, so that images don't scale each other.

In a post-activation network F_i isn't the whole change that a block makes to h_i: h_{i+1} = ReLU(s_i + F_i). With update="effective", the
update h_{i+1} − h_i replaces F_i in both quantities.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import get_args

import torch
from torch import Tensor, nn

from iterscope.chain import ResidualBlock, ResidualChain
from iterscope.chunks import (
    DEFAULT_MEMORY_BUDGET,
    LOGIT_COPIES,
    Progress,
    divide,
    measure_footprint,
    measure_logits,
)
from iterscope.engine import check_steps
from iterscope.errors import ConfigurationError
from iterscope.evaluation import evaluation
from iterscope.inputs import (
    Images,
    Labels,
    PlanLike,
    as_budget,
    as_chain,
    as_plan,
    check_fit,
    check_labels,
    read_inputs,
)
from iterscope.numerics import Outcomes, join_outcomes
from iterscope.parallel_chunks import map_chunks
from iterscope.plan import Plan, Steps, identity
from iterscope.probes.chunk_pass import ChunkPass, Gradient, Update


@dataclass(frozen=True)
class BlockMetrics:
    """Values per step of the plan (with the identity plan: per block) and image. Undefined values are NaN."""

    gradient: Gradient
    """The gradient in the cosine and the norms."""
    steps: Steps
    """The L steps that ran."""
    stages: tuple[int, ...]
    """(L,) the stage of each step's block."""
    is_projection: tuple[bool, ...]
    """(L,) True where s_i replaces h_i."""
    cosine_loss: Tensor
    """(L, N) between −1 and 1; NaN where F or the gradient vanishes, or where the gradient isn't defined for the block."""
    l2_ratio: Tensor
    """(L, N) ≥ 0; F excludes the step's scale (the effective update includes it). F is 0 in a dropped block; NaN where ‖h‖ = 0."""
    activation_norm: Tensor
    """(L, N) ‖h_i‖ (figures 8, 9)."""
    gradient_norm: Tensor
    """(L, N) ‖∂L/∂h_i‖."""
    gradient_norm_ratio: Tensor
    """(N,) ‖∂L/∂h‖ at the first block divided by that at the last stage's first block (figure 8); NaN for `plugged`."""
    outcomes: Outcomes
    """Loss, entropy, margin and prediction of the plan, (1, N)."""
    update: Update = "branch"
    """What the cosine and the ratio measure: F_i, or h_{i+1} − h_i."""

    def rows(self, start: int, stop: int) -> BlockMetrics:
        """The metrics of steps start … stop − 1 only."""
        cut = slice(start, stop)
        names = ("steps", "stages", "is_projection", "cosine_loss", "l2_ratio", "activation_norm", "gradient_norm")
        return replace(self, **{name: getattr(self, name)[cut] for name in names})

    @property
    def loss(self) -> Tensor:
        """(N,) cross-entropy in nats."""
        return self.outcomes.loss[0]

    @property
    def correct(self) -> Tensor:
        """(N,) bool."""
        return self.outcomes.correct[0]


@dataclass(frozen=True)
class Survey:
    """The metrics with both gradients and the early exits, from one forward pass."""

    end_to_end: BlockMetrics
    plugged: BlockMetrics
    exit_blocks: tuple[int, ...]
    """The blocks of the last stage."""
    exits: Outcomes
    """(E, N) of the head after each of these blocks; the last row is the network's own output."""

    @property
    def outcomes(self) -> Outcomes:
        """(1, N) of the whole network."""
        return self.end_to_end.outcomes


def block_metrics(
    chain: nn.Module,
    images: Images,
    labels: Labels = None,
    gradient: Gradient = "end_to_end",
    plan: PlanLike | None = None,
    *,
    update: Update = "branch",
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> BlockMetrics:
    """Cosine loss, ℓ2 ratio and norms (L, N) of every block; the results are on the CPU, in float64 if the network is.

    Args:
        chain, images, labels: as for `evaluate_plans`.
        gradient: `end_to_end` for ∂L/∂h_i through the rest of the network; `plugged` for the head applied directly to h_i, which is defined
            in the last stage only.
        plan: measures another sequence of blocks instead, one row per step: a plan, its text or its steps.
        update: `branch` for F_i, `effective` for h_{i+1} − h_i (− s_i in a projection block), which differs where merge isn't the identity.
        memory_budget: bytes that activations may use.
        progress: called with the share of the work that is done, 0 to 1; may raise `Cancelled`.

    Raises:
        ConfigurationError: the gradient or the update is unknown. Others as for `run_plans`.
    """
    if gradient not in get_args(Gradient):
        raise ConfigurationError(f"gradient is {gradient!r}: it must be one of {', '.join(get_args(Gradient))}")
    if update not in get_args(Update):
        raise ConfigurationError(f"update is {update!r}: it must be one of {', '.join(get_args(Update))}")
    chosen = identity() if plan is None else as_plan(plan)
    passes = measure(as_chain(chain), images, labels, chosen, (gradient,), memory_budget, progress, update)
    return passes.metrics[gradient]


def training_survey(
    chain: nn.Module,
    images: Images,
    labels: Labels = None,
    *,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> Survey:
    """All metrics that are logged during training, from one forward and one backward pass; arguments as for `block_metrics`."""
    chain = as_chain(chain)
    passes = measure(chain, images, labels, identity(), ("end_to_end", "plugged"), memory_budget, progress)
    metrics = passes.metrics
    return Survey(metrics["end_to_end"], metrics["plugged"], tuple(chain.last_stage), passes.exits)


@dataclass(frozen=True)
class Pass:
    """Results of one pass."""

    metrics: dict[str, BlockMetrics]
    """By gradient."""
    exits: Outcomes
    """(E, N) of the head after each step of the last stage, if `plugged` was requested; the last row is the plan's output."""


def measure(
    chain: ResidualChain,
    images: Images,
    labels: Labels,
    plan: Plan,
    gradients: Sequence[Gradient],
    memory_budget: float,
    progress: Progress | None,
    update: Update = "branch",
) -> Pass:
    """One forward pass, and for `end_to_end` one backward pass; arguments as for `block_metrics`."""
    report, budget = progress or (lambda _: None), as_budget(memory_budget)
    inputs = read_inputs(chain, images, labels, labelled=True)
    count, steps = len(inputs), plan.steps(chain)
    with evaluation(chain):
        first = inputs.batch(0, 1)
        check_fit(inputs, first)
        footprint = measure_footprint(chain, first)
        logits = measure_logits(chain, footprint, first)
        check_labels(inputs, logits.classes)
        with torch.no_grad():
            check_steps(chain, steps, tuple(chain.stem(first).shape[1:]))
        longest = max(1.0, len(steps) / len(chain))
        kept = footprint.graph * longest if "end_to_end" in gradients else footprint.state * 2
        needed = int(kept + footprint.block + footprint.head + LOGIT_COPIES * logits.bytes)

        def run(start: int, stop: int, on_step: Progress) -> ChunkPass:
            x, y = inputs.batch(start, stop), inputs.classes(start, stop)
            return ChunkPass(chain, steps, gradients, x, y, on_step, update)

        chunks = map_chunks(divide(chain, count, needed, budget), run, lambda done: report(done / count))
        metrics: dict[str, BlockMetrics] = {
            kind: replace(_join(chain, steps, kind, chunks), update=update) for kind in gradients
        }
        exits = join_outcomes([chunk.exits for chunk in chunks])
    report(1.0)
    return Pass(metrics, exits)


def _join(chain: ResidualChain, steps: Steps, kind: Gradient, chunks: list[ChunkPass]) -> BlockMetrics:
    def rows(field: str) -> Tensor:
        return torch.cat([getattr(chunk.values[kind], field) for chunk in chunks], dim=1).cpu()

    state, branch = rows("state"), rows("branch")
    blocks: list[ResidualBlock] = [chain.block(step.block) for step in steps]
    ratio = torch.cat([chunk.ratio for chunk in chunks])
    return BlockMetrics(
        gradient=kind,
        steps=steps,
        stages=tuple(chain.stages[step.block] for step in steps),
        is_projection=tuple(block.is_projection for block in blocks),
        cosine_loss=rows("cosine"),
        l2_ratio=torch.where(state > 0, branch / state, math.nan),
        activation_norm=state,
        gradient_norm=rows("gradient"),
        gradient_norm_ratio=ratio if kind == "end_to_end" else torch.full_like(ratio, math.nan),
        outcomes=join_outcomes([chunk.outcomes for chunk in chunks]),
    )
