"""`python -m docs.reproduction` writes docs/REPRODUCTION.md. Every number comes from a store; none is typed by hand.

Run `iterscope paper` first, on the same machine: the page reports the hardware and versions of the machine that runs this script.
"""

import argparse
import math
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from iterscope.paper.judging import VERDICTS
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
"""In a panel with one line per block, the table shows this many: the first block and the last."""
Json = dict[str, Any]


def main() -> None:
    """Read the store and write the page."""
    parser = argparse.ArgumentParser(prog="python -m docs.reproduction", description="Write docs/REPRODUCTION.md.")
    parser.add_argument("--home", default=os.environ.get("ITERSCOPE_HOME") or "iterscope-data", help="home folder")
    parser.add_argument("--dataset", help="data set in place of CIFAR-10 (default: the one that was run)")
    parser.add_argument("--second-dataset", help="data set in place of CIFAR-100")
    parser.add_argument(
        "--command", action="append", help="command to show on the page; repeatable (default: iterscope paper)"
    )
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
    counts = {verdict: sum(f["verdict"] == verdict for f in findings) for verdict in VERDICTS}
    parts = [
        "# Reproduction",
        "This page compares each figure of the paper, summarised in our words, with the results of our own runs. "
        "`python -m docs.reproduction` writes it from the store; no number in it is typed by hand. A claim *holds* only if "
        "its whole confidence interval is on the right side of the threshold, and *does not hold* only if the whole interval is on the "
        "other side; in between it is *inconclusive* ([MEASUREMENTS.md](MEASUREMENTS.md#claims)).",
        "```console\n" + "\n".join(commands) + "\npython -m docs.reproduction\n```",
        "Hardware and software: " + "; ".join(f"{name} {value}" for name, value in describe_machine().items()) + ".",
        f"Of {len(findings)} claims, {counts['holds']} hold, {counts['does not hold']} do not hold, "
        f"{counts['inconclusive']} are inconclusive and {counts['not yet run']} are not yet run.",
        "## Runs",
        table(
            ("network", "data set", "seeds", "epochs", "precision", "validation accuracy", "training time"),
            run_rows(store, runs),
        ),
        *(part for payload in payloads for part in figure_parts(payload, findings)),
        *difference_parts(findings),
    ]
    return "\n\n".join(parts) + "\n"


def runs_of(payload: Json) -> list[str]:
    """The runs that a figure shows, in the order of its panels."""
    return [run for part in (*payload["panels"], *table_rows(payload)) for run in part["runs"]]


def run_rows(store: Store, runs: Iterable[RunRecord]) -> list[tuple[str, ...]]:
    """One row for each group of runs that differ only in the seed."""
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
    """A figure's heading, what the paper shows, its claims, and what we measured."""
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
    """One row per curve: its first and last value, its lowest and highest point."""
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
    """All curves; of the curves of single blocks, only those of the first and the last block."""
    blocks = sorted({one["block"] for one in series if one["block"] is not None})
    ends = {*blocks[: BLOCK_LINES // 2], *blocks[-(BLOCK_LINES // 2) :]}
    return [one for one in series if one["block"] is None or one["block"] in ends]


def difference_parts(findings: Sequence[Json]) -> list[str]:
    """The claims that do not hold, those that are inconclusive, and those that were not run."""
    differing = [finding for finding in findings if finding["verdict"] == "does not hold"]
    undecided = [finding for finding in findings if finding["verdict"] == "inconclusive"]
    missing = [finding for finding in findings if finding["verdict"] == "not yet run"]
    parts = ["## Where our runs differ"]
    lines = [f"- {finding['sentence']} Measured: {noted(finding)}." for finding in differing]
    parts.append("\n".join(lines) or "No claim that was tested fails to hold.")
    if undecided:
        parts.append(
            "Inconclusive:\n\n"
            + "\n".join(f"- {f['sentence']} Reason: {f['note'] or f['measured']}." for f in undecided)
        )
    if missing:
        parts.append("Not yet run:\n\n" + "\n".join(f"- {finding['sentence']}" for finding in missing))
    return parts


def noted(finding: Json) -> str:
    """What was measured with its interval, where, and what limits the verdict, if anything does."""
    limits = "; ".join(part for part in (finding["scope"], finding["judged"], finding["note"]) if part)
    return f"{finding['measured']} ({limits})" if limits else str(finding["measured"])


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; vertical bars in cells are escaped, and line breaks become spaces."""
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def number(value: float) -> str:
    """Four significant digits, with a true minus sign."""
    return (f"{value:.4g}" if math.isfinite(value) else str(value)).replace("-", "−")


if __name__ == "__main__":
    main()
