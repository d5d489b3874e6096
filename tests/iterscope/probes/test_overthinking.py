"""Overthinking against its definition, and against a naive count."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

import iterscope as it
from iterscope.measurements.values import read_per_image
from iterscope.probes.overthinking import chance_of_run, confusion, first_right, in_a_row, positions_at
from tests.iterscope.probes.small_networks import KINDS, network, some_images, some_labels

RIGHT = torch.rand(5, 200, generator=torch.Generator().manual_seed(0)) < 0.3
OUTPUT = torch.rand(200, generator=torch.Generator().manual_seed(1)) < 0.6


def test_exits_are_at_the_nearest_shares() -> None:
    costs = torch.tensor([0.1, 0.25, 0.5, 0.6, 0.98])
    assert positions_at(costs) == [0, 1, 2, 3, 4]
    assert positions_at(costs, (0.9, 0.5, 0.52)) == [2, 4]


def test_more_exits_never_spoil_fewer_images() -> None:
    for exits in range(2, 6):
        fewer, more = (in_a_row(RIGHT[:count], 1).any(0) & ~OUTPUT for count in (exits - 1, exits))
        assert (fewer <= more).all()
    assert torch.equal(in_a_row(RIGHT, 1), RIGHT)


def test_runs_and_first_exits_are_those_of_a_loop() -> None:
    for run in (1, 2, 3):
        early = in_a_row(RIGHT, run)
        first = first_right(early)
        for image in range(200):
            at = next((e for e in range(6 - run) if all(RIGHT[e : e + run, image])), -1)
            assert first[image] == at
            assert early[:, image].any() == (at >= 0)


@pytest.mark.parametrize("run", [1, 2, 3])
def test_chance_is_the_sum_over_all_outcomes(run: int) -> None:
    rates = [0.1, 0.5, 0.3, 0.9]
    expected = 0.0
    for outcome in itertools.product((False, True), repeat=4):
        if any(all(outcome[start : start + run]) for start in range(5 - run)):
            expected += math.prod(rate if each else 1 - rate for rate, each in zip(rates, outcome, strict=True))
    assert chance_of_run(rates, run) == pytest.approx(expected)
    assert chance_of_run(rates) == pytest.approx(1 - 0.9 * 0.5 * 0.7 * 0.1)


def test_confusion_is_zero_only_where_all_exits_equal_the_output() -> None:
    output = torch.randn(50, 4, generator=torch.Generator().manual_seed(2))
    assert torch.equal(confusion([output, output + 1], output).round(decimals=6), torch.zeros(50, dtype=torch.float64))
    opposite = [1000 * torch.eye(4)[[0]], 1000 * torch.eye(4)[[1]]]
    assert confusion(opposite, 1000 * torch.eye(4)[[2]]).tolist() == [4.0]  # 2 for each exit
    found = confusion([torch.randn(50, 4, generator=torch.Generator().manual_seed(3)), output], output)
    assert ((found > 0) & (found <= 4)).all()


@pytest.mark.parametrize("kind", KINDS)
def test_exits_of_networks(kind: str) -> None:
    """Confusion from each network's probes, one image at a time."""
    chain, images, labels = network(kind), some_images(4), some_labels(4)
    found = it.linear_probes(chain, images, labels, some_images(20, seed=3), some_labels(20))
    with torch.no_grad():
        output = chain(images)
    for image, value in enumerate(confusion(found.scores, output)):
        each = [(row[image].softmax(0) - output[image].softmax(0)).abs().sum() for row in found.scores]
        assert value == pytest.approx(float(sum(each)))
    right, last = found.scores.argmax(2) == labels, output.argmax(1) == labels
    early = in_a_row(right, 2)
    for image in range(len(labels)):
        runs = [at for at in range(len(right) - 1) if right[at, image] and right[at + 1, image]]
        assert bool(early.any(0)[image] & ~last[image]) == (bool(runs) and not last[image])
        assert int(first_right(early)[image]) == (runs[0] if runs else -1)


@pytest.fixture(scope="module")
def data() -> it.Dataset:
    whole = it.load_dataset("digits")
    return replace(whole, train=whole.train.subset(60))


@pytest.fixture(scope="module")
def model() -> it.PreActivationResNet:
    return it.build("resnet14", stem_width=4, widths=(4, 4, 4), seed=0).eval()


def values(answer: it.Answer, name: str) -> NDArray[np.float32]:
    return read_per_image(answer["per_image"][name])


