"""How much each block changes the loss, and whether the gradient predicts it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import torch
from pydantic import Field
from torch import Tensor

import iterscope as it
from iterscope.measurements import values
from iterscope.measurements.definition import Measurement
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import FIRST_CHUNK, Chunk, Parts, Rows
from iterscope.measurements.records import MeanAndStd, Number, Numbers, PerImageResult, Summary
from iterscope.measurements.request import BlockIndex, PerImageRequest, example
from iterscope.measurements.tables import axis, coordinate
from iterscope.probes.correlation import spearman, spearman_chance
from iterscope.probes.ledger import (
    ESTIMATES,
    PATH,
    PLUGGED,
    enough_nodes,
    fidelity,
    gap,
    path_blocks,
    plugged_blocks,
)


class LedgerRequest(PerImageRequest):
    """The change of the loss by each block, and what the gradient predicts."""

    model_config = example(update="effective")

    update: Literal["branch", "effective"] = Field(
        default="effective",
        description="The step of `first`. `effective`: from one state to the next; `branch`: F before the addition. They differ in "
        "post-activation networks.",
    )
    path: bool = Field(default=True, description="Whether the path integral is computed, which takes most of the time.")
    path_blocks: Annotated[list[BlockIndex], Field(min_length=1, max_length=1000)] | None = Field(
        default=None,
        description="The blocks whose factor goes from 0 to 1 on the path; default: all that keep the shape.",
    )
    nodes: Literal["auto"] | Annotated[int, Field(ge=1, le=256)] = Field(
        default="auto",
        description="Gauss–Legendre nodes of the path integral. `auto`: 16, doubled up to 64 until less than 2 % of the mean loss "
        "difference of the first 32 measured images is unexplained.",
    )
    graddrop: bool = Field(
        default=False,
        description="Whether the derivatives are taken with the gradient through each other block cut, too, against cancellation of what a "
        "block does directly and through later blocks. It takes as many backward passes as there are blocks.",
    )


class LedgerResult(PerImageResult):
    update: str = Field(description="effective or branch, as requested.")
    positions: list[int] = coordinate(
        "position", description="The numbers of blocks after which the head reads the state."
    )
    loss: Summary = axis("position", unit="nats", description="Loss of the head on the state.")
    plugged_blocks: list[int] = coordinate("plugged block", description="The blocks between these positions.")
    actual: Summary = axis(
        "plugged block",
        unit="nats",
        description="Change of that loss by the block; negative where the block lowers it.",
    )
    first: Summary = axis(
        "plugged block", unit="nats", description="The change that the gradient predicts: ⟨∂ℓ/∂r, step⟩."
    )
    slope: Numbers = axis(
        "plugged block",
        undefined="every predicted change is 0",
        description="Σ first·actual / Σ first² over the images; 1 for a gradient step.",
    )
    correlation: Numbers = axis(
        "plugged block",
        undefined="the predicted or the actual changes are the same for all images",
        description="Correlation of first and actual over the images.",
    )
    relative_error: Numbers = axis(
        "plugged block",
        undefined="the block changes no image's loss",
        description="Σ |actual − first| / Σ |actual| over the images.",
    )
    slope_trend: Number = Field(description="Spearman correlation of the slope with the block's index.")
    derivative: Summary = axis(
        "block",
        unit="nats",
        description="∂L/∂α of the factor α on the block's branch; its negative estimates the damage.",
    )
    damage: Summary = axis("block", unit="nats", description="Loss without the block minus that of the network.")
    estimate_correlation: Number = Field(
        description="Spearman correlation of the mean estimate −∂L/∂α and the mean damage over the blocks that keep the shape."
    )
    estimate_chance: Number = Field(
        description="The correlation that unrelated values of as many blocks reach with a probability of at most 5 %; null below 4 blocks."
    )
    compared: int = Field(
        description="Number of blocks that keep the shape, of which the correlations and the share of signs are."
    )
    sign_agreement: Number = Field(
        description="Share of the blocks that keep the shape where mean estimate and mean damage have the same sign."
    )
    magnitude_correlation: Number = Field(
        description="Spearman correlation of the mean |∂L/∂α| and the mean |damage| over the blocks that keep the shape."
    )
    graddrop: Summary = axis(
        "block",
        unit="nats",
        description="Mean of |∂L/∂α| over cuts of the gradient through each other block; empty without `graddrop`.",
    )
    graddrop_correlation: Number = Field(
        description="Spearman correlation of the mean of `graddrop` and the mean |damage| over these blocks; null without `graddrop`."
    )
    path: Summary = axis(
        "block",
        undefined="the block isn't on the path",
        unit="nats",
        description="The loss difference that the block explains on the path.",
    )
    path_blocks: list[int] = Field(description="The blocks whose factor goes from 0 to 1; empty without a path.")
    nodes: int | None = Field(description="Gauss–Legendre nodes; null without a path.")
    total: MeanAndStd = Field(description="Loss of the network minus that without the path's blocks, in nats.")
    unexplained: MeanAndStd = Field(description="What the blocks' shares leave of that: the error of the integration.")
    gap: Number = Field(description="The mean unexplained rest, as a share of the mean difference.")


def prepare(network: MeasuredNetwork, request: LedgerRequest) -> Parts:
    """Plugged losses and their first-order predictions, derivatives by every block's factor, drop damage, and the path integral."""
    chain = network.chain
    chosen = path_blocks(chain, request.path_blocks) if request.path else ()
    tail, kept = plugged_blocks(chain), list(chain.shape_keeping)
    plans = [it.identity(), *(it.drop(block) for block in range(len(chain)))]
    nodes: int | None = None
    if request.path:
        first = network.images.select(torch.arange(min(FIRST_CHUNK, len(network.images))))
        whole = network.part(0.0, 0.0)
        nodes = request.nodes if request.nodes != "auto" else enough_nodes(chain, first, None, chosen, **whole)

    # dropping needs no backward passes, and plans share their beginnings
    passes = [len(chain) if request.graddrop else 1, len(chain) / 4, nodes or 0]
    ends = [sum(passes[:1]) / sum(passes), sum(passes[:2]) / sum(passes)]

    def chunk(some: Chunk) -> Rows:
        found = it.ledger(
            chain, some.images, None, update=request.update, graddrop=request.graddrop, **some.part(0.0, ends[0])
        )
        losses = it.evaluate_plans(
            chain, some.images, None, plans, states=network.states(some), **some.part(*ends)
        ).loss.double()
        rows = {name: getattr(found, name) for name in ("losses", "actual", "first", "derivative")}
        rows["damage"] = losses[1:] - losses[:1]
        if found.graddrop is not None:
            rows["graddrop"] = found.graddrop
        if nodes is not None:
            path = it.path_integral(chain, some.images, None, chosen, nodes, **some.part(ends[1], 1.0))
            rows |= {"path": path.path, "total": path.total, "unexplained": path.unexplained}
        return rows

    def finish(rows: Rows) -> dict[str, Any]:
        quality = fidelity(rows["actual"], rows["first"])
        estimate, damage = -_mean(rows["derivative"])[kept], _mean(rows["damage"])[kept]
        magnitudes = {
            name: _mean(rows[name].abs())[kept] for name in ("derivative", "damage", "graddrop") if name in rows
        }
        cut = "graddrop" in rows
        undefined = torch.full_like(rows["damage"][0], torch.nan)
        total, unexplained = rows.get("total", undefined), rows.get("unexplained", undefined)
        more = {name: rows[name] for name in ("graddrop", "path", "unexplained") if name in rows}
        return {
            "update": request.update,
            "positions": [*tail, len(chain)],
            "plugged_blocks": list(tail),
            "loss": values.summary(rows["losses"]),
            **{name: values.summary(rows[name]) for name in ("actual", "first", "derivative", "damage")},
            **vars(quality),
            "slope_trend": spearman(torch.tensor(list(tail), device="cpu"), quality.slope),
            "estimate_correlation": spearman(estimate, damage),
            "estimate_chance": spearman_chance(len(kept)),
            "compared": len(kept),
            "sign_agreement": float((estimate.sign() == damage.sign()).double().mean()),
            "magnitude_correlation": spearman(magnitudes["derivative"], magnitudes["damage"]),
            "graddrop": values.summary(rows.get("graddrop")),
            "graddrop_correlation": spearman(magnitudes["graddrop"], magnitudes["damage"]) if cut else torch.nan,
            "path": values.summary(rows.get("path")),
            "path_blocks": list(chosen),
            "nodes": nodes,
            "total": values.mean_and_std(total),
            "unexplained": values.mean_and_std(unexplained),
            "gap": gap(unexplained, total),
            **(
                values.per_image(
                    loss=rows["losses"],
                    first=rows["first"],
                    derivative=rows["derivative"],
                    damage=rows["damage"],
                    **more,
                )
                if request.per_image
                else {}
            ),
        }

    return Parts(chunk, finish)


def _mean(rows: Tensor) -> Tensor:
    return it.summarise(rows).mean


MEASUREMENT = Measurement(
    name="ledger",
    title="Loss ledger",
    summary="The change of the loss by each block, and whether the gradient predicts it",
    formula="ℓ_{i+1} − ℓ_i, ⟨∂ℓ_i/∂r_i, r_{i+1} − r_i⟩; ∂L/∂α_i; 1/(L − 1)·Σ_{j≠i} |∂L/∂α_i, F_j cut|; ∫₀¹ ∂L/∂α_i dτ",
    citation="Jastrzębski et al. 2018, equations 2 to 4; after Kramár et al. 2024, Sundararajan et al. 2017",
    version=3,
    request=LedgerRequest,
    result=LedgerResult,
    prepare=prepare,
    drawing="waterfall over blocks",
    panels=(PLUGGED, PATH, ESTIMATES),
)
