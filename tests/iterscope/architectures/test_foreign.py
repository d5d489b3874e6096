"""Networks of elsewhere, built from a name: the published sizes, names that checkpoints depend on, refusals."""

from __future__ import annotations

import pytest
import torch

import iterscope as it
from iterscope.architectures.foreign import Family


def configuration(
    family: Family, name: str, num_classes: int = 10, size: int = 32, **options: object
) -> it.ForeignConfiguration:
    return it.ForeignConfiguration(family, name, num_classes, size, options=options)


def parameters(family: Family, name: str, num_classes: int = 10, **options: object) -> int:
    with torch.device("meta"):
        model = it.build_foreign(configuration(family, name, num_classes, **options))
    return sum(parameter.numel() for parameter in model.parameters())


@pytest.mark.parametrize(
    ("name", "millions"),
    [
        ("resnet20", 0.27),
        ("resnet32", 0.46),
        ("resnet44", 0.66),
        ("resnet56", 0.85),
        ("resnet110", 1.7),
        ("resnet1202", 19.4),
    ],
)
def test_the_cifar_nets_have_the_sizes_of_table_6(name: str, millions: float) -> None:
    assert parameters("cifar", name) / 1e6 == pytest.approx(millions, rel=0.02)


@pytest.mark.parametrize(
    ("family", "name", "options", "count"),
    [
        ("cifar", "resnet20", {}, 269_722),  # the sum of the published file's tensors
        ("cifar", "resnet20", {"shortcut": "B"}, 272_474),
        ("cifar", "resnet18", {}, 11_173_962),
        ("cifar", "resnet50", {"widths": [64, 128, 256, 512]}, 23_520_842),
        ("preactivation-cifar", "preact_resnet18", {}, 11_171_146),
        ("preactivation-cifar", "preresnet164", {"block": "bottleneck"}, 1_703_258),
        ("wide-cifar", "wrn28_10", {}, 36_479_194),
        ("wide-cifar", "wrn40_4", {}, 8_949_210),
    ],
)
def test_counts_to_the_digit(family: Family, name: str, options: dict[str, object], count: int) -> None:
    assert parameters(family, name, **options) == count


def test_the_names_in_a_checkpoint_are_pinned() -> None:
    norm = {"weight", "bias", "running_mean", "running_var", "num_batches_tracked"}
    keys = set(it.build_foreign(configuration("cifar", "resnet8", shortcut="B")).state_dict())
    expected = {"conv1.weight", "linear.weight", "linear.bias"} | {f"bn1.{key}" for key in norm}
    for stage in (1, 2, 3):
        for part in (1, 2):
            expected |= {f"layer{stage}.0.conv{part}.weight"} | {f"layer{stage}.0.bn{part}.{key}" for key in norm}
        if stage > 1:
            expected |= {f"layer{stage}.0.projection.0.weight"} | {f"layer{stage}.0.projection.1.{key}" for key in norm}
    assert keys == expected
    wide = set(it.build_foreign(configuration("wide-cifar", "wrn10_1")).state_dict())
    assert {key for key in wide if "layer" not in key} == {
        "conv1.weight", "linear.weight", "linear.bias", *(f"bn.{key}" for key in norm)
    }  # fmt: skip
    assert {key for key in wide if key.startswith("layer2") and not key.rpartition(".")[0].endswith(("bn1", "bn2"))} == {
        "layer2.0.conv1.weight", "layer2.0.conv2.weight", "layer2.0.projection.weight"
    }  # fmt: skip


def test_configurations_round_trip_and_say_all_that_they_mean() -> None:
    value = configuration("cifar", "resnet20").to_dict()
    assert value == {
        "family": "cifar",
        "name": "resnet20",
        "num_classes": 10,
        "input_size": 32,
        "input_channels": 3,
        "options": {"shortcut": "A", "padding": "both", "block": "basic", "widths": [16, 32, 64]},
    }
    assert it.configuration_from_dict(value) == configuration("cifar", "resnet20")
    own = it.build("resnet8").configuration
    assert it.configuration_from_dict(own.to_dict()) == own


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"family": "keras"}, "family is 'keras': it must be one of cifar"),
        ({"name": 3}, "name is '3'"),
        ({"name": "../evil"}, r"name is '\.\./evil'"),
        ({"name": "resnet21"}, r"resnet21: with three stages of basic blocks the depth must be 6n \+ 2"),
        ({"name": "resnet60002"}, "with a depth of at most 2000"),
        ({"num_classes": 1}, "num_classes is 1"),
        ({"num_classes": 10**9}, "num_classes is 1000000000"),
        ({"input_size": "32"}, "input_size is '32'"),
        ({"options": []}, r"options is \[\]"),
        ({"options": {"colour": 1}}, r"unknown option 'colour' of resnet20 \(cifar\): known options are shortcut, padding, block, widths"),
        ({"options": {"shortcut": "C"}}, "option shortcut is 'C': it must be one of A, B"),
        ({"options": {"widths": [16, 32]}}, r"option widths is '\[16, 32\]'"),
        ({"options": {"widths": [16, 32, 64, 128]}}, "resnet20: with four stages the depth must be one of 18, 34, 50"),
        ({"family": "wide-cifar", "name": "wrn27_10"}, r"wrn27_10: the depth must be 6n \+ 4"),
        ({"family": "wide-cifar", "name": "wrn28_10", "options": {"bias": 1}}, "option bias is '1'"),
        ({"family": "timm", "options": {"features_only": True}}, r"unknown option 'features_only' of resnet20 \(timm\)"),
        ({"extra": 1}, "unknown architecture option 'extra'"),
    ],
)  # fmt: skip
def test_what_a_file_may_not_say(change: dict[str, object], message: str) -> None:
    value = {"family": "cifar", "name": "resnet20", "num_classes": 10, "input_size": 32}
    with pytest.raises(it.ArchitectureError, match=message):
        it.configuration_from_dict({**value, **change})


def test_what_a_file_may_not_lack() -> None:
    with pytest.raises(it.ArchitectureError, match="the architecture lacks 'name'"):
        it.configuration_from_dict({"family": "cifar", "num_classes": 10, "input_size": 32})
    with pytest.raises(it.ArchitectureError, match="must be a dictionary"):
        it.configuration_from_dict("resnet20")


@pytest.mark.parametrize(("family", "library"), [("timm", "timm"), ("torchvision", "torchvision")])
def test_only_names_of_their_lists_are_built(family: Family, library: str) -> None:
    with pytest.raises(it.ArchitectureError, match=f"{library}.* has no .*'resnet20'"):
        it.build_foreign(configuration(family, "resnet20"))


def test_a_built_network_is_ready_to_be_probed() -> None:
    model = it.build_from_configuration(configuration("torchvision", "resnet18", 5, 64), seed=1)
    again = it.build_from_configuration(configuration("torchvision", "resnet18", 5, 64), seed=1)
    assert not model.training
    assert model.configuration == configuration("torchvision", "resnet18", 5, 64)
    assert torch.equal(model.fc.weight, again.fc.weight)
    assert model(torch.zeros(1, 3, 64, 64)).shape == (1, 5)


def test_what_no_file_holds_is_there_after_building_without_memory() -> None:
    """The filters of anti-aliased networks are constants: no tensor of a file will fill them."""
    with torch.device("meta"):
        model = it.build_foreign(configuration("timm", "resnetblur18", size=64))
    weights = it.build_foreign(configuration("timm", "resnetblur18", size=64)).state_dict()
    model.load_state_dict(weights, assign=True)
    assert model(torch.zeros(1, 3, 64, 64)).shape == (1, 10)
