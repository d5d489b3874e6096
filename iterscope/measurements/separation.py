"""How well each position separates the classes (He and Su 2023; Papyan et al. 2020)."""

from __future__ import annotations

from typing import Any, Literal

import torch
from pydantic import BaseModel, Field

import iterscope as it
from iterscope.features import FeatureKind, position_stages
from iterscope.measurements.definition import Measurement
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Chunk, Parts, Rows
from iterscope.measurements.records import Interval, Number, Numbers, Position, ProbeResult
from iterscope.measurements.request import MeasurementRequest, example
from iterscope.measurements.tables import axis, coordinate, entry
from iterscope.probes.resampling import jackknife_interval
from iterscope.probes.separation import law, measured_classes
from iterscope.probes.statistics import wilson_interval

FEW_IMAGES = 100
"""With fewer images of a class, the noise of its mean makes classes look further apart than they are."""


SAME_MEANS = "all class means are the same"


class SeparationRequest(MeasurementRequest):
    """The scatter within classes against that between class means, at each position."""

    model_config = example(split="train", limit=5000)

    split: Literal["train", "validation"] = Field(
        default="train", description="The split that is measured; the law is about training images."
    )
    limit: int | None = Field(
        default=5000, ge=1, le=10_000_000, description="Number of images sampled from the split; null for all."
    )
    features: FeatureKind = Field(
        default="auto",
        description="What is read of a hidden state. `gap`: its mean over pixels or tokens; `halves`: standardised per channel, the means "
        "of its positive and of its negative part; `flat`: all of it; `auto`: gap in post-activation networks, halves in others.",
    )


class StageLaw(BaseModel):
    stage: int
    positions: int = Field(description="Number of positions of the stage.")
    correlation: Number = entry(
        undefined="fewer than three positions of the stage have a value other than 0",
        description="r(l, log D) within the stage.",
    )
    correlation_interval: Interval = Field(description="95 % jackknife interval over images.")
    rate: Number = entry(
        undefined="fewer than three positions of the stage have a value other than 0",
        description="ρ: the factor on D from one position to the next.",
    )


class SeparationResult(ProbeResult):
    positions: list[Position] = coordinate("position", description="The states r_0 to r_L.")
    features: str = Field(description="What was read of the states: gap, halves or flat.")
    separation: Numbers = axis(
        "position",
        undefined=SAME_MEANS,
        description="D = tr(SS_w SS_b⁺): small where classes are tight and far apart.",
    )
    separation_interval: list[Interval] = axis(
        "position",
        undefined="there are more than 100 classes, or all class means are the same",
        description="95 % jackknife interval over images.",
    )
    nc1: Numbers = axis(
        "position",
        undefined=SAME_MEANS,
        description="tr(Σ_W Σ_B⁺)/K with equally weighted classes.",
    )
    angle: Numbers = axis(
        "position",
        undefined="a class mean is the mean of all classes",
        description="max |cos + 1/(K − 1)| over pairs of class means; 0 for a simplex.",
    )
    nearest_mean_agreement: Numbers = axis(
        "position", description="Share of images whose nearest class mean is the network's answer."
    )
    nearest_mean_agreement_interval: list[Interval] = axis(
        "position", description="95 % Wilson interval of that share."
    )
    dimension: list[int] = axis("position", description="d, the number of features.")
    rank: list[int] = axis(
        "position", description="Directions between class means that count, of at most min(K − 1, d)."
    )
    correlation: Number = Field(description="r(l, log D) over all positions.")
    correlation_interval: Interval = Field(description="Its 95 % jackknife interval over images.")
    rate: Number = Field(description="ρ of D_l ≈ ρ^l D_0 over all positions.")
    stages: list[StageLaw] = axis("stage", description="The law within each stage.")
    classes: int = Field(description="K, the number of classes with at least two images.")
    left_out: list[str] = Field(description="Classes with fewer than two images, which are left out.")
    small_classes: list[str] = Field(
        description="Classes with fewer than 100 images: the noise of their means lowers D, most where it is large."
    )
    few_images: bool = Field(description="Whether there are fewer than 10·min(d, K) images at some position.")


