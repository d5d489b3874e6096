"""Several blocks dropped at random, and spans of blocks reversed or side by side."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import torch
from pydantic import BaseModel, Field

import iterscope as it
from iterscope.measurements import values
from iterscope.measurements.definition import Measurement
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Chunk, Parts, Rows, outcome_rows, read_outcomes
from iterscope.measurements.records import Accuracy, Interval, Number, Numbers, PerImageResult
from iterscope.measurements.request import BlockIndex, PerImageRequest, example
from iterscope.measurements.tables import axis, coordinate, entry
from iterscope.numerics import Outcomes
from iterscope.probes.correlation import spearman
from iterscope.probes.lesions import lesion_curve, lesion_sets, parallel, reversed_order, spans_of
from iterscope.probes.shuffling import kendall_tau

PLANS_SHARE = 0.9
"""The share of the time that the plans of one network take, for progress reports."""


class LesionsRequest(PerImageRequest):
    """Error without several blocks at once, and with spans of blocks rearranged."""

    model_config = example(counts=[1, 2, 4], draws=20)

    counts: Annotated[list[Annotated[int, Field(ge=0, le=1000)]], Field(min_length=1, max_length=50)] | None = Field(
        default=None,
        description="Numbers of blocks that are dropped together, of those that keep the shape; larger numbers than there are such blocks "
        "are left out. Default: 1, 2, 4, 8, …",
    )
    draws: int = Field(
        default=20, ge=1, le=200, description="Random sets of blocks for each number; all sets, if there are no more."
    )
    spans: (
        Literal["stages", "none"]
        | Annotated[list[Annotated[list[BlockIndex], Field(min_length=2, max_length=2)]], Field(max_length=50)]
    ) = Field(
        default="stages",
        description="Spans that are reversed, and whose blocks run side by side, each as its first and last block; `stages`: the longest "
        "span of blocks that keep the shape in each stage.",
    )


class Lesion(Accuracy):
    count: int
    blocks: list[int]


class SpanResult(BaseModel):
    span: str = Field(description="The arrangement, and the first and the last block.")
    arrangement: Literal["reversed", "parallel"]
    first: int
    last: int
    kendall_tau: Number = entry(
        undefined="blocks side by side have no order",
        description="Rank correlation of the order with the trained one.",
    )
    accuracy: Number
    accuracy_interval: Interval
    loss: Number


class LesionsResult(PerImageResult):
    baseline: Accuracy = Field(description="The untouched network.")
    movable: list[int] = Field(description="The blocks that keep the shape, of which sets are drawn.")
    plans: list[Lesion] = axis("plan", description="Accuracy and loss without each set of blocks.")
    counts: list[int] = coordinate("count", description="Numbers of dropped blocks, from 0.")
    sets: list[int] = axis("count", description="Number of sets of that size.")
    error: Numbers = axis("count", description="Mean error over the sets.")
    error_std: Numbers = axis("count", description="Standard deviation of the error over the sets.")
    error_interval: list[Interval] = axis("count", description="Lowest and highest error of a set.")
    mean_loss: Numbers = axis("count", unit="nats", description="Mean loss over the sets.")
    error_trend: Number = Field(description="Spearman correlation of the number of dropped blocks and the mean error.")
    largest_step: Number = Field(
        description="The largest rise of the mean error from one number to the next, as a share of the whole rise; null without a rise."
    )
    spans: list[SpanResult] = axis("span", description="Accuracy and loss with a span reversed, or side by side.")


def prepare(network: MeasuredNetwork, request: LesionsRequest) -> Parts:
    """Random sets of blocks dropped together, and rearranged spans."""
    chain = network.chain
    dropped = lesion_sets(chain, request.counts, request.draws, request.seed)
    spans = spans_of(chain, request.spans)
    orders = [reversed_order(chain, span) for span in spans]
    side_by_side = [parallel(chain, span) for span in spans]
    plans = [*(it.drop(blocks) for blocks in dropped), *(it.shuffle(order) for order in orders)]

    def chunk(some: Chunk) -> Rows:
        ends = [PLANS_SHARE + (1 - PLANS_SHARE) * at / len(spans) for at in range(len(spans) + 1)] if spans else [1.0]
        found = it.evaluate_plans(
            chain, some.images, None, plans, states=network.states(some), **some.part(0.0, ends[0])
        )
        rows = outcome_rows(found)
        if spans:
            others = [
                it.evaluate_plans(each, some.images, None, [it.identity()], **some.part(*ends[at : at + 2]))
                for at, each in enumerate(side_by_side)
            ]
            rows |= outcome_rows(_stacked(others), "parallel ")
        return rows

    def finish(rows: Rows) -> dict[str, Any]:
        found = read_outcomes(rows)
        sets = found.rows(0, len(dropped))
        curve = lesion_curve(dropped, sets)
        table = values.table(sets)
        backwards = values.table(found.rows(len(dropped))) if spans else []
        together = values.table(read_outcomes(rows, "parallel ")) if spans else []
        return {
            "baseline": table[0],
            "movable": list(chain.shape_keeping),
            "plans": [
                {"count": len(blocks), "blocks": list(blocks), **row}
                for blocks, row in zip(dropped, table, strict=True)
            ],
            "counts": list(curve.counts),
            "sets": list(curve.sets),
            "error": curve.error,
            "error_std": curve.error_std,
            "error_interval": curve.error_range,
            "mean_loss": curve.loss,
            "error_trend": spearman(torch.tensor(curve.counts, device="cpu"), curve.error),
            "largest_step": curve.largest_step,
            "spans": [
                *(
                    _span("reversed", *span, kendall_tau(order), row)
                    for span, order, row in zip(spans, orders, backwards, strict=True)
                ),
                *(_span("parallel", *span, None, row) for span, row in zip(spans, together, strict=True)),
            ],
            **(values.per_image(correct=sets.correct, loss=sets.loss) if request.per_image else {}),
        }

    return Parts(chunk, finish)


def _span(arrangement: str, first: int, last: int, tau: float | None, row: dict[str, Any]) -> dict[str, Any]:
    named = {"span": f"{arrangement} {first}..{last}", "arrangement": arrangement, "first": first, "last": last}
    return {**named, "kendall_tau": tau, **row}


def _stacked(found: list[Outcomes]) -> Outcomes:
    """The plans of several outcomes for the same images, one after the other."""
    names = ("loss", "entropy", "margin", "prediction")
    rows = {name: torch.cat([getattr(each, name) for each in found]) for name in names}
    return Outcomes(**rows, labels=found[0].labels)


MEASUREMENT = Measurement(
    name="lesions",
    title="Lesions",
    summary="Error without several random blocks at once, and with spans of blocks rearranged",
    formula="F_i := 0 for k blocks i; order reversed; r ← merge(r + Σ_m F_m(r))",
    citation="after Veit et al. 2016, section 4.2; Sun et al. 2024",
    version=1,
    request=LesionsRequest,
    result=LesionsResult,
    prepare=prepare,
    drawing="table of plans",
)
