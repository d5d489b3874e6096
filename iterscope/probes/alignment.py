"""Residual alignment: do the blocks of a stage push along the same directions, on a straight line?

Li and Papyan 2023 (arXiv:2401.09018) find in trained residual networks: RA1, states are equispaced on a line; RA2, the top singular
vectors of the residual Jacobians J_i = ∂F_i/∂h_i align across depth; RA3, the rank of J_i is at most C, the number of classes; RA4, its top
singular values are inversely proportional to depth. The measurement follows that lab's code (sugolov/coupling); coupling: Aubry, Meng,
Sugolov, Papyan 2025 (arXiv:2407.07810). The line-shape score is after Gai and Zhang 2021 (arXiv:2102.09235), from a third party's code.

With J_i = U_i S_i V_iᵀ, cut to its K largest singular values, at one image:

    coupling      c_ij = 1 − ‖ |U_jᵀ J_i V_j| − S_i ‖_F / ‖S_i‖_F, within a stage; 1 is perfect
    overlap       ‖U_iᵀ U_j‖²_F / K, which near-equal singular values don't blur (our addition)
    self          a_i = mean_k |u_k · v_k|
    stable rank   ‖J_i‖²_F / s_1², by random vectors

With the n steps e_i = r_{i+1} − r_i of a stage that keep the shape: the mean cos(e_i, e_{i+1}); the line-shape score
LSS = n / ‖Σ e_i/‖e_i‖‖, 1 on a line and √n for orthogonal steps; tortuosity Σ‖e_i‖ / ‖Σ e_i‖; and spacing std‖e_i‖ / mean‖e_i‖.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from iterscope.arguments import shown, whole_number
from iterscope.chain import Footprint, ResidualChain
from iterscope.chunks import DEFAULT_MEMORY_BUDGET, Progress
from iterscope.errors import ConfigurationError
from iterscope.evaluation import plain_attention
from iterscope.inputs import Images, as_chain
from iterscope.numerics import dot, norm
from iterscope.probes.gain import ITERATIONS, check_iterations
from iterscope.probes.jacobians import (
    GRAPHS,
    OVERSAMPLED,
    Linearised,
    Singular,
    largest_singular,
    squared_norm,
)
from iterscope.probes.stages import StageStates, map_stages, stage_blocks
from iterscope.results import Along, Record

DEFAULT_RANK = 10
"""K, unless a network of up to `MOST_CLASSES` classes needs one more than it has classes."""
MOST_CLASSES = 31
"""With more classes, s_{C+1} isn't measured by default: the time grows with K."""


@dataclass(frozen=True, repr=False)
class LineShape(Record):
    """How straight each of S stages is, for N images. A stage of fewer than two steps is NaN, as is an image with a step of length 0."""

    steps: tuple[int, ...]
    """(S,) n, the number of steps that keep the shape."""
    cosine: Tensor
    """(S, N) the mean of cos(e_i, e_{i+1})."""
    score: Tensor
    """(S, N) LSS, 1 to ∞."""
    tortuosity: Tensor
    """(S, N) ≥ 1."""
    spacing: Tensor
    """(S, N) ≥ 0."""

    def _along(self) -> Along:
        names = ("cosine", "score", "tortuosity", "spacing")
        return {"stage": {"steps": self.steps, **{name: getattr(self, name) for name in names}}}


@dataclass(frozen=True)
class Alignment:
    """The residual Jacobians of L blocks at N images. Undefined values are NaN."""

    rank: int
    """K."""
    stages: tuple[int, ...]
    """(L,)"""
    keeps_shape: tuple[bool, ...]
    """(L,) whether F has the shape of h; others have no self-alignment, and are compared with no block."""
    values: Tensor
    """(L, K, N) float64: s_1 … s_K, descending; NaN beyond the dimensions of J."""
    self_alignment: Tensor
    """(L, N) a_i, 0 to 1."""
    stable_rank: Tensor
    """(L, N); NaN where s_1 = 0."""
    coupling: Tensor
    """(L, L, N) c_ij ≤ 1; NaN between stages."""
    overlap: Tensor
    """(L, L, N) 0 to 1; NaN between stages."""

    def tail(self, classes: int) -> Tensor:
        """(L, N) s_{C+1} / s_1 for C classes; NaN where K ≤ C."""
        if classes >= self.rank:
            return torch.full_like(self.stable_rank, math.nan)
        return self.values[:, classes] / _above_zero(self.values[:, 0])

    def inverse_fit(self) -> Tensor:
        """(S, N) the correlation of 1/s_1 with the block's index within each stage, among blocks that keep the shape; NaN for fewer
        than three.
        """
        inverse = 1 / _above_zero(self.values[:, 0])
        rows = []
        for stage in range(self.stages[-1] + 1):
            y = inverse[[at for at, each in enumerate(self.stages) if each == stage and self.keeps_shape[at]]]
            x = torch.arange(len(y), dtype=torch.float64)
            x, y = (x - x.mean()).unsqueeze(1), y - y.mean(0)
            both = x.norm() * y.norm(dim=0)
            rows.append((x * y).sum(0) / both.where((both > 0) & torch.tensor(len(x) > 2), math.nan))
        return torch.stack(rows)

    def mean_coupling(self) -> Tensor:
        """(S, N) the mean of c_ij over the pairs i ≠ j of each stage; NaN without any."""
        apart = self.coupling.clone()
        apart[range(len(apart)), range(len(apart))] = math.nan
        rows = []
        for stage in range(self.stages[-1] + 1):
            at = torch.tensor([index for index, each in enumerate(self.stages) if each == stage])
            rows.append(apart[at][:, at].flatten(0, 1).nanmean(0))
        return torch.stack(rows)


