"""`iterscope paper --more-seeds`: which runs to add where verdicts are inconclusive."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from iterscope.datasets.registry import absolute_name
from iterscope.paper.suite import PlannedRun


def to_look_at(findings: Iterable[dict[str, Any]], seeds: int) -> list[dict[str, Any]]:
    """The claims that this number of seeds could decide: inconclusive, with a measured number, from fewer seeds."""
    return [
        finding
        for finding in findings
        if finding["verdict"] == "inconclusive" and finding["statistic"] is not None and finding["n_runs"] < seeds
    ]


def with_seeds(planned: Sequence[PlannedRun], findings: Iterable[dict[str, Any]], seeds: int) -> list[PlannedRun]:
    """The networks of these claims with seeds 0 … seeds − 1, in the order in which they were planned."""
    networks = {net for finding in findings for net in finding["nets"]}
    chosen: dict[str, PlannedRun] = {}
    for one in planned:
        label = f"{one.kind.label} on {absolute_name(one.configuration.dataset)}"
        if label in networks:
            chosen.setdefault(label, one)
    return [
        replace(one, configuration=replace(one.configuration, seed=seed))
        for one in chosen.values()
        for seed in range(seeds)
    ]
