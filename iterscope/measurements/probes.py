"""Linear readers of every hidden state: after which block could one tell the class?"""

from __future__ import annotations

from typing import Any, Literal

import torch
from pydantic import Field
from torch import Tensor

import iterscope as it
from iterscope.measurements import values
from iterscope.measurements.definition import Measurement
from iterscope.measurements.feature_bank import READ, FeatureRequest, Features, merge
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Chunk, Parts, Rows, outcome_rows, read_outcomes
from iterscope.measurements.records import Accuracy, Estimate, Interval, Numbers, PerImageResult, Position
from iterscope.measurements.request import example
from iterscope.measurements.tables import axis, coordinate
from iterscope.probes.correlation import spearman
from iterscope.probes.exits import same_class
from iterscope.probes.linear_probes import ProbeKind, ProbeTarget, probe_divergence, probe_outcomes
from iterscope.probes.weighted import weighted_means

NO_PROBABILITIES = "the probe is ridge, which gives no probabilities"


class ProbesRequest(FeatureRequest):
    """A linear classifier on the features of every hidden state, fitted on training images."""

    model_config = example(target="labels", kind="logistic")

    target: ProbeTarget = Field(
        default="labels",
        description="What the probes are fitted to: the classes, or the network's own distribution over them.",
    )
    kind: Literal[ProbeKind, "translator"] = Field(
        default="logistic",
        description="`logistic` regression; `ridge` regression, which is faster and gives predictions only; or `translator`: the network's "
        "own head after an affine change of the channels, fitted to the network's distribution, in the last stage only.",
    )
    penalty: float | None = Field(
        default=None,
        alias="lambda",
        ge=0,
        le=1e6,
        description="λ, the penalty on the weights; default: 0.01, for ridge the one of 0.0001 to 10 with the lowest leave-one-out error, "
        "and 0 for translators.",
    )


class ProbesResult(PerImageResult):
    target: str = Field(description="As requested; that of translators is the network.")
    kind: str = Field(description="As requested.")
    positions: list[Position] = coordinate("position", description="The hidden states that are read.")
    accuracy: Numbers = axis("position", description="Share of images whose class the probe tells.")
    accuracy_interval: list[Interval] = axis("position", description="95 % Wilson interval of the accuracy.")
    agreement: Numbers = axis(
        "position", description="Share of images for which the probe gives the network's prediction."
    )
    loss: Numbers = axis(
        "position",
        undefined=NO_PROBABILITIES,
        unit="nats",
        description="Mean cross-entropy of the probe.",
    )
    entropy: Numbers = axis(
        "position",
        undefined=NO_PROBABILITIES,
        unit="nats",
        description="Mean entropy of the probe.",
    )
    divergence: Numbers = axis(
        "position",
        undefined=NO_PROBABILITIES,
        unit="nats",
        description="Mean KL(network ‖ probe).",
    )
    feature_count: list[int] = axis("position", description="Number of features; those that are constant are left out.")
    penalties: Numbers = axis("position", description="λ, as requested or chosen.")
    output: Accuracy = Field(description="The network itself.")
    trend: Estimate = Field(description="Rank correlation of position and accuracy.")
    last_gain: Estimate = Field(description="Accuracy of the last position's probe minus the network's.")
    fit_samples: int = Field(description="Number of training images that the probes are fitted on.")
    notes: list[str] = Field(description="What limits the fit, such as classes without a fit image.")


def prepare(network: MeasuredNetwork, request: ProbesRequest) -> Parts:
    """A linear probe at every position: accuracy, loss, entropy and the divergence from the network's own distribution."""
    chain, kind = network.chain, request.kind
    features = Features(network, request)
    chosen = [block + 1 for block in chain.last_stage] if kind == "translator" else list(range(len(chain) + 1))

    def read(some: Chunk) -> tuple[Tensor, Tensor, Rows]:
        """What the readers of each position say, what the network says, and the rows of the fit."""
        if kind == "translator":
            penalty = request.penalty or 0.0
            translators = features.translators(some, penalty)
            scores, output = it.read_translators(chain, some.images, translators, **some.part(READ, 1.0))
            sizes, penalties = [len(each.bias) for each in translators], [penalty] * len(translators)
        else:
            asked = (request.target, kind, request.penalty)
            probes = features.probes(some, *asked)
            scores, output = features.scores(some, *asked), features.of(some).logits
            sizes, penalties = [len(each.columns) for each in probes], [each.penalty for each in probes]
        return (
            scores,
            output,
            {"fit columns": torch.tensor(sizes), "fit penalties": torch.tensor(penalties, dtype=torch.float64)},
        )

    def chunk(some: Chunk) -> Rows:
        scores, output, fit = read(some)
        labels = some.images.labels.cpu()
        reader: ProbeKind = "ridge" if kind == "ridge" else "logistic"
        return {
            **outcome_rows(probe_outcomes(scores, reader, labels)),
            **outcome_rows(it.outcomes(output.unsqueeze(0), labels), "output "),
            "divergence": probe_divergence(scores, reader, output),
            **fit,
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
        images, everything = right.shape[1], values.positions(chain)
        return {
            "target": "network" if kind == "translator" else request.target,
            "kind": kind,
            "positions": [everything[position] for position in chosen],
            **curve,
            "agreement": same_class(found.prediction, output.prediction).double().mean(1),
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
    version=2,
    request=ProbesRequest,
    result=ProbesResult,
    prepare=prepare,
    drawing="lines over positions",
)
