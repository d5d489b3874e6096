"""`iterscope report`: one file with the runs, each network block by block, the paper's figures and claims, configuration and provenance."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch

from iterscope_backend.literature import LiteratureEvidence
from iterscope_backend.paper import Wanted
from iterscope_cli import report_template as html
from iterscope_cli.browser import drawing, find_browser, write_pdf, write_whole
from iterscope_cli.errors import CommandError
from iterscope_cli.network_view import last_checkpoint, stored_answers, wanted_of
from iterscope_cli.network_view import parts as network_parts
from iterscope_cli.output import print_json, progress_bar
from iterscope_cli.paper_view import PaperView
from iterscope_cli.report_literature import literature_parts
from iterscope_cli.report_runs import describe_runs, named_runs
from iterscope_cli.store import existing_database
from iterscope_cli.wanted_probes import measure
from iterscope_dashboard.figures.figure import Figure
from iterscope_dashboard.figures.paper import panel_figure
from iterscope_dashboard.model import Json
from iterscope_db import RunRecord, Store, open_store

PANEL_SIZE = (460, 310)
"""Size of a drawn panel in pixels; the page scales it."""
TITLE_PIXELS = 32
"""Height of a panel's title in pixels."""
SUFFIXES = (".html", ".htm", ".pdf")


def write_report(
    home: Path,
    names: Sequence[str],
    output: Path,
    device: torch.device,
    *,
    title: str | None = None,
    measure_missing: bool = True,
    as_json: bool = False,
) -> None:
    """Write the report on these trained or imported runs, after running the probes that their figures still need.

    Raises:
        CommandError: no run is named, a run is unknown, there is nothing to show, there is no browser, or the file can't be written.
    """
    if not names:
        raise CommandError(
            "name the runs to report on: `iterscope runs list` shows their ids; latest is the newest run"
        )
    if output.suffix.lower() not in SUFFIXES:
        raise CommandError(f"the name of the report, {output}, must end in .html or .pdf: change it with --output")
    find_browser()
    with open_store(existing_database(home)) as store:
        runs = named_runs(store, names)
        view = PaperView(store, home, runs=[run.id for run in runs])
        kept = [(run, last_checkpoint(store, run)) for run in runs]
        networks = {run.id: wanted_of(checkpoint, home) for run, checkpoint in kept if checkpoint is not None}
        failures = (
            _measure(store, home, [*view.wanted(), *_missing(store, networks)], device) if measure_missing else []
        )
        figures, findings = view.payloads(), view.findings()
        answers = {run: stored_answers(store, wanted) for run, wanted in networks.items()}
        text, drawn = _document(store, home, runs, answers, figures, findings, failures, title)
    if output.suffix.lower() == ".pdf":
        with tempfile.TemporaryDirectory(prefix="iterscope-report-") as folder:
            file = Path(folder) / "report.html"
            file.write_text(text, encoding="utf-8")
            write_pdf(file, output)
    else:
        write_whole(output, text.encode())
    if as_json:
        verdicts = {finding["id"]: finding["verdict"] for finding in findings}
        print_json({"file": str(output), "runs": [run.id for run in runs], "figures": drawn, "claims": verdicts})
    else:
        print(output)


def _missing(store: Store, networks: Mapping[str, Mapping[str, Wanted]]) -> list[Wanted]:
    """The probes whose results are not stored yet, without duplicates."""
    every = {one.question.key: one for wanted in networks.values() for one in wanted.values()}
    return [one for key, one in every.items() if store.probe_results.get(key) is None]


def _measure(store: Store, home: Path, wanted: Sequence[Wanted], device: torch.device) -> list[str]:
    if not wanted:
        return []
    with progress_bar(f"measuring ({len(wanted)} probes)") as progress:
        return measure(store, home, wanted, device, progress=progress).failures


