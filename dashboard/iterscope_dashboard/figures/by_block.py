"""A metric over the block index at one epoch: train and validation, one or several runs (figures 2 and 4)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from iterscope_dashboard import theme
from iterscope_dashboard.curves import SPLITS, RunCurves, metric_range, unit
from iterscope_dashboard.figures.common import METRIC_AXES, block_axis, empty_figure, finite, symbols
from iterscope_dashboard.figures.figure import Figure
from iterscope_dashboard.figures.overlay import Overlay, line_style
from iterscope_dashboard.model import Block
from iterscope_dashboard.snippets import Snippet, by_block_snippet, with_snippet


@dataclass(frozen=True)
class BlockLine:
    """One run's values on one split over the blocks; empty if the browser fills them in."""

    split: str
    mean: list[float]  # (L,)
    low: list[float]  # (L,), the band's edges; empty where there is none
    high: list[float]
    overlay: Overlay | None = None  # which of several runs


@dataclass(frozen=True)
class ByBlockInfo:
    """What the figure shows."""

    metric: str
    blocks: tuple[Block, ...]
    lines: tuple[BlockLine, ...]
    y_range: tuple[float, float] | None  # steady over epochs
    spread: str = "±1 sd over images"  # what the band is
    length: int = 0  # blocks of the deepest run
    snippet: Snippet | None = None


def by_block_info(
    curves: RunCurves, metric: str, epoch: int, overlays: Sequence[Overlay] = (), free: bool = False
) -> ByBlockInfo:
    """The values of `epoch`, or of the latest earlier epoch that has some. Of several runs, `curves` is the first's.

    `free`: the user selects the metric, so every line gets a trace even if this metric has no values.
    """
    lines: list[BlockLine] = []
    first = overlays[0] if overlays else None
    for split in SPLITS:
        mean = curves.series.get((metric, split))
        row = mean.at(epoch) if mean else None
        if row is None:
            if free:
                lines.append(BlockLine(split, [], [], [], first))
            continue
        spread = curves.series.get((f"{metric}_std", split))
        std = (spread.at(epoch) if spread else None) or []
        low = [m - s for m, s in zip(row, std, strict=False)]
        high = [m + s for m, s in zip(row, std, strict=False)]
        lines.append(BlockLine(split, row, low, high, first))
    lines += [BlockLine(split, [], [], [], overlay) for overlay in overlays[1:] for split in SPLITS]
    return ByBlockInfo(
        metric,
        curves.blocks,
        tuple(lines),
        metric_range(curves, metric),
        f"±1 sd over {curves.merged.n} seeds" if curves.merged else "±1 sd over images",
        max([len(curves.blocks), *(overlay.length for overlay in overlays)]),
        by_block_snippet(bool(curves.merged), metric, free),
    )


def band(low: Sequence[float], high: Sequence[float]) -> tuple[list[float], list[float]]:
    """Outline of a band as a closed path; blocks without a value are left out."""
    kept = [i for i, edges in enumerate(zip(low, high, strict=False)) if all(map(math.isfinite, edges))]
    x = [float(i) for i in kept + kept[::-1]]
    return x, [high[i] for i in kept] + [low[i] for i in reversed(kept)]


def by_block_figure(info: ByBlockInfo, sentence: str = "Not logged for this run.") -> Figure:
    """Traces carry meta {role, run, split}: 2_blocks_by_block.js updates them per epoch without the server."""
    if not info.lines:
        return empty_figure(sentence)
    scale = unit(info.metric)
    figure = Figure(meta={"kind": "by-block", "metric": info.metric, "axes": METRIC_AXES}, showlegend=False)
    for line in info.lines:
        style = line_style(line.overlay, line.split)
        x, y = band(line.low, line.high)
        figure.add_scatter(
            x=x, y=finite(y, scale), mode="lines", line={"width": 0}, fill="toself", hoverinfo="skip", showlegend=False,
            fillcolor=theme.translucent(style.colour, 0.13), name=f"{style.name}, {info.spread}", meta={"role": "band", **style.key},
        )  # fmt: skip
    for split in SPLITS:
        figure.add_scatter(
            x=[], y=[], mode="lines", name=f"pinned, {split}", meta={"role": "reference", "split": split}, connectgaps=True,
            line={"color": theme.UNTOUCHED, "width": 2.5 if split == "validation" else 1.5, "dash": "dash"},
            hovertemplate="%{y:.3f}<extra>pinned, " + split + "</extra>", visible=False,
        )  # fmt: skip
    for line in info.lines:
        style = line_style(line.overlay, line.split)
        marker = {
            "size": [8 if b.is_projection else style.marker for b in info.blocks],
            "symbol": symbols(info.blocks),
            "line": {"width": 0},
        }
        figure.add_scatter(
            x=list(range(len(line.mean))), y=finite(line.mean, scale), name=style.name, mode="lines+markers" if style.marker else "lines",
            meta={"role": "mean", **style.key}, opacity=style.opacity, marker=marker if style.marker else None,
            line={"color": style.colour, "width": style.width, "dash": style.dash},
            hovertemplate="%{y:.3f}<extra>" + style.name + "</extra>",
        )  # fmt: skip
    block_axis(figure, info.blocks)
    figure.update_xaxes(range=[-0.6, max(info.length, len(info.blocks)) - 0.4])
    figure.update_yaxes(title_text=METRIC_AXES.get(info.metric, info.metric))
    if info.metric == "early_exit_accuracy":
        shown = [i for line in info.lines for i, value in enumerate(line.mean) if math.isfinite(value)]
        if shown:
            figure.update_xaxes(range=[min(shown) - 0.6, max(shown) + 0.6], dtick=1 if len(shown) < 30 else 3)
    if info.y_range:
        figure.update_yaxes(range=[edge * scale for edge in info.y_range])
    if info.metric.startswith("cosine"):
        figure.add_hline(y=0, line={"color": theme.UNTOUCHED, "width": 1}, layer="below")
    return with_snippet(figure, info.snippet)
