"""Whether the Jacobians of a stage's blocks align, and states move along a straight line (Li and Papyan 2023)."""

from __future__ import annotations

import math
from typing import Any

import torch
from pydantic import BaseModel, Field
from torch import Tensor

import iterscope as it
from iterscope.datasets.records import drawn
from iterscope.measurements import values
from iterscope.measurements.definition import Measurement
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Chunk, Parts, Rows
from iterscope.measurements.records import Interval, Number, Numbers, PerImageResult, Summary
from iterscope.measurements.request import PerImageRequest, example
from iterscope.measurements.tables import axis, entry
from iterscope.probes.alignment import Alignment, LineShape, default_rank
from iterscope.probes.gain import ITERATIONS
from iterscope.probes.resampling import mean_interval

LINE_SHARE = 0.05
"""The share of the time that the line shape takes, for progress reports."""
_OF_JACOBIANS = ("values", "self_alignment", "stable_rank", "coupling", "overlap")
_OF_LINES = ("cosine", "score", "tortuosity", "spacing")


NO_LINE = "the stage has no block that keeps the shape, or its steps are 0"
NO_SHAPE = "the branch changes the shape, or its Jacobian is 0 for every image"


class AlignmentRequest(PerImageRequest):
    """The line shape of all images, and the residual Jacobians of some of them."""

    model_config = example(images=16)

    images: int = Field(
        default=16,
        ge=1,
        le=10_000,
        description="Number of images, drawn by `seed` from the measured ones, at which Jacobians are computed. The time grows with it.",
    )
    rank: int | None = Field(
        default=None,
        ge=1,
        le=200,
        description="K, the number of singular values; default: 10, or one more than there are classes if there are up to 31.",
    )
    iterations: int = Field(default=ITERATIONS, ge=1, le=1000, description="Subspace iterations.")


class StageAlignment(BaseModel):
    stage: int
    steps: int = Field(description="n, the number of blocks that keep the shape.")
    coupling: Number = entry(
        undefined="fewer than two of its branches keep the shape and have a Jacobian other than 0",
        description="Mean c_ij over pairs of different blocks and images; 1 is perfect.",
    )
    coupling_interval: Interval = Field(description="95 % bootstrap interval over images, as all of this stage.")
    inverse_fit: Number = entry(
        undefined="the stage has fewer than three blocks that keep the shape, or one with a Jacobian of 0",
        description="Mean correlation of 1/s_1 with the block's index, among blocks that keep the shape.",
    )
    inverse_fit_interval: Interval
    cosine: Number = entry(
        undefined="the stage has fewer than two blocks that keep the shape, or its steps are 0",
        description="Mean cos(e_i, e_{i+1}) of successive steps.",
    )
    cosine_interval: Interval
    line_shape: Number = entry(
        undefined=NO_LINE,
        description="Mean LSS: 1 on a line, √n for orthogonal steps.",
    )
    line_shape_share: Number = entry(
        undefined=NO_LINE,
        description="Mean LSS / √n; below 1: straighter than orthogonal steps.",
    )
    line_shape_share_interval: Interval
    tortuosity: Number = entry(
        undefined=NO_LINE,
        description="Mean length of the path, divided by the distance of its ends.",
    )
    spacing: Number = entry(
        undefined=NO_LINE,
        description="Mean of the steps' std ‖e‖ / mean ‖e‖; 0: equispaced.",
    )
    undefined: int = Field(description="Number of images without a line shape.")


class AlignmentResult(PerImageResult):
    rank: int = Field(description="K.")
    images: int = Field(description="Number of images at which Jacobians were computed.")
    first: Summary = axis("block", description="s_1 of J_i = ∂F_i/∂h_i, over those images.")
    self_alignment: Summary = axis(
        "block",
        undefined=NO_SHAPE,
        description="mean_k |u_k · v_k|.",
    )
    stable_rank: Summary = axis("block", undefined="the Jacobian is 0 for every image", description="‖J‖²_F / s_1².")
    tail: Summary = axis(
        "block",
        undefined="K is at most the number of classes",
        description="s_{C+1} / s_1 for C classes.",
    )
    singular_values: list[Numbers] = axis(
        "block", across="singular value", description="Mean s_1 … s_K of each block over those images."
    )
    coupling: list[Numbers] = axis(
        "block",
        undefined=NO_SHAPE,
        across="block",
        description="Mean c_ij = 1 − ‖|U_jᵀ J_i V_j| − S_i‖_F / ‖S_i‖_F within a stage, i in rows.",
    )
    overlap: list[Numbers] = axis(
        "block",
        undefined=NO_SHAPE,
        across="block",
        description="Mean ‖U_iᵀ U_j‖²_F / K within a stage.",
    )
    stages: list[StageAlignment] = axis("stage", description="The line shape of all images, and means of the above.")


