"""Criticality: exact where theory says what it must be, and equal to a naive computation."""

from __future__ import annotations

import copy
import math
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

import iterscope as it
from iterscope.measurements.criticality import _compared, _robust
from iterscope.probes.criticality import (
    ALPHAS,
    SIGMAS,
    SparedChain,
    between,
    block_sizes,
    disturbed,
    module_criticality,
    owned_blocks,
    path_ends,
    with_spares,
    with_statistics,
)
from tests.iterscope.probes.small_networks import KINDS, network, points, some_images, toy


def earlier(chain: it.ResidualChain, seed: int = 5) -> it.ResidualChain:
    """The same network with other weights and statistics."""
    other, generator = copy.deepcopy(chain), torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for tensor in [*other.parameters(), *other.buffers()]:
            if tensor.is_floating_point():
                tensor.mul_(float(1 + 0.3 * torch.rand((), generator=generator)))
    return other


@pytest.mark.parametrize("kind", KINDS)
def test_it_agrees_with_loading_a_blocks_weights(kind: str) -> None:
    chain, images = network(kind), some_images(2)
    other, labels = earlier(chain), torch.tensor([3, 4])
    found = it.criticality(chain, images, labels, [other])
    kept = it.criticality(chain, images, labels, [other], statistics="keep")
    assert found.blocks == tuple((index,) for index in range(len(chain)))
    changed = copy.deepcopy(chain)
    for index in range(len(chain)):
        changed.block(index).load_state_dict(other.block(index).state_dict())
        with torch.no_grad():
            wanted = cross_entropy(changed(images), labels, reduction="none")
        assert torch.allclose(found.outcomes[0].loss[index], wanted, rtol=1e-9)
        for (_, own), (_, buffer) in zip(chain.named_buffers(), changed.named_buffers(), strict=True):
            buffer.copy_(own)
        with torch.no_grad():
            wanted = cross_entropy(changed(images), labels, reduction="none")
        assert torch.allclose(kept.outcomes[0].loss[index], wanted, rtol=1e-9)
        changed.block(index).load_state_dict(chain.block(index).state_dict())
        pairs = zip(chain.block(index).parameters(), other.block(index).parameters(), strict=True)
        change = torch.cat([(a - b).detach().flatten() for a, b in pairs])
        assert float(found.distance[0, index]) == pytest.approx(float(change.norm()) / math.sqrt(len(change)))
        assert float(found.largest_change[0, index]) == float(change.abs().max())
    assert torch.equal(found.baseline.loss, it.evaluate_plans(chain, images, labels, [it.identity()]).loss)


def test_the_networks_own_weights_change_nothing_bitwise() -> None:
    chain, images = network("pre-activation"), some_images(5)
    found = it.criticality(chain, images, [0] * 5, [chain, copy.deepcopy(chain)])
    for outcomes in found.outcomes:
        assert torch.equal(outcomes.loss, found.baseline.loss.expand(len(chain), 5))
    assert not found.distance.any()
    assert not found.largest_change.any()


@pytest.mark.parametrize("kind", ["pre-activation", "vit"])
def test_everything_rewound_together_is_the_other_network(kind: str) -> None:
    chain, images = network(kind), some_images(3)
    other = earlier(chain)
    around = it.ResidualChain(other.stem, chain, other.head, stages=chain.stages)
    spared = SparedChain(around, other)
    logits = it.run_plans(spared, images, [with_spares(len(chain), range(len(chain))), it.identity()])
    with torch.no_grad():
        assert torch.equal(logits[0], other(images))
        assert torch.equal(logits[1], spared(images))
    with pytest.raises(it.BlockError, match="block 18 is out of range"):
        it.run_plans(SparedChain(network("pre-activation"), network("pre-activation")), images, [it.drop(18)])


def test_a_block_without_weights_cannot_be_critical() -> None:
    chain, images = toy(torch.tanh, torch.sin), points(6)
    found = it.criticality(chain, images, [0] * 6, [copy.deepcopy(chain)])
    assert torch.equal(found.outcomes[0].loss, found.baseline.loss.expand(2, 6))
    assert not found.distance.any()


def test_a_shared_block_is_replaced_in_all_its_applications() -> None:
    options = {"share_from": 1, "widths": (4,), "blocks": (4,), "stem_width": 4, "unshare_statistics": True}
    model = it.build("resnet8", seed=0, input_size=16, **options).double().eval()
    chain, images = it.residual_chain(model), some_images(3)
    other = it.residual_chain(it.build("resnet8", seed=1, input_size=16, **options).double().eval())
    assert owned_blocks(chain) == [(0,), (1, 2, 3)]
    found = it.criticality(chain, images, [0, 1, 2], [other])
    with torch.no_grad():
        h = chain.block(0)(chain.stem(images))
        for index in (1, 2, 3):
            h = other.block(index)(h)
        wanted = cross_entropy(chain.head(h), torch.tensor([0, 1, 2]), reduction="none")
    assert torch.allclose(found.outcomes[0].loss[1], wanted, rtol=1e-9)
    assert found.distance.shape == (1, 2)
    again = it.criticality(chain, images, [0, 1, 2], [chain])
    assert torch.equal(again.outcomes[0].loss, again.baseline.loss.expand(2, 3))


