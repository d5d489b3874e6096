"""Prediction depth: after how many blocks is an image's answer settled for good?

After Baldock, Maennel and Neyshabur 2021 (arXiv:2106.09647), as others describe it: the position from which on the k nearest neighbours
give the network's answer, k = 30. Positions are r_0 … r_L, and L + 1 is the vector of class probabilities. Distances are Euclidean, each
of the k votes counts the same, and of tied classes the one with the nearest neighbour wins. Features are our own choice (the source takes
whole states: `flat`).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from iterscope.chunks import DEFAULT_MEMORY_BUDGET, Progress
from iterscope.errors import ConfigurationError
from iterscope.features import FeatureBank, FeatureKind, feature_bank, fit_features
from iterscope.inputs import Images, Labels, as_chain
from iterscope.numerics import Outcomes, outcomes
from iterscope.results import Along, Record

NEIGHBOURS = 30
"""k, as in the source."""
QUERIES = 500
"""Images whose distances are computed together."""


def check_neighbours(labels: Tensor, k: int) -> None:
    """Raises ConfigurationError unless the fit images, of these classes (M,), can vote."""
    if k < 1:
        raise ConfigurationError(f"k is {k}: at least one neighbour has to vote")
    if len(labels) <= k:
        raise ConfigurationError(
            f"k is {k} for {len(labels)} fit images: {k} neighbours need at least {k + 1} fit images"
        )
    if int(labels.min()) == int(labels.max()):
        raise ConfigurationError("the fit images have one class: neighbours need fit images of at least two classes")


def nearest(features: Tensor, fit: Tensor, k: int, own: Tensor | None = None) -> Tensor:
    """(N, k) int64: the k fit images (M, p) nearest to each image (N, p), the nearest first.

    Args:
        own: (N,) int64, each image's own place among the fit images, where it isn't counted; −1 for images that are not among them.
    """
    middle = fit.double().mean(0)
    wide = fit.double() - middle
    lengths = wide.square().sum(1)
    found = []
    for start in range(0, len(features), QUERIES):
        some = features[start : start + QUERIES].double() - middle
        squares = lengths - 2 * (some @ wide.T)  # and the image's own length, which changes no order
        if own is not None:
            here = own[start : start + QUERIES]
            among = torch.nonzero(here >= 0).flatten()
            squares[among, here[among]] = torch.inf
        found.append(squares.topk(k, largest=False).indices)
    return torch.cat(found)


def voted(labels: Tensor, classes: int) -> Tensor:
    """(N,) the most frequent of the classes (N, k) of each image's neighbours, the nearest first; of tied ones, that of the nearest."""
    votes = labels.new_zeros(len(labels), classes).scatter_add_(1, labels, torch.ones_like(labels))
    first = votes.gather(1, labels).argmax(1, keepdim=True)
    return labels.gather(1, first).squeeze(1)


def neighbour_classes(
    bank: FeatureBank,
    fit: FeatureBank,
    k: int = NEIGHBOURS,
    own: Tensor | None = None,
    *,
    progress: Progress | None = None,
) -> Tensor:
    """(L + 2, N) int64: the class that the k nearest fit images give at each position, the last one being the class probabilities."""
    assert fit.labels is not None
    check_neighbours(fit.labels, k)
    report, classes = progress or (lambda _: None), max(int(fit.labels.max()) + 1, bank.logits.shape[1])
    pairs = [*zip(bank.features, fit.features, strict=True), (_probabilities(bank), _probabilities(fit))]
    found = []
    for at, (features, others) in enumerate(pairs, 1):
        found.append(voted(fit.labels[nearest(features, others, k, own)], classes))
        report(at / len(pairs))
    return torch.stack(found)


def _probabilities(bank: FeatureBank) -> Tensor:
    return bank.logits.double().softmax(1)


def settled(classes: Tensor, answer: Tensor) -> Tensor:
    """(N,) int64: the first position from which on all classes (P, N) are the answer (N,); P where the last one isn't."""
    same = (classes == answer).long()
    return len(classes) - same.flip(0).cumprod(0).sum(0)


@dataclass(frozen=True, repr=False)
class PredictionDepth(Record):
    """At which position the answers for N images are settled, in a network of L blocks."""

    k: int
    depth: Tensor
    """(N,) int64, 0 to L + 2: L + 1 if only the neighbours by class probabilities give the network's answer, L + 2 if not even they."""
    neighbours: Outcomes
    """(L + 2, N) what the neighbours say; only `prediction` is defined."""
    output: Outcomes
    """(1, N) the network's own."""

    def _along(self) -> Along:
        return {"position": {"position": tuple(range(len(self.neighbours.loss))), "neighbours": self.neighbours}}


def prediction_depth(
    chain: nn.Module,
    images: Images,
    labels: Labels,
    fit_images: Images,
    fit_labels: Labels,
    k: int = NEIGHBOURS,
    *,
    features: FeatureKind = "auto",
    own: Tensor | None = None,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> PredictionDepth:
    """The position from which on an image's neighbours among the fit images give the network's answer.

    Args:
        chain, images, labels: as for `evaluate_plans`; the fit images and their labels likewise.
        k: the number of neighbours.
        features: see `fit_features`.
        own: (N,) int64, each image's own place among the fit images, so that it isn't its own neighbour; −1 elsewhere.

    Raises:
        ConfigurationError: there are not more than k fit images, or all have one class. Others as for `run_plans`.
    """
    chain, report = as_chain(chain), progress or (lambda _: None)

    def part(start: float, stop: float) -> Progress:
        return lambda share: report(start + share * (stop - start))

    mapping = fit_features(chain, fit_images, features, memory_budget=memory_budget, progress=part(0.0, 0.3))
    fit = feature_bank(chain, fit_images, mapping, fit_labels, memory_budget=memory_budget, progress=part(0.3, 0.6))
    bank = feature_bank(chain, images, mapping, labels, memory_budget=memory_budget, progress=part(0.6, 0.8))
    if fit.labels is None or bank.labels is None:
        raise ConfigurationError("labels is missing: the images have no labels of their own, so give the class of each")
    classes = neighbour_classes(bank, fit, k, own, progress=part(0.8, 1.0))
    undefined = torch.full(classes.shape, torch.nan, dtype=torch.float64)
    output = outcomes(bank.logits.unsqueeze(0), bank.labels)
    return PredictionDepth(
        k,
        settled(classes, output.prediction[0]),
        Outcomes(undefined, undefined, undefined, classes, bank.labels),
        output,
    )