def prepare(network: MeasuredNetwork, request: AlignmentRequest) -> Parts:
    """The line shape of each stage, and the alignment of its blocks' Jacobians."""
    chain, classes = network.chain, network.dataset.num_classes
    rank = request.rank or default_rank(classes)
    positions = drawn(len(network.images), request.images, request.seed)
    chosen = torch.arange(len(network.images)) if positions is None else positions

    def chunk(some: Chunk) -> Rows:
        lines = it.line_shape(chain, some.images, **some.part(0.0, LINE_SHARE))
        start, stop = some.place
        here = chosen[(chosen >= start) & (chosen < stop)] - start
        rows: Rows = {name: getattr(lines, name) for name in _OF_LINES}
        if len(here) == 0:
            blocks = len(chain)
            shapes = ((blocks, rank), (blocks,), (blocks,), (blocks, blocks), (blocks, blocks))
            empty = (torch.empty(*shape, 0, dtype=torch.float64) for shape in shapes)
            return {**rows, **dict(zip(_OF_JACOBIANS, empty, strict=True))}
        found = it.alignment(
            chain,
            some.images.select(here),
            rank,
            iterations=request.iterations,
            seed=request.seed % 2**32,
            **some.part(LINE_SHARE, 1.0),
        )
        return {**rows, **{name: getattr(found, name) for name in _OF_JACOBIANS}}

    def finish(rows: Rows) -> dict[str, Any]:
        steps = _steps(network)
        # Those that are compared with themselves.
        kept = tuple(torch.diagonal(rows["overlap"]).isfinite().any(0).tolist())
        found = Alignment(rank, chain.stages, kept, **{name: rows[name] for name in _OF_JACOBIANS})
        lines = LineShape(tuple(steps), **{name: rows[name] for name in _OF_LINES})
        tail = found.tail(classes)
        more = {"first": found.values[:, 0], "self_alignment": found.self_alignment, "stable_rank": found.stable_rank}
        return {
            "rank": rank,
            "images": found.values.shape[-1],
            **{name: values.summary(each) for name, each in more.items()},
            "tail": values.summary(tail),
            "singular_values": found.values.nanmean(-1),
            "coupling": found.coupling.nanmean(-1),
            "overlap": found.overlap.nanmean(-1),
            "stages": _stages(found, lines, request.seed),
            **(
                values.per_image(**more, tail=tail, coupling=found.coupling, **{name: rows[name] for name in _OF_LINES})
                if request.per_image
                else {}
            ),
        }

    return Parts(chunk, finish)


def _steps(network: MeasuredNetwork) -> list[int]:
    """n of each stage."""
    return list(it.line_shape(network.chain, network.images.select(torch.arange(1))).steps)


def _stages(found: Alignment, lines: LineShape, seed: int) -> list[dict[str, Any]]:
    coupling, inverse = found.mean_coupling(), found.inverse_fit()
    rows = []
    for stage, steps in enumerate(lines.steps):
        share = lines.score[stage] / math.sqrt(steps) if steps else lines.score[stage]
        rows.append(
            {
                "stage": stage,
                "steps": steps,
                **_with_interval("coupling", coupling[stage], seed),
                **_with_interval("inverse_fit", inverse[stage], seed),
                **_with_interval("cosine", lines.cosine[stage], seed),
                "line_shape": float(lines.score[stage].nanmean()),
                **_with_interval("line_shape_share", share, seed),
                "tortuosity": float(lines.tortuosity[stage].nanmean()),
                "spacing": float(lines.spacing[stage].nanmean()),
                "undefined": int(lines.score[stage].isnan().sum()),
            }
        )
    return rows


def _with_interval(name: str, each: Tensor, seed: int) -> dict[str, Any]:
    return {name: float(each.nanmean()), f"{name}_interval": mean_interval(each, seed)}


MEASUREMENT = Measurement(
    name="alignment",
    title="Residual alignment",
    summary="Whether the Jacobians of a stage's blocks align, and states move along a straight line",
    formula="J_i = ∂F_i/∂h_i = U S Vᵀ; c_ij = 1 − ‖|U_jᵀ J_i V_j| − S_i‖_F / ‖S_i‖_F",
    citation="Li and Papyan 2023; coupling: Aubry et al. 2025; line shape: after Gai and Zhang 2021",
    version=2,
    request=AlignmentRequest,
    result=AlignmentResult,
    prepare=prepare,
    drawing="matrix of blocks",
)
