"""Runs merged by seed: curves, groups and their names."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from iterscope_dashboard.curves import RunCurves, between_seeds, pack_curves
from iterscope_dashboard.figures.by_block import by_block_figure, by_block_info
from iterscope_dashboard.figures.training import accuracy_info, runs_figure, scalars_figure
from iterscope_dashboard.model import Run, seed_group, seed_groups
from iterscope_dashboard.pages.blocks_text import COSINE, RATIO, spread_text
from iterscope_dashboard.pages.run_seeds import group_name, mean_text
from tests.dashboard.checked import checked

by_block_figure = checked(by_block_figure)
runs_figure = checked(runs_figure)
scalars_figure = checked(scalars_figure)

Json = dict[str, Any]


def run(id: str, *siblings: str, status: str = "completed", name: str = "", accuracy: float = 0.9) -> Run:
    return Run.from_json(
        {
            "id": id,
            "name": name or id,
            "status": status,
            "siblings": siblings,
            "latest": {"validation_accuracy": accuracy},
        }
    )


@pytest.fixture
def merged(metrics_payload: Callable[..., Json], block_payload: list[Json]) -> RunCurves:
    payload = metrics_payload()
    spread = [
        {**series, "metric": f"{series['metric']}_seeds_std", "values": [[0.25] * 9] * 3}
        for series in payload["series"]
    ]
    scalars = [{**scalar, "std": [0.02, None, 0.01]} for scalar in payload["scalars"]]
    group = {"runs": ["r1", "r2"], "seeds": [0, 1], "n": 2}
    return RunCurves.from_json(
        {**payload, "series": payload["series"] + spread, "scalars": scalars, "merged": group}, block_payload
    )


def test_the_band_of_merged_curves_is_the_spread_between_seeds(merged: RunCurves) -> None:
    assert merged.series["cosine_loss_std", "train"].at(0) == [0.25] * 9  # not 0.05, that over images
    assert {metric for metric, _ in merged.series if "_std" in metric} == {
        "cosine_loss_std", "l2_ratio_std", "early_exit_accuracy_std",
    }  # fmt: skip
    figure = by_block_figure(by_block_info(merged, "l2_ratio", 2))
    band = next(trace for trace in figure.data if trace.meta["role"] == "band")
    assert max(band.y) == pytest.approx(1.25)
    assert band.name == "train, ±1 sd over 2 seeds"
    assert pack_curves(merged)["merged"] == 2


@pytest.mark.parametrize(
    ("metric", "name"),
    [("l2_ratio", "l2_ratio"), ("l2_ratio_std", ""), ("l2_ratio_seeds_std", "l2_ratio_std"), ("l2_ratio_std_seeds_std", "")],
)  # fmt: skip
def test_names_of_merged_series(metric: str, name: str) -> None:
    assert between_seeds(metric) == name


def test_one_run_keeps_its_spread_over_images(metrics_payload: Callable[..., Json], block_payload: list[Json]) -> None:
    curves = RunCurves.from_json(metrics_payload(), block_payload)
    assert curves.merged is None
    assert curves.series["cosine_loss_std", "train"].at(0) == [0.05] * 9
    assert not any(trace.fill for trace in scalars_figure(accuracy_info(curves), "accuracy").data)


def test_scalars_have_a_band_where_the_spread_is_known(merged: RunCurves) -> None:
    for figure in (
        scalars_figure(accuracy_info(merged), "accuracy"),
        runs_figure({"Tiny": merged.scalars["validation_accuracy", "validation"]}),
    ):
        band = next(trace for trace in figure.data if trace.fill == "toself")
        assert list(band.x) == [0, 2, 2, 0]
        assert list(band.y) == pytest.approx([12.0, 31.0, 29.0, 8.0])


def test_only_finished_runs_are_merged() -> None:
    runs = [run("a", "b", "c"), run("b", "a", "c"), run("c", "a", "b", status="running"), run("d")]
    assert [member.id for member in seed_group(runs[0], runs)] == ["a", "b"]
    assert [member.id for member in seed_group(runs[2], runs)] == ["c"]
    assert [[member.id for member in group] for group in seed_groups(runs)] == [["a", "b"]]


@pytest.mark.parametrize(
    ("names", "common"),
    [
        (("demo", "demo"), "demo"), (("resnet56", "resnet56"), "resnet56"), (("demo, seed 0", "demo, seed 1"), "demo"),
        (("net-10", "net-11"), "net"), (("ResNet-56 (seed 1)", "ResNet-56 (seed 2)"), "ResNet-56"), (("mine", "yours"), "mine"),
    ],
)  # fmt: skip
def test_a_group_is_called_what_its_runs_have_in_common(names: tuple[str, str], common: str) -> None:
    assert group_name([run(str(i), name=name) for i, name in enumerate(names)]) == common


def test_means_are_given_with_their_spread_only_where_both_are_defined() -> None:
    assert mean_text([0.98, 0.96], 100, 1, " %") == "97.0 ± 1.4 %"
    assert mean_text([0.98], 100, 1) == "–"
    assert mean_text([0.98, math.inf], 1, 3) == "–"


def test_the_panels_say_what_their_band_is() -> None:
    for text in (COSINE, RATIO):
        assert "2 seeds, band: ±1 standard deviation between seeds" in spread_text(text, 2).help
        assert spread_text(text, 1) is text
