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
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import torch
from torch import Tensor, nn

from iterscope.block_pass import BlockPass, BlockView, ForwardPass, Gradient
from iterscope.chain import ResidualChain
from iterscope.chunks import DEFAULT_MEMORY_BUDGET, Chunks, Progress, measure_footprint
from iterscope.errors import ConfigurationError
from iterscope.evaluation import evaluation
from iterscope.inputs import Images, Labels, PlanLike, as_budget, as_chain, as_plan, read_inputs
from iterscope.kept_states import BatchStates, KeptStates
from iterscope.numerics import OutcomeRows, Outcomes, cosine_between, join_outcomes, norm
from iterscope.parallel_chunks import map_chunks
from iterscope.plan import Plan, Steps, identity
from iterscope.results import Along, Record
from iterscope.tables import ALONE

Update = Literal["branch", "effective"]
METRICS = ("cosine_loss", "l2_ratio", "activation_norm", "gradient_norm")


@dataclass(frozen=True, repr=False)
class BlockMetrics(Record):
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
    norm_after_repeats: Tensor
    """(N,) ‖h‖ after the last step that repeats the block of the step before it; NaN where none does."""
    update: Update = "branch"
    """What the cosine and the ratio measure: F_i, or h_{i+1} − h_i."""

    def rows(self, start: int, stop: int) -> BlockMetrics:
        """The metrics of steps start … stop − 1 only."""
        cut = slice(start, stop)
        names = ("steps", "stages", "is_projection", *METRICS)
        return replace(self, **{name: getattr(self, name)[cut] for name in names})

    @property
    def loss(self) -> Tensor:
        """(N,) cross-entropy in nats."""
        return self.outcomes.loss[0]

    @property
    def correct(self) -> Tensor:
        """(N,) bool."""
        return self.outcomes.correct[0]

    def _along(self) -> Along:
        positions = {"steps": self.steps, "stage": self.stages, "is_projection": self.is_projection}
        found = {name: getattr(self, name) for name in METRICS}
        return {
            "step": {**positions, **found},
            ALONE: {"gradient_norm_ratio": self.gradient_norm_ratio, "outcomes": self.outcomes},
        }


@dataclass(frozen=True, repr=False)
class Survey(Record):
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

    def _along(self) -> Along:
        metrics = self.end_to_end._along()
        plugged = {"cosine_loss_plugged": self.plugged.cosine_loss, "gradient_norm_plugged": self.plugged.gradient_norm}
        return {
            "block": {**metrics["step"], **plugged},
            "exit": {"block": self.exit_blocks, "outcomes": self.exits},
            ALONE: metrics[ALONE],
        }


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
    states: KeptStates | None = None,
    begin: int = 0,
) -> Pass:
    """One forward pass, and for `end_to_end` one backward pass; arguments as for `block_metrics`.

    With kept states, the pass begins at the step `begin`, before which the plan is the untouched network. What belongs to steps before it
    is NaN, or undefined.
    """
    report, budget = progress or (lambda _: None), as_budget(memory_budget)
    inputs = read_inputs(chain, images, labels, labelled=True)
    whole = BlockPass(chain, plan.steps(chain), gradients, begin=begin)
    with evaluation(chain):

        def run(start: int, stop: int, on_step: Progress) -> _Chunk:
            kept = None if states is None else states.batch(start, stop)
            chunk = _Chunk(whole, inputs.batch(start, stop), inputs.classes(start, stop), update, on_step, kept)
            chunk.backward(on_step)
            return chunk

        chunks = map_chunks(whole.chunks(inputs, budget), run, lambda done: report(done / len(inputs)))
    report(1.0)
    return _pass_of(whole, chunks, update)


class BegunMetrics:
    """End-to-end metrics of a plan of which the forward pass is done, and its graph kept: `begin_metrics`."""

    def __init__(self, whole: BlockPass, spans: Chunks, chunks: Sequence[_Chunk], nbytes: float) -> None:
        self.nbytes = nbytes
        """What the graph takes at most."""
        self._whole, self._spans = whole, spans
        self._chunks = dict(zip(spans.spans, chunks, strict=True))
        self.outcomes = join_outcomes([chunk.outcomes for chunk in chunks])
        """(1, N) of the plan."""

    def finish(self, progress: Progress | None = None) -> BlockMetrics:
        """The backward pass, which is possible once. The same bits as those of `block_metrics`."""
        report, count = progress or (lambda _: None), self._spans.spans[-1][1]

        def run(start: int, stop: int, on_step: Progress) -> _Chunk:
            chunk = self._chunks.pop((start, stop))
            chunk.backward(on_step)
            return chunk

        with evaluation(self._whole.chain):
            chunks = map_chunks(self._spans, run, lambda done: report(done / count))
        self.nbytes = 0.0
        return _pass_of(self._whole, chunks, "branch").metrics["end_to_end"]


