"""Shared residual blocks (section 4.5): one weight for all applications, BatchNorm shared or not, and what follows."""

from __future__ import annotations

import copy
import itertools
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import iterscope as it
from iterscope.architectures.sharing import SharedBlock
from tests.iterscope.conftest import calibrated
from tests.iterscope.naive import Naive

SMALL = {"stem_width": 6, "widths": (6, 8, 8), "blocks": (4, 4, 4), "share_from": 2}
"""Blocks 2, 6, 10 own what blocks 3, 7, 11 apply again."""
STRATEGIES = [
    {"initial_gamma": gamma, "unshare_statistics": statistics, "unshare_affine": affine}
    for gamma, statistics, affine in itertools.product((1.0, 0.1), (False, True), (False, True))
]
UBN = {"initial_gamma": 0.1, "unshare_statistics": True, "unshare_affine": True}


def small(**strategy: Any) -> it.PreActivationResNet:
    return it.build("resnet26", seed=0, **{**SMALL, **strategy})


def train_step(model: nn.Module, images: Tensor, labels: Tensor) -> None:
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    optimizer.zero_grad()
    nn.functional.cross_entropy(model.train()(images), labels).backward()
    optimizer.step()
    model.eval()


@pytest.mark.parametrize("name", ["resnet110-shared", "resnet110-shared-ubn"])
def test_the_sixth_block_of_each_stage_is_applied_to_its_end(name: str) -> None:
    with torch.device("meta"):
        entries = it.residual_chain(it.build(name)).describe()
    owners = [5 if entry["index"] % 18 > 5 else None for entry in entries]
    assert [entry["shared_with"] for entry in entries] == [
        owner if owner is None else 18 * int(entry["stage"]) + owner
        for owner, entry in zip(owners, entries, strict=True)
    ]


def test_both_names_of_ubn_are_one_network() -> None:
    assert it.architecture_configuration("resnet110-ubn") == it.architecture_configuration("resnet110-shared-ubn")


def test_sharing_saves_what_it_says() -> None:
    """Naive sharing from the sixth block costs as much as a ResNet-38, whose stages have six blocks."""
    shared, plain = it.build("resnet110-shared"), it.build("resnet38")
    assert sum(p.numel() for p in shared.parameters()) == sum(p.numel() for p in plain.parameters())


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_each_weight_is_registered_once(strategy: dict[str, Any]) -> None:
    model = small(**strategy)
    assert len(list(model.parameters())) == len(list(model.named_parameters(remove_duplicate=False)))
    state = model.state_dict()
    assert len({tensor.data_ptr() for tensor in state.values()}) == len(state)
    assert not any(name.startswith(("blocks.3.conv", "blocks.7.conv", "blocks.11.conv")) for name in state)
    own = {name.removeprefix("blocks.3.bn1.") for name in state if name.startswith("blocks.3.bn1.")}
    assert ("running_mean" in own) == strategy["unshare_statistics"]
    assert ("weight" in own) == strategy["unshare_affine"]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_gamma_begins_as_asked_in_shared_blocks_alone(strategy: dict[str, Any]) -> None:
    for index, block in enumerate(small(**strategy).blocks):
        for norm in block.norms if isinstance(block, SharedBlock) else (block.bn1, block.bn2):
            if norm.affine:
                expected = strategy["initial_gamma"] if index % 4 >= 2 else 1.0
                assert torch.equal(norm.weight, torch.full_like(norm.weight, expected))


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_metrics_agree_with_the_naive_computation(strategy: dict[str, Any], images: Tensor, labels: Tensor) -> None:
    model = calibrated("resnet26", images, **SMALL, **strategy)
    train_step(model, images, labels)
    naive = Naive(model)
    metrics = it.block_metrics(it.residual_chain(model), images, labels)
    exact = it.block_metrics(it.residual_chain(copy.deepcopy(model).double()), images.double(), labels)
    for index in range(12):
        cosine, ratio = naive.cosine(images, labels, index, plugged=False), naive.ratio(images, index)
        # In float32 a ReLU whose input is 0 but for rounding may open where it should be shut.
        assert (metrics.cosine_loss[index] - cosine).abs().max() < 1e-3
        assert torch.allclose(metrics.l2_ratio[index].double(), ratio, rtol=1e-4)
        assert (exact.cosine_loss[index] - cosine).abs().max() < 1e-6
        assert torch.allclose(exact.l2_ratio[index].double(), ratio, rtol=1e-6)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_identity_plan_is_the_forward_pass_bitwise(strategy: dict[str, Any], images: Tensor) -> None:
    model = calibrated("resnet26", images, **SMALL, **strategy)
    chain = it.residual_chain(model)
    with torch.no_grad():
        assert torch.equal(it.run_plans(chain, images, [it.identity()])[0], model(images))


