"""Whether a block that is applied repeatedly converges, and how fast."""

from __future__ import annotations

import math
import sys
from typing import Annotated, Any

from pydantic import Field

import iterscope as it
from iterscope.measurements import values
from iterscope.measurements.definition import Measurement
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Chunk, Parts, Rows
from iterscope.measurements.records import Interval, MeanAndStd, Number, PerImageResult, Summary
from iterscope.measurements.request import BlockIndex, PerImageRequest, example
from iterscope.measurements.tables import axis, coordinate
from iterscope.measurements.unroll import statistics_sentence
from iterscope.probes.resampling import bootstrap_counts, percentile_interval
from iterscope.probes.statistics import wilson_interval


class FixedPointRequest(PerImageRequest):
    """One block applied again and again, from its own input on."""

    model_config = example(block=-1, steps=50, alpha=0.1)

    block: BlockIndex = Field(default=-1, description="The block that is repeated; it must keep the shape.")
    steps: int = Field(default=50, ge=1, le=1000, description="Number of repetitions after the first application.")
    alpha: Annotated[float, Field(gt=0, le=1e6)] = Field(
        default=1.0, description="α, the factor on the branch; 1 leaves the block as it is."
    )


class FixedPointResult(PerImageResult):
    block: int = Field(description="The block that is repeated, from 0.")
    steps: int = Field(description="Number of repetitions after the first application.")
    alpha: float = Field(description="α.")
    statistics: str = Field(description="A sentence that says whose BatchNorm statistics the additional steps use.")
    step: list[int] = coordinate("step", description="0, the block's input, to `steps`.")
    update: Summary = axis(
        "step",
        undefined="the state is beyond the range of its floating-point type for every image",
        description="ρ_t = ‖u_t‖ / ‖h_t‖, where u is F, or the change of h divided by α.",
    )
    contraction: Summary = axis(
        "step",
        undefined="the update before is 0, or beyond the range of its floating-point type, for every image",
        description="‖u_t‖ / ‖u_{t−1}‖, one entry per step from 1 on.",
    )
    mean_contraction: Number = Field(
        description="Geometric mean over images of each image's own geometric mean of its contractions; below 1, the updates shrink."
    )
    mean_contraction_interval: Interval = Field(description="Its 95 % bootstrap interval over images.")
    rate: MeanAndStd = Field(description="Over images: the geometric mean of the last five contractions.")
    settled: int = Field(description="Number of images whose last update is below 0.001 of the state.")
    settled_interval: Interval = Field(description="95 % Wilson interval of the share of settled images.")
    diverged: int = Field(description="Number of images whose state leaves the range of its floating-point type.")


def prepare(network: MeasuredNetwork, request: FixedPointRequest) -> Parts:
    """The length of the update while one block is repeated, and by which factor it shrinks at each step."""
    chain, block = network.chain, network.chain.block_index(request.block)

    def chunk(some: Chunk) -> Rows:
        found = it.fixed_point(chain, some.images, block, request.steps, request.alpha, **some.options)
        return {"update": found.update, "contraction": found.contraction}

    def finish(rows: Rows) -> dict[str, Any]:
        found = it.FixedPoint(block, request.alpha, rows["update"], rows["contraction"])
        settled, images = int(found.settled.sum()), len(found.settled)
        each = found.mean_contraction
        log = each[~each.isnan()].log().clamp_min(math.log(sys.float_info.min))  # a contraction of 0 has no logarithm
        counts = bootstrap_counts(len(log), request.seed)
        return {
            "block": block,
            "steps": request.steps,
            "alpha": request.alpha,
            "statistics": statistics_sentence(chain, block),
            "step": list(range(request.steps + 1)),
            "update": values.summary(found.update),
            "contraction": values.summary(found.contraction),
            "mean_contraction": float(log.mean().exp()),
            "mean_contraction_interval": percentile_interval((counts @ log / counts.sum(1)).exp()),
            "rate": values.mean_and_std(found.rate),
            "settled": settled,
            "settled_interval": wilson_interval(settled, images),
            "diverged": int(found.diverged.sum()),
            **(
                values.per_image(update=found.update, contraction=found.contraction, rate=found.rate)
                if request.per_image
                else {}
            ),
        }

    return Parts(chunk, finish)


MEASUREMENT = Measurement(
    name="fixed-point",
    title="Fixed point",
    summary="Whether a block that is applied repeatedly converges, and how fast",
    formula="h ← merge(h + α·F_k(h)): ‖F(h_t)‖ / ‖h_t‖ and ‖F(h_{t+1})‖ / ‖F(h_t)‖",
    citation="a definition of Iterscope's own, after Jastrzębski et al. 2018, section 4.4",
    version=2,
    request=FixedPointRequest,
    result=FixedPointResult,
    prepare=prepare,
    drawing="lines over steps",
)
