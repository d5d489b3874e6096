"""Accuracy without each block (figure 3)."""

import math
from dataclasses import dataclass

from iterscope_dashboard import theme
from iterscope_dashboard.figures.by_block import BlockLine, ByBlockInfo, by_block_figure
from iterscope_dashboard.figures.figure import Figure
from iterscope_dashboard.model import Block, Json, blocks_of, number
from iterscope_dashboard.snippets import DROP, Snippet, drop_snippet


@dataclass(frozen=True)
class DropInfo:
    """Accuracy with each block dropped in turn."""

    blocks: tuple[Block, ...]
    accuracy: list[float]  # (L,), 0 to 1
    interval: list[tuple[float, float]]  # (L,), 95 %
    baseline: float  # accuracy of the whole network
    samples: int
    snippet: Snippet | None = None

    @property
    def damage(self) -> list[float]:
        """Accuracy lost by dropping each block; negative if accuracy increases."""
        return [self.baseline - value for value in self.accuracy]


def drop_info(result: Json) -> DropInfo:
    """Read the result of /probe/drop with blocks="each"."""
    blocks = blocks_of(result["blocks"])
    accuracy = [math.nan] * len(blocks)
    interval = [(math.nan, math.nan)] * len(blocks)
    for plan in result["plans"]:
        if len(plan["blocks"]) == 1:
            low, high = plan.get("accuracy_interval") or (None, None)
            accuracy[plan["blocks"][0]] = number(plan["accuracy"])
            interval[plan["blocks"][0]] = (number(low), number(high))
    return DropInfo(blocks, accuracy, interval, number(result["baseline"]["accuracy"]), int(result["samples"]),
                    drop_snippet(result, DROP))  # fmt: skip


def drop_figure(info: DropInfo) -> Figure:
    """Accuracies with 95 % intervals, and the whole network's accuracy as a line."""
    low, high = ([edges[side] for edges in info.interval] for side in (0, 1))
    line = BlockLine("validation", info.accuracy, low, high)
    figure = by_block_figure(
        ByBlockInfo("drop_accuracy", info.blocks, (line,), "95 % interval", (-0.03, 1.03), info.snippet)
    )
    figure.add_scatter(
        x=[-0.5, len(info.blocks) - 0.5], y=[100 * info.baseline] * 2, mode="lines", name="whole network",
        line={"color": theme.UNTOUCHED, "width": 1.5, "dash": "dash"}, hovertemplate="%{y:.1f} %<extra>whole network</extra>",
    )  # fmt: skip
    return figure
