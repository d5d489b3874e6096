"""One block applied additional times (section 4.4, figures 7 and 20)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import torch
from pydantic import BaseModel, Field

import iterscope as it
from iterscope.measurements import values
from iterscope.measurements.block_metrics import Gradient
from iterscope.measurements.definition import Measurement
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.records import Groups, Number, PerImageResult, Summary
from iterscope.measurements.request import BlockIndex, BorderlineChoice, PerImageRequest, Scale, example
from iterscope.probes.unrolling import DEFAULT_SCALE


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
        description="The training images on which scale `auto` chooses the factor. `sample`: a small sample. `half`: every second training "
        "image of `limit`; with the split `train`, only the other half is then measured.",
    )

    def canonical(self) -> dict[str, Any]:
        """Without `choose_on` if it is `sample`, so that cache keys from before this field existed stay valid."""
        fields = super().canonical()
        return fields if self.choose_on != "sample" else {name: fields[name] for name in fields if name != "choose_on"}


class ScaleLoss(BaseModel):
    scale: float
    training_loss: Number


class UnrollResult(PerImageResult):
    block: int
    steps: int
    scale: float
    scale_grid: list[ScaleLoss] | None
    gradient: str
    statistics: str = Field(description="A sentence that says whose BatchNorm statistics the additional steps use.")
    step: list[int] = Field(
        description="0 (the untouched network) to `steps`; the lists in `groups` have one entry per step."
    )
    groups: Groups
    cosine_loss: Summary = Field(description="One entry per additional step, 1 to `steps`.")
    l2_ratio: Summary = Field(description="One entry per additional step, 1 to `steps`.")


def measure(network: MeasuredNetwork, request: UnrollRequest) -> dict[str, Any]:
    """One block applied additional times: groups, cosine loss and ℓ2 ratio for every step (figure 7)."""
    chain = network.chain
    training, images = network.dataset.train, network.images
    if request.scale == "auto" and request.choose_on == "half":
        training, images = network.halves(request.limit, request.seed)
    plugged = chain.block_index(request.block) in chain.last_stage
    gradient = request.gradient or ("plugged" if plugged else "end_to_end")
    found = it.unrolling(
        chain,
        images,
        images.labels,
        request.block,
        request.steps,
        request.scale,
        training=training,
        seed=request.seed,
        threshold=request.borderline.threshold,
        reference=request.borderline.reference,
        gradient=gradient,
        **network.options,
    )
    losses, metrics = found.scale_losses, found.metrics
    more: dict[str, Any] = {}
    if request.per_image and metrics is not None:
        ends = ends_of(found.outcomes)
        norms = metrics.activation_norm
        more = values.followed(found.groups, ends, cosine_loss=metrics.cosine_loss, growth=norms[-1:] / norms[:1])
    return {
        "samples": len(images),
        "block": found.block,
        "steps": found.steps,
        "scale": found.scale,
        "scale_grid": losses and [{"scale": scale, "training_loss": loss} for scale, loss in losses.items()],
        "gradient": gradient,
        "statistics": statistics_sentence(chain, found),
        "step": list(range(found.steps + 1)),
        "groups": values.groups(found.groups, found.outcomes),
        "cosine_loss": values.summary(None if metrics is None else metrics.cosine_loss),
        "l2_ratio": values.summary(None if metrics is None else metrics.l2_ratio),
        **more,
    }


def ends_of(outcomes: it.Outcomes) -> it.Outcomes:
    """The first and the last row (2, N)."""
    return join_rows([outcomes.rows(0, 1), outcomes.rows(len(outcomes.loss) - 1)])


def join_rows(parts: Sequence[it.Outcomes]) -> it.Outcomes:
    """Outcomes of several plans on the same images, one below the other."""
    names = ("loss", "entropy", "margin", "prediction")
    return it.Outcomes(
        **{name: torch.cat([getattr(part, name) for part in parts]) for name in names}, labels=parts[0].labels
    )


def statistics_sentence(chain: it.ResidualChain, found: it.Unrolling) -> str:
    """A sentence that says which block's BatchNorm statistics the additional steps use."""
    block, owner = found.block, chain.shared_with(found.block)
    first = block if owner is None else owner
    again = [index for index in range(len(chain)) if chain.shared_with(index) == first]
    if not again:
        return f"each further step uses block {block}'s own BatchNorm statistics"
    if chain.statistics_of(again[0]) == first:
        return (
            f"each further step uses the BatchNorm statistics of block {first}, shared by blocks {first} to {again[-1]}"
        )
    which = "the last trained step" if block == again[-1] else f"one of the trained steps {first} to {again[-1]}"
    return f"each further step uses the BatchNorm statistics of block {found.statistics_of}, {which}"


MEASUREMENT = Measurement(
    name="unroll",
    title="Unrolling",
    summary="One block applied additional times (figure 7)",
    formula="h ← h + α·F_k(h), repeated",
    citation="Jastrzębski et al. 2018, section 4.4",
    version=4,
    request=UnrollRequest,
    result=UnrollResult,
    measure=measure,
    drawing="groups over steps",
)
