"""Runs merged by seed: groups, their names and means."""

from __future__ import annotations

import math

import pytest

from iterscope_dashboard.model import Run, seed_group, seed_groups
from iterscope_dashboard.pages.run_seeds import group_name, mean_text


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
