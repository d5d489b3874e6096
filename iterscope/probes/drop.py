"""Block drop (section 4.2, figures 3 and 12): F := 0 in some blocks, everything else unchanged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from torch import Tensor

from iterscope.chain import ResidualChain
from iterscope.chunks import DEFAULT_MEMORY_BUDGET, Images, Progress
from iterscope.engine import evaluate_plans
from iterscope.errors import PlanError
from iterscope.numerics import Outcomes
from iterscope.plan import drop, identity


@dataclass(frozen=True)
class BlockDrop:
    """Results for N images with blocks dropped."""

    dropped: tuple[tuple[int, ...], ...]
    """(P,) the blocks that each plan drops."""
    baseline: Outcomes
    """(1, N) of the untouched network."""
    outcomes: Outcomes
    """(P, N) of the plans."""


def block_drop(
    chain: ResidualChain,
    images: Images,
    labels: Tensor,
    blocks: Literal["each"] | Sequence[Sequence[int]] = "each",
    *,
    memory_budget: int = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> BlockDrop:
    """Accuracy and loss with blocks dropped; in a projection block the shortcut remains.

    Args:
        blocks: "each" to drop every block on its own, or the groups of blocks to drop together, such as [[3], [4, 5]].

    Raises:
        PlanError: there are no blocks to drop. BlockError: a block is out of range. Others as for `run_plans`.
    """
    if isinstance(blocks, str) and blocks != "each":
        raise PlanError(f"blocks is {blocks!r}: give 'each', or the groups of blocks to drop, such as [[3], [4, 5]]")
    groups = [(index,) for index in range(len(chain))] if blocks == "each" else [tuple(group) for group in blocks]
    if not groups or any(len(group) == 0 for group in groups):
        raise PlanError(f"blocks is {blocks!r}: give 'each', or groups of at least one block, such as [[3], [4, 5]]")
    dropped = tuple(tuple(chain.block_index(block) for block in group) for group in groups)
    plans = [identity(), *(drop(group) for group in dropped)]
    all_outcomes = evaluate_plans(chain, images, labels, plans, memory_budget=memory_budget, progress=progress)
    return BlockDrop(dropped, all_outcomes.rows(0, 1), all_outcomes.rows(1))
