"""How well the classes are separated at each position, and whether each block separates them by the same factor.

He and Su 2023 (PNAS 120(36) e2221704120, arXiv:2210.17020): with the scatter between and within K classes of n_k of n images,

    SS_b = Σ_k n_k/n (x̄_k − x̄)(x̄_k − x̄)ᵀ        SS_w = 1/n Σ_k Σ_i (x_ki − x̄_k)(x_ki − x̄_k)ᵀ        D = tr(SS_w SS_b⁺)

and the law of equi-separation D_l ≈ ρ^l D_0 (the symbol is from memory). NC1 (Papyan, Han, Donoho 2020, arXiv:2008.08186) is the same with
equally weighted classes, divided by K. The angles between class means, and whether the nearest class mean is the network's answer, are
after Parker et al. 2023 (arXiv:2308.02760). The interval is our own addition.

No d × d matrix is formed: with M = rows √(n_k/n)(x̄_k − x̄) = U S Vᵀ, D = Σ_q v_qᵀ SS_w v_q / s_q², so that d may be large.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from iterscope.chunks import DEFAULT_MEMORY_BUDGET, Progress
from iterscope.errors import DatasetError
from iterscope.features import FeatureKind, feature_bank, fit_features
from iterscope.inputs import Images, Labels
from iterscope.numerics import predicted

RANK_CUT = 1e-6
"""Directions between class means of less than this share of the largest one are left out."""
GROUPS = 20
"""Groups of images that are left out in turn for an interval (the jackknife)."""
MOST_CLASSES = 100
"""With more classes there is no interval: it would take too long."""
_AT_ONCE = 2048
"""Images whose features are converted to float64 together."""


@dataclass(frozen=True)
class ClassSeparation:
    """How well the classes are separated at one position."""

    dimension: int
    """d, the number of features."""
    separation: float
    """D ≥ 0; small where classes are tight and far apart. NaN where all class means coincide."""
    jackknife: Tensor
    """(G,) D without each group of images; empty without an interval."""
    nc1: float
    """tr(Σ_W Σ_B⁺)/K with equally weighted classes."""
    rank: int
    """Directions between class means that were kept, of min(K − 1, d)."""
    angle: float
    """max |cos + 1/(K − 1)| over pairs of class means, 0 for a simplex."""
    nearest: Tensor
    """(N,) int64: the class of the nearest class mean."""


@dataclass(frozen=True)
class Separation:
    """The separation of classes at the L + 1 positions r_0 … r_L, on N images."""

    positions: tuple[ClassSeparation, ...]
    classes: tuple[int, ...]
    """The classes that have at least two images, which are measured."""
    left_out: tuple[int, ...]
    """Classes with a single image."""
    predicted: Tensor
    """(N,) int64: what the network answers for the images of `classes`."""
    kind: str
    """The kind of features: gap, halves or flat."""

    @property
    def values(self) -> Tensor:
        """(L + 1,) float64: D."""
        return torch.tensor([each.separation for each in self.positions], dtype=torch.float64, device="cpu")

    @property
    def jackknife(self) -> Tensor:
        """(L + 1, G) float64: D without each group of images."""
        return torch.stack([each.jackknife for each in self.positions])

    @property
    def agreement(self) -> Tensor:
        """(L + 1, N) bool: whether the class of the nearest class mean is the network's answer."""
        return torch.stack([each.nearest == self.predicted for each in self.positions])


@dataclass(frozen=True)
class Law:
    """The line log D = a + l·log ρ through positions."""

    correlation: float
    """r(l, log D); NaN for fewer than three positions."""
    rate: float
    """ρ, the factor on D from one position to the next."""


