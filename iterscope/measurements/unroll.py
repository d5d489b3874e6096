"""One block applied additional times (section 4.4, figures 7 and 20)."""

from __future__ import annotations

from functools import partial
from typing import Any, Literal

import torch
from pydantic import BaseModel, Field

import iterscope as it
from iterscope.measurements import values
from iterscope.measurements.block_metrics import Gradient
from iterscope.measurements.definition import Measurement
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Chunk, Parts, Rows, outcome_rows, read_outcomes
from iterscope.measurements.records import Groups as GroupsResult
from iterscope.measurements.records import Number, PerImageResult, Summary
from iterscope.measurements.request import BlockIndex, BorderlineChoice, PerImageRequest, Scale, example
from iterscope.measurements.tables import axis, coordinate
from iterscope.numerics import Outcomes
from iterscope.probes.borderline import Groups
from iterscope.probes.unrolling import DEFAULT_SCALE, lowest, scale_losses


class UnrollRequest(PerImageRequest):
    """One block applied `steps` additional times."""

    model_config = example(block=-1, steps=20, scale=0.1, borderline={"threshold": 0.1, "reference": "output"})

    block: BlockIndex = -1
    steps: int = Field(default=20, ge=0, le=1000, description="Number of additional applications.")
    scale: Scale | Literal["auto"] = Field(
        default=DEFAULT_SCALE,
        description="α, the factor on the repeated branch's output; 1 leaves the block as it is. `auto`: the one with the lowest training "
        "loss after the last step, on 256 training images drawn by `seed`.",
    )
    borderline: BorderlineChoice = BorderlineChoice()
    gradient: Gradient | None = Field(
        default=None,
        description="Gradient of the cosine loss; default: plugged for a block of the last stage, otherwise end_to_end.",
    )
    choose_on: Literal["sample", "half"] = Field(
        default="sample",
        description="The training images on which scale `auto` chooses the factor. `sample`: 256 of all. `half`: 256 of every second "
        "training image of `limit`; with the split `train`, only the other half is then measured.",
    )

    def canonical(self) -> dict[str, Any]:
        """Without `choose_on` if it is `sample`, so that cache keys from before this field existed stay valid."""
        fields = super().canonical()
        return fields if self.choose_on != "sample" else {name: fields[name] for name in fields if name != "choose_on"}


class ScaleLoss(BaseModel):
    scale: float
    training_loss: Number


class UnrollResult(PerImageResult):
    block: int = Field(description="The block that is repeated, from 0.")
    steps: int = Field(description="Number of additional applications.")
    scale: float = Field(description="α: the requested factor, or the one that was chosen.")
    scale_grid: list[ScaleLoss] | None = Field(
        description="The training loss of each factor that auto tried; null without auto."
    )
    gradient: str = Field(description="The gradient of the cosine loss.")
    statistics: str = Field(description="A sentence that says whose BatchNorm statistics the additional steps use.")
    step: list[int] = coordinate(
        "step", description="0 (the untouched network) to `steps`; the lists in `groups` have one entry per step."
    )
    groups: GroupsResult = axis(
        "step", description="Borderline, correct and all images, as judged in the untouched network."
    )
    cosine_loss: Summary = axis(
        "step",
        undefined="the update or the gradient is 0 for every image, or the head can't read the block's input",
        description="One entry per additional step, 1 to `steps`.",
    )
    l2_ratio: Summary = axis(
        "step",
        undefined="the block's input is 0 for every image",
        description="One entry per additional step, 1 to `steps`.",
    )


def prepare(network: MeasuredNetwork, request: UnrollRequest) -> Parts:
    """One block applied additional times: groups, cosine loss and ℓ2 ratio for every step (figure 7)."""
    chain, block, steps = network.chain, network.chain.block_index(request.block), request.steps
    training, images = network.dataset.train, network.images
    if request.scale == "auto" and request.choose_on == "half":
        training, images = network.halves(request.limit, request.seed)
    gradient = request.gradient or ("plugged" if block in chain.last_stage else "end_to_end")
    losses = None
    if request.scale == "auto":
        losses = scale_losses(chain, training, request.seed, block, steps, **network.part(0.0, 0.0))
    scale = request.scale if losses is None else lowest(losses)

    def repeated(gradient: Gradient | None, some: Chunk) -> Rows:
        found = it.unrolling(
            chain,
            some.images,
            None,
            block,
            steps,
            scale,
            threshold=request.borderline.threshold,
            reference=request.borderline.reference,
            gradient=gradient,
            states=network.states(some) if request.choose_on == "sample" else None,  # else it measures other images
            **some.options,
        )
        rows = {**outcome_rows(found.outcomes), "borderline": found.groups.borderline, "correct": found.groups.correct}
        if found.metrics is not None:
            rows |= {name: getattr(found.metrics, name) for name in ("cosine_loss", "l2_ratio")}
            rows["growth"] = (found.metrics.norm_after_repeats / found.metrics.activation_norm[0])[None]
        return rows

    def finish(rows: Rows) -> dict[str, Any]:
        found = read_outcomes(rows)
        groups = Groups(rows["borderline"], rows["correct"], torch.ones_like(rows["correct"]))
        more: dict[str, Any] = {}
        if request.per_image and "cosine_loss" in rows:
            names = ("loss", "entropy", "margin", "prediction")
            ends = Outcomes(**{name: getattr(found, name)[[0, -1]] for name in names}, labels=found.labels)
            more = values.followed(groups, ends, cosine_loss=rows["cosine_loss"], growth=rows["growth"])
        return {
            "block": block,
            "steps": steps,
            "scale": float(scale),
            "scale_grid": losses and [{"scale": each, "training_loss": loss} for each, loss in losses.items()],
            "gradient": gradient,
            "statistics": statistics_sentence(chain, block),
            "step": list(range(steps + 1)),
            "groups": values.groups(groups, found),
            "cosine_loss": values.summary(rows.get("cosine_loss")),
            "l2_ratio": values.summary(rows.get("l2_ratio")),
            **more,
        }

    outcomes = partial(repeated, None)  # from forward passes alone
    return Parts(partial(repeated, gradient), finish, images=images, quick=outcomes if steps > 0 else None)


def statistics_sentence(chain: it.ResidualChain, block: int) -> str:
    """A sentence that says which block's BatchNorm statistics the additional steps of a block use."""
    owner = chain.shared_with(block)
    first = block if owner is None else owner
    again = [index for index in range(len(chain)) if chain.shared_with(index) == first]
    if not again:
        return f"each further step uses block {block}'s own BatchNorm statistics"
    if chain.statistics_of(again[0]) == first:
        return (
            f"each further step uses the BatchNorm statistics of block {first}, shared by blocks {first} to {again[-1]}"
        )
    which = "the last trained step" if block == again[-1] else f"one of the trained steps {first} to {again[-1]}"
    return f"each further step uses the BatchNorm statistics of block {chain.statistics_of(block)}, {which}"


MEASUREMENT = Measurement(
    name="unroll",
    title="Unrolling",
    summary="One block applied additional times (figure 7)",
    formula="h ← h + α·F_k(h), repeated",
    citation="Jastrzębski et al. 2018, section 4.4",
    version=5,
    request=UnrollRequest,
    result=UnrollResult,
    prepare=prepare,
    drawing="groups over steps",
)
