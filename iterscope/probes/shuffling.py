"""Blocks in another order (Veit, Wilber and Belongie 2016, section 4.3): error against the distance from the trained order."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from torch import nn

from iterscope.arguments import shown, whole_number
from iterscope.chain import ResidualChain
from iterscope.chunks import DEFAULT_MEMORY_BUDGET, Progress
from iterscope.engine import evaluate_plans
from iterscope.errors import ConfigurationError, PlanError
from iterscope.inputs import Images, Labels, as_chain
from iterscope.numerics import Outcomes
from iterscope.plan import shuffle
from iterscope.results import Along, Record


@dataclass(frozen=True, repr=False)
class Shuffling(Record):
    """Results for N images under P orders of the blocks."""

    swaps: tuple[int, ...]
    """(P,) the number of swaps."""
    orders: tuple[tuple[int, ...], ...]
    """(P,) the blocks in the order in which they ran."""
    kendall_tau: tuple[float, ...]
    """(P,) rank correlation with the trained order: 1 untouched, −1 reversed."""
    outcomes: Outcomes
    """(P, N)."""

    def _along(self) -> Along:
        positions = {"swaps": self.swaps, "order": self.orders, "kendall_tau": self.kendall_tau}
        return {"plan": {**positions, "outcomes": self.outcomes}}


def kendall_tau(order: Sequence[int]) -> float:
    """(concordant − discordant) / pairs of a permutation against the ascending order, between −1 and 1; 1 for fewer than two."""
    pairs = [(earlier, later) for position, earlier in enumerate(order) for later in order[position + 1 :]]
    return sum(1 if earlier < later else -1 for earlier, later in pairs) / len(pairs) if pairs else 1.0


def random_order(chain: ResidualChain, swaps: int, generator: random.Random) -> tuple[int, ...]:
    """The trained order after `swaps` random swaps of two blocks within a stage; blocks that change the shape stay in place."""
    order = list(range(len(chain)))
    movable = [
        [index for index in order if chain.stages[index] == stage and not _anchored(chain, index)]
        for stage in sorted(set(chain.stages))
    ]
    pairs = [(a, b) for stage in movable for position, a in enumerate(stage) for b in stage[position + 1 :]]
    if swaps and not pairs:
        raise PlanError(f"swaps is {swaps}, but no stage of {chain.name} has two blocks that can be swapped")
    for _ in range(swaps):
        a, b = generator.choice(pairs)
        order[a], order[b] = order[b], order[a]
    return tuple(order)


def _anchored(chain: ResidualChain, index: int) -> bool:
    """Whether a block changes the shape: only the first block of a stage does."""
    block = chain.block(index)
    begins = index == 0 or chain.stages[index] != chain.stages[index - 1]
    return begins and (block.is_projection or block.has_preparation)


def shuffling(
    chain: nn.Module,
    images: Images,
    labels: Labels = None,
    swaps: Sequence[int] = (0, 1, 2, 4),
    repeats: int = 5,
    *,
    seed: int = 0,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> Shuffling:
    """Accuracy and loss after random swaps of shape-compatible blocks, `repeats` orders for each number of swaps.

    Raises:
        PlanError: a number of swaps is negative, repeats is below 1, or the network's blocks can't be swapped.
    """
    chain = as_chain(chain)
    counts, orders = random_orders(chain, swaps, repeats, seed)
    plans = [shuffle(order) for order in orders]
    outcomes = evaluate_plans(chain, images, labels, plans, memory_budget=memory_budget, progress=progress)
    return Shuffling(counts, orders, tuple(kendall_tau(order) for order in orders), outcomes)


def random_orders(
    chain: ResidualChain, swaps: Sequence[int], repeats: int, seed: int
) -> tuple[tuple[int, ...], tuple[tuple[int, ...], ...]]:
    """The number of swaps of each order, and the orders; arguments and errors as for `shuffling`."""
    numbers, orders_each, start = [whole_number(count) for count in swaps], whole_number(repeats), whole_number(seed)
    if not numbers or any(count is None or count < 0 for count in numbers):
        raise PlanError(f"swaps is {shown(list(swaps))}: give numbers of swaps, each ≥ 0")
    if orders_each is None or orders_each < 1:
        raise PlanError(f"repeats is {shown(repeats)}: give the number of orders to try for each number of swaps, ≥ 1")
    if start is None:
        raise ConfigurationError(f"seed is {shown(seed)}: give a whole number")
    generator = random.Random(start)
    counts = tuple(count for count in numbers if count is not None for _ in range(orders_each if count else 1))
    return counts, tuple(random_order(chain, count, generator) for count in counts)
