"""Predictions for chosen images under several plans."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field

import iterscope as it
from iterscope.measurements.definition import Measurement
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Chunk, Parts, Rows
from iterscope.measurements.records import Numbers, ProbeResult
from iterscope.measurements.request import MeasurementRequest, PlanSteps, PlanText, example, requested_plan
from iterscope.measurements.tables import axis, coordinate


class PredictionsRequest(MeasurementRequest):
    """Predictions for chosen images under several plans; `limit` and `seed` have no effect."""

    model_config = example(indices=[3, 17], plans=[None, "0..7"])

    indices: Annotated[
        list[Annotated[int, Field(ge=0, le=100_000_000)]],
        Field(min_length=1, max_length=100, description="Positions of the images in the split."),
    ]
    plans: Annotated[
        list[PlanSteps | PlanText | None],
        Field(min_length=1, max_length=8, description="Plans as in POST /probe/plan; null: the untouched network."),
    ]

    def canonical(self) -> dict[str, Any]:
        """With fixed `limit` and `seed`, so that the same images have the same cache key."""
        return {**super().canonical(), "limit": 1, "seed": 0}


class PlanPredictions(BaseModel):
    text: str = Field(description="The plan in short notation.")
    prediction: list[int] = Field(description="Predicted class of each image; −1 if the output isn't finite.")
    confidence: Numbers = Field(description="Probability of the predicted class.")
    label_probability: Numbers
    margin: Numbers


class PredictionsResult(ProbeResult):
    indices: list[int] = coordinate("image", description="Positions of the images in the split.")
    labels: list[int] = axis("image", description="True classes.")
    class_names: list[str] = Field(description="By index.")
    plans: list[PlanPredictions] = axis(
        "image", across="plan", description="One entry per plan, in the order of the request."
    )


def prepare(network: MeasuredNetwork, request: PredictionsRequest) -> Parts:
    """For each plan and chosen image: the predicted class, its probability, the label's probability and the margin."""
    images = network.chosen(request.split, request.indices)
    plans = [it.identity() if plan is None else requested_plan(plan) for plan in request.plans]
    texts = [it.format_steps(plan.steps(network.chain)) for plan in plans]

    def chunk(some: Chunk) -> Rows:
        logits = it.run_plans(network.chain, some.images, plans, **some.options).float().cpu()
        labels = some.images.labels.cpu()
        found, probabilities = it.outcomes(logits, labels), logits.softmax(-1)
        index = labels.expand(logits.shape[:-1]).unsqueeze(-1)
        return {
            "labels": labels,
            "prediction": found.prediction,
            "confidence": probabilities.amax(-1),
            "label_probability": probabilities.gather(-1, index)[..., 0],
            "margin": found.margin,
        }

    def finish(rows: Rows) -> dict[str, Any]:
        names = ("prediction", "confidence", "label_probability", "margin")
        return {
            "indices": request.indices[: len(rows["labels"])],
            "labels": rows["labels"],
            "class_names": network.class_names,
            "plans": [{"text": text, **{name: rows[name][plan] for name in names}} for plan, text in enumerate(texts)],
        }

    return Parts(chunk, finish, images=images)


MEASUREMENT = Measurement(
    name="predictions",
    title="Predictions",
    summary="Predictions for chosen images under several plans",
    formula="argmax and softmax of the logits of each plan",
    citation="Jastrzębski et al. 2018, section 4",
    version=1,
    request=PredictionsRequest,
    result=PredictionsResult,
    prepare=prepare,
    drawing="image gallery",
)
