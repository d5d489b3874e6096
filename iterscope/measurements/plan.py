"""Any sequence of (block, scale) steps, compared with the untouched network."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate
from typing import Any

import torch
from pydantic import BaseModel, Field

import iterscope as it
from iterscope.measurements import values
from iterscope.measurements.block_metrics import Gradient, metrics_rows, survey
from iterscope.measurements.definition import Measurement
from iterscope.measurements.early_exit import exit_row
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Chunk, Parts, Rows, outcome_rows, read_outcomes
from iterscope.measurements.records import Groups, PlanStepResult, ProbeResult, Summary
from iterscope.measurements.request import (
    BorderlineChoice,
    MeasurementRequest,
    PlanSteps,
    PlanText,
    example,
    requested_plan,
)
from iterscope.measurements.tables import axis, coordinate
from iterscope.plan import Steps
from iterscope.probes.block_metrics import BegunMetrics, begin_metrics
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
    groups: Groups = axis(
        "output", description="Borderline, correct and all images, as judged in the untouched network."
    )
    steps: list[PlanStepResult] = coordinate("step", description="The blocks that ran, with their factors.")
    cosine_loss: Summary = axis("step", description="cos(F, ∂L/∂h)")
    l2_ratio: Summary = axis("step", description="‖F‖ / ‖h‖")


class ChangedImage(BaseModel):
    index: int
    label: int
    before: int
    after: int


class PlanResult(ProbeResult):
    plan: list[tuple[int, float]] = Field(description="[block, factor] of each step that ran.")
    text: str = Field(description="The plan in short notation.")
    gradient: str = Field(description="The gradient of the cosine loss.")
    result: PlanSide = Field(description="The plan.")
    baseline: PlanSide = Field(description="What it is compared with: the untouched network, or the plan `against`.")
    changed: list[ChangedImage] = axis("image", description="At most 200 images whose prediction changed.")
    changed_count: int = Field(description="Number of all images whose prediction changed.")


def prepare(network: MeasuredNetwork, request: PlanRequest) -> Parts:
    """Any sequence of blocks compared with the untouched network or another plan; groups are judged on the untouched network."""
    chain = network.chain
    steps = requested_plan(request.plan).steps(chain)
    reference = None if request.against is None else requested_plan(request.against).steps(chain)
    row = exit_row(chain, request.borderline.reference)

    def measured(sequence: Steps, some: Chunk, start: float, stop: float) -> Rows:
        options = some.part(start, stop)
        return metrics_rows(it.block_metrics(chain, some.images, None, request.gradient, it.plan(sequence), **options))

    compared = None if reference is None else f"{request.gradient} metrics of {it.format_steps(reference)}"

    begun: dict[tuple[int, int], BegunMetrics] = {}
    """By the place of a chunk: the plan's forward pass, whose backward pass `chunk` runs."""

    def begin(some: Chunk) -> BegunMetrics | None:
        if request.gradient == "plugged":
            return None
        held = sum(forward.nbytes for forward in begun.values())
        options = {"states": network.states(some), "held": held, **some.part(0.0, 0.5)}
        return begin_metrics(chain, some.images, None, it.plan(steps), **options)

    def quick(some: Chunk) -> Rows:
        """The outcomes, from forward passes alone."""
        known = network.recall("survey", some)
        plans = {
            "exits": [] if isinstance(known, it.Survey) else [it.exit_after(block) for block in chain.last_stage],
            "reference": [] if reference is None else [it.plan(reference)],
            "plan": [],
        }
        if (forward := begin(some)) is not None:
            begun[some.place] = forward
        else:
            plans["plan"] = [it.plan(steps)]
        found = _outcomes(network, some, plans)
        untouched = known.exits if isinstance(known, it.Survey) else found["exits"]
        before = untouched.rows(len(untouched.loss) - 1) if reference is None else found["reference"]
        return {
            **outcome_rows(before, "before "),
            **outcome_rows(found["plan"] if forward is None else forward.outcomes, "after "),
            **outcome_rows(untouched, "exits "),
            "index": some.images.indices.cpu(),
        }

    def chunk(some: Chunk) -> Rows:
        if (forward := begun.pop(some.place, None)) is not None:
            after = metrics_rows(forward.finish(some.part(0.0, 0.4)["progress"]))
        else:
            after = measured(steps, some, 0.0, 0.4)
        untouched = survey(network, some, 0.4, 0.7)
        before = metrics_rows(untouched.plugged if request.gradient == "plugged" else untouched.end_to_end)
        if reference is not None and compared is not None:
            before = network.remember(compared, some, lambda: measured(reference, some, 0.7, 1.0))
        return {
            **{f"before {name}": values for name, values in before.items()},
            **{f"after {name}": values for name, values in after.items()},
            **outcome_rows(untouched.exits, "exits "),
            "index": some.images.indices.cpu(),
        }

    def finish(rows: Rows) -> dict[str, Any]:
        members = groups_at(read_outcomes(rows, "exits "), row, request.borderline.threshold)
        before, after = (read_outcomes(rows, name).prediction[0] for name in ("before ", "after "))
        changed = torch.nonzero(before != after).flatten()
        columns = {"index": rows["index"], "label": rows["exits labels"], "before": before, "after": after}
        listed = {name: column[changed[:MAX_CHANGED]].tolist() for name, column in columns.items()}
        identity = it.identity().steps(chain)
        return {
            "plan": [[step.block, step.scale] for step in steps],
            "text": it.format_steps(steps),
            "gradient": request.gradient,
            "baseline": _side(chain, identity if reference is None else reference, rows, "before ", members),
            "result": _side(chain, steps, rows, "after ", members),
            "changed": [dict(zip(listed, entry, strict=True)) for entry in zip(*listed.values(), strict=True)],
            "changed_count": len(changed),
        }

    return Parts(chunk, finish, quick=quick)


def _outcomes(network: MeasuredNetwork, some: Chunk, plans: Mapping[str, list[it.Plan]]) -> dict[str, it.Outcomes]:
    """Those of each list of plans, from one pass for all of them, or none if there are none."""
    together = [plan for listed in plans.values() for plan in listed]
    if not together:
        return {}
    options = some.part(0.5, 1.0)
    found = it.evaluate_plans(network.chain, some.images, None, together, states=network.states(some), **options)
    ends = dict(zip(plans, accumulate(map(len, plans.values())), strict=True))
    return {name: found.rows(ends[name] - len(listed), ends[name]) for name, listed in plans.items()}


def _side(chain: it.ResidualChain, steps: Steps, rows: Rows, name: str, members: Members) -> dict[str, Any]:
    return {
        "groups": values.groups(members, read_outcomes(rows, name)),
        "steps": values.steps(chain, steps),
        "cosine_loss": values.summary(rows.get(f"{name}cosine_loss")),
        "l2_ratio": values.summary(rows.get(f"{name}l2_ratio")),
    }


MEASUREMENT = Measurement(
    name="plan",
    title="Plan",
    summary="Any sequence of (block, scale) steps, compared with the untouched network",
    formula="h ← merge(s + scale·F_b(h)) for each (b, scale)",
    citation="Jastrzębski et al. 2018, section 4",
    version=4,
    request=PlanRequest,
    result=PlanResult,
    prepare=prepare,
    drawing="lines over steps",
)
