"""The Paper page without a browser: panels as figures, findings as records, sections as components."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
import pytest
from dash.development.base_component import Component

from iterscope_dashboard import theme
from iterscope_dashboard.figures.paper import draw_panel, palette_of, panel_figure, strokes
from iterscope_dashboard.figures.paper_info import panel_info
from iterscope_dashboard.findings import FigureSummary, Finding, Overview
from iterscope_dashboard.pages.measuring import named, progress_of, wanted_of, without_results
from iterscope_dashboard.pages.paper_verdicts import claims, strip
from iterscope_dashboard.pages.paper_view import body, foot, section, shared_title, with_code
from tests.dashboard.checked import checked

panel_figure = checked(panel_figure)
draw_panel = checked(draw_panel)

Json = dict[str, Any]
Make = Callable[..., Json]


def lines(figure: go.Figure) -> dict[str, Any]:
    """The curves by name: neither bands nor entries of the legend."""
    return {t.name: t for t in figure.data if t.fill is None and (t.meta or {}).get("role") != "scale"}


def sendable(figure: go.Figure) -> None:
    """Strict JSON: no NaN, no infinity."""
    json.dumps(figure.to_plotly_json(), allow_nan=False, default=lambda o: o.to_plotly_json())


def words(component: object) -> str:
    """All text of a component."""
    if isinstance(component, Component):
        return words(getattr(component, "children", None))
    if isinstance(component, list | tuple):
        return " ".join(words(child) for child in component)
    return component if isinstance(component, str) else ""


def parts(component: object, kind: str) -> list[Any]:
    """All components of a class, by name."""
    if isinstance(component, list | tuple):
        return [part for child in component for part in parts(child, kind)]
    if not isinstance(component, Component):
        return []
    own = [component] if type(component).__name__ == kind else []
    return own + parts(getattr(component, "children", None), kind)


# ---- panels ----


def test_splits_keep_the_dashes_of_the_other_pages_and_show_the_spread_between_seeds(paper_panel: Make) -> None:
    figure = panel_figure(paper_panel())
    drawn = lines(figure)
    assert {name: trace.line.dash for name, trace in drawn.items()} == theme.SPLIT_DASHES
    bands = [trace for trace in figure.data if trace.fill == "toself"]
    assert len(bands) == 2
    assert max(bands[0].y) == pytest.approx(1.1)
    assert [i for i, s in enumerate(drawn["train"].marker.symbol) if s == "diamond-open"] == [3, 6]
    assert figure.layout.title.text == "ResNet-20 on digits"
    assert figure.layout.yaxis.title.text == "‖F<sub>i</sub>‖ / ‖h<sub>i</sub>‖"
    assert figure.layout.showlegend
    sendable(figure)


def test_a_single_seed_has_no_band(paper_panel: Make, paper_series: Make) -> None:
    figure = panel_figure(paper_panel([paper_series([0.1, 0.2])], n=1))
    assert not [trace for trace in figure.data if trace.fill]


def test_lines_of_blocks_take_their_colours_from_the_depth_ramp(paper_panel: Make, paper_series: Make) -> None:
    series = [paper_series([0.1 * b, 0.2 * b], name=f"block {b}", block=b) for b in (6, 7, 8)]
    info = panel_info(paper_panel(series, x={"kind": "epoch", "label": "epoch"}))
    figure = draw_panel(info)
    drawn = lines(figure)
    assert [drawn[f"block {b}, validation"].line.color for b in (6, 7, 8)] == [
        theme.depth_colour(at) for at in (0, 0.5, 1)
    ]
    bar = next(trace for trace in figure.data if (trace.meta or {}).get("role") == "scale")
    assert (bar.marker.cmin, bar.marker.cmax) == (6, 8)
    assert strokes(info, {}) == ()  # the colour bar is the legend
    sendable(figure)


def test_compared_networks_are_named_once_and_keep_their_colour_in_every_panel(
    paper_panel: Make, paper_series: Make
) -> None:
    def series(label: str, role: str, split: str) -> Json:
        return paper_series([1.0, 2.0], name=f"{label}, {split}", role=role, split=split)

    both = [("ResNet-38", "original"), ("ResNet-110, shared", "shared-naive")]
    first = panel_info(paper_panel([series(*net, split) for net in both for split in ("train", "validation")]))
    second = panel_info(paper_panel([series(*both[1], "validation")]))
    palette = palette_of([first, second])
    legend = {stroke.name: stroke for stroke in strokes(first, palette)}
    assert list(legend) == ["ResNet-38", "ResNet-110, shared", "train", "validation"]
    assert legend["train"].dash != legend["validation"].dash
    colour = {trace.name: trace.line.color for trace in draw_panel(first, palette).data}
    (alone,) = lines(draw_panel(second, palette)).values()
    assert alone.line.color == colour["ResNet-110, shared, validation"] != colour["ResNet-38, validation"]


def test_groups_have_their_colours_and_intervals(paper_panel: Make, paper_series: Make) -> None:
    series = [
        paper_series([90.0, 91.0], name="all", group="all"),
        paper_series([40.0, 55.0], name="borderline", group="borderline", low=[30.0, 41.0], high=[52.0, None], samples=51),
    ]  # fmt: skip
    info = panel_info(paper_panel(series, y={"label": "accuracy", "unit": "%", "log": False}))
    figure = draw_panel(info)
    line = lines(figure)["borderline, validation"]
    assert line.line.color == theme.GROUP_COLOURS["borderline"]
    assert list(line.error_y.array) == [12.0, 0]
    assert list(line.error_y.arrayminus) == [10.0, 14.0]
    assert figure.layout.yaxis.title.text == "accuracy (%)"
    sendable(figure)


def test_the_untouched_network_is_a_level_without_markers(paper_panel: Make, paper_series: Make) -> None:
    series = [paper_series([90.0, 97.0], low=[88.0, 95.0], high=[92.0, 98.0], role="original"),
              paper_series([98.0, 98.0], name="validation, untouched", role="original")]  # fmt: skip
    info = panel_info(paper_panel(series))
    drawn = lines(draw_panel(info))
    assert list(drawn["validation"].error_y.arrayminus) == [2.0, 2.0]
    assert drawn["validation, untouched"].mode == "lines"
    assert drawn["validation, untouched"].line.dash != drawn["validation"].line.dash
    assert [stroke.name for stroke in strokes(info, {})] == ["validation", "untouched"]


def test_a_mark_a_zero_line_and_stages(paper_panel: Make, paper_series: Make) -> None:
    negative = paper_series([-0.1] * 9)
    shapes = draw_panel(panel_info(paper_panel([negative], mark_x=5))).layout.shapes
    assert [shape.x0 for shape in shapes if shape.x0 == shape.x1] == [2.5, 5.5, 5]
    assert [shape.y0 for shape in shapes if shape.y0 == shape.y1] == [0]


def test_diverged_values_are_gaps_and_a_logarithmic_axis_counts_decades(paper_panel: Make, paper_series: Make) -> None:
    series = paper_series([1.0, 1e12, "Infinity", None], std=[0.1, None, None, None], n=2)
    figure = panel_figure(paper_panel([series], y={"label": "‖h_i‖", "unit": "", "log": True}))
    assert list(lines(figure)["validation"].y) == [1.0, 1e12, None, None]
    assert figure.layout.yaxis.type == "log"
    assert figure.layout.yaxis.dtick == 2
    sendable(figure)


def test_a_panel_without_data_is_a_sentence_with_the_remedy(paper_panel: Make, paper_series: Make) -> None:
    missing = paper_panel([], state="not yet run", missing="No run yet: iterscope paper --only fig7")
    nothing = paper_panel([paper_series([None, None])])
    for panel, sentence in ((missing, "iterscope paper"), (nothing, "finite")):
        figure = panel_figure(panel)
        assert not figure.data
        assert sentence in figure.layout.annotations[0].text


# ---- verdicts ----


def finding(verdict: str, **changes: Any) -> Json:
    return {
        "id": "fig2-first-block", "figures": ["fig2"], "sentence": "The first block changes the state most.", "section": "4.2",
        "verdict": verdict, "measured": "0.91 against at most 0.40", "statistic": 0.91, "threshold": 0.4, "comparison": ">",
        "interval": [0.88, 0.94], "level": 0.95, "looks": 0,
        "judged": "judged: 0.91, 95 % interval 0.88 to 0.94; holds above 0.4",
        "criterion": "Its ratio is the largest, and significant.", "about": "trained networks", "n_runs": 2, "n_samples": 359,
        "nets": ["ResNet-20 on digits"], "scope": "on digits, ResNet-20, 2 seeds: seen", "note": None, **changes,
    }  # fmt: skip


def overview(*findings: Json) -> Overview:
    figure = {
        "id": "fig2",
        "title": "ℓ2 ratio",
        "section": "4.2",
        "shows": "It falls.",
        "state": "complete",
        "panels": 2,
    }
    return Overview.from_json(
        {
            "datasets": {"first": "digits", "second": None, "choices": ["digits"]},
            "figures": [figure],
            "claims": list(findings),
        }
    )


def test_every_claim_shows_its_verdict_and_the_number_behind() -> None:
    both = overview(
        finding("holds"),
        finding("does not hold", id="other"),
        finding("inconclusive", id="open", interval=[-0.1, 1e-4], note="the interval contains the threshold"),
        finding("inconclusive", id="none", interval=None, about="initialisation"),
    )
    text = words(claims(both.of("fig2")))
    assert "✓ holds" in text
    assert "✕ does not hold" in text
    assert "? inconclusive" in text
    assert text.count("0.91 against at most 0.40") == 4
    assert text.count("Its ratio is the largest, and significant.") == 4
    assert text.count("judged: 0.91, 95 % interval 0.88 to 0.94; holds above 0.4") == 4
    assert "on digits, ResNet-20, 2 seeds: seen · 359 images" in text
    assert "359 images · the interval contains the threshold" in text
    assert "seen · before training · 359 images" in text
    assert "1 of 4 claims holds on your runs, 2 are inconclusive" in words(strip(both))
    assert both.of("fig3") == ()


def test_nothing_run_never_reads_as_holding() -> None:
    empty = overview(finding("not yet run", measured="", n_runs=0, n_samples=None))
    assert "0 of 1 claims hold" not in words(strip(empty))
    assert "1 claims, none checked yet" in words(strip(empty))
    assert "holds" not in words(claims(empty.of("fig2")))
    assert Finding.from_json(finding("probably")).verdict == "not yet run"


def test_a_figure_without_runs_names_the_command_and_asks_for_nothing() -> None:
    waiting = FigureSummary("fig7", "The last block unrolled", "4.4", "…", "not yet run", 6)
    whole = section(waiting, (), None, None, "/my home")
    assert "iterscope paper --only fig7 --home '/my home'" in " ".join(words(parts(whole, "Code")).split())
    assert not parts(whole, "Store")
    assert "data-lazy" not in whole.to_plotly_json()["props"]
    assert parts(section(FigureSummary("fig7", "", "4.4", "…", "partial", 6), (), None, None, "/h"), "Store")


# ---- sections ----


def payload(panels: list[Json], **changes: Any) -> Json:
    runs = [{"id": "r1", "name": "Tiny", "seed": 0, "epochs": 2, "configuration": {}, "checkpoint_sha256": "ab" * 32}]
    return {"id": "fig2", "title": "ℓ2 ratio", "section": "4.2", "shows": "…", "state": "partial", "panels": panels,
            "table": None, "wanted": [], "claims": [], "provenance": {"runs": runs, "library_versions": {}}, **changes}  # fmt: skip


def test_panels_stand_side_by_side_and_a_missing_one_keeps_its_place(paper_panel: Make) -> None:
    missing = paper_panel([], state="not yet measured", missing="Press measure.", title="Wide on digits")
    drawn = body(payload([paper_panel(), missing]), "/h")
    assert [graph.id for graph in parts(drawn, "Graph")] == ["paper-fig2-0"]
    assert "not yet measured" in words(drawn)
    assert "Press measure." in words(drawn)
    assert "n = 2" in words(drawn)
    (run,) = parts(foot(payload([])), "Link")
    assert run.href == "/blocks?run=r1"
    assert "seed 0, 2 epochs, checkpoint abababababab" in run.title
    assert foot(payload([], provenance={"runs": []})) == []
    repeated = [{"id": f"r{seed}", "name": "resnet20 on digits", "seed": seed} for seed in (0, 1)]
    links = parts(foot(payload([], provenance={"runs": repeated})), "Link")
    assert [link.children for link in links] == ["resnet20 on digits (seed 0)", "resnet20 on digits (seed 1)"]


@pytest.mark.parametrize(
    ("titles", "caption", "short"),
    [
        (["ResNet-20 on digits: accuracy, train", "ResNet-20 on digits: loss, train"], "ResNet-20 on digits",
         ["Accuracy, train", "Loss, train"]),
        (["ResNet-20 on digits", "Wide on digits"], "on digits", ["ResNet-20", "Wide"]),
        (["ResNet-20 on digits", "Wide on cifar10"], "", ["ResNet-20 on digits", "Wide on cifar10"]),
        (["Alone on digits"], "", ["Alone on digits"]),
    ],
)  # fmt: skip
def test_what_all_titles_share_stands_once(titles: list[str], caption: str, short: list[str]) -> None:
    assert shared_title(titles) == (caption, short)


def test_commands_in_sentences_are_set_as_code_and_name_the_home() -> None:
    text, code, end = with_code("train it: `iterscope paper --only fig7` does", "/h")
    assert (text, "".join(words(part) for part in code.children), end) == (
        "train it: ",
        "iterscope paper --only fig7 --home /h",
        " does",
    )
    assert with_code("`x`", "/h")[1].children == ["x"]


def test_the_table_has_a_row_a_network() -> None:
    cells = [{"mean": 1.2, "std": 0.1, "text": "1.20 ± 0.10"}, None]
    content = {"columns": ["network", "first: train error", "first: validation error"],
               "rows": [{"label": "ResNet-38", "runs": ["r1", "r2"], "n": 2, "cells": cells}]}  # fmt: skip
    drawn = body(payload([], id="table1", table=content), "/h")
    assert [words(cell) for cell in parts(drawn, "Td")] == ["2", "1.20 ± 0.10", "–"]
    assert words(parts(drawn, "Th")[:2]) == "network seeds"


def test_measuring_counts_what_is_done_and_keeps_no_results_in_the_browser() -> None:
    wanted = wanted_of(payload([], wanted=[{"probe": "drop", "request": {"checkpoint": "c1"}, "reason": "…"}] * 2))
    assert named(wanted) == {"0": ("drop", {"checkpoint": "c1"}), "1": ("drop", {"checkpoint": "c1"})}
    entries = without_results({"0": {"result": {"plans": [1, 2, 3]}}, "1": {"job": "j1", "progress": 0.5}})
    assert entries["0"] == {"done": True}
    assert progress_of(entries) == ("Measuring 2 of 2 …", pytest.approx(75))
