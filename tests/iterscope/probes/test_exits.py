"""Exits against theory and against a naive computation."""

from __future__ import annotations

from typing import Any

import pytest
import timm
import torch
from torch import Tensor, nn
from torch.nn import functional

import iterscope as it
from iterscope.measurements.values import read_per_image
from iterscope.multiply_adds import multiply_adds, position_shares
from iterscope.probes.exits import (
    agreement,
    calibration_error,
    early_exits,
    exit_answers,
    flips,
    reliability,
)
from iterscope.probes.resampling import bootstrap_counts
from tests.iterscope.probes.small_networks import KINDS, network, some_images, some_labels, states

EXITS, IMAGES, CLASSES = 4, 60, 5
GENERATOR = torch.Generator().manual_seed(0)
LOGITS = 2 * torch.randn(EXITS + 1, IMAGES, CLASSES, generator=GENERATOR, dtype=torch.float64)
LABELS = torch.randint(0, CLASSES, (IMAGES,), generator=GENERATOR)
P = LOGITS[:-1].softmax(-1)
CONFIDENCE, RIGHT = P.amax(-1), P.argmax(-1) == LABELS
OUTPUT = LOGITS[-1].argmax(-1)


@pytest.mark.parametrize("kind", KINDS)
def test_plugged_exits_of_networks(kind: str) -> None:
    """The head on each state of the last stage; at the last position nothing differs from the output."""
    chain, images, labels = network(kind), some_images(5), some_labels(5)
    last = chain.last_stage
    with torch.no_grad():
        expected = [chain.head(state).softmax(1) for state in states(chain, images)[last[0] + 1 :]]
        output = chain(images)
    found = exit_answers(it.run_plans(chain, images, [it.exit_after(block) for block in last]), output, labels)
    for row, p in enumerate(expected):
        assert torch.equal(found.prediction[row], p.argmax(1))
        assert torch.allclose(found.confidence[row], p.amax(1), atol=1e-12)
        assert torch.allclose(found.brier[row], (p - functional.one_hot(labels, 10)).square().sum(1), atol=1e-12)
        assert torch.allclose(found.loss[row], -p[range(5), labels].log(), atol=1e-12)
        kl = (output.softmax(1) * (output.log_softmax(1) - p.log())).sum(1)
        assert torch.allclose(found.divergence[row], kl, atol=1e-12)
    assert torch.equal(found.divergence[-1], torch.zeros(5, dtype=torch.float64))
    assert torch.equal(found.prediction[-1], output.argmax(1))


def test_an_answer_that_differs_from_the_output_flips_on_the_way() -> None:
    predictions = P.argmax(-1)
    differs, on_the_way = (predictions != OUTPUT).double().mean(1), flips(predictions, OUTPUT)
    assert on_the_way[0] == (predictions[0] != predictions[1]).double().mean()
    assert on_the_way[-1] == differs[-1]
    for row in range(EXITS):
        assert differs[row] <= on_the_way[row:].sum()


def test_agreement_is_symmetric_and_complete_with_itself() -> None:
    predictions = P.argmax(-1)
    found = agreement(predictions)
    assert torch.equal(found, found.T)
    assert torch.equal(found.diagonal(), torch.ones(EXITS, dtype=torch.float64))
    assert found[0, 2] == sum(a == b for a, b in zip(*predictions[[0, 2]].tolist(), strict=True)) / IMAGES


@pytest.mark.parametrize("bins", [1, 7, 15])
def test_the_calibration_error_is_that_of_a_loop_over_bins(bins: int) -> None:
    found, table = calibration_error(CONFIDENCE, RIGHT, bins), reliability(CONFIDENCE, RIGHT, bins)
    for row in range(EXITS):
        total = 0.0
        for at in range(bins):
            inside = (CONFIDENCE[row] > at / bins) & (CONFIDENCE[row] <= (at + 1) / bins)
            assert table.count[row, at] == inside.sum()
            if not inside.any():
                assert table.accuracy[row, at].isnan()
                continue
            accuracy, confidence = RIGHT[row, inside].double().mean(), CONFIDENCE[row, inside].mean()
            assert table.accuracy[row, at] == pytest.approx(float(accuracy))
            assert table.confidence[row, at] == pytest.approx(float(confidence))
            total += float(inside.double().mean() * (accuracy - confidence).abs())
        assert found[row] == pytest.approx(total)


