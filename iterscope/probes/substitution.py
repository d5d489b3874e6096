"""Whether one block can do another's work, so that depth is repetition (after Jacobs et al. 2025, "Block-Recurrent Dynamics in ViTs").

The substitution matrix is our definition. For two movable blocks i and j of a stage, each with its own BatchNorm:

    difference_ij = ‖F_j(h_i) − F_i(h_i)‖ / ‖F_i(h_i)‖ and cos(F_j(h_i), F_i(h_i)), on the untouched network's states
    gain_ij       = accuracy with block j in place of i − accuracy with block i dropped

Phases are the k contiguous segments of a stage whose states are most alike: they minimise Σ (1 − M_lm) over pairs of a segment, where M_lm
is the mean cosine of the states that blocks l and m return. (The source's cut is not contiguous.) The surrogate runs one block of each
segment as often as the segment is long, untrained, which is ours, too: the block with the lowest mean difference to those of its segment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from iterscope.arguments import shown, whole_number
from iterscope.block_pass import BlockView
from iterscope.chain import ResidualChain
from iterscope.chunks import DEFAULT_MEMORY_BUDGET, Progress
from iterscope.engine import evaluate_plans
from iterscope.errors import PlanError
from iterscope.inputs import Images, Labels, as_chain
from iterscope.map_blocks import map_blocks
from iterscope.numerics import Outcomes, cosine, norm64
from iterscope.plan import Plan, drop, identity, plan
from iterscope.probes.correlation import spearman
from iterscope.probes.movable import MovableBlocks, movable_blocks
from iterscope.probes.resampling import bootstrap_counts, percentile_interval
from iterscope.probes.stages import StageStates, map_stages, stage_blocks
from iterscope.results import Along, Record
from iterscope.tables import ALONE

Pair = tuple[int, int]
"""(i, j): block j in place of block i."""
Segment = tuple[int, int]
"""(start, stop) among the movable blocks of a stage."""
LEAST_BLOCKS = 2
"""Movable blocks that a stage needs for one of them to replace another."""


@dataclass(frozen=True, repr=False)
class Substitution(Record):
    """Results for N images and P pairs of blocks."""

    pairs: tuple[Pair, ...]
    """(P,) the block that is replaced, and the one that replaces it; both the same on the diagonal."""
    difference: Tensor
    """(P, N) float64 ‖F_j(h_i) − F_i(h_i)‖ / ‖F_i(h_i)‖; NaN where F_i is zero."""
    cosine: Tensor
    """(P, N) float64 cos(F_j(h_i), F_i(h_i)); NaN where one of them is zero."""

    def _along(self) -> Along:
        return {"pair": {"pair": self.pairs, "difference": self.difference, "cosine": self.cosine}}


def pairs_of(stages: Sequence[MovableBlocks]) -> list[Pair]:
    """All pairs of blocks of the same stage that can replace each other, each block with itself among them; none in a stage of one."""
    return [(i, j) for stage in _with_pairs(stages) for i in stage.blocks for j in stage.blocks]


def _with_pairs(stages: Sequence[MovableBlocks]) -> list[MovableBlocks]:
    return [stage for stage in stages if len(stage.blocks) >= LEAST_BLOCKS]


def replaceable(chain: ResidualChain) -> list[MovableBlocks]:
    """The movable blocks of each stage. Raises PlanError if no stage has two."""
    stages = movable_blocks(chain)
    if not _with_pairs(stages):
        raise PlanError(
            f"no stage of {chain.name} has two blocks that keep the shape: one of them can replace another only where there are two"
        )
    return stages


def substitution(
    chain: nn.Module,
    images: Images,
    *,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> Substitution:
    """How well each block's branch computes that of another block of its stage, on that block's input.

    `substitution_plans` gives the plans that run one block in place of another; `evaluate_plans` then gives their accuracy.

    Raises:
        PlanError: no stage has two blocks that keep the shape. Others as for `run_plans`.
    """
    chain = as_chain(chain)
    stages = replaceable(chain)
    mates = {block: stage.blocks for stage in _with_pairs(stages) for block in stage.blocks}
    width = max(map(len, mates.values()))

    def reduce(view: BlockView) -> dict[str, Tensor]:
        found = {
            name: torch.full((len(view.h), width), torch.nan, dtype=torch.float64, device=view.h.device)
            for name in ("difference", "cosine")
        }
        if view.step.block in mates and view.f is not None:
            own = norm64(view.f)
            for at, block in enumerate(mates[view.step.block]):
                other = view.f if block == view.step.block else chain.block(block).branch(view.h)
                difference = norm64(other - view.f)
                found["difference"][:, at] = torch.where(own > 0, difference / own, torch.nan)
                found["cosine"][:, at] = cosine(other, view.f)
        return found

    values = map_blocks(chain, images, None, reduce, memory_budget=memory_budget, progress=progress)
    pairs = pairs_of(stages)

    def rows(found: Tensor) -> Tensor:
        return torch.stack([found[i, :, mates[i].index(j)] for i, j in pairs])

    return Substitution(tuple(pairs), rows(values["difference"]), rows(values["cosine"]))


def replacing(chain: ResidualChain, others: dict[int, int]) -> Plan:
    """The plan with other blocks in place of some, each with its own BatchNorm."""
    return plan([(others.get(block, block), 1.0) for block in range(len(chain))])


def substitution_plans(chain: ResidualChain, stages: Sequence[MovableBlocks]) -> list[Plan]:
    """The untouched network; each movable block dropped; and each pair's substitution, in the order of `pairs_of`."""
    dropped = [drop(block) for stage in stages for block in stage.blocks]
    return [identity(), *dropped, *(replacing(chain, {i: j}) for i, j in pairs_of(stages))]


