"""Cosine loss, ℓ2 ratio and norms of every block (sections 4.1 and 4.2, figures 2, 4, 8, 9)."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

import iterscope as it
from iterscope.measurements import values
from iterscope.measurements.definition import Measurement
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Chunk, Parts, Rows, outcome_rows, read_outcomes
from iterscope.measurements.records import MeanAndStd, Number, PerImageResult, PlanStepResult, Summary
from iterscope.measurements.request import PerImageRequest, PlanSteps, PlanText, example, requested_plan
from iterscope.measurements.tables import axis, coordinate
from iterscope.probes.block_metrics import METRICS

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
    gradient: str = Field(description="end_to_end or plugged, as requested.")
    update: str = Field(default="branch", description="branch or effective, as requested.")
    steps: list[PlanStepResult] = coordinate("step", description="The blocks that ran, with their factors.")
    shapes: list[list[int]] | None = Field(
        default=None,
        description="[channels, height, width] of the hidden state after each step; null in results of older versions.",
    )
    cosine_loss: Summary = axis(
        "step",
        undefined="the update or the gradient is 0 for every image, or the head can't read the block's input",
        description="cos(F, ∂L/∂h)",
    )
    l2_ratio: Summary = axis("step", undefined="the block's input is 0 for every image", description="‖F‖ / ‖h‖")
    activation_norm: Summary = axis("step", description="‖h‖")
    gradient_norm: Summary = axis("step", description="‖∂L/∂h‖")
    gradient_norm_ratio: MeanAndStd = Field(
        description="‖∂L/∂h‖ at the first block divided by that at the last stage's first block."
    )
    accuracy: Number = Field(description="Of the whole plan.")
    loss: Number = Field(description="Of the whole plan, in nats.")


def metrics_rows(found: it.BlockMetrics, name: str = "") -> Rows:
    """Block metrics (L, n) and outcomes (1, n) as rows, their names beginning with `name`."""
    rows = {f"{name}{metric}": getattr(found, metric) for metric in (*METRICS, "gradient_norm_ratio")}
    return {**rows, **outcome_rows(found.outcomes, name)}


def survey(network: MeasuredNetwork, chunk: Chunk, start: float = 0.0, stop: float = 1.0) -> it.Survey:
    """All metrics of the untouched network for some of its images, with both gradients and the exits, from one pass, which is kept."""
    return network.remember(
        "survey", chunk, lambda: it.training_survey(network.chain, chunk.images, None, **chunk.part(start, stop))
    )


def prepare(network: MeasuredNetwork, request: BlockMetricsRequest) -> Parts:
    """Cosine loss, ℓ2 ratio and norms of every step of the plan."""
    plan = it.identity() if request.plan is None else requested_plan(request.plan)
    steps = plan.steps(network.chain)
    untouched = request.plan is None and request.update == "branch"

    def chunk(some: Chunk) -> Rows:
        if not untouched:
            found = it.block_metrics(
                network.chain, some.images, None, request.gradient, plan, update=request.update, **some.options
            )
            return metrics_rows(found)
        whole = survey(network, some)
        more = {
            "end_to_end": whole.end_to_end.cosine_loss,
            "plugged": whole.plugged.cosine_loss,
            "end_to_end_ratio": whole.end_to_end.gradient_norm_ratio,
            "exit_correct": whole.exits.correct,
        }
        return {**metrics_rows(whole.plugged if request.gradient == "plugged" else whole.end_to_end), **more}

    def finish(rows: Rows) -> dict[str, Any]:
        found = read_outcomes(rows)
        more: dict[str, Any] = {}
        if request.per_image and untouched:
            more = values.per_image(
                cosine_loss=rows["end_to_end"],
                cosine_loss_plugged=rows["plugged"],
                l2_ratio=rows["l2_ratio"],
                gradient_norm_ratio=rows["end_to_end_ratio"],
                exit_correct=rows["exit_correct"],
            )
        elif request.per_image:
            more = values.per_image(cosine_loss=rows["cosine_loss"], l2_ratio=rows["l2_ratio"])
        return {
            "gradient": request.gradient,
            "update": request.update,
            "steps": values.steps(network.chain, steps),
            "shapes": values.shapes(network.chain, network.images, steps),
            **{name: values.summary(rows[name]) for name in METRICS},
            "gradient_norm_ratio": values.mean_and_std(rows["gradient_norm_ratio"]),
            "accuracy": float(found.accuracy[0]),
            "loss": float(found.mean_loss[0]),
            **more,
        }

    return Parts(chunk, finish)


MEASUREMENT = Measurement(
    name="block-metrics",
    title="Block metrics",
    summary="Cosine loss, ℓ2 ratio and norms of every block (figures 2, 4, 8, 9)",
    formula="cos(F_i, ∂L/∂h_i); ‖F_i‖ / ‖h_i‖",
    citation="Jastrzębski et al. 2018, sections 4.1 and 4.2",
    version=3,
    request=BlockMetricsRequest,
    result=BlockMetricsResult,
    prepare=prepare,
    drawing="lines over blocks",
)
