"""What `samples` and `sample` say of an image's depth: as `prediction-depth` and `overthinking` with all exits, by their defaults."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

import iterscope as it
from iterscope.measurements.feature_bank import FeatureRequest, Features
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Chunk
from iterscope.numerics import predicted
from iterscope.probes.linear_probes import read_probes
from iterscope.probes.overthinking import confusion
from iterscope.probes.prediction_depth import NEIGHBOURS, neighbour_classes, settled


@dataclass(frozen=True)
class Depths:
    """Of N images, in a network of L blocks."""

    depth: Tensor
    """(N,) int64, 0 to L + 2."""
    scores: Tensor
    """(L + 1, N, K) float64: the logits of the class probe on each hidden state."""
    confusion: Tensor
    """(N,) Σ ‖p − p_out‖₁ over the probes."""

    @property
    def prediction(self) -> Tensor:
        """(L + 1, N) the classes that the probes give."""
        return predicted(self.scores, impossible=True)

    @property
    def nbytes(self) -> int:
        return self.scores.nbytes


def features_of(network: MeasuredNetwork, seed: int) -> Features:
    """What is fitted to training images, shared with the measurements that have these options."""
    return Features(network, FeatureRequest.model_construct(seed=seed))


def depths(features: Features, some: Chunk, bank: it.FeatureBank) -> Depths:
    """Of a chunk of images with these features."""
    probes = features.probes(some, "labels")
    classes = neighbour_classes(bank, features.fit(some.part).bank, NEIGHBOURS, features.own_places(some))
    scores = read_probes(probes, bank)
    return Depths(settled(classes, predicted(bank.logits)), scores, confusion(scores, bank.logits))


def spoiled_by(right: Tensor, output: Tensor) -> Tensor:
    """(N,) int64: the block after which the probe is wrong for good, of images that some probe gets right (L + 1, N) and the network
    wrong (N,); L if the last probe is right, too; −1 for all other images."""
    last = len(right) - 1 - right.flip(0).long().argmax(0)
    return torch.where(right.any(0) & ~output, last, -1)
