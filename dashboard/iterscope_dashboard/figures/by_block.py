"""A metric over the block index (figures 2 and 4)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from iterscope_dashboard import theme
from iterscope_dashboard.curves import unit
from iterscope_dashboard.figures.common import METRIC_AXES, block_axis, empty_figure, finite, symbols
from iterscope_dashboard.figures.figure import Figure
from iterscope_dashboard.model import Block
from iterscope_dashboard.snippets import Snippet, with_snippet


@dataclass(frozen=True)
class BlockLine:
    """Values over the blocks on one split."""

    split: str
    mean: list[float]  # (L,)
    low: list[float]  # (L,), the band's edges; empty where there is none
    high: list[float]


@dataclass(frozen=True)
class ByBlockInfo:
    """What the figure shows."""

    metric: str
    blocks: tuple[Block, ...]
    lines: tuple[BlockLine, ...]
    spread: str = "±1 sd over images"  # what the band is
    y_range: tuple[float, float] | None = None  # None: as the values need
    snippet: Snippet | None = None


def band(low: Sequence[float], high: Sequence[float]) -> tuple[list[float], list[float]]:
    """Outline of a band as a closed path; blocks without a value are left out."""
    kept = [i for i, edges in enumerate(zip(low, high, strict=False)) if all(map(math.isfinite, edges))]
    x = [float(i) for i in kept + kept[::-1]]
    return x, [high[i] for i in kept] + [low[i] for i in reversed(kept)]


def by_block_figure(info: ByBlockInfo) -> Figure:
    """One line per split, with its band; projection blocks have a marker of their own."""
    if not info.lines:
        return empty_figure("Nothing was measured.")
    scale = unit(info.metric)
    figure = Figure(showlegend=False)
    for line in info.lines:
        x, y = band(line.low, line.high)
        figure.add_scatter(
            x=x, y=finite(y, scale), mode="lines", line={"width": 0}, fill="toself", hoverinfo="skip", showlegend=False,
            fillcolor=theme.translucent(theme.SPLIT_COLOURS[line.split], 0.13), name=f"{line.split}, {info.spread}",
        )  # fmt: skip
    for line in info.lines:
        figure.add_scatter(
            x=list(range(len(line.mean))), y=finite(line.mean, scale), name=line.split, mode="lines+markers",
            marker={"size": [8 if b.is_projection else 6 for b in info.blocks], "symbol": symbols(info.blocks), "line": {"width": 0}},
            line={"color": theme.SPLIT_COLOURS[line.split], "width": 2, "dash": theme.SPLIT_DASHES[line.split]},
            hovertemplate="%{y:.3f}<extra>" + line.split + "</extra>",
        )  # fmt: skip
    block_axis(figure, info.blocks)
    figure.update_yaxes(title_text=METRIC_AXES.get(info.metric, info.metric))
    if info.y_range:
        figure.update_yaxes(range=[edge * scale for edge in info.y_range])
    if info.metric.startswith("cosine"):
        figure.add_hline(y=0, line={"color": theme.UNTOUCHED, "width": 1}, layer="below")
    return with_snippet(figure, info.snippet)
