"""The library's records as parts of answers; tensors stay tensors until an answer is written as JSON."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

import iterscope as it
from iterscope.evaluation import evaluation
from iterscope.plan import Step
from iterscope.probes.borderline import Groups
from iterscope.probes.resampling import bootstrap_counts, percentile_interval
from iterscope.probes.statistics import QUANTILES


def summary(values: Tensor | None) -> dict[str, Any]:
    """Statistics over the N images of (rows, N) values; empty if there are no values."""
    if values is None:
        empty: dict[str, Any] = {"mean": [], "std": [], "undefined": [], "infinite": []}
        return {**empty, "quantiles": {str(level): [] for level in QUANTILES}}
    return it.summarise(values).as_dict()


def groups(members: Groups, outcomes: it.Outcomes) -> dict[str, Any]:
    """Borderline, correct and all images under P plans."""
    return {name: vars(curve) for name, curve in members.curves(outcomes).items()}


def followed(members: Groups, outcomes: it.Outcomes, **more: Tensor) -> dict[str, Any]:
    """Each image under P plans, and whether it is borderline."""
    return per_image(
        correct=outcomes.correct, loss=outcomes.loss, entropy=outcomes.entropy, borderline=members.borderline, **more
    )


def everybody(outcomes: it.Outcomes) -> dict[str, Any]:
    """All images under P plans: accuracy with its interval, loss, entropy."""
    curve = vars(it.group_curve(outcomes, outcomes.labels >= 0))
    return {name: curve[name] for name in ("accuracy", "accuracy_interval", "loss", "entropy")}


def table(outcomes: it.Outcomes) -> list[dict[str, Any]]:
    """One row per plan: accuracy with its interval, and loss."""
    curve = everybody(outcomes)
    names = ("accuracy", "accuracy_interval", "loss")
    return [{name: curve[name][row] for name in names} for row in range(len(outcomes.loss))]


def steps(chain: it.ResidualChain, sequence: Iterable[it.Step]) -> list[dict[str, Any]]:
    """The steps that were run."""
    return [
        {
            "block": step.block,
            "scale": step.scale,
            "stage": chain.stages[step.block],
            "is_projection": chain.block(step.block).is_projection,
        }
        for step in sequence
    ]


def positions(chain: it.ResidualChain) -> list[dict[str, Any]]:
    """The hidden states r_0 … r_L."""
    blocks = chain.describe()
    first = {"index": 0, "stage": 0, "is_projection": False}
    return [
        first,
        *(
            {**first, **{k: each[k] for k in ("stage", "is_projection")}, "index": at}
            for at, each in enumerate(blocks, 1)
        ),
    ]


def estimate(statistic: Callable[[Tensor], Tensor], images: int, seed: int = 0) -> dict[str, Any]:
    """A statistic of N images and its 95 % interval: `RESAMPLES` bootstrap samples, the same for each number of images.

    Args:
        statistic: from how often each image counts, (D, N) float64, to values (D,).
    """
    counts = torch.cat([torch.ones(1, images, dtype=torch.float64), bootstrap_counts(images, seed)])
    value, *draws = statistic(counts).tolist()
    return {"value": value, "interval": percentile_interval(torch.tensor(draws, dtype=torch.float64))}


def intervals(statistic: Callable[[Tensor], Tensor], images: int, seed: int = 0) -> list[tuple[float, float]]:
    """The 95 % intervals of E statistics of N images, from the bootstrap samples that `estimate` takes.

    Args:
        statistic: from how often each image counts, (D, N) float64, to values (D, E).
    """
    return [percentile_interval(draws) for draws in statistic(bootstrap_counts(images, seed)).T]


def shapes(chain: it.ResidualChain, images: it.ImageSplit, sequence: Iterable[Step]) -> list[list[int]] | None:
    """(C, H, W) of the hidden state after each step; None if a block's shape is unknown."""
    with evaluation(chain), torch.no_grad():
        shape = tuple(chain.stem(images.batch(0, 1).to(chain.dtype or torch.float32)).shape[1:])
    seen: set[int] = set()
    found: list[list[int]] = []
    for step in sequence:
        after = chain.shape_after(shape, step.block, first=step.block not in seen)
        if after is None:
            return None
        shape = after
        seen.add(step.block)
        found.append(list(shape))
    return found


def mean_and_std(values: Tensor) -> dict[str, Any]:
    """Mean and standard deviation of (N,) values, without undefined ones."""
    found = it.summarise(values.unsqueeze(0))
    return {"mean": float(found.mean[0]), "std": float(found.std[0])}


def per_image(**values: Tensor) -> dict[str, Any]:
    """Values of each image, as arrays that JSON can hold without losing precision."""
    return {"per_image": {name: _array(entry) for name, entry in values.items()}}


def _array(values: Tensor) -> dict[str, Any]:
    dtype = "bool" if values.dtype == torch.bool else "float32"
    array = np.ascontiguousarray(values.detach().cpu().numpy().astype(dtype))
    return {"dtype": dtype, "shape": list(array.shape), "data": base64.b64encode(array.tobytes()).decode()}


def read_per_image(entry: dict[str, Any]) -> NDArray[np.float32]:
    """The array of one entry of `per_image`, as float32."""
    flat = np.frombuffer(base64.b64decode(entry["data"]), dtype=np.dtype(entry["dtype"]).newbyteorder("<"))
    found: NDArray[np.float32] = flat.reshape(entry["shape"]).astype(np.float32)
    return found
