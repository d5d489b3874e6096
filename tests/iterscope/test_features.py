"""The feature bank: equal to the naive computation, in one pass over the images, and independent of chunks."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.utils.data import Dataset

import iterscope as it
from iterscope.features import pixel_axes
from iterscope.measurements.network import balanced
from iterscope.measurements.passes import Passes
from tests.iterscope.probes.small_networks import KINDS, network, some_images, some_labels, states

FIT, MEASURED = some_images(10, seed=3), some_images(9)


def pixels(state: Tensor) -> Tensor:
    """(B, C, places) of a state (B, C, H, W), or of tokens (B, T, C)."""
    return state.flatten(2) if state.dim() == 4 else state.movedim(1, 2)


def naive(kind: str, state: Tensor, fit: Tensor) -> Tensor:
    """The features of one position, by their definition."""
    if kind == "flat":
        return state.flatten(1)
    if kind == "gap":
        return pixels(state).mean(2)
    columns = pixels(fit).movedim(1, 0).flatten(1)
    z = (pixels(state) - columns.mean(1)[:, None]) / columns.std(1, correction=0)[:, None]
    return torch.cat([z.clamp_min(0).mean(2), (-z).clamp_min(0).mean(2)], 1)


@pytest.mark.parametrize("kind", KINDS)
def test_features_agree_with_the_naive_computation(kind: str) -> None:
    chain = network(kind)
    fit_states, measured = states(chain, FIT), states(chain, MEASURED)
    auto = "gap" if kind in ("post-activation", "resnet18") else "halves"
    for wanted in ("auto", "gap", "halves", "flat"):
        bank = it.feature_bank(chain, MEASURED, it.fit_features(chain, FIT, wanted))
        assert len(bank.features) == len(chain) + 1
        for found, state, fit in zip(bank.features, measured, fit_states, strict=True):
            expected = naive(auto if wanted == "auto" else wanted, state, fit)
            assert found.shape == expected.shape
            defined = expected.isfinite()  # without the channels that are constant over the fit images
            assert torch.allclose(found[defined], expected[defined], rtol=1e-9, atol=1e-12)
            assert defined.any()
        with torch.no_grad():
            assert torch.equal(bank.logits, chain(MEASURED))


def test_chunks_change_nothing() -> None:
    chain = network("pre-activation")
    budget = {"memory_budget": 1 << 18}  # three chunks
    whole = it.fit_features(chain, FIT)
    parts = it.fit_features(chain, FIT, **budget)
    assert all(torch.allclose(a, b, rtol=1e-12) for a, b in zip(whole.std, parts.std, strict=True))
    one, many = it.feature_bank(chain, MEASURED, whole), it.feature_bank(chain, MEASURED, whole, **budget)
    for a, b in zip((*one.features, one.logits), (*many.features, many.logits), strict=True):
        assert torch.allclose(a, b, rtol=1e-12, atol=1e-12)


def test_each_block_runs_once_for_each_image() -> None:
    chain, seen = network("pre-activation"), 0

    def count(_module: nn.Module, inputs: tuple[Tensor, ...], _output: Tensor) -> None:
        nonlocal seen
        seen += len(inputs[0])

    features = it.fit_features(chain, FIT)
    it.feature_bank(chain, MEASURED, features)  # single images run first, to measure their memory
    hook = chain.block(2).register_forward_hook(count)
    it.feature_bank(chain, MEASURED, features)
    hook.remove()
    assert seen == len(MEASURED) + 1


def test_a_float32_network_has_float32_features_and_labels_are_kept() -> None:
    model = it.build("single-representation", blocks=(1,), widths=(2,), stem_width=2, seed=0, input_size=16).eval()
    labels = some_labels(9)
    bank = it.feature_bank(model, MEASURED.float(), it.fit_features(model, FIT.float()), labels)
    assert {each.dtype for each in (*bank.features, bank.logits)} == {torch.float32}
    assert bank.labels is not None
    assert torch.equal(bank.labels, labels)


class Counted(Dataset[tuple[Tensor, int]]):
    """Some images and labels; it counts how often each is read."""

    def __init__(self, count: int) -> None:
        self.images, self.labels, self.reads = some_images(count).float(), some_labels(count), [0] * count

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        self.reads[index] += 1
        return self.images[index], int(self.labels[index])


@pytest.mark.parametrize("given", [False, True])
def test_each_image_of_a_torch_data_set_is_read_once_with_its_label(given: bool) -> None:
    model = it.build("single-representation", blocks=(1,), widths=(2,), stem_width=2, seed=0, input_size=16).eval()
    data = Counted(200)
    bank = it.feature_bank(model, data, it.FeatureMap("gap"), data.labels if given else None, memory_budget=1 << 20)
    assert bank.labels is not None
    assert torch.equal(bank.labels, data.labels)
    assert set(data.reads) == {1}


def test_a_constant_channel_is_not_divided_by_zero() -> None:
    chain = it.ResidualChain(nn.Identity(), [Zero()], nn.Sequential(nn.Flatten(), nn.Linear(12, 2)))
    images = torch.full((3, 3, 2, 2), 0.1)
    bank = it.feature_bank(chain, images, it.fit_features(chain, images))
    assert all(each.abs().max() < 1e-6 for each in bank.features)


class Zero(it.ResidualBlock):
    def branch(self, h: Tensor) -> Tensor:
        return torch.zeros_like(h)


@pytest.mark.parametrize(
    ("shape", "axes"),
    [((2, 8, 4, 4), (2, 3)), ((2, 4, 4, 8), (1, 2)), ((2, 4, 4, 4), (2, 3)), ((2, 5, 8), (1,)), ((2, 8), ())],
)
def test_places_of_a_state(shape: tuple[int, ...], axes: tuple[int, ...]) -> None:
    assert pixel_axes(torch.zeros(shape)) == axes


class Scaled(it.ResidualBlock):
    def branch(self, h: Tensor) -> Tensor:
        return 0.1 * h


class ChannelsLast(nn.Module):
    """As Swin's states are: (B, C, H, W) → (B, H, W, C)."""

    def forward(self, x: Tensor) -> Tensor:
        return x.movedim(1, -1)


