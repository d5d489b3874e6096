"""The separation of classes at each position."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

import iterscope as it
from iterscope.features import pixel_axes
from iterscope.probes.resampling import jackknife_interval
from iterscope.probes.separation import class_separation, law
from tests.iterscope.probes.small_networks import KINDS, network, some_images, some_labels, states


def drawn(classes: int = 3, images: int = 60, features: int = 6, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Features (N, d) with class means, and classes of different sizes."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(images).sqrt().long() % classes
    means = torch.randn(classes, features, generator=generator, dtype=torch.float64)
    noise = torch.randn(images, features, generator=generator, dtype=torch.float64)
    return means[labels] + 0.7 * noise, labels


def naive(features: Tensor, labels: Tensor, *, equal: bool = False) -> float:
    """tr(SS_w SS_b⁺) from both matrices."""
    classes = labels.unique().tolist()
    shares = [1 / len(classes) if equal else float((labels == each).double().mean()) for each in classes]
    means = [features[labels == each].mean(0) for each in classes]
    middle = sum(share * mean for share, mean in zip(shares, means, strict=True))
    between = sum(share * torch.outer(mean - middle, mean - middle) for share, mean in zip(shares, means, strict=True))
    within = sum(
        share * torch.cov(features[labels == each].T, correction=0) for share, each in zip(shares, classes, strict=True)
    )
    return float(torch.trace(within @ torch.linalg.pinv(between, rtol=1e-10, hermitian=True)))


def rotation(size: int) -> Tensor:
    return torch.linalg.qr(torch.randn(size, size, generator=torch.Generator().manual_seed(5), dtype=torch.float64))[0]


def stretched(size: int) -> Tensor:
    """An invertible matrix that isn't a rotation."""
    return rotation(size) * torch.linspace(0.5, 3, size, dtype=torch.float64)


def value(features: Tensor, labels: Tensor) -> float:
    return class_separation(features, labels).separation


@pytest.mark.parametrize("features", [2, 6])
def test_equals_the_pseudoinverse(features: int) -> None:
    x, labels = drawn(features=features)
    found = class_separation(x, labels)
    assert found.separation == pytest.approx(naive(x, labels), rel=1e-10)
    assert found.nc1 == pytest.approx(naive(x, labels, equal=True) / 3, rel=1e-10)
    assert found.rank == 2


def test_shift_rotation_and_scaling_change_nothing() -> None:
    x, labels = drawn()
    for changed in (x + 3, x @ rotation(6), 2.5 * x, x @ rotation(6) * 0.1 - 7):
        assert value(changed, labels) == pytest.approx(value(x, labels), rel=1e-9)


def test_any_invertible_map_changes_nothing_only_where_there_are_fewer_features_than_classes() -> None:
    x, labels = drawn(classes=4, features=3)
    assert value(x @ stretched(3), labels) == pytest.approx(value(x, labels), rel=1e-9)
    x, labels = drawn(classes=3, features=6)
    assert value(x @ stretched(6), labels) != pytest.approx(value(x, labels), rel=1e-2)


def test_classes_without_any_spread_have_no_separation() -> None:
    x, labels = drawn()
    means = torch.stack([x[labels == each].mean(0) for each in range(3)])
    assert value(means[labels], labels) < 1e-28


def test_between_and_within_make_the_total_variance() -> None:
    for classes in (2, 4):
        x, labels = drawn(classes=classes, features=1)
        counts = torch.bincount(labels).double()
        means = torch.stack([x[labels == each, 0].mean() for each in range(classes)])
        between = float(counts / len(x) @ (means - x.mean()) ** 2)
        assert (1 + value(x, labels)) * between == pytest.approx(float(x.var(correction=0)), rel=1e-12)


