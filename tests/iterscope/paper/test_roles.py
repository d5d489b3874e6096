"""Which of the paper's networks a configuration is, and which runs are seeds of one another."""

from __future__ import annotations

import json
from typing import Any

import pytest

from iterscope.paper.roles import ROLES, run_kind, seed_key
from iterscope.recipes import RECIPES, training_configuration


def configured(architecture: str, **options: Any) -> dict[str, Any]:
    return training_configuration("demo", architecture=architecture, architecture_options=options).to_dict()


@pytest.mark.parametrize(
    ("architecture", "options", "role", "depth", "label"),
    [
        ("resnet56", {}, "original", 56, "ResNet-56"),
        ("resnet56", {"widths": [8, 16, 32], "stem_width": 8}, "original", 56, "ResNet-56, 8–16–32 filters"),
        ("resnet20", {"blocks": (9, 9, 9)}, "original", 56, "ResNet-56"),
        ("single-representation", {}, "single-representation", 22, "Single representation"),
        (
            "single-representation",
            {"stem_width": 24, "widths": [24]},
            "single-representation",
            22,
            "Single representation, 24 filters",
        ),
        ("avg-pooling", {}, "average-pooling", 62, "Average pooling"),
        (
            "max-pooling",
            {"stem_width": 8, "widths": [8] * 3, "blocks": [2] * 3},
            "max-pooling",
            14,
            "Max pooling, 8 filters, 6 blocks",
        ),
        ("wide", {"widths": (40, 80, 160)}, "wide", 30, "Wide, 40–80–160 filters"),
        ("resnet110-shared", {}, "shared-naive", 110, "ResNet-110, shared"),
        ("resnet110", {"share_from": 5}, "shared-naive", 110, "ResNet-110, shared"),
        ("resnet110-shared", {"initial_gamma": 0.1}, "shared-gamma", 110, "ResNet-110, shared + γ 0.1"),
        (
            "resnet110-shared",
            {"unshare_statistics": True},
            "shared-statistics",
            110,
            "ResNet-110, shared + unshared statistics",
        ),
        ("resnet110-shared", {"unshare_affine": True}, "shared-affine", 110, "ResNet-110, shared + unshared γ and β"),
        ("resnet146-ubn", {}, "shared-ubn", 146, "ResNet-146, shared + UBN"),
        ("resnet38-shared-ubn", {"share_from": 2}, "shared-ubn", 38, "ResNet-38, shared from block 2 + UBN"),
        ("resnet110-shared", {"initial_gamma": 0.5}, "shared-other", 110, "ResNet-110, shared + γ 0.5"),
        (
            "resnet110-ubn",
            {"initial_gamma": 1},
            "shared-other",
            110,
            "ResNet-110, shared + unshared statistics + unshared γ and β",
        ),
    ],
)
def test_the_role_follows_from_the_architecture(
    architecture: str, options: dict[str, Any], role: str, depth: int, label: str
) -> None:
    kind = run_kind(json.loads(json.dumps(configured(architecture, **options))))
    assert kind is not None
    assert (kind.role, kind.depth, kind.label) == (role, depth, label)
    assert kind.role in ROLES


@pytest.mark.parametrize(
    "configuration",
    [
        {},
        {"architecture": "vgg16"},
        {"architecture": None},
        {"architecture": "resnet20", "architecture_options": 3},
        {"architecture": "resnet20", "architecture_options": {"depth": 3}},
        {"architecture": "resnet20", "architecture_options": {"widths": [8], "blocks": [3]}},
        {"architecture": "resnet20", "architecture_options": {"blocks": [1, 2, 3]}},
        {"architecture": "wide", "architecture_options": {"share_from": 2}},
    ],
)
def test_other_networks_have_none(configuration: dict[str, Any]) -> None:
    assert run_kind(configuration) is None


def test_every_recipe_of_the_paper_has_a_role() -> None:
    assert all(run_kind(recipe.to_dict()) is not None for recipe in RECIPES.values())


def test_seeds_of_one_configuration_share_a_key() -> None:
    one = training_configuration("demo", seed=0)
    same = training_configuration(
        "demo", seed=7, log_samples=3, log_every=2, checkpoint_every=5, precision="float32", channels_last=False
    )
    assert seed_key(one.to_dict()) == seed_key(json.loads(json.dumps(same.to_dict())))


@pytest.mark.parametrize(
    "change",
    [
        {"epochs": 13},
        {"dataset": "cifar10"},
        {"architecture": "resnet50"},
        {"weight_decay": 0.0},
        {"batch_size": 32},
        {"architecture_options": {"widths": [8, 16, 32]}},
        {"schedule": {"kind": "one_cycle", "peak": 0.2}},
        {"augmentation": "none"},
    ],
)
def test_what_changes_the_outcome_changes_the_key(change: dict[str, Any]) -> None:
    assert seed_key(training_configuration("demo").to_dict()) != seed_key(
        training_configuration("demo", **change).to_dict()
    )


def test_two_spellings_of_one_network_share_a_key() -> None:
    assert seed_key(configured("resnet110-ubn")) == seed_key(configured("resnet110-shared-ubn"))
    assert seed_key(configured("resnet110", share_from=5)) == seed_key(configured("resnet110-shared", initial_gamma=1))
    assert seed_key(configured("resnet110", share_from=5)) != seed_key(configured("resnet110"))


def test_a_configuration_of_another_version_has_a_key_too() -> None:
    strange = {"architecture": "resnet20", "colour": "red"}
    assert seed_key({**strange, "seed": 1}) == seed_key({**strange, "seed": 2})
    assert seed_key({**strange, "colour": "blue"}) != seed_key(strange)
