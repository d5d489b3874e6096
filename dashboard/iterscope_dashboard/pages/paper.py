"""The Paper page: every figure and table of the paper, drawn from the runs in the store, and the verdicts of its claims."""

from typing import Any

import dash_mantine_components as dmc
from dash import ALL, MATCH, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from iterscope_dashboard.client import BackendClient, BackendError, BackendUnavailable, Json, ProblemError
from iterscope_dashboard.components import attributes, command, connect, notices, problem, sinks
from iterscope_dashboard.findings import Overview
from iterscope_dashboard.ids import Paper as Ids
from iterscope_dashboard.ids import Shell, of
from iterscope_dashboard.pages.base import Page, PageContext, labelled
from iterscope_dashboard.pages.measuring import measure_missing, wanted_of
from iterscope_dashboard.pages.paper_verdicts import claims, strip
from iterscope_dashboard.pages.paper_view import body, foot, section
from iterscope_guard.text import one_line

LIVE_MS = 10_000
WIRING = {
    "load": [Input(Ids.CONTEXT, "data")],
    "choose": [Input(Ids.DATASET, "value"), Input(Ids.SECOND, "value")],
    "jobs": [Input(of(Ids.JOBS, ALL), "data")],
}


async def render(context: PageContext) -> Component:
    """Render verdicts and texts; each figure is loaded when it is near the view (assets/2_sections.js)."""
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

    measure_missing(app, client, Ids)
    connect(app, "paper", WIRING)


PAGE = Page("/paper", "Paper", render, register)
