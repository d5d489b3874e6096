"""Images that were right early and are spoiled later, and images that needed less depth."""

from __future__ import annotations

from typing import Any, Literal

import torch
from pydantic import BaseModel, Field
from torch import Tensor

import iterscope as it
from iterscope.errors import ConfigurationError
from iterscope.measurements import values
from iterscope.measurements.definition import Measurement
from iterscope.measurements.exits import Penalty, Reader, target_of
from iterscope.measurements.feature_bank import FeatureRequest, Features, merge
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Chunk, Parts, Rows
from iterscope.measurements.records import Estimate, Interval, Number, Numbers, PerImageResult, Position
from iterscope.measurements.request import example
from iterscope.measurements.tables import axis, coordinate
from iterscope.multiply_adds import position_shares
from iterscope.numerics import predicted
from iterscope.probes.overthinking import chance_of_run, confusion, first_right, in_a_row, positions_at
from iterscope.probes.weighted import weighted_auroc

LISTED = 200
"""Most spoiled images in an answer."""
ROUNDING = 1e-6
"""Of the mean confusion: a standard deviation that is no larger is that of rounding."""


class OverthinkingRequest(FeatureRequest):
    """Images that an early exit gets right and the network wrong, and images that it gets right earlier than needed."""

    model_config = example(exits="six", run=1)

    exits: Literal["six", "all"] = Field(
        default="six",
        description="`six`: exits at 15, 30, 45, 60, 75 and 90 % of the multiply-adds; `all`: at every hidden state.",
    )
    exit: Reader = Field(
        default="probe",
        description="What an exit is: a linear `probe` of the class, or a `network-probe` of the network's own distribution.",
    )
    run: int = Field(
        default=1, ge=1, le=1000, description="An exit counts as right if it and the next ones are, this many in a row."
    )
    penalty: float | None = Penalty


class SpoiledImage(BaseModel):
    index: int
    label: int
    prediction: int
    first_right: int = Field(description="The first position whose exit is right.")
    confusion: Number


class OverthinkingResult(PerImageResult):
    exits: str = Field(description="As requested.")
    exit: str = Field(description="As requested.")
    run: int = Field(description="As requested.")
    positions: list[Position] = coordinate("position", description="The hidden states that exits read.")
    cost: Numbers = axis("position", description="Share of the network's multiply-adds that has run.")
    accuracy: Numbers = axis("position", description="Share of images that the exit gets right.")
    accuracy_interval: list[Interval] = axis("position", description="95 % Wilson interval of the accuracy.")
    wasteful: Numbers = axis("position", description="Share of images that are right at this exit and at the output.")
    destructive: Numbers = axis(
        "position", description="Share of images that are right at this exit and wrong at the output."
    )
    oracle: Numbers = axis("position", description="Share of images that are right at this exit or at an earlier one.")
    output_accuracy: Number = Field(description="Of the network itself.")
    errors: int = Field(description="Number of images that the network gets wrong.")
    spoiled_count: int = Field(description="Number of these that are right at some exit: destructive overthinking.")
    spoiled_share: Number = Field(description="Their share of the errors; null without errors.")
    spoiled_interval: Interval = Field(description="95 % Wilson interval of that share.")
    spoiled_chance: Number = Field(
        description="That share, if exits were right on the errors as often, but independently."
    )
    oracle_accuracy: Number = Field(description="Share of images that are right at some exit or at the output.")
    oracle_cost: Number = Field(
        description="Mean share of the multiply-adds if each image left at its first right exit; images without one run through."
    )
    confusion_mean: Number = Field(description="Of the fit images, before standardisation.")
    confusion_std: Number = Field(description="Of the fit images, before standardisation.")
    confusion_auroc: Estimate = Field(description="Probability that an error is more confused than a right image.")
    doubt_auroc: Estimate = Field(description="The same of 1 − max p of the output.")
    spoiled: list[SpoiledImage] = axis("image", description="At most 200 spoiled images, the most confused first.")
    fit_samples: int = Field(description="Number of training images that probes are fitted on.")
    notes: list[str] = Field(description="What limits these values, such as classes without a fit image.")


