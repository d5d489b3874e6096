"""`python -m docs.reproduction`: docs/REPRODUCTION.md, every number of it from a store; nothing is typed by hand.

Run `iterscope paper` first, on the same machine: hardware and versions are those of whoever runs this.
"""

import argparse
import math
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from iterscope.paper.roles import run_kind, seed_key
from iterscope_cli.machine import describe_machine
from iterscope_cli.paper_plan import short_dataset
from iterscope_cli.paper_view import PaperView
from iterscope_cli.report import table_rows, table_texts
from iterscope_cli.report_runs import run_label, training_seconds
from iterscope_cli.report_template import figure_name
from iterscope_cli.store import database
from iterscope_db import RunRecord, Store, open_store
from iterscope_trainer.console import format_seconds

TARGET = Path(__file__).parent / "REPRODUCTION.md"
BLOCK_LINES = 2
"""Of a panel with a line a block, the first and the last are tabled."""
Json = dict[str, Any]


def main() -> None:
    """Read the store, write the page."""
    parser = argparse.ArgumentParser(prog="python -m docs.reproduction", description="Write docs/REPRODUCTION.md.")
    parser.add_argument("--home", default=os.environ.get("ITERSCOPE_HOME") or "iterscope-data", help="home folder")
    parser.add_argument("--dataset", help="in CIFAR-10's place (default: the one that was run)")
    parser.add_argument("--second-dataset", help="in CIFAR-100's place")
    parser.add_argument("--command", action="append", help="what was run; repeatable (default: iterscope paper)")
    parser.add_argument("--output", type=Path, default=TARGET)
    options = parser.parse_args()
    home = Path(options.home)
    with open_store(database(home)) as store:
        view = PaperView(store, home, dataset=options.dataset, second=options.second_dataset)
        text = reproduction(store, view, options.command or ["iterscope paper"])
    options.output.write_text(text, encoding="utf-8")
    print(options.output)


def reproduction(store: Store, view: PaperView, commands: Sequence[str]) -> str:
    """The whole page as Markdown."""
    payloads, findings = view.payloads(), view.findings()
    stored = {run.id: run for run in store.runs.list()}
    used = dict.fromkeys(run for payload in payloads for run in runs_of(payload))
    runs = [stored[run] for run in used if run in stored]
    counts = {
        verdict: sum(f["verdict"] == verdict for f in findings) for verdict in ("holds", "does not hold", "not yet run")
    }
    parts = [
        "# Reproduction",
        "Figure by figure: what the paper shows, in our words, and what our own runs gave. This page is written by "
        "`python -m docs.reproduction` from the store; no number in it is typed by hand. A claim *holds* only where its statistic is "
        "on the right side of the threshold, with its whole confidence interval where it has one.",
        "```console\n" + "\n".join(commands) + "\npython -m docs.reproduction\n```",
        "Hardware and software: " + "; ".join(f"{name} {value}" for name, value in describe_machine().items()) + ".",
        f"Of {len(findings)} claims {counts['holds']} hold, {counts['does not hold']} don't hold, "
        f"{counts['not yet run']} are not yet run.",
        "## Runs",
        table(
            ("network", "data set", "seeds", "epochs", "computed in", "validation accuracy", "trained in"),
            run_rows(store, runs),
        ),
        *(part for payload in payloads for part in figure_parts(payload, findings)),
        *difference_parts(findings),
    ]
    return "\n\n".join(parts) + "\n"


def runs_of(payload: Json) -> list[str]:
    """The runs behind a figure, in the order of its panels."""
    return [run for part in (*payload["panels"], *table_rows(payload)) for run in part["runs"]]


