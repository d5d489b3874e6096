"""Whether the blocks of a stage refine one estimate without bias (Greff et al. 2017)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce
from typing import Any

import torch
from pydantic import BaseModel, Field
from torch import Tensor

import iterscope as it
from iterscope.measurements import values
from iterscope.measurements.definition import Measurement
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Chunk, Parts, Rows
from iterscope.measurements.records import Interval, Number, Numbers, PerImageResult, Position, Summary
from iterscope.measurements.request import PerImageRequest, example
from iterscope.measurements.tables import axis, coordinate, entry
from iterscope.probes.estimation_bias import Moments, bias_ratio, estimation_bias
from iterscope.probes.resampling import bootstrap_counts, percentile_interval
from iterscope.probes.stages import stage_blocks
from iterscope.probes.statistics import wilson_interval

SINGLE_BLOCK = "the stage has a single block"


class EstimationBiasRequest(PerImageRequest):
    """The errors ε_l = r_l − r_e of the states in a stage against the stage's last state r_e."""

    model_config = example(channels=False)

    channels: bool = Field(
        default=False, description="Whether the result has `channels`: mean and standard deviation of each channel."
    )


class StageBias(BaseModel):
    stage: int
    bias: Number = entry(undefined=SINGLE_BLOCK, description="mean_c |μ_c| of the error after the stage's first block.")
    spread: Number = entry(undefined=SINGLE_BLOCK, description="mean_c σ_c of that error.")
    ratio: Number = entry(undefined=SINGLE_BLOCK, description="√Σμ² / √Σσ² of that error.")
    ratio_interval: Interval = Field(description="95 % bootstrap interval over images.")
    falling: int = Field(description="Number of these blocks at which the spread falls.")
    steps: int = Field(
        description="Number of blocks between the stage's first and last. At the last one the spread falls to 0 by definition."
    )


class ChannelErrors(BaseModel):
    mean: Numbers
    std: Numbers


class EstimationBiasResult(PerImageResult):
    positions: list[Position] = coordinate("position", description="The states after each block.")
    bias: Numbers = axis(
        "position",
        undefined=SINGLE_BLOCK,
        description="mean_c |μ_c| of the error; 0 at the end of a stage.",
    )
    spread: Numbers = axis(
        "position",
        undefined=SINGLE_BLOCK,
        description="mean_c σ_c of the error over images and pixels.",
    )
    ratio: Numbers = axis(
        "position",
        undefined="the stage ends, or the error is the same everywhere",
        description="√Σμ² / √Σσ².",
    )
    channel_mean: Summary = axis("position", undefined=SINGLE_BLOCK, description="μ_c: statistics over the channels.")
    distance: Summary = axis(
        "position",
        undefined=f"{SINGLE_BLOCK}, or its last state is 0 for every image",
        description="‖r_l − r_e‖ / ‖r_e‖ of each image.",
    )
    stages: list[StageBias] = axis(
        "stage", description="Each stage: its error after the first block, and how it falls."
    )
    falling_share: Number = Field(
        description="Share of the blocks between the first and the last of their stage at which the spread falls."
    )
    falling_interval: Interval = Field(description="95 % Wilson interval of that share.")
    channels: list[ChannelErrors] | None = Field(
        description="Mean and standard deviation of the error in each channel, at each position, if asked for."
    )


