"""Whether one block could do another's work (after Jacobs et al. 2025; the substitution matrix is ours)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from pydantic import Field

import iterscope as it
from iterscope.measurements import values
from iterscope.measurements.definition import Measurement
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Chunk, Parts, Rows, joined, outcome_rows, read_outcomes
from iterscope.measurements.records import Accuracy, Interval, Numbers, ProbeResult
from iterscope.measurements.request import MeasurementRequest, example
from iterscope.measurements.stages import StageBlocks, stage_records
from iterscope.measurements.tables import axis, coordinate
from iterscope.probes.substitution import (
    as_matrix,
    gains,
    mean_gain,
    nearness,
    pairs_of,
    replaceable,
    substitution,
    substitution_plans,
)

FUNCTIONAL_SHARE = 0.1
"""The share of the time that comparing branches takes beside running every substitution, for progress reports."""


NO_PAIR = "the block doesn't keep the shape, or its stage has no other that does"
NO_BRANCH = "the block doesn't keep the shape, or its stage has no other that does, or its branch is 0"
NO_ORDER = "the stage has fewer than three blocks that keep the shape, or all values are the same"


class SubstituteRequest(MeasurementRequest):
    """One block's branch on another's input, for all pairs of blocks of a stage that keep the shape."""

    model_config = example(full=False)

    full: bool = Field(
        default=False,
        description="Whether to also run the network with each block in place of each other one of its stage, for the accuracy. That takes "
        "half a forward pass for each pair: 450 passes for three stages of 18 blocks.",
    )


class SubstituteResult(ProbeResult):
    full: bool = Field(description="Whether every substitution was run.")
    stages: list[StageBlocks] = coordinate("stage", description="The blocks of each stage that keep the shape.")
    difference: list[Numbers] = axis(
        "block",
        undefined=NO_BRANCH,
        across="block",
        description="Row i, column j: mean ‖F_j(h_i) − F_i(h_i)‖ / ‖F_i(h_i)‖.",
    )
    cosine: list[Numbers] = axis(
        "block",
        undefined=NO_BRANCH,
        across="block",
        description="Row i, column j: mean cos(F_j(h_i), F_i(h_i)).",
    )
    undefined: int = Field(description="Number of pairs and images without a value, because a branch gives zero.")
    nearness: Numbers = axis(
        "stage",
        undefined=NO_ORDER,
        description="Spearman's correlation of the cosine with −|i − j|: positive if neighbours fit better.",
    )
    baseline: Accuracy | None = Field(description="The untouched network; null unless `full`.")
    dropped: Numbers | None = axis(
        "block",
        undefined="the block doesn't keep the shape",
        description="Accuracy without the block; null unless `full`.",
    )
    accuracy: list[Numbers] | None = axis(
        "block",
        undefined=NO_PAIR,
        across="block",
        description="Accuracy with block j in place of block i; null unless `full`.",
    )
    loss: list[Numbers] | None = axis(
        "block",
        undefined=NO_PAIR,
        across="block",
        unit="nats",
        description="Loss with block j in place of block i; null unless `full`.",
    )
    gain: list[Numbers] | None = axis(
        "block",
        undefined=NO_PAIR,
        across="block",
        description="Accuracy with block j in place of block i − accuracy without block i; null unless `full`.",
    )
    mean_gain: Numbers | None = axis(
        "stage",
        undefined="the stage has fewer than two blocks that keep the shape",
        description="Mean gain over pairs of different blocks.",
    )
    mean_gain_interval: list[Interval] | None = axis("stage", description="95 % bootstrap interval over images.")
    accuracy_nearness: Numbers | None = axis(
        "stage",
        undefined=NO_ORDER,
        description="Spearman's correlation of the accuracy with −|i − j|, over pairs of different blocks.",
    )


def prepare(network: MeasuredNetwork, request: SubstituteRequest) -> Parts:
    """Differences between the branches of each pair of blocks, and with `full` the accuracy with one in place of the other."""
    chain, blocks = network.chain, len(network.chain)
    stages = replaceable(chain)
    pairs, movable = pairs_of(stages), [block for stage in stages for block in stage.blocks]
    plans = substitution_plans(chain, stages)

    def chunk(some: Chunk) -> Rows:
        share = FUNCTIONAL_SHARE if request.full else 1.0
        found = substitution(chain, some.images, **some.part(0.0, share))
        rows: Rows = {"sum images": torch.tensor([len(some.images)])}
        for name, each in (("difference", found.difference), ("cosine", found.cosine)):
            rows |= {f"sum {name}": each.nansum(1), f"sum {name} defined": (~each.isnan()).sum(1)}
        if request.full:
            options = some.part(share, 1.0)
            rows |= outcome_rows(
                it.evaluate_plans(chain, some.images, None, plans, states=network.states(some), **options)
            )
        return rows

    def finish(rows: Rows) -> dict[str, Any]:
        means = {name: rows[f"sum {name}"] / rows[f"sum {name} defined"] for name in ("difference", "cosine")}
        full = _nothing() if not request.full else _full(rows)
        return {
            "full": request.full,
            "stages": stage_records(stages),
            **{name: as_matrix(mean, pairs, blocks) for name, mean in means.items()},
            "undefined": int(rows["sum images"] * len(pairs) - rows["sum cosine defined"].sum()),
            "nearness": [nearness(means["cosine"], pairs, stage.blocks) for stage in stages],
            **full,
        }

    def _full(rows: Rows) -> dict[str, Any]:
        found = read_outcomes(rows)
        first, gain = 1 + len(movable), gains(stages, found.correct)
        alone = [mean_gain(stages, stage.blocks, found.correct, request.seed) for stage in stages]
        dropped = [None] * blocks
        for block, share in zip(movable, found.accuracy[1:first].tolist(), strict=True):
            dropped[block] = share
        return {
            "baseline": values.table(found.rows(0, 1))[0],
            "dropped": dropped,
            "accuracy": as_matrix(found.accuracy[first:], pairs, blocks),
            "loss": as_matrix(found.mean_loss[first:], pairs, blocks),
            "gain": as_matrix(gain.mean(1), pairs, blocks),
            "mean_gain": [mean for mean, _ in alone],
            "mean_gain_interval": [interval for _, interval in alone],
            "accuracy_nearness": [nearness(found.accuracy[first:], pairs, stage.blocks) for stage in stages],
        }

    return Parts(chunk, finish, merge=_merged)


def _nothing() -> dict[str, Any]:
    names = ("baseline", "dropped", "accuracy", "loss", "gain", "mean_gain", "mean_gain_interval", "accuracy_nearness")
    return dict.fromkeys(names)


def _merged(parts: Sequence[Rows]) -> Rows:
    """Sums are added, chunk by chunk; outcomes are joined."""
    sums = [name for name in parts[0] if name.startswith("sum ")]
    others = [{name: rows for name, rows in part.items() if name not in sums} for part in parts]
    added = {name: sum((part[name] for part in parts[1:]), parts[0][name]) for name in sums}
    return {**joined(others), **added}


MEASUREMENT = Measurement(
    name="substitute",
    title="Substitution",
    summary="Whether a block can replace another one of its stage",
    formula="‖F_j(h_i) − F_i(h_i)‖ / ‖F_i(h_i)‖; accuracy with block j in place of block i − accuracy without block i",
    citation="after Jacobs et al. 2025; the matrix is our definition",
    version=2,
    request=SubstituteRequest,
    result=SubstituteResult,
    prepare=prepare,
    drawing="matrix of blocks",
)
