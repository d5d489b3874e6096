"""Single images: which ones are borderline, corrected or overthought; one image at every block; predictions under plans."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

import iterscope as it
from iterscope.probes.borderline import groups_at
from iterscope_backend.probes.blocks import requested_plan
from iterscope_backend.probes.context import ProbeContext
from iterscope_backend.probes.exits import exit_row, exits
from iterscope_backend.probes.requests import PredictionsRequest, SampleRequest, SamplesRequest


def samples(context: ProbeContext, request: SamplesRequest) -> dict[str, Any]:
    """A page of the images of a group, and the size of each group.

    corrected: wrong after the reference block and right at the output, or corrected by one given block; overthought: right after some
    block of the last stage and wrong at the output (Kaya, Hong, Dumitras 2019).
    """
    row = exit_row(context.chain, "last5" if request.block is None else request.block)
    stage = context.chain.last_stage
    found = exits(context, context.options).outcomes
    right = found.correct
    by = corrected_by(right)
    members = {
        "all": found.labels >= 0,
        "correct": right[-1],
        "misclassified": ~right[-1],
        "borderline": groups_at(found, row, request.threshold).borderline,
        "corrected": ~right[row] & right[-1]
        if request.corrected_by is None
        else (by > 0) & (by == exit_row(context.chain, request.corrected_by)),
        "overthought": right.any(0) & ~right[-1],
    }
    if request.class_ is not None:
        members = {name: chosen & (found.labels == request.class_) for name, chosen in members.items()}
        by = by.where(found.labels == request.class_, 0)
    positions = torch.nonzero(members[request.group]).flatten()
    values = {"margin": found.margin[-1], "loss": found.loss[-1], "index": context.images.indices.cpu()}[request.sort]
    order = values[positions].argsort(stable=True, descending=request.descending)
    page = positions[order][request.offset : request.offset + request.count]
    return {
        "group": request.group,
        "reference": stage[row],
        "total": len(positions),
        "counts": {name: int(chosen.sum()) for name, chosen in members.items()},
        "corrected_by": [{"block": stage[row], "count": int((by == row).sum())} for row in range(1, len(stage))],
        "class_names": context.class_names,
        "items": [
            {
                "index": int(context.images.indices[position]),
                "label": int(found.labels[position]),
                "prediction": int(found.prediction[-1, position]),
                "margin": float(found.margin[-1, position]),
                "loss": float(found.loss[-1, position]),
                "correct": bool(right[-1, position]),
                "corrected_by": None if by[position] == 0 else stage[int(by[position])],
                "overthought": bool(members["overthought"][position]),
            }
            for position in page.tolist()
        ],
    }


def corrected_by(right: Tensor) -> Tensor:
    """(E, N) bool → (N,): for each image, the exit from which it stays right; 0 if it is always right, or wrong at the last exit."""
    exits_count = len(right)
    from_here = right.flip(0).cumprod(0).sum(0)  # exits at the end that are all right
    return torch.where(from_here == 0, 0, exits_count - from_here)


def sample(context: ProbeContext, request: SampleRequest) -> dict[str, Any]:
    """One image: class probabilities and margin at each exit, and its metrics at every block."""
    chain, image = context.chain, context.image(request.split, request.index)
    stage = chain.last_stage
    logits = (
        it.run_plans(chain, image, [it.exit_after(block) for block in stage], **context.part(0.0, 0.3))[:, 0]
        .float()
        .cpu()
    )
    survey = it.training_survey(chain, image, image.labels, **context.part(0.3, 1.0))
    label = image.labels.cpu()
    found = it.outcomes(logits.unsqueeze(1), label)
    return {
        "index": request.index,
        "label": int(label),
        "prediction": int(found.prediction[-1, 0]),
        "class_names": context.class_names,
        "exits": {"blocks": list(stage), "probabilities": logits.softmax(-1), "margin": found.margin[:, 0]},
        "cosine_loss": survey.end_to_end.cosine_loss[:, 0],
        "l2_ratio": survey.end_to_end.l2_ratio[:, 0],
        "cosine_loss_plugged": survey.plugged.cosine_loss[:, 0],
    }


def predictions(context: ProbeContext, request: PredictionsRequest) -> dict[str, Any]:
    """For each plan and chosen image: the predicted class, its probability, the label's probability and the margin."""
    images = context.chosen(request.split, request.indices)
    plans = [it.identity() if plan is None else requested_plan(plan) for plan in request.plans]
    logits = it.run_plans(context.chain, images, plans, **context.options).float().cpu()
    labels = images.labels.cpu()
    found, probabilities = it.outcomes(logits, labels), logits.softmax(-1)
    return {
        "samples": len(images),
        "indices": request.indices,
        "labels": labels,
        "class_names": context.class_names,
        "plans": [
            {
                "text": it.format_steps(plan.steps(context.chain)),
                "prediction": found.prediction[row],
                "confidence": probabilities[row].amax(-1),
                "label_probability": probabilities[row].gather(-1, labels.unsqueeze(-1))[:, 0],
                "margin": found.margin[row],
            }
            for row, plan in enumerate(plans)
        ],
    }
