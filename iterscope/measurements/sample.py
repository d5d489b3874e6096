"""One image at every block."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

import iterscope as it
from iterscope.measurements.definition import Measurement
from iterscope.measurements.depths import depths, features_of
from iterscope.measurements.feature_bank import OF_FIT, READ
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Chunk, Parts, Rows, outcome_rows
from iterscope.measurements.records import Numbers, ProbeResult
from iterscope.measurements.request import MeasurementRequest, example
from iterscope.measurements.tables import axis, coordinate
from iterscope.probes.ledger import plugged_blocks


class SampleRequest(MeasurementRequest):
    """One image: class probabilities and margin at each exit, cosine loss and ℓ2 ratio at every block, and the loss ledger."""

    model_config = example(index=0)

    index: int = Field(ge=0, le=100_000_000, description="Position of the image in the split.")
    depth: bool = Field(
        default=False,
        description="Whether prediction depth and probes are computed, too, as by `prediction-depth` and `probes`. They are fitted to "
        "training images, which takes longer.",
    )


class Exits(BaseModel):
    blocks: list[int] = coordinate("exit", description="The blocks after which the head is applied.")
    probabilities: list[Numbers] = axis("exit", across="class", description="Of each class.")
    margin: Numbers = axis("exit", description="p_y − max_{j≠y} p_j")


class ImageProbes(BaseModel):
    depth: int | None = Field(
        description="Prediction depth: number of blocks after which the answer is settled; more than there are blocks if no hidden state "
        "settles it. Null without `depth`."
    )
    positions: list[int] = coordinate(
        "position", description="The hidden states, r_0 to r_L, which linear probes read; empty without `depth`."
    )
    probabilities: list[Numbers] = axis("position", across="class", description="Of each class, by the probe.")
    notes: list[str] = Field(description="What limits them, such as few training images.")


class ImageLedger(BaseModel):
    positions: list[int] = coordinate(
        "ledger position", description="The numbers of blocks after which the head reads the state."
    )
    loss: Numbers = axis("ledger position", unit="nats", description="Loss of the head on the state.")
    blocks: list[int] = coordinate("ledger block", description="The blocks between these positions.")
    actual: Numbers = axis("ledger block", unit="nats", description="Change of that loss by the block.")
    first: Numbers = axis("ledger block", unit="nats", description="The change that the gradient predicts.")


class SampleResult(ProbeResult):
    index: int = Field(description="Position of the image in the split.")
    label: int = Field(description="True class.")
    prediction: int = Field(description="Predicted class; −1 if the output isn't finite.")
    class_names: list[str] = Field(description="By index.")
    exits: Exits = Field(description="The head after each block of the last stage.")
    cosine_loss: Numbers = axis(
        "block",
        undefined="the update or the gradient is 0",
        description="cos(F, ∂L/∂h), with the gradient through the rest of the network.",
    )
    l2_ratio: Numbers = axis("block", undefined="the block's input is 0", description="‖F‖ / ‖h‖")
    cosine_loss_plugged: Numbers = axis(
        "block",
        undefined="the head can't read the block's input, or the update or the gradient is 0",
        description="The same with the head applied to h.",
    )
    ledger: ImageLedger = Field(description="Change of the loss by each block of the last stage, as by `ledger`.")
    probes: ImageProbes = Field(description="What linear probes say at every hidden state.")


def prepare(network: MeasuredNetwork, request: SampleRequest) -> Parts:
    """One image: class probabilities and margin at each exit, and its metrics at every block."""
    chain, image = network.chain, network.image(request.split, request.index)
    plans = [it.exit_after(block) for block in chain.last_stage]
    features = features_of(network, request.seed) if request.depth else None
    tail = plugged_blocks(chain)

    def probed(some: Chunk) -> Rows:
        if features is None:
            return {}
        bank = it.feature_bank(chain, some.images, features.fit(some.part).features, **some.part(READ, READ))
        found = depths(features, some, bank)
        return {
            "depth": found.depth,
            "probes": found.scores.softmax(-1).movedim(1, -1),
            **features.rows(some),
        }

    def chunk(some: Chunk) -> Rows:
        read, begins = probed(some), READ if request.depth else 0.0
        logits = it.run_plans(chain, some.images, plans, **some.part(begins, begins)).float().cpu()
        survey = it.training_survey(chain, some.images, None, **some.part(begins, 1.0))
        ledger = it.ledger(chain, some.images, None, **some.part(1.0, 1.0))
        return {
            **read,
            **{f"ledger {name}": getattr(ledger, name) for name in ("losses", "actual", "first")},
            **outcome_rows(it.outcomes(logits, survey.exits.labels)),
            "probabilities": logits.softmax(-1).movedim(1, -1),
            "cosine_loss": survey.end_to_end.cosine_loss,
            "l2_ratio": survey.end_to_end.l2_ratio,
            "cosine_loss_plugged": survey.plugged.cosine_loss,
        }

    def finish(rows: Rows) -> dict[str, Any]:
        alone = {name: values[..., 0] for name, values in rows.items() if not name.startswith(OF_FIT)}
        read: dict[str, Any] = {"depth": None, "positions": [], "probabilities": [], "notes": []}
        if features is not None:
            read = {
                "depth": int(alone["depth"]),
                "positions": list(range(len(chain) + 1)),
                "probabilities": alone["probes"],
                "notes": features.notes(rows),
            }
        return {
            "index": request.index,
            "label": int(alone["labels"]),
            "prediction": int(alone["prediction"][-1]),
            "class_names": network.class_names,
            "exits": {
                "blocks": list(chain.last_stage),
                "probabilities": alone["probabilities"],
                "margin": alone["margin"],
            },
            **{name: alone[name] for name in ("cosine_loss", "l2_ratio", "cosine_loss_plugged")},
            "ledger": {
                "positions": [*tail, len(chain)],
                "loss": alone["ledger losses"],
                "blocks": list(tail),
                "actual": alone["ledger actual"],
                "first": alone["ledger first"],
            },
            "probes": read,
        }

    return Parts(chunk, finish, images=image)


MEASUREMENT = Measurement(
    name="sample",
    title="One image",
    summary="Class probabilities, margin, cosine and loss ledger of one image at every block",
    formula="softmax(head(h_{i+1})); cos(F_i, ∂L/∂h_i); ‖F_i‖ / ‖h_i‖",
    citation="Jastrzębski et al. 2018, section 4.3",
    version=3,
    request=SampleRequest,
    result=SampleResult,
    prepare=prepare,
    drawing="lines over blocks",
)
