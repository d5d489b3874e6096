"""Figures without a browser: payload → Info → figure, empty and undefined data too."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import plotly.graph_objects as go
import pytest

from iterscope_dashboard.curves import Scalar
from iterscope_dashboard.figures.by_block import BlockLine, ByBlockInfo, band, by_block_figure
from iterscope_dashboard.figures.drop import drop_figure, drop_info
from iterscope_dashboard.figures.figure import Figure
from iterscope_dashboard.figures.plans import unroll_groups_figure, unroll_info
from iterscope_dashboard.figures.training import runs_figure
from iterscope_dashboard.model import blocks_of
from iterscope_dashboard.theme import depth_colour
from tests.dashboard.checked import checked

by_block_figure = checked(by_block_figure)
drop_figure = checked(drop_figure)
runs_figure = checked(runs_figure)
unroll_groups_figure = checked(unroll_groups_figure)

Json = dict[str, Any]


def sendable(figure: go.Figure) -> Json:
    """The figure as the browser gets it: strict JSON, plain lists (live graphs break on packed arrays)."""
    value: Json = json.loads(json.dumps(figure.to_plotly_json(), allow_nan=False, default=lambda o: o.to_plotly_json()))
    for trace in value["data"]:
        assert isinstance(trace.get("y", []), list)
    return value


def named(figure: go.Figure, name: str) -> Any:
    return next(trace for trace in figure.data if trace.name == name)


@pytest.fixture
def by_block(block_payload: list[Json]) -> ByBlockInfo:
    """Cosine losses of nine blocks on both splits."""
    mean = [-0.2 * i / 9 for i in range(9)]
    low, high = ([value + change for value in mean] for change in (-0.05, 0.05))
    lines = tuple(BlockLine(split, mean, low, high) for split in ("train", "validation"))
    return ByBlockInfo("cosine_loss", blocks_of(block_payload), lines)


def test_a_plain_figure_is_what_plotly_would_make() -> None:
    figure = Figure(showlegend=False)
    figure.add_scatter(x=[0, 1], y=[1, 2], marker=None, line={"width": 2})
    figure.update_xaxes(title_text="block", dtick=None)
    figure.update_xaxes(range=[0, 1])
    figure.update_yaxes(title={"standoff": 3}, title_text="‖h‖")
    figure.add_hline(y=0, line={"width": 1})
    figure.add_vline(x=1)
    theirs = go.Figure(layout={"template": figure.layout["template"], "showlegend": False})
    theirs.add_scatter(x=[0, 1], y=[1, 2], line={"width": 2})
    theirs.update_xaxes(title_text="block", range=[0, 1])
    theirs.update_yaxes(title={"standoff": 3, "text": "‖h‖"})
    theirs.add_hline(y=0, line={"width": 1})
    theirs.add_vline(x=1)
    assert figure.checked().to_plotly_json() == theirs.to_plotly_json()
    figure.update_layout(xaxis2={"anchor": "y"})
    figure.update_xaxes(showgrid=False)
    assert (figure.layout["xaxis"]["showgrid"], figure.layout["xaxis2"]["showgrid"]) == (False, False)
    figure.add_scatter(x=[0], y=[0], colour="red")
    with pytest.raises(ValueError, match="colour"):
        figure.checked()


def test_by_block_overlays_both_splits_with_bands_and_marks_projections(by_block: ByBlockInfo) -> None:
    figure = by_block_figure(by_block)
    train, validation = named(figure, "train"), named(figure, "validation")
    assert [trace.name for trace in figure.data if trace.fill] == [
        "train, ±1 sd over images", "validation, ±1 sd over images",
    ]  # fmt: skip
    assert validation.y[8] == pytest.approx(-0.2 * 8 / 9)
    assert [i for i, symbol in enumerate(train.marker.symbol) if symbol.startswith("diamond")] == [3, 6]
    assert train.line.dash != validation.line.dash  # never colour alone
    boundaries = [shape.x0 for shape in figure.layout.shapes if shape.type == "line" and shape.x0 == shape.x1]
    assert boundaries == [2.5, 5.5]
    sendable(figure)


def test_an_axis_has_the_unit_of_its_metric(by_block: ByBlockInfo) -> None:
    figure = by_block_figure(replace(by_block, metric="drop_accuracy", y_range=(0, 1)))
    assert figure.layout.yaxis.range == (0, 100)
    assert named(figure, "train").y[8] == pytest.approx(-20 * 8 / 9)


def test_nothing_measured_is_a_sentence(by_block: ByBlockInfo) -> None:
    for figure in (by_block_figure(replace(by_block, lines=())), runs_figure({})):
        assert not figure.data
        assert figure.layout.annotations[0].text


def test_a_band_leaves_out_what_is_undefined() -> None:
    x, y = band([-0.5, math.nan, 1.0], [0.5, 0.5, math.inf])
    assert x == [0.0, 0.0]
    assert y == [0.5, -0.5]


def test_undefined_values_become_gaps(by_block: ByBlockInfo) -> None:
    mean = [0.1, math.nan, math.inf, -math.inf, *[0.2] * 5]
    figure = by_block_figure(replace(by_block, lines=(BlockLine("train", mean, mean, mean),)))
    assert list(named(figure, "train").y) == [0.1, None, None, None, *[0.2] * 5]
    sendable(figure)


def test_drop_shows_every_block_its_interval_and_the_baseline(block_payload: list[Json]) -> None:
    plans = [{"blocks": [i], "accuracy": 0.1 * (i + 1), "accuracy_interval": [0.0, 1.0], "loss": 1.0} for i in range(8)]
    result = {"probe": "drop", "checkpoint": "c1", "blocks": block_payload, "samples": 40, "plans": plans,
              "baseline": {"accuracy": 0.95, "accuracy_interval": [0.9, 1.0], "loss": 0.1}}  # fmt: skip
    info = drop_info(result)
    assert math.isnan(info.accuracy[8])  # not measured
    assert info.damage[:2] == pytest.approx((0.85, 0.75))
    figure = drop_figure(info)
    mean = named(figure, "validation")
    assert mean.y[:2] == pytest.approx((10, 20))
    assert mean.y[8] is None
    assert max(named(figure, "validation, 95 % interval").y) == pytest.approx(100)
    assert named(figure, "whole network").y == pytest.approx((95, 95))
    assert figure.layout.meta["snippet"]["path"] == "/probe/drop"
    sendable(figure)


def test_unrolling_keeps_the_exploding_curve_from_flattening_the_rest(
    block_payload: list[Json], summary: Any, group: Any
) -> None:
    def result(loss: list[float]) -> Json:
        numbers = {**group([0.9, 0.8, 0.7]), "loss": loss}
        return {"probe": "unroll", "checkpoint": "c1",
                "block": 8, "scale": 0.1, "step": [0, 1, 2], "blocks": block_payload, "groups": {"all": numbers},
                "cosine_loss": summary([-0.2, -0.1]), "l2_ratio": summary([0.1, 0.1])}  # fmt: skip

    calm, wild = unroll_info(result([0.1, 0.1, 0.1])), unroll_info(result([0.1, 50.0, 1e9]))
    figure = unroll_groups_figure(calm, wild)
    assert figure.layout.yaxis2.range[1] < 1
    assert len(unroll_groups_figure(calm, None).data) < len(figure.data)
    sendable(figure)


def test_the_depth_ramp_gets_lighter_throughout() -> None:
    def luminance(colour: str) -> float:
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    ramp = [luminance(depth_colour(i / 53)) for i in range(54)]
    assert ramp == sorted(ramp)
    assert 1.05 / (ramp[-1] + 0.05) > 2  # shows on white


def test_few_epochs_have_whole_ticks() -> None:
    def axis(epochs: int) -> Any:
        return runs_figure({"a": Scalar(list(range(epochs)), [0.5] * epochs)}).layout.xaxis

    assert axis(2).dtick == 1
    assert axis(30).dtick is None
    assert (axis(1).dtick, axis(1).range) == (1, (-0.5, 0.5))


def test_a_mean_has_a_band_where_its_spread_is_known() -> None:
    curve = Scalar([0, 1, 2], [0.1, 0.2, 0.3], [0.02, math.nan, 0.01])
    band = next(trace for trace in runs_figure({"Tiny": curve}).data if trace.fill == "toself")
    assert list(band.x) == [0, 2, 2, 0]
    assert list(band.y) == pytest.approx([12.0, 31.0, 29.0, 8.0])
