"""Linear readers of the hidden states: after which block could one tell the class, or the network's own answer?

A probe is a classifier that is fitted on the frozen features of one position (after Alain and Bengio 2016, arXiv:1610.01644; formula not
checked in the paper). Its target is the class, or the network's own distribution: the loss is then KL(final ‖ probe) and a constant, as
in the authors' code of the tuned lens (Belrose et al. 2023, arXiv:2303.08112). Features, standardisation, penalty and solver are our own:

    logistic  mean cross-entropy + ½λ‖W‖², no penalty on the bias; L-BFGS from 0 in float64, at most `STEPS` steps
    ridge     W = (XᵀX + nλI)⁻¹ Xᵀ(Y − Ȳ), scores XW + Ȳ; λ given, or the one of `RIDGE_GRID` with the lowest leave-one-out error

X (n, p) are features, standardised by the mean and standard deviation of the n fit images; Y (n, K) one row of the target for each.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import torch
from torch import Tensor, nn

from iterscope.arguments import finite_number, shown
from iterscope.chunks import DEFAULT_MEMORY_BUDGET, Chunks, Progress
from iterscope.errors import ConfigurationError
from iterscope.features import FeatureBank, FeatureKind, feature_bank, fit_features, position_stages
from iterscope.inputs import Images, Labels, as_chain
from iterscope.numerics import Outcomes, outcomes, predicted
from iterscope.parallel_chunks import map_chunks
from iterscope.results import Along, Record

ProbeTarget = Literal["labels", "network"]
ProbeKind = Literal["logistic", "ridge"]
PENALTY = 1e-2
"""λ of logistic probes."""
RIDGE_GRID = tuple(10.0**power for power in range(-4, 2))
"""The values of λ that ridge probes choose from."""
STEPS = 50
"""The most steps of L-BFGS."""
RANK = 1e-13
"""Eigenvalues of XᵀX below this share of the largest are rounding."""
CONSTANT = 1e-6
"""A feature is constant if its standard deviation over the fit images is below this share of the largest one's."""


@dataclass(frozen=True)
class LinearProbe:
    """A fitted reader of one position."""

    kind: ProbeKind
    penalty: float
    """λ."""
    columns: Tensor
    """(q,) int64: the features that are not constant over the fit images."""
    mean: Tensor
    """(q,) float64 over the fit images, as the next."""
    std: Tensor
    weight: Tensor
    """(q, K) float64, for standardised features."""
    bias: Tensor
    """(K,) float64; −∞ for classes that no fit image has."""

    @property
    def nbytes(self) -> int:
        """Memory that it takes."""
        return self.weight.nbytes

    def scores(self, features: Tensor) -> Tensor:
        """(N, p) features → (N, K) float64: logits of logistic probes, estimated targets of ridge probes."""
        return _standardised(features, self.columns, self.mean, self.std) @ self.weight + self.bias


