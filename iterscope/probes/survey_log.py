"""A network's per-block metrics as they are stored with a run: arrays over blocks, and numbers for the whole network."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from iterscope.chain import ResidualChain
from iterscope.chunks import Progress
from iterscope.datasets.records import ImageSplit, join_splits
from iterscope.inputs import Images, Labels
from iterscope.probes.block_metrics import Survey, training_survey
from iterscope.probes.statistics import summarise

LabelledImages = ImageSplit | Dataset[Any] | tuple[Images, Labels]
"""A split of a data set of Iterscope, a torch data set of (image, label), or images and their labels."""
Arrays = dict[tuple[str, str], NDArray[np.float32]]
Scalars = dict[tuple[str, str | None], float]


def logged_survey(
    chain: ResidualChain, splits: Mapping[str, LabelledImages], *, progress: Progress | None = None
) -> tuple[Arrays, Scalars]:
    """Arrays (L,) by (metric, split) and numbers by (name, split), in evaluation mode; the network is left unchanged.

    Splits of a data set of Iterscope must be of one data set. They are measured in one pass, so that a few images of each fill a chunk
    together.
    """
    arrays: Arrays = {}
    scalars: Scalars = {}
    for name, (survey, columns) in _surveys(chain, splits, progress).items():
        for metric, values in _arrays(survey, columns, len(chain)).items():
            arrays[metric, name] = values.numpy().astype(np.float32)
        ratios = survey.end_to_end.gradient_norm_ratio[columns].double()
        scalars["loss", name] = float(survey.outcomes.loss[:, columns].double().mean())
        scalars["accuracy", name] = float(survey.outcomes.correct[:, columns].double().mean())
        scalars["gradient_norm_ratio", name] = float(summarise(ratios.unsqueeze(0)).mean)
    return arrays, scalars


def _surveys(
    chain: ResidualChain, splits: Mapping[str, LabelledImages], progress: Progress | None
) -> dict[str, tuple[Survey, slice]]:
    """For each split, a survey and the columns of its images."""
    own = [split for split in splits.values() if isinstance(split, ImageSplit)]
    if len(own) == len(splits):
        images = join_splits(own)
        survey = training_survey(chain, images, images.labels, progress=progress)
        bounds = [0, *accumulate(map(len, own))]
        return {name: (survey, slice(*between)) for name, between in zip(splits, pairwise(bounds), strict=True)}
    found = {}
    for name, split in splits.items():
        pair = split if isinstance(split, tuple) else (split, None)
        survey = training_survey(chain, *pair, progress=progress)
        found[name] = survey, slice(0, survey.outcomes.loss.shape[1])
    return found


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
