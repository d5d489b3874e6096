"""What is logged of the network after an epoch: per-block metrics on fixed images, and accuracy on all of validation."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import cross_entropy

from iterscope.adapters import residual_chain
from iterscope.architectures import PreActivationResNet
from iterscope.chain import evaluation
from iterscope.datasets import ImageSplit
from iterscope.probes.block_metrics import Survey, training_survey
from iterscope.probes.statistics import summarise

EVALUATION_BATCH = {"cpu": 60, "cuda": 1000}
"""Images at once: on a CPU, as many as its cache holds."""


def survey_split(
    model: PreActivationResNet, images: ImageSplit, name: str
) -> tuple[dict[tuple[str, str], NDArray[np.float32]], dict[tuple[str, str | None], float]]:
    """Per-block arrays (L,) and scalars of one split, in evaluation mode; the model is left as it was."""
    chain = residual_chain(model)
    survey = training_survey(chain, images, images.labels)
    arrays = {
        (metric, name): values.numpy().astype(np.float32) for metric, values in _arrays(survey, len(chain)).items()
    }
    outcomes = survey.outcomes
    ratios = survey.end_to_end.gradient_norm_ratio.double()
    ratios = ratios[ratios.isfinite()]
    scalars: dict[tuple[str, str | None], float] = {
        ("loss", name): float(outcomes.loss.double().mean()),
        ("accuracy", name): float(outcomes.correct.double().mean()),
        ("gradient_norm_ratio", name): float(ratios.mean()) if len(ratios) else math.nan,
    }
    return arrays, scalars


def _arrays(survey: Survey, blocks: int) -> dict[str, Tensor]:
    """Metric → (L,) float64. Means, and for the first three the spread over images; NaN where a block has no value."""
    arrays: dict[str, Tensor] = {}
    for metric, values in (
        ("cosine_loss", survey.end_to_end.cosine_loss),
        ("cosine_loss_plugged", survey.plugged.cosine_loss),
        ("l2_ratio", survey.end_to_end.l2_ratio),
    ):
        summary = summarise(values)
        arrays[metric] = summary.mean
        arrays[f"{metric}_std"] = summary.std
        for level, quantile in summary.quantiles.items():
            arrays[f"{metric}_q{round(level * 100):02d}"] = quantile
    arrays["activation_norm"] = survey.end_to_end.activation_norm.double().mean(1)
    for metric, exit_values in (
        ("early_exit_accuracy", survey.exits.correct.double().mean(1)),
        ("early_exit_loss", survey.exits.loss.double().mean(1)),
    ):
        arrays[metric] = torch.full((blocks,), math.nan, dtype=torch.float64)
        arrays[metric][list(survey.exit_blocks)] = exit_values
    return arrays


def evaluate(model: PreActivationResNet, split: ImageSplit, autocast: torch.autocast) -> tuple[float, float]:
    """Mean cross-entropy and accuracy over the whole split, computed with the numbers that the training uses."""
    size = EVALUATION_BATCH[split.images.device.type]
    loss = torch.zeros((), dtype=torch.float64, device=split.images.device)
    correct = torch.zeros((), dtype=torch.int64, device=split.images.device)
    with evaluation(model), torch.no_grad():
        for start in range(0, len(split), size):
            labels = split.labels[start : start + size]
            with autocast:
                logits = model(split.batch(start, start + size))
            loss += cross_entropy(logits.float(), labels, reduction="sum")
            correct += (logits.argmax(1) == labels).sum()
    return float(loss) / len(split), int(correct) / len(split)