def line_shape(
    chain: nn.Module,
    images: Images,
    *,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> LineShape:
    """How straight the path through each stage is, from one forward pass; arguments and errors as for `run_plans`."""
    chain = as_chain(chain)
    chunks = map_stages(chain, images, _line, memory_budget=memory_budget, progress=progress)
    joined = torch.cat([torch.stack([values for _, values in chunk]) for chunk in chunks], 2)
    steps = tuple(steps for steps, _ in chunks[0])
    return LineShape(steps, joined[:, 0], joined[:, 1], joined[:, 2], joined[:, 3])


def _line(found: StageStates) -> tuple[int, Tensor]:
    """n, and (4, B) float64 of one stage."""
    lengths: list[Tensor] = []
    cosines: list[Tensor] = []
    path = directions = before = torch.zeros(())
    for h, after in zip(found.inputs, found.states[1:], strict=True):
        if after.shape != h.shape:
            continue
        step = (after - h).double()
        lengths.append(length := norm(step))
        unit = step / length.where(length > 0, math.nan).view(-1, *[1] * (step.dim() - 1))
        if len(lengths) > 1:
            cosines.append(dot(before, unit))
        path, directions, before = path + step, directions + unit, unit
    if len(lengths) < 2:
        return len(lengths), torch.full((4, len(found.states[0])), math.nan, dtype=torch.float64)
    length = torch.stack(lengths)
    cosine, score = torch.stack(cosines).mean(0), len(lengths) / norm(directions)
    tortuosity, spacing = length.sum(0) / norm(path), length.std(0, correction=0) / length.mean(0)
    return len(lengths), torch.stack([cosine, score, tortuosity, spacing]).cpu()


def default_rank(classes: int | None) -> int:
    """K for a network of C classes: at least C + 1, unless C is large."""
    return DEFAULT_RANK if classes is None or classes > MOST_CLASSES else max(DEFAULT_RANK, classes + 1)


def alignment(
    chain: nn.Module,
    images: Images,
    rank: int = DEFAULT_RANK,
    *,
    iterations: int = ITERATIONS,
    seed: int = 0,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> Alignment:
    """The residual Jacobians of all blocks, and how they align within a stage; results are on the CPU.

    It takes about 2·(K + 5)·(2·iterations + blocks of the stage) forward passes for each image, so few images are measured.

    Args:
        chain, images: as for `run_plans`.
        rank: K, the number of singular values, ≥ 1; cut to the dimensions of J.
        iterations: of the subspace iteration, ≥ 1.
        seed: of its start, and of the random vectors.
        memory_budget: bytes that activations may use.
        progress: called with the share of the work that is done, 0 to 1; may raise `Cancelled`.

    Raises:
        ConfigurationError: an option is out of range. Others as for `run_plans`.
    """
    count = whole_number(rank)
    if count is None or count < 1:
        raise ConfigurationError(f"rank is {shown(rank)}: give a whole number of 1 or more")
    check_iterations(iterations)
    chain = as_chain(chain)
    copies = count + OVERSAMPLED
    longest = max(map(len, stage_blocks(chain)))

    def more(footprint: Footprint) -> int:
        return copies * GRAPHS * footprint.block + 2 * longest * count * footprint.state

    def reduce(found: StageStates) -> _Stage:
        return _align(chain, found, count, iterations, seed)

    with plain_attention():
        chunks = map_stages(
            chain,
            images,
            reduce,
            memory_budget=memory_budget,
            progress=progress,
            forward_share=0.01,
            more=more,
            copies=copies,
        )
    length = len(chain)
    total = sum(len(chunk[0].stable_rank[0]) for chunk in chunks)
    pairs = {
        name: torch.full((length, length, total), math.nan, dtype=torch.float64) for name in ("coupling", "overlap")
    }
    for stage, blocks in enumerate(stage_blocks(chain)):
        for name, whole in pairs.items():
            part = torch.cat([getattr(chunk[stage], name) for chunk in chunks], 2)
            whole[blocks.start : blocks.stop, blocks.start : blocks.stop] = part

    def rows(name: str) -> Tensor:
        return torch.cat([torch.cat([getattr(stage, name) for stage in chunk]) for chunk in chunks], -1)

    return Alignment(
        rank=count,
        stages=chain.stages,
        keeps_shape=tuple(kept for stage in chunks[0] for kept in stage.keeps_shape),
        values=rows("values"),
        self_alignment=rows("self_alignment"),
        stable_rank=rows("stable_rank"),
        **pairs,
    )


@dataclass(frozen=True)
class _Stage:
    """The Jacobians of n blocks of one stage on a chunk of B images, named as in `Alignment`."""

    keeps_shape: list[bool]
    values: Tensor
    self_alignment: Tensor
    stable_rank: Tensor
    coupling: Tensor
    overlap: Tensor


def _align(chain: ResidualChain, found: StageStates, rank: int, iterations: int, seed: int) -> _Stage:
    count, images = len(found.blocks), len(found.states[0])

    def undefined(*shape: int) -> Tensor:
        return torch.full((*shape, images), math.nan, dtype=torch.float64, device="cpu")

    def linearised(at: int) -> Linearised:
        return Linearised(chain.block(found.blocks[at]).branch, found.inputs[at], rank + OVERSAMPLED)

    kept = [h.shape == after.shape for h, after in zip(found.inputs, found.states[1:], strict=True)]
    stage = _Stage(
        kept,
        undefined(count, rank),
        undefined(count),
        undefined(count),
        undefined(count, count),
        undefined(count, count),
    )
    singular: list[Singular] = []
    for at in range(count):
        jacobian = linearised(at)
        own = largest_singular(jacobian, rank, iterations, seed)
        singular.append(own)
        stage.values[at, : own.values.shape[1]] = own.values.T.cpu()
        first = _above_zero(own.values[:, 0])
        stage.stable_rank[at] = (squared_norm(jacobian, seed) / first**2).cpu()
        if kept[at]:
            each = (own.left * own.right).sum(2).abs().mean(1).double()
            stage.self_alignment[at] = each.where(first.isfinite(), math.nan).cpu()
        found.tell(0.7 * (at + 1) / count)
    for at in range(count):
        others = [other for other in range(count) if kept[at] and kept[other] and _comparable(singular, at, other)]
        jacobian = linearised(at)
        for other in others:
            stage.coupling[at, other] = _coupling(jacobian, singular[at], singular[other]).cpu()
            stage.overlap[at, other] = _overlap(singular[at], singular[other]).cpu()
        found.tell(0.7 + 0.3 * (at + 1) / count)
    return stage


def _comparable(singular: list[Singular], at: int, other: int) -> bool:
    return singular[at].right.shape == singular[other].right.shape


def _coupling(jacobian: Linearised, own: Singular, other: Singular) -> Tensor:
    """(B,) 1 − ‖ |U_jᵀ J_i V_j| − S_i ‖_F / ‖S_i‖_F."""
    rank = own.values.shape[1]
    vectors = other.right.new_zeros(len(other.right), jacobian.copies, jacobian.inner)
    vectors[:, :rank] = other.right
    between = (other.left @ jacobian.push(vectors)[:, :rank].transpose(1, 2)).abs().double()
    apart = (between - torch.diag_embed(own.values)).flatten(1).norm(dim=1)
    found: Tensor = 1 - apart / _above_zero(own.values.norm(dim=1))
    return found


def _overlap(own: Singular, other: Singular) -> Tensor:
    """(B,) ‖U_iᵀ U_j‖²_F / K."""
    shared: Tensor = (own.left @ other.left.transpose(1, 2)).double().square().flatten(1).sum(1) / own.values.shape[1]
    return shared.where((own.values[:, 0] > 0) & (other.values[:, 0] > 0), math.nan)


def _above_zero(values: Tensor) -> Tensor:
    """NaN where a divisor is 0."""
    return values.where(values > 0, math.nan)
