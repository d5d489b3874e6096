"""From names and shapes to networks, in the spellings of the places where people find them."""

import re
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

import iterscope as it
from iterscope.architectures import ForeignConfiguration, build_foreign
from iterscope.recognition import Recognition, display_name, foreign_model, recognise

Weights = dict[str, Tensor]


def foreign(family: str, name: str, classes: int = 10, **options: object) -> ForeignConfiguration:
    size = 224 if family in ("torchvision", "timm") else 32
    return ForeignConfiguration(family, name, classes, size, options=options)  # type: ignore[arg-type]


def network(configuration: ForeignConfiguration) -> nn.Module:
    with torch.device("meta"):
        return build_foreign(configuration)


def weights_of(configuration: ForeignConfiguration) -> Weights:
    return dict(network(configuration).state_dict())


def respelled(weights: Weights, *rules: tuple[str, str]) -> Weights:
    for pattern, spelling in rules:
        weights = {re.sub(pattern, spelling, name): tensor for name, tensor in weights.items()}
    return weights


def fits(found: Recognition, configuration: ForeignConfiguration) -> bool:
    return configuration in [each for _, each in found.alternatives]


NETWORKS = [
    foreign("cifar", "resnet20"),
    foreign("cifar", "resnet20", 100, shortcut="B"),
    foreign("cifar", "resnet110", padding="end"),
    foreign("cifar", "resnet18"),
    foreign("cifar", "resnet50", widths=[64, 128, 256, 512], block="bottleneck", shortcut="B"),
    foreign("cifar", "resnet32", widths=[8, 20, 50]),
    foreign("preactivation-cifar", "preresnet20"),
    foreign("preactivation-cifar", "preresnet29", block="bottleneck"),
    foreign("preactivation-cifar", "preact_resnet18"),
    foreign("preactivation-cifar", "preact_resnet50"),
    foreign("wide-cifar", "wrn16_4", 100),
    foreign("wide-cifar", "wrn28_10", bias=True, shortcut_reads="input"),
    foreign("torchvision", "resnet18", 1000),
    foreign("torchvision", "resnet50", 37),
    foreign("torchvision", "resnext50_32x4d", 1000),
    foreign("torchvision", "wide_resnet50_2", 1000),
    foreign("torchvision", "convnext_tiny", 1000),
    foreign("timm", "resnet26d", 1000),
    foreign("timm", "seresnet50", 1000),
    foreign("timm", "ecaresnetlight", 1000),
    foreign("timm", "resnetv2_50", 1000),
    foreign("timm", "convnext_atto", 1000),
]


@pytest.mark.parametrize("configuration", NETWORKS, ids=lambda each: f"{each.family}-{each.name}")
def test_a_networks_own_weights_are_recognised(configuration: ForeignConfiguration) -> None:
    model = network(configuration)
    found = recognise(model.state_dict())
    assert found.problems == ()
    assert found.configuration is not None
    assert found.configuration.num_classes == configuration.num_classes
    assert fits(found, configuration), found.alternatives
    assert found.num_parameters == sum(parameter.numel() for parameter in model.parameters())
    assert {"normalisation", "class_names"} <= {point.field for point in found.open_points}


PROJECTION, LAST = r"projection\.", r"^linear\."
POSTACTIVATION_SPELLINGS: list[tuple[tuple[str, str], ...]] = [
    ((PROJECTION, "downsample."), (LAST, "fc.")),
    ((PROJECTION, "shortcut."),),
    ((LAST, "classifier."), (r"^layer(\d)", r"stage_\1"), (r"^conv1\.", "conv_1_3x3."), (r"^bn1\.", "bn_1.")),
    (
        (r"\.conv1\.", ".residual_function.0."),
        (r"\.bn1\.", ".residual_function.1."),
        (r"\.conv2\.", ".residual_function.3."),
        (r"\.bn2\.", ".residual_function.4."),
        (r"^conv1\.", "conv1.0."),
        (r"^bn1\.", "conv1.1."),
        (r"^layer([1-4])", lambda match: f"conv{int(match[1]) + 1}_x"),
        (PROJECTION, "shortcut."),
        (LAST, "fc."),
    ),
]


