"""Table 1: errors and parameter counts of unshared networks and of shared networks with unshared BatchNorm."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import fmean, stdev
from typing import Any

from iterscope.paper.evidence import SLOTS, SPLITS, Slot, Split
from iterscope.paper.roles import Role
from iterscope_backend.paper.gathering import Gathered
from iterscope_backend.paper.loading import RunData
from iterscope_backend.paper.panels import FigureState
from iterscope_backend.paper.selection import Repetitions

Json = dict[str, Any]
ROWS: tuple[Role, ...] = ("original", "shared-ubn")


def table_nets(gathered: Gathered) -> dict[str, dict[Slot, Repetitions]]:
    """The networks of the table on each of the two data sets, by label, in the paper's order: by parameters, then depth."""
    found: dict[str, dict[Slot, Repetitions]] = {}
    for slot in SLOTS:
        here = [each for each in gathered.found if each.kind.role in ROWS and each.dataset == gathered.datasets[slot]]
        for each in sorted(
            here, key=lambda one: len(one.runs)
        ):  # if a network has two recipes, the one with more seeds
            found.setdefault(each.kind.label, {})[slot] = each
    return dict(sorted(found.items(), key=lambda row: _rank(gathered, row[1])))


def table_state(gathered: Gathered) -> tuple[FigureState, str | None]:
    """Complete if both kinds of network were run on both data sets."""
    kinds = {(each.kind.role, slot) for nets in table_nets(gathered).values() for slot, each in nets.items()}
    if not kinds:
        return "not yet run", _remedy
    return ("complete", None) if len(kinds) == len(ROWS) * len(SLOTS) else ("partial", _remedy)


_remedy = "`iterscope paper --only table1` trains what is missing"


def table(gathered: Gathered) -> Json:
    """Columns and rows; errors in percent, mean ± standard deviation over seeds. Empty cells are null."""
    columns = ["network"]
    for slot in SLOTS:
        name = gathered.datasets[slot] or f"{slot} data set"
        columns += [f"{name}: train error (%)", f"{name}: test error (%)"]
    columns += [f"parameters, {gathered.datasets[slot] or f'{slot} data set'}" for slot in SLOTS]
    rows = []
    for label, nets in table_nets(gathered).items():
        cells = [_error(gathered, nets.get(slot), split) for slot in SLOTS for split in SPLITS]
        cells += [_parameters(gathered, nets.get(slot)) for slot in SLOTS]
        runs = [record.id for net in nets.values() for record in net.runs]
        rows.append({"label": label, "runs": runs, "n": min(len(net.runs) for net in nets.values()), "cells": cells})
    return {"columns": columns, "rows": rows}


def final_accuracy(runs: Iterable[RunData], split: Split) -> list[float]:
    """One value per run after its last epoch: training accuracy on augmented images, or accuracy on the whole validation split."""
    name = {"train": "training_accuracy", "validation": "validation_accuracy"}[split]
    series = [run.scalars.get((name, split)) for run in runs]
    return [float(each.values[-1]) for each in series if each is not None]


def _error(gathered: Gathered, net: Repetitions | None, split: Split) -> Json | None:
    errors = [] if net is None else [100 * (1 - value) for value in final_accuracy(gathered.data(net), split)]
    if not errors:
        return None
    mean, std = fmean(errors), stdev(errors) if len(errors) > 1 else None
    return {"mean": mean, "std": std, "text": f"{mean:.2f}" + ("" if std is None else f" ± {std:.2f}")}


def _parameters(gathered: Gathered, net: Repetitions | None) -> Json | None:
    count = None if net is None else gathered.parameters(net)
    return None if count is None else {"mean": float(count), "std": None, "text": f"{count:,}"}


def _rank(gathered: Gathered, nets: dict[Slot, Repetitions]) -> tuple[int, int]:
    one = next(iter(nets.values()))
    return gathered.parameters(one) or 0, one.kind.depth