def prepare(network: MeasuredNetwork, request: EstimationBiasRequest) -> Parts:
    """Mean and spread of the error of each state against the end of its stage."""
    stages = stage_blocks(network.chain)

    def chunk(some: Chunk) -> Rows:
        found = estimation_bias(network.chain, some.images, per_image_channels=True, **some.options)
        counts = bootstrap_counts(len(some.images), request.seed, some.place[0])
        rows: Rows = {"distance": found.distance, "draws": counts.sum(1)}
        for stage, (mean, square) in enumerate(zip(found.image_means, found.image_squares, strict=True)):
            rows |= {f"draws mean {stage}": counts @ mean, f"draws square {stage}": counts @ square}
        for row, moments in enumerate(found.moments):
            rows |= {} if moments is None else _moment_rows(row, moments)
        return rows

    def finish(rows: Rows) -> dict[str, Any]:
        moments = [_moments(rows, row) if f"images {row}" in rows else None for row in range(len(network.chain))]
        found = it.EstimationBias(network.chain.stages, tuple(moments), rows["distance"], (), ())
        spread = found.spread.tolist()
        falls = [[spread[index + 1] < spread[index] for index in blocks[:-2]] for blocks in stages]
        known = [fell for blocks, some in zip(stages, falls, strict=True) for fell in some if moments[blocks[-1]]]
        per_stage = [
            {
                "stage": stage,
                "bias": float(found.bias[blocks[0]]),
                "spread": spread[blocks[0]],
                "ratio": float(found.ratio[blocks[0]]),
                "ratio_interval": percentile_interval(_ratios(rows, stage)),
                "falling": sum(falls[stage]),
                "steps": len(falls[stage]),
            }
            for stage, blocks in enumerate(stages)
        ]
        return {
            "positions": [
                {"index": index + 1, "stage": stage, "is_projection": block.is_projection}
                for index, (stage, block) in enumerate(zip(network.chain.stages, network.chain, strict=True))
            ],
            "bias": found.bias,
            "spread": spread,
            "ratio": found.ratio,
            "channel_mean": _over_channels(moments),
            "distance": values.summary(found.distance),
            "stages": per_stage,
            "falling_share": sum(known) / len(known) if known else math.nan,
            "falling_interval": wilson_interval(sum(known), len(known)),
            "channels": _channels(moments) if request.channels else None,
            **(values.per_image(distance=found.distance) if request.per_image else {}),
        }

    return Parts(chunk, finish, merge=_merge)


def _merge(parts: Sequence[Rows]) -> Rows:
    """Distances one after the other, draws added, and moments merged in the chunks' order."""
    merged: Rows = {"distance": torch.cat([part["distance"] for part in parts], -1)}
    for name in parts[0]:
        if name.startswith("draws"):
            merged[name] = torch.stack([part[name] for part in parts]).sum(0)
        elif name.startswith("images"):
            row = int(name.split()[1])
            merged |= _moment_rows(row, reduce(Moments.merged, (_moments(part, row) for part in parts)))
    return merged


def _moment_rows(row: int, moments: Moments) -> Rows:
    images = torch.tensor(moments.images)
    return {f"images {row}": images, f"mean {row}": moments.mean, f"variance {row}": moments.variance}


def _moments(rows: Rows, row: int) -> Moments:
    return Moments(int(rows[f"images {row}"]), rows[f"mean {row}"], rows[f"variance {row}"])


def _ratios(rows: Rows, stage: int) -> Tensor:
    """(R,) the ratio at the start of a stage in each bootstrap sample; NaN in a stage of one block."""
    count = rows["draws"].unsqueeze(1)
    mean, square = rows[f"draws mean {stage}"] / count, rows[f"draws square {stage}"] / count
    return bias_ratio(mean, (square - mean**2).clamp_min(0))


def _over_channels(moments: list[Moments | None]) -> dict[str, Any]:
    """Statistics of μ_c over the channels of each row, of which there are not equally many."""
    none = torch.empty(1, 0, dtype=torch.float64)
    rows = [values.summary(none if each is None else each.mean.unsqueeze(0)) for each in moments]
    joined = {name: torch.cat([row[name] for row in rows]) for name in rows[0] if name != "quantiles"}
    levels = rows[0]["quantiles"]
    return {**joined, "quantiles": {level: torch.cat([row["quantiles"][level] for row in rows]) for level in levels}}


def _channels(moments: list[Moments | None]) -> list[dict[str, Any]]:
    return [
        {"mean": [], "std": []} if each is None else {"mean": each.mean, "std": each.variance.sqrt()}
        for each in moments
    ]


MEASUREMENT = Measurement(
    name="estimation-bias",
    title="Estimation bias",
    summary="Mean and spread of each state's error against the end of its stage",
    formula="ε_l = r_l − r_e: mean μ_c and standard deviation σ_c of each channel",
    citation="after Greff et al. 2017",
    version=2,
    request=EstimationBiasRequest,
    result=EstimationBiasResult,
    prepare=prepare,
    drawing="lines over positions",
)