def test_bounds_of_the_calibration_error() -> None:
    """One bin: |accuracy − confidence|, which more bins never fall below; the order of images doesn't matter."""
    gap = (RIGHT.double().mean(1) - CONFIDENCE.mean(1)).abs()
    assert torch.allclose(calibration_error(CONFIDENCE, RIGHT, 1), gap)
    order = torch.randperm(IMAGES, generator=torch.Generator().manual_seed(1))
    for bins in (2, 5, 50):
        found = calibration_error(CONFIDENCE, RIGHT, bins)
        assert (found >= gap - 1e-12).all()
        assert torch.allclose(found, calibration_error(CONFIDENCE[:, order], RIGHT[:, order], bins))


def test_a_sure_exit_is_wrong_as_often_as_it_is_badly_calibrated() -> None:
    sure = exit_answers(1000 * functional.one_hot(P.argmax(-1), CLASSES), LOGITS[-1], LABELS)
    assert torch.equal(sure.confidence, torch.ones(EXITS, IMAGES, dtype=torch.float64))
    assert torch.allclose(calibration_error(sure.confidence, RIGHT), 1 - RIGHT.double().mean(1))
    assert torch.equal(sure.brier, 2.0 * ~RIGHT)


def test_samples_of_images_count_as_their_copies() -> None:
    counts = torch.randint(0, 3, (2, IMAGES), generator=torch.Generator().manual_seed(2)).double()
    found = calibration_error(CONFIDENCE, RIGHT, 5, counts)
    for row, each in enumerate(counts.long()):
        copies = torch.repeat_interleave(torch.arange(IMAGES), each)
        assert torch.allclose(found[row], calibration_error(CONFIDENCE[:, copies], RIGHT[:, copies], 5))


def test_images_leave_at_the_first_exit_that_is_sure_enough() -> None:
    right, shares = OUTPUT == LABELS, [0.2, 0.4, 0.6, 0.8]
    thresholds = torch.tensor([0.0, 0.7, 1.1], dtype=torch.float64)
    found = early_exits(CONFIDENCE, RIGHT, right, shares, thresholds)
    assert found.accuracy[0] == RIGHT[0].double().mean()
    assert found.cost[0] == pytest.approx(0.2)
    assert found.accuracy[2] == right.double().mean()
    assert found.cost[2] == 1.0
    correct, spent = 0, 0.0
    for image in range(IMAGES):
        at = next((row for row in range(EXITS) if CONFIDENCE[row, image] >= 0.7), None)
        correct += int(right[image] if at is None else RIGHT[at, image])
        spent += 1.0 if at is None else shares[at]
    assert found.accuracy[1] == pytest.approx(correct / IMAGES)
    assert found.cost[1] == pytest.approx(spent / IMAGES)


def test_multiply_adds_of_a_small_network() -> None:
    chain = it.residual_chain(
        it.build("single-representation", blocks=(2,), widths=(3,), stem_width=3, num_classes=4, input_size=8).eval()
    )
    image = torch.zeros(1, 3, 8, 8)
    assert multiply_adds(chain, image).tolist() == [64 * 3 * 3 * 9, *[2 * 64 * 3 * 3 * 9] * 2, 3 * 4]
    assert position_shares(chain, image).tolist() == pytest.approx([5184 / 25932, 15552 / 25932, 25920 / 25932])


class Kept(it.ResidualBlock):
    """Adds the state to itself."""

    def branch(self, h: Tensor) -> Tensor:
        return h


def test_multiply_adds_where_the_first_part_works_in_place() -> None:
    stem, head = nn.ReLU(inplace=True), nn.Sequential(nn.Flatten(), nn.Linear(20, 3))
    image = -torch.ones(1, 1, 4, 5)
    assert multiply_adds(it.ResidualChain(stem, [Kept()], head), image).tolist() == [0, 0, 60]
    assert torch.equal(image, -torch.ones(1, 1, 4, 5))


def test_multiply_adds_of_a_transformer() -> None:
    """Four patches of 8 × 8 × 3, five tokens of 8 numbers, and an MLP of 16: torch and timm run attention as one operation."""
    tokens, width, mlp = 5, 8, 16
    attention = tokens * width * 3 * width + tokens * width * width + 2 * tokens * tokens * width
    layer = [attention, 2 * tokens * width * mlp]
    expected = [4 * 8 * 8 * 3 * width, *3 * layer, width * CLASSES]
    timms = timm.models.vision_transformer.VisionTransformer(
        16, 8, 3, CLASSES, embed_dim=width, depth=3, num_heads=2, mlp_ratio=2
    )
    chains = [network("vit"), it.residual_chain(timms.double(), example=some_images(2))]
    for chain, classes in zip(chains, (10, CLASSES), strict=True):
        with torch.inference_mode():
            counts = multiply_adds(chain, some_images(1)).tolist()
        assert counts == [*expected[:-1], width * classes]


@pytest.fixture(scope="module")
def data() -> it.Dataset:
    return it.load_dataset("digits")


