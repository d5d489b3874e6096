"""CKA: exact where theory says what it must be, and equal to the formulas of the papers."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch
from torch import Tensor

import iterscope as it
from iterscope.features import position_stages
from iterscope.probes.cka import batch_spans, gram, nearness, stage_contrast, u_centred
from tests.iterscope.probes.small_networks import KINDS, Block, network, some_images, states


def features(n: int, p: int, seed: int) -> Tensor:
    return torch.randn(n, p, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def gram_form(x: Tensor, y: Tensor) -> float:
    """HSIC₁ by Nguyen et al. 2021, equation 3."""
    n, one = len(x), torch.ones(len(x), dtype=x.dtype)
    k, el = (each @ each.T for each in (x, y))
    k, el = k - k.diag().diag(), el - el.diag().diag()
    total = (
        (k @ el).trace() + (one @ k @ one) * (one @ el @ one) / ((n - 1) * (n - 2)) - 2 / (n - 2) * (one @ k @ el @ one)
    )
    return float(total / (n * (n - 3)))


def feature_form(x: Tensor, y: Tensor) -> float:
    """The same from centred features, without a matrix (n, n)."""
    n = len(x)
    x, y = x - x.mean(0), y - y.mean(0)
    rows = ((x**2).sum(1) * (y**2).sum(1)).sum()
    total = ((x.T @ y) ** 2).sum() - n / (n - 2) * rows + (x**2).sum() * (y**2).sum() / ((n - 1) * (n - 2))
    return float(total / (n * (n - 3)))


@pytest.mark.parametrize("n", [4, 5, 9, 40])
def test_three_forms_of_hsic_are_the_same(n: int) -> None:
    x, y = features(n, 6, 0) + 3, features(n, 11, 1)
    y[:, :6] += x
    for a, b in ((x, y), (x, x)):
        found = float(it.unbiased_hsic(a, b))
        assert found == pytest.approx(gram_form(a, b), abs=1e-10)
        assert found == pytest.approx(feature_form(a, b), abs=1e-10)
    centred = u_centred(gram(x))
    assert torch.allclose(centred.sum(0), torch.zeros(n, dtype=torch.float64), atol=1e-10)
    assert not centred.diag().any()


def cka_of(x: Tensor, y: Tensor) -> float:
    return float(it.unbiased_hsic(x, y) / (it.unbiased_hsic(x, x) * it.unbiased_hsic(y, y)).sqrt())


def test_rotation_scaling_and_shift_change_nothing_but_other_maps_do() -> None:
    x, y = features(20, 5, 0), features(20, 7, 1)
    y[:, :5] += x
    rotation = torch.linalg.qr(features(5, 5, 2)).Q
    assert cka_of(5 * x @ rotation - 2, y) == pytest.approx(cka_of(x, y), abs=1e-12)
    assert abs(cka_of(x @ features(5, 5, 3), y) - cka_of(x, y)) > 0.01


def test_independent_features_have_an_hsic_of_zero_on_average() -> None:
    found = torch.stack([it.unbiased_hsic(features(8, 4, seed), features(8, 4, 1000 + seed)) for seed in range(300)])
    assert abs(float(found.mean())) < 3 * float(found.std()) / math.sqrt(300)
    assert float(found.min()) < 0 < float(found.max())


@pytest.mark.parametrize("kind", KINDS)
def test_it_agrees_with_the_formulas(kind: str) -> None:
    chain, images = network(kind), some_images(10)
    found = it.cka(chain, images, batch=5)
    flat = [state.flatten(1) for state in states(chain, images)]
    batches = [(flat[i][s : s + 5], flat[j][s : s + 5]) for i in (0, 1, -1) for j in (0, 2, -1) for s in (0, 5)]
    values = iter(gram_form(x, y) for x, y in batches)
    hsic = {(i, j): next(values) + next(values) for i in (0, 1, -1) for j in (0, 2, -1)}
    lengths = [sum(feature_form(x[s : s + 5], x[s : s + 5]) for s in (0, 5)) for x in flat]
    for (i, j), value in hsic.items():
        assert float(found.cka[i, j]) == pytest.approx(value / math.sqrt(lengths[i] * lengths[j]), abs=1e-9)
    matrix = found.cka
    assert torch.allclose(matrix.diag(), torch.ones(len(flat), dtype=torch.float64), atol=1e-12)
    assert torch.allclose(matrix, matrix.T, atol=1e-12)
    assert float(matrix.abs().max()) <= 1


@pytest.mark.parametrize("kind", KINDS)
def test_products_never_exceed_the_lengths(kind: str) -> None:
    """|CKA| ≤ 1 holds before values are clamped, also with each batch left out."""
    chain, images = network(kind), some_images(12)
    for other in (None, network("pre-activation", 20)):
        found = it.cka(chain, images, other, batch=4)
        assert len(found.cross) == 3
        for left_out in (None, 0, 1, 2):
            kept = [at for at in range(3) if at != left_out]
            cross, own, rest = (each[kept].sum(0) for each in (found.cross, found.own, found.other))
            assert (cross**2 <= torch.outer(own, rest) * (1 + 1e-12)).all()


@pytest.mark.parametrize("seed", [0, 1])
def test_states_that_have_nothing_in_common_may_be_slightly_negative(seed: int) -> None:
    """Two networks that read different, independent channels of the images."""
    images = features(12, 6, seed).view(12, 6, 1, 1)
    found = it.cka(reading(slice(3)), images, reading(slice(3, 6)), batch=6)
    assert float(found.cka.max()) < 0
    assert float(found.cka.min()) > -0.5
    x, y = images.flatten(1)[:, :3], images.flatten(1)[:, 3:]
    products = [sum(gram_form(a[s : s + 6], b[s : s + 6]) for s in (0, 6)) for a, b in ((x, y), (x, x), (y, y))]
    assert float(found.cka[0, 0]) == pytest.approx(products[0] / math.sqrt(products[1] * products[2]), abs=1e-12)


def reading(channels: slice) -> it.ResidualChain:
    """A network whose first state are these channels of the images."""
    chain = it.ResidualChain(Channels(channels), [Block(torch.tanh), Block(torch.sin)], torch.nn.Flatten(1))
    chain.register_buffer("of_float64", torch.zeros(1, dtype=torch.float64))
    return chain


class Channels(torch.nn.Module):
    def __init__(self, channels: slice) -> None:
        super().__init__()
        self.channels = channels

    def forward(self, images: Tensor) -> Tensor:
        return images[:, self.channels]


def test_a_network_against_itself_and_against_another() -> None:
    chain, images = network("pre-activation", 14), some_images(12)
    alone = it.cka(chain, images, batch=4)
    assert torch.allclose(it.cka(chain, images, chain, batch=4).cka, alone.cka, atol=1e-12)
    across = it.cka(chain, images, network("resnet18"), batch=4)
    assert across.cka.shape == (7, 9)
    assert torch.allclose(across.own, alone.own)
    assert torch.allclose(it.cka(network("resnet18"), images, chain, batch=4).cka.T, across.cka, atol=1e-12)


def test_other_images_on_one_side_are_not_alike() -> None:
    x = features(200, 30, 0)
    assert abs(cka_of(x, x[torch.randperm(200, generator=torch.Generator().manual_seed(0))])) < 0.05


def test_the_memory_budget_changes_no_number() -> None:
    chain, images = network("pre-activation", 14), some_images(12)
    with pytest.raises(
        it.BudgetError, match=r"a batch of 6 images takes ([0-9.]+) MiB in resnet14.* takes about \d+ s"
    ) as error:
        it.cka(chain, images, batch=6, memory_budget=100_000)
    least = float(str(error.value).split("takes ")[1].split()[0]) * 2**20 + 2**16
    whole, narrow = it.cka(chain, images, batch=6), it.cka(chain, images, batch=6, memory_budget=least)
    assert torch.allclose(whole.cross, narrow.cross, rtol=1e-9, atol=1e-12)


def test_a_state_that_is_the_same_for_all_images_is_undefined() -> None:
    chain = it.ResidualChain(torch.nn.Identity(), [Constant(), Constant()], torch.nn.Flatten(1))
    chain.register_buffer("of_float64", torch.zeros(1, dtype=torch.float64))
    found = it.cka(chain, features(9, 3, 0).view(9, 3, 1, 1), batch=4)
    assert found.cka.isnan().tolist() == [[False, True, True], [True, True, True], [True, True, True]]
    assert found.largest_image.isnan().tolist() == [False, True, True]


class Constant(it.ResidualBlock):
    """F(h) = 0.1 − h."""

    def branch(self, h: Tensor) -> Tensor:
        return 0.1 - h

    def merge(self, total: Tensor) -> Tensor:
        return torch.full_like(total, 0.1)


def test_the_jackknife_leaves_out_each_batch() -> None:
    chain, images = network("pre-activation"), some_images(16)
    found = it.cka(chain, images, batch=4)
    rest = it.cka(chain, images[4:], batch=4)
    assert torch.allclose(found.without_each[0], rest.cka, atol=1e-12)
    value, (low, high) = found.estimate(nearness)
    assert value == nearness(found.cka)
    each = [nearness(matrix) for matrix in found.without_each]
    error = math.sqrt(3 / 4 * sum((one - sum(each) / 4) ** 2 for one in each))
    assert high - low == pytest.approx(2 * 1.959963984540054 * error)
    assert it.cka(chain, images, batch=16).error.isnan().all()
    assert all(map(math.isnan, it.cka(chain, images, batch=16).estimate(nearness)[1]))


def test_one_large_image_is_noticed() -> None:
    chain, images = network("pre-activation"), some_images(12)
    usual = it.cka(chain, images, batch=6).largest_image
    images[3] *= 30
    found = it.cka(chain, images, batch=6).largest_image
    assert (usual < found).all()
    assert 0.35 < float(found[0]) <= 0.5  # one half is the most, because every pair counts for both images


def test_pairs_of_the_same_stage_are_compared_with_others() -> None:
    stages = position_stages(network("pre-activation", 14))
    assert stages == [0, 0, 0, 1, 1, 2, 2]
    matrix = torch.tensor([[0.9 if a == b else 0.5 for a in stages] for b in stages], dtype=torch.float64)
    assert stage_contrast(matrix, stages) == pytest.approx(0.4)
    assert math.isnan(stage_contrast(matrix, [0] * 7))
    near = torch.tensor([[-abs(a - b) for a in range(7)] for b in range(7)], dtype=torch.float64)
    assert nearness(near) == pytest.approx(1.0)


def test_a_rest_of_fewer_than_four_images_joins_the_batch_before() -> None:
    assert batch_spans(15, 6) == [(0, 6), (6, 15)]
    assert batch_spans(16, 6) == [(0, 6), (6, 12), (12, 16)]
    assert batch_spans(5, 64) == [(0, 5)]
    for images, batch, message in (
        (3, 64, "3 images: CKA needs at least 4"),
        (9, 3, "batch is 3: .* at least 4 images"),
    ):
        with pytest.raises(it.ConfigurationError, match=message):
            batch_spans(images, batch)


def test_the_measurement_compares_with_another_checkpoint(tmp_path: Path) -> None:
    data = it.load_dataset("digits", image_size=16)
    models = [it.build("resnet8", stem_width=4, widths=(4, 4, 4), seed=seed, input_size=16).eval() for seed in (0, 1)]
    it.save_checkpoint(tmp_path / "other.safetensors", models[1], dataset=data.reference)
    alone = it.measure("cka", models[0], data, limit=20, batch=8)
    assert (alone["batches"], len(alone["cka"]), len(alone["positions"])) == (3, 4, 4)
    assert alone["nearness"]["interval"][0] < alone["nearness"]["value"] < alone["nearness"]["interval"][1]
    across = it.measure("cka", models[0], data, limit=20, other=str(tmp_path / "other.safetensors"), features="auto")
    assert across["nearness"] is None
    assert all(0 < abs(value) < 1 for row in across["cka"] for value in row)
    with pytest.raises(it.ConfigurationError, match="3 images: CKA needs at least 4"):
        it.measure("cka", models[0], data, limit=3)
