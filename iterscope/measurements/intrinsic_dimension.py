"""Intrinsic dimension of the states at each position (TwoNN) (Facco et al. 2017; Ansuini et al. 2019)."""

from __future__ import annotations

import math
from typing import Annotated, Any

import torch
from pydantic import Field

import iterscope as it
from iterscope.features import FeatureKind, position_stages
from iterscope.measurements.definition import Measurement
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Chunk, Parts, Rows
from iterscope.measurements.records import Interval, Number, Numbers, Position, ProbeResult
from iterscope.measurements.request import MeasurementRequest, example
from iterscope.measurements.tables import axis, coordinate
from iterscope.probes.intrinsic_dimension import FRACTION, check_count, resampled
from iterscope.probes.resampling import RESAMPLES, percentile_interval

TOO_FEW = "fewer than 20 images have two nearest neighbours at different distances"


class IntrinsicDimensionRequest(MeasurementRequest):
    """The intrinsic dimension of the images at each position, from their two nearest neighbours."""

    model_config = example(features="flat")

    features: FeatureKind = Field(
        default="flat",
        description="What is read of a hidden state: `flat`, all of it; `gap`, `halves` or `auto` as for `separation`.",
    )
    fraction: Annotated[float, Field(gt=0, le=1)] = Field(
        default=FRACTION,
        description="The share of the images, from the smallest ratio of distances on, that is fitted.",
    )


class IntrinsicDimensionResult(ProbeResult):
    positions: list[Position] = coordinate("position", description="The states r_0 to r_L.")
    features: str = Field(description="What was read of the states: gap, halves or flat.")
    dimension: Numbers = axis(
        "position",
        undefined=TOO_FEW,
        description="Slope of −log(1 − F) on log(r2/r1).",
    )
    dimension_interval: list[Interval] = axis("position", description="95 % bootstrap interval over the ratios r2/r1.")
    likelihood: Numbers = axis(
        "position",
        undefined=TOO_FEW,
        description="The maximum likelihood estimate N / Σ log(r2/r1), for comparison.",
    )
    half: Numbers = axis(
        "position",
        undefined="neither half has 20 images with two nearest neighbours at different distances",
        description="Mean dimension of two halves of the images.",
    )
    quarter: Numbers = axis(
        "position",
        undefined="no quarter has 20 images with two nearest neighbours at different distances",
        description="Mean dimension of four quarters of the images.",
    )
    distance: Numbers = axis("position", description="Mean distance of an image to the nearest other.")
    duplicates: list[int] = axis(
        "position", description="Number of images with an exact duplicate, which are left out."
    )
    peak: Number = Field(description="The largest dimension.")
    peak_position: int | None = Field(description="Position of the largest dimension.")
    peak_inside: bool = Field(description="Whether that is neither the first nor the last position.")
    end_share: Number = Field(description="The dimension at the last position, divided by the largest one.")
    end_share_interval: Interval = Field(description="Its 95 % bootstrap interval.")


def prepare(network: MeasuredNetwork, request: IntrinsicDimensionRequest) -> Parts:
    """The two-nearest-neighbours dimension at each position, of all images and of halves and quarters of them."""
    chain = network.chain
    check_count(len(network.images))

    def chunk(some: Chunk) -> Rows:
        found = it.intrinsic_dimension(chain, some.images, request.features, seed=request.seed, **some.options)
        each = [found.at(at, request.fraction) for at in range(len(chain) + 1)]
        draws = [
            resampled(found.nearest[at, 0], RESAMPLES, request.seed, request.fraction) for at in range(len(chain) + 1)
        ]
        rows = {
            name: torch.tensor([float(getattr(one, name)) for one in each], dtype=torch.float64)
            for name in ("dimension", "likelihood", "duplicates")
        }
        for scale, name in ((1, "half"), (2, "quarter")):
            parts = [found.mean_of_parts(at, scale, request.fraction) for at in range(len(chain) + 1)]
            rows[name] = torch.tensor(parts, dtype=torch.float64)
        rows["distance"] = found.nearest[:, 0, :, 0].mean(1)
        kinds = torch.tensor([("gap", "halves", "flat").index(found.kind)])
        return {**rows, "draws": torch.stack(draws), "kind": kinds}

    def finish(rows: Rows) -> dict[str, Any]:
        dimension, draws = rows["dimension"], rows["draws"]
        known = [value if not math.isnan(value) else -math.inf for value in dimension.tolist()]
        peak = known.index(max(known)) if max(known) > 0 else None
        projections = [False, *(block.is_projection for block in chain)]
        return {
            "positions": [
                {"index": index, "stage": stage, "is_projection": projection}
                for index, (stage, projection) in enumerate(zip(position_stages(chain), projections, strict=True))
            ],
            "features": ("gap", "halves", "flat")[int(rows["kind"])],
            "dimension": dimension,
            "dimension_interval": [percentile_interval(row) for row in draws],
            "likelihood": rows["likelihood"],
            "half": rows["half"],
            "quarter": rows["quarter"],
            "distance": rows["distance"],
            "duplicates": [int(each) for each in rows["duplicates"]],
            "peak": math.nan if peak is None else known[peak],
            "peak_position": peak,
            "peak_inside": peak is not None and 0 < peak < len(known) - 1,
            "end_share": math.nan if peak is None else float(dimension[-1]) / known[peak],
            "end_share_interval": percentile_interval(draws[-1] / draws.nan_to_num(-math.inf).amax(0)),
        }

    return Parts(chunk, finish, whole=True)


MEASUREMENT = Measurement(
    name="intrinsic-dimension",
    title="Intrinsic dimension",
    summary="Intrinsic dimension of the states at each position (TwoNN)",
    formula="slope of −log(1 − F) on log(r2/r1)",
    citation="Facco et al. 2017; Ansuini et al. 2019",
    version=2,
    request=IntrinsicDimensionRequest,
    result=IntrinsicDimensionResult,
    prepare=prepare,
    drawing="lines over positions",
)