def as_matrix(values: Tensor, pairs: Sequence[Pair], blocks: int) -> Tensor:
    """(P,) values as a matrix (blocks, blocks), row i and column j; NaN where there is no pair."""
    found = torch.full((blocks, blocks), torch.nan, dtype=torch.float64)
    found[[i for i, _ in pairs], [j for _, j in pairs]] = values.double()
    return found


def nearness(values: Tensor, pairs: Sequence[Pair], blocks: Sequence[int]) -> float:
    """Spearman's correlation of (P,) values with −|i − j|, over the pairs of different blocks of a stage: positive if neighbours fit
    better. NaN if there are fewer than two such pairs, or if all are equally far apart."""
    chosen = [at for at, (i, j) in enumerate(pairs) if i != j and i in blocks and j in blocks]
    distances = [-float(abs(pairs[at][0] - pairs[at][1])) for at in chosen]
    return spearman(values[chosen], torch.tensor(distances, dtype=torch.float64))


def gains(stages: Sequence[MovableBlocks], correct: Tensor) -> Tensor:
    """(P, …) for each pair: `correct` with the substitution − `correct` with the block dropped.

    `correct`: (1 + blocks + P, …), one row for each of `substitution_plans`.
    """
    movable = [block for stage in stages for block in stage.blocks]
    dropped = [1 + movable.index(i) for i, _ in pairs_of(stages)]
    return correct[1 + len(movable) :].double() - correct[dropped].double()


def mean_gain(
    stages: Sequence[MovableBlocks], blocks: Sequence[int], correct: Tensor, seed: int
) -> tuple[float, tuple[float, float]]:
    """The mean gain over the pairs of different blocks of one stage, and its 95 % bootstrap interval over images; NaN without such pairs.

    `correct`: (1 + blocks + P, N), one row for each of `substitution_plans`.
    """
    chosen = [at for at, (i, j) in enumerate(pairs_of(stages)) if i != j and i in blocks and j in blocks]
    per_image = gains(stages, correct)[chosen].mean(0)
    counts = bootstrap_counts(len(per_image), seed)
    return float(per_image.mean()), percentile_interval(counts @ per_image / counts.sum(1))