def test_a_step_on_one_is_a_step_on_all() -> None:
    model = small(**UBN)
    h = torch.randn(2, 6, 32, 32)
    model.eval()
    before = [model.blocks[index].branch(h).detach() for index in (2, 3)]
    model.blocks[3].branch(h).square().sum().backward()
    gradient = model.blocks[2].conv1.weight.grad
    assert gradient is not None
    assert gradient.any()
    with torch.no_grad():
        model.blocks[2].conv1.weight -= 0.1 * gradient
    after = [model.blocks[index].branch(h).detach() for index in (2, 3)]
    assert all(not torch.equal(a, b) for a, b in zip(before, after, strict=True))


def test_gradients_of_all_applications_add_up(images: Tensor, labels: Tensor) -> None:
    """Against the unrolled network, whose blocks have equal weights of their own."""
    shared = small(unshare_statistics=True, unshare_affine=True)
    plain = it.build("resnet26", seed=0, **{**SMALL, "share_from": None})
    state = shared.state_dict()
    for owner, again in ((2, 3), (6, 7), (10, 11)):
        for part in ("conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias"):
            state[f"blocks.{again}.{part}"] = state[f"blocks.{owner}.{part}"]
    plain.load_state_dict(state)
    for model in (shared, plain):
        model.double().train()
        nn.functional.cross_entropy(model(images.double()), labels).backward()
    for owner, again in ((2, 3), (6, 7), (10, 11)):
        total = plain.blocks[owner].conv2.weight.grad + plain.blocks[again].conv2.weight.grad
        torch.testing.assert_close(shared.blocks[owner].conv2.weight.grad, total)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_statistics_are_one_or_one_a_step(strategy: dict[str, Any], images: Tensor, labels: Tensor) -> None:
    model = small(**strategy)
    train_step(model, images, labels)
    owner, again = model.blocks[2], model.blocks[3]
    if strategy["unshare_statistics"]:
        assert not torch.allclose(owner.bn1.running_mean, again.bn1.running_mean, rtol=0.01)
        assert owner.bn1.num_batches_tracked == again.bn1.num_batches_tracked == 1
    else:
        assert owner.bn1.num_batches_tracked == 2  # once an application
        assert it.residual_chain(model).statistics_of(3) == 2


def test_shared_statistics_are_updated_in_the_order_of_the_applications(images: Tensor) -> None:
    """running ← 0.9·running + 0.1·mean of the batch, first for the owner's input, then for the next one's."""
    for strategy in ({}, {"unshare_affine": True}):
        model = small(**strategy).train()
        expected = torch.zeros(6)
        with torch.no_grad():
            h = model.stem(images)
            for index in range(4):
                if index >= 2:
                    expected = 0.9 * expected + 0.1 * h.mean((0, 2, 3))
                h = model.blocks[index](h)
        assert torch.allclose(model.blocks[2].bn1.running_mean, expected, atol=1e-6)


