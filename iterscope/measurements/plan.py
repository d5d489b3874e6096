"""Any sequence of (block, scale) steps, compared with the untouched network."""

from __future__ import annotations

from typing import Any

import torch
from pydantic import BaseModel, Field

import iterscope as it
from iterscope.measurements import values
from iterscope.measurements.block_metrics import Gradient, survey
from iterscope.measurements.definition import Measurement
from iterscope.measurements.early_exit import exit_row
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.records import Groups, PlanStepResult, ProbeResult, Summary
from iterscope.measurements.request import (
    BorderlineChoice,
    MeasurementRequest,
    PlanSteps,
    PlanText,
    example,
    requested_plan,
)
from iterscope.plan import Steps
from iterscope.probes.borderline import Groups as Members
from iterscope.probes.borderline import groups_at

MAX_CHANGED = 200
"""Maximum number of changed images listed in a result."""


class PlanRequest(MeasurementRequest):
    """Any sequence of blocks, compared with the untouched network or with another plan."""

    model_config = example(plan=[[0, 1.0], [1, 1.0]], borderline={"threshold": 0.1, "reference": "output"})

    plan: PlanSteps | PlanText = Field(description="Blocks in execution order, such as `0..2 4..26 26@0.1x20`.")
    against: PlanSteps | PlanText | None = Field(
        default=None, description="Plan to compare with (`baseline` in the result); default: the untouched network."
    )
    borderline: BorderlineChoice = BorderlineChoice()
    gradient: Gradient = Field(default="end_to_end", description="Gradient of the cosine loss.")

    def canonical(self) -> dict[str, Any]:
        """Without `against` if it is the untouched network, so that cache keys from before this field existed stay valid."""
        fields = super().canonical()
        return fields if self.against is not None else {name: fields[name] for name in fields if name != "against"}


class PlanSide(BaseModel):
    groups: Groups
    steps: list[PlanStepResult]
    cosine_loss: Summary
    l2_ratio: Summary


class ChangedImage(BaseModel):
    index: int
    label: int
    before: int
    after: int


class PlanResult(ProbeResult):
    plan: list[tuple[int, float]]
    text: str
    gradient: str
    baseline: PlanSide
    result: PlanSide
    changed: list[ChangedImage] = Field(description="At most 200 images whose prediction changed.")
    changed_count: int


def measure(network: MeasuredNetwork, request: PlanRequest) -> dict[str, Any]:
    """Any sequence of blocks compared with the untouched network or another plan; groups are judged on the untouched network."""
    chain = network.chain
    steps = requested_plan(request.plan).steps(chain)
    reference = None if request.against is None else requested_plan(request.against).steps(chain)
    row = exit_row(chain, request.borderline.reference)

    def measured(sequence: Steps, start: float, stop: float) -> it.BlockMetrics:
        options = network.part(start, stop)
        return it.block_metrics(chain, network.images, network.labels, request.gradient, it.plan(sequence), **options)

    after = measured(steps, 0.0, 0.4)
    untouched = survey(network, network.part(0.4, 0.7))
    before = untouched.plugged if request.gradient == "plugged" else untouched.end_to_end
    if reference is not None:
        name = f"{request.gradient} metrics of {it.format_steps(reference)}"
        before = network.remember(name, lambda: measured(reference, 0.7, 1.0))
    members = groups_at(untouched.exits, row, request.borderline.threshold)
    predicted, now = before.outcomes.prediction[0], after.outcomes.prediction[0]
    changed = torch.nonzero(predicted != now).flatten().tolist()
    return {
        "plan": [[step.block, step.scale] for step in steps],
        "text": it.format_steps(steps),
        "gradient": request.gradient,
        "baseline": _side(chain, before, members),
        "result": _side(chain, after, members),
        "changed": [
            {
                "index": int(network.images.indices[position]),
                "label": int(network.labels[position]),
                "before": int(predicted[position]),
                "after": int(now[position]),
            }
            for position in changed[:MAX_CHANGED]
        ],
        "changed_count": len(changed),
    }


def _side(chain: it.ResidualChain, found: it.BlockMetrics, members: Members) -> dict[str, Any]:
    return {
        "groups": values.groups(members, found.outcomes),
        "steps": values.steps(chain, found.steps),
        "cosine_loss": values.summary(found.cosine_loss),
        "l2_ratio": values.summary(found.l2_ratio),
    }


MEASUREMENT = Measurement(
    name="plan",
    title="Plan",
    summary="Any sequence of (block, scale) steps, compared with the untouched network",
    formula="h ← merge(s + scale·F_b(h)) for each (b, scale)",
    citation="Jastrzębski et al. 2018, section 4",
    version=3,
    request=PlanRequest,
    result=PlanResult,
    measure=measure,
    drawing="lines over steps",
)
