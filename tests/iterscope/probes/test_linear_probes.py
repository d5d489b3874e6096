"""Linear probes against their theory, and against naive solutions of the same problems, in float64."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn import functional

import iterscope as it
from iterscope.measurements.values import read_per_image
from iterscope.probes.linear_probes import PENALTY, RIDGE_GRID, _spectrum, divergence, leave_one_out
from tests.iterscope.probes.small_networks import CLASSES, KINDS, network, some_images, some_labels, states

FIT, FIT_LABELS = some_images(24, seed=3), some_labels(24)
IMAGES, LABELS = some_images(6), some_labels(6, seed=4)


def gaussian(count: int, features: int, seed: int = 0) -> Tensor:
    return torch.randn(count, features, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def one_hot(labels: Tensor, classes: int = CLASSES) -> Tensor:
    return functional.one_hot(labels, classes).double()


def standardised(x: Tensor, fit: Tensor) -> Tensor:
    """Without constant columns."""
    std, mean = torch.std_mean(fit, 0, correction=0)
    kept = std > 1e-6 * std.max()
    return ((x - mean) / std)[:, kept]


def with_ones(x: Tensor) -> Tensor:
    return torch.cat([x, torch.ones(len(x), 1, dtype=x.dtype)], 1)


def ridge(x: Tensor, y: Tensor, penalty: float) -> Tensor:
    """(q + 1, K) weights and bias by the normal equations, no penalty on the bias."""
    wide = with_ones(x)
    shrink = torch.diag(torch.cat([torch.full((x.shape[1],), penalty, dtype=x.dtype), x.new_zeros(1)]))
    return torch.linalg.solve(wide.T @ wide + shrink, wide.T @ y)


def pooled(fit: Tensor) -> Tensor:
    return fit.flatten(2).mean(2) if fit.dim() == 4 else fit.mean(1)


@pytest.mark.parametrize("kind", KINDS)
def test_probes_of_networks_solve_the_naive_problems(kind: str) -> None:
    """Ridge: the normal equations. Logistic: the gradient of the penalised loss vanishes."""
    chain, post = network(kind), kind in ("post-activation", "resnet18")
    options: dict[str, Any] = {"features": "gap" if post or kind == "vit" else "flat"}
    found = it.linear_probes(chain, IMAGES, LABELS, FIT, FIT_LABELS, kind="ridge", penalty=0.1, **options)
    for position, (state, fit) in enumerate(zip(states(chain, IMAGES), states(chain, FIT), strict=True)):
        read = [each.flatten(1) if options["features"] == "flat" else pooled(each) for each in (state, fit)]
        x, fitted = (standardised(each, read[1]) for each in read)
        expected = with_ones(x) @ ridge(fitted, one_hot(FIT_LABELS), 0.1 * len(FIT))
        assert torch.allclose(found.scores[position], expected, rtol=1e-8, atol=1e-8)
    with torch.no_grad():
        goals = (one_hot(FIT_LABELS), chain(FIT).softmax(1))
    last = pooled(states(chain, FIT)[-1])
    x = standardised(last, last)
    for goal in goals:
        probe = it.fit_probe(last, goal)
        weight, bias = probe.weight.clone().requires_grad_(), probe.bias.clone().requires_grad_()
        loss = functional.cross_entropy(x @ weight + bias, goal) + PENALTY / 2 * weight.square().sum()
        assert all(gradient.abs().max() < 1e-4 for gradient in torch.autograd.grad(loss, (weight, bias)))


def test_what_a_probe_says_is_compared_with_the_class_and_with_the_network() -> None:
    chain = network("post-activation")
    for target in ("labels", "network"):
        found = it.linear_probes(chain, IMAGES, LABELS, FIT, FIT_LABELS, target=target)
        with torch.no_grad():
            log_p = chain(IMAGES).log_softmax(1)
        for row, scores in enumerate(found.scores):
            expected = functional.kl_div(scores.log_softmax(1), log_p, log_target=True, reduction="none").sum(1)
            assert torch.allclose(found.divergence[row], expected, atol=1e-12)
            losses = functional.cross_entropy(scores, LABELS, reduction="none")
            assert torch.allclose(found.outcomes.loss[row], losses, atol=1e-12)


def test_without_a_penalty_ridge_is_least_squares() -> None:
    x, y = gaussian(30, 7), one_hot(some_labels(30))
    probe = it.fit_probe(x, y, "ridge", 0.0)
    expected = torch.linalg.lstsq(with_ones(x), y).solution
    assert torch.allclose(probe.scores(gaussian(5, 7, 1)), with_ones(gaussian(5, 7, 1)) @ expected, atol=1e-10)


@pytest.mark.parametrize("features", [7, 40])
def test_leaving_one_out_equals_as_many_refits(features: int) -> None:
    """With the intercept refitted, the same standardisation, and the penalty nλ kept."""
    x, y, penalty = standardised(gaussian(20, features), gaussian(20, features)), one_hot(some_labels(20)), 20 * 0.03
    _, along, spectrum = _spectrum(x)
    found = leave_one_out(along, spectrum, y - y.mean(0), penalty)
    for at in range(20):
        others = torch.arange(20) != at
        expected = y[at] - with_ones(x[at : at + 1])[0] @ ridge(x[others], y[others], penalty)
        assert torch.allclose(found[at], expected, rtol=0, atol=1e-10)


def test_ridge_chooses_the_penalty_with_the_lowest_error_without_one_image() -> None:
    noise, y = gaussian(40, 30), one_hot(some_labels(40), CLASSES)
    assert it.fit_probe(noise, y, "ridge").penalty == RIDGE_GRID[-1]
    assert it.fit_probe(y @ gaussian(CLASSES, 30, 1), y, "ridge").penalty == RIDGE_GRID[0]


@pytest.mark.parametrize("kind", ["logistic", "ridge"])
def test_the_scale_of_features_changes_no_prediction(kind: Any) -> None:
    x, y, new = gaussian(40, 6), one_hot(some_labels(40)), gaussian(50, 6, 1)
    scale, shift = torch.tensor([1e3, 1, 1e-2, 2, 50, 7], dtype=torch.float64), gaussian(1, 6, 2)
    plain, changed = it.fit_probe(x, y, kind), it.fit_probe(x * scale + shift, y, kind)
    assert torch.allclose(plain.scores(new), changed.scores(new * scale + shift), rtol=1e-6, atol=1e-8)


def test_permuted_labels_tell_nothing() -> None:
    """The accuracy is within a binomial interval (4 standard errors) of the majority's share, one half."""
    labels = torch.arange(1000) % 2
    x = gaussian(1000, 5) + 3 * labels[:, None]
    permuted = labels[torch.randperm(1000, generator=torch.Generator().manual_seed(0))]
    for kind in ("logistic", "ridge"):
        right = it.fit_probe(x, one_hot(labels, 2), kind).scores(x).argmax(1) == labels
        assert right.double().mean() > 0.95
        fooled = it.fit_probe(x[:500], one_hot(permuted[:500], 2), kind).scores(x[500:]).argmax(1) == permuted[500:]
        assert abs(fooled.double().mean() - 0.5) < 4 * math.sqrt(0.25 / 500)


