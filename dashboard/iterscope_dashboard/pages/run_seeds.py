"""Runs that differ only in the seed as one row: mean ± standard deviation, and n."""

import math
import re
import statistics
from collections.abc import Sequence
from itertools import takewhile
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from iterscope_dashboard.components import attributes
from iterscope_dashboard.model import Run, seed_groups
from iterscope_dashboard.state import link

SEED_AT_END = re.compile(r"[\s,·_(#-]*(seed)?[\s_=-]*\d*$")
HEADINGS = ("runs", "architecture", "data", "n", "seeds", "accuracy", "loss", "")


def group_name(group: Sequence[Run]) -> str:
    """The common start of the names of its runs, without the seed: "demo, seed 0" and "demo, seed 1" → "demo"."""
    names = [run.name for run in group]
    if len(set(names)) == 1:
        return names[0]
    shared = takewhile(lambda letters: len(set(letters)) == 1, zip(*names, strict=False))
    return SEED_AT_END.sub("", "".join(letters[0] for letters in shared)) or names[0]


def mean_text(values: Sequence[float], factor: float, digits: int, unit: str = "") -> str:
    """0.98, 0.97 → "97.5 ± 0.7 %": mean and standard deviation (n − 1); undefined if a value is not finite."""
    if len(values) < 2 or not all(math.isfinite(value) for value in values):
        return "–"
    mean, spread = factor * statistics.fmean(values), factor * statistics.stdev(values)
    return f"{mean:.{digits}f} ± {spread:.{digits}f}{unit}"


def seeds_panel(runs: Sequence[Run]) -> list[Any]:
    """A table of the groups; empty if no runs differ only in the seed."""
    groups = seed_groups(runs)
    if not groups:
        return []
    return [
        dmc.Paper(
            html.Div(
                html.Table(
                    [
                        html.Thead(html.Tr([html.Th(name or html.Span("actions", className="sr-only"), scope="col")
                                            for name in HEADINGS])),
                        html.Tbody([group_row(group) for group in groups]),
                    ],
                    className="runs-table",
                ),
                className="scroll-x", tabIndex=0, role="region", **attributes({"aria-label": "Runs merged by seed"}),
            ),
            withBorder=True, className="panel table-panel",
        )
    ]  # fmt: skip


def group_row(group: Sequence[Run]) -> html.Tr:
    """Mean ± standard deviation over the group's finished runs."""
    first = group[0]
    mean = link("/blocks", run=first.id, seeds="merged")
    seeds = sorted({run.seed for run in group if run.seed is not None})
    return html.Tr(
        [
            html.Th(html.Span(dcc.Link(group_name(group), href=mean), className="run-name"), scope="row"),
            html.Td(first.architecture),
            html.Td(first.dataset),
            html.Td(str(len(group))),
            html.Td(", ".join(str(seed) for seed in seeds) or "–"),
            html.Td(mean_text([run.validation_accuracy for run in group], 100, 1, "\u00a0%"), className="after"),
            html.Td(mean_text([run.validation_loss for run in group], 1, 3)),
            html.Td(html.Div(dcc.Link("Mean curves", href=mean, className="chip link-chip"),
                             className="chips row-actions")),
        ]
    )  # fmt: skip
