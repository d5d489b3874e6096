"""A section of the Literature page: a work's question and finding, the figures of your network, and the verdicts."""

from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from iterscope_dashboard.client import Json
from iterscope_dashboard.components import PanelText, attributes, fold, panel
from iterscope_dashboard.findings import Finding
from iterscope_dashboard.ids import Literature as Ids
from iterscope_dashboard.ids import of
from iterscope_dashboard.measured import Panel
from iterscope_dashboard.pages.measuring import measuring_line
from iterscope_dashboard.pages.paper_verdicts import chip, claims, score
from iterscope_dashboard.snippets import answer_snippet, with_snippet
from iterscope_dashboard.state import link

Drawn = Sequence[tuple[Json, Sequence[Panel]]]
"""Measurements whose answers are stored, and the panels of each."""


def strip(works: Sequence[Json], findings: Sequence[Finding], run: str | None) -> list[Any]:
    """The number of claims that hold, and an index of the works with their verdicts."""
    chips = [
        chip(work["id"], work["title"], work["authors"], link("/literature", run=run, work=work["id"]),
             [finding for finding in findings if work["id"] in finding.figures], waiting=not _any_stored(work))
        for work in works
    ]  # fmt: skip
    return score(findings, chips, "Works")


def section(work: Json, findings: Sequence[Finding], run: str | None) -> html.Section:
    """The section of a work: its question, what it found, its claims, and containers for its figures."""
    name = str(work["id"])
    return html.Section(
        [
            html.Div(
                [
                    html.H2([html.A(work["title"], href=link("/literature", run=run, work=name), title=f"Link to {work['title']}",
                                    className="figure-number", **attributes({"data-figure-link": name})),
                             html.Span(work["authors"])], className="figure-title", id=f"literature-title-{name}"),
                    html.Span(work["source"], className="control-label"),
                ],
                className="figure-head",
            ),
            html.Div(
                [
                    html.Div([html.H3("The question", className="column-title"), html.P(work["question"]),
                              html.H3("The work found", className="column-title"), html.P(work["finding"])], className="paper-says"),
                    html.Div([html.H3("Your network", className="column-title"), html.Div(claims(findings), id=of(Ids.CLAIMS, name))],
                             className="runs-say"),
                ],
                className="figure-text",
            ),
            html.Div(skeletons(work) if _any_stored(work) else unmeasured(work, work["measurements"]), id=of(Ids.BODY, name),
                     className="figure-body"),
            measuring_line(Ids, name),
        ],
        className="paper-section", id=f"literature-{name}",
        **attributes({"aria-labelledby": f"literature-title-{name}", **({} if run is None else {"data-lazy": name})}),
    )  # fmt: skip


def _any_stored(work: Json) -> bool:
    return any(one["stored"] for one in work["measurements"])


COLUMNS = "paper-panels columns-2"


def skeletons(work: Json) -> html.Div:
    """Grey panels of the final size."""
    count = sum(len(one["panels"]) for one in work["measurements"] if one["stored"])
    one = dmc.Paper(
        [
            html.Div(dmc.Skeleton(height=12, width="60%", animate=False), className="panel-head"),
            html.Div(dmc.Skeleton(height="100%", animate=False), className="graph-box short"),
            html.P("…", className="key-hint"),
        ],
        className="panel", withBorder=True,
    )  # fmt: skip
    return html.Div(html.Div([one] * count, className=COLUMNS), **attributes({"aria-busy": "true"}))


def body(work: Json, drawn: Drawn) -> html.Div:
    """The panels that show what the work found, and what is not measured yet."""
    cells: list[html.Div] = []
    for measurement, panels in drawn:
        found = {one.title.partition(" (")[0]: one for one in panels}
        for wanted in measurement["panels"]:
            if wanted["name"] in found:
                cells.append(_cell(work, len(cells), measurement, wanted, found[wanted["name"]]))
    missing = [one for one in work["measurements"] if not one["stored"]]
    return html.Div(
        [html.Div(cells, className=COLUMNS)] * bool(cells) + ([unmeasured(work, missing)] if missing else [])
    )


def apart(work: Json, measurement: Json) -> str:
    """ ", alpha 0.1": what tells the measurement from another one of the same kind in this work."""
    others = [one for one in work["measurements"] if one["probe"] == measurement["probe"]]
    options = _options(measurement["request"] or {}) if len(others) > 1 else {}
    return "".join(f", {name.lstrip('.')} {value}" for name, value in options.items())


def meant(work: Json, measurement: Json) -> str:
    """What the options mean that tell the measurement from another one of the same kind."""
    network = "target network" in apart(work, measurement)
    return "; the probes are fitted to the network’s predictions, not to the labels" if network else ""


def _cell(work: Json, number: int, measurement: Json, wanted: Json, drawn: Panel) -> html.Div:
    """One panel and the sentence that says what it shows."""
    title = str(wanted["title"])
    text = PanelText(title, f"{measurement['summary']}.", (drawn.about or measurement)["formula"])
    copied = answer_snippet(measurement["probe"], measurement["request"], wanted["name"], drawn.about or {})
    figure = with_snippet(drawn.figure, copied)
    return html.Div(
        [
            panel(f"literature-{work['id']}-{number}", text, figure, height="short", heading=html.H3,
                  saved_as=f"{measurement['title']}, {title}"),
            html.P(wanted["sentence"], className="key-hint"),
        ],
        className="captioned",
    )  # fmt: skip


def unmeasured(work: Json, measurements: Sequence[Json]) -> html.Div:
    """What would be measured."""
    items = [
        html.Li(
            [
                html.Strong(one["title"] + apart(work, one)),
                f": {one['summary'][:1].lower()}{one['summary'][1:]}{meant(work, one)}. ",
                fold("?", f"Formula of “{one['title']}”", formula(one), "help"),
            ]
        )
        for one in measurements
    ]
    return html.Div([html.Span("Not measured yet:"), html.Ul(items)], className="not-run unmeasured")


def formula(measurement: Json) -> list[Any]:
    """Source and formula."""
    return [html.P(measurement["citation"]), html.Code(measurement["formula"], className="formula")]


def foot(work: Json, run: str | None) -> list[Any]:
    """Links to the measurements on the Measure page."""
    links = [
        dcc.Link(
            one["title"] + apart(work, one),
            href=link("/measure", run=run, measurement=one["probe"], **_options(one["request"])),
        )
        for one in work["measurements"]
        if one["request"] is not None
    ]
    separated = [part for one in links for part in (one, ", ")][:-1]
    return [html.Span("On the Measure page: ", className="control-label"), html.Span(separated)] if links else []


def _options(request: Json) -> dict[str, str]:
    """The options of a request as the Measure page's address has them."""
    return {
        f".{name}": str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in request.items()
        if name != "checkpoint"
    }


def wanted_of(work: Json) -> list[Json]:
    """What is not stored yet, of the run and its other seeds, with the requests."""
    return [
        {"probe": one["probe"], "request": seed["request"]}
        for one in work["measurements"]
        for seed in one["seeds"]
        if not seed["stored"]
    ]