def test_a_plain_average_of_statistics_counts_all_applications(images: Tensor) -> None:
    model = it.build("resnet26", seed=0, **SMALL, unshare_affine=True).train()
    norm = model.blocks[2].bn1
    norm.momentum = None  # a plain average over what it has seen
    with torch.no_grad():
        states = [h := model.stem(images)]
        states += [h := block(h) for block in model.blocks[:4]]
    assert norm.num_batches_tracked == 2
    assert torch.allclose(norm.running_mean, (states[2] + states[3]).mean((0, 2, 3)) / 2, atol=1e-5)


def norms_at_initialisation(name: str, images: Tensor, **options: Any) -> Tensor:
    """‖h‖ after each block of the last stage, with the batch's own statistics, as in the first step of training."""
    model = it.build(name, seed=0, **options).train()
    norms = []
    with torch.no_grad():
        h = model.stem(images)
        for block in model.blocks:
            h = block(h)
            norms.append(h.flatten(1).norm(dim=1).mean())
    return torch.stack(norms)


def test_activations_explode_where_sharing_is_naive(images: Tensor) -> None:
    """Section 4.5: the same operation again and again adds up in one direction; γ = 0.1 keeps each addition small."""
    naive = norms_at_initialisation("resnet110-shared", images)
    plain = norms_at_initialisation("resnet110", images)
    repaired = norms_at_initialisation("resnet110-shared-ubn", images)
    growth = {name: values[53] / values[41] for name, values in (("n", naive), ("p", plain), ("u", repaired))}
    assert growth["n"] > growth["p"] > growth["u"]
    assert repaired[53] < plain[53] < naive[53]
    # One direction: the norm grows linearly with the applications; independent directions add up to the square root.
    steps = (naive[42:54] - naive[41:53]) / naive[41]
    assert steps[-1] > 0.5 * steps[0]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_checkpoints_keep_the_sharing(strategy: dict[str, Any], tmp_path: Path, images: Tensor, labels: Tensor) -> None:
    model = small(**strategy)
    train_step(model, images, labels)
    description = it.save_checkpoint(tmp_path / "a.safetensors", model)
    assert description.blocks[3]["shared_with"] == 2
    assert description.num_parameters == sum(parameter.numel() for parameter in model.parameters())
    loaded = it.load_checkpoint(tmp_path / "a.safetensors")
    with torch.no_grad():
        assert torch.equal(loaded(images), model(images))
    train_step(loaded, images, labels)
    train_step(model, images, labels)
    assert all(torch.equal(value, loaded.state_dict()[name]) for name, value in model.state_dict().items())


def test_a_file_without_sharing_is_as_it_always_was() -> None:
    """The digest covers the architecture: new fields must not change it for networks that don't have them."""
    values = it.build("resnet8").configuration.to_dict()
    assert list(values) == [
        "name",
        "stem_width",
        "widths",
        "blocks",
        "transition",
        "num_classes",
        "in_channels",
        "input_size",
    ]
    assert it.ArchitectureConfiguration.from_dict(values).share_from is None


@pytest.mark.parametrize("strategy", [{}, {"unshare_statistics": True}, UBN])
def test_copies_and_moves_keep_the_sharing(strategy: dict[str, Any], images: Tensor, labels: Tensor) -> None:
    model = small(**strategy).eval()
    copied = copy.deepcopy(model)
    assert all(block.owner is copied.blocks[2] for block in copied.blocks[3:4])
    train_step(copied, images, labels)
    assert torch.equal(model.blocks[2].conv1.weight, small(**strategy).blocks[2].conv1.weight)
    with torch.no_grad():
        moved = copy.deepcopy(model).to(memory_format=torch.channels_last)
        assert torch.allclose(moved(images), model(images), atol=1e-4)
        assert torch.allclose(moved.double()(images.double()).float(), model(images), atol=1e-4)


