"""Lesions: several blocks dropped at random, and spans of blocks in another arrangement.

dropped    k of the blocks that keep the shape, drawn at random: error against k (after Veit, Wilber and Belongie 2016, section 4.2; the
           details are ours).
reversed   the blocks of a span in reversed order.
parallel   r ← merge(r + Σ_m F_m(r)): every block of a span reads the same state (after Sun et al. 2024, arXiv:2407.09298; not checked in
           the paper).
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from iterscope.arguments import shown, whole_number
from iterscope.chain import ResidualBlock, ResidualChain
from iterscope.chunks import DEFAULT_MEMORY_BUDGET, Progress
from iterscope.engine import evaluate_plans
from iterscope.errors import ConfigurationError, PlanError
from iterscope.inputs import Images, Labels, as_chain
from iterscope.numerics import Outcomes
from iterscope.plan import drop
from iterscope.results import Along, Record

DRAWS = 20
"""Sets of blocks for each number of dropped blocks (all, if there are fewer)."""
MOST_DRAWS = 1000
Span = tuple[int, int]
"""The first and the last block of a run of blocks that keep the shape, in one stage."""


@dataclass(frozen=True, repr=False)
class Lesions(Record):
    """Results for N images without P sets of blocks."""

    dropped: tuple[tuple[int, ...], ...]
    """(P,) the sets in ascending size; the first is empty: the untouched network."""
    outcomes: Outcomes
    """(P, N)."""

    @property
    def counts(self) -> tuple[int, ...]:
        """(P,) how many blocks each set has."""
        return tuple(map(len, self.dropped))

    def _along(self) -> Along:
        return {"plan": {"count": self.counts, "blocks": self.dropped, "outcomes": self.outcomes}}


@dataclass(frozen=True)
class LesionCurve:
    """Error against the number of dropped blocks, for K numbers in ascending order."""

    counts: tuple[int, ...]
    """(K,) from 0 on."""
    sets: tuple[int, ...]
    """(K,) sets of that size."""
    error: Tensor
    """(K,) float64 mean over the sets."""
    error_std: Tensor
    """(K,) standard deviation over the sets (divided by their number)."""
    error_range: Tensor
    """(K, 2) the lowest and the highest."""
    loss: Tensor
    """(K,) mean over sets and images, in nats."""

    @property
    def largest_step(self) -> float:
        """The largest rise of the error from one number to the next, as a share of the whole rise; NaN if it doesn't rise."""
        whole = float(self.error[-1] - self.error[0])
        return float(self.error.diff().max()) / whole if whole > 0 else math.nan


