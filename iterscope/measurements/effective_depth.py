"""Which later blocks build on each block, and how much the output does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import torch
from pydantic import Field
from torch import Tensor

import iterscope as it
from iterscope.measurements import values
from iterscope.measurements.definition import Measurement
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import FIRST_CHUNK, Chunk, Parts, Rows, joined
from iterscope.measurements.records import Interval, Number, Numbers, PerImageResult, Summary
from iterscope.measurements.request import PerImageRequest, example
from iterscope.measurements.tables import axis
from iterscope.probes.effective_depth import branch_floor, depth_score, half_ratio

_SUMS, _LARGEST = ("count", "sum", "squares"), "largest"


NO_LATER = "no later block has a branch other than 0"


class EffectiveDepthRequest(PerImageRequest):
    """The effect of dropping each block on every later block and on the output."""

    model_config = example(reduce="mean", direct=False)

    reduce: Literal["mean", "max"] = Field(
        default="mean",
        description="How the effects are reduced over the images; a single image can decide the maximum.",
    )
    direct: bool = Field(
        default=False,
        description="Whether to measure the direct effect, too: what the block adds is taken from the input of one later block alone.",
    )


class EffectiveDepthResult(PerImageResult):
    reduce: str = Field(description="mean or max, as requested.")
    effect: list[Numbers] = axis(
        "block",
        undefined=NO_LATER,
        across="affected",
        description="‖F_j − F_j without the block‖ / ‖F_j‖ of each later block j; null for the others.",
    )
    effect_std: list[Numbers] = axis("block", across="affected", description="Its standard deviation over the images.")
    direct: list[Numbers] = axis(
        "block",
        undefined="no later block of the stage has the same shape and a branch other than 0",
        across="affected",
        description="The direct effect on the later blocks of the same stage; null for the others; empty if it wasn't requested.",
    )
    direct_std: list[Numbers] = axis("block", across="affected", description="Its standard deviation over the images.")
    undefined: list[int] = axis("block", description="Number of images in which the block's own branch is 0.")
    row_effect: Numbers = axis(
        "block",
        undefined=NO_LATER,
        description="Mean effect of the block on all later ones.",
    )
    output_change: Summary = axis("block", description="‖softmax z − softmax z without the block‖₂")
    depth_score: Number = Field(
        description="Σ i·O_i / ΣO_i / (L − 1) of the mean output changes O: 0 if only the first block matters, 1 if only the last does."
    )
    half_ratio: Number = Field(
        description="Mean output change of the first half of the blocks divided by that of the second."
    )
    half_ratio_interval: Interval = Field(description="Its 95 % bootstrap interval over the images.")


def prepare(network: MeasuredNetwork, request: EffectiveDepthRequest) -> Parts:
    """Drop each block and compare every later branch and the output with those of the untouched network."""
    first = network.images.select(torch.arange(min(FIRST_CHUNK, len(network.images))))
    floor = branch_floor(network.chain, first, **network.part(0.0, 0.0))

    def chunk(some: Chunk) -> Rows:
        found = it.effective_depth(network.chain, some.images, direct=request.direct, floor=floor, **some.options)
        rows = {"output_change": found.output_change, "zero": (found.branch_norm == 0).sum(1)}
        for name, effect in (("effect", found.effect), ("direct", found.direct)):
            if effect is not None:
                rows |= {f"{name} {each}": sums for each, sums in _sums(effect).items()}
        return rows

    def finish(rows: Rows) -> dict[str, Any]:
        output = rows["output_change"]
        effect, effect_std = _reduced(rows, "effect", request.reduce)
        direct, direct_std = _reduced(rows, "direct", request.reduce) if request.direct else ([], [])
        ratio, bounds = half_ratio(output, request.seed)
        return {
            "reduce": request.reduce,
            "effect": effect,
            "effect_std": effect_std,
            "direct": direct,
            "direct_std": direct_std,
            "undefined": rows["zero"],
            "row_effect": _reduced(rows, "effect", "mean")[0].nanmean(1),
            "output_change": values.summary(output),
            "depth_score": depth_score(it.summarise(output).mean),
            "half_ratio": ratio,
            "half_ratio_interval": list(bounds),
            **(values.per_image(output_change=output) if request.per_image else {}),
        }

    return Parts(chunk, finish, merge=_merged)


def _sums(effect: Tensor) -> dict[str, Tensor]:
    """(L, L, n) → (L, L) float64 of the images where it is defined: the values of all images would be a large result."""
    rows = [_row_sums(row.double()) for row in effect]
    return {name: torch.stack([row[name] for row in rows]) for name in rows[0]}


def _row_sums(row: Tensor) -> dict[str, Tensor]:
    defined = ~row.isnan()
    kept = row.where(defined, 0.0)
    return {
        "count": defined.sum(1).double(),
        "sum": kept.sum(1),
        "squares": kept.square().sum(1),
        "largest": kept.amax(1),
    }


def _merged(parts: Sequence[Rows]) -> Rows:
    """Sums are added in the chunks' order."""
    images = joined([{"output_change": part["output_change"]} for part in parts])
    for name in parts[0]:
        if name not in images:
            stacked = torch.stack([part[name] for part in parts])
            images[name] = stacked.amax(0) if name.endswith(_LARGEST) else stacked.sum(0)
    return images


def _reduced(rows: Rows, name: str, reduce: str) -> tuple[Tensor, Tensor]:
    """Mean or maximum (L, L), and standard deviation."""
    count, total, squares = (rows[f"{name} {each}"] for each in _SUMS)
    mean = total / count
    std = (squares / count - mean.square()).clamp_min(0).sqrt()
    largest = rows[f"{name} {_LARGEST}"].where(count > 0, torch.nan)
    return (mean if reduce == "mean" else largest), std


MEASUREMENT = Measurement(
    name="effective-depth",
    title="Effective depth",
    summary="The effect of dropping each block on every later block and on the output",
    formula="‖F_j − F_j^{drop i}‖ / ‖F_j‖; ‖softmax z − softmax z^{drop i}‖",
    citation="after Csordás, Manning, Potts 2025, arXiv:2505.13898",
    version=1,
    request=EffectiveDepthRequest,
    result=EffectiveDepthResult,
    prepare=prepare,
    drawing="matrix of blocks",
)
