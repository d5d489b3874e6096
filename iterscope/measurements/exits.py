"""Exits along the network: when the answer stops changing, and how well calibrated it is."""

from __future__ import annotations

from typing import Any, Literal

import torch
from pydantic import BaseModel, Field
from torch import Tensor

import iterscope as it
from iterscope.measurements import values
from iterscope.measurements.definition import Measurement
from iterscope.measurements.feature_bank import FeatureRequest, Features, merge
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Chunk, Parts, Rows
from iterscope.measurements.records import Estimate, Interval, Number, Numbers, PerImageResult, Position
from iterscope.measurements.request import example
from iterscope.measurements.tables import axis, coordinate
from iterscope.multiply_adds import position_shares
from iterscope.probes.correlation import spearman
from iterscope.probes.exits import (
    BINS,
    THRESHOLDS,
    agreement,
    calibration_error,
    early_exits,
    exit_answers,
    flips,
    reliability,
    same_class,
)
from iterscope.probes.weighted import weighted_means

ExitKind = Literal["plugged", "probe", "network-probe"]
Reader = Literal["probe", "network-probe"]
FEW = 100
"""With fewer images, the calibration error is visibly too high."""
Penalty = Field(
    default=None,
    alias="lambda",
    ge=0,
    le=1e6,
    description="λ, the penalty on the weights of the probes; default: 0.01.",
)


class ExitsRequest(FeatureRequest):
    """What exits before the output say: how often they agree, and how sure they are."""

    model_config = example(exit="plugged")

    exit: ExitKind = Field(
        default="plugged",
        description="`plugged`: the network's head after each block of the last stage; `probe`: a linear probe of the class on every "
        "hidden state; `network-probe`: a linear probe of the network's own distribution.",
    )
    bins: int = Field(default=BINS, ge=1, le=1000, description="Number of equally wide bins of the confidence.")
    penalty: float | None = Penalty


class OutputExit(BaseModel):
    """The network's own output."""

    accuracy: Number
    accuracy_interval: Interval
    loss: Number
    brier: Number
    calibration_error: Number
    calibration_error_interval: Interval
    overconfidence: Number


class ExitsResult(PerImageResult):
    exit: str = Field(description="As requested.")
    bins: int = Field(description="As requested.")
    positions: list[Position] = coordinate("position", description="The hidden states that exits read.")
    accuracy: Numbers = axis("position", description="Share of images that are predicted correctly.")
    accuracy_interval: list[Interval] = axis("position", description="95 % Wilson interval of the accuracy.")
    loss: Numbers = axis("position", unit="nats", description="Mean cross-entropy.")
    brier: Numbers = axis("position", description="Mean of Σ (p − onehot)².")
    disagreement: Numbers = axis(
        "position", description="Share of images for which the class differs from the network's own."
    )
    flips: Numbers = axis(
        "position",
        description="Share of images whose class differs at the next exit, or after the last one at the output.",
    )
    divergence: Numbers = axis("position", unit="nats", description="Mean KL(output ‖ exit).")
    confidence: Numbers = axis("position", description="Mean of max p.")
    calibration_error: Numbers = axis("position", description="Expected calibration error.")
    calibration_error_interval: list[Interval] = axis(
        "position", description="Its 95 % bootstrap interval over images."
    )
    overconfidence: Numbers = axis("position", description="Mean confidence minus accuracy.")
    cost: Numbers = axis("position", description="Share of the network's multiply-adds that has run.")
    agreement: list[Numbers] = axis(
        "position", across="position", description="Share of images for which two exits give the same class."
    )
    bin_count: list[list[int]] = axis("position", across="bin", description="Number of images by their confidence.")
    bin_accuracy: list[Numbers] = axis("position", across="bin", description="Accuracy of these images.")
    bin_confidence: list[Numbers] = axis("position", across="bin", description="Mean confidence of these images.")
    thresholds: Numbers = coordinate(
        "threshold", description="Each image leaves at the first exit of this confidence, or at the output."
    )
    early_accuracy: Numbers = axis("threshold", description="Accuracy if images leave early.")
    early_cost: Numbers = axis(
        "threshold", description="Mean share of the multiply-adds that then run, without the exits' own."
    )
    output: OutputExit = Field(description="The network's own output.")
    trend: Estimate = Field(description="Rank correlation of position and disagreement.")
    first_excess: Estimate = Field(description="Calibration error of the first exit minus that of the output.")
    fit_samples: int | None = Field(
        description="Number of training images that probes are fitted on; null without probes."
    )
    notes: list[str] = Field(description="What limits these values, such as few images.")


def exit_positions(chain: it.ResidualChain, kind: ExitKind) -> list[int]:
    """The positions that exits of this kind read."""
    return list(range(len(chain) + 1)) if kind != "plugged" else [block + 1 for block in chain.last_stage]


