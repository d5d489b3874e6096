"""Curves of a network that came trained: nothing was logged, so its only row is measured by probes."""

import math
from typing import Any

from dashboard.client import BackendClient, Json
from dashboard.curves import RunCurves, Scalar, Series
from dashboard.measuring import Wanted, ask
from dashboard.model import Summary, blocks_of, number

EPOCH = 0  # where its one row stands; the pages say "imported" instead
METRICS = ("cosine_loss", "l2_ratio", "activation_norm")


def wanted_measurements(checkpoint: str) -> Wanted:
    """What the Blocks page shows of it: name → (probe, request)."""

    def on(split: str) -> Json:
        return {"checkpoint": checkpoint, "split": split}

    return {
        "validation": ("block-metrics", on("validation")),
        "train": ("block-metrics", on("train")),
        "exits": ("early-exit", on("validation")),
    }


async def measure(client: BackendClient, checkpoint: str) -> Json:
    """Name → {"result": …}, {"job": …, "progress": …} or {"error": …}; jobs that are done already answer at once."""
    return await ask(client, wanted_measurements(checkpoint), {})


def unfinished(entries: Json) -> Json | None:
    """The first job that is still under way."""
    return next((entry for entry in entries.values() if "job" in entry), None)


def measured_curves(run: str, entries: Json) -> RunCurves:
    """The results as curves of one epoch; a split that could not be measured is left out."""
    series: dict[tuple[str, str], Series] = {}
    scalars: dict[tuple[str, str], Scalar] = {}
    blocks: Any = ()
    for split in ("validation", "train"):
        result = entries.get(split, {}).get("result")
        if result is None:
            continue
        blocks = blocks_of(result["blocks"])
        for metric in METRICS:
            summary = Summary.from_json(result[metric])
            series[metric, split] = Series([EPOCH], [summary.mean])
            series[f"{metric}_std", split] = Series([EPOCH], [summary.std])
        accuracy = "validation_accuracy" if split == "validation" else "accuracy"
        scalars[accuracy, split] = Scalar([EPOCH], [number(result["accuracy"])])
        ratio = (result.get("gradient_norm_ratio") or {}).get("mean")
        scalars["gradient_norm_ratio", split] = Scalar([EPOCH], [number(ratio)])
    exits = entries.get("exits", {}).get("result")
    if exits is not None:
        row = [math.nan] * len(exits["blocks"])
        for block, accuracy in zip(exits["exit_blocks"], exits["accuracy"], strict=True):
            row[block] = number(accuracy)
        series["early_exit_accuracy", "validation"] = Series([EPOCH], [row])
    return RunCurves(run, "imported", 0, blocks, series, scalars)