def begin_metrics(
    chain: ResidualChain,
    images: Images,
    labels: Labels,
    plan: Plan,
    *,
    states: KeptStates,
    held: float = 0.0,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> BegunMetrics | None:
    """The forward pass of `block_metrics` alone, from the first step on that differs from the untouched network, whose states are kept.

    So the outcomes are known before the gradients, and no step runs twice for that. None if the memory budget has no room for the graph of
    all images, for a further pass over some of them, and for the `held` bytes of others that were begun. Other arguments, and errors, as
    for `block_metrics`.
    """
    report, budget = progress or (lambda _: None), as_budget(memory_budget)
    inputs, steps = read_inputs(chain, images, labels, labelled=True), plan.steps(chain)
    equal = [step == untouched for step, untouched in zip(steps, identity().steps(chain), strict=False)]
    whole = BlockPass(chain, steps, ("end_to_end",), begin=[*equal, False].index(False))
    with evaluation(chain):
        spans = whole.chunks(inputs, budget)
        graph = measure_footprint(chain, inputs.batch(0, 1)).graph * max(1.0, len(steps) / len(chain))
        further = max(stop - start for start, stop in spans.spans) * spans.at_once
        if held + graph * (len(inputs) + further) > budget:
            return None

        def run(start: int, stop: int, on_step: Progress) -> _Chunk:
            x, y = inputs.batch(start, stop), inputs.classes(start, stop)
            return _Chunk(whole, x, y, "branch", on_step, states.batch(start, stop))

        chunks = map_chunks(spans, run, lambda done: report(done / len(inputs)))
    return BegunMetrics(whole, spans, chunks, graph * len(inputs))


def _pass_of(whole: BlockPass, chunks: list[_Chunk], update: Update) -> Pass:
    metrics: dict[str, BlockMetrics] = {
        kind: replace(_join(whole, kind, chunks), update=update) for kind in whole.gradients
    }
    return Pass(metrics, join_outcomes([chunk.exits for chunk in chunks]))


class _Chunk:
    """The values of one chunk of images: rows of NaN (steps, B) until they are known, and the plan's outcomes.

    Its forward pass runs at once; `backward` is still to be called, which gives the end-to-end gradients.
    """

    def __init__(
        self, whole: BlockPass, x: Tensor, y: Tensor, update: Update, on_step: Progress, kept: BatchStates | None
    ) -> None:
        steps, last_stage = whole.steps, set(whole.chain.last_stage)
        dtype = torch.promote_types(x.dtype, torch.float32)

        def rows() -> Tensor:
            return torch.full((len(steps), len(x)), math.nan, dtype=dtype, device=x.device)

        self.update, self.measured = update, set[int]()
        self.state, self.branch = rows(), rows()
        repeats = (row for row, step in enumerate(steps) if row > 0 and step.block == steps[row - 1].block)
        self.last_repeat, self.after = max(repeats, default=None), rows()[0]
        self.cosine, self.length, self.factor = (
            {kind: rows() for kind in whole.gradients} for _ in ("cosine", "length", "factor")
        )
        # The head on h_i is also the early exit after block i − 1; block 0 of the stage has none before it.
        exit_rows = [
            row
            for row, step in enumerate(steps)
            if "plugged" in whole.gradients and row > 0 and {step.block, steps[row - 1].block} <= last_stage
        ]
        exits = OutcomeRows(len(exit_rows) + 1, y, x.dtype)

        def exit_at(row: int, logits: Tensor) -> None:
            if row in exit_rows:
                exits.put([exit_rows.index(row)], logits)

        self.whole = whole
        self.forward: ForwardPass | None = whole.forward(x, y, self.put, on_step, exit_at, kept)
        exits.put([len(exit_rows)], self.forward.logits.detach())
        self.exits = exits.cpu()
        self.outcomes = self.exits.rows(len(exit_rows))

    def backward(self, on_step: Progress) -> None:
        """The backward pass, once."""
        assert self.forward is not None
        self.whole.backward(self.forward, self.put, on_step)
        self.forward = None  # frees what it holds

    def put(self, view: BlockView) -> None:
        """Reduce one step to numbers per image."""
        assert view.gradient is not None
        row, f = view.row, update_of(view, self.update)
        if row not in self.measured:
            self.measured.add(row)
            self.state[row] = norm(view.reference)
            self.branch[row] = 0.0 if f is None else norm(f)
            if row == self.last_repeat:
                self.after = norm(view.next_h)
        if view.direction is None or view.factor is None:
            return
        self.length[view.gradient][row] = length = norm(view.direction)
        self.factor[view.gradient][row] = view.factor
        if f is not None:
            self.cosine[view.gradient][row] = cosine_between(f, view.direction, self.branch[row], length)


def update_of(view: BlockView, update: Update) -> Tensor | None:
    """F, or the step's whole change of what F is compared with; None where the branch doesn't run."""
    if update == "branch":
        return view.f
    if view.plain_sum and view.s is view.reference:
        # The step adds α·F. Subtracting the two states instead would lose what is small beside h to rounding.
        return view.f if view.f is None or view.step.scale == 1.0 else view.f * view.step.scale
    return view.next_h - view.reference


def _join(whole: BlockPass, kind: Gradient, chunks: list[_Chunk]) -> BlockMetrics:
    chain, steps = whole.chain, whole.steps

    def rows(values: Callable[[_Chunk], Tensor]) -> Tensor:
        return torch.cat([values(chunk) for chunk in chunks], dim=1).cpu()

    state, branch, length = rows(lambda c: c.state), rows(lambda c: c.branch), rows(lambda c: c.length[kind])
    firsts = [row for row, step in enumerate(steps) if step.block == chain.last_stage[0]]
    ratio = torch.full_like(state[0], math.nan)
    if kind == "end_to_end" and firsts:
        # Lengths before the factor 1 − p_y, which cancels in the ratio but not in its rounding.
        ratio = length[0] / length[firsts[0]]
    return BlockMetrics(
        gradient=kind,
        steps=steps,
        stages=tuple(chain.stages[step.block] for step in steps),
        is_projection=tuple(chain.block(step.block).is_projection for step in steps),
        cosine_loss=rows(lambda c: c.cosine[kind]),
        l2_ratio=torch.where(state > 0, branch / state, math.nan),
        activation_norm=state,
        gradient_norm=length * rows(lambda c: c.factor[kind]),
        gradient_norm_ratio=ratio,
        outcomes=join_outcomes([chunk.outcomes for chunk in chunks]),
        norm_after_repeats=torch.cat([chunk.after for chunk in chunks]).cpu(),
    )