@pytest.mark.parametrize("size", [(16, 32), (24, 32), (32, 64)])
@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("kind", ["gap", "halves"])
def test_features_of_images_that_are_not_square_are_means_over_pixels(
    size: tuple[int, int], last: bool, kind: it.FeatureKind
) -> None:
    torch.manual_seed(0)
    stem = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), *([ChannelsLast()] if last else []))
    chain = it.ResidualChain(stem, [Scaled()], nn.Sequential(nn.Flatten(), nn.LazyLinear(2)))
    images = torch.randn(4, 3, *size)
    chain(images)
    bank = it.feature_bank(chain, images, it.fit_features(chain, images, kind))
    with torch.no_grad():
        state = stem[0](images)
    expected = naive(kind, state.double(), state.double()).float()
    assert bank.features[0].shape == expected.shape
    assert torch.allclose(bank.features[0], expected, atol=1e-5)


def test_what_cannot_be_used_is_named() -> None:
    small = it.build("resnet8", input_size=16, stem_width=4, widths=(4, 4, 4))
    with pytest.raises(it.DatasetError, match="16×32 pixels, but resnet8 was made for 16×16"):
        it.fit_features(small, torch.zeros(2, 3, 16, 32), "gap")
    chain = network("pre-activation", 14)
    with pytest.raises(it.ConfigurationError, match="features is 'mean': give one of auto, gap"):
        it.fit_features(chain, FIT, "mean")
    flat = it.fit_features(chain, FIT, "flat")  # 4,608 numbers of 8 bytes for each image
    with pytest.raises(
        it.BudgetError, match=r"the flat features of 100 images at 7 positions take \d+ bytes.* about \d+ s"
    ):
        it.feature_bank(chain, MEASURED[:1].expand(100, -1, -1, -1), flat, memory_budget=1 << 20)


def test_a_balanced_draw() -> None:
    labels = torch.tensor([0] * 10 + [1] * 3 + [2] * 10)
    chosen = balanced(labels, 11, seed=0)
    assert labels[chosen].bincount().tolist() == [4, 3, 4]
    assert chosen.tolist() == sorted(set(chosen.tolist()))
    assert not torch.equal(chosen, balanced(labels, 11, seed=1))
    assert torch.equal(balanced(labels, None, 0), torch.arange(23))


def test_large_passes_are_kept_while_there_is_room() -> None:
    passes = Passes(4000)
    assert passes.shelf.most == 3000
    first, second = torch.zeros(100), torch.zeros(200)  # 400 and 800 bytes, of 1,000
    assert passes.remember("small", lambda: 7) == 7
    assert passes.remember("first", lambda: first) is first
    assert passes.recall("first") is first
    assert passes.remember("second", lambda: second) is second
    assert passes.recall("first") is None
    assert passes.recall("second") is second
    assert passes.recall("small") == 7