@pytest.mark.parametrize("strategy", [{}, {"unshare_statistics": True}, {"unshare_affine": True}, UBN])
def test_a_compiled_step_is_the_same_step(strategy: dict[str, Any], images: Tensor, labels: Tensor) -> None:
    plain, compiled = small(**strategy), small(**strategy)
    train_step(plain, images, labels)
    optimizer = torch.optim.SGD(compiled.parameters(), lr=0.1)
    forward = torch.compile(compiled.train(), backend="eager", fullgraph=True)
    nn.functional.cross_entropy(forward(images), labels).backward()
    optimizer.step()
    for name, value in plain.state_dict().items():
        torch.testing.assert_close(compiled.state_dict()[name], value, msg=name)


@pytest.mark.parametrize(("strategy", "expected"), [({}, 10), ({"unshare_affine": True}, 10), (UBN, 11)])
def test_unrolling_names_whose_statistics_it_uses(
    strategy: dict[str, Any], expected: int, images: Tensor, labels: Tensor
) -> None:
    model = calibrated("resnet26", images, **SMALL, **strategy)
    found = it.unrolling(it.residual_chain(model), images, labels, -1, 2, 0.5)
    assert found.statistics_of == expected
    naive = Naive(model)
    steps = [*((index, 1.0) for index in range(12)), (11, 0.5), (11, 0.5)]
    loss = nn.functional.cross_entropy(naive.logits(images, steps), labels, reduction="none")
    assert torch.allclose(found.outcomes.loss[2].double(), loss, rtol=1e-4)


def test_unrolling_an_unshared_block_uses_its_own_statistics(chain: it.ResidualChain, images: Tensor) -> None:
    assert it.unrolling(chain, images, torch.zeros(12, dtype=torch.int64), -2, 1).statistics_of == 7


def test_other_families_share_too() -> None:
    recurrent = it.build("single-representation", stem_width=4, widths=(4,), share_from=0)
    assert [entry["shared_with"] for entry in it.residual_chain(recurrent).describe()] == [None, *[0] * 9]
    pooled = it.residual_chain(it.build("avg-pooling", stem_width=4, widths=(4,) * 3, blocks=(2,) * 3, share_from=0))
    assert [entry["shared_with"] for entry in pooled.describe()] == [None, 0, None, 2, None, 4]
    assert [block.has_preparation for block in pooled] == [False, False, True, False, True, False]


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("resnet38-shared", {}, r"share_from is 5, but no stage of resnet38-shared has a block after position 5: .* 7"),
        ("resnet20", {"share_from": 2}, "give a stage 4 blocks or more, or lower share_from"),
        ("resnet56", {"share_from": -1}, "share_from is -1: it must be a whole number"),
        ("resnet56", {"share_from": True}, "share_from is True"),
        ("resnet56", {"share_from": 0}, "the first block of stage 2 is a projection"),
        ("wide", {"share_from": 0}, "the first block of stage 1 is a projection"),
        ("resnet56", {"initial_gamma": 0.1}, "initial_gamma is 0.1, but no block is shared: give share_from too"),
        ("resnet56", {"unshare_affine": True}, "unshare_affine is True, but no block is shared"),
        ("resnet56-shared", {"initial_gamma": 0}, "initial_gamma is 0: it must be a positive number"),
        ("resnet56-shared", {"initial_gamma": float("nan")}, "initial_gamma is nan"),
        ("resnet56-shared", {"unshare_statistics": 1}, "unshare_statistics is 1: it must be true or false"),
        ("resnet21-shared", {}, "resnet21-shared: the depth must be 6n"),
        ("resnet56-sharing", {}, "unknown architecture 'resnet56-sharing'"),
        (
            "single-representation",
            {"blocks": (20_000,), "share_from": 1},
            "a network may have at most 10000 blocks in total",
        ),
    ],
)
def test_impossible_sharing_is_named(name: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(it.ArchitectureError, match=message):
        it.build(name, **options)
