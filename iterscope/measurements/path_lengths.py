"""Number of residual branches that the gradient passes through."""

from __future__ import annotations

from typing import Any

from pydantic import Field

import iterscope as it
from iterscope.measurements import values
from iterscope.measurements.definition import Measurement
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Chunk, Parts, Rows
from iterscope.measurements.records import Interval, Number, Numbers, PerImageResult, Summary
from iterscope.measurements.request import PerImageRequest, example
from iterscope.measurements.tables import axis, coordinate
from iterscope.probes.path_lengths import binomial, path_sets
from iterscope.probes.resampling import mean_interval


class PathLengthsRequest(PerImageRequest):
    """The weight of paths of each length in the gradient."""

    model_config = example(limit=100, draws=10)

    limit: int | None = Field(
        default=100, ge=1, le=10_000_000, description="Number of images sampled from the split; null for all."
    )
    draws: int = Field(
        default=10, ge=1, le=200, description="Random sets of blocks for each length; all sets, if there are no more."
    )


class PathLengthsResult(PerImageResult):
    lengths: list[int] = coordinate("length", description="Numbers of branches on a path.")
    sets: list[int] = axis("length", description="Number of sets of blocks of that length.")
    weight: Summary = axis(
        "length",
        undefined="every gradient is 0",
        description="Share of the gradient that takes paths of that length: their number times the mean norm of the gradient along one.",
    )
    gradient_norm: Summary = axis("length", description="Mean norm of the gradient along one path, at the first state.")
    binomial: Numbers = axis("length", description="Share of that length among all paths, without their gradients.")
    effective_length: Number = Field(description="Mean length of the paths by their weight, over the images.")
    effective_length_std: Number = Field(description="Its standard deviation over the images.")
    effective_length_interval: Interval = Field(description="The 95 % bootstrap interval of the mean over the images.")
    undefined: int = Field(description="Number of images without a gradient on any of these paths.")
    half: float = Field(description="L/2, the mean length of all paths without their gradients.")


def prepare(network: MeasuredNetwork, request: PathLengthsRequest) -> Parts:
    """The gradient through random sets of branches, for every number of them."""
    length = len(network.chain)
    sizes = [len(chosen) for chosen in path_sets(network.chain, request.draws, request.seed)]

    def chunk(some: Chunk) -> Rows:
        found = it.path_lengths(network.chain, some.images, None, request.draws, seed=request.seed, **some.options)
        return {
            "weight": found.weight,
            "gradient_norm": found.gradient_norm,
            "effective_length": found.effective_length,
        }

    def finish(rows: Rows) -> dict[str, Any]:
        effective = rows["effective_length"].unsqueeze(0)
        whole = it.summarise(effective)
        return {
            "lengths": list(range(length + 1)),
            "sets": [sizes.count(size) for size in range(length + 1)],
            "weight": values.summary(rows["weight"]),
            "gradient_norm": values.summary(rows["gradient_norm"]),
            "binomial": binomial(length),
            "effective_length": float(whole.mean[0]),
            "effective_length_std": float(whole.std[0]),
            "effective_length_interval": list(mean_interval(rows["effective_length"], request.seed)),
            "undefined": int(whole.undefined[0]),
            "half": length / 2,
            **(values.per_image(**rows) if request.per_image else {}),
        }

    return Parts(chunk, finish)


MEASUREMENT = Measurement(
    name="path-lengths",
    title="Path lengths",
    summary="Number of residual branches that the gradient passes through",
    formula="w_k ∝ C(L, k) · mean ‖g_S‖ over sets S of k branches; Σ k·w_k",
    citation="after Veit et al. 2016, section 4.3",
    version=1,
    request=PathLengthsRequest,
    result=PathLengthsResult,
    prepare=prepare,
    drawing="lines over steps",
)