def prepare(network: MeasuredNetwork, request: SeparationRequest) -> Parts:
    """D = tr(SS_w SS_b⁺) at each position, and the line of log D over positions."""
    chain, names = network.chain, network.class_names
    classes, left_out = measured_classes(network.labels)
    counts = torch.bincount(network.labels.cpu(), minlength=len(names))
    stages = position_stages(chain)

    def chunk(some: Chunk) -> Rows:
        found = it.separation(chain, some.images, None, request.features, **some.options)
        columns = ("separation", "nc1", "angle", "dimension", "rank")
        rows: Rows = {
            name: torch.tensor([float(getattr(each, name)) for each in found.positions], dtype=torch.float64)
            for name in columns
        }
        kinds = torch.tensor([("gap", "halves", "flat").index(found.kind)])
        return {**rows, "without": found.jackknife, "agrees": found.agreement, "kind": kinds}

    def finish(rows: Rows) -> dict[str, Any]:
        values, without, agrees = rows["separation"], rows["without"], rows["agrees"]
        groups, images = without.shape[1], agrees.shape[1]
        hits = agrees.sum(1).tolist()

        def fitted(positions: list[int]) -> tuple[Any, tuple[float, float]]:
            whole = law(values, positions)
            each = torch.tensor([law(without[:, group], positions).correlation for group in range(groups)])
            low, high = jackknife_interval(whole.correlation, each)
            return whole, (max(low, -1.0), min(high, 1.0))  # in this order: without an interval, NaN stays NaN

        whole, interval = fitted(list(range(len(values))))
        per_stage = []
        for stage in range(stages[-1] + 1):
            positions = [at for at, each in enumerate(stages) if each == stage]
            line, its_interval = fitted(positions)
            per_stage.append(
                {
                    "stage": stage,
                    "positions": len(positions),
                    "correlation": line.correlation,
                    "correlation_interval": its_interval,
                    "rate": line.rate,
                }
            )
        projections = [False, *(block.is_projection for block in chain)]
        dimensions = [int(each) for each in rows["dimension"]]
        return {
            "positions": [
                {"index": index, "stage": stage, "is_projection": projection}
                for index, (stage, projection) in enumerate(zip(stages, projections, strict=True))
            ],
            "features": ("gap", "halves", "flat")[int(rows["kind"])],
            "separation": values,
            "separation_interval": [
                (max(low, 0.0), high)
                for low, high in (
                    jackknife_interval(float(value), row) for value, row in zip(values, without, strict=True)
                )
            ],
            "nc1": rows["nc1"],
            "angle": rows["angle"],
            "nearest_mean_agreement": [each / images for each in hits],
            "nearest_mean_agreement_interval": [wilson_interval(each, images) for each in hits],
            "dimension": dimensions,
            "rank": [int(each) for each in rows["rank"]],
            "correlation": whole.correlation,
            "correlation_interval": interval,
            "rate": whole.rate,
            "stages": per_stage,
            "classes": len(classes),
            "left_out": [names[each] for each in left_out],
            "small_classes": [names[each] for each in classes if counts[each] < FEW_IMAGES],
            "few_images": images < 10 * max(min(each, len(classes)) for each in dimensions),
        }

    return Parts(chunk, finish, whole=True)


MEASUREMENT = Measurement(
    name="separation",
    title="Separation of classes",
    summary="How well each position separates the classes, and whether by the same factor at each block",
    formula="D_l = tr(SS_w SS_b⁺) ≈ ρ^l D_0",
    citation="He and Su 2023; NC1: Papyan et al. 2020",
    version=2,
    request=SeparationRequest,
    result=SeparationResult,
    prepare=prepare,
    drawing="lines over positions",
)