def _document(
    store: Store,
    home: Path,
    runs: Sequence[RunRecord],
    answers: Mapping[str, Mapping[str, Json]],
    figures: Sequence[dict[str, Any]],
    findings: Sequence[dict[str, Any]],
    failures: Sequence[str],
    title: str | None,
) -> tuple[str, list[str]]:
    """The page, and the ids of the paper's figures that it contains."""
    filled = [figure for figure in figures if ready_panels(figure) or table_rows(figure)]
    views = [(run, list(network_parts(answers.get(run.id, {})))) for run in runs]
    views = [(run, shown) for run, shown in views if shown]
    if not filled and not views:
        names = ", ".join(run.id for run in runs)
        reason = next((panel["missing"] for figure in figures for panel in figure["panels"] if panel["missing"]), "")
        raise CommandError(
            f"there is nothing to show of {names}"
            + (f" ({failures[0]})" if failures else f": {reason}" if reason else "")
            + "; train a run with `iterscope train`, or the runs that the paper needs with `iterscope paper`"
        )
    described = describe_runs(store, home, runs)
    with progress_bar("drawing") as progress, drawing() as draw:
        count = sum(len(ready_panels(figure)) for figure in filled) + len(views)
        later = literature_parts(LiteratureEvidence(store, home), runs, draw)
        sections, networks, done = [], [], 0
        for run, shown in views:
            drawings = [
                html.part(
                    part.title,
                    part.caption,
                    "" if part.figure is None else draw(part.figure, *part.size),
                    "" if part.table is None else html.table(*part.table),
                )
                for part in shown
            ]
            networks.append(html.network_section(run.name, run.id, drawings))
            done += 1
            progress(done / count)
        for figure in filled:
            panels = []
            for panel in ready_panels(figure):
                panels.append(html.panel(panel["title"], draw(untitled(panel), *PANEL_SIZE), caption(panel)))
                done += 1
                progress(done / count)
            sections.append(
                html.figure_section(figure, panels, html.table(*table_texts(figure)) if table_rows(figure) else None)
            )
    judged = [finding for finding in findings if finding["verdict"] != "not yet run"]
    parts = [
        html.section("Runs", described.table),
        *([html.section("Block by block", *networks)] if networks else []),
        *([html.section("Claims", *_claims(judged, len(findings) - len(judged)))] if judged else []),
        html.section("The paper's figures", *sections, *_absent(figures, filled, runs, failures)),
        *([html.section("Literature", *later)] if later else []),
        html.section("Configuration", *described.configurations),
        html.section("Provenance", *described.provenance),
    ]
    date = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    subtitle = f"{len(runs)} run{'' if len(runs) == 1 else 's'}, {len(filled)} of the paper's figures; created {date}"
    page = html.page(title or f"Iterative inference: {described.title}", subtitle, parts)
    return page, [figure["id"] for figure in filled]


def untitled(panel: dict[str, Any]) -> Figure:
    """A panel's figure without its title, which the page shows above the figure, where long titles can wrap."""
    figure = panel_figure(panel)
    top = figure.layout["margin"]["t"] - TITLE_PIXELS  # the rest moves up
    figure.update_layout(title=None, legend={"y": 0.99}, margin={"t": top})
    return figure


def ready_panels(figure: dict[str, Any]) -> list[dict[str, Any]]:
    """The panels that have data."""
    return [panel for panel in figure["panels"] if panel["state"] == "ready"]


def table_rows(figure: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a table; empty for a figure."""
    return list(figure["table"]["rows"]) if figure["table"] else []


def caption(panel: dict[str, Any]) -> str:
    """A caption that names the runs behind a panel."""
    runs = f"Run{'' if len(panel['runs']) == 1 else 's'} {', '.join(panel['runs'])}"
    return f"{runs}; lines are means over {panel['n']} seeds." if panel["n"] > 1 else f"{runs}."


def table_texts(figure: dict[str, Any]) -> tuple[list[str], list[tuple[str, ...]]]:
    """A table's columns and rows as texts; the last column is the number of runs."""
    rows = [
        (row["label"], *("–" if cell is None else cell["text"] for cell in row["cells"]), str(row["n"]))
        for row in table_rows(figure)
    ]
    return [*figure["table"]["columns"], "runs"] if rows else [], rows


def _claims(judged: Sequence[dict[str, Any]], open_count: int) -> list[str]:
    parts = [html.claims_table(judged)] if judged else []
    if open_count:
        parts.append(html.paragraph(f"{open_count} more claims of the paper need other runs.", muted=True))
    return parts


def _absent(
    figures: Sequence[dict[str, Any]],
    filled: Sequence[dict[str, Any]],
    runs: Sequence[RunRecord],
    failures: Sequence[str],
) -> list[str]:
    """Notes on figures without data, runs that no figure shows, and probes that failed."""
    absent = [html.figure_name(figure["id"]) for figure in figures if figure not in filled]
    drawn = {run for figure in filled for part in (*figure["panels"], *table_rows(figure)) for run in part["runs"]}
    idle = [run.id for run in runs if run.id not in drawn]
    notes = [f"No data from these runs for: {', '.join(absent)}."] if absent else []
    notes += [
        f"Runs that no figure shows, because another run of the same kind is shown or the paper has no such network: {', '.join(idle)}."
    ] * bool(idle)
    notes += [f"Not measured: {failure}" for failure in failures]
    return [html.paragraph(note, muted=True) for note in notes]
