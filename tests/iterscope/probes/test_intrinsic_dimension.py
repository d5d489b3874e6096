"""The dimension from the two nearest neighbours."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

import iterscope as it
from iterscope.probes.intrinsic_dimension import nearest_two, resampled, two_nn
from tests.iterscope.probes.small_networks import KINDS, network, some_images, states


def cube(dimension: int, points: int = 2000) -> Tensor:
    return torch.rand(points, dimension, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


@pytest.mark.parametrize("dimension", [1, 2, 5])
def test_a_cube_has_its_dimension(dimension: int) -> None:
    found = two_nn(nearest_two(cube(dimension)))
    assert found.dimension == pytest.approx(dimension, rel=0.15)
    assert found.likelihood == pytest.approx(dimension, rel=0.15)
    draws = resampled(nearest_two(cube(dimension)), 20, seed=0)
    assert draws.min() < found.dimension < draws.max()


def test_scaling_rotation_and_repeated_features_change_nothing() -> None:
    points = cube(3, 200)
    turn = torch.linalg.qr(torch.randn(3, 3, generator=torch.Generator().manual_seed(2), dtype=torch.float64))[0]
    wanted = two_nn(nearest_two(points)).dimension
    for changed in (7 * points, points @ turn + 4, torch.cat([points, points], 1)):
        assert two_nn(nearest_two(changed)).dimension == pytest.approx(wanted, rel=1e-8)


def test_follows_its_definition() -> None:
    points = cube(2, 60)
    distances = torch.cdist(points, points).sort(1).values
    log = (distances[:, 2] / distances[:, 1]).log().sort().values[:54]
    height = -torch.log(1 - torch.arange(1, 55, dtype=torch.float64) / 60)
    assert two_nn(nearest_two(points)).dimension == pytest.approx(float(height @ log / (log @ log)), rel=1e-9)


def test_equal_images_are_left_out_and_counted() -> None:
    points = cube(2, 200)
    found = two_nn(nearest_two(torch.cat([points, points[:3]])))
    assert found.duplicates == 6
    assert 188 < found.images < 198  # those between two equal images have r1 = r2
    assert found.dimension == pytest.approx(two_nn(nearest_two(points)).dimension, rel=0.1)


def test_few_images_are_undefined() -> None:
    assert math.isnan(two_nn(nearest_two(cube(2, 19))).dimension)
    assert resampled(nearest_two(cube(2, 19)), 3, seed=0).isnan().all()
    with pytest.raises(it.DatasetError, match=r"images has 2: .* at least 3"):
        it.intrinsic_dimension(network("pre-activation"), some_images(2))


@pytest.mark.parametrize("kind", KINDS)
def test_agrees_with_the_naive_computation(kind: str) -> None:
    chain, images = network(kind), some_images(24)
    found = it.intrinsic_dimension(chain, images)
    for position, state in enumerate(states(chain, images)):
        distances = torch.cdist(state.flatten(1), state.flatten(1), compute_mode="donot_use_mm_for_euclid_dist")
        assert torch.allclose(found.nearest[position, 0], distances.sort(1).values[:, 1:3], rtol=1e-7)
        half = (found.parts[1] == 0).nonzero().flatten()
        inside = distances[half][:, half].sort(1).values[:, 1:3]
        assert torch.allclose(found.nearest[position, 1, half], inside, rtol=1e-7)
    assert found.parts.amax(1).tolist() == [0, 1, 3]
    assert torch.bincount(found.parts[2]).tolist() == [6] * 4


def test_chunks_change_nothing() -> None:
    chain, images = network("pre-activation"), some_images(24)
    whole, parts = (it.intrinsic_dimension(chain, images, memory_budget=size) for size in (1 << 30, 2 << 20))
    assert torch.allclose(whole.nearest, parts.nearest, rtol=1e-9)


def test_the_measurement_finds_the_largest() -> None:
    data, model = it.load_dataset("digits"), it.build("resnet14", stem_width=4, widths=(4, 4, 4), seed=0).eval()
    answer = it.measure("intrinsic-dimension", model, data, limit=90)
    found = it.intrinsic_dimension(model, data.validation.subset(90))
    wanted = [found.at(at).dimension for at in range(7)]
    assert answer["dimension"] == pytest.approx(wanted, rel=1e-6)
    assert answer["peak"] == pytest.approx(max(wanted))
    assert answer["peak_position"] == wanted.index(max(wanted))
    assert answer["end_share"] == pytest.approx(wanted[-1] / max(wanted))
    low, high = answer["dimension_interval"][3]
    assert low < answer["dimension"][3] < high
    assert len(answer["half"]) == len(answer["quarter"]) == 7


@pytest.mark.parametrize("value", [math.inf, math.nan])
def test_an_image_that_diverges_is_left_out_alone(value: float) -> None:
    points = cube(2, 200)
    for place in (0, 10):
        broken = points.clone()
        broken[place] = value
        found = two_nn(nearest_two(broken))
        assert found.duplicates == 0
        rest = two_nn(nearest_two(points[torch.arange(200) != place]))
        assert (found.dimension, found.images) == (pytest.approx(rest.dimension, rel=1e-9), rest.images)


def test_a_near_copy_counts_as_equal_whichever_image_it_is_of() -> None:
    points = 10 + cube(2, 200).float()  # far from 0: equal to the rounding of float32
    for place in (0, 10):
        copy = torch.nextafter(points[place : place + 1], torch.tensor(torch.inf))
        assert two_nn(nearest_two(torch.cat([points, copy]))).duplicates == 2
