"""Figures without a browser: payload → Info → figure, empty and undefined data too."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
import pytest

from iterscope_dashboard.curves import RunCurves
from iterscope_dashboard.figures.by_block import band, by_block_figure, by_block_info
from iterscope_dashboard.figures.drop import drop_figure, drop_info
from iterscope_dashboard.figures.epochs import epochs_info, heat_figure, lines_figure
from iterscope_dashboard.figures.figure import Figure
from iterscope_dashboard.figures.overlay import overlays_of
from iterscope_dashboard.figures.plans import (
    groups_figure,
    plan_info,
    plan_positions,
    steps_figure,
    unroll_groups_figure,
    unroll_info,
    unroll_metrics_figure,
)
from iterscope_dashboard.figures.sample import (
    margin_figure,
    probabilities_figure,
    sample_blocks_figure,
    sample_info,
    shown_classes,
)
from iterscope_dashboard.figures.training import accuracy_info, gradient_ratio_info, runs_figure, scalars_figure
from iterscope_dashboard.model import Run, blocks_of
from iterscope_dashboard.theme import depth_colours
from tests.dashboard.checked import checked

by_block_figure = checked(by_block_figure)
drop_figure = checked(drop_figure)
heat_figure = checked(heat_figure)
lines_figure = checked(lines_figure)
groups_figure = checked(groups_figure)
steps_figure = checked(steps_figure)
unroll_groups_figure = checked(unroll_groups_figure)
unroll_metrics_figure = checked(unroll_metrics_figure)
margin_figure = checked(margin_figure)
probabilities_figure = checked(probabilities_figure)
sample_blocks_figure = checked(sample_blocks_figure)
runs_figure = checked(runs_figure)
scalars_figure = checked(scalars_figure)

Json = dict[str, Any]


def sendable(figure: go.Figure) -> Json:
    """The figure as the browser gets it: strict JSON, plain lists (live graphs break on packed arrays)."""
    value: Json = json.loads(json.dumps(figure.to_plotly_json(), allow_nan=False, default=lambda o: o.to_plotly_json()))
    for trace in value["data"]:
        assert isinstance(trace.get("y", []), list)
    return value


def traces(figure: go.Figure, role: str) -> dict[str, Any]:
    return {t.meta["split"]: t for t in figure.data if t.meta and t.meta.get("role") == role}


@pytest.fixture
def curves(metrics_payload: Callable[..., Json], block_payload: list[Json]) -> RunCurves:
    return RunCurves.from_json(metrics_payload(), block_payload)


def test_a_plain_figure_is_what_plotly_would_make() -> None:
    figure = Figure(showlegend=False)
    figure.add_scatter(x=[0, 1], y=[1, 2], marker=None, line={"width": 2})
    figure.update_xaxes(title_text="block", dtick=None)
    figure.update_xaxes(range=[0, 1])
    figure.update_yaxes(title={"standoff": 3}, title_text="‖h‖")
    figure.add_hline(y=0, line={"width": 1})
    figure.add_vline(x=1)
    figure.add_hrect(y0=0, y1=1)
    theirs = go.Figure(layout={"template": figure.layout["template"], "showlegend": False})
    theirs.add_scatter(x=[0, 1], y=[1, 2], line={"width": 2})
    theirs.update_xaxes(title_text="block", range=[0, 1])
    theirs.update_yaxes(title={"standoff": 3, "text": "‖h‖"})
    theirs.add_hline(y=0, line={"width": 1})
    theirs.add_vline(x=1)
    theirs.add_hrect(y0=0, y1=1)
    assert figure.checked().to_plotly_json() == theirs.to_plotly_json()
    figure.update_layout(xaxis2={"anchor": "y"})
    figure.update_xaxes(showgrid=False)
    assert (figure.layout["xaxis"]["showgrid"], figure.layout["xaxis2"]["showgrid"]) == (False, False)
    figure.add_scatter(x=[0], y=[0], colour="red")
    with pytest.raises(ValueError, match="colour"):
        figure.checked()


def test_by_block_overlays_both_splits_with_bands_and_marks_projections(curves: RunCurves) -> None:
    figure = by_block_figure(by_block_info(curves, "cosine_loss", 2))
    means, bands = traces(figure, "mean"), traces(figure, "band")
    assert set(means) == set(bands) == {"train", "validation"}
    assert means["validation"].y[8] == pytest.approx(-0.2 * 8 / 9)
    assert [i for i, symbol in enumerate(means["train"].marker.symbol) if symbol.startswith("diamond")] == [3, 6]
    assert means["train"].line.dash != means["validation"].line.dash  # never colour alone
    boundaries = [shape.x0 for shape in figure.layout.shapes if shape.type == "line" and shape.x0 == shape.x1]
    assert boundaries == [2.5, 5.5]
    sendable(figure)


def test_a_metric_that_comes_later_has_the_axis_of_all_epochs(curves: RunCurves) -> None:
    info = epochs_info(curves, "not_here_yet", "train")
    assert info.epochs == [0, 1, 2]
    for draw in (lines_figure, heat_figure):
        assert draw(info, with_values=False).layout.xaxis.range is None  # not that of a single epoch


def test_by_block_shows_the_latest_earlier_epoch(curves: RunCurves) -> None:
    assert by_block_info(curves, "l2_ratio", 99).lines[0].mean == by_block_info(curves, "l2_ratio", 2).lines[0].mean
    assert by_block_info(curves, "l2_ratio", -1).lines == ()


def test_several_runs_have_a_colour_and_a_line_style_each(curves: RunCurves, block_payload: list[Json]) -> None:
    runs = [
        Run.from_json({"id": f"r{i}", "name": f"Net, seed {i}", "seed": i, "blocks": block_payload[: 9 - i]})
        for i in (1, 2, 3)
    ]
    overlays = overlays_of([[runs[0], runs[1]], [runs[2]]])
    assert [overlay.name for overlay in overlays] == ["Net · n = 2 seeds", "Net, seed 3"]
    figure = by_block_figure(by_block_info(curves, "cosine_loss", 2, overlays))
    means = {(t.meta["run"], t.meta["split"]): t for t in figure.data if t.meta["role"] == "mean"}
    assert set(means) == {(run, split) for run in ("r1", "r3") for split in ("train", "validation")}
    assert len({(t.line.color, t.line.dash) for t in means.values()}) == 2
    assert len({t.line.dash for t in means.values()}) == 2  # never colour alone
    assert means["r1", "train"].line.width < means["r1", "validation"].line.width
    assert means["r1", "validation"].y[8] == pytest.approx(-0.2 * 8 / 9)
    assert means["r3", "validation"].y == ()  # the browser fills it in
    assert overlays_of([runs]) == ()
    scalars = scalars_figure(accuracy_info(curves), "accuracy", overlays)
    assert {t.meta["run"] for t in scalars.data} == {"r1", "r3"}
    sendable(figure)
    sendable(scalars)


def test_a_pinned_reference_has_its_place_in_every_by_block_figure(curves: RunCurves) -> None:
    references = traces(by_block_figure(by_block_info(curves, "l2_ratio", 2)), "reference")
    assert set(references) == {"train", "validation"}
    assert all(trace.line.dash == "dash" and trace.visible is False for trace in references.values())


def test_the_axis_stays_while_scrubbing(curves: RunCurves) -> None:
    ranges = {by_block_figure(by_block_info(curves, "cosine_loss", e)).layout.yaxis.range for e in range(3)}
    assert len(ranges) == 1


def test_exit_accuracy_is_in_percent_and_only_where_it_is_defined(curves: RunCurves) -> None:
    figure = by_block_figure(by_block_info(curves, "early_exit_accuracy", 2))
    assert traces(figure, "mean")["train"].y[6:] == pytest.approx((50, 70, 90))
    assert figure.layout.xaxis.range[0] == pytest.approx(5.4)


def test_nothing_logged_is_a_sentence(block_payload: list[Json]) -> None:
    empty = RunCurves("r", "running", 0, blocks_of(block_payload))
    for figure in (
        by_block_figure(by_block_info(empty, "cosine_loss", 0)),
        scalars_figure(accuracy_info(empty), "accuracy"),
        scalars_figure(gradient_ratio_info(empty), "gradient"),
        lines_figure(epochs_info(RunCurves("r", "running", 0, ()), "cosine_loss", "train")),
        heat_figure(epochs_info(RunCurves("r", "running", 0, ()), "cosine_loss", "train")),
        runs_figure({}),
    ):
        assert not figure.data
        assert figure.layout.annotations[0].text


def test_a_band_leaves_out_what_is_undefined() -> None:
    x, y = band([-0.5, math.nan, 1.0], [0.5, 0.5, math.inf])
    assert x == [0.0, 0.0]
    assert y == [0.5, -0.5]


def test_undefined_values_become_gaps(metrics_payload: Callable[..., Json], block_payload: list[Json]) -> None:
    payload = metrics_payload()
    for series in payload["series"]:
        series["values"][2][4] = "Infinity"
        series["values"][2][5] = None
    curves = RunCurves.from_json(payload, block_payload)
    mean = traces(by_block_figure(by_block_info(curves, "cosine_loss", 2)), "mean")["train"]
    assert mean.y[4] is None
    assert mean.y[5] is None
    for metric in ("cosine_loss", "l2_ratio"):
        sendable(lines_figure(epochs_info(curves, metric, "train")))
        sendable(heat_figure(epochs_info(curves, metric, "train")))


def test_lines_have_one_colour_a_block_and_can_travel_empty(curves: RunCurves) -> None:
    info = epochs_info(curves, "cosine_loss", "validation")
    full, light = lines_figure(info), lines_figure(info, with_values=False)
    colours = [t.line.color for t in full.data if t.meta and "block" in t.meta]
    assert colours == depth_colours(9)
    assert len(set(colours)) == 9
    assert list(full.data[8].y) == pytest.approx([0, -0.1 * 8 / 9, -0.2 * 8 / 9])
    assert all(not t.x for t in light.data if t.meta and "block" in t.meta)


def test_the_depth_ramp_gets_lighter_throughout() -> None:
    def luminance(colour: str) -> float:
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    ramp = [luminance(colour) for colour in depth_colours(54)]
    assert ramp == sorted(ramp)
    assert 1.05 / (ramp[-1] + 0.05) > 2  # shows on white
    assert (ramp[0] + 0.05) / (luminance("#16191f") + 0.05) > 2  # shows on the dark surface


def test_a_heat_map_of_cosines_is_centred_on_zero(curves: RunCurves) -> None:
    heat = heat_figure(epochs_info(curves, "cosine_loss", "train")).data[0]
    assert heat.zmin == -heat.zmax
    assert len(heat.z) == 9
    assert len(heat.z[0]) == 3
    assert heat_figure(epochs_info(curves, "l2_ratio", "train")).data[0].zmin >= 0


def test_drop_shows_every_block_its_interval_and_the_baseline(block_payload: list[Json]) -> None:
    plans = [{"blocks": [i], "accuracy": 0.1 * (i + 1), "accuracy_interval": [0.0, 1.0], "loss": 1.0} for i in range(8)]
    result = {"probe": "drop", "checkpoint": "c1", "blocks": block_payload, "samples": 40, "plans": plans,
              "baseline": {"accuracy": 0.95, "accuracy_interval": [0.9, 1.0], "loss": 0.1}}  # fmt: skip
    info = drop_info(result)
    assert math.isnan(info.accuracy[8])  # not measured
    assert info.damage[:2] == pytest.approx((0.85, 0.75))
    figure = drop_figure(info, blocks_of(block_payload))
    mean, band_ = traces(figure, "mean")["validation"], traces(figure, "band")["validation"]
    assert mean.y[:2] == pytest.approx((10, 20))
    assert mean.y[8] is None
    assert max(band_.y) == pytest.approx(100)
    (baseline,) = (t for t in figure.data if t.meta["role"] == "baseline")
    assert baseline.y == pytest.approx((95, 95))
    assert figure.layout.meta["snippet"]["path"] == "/probe/drop"
    sendable(figure)
    empty = drop_figure(None, blocks_of(block_payload))
    assert [len(t.y) for t in empty.data if t.meta["role"] in ("mean", "baseline")] == [0, 0]  # measured later


def test_scalars_pick_the_whole_validation_split(curves: RunCurves) -> None:
    info = accuracy_info(curves)
    assert info.curves["validation"][0] == "validation_accuracy/validation"
    assert scalars_figure(info, "accuracy").data[0].y == pytest.approx((10, 20, 30))
    assert scalars_figure(gradient_ratio_info(curves), "gradient").layout.yaxis.type == "log"


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([0, 1, 2], [0, 1, 2]),
        ([0, 2], [0, 2]),
        ([0, 1, 2, 2, 2], [0, 1, 2, 3, 4]),
        ([0, 1, 1, 2], [0, 1, 1.5, 2]),
        ([], []),
    ],
)
def test_steps_stand_at_their_block(steps: list[int], expected: list[float]) -> None:
    assert plan_positions(steps, 3) == expected


def test_plan_figures_set_both_networks_side_by_side(plan_payload: Callable[..., Json]) -> None:
    info = plan_info(plan_payload([*range(9), 8, 8]))
    figure = steps_figure(info, "cosine_loss")
    assert [t.name for t in figure.data if t.name in ("reference", "with the plan")] == ["reference", "with the plan"]
    assert len(figure.data[-1].x) == 11
    assert any("block 8 repeated" in a.text for a in figure.layout.annotations)
    groups = groups_figure(info)
    assert groups.data[0].x[0] is None  # nobody is borderline
    assert "n = 0" in groups.layout.yaxis.ticktext[0]
    sendable(figure)
    sendable(groups)


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
    metrics = unroll_metrics_figure(calm, wild)
    assert list(metrics.data[0].x) == [1, 2]  # the block's own application has no extra step
    assert len(unroll_metrics_figure(calm, None).data) == 2
    sendable(figure)


def test_one_images_story(block_payload: list[Json]) -> None:
    probabilities = [[0.7, 0.2, 0.1, 0, 0, 0], [0.3, 0.6, 0.1, 0, 0, 0], [None, None, None, None, None, None]]
    info = sample_info({
        "probe": "sample", "checkpoint": "c1",
        "index": 3, "label": 1, "prediction": 1, "class_names": list("abcdef"),
        "exits": {"blocks": [6, 7, 8], "probabilities": probabilities, "margin": [-0.5, 0.3, None]},
        "cosine_loss": [None] * 9, "l2_ratio": [0.1] * 9, "cosine_loss_plugged": [None] * 9,
    })  # fmt: skip
    assert shown_classes(info)[:2] == [1, 0]
    figure = probabilities_figure(info)
    assert figure.data[0].name == "b (label)"
    assert list(figure.data[0].y) == [20, 60, None]
    sendable(margin_figure(info))
    sendable(sample_blocks_figure(info, blocks_of(block_payload)))
