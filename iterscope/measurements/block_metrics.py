"""Cosine loss, ℓ2 ratio and norms of every block (sections 4.1 and 4.2, figures 2, 4, 8, 9)."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

import iterscope as it
from iterscope.measurements import values
from iterscope.measurements.definition import Measurement
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.records import MeanAndStd, Number, PerImageResult, PlanStepResult, Summary
from iterscope.measurements.request import PerImageRequest, PlanSteps, PlanText, example, requested_plan

Gradient = Literal["end_to_end", "plugged"]
Update = Literal["branch", "effective"]


class BlockMetricsRequest(PerImageRequest):
    """Cosine loss, ℓ2 ratio and norms of every block."""

    model_config = example(gradient="end_to_end")

    gradient: Gradient = Field(
        default="end_to_end",
        description="Gradient through the rest of the network, or with the head plugged in at each block's input.",
    )
    update: Update = Field(
        default="branch",
        description="The update whose cosine and ratio are measured. `branch`: F before the addition; `effective`: the block's total "
        "change, the next hidden state minus this one. They differ in post-activation networks.",
    )
    plan: PlanSteps | PlanText | None = Field(
        default=None, description="Another sequence of blocks; the result has one entry per step."
    )

    def canonical(self) -> dict[str, Any]:
        """Without `update` if it is `branch`, so that cache keys from before this field existed stay valid."""
        fields = super().canonical()
        return fields if self.update != "branch" else {name: fields[name] for name in fields if name != "update"}


class BlockMetricsResult(PerImageResult):
    gradient: str
    update: str = Field(default="branch", description="branch or effective, as requested.")
    steps: list[PlanStepResult]
    shapes: list[list[int]] | None = Field(
        default=None,
        description="[channels, height, width] of the hidden state after each step; null in results of older versions.",
    )
    cosine_loss: Summary
    l2_ratio: Summary
    activation_norm: Summary
    gradient_norm: Summary
    gradient_norm_ratio: MeanAndStd
    accuracy: Number
    loss: Number


def survey(network: MeasuredNetwork, options: dict[str, Any]) -> it.Survey:
    """All metrics of the untouched network, with both gradients and the early exits, computed in one pass and cached."""
    return network.remember(
        "survey", lambda: it.training_survey(network.chain, network.images, network.labels, **options)
    )


def measure(network: MeasuredNetwork, request: BlockMetricsRequest) -> dict[str, Any]:
    """Cosine loss, ℓ2 ratio and norms of every step of the plan."""
    more: dict[str, Any] = {}
    if request.plan is None and request.update == "branch":
        whole = survey(network, network.options)
        found = whole.plugged if request.gradient == "plugged" else whole.end_to_end
        if request.per_image:
            more = values.per_image(
                cosine_loss=whole.end_to_end.cosine_loss,
                cosine_loss_plugged=whole.plugged.cosine_loss,
                l2_ratio=found.l2_ratio,
                gradient_norm_ratio=whole.end_to_end.gradient_norm_ratio,
                exit_correct=whole.exits.correct,
            )
    else:
        plan = it.identity() if request.plan is None else requested_plan(request.plan)
        found = it.block_metrics(
            network.chain,
            network.images,
            network.labels,
            request.gradient,
            plan,
            update=request.update,
            **network.options,
        )
        if request.per_image:
            more = values.per_image(cosine_loss=found.cosine_loss, l2_ratio=found.l2_ratio)
    return {
        "gradient": found.gradient,
        "update": request.update,
        "steps": values.steps(network.chain, found.steps),
        "shapes": values.shapes(network.chain, network.images, found.steps),
        **{
            name: values.summary(getattr(found, name))
            for name in ("cosine_loss", "l2_ratio", "activation_norm", "gradient_norm")
        },
        "gradient_norm_ratio": values.mean_and_std(found.gradient_norm_ratio),
        "accuracy": float(found.outcomes.accuracy[0]),
        "loss": float(found.outcomes.mean_loss[0]),
        **more,
    }


MEASUREMENT = Measurement(
    name="block-metrics",
    title="Block metrics",
    summary="Cosine loss, ℓ2 ratio and norms of every block (figures 2, 4, 8, 9)",
    formula="cos(F_i, ∂L/∂h_i); ‖F_i‖ / ‖h_i‖",
    citation="Jastrzębski et al. 2018, sections 4.1 and 4.2",
    version=2,
    request=BlockMetricsRequest,
    result=BlockMetricsResult,
    measure=measure,
    drawing="lines over blocks",
)
