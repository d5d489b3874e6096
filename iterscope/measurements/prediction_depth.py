"""After how many blocks an image's answer is settled for good."""

from __future__ import annotations

from typing import Any

import torch
from pydantic import BaseModel, Field
from torch import Tensor

import iterscope as it
from iterscope.measurements import values
from iterscope.measurements.definition import Measurement
from iterscope.measurements.feature_bank import FeatureRequest, Features, merge
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Chunk, Parts, Rows
from iterscope.measurements.records import Estimate, Interval, MeanAndStd, Numbers, PerImageResult, Position
from iterscope.measurements.request import example
from iterscope.measurements.tables import axis, coordinate
from iterscope.numerics import predicted
from iterscope.probes.prediction_depth import NEIGHBOURS, neighbour_classes, settled
from iterscope.probes.weighted import weighted_means, weighted_spearman


class PredictionDepthRequest(FeatureRequest):
    """The hidden state from which on an image's nearest training images give the network's answer."""

    model_config = example(k=NEIGHBOURS)

    k: int = Field(default=NEIGHBOURS, ge=1, le=10_000, description="Number of nearest training images that vote.")


class DepthCount(BaseModel):
    depth: int
    correct: int
    wrong: int


class PredictionDepthResult(PerImageResult):
    k: int = Field(description="As requested.")
    positions: list[Position] = coordinate("position", description="The hidden states, r_0 to r_L.")
    accuracy: Numbers = axis("position", description="Share of images whose class the neighbours give.")
    accuracy_interval: list[Interval] = axis("position", description="95 % Wilson interval of the accuracy.")
    agreement: Numbers = axis(
        "position", description="Share of images for which the neighbours give the network's answer."
    )
    settled: Numbers = axis("position", description="Share of images whose answer is settled here, or was before.")
    histogram: list[DepthCount] = axis(
        "depth",
        description="Number of images by depth, right and wrong ones: L + 1 if only the neighbours by class probabilities give the "
        "answer, L + 2 if not even they.",
    )
    undecided: int = Field(
        description="Number of images whose neighbours by class probabilities don't give the network's answer."
    )
    depth: MeanAndStd = Field(description="Of all images.")
    depth_correct: MeanAndStd = Field(description="Of images that the network gets right.")
    depth_wrong: MeanAndStd = Field(description="Of images that the network gets wrong.")
    excess_of_wrong: Estimate = Field(description="Mean depth of wrong images minus that of right ones.")
    doubt: Estimate = Field(description="Rank correlation of depth and −max p.")
    fit_samples: int = Field(description="Number of training images among which neighbours are looked for.")
    notes: list[str] = Field(description="What limits these values, such as classes without a fit image.")


def prepare(network: MeasuredNetwork, request: PredictionDepthRequest) -> Parts:
    """Prediction depth: the position from which on the k nearest training images give the network's answer."""
    features = Features(network, request)

    def chunk(some: Chunk) -> Rows:
        fit, bank = features.fit(some.part), features.of(some)
        classes = neighbour_classes(bank, fit.bank, request.k, features.own_places(some))
        answer = predicted(bank.logits)
        return {
            "classes": classes,
            "depth": settled(classes, answer),
            "answer": answer,
            "confidence": bank.logits.double().softmax(1).amax(1),
            "labels": some.images.labels.cpu(),
            **features.rows(some),
        }

    def finish(rows: Rows) -> dict[str, Any]:
        states = len(network.chain) + 1
        depth, answer, labels = rows["depth"], rows["answer"], rows["labels"]
        at_states, right, images = rows["classes"][:states], answer == labels, len(labels)
        told = at_states == labels
        deep = depth.double()

        def excess(counts: Tensor) -> Tensor:
            split = torch.stack([deep.where(~right, torch.nan), deep.where(right, torch.nan)])
            means = weighted_means(split, counts)
            return means[:, 0] - means[:, 1]

        histogram = [
            {"depth": at, "correct": int((right & (depth == at)).sum()), "wrong": int((~right & (depth == at)).sum())}
            for at in range(states + 2)
        ]
        more = {}
        if request.per_image:
            more = values.per_image(depth=depth, neighbour_class=rows["classes"], prediction=answer, correct=right)
        return {
            "k": request.k,
            "positions": values.positions(network.chain),
            "accuracy": told.double().mean(1),
            "accuracy_interval": [it.wilson_interval(int(row.sum()), images) for row in told],
            "agreement": (at_states == answer).double().mean(1),
            "settled": torch.stack([(depth <= at).double().mean() for at in range(states)]),
            "histogram": histogram,
            "undecided": int((depth == states + 1).sum()),
            "depth": values.mean_and_std(deep),
            "depth_correct": values.mean_and_std(deep[right]),
            "depth_wrong": values.mean_and_std(deep[~right]),
            "excess_of_wrong": values.estimate(excess, images),
            "doubt": values.estimate(lambda counts: weighted_spearman(deep, -rows["confidence"], counts), images),
            "fit_samples": int(rows["fit counts"].sum()),
            "notes": features.notes(rows),
            **more,
        }

    return Parts(chunk, finish, merge)


MEASUREMENT = Measurement(
    name="prediction-depth",
    title="Prediction depth",
    summary="The hidden state from which on an image's nearest training images give the network's answer",
    formula="min {l : c_m(x) = ŷ(x) for all m ≥ l}, c_m the class of the k nearest training images in φ(r_m)",
    citation="after Baldock, Maennel and Neyshabur 2021; features are our own",
    version=2,
    request=PredictionDepthRequest,
    result=PredictionDepthResult,
    prepare=prepare,
    drawing="lines over positions",
)
