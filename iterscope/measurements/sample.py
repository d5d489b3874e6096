"""One image at every block."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

import iterscope as it
from iterscope.measurements.definition import Measurement
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Chunk, Parts, Rows, outcome_rows
from iterscope.measurements.records import Numbers, ProbeResult
from iterscope.measurements.request import MeasurementRequest, example
from iterscope.measurements.tables import axis, coordinate


class SampleRequest(MeasurementRequest):
    """One image: class probabilities and margin at each exit, cosine loss and ℓ2 ratio at every block."""

    model_config = example(index=0)

    index: int = Field(ge=0, le=100_000_000, description="Position of the image in the split.")


class Exits(BaseModel):
    blocks: list[int] = coordinate("exit", description="The blocks after which the head is applied.")
    probabilities: list[Numbers] = axis("exit", across="class", description="Of each class.")
    margin: Numbers = axis("exit", description="p_y − max_{j≠y} p_j")


class SampleResult(ProbeResult):
    index: int = Field(description="Position of the image in the split.")
    label: int = Field(description="True class.")
    prediction: int = Field(description="Predicted class; −1 if the output isn't finite.")
    class_names: list[str] = Field(description="By index.")
    exits: Exits = Field(description="The head after each block of the last stage.")
    cosine_loss: Numbers = axis(
        "block", description="cos(F, ∂L/∂h), with the gradient through the rest of the network."
    )
    l2_ratio: Numbers = axis("block", description="‖F‖ / ‖h‖")
    cosine_loss_plugged: Numbers = axis(
        "block", description="The same with the head applied to h; null outside the last stage."
    )


def prepare(network: MeasuredNetwork, request: SampleRequest) -> Parts:
    """One image: class probabilities and margin at each exit, and its metrics at every block."""
    chain, image = network.chain, network.image(request.split, request.index)
    plans = [it.exit_after(block) for block in chain.last_stage]

    def chunk(some: Chunk) -> Rows:
        logits = it.run_plans(chain, some.images, plans, **some.part(0.0, 0.3)).float().cpu()
        survey = it.training_survey(chain, some.images, None, **some.part(0.3, 1.0))
        return {
            **outcome_rows(it.outcomes(logits, survey.exits.labels)),
            "probabilities": logits.softmax(-1).movedim(1, -1),
            "cosine_loss": survey.end_to_end.cosine_loss,
            "l2_ratio": survey.end_to_end.l2_ratio,
            "cosine_loss_plugged": survey.plugged.cosine_loss,
        }

    def finish(rows: Rows) -> dict[str, Any]:
        alone = {name: values[..., 0] for name, values in rows.items()}
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
        }

    return Parts(chunk, finish, images=image)


MEASUREMENT = Measurement(
    name="sample",
    title="One image",
    summary="Class probabilities, margin and cosine of one image at every block",
    formula="softmax(head(h_{i+1})); cos(F_i, ∂L/∂h_i); ‖F_i‖ / ‖h_i‖",
    citation="Jastrzębski et al. 2018, section 4.3",
    version=1,
    request=SampleRequest,
    result=SampleResult,
    prepare=prepare,
    drawing="lines over blocks",
)
