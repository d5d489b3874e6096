"""The paper's recipes, and what a training configuration refuses."""

import json
from typing import Any

import pytest

from iterscope.errors import ConfigurationError
from iterscope.recipes import RECIPES, TrainingConfiguration, training_configuration
from iterscope.schedules import OneCycle, Piecewise


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_is_valid_and_survives_json(name: str) -> None:
    recipe = RECIPES[name]
    assert recipe.validate() is recipe
    assert TrainingConfiguration.from_dict(json.loads(json.dumps(recipe.to_dict()))) == recipe


@pytest.mark.parametrize(
    ("name", "epochs", "rates"),
    [
        ("resnet110", 300, {0: 0.1, 79: 0.1, 80: 0.01, 119.9: 0.01, 120: 0.001, 200: 0.00001, 299: 0.00001}),
        ("single-representation", 200, {39: 0.1, 40: 0.02, 60: 0.004, 80: 0.0008, 199: 0.0008}),
        ("average-pooling", 100, {39: 0.1, 40: 0.02, 60: 0.004, 80: 0.0008, 99: 0.0008}),
        ("max-pooling", 100, {39: 0.1, 40: 0.02, 60: 0.004, 80: 0.0008, 99: 0.0008}),
        ("wide", 100, {59: 0.1, 60: 0.02, 99: 0.02}),
    ],
)
def test_the_papers_rates(name: str, epochs: int, rates: dict[float, float]) -> None:
    recipe = RECIPES[name]
    assert recipe.epochs == epochs
    assert {epoch: recipe.schedule.learning_rate(epoch, epochs) for epoch in rates} == rates
    assert (recipe.momentum, recipe.weight_decay, recipe.batch_size, recipe.dataset) == (0.9, 1e-4, 128, "cifar10")


def test_one_cycle_rises_to_its_peak_and_falls_to_nearly_nothing() -> None:
    schedule = OneCycle(peak=0.1)
    rates = [schedule.learning_rate(step / 100 * 12, 12) for step in range(101)]
    assert rates[25] == max(rates) == pytest.approx(0.1)
    assert rates[0] == pytest.approx(0.004)
    assert rates[-1] == pytest.approx(1e-5)
    assert rates[:26] == sorted(rates[:26])
    assert rates[25:] == sorted(rates[25:], reverse=True)


def test_overrides_replace_fields() -> None:
    changed = training_configuration("demo", epochs=3, schedule={"kind": "piecewise", "steps": [[2, 0.1], [3, 0.01]]})
    assert changed.epochs == 3
    assert changed.schedule == Piecewise(((2, 0.1), (3, 0.01)))
    assert changed.architecture == "resnet56"


def test_options_reach_the_network() -> None:
    changed = training_configuration("demo", architecture="resnet8", architecture_options={"widths": [4, 8, 16]})
    network = changed.network(num_classes=7)
    assert (network.widths, network.num_classes, network.input_size) == ((4, 8, 16), 7, 24)


def test_another_data_set_than_the_recipes_comes_at_its_usual_size() -> None:
    assert RECIPES["demo"].image_size == 24
    assert training_configuration("demo", dataset="digits").image_size == 24
    assert training_configuration("demo", dataset="cifar10").image_size == 32
    assert training_configuration("resnet110", dataset="digit-pairs").image_size == 24
    assert training_configuration("demo", dataset="cifar10", image_size=20).image_size == 20
    with pytest.raises(ConfigurationError, match="recipe is not a field of a training configuration"):
        training_configuration("demo", **{"recipe": "quick"})


def test_an_unknown_recipe_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="recipe 'resnet18' is unknown: choose one of demo, resnet110"):
        training_configuration("resnet18")


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"epoch": 3}, "epoch is not a field of a training configuration: the fields are architecture"),
        ({"epochs": 0}, "epochs is 0: it must be a whole number from 1 to 2147483647"),
        ({"epochs": True}, "epochs is True"),
        ({"epochs": 2.5}, "epochs is 2.5"),
        ({"batch_size": 1}, "batch_size is 1: it must be a whole number from 2 to 2147483647"),
        ({"batch_size": 10**11}, "batch_size is 100000000000: it must be a whole number from 2 to 2147483647"),
        ({"image_size": 5000}, "image_size is 5000: it must be a whole number from 8 to 1024"),
        ({"image_size": 7}, "image_size is 7: it must be a whole number from 8 to 1024"),
        (
            {"seed": 10**5000},
            "seed is a number of many thousand digits: it must be a whole number from 0 to 2147483647",
        ),
        ({"seed": -1}, "seed is -1"),
        ({"momentum": 1}, "momentum is 1: it must be a number of at least 0 and below 1"),
        ({"weight_decay": float("nan")}, "weight_decay is nan"),
        ({"weight_decay": float("inf")}, "weight_decay is inf"),
        ({"precision": "float16"}, "precision is 'float16': choose one of auto, bfloat16, float32"),
        ({"augmentation": "blur"}, "augmentation is 'blur': choose one of none, crop, flip_crop, null"),
        ({"compile": 1}, "compile is 1: it must be auto, true or false"),
        ({"compile": "yes"}, "compile is 'yes': it must be auto, true or false"),
        ({"channels_last": "auto"}, "channels_last is 'auto': it must be true or false"),
        ({"dataset": "mnist"}, "data set 'mnist' is unknown: choose digits"),
        ({"dataset": 5}, "dataset is 5"),
        ({"architecture": "resnet9"}, "resnet9: the depth must be 6n"),
        ({"architecture": None}, "architecture is None"),
        ({"architecture_options": {"depth": 3}}, "unknown option 'depth'"),
        ({"architecture_options": {"num_classes": 3}}, "num_classes is determined by the data set"),
        ({"architecture_options": []}, "architecture_options is \\[\\]"),
        ({"schedule": 0.1}, "schedule is 0.1: give"),
        ({"schedule": {"kind": "cosine"}}, "schedule is .*cosine"),
        ({"schedule": {"kind": "one_cycle"}}, "schedule lacks peak"),
        ({"schedule": {"kind": "one_cycle", "peak": -1}}, "peak is -1: it must be a positive number"),
        ({"schedule": {"kind": "one_cycle", "peak": float("nan")}}, "peak is nan"),
        ({"schedule": {"kind": "one_cycle", "peak": 1, "warmup": 2}}, "warmup is 2: it must lie between 0 and 1"),
        ({"schedule": {"kind": "one_cycle", "peak": 1, "top": 2}}, "schedule has the unknown field 'top'"),
        ({"schedule": {"kind": "piecewise", "steps": []}}, "schedule has no steps"),
        ({"schedule": {"kind": "piecewise", "steps": [3]}}, "give \\[until epoch, learning rate\\] pairs"),
        ({"schedule": {"kind": "piecewise", "steps": [[3, 0.1], [2, 0.1]]}}, "must be positive and increasing"),
        ({"schedule": {"kind": "piecewise", "steps": [[3, 0]]}}, "learning rate is 0.0"),
    ],
)
def test_what_cannot_be_trained_is_refused_with_the_reason(overrides: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        training_configuration("demo", **overrides)