@pytest.mark.parametrize("kind", KINDS)
def test_statistics_are_recomputed_from_what_the_block_sees(kind: str) -> None:
    """Those of a pass of all fit images in training mode."""
    chain, fit = network(kind), some_images(6, seed=3)
    other = earlier(chain)
    modes = [module.training for module in [*chain.modules(), *other.modules()]]
    spares = with_statistics(chain, other.blocks, owned_blocks(chain), "recompute", fit)
    assert [module.training for module in [*chain.modules(), *other.modules()]] == modes
    with torch.no_grad():
        h = chain.stem(fit)
        for index, block in enumerate(chain):
            seeing = copy.deepcopy(other.block(index))
            norms = {name: each for name, each in seeing.named_modules() if isinstance(each, nn.BatchNorm2d)}
            for norm in norms.values():
                norm.train()
                norm.momentum = 1.0  # the statistics of this pass alone
            seeing(h)
            found = dict(spares[index].named_modules())
            assert bool(norms) == (kind != "vit")
            for name, norm in norms.items():
                assert torch.allclose(found[name].running_mean, norm.running_mean)
                assert torch.allclose(found[name].running_var, norm.running_var)
                assert torch.equal(found[name].weight, norm.weight)
            h = block(h)
    if kind == "pre-activation":
        assert not torch.equal(other.block(0).bn1.running_mean, spares[0].bn1.running_mean)
        first = chain.stem(fit)
        assert torch.allclose(spares[0].bn1.running_mean, first.mean((0, 2, 3)))
        assert torch.allclose(spares[0].bn1.running_var, first.transpose(0, 1).flatten(1).var(1))


def test_a_path_goes_from_then_to_now() -> None:
    chain = network("pre-activation")
    other = earlier(chain)
    for alpha, ends in ((0.0, other), (1.0, chain)):
        found = between(other.blocks, chain.blocks, alpha).state_dict()
        assert all(torch.equal(found[name], tensor) for name, tensor in ends.blocks.state_dict().items())
    middle = between(other.blocks, chain.blocks, 0.3)
    weights = (each.block(2).conv1.weight for each in (other, chain))
    assert torch.allclose(middle[2].conv1.weight, sum(f * w for f, w in zip((0.7, 0.3), weights, strict=True)))


def test_a_path_ends_where_the_error_stays_low_from_there_on() -> None:
    errors = torch.full((len(ALPHAS) - 1, 4), 0.2)
    errors[:, 1] = 0.9
    errors[4, 2] = 0.9  # at α = 0.4
    errors[:3, 3] = 0.215
    assert path_ends(errors, 0.2).tolist() == [0.0, 1.0, 0.5, 0.3]
    assert path_ends(errors, 0.2, epsilon=0.02).tolist() == [0.0, 1.0, 0.5, 0.0]


def test_noise_is_the_same_for_each_size_and_leaves_statistics_alone() -> None:
    blocks = network("pre-activation").blocks
    small, large = (disturbed(blocks, sigma, 3) for sigma in (0.1, 0.4))
    for own, a, b in zip(blocks.parameters(), small.parameters(), large.parameters(), strict=True):
        assert torch.allclose(4 * (a - own), b - own)
    norms = (each[0].bn1.running_var for each in (blocks, small))
    assert torch.equal(*norms)
    weights = torch.cat(
        [(a - own).detach().flatten() for own, a in zip(blocks.parameters(), small.parameters(), strict=True)]
    )
    assert float(weights.std()) == pytest.approx(0.1, rel=0.05)
    chain = network("pre-activation")
    sizes = block_sizes(chain, owned_blocks(chain)).tolist()
    assert sizes == [sum(weight.numel() for weight in block.parameters()) for block in chain]


def test_module_criticality_is_the_cheapest_point_of_the_grid() -> None:
    errors = torch.full((len(ALPHAS), len(SIGMAS), 4), 0.9)
    errors[0, 0, 0] = 0.2  # α = 0 suffices
    errors[3, 1, 1] = errors[5, 9, 1] = 0.205  # 0.3²/0.2² and 0.5²/1², of which the second is less
    errors[10, 9, 2] = 0.25  # too high
    found = module_criticality(errors, torch.tensor([7.0, 2.0, 1.0, 1.0], dtype=torch.float64), 0.2)
    assert found[:2].tolist() == pytest.approx([0.0, 0.25 * 4])
    assert found[2:].isnan().all()
    assert not (found < 0).any()


def test_chunks_change_nothing() -> None:
    chain, images = network("pre-activation"), some_images(12)
    whole = it.criticality(chain, images, [1] * 12, [earlier(chain)])
    small = it.criticality(chain, images, [1] * 12, [earlier(chain)], memory_budget=1 << 18)
    assert torch.allclose(whole.outcomes[0].loss, small.outcomes[0].loss, rtol=1e-12)