@pytest.mark.parametrize("rules", POSTACTIVATION_SPELLINGS)
def test_popular_spellings_are_one_network(rules: tuple[tuple[str, str], ...]) -> None:
    configuration = foreign("cifar", "resnet18")
    theirs = respelled(weights_of(configuration), *rules)
    found = recognise(theirs)
    assert found.configuration == configuration, found.problems
    assert set(found.renamed(theirs)) == set(weights_of(configuration))
    assert any("are renamed" in sentence for sentence in found.evidence)


PREACTIVATION_SPELLINGS: list[tuple[ForeignConfiguration, tuple[tuple[str, str], ...]]] = [
    (
        foreign("wide-cifar", "wrn16_2"),
        ((PROJECTION, "convShortcut."), (r"^layer(\d)\.", r"block\1.layer."), (r"^bn\.", "bn1."), (LAST, "fc.")),
    ),
    (
        foreign("wide-cifar", "wrn16_2", bias=True, shortcut_reads="input"),
        ((PROJECTION, "shortcut.0."), (r"^bn\.", "bn1.")),
    ),
    (foreign("preactivation-cifar", "preact_resnet18"), ((PROJECTION, "shortcut.0."),)),
    (foreign("preactivation-cifar", "preresnet20"), ((PROJECTION, "downsample.0."), (LAST, "fc."))),
]


@pytest.mark.parametrize(
    ("configuration", "rules"), PREACTIVATION_SPELLINGS, ids=lambda each: getattr(each, "name", None)
)
def test_spellings_of_preactivation_networks(
    configuration: ForeignConfiguration, rules: tuple[tuple[str, str], ...]
) -> None:
    found = recognise(respelled(weights_of(configuration), *rules))
    assert found.configuration == configuration, found.problems


@pytest.mark.parametrize(
    "name",
    [
        "resnet8",
        "resnet56",
        "single-representation",
        "avg-pooling",
        "max-pooling",
        "wide",
        "resnet44-shared",
        "resnet110-shared",
        "resnet50-shared-ubn",
    ],
)
def test_iterscopes_own_weights_are_recognised_bare(name: str) -> None:
    with torch.device("meta"):
        model = it.build(name, num_classes=100)
    found = recognise(model.state_dict())
    assert model.configuration in [each for _, each in found.alternatives]


def test_half_of_the_norms_of_shared_blocks_may_be_unshared() -> None:
    for half in ("unshare_statistics", "unshare_affine"):
        with torch.device("meta"):
            model = it.build("resnet26", share_from=1, **{half: True})
        configuration = recognise(model.state_dict()).configuration
        assert isinstance(configuration, it.ArchitectureConfiguration)
        assert configuration.blocks == model.configuration.blocks
        assert configuration.share_from == 1
        assert getattr(configuration, half)
        assert configuration.unshare_statistics != configuration.unshare_affine


def test_a_stage_may_be_too_short_to_share() -> None:
    with torch.device("meta"):
        model = it.build("resnet20", blocks=(2, 5, 4), share_from=2, unshare_statistics=True, unshare_affine=True)
    configuration = recognise(model.state_dict()).configuration
    assert isinstance(configuration, it.ArchitectureConfiguration)
    assert (configuration.blocks, configuration.share_from) == ((2, 5, 4), 2)


def test_a_shared_network_without_one_of_its_convolutions_is_refused() -> None:
    with torch.device("meta"):
        weights = dict(it.build("resnet50-shared-ubn").state_dict())
    found = recognise(without("blocks.3.conv1.weight")(weights))
    assert found.configuration is None
    assert "the file lacks blocks.3.conv1.weight of shape (16, 16, 3, 3)" in found.problems


def test_the_model_computes_what_the_file_held() -> None:
    torch.manual_seed(0)
    original = build_foreign(foreign("cifar", "resnet8", shortcut="B"))
    theirs = respelled(dict(original.state_dict()), (PROJECTION, "downsample."), (LAST, "fc."))
    theirs = {f"module.{name}": tensor for name, tensor in theirs.items() if not name.endswith("num_batches_tracked")}
    found = recognise({"net": theirs}["net"])
    assert found.configuration is not None
    assert found.nesting == "module."
    renamed = {found.names[name.removeprefix("module.")]: tensor for name, tensor in theirs.items()}
    model = foreign_model(found.configuration, renamed)
    images = torch.randn(2, 3, 32, 32)
    with torch.no_grad():
        assert torch.equal(model(images), original(images))


