"""Linear readers of every hidden state: after which block could one tell the class?"""

from __future__ import annotations

from typing import Any

import torch
from pydantic import Field
from torch import Tensor

import iterscope as it
from iterscope.measurements import values
from iterscope.measurements.definition import Measurement
from iterscope.measurements.feature_bank import FeatureRequest, Features, merge
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Chunk, Parts, Rows, outcome_rows, read_outcomes
from iterscope.measurements.records import Accuracy, Estimate, Interval, Numbers, PerImageResult, Position
from iterscope.measurements.request import example
from iterscope.measurements.tables import axis, coordinate
from iterscope.numerics import spearman
from iterscope.probes.linear_probes import ProbeKind, ProbeTarget, probe_divergence, probe_outcomes
from iterscope.probes.weighted import weighted_means


class ProbesRequest(FeatureRequest):
    """A linear classifier on the features of every hidden state, fitted on training images."""

    model_config = example(target="labels", kind="logistic")

    target: ProbeTarget = Field(
        default="labels",
        description="What the probes are fitted to: the classes, or the network's own distribution over them.",
    )
    kind: ProbeKind = Field(
        default="logistic",
        description="`logistic` regression, or `ridge` regression, which is faster and gives predictions only.",
    )
    penalty: float | None = Field(
        default=None,
        alias="lambda",
        ge=0,
        le=1e6,
        description="λ, the penalty on the weights; default: 0.01, for ridge the one of 0.0001 to 10 with the lowest leave-one-out error.",
    )


class ProbesResult(PerImageResult):
    target: str = Field(description="As requested.")
    kind: str = Field(description="As requested.")
    positions: list[Position] = coordinate("position", description="The hidden states that are read.")
    accuracy: Numbers = axis("position", description="Share of images whose class the probe tells.")
    accuracy_interval: list[Interval] = axis("position", description="95 % Wilson interval of the accuracy.")
    agreement: Numbers = axis(
        "position", description="Share of images for which the probe gives the network's prediction."
    )
    loss: Numbers = axis("position", unit="nats", description="Mean cross-entropy of the probe; null for ridge.")
    entropy: Numbers = axis("position", unit="nats", description="Mean entropy of the probe; null for ridge.")
    divergence: Numbers = axis("position", unit="nats", description="Mean KL(network ‖ probe); null for ridge.")
    feature_count: list[int] = axis("position", description="Number of features; those that are constant are left out.")
    penalties: Numbers = axis("position", description="λ, as requested or chosen.")
    output: Accuracy = Field(description="The network itself.")
    trend: Estimate = Field(description="Rank correlation of position and accuracy.")
    last_gain: Estimate = Field(description="Accuracy of the last position's probe minus the network's.")
    fit_samples: int = Field(description="Number of training images that the probes are fitted on.")
    notes: list[str] = Field(description="What limits the fit, such as classes without a fit image.")


def prepare(network: MeasuredNetwork, request: ProbesRequest) -> Parts:
    """A linear probe at every position: accuracy, loss, entropy and the divergence from the network's own distribution."""
    features = Features(network, request)
    asked = (request.target, request.kind, request.penalty)

    def chunk(some: Chunk) -> Rows:
        scores, bank = features.scores(some, *asked), features.of(some)
        labels = some.images.labels.cpu()
        return {
            **outcome_rows(probe_outcomes(scores, request.kind, labels)),
            **outcome_rows(it.outcomes(bank.logits.unsqueeze(0), labels), "output "),
            "divergence": probe_divergence(scores, request.kind, bank.logits),
            "fit columns": torch.tensor([len(probe.columns) for probe in features.probes(some, *asked)]),
            "fit penalties": torch.tensor([probe.penalty for probe in features.probes(some, *asked)]),
            **features.rows(some),
        }

    def finish(rows: Rows) -> dict[str, Any]:
        found, output = read_outcomes(rows), read_outcomes(rows, "output ")
        curve = values.everybody(found)
        right, right_output = found.correct.double(), output.correct.double()

        def trend(counts: Tensor) -> Tensor:
            places = torch.arange(len(right))
            means = weighted_means(right, counts)
            return torch.tensor([spearman(places, row) for row in means], dtype=torch.float64)

        more: dict[str, Any] = {}
        if request.per_image:
            more = values.per_image(
                prediction=found.prediction,
                correct=found.correct,
                probability=(-found.loss).exp(),
                divergence=rows["divergence"],
                output_prediction=output.prediction,
            )
        images = right.shape[1]
        return {
            "target": request.target,
            "kind": request.kind,
            "positions": values.positions(network.chain),
            **curve,
            "agreement": (found.prediction == output.prediction).double().mean(1),
            "divergence": rows["divergence"].mean(1),
            "feature_count": rows["fit columns"],
            "penalties": rows["fit penalties"],
            "output": values.table(output)[0],
            "trend": values.estimate(trend, images),
            "last_gain": values.estimate(
                lambda counts: weighted_means(right[-1:] - right_output, counts)[:, 0], images
            ),
            "fit_samples": int(rows["fit counts"].sum()),
            "notes": features.notes(rows),
            **more,
        }

    return Parts(chunk, finish, merge)


MEASUREMENT = Measurement(
    name="probes",
    title="Linear probes",
    summary="Accuracy of a linear classifier on every hidden state",
    formula="softmax(W_l·φ(r_l) + b_l), fitted on training images",
    citation="after Alain and Bengio 2016, and Belrose et al. 2023; features and solver are our own",
    version=1,
    request=ProbesRequest,
    result=ProbesResult,
    prepare=prepare,
    drawing="lines over positions",
)