def _standardised(features: Tensor, columns: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    wide = features.double()
    chosen = wide if len(columns) == wide.shape[1] else wide[:, columns]
    return (chosen - mean) / std


def fit_probe(
    features: Tensor, target: Tensor, kind: ProbeKind = "logistic", penalty: float | None = None
) -> LinearProbe:
    """Fit a probe to features (n, p) and targets (n, K), one distribution over the classes for each image.

    Args:
        kind: see the module's description.
        penalty: λ; None: `PENALTY` for logistic probes, and for ridge probes the best of `RIDGE_GRID`.

    Raises:
        ConfigurationError: the kind or λ can't be used, or all images have the same single class, so that there is nothing to tell apart.
    """
    if kind not in get_args(ProbeKind):
        raise ConfigurationError(f"kind is {shown(kind)}: give one of {', '.join(get_args(ProbeKind))}")
    given = None if penalty is None else finite_number(penalty)
    if penalty is not None and (given is None or given < 0):
        raise ConfigurationError(f"penalty is {shown(penalty)}: give a number of at least 0")
    target = target.double()
    present = target.amax(0) > 0
    if int(present.sum()) < 2:
        raise ConfigurationError(
            "the fit images have one class, or the network gives them all the same one: a probe needs images of at least two classes"
        )
    wide = features.double()
    std, mean = torch.std_mean(wide, 0, correction=0)
    spread = std.where(
        std.isfinite(), 0.0
    )  # a feature that diverges for an image tells nothing, and doesn't hide the others
    columns = torch.nonzero((spread > 0) & (spread >= CONSTANT * spread.max())).flatten()
    mean, std = mean[columns], std[columns]
    x = _standardised(wide, columns, mean, std)
    if kind == "ridge":
        weight, bias, penalty = _ridge(x, target, given)
    else:
        penalty = PENALTY if given is None else given
        weight, bias = _logistic(x, target[:, present], penalty)
        weight, bias = _among(weight, present, 0.0), _among(bias, present, -math.inf)
    if kind == "ridge":
        bias = bias.where(present, -math.inf)
    return LinearProbe(kind, penalty, columns, mean, std, weight, bias)


def _among(values: Tensor, present: Tensor, other: float) -> Tensor:
    """(…, those present) → (…, K), with another value for the other classes."""
    found = values.new_full((*values.shape[:-1], len(present)), other)
    found[..., present] = values
    return found


def _ridge(x: Tensor, target: Tensor, penalty: float | None) -> tuple[Tensor, Tensor, float]:
    """Weights (q, K), bias (K,) and λ, from one eigendecomposition that serves all λ."""
    middle, n = target.mean(0), len(x)
    centred = target - middle
    vectors, along, spectrum = _spectrum(x)
    if penalty is None:
        errors = [leave_one_out(along, spectrum, centred, n * each).square().sum().item() for each in RIDGE_GRID]
        defined = [math.inf if math.isnan(error) else error for error in errors]
        penalty = RIDGE_GRID[defined.index(min(defined))]
    return vectors @ ((along.T @ centred) / (spectrum + n * penalty)[:, None]), middle, penalty


def _spectrum(x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """V (q, r), XV (n, r) and the eigenvalues (r,) of XᵀX above rounding, from XᵀX or XXᵀ, whichever is smaller."""
    wide = x.shape[1] > len(x)
    spectrum, vectors = torch.linalg.eigh(x @ x.T if wide else x.T @ x)
    kept = spectrum > RANK * spectrum.amax() if len(spectrum) else spectrum > 0
    spectrum, vectors = spectrum[kept], vectors[:, kept]
    if not wide:
        return vectors, x @ vectors, spectrum
    lengths = spectrum.sqrt()
    return (x.T @ vectors) / lengths, vectors * lengths, spectrum


def leave_one_out(along: Tensor, spectrum: Tensor, centred: Tensor, penalty: float) -> Tensor:
    """(n, K) errors at each image of the ridge regression without it: residual_i/(1 − H_ii), H = X(XᵀX + nλI)⁻¹Xᵀ + 1/n.

    Args:
        along: XV, (n, r).
        spectrum: the eigenvalues of XᵀX, (r,).
        centred: Y − Ȳ, (n, K).
        penalty: nλ, which stays when an image is left out.
    """
    shrunk = along / (spectrum + penalty)
    residual = centred - shrunk @ (along.T @ centred)
    leverage = (shrunk * along).sum(1) + 1 / len(along)
    return residual / (1 - leverage)[:, None]


def _logistic(x: Tensor, target: Tensor, penalty: float) -> tuple[Tensor, Tensor]:
    """Weights (q, K) and bias (K,) with the lowest mean cross-entropy + ½λ‖W‖²."""
    ones = torch.cat([x, x.new_ones(len(x), 1)], 1)
    both = x.new_zeros(x.shape[1] + 1, target.shape[1])  # the last row is the bias
    shrink = torch.full_like(both, penalty)
    shrink[-1] = 0
    total = target.sum(1, keepdim=True)
    search = torch.optim.LBFGS(
        [both], max_iter=STEPS, tolerance_grad=1e-8, tolerance_change=1e-12, history_size=20, line_search_fn="strong_wolfe"
    )  # fmt: skip

    def loss() -> Tensor:
        log_p = (ones @ both).log_softmax(1)
        both.grad = ones.T @ (log_p.exp() * total - target) / len(x) + shrink * both
        return -(target * log_p).sum() / len(x) + (shrink * both**2).sum() / 2

    search.step(loss)  # type: ignore[no-untyped-call]
    return both[:-1], both[-1]


def probe_targets(bank: FeatureBank, target: ProbeTarget, labels: Tensor | None = None) -> Tensor:
    """(n, K) float64: what probes of these fit images are to say, the classes or the network's distribution."""
    if target not in get_args(ProbeTarget):
        raise ConfigurationError(f"target is {shown(target)}: give one of {', '.join(get_args(ProbeTarget))}")
    if target == "network":
        return bank.logits.double().softmax(1)
    found = bank.labels if labels is None else labels
    assert found is not None
    return nn.functional.one_hot(found, bank.logits.shape[1]).double()


def fit_probes(
    bank: FeatureBank,
    target: ProbeTarget = "labels",
    kind: ProbeKind = "logistic",
    penalty: float | None = None,
    *,
    progress: Progress | None = None,
) -> list[LinearProbe]:
    """One probe for each position of the fit images' features; see `fit_probe`. With the target `labels`, the bank needs labels."""
    goal, report, count = probe_targets(bank, target), progress or (lambda _: None), len(bank.features)

    def work(start: int, stop: int, on_step: Progress) -> list[LinearProbe]:
        with torch.no_grad():
            found = [fit_probe(features, goal, kind, penalty) for features in bank.features[start:stop]]
        on_step(1.0)
        return found

    # Each thread takes whole positions: torch's own threads would wait for each other at every small product.
    positions = Chunks(tuple((at, at + 1) for at in range(count)), min(torch.get_num_threads(), count))
    return [probe for each in map_chunks(positions, work, lambda done: report(done / count)) for probe in each]


def read_probes(probes: Sequence[LinearProbe], bank: FeatureBank) -> Tensor:
    """(L + 1, N, K) float64: the scores of each position's probe for the images of a bank."""
    return torch.stack([probe.scores(features) for probe, features in zip(probes, bank.features, strict=True)])


def divergence(logits: Tensor, output: Tensor) -> Tensor:
    """KL(output ‖ logits) in nats of each image, from logits (…, N, K) and (N, K); infinite where a class of the output can't occur."""
    log_p, log_q = output.double().log_softmax(-1), logits.double().log_softmax(-1)
    p = log_p.exp()
    found = torch.where(p > 0, p * (log_p - log_q), 0.0).sum(-1)
    # Rounding leaves equal distributions a hair below 0.
    return found.clamp_min(0)


@dataclass(frozen=True, repr=False)
class LinearProbes(Record):
    """Probes of L + 1 positions, and what they say about N images."""

    probe_kind: ProbeKind
    target: ProbeTarget
    probes: list[LinearProbe]
    stages: list[int]
    """(L + 1)."""
    scores: Tensor
    """(L + 1, N, K) float64."""
    outcomes: Outcomes
    """(L + 1, N); of ridge probes, whose scores are no logits, only `prediction` is defined."""
    divergence: Tensor
    """(L + 1, N) KL(network ‖ probe) in nats; NaN for ridge probes."""
    output: Outcomes
    """(1, N) the network's own."""

    def _along(self) -> Along:
        positions = {"position": tuple(range(len(self.stages))), "stage": tuple(self.stages)}
        return {"position": {**positions, "outcomes": self.outcomes, "divergence": self.divergence}}


def probe_outcomes(scores: Tensor, kind: ProbeKind, labels: Tensor) -> Outcomes:
    """(P, N) outcomes from scores (P, N, K); for ridge probes, everything but the predictions is NaN."""
    if kind == "logistic":
        found = outcomes(scores, labels)
        # A class that no fit image has makes a logit −∞, which is no divergence.
        return Outcomes(found.loss, found.entropy, found.margin, predicted(scores, impossible=True), labels)
    undefined = torch.full(scores.shape[:2], math.nan, dtype=torch.float64)
    return Outcomes(undefined, undefined, undefined, predicted(scores, impossible=True), labels)


def probe_divergence(scores: Tensor, kind: ProbeKind, output: Tensor) -> Tensor:
    """(P, N) KL(network ‖ probe) in nats from scores (P, N, K) and the network's logits (N, K); NaN for ridge probes."""
    if kind == "ridge":
        return torch.full(scores.shape[:2], math.nan, dtype=torch.float64)
    return divergence(scores, output)


def linear_probes(
    chain: nn.Module,
    images: Images,
    labels: Labels,
    fit_images: Images,
    fit_labels: Labels,
    *,
    target: ProbeTarget = "labels",
    kind: ProbeKind = "logistic",
    penalty: float | None = None,
    features: FeatureKind = "auto",
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> LinearProbes:
    """Fit a linear probe at every position r_0 … r_L on the fit images, and apply it to the images.

    Args:
        chain, images, labels: as for `evaluate_plans`; the fit images and their labels likewise.
        target: `labels`, or `network` for the network's own distribution.
        kind: `logistic`, or `ridge`, which is faster and gives no probabilities.
        penalty: λ; None: 0.01 for logistic probes, and chosen by the leave-one-out error for ridge probes.
        features: see `fit_features`.

    Raises:
        ConfigurationError: an option can't be used, or the fit images have only one class. Others as for `run_plans`.
    """
    chain, report = as_chain(chain), progress or (lambda _: None)

    def part(start: float, stop: float) -> Progress:
        return lambda share: report(start + share * (stop - start))

    mapping = fit_features(chain, fit_images, features, memory_budget=memory_budget, progress=part(0.0, 0.3))
    fit = feature_bank(chain, fit_images, mapping, fit_labels, memory_budget=memory_budget, progress=part(0.3, 0.6))
    probes = fit_probes(fit, target, kind, penalty, progress=part(0.6, 0.8))
    bank = feature_bank(chain, images, mapping, labels, memory_budget=memory_budget, progress=part(0.8, 1.0))
    if bank.labels is None:
        raise ConfigurationError("labels is missing: images has no labels of its own, so give the class of each image")
    scores = read_probes(probes, bank)
    return LinearProbes(
        kind,
        target,
        probes,
        position_stages(chain),
        scores,
        probe_outcomes(scores, kind, bank.labels),
        probe_divergence(scores, kind, bank.logits),
        outcomes(bank.logits.unsqueeze(0), bank.labels),
    )