def test_a_probe_of_the_last_state_becomes_a_linear_head() -> None:
    """The head is linear after the mean over pixels, so without a penalty the probe of the network's answer is the head."""
    found = it.linear_probes(
        network("post-activation", 14), IMAGES, LABELS, FIT, FIT_LABELS, target="network", penalty=1e-7, features="gap"
    )
    assert found.divergence[-1].max() < 1e-3
    assert found.divergence[0].min() > 5e-3
    assert torch.equal(found.outcomes.prediction[-1], found.output.prediction[0])


def test_a_class_without_fit_images_is_never_told() -> None:
    x, labels = gaussian(30, 4), torch.arange(30) % 2 + 1
    for kind in ("logistic", "ridge"):
        scores = it.fit_probe(x, one_hot(labels, 4), kind).scores(x)
        assert (scores[:, [0, 3]] == -math.inf).all()
        assert scores[:, 1:3].isfinite().all()
    assert divergence(scores, torch.zeros(30, 4)).isinf().all()
    with pytest.raises(it.ConfigurationError, match="the fit images have one class"):
        it.fit_probe(x, one_hot(torch.ones(30, dtype=torch.long), 4))


def test_constant_features_are_left_out() -> None:
    x, y = gaussian(30, 4), one_hot(some_labels(30))
    more = torch.cat([x[:, :2], torch.full((30, 1), 5.0), 1e-9 * gaussian(30, 1, 1), x[:, 2:]], 1)
    probe = it.fit_probe(more, y)
    assert probe.columns.tolist() == [0, 1, 4, 5]
    assert torch.equal(probe.scores(more), it.fit_probe(x, y).scores(x))
    alone = it.fit_probe(torch.ones(30, 3), y)  # nothing but the classes' shares
    assert torch.allclose(alone.scores(torch.ones(1, 3)).softmax(1)[0], y.mean(0), atol=1e-4)


@pytest.mark.parametrize("kind", ["logistic", "ridge"])
def test_a_feature_that_diverges_is_left_out(kind: Any) -> None:
    x, y = gaussian(40, 4), one_hot(some_labels(40))
    broken = torch.cat([gaussian(40, 1, 1), x], 1)
    broken[3, 0] = torch.inf
    found = it.fit_probe(broken, y, kind)
    assert found.columns.tolist() == [1, 2, 3, 4]
    assert torch.equal(found.scores(broken), it.fit_probe(x, y, kind).scores(x))


