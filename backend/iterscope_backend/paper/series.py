"""The lines of a panel: from values per run to mean, spread over seeds, and intervals for small numbers of images.

R runs, L blocks, E epochs, T exits or steps. Values are in the unit of the panel's axis; accuracies are in percent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
    panel: PanelDefinition, runs: Sequence[RunData], images: Mapping[Split, int], role: Role | None
) -> list[Json]:
    """A logged metric of every block, after the last epoch or before training."""
    position = 0 if panel.kind == "before-training" else -1
    lines = []
    for split in panel.splits:
        if not all((panel.metric, split) in run.series for run in runs):
            continue
        mean, std = spread(np.stack([run.at(panel.metric, split, position) for run in runs]))
        lines.append(
            line(
                panel,
                split,
                range(len(mean)),
                mean,
                std,
                n=len(runs),
                split=split,
                role=role,
                samples=images.get(split),
            )
        )
    return lines


def by_epoch(panel: PanelDefinition, runs: Sequence[RunData], last_stage: Sequence[int]) -> list[Json]:
    """A logged metric over epochs, one line per block of the last stage, from the lowest block to the highest."""
    split = panel.splits[0]
    if not all((panel.metric, split) in run.series for run in runs):
        return []
    merged = merge([(run.series[panel.metric, split].epochs, run.series[panel.metric, split].values) for run in runs])
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
        )
        for block in last_stage
    ]


def scalar(runs: Sequence[RunData], metric: str, split: Split) -> Merged | None:
    """A whole-model number over epochs; None if a run hasn't logged it.

    "accuracy" is the training accuracy on augmented images, or the accuracy on the whole validation split.
    """
    name = (
        {"train": "training_accuracy", "validation": "validation_accuracy"}[split] if metric == "accuracy" else metric
    )
    found = [run.scalars[name, split] for run in runs if (name, split) in run.scalars]
    return merge([(each.epochs, each.values) for each in found]) if found and len(found) == len(runs) else None


def scalar_by_epoch(panel: PanelDefinition, runs: Sequence[RunData], label: str, role: Role) -> list[Json]:
    """A whole-model number over epochs, one line per split."""
    lines = []
    for split in panel.splits:
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