@pytest.fixture(scope="module")
def model() -> it.PreActivationResNet:
    return it.build("resnet14", stem_width=4, widths=(4, 4, 4), seed=0).eval()


def values(answer: object) -> Tensor:
    return torch.tensor(answer, dtype=torch.float64)


def decoded(entry: dict[str, Any]) -> Tensor:
    return torch.from_numpy(read_per_image(entry)).double()


def test_the_answer_of_plugged_exits(data: it.Dataset, model: it.PreActivationResNet) -> None:
    answer = it.measure("exits", model, data, limit=40, bins=4, per_image=True)
    exits = it.measure("early-exit", model, data, limit=40)
    assert [each["index"] for each in answer["positions"]] == [5, 6]
    assert answer["accuracy"] == exits["accuracy"]
    assert values(answer["loss"]) == pytest.approx(values(exits["loss"]), rel=1e-5)
    assert answer["disagreement"][-1] == answer["flips"][-1] == answer["divergence"][-1] == 0
    assert answer["output"]["calibration_error"] == answer["calibration_error"][-1]
    assert answer["first_excess"]["value"] == pytest.approx(
        answer["calibration_error"][0] - answer["output"]["calibration_error"]
    )
    rows = {name: decoded(answer["per_image"][name]) for name in ("confidence", "correct")}
    draws = torch.stack(
        [
            calibration_error(rows["confidence"][:, chosen], rows["correct"][:, chosen] > 0, 4)
            for chosen in (torch.arange(40).repeat_interleave(counts.long()) for counts in bootstrap_counts(40, 0))
        ]
    )
    assert values(answer["calibration_error_interval"]) == pytest.approx(
        draws.double().quantile(torch.tensor([0.025, 0.975], dtype=torch.float64), dim=0).T, abs=1e-6
    )
    assert answer["output"]["calibration_error_interval"] == answer["calibration_error_interval"][-1]
    assert answer["notes"] == ["the calibration error of 40 images is too high by chance: measure 100 or more"]
    assert answer["fit_samples"] is None
    assert answer["per_image"]["confidence"]["shape"] == [2, 40]
    assert values(answer["bin_count"]).sum(1).tolist() == [40, 40]


def test_the_answer_of_probes(data: it.Dataset, model: it.PreActivationResNet) -> None:
    probes = it.measure("probes", model, data, limit=40, fit_limit=30, target="network")
    answer = it.measure("exits", model, data, limit=40, fit_limit=30, exit="network-probe")
    assert answer["accuracy"] == probes["accuracy"]
    assert answer["divergence"] == pytest.approx(probes["divergence"])
    assert [1 - each for each in answer["disagreement"]] == pytest.approx(probes["agreement"])
    assert answer["fit_samples"] == 30


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_of_equally_likely_classes_the_first_is_the_answer(dtype: torch.dtype) -> None:
    """Whichever tie: of all classes, of some, of one exit and not of the other, of few classes, and of a thousand."""
    for classes in (5, 1000):
        logits = torch.zeros(2, 3, classes, dtype=dtype)
        logits[0, 1, [1, 3]] = 2.0
        logits[0, 2, 2:] = 0.25
        logits[1, :, [-2, -1]] = 7.5
        found = exit_answers(logits, torch.zeros(3, classes, dtype=dtype), torch.zeros(3, dtype=torch.long))
        assert found.prediction.tolist() == [[0, 1, 2], [classes - 2] * 3]
        assert found.confidence[0, 0] == pytest.approx(1 / classes)
        assert agreement(found.prediction).tolist() == [[1, 0], [0, 1]]


def test_logits_that_are_not_finite_predict_no_class(data: it.Dataset) -> None:
    """A bias of NaN: no image has an answer, so nothing is right, agrees or has a rank."""
    broken = it.build("resnet14", stem_width=4, widths=(4, 4, 4), seed=0).eval()
    with torch.no_grad():
        [module for module in broken.modules() if isinstance(module, nn.Linear)][-1].bias[3] = torch.nan
    exits = it.measure("exits", broken, data, limit=40)
    assert exits["output"]["accuracy"] == 0
    assert exits["agreement"] == [[0, 0], [0, 0]]
    assert exits["disagreement"] == [1, 1]
    depth = it.measure("prediction-depth", broken, data, limit=40, fit_limit=40, k=5)
    assert sum(each["correct"] for each in depth["histogram"]) == 0
    assert depth["undecided"] == 40
    overthinking = it.measure("overthinking", broken, data, limit=40, fit_limit=40)
    assert overthinking["output_accuracy"] == 0
    assert overthinking["confusion_auroc"]["value"] is None
    separation = it.measure("separation", broken, data, limit=120)
    assert separation["nearest_mean_agreement"] == [0] * 7
