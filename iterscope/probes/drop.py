"""Block drop (section 4.2, figures 3 and 12): F := 0 in some blocks, everything else unchanged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from torch import nn

from iterscope.arguments import shown, whole_number
from iterscope.chain import ResidualChain
from iterscope.chunks import DEFAULT_MEMORY_BUDGET, Progress
from iterscope.engine import evaluate_plans
from iterscope.errors import PlanError
from iterscope.inputs import Images, Labels, as_chain
from iterscope.numerics import Outcomes
from iterscope.plan import drop, identity
from iterscope.results import Along, Record
from iterscope.tables import ALONE


@dataclass(frozen=True, repr=False)
class BlockDrop(Record):
    """Results for N images with blocks dropped."""

    dropped: tuple[tuple[int, ...], ...]
    """(P,) the blocks that each plan drops."""
    baseline: Outcomes
    """(1, N) of the untouched network."""
    outcomes: Outcomes
    """(P, N) of the plans."""

    def _along(self) -> Along:
        return {"plan": {"blocks": self.dropped, "outcomes": self.outcomes}, ALONE: {"baseline": self.baseline}}


def block_drop(
    chain: nn.Module,
    images: Images,
    labels: Labels = None,
    blocks: Literal["each"] | Sequence[int | Sequence[int]] = "each",
    *,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> BlockDrop:
    """Accuracy and loss with blocks dropped; in a projection block the shortcut remains.

    Args:
        chain, images, labels: as for `evaluate_plans`.
        blocks: "each" to drop every block on its own, or the groups of blocks to drop together, such as [3, [4, 5]].

    Raises:
        PlanError: there are no blocks to drop. BlockError: a block is out of range. Others as for `run_plans`.
    """
    chain = as_chain(chain)
    dropped = dropped_blocks(chain, blocks)
    plans = [identity(), *(drop(group) for group in dropped)]
    all_outcomes = evaluate_plans(chain, images, labels, plans, memory_budget=memory_budget, progress=progress)
    return BlockDrop(dropped, all_outcomes.rows(0, 1), all_outcomes.rows(1))


def dropped_blocks(
    chain: ResidualChain, blocks: Literal["each"] | Sequence[int | Sequence[int]]
) -> tuple[tuple[int, ...], ...]:
    """The blocks that each plan drops; arguments and errors as for `block_drop`."""
    groups = [(index,) for index in range(len(chain))] if isinstance(blocks, str) else _groups(blocks)
    if isinstance(blocks, str) and blocks != "each":
        groups = []
    if not groups or any(len(group) == 0 for group in groups):
        raise PlanError(f"blocks is {shown(blocks)}: give 'each', or groups of at least one block, such as [3, [4, 5]]")
    return tuple(tuple(chain.block_index(block) for block in group) for group in groups)


def _groups(blocks: Sequence[int | Sequence[int]]) -> list[tuple[int, ...]]:
    """A block alone is a group of one."""
    groups: list[tuple[int, ...]] = []
    for group in blocks:
        alone = whole_number(group)
        if alone is None and not isinstance(group, Iterable):
            raise PlanError(
                f"{shown(group)} in blocks is not a block or a group of blocks: give a list such as [3, [4, 5]]"
            )
        groups.append((alone,) if alone is not None else tuple(cast(Sequence[int], group)))
    return groups