def lesions(
    chain: nn.Module,
    images: Images,
    labels: Labels = None,
    counts: Sequence[int] | None = None,
    draws: int = DRAWS,
    *,
    seed: int = 0,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> Lesions:
    """Accuracy and loss without k blocks at once, for several k.

    Args:
        chain, images, labels: as for `evaluate_plans`.
        counts: the numbers of blocks; those above the number of blocks that keep the shape are left out. Default: 1, 2, 4, 8, …
        draws: different sets for each number, drawn by the seed (all sets, if there are no more than that).

    Raises:
        PlanError: no block keeps the shape, or counts or draws are out of range. Others as for `run_plans`.
    """
    chain = as_chain(chain)
    dropped = lesion_sets(chain, counts, draws, seed)
    plans = [drop(blocks) for blocks in dropped]
    return Lesions(
        dropped, evaluate_plans(chain, images, labels, plans, memory_budget=memory_budget, progress=progress)
    )


def lesion_sets(
    chain: ResidualChain, counts: Sequence[int] | None, draws: int, seed: int
) -> tuple[tuple[int, ...], ...]:
    """The sets of blocks, the empty one first; arguments and errors as for `lesions`. What is drawn for a number depends on no other."""
    movable, start = chain.shape_keeping, whole_number(seed)
    if not movable:
        raise PlanError(f"{chain.name} has no block that keeps the shape: there is nothing to drop")
    given = [2**power for power in range(len(movable).bit_length())] if counts is None else counts
    numbers, each = [whole_number(count) for count in given], whole_number(draws)
    if any(number is None or number < 0 for number in numbers):
        raise PlanError(f"counts is {shown(list(given))}: give numbers of blocks, each ≥ 0")
    if each is None or not 1 <= each <= MOST_DRAWS:
        raise PlanError(f"draws is {shown(draws)}: give the number of sets for each count, 1 to {MOST_DRAWS}")
    if start is None:
        raise ConfigurationError(f"seed is {shown(seed)}: give a whole number")
    sizes = sorted({0, *(number for number in numbers if number is not None and number <= len(movable))})
    return tuple(chosen for size in sizes for chosen in drawn_sets(movable, size, each, start))


def drawn_sets(blocks: Sequence[int], size: int, draws: int, seed: int) -> list[tuple[int, ...]]:
    """Different sets of `size` blocks, drawn by the seed; all of them, if there are no more than `draws`."""
    if math.comb(len(blocks), size) <= draws:
        return list(itertools.combinations(blocks, size))
    generator = random.Random(f"{seed} {size}")
    found: dict[tuple[int, ...], None] = {}
    while len(found) < draws:
        found[tuple(sorted(generator.sample(blocks, size)))] = None
    return list(found)


def lesion_curve(dropped: Sequence[Sequence[int]], outcomes: Outcomes) -> LesionCurve:
    """Error against the number of dropped blocks, from the outcomes (P, N) without each of P sets."""
    sizes, error, loss = (
        torch.tensor([len(blocks) for blocks in dropped], device="cpu"),
        1 - outcomes.accuracy,
        outcomes.mean_loss,
    )
    counts = sorted(set(sizes.tolist()))
    groups = [error[sizes == count] for count in counts]
    return LesionCurve(
        counts=tuple(counts),
        sets=tuple(map(len, groups)),
        error=torch.stack([group.mean() for group in groups]),
        error_std=torch.stack([group.std(correction=0) for group in groups]),
        error_range=torch.stack([torch.stack([group.min(), group.max()]) for group in groups]),
        loss=torch.stack([loss[sizes == count].mean() for count in counts]),
    )


def spans_of(chain: ResidualChain, given: Literal["stages", "none"] | Sequence[Sequence[int]]) -> tuple[Span, ...]:
    """Spans of blocks that keep the shape: "stages" for the longest one of each stage that has two or more such blocks in a row.

    Raises PlanError unless each given span is (first, last) of at least two blocks of one stage that keep the shape.
    """
    if isinstance(given, str):
        if given not in ("stages", "none"):
            raise PlanError(f"spans is {shown(given)}: give 'stages', 'none' or a list of (first, last)")
        return _longest_spans(chain) if given == "stages" else ()
    found = []
    for span in given:
        if len(span) != 2:
            raise PlanError(f"{shown(span)} in spans is not a span: give (first, last)")
        first, last = map(chain.block_index, span)
        blocks = range(first, last + 1)
        if len(blocks) < 2 or chain.stages[first] != chain.stages[last] or not set(blocks) <= set(chain.shape_keeping):
            raise PlanError(
                f"{shown(list(span))} in spans can't be rearranged: give the first and the last of at least two blocks of one stage that "
                "keep the shape"
            )
        found.append((first, last))
    return tuple(found)


def _longest_spans(chain: ResidualChain) -> tuple[Span, ...]:
    longest: dict[int, list[int]] = {}
    run: list[int] = []
    for index in chain.shape_keeping:
        same = run and run[-1] == index - 1 and chain.stages[run[-1]] == chain.stages[index]
        run = [*run, index] if same else [index]
        if len(run) > len(longest.get(chain.stages[index], ())):
            longest[chain.stages[index]] = run
    return tuple((blocks[0], blocks[-1]) for blocks in longest.values() if len(blocks) > 1)


def reversed_order(chain: ResidualChain, span: Span) -> tuple[int, ...]:
    """The network's blocks with those of a span in reversed order."""
    order, (first, last) = list(range(len(chain))), span
    order[first : last + 1] = order[first : last + 1][::-1]
    return tuple(order)


def parallel(chain: ResidualChain, span: Span) -> ResidualChain:
    """The network with the blocks of a span side by side: r ← merge(r + Σ_m F_m(r)), with the last one's merge. It shares all modules."""
    first, last = span
    together = _Parallel([chain.block(index) for index in range(first, last + 1)])
    blocks = [*itertools.islice(chain, first), together, *itertools.islice(chain, last + 1, None)]
    stages = (*chain.stages[: first + 1], *chain.stages[last + 1 :])
    found = ResidualChain(chain.stem, blocks, chain.head, stages=stages, name=chain.name, convention=chain.convention)
    found.input_size, found.num_classes = chain.input_size, chain.num_classes
    return found


class _Parallel(ResidualBlock):
    def __init__(self, blocks: Sequence[ResidualBlock]) -> None:
        super().__init__()
        self.parts = nn.ModuleList(blocks)

    def branch(self, h: Tensor) -> Tensor:
        first, *others = (_block(part).branch(h) for part in self.parts)
        for other in others:
            first = first + other
        return first

    def merge(self, total: Tensor) -> Tensor:
        return _block(self.parts[-1]).merge(total)


def _block(module: nn.Module) -> ResidualBlock:
    assert isinstance(module, ResidualBlock)
    return module
