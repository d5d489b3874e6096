"""One image at every block."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

import iterscope as it
from iterscope.measurements.definition import Measurement
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.records import Numbers, ProbeResult
from iterscope.measurements.request import MeasurementRequest, example


class SampleRequest(MeasurementRequest):
    """One image: class probabilities and margin at each exit, cosine loss and ℓ2 ratio at every block."""

    model_config = example(index=0)

    index: int = Field(ge=0, le=100_000_000, description="Position of the image in the split.")


class Exits(BaseModel):
    blocks: list[int]
    probabilities: list[Numbers]
    margin: Numbers


class SampleResult(ProbeResult):
    index: int
    label: int
    prediction: int
    class_names: list[str]
    exits: Exits
    cosine_loss: Numbers
    l2_ratio: Numbers
    cosine_loss_plugged: Numbers


def measure(network: MeasuredNetwork, request: SampleRequest) -> dict[str, Any]:
    """One image: class probabilities and margin at each exit, and its metrics at every block."""
    chain, image = network.chain, network.image(request.split, request.index)
    stage = chain.last_stage
    logits = (
        it.run_plans(chain, image, [it.exit_after(block) for block in stage], **network.part(0.0, 0.3))[:, 0]
        .float()
        .cpu()
    )
    survey = it.training_survey(chain, image, image.labels, **network.part(0.3, 1.0))
    label = image.labels.cpu()
    found = it.outcomes(logits.unsqueeze(1), label)
    return {
        "index": request.index,
        "label": int(label),
        "prediction": int(found.prediction[-1, 0]),
        "class_names": network.class_names,
        "exits": {"blocks": list(stage), "probabilities": logits.softmax(-1), "margin": found.margin[:, 0]},
        "cosine_loss": survey.end_to_end.cosine_loss[:, 0],
        "l2_ratio": survey.end_to_end.l2_ratio[:, 0],
        "cosine_loss_plugged": survey.plugged.cosine_loss[:, 0],
    }


MEASUREMENT = Measurement(
    name="sample",
    title="One image",
    summary="Class probabilities, margin and cosine of one image at every block",
    formula="softmax(head(h_{i+1})); cos(F_i, ∂L/∂h_i); ‖F_i‖ / ‖h_i‖",
    citation="Jastrzębski et al. 2018, section 4.3",
    version=1,
    request=SampleRequest,
    result=SampleResult,
    measure=measure,
    drawing="lines over blocks",
)
