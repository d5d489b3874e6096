"""Whether a stage behaves like an iteration; the definition is ours."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

import iterscope as it
from iterscope.measurements import values
from iterscope.measurements.definition import Measurement
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Chunk, Parts, Rows, outcome_rows, read_outcomes
from iterscope.measurements.records import Accuracy, Interval, Number, Numbers, ProbeResult
from iterscope.measurements.request import MeasurementRequest, Scale, example
from iterscope.measurements.stages import StageBlocks, stage_records
from iterscope.measurements.tables import axis, coordinate, entry
from iterscope.numerics import Outcomes
from iterscope.probes.iterative_convergence import INDICES, index_intervals, stage_indices, stage_runs, towards_chance
from iterscope.probes.movable import movable_blocks

NO_INDEX = "the stage has no block that keeps the shape, or the network isn't better than chance"


class IterativeConvergenceRequest(MeasurementRequest):
    """Each stage with fewer of its blocks, and with more steps of its last one."""

    model_config = example(alpha=1.0)

    steps: int | None = Field(
        default=None,
        ge=1,
        le=1000,
        description="Additional steps of a stage's last block that keeps the shape; null: as many as the stage has such blocks.",
    )
    alpha: Scale = Field(default=1.0, description="The factor on the branch in the additional steps.")


class StageRunResult(BaseModel):
    run: str = Field(
        description="first: only the first `count` blocks; last: only the last; more: all, and more steps."
    )
    stage: int
    count: int
    depth: int = Field(description="Blocks run, from the trained depth: count − n, or the additional steps.")
    accuracy: Number
    accuracy_interval: Interval
    loss: Number
    towards_chance: Number = entry(
        undefined="the network isn't better than chance",
        description="x: 0 with the untouched network's error, 1 at chance.",
    )


class IterativeConvergenceResult(ProbeResult):
    baseline: Accuracy = Field(description="The untouched network.")
    chance: Number = Field(description="1 − the share of the largest class: the error of guessing it.")
    stages: list[StageBlocks] = coordinate("stage", description="The blocks of each stage that keep the shape.")
    convergence: Numbers = axis(
        "stage",
        undefined=NO_INDEX,
        description="Mean of x with only the first t blocks, t < n.",
    )
    convergence_interval: list[Interval] = axis("stage", description="95 % bootstrap interval over images.")
    order_free: Numbers = axis(
        "stage",
        undefined=NO_INDEX,
        description="Mean of x with only the last t blocks, t < n.",
    )
    order_free_interval: list[Interval] = axis("stage", description="95 % bootstrap interval over images.")
    recurrence: Numbers = axis(
        "stage",
        undefined=NO_INDEX,
        description="order_free − convergence.",
    )
    recurrence_interval: list[Interval] = axis("stage", description="95 % bootstrap interval over images.")
    divergence: Numbers = axis(
        "stage",
        undefined=NO_INDEX,
        description="Mean of x with the last block run 1, 2, … more times.",
    )
    divergence_interval: list[Interval] = axis("stage", description="95 % bootstrap interval over images.")
    plans: list[StageRunResult] = axis("plan", description="Each way to run a stage; the other stages are untouched.")


def prepare(network: MeasuredNetwork, request: IterativeConvergenceRequest) -> Parts:
    """Each stage with fewer of its blocks, from its beginning and from its end, and with more steps of its last one."""
    chain = network.chain
    stages = movable_blocks(chain)
    runs = stage_runs(chain, stages, request.steps, request.alpha)
    plans = [it.identity(), *(run.plan for run in runs)]

    def chunk(some: Chunk) -> Rows:
        return outcome_rows(
            it.evaluate_plans(chain, some.images, None, plans, states=network.states(some), **some.options)
        )

    def finish(rows: Rows) -> dict[str, Any]:
        found = read_outcomes(rows)
        before, after = found.rows(0, 1), found.rows(1)
        return {
            "baseline": values.table(before)[0],
            "chance": _chance(found),
            "stages": stage_records(stages),
            "plans": _plans(before, after),
            **_indices(before, after),
        }

    def _indices(before: Outcomes, after: Outcomes) -> dict[str, Any]:
        found = stage_indices(runs, len(stages), before, after)
        intervals = index_intervals(runs, len(stages), before, after, request.seed)
        return {name: getattr(found, name) for name in INDICES} | {
            f"{name}_interval": each for name, each in intervals.items()
        }

    def _plans(before: Outcomes, after: Outcomes) -> list[dict[str, Any]]:
        once = after.labels.new_ones(1, len(after.labels))
        x = towards_chance(after.correct, before.correct, after.labels, once)[0].tolist()
        return [
            {
                "run": run.kind,
                "stage": stages[run.stage].stage,
                "count": run.count,
                "depth": run.count if run.kind == "more" else run.count - len(stages[run.stage].blocks),
                **row,
                "towards_chance": each,
            }
            for run, row, each in zip(runs, values.table(after), x, strict=True)
        ]

    return Parts(chunk, finish)


def _chance(outcomes: Outcomes) -> float:
    return 1 - int(outcomes.labels.bincount().max()) / len(outcomes.labels)


MEASUREMENT = Measurement(
    name="iterative-convergence",
    title="Iterative convergence",
    summary="Whether a stage behaves like an iteration: it settles, and its steps are interchangeable",
    formula="mean of x = (error − error of the network) / (chance − error of the network) with the first t, with the last t, and with more "
    "blocks",
    citation="our definition, in the spirit of Lippl, Peters and Kriegeskorte 2024",
    version=1,
    request=IterativeConvergenceRequest,
    result=IterativeConvergenceResult,
    prepare=prepare,
    drawing="table of plans",
)
