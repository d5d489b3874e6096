"""The paper's networks: parameter counts to the digit, names that checkpoints depend on, clear refusals."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

import iterscope as it


def trainable(model: torch.nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


def keras_count(model: torch.nn.Module) -> int:
    """The paper's count: moving means and variances too."""
    return trainable(model) + sum(buffer.numel() for name, buffer in model.named_buffers() if "running" in name)


@pytest.mark.parametrize(
    ("name", "parameters", "papers_count"),
    [
        ("resnet110", 1_734_666, 1_742_762),
        ("single-representation", 1_825_010, 1_829_210),
        ("avg-pooling", 12_183_010, 12_201_310),
        ("max-pooling", 12_183_010, 12_201_310),
        ("wide", 45_711_050, 45_732_842),
    ],
)
def test_counts_are_the_papers(name: str, parameters: int, papers_count: int) -> None:
    model = it.build(name)
    assert (trainable(model), keras_count(model)) == (parameters, papers_count)


@pytest.mark.parametrize(
    ("name", "cifar10", "cifar100"),
    [
        ("resnet110-shared-ubn", 570_762, 576_612),
        ("resnet146-shared-ubn", 573_450, 579_300),
        ("resnet182-shared-ubn", 576_138, 581_988),
        ("resnet32", 467_946, 473_796),
        ("resnet38", 565_386, 571_236),
        ("resnet56", 857_706, 863_556),
        ("resnet110", 1_734_666, 1_740_516),
    ],
)
def test_counts_of_table_1(name: str, cifar10: int, cifar100: int) -> None:
    assert trainable(it.build(name)) == cifar10
    assert trainable(it.build(name, num_classes=100)) == cifar100


def test_the_names_in_a_checkpoint_are_pinned() -> None:
    keys = set(it.build("resnet8").state_dict())
    norm = {"weight", "bias", "running_mean", "running_var", "num_batches_tracked"}
    expected = {f"stem.{k}" for k in ("weight", "bias")} | {f"head.linear.{k}" for k in ("weight", "bias")}
    expected |= {f"head.bn.{k}" for k in norm}
    for block in range(3):
        expected |= {f"blocks.{block}.{bn}.{k}" for bn in ("bn1", "bn2") for k in norm}
        expected |= {f"blocks.{block}.{conv}.{k}" for conv in ("conv1", "conv2") for k in ("weight", "bias")}
    expected |= {f"blocks.{block}.projection.{k}" for block in (1, 2) for k in ("weight", "bias")}
    assert keys == expected


@pytest.mark.parametrize(
    ("name", "stages", "projections", "prepared"),
    [
        ("resnet20", (0, 0, 0, 1, 1, 1, 2, 2, 2), [3, 6], []),
        ("single-representation", (0,) * 10, [], []),
        ("avg-pooling", (0,) * 10 + (1,) * 10 + (2,) * 10, [], [10, 20]),
        ("wide", (0,) * 4 + (1,) * 5 + (2,) * 5, [0, 4, 9], []),
    ],
)
def test_stages_and_projections(
    name: str, stages: tuple[int, ...], projections: list[int], prepared: list[int]
) -> None:
    chain = it.residual_chain(it.build(name))
    assert chain.stages == stages
    assert [entry["index"] for entry in chain.describe() if entry["is_projection"]] == projections
    assert [index for index, block in enumerate(chain) if block.has_preparation] == prepared


def test_initial_weights_are_he_normal_with_zero_biases() -> None:
    model = it.build("resnet110", seed=0)
    weight = model.blocks[40].conv1.weight
    assert weight.std().item() == pytest.approx((2 / (64 * 9)) ** 0.5, rel=0.02)
    assert all(not parameter.any() for name, parameter in model.named_parameters() if name.endswith("conv1.bias"))


def test_a_seed_gives_the_same_weights_and_leaves_the_generator() -> None:
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    first, second = it.build("resnet8", seed=5), it.build("resnet8", seed=5)
    assert torch.equal(torch.rand(3), expected)
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True))


@pytest.mark.parametrize(("size", "channels", "classes"), [(28, 1, 2), (64, 3, 7), (33, 4, 10)])
def test_other_images_fit(size: int, channels: int, classes: int) -> None:
    for name in ("resnet8", "avg-pooling"):
        small = {"blocks": (1, 1, 1), "input_size": size, "in_channels": channels, "num_classes": classes}
        assert it.build(name, **small).eval()(torch.zeros(2, channels, size, size)).shape == (2, classes)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("resnet21", {}, "the depth must be 6n \\+ 2 with n ≥ 1; the nearest are resnet20 and resnet26"),
        ("resnet2", {}, "the nearest are resnet8 and resnet14"),
        ("vgg16", {}, "unknown architecture 'vgg16': choose resnet"),
        ("resnet20", {"width": 3}, "unknown option 'width' of resnet20"),
        ("resnet20", {"num_classes": 1}, "num_classes is 1: it must be a whole number ≥ 2"),
        ("resnet20", {"widths": (16, 32)}, "widths has 2 stages and blocks 3"),
        ("resnet20", {"transition": "average_pooling"}, "keeps the number of filters"),
        ("resnet20", {"transition": "magic"}, "transition is 'magic'"),
        ("resnet20", {"blocks": (0, 1, 1)}, "blocks is \\(0, 1, 1\\)"),
        ("resnet20", {"input_size": 2}, "input_size is 2"),
    ],
)
def test_impossible_networks_are_named(name: str, options: dict[str, object], message: str) -> None:
    with pytest.raises(it.ArchitectureError, match=message):
        it.build(name, **options)


def test_configurations_round_trip() -> None:
    configuration = it.build("wide").configuration
    assert it.ArchitectureConfiguration.from_dict(configuration.to_dict()) == configuration
    with pytest.raises(it.ArchitectureError, match="unknown architecture option 'colour'"):
        it.ArchitectureConfiguration.from_dict({**configuration.to_dict(), "colour": "red"})
    with pytest.raises(it.ArchitectureError, match="the architecture lacks 'blocks'"):
        it.ArchitectureConfiguration.from_dict({"name": "x", "stem_width": 1, "widths": (1,)})


def test_an_unknown_module_is_refused() -> None:
    with pytest.raises(it.ArchitectureError, match=r"Linear doesn't accept images of 3×32×32, .*: give example="):
        it.residual_chain(torch.nn.Linear(2, 2))


NARROW_PROJECTION = """
import torch, iterscope as it
torch.set_num_threads({threads})
model = it.build("resnet8", stem_width=4, widths=(4, 8, 8), seed=0)
block = model.blocks[1]
h = torch.randn(64, 4, 32, 32, generator=torch.Generator().manual_seed(0))
def gradient(block, h):
    block.shortcut(h).square().sum().backward()
    return block.projection.weight.grad
expected = gradient(it.build("resnet8", stem_width=4, widths=(4, 8, 8), seed=0).double().blocks[1], h.double())
for _ in range(20):
    block.zero_grad()
    found = gradient(block.to(memory_format=torch.channels_last), h.contiguous(memory_format=torch.channels_last))
torch.testing.assert_close(found.double(), expected, rtol=1e-4, atol=1e-2)
"""


@pytest.mark.parametrize("threads", [1, 2])
def test_narrow_projections_have_right_gradients(threads: int) -> None:
    """In a process of its own: on AVX2, oneDNN's strided 1×1 convolution of fewer than 8 channels crashed here."""
    ran = subprocess.run(
        [sys.executable, "-c", NARROW_PROJECTION.format(threads=threads)], capture_output=True, text=True, timeout=120
    )
    assert ran.returncode == 0, ran.stderr