@dataclass(frozen=True)
class Surrogate:
    """A way to run one stage, or all of them, as repetitions of a few blocks."""

    stage: int | None
    """The position in the list of movable blocks; None: all of them at once."""
    k: int
    """Segments of the stage; of all stages at once, at most that many in each."""
    segments: tuple[tuple[int, ...], ...]
    """The blocks of each segment."""
    chosen: tuple[int, ...]
    """The block that runs in each segment."""
    plan: Plan


@dataclass(frozen=True, repr=False)
class Phases(Record):
    """Results for N images and P surrogates."""

    stages: tuple[MovableBlocks, ...]
    similarity: tuple[Tensor, ...]
    """For each of them (n, n) float64: the mean cosine of the states that its blocks return, on the images that segments were chosen on."""
    surrogates: tuple[Surrogate, ...]
    """(P,)"""
    baseline: Outcomes
    """(1, N) of the untouched network."""
    outcomes: Outcomes
    """(P, N)."""

    def _along(self) -> Along:
        told = {
            name: tuple(getattr(each, name) for each in self.surrogates)
            for name in ("stage", "k", "segments", "chosen")
        }
        return {"plan": {**told, "outcomes": self.outcomes}, ALONE: {"baseline": self.baseline}}


def phases(
    chain: nn.Module,
    images: Images,
    labels: Labels = None,
    k: int = 4,
    *,
    fit: Images | None = None,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> Phases:
    """Each stage as 1, 2, … k segments of similar states, and the network's accuracy if one block does all the work of its segment.

    Args:
        chain, images, labels: as for `evaluate_plans`.
        k: the most segments of a stage; at most as many as it has movable blocks are tried.
        fit: images on which segments and their blocks are chosen, without labels; None: `images`.

    Raises:
        PlanError: k is not a whole number ≥ 1, or no stage has two blocks that keep the shape. Others as for `run_plans`.
    """
    chain, report = as_chain(chain), progress or (lambda _: None)
    chosen_on = images if fit is None else fit
    similarity, surrogates = choose_surrogates(
        chain, chosen_on, k, memory_budget=memory_budget, progress=lambda done: report(done / 2)
    )
    plans = [identity(), *(each.plan for each in surrogates)]
    found = evaluate_plans(
        chain, images, labels, plans, memory_budget=memory_budget, progress=lambda done: report((1 + done) / 2)
    )
    stages = tuple(movable_blocks(chain))
    return Phases(stages, tuple(similarity), tuple(surrogates), found.rows(0, 1), found.rows(1))


def choose_surrogates(
    chain: ResidualChain, images: Images, k: int, *, memory_budget: float, progress: Progress
) -> tuple[list[Tensor], list[Surrogate]]:
    """The similarity (n, n) of the states of each stage, and the surrogates of each stage and of all at once; errors as for `phases`."""
    most = whole_number(k)
    if most is None or most < 1:
        raise PlanError(f"k is {shown(k)}: give the most segments of a stage, a whole number ≥ 1")
    stages = replaceable(chain)
    similarity = state_similarity(
        chain, images, stages, memory_budget=memory_budget, progress=lambda done: progress(done / 10)
    )
    found = substitution(
        chain, images, memory_budget=memory_budget, progress=lambda done: progress((1 + 9 * done) / 10)
    )
    difference = as_matrix(found.difference.nanmean(1), found.pairs, len(chain))
    surrogates: list[Surrogate] = []
    for count in range(1, min(most, max(len(stage.blocks) for stage in stages)) + 1):
        parts = [
            _surrogate(stage.blocks, best_segments(alike, min(count, len(stage.blocks))), difference)
            for stage, alike in zip(stages, similarity, strict=True)
        ]
        for position, (stage, (segments, chosen)) in enumerate(zip(stages, parts, strict=True)):
            if len(stage.blocks) >= max(count, LEAST_BLOCKS):
                others = _others(segments, chosen)
                surrogates.append(Surrogate(position, count, segments, chosen, replacing(chain, others)))
        segments = tuple(segment for each, _ in parts for segment in each)
        chosen = tuple(block for _, each in parts for block in each)
        surrogates.append(Surrogate(None, count, segments, chosen, replacing(chain, _others(segments, chosen))))
    return similarity, surrogates


def _surrogate(
    blocks: Sequence[int], segments: Sequence[Segment], difference: Tensor
) -> tuple[tuple[tuple[int, ...], ...], tuple[int, ...]]:
    """The blocks of each segment, and the one with the lowest mean difference to them."""
    members = tuple(tuple(blocks[start:stop]) for start, stop in segments)
    losses = [difference[list(each)][:, list(each)].mean(0).nan_to_num(torch.inf) for each in members]
    return members, tuple(each[int(loss.argmin())] for each, loss in zip(members, losses, strict=True))


def _others(segments: Sequence[Sequence[int]], chosen: Sequence[int]) -> dict[int, int]:
    return {block: runs for segment, runs in zip(segments, chosen, strict=True) for block in segment}


def state_similarity(
    chain: ResidualChain,
    images: Images,
    stages: Sequence[MovableBlocks],
    *,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> list[Tensor]:
    """M (n, n) float64 for each entry of `movable_blocks`: the mean over images of cos(r_l, r_m), of the states that its blocks return.
    Images where a state is zero are left out; NaN if all are."""
    firsts = [blocks[0] for blocks in stage_blocks(chain)]

    def reduce(found: StageStates) -> list[Tensor]:
        rows = []
        for stage in stages:
            if stage.stage == found.stage:
                states = [found.states[block - firsts[stage.stage] + 1] for block in stage.blocks]
                pairs = [cosine(a, b) for at, a in enumerate(states) for b in states[at + 1 :]]
                rows.append(torch.stack(pairs).cpu() if pairs else torch.zeros(0, len(found.states[0])).double())
        return rows

    chunks = map_stages(chain, images, reduce, memory_budget=memory_budget, progress=progress)
    flat = [[rows for stage in chunk for rows in stage] for chunk in chunks]
    found = []
    for position, stage in enumerate(stages):
        n = len(stage.blocks)
        alike, above = torch.eye(n, dtype=torch.float64), torch.ones(n, n).triu(1).nonzero().T
        alike[above[0], above[1]] = torch.cat([rows[position] for rows in flat], 1).nanmean(1)
        found.append(alike.triu() + alike.triu(1).T)
    return found


def best_segments(similarity: Tensor, k: int) -> list[Segment]:
    """The division of n things in a row into k contiguous segments with the least Σ (1 − similarity) over pairs of a segment.

    Args:
        similarity: (n, n), symmetric. An undefined one counts as 0.
        k: at most n.

    Returns:
        (start, stop) of each segment; of equally good divisions, that with the longest last segment.
    """
    n = len(similarity)
    apart = (1 - similarity.nan_to_num(0.0)).triu(1)
    inside = [[float(apart[start:stop, start:stop].sum()) for stop in range(n + 1)] for start in range(n)]
    best = [[0.0 if stop == 0 else float("inf") for stop in range(n + 1)]]
    came: list[list[int]] = []
    for _ in range(k):
        row, origin = [float("inf")] * (n + 1), [0] * (n + 1)
        for stop in range(1, n + 1):
            costs = [best[-1][start] + inside[start][stop] for start in range(stop)]
            origin[stop] = min(range(stop), key=costs.__getitem__)
            row[stop] = costs[origin[stop]]
        best.append(row)
        came.append(origin)
    segments: list[Segment] = []
    stop = n
    for origin in reversed(came):
        segments.append((origin[stop], stop))
        stop = origin[stop]
    return segments[::-1]
