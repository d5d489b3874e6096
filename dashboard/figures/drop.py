"""Accuracy when a block is dropped (figure 3)."""

import math
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboard import theme
from dashboard.figures.common import block_axis, block_names, empty_figure, finite, new_figure, symbols
from dashboard.model import Block, Json, blocks_of, number
from dashboard.snippets import DROP, Snippet, probe_snippet, with_snippet


@dataclass(frozen=True)
class DropInfo:
    """Accuracy without each single block."""

    blocks: tuple[Block, ...]
    accuracy: list[float]  # (L,), 0 to 1
    interval: list[tuple[float, float]]  # (L,), 95 %
    baseline: float  # accuracy of the whole network
    samples: int
    snippet: Snippet | None = None


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
                    probe_snippet(result, DROP))  # fmt: skip


def drop_figure(info: DropInfo | None, sentence: str = "") -> go.Figure:
    """Markers with 95 % intervals, and the whole network's accuracy as a line. Without a result: `sentence`."""
    if info is None:
        figure = empty_figure(sentence)
        figure.update_layout(meta={"kind": "drop"})
        return figure
    figure = new_figure(meta={"kind": "drop"}, showlegend=False)
    pairs = list(zip(info.accuracy, info.interval, strict=True))
    up = [max(0.0, 100 * (high - a)) if math.isfinite(high) else 0 for a, (_, high) in pairs]
    down = [max(0.0, 100 * (a - low)) if math.isfinite(low) else 0 for a, (low, _) in pairs]
    figure.add_scatter(
        x=list(range(len(info.accuracy))), y=finite(info.accuracy, 100), mode="lines+markers", name="block dropped",
        text=block_names(info.blocks), meta={"role": "drop"}, hovertemplate="%{y:.1f} %<extra>dropped</extra>",
        line={"color": theme.VALIDATION, "width": 1.5}, marker={"size": 7, "symbol": symbols(info.blocks)},
        error_y={"type": "data", "array": up, "arrayminus": down, "symmetric": False, "thickness": 1, "width": 0,
                 "color": theme.translucent(theme.VALIDATION, 0.6)},
    )  # fmt: skip
    figure.add_hline(
        y=100 * info.baseline, line={"color": theme.UNTOUCHED, "width": 1.5, "dash": "dash"}, layer="below"
    )
    below = info.baseline > 0.8  # no room above; and a good network's late blocks leave the room below free
    figure.add_annotation(
        text=f"whole network {100 * info.baseline:.1f} %", x=1, xref="paper", y=100 * info.baseline, xanchor="right",
        yanchor="top" if below else "bottom", yshift=-9 if below else 12, showarrow=False, font={"size": 10.5, "color": theme.MUTED},
    )  # fmt: skip
    block_axis(figure, info.blocks)
    figure.update_yaxes(title_text="accuracy without block (%)", range=[-3, 103])
    return with_snippet(figure, info.snippet)
