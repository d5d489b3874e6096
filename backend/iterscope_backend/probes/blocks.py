"""Per-block metrics."""

from __future__ import annotations

from typing import Any

import iterscope as it
from iterscope_backend.probes import shaping
from iterscope_backend.probes.context import ProbeContext
from iterscope_backend.probes.requests import BlockMetricsRequest, PlanSteps, PlanText


def requested_plan(plan: PlanSteps | PlanText) -> it.Plan:
    """The plan from a list or from text. Raises PlanError."""
    return it.parse_plan(plan) if isinstance(plan, str) else it.plan(plan)


def survey(context: ProbeContext, options: dict[str, Any]) -> it.Survey:
    """All metrics of the untouched network, with both gradients and the early exits, computed in one pass and cached."""
    return context.remember(
        "survey", lambda: it.training_survey(context.chain, context.images, context.labels, **options)
    )


def block_metrics(context: ProbeContext, request: BlockMetricsRequest) -> dict[str, Any]:
    """Cosine loss, ℓ2 ratio and norms of every step of the plan."""
    values: dict[str, Any] = {}
    if request.plan is None and request.update == "branch":
        whole = survey(context, context.options)
        found = whole.plugged if request.gradient == "plugged" else whole.end_to_end
        if request.per_image:
            values = shaping.per_image(
                cosine_loss=whole.end_to_end.cosine_loss,
                cosine_loss_plugged=whole.plugged.cosine_loss,
                l2_ratio=found.l2_ratio,
                gradient_norm_ratio=whole.end_to_end.gradient_norm_ratio,
                exit_correct=whole.exits.correct,
            )
    else:
        plan = it.identity() if request.plan is None else requested_plan(request.plan)
        found = it.block_metrics(
            context.chain,
            context.images,
            context.labels,
            request.gradient,
            plan,
            update=request.update,
            **context.options,
        )
        if request.per_image:
            values = shaping.per_image(cosine_loss=found.cosine_loss, l2_ratio=found.l2_ratio)
    return {
        "gradient": found.gradient,
        "update": request.update,
        "steps": shaping.steps(context.chain, found.steps),
        "shapes": shaping.shapes(context.chain, context.images, found.steps),
        **{
            name: shaping.summary(getattr(found, name))
            for name in ("cosine_loss", "l2_ratio", "activation_norm", "gradient_norm")
        },
        "gradient_norm_ratio": shaping.mean_and_std(found.gradient_norm_ratio),
        "accuracy": float(found.outcomes.accuracy[0]),
        "loss": float(found.outcomes.mean_loss[0]),
        **values,
    }
