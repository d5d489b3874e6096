"""A run's curves as REST returns them, for one run or averaged over its repetitions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from iterscope_backend.paper.selection import sibling_ids
from iterscope_backend.seeds import merge
from iterscope_db import MetricsPage, RunRecord, Store

Json = dict[str, Any]
MERGED_STATUSES = ("completed", "running")
"""Statuses of the runs included in a mean. The requested run is always included."""
SPREAD_SUFFIX = "_seeds_std"


def metrics_value(record: RunRecord, page: MetricsPage) -> Json:
    """One run's curves."""
    return {
        "run": record.id,
        "status": record.status,
        "cursor": page.cursor,
        "series": [
            {"metric": series.metric, "split": series.split, "epochs": series.epochs, "values": series.values}
            for series in page.series
        ],
        "scalars": [
            {"name": scalar.name, "split": scalar.split, "epochs": scalar.epochs, "values": scalar.values}
            for scalar in page.scalars
        ],
    }


def merged_metrics(
    store: Store, record: RunRecord, metrics: Sequence[str] | None, splits: Sequence[str] | None
) -> Json:
    """Means over the repetitions of a run for every epoch, each over the runs that logged that epoch.

    The spread of a metric over seeds is a separate series, `{metric}_seeds_std`; the spread of a scalar is its `std`. Both are NaN for
    epochs that fewer than two runs logged; `std` is None if there is only one run. Of several runs with the same seed, only the newest
    counts.
    """
    records = store.runs.list()
    alike = {record.id, *sibling_ids(records)[record.id]}
    by_seed: dict[int | None, RunRecord] = {record.seed: record}
    for other in records:
        if other.id in alike and other.status in MERGED_STATUSES:
            by_seed.setdefault(other.seed, other)
    runs = sorted(by_seed.values(), key=lambda run: (run.seed or 0, run.id))
    pages = [store.metrics.read(run.id, metrics, splits, variants=False) for run in runs]
    own = pages[[run.id for run in runs].index(record.id)]
    series: list[Json] = []
    for key in dict.fromkeys((each.metric, each.split) for page in pages for each in page.series):
        found = [each for page in pages for each in page.series if (each.metric, each.split) == key]
        merged = merge([(each.epochs, each.values) for each in found])
        metric, split = key
        series.append({"metric": metric, "split": split, "epochs": merged.epochs, "values": merged.mean})
        if len(runs) > 1:
            spread = {"metric": metric + SPREAD_SUFFIX, "split": split, "epochs": merged.epochs, "values": merged.std}
            series.append(spread)
    scalars: list[Json] = []
    for name, of in dict.fromkeys((each.name, each.split) for page in pages for each in page.scalars):
        numbers = [each for page in pages for each in page.scalars if (each.name, each.split) == (name, of)]
        mean = merge([(each.epochs, each.values) for each in numbers])
        std = mean.std if len(runs) > 1 else None
        scalars.append({"name": name, "split": of, "epochs": mean.epochs, "values": mean.mean, "std": std})
    return {
        "run": record.id,
        "status": record.status,
        "cursor": own.cursor,
        "series": series,
        "scalars": scalars,
        "merged": {"runs": [run.id for run in runs], "seeds": [run.seed for run in runs], "n": len(runs)},
    }
