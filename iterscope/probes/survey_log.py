"""A network's per-block metrics on some images, as they are kept beside a run: arrays by block and numbers of the whole network."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from iterscope.chain import ResidualChain
from iterscope.chunks import Progress
from iterscope.datasets.records import ImageSplit
from iterscope.probes.block_metrics import Survey, training_survey
from iterscope.probes.statistics import summarise

Arrays = dict[tuple[str, str], NDArray[np.float32]]
Scalars = dict[tuple[str, str | None], float]


def logged_survey(
    chain: ResidualChain, images: ImageSplit, name: str, *, progress: Progress | None = None
) -> tuple[Arrays, Scalars]:
    """Arrays (L,) by (metric, split) and numbers by (name, split) of one split, in evaluation mode; the network is left as it was."""
    survey = training_survey(chain, images, images.labels, progress=progress)
    arrays = {
        (metric, name): values.numpy().astype(np.float32) for metric, values in _arrays(survey, len(chain)).items()
    }
    outcomes = survey.outcomes
    ratios = survey.end_to_end.gradient_norm_ratio.double()
    ratios = ratios[ratios.isfinite()]
    scalars: Scalars = {
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
