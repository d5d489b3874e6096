"""Building blocks of the pages: panels, states, notices."""

import math
import re
import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, dcc, html

from iterscope_dashboard.figures.figure import Figure
from iterscope_dashboard.ids import Shell
from iterscope_dashboard.model import Run
from iterscope_dashboard.state import link
from iterscope_guard.text import visible

PAPER = "arXiv:1710.04773"
STATUS_KINDS = {"running": "active", "completed": "good", "interrupted": "warn", "failed": "bad", "dead": "bad"}
STATUS_MEANINGS = {
    "queued": "waiting for the trainer",
    "running": "training now",
    "completed": "trained to its last epoch",
    "interrupted": "stopped and saved; can be resumed",
    "failed": "the trainer reported an error",
    "cancelled": "cancelled before it started",
    "imported": "imported already trained",
    "dead": "its trainer has ended, or has sent no heartbeat for a minute",
}

GRAPH_CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "showSendToCloud": False,
    "responsive": True,
    "doubleClick": "reset",
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d", "zoomIn2d", "zoomOut2d"],
}


def attributes(values: Mapping[str, str]) -> dict[str, Any]:
    """aria-… and data-… attributes, which Dash's signatures do not include."""
    return dict(values)


@dataclass(frozen=True)
class PanelText:
    """The texts of a panel."""

    title: str
    help: str  # one sentence
    formula: str = ""  # the exact definition, in plain characters
    section: str = ""  # of the paper, which defines it
    figures: tuple[int, ...] = ()  # of the paper, which show it; the help links to them on the Paper page


@dataclass(frozen=True)
class LegendEntry:
    """One legend entry, shown in the panel's head rather than over the plot."""

    name: str
    colour: str
    dash: str = "solid"  # solid | dot | dash | longdash


def legend_of(entries: Sequence[LegendEntry]) -> html.Div:
    """A legend: one short stroke and name per entry."""
    return html.Div(
        [
            html.Span(
                [
                    html.Span(className=f"stroke {entry.dash}", style={"borderTopColor": entry.colour}),
                    entry.name,
                ],
                className="legend-entry",
            )
            for entry in entries
        ],
        className="panel-legend",
    )


def icon(name: str, size: int = 18) -> html.Span:
    """A symbol from assets/style.css, hidden from screen readers."""
    return html.Span(
        className=f"glyph glyph-{name}", style={"--icon-size": f"{size}px"}, **attributes({"aria-hidden": "true"})
    )


def help_button(text: PanelText) -> html.Details:
    """The "?" of a panel: one sentence, the formula, and the section and figures of the paper."""
    content: list[Any] = [html.P(text.help)]
    if text.formula:
        content.append(html.Code(text.formula, className="formula"))
    if text.section or text.figures:
        content.append(html.P(in_the_paper(text), className="in-the-paper"))
    return fold("?", f"What is “{text.title}”?", content, "help")


def in_the_paper(text: PanelText) -> list[Any]:
    """ "arXiv:1710.04773, section 4.1 · Figure 4, Figure 10": figures link to the Paper page, never to another site."""
    kind = "section" if text.section[:1].isdigit() else "appendix"
    source = f"{PAPER}, {kind} {text.section}" if text.section else PAPER
    links = [dcc.Link(f"Figure {number}", href=f"{link('/paper')}#paper-fig{number}") for number in text.figures]
    between = [part for one in links for part in (", ", one)][1:]
    return [source, " · " if links else "", *between]


def export_menu(graph: str, title: str) -> html.Details:
    """Menu to save a figure as SVG, PDF, PNG or CSV, or to copy its request (assets/1_export.js, 1_copy.js)."""
    formats = (("svg", "SVG image"), ("pdf", "PDF"), ("png", "PNG image"), ("csv", "CSV of the plotted data"))
    items = [
        html.Button(label, type="button", **attributes({"data-export": kind, "data-graph": graph, "data-title": title}))
        for kind, label in formats
    ] + [
        html.Button(label, type="button", **attributes({"data-copy": language, "data-graph": graph}))
        for language, label in (("python", "Copy as Python"), ("curl", "Copy as cURL"))
    ]
    return fold(icon("download", 15), f"Save the figure “{title}”", items, "menu")


def fold(sign: Any, label: str, content: list[Any], kind: str) -> html.Details:
    """A small pop-up; 0_shell.js closes it on a click elsewhere."""
    return html.Details(
        [
            html.Summary(sign, title=label, className="fold-sign", **attributes({"aria-label": label})),
            html.Div(content, className="fold-content"),
        ],
        className=f"fold {kind}",
    )


