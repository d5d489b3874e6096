"""Prediction depth against its definition, in float64."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
import torch
from torch import Tensor

import iterscope as it
from iterscope.probes.prediction_depth import nearest, settled, voted
from tests.iterscope.probes.small_networks import KINDS, network, some_images, some_labels

FIT, FIT_LABELS = some_images(30, seed=3), some_labels(30)
IMAGES, LABELS = some_images(6), some_labels(6, seed=4)


def gaussian(count: int, features: int, seed: int = 0) -> Tensor:
    return torch.randn(count, features, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def naive_class(image: Tensor, fit: Tensor, labels: Tensor, k: int) -> int:
    """A vote, the slow and obvious way."""
    order = sorted(range(len(fit)), key=lambda at: float((fit[at] - image).square().sum()))[:k]
    votes = Counter(int(labels[at]) for at in order)
    most = max(votes.values())
    return next(int(labels[at]) for at in order if votes[int(labels[at])] == most)


@pytest.mark.parametrize("kind", KINDS)
def test_depths_of_networks_agree_with_the_definition(kind: str) -> None:
    chain = network(kind)
    mapping = it.fit_features(chain, FIT)
    fit, bank = (it.feature_bank(chain, some, mapping) for some in (FIT, IMAGES))
    found = it.prediction_depth(chain, IMAGES, LABELS, FIT, FIT_LABELS, k=5)
    pairs = [*zip(bank.features, fit.features, strict=True), (bank.logits.softmax(1), fit.logits.softmax(1))]
    classes = torch.tensor([[naive_class(x, theirs, FIT_LABELS, 5) for x in ours] for ours, theirs in pairs])
    assert torch.equal(found.neighbours.prediction, classes)
    for image, answer in enumerate(bank.logits.argmax(1)):
        deep = next(
            at for at in range(len(classes) + 1) if all(each == answer for each in classes[at:, image])
        )  # an empty rest agrees: never settled
        assert found.depth[image] == deep


@pytest.mark.parametrize("k", [1, 4, 9])
def test_neighbours_agree_with_a_sorted_list(k: int) -> None:
    fit, labels, new = gaussian(40, 5), some_labels(40), gaussian(9, 5, 1)
    found = voted(labels[nearest(new, fit, k)], 10)
    assert found.tolist() == [naive_class(x, fit, labels, k) for x in new]


def test_of_tied_classes_the_nearest_wins() -> None:
    votes = torch.tensor([[3, 1, 1, 3, 2], [2, 1, 1, 3, 0], [0, 1, 2, 3, 4]])
    assert voted(votes, 5).tolist() == [3, 1, 0]


def test_rotation_shift_and_scale_change_nothing() -> None:
    fit, new = gaussian(60, 6), gaussian(20, 6, 1)
    rotation = torch.linalg.qr(gaussian(6, 6, 2)).Q
    changed = [100 * (each @ rotation + 3) for each in (new, fit)]
    assert torch.equal(nearest(new, fit, 7), nearest(*changed, 7))


def test_an_image_is_not_its_own_neighbour() -> None:
    """By its place, so that a duplicate of it is one."""
    once = gaussian(20, 3)
    fit, labels = torch.cat([once, once[:1]]), some_labels(21)
    assert torch.equal(voted(labels[nearest(fit[:20], fit[:20], 1)], 10), labels[:20])  # with itself: its own label
    places = torch.arange(21)
    assert (nearest(fit, fit, 5, places) != places[:, None]).all()
    assert nearest(fit[:1], fit, 1, places[:1]).item() == 20
    assert torch.equal(nearest(fit, fit, 5, torch.full((21,), -1)), nearest(fit, fit, 5))


def test_depth_is_where_the_rest_agrees() -> None:
    answer = torch.tensor([1, 1, 1, 1])
    classes = torch.tensor([[1, 0, 1, 1], [1, 1, 0, 1], [1, 1, 1, 0]])
    assert settled(classes, answer).tolist() == [0, 1, 2, 3]
    random = torch.randint(0, 2, (5, 50), generator=torch.Generator().manual_seed(0))
    found = settled(random, torch.ones(50, dtype=torch.int64))
    for at in range(5):
        assert torch.equal(found <= at, (random[at:] == 1).all(0))


def test_fit_images_must_be_able_to_vote() -> None:
    chain, images = network("post-activation"), FIT[:6]
    with pytest.raises(it.ConfigurationError, match="k is 6 for 6 fit images: 6 neighbours need at least 7 fit images"):
        it.prediction_depth(chain, IMAGES, LABELS, images, FIT_LABELS[:6], k=6)
    with pytest.raises(it.ConfigurationError, match="the fit images have one class"):
        it.prediction_depth(chain, IMAGES, LABELS, images, torch.ones(6, dtype=torch.int64), k=3)
    with pytest.raises(it.ConfigurationError, match="k is 0"):
        it.prediction_depth(chain, IMAGES, LABELS, images, FIT_LABELS[:6], k=0)


def test_chunks_change_nothing() -> None:
    seen: list[float] = []
    chain = network("pre-activation")
    whole = it.prediction_depth(chain, IMAGES, LABELS, FIT, FIT_LABELS, k=5, progress=seen.append)
    parts = it.prediction_depth(chain, IMAGES, LABELS, FIT, FIT_LABELS, k=5, memory_budget=1 << 18)
    assert torch.equal(whole.neighbours.prediction, parts.neighbours.prediction)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_the_answer_of_the_measurement() -> None:
    data = it.load_dataset("digits")
    model = it.build("resnet14", stem_width=4, widths=(4, 4, 4), seed=0).eval()
    options = {"limit": 50, "fit_limit": 60, "k": 3}
    answer = it.measure("prediction-depth", model, data, split="train", per_image=True, **options)
    assert sum(each["correct"] + each["wrong"] for each in answer["histogram"]) == 50
    assert [each["depth"] for each in answer["histogram"]] == list(range(9))
    assert answer["undecided"] == sum(answer["histogram"][-1][side] for side in ("correct", "wrong"))
    difference = answer["depth_wrong"]["mean"] - answer["depth_correct"]["mean"]
    assert answer["excess_of_wrong"]["value"] == pytest.approx(difference)
    assert answer["per_image"]["neighbour_class"]["shape"] == [8, 50]
    assert "measured images are among the fit images" in answer["notes"][-1]
    # With all training images to fit on, each leaves itself out: were it its own neighbour, k = 1 would always be right.
    few = replace(data, train=data.train.subset(60))
    alone = it.measure("prediction-depth", model, few, split="train", limit=30, fit_limit=None, k=1)
    assert alone["notes"] == ["30 of the measured images are among the fit images"]
    assert max(alone["accuracy"]) < 1.0