def test_what_cannot_replace_a_block_is_named() -> None:
    chain, images = network("pre-activation", 14), some_images(2)
    narrow = it.residual_chain(it.build("resnet14", stem_width=4, widths=(4, 4, 4), input_size=16).double())
    wrong = [
        ({"others": []}, "others is empty: give at least one network"),
        ({"others": [network("resnet18")]}, "ResNet has other blocks than resnet14"),
        ({"others": [narrow]}, "block 2 of resnet14 has other weights than that of resnet14"),
        (
            {"others": [chain], "statistics": "guess"},
            "statistics is 'guess': it must be one of rewind, keep, recompute",
        ),
        ({"others": [chain], "statistics": "recompute"}, "'recompute', which needs images: give fit"),
        ({"others": [chain], "statistics": "recompute", "fit": images[:1]}, "fit has 1 images: .* at least two"),
    ]
    for options, message in wrong:
        with pytest.raises(it.ConfigurationError, match=message):
            it.criticality(chain, images, [0, 1], **options)


def test_the_measurement_has_a_column_for_each_epoch_and_one_for_chance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = it.load_dataset("digits", image_size=16)
    models = [it.build("resnet8", stem_width=4, widths=(4, 4, 4), seed=seed, input_size=16).eval() for seed in (0, 1)]
    files = [str(tmp_path / f"{epoch}.safetensors") for epoch in (0, 7)]
    for model, file, epoch in zip(models, files, (0, 7), strict=True):
        it.save_checkpoint(file, model, dataset=data.reference, epoch=epoch)
    found = it.measure("criticality", models[1], data, earlier=files, draws=2, limit=30)
    names = [(each["name"], each["epoch"]) for each in found["columns"]]
    assert names == [("epoch 0", 0), ("epoch 7", 7), ("random", None)]
    assert [len(row) for row in found["accuracy"]] == [3] * 3
    for row, low, high in zip(found["accuracy"], found["random_lowest"], found["random_highest"], strict=True):
        assert row[1] == found["baseline"]["accuracy"]
        assert low <= row[2] <= high
    assert [row[1] for row in found["loss"]] == pytest.approx([found["baseline"]["loss"]] * 3)
    assert [row[1] for row in found["distance"]] == [0.0] * 3
    assert min(row[0] for row in found["distance"]) > 0
    falls = [found["baseline"]["accuracy"] - row[0] for row in (found["accuracy"][0],)]  # the others change the shape
    assert found["columns"][0]["worst"] == pytest.approx(falls[0])
    assert found["columns"][0]["robust"] == float(falls[0] < 0.05)
    own = it.measure("criticality", models[1], data, earlier=files[1:], draws=0, path=True, limit=30)
    assert own["alpha"] == [0.0] * 3
    assert own["module_criticality"] is None
    for module in ("iterscope.probes.criticality", "iterscope.measurements.criticality"):  # a grid of one point
        monkeypatch.setattr(f"{module}.ALPHAS", (1.0,))
        monkeypatch.setattr(f"{module}.SIGMAS", (0.1,))
    valley = it.measure("criticality", models[1], data, earlier=files[:1], draws=1, valley=True, limit=30)
    lengths = [row[0] for row in valley["distance"]]
    sizes = block_sizes(it.residual_chain(models[1]), [(0,), (1,), (2,)]).tolist()
    far = [length**2 * size / 0.1**2 for length, size in zip(lengths, sizes, strict=True)]
    for found, most in zip(valley["module_criticality"], far, strict=True):
        assert found is None or found == pytest.approx(most)
    assert any(found is not None for found in valley["module_criticality"])
    assert own["random_costs_more"] is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"earlier": "run:abc/every"}, "earlier is 'run:abc/every': only the service knows runs"),
        ({"draws": 0}, "nothing replaces blocks: give checkpoints as `earlier`"),
        ({"path": True}, "path needs the weights of an earlier epoch"),
        ({"valley": True}, "valley needs the weights of an earlier epoch"),
    ],
)
def test_a_measurement_that_can_say_nothing_is_refused(options: dict[str, object], message: str) -> None:
    model = it.build("resnet8", stem_width=4, widths=(4, 4, 4), seed=0, input_size=16).eval()
    with pytest.raises(it.ConfigurationError, match=message):
        it.measure("criticality", model, it.load_dataset("digits", image_size=16), limit=4, **options)


def test_a_network_of_unknown_initialisation_can_only_be_rewound() -> None:
    with pytest.raises(it.ConfigurationError, match=r"toy is not a network that Iterscope builds: its initialisation"):
        it.measure("criticality", toy(torch.tanh), it.load_dataset("digits", image_size=16), limit=4)


def test_equal_accuracies_are_ties_whatever_their_rounding() -> None:
    accuracy = torch.arange(501, dtype=torch.float64) / 500
    draws = accuracy.expand(3, -1)
    assert _compared(torch.stack([accuracy, draws.mean(0)]))["random_costs_more"] == 1.0
    assert _robust(accuracy[25:] - accuracy[:-25])["robust"] == 0.0  # a fall of exactly 5 points isn't less