def measured_classes(labels: Tensor) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The classes with at least two images, and those with one. Raises DatasetError if fewer than two classes have two images."""
    found, counts = torch.unique(labels.cpu(), return_counts=True)
    kept = tuple(found[counts >= 2].tolist())
    if len(kept) < 2:
        raise DatasetError(
            f"{len(kept)} of the classes have two images or more: the separation of classes needs at least two. Give more images"
        )
    return kept, tuple(found[counts < 2].tolist())


def separation(
    chain: nn.Module,
    images: Images,
    labels: Labels = None,
    features: FeatureKind = "auto",
    *,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> Separation:
    """The separation of classes at each position.

    Args:
        chain, images, labels: as for `evaluate_plans`.
        features: what is read of a hidden state; see `fit_features`. Statistics for halves are those of the same images.
        memory_budget: bytes that activations and features may use.
        progress: called with the share of the work that is done, 0 to 1; may raise `Cancelled`.

    Raises:
        DatasetError: there are no labels, or fewer than two classes have two images. Others as for `feature_bank`.
    """
    report = progress or (lambda _: None)
    shares = (0.0, 0.4) if features in ("auto", "halves") else (0.0, 0.0)
    reading = fit_features(
        chain, images, features, memory_budget=memory_budget, progress=lambda done: report(done * shares[1])
    )
    bank = feature_bank(
        chain,
        images,
        reading,
        labels,
        memory_budget=memory_budget,
        progress=lambda done: report(shares[1] + done * (0.8 - shares[1])),
    )
    if bank.labels is None:
        raise DatasetError("labels is missing: the separation of classes needs the class of each image")
    classes, left_out = measured_classes(bank.labels)
    kept = torch.isin(bank.labels, torch.tensor(classes))
    found = []
    for at, each in enumerate(bank.features):
        found.append(class_separation(each if kept.all() else each[kept], bank.labels[kept]))
        report(0.8 + 0.2 * (at + 1) / len(bank.features))
    return Separation(tuple(found), classes, left_out, predicted(bank.logits[kept]), reading.kind)


def class_separation(features: Tensor, labels: Tensor) -> ClassSeparation:
    """The separation of classes by features (N, d) with labels (N,), each of at least two images; in float64."""
    classes, index = torch.unique(labels, return_inverse=True)
    counts = torch.bincount(index).double()
    groups = GROUPS if len(classes) <= MOST_CLASSES else 0
    member = _turns(index) % max(1, groups)
    sums = _sums(features, member * len(classes) + index, max(1, groups) * len(classes))
    parts = sums.view(max(1, groups), len(classes), -1)
    sizes = torch.bincount(member * len(classes) + index, minlength=len(sums)).view(len(parts), -1).double()
    total = parts.sum(0)
    means = total / counts.unsqueeze(1)
    fit = _Directions.of(means, counts / len(index))
    equal = _Directions.of(means, torch.full_like(counts, 1 / len(classes)))
    without: list[tuple[Tensor, Tensor, _Directions]] = []
    for group in range(groups):
        left = counts - sizes[group]
        middles = (total - parts[group]) / left.unsqueeze(1)
        without.append((middles, left, _Directions.of(middles, left / left.sum())))
    within, flat, nearest = _Within(fit, means), _Within(equal, means), []
    missing = [_Within(directions, middles) for middles, _, directions in without]
    for start in range(0, len(features), _AT_ONCE):
        x, own = features[start : start + _AT_ONCE].double(), index[start : start + _AT_ONCE]
        within.add(x, own)
        flat.add(x, own)
        for group, one in enumerate(missing):
            stays = member[start : start + _AT_ONCE] != group
            one.add(x, own, stays)
        nearest.append(torch.cdist(x, means).argmin(1))
    return ClassSeparation(
        dimension=features.shape[1],
        separation=within.trace(counts),
        jackknife=torch.tensor(
            [one.trace(left) for one, (_, left, _) in zip(missing, without, strict=True)], dtype=torch.float64
        ),
        nc1=flat.trace(counts) / len(classes),
        rank=len(fit.lengths),
        angle=_largest_angle(means),
        nearest=classes[torch.cat(nearest)],
    )


@dataclass(frozen=True)
class _Directions:
    """In which directions the class means differ, and how far."""

    priors: Tensor
    """(K,)"""
    vectors: Tensor
    """(q, d) v_q."""
    lengths: Tensor
    """(q,) s_q, descending."""

    @staticmethod
    def of(means: Tensor, priors: Tensor) -> _Directions:
        between = priors.sqrt().unsqueeze(1) * (means - priors @ means)
        _, lengths, vectors = torch.linalg.svd(between, full_matrices=False)
        largest = float(lengths[0])
        # Class means that coincide differ by rounding.
        known = largest > 1e-12 * float(means.abs().max())
        rank = min(len(means) - 1, means.shape[1], int((lengths > RANK_CUT * largest).sum())) if known else 0
        return _Directions(priors, vectors[:rank], lengths[:rank])


class _Within:
    """Adds up the squares of deviations from class means along some directions."""

    def __init__(self, directions: _Directions, means: Tensor) -> None:
        self.directions = directions
        self.middles = means @ directions.vectors.T
        self.squares = torch.zeros_like(self.middles)

    def add(self, x: Tensor, index: Tensor, stays: Tensor | None = None) -> None:
        """`stays` (B,) bool: the images that count; None: all."""
        squares = (x @ self.directions.vectors.T - self.middles[index]).square()
        self.squares.index_add_(0, index, squares if stays is None else squares * stays.unsqueeze(1))

    def trace(self, counts: Tensor) -> float:
        """tr(SS_w SS_b⁺); NaN without any direction."""
        scatter = self.directions.priors @ (self.squares / counts.unsqueeze(1))
        return float((scatter / self.directions.lengths.square()).sum()) if len(scatter) else math.nan


def _turns(index: Tensor) -> Tensor:
    """(N,) how many images of the same class come before each."""
    turn = torch.empty_like(index)
    for each in range(int(index.max()) + 1):
        members = index == each
        turn[members] = torch.arange(int(members.sum()))
    return turn


def _sums(features: Tensor, index: Tensor, rows: int) -> Tensor:
    """(rows, d) float64 sums of the features (N, d) with each index."""
    sums = torch.zeros(rows, features.shape[1], dtype=torch.float64)
    for start in range(0, len(features), _AT_ONCE):
        sums.index_add_(0, index[start : start + _AT_ONCE], features[start : start + _AT_ONCE].double())
    return sums


def _largest_angle(means: Tensor) -> float:
    """max |cos + 1/(K − 1)| over pairs of class means, seen from their own mean; NaN where one of them is that mean."""
    centred = means - means.mean(0)
    lengths = centred.norm(dim=1)
    if not bool((lengths > 1e-12 * means.abs().max()).all()):
        return math.nan
    cosines = (centred @ centred.T) / (lengths.unsqueeze(1) * lengths)
    pairs = torch.triu_indices(len(means), len(means), 1)
    return float((cosines[pairs[0], pairs[1]] + 1 / (len(means) - 1)).abs().max())


def law(values: Tensor, positions: list[int] | None = None) -> Law:
    """The line through log D (L + 1,) at some positions, by default all; undefined ones (NaN, 0, ∞) are left out."""
    at = torch.arange(len(values)) if positions is None else torch.tensor(positions)
    log = values[at].double().log()
    known = log.isfinite()
    x, y = at[known].double(), log[known]
    if len(x) < 3:
        return Law(math.nan, math.nan)
    x, y = x - x.mean(), y - y.mean()
    both = float(x.norm() * y.norm())
    return Law(float(x @ y) / both if both > 0 else math.nan, math.exp(float(x @ y) / float(x @ x)))
