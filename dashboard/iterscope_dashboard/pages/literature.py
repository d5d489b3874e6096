"""The Literature page: what later works found, drawn from one of your networks, and the verdicts of their claims."""

import asyncio
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, dcc, html
from dash.development.base_component import Component

from iterscope_dashboard.client import BackendClient, Json
from iterscope_dashboard.components import attributes, command, connect, in_home, notices, run_options, sinks
from iterscope_dashboard.findings import Finding
from iterscope_dashboard.ids import Literature as Ids
from iterscope_dashboard.ids import of
from iterscope_dashboard.measured import Panel, read_panels
from iterscope_dashboard.pages.base import Page, PageContext, all_runs, labelled
from iterscope_dashboard.pages.literature_view import body, foot, section, strip, wanted_of
from iterscope_dashboard.pages.sections import LIVE_MS, Drawn, Sections, register_sections

WIRING = {
    "load": [Input(Ids.CONTEXT, "data")],
    "choose": [Input(Ids.RUN, "value")],
    "jobs": [Input(of(Ids.JOBS, ALL), "data")],
}


@dataclass(frozen=True)
class Literature:
    """`GET /literature`."""

    run: Json | None
    seeds: list[Json]
    works: list[Json]
    findings: tuple[Finding, ...]

    @classmethod
    def from_json(cls, payload: Json) -> "Literature":
        """Read the whole answer."""
        findings = tuple(Finding.from_json(finding) for finding in payload["claims"])
        return cls(payload["run"], payload["seeds"], payload["works"], findings)

    def work(self, id: str) -> Json:
        """One work."""
        return next(work for work in self.works if work["id"] == id)

    def of(self, work: str) -> tuple[Finding, ...]:
        """The claims of a work."""
        return tuple(finding for finding in self.findings if work in finding.figures)

    @property
    def signature(self) -> str:
        """Changes when a verdict or an answer is added."""
        stored = [[seed["stored"] for seed in one["seeds"]] for work in self.works for one in work["measurements"]]
        found = [(finding.id, finding.verdict, finding.measured, finding.scope) for finding in self.findings]
        return sha256(repr((self.run, stored, found)).encode()).hexdigest()[:16]


async def render(context: PageContext) -> Component:
    """Render questions, findings and verdicts; figures are loaded when they are near the view (assets/2_sections.js)."""
    client, query = context.client, context.query
    runs = [run for run in await all_runs(client) if run.checkpoints]
    named = query.text("run")
    if named is not None and named not in {run.id for run in runs}:
        query.notices.append(f"run “{named}” has nothing to measure in this store: showing another run instead.")
        named = None
    found = Literature.from_json(await client.literature(named))
    query.choice("work", [work["id"] for work in found.works], "the top of the page")
    run = None if found.run is None else str(found.run["id"])
    return html.Div(
        [
            *notices(query.notices),
            html.Div(
                [
                    html.H1("Literature", className="page-title"),
                    html.Span("What later works found, on your own network", className="control-label paper-name"),
                    labelled("run", dmc.Select(id=Ids.RUN, value=run, data=run_options(runs), allowDeselect=False, disabled=not runs,
                                               placeholder="none yet", className="run-select", **attributes({"aria-label": "Run"}))),
                ],
                className="page-head",
            ),
            html.Div(strip(found.works, found.findings, run), id=Ids.STRIP, className="paper-strip"),
            *hint(found, await client.home()),
            *(section(work, found.of(work["id"]), run) for work in found.works),
            *sinks("literature", list(WIRING)),
            dcc.Store(id=Ids.CONTEXT, data={"run": run}),
            dcc.Store(id=Ids.SEEN, data={"signature": found.signature, "measured": None}),
            dcc.Interval(id=Ids.LIVE, interval=LIVE_MS),
        ],
        className="page paper-page literature-page",
    )  # fmt: skip


def hint(found: Literature, home: str) -> list[html.P]:
    """The seeds behind the verdicts, and the command that measures everything."""
    if found.run is None:
        return [
            html.P(
                ["No run has finished yet: ", command(in_home("iterscope train --recipe demo", home)), " trains one."],
                className="paper-hint",
            )
        ]
    seeds = [f"{one['name']} (seed {one['seed']})" for one in found.seeds]
    waiting = any(not seed["stored"] for work in found.works for one in work["measurements"] for seed in one["seeds"])
    more = (
        [" ", command(in_home("iterscope paper --only literature", home)), " measures what is missing for every run."]
        if waiting
        else []
    )
    return [
        html.P(
            [f"{found.run['network']}. Figures are of the chosen run; claims are judged on {', '.join(seeds)}.", *more],
            className="paper-hint",
        )
    ]  # fmt: skip


async def panels_of_work(client: BackendClient, work: Json) -> list[tuple[Json, list[Panel]]]:
    """The drawn panels of each measurement whose answer is stored."""
    stored = [one for one in work["measurements"] if one["stored"]]
    drawn = await asyncio.gather(*(read_panels(client, one["probe"], one["request"]) for one in stored))
    return list(zip(stored, drawn, strict=True))


def register(app: Dash, client: BackendClient) -> None:
    """Register the callbacks that draw figures, measure what is missing and update the verdicts."""

    async def read(context: Json) -> Literature:
        return Literature.from_json(await client.literature(context["run"]))

    async def draw(name: str, context: Json) -> Drawn:
        work = (await read(context)).work(name)
        return Drawn(body(work, await panels_of_work(client, work)), foot(work, context["run"]), wanted_of(work))

    def chips(found: Literature, context: Json) -> list[Any]:
        return strip(found.works, found.findings, context["run"])

    register_sections(app, client, Sections(Ids, read, chips, draw, "These figures cannot be drawn"))
    connect(app, "literature", WIRING)


PAGE = Page("/literature", "Literature", render, register)
