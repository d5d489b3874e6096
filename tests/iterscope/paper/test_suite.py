"""The runs that the paper's figures need: complete, valid, and of the paper's recipes at full size."""

from __future__ import annotations

import json
from typing import Any

import pytest
import torch

import iterscope as it
from iterscope.errors import ConfigurationError
from iterscope.paper.roles import seed_key
from iterscope.paper.suite import FIGURES, PlannedRun, Scale, suite
from iterscope.recipes import RECIPES, TrainingConfiguration
from iterscope.schedules import OneCycle

SCALES: tuple[Scale, ...] = ("laptop", "full")
ARCHITECTURES = {"original", "single-representation", "average-pooling", "wide"}
SHARED = {"shared-naive", "shared-gamma", "shared-statistics", "shared-affine", "shared-ubn"}


def needed(scale: Scale, figure: str) -> list[PlannedRun]:
    return [run for run in suite(scale) if figure in run.figures]


def roles(runs: list[PlannedRun]) -> set[str]:
    return {run.kind.role for run in runs}


def parameters(run: PlannedRun) -> int:
    with torch.device("meta"):
        model = it.build_from_configuration(run.configuration.network(num_classes=10))
    return sum(parameter.numel() for parameter in model.parameters())


@pytest.mark.parametrize("scale", SCALES)
def test_every_figure_has_its_networks(scale: Scale) -> None:
    first, second = {"laptop": ("digits", "digit-pairs"), "full": ("cifar10", "cifar100")}[scale]
    for figure in ("fig2", "fig3", "fig4", "fig5", "fig13", "fig14"):
        assert roles(needed(scale, figure)) == ARCHITECTURES
        assert {run.configuration.dataset for run in needed(scale, figure)} == {first}
    for figure in ("fig10", "fig11", "fig12", "fig15", "fig16", "fig17"):
        assert roles(needed(scale, figure)) == ARCHITECTURES
        assert {run.configuration.dataset for run in needed(scale, figure)} == {second}
    for figure in ("fig6", "fig7", "fig20"):
        assert roles(needed(scale, figure)) == {"original"}
    assert roles(needed(scale, "fig8")) == {"original", "shared-naive"}
    assert roles(needed(scale, "fig9")) == SHARED
    assert roles(needed(scale, "fig18")) == {"shared-ubn"}
    assert roles(needed(scale, "fig19")) == {"shared-naive"}
    table = needed(scale, "table1")
    assert roles(table) == {"original", "shared-ubn"}
    assert {run.configuration.dataset for run in table} == {first, second}
    assert set(FIGURES) == {figure for run in suite(scale) for figure in run.figures}


@pytest.mark.parametrize("scale", SCALES)
def test_every_run_is_valid_once_and_survives_json(scale: Scale) -> None:
    runs = suite(scale)
    keys = {(seed_key(run.configuration.to_dict()), run.configuration.seed) for run in runs}
    assert len(keys) == len(runs)
    for run in runs:
        values = json.loads(json.dumps(run.configuration.to_dict()))
        assert seed_key(TrainingConfiguration.from_dict(values).to_dict()) == seed_key(values)
        assert run.configuration.log_every == 1
        assert list(run.figures) == sorted(run.figures, key=FIGURES.index)


@pytest.mark.parametrize("scale", SCALES)
def test_sharing_is_compared_with_as_many_parameters_trained_alike(scale: Scale) -> None:
    runs = {run.kind.role: run for run in needed(scale, "fig8")}
    naive, baseline = runs["shared-naive"], runs["original"]
    assert parameters(naive) == parameters(baseline)
    assert naive.kind.depth > baseline.kind.depth
    for run in [*needed(scale, "fig9"), baseline]:
        values = run.configuration.to_dict()
        for name in ("epochs", "schedule", "batch_size", "augmentation"):
            assert values[name] == naive.configuration.to_dict()[name]


