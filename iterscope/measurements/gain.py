"""By how much one step of a block can stretch a small change of its input."""

from __future__ import annotations

from typing import Any

import torch
from pydantic import Field

import iterscope as it
from iterscope.measurements import values
from iterscope.measurements.definition import Measurement
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Chunk, Parts, Rows
from iterscope.measurements.records import PerImageResult, Summary
from iterscope.measurements.request import PerImageRequest, Scale, example
from iterscope.measurements.tables import axis
from iterscope.probes.gain import ITERATIONS


class GainRequest(PerImageRequest):
    """The largest singular value of the derivative of each block's step, at some images."""

    model_config = example(images=16, alpha=1.0)

    images: int = Field(
        default=16,
        ge=1,
        le=10_000,
        description="Number of images, drawn by `seed` from the sampled ones, that are measured. The time grows with it.",
    )
    alpha: Scale = Field(default=1.0, description="α, the factor on the branch; 1 leaves the block as it is.")
    iterations: int = Field(
        default=ITERATIONS, ge=1, le=1000, description="Subspace iterations; the gain is approached from below."
    )


class GainResult(PerImageResult):
    alpha: float = Field(description="α.")
    gain: Summary = axis("block", description="‖∂merge(s + α·F)/∂h‖₂, which is ‖I + αJ‖₂ without a merge.")
    contracting: list[int] = axis("block", description="Number of images at which the gain is below 1.")


def prepare(network: MeasuredNetwork, request: GainRequest) -> Parts:
    """The gain of each block's step at each image."""

    def chunk(some: Chunk) -> Rows:
        found = it.gain(
            network.chain,
            some.images,
            request.alpha,
            iterations=request.iterations,
            seed=request.seed % 2**32,
            **some.options,
        )
        return {"gain": found.gain}

    def finish(rows: Rows) -> dict[str, Any]:
        return {
            "alpha": request.alpha,
            "gain": values.summary(rows["gain"]),
            "contracting": torch.sum(rows["gain"] < 1, 1),
            **(values.per_image(gain=rows["gain"]) if request.per_image else {}),
        }

    return Parts(chunk, finish, images=network.images.subset(request.images, request.seed))


MEASUREMENT = Measurement(
    name="gain",
    title="Gain",
    summary="The largest singular value of each block's Jacobian",
    formula="‖I + αJ_i‖₂, J_i = ∂F_i/∂h_i",
    citation="a definition of Iterscope's own",
    version=1,
    request=GainRequest,
    result=GainResult,
    prepare=prepare,
    drawing="lines over blocks",
)