@pytest.mark.parametrize(("exits", "run"), [("six", 1), ("all", 2)])
def test_the_answer_adds_up(exits: str, run: int, data: it.Dataset, model: it.PreActivationResNet) -> None:
    found = it.measure("overthinking", model, data, limit=50, exits=exits, run=run, per_image=True)
    assert found["oracle_accuracy"] == pytest.approx(found["output_accuracy"] + found["spoiled_count"] / 50, abs=1e-12)
    assert found["errors"] == round(50 * (1 - found["output_accuracy"]))
    assert found["spoiled_share"] == found["spoiled_count"] / found["errors"]
    low, high = found["spoiled_interval"]
    assert low < found["spoiled_share"] < high
    labels = data.validation.subset(50).labels.numpy()
    right = values(found, "exit_prediction") == labels
    positions = [each["index"] for each in found["positions"]]
    cost = []
    for image in range(50):
        at = next((e for e in range(len(right) - run + 1) if right[e : e + run, image].all()), None)
        assert values(found, "first_right")[image] == (-1 if at is None else positions[at])
        assert values(found, "destructive")[image] == (at is not None and not values(found, "correct")[image])
        cost.append(1.0 if at is None else found["cost"][at])
    assert found["oracle_cost"] == pytest.approx(sum(cost) / 50)
    assert len(found["spoiled"]) == found["spoiled_count"]
    confused = [each["confusion"] for each in found["spoiled"]]
    assert confused == sorted(confused, reverse=True)
    if run == 1:
        wrong = values(found, "correct") == 0
        assert found["spoiled_chance"] == pytest.approx(1 - np.prod(1 - right[:, wrong].mean(1)))


def test_confusion_is_standardised_by_the_fit_images(data: it.Dataset, model: it.PreActivationResNet) -> None:
    found = it.measure("overthinking", model, data, split="train", limit=None, fit_limit=None, per_image=True)
    confused = values(found, "confusion")
    assert confused.mean() == pytest.approx(0, abs=1e-4)
    assert confused.std() == pytest.approx(1, abs=1e-4)
    assert found["notes"] == ["60 of the measured images are among the fit images"]


@pytest.mark.parametrize(("exits", "copies"), [("six", 2), ("six", 7), ("all", 3), ("all", 30)])
def test_confusion_that_is_the_same_for_all_fit_images_stays_as_it_is(
    exits: str, copies: int, data: it.Dataset, model: it.PreActivationResNet
) -> None:
    """Of copies of an image, labelled differently, probes learn one answer; the network has one for each image."""
    twice = data.train.select(torch.zeros(copies, dtype=torch.long)).with_labels(torch.arange(copies) % 10, 10)
    found = it.measure("overthinking", model, replace(data, train=twice), limit=30, exits=exits, per_image=True)
    assert found["confusion_std"] == pytest.approx(0, abs=1e-12)  # the mean is rounded
    assert found["notes"][0] == (
        "the confusion of all fit images is the same: it is given as it is, without standardisation"
    )
    images, positions = data.validation.subset(30), [each["index"] for each in found["positions"]]
    scores = it.linear_probes(model, images, None, twice, None).scores[positions]
    with torch.no_grad():
        raw = confusion(scores, model(images.batch(0, 30)))
    assert values(found, "confusion") == pytest.approx(raw.numpy(), rel=1e-4)
    assert float(raw.std()) > 1e-3
    assert not any("confusion" in note for note in it.measure("overthinking", model, data, limit=30)["notes"])


def test_without_errors_there_is_no_share_of_them(data: it.Dataset, model: it.PreActivationResNet) -> None:
    with torch.no_grad():
        answers = model(data.validation.batch(0, 359)).argmax(1)
    labelled = data.validation.with_labels(answers, 10)
    found = it.measure("overthinking", model, replace(data, validation=labelled), limit=20)
    assert found["errors"] == found["spoiled_count"] == 0
    assert found["spoiled_share"] is None
    assert found["spoiled_chance"] is None
    assert found["confusion_auroc"] == {"value": None, "interval": [None, None]}


def test_a_run_fits_the_exits(data: it.Dataset, model: it.PreActivationResNet) -> None:
    with pytest.raises(it.ConfigurationError, match="run is 8 for 7 exits: give at most 7"):
        it.measure("overthinking", model, data, limit=20, run=8, exits="all")