def exit_logits(
    network: MeasuredNetwork, features: Features, chunk: Chunk, kind: ExitKind, penalty: float | None = None
) -> tuple[Tensor, Tensor]:
    """The logits of the exits (E, n, K) and of the network (n, K) for a chunk of the measured images."""
    if kind == "plugged":
        plans = [it.exit_after(block) for block in network.chain.last_stage]
        logits = it.run_plans(network.chain, chunk.images, plans, **chunk.options).cpu()
        return logits, logits[-1]
    return features.scores(chunk, target_of(kind), "logistic", penalty), features.of(chunk).logits


def target_of(kind: Reader) -> Literal["labels", "network"]:
    """What the probes of these exits are fitted to."""
    return "labels" if kind == "probe" else "network"


def prepare(network: MeasuredNetwork, request: ExitsRequest) -> Parts:
    """Exits: agreement with each other and the output, calibration, and what leaving early costs."""
    features = Features(network, request)
    plugged = request.exit == "plugged"
    chosen = exit_positions(network.chain, request.exit)

    def chunk(some: Chunk) -> Rows:
        logits, output = exit_logits(network, features, some, request.exit, request.penalty)
        labels = some.images.labels.cpu()
        return {
            **vars(exit_answers(logits, output, labels)),
            **{f"output {name}": row for name, row in vars(exit_answers(output.unsqueeze(0), output, labels)).items()},
            "labels": labels,
            **({} if plugged else features.rows(some)),
        }

    def finish(rows: Rows) -> dict[str, Any]:
        labels, images = rows["labels"], len(rows["labels"])
        right, confidence = rows["prediction"] == labels, rows["confidence"]
        last, sure = rows["output prediction"] == labels, rows["output confidence"]
        differs = (~same_class(rows["prediction"], rows["output prediction"])).double()
        table = reliability(confidence, right, request.bins)
        image = network.images.batch(0, 1).to(network.chain.dtype or torch.float32)
        shares = position_shares(network.chain, image)[chosen]
        early = early_exits(confidence, right, last[0], shares)

        def trend(counts: Tensor) -> Tensor:
            places, means = torch.arange(len(chosen)), weighted_means(differs, counts)
            return torch.tensor([spearman(places, row) for row in means], dtype=torch.float64)

        def first_excess(counts: Tensor) -> Tensor:
            first = calibration_error(confidence[:1], right[:1], request.bins, counts)
            return (first - calibration_error(sure, last, request.bins, counts))[:, 0]

        few = [f"the calibration error of {images} images is too high by chance: measure {FEW} or more"]
        more = {}
        if request.per_image:
            more = values.per_image(prediction=rows["prediction"], confidence=confidence, correct=right)
        everything = values.positions(network.chain)
        return {
            "exit": request.exit,
            "bins": request.bins,
            "positions": [everything[position] for position in chosen],
            **_averages(rows, right, request.bins),
            "disagreement": differs.mean(1),
            "flips": flips(rows["prediction"], rows["output prediction"][0]),
            "divergence": rows["divergence"].mean(1),
            "confidence": confidence.mean(1),
            "cost": shares,
            "agreement": agreement(rows["prediction"]),
            "bin_count": table.count,
            "bin_accuracy": table.accuracy,
            "bin_confidence": table.confidence,
            "thresholds": THRESHOLDS,
            "early_accuracy": early.accuracy,
            "early_cost": early.cost,
            "output": {name: row[0] for name, row in _averages(rows, last, request.bins, "output ").items()},
            "trend": values.estimate(trend, images),
            "first_excess": values.estimate(first_excess, images),
            "fit_samples": None if plugged else int(rows["fit counts"].sum()),
            "notes": [*(few if images < FEW else []), *([] if plugged else features.notes(rows))],
            **more,
        }

    return Parts(chunk, finish, merge)


def _averages(rows: Rows, right: Tensor, bins: int, name: str = "") -> dict[str, Any]:
    """Of each exit."""
    confidence = rows[f"{name}confidence"]
    return {
        "accuracy": right.double().mean(1),
        "accuracy_interval": [it.wilson_interval(int(row.sum()), right.shape[1]) for row in right],
        "loss": rows[f"{name}loss"].mean(1),
        "brier": rows[f"{name}brier"].mean(1),
        "calibration_error": calibration_error(confidence, right, bins),
        "calibration_error_interval": values.intervals(
            lambda counts: calibration_error(confidence, right, bins, counts), right.shape[1]
        ),
        "overconfidence": confidence.mean(1) - right.double().mean(1),
    }


MEASUREMENT = Measurement(
    name="exits",
    title="Exits",
    summary="Agreement and calibration of exits before the output",
    formula="argmax p_l; max p_l; Σ_b (n_b/n)·|accuracy_b − confidence_b|",
    citation="calibration after Guo et al. 2017; agreement is common practice",
    version=3,
    request=ExitsRequest,
    result=ExitsResult,
    prepare=prepare,
    drawing="lines over positions",
)