@pytest.mark.parametrize(("classes", "features"), [(4, 3), (4, 2), (3, 6)])
def test_between_and_within_make_the_total_covariance(classes: int, features: int) -> None:
    """D is tr(SS_w SS_b⁺) with the total covariance − SS_b as SS_w, so tr(total SS_b⁺) is D and the rank of SS_b."""
    x, labels = drawn(classes, 70, features)
    counts = torch.bincount(labels).double()
    assert len(set(counts.tolist())) == classes
    means = torch.stack([x[labels == each].mean(0) for each in range(classes)]) - x.mean(0)
    between, total = means.T @ (counts.unsqueeze(1) * means) / len(x), torch.cov(x.T, correction=0)
    inverse = torch.linalg.pinv(between, rtol=1e-10, hermitian=True)
    found = class_separation(x, labels)
    assert found.rank == min(classes - 1, features)
    assert found.separation == pytest.approx(float(torch.trace((total - between) @ inverse)), rel=1e-10)
    assert found.separation + found.rank == pytest.approx(float(torch.trace(total @ inverse)), rel=1e-10)


def test_two_classes_in_one_dimension_are_within_by_between_variance() -> None:
    x = torch.tensor([[0.0], [2.0], [10.0], [14.0], [12.0]], dtype=torch.float64)
    labels = torch.tensor([4, 4, 7, 7, 7])
    within = (1.0 + 1.0 + 4.0 + 4.0 + 0.0) / 5
    between = 0.4 * (1 - 7.6) ** 2 + 0.6 * (12 - 7.6) ** 2
    found = class_separation(x, labels)
    assert found.separation == pytest.approx(within / between, rel=1e-12)
    assert found.nearest.tolist() == [4, 4, 7, 7, 7]
    assert found.angle == pytest.approx(0, abs=1e-12)


def test_class_means_of_a_simplex_have_equal_angles() -> None:
    noise = torch.tensor([[0.1, 0, 0], [-0.1, 0, 0]], dtype=torch.float64)
    x = torch.cat([mean + noise for mean in torch.eye(3, dtype=torch.float64)])
    labels = torch.tensor([0, 0, 1, 1, 2, 2])
    assert class_separation(x, labels).angle == pytest.approx(0, abs=1e-12)
    assert class_separation(x * torch.tensor([1, 1, 5.0]), labels).angle > 0.1


def test_class_means_that_coincide_are_undefined() -> None:
    x = torch.tensor([[1.0, 0.1], [-1.0, 0.1]] * 4, dtype=torch.float64)
    labels = torch.arange(8) // 4
    found = class_separation(x, labels)
    assert math.isnan(found.separation)
    assert math.isnan(found.angle)
    assert found.rank == 0


def test_the_jackknife_leaves_out_each_group_of_images() -> None:
    x, labels = drawn(images=90)
    found = class_separation(x, labels)
    turn = torch.tensor([int((labels[:at] == labels[at]).sum()) for at in range(90)])
    for group in (0, 7, 19):
        kept = turn % 20 != group
        assert found.jackknife[group] == pytest.approx(naive(x[kept], labels[kept]), rel=1e-9)
    low, high = jackknife_interval(found.separation, found.jackknife)
    assert 0 < low < found.separation < high


def test_the_law_finds_the_rate() -> None:
    found = law(torch.tensor([8.0, 4.0, 2.0, 1.0]))
    assert (found.correlation, found.rate) == pytest.approx((-1, 0.5))
    assert law(torch.tensor([8.0, 0.0, 2.0, 1.0, math.nan]), [0, 1, 2, 3, 4]).rate == pytest.approx(0.5, rel=0.05)
    assert math.isnan(law(torch.tensor([1.0, 2.0])).correlation)


