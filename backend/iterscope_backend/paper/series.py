"""The lines of a panel: from values per run to mean, spread over seeds, and intervals for small numbers of images.

R runs, L blocks, E epochs, T exits or steps. Values are in the unit of the panel's axis; accuracies are in percent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from iterscope.measurements.values import read_per_image
from iterscope.paper.evidence import GROUPS, Split
from iterscope.paper.figures import PanelDefinition
from iterscope.paper.roles import Role
from iterscope.probes.statistics import wilson_interval
from iterscope_backend.paper.loading import RunData
from iterscope_backend.seeds import Merged, merge, spread

Json = dict[str, Any]
Floats = NDArray[np.float64]


def line(
    panel: PanelDefinition,
    name: str,
    x: Sequence[Any] | NDArray[Any],
    mean: Floats,
    std: Floats,
    *,
    n: int,
    split: Split | None = None,
    block: int | None = None,
    group: str | None = None,
    role: Role | None = None,
    interval: tuple[Floats, Floats] | None = None,
    samples: int | None = None,
) -> Json:
    """One series of the payload. `std` is None for a single run; `low` and `high` are None without an interval."""
    factor = 100.0 if panel.y.unit == "%" else 1.0
    low, high = (None, None) if interval is None else ((factor * side).tolist() for side in interval)
    return {
        "name": name,
        "split": split,
        "block": block,
        "group": group,
        "role": role,
        "x": list(x),
        "mean": (factor * mean).tolist(),
        "std": (factor * std).tolist() if n > 1 else None,
        "low": low,
        "high": high,
        "n": n,
        "samples": samples,
    }


def by_block(
    panel: PanelDefinition,
    runs: Sequence[RunData],
    images: Mapping[Split, int],
    measured: Mapping[Split, Sequence[Mapping[str, Any]]],
) -> list[Json]:
    """A metric of every block after the last epoch: measured on the checkpoints of all runs, or else as logged while training."""
    lines = []
    for split in panel.splits:
        found = measured.get(split, ())
        if len(found) == len(runs):
            values = table([each[panel.metric]["mean"] for each in found])
            samples: int | None = min(int(each["samples"]) for each in found)
        elif all((panel.metric, split) in run.series for run in runs):
            values = np.stack([run.at(panel.metric, split, -1) for run in runs])
            samples = images.get(split)
        else:
            continue
        mean, std = spread(values)
        lines.append(
            line(
                panel,
                split,
                range(len(mean)),
                mean,
                std,
                n=len(runs),
                split=split,
                samples=samples,
            )
        )
    return lines


def before_training(panel: PanelDefinition, label: str, role: Role | None, found: Sequence[Mapping[str, Any]]) -> Json:
    """‖h‖ of every block of the untrained network, with batch statistics."""
    mean, std = spread(table([each["activation_norm"]["mean"] for each in found]))
    samples = min(int(each["samples"]) for each in found)
    blocks = range(len(mean))
    return line(panel, label, blocks, mean, std, n=len(found), split=panel.splits[0], role=role, samples=samples)


def by_epoch(
    panel: PanelDefinition,
    runs: Sequence[RunData],
    last_stage: Sequence[int],
    measured: Mapping[int, Sequence[Mapping[str, Any]]],
) -> list[Json]:
    """A metric over epochs, one line per block of the last stage, from the lowest block to the highest: measured on the checkpoints of all
    runs if there are several epochs, or else as logged while training.
    """
    split, samples = panel.splits[0], None
    if len(measured) > 1:
        epochs = np.array(list(measured))
        samples = min(int(each["samples"]) for found in measured.values() for each in found)
        values = np.stack(
            [np.stack([_over_images(each, panel.metric) for each in found]) for found in measured.values()]
        )
        merged = merge([(epochs, _from_block(values[:, run], len(runs[0].record.blocks))) for run in range(len(runs))])
    elif all((panel.metric, split) in run.series for run in runs):
        merged = merge(
            [(run.series[panel.metric, split].epochs, run.series[panel.metric, split].values) for run in runs]
        )
    else:
        return []
    return [
        line(
            panel,
            f"block {block}",
            merged.epochs.tolist(),
            merged.mean[:, block],
            merged.std[:, block],
            n=len(runs),
            split=split,
            block=block,
            samples=samples,
        )
        for block in last_stage
    ]


_PER_IMAGE = {
    "cosine_loss_plugged": "cosine_loss_plugged",
    "l2_ratio": "l2_ratio",
    "early_exit_accuracy": "exit_correct",
    "gradient_norm_ratio": "gradient_norm_ratio",
}
"""Metric → its values per image in the probe `block-metrics`."""


def _over_images(found: Mapping[str, Any], metric: str) -> Floats:
    """The mean over images: (L,), for exits only of the last stage's blocks, for a whole network ()."""
    values = read_per_image(found["per_image"][_PER_IMAGE[metric]]).astype(np.float64)
    defined = ~np.isnan(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean: Floats = np.where(defined, values, 0.0).sum(-1) / defined.sum(-1)
    return mean


def _from_block(values: Floats, blocks: int) -> Floats:
    """(E, L) with NaN before the last stage, if there are values only for its blocks."""
    return np.pad(values, ((0, 0), (blocks - values.shape[1], 0)), constant_values=np.nan)


def scalar(runs: Sequence[RunData], metric: str, split: Split) -> Merged | None:
    """A whole-model number over epochs; None if a run hasn't logged it.

    "accuracy" is the training accuracy on augmented images, or the accuracy on the whole validation split.
    """
    name = (
        {"train": "training_accuracy", "validation": "validation_accuracy"}[split] if metric == "accuracy" else metric
    )
    found = [run.scalars[name, split] for run in runs if (name, split) in run.scalars]
    return merge([(each.epochs, each.values) for each in found]) if found and len(found) == len(runs) else None


def scalar_by_epoch(
    panel: PanelDefinition,
    runs: Sequence[RunData],
    label: str,
    role: Role,
    measured: Mapping[int, Sequence[Mapping[str, Any]]],
) -> list[Json]:
    """A whole-model number over epochs, one line per split; on validation images, what was measured on the checkpoints of all runs replaces
    what was logged on a few images while training.
    """
    lines = []
    for split in panel.splits:
        if split == "validation" and panel.metric in _PER_IMAGE and len(measured) > 1:
            mean, std = spread(
                np.array([[_over_images(each, panel.metric) for each in found] for found in measured.values()]).T
            )
            lines.append(
                line(panel, f"{label}, {split}", list(measured), mean, std, n=len(runs), split=split, role=role)
            )
            continue
        if (merged := scalar(runs, panel.metric, split)) is not None:
            name = f"{label}, {split}"
            x = merged.epochs.tolist()
            lines.append(line(panel, name, x, merged.mean, merged.std, n=len(runs), split=split, role=role))
    return lines


def drop(panel: PanelDefinition, split: Split, results: Sequence[Mapping[str, Any]]) -> list[Json]:
    """Accuracy without each block, and the accuracy of the untouched network as a horizontal line."""
    blocks = [plan["blocks"][0] for plan in results[0]["plans"]]
    values = table([[plan["accuracy"] for plan in result["plans"]] for result in results])
    level = table([[result["baseline"]["accuracy"]] * len(blocks) for result in results])
    sizes = [int(result["samples"]) for result in results]
    n = len(results)
    return [
        line(
            panel, split, blocks, *spread(values), n=n, split=split, interval=pooled(values, sizes), samples=sum(sizes)
        ),
        line(panel, f"{split}, untouched", blocks, *spread(level), n=n, split=split, samples=sum(sizes)),
    ]


def groups(panel: PanelDefinition, x: Sequence[int], results: Sequence[Mapping[str, Any]]) -> list[Json]:
    """Three groups of images over exits or steps; intervals pool the images of all runs."""
    lines = []
    for group in GROUPS:
        found = [result["groups"][group] for result in results]
        sizes = [int(each["n"]) for each in found]
        values = table([each[panel.metric] for each in found])
        interval = pooled(values, sizes) if panel.metric == "accuracy" else None
        mean, std = spread(values)
        lines.append(
            line(
                panel,
                group,
                x,
                mean,
                std,
                n=len(results),
                split=panel.splits[0],
                group=group,
                interval=interval,
                samples=sum(sizes),
            )
        )
    return lines


def along_steps(
    panel: PanelDefinition,
    split: Split,
    blocks: Sequence[Mapping[str, Any]],
    steps: Sequence[Mapping[str, Any]],
    last_stage: Sequence[int],
) -> list[Json]:
    """A metric over the blocks of the last stage, continued with the additional steps."""
    rows = [
        [*(first[panel.metric]["mean"][block] for block in last_stage), *further[panel.metric]["mean"]]
        for first, further in zip(blocks, steps, strict=True)
    ]
    mean, std = spread(table(rows))
    x = range(last_stage[0], last_stage[0] + len(mean))
    samples = min(int(result["samples"]) for result in (*blocks, *steps))
    return [line(panel, split, x, mean, std, n=len(rows), split=split, samples=samples)]


def table(rows: Sequence[Sequence[Any]]) -> Floats:
    """Values from stored JSON (null for NaN, strings for infinities) as an array."""
    return np.array([[np.nan if value is None else float(value) for value in row] for row in rows], dtype=np.float64)


def pooled(accuracy: Floats, sizes: Sequence[int]) -> tuple[Floats, Floats]:
    """95 % Wilson intervals of (R, T) accuracies, pooling the images of all runs."""
    right = np.nan_to_num(accuracy * np.array(sizes)[:, None]).sum(0).round().astype(int)
    total = sum(sizes)
    bounds = np.array([wilson_interval(min(int(each), total), total) for each in right]).reshape(-1, 2)
    return bounds[:, 0], bounds[:, 1]
