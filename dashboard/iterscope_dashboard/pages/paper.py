"""The Paper page: every figure and table of the paper, drawn from the runs in the store, and the verdicts of its claims."""

from typing import Any

import dash_mantine_components as dmc
from dash import ALL, MATCH, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from iterscope_dashboard.client import BackendClient, BackendError, BackendUnavailable, Json, ProblemError
from iterscope_dashboard.components import attributes, command, connect, notices, problem, sinks
from iterscope_dashboard.findings import Overview
from iterscope_dashboard.ids import Paper as Ids
from iterscope_dashboard.ids import Shell, of
from iterscope_dashboard.pages.base import Page, PageContext, labelled
from iterscope_dashboard.pages.paper_verdicts import claims, strip
from iterscope_dashboard.pages.paper_view import body, foot, section
from iterscope_dashboard.probe_jobs import Wanted, ask, cancel, follow
from iterscope_guard.text import one_line

LIVE_MS = 10_000
WIRING = {
    "load": [Input(Ids.CONTEXT, "data")],
    "choose": [Input(Ids.DATASET, "value"), Input(Ids.SECOND, "value")],
    "jobs": [Input(of(Ids.JOBS, ALL), "data")],
}


async def render(context: PageContext) -> Component:
    """Render verdicts and texts; each figure is loaded when it is near the view (assets/2_paper.js)."""
    client, query = context.client, context.query
    dataset, second = query.text("dataset"), query.text("second")
    try:
        overview = Overview.from_json(await client.paper(dataset, second))
    except ProblemError as error:
        if dataset is None and second is None:
            raise
        query.notices.append(f"{error.detail} Showing the default data sets instead.")
        dataset = second = None
        overview = Overview.from_json(await client.paper(None, None))
    figures = [figure.id for figure in overview.figures]
    if figures:
        query.choice("figure", figures, "the top of the page")
    waiting = any(finding.verdict == "not yet run" for finding in overview.findings)
    return html.Div(
        [
            *notices(query.notices),
            html.Div(
                [
                    html.H1("Paper", className="page-title"),
                    html.Span("Residual Connections Encourage Iterative Inference, compared with your own runs",
                              className="control-label paper-name"),
                    *selectors(overview),
                ],
                className="page-head",
            ),
            html.Div(strip(overview), id=Ids.STRIP, className="paper-strip"),
            html.P([command("iterscope paper"), " plans, times and trains the missing runs."], className="paper-hint")
            if waiting else None,
            *(section(figure, overview.of(figure.id), dataset, second) for figure in overview.figures),
            *sinks("paper", list(WIRING)),
            dcc.Store(id=Ids.CONTEXT, data={"dataset": dataset, "second": second}),
            dcc.Store(id=Ids.SEEN, data={"signature": overview.signature, "measured": None}),
            dcc.Interval(id=Ids.LIVE, interval=LIVE_MS),
        ],
        className="page paper-page",
    )  # fmt: skip


def selectors(overview: Overview) -> list[html.Div]:
    """Selectors of the data sets that replace CIFAR-10 and CIFAR-100."""
    names = dict.fromkeys(name for name in (*overview.choices, overview.first, overview.second) if name)
    choices = [{"value": name, "label": one_line(name)} for name in names]
    controls = ((Ids.DATASET, "for CIFAR-10", "First data set", overview.first),
                (Ids.SECOND, "for CIFAR-100", "Second data set", overview.second))  # fmt: skip
    return [
        labelled(label, dmc.Select(id=id, value=value, data=choices, size="xs", w=150, allowDeselect=False, placeholder="none yet",
                                   disabled=not choices, **attributes({"aria-label": spoken})))
        for id, label, spoken, value in controls
    ]  # fmt: skip


def wanted_of(payload: Json) -> list[Json]:
    """The probes that a figure still needs, with their requests."""
    return [{"probe": str(one["probe"]), "request": one["request"]} for one in payload.get("wanted") or ()]


def named(wanted: list[Json]) -> Wanted:
    """Number the probes, as probe_jobs.py expects names."""
    return {str(number): (one["probe"], one["request"]) for number, one in enumerate(wanted)}


def without_results(entries: Json) -> Json:
    """The entries without their results, which the figure contains."""
    return {name: {"done": True} if "result" in entry else entry for name, entry in entries.items()}


def progress_of(entries: Json) -> tuple[str, float]:
    """Status line and percentage."""
    running = [float(entry.get("progress") or 0.0) for entry in entries.values() if "job" in entry]
    done = len(entries) - len(running)
    return f"Measuring {min(done + 1, len(entries))} of {len(entries)} …", 100 * (done + sum(running)) / max(
        1, len(entries)
    )