@pytest.mark.parametrize("kind", KINDS)
def test_agrees_with_the_naive_computation(kind: str) -> None:
    chain, images, labels = network(kind), some_images(30), some_labels(30) % 3
    found = it.separation(chain, images, labels, "gap")
    means = [state.mean(pixel_axes(state)) for state in states(chain, images)]
    wanted = [naive(each, labels) for each in means]
    assert found.values.tolist() == pytest.approx(wanted, rel=1e-6)
    for each, position in zip(means, found.positions, strict=True):
        assert position.nc1 == pytest.approx(naive(each, labels, equal=True) / 3, rel=1e-6)
        middle = torch.stack([each[labels == k].mean(0) for k in range(3)])
        middle = middle - middle.mean(0)
        pairs = [torch.cosine_similarity(middle[a], middle[b], dim=0) for a, b in ((0, 1), (0, 2), (1, 2))]
        assert position.angle == pytest.approx(max(abs(float(cosine) + 1 / 2) for cosine in pairs), abs=1e-6)
    assert torch.equal(found.predicted, chain(images).argmax(1))
    distances = torch.cdist(means[-1], torch.stack([means[-1][labels == each].mean(0) for each in range(3)]))
    assert torch.equal(found.positions[-1].nearest, distances.argmin(1))


@pytest.mark.parametrize("kind", ["pre-activation", "vit"])
def test_chunks_change_nothing(kind: str) -> None:
    chain, images, labels = network(kind), some_images(24), some_labels(24) % 3
    whole, parts = (it.separation(chain, images, labels, "flat", memory_budget=size) for size in (1 << 30, 6 << 20))
    assert torch.allclose(whole.values, parts.values, rtol=1e-9)


def test_a_class_of_one_image_is_left_out_and_named() -> None:
    chain, images = network("pre-activation"), some_images(9)
    found = it.separation(chain, images, [0, 1, 2, 0, 1, 0, 1, 0, 1])
    assert (found.classes, found.left_out) == ((0, 1), (2,))
    kept = [0, 1, 3, 4, 5, 6, 7, 8]
    alone = it.separation(chain, images[kept], [0, 1, 0, 1, 0, 1, 0, 1], "gap")
    assert torch.allclose(it.separation(chain, images, [0, 1, 2, 0, 1, 0, 1, 0, 1], "gap").values, alone.values)
    with pytest.raises(it.DatasetError, match=r"1 of the classes have two images or more: .* at least two"):
        it.separation(chain, images[:3], [0, 0, 1])


def test_the_measurement_fits_the_law() -> None:
    data, model = it.load_dataset("digits"), it.build("resnet14", stem_width=4, widths=(4, 4, 4), seed=0).eval()
    answer = it.measure("separation", model, data, limit=120)
    assert answer["split"] == "train"
    found = it.separation(model, data.train.subset(120))
    assert answer["separation"] == pytest.approx(found.values.tolist(), rel=1e-6)
    assert answer["correlation"] == pytest.approx(law(found.values).correlation)
    assert [stage["positions"] for stage in answer["stages"]] == [3, 2, 2]
    low, high = answer["correlation_interval"]
    assert -1 <= low < answer["correlation"] < high <= 1
    assert len(answer["small_classes"]) == 10
    assert answer["few_images"] is False
    assert answer["dimension"] == [8] * 7


@pytest.mark.parametrize(("width", "limit", "flagged"), [(4, 79, True), (4, 80, False), (8, 99, True), (8, 100, False)])
def test_few_images_are_flagged(width: int, limit: int, flagged: bool) -> None:
    """Fewer than ten for each of d = 8 features, or, where d is 16, for each of ten classes."""
    data = it.load_dataset("digits")
    model = it.build("resnet8", stem_width=width, widths=(width,) * 3, seed=0).eval()
    answer = it.measure("separation", model, data, limit=limit)
    assert (answer["dimension"], answer["classes"]) == ([2 * width] * 4, 10)
    assert answer["few_images"] is flagged


def test_an_interval_that_is_not_defined_is_null(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stage of two positions has no correlation, and so many classes have no jackknife."""
    data, model = it.load_dataset("digits"), it.build("resnet14", stem_width=4, widths=(4, 4, 4), seed=0).eval()
    stage = it.measure("separation", model, data, limit=120)["stages"][1]
    assert (stage["correlation"], stage["correlation_interval"]) == (None, [None, None])
    monkeypatch.setattr("iterscope.probes.separation.MOST_CLASSES", 5)
    many = it.measure("separation", model, data, limit=120)
    assert many["correlation_interval"] == many["separation_interval"][0] == [None, None]
