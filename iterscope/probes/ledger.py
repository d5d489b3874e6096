"""The loss ledger: how much each block changes the loss, and whether the gradient predicts it.

plugged       The head on each state of the last stage: ℓ_l = L(head(r_l)). Block i pays ℓ_{i+1} − ℓ_i; to first order, that is
              ⟨∂ℓ_i/∂r_i, r_{i+1} − r_i⟩ (Jastrzębski et al. 2018, equations 2 to 4).
α-derivative  With r_{i+1} = merge(s_i + α_i·F_i): ∂L/∂α_i at α = 1, which is ⟨∂L/∂t_i, F_i⟩ at the sum t_i = s_i + F_i. Its negative
              estimates what dropping the block costs; that is attribution patching with a patch of 0 (Nanda 2023; Kramár et al. 2024,
              arXiv:2403.00745; the formula as we know it, not checked in the papers).
graddrop      The same against cancellation, from backward passes with the gradient through one branch cut: see `graddrop`.
path          A_i = ∫₀¹ ∂L/∂α_i dτ, where α = τ in all chosen blocks at once: integrated gradients of α (after Sundararajan, Taly and Yan
              2017, arXiv:1703.01365; not checked in the paper). Σ_i A_i is the loss of the network minus that without these blocks, up to
              the error of the integration: the unexplained rest.

r_l is the state after l blocks. L is the cross-entropy of a single image, in nats.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
import torch
from torch import Tensor, nn

from iterscope.arguments import shown, whole_number
from iterscope.block_pass import BlockPass, BlockView, Loss
from iterscope.chain import ResidualChain
from iterscope.chunks import DEFAULT_MEMORY_BUDGET, Progress
from iterscope.engine import evaluate_plans
from iterscope.errors import ConfigurationError, PlanError
from iterscope.evaluation import evaluation
from iterscope.inputs import Images, Labels, as_budget, as_chain, read_inputs
from iterscope.map_blocks import map_blocks
from iterscope.numerics import dot64, outcomes
from iterscope.panels import Scatter, Waterfall
from iterscope.parallel_chunks import map_chunks
from iterscope.plan import drop, identity, plan
from iterscope.probes.block_metrics import Update, update_of
from iterscope.probes.correlation import pearson
from iterscope.probes.graddrop import alpha_derivative, cut_passes
from iterscope.probes.graddrop import graddrop as dropped
from iterscope.results import Along, Record
from iterscope.tables import ALONE

NODES = (16, 32, 64)
"""The numbers of Gauss–Legendre nodes that "auto" tries, in this order."""
TOLERANCE = 0.02
"""The unexplained share of the mean loss difference below which "auto" is content."""
MOST_NODES = 1024

PLUGGED = Waterfall(
    title="Loss change by each block of the last stage",
    sentence="Each bar goes from the loss of the head on the state before a block to its loss on the state after it: "
    "green lowers the loss, orange raises it. A tick is where the gradient before the block predicts that the bar ends.",
    formula="ℓ_{i+1} − ℓ_i and ⟨∂ℓ_i/∂r_i, r_{i+1} − r_i⟩, with ℓ_i = L(head(r_i))",
    x="block",
    y="mean loss (nats)",
    changes="actual",
    level="loss",
    predicted="first",
)
PATH = Waterfall(
    title="What each block explains of the loss",
    sentence="From the loss without these blocks to that with them, as all are scaled from 0 to 1 together. Each bar is one block's share: "
    "green lowers the loss, orange raises it. Heights between the ends are sums of shares; the rest is the error of the integration.",
    formula="A_i = ∫₀¹ ∂L/∂α_i dτ, with α = τ in all these blocks",
    x="block",
    y="mean loss, with shares (nats)",
    changes="path",
    level="loss",
    rest="unexplained",
    running="sum of shares",
    start="without",
    end="with",
)
ESTIMATES = Scatter(
    title="Damage of dropping a block against its estimate",
    sentence="One point for each block: how much the loss grows without it, against what the gradient predicts. On the dotted line both "
    "are equal.",
    formula="L(α_i = 0) − L against −∂L/∂α_i",
    x="damage that the gradient predicts (nats)",
    y="damage when dropped (nats)",
    horizontal="derivative",
    vertical="damage",
    negative=True,
)


@dataclass(frozen=True, repr=False)
class Ledger(Record):
    """Losses and their first-order predictions for N images, in nats."""

    positions: tuple[int, ...]
    """(P,) the states of the last stage that the head reads: r_l for l = a … L, where a is the first one of the output's shape."""
    losses: Tensor
    """(P, N) the head's loss there."""
    plugged_blocks: tuple[int, ...]
    """(P − 1,) the blocks between these positions."""
    actual: Tensor
    """(P − 1, N) float64 what each of them changes: ℓ_{i+1} − ℓ_i."""
    first: Tensor
    """(P − 1, N) what the gradient predicts: ⟨∂ℓ_i/∂r_i, r_{i+1} − r_i⟩, or F_i in place of the difference."""
    derivative: Tensor
    """(L, N) ∂L/∂α_i at α = 1, through the rest of the network."""
    update: Update
    """Whether `first` is of r_{i+1} − r_i (effective) or of F_i (branch)."""
    graddrop: Tensor | None = None
    """(L, N) the mean of |∂L/∂α_i| over cuts of the gradient through each other block; None if it wasn't asked for."""

    def _along(self) -> Along:
        return {
            "position": {"position": self.positions, "loss": self.losses},
            "plugged block": {"plugged_block": self.plugged_blocks, "actual": self.actual, "first": self.first},
            "block": {"derivative": self.derivative} | ({} if self.graddrop is None else {"graddrop": self.graddrop}),
        }

    @property
    def _panels(self) -> tuple[Waterfall, ...]:
        return (PLUGGED,)


