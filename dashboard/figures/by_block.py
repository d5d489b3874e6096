"""A metric against the block index at one epoch, train and validation with their spread (figures 2 and 4)."""

import math
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboard import theme
from dashboard.curves import SPLITS, RunCurves, metric_range, unit
from dashboard.figures.common import METRIC_AXES, block_axis, block_names, empty_figure, finite, new_figure, symbols
from dashboard.model import Block
from dashboard.snippets import Snippet, by_block_snippet, with_snippet


@dataclass(frozen=True)
class SplitCurve:
    """One split's values over the blocks."""

    split: str
    mean: list[float]  # (L,)
    std: list[float]  # (L,), over images, or between seeds where runs are merged; empty when not known


@dataclass(frozen=True)
class ByBlockInfo:
    """What the figure shows."""

    metric: str
    epoch: int | None
    blocks: tuple[Block, ...]
    curves: tuple[SplitCurve, ...]
    y_range: tuple[float, float] | None  # steady over epochs
    spread: str = "images"  # what the band is over
    snippet: Snippet | None = None


def by_block_info(curves: RunCurves, metric: str, epoch: int) -> ByBlockInfo:
    """The values of `epoch`, or of the latest earlier epoch that has some."""
    found: list[SplitCurve] = []
    for split in SPLITS:
        mean = curves.series.get((metric, split))
        row = mean.at(epoch) if mean else None
        if row is None:
            continue
        spread = curves.series.get((f"{metric}_std", split))
        found.append(SplitCurve(split, row, (spread.at(epoch) if spread else None) or []))
    return ByBlockInfo(metric, epoch, curves.blocks, tuple(found), metric_range(curves, metric),
                       f"{curves.merged.n} seeds" if curves.merged else "images",
                       by_block_snippet(curves.run, curves.merged is not None, metric))  # fmt: skip


def band(mean: list[float], std: list[float]) -> tuple[list[float], list[float]]:
    """Outline of mean ± std, there and back; blocks without a value are left out."""
    kept = [i for i, (m, s) in enumerate(zip(mean, std, strict=False)) if math.isfinite(m) and math.isfinite(s)]
    x = [float(i) for i in kept + kept[::-1]]
    y = [mean[i] + std[i] for i in kept] + [mean[i] - std[i] for i in reversed(kept)]
    return x, y


def by_block_figure(info: ByBlockInfo) -> go.Figure:
    """Traces carry meta {role, split}: blocks.js moves them from epoch to epoch without the server."""
    if not info.curves:
        return empty_figure("Not logged for this run.")
    figure = new_figure(meta={"kind": "by-block", "metric": info.metric}, showlegend=False)
    scale = unit(info.metric)
    for curve in info.curves:
        x, y = band(curve.mean, curve.std)
        figure.add_scatter(
            x=x, y=finite(y, scale), mode="lines", line={"width": 0}, fill="toself", hoverinfo="skip",
            fillcolor=theme.translucent(theme.SPLIT_COLOURS[curve.split], 0.13), showlegend=False,
            name=f"{curve.split}, ±1 sd over {info.spread}", meta={"role": "band", "split": curve.split},
        )  # fmt: skip
    for curve in info.curves:
        validation = curve.split == "validation"
        figure.add_scatter(
            x=list(range(len(curve.mean))), y=finite(curve.mean, scale), name=curve.split,
            mode="lines+markers", meta={"role": "mean", "split": curve.split}, text=block_names(info.blocks),
            line={"color": theme.SPLIT_COLOURS[curve.split], "width": 2, "dash": theme.SPLIT_DASHES[curve.split]},
            marker={"size": [8 if b.is_projection else 6 if validation else 4 for b in info.blocks],
                    "symbol": symbols(info.blocks), "line": {"width": 0}},
            hovertemplate="%{y:.3f}<extra>" + curve.split + "</extra>",
        )  # fmt: skip
    block_axis(figure, info.blocks)
    figure.update_yaxes(title_text=METRIC_AXES.get(info.metric, info.metric))
    if info.metric == "early_exit_accuracy":
        shown = [i for curve in info.curves for i, value in enumerate(curve.mean) if math.isfinite(value)]
        if shown:
            figure.update_xaxes(range=[min(shown) - 0.6, max(shown) + 0.6], dtick=1 if len(shown) < 30 else 3)
    if info.y_range:
        figure.update_yaxes(range=[edge * scale for edge in info.y_range])
    if info.metric.startswith("cosine"):
        figure.add_hline(y=0, line={"color": theme.UNTOUCHED, "width": 1}, layer="below")
    return with_snippet(figure, info.snippet)