def test_ridge_gives_no_probabilities() -> None:
    found = it.linear_probes(network("vit"), IMAGES, LABELS, FIT, FIT_LABELS, kind="ridge")
    assert found.outcomes.loss.isnan().all()
    assert found.divergence.isnan().all()
    assert torch.equal(found.outcomes.prediction, found.scores.argmax(-1))


@pytest.mark.parametrize(
    ("options", "message"), [({"kind": "svm"}, "kind is 'svm'"), ({"penalty": -1.0}, "penalty is -1"), ({"target": "x"}, "target is 'x'")]
)  # fmt: skip
def test_a_wrong_option_is_named(options: dict[str, Any], message: str) -> None:
    with pytest.raises(it.ConfigurationError, match=message):
        it.linear_probes(network("vit"), IMAGES, LABELS, FIT, FIT_LABELS, **options)


def test_a_probe_may_have_more_features_than_images() -> None:
    x, y = gaussian(15, 60), one_hot(some_labels(15))
    probe = it.fit_probe(x, y, "ridge", 0.01)
    expected = with_ones(standardised(x, x)) @ ridge(standardised(x, x), y, 0.15)
    assert torch.allclose(probe.scores(x), expected, atol=1e-9)


def test_the_answer_of_the_measurement() -> None:
    data = it.load_dataset("digits")
    model = it.build("resnet14", stem_width=4, widths=(4, 4, 4), seed=0).eval()
    answer = it.measure("probes", model, data, split="train", limit=40, fit_limit=15, per_image=True)
    assert answer["positions"][2:4] == [
        {"index": 2, "stage": 0, "is_projection": False},
        {"index": 3, "stage": 1, "is_projection": True},
    ]
    assert answer["fit_samples"] == 15
    assert answer["notes"][0] == "15 fit images are few for 10 classes"
    assert answer["notes"][-1].endswith("of the measured images are among the fit images")
    assert answer["per_image"]["probability"]["shape"] == [7, 40]
    low, high = answer["trend"]["interval"]
    assert -1 <= low <= answer["trend"]["value"] <= high <= 1
    last = answer["accuracy"][-1] - answer["output"]["accuracy"]
    assert answer["last_gain"]["value"] == pytest.approx(last)
    assert it.measure("probes", model, data, limit=10, fit_limit=15, **{"lambda": 0.5})["penalties"] == [0.5] * 7


def test_fitting_needs_two_classes_and_training_images() -> None:
    data = it.load_dataset("digits")
    model = it.build("single-representation", blocks=(1,), widths=(2,), stem_width=2, seed=0).eval()
    for chosen, error, message in (
        (data.train.select(torch.nonzero(data.train.labels == 3).flatten()), it.ConfigurationError, "have one class"),
        (data.train.select(torch.arange(0)), it.DatasetError, "digits has no training images"),
    ):
        with pytest.raises(error, match=message):
            it.measure("probes", model, replace(data, train=chosen), limit=10)


def test_chunks_and_progress() -> None:
    seen: list[float] = []
    whole = it.linear_probes(network("pre-activation", 14), IMAGES, LABELS, FIT, FIT_LABELS, progress=seen.append)
    small_budget = it.linear_probes(
        network("pre-activation", 14), IMAGES, LABELS, FIT, FIT_LABELS, memory_budget=1 << 18
    )
    assert torch.allclose(whole.scores, small_budget.scores, atol=1e-6)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert repr(whole) == "<Linear probes: 7 positions × 6 images of outcomes, divergence>"


def test_classes_without_fit_images_are_named() -> None:
    data = it.load_dataset("digits")
    model = it.build("resnet14", stem_width=4, widths=(4, 4, 4), seed=0).eval()
    some = data.train.select(torch.nonzero((data.train.labels != 3) & (data.train.labels != 7)).flatten())
    answer = it.measure("probes", model, replace(data, train=some), limit=200, fit_limit=100, per_image=True)
    assert answer["notes"] == ["no fit image is of the classes 3, 7"]
    assert {3, 7}.isdisjoint(read_per_image(answer["per_image"]["prediction"]).flatten().tolist())
    assert it.measure("probes", model, data, limit=200, fit_limit=100)["notes"] == []


@pytest.mark.parametrize(("fit_limit", "flagged"), [(31, True), (32, True), (33, False)])
def test_no_more_fit_images_than_features_are_flagged(fit_limit: int, flagged: bool) -> None:
    """Halves of 16 channels are 32 features."""
    model = it.build("resnet8", stem_width=4, widths=(4, 8, 16), seed=0).eval()
    answer = it.measure("probes", model, it.load_dataset("digits"), limit=20, fit_limit=fit_limit, kind="ridge")
    note = f"{fit_limit} fit images are no more than the 32 features of a position"
    assert answer["notes"] == [note] * flagged