def register(app: Dash, client: BackendClient) -> None:
    """Register the callbacks that draw figures, measure missing probes and update the verdicts."""

    @app.callback(
        Output(of(Ids.BODY, MATCH), "children"),
        Output(of(Ids.FOOT, MATCH), "children"),
        Output(of(Ids.WANTED, MATCH), "data"),
        Output(of(Ids.MEASURE, MATCH), "children"),
        Output(of(Ids.MEASURE, MATCH), "hidden"),
        Input(of(Ids.WANT, MATCH), "data"),
        State(of(Ids.WANT, MATCH), "id"),
        State(Ids.CONTEXT, "data"),
        prevent_initial_call=True,
    )
    async def draw(_want: Any, id: Json, context: Json) -> Any:
        """Draw the panels of one figure."""
        try:
            payload = await client.paper_figure(id["figure"], context["dataset"], context["second"])
        except BackendUnavailable:
            raise  # the frame shows it, and draws the page again
        except BackendError as error:
            return problem("This figure cannot be drawn", str(error)), [], [], no_update, True
        wanted = wanted_of(payload)
        label = f"Measure what is missing ({len(wanted)})"
        drawn = body(payload, context["dataset"], context["second"])
        return drawn, foot(payload), wanted, label, not wanted

    @app.callback(
        Output(of(Ids.JOBS, MATCH), "data"),
        Output(of(Ids.TIMER, MATCH), "disabled"),
        Output(of(Ids.STATUS, MATCH), "children"),
        Output(of(Ids.PROGRESS, MATCH), "value"),
        Output(of(Ids.CANCEL, MATCH), "hidden"),
        Output(of(Ids.MEASURE, MATCH), "hidden", allow_duplicate=True),
        Output(of(Ids.ERROR, MATCH), "children"),
        Output(of(Ids.WANT, MATCH), "data"),
        Output(of(Ids.MEASURED, MATCH), "data"),
        Input(of(Ids.MEASURE, MATCH), "n_clicks"),
        Input(of(Ids.TIMER, MATCH), "n_intervals"),
        Input(of(Ids.CANCEL, MATCH), "n_clicks"),
        State(of(Ids.WANTED, MATCH), "data"),
        State(of(Ids.JOBS, MATCH), "data"),
        prevent_initial_call=True,
    )
    async def measure(
        clicks: int | None, ticks: int | None, cancels: int | None, wanted: list[Json] | None, jobs: Json | None
    ) -> Any:
        """Request, poll or cancel the probes; after the last one, draw the figure and the verdicts again."""
        if not (clicks or ticks or cancels) or not wanted:
            return (no_update,) * 9
        if ctx.triggered_id and ctx.triggered_id["type"] == Ids.CANCEL:
            await cancel(client, jobs)
            return {}, True, "Cancelled.", 0, True, False, None, no_update, clicks
        if ctx.triggered_id and ctx.triggered_id["type"] == Ids.TIMER:
            entries = without_results(await follow(client, jobs or {}))
        else:
            entries = without_results(await ask(client, named(wanted), {}))
        if any("job" in entry for entry in entries.values()):
            status, done = progress_of(entries)
            return entries, False, status, done, False, True, None, no_update, no_update
        failed = [entry for entry in entries.values() if "error" in entry]
        errors = [problem(entry.get("title") or "Not measured", entry["error"]) for entry in failed[:3]]
        status = f"{len(failed)} could not be measured." if failed else "Measured."
        return entries, True, status, 0, True, not failed, errors, {"again": clicks}, {"clicks": clicks}

    @app.callback(
        Output(Shell.REFRESH, "data", allow_duplicate=True),
        Output(Ids.LIVE, "disabled"),
        Input(Ids.LIVE, "n_intervals"),
        State(Ids.CONTEXT, "data"),
        State(Ids.SEEN, "data"),
        State(of(Ids.JOBS, ALL), "data"),
        State(of(Ids.MEASURED, ALL), "data"),
        prevent_initial_call=True,
    )
    async def live(ticks: int, context: Json, seen: Json, jobs: list[Json | None], measured: list[Json | None]) -> Any:
        """Draw the page again when runs or measurements were added elsewhere, but not while this page is measuring."""
        if any("job" in entry for entries in jobs for entry in (entries or {}).values()):
            return no_update, no_update
        if any(measured) and measured != seen["measured"]:
            return no_update, no_update
        try:
            overview = Overview.from_json(await client.paper(context["dataset"], context["second"]))
        except BackendError:
            return no_update, no_update  # the frame shows it, and recovers
        return (no_update, no_update) if overview.signature == seen["signature"] else (ticks, True)

    @app.callback(
        Output(Ids.STRIP, "children"),
        Output(Ids.SEEN, "data"),
        Output(of(Ids.CLAIMS, ALL), "children"),
        Input(of(Ids.MEASURED, ALL), "data"),
        State(of(Ids.CLAIMS, ALL), "id"),
        State(Ids.CONTEXT, "data"),
        prevent_initial_call=True,
    )
    async def judge(measured: list[Any], ids: list[Json], context: Json) -> Any:
        """Update the verdicts after a measurement."""
        if not any(measured):
            return no_update, no_update, [no_update] * len(ids)
        overview = Overview.from_json(await client.paper(context["dataset"], context["second"]))
        seen = {"signature": overview.signature, "measured": measured}
        return strip(overview), seen, [claims(overview.of(id["figure"])) for id in ids]

    connect(app, "paper", WIRING)


PAGE = Page("/paper", "Paper", render, register)
