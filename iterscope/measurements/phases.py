"""Stages as a few phases in which one block is repeated (after Jacobs et al. 2025; the untrained surrogate is ours)."""

from __future__ import annotations

from typing import Any

import torch
from pydantic import BaseModel, Field

import iterscope as it
from iterscope.measurements import values
from iterscope.measurements.definition import Measurement
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Chunk, Parts, Rows, outcome_rows, read_outcomes
from iterscope.measurements.records import Accuracy, Interval, Number, Numbers, ProbeResult
from iterscope.measurements.request import MeasurementRequest, example
from iterscope.measurements.stages import StageBlocks, stage_records
from iterscope.measurements.tables import axis, coordinate
from iterscope.probes.movable import movable_blocks
from iterscope.probes.substitution import choose_surrogates

FIT_IMAGES = 256
"""The training images, drawn by the seed, on which segments and their blocks are chosen (all, if there are fewer)."""


class PhasesRequest(MeasurementRequest):
    """Each stage as 1 to k segments of similar states, each of which one of its blocks runs alone."""

    model_config = example(k=4)

    k: int = Field(default=4, ge=1, le=100, description="The most segments of a stage.")


class SurrogateResult(BaseModel):
    segments: str = Field(description="The blocks of each segment, such as `1..4 | 5..8`.")
    stage: int | None = Field(description="The stage that is replaced; null for all of them at once.")
    k: int = Field(description="Number of segments in the stage; at most that in each, if all are replaced.")
    chosen: str = Field(description="The block that runs alone in each segment.")
    accuracy: Number
    accuracy_interval: Interval
    loss: Number


class PhasesResult(ProbeResult):
    fit_images: int = Field(description="Number of training images on which segments and their blocks were chosen.")
    stages: list[StageBlocks] = coordinate("stage", description="The blocks of each stage that keep the shape.")
    similarity: list[Numbers] = axis(
        "block",
        undefined="the block doesn't keep the shape",
        across="block",
        description="Mean cosine of the states that two blocks of a stage return, on the training images; null for two stages.",
    )
    baseline: Accuracy = Field(description="The untouched network.")
    plans: list[SurrogateResult] = axis(
        "plan", description="Each surrogate: one block of each segment runs as often as the segment is long."
    )


def prepare(network: MeasuredNetwork, request: PhasesRequest) -> Parts:
    """Segments and their blocks, chosen on training images, and the accuracy of the network that they make."""
    chain, stages = network.chain, movable_blocks(network.chain)
    fit = network.training(FIT_IMAGES, request.seed)
    similarity, surrogates = choose_surrogates(chain, fit, request.k, **network.part(0.0, 0.0))
    plans = [it.identity(), *(each.plan for each in surrogates)]

    def chunk(some: Chunk) -> Rows:
        return outcome_rows(
            it.evaluate_plans(chain, some.images, None, plans, states=network.states(some), **some.options)
        )

    def finish(rows: Rows) -> dict[str, Any]:
        baseline, *table = values.table(read_outcomes(rows))
        whole = torch.full((len(chain), len(chain)), torch.nan, dtype=torch.float64)
        for stage, alike in zip(stages, similarity, strict=True):
            if stage.blocks:
                whole[stage.blocks[0] : stage.blocks[-1] + 1, stage.blocks[0] : stage.blocks[-1] + 1] = alike
        return {
            "fit_images": len(fit),
            "stages": stage_records(stages),
            "similarity": whole,
            "baseline": baseline,
            "plans": [
                {
                    "segments": " | ".join(
                        it.format_steps(it.Step(block) for block in segment) for segment in each.segments
                    ),
                    "stage": None if each.stage is None else stages[each.stage].stage,
                    "k": each.k,
                    "chosen": " ".join(map(str, each.chosen)),
                    **row,
                }
                for each, row in zip(surrogates, table, strict=True)
            ],
        }

    return Parts(chunk, finish)


MEASUREMENT = Measurement(
    name="phases",
    title="Phases",
    summary="Each stage as a few phases of similar states, in which one block is repeated",
    formula="segments with the least Σ (1 − cos(r_l, r_m)); h ← merge(h + F_b(h)) with one block b of each, as often as it is long",
    citation="after Jacobs et al. 2025; contiguous segments and the untrained surrogate are ours",
    version=1,
    request=PhasesRequest,
    result=PhasesResult,
    prepare=prepare,
    drawing="table of plans",
)
