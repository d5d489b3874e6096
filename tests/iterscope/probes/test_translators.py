"""Translators of the last stage against theory, in float64."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

import iterscope as it
from iterscope.probes.translators import fit_translator
from tests.iterscope.probes.small_networks import KINDS, network, some_images, states

FIT, IMAGES = some_images(12, seed=3), some_images(4)


def nothing(state: Tensor, channels: int) -> it.Translator:
    return it.Translator(state.new_zeros(channels, channels), state.new_zeros(channels))


@pytest.mark.parametrize("kind", KINDS)
def test_a_zero_translator_is_the_plugged_head(kind: str) -> None:
    """At the last position the network's logits, bitwise."""
    chain = network(kind)
    found = states(chain, IMAGES)[chain.last_stage[0] + 1 :]
    zeros = [nothing(state, state.shape[1 if state.dim() == 4 else 2]) for state in found]
    scores, output = it.read_translators(chain, IMAGES, zeros)
    with torch.no_grad():
        assert torch.equal(output, chain(IMAGES))
        assert torch.equal(scores[-1], output)
        for row, state in zip(scores, found, strict=True):
            assert torch.allclose(row, chain.head(state), atol=1e-12)


def test_memory_changes_no_translator() -> None:
    chain = network("pre-activation")
    whole, parts = (
        it.fit_translators(chain, FIT, memory_budget=budget) for budget in (1 << 30, 500_000)
    )  # four at a time
    for one, other in zip(parts, whole, strict=True):
        assert torch.allclose(one.weight, other.weight, atol=1e-9)
        assert torch.allclose(one.bias, other.bias, atol=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_translators_come_nearer_to_the_output(kind: str) -> None:
    chain = network(kind)
    found = states(chain, FIT)[chain.last_stage[0] + 1 :]
    fitted = it.fit_translators(chain, FIT)
    scores, output = it.read_translators(chain, FIT, fitted)
    with torch.no_grad():
        for row, state in zip(scores, found, strict=True):
            before, after = (
                functional.kl_div(each.log_softmax(1), output.log_softmax(1), log_target=True, reduction="batchmean")
                for each in (chain.head(state), row)
            )
            assert after < 0.2 * before or before == after == 0
    assert not any(each.any() for each in (fitted[-1].weight, fitted[-1].bias))  # nothing to gain at the output


def test_the_change_of_channels_is_found() -> None:
    """States that are an affine change away from those that the head reads: the divergence vanishes."""
    generator = torch.Generator().manual_seed(0)
    head = nn.Sequential(nn.Flatten(), nn.Linear(12, 3)).double().requires_grad_(False)
    target = torch.randn(40, 3, 2, 2, generator=generator, dtype=torch.float64)
    mixed = torch.einsum("oc,bchw->bohw", torch.tensor([[1.0, 0.3, 0], [0, 1, 0], [0.2, 0, 1]]).double(), target) + 0.5
    found = fit_translator(head, mixed, head(target))
    before, after = (
        functional.kl_div(
            head(each).log_softmax(1), head(target).log_softmax(1), log_target=True, reduction="batchmean"
        )
        for each in (mixed, found(mixed))
    )
    assert after < 1e-6 < 1e-3 < before
    held = fit_translator(head, mixed, head(target), penalty=10.0)
    assert held.weight.norm() < 0.1 * found.weight.norm()


def test_states_that_do_not_fit_are_refused() -> None:
    images = IMAGES[:1].expand(300, -1, -1, -1)
    with pytest.raises(it.BudgetError, match=r"the states of 300 images after 2 blocks take \d+ bytes.* about \d+ s"):
        it.fit_translators(network("pre-activation", 14), images, memory_budget=1 << 20)


def test_the_answer_of_the_measurement() -> None:
    data = it.load_dataset("digits")
    model = it.build("resnet14", stem_width=4, widths=(4, 4, 4), seed=0).eval()
    answer = it.measure("probes", model, data, limit=10, fit_limit=20, kind="translator")
    assert [each["index"] for each in answer["positions"]] == [5, 6]
    assert (answer["target"], answer["feature_count"], answer["penalties"]) == ("network", [4, 4], [0.0, 0.0])
    assert answer["divergence"][-1] == pytest.approx(0, abs=1e-6)
    assert answer["last_gain"]["value"] == 0
    assert answer["agreement"][-1] == 1