def prepare(network: MeasuredNetwork, request: OverthinkingRequest) -> Parts:
    """Destructive and wasteful overthinking, the oracle that stops in time, and confusion."""
    chain, features = network.chain, Features(network, request)
    image = network.images.batch(0, 1).to(chain.dtype or torch.float32)
    costs = position_shares(chain, image)
    chosen = list(range(len(costs))) if request.exits == "all" else positions_at(costs)
    if request.run > len(chosen):
        raise ConfigurationError(
            f"run is {request.run} for {len(chosen)} exits: give at most {len(chosen)}, or exits='all'"
        )

    def scores(some: Chunk, bank: it.FeatureBank) -> list[Tensor]:
        probes = features.probes(some, target_of(request.exit), "logistic", request.penalty)
        return [probes[position].scores(bank.features[position]) for position in chosen]

    def chunk(some: Chunk) -> Rows:
        fit, bank = features.fit(some.part).bank, features.of(some)
        said, labels = scores(some, bank), some.images.labels.cpu()
        of_fit = features.once(
            f"confusion of {request.exits} {request.exit}s with {request.penalty}",
            lambda: confusion(scores(some, fit), fit.logits),
        )
        return {
            "prediction": torch.stack([predicted(each, impossible=True) for each in said]),
            "confusion": confusion(said, bank.logits),
            "output": predicted(bank.logits),
            "doubt": 1 - bank.logits.double().softmax(1).amax(1),
            "labels": labels,
            "index": some.images.indices.cpu(),
            "fit confusion": torch.stack([of_fit.mean(), of_fit.std(correction=0)]),
            **features.rows(some),
        }

    def finish(rows: Rows) -> dict[str, Any]:
        labels, output, images = rows["labels"], rows["output"], len(rows["labels"])
        right, last = rows["prediction"] == labels, output == labels
        early = in_a_row(right, request.run)
        spoiled = early.any(0) & ~last
        errors, shares = int((~last).sum()), costs[chosen]
        mean, std = rows["fit confusion"].tolist()
        same = std <= ROUNDING * abs(mean)
        confused = rows["confusion"] if same else (rows["confusion"] - mean) / std
        flat = ["the confusion of all fit images is the same: it is given as it is, without standardisation"]
        first = first_right(early)
        rates = right[:, ~last].double().mean(1).tolist() if errors else []
        everything = values.positions(chain)
        more = {}
        if request.per_image:
            more = values.per_image(
                first_right=torch.tensor([*chosen, -1])[first],
                destructive=spoiled,
                correct=last,
                confusion=confused,
                exit_prediction=rows["prediction"],
            )
        listed = torch.nonzero(spoiled).flatten()
        listed = listed[confused[listed].argsort(descending=True, stable=True)][:LISTED]
        return {
            "exits": request.exits,
            "exit": request.exit,
            "run": request.run,
            "positions": [everything[position] for position in chosen],
            "cost": shares,
            "accuracy": right.double().mean(1),
            "accuracy_interval": [it.wilson_interval(int(row.sum()), images) for row in right],
            "wasteful": (early & last).double().mean(1),
            "destructive": (early & ~last).double().mean(1),
            "oracle": (early.cumsum(0) > 0).double().mean(1),
            "output_accuracy": float(last.double().mean()),
            "errors": errors,
            "spoiled_count": int(spoiled.sum()),
            "spoiled_share": int(spoiled.sum()) / errors if errors else torch.nan,
            "spoiled_interval": it.wilson_interval(int(spoiled.sum()), errors),
            "spoiled_chance": chance_of_run(rates, request.run) if errors else torch.nan,
            "oracle_accuracy": float((early.any(0) | last).double().mean()),
            "oracle_cost": float(torch.cat([shares, shares.new_ones(1)])[first].mean()),
            "confusion_mean": mean,
            "confusion_std": std,
            "confusion_auroc": values.estimate(lambda counts: weighted_auroc(confused, ~last, counts), images),
            "doubt_auroc": values.estimate(lambda counts: weighted_auroc(rows["doubt"], ~last, counts), images),
            "spoiled": [
                {
                    "index": int(rows["index"][at]),
                    "label": int(labels[at]),
                    "prediction": int(output[at]),
                    "first_right": chosen[int(first[at])],
                    "confusion": float(confused[at]),
                }
                for at in listed.tolist()
            ],
            "fit_samples": int(rows["fit counts"].sum()),
            "notes": [*(flat if same else []), *features.notes(rows)],
            **more,
        }

    return Parts(chunk, finish, merge)


MEASUREMENT = Measurement(
    name="overthinking",
    title="Overthinking",
    summary="Images that an early exit gets right and the network wrong, and images that needed less depth",
    formula="right at an exit, wrong at the output (destructive), or right at both (wasteful); Σ_e ‖p_e − p_out‖₁ (confusion)",
    citation="after Kaya, Hong and Dumitraș 2019, sections 4 and 5.2; the line of chance is our own",
    version=3,
    request=OverthinkingRequest,
    result=OverthinkingResult,
    prepare=prepare,
    drawing="lines over positions",
)