def run_rows(store: Store, runs: Iterable[RunRecord]) -> list[tuple[str, ...]]:
    """One row for all runs that differ in the seed alone."""
    groups: dict[str, list[RunRecord]] = {}
    for run in runs:
        if run_kind(run.configuration) is not None:
            groups.setdefault(seed_key(run.configuration), []).append(run)
    rows: list[tuple[str, ...]] = []
    for group in groups.values():
        group.sort(key=lambda run: run.seed or 0)
        accuracies = [100 * run.latest["validation_accuracy"] for run in group if "validation_accuracy" in run.latest]
        seconds = sum(training_seconds(store, run.id) for run in group)
        rows.append(
            (
                run_label(group[0]),
                short_dataset(group[0].dataset),
                ", ".join(str(run.seed or 0) for run in group),
                str(group[0].epochs),
                ", ".join(dict.fromkeys(str(run.configuration.get("precision")) for run in group)),
                ", ".join(f"{value:.2f} %" for value in accuracies),
                format_seconds(seconds),
            )
        )
    return rows


def figure_parts(payload: Json, findings: Sequence[Json]) -> list[str]:
    """A figure's heading, what the paper shows, what we measured, and its claims."""
    parts = [
        f"## {figure_name(payload['id'])}: {payload['title']}",
        f"*In the paper* (section {payload['section']}): {payload['shows']}",
    ]
    claims = [finding for finding in findings if payload["id"] in finding["figures"]]
    if claims:
        rows = [(f["sentence"], f["verdict"], noted(f)) for f in claims]
        parts.append(table(("claim", "verdict", "measured"), rows))
    if table_rows(payload):
        parts.append(table(*table_texts(payload)))
    series = [row for panel in payload["panels"] for row in panel_rows(panel)]
    if series:
        parts.append(table(("panel", "curve", "first", "last", "lowest", "highest", "runs"), series))
    if absent := list(dict.fromkeys(panel["missing"] for panel in payload["panels"] if panel["state"] != "ready")):
        parts.append("Missing: " + "; ".join(absent) + ".")
    return parts


def panel_rows(panel: Json) -> list[tuple[str, ...]]:
    """A row a curve: where it begins and ends, its lowest and highest point."""
    if panel["state"] != "ready":
        return []
    unit = f" {panel['y']['unit']}" if panel["y"]["unit"] else ""
    rows: list[tuple[str, ...]] = []
    for series in chosen_series(panel["series"]):
        points = [(x, y) for x, y in zip(series["x"], series["mean"], strict=True) if isinstance(y, int | float)]
        if not points:
            continue
        low, high = min(points, key=lambda point: point[1]), max(points, key=lambda point: point[1])
        cells = [number(points[0][1]) + unit, number(points[-1][1]) + unit]
        cells += [f"{number(y)}{unit} at {number(x)}" for x, y in (low, high)]
        rows.append((panel["title"], series["name"], *cells, str(series["n"])))
    return rows


def chosen_series(series: Sequence[Json]) -> list[Json]:
    """All curves, but of those that belong to blocks only the first and last block's."""
    blocks = sorted({one["block"] for one in series if one["block"] is not None})
    ends = {*blocks[: BLOCK_LINES // 2], *blocks[-(BLOCK_LINES // 2) :]}
    return [one for one in series if one["block"] is None or one["block"] in ends]


def difference_parts(findings: Sequence[Json]) -> list[str]:
    """What came out otherwise than in the paper, and what was not run, plainly."""
    differing = [finding for finding in findings if finding["verdict"] == "does not hold"]
    missing = [finding for finding in findings if finding["verdict"] == "not yet run"]
    parts = ["## Where our runs differ"]
    lines = [f"- {finding['sentence']} Measured: {noted(finding)}." for finding in differing]
    parts.append("\n".join(lines) or "Every claim that was run holds.")
    if missing:
        parts.append("Not yet run:\n\n" + "\n".join(f"- {finding['sentence']}" for finding in missing))
    return parts


def noted(finding: Json) -> str:
    """What was measured, and what limits the verdict."""
    return f"{finding['measured']} ({finding['note']})" if finding["note"] else str(finding["measured"])


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; bars and line ends in cells are escaped."""
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def number(value: float) -> str:
    """Four significant digits, with a true minus sign."""
    return (f"{value:.4g}" if math.isfinite(value) else str(value)).replace("-", "−")


if __name__ == "__main__":
    main()