def panel(
    graph: str,
    text: PanelText,
    figure: Figure,
    *,
    height: str = "tall",
    badge: Any = None,
    controls: Any = None,
    wide: bool = False,
    legend: Sequence[LegendEntry] = (),
    heading: Any = html.H2,
    saved_as: str | None = None,
) -> dmc.Paper:
    """A titled figure with help, export menu and a readout of the hovered block."""
    name = "".join(character if character.isalnum() else "-" for character in (saved_as or text.title).lower()).strip(
        "-"
    )
    config: Any = {**GRAPH_CONFIG, "toImageButtonOptions": {"format": "svg", "filename": f"iterscope-{name}"}}
    drawing = dcc.Graph(id=graph, figure=figure, config=config, responsive=True, className="graph")
    return dmc.Paper(
        [
            html.Div(
                [
                    heading(text.title, className="panel-title", title=text.title),
                    html.Span(badge, className="panel-badge", id=f"{graph}-badge"),
                    html.Span(id=f"{graph}-readout", className="panel-readout"),
                    *([legend_of(legend)] if legend else []),
                    *([html.Div(controls, className="panel-controls")] if controls is not None else []),
                    html.Div([help_button(text), export_menu(graph, saved_as or text.title)], className="panel-tools"),
                ],
                className="panel-head",
            ),
            html.Div(
                drawing,
                className=f"graph-box {height}",
                role="figure",
                **attributes({"aria-label": f"{text.title}. {text.help}"}),
            ),
        ],
        className="panel wide" if wide else "panel",
        withBorder=True,
    )


def sinks(namespace: str, functions: Sequence[str]) -> list[html.Span]:
    """Hidden outputs for clientside functions that draw by themselves; Dash calls no callback without an output."""
    return [html.Span(id=f"{namespace}-do-{function}", hidden=True) for function in functions]


def connect(app: Dash, namespace: str, wiring: Mapping[str, Sequence[Input]]) -> None:
    """Call dash_clientside[namespace][function] of the assets when its inputs change, and once on a new page."""
    wire: Any = app.clientside_callback  # Dash does not annotate it
    for function, inputs in wiring.items():
        wire(ClientsideFunction(namespace, function), Output(f"{namespace}-do-{function}", "title"), *inputs)


def empty_state(title: str, sentence: str, action: Any = None, retry_ms: int | None = 2000) -> html.Div:
    """A page without data: names the cause and the next action, and retries by itself."""
    children: list[Any] = [
        html.Div(html.Div(className="empty-mark", **attributes({"aria-hidden": "true"})), className="empty-art"),
        html.H1(title, className="empty-title"),
        html.P(sentence, className="empty-sentence"),
    ]
    if action is not None:
        children.append(html.Div(action, className="empty-action"))
    if retry_ms is not None:
        children.append(dcc.Interval(id=Shell.RETRY, interval=retry_ms))
    return html.Div(children, className="page empty-state", role="status")


def in_home(text: str, home: str) -> str:
    """A command on the service's own store, wherever it is typed."""
    return f"{text} --home {shlex.quote(home)}"


def unbroken(text: str) -> list[Any]:
    """A command, no option of which is broken after its hyphens."""
    return [
        html.Span(part, className="option") if part.startswith("--") else part for part in re.split(r"(--[\w-]+)", text)
    ]


def command(text: str) -> dmc.Code:
    """A command to type."""
    return dmc.Code(unbroken(text), fz="sm", px="sm", py=6, className="command")


def notices(sentences: Sequence[str]) -> list[dmc.Alert]:
    """The parts of a link that were not valid, and are quoted; each notice stays until dismissed."""
    return [
        dmc.Alert(visible(sentence), color="yellow", variant="light", withCloseButton=True, mb="sm",
                  closeButtonLabel="Dismiss", className="notice")
        for sentence in sentences
    ]  # fmt: skip


def problem(title: str, detail: str) -> dmc.Alert:
    """An error message of the backend; stays until dismissed."""
    return dmc.Alert(
        detail, title=title, color="red", variant="light", withCloseButton=True, mb="sm",
        closeButtonLabel="Dismiss",
    )  # fmt: skip


def run_names(runs: Sequence[Run]) -> dict[str, str]:
    """The names of runs by their ids; where several have the same name, with the seed."""
    count = Counter(run.name for run in runs)
    return {run.id: run.name if count[run.name] == 1 else f"{run.name}, seed {run.seed}" for run in runs}


def run_options(runs: Sequence[Run]) -> list[dict[str, str]]:
    """Options of a run selector."""
    names = run_names(runs)
    return [{"value": run.id, "label": f"{names[run.id]} · {run.architecture} · {run.dataset}"} for run in runs]


def duration(seconds: float | None) -> str:
    """75 → "1 min 15 s"."""
    if seconds is None:
        return ""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def percent_text(value: float) -> str:
    """0.978 → "97.8 %"."""
    return "–" if math.isnan(value) else f"{100 * value:.1f}\u00a0%"