@dataclass(frozen=True)
class Fidelity:
    """How well the first order predicts the change, for R blocks over the images; NaN where the quotient is 0/0. All (R,) float64."""

    slope: Tensor
    """Σ first·actual / Σ first²: 1 where a step is a gradient step."""
    correlation: Tensor
    relative_error: Tensor
    """Σ |actual − first| / Σ |actual|"""


def fidelity(actual: Tensor, first: Tensor) -> Fidelity:
    """From the changes (R, N) and their predictions (R, N); images where either is undefined are left out."""
    actual, first = actual.double(), first.double()
    wrong = actual - first
    return Fidelity(
        slope=_quotient((first * actual).nansum(1), first.where(~wrong.isnan(), 0.0).square().sum(1)),
        correlation=pearson(actual, first),
        relative_error=_quotient(wrong.abs().nansum(1), actual.where(~wrong.isnan(), 0.0).abs().sum(1)),
    )


def _quotient(over: Tensor, under: Tensor) -> Tensor:
    return torch.where(under > 0, over / under, math.nan)


def ledger(
    chain: nn.Module,
    images: Images,
    labels: Labels = None,
    *,
    update: Update = "effective",
    graddrop: bool = False,
    loss: Loss | None = None,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> Ledger:
    """The plugged losses of the last stage with their first-order predictions, and every block's α-derivative, from one pass; with
    `graddrop` from L passes.

    Args:
        chain, images, labels: as for `evaluate_plans`.
        update: the step that `first` takes: `effective` for r_{i+1} − r_i, `branch` for F_i, which differ where merge isn't the identity.
        graddrop: whether estimates against cancellation are made, too.
        loss: one loss per image, from logits (B, K) and labels (B,); default: the cross-entropy.

    Raises:
        ConfigurationError: the update is unknown. Others as for `run_plans`.
    """
    if update not in get_args(Update):
        raise ConfigurationError(f"update is {update!r}: it must be one of {', '.join(get_args(Update))}")
    chain, report, budget = as_chain(chain), progress or (lambda _: None), as_budget(memory_budget)
    inputs = read_inputs(chain, images, labels, labelled=True)
    tail, count = plugged_blocks(chain), len(inputs)
    whole = BlockPass(chain, identity().steps(chain), ("plugged", "end_to_end"), loss)
    cuts = cut_passes(chain, loss) if graddrop else []
    share = 1 / (1 + len(cuts))

    def run(start: int, stop: int, on_step: Progress) -> dict[str, Tensor]:
        x, y = inputs.batch(start, stop), inputs.classes(start, stop)
        dtype = torch.promote_types(x.dtype, torch.float32)

        def rows(number: int) -> Tensor:
            return torch.empty(number, len(x), dtype=dtype, device=x.device)

        losses, first, derivative = rows(len(tail) + 1), rows(len(tail)), rows(len(chain))

        def head(row: int, logits: Tensor) -> None:
            if row in tail:
                losses[row - tail.start] = _losses(logits.to(dtype), y, loss)

        def visit(view: BlockView) -> None:
            if view.gradient == "end_to_end":
                derivative[view.row] = alpha_derivative(view)
            elif view.row in tail:
                step = update_of(view, update)
                assert step is not None
                assert view.direction_h is not None
                assert view.factor is not None
                first[view.row - tail.start] = dot64(step, view.direction_h) * view.factor

        logits = whole.run(x, y, visit, lambda done: on_step(done * share), head)
        losses[-1] = _losses(logits.to(dtype), y, loss)
        found = {"losses": losses, "first": first, "derivative": derivative}
        if graddrop:
            found["graddrop"] = dropped(cuts, x, y, derivative, lambda done: on_step(share + done * (1 - share)))
        return {name: values.cpu() for name, values in found.items()}

    with evaluation(chain):
        chunks = map_chunks(whole.chunks(inputs, budget), run, lambda done: report(done / count))
    report(1.0)
    found = {name: torch.cat([chunk[name] for chunk in chunks], dim=1) for name in chunks[0]}
    return Ledger(
        positions=(*tail, len(chain)),
        plugged_blocks=tuple(tail),
        actual=found["losses"].double().diff(dim=0),
        update=update,
        **found,
    )


def plugged_blocks(chain: ResidualChain) -> range:
    """The blocks of the last stage whose input the head can read: those after the last one that may change the shape."""
    kept = set(chain.shape_keeping)
    begins = [index + 1 for index in chain.last_stage if index not in kept]
    return range(max(begins, default=chain.last_stage[0]), len(chain))


def _losses(logits: Tensor, labels: Tensor, loss: Loss | None) -> Tensor:
    return outcomes(logits.unsqueeze(0), labels).loss[0] if loss is None else loss(logits, labels).detach()


@dataclass(frozen=True, repr=False)
class PathIntegral(Record):
    """The loss difference that each block explains on the way from α = 0 to α = 1, for N images, in nats; float64."""

    path_blocks: tuple[int, ...]
    """The blocks whose α goes from 0 to 1 together."""
    nodes: int
    """Gauss–Legendre nodes."""
    path: Tensor
    """(L, N) A_i; NaN in the other blocks."""
    total: Tensor
    """(N,) the loss of the network minus that without these blocks."""
    loss: Tensor
    """(N,) the loss of the network."""
    unexplained: Tensor
    """(N,) total − Σ_i A_i, the error of the integration."""

    @property
    def gap(self) -> float:
        """The unexplained share of the mean: |Σ unexplained| / |Σ total| over the images; NaN if nothing changes."""
        return gap(self.unexplained, self.total)

    def _along(self) -> Along:
        alone = {"loss": self.loss, "total": self.total, "unexplained": self.unexplained}
        return {"block": {"path": self.path}, ALONE: alone}

    @property
    def _panels(self) -> tuple[Waterfall, ...]:
        return (PATH,)


def gap(unexplained: Tensor, total: Tensor) -> float:
    """|Σ unexplained| / |Σ total| over the images where both are finite; NaN if nothing changes."""
    finite = unexplained.isfinite() & total.isfinite()
    return float(_quotient(unexplained[finite].sum().abs(), total[finite].sum().abs()))


def path_integral(
    chain: nn.Module,
    images: Images,
    labels: Labels = None,
    blocks: Sequence[int] | None = None,
    nodes: int = NODES[0],
    *,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> PathIntegral:
    """A_i = ∫₀¹ ∂L/∂α_i dτ, where α = τ in the chosen blocks and 1 in the others: one forward and one backward pass a node.

    Args:
        chain, images, labels: as for `evaluate_plans`.
        blocks: the blocks whose α changes; default: all that keep the shape.
        nodes: Gauss–Legendre nodes. ReLUs make the derivative jump, so the error falls with them slowly.

    Raises:
        PlanError: there are no such blocks, or the number of nodes is out of range. Others as for `run_plans`.
    """
    chain, report = as_chain(chain), progress or (lambda _: None)
    chosen, number = path_blocks(chain, blocks), whole_number(nodes)
    if number is None or not 1 <= number <= MOST_NODES:
        raise PlanError(f"nodes is {shown(nodes)}: give a whole number from 1 to {MOST_NODES}")
    points, weights = np.polynomial.legendre.leggauss(number)

    def part(at: int) -> Progress:
        return lambda done: report((at + done) / (number + 1))

    def derivatives(at: int) -> Tensor:
        scale = (1 + float(points[at])) / 2
        scaled = plan([(index, scale if index in chosen else 1.0) for index in range(len(chain))])
        return map_blocks(
            chain, images, labels, alpha_derivative, gradient="end_to_end", plan=scaled, memory_budget=memory_budget,
            progress=part(at),
        )  # fmt: skip

    path = sum(derivatives(at).double() * float(weights[at] / 2) for at in range(number))
    assert isinstance(path, Tensor)
    ends = [identity(), drop(chosen)]
    loss = evaluate_plans(chain, images, labels, ends, memory_budget=memory_budget, progress=part(number)).loss.double()
    total = loss[0] - loss[1]
    path[[index for index in range(len(chain)) if index not in chosen]] = math.nan
    return PathIntegral(chosen, number, path, total, loss[0], total - path[list(chosen)].sum(0))


def path_blocks(chain: ResidualChain, blocks: Sequence[int] | None) -> tuple[int, ...]:
    """The chosen blocks in ascending order; arguments and errors as for `path_integral`."""
    given = chain.shape_keeping if blocks is None else blocks
    chosen = tuple(sorted({chain.block_index(block) for block in given}))
    if not chosen:
        why = f"blocks is {shown(blocks)}" if blocks is not None else f"{chain.name} has no block that keeps the shape"
        raise PlanError(f"{why}: a path needs at least one block, so give blocks, or leave out the path")
    return chosen


def enough_nodes(
    chain: nn.Module,
    images: Images,
    labels: Labels = None,
    blocks: Sequence[int] | None = None,
    *,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> int:
    """The first of `NODES` that leaves less than `TOLERANCE` of these images' mean loss difference unexplained, otherwise the last."""
    for nodes in NODES[:-1]:
        found = path_integral(chain, images, labels, blocks, nodes, memory_budget=memory_budget, progress=progress)
        if not found.gap >= TOLERANCE:
            return nodes
    return NODES[-1]