@pytest.mark.parametrize("scale", SCALES)
def test_the_original_network_of_the_figures_is_the_deepest(scale: Scale) -> None:
    """Where several runs have a role, the deepest is drawn."""
    for figure in ("fig2", "fig10"):
        drawn = [run for run in needed(scale, figure) if run.kind.role == "original"]
        dataset = drawn[0].configuration.dataset
        depths = [
            run.kind.depth
            for run in suite(scale)
            if (run.kind.role, run.configuration.dataset) == ("original", dataset)
        ]
        assert {run.kind.depth for run in drawn} == {max(depths)}


def test_the_full_size_is_the_paper() -> None:
    for run in suite("full"):
        recipe = {
            "single-representation": "single-representation",
            "average-pooling": "average-pooling",
            "wide": "wide",
        }.get(run.kind.role, "resnet110")
        for name in ("epochs", "schedule", "batch_size", "momentum", "weight_decay"):
            assert getattr(run.configuration, name) == getattr(RECIPES[recipe], name)
        assert "filters" not in run.kind.label
    labels = {run.kind.label for run in needed("full", "table1")}
    assert labels == {
        *(f"ResNet-{depth}" for depth in (32, 38, 56, 110)),
        *(f"ResNet-{depth}, shared + UBN" for depth in (110, 146, 182)),
    }
    seeds: dict[str, set[int]] = {}
    for run in suite("full"):
        seeds.setdefault(seed_key(run.configuration.to_dict()), set()).add(run.configuration.seed)
    assert set(map(frozenset, seeds.values())) == {frozenset({0, 1, 2, 3})}


def test_the_demo_is_the_first_seed_of_the_laptops_original() -> None:
    first, second, *_ = suite("laptop")
    demo = RECIPES["demo"].to_dict()
    assert seed_key(first.configuration.to_dict()) == seed_key(second.configuration.to_dict()) == seed_key(demo)
    assert (first.configuration.seed, second.configuration.seed) == (RECIPES["demo"].seed, 1)


def test_the_laptops_networks_keep_the_papers_depth() -> None:
    blocks = {run.kind.role: (run.kind.depth - 2) // 2 for run in suite("laptop") if run.kind.role != "original"}
    assert {role: blocks[role] for role in ("single-representation", "average-pooling", "wide")} == {
        "single-representation": 10,
        "average-pooling": 30,
        "wide": 14,
    }
    assert all(blocks[role] == 54 for role in SHARED)
    assert all(isinstance(run.configuration.schedule, OneCycle) for run in suite("laptop"))


def test_only_some_figures() -> None:
    runs = suite("laptop", only={"fig7"})
    assert [run.configuration.seed for run in runs] == [0, 1, 2, 3]
    assert all("fig2" in run.figures for run in runs)
    assert suite("laptop", only=set(FIGURES)) == suite("laptop")
    assert roles(suite("laptop", only=["fig8", "fig18"])) == {"original", "shared-naive", "shared-ubn"}


def test_other_data_and_seeds() -> None:
    runs = suite("laptop", dataset="folder:/photos", second_dataset="digits", seeds=3)
    assert {run.configuration.dataset for run in runs} == {"folder:/photos", "digits"}
    assert len(runs) == 3 * len({seed_key(run.configuration.to_dict()) for run in runs})
    assert {(run.configuration.dataset, run.configuration.image_size) for run in runs} == {
        ("folder:/photos", 32),
        ("digits", 24),
    }


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"scale": "huge"}, "scale is 'huge': choose one of laptop, full"),
        ({"only": ["fig1"]}, "figure 'fig1' is unknown: choose from fig2, fig3"),
        ({"seeds": 0}, "seeds is 0: it must be a whole number of at least 1"),
        ({"seeds": True}, "seeds is True"),
        ({"dataset": "mnist"}, "data set 'mnist' is unknown"),
        ({"dataset": "digit-pairs"}, "both data sets are 'digit-pairs'"),
    ],
)
def test_what_cannot_be_planned_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        suite(**{"scale": "laptop", **options})
