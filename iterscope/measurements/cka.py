"""How alike hidden states are (Kornblith et al. 2019; Nguyen, Raghu and Kornblith 2021)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from pydantic import Field
from torch import Tensor

from iterscope.features import FeatureKind, position_stages
from iterscope.measurements import values
from iterscope.measurements.definition import Measurement
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Chunk, Parts, Rows
from iterscope.measurements.records import Estimate, Numbers, Position, ProbeResult
from iterscope.measurements.request import Checkpoint, MeasurementRequest, example
from iterscope.measurements.tables import axis, coordinate
from iterscope.probes.cka import BATCH, Similarity, batch_spans, cka, nearness, stage_contrast

FIT_IMAGES = 1000
"""The training images whose statistics features of the kind `halves` need."""


CONSTANT_STATE = "the state is the same for all images, or differs by rounding only"


class CkaRequest(MeasurementRequest):
    """Centred kernel alignment of hidden states with each other, or with those of another network."""

    model_config = example(batch=64, features="flat")

    other: Checkpoint | None = Field(
        default=None,
        description="A checkpoint whose hidden states these are compared with, on the same images; null: with each other.",
    )
    features: FeatureKind = Field(
        default="flat",
        description="What is compared of a hidden state. `flat`: all of it; `gap`: its mean over pixels or tokens; `halves`: standardised "
        "by training images, the means of its positive and of its negative part; `auto`: gap in post-activation networks, else halves.",
    )
    batch: int = Field(
        default=BATCH,
        ge=4,
        le=4096,
        description="Images per batch; a remainder of fewer than 4 is added to the previous batch.",
    )


class CkaResult(ProbeResult):
    positions: list[Position] = coordinate("position", description="The hidden states: of the stem, and of each block.")
    other_positions: list[Position] = Field(description="Those that they are compared with: the columns of `cka`.")
    batches: int = Field(description="Number of batches.")
    cka: list[Numbers] = axis(
        "position",
        undefined=CONSTANT_STATE,
        across="position",
        description="Unbiased CKA, at most 1, and 0 on average if unrelated.",
    )
    error: list[Numbers] = axis(
        "position",
        undefined="there is a single batch, or the state is the same for all images",
        across="position",
        description="Its standard error by the jackknife over batches.",
    )
    largest_image: Numbers = axis(
        "position",
        undefined=CONSTANT_STATE,
        description="The largest share of a single image in the position's HSIC: outliers move CKA.",
    )
    stage_contrast: Estimate | None = Field(
        description="Mean of the pairs of the same stage − that of pairs of different stages, with a jackknife interval; null with `other`."
    )
    nearness: Estimate | None = Field(
        description="Spearman's correlation with −|l − m|: positive if nearby states are more similar; null with `other`."
    )


def prepare(network: MeasuredNetwork, request: CkaRequest) -> Parts:
    """Unbiased CKA between all hidden states, or with those of another network."""
    chain = network.chain
    other = None if request.other is None else network.open(request.other)
    batch_spans(len(network.images), request.batch)
    stages = position_stages(chain)

    def chunk(some: Chunk) -> Rows:
        fit = network.fit_images(FIT_IMAGES, request.seed) if request.features in ("halves", "auto") else None
        found = cka(chain, some.images, other, features=request.features, batch=request.batch, fit=fit, **some.options)
        return {name: getattr(found, name) for name in ("cross", "own", "other", "largest")}

    def finish(rows: Rows) -> dict[str, Any]:
        found = Similarity(**rows)
        claims: dict[str, Any] = {"stage_contrast": None, "nearness": None}
        if other is None:
            statistics: dict[str, Callable[[Tensor], float]] = {
                "stage_contrast": partial(stage_contrast, stages=stages),
                "nearness": nearness,
            }
            for name, statistic in statistics.items():
                value, interval = found.estimate(statistic)
                claims[name] = {"value": value, "interval": interval}
        return {
            "positions": values.positions(chain),
            "other_positions": values.positions(chain if other is None else other),
            "batches": len(found.cross),
            "cka": found.cka,
            "error": found.error,
            "largest_image": found.largest_image,
            **claims,
        }

    return Parts(chunk, finish, whole=True)


MEASUREMENT = Measurement(
    name="cka",
    title="CKA",
    summary="Similarity of hidden states to each other, or to those of another network",
    formula="Σ_b HSIC(l, m) / √(Σ_b HSIC(l, l) · Σ_b HSIC(m, m)), with the unbiased HSIC of batches",
    citation="Kornblith et al. 2019; Nguyen, Raghu and Kornblith 2021, equations 2 and 3",
    version=1,
    request=CkaRequest,
    result=CkaResult,
    prepare=prepare,
    drawing="matrix of positions",
)
