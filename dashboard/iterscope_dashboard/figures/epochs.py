"""A metric over epochs: one line per block, and a block × epoch heat map.

The server sends both without values (`with_values=False`): the browser already has them and fills the traces.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from iterscope_dashboard import theme
from iterscope_dashboard.curves import RunCurves, Series, colour_limits, unit
from iterscope_dashboard.figures.common import METRIC_AXES, METRIC_TITLES, empty_figure, epoch_axis, finite
from iterscope_dashboard.figures.figure import Figure
from iterscope_dashboard.model import Block
from iterscope_dashboard.snippets import DAMAGE_HEAT, DAMAGE_LINES, epochs_snippet, with_snippet


@dataclass(frozen=True)
class EpochsInfo:
    """Per-block values of one metric and split over all epochs."""

    metric: str
    split: str
    blocks: tuple[Block, ...]
    epochs: list[int]
    rows: NDArray[np.float64]  # (epochs, L)
    run: str = ""
    merged: bool = False


def epochs_info(curves: RunCurves, metric: str, split: str) -> EpochsInfo:
    """Select one metric and split; NaN at every epoch if it was not logged or is not loaded yet."""
    series = curves.series.get((metric, split))
    if series is None:
        series = Series(curves.epochs, np.full((len(curves.epochs), len(curves.blocks)), np.nan))
    return EpochsInfo(metric, split, curves.blocks, series.epochs, series.rows, curves.run, curves.merged is not None)


def lines_figure(info: EpochsInfo, with_values: bool = True) -> Figure:
    """One line per block, coloured by depth."""
    if not info.blocks:
        return empty_figure("No epochs yet.")
    stages = [block.stage for block in info.blocks]
    meta = {"kind": "lines", "axes": METRIC_AXES, "stages": stages, "damage": DAMAGE_LINES.strip("\n")}
    figure = Figure(meta=meta, showlegend=False, hovermode="closest")
    scale = unit(info.metric)
    colours = theme.depth_colours(len(info.blocks))
    for block, colour in zip(info.blocks, colours, strict=True):
        values = info.rows[:, block.index].tolist() if with_values else []
        figure.add_scatter(
            x=list(info.epochs) if with_values else [], y=finite(values, scale), mode="lines",
            name=f"block {block.index}", line={"color": colour, "width": 1.4}, meta={"block": block.index},
            hovertemplate="epoch %{x}: %{y:.3f}",
        )  # fmt: skip
    figure.add_scatter(
        x=[None], y=[None], mode="markers", hoverinfo="skip", meta={"role": "scale"},
        marker={
            "color": [0], "cmin": 0, "cmax": max(1, len(info.blocks) - 1), "showscale": True,
            "colorscale": [[i / 5, c] for i, c in enumerate(theme.DEPTH_RAMP)],
            "colorbar": {"title": {"text": "block", "font": {"size": 11}}, "thickness": 8, "outlinewidth": 0, "len": 1.0,
                         "tickfont": {"size": 10.5}, "x": 1.01, "xpad": 4},
        },
    )  # fmt: skip
    epoch_axis(figure, info.epochs)
    figure.update_yaxes(title_text=METRIC_AXES.get(info.metric, info.metric))
    return with_snippet(figure, epochs_snippet(info.run, info.merged, heat=False))


def heat_figure(info: EpochsInfo, with_values: bool = True) -> Figure:
    """A heat map with epochs on the x axis and blocks on the y axis."""
    if not info.blocks:
        return empty_figure("No epochs yet.")
    scales = {"diverging": theme.colour_scale(theme.DIVERGING), "sequential": theme.colour_scale(theme.SEQUENTIAL)}
    meta = {"kind": "heat", "scales": scales, "titles": METRIC_TITLES, "damage": DAMAGE_HEAT.strip("\n")}
    figure = Figure(meta=meta, hovermode="closest")
    low, high = colour_limits(info.metric, info.rows) or (0.0, 1.0)
    figure.add_heatmap(
        x=list(info.epochs) if with_values else [],
        y=[block.index for block in info.blocks],
        z=[finite(line, unit(info.metric)) for line in info.rows.T.tolist()] if with_values else [],
        zmin=low, zmax=high, meta={"role": "heat"},
        colorscale=theme.colour_scale(theme.DIVERGING if info.metric.startswith("cosine") else theme.SEQUENTIAL),
        colorbar={"thickness": 8, "outlinewidth": 0, "len": 1.0, "tickfont": {"size": 10.5}, "x": 1.01, "xpad": 4,
                  "title": {"text": METRIC_TITLES.get(info.metric, info.metric), "side": "right", "font": {"size": 11}}},
        hovertemplate="epoch %{x}, block %{y}: %{z:.3f}<extra></extra>",
    )  # fmt: skip
    epoch_axis(figure, info.epochs)
    figure.update_yaxes(title_text="block", showgrid=False)
    return with_snippet(figure, epochs_snippet(info.run, info.merged, heat=True))
