"""Whole-network metrics over epochs: accuracy and the gradient norm ratio (figure 8)."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from iterscope_dashboard import theme
from iterscope_dashboard.curves import SPLITS, RunCurves, Scalar
from iterscope_dashboard.figures.common import empty_figure, epoch_axis, finite
from iterscope_dashboard.figures.figure import Figure
from iterscope_dashboard.figures.overlay import Overlay, line_style
from iterscope_dashboard.snippets import runs_snippet, scalars_snippet, with_snippet

FEW_MARKERS = 40  # below this number of epochs, each has a marker


@dataclass(frozen=True)
class ScalarsInfo:
    """Curves of one or more scalar metrics."""

    axis: str
    percent: bool
    curves: dict[str, tuple[str, Scalar]]  # split → (name in the store, curve)
    logarithmic: bool = False
    run: str = ""
    merged: bool = False


def accuracy_info(curves: RunCurves) -> ScalarsInfo:
    """Accuracy on train and validation; on the full validation split if logged."""
    found: dict[str, tuple[str, Scalar]] = {}
    for split, names in (
        ("train", ("accuracy", "training_accuracy")),
        ("validation", ("validation_accuracy", "accuracy")),
    ):
        for name in names:
            if (name, split) in curves.scalars:
                found[split] = (f"{name}/{split}", curves.scalars[name, split])
                break
    return ScalarsInfo("accuracy (%)", True, found, run=curves.run, merged=curves.merged is not None)


def gradient_ratio_info(curves: RunCurves) -> ScalarsInfo:
    """‖∂L/∂h‖ at the first block of the first stage over that of the last stage."""
    name = "gradient_norm_ratio"
    found = {s: (f"{name}/{s}", curves.scalars[name, s]) for s in SPLITS if (name, s) in curves.scalars}
    return ScalarsInfo("gradient norm ratio r", False, found, True, curves.run, curves.merged is not None)


def scalars_figure(info: ScalarsInfo, kind: str, overlays: Sequence[Overlay] = ()) -> Figure:
    """One line per curve and run. 2_blocks_epochs.js adds new epochs during training, and the other runs."""
    if not info.curves:
        return empty_figure("Not logged for this run.")
    figure = Figure(meta={"kind": kind}, showlegend=False)
    for overlay in overlays or (None,):
        first = not overlays or overlay is overlays[0]
        for split, (name, found) in info.curves.items():
            curve = found if first else Scalar([], [])
            style = line_style(overlay, split)
            key = {**style.key, "scalar": name, "percent": info.percent}
            place = {**key, "role": "band"} if found.std or overlays else None
            _add_band(figure, curve, style.colour, style.name, 100.0 if info.percent else 1.0, place)
            figure.add_scatter(
                x=list(curve.epochs), y=finite(curve.values, 100.0 if info.percent else 1.0), name=style.name, opacity=style.opacity,
                mode="lines+markers" if len(found.epochs) < FEW_MARKERS and style.marker else "lines", marker={"size": 5}, meta=key,
                line={"color": style.colour, "width": style.width, "dash": style.dash},
                hovertemplate="%{y:.2f}" + (" %" if info.percent else "") + "<extra>" + style.name + "</extra>",
            )  # fmt: skip
    epoch_axis(figure, [epoch for _, curve in info.curves.values() for epoch in curve.epochs])
    figure.update_xaxes(unifiedhovertitle_text="epoch %{x}")
    figure.update_yaxes(title_text=info.axis)
    if info.logarithmic:
        figure.update_yaxes(type="log", dtick=1 if _decades(info) > 1.5 else None, exponentformat="power")
    names = {split: name for split, (name, _) in info.curves.items()}
    factor = 100.0 if info.percent else 1.0
    return with_snippet(figure, scalars_snippet(info.merged, names, factor, info.axis))


def _add_band(
    figure: Figure, curve: Scalar, colour: str, name: str, factor: float, meta: dict[str, object] | None = None
) -> None:
    """Mean ± one standard deviation over seeds, if known; with `meta` the trace is added in any case."""
    kept = [i for i, (m, s) in enumerate(zip(curve.values, curve.std, strict=False)) if math.isfinite(m + s)]
    if kept or meta:
        edges = [(i, curve.values[i] + curve.std[i]) for i in kept]
        edges += [(i, curve.values[i] - curve.std[i]) for i in reversed(kept)]
        figure.add_scatter(
            x=[curve.epochs[i] for i, _ in edges], y=finite([value for _, value in edges], factor), mode="lines",
            line={"width": 0}, fill="toself", fillcolor=theme.translucent(colour, 0.16), hoverinfo="skip", showlegend=False,
            name=f"{name}, ±1 sd over seeds", meta=meta,
        )  # fmt: skip


def _decades(info: ScalarsInfo) -> float:
    """How many powers of ten the values span."""
    values = [v for _, curve in info.curves.values() for v in curve.values if math.isfinite(v) and v > 0]
    return math.log10(max(values) / min(values)) if values else 0.0


def runs_figure(runs: dict[str, Scalar], members: Mapping[str, Sequence[str]] | None = None) -> Figure:
    """Validation accuracy over epochs: one line per run, or a mean with a band for runs that differ only in the seed.

    `members`: the run ids behind each line, for the copied code.
    """
    if not runs:
        return empty_figure("No run has logged an epoch yet.")
    figure = Figure(showlegend=True)
    for number, (name, curve) in enumerate(runs.items()):
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
