"""The Paper page: every figure and table of the paper, drawn from the runs in the store, and the verdicts of its claims."""

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, dcc, html
from dash.development.base_component import Component

from iterscope_dashboard.client import BackendClient, Json, ProblemError
from iterscope_dashboard.components import attributes, command, connect, in_home, notices, sinks
from iterscope_dashboard.findings import Overview
from iterscope_dashboard.ids import Paper as Ids
from iterscope_dashboard.ids import of
from iterscope_dashboard.pages.base import Page, PageContext, labelled
from iterscope_dashboard.pages.measuring import wanted_of
from iterscope_dashboard.pages.paper_verdicts import strip
from iterscope_dashboard.pages.paper_view import body, foot, section
from iterscope_dashboard.pages.sections import LIVE_MS, Drawn, Sections, register_sections
from iterscope_guard.text import one_line

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
    home = await client.home()
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
            html.P([command(in_home("iterscope paper", home)), " plans, times and trains the missing runs."], className="paper-hint")
            if waiting else None,
            *(section(figure, overview.of(figure.id), dataset, second, home) for figure in overview.figures),
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

    async def read(context: Json) -> Overview:
        return Overview.from_json(await client.paper(context["dataset"], context["second"]))

    async def draw(figure: str, context: Json) -> Drawn:
        payload = await client.paper_figure(figure, context["dataset"], context["second"])
        return Drawn(
            body(payload, await client.home(), context["dataset"], context["second"]), foot(payload), wanted_of(payload)
        )

    register_sections(
        app, client, Sections(Ids, read, lambda found, _: strip(found), draw, "This figure cannot be drawn")
    )
    connect(app, "paper", WIRING)


PAGE = Page("/paper", "Paper", render, register)
