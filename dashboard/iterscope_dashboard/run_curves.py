"""The accuracy curves of many runs: one per run, or one mean for runs that differ only in the seed."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from iterscope_dashboard.client import Json
from iterscope_dashboard.curves import Scalar
from iterscope_dashboard.model import Run, numbers, seed_groups
from iterscope_dashboard.pages.run_seeds import group_name

CURVE = "validation_accuracy"
DRAWN_RUNS = 8  # curves: as many as there are colours
SPARK_POINTS = 40

Curves = Mapping[str, Scalar]  # run → its accuracy, epoch by epoch


@dataclass(frozen=True)
class Lines:
    """What the figure shows."""

    curves: dict[str, Scalar]
    members: dict[str, list[str]]  # the runs behind each line


def read_curves(payload: Sequence[Json]) -> dict[str, Scalar]:
    """The curves in the response of GET /runs?curve=…"""
    found: dict[str, Scalar] = {}
    for run in payload:
        curve = run.get("curve")
        if curve and curve["epochs"]:
            found[str(run["id"])] = Scalar([int(epoch) for epoch in curve["epochs"]], numbers(curve["values"]))
    return found


def mean_curve(curves: Sequence[Scalar]) -> Scalar:
    """Mean and standard deviation (n − 1) at each epoch, over the runs that logged it."""
    tables = [dict(zip(curve.epochs, curve.values, strict=True)) for curve in curves]
    epochs = sorted(set().union(*tables))
    means, spreads = [], []
    for epoch in epochs:
        values = [table[epoch] for table in tables if math.isfinite(table.get(epoch, math.nan))]
        means.append(statistics.fmean(values) if values else math.nan)
        spreads.append(statistics.stdev(values) if len(values) > 1 else math.nan)
    return Scalar(epochs, means, spreads)


def chosen_lines(runs: Sequence[Run], curves: Curves, selected: Sequence[str]) -> Lines:
    """One line per selected run; without a selection, the newest runs, with runs that differ only in the seed merged."""
    drawn, members = {}, {}
    runs = [run for run in runs if run.id in curves and not run.imported]  # imported networks have no epochs
    if selected:
        groups = [[run] for run in runs if run.id in selected]
    else:
        merged = {member.id: group for group in seed_groups(runs) for member in group}
        groups = [merged.get(run.id, [run]) for run in runs]
        groups = [group for i, group in enumerate(groups) if group not in groups[:i]]
    for group in groups[:DRAWN_RUNS]:
        first = group[0]
        name = f"{group_name(group)}, n = {len(group)}" if len(group) > 1 else first.name
        name = name if name not in drawn else f"{name} ({first.id})"
        drawn[name] = mean_curve([curves[run.id] for run in group]) if len(group) > 1 else curves[first.id]
        members[name] = [run.id for run in group]
    return Lines(drawn, members)


def spark(curve: Scalar | None) -> list[float]:
    """At most SPARK_POINTS values, the last one included; values that are not finite are left out."""
    values = [value for value in curve.values if math.isfinite(value)] if curve else []
    if len(values) <= SPARK_POINTS:
        return values
    return [values[round(i * (len(values) - 1) / (SPARK_POINTS - 1))] for i in range(SPARK_POINTS)]