def test_half_precision_is_converted() -> None:
    torch.manual_seed(0)
    weights = build_foreign(foreign("cifar", "resnet8")).half().state_dict()
    found = recognise(weights)
    assert any("float16 are converted to float32" in sentence for sentence in found.evidence)
    assert found.configuration is not None
    assert next(foreign_model(found.configuration, found.renamed(weights)).parameters()).dtype == torch.float32


def test_shapes_that_several_networks_share_leave_a_choice() -> None:
    pytest.importorskip("timm")
    found = recognise(weights_of(foreign("torchvision", "resnet50", 1000)))
    point = next(point for point in found.open_points if point.field == "architecture")
    assert point.choices is not None
    assert point.choices[0] == "torchvision's resnet50"
    assert "timm's resnetblur50" in point.choices


def without(name: str) -> Callable[[Weights], Weights]:
    return lambda weights: {each: tensor for each, tensor in weights.items() if each != name}


def with_tensor(name: str, *shape: int) -> Callable[[Weights], Weights]:
    return lambda weights: {**weights, name: torch.zeros(shape)}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (without("layer2.1.conv2.weight"), "the file lacks layer2.1.conv2.weight of shape (32, 32, 3, 3)"),
        (without("fc.weight"), "the file lacks fc.weight of shape (10, 64)"),
        (with_tensor("layer3.0.bn1.weight", 65), "the file has layer3.0.bn1.weight of shape (65,) instead of (64,)"),
        (with_tensor("attention.weight", 2, 3), "the file has an unknown tensor attention.weight of shape (2, 3)"),
    ],
)
def test_a_refusal_names_the_key(change: Callable[[Weights], Weights], problem: str) -> None:
    found = recognise(change(respelled(weights_of(foreign("cifar", "resnet20")), (LAST, "fc."))))
    assert found.configuration is None
    assert found.problems == ("the closest known network is ResNet-20 (CIFAR, option A)", problem)


def test_a_network_of_another_kind_is_refused_by_its_names() -> None:
    found = recognise({"features.0.weight": torch.zeros(64, 3, 3, 3), "classifier.0.weight": torch.zeros(10, 64)})
    assert found.configuration is None
    assert "features.0.weight (64, 3, 3, 3)" in found.problems[0]


@pytest.mark.parametrize(
    "weights",
    [
        {},
        {"": torch.zeros(1)},
        {"conv1.weight": torch.zeros(())},
        {
            "conv1.weight": torch.zeros(0, 0, 3, 3),
            "layer1.0.conv1.weight": torch.zeros(0),
            "layer2.0.x": torch.zeros(1),
            "layer3.0.x": torch.zeros(1),
        },
        {
            "stem.weight": torch.zeros(1, 1, 1, 1),
            "head.linear.weight": torch.zeros(0, 0),
            "blocks.99999.conv1.weight": torch.zeros(1),
        },
        {
            "layer1.999999999.conv1.weight": torch.zeros(1),
            "layer2.0.x": torch.zeros(1),
            "layer3.0.x": torch.zeros(1),
            "conv1.weight": torch.zeros(1, 1, 3, 3),
        },
        {"stages.0.blocks.0.conv_dw.weight": torch.zeros(1), "stem.0.weight": torch.zeros(1)},
    ],
)
def test_nonsense_is_refused_not_believed(weights: Weights) -> None:
    found = recognise(weights)
    assert found.configuration is None
    assert found.problems


def test_names_for_people() -> None:
    assert display_name(foreign("wide-cifar", "wrn28_10")) == "Wide ResNet-28-10 (CIFAR)"
    assert display_name(foreign("preactivation-cifar", "preact_resnet18")) == "pre-activation ResNet-18 (CIFAR)"
    assert display_name(foreign("torchvision", "resnet18")) == "resnet18 (torchvision)"
    assert display_name(it.architecture_configuration("resnet20")) == "resnet20 (Iterscope)"
