"""A network's per-block metrics as they are stored with a run: arrays over blocks, and numbers for the whole network."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from iterscope.chain import ResidualChain
from iterscope.chunks import Progress
from iterscope.datasets.records import ImageSplit, join_splits
from iterscope.probes.block_metrics import Survey, training_survey
from iterscope.probes.statistics import summarise

Arrays = dict[tuple[str, str], NDArray[np.float32]]
Scalars = dict[tuple[str, str | None], float]


def logged_survey(
    chain: ResidualChain, splits: Mapping[str, ImageSplit], *, progress: Progress | None = None
) -> tuple[Arrays, Scalars]:
    """Arrays (L,) by (metric, split) and numbers by (name, split), in evaluation mode; the network is left unchanged.

    The splits must be of one data set. They are measured in one pass, so that a few images of each fill a chunk together.
    """
    images = join_splits(list(splits.values()))
    survey = training_survey(chain, images, images.labels, progress=progress)
    arrays: Arrays = {}
    scalars: Scalars = {}
    start = 0
    for name, split in splits.items():
        columns = slice(start, start + len(split))
        for metric, values in _arrays(survey, columns, len(chain)).items():
            arrays[metric, name] = values.numpy().astype(np.float32)
        ratios = survey.end_to_end.gradient_norm_ratio[columns].double()
        scalars["loss", name] = float(survey.outcomes.loss[:, columns].double().mean())
        scalars["accuracy", name] = float(survey.outcomes.correct[:, columns].double().mean())
        scalars["gradient_norm_ratio", name] = float(summarise(ratios.unsqueeze(0)).mean)
        start = columns.stop
    return arrays, scalars


def _arrays(survey: Survey, columns: slice, blocks: int) -> dict[str, Tensor]:
    """Metric → (L,) float64 of the images in `columns`: means, and for the first three their spread; NaN if a block has no value."""
    arrays: dict[str, Tensor] = {}
    for metric, values in (
        ("cosine_loss", survey.end_to_end.cosine_loss),
        ("cosine_loss_plugged", survey.plugged.cosine_loss),
        ("l2_ratio", survey.end_to_end.l2_ratio),
    ):
        summary = summarise(values[:, columns])
        arrays[metric] = summary.mean
        arrays[f"{metric}_std"] = summary.std
        for level, quantile in summary.quantiles.items():
            arrays[f"{metric}_q{round(level * 100):02d}"] = quantile
    arrays["activation_norm"] = survey.end_to_end.activation_norm[:, columns].double().mean(1)
    for metric, exit_values in (
        ("early_exit_accuracy", survey.exits.correct[:, columns].double().mean(1)),
        ("early_exit_loss", survey.exits.loss[:, columns].double().mean(1)),
    ):
        arrays[metric] = torch.full((blocks,), math.nan, dtype=torch.float64)
        arrays[metric][list(survey.exit_blocks)] = exit_values
    return arrays
