"""Validation accuracy over epochs, of several runs."""

import math
from collections.abc import Mapping, Sequence

from iterscope_dashboard import theme
from iterscope_dashboard.curves import Scalar
from iterscope_dashboard.figures.common import empty_figure, epoch_axis, finite, literal
from iterscope_dashboard.figures.figure import Figure
from iterscope_dashboard.snippets import runs_snippet, with_snippet


def _add_band(figure: Figure, curve: Scalar, colour: str, name: str, factor: float) -> None:
    """Mean ± one standard deviation over seeds, if known."""
    kept = [i for i, (m, s) in enumerate(zip(curve.values, curve.std, strict=False)) if math.isfinite(m + s)]
    if kept:
        edges = [(i, curve.values[i] + curve.std[i]) for i in kept]
        edges += [(i, curve.values[i] - curve.std[i]) for i in reversed(kept)]
        figure.add_scatter(
            x=[curve.epochs[i] for i, _ in edges], y=finite([value for _, value in edges], factor), mode="lines",
            line={"width": 0}, fill="toself", fillcolor=theme.translucent(colour, 0.16), hoverinfo="skip", showlegend=False,
            name=f"{name}, ±1 sd over seeds",
        )  # fmt: skip


def runs_figure(runs: dict[str, Scalar], members: Mapping[str, Sequence[str]] | None = None) -> Figure:
    """Validation accuracy over epochs: one line per run, or a mean with a band for runs that differ only in the seed.

    `members`: the run ids behind each line, for the copied code.
    """
    if not runs:
        return empty_figure("No run has logged an epoch yet.")
    figure = Figure(showlegend=True)
    for number, (run, curve) in enumerate(runs.items()):
        name = literal(run)
        _add_band(figure, curve, theme.CATEGORIES[number % len(theme.CATEGORIES)], name, 100.0)
        figure.add_scatter(
            x=list(curve.epochs), y=finite(curve.values, 100.0), name=name, mode="lines+markers", marker={"size": 5}, cliponaxis=False,
            line={"color": theme.CATEGORIES[number % len(theme.CATEGORIES)], "width": 2},
            hovertemplate="%{y:.1f} %",
        )  # fmt: skip
    epoch_axis(figure, [epoch for curve in runs.values() for epoch in curve.epochs])
    figure.update_xaxes(unifiedhovertitle_text="epoch %{x}")
    figure.update_yaxes(title_text="validation accuracy (%)")
    return with_snippet(figure, runs_snippet(members) if members else None)
