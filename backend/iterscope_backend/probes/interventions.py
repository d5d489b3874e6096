"""Probes that drop, repeat or swap blocks, or run them in any other sequence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

import iterscope as it
from iterscope.plan import Steps
from iterscope.probes.batch_statistics import batch_statistics as measure_batch_statistics
from iterscope.probes.borderline import Groups, groups_at
from iterscope_backend.probes import shaping
from iterscope_backend.probes.blocks import requested_plan, survey
from iterscope_backend.probes.context import ProbeContext
from iterscope_backend.probes.exits import exit_row
from iterscope_backend.probes.requests import (
    BatchStatisticsRequest,
    DropRequest,
    PlanRequest,
    ShuffleRequest,
    UnrollRequest,
)

MAX_CHANGED = 200
"""Maximum number of changed images listed in a result."""


def drop(context: ProbeContext, request: DropRequest) -> dict[str, Any]:
    """Accuracy and loss without blocks: each block separately, or given sets (figure 3)."""
    found = it.block_drop(context.chain, context.images, context.labels, request.blocks, **context.options)
    return {
        "baseline": shaping.table(found.baseline)[0],
        "plans": [
            {"blocks": list(blocks), **values}
            for blocks, values in zip(found.dropped, shaping.table(found.outcomes), strict=True)
        ],
        **(
            shaping.per_image(correct=torch.cat([found.baseline.correct, found.outcomes.correct]))
            if request.per_image
            else {}
        ),
    }


def unroll(context: ProbeContext, request: UnrollRequest) -> dict[str, Any]:
    """One block applied additional times: groups, cosine loss and ℓ2 ratio for every step (figure 7)."""
    chain = context.chain
    training, images = context.dataset.train, context.images
    if request.scale == "auto" and request.choose_on == "half":
        training, images = context.halves(request.limit, request.seed)
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
        **context.options,
    )
    losses, metrics = found.scale_losses, found.metrics
    more: dict[str, Any] = {}
    if request.per_image and metrics is not None:
        ends = ends_of(found.outcomes)
        norms = metrics.activation_norm
        more = shaping.followed(found.groups, ends, cosine_loss=metrics.cosine_loss, growth=norms[-1:] / norms[:1])
    return {
        "samples": len(images),
        "block": found.block,
        "steps": found.steps,
        "scale": found.scale,
        "scale_grid": losses and [{"scale": scale, "training_loss": loss} for scale, loss in losses.items()],
        "gradient": gradient,
        "statistics": statistics_sentence(chain, found),
        "step": list(range(found.steps + 1)),
        "groups": shaping.groups(found.groups, found.outcomes),
        "cosine_loss": shaping.summary(None if metrics is None else metrics.cosine_loss),
        "l2_ratio": shaping.summary(None if metrics is None else metrics.l2_ratio),
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


def batch_statistics(context: ProbeContext, request: BatchStatisticsRequest) -> dict[str, Any]:
    """Activation norms and accuracy with batch statistics, of the network or of its unshared control (figures 8 and 9)."""
    chain = context.unshared_control() if request.unshared else context.chain
    found = measure_batch_statistics(chain, context.images, context.labels, progress=context.progress)
    values = shaping.per_image(growth=found.growth, correct=found.outcomes.correct) if request.per_image else {}
    return {
        "unshared": request.unshared,
        "activation_norm": shaping.summary(found.activation_norm),
        "growth": shaping.mean_and_std(found.growth),
        "accuracy": float(found.outcomes.accuracy[0]),
        "loss": float(found.outcomes.mean_loss[0]),
        **values,
    }


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


def shuffle(context: ProbeContext, request: ShuffleRequest) -> dict[str, Any]:
    """Random swaps of shape-compatible blocks: accuracy against Kendall's τ of the order."""
    found = it.shuffling(
        context.chain,
        context.images,
        context.labels,
        request.swaps,
        request.repeats,
        seed=request.seed,
        **context.options,
    )
    rows = zip(found.swaps, found.orders, found.kendall_tau, shaping.table(found.outcomes), strict=True)
    return {
        "plans": [
            {"swaps": swaps, "order": list(order), "kendall_tau": tau, **values} for swaps, order, tau, values in rows
        ]
    }


def plan(context: ProbeContext, request: PlanRequest) -> dict[str, Any]:
    """Any sequence of blocks compared with the untouched network or another plan; groups are judged on the untouched network."""
    chain = context.chain
    steps = requested_plan(request.plan).steps(chain)
    reference = None if request.against is None else requested_plan(request.against).steps(chain)
    row = exit_row(chain, request.borderline.reference)

    def measured(sequence: Steps, start: float, stop: float) -> it.BlockMetrics:
        options = context.part(start, stop)
        return it.block_metrics(chain, context.images, context.labels, request.gradient, it.plan(sequence), **options)

    after = measured(steps, 0.0, 0.4)
    untouched = survey(context, context.part(0.4, 0.7))
    before = untouched.plugged if request.gradient == "plugged" else untouched.end_to_end
    if reference is not None:
        name = f"{request.gradient} metrics of {it.format_steps(reference)}"
        before = context.remember(name, lambda: measured(reference, 0.7, 1.0))
    members = groups_at(untouched.exits, row, request.borderline.threshold)
    predicted, now = before.outcomes.prediction[0], after.outcomes.prediction[0]
    changed = torch.nonzero(predicted != now).flatten().tolist()
    return {
        "plan": [[step.block, step.scale] for step in steps],
        "text": it.format_steps(steps),
        "gradient": request.gradient,
        "baseline": _side(chain, before, members),
        "result": _side(chain, after, members),
        "changed": [
            {
                "index": int(context.images.indices[position]),
                "label": int(context.labels[position]),
                "before": int(predicted[position]),
                "after": int(now[position]),
            }
            for position in changed[:MAX_CHANGED]
        ],
        "changed_count": len(changed),
    }


def _side(chain: it.ResidualChain, found: it.BlockMetrics, members: Groups) -> dict[str, Any]:
    return {
        "groups": shaping.groups(members, found.outcomes),
        "steps": shaping.steps(chain, found.steps),
        "cosine_loss": shaping.summary(found.cosine_loss),
        "l2_ratio": shaping.summary(found.l2_ratio),
    }
