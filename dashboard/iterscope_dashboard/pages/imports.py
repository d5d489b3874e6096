"""Import: a network that was trained elsewhere, what was recognised of it, what it leaves open, and a first look."""

from dataclasses import replace
from typing import Any

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from iterscope_dashboard.client import BackendClient, BackendError, Json, ProblemError
from iterscope_dashboard.components import SPLIT_LEGEND, attributes, connect, notices, panel, problem, sinks
from iterscope_dashboard.figures.common import empty_figure
from iterscope_dashboard.first_look import first_figures, first_probe, measured_on
from iterscope_dashboard.ids import Import as Ids
from iterscope_dashboard.measuring import QUICK, ask, cancel, entry_of, follow
from iterscope_dashboard.model import Checkpoint
from iterscope_dashboard.pages.base import Page, PageContext
from iterscope_dashboard.pages.blocks_text import COSINE, RATIO
from iterscope_dashboard.pages.import_form import POLL_MS, form
from iterscope_dashboard.pages.import_parts import done, drop_zone, outcome, recognised, refusal, what_happens
from iterscope_dashboard.recognition import Answers, Check, FormError, Incoming, import_request
from iterscope_dashboard.state import Query

FIELDS = {
    "dataset": Ids.DATASET, "folder": Ids.FOLDER, "mean": Ids.MEAN, "std": Ids.STD, "image_size": Ids.SIZE,
    "class_names": Ids.CLASS_NAMES,
}  # fmt: skip
WIRING = {
    "fields": [Input(Ids.DATASET, "value"), Input(Ids.PRESET, "value")],
    "done": [Input(Ids.DONE, "data")],
    "entry": [Input(Ids.ENTRY, "data")],
}


async def render(context: PageContext) -> Component:
    """A place to drop a file; what came of it, where the address names one."""
    client, query = context.client, context.query
    checkpoint, check = await stored(client, query)
    incoming = await held(client, query, missed=checkpoint is None)
    network = incoming.network if incoming else None
    parts: list[Component] = []
    if incoming and network:
        parts = [recognised(incoming, network), form(incoming, network, await client.datasets())]
    elif incoming:
        parts = [refusal(incoming.file_name, "", incoming.problems)]
    return html.Div(
        [
            *notices(query.notices),
            html.Div(
                [html.H1("Import", className="page-title"),
                 html.Span("A network that was trained elsewhere, block by block", className="control-label")],
                className="page-head",
            ),
            drop_zone(again=bool(parts)),
            html.Div(id=Ids.REFUSAL),
            *(parts if parts or checkpoint else what_happens()),
            html.Div(outcome(checkpoint, check) if checkpoint else None, id=Ids.OUTCOME),
            first_look(hidden=checkpoint is None),
            *sinks("import", list(WIRING) if parts and network else ["done"]),
            dcc.Store(id=Ids.ANSWER),
            dcc.Store(id=Ids.CONTEXT, data=context_of(incoming)),
            dcc.Store(id=Ids.DONE, data=done(checkpoint, incoming is not None) if checkpoint else None),
            dcc.Store(id=Ids.JOBS),
            dcc.Interval(id=Ids.TIMER, interval=POLL_MS, disabled=True),
        ],
        className="page import-page",
    )  # fmt: skip


async def held(client: BackendClient, query: Query, missed: bool) -> Incoming | None:
    """The file that the address names; it is forgotten when it is imported, or after a while. `missed`: say so."""
    id = query.text("import")
    if id is None:
        return None
    try:
        return Incoming.from_json(await client.incoming(id))
    except ProblemError as error:
        if error.status != 404:
            raise
        if missed:
            query.notices.append("The file that this link names is no longer held here: send it again.")
        return None


async def stored(client: BackendClient, query: Query) -> tuple[Checkpoint | None, Check | None]:
    """The imported network that the address names, and how it did."""
    id = query.text("checkpoint")
    if id is None:
        return None, None
    try:
        checkpoint = Checkpoint.from_json(await client.checkpoint(id))
        run = await client.run(checkpoint.run) if checkpoint.run else {}
    except ProblemError as error:
        if error.status != 404:
            raise
        query.notices.append(f"checkpoint “{id}” is not in this store.")
        return None, None
    return checkpoint, Check.from_json((run.get("configuration") or {}).get("check"))


def context_of(incoming: Incoming | None) -> Json:
    """What the callbacks need to know about the file."""
    if incoming is None or incoming.network is None:
        return {}
    return {"import": incoming.id, "classes": incoming.network.num_classes}


def first_look(hidden: bool) -> html.Div:
    """The first probe: cosine loss and ℓ2 ratio of every block."""
    legend = SPLIT_LEGEND[1:]
    return html.Div(
        [
            html.Div(
                [html.Span("", id=Ids.PROBE_STATUS, className="job-status", role="status"),
                 dmc.Progress(id=Ids.PROBE_PROGRESS, value=0, size="sm", className="upload-progress",
                              **attributes({"aria-label": "Measuring"}))],
                className="job-line first-line",
            ),
            html.Div([panel(Ids.COSINE, COSINE, empty_figure("Measuring …"), legend=legend),
                      panel(Ids.RATIO, RATIO, empty_figure("Measuring …"), legend=legend)], className="grid two"),
        ],
        id=Ids.FIRST, hidden=hidden,
    )  # fmt: skip


def pressed() -> bool:
    """Whether a button was pressed, rather than drawn."""
    return any(one["value"] for one in ctx.triggered)


def register(app: Dash, client: BackendClient) -> None:
    """Refusals, the import itself, and the first probe."""

    @app.callback(Output(Ids.REFUSAL, "children"), Input(Ids.ANSWER, "data"), prevent_initial_call=True)
    async def refuse(answer: Json | None) -> Any:
        """Why the file was refused; it is gone, so the page is the only place that says so."""
        if not answer:
            return None
        return refusal(answer["file"], answer["detail"], tuple(answer["problems"]))

    @app.callback(
        Output(Ids.ENTRY, "data"),
        Output(Ids.ENTRY_TIMER, "disabled"),
        *(Output(id, "error") for id in FIELDS.values()),
        Input(Ids.SUBMIT, "n_clicks"),
        Input({"type": str(Ids.TRY), "preset": ALL}, "n_clicks"),
        Input(Ids.CANCEL, "n_clicks"),
        Input(Ids.ENTRY_TIMER, "n_intervals"),
        State(Ids.ENTRY, "data"),
        State(Ids.CONTEXT, "data"),
        State(Ids.DATASET, "value"),
        State(Ids.FOLDER, "value"),
        State(Ids.PRESET, "value"),
        State(Ids.MEAN, "value"),
        State(Ids.STD, "value"),
        State(Ids.SIZE, "value"),
        State(Ids.CLASS_NAMES, "value"),
        State(Ids.NAME, "value"),
        State({"type": str(Ids.FURTHER), "field": ALL}, "value"),
        State({"type": str(Ids.FURTHER), "field": ALL}, "id"),
        prevent_initial_call=True,
    )
    async def work(
        _clicks: Any, _tries: Any, _cancels: Any, _ticks: Any, entry: Json | None, context: Json, *values: Any
    ) -> Any:
        """Let a checkpoint be made of the file; ticks follow it, cancel ends it."""
        if not pressed():
            return (no_update,) * (2 + len(FIELDS))
        unchanged = (no_update,) * len(FIELDS)
        if ctx.triggered_id in (Ids.ENTRY_TIMER, Ids.CANCEL):
            known = {"import": entry or {}}
            if ctx.triggered_id == Ids.CANCEL:
                await cancel(client, known)
                return {"cancelled": True}, True, *unchanged
            now = (await follow(client, known))["import"]
            return now, "job" not in now, *unchanged
        *answered, further, further_ids = values
        answers = Answers(*answered)
        if isinstance(ctx.triggered_id, dict):
            answers = replace(answers, preset=ctx.triggered_id["preset"])
        extra = {id["field"]: value for id, value in zip(further_ids, further, strict=True) if value not in (None, "")}
        try:
            request = import_request(answers, context["classes"], extra)
        except FormError as error:
            return no_update, no_update, *(error.problems.get(field) for field in FIELDS)
        begun = await entry_of(client.import_checkpoint(context["import"], request, wait=QUICK))
        return begun, "job" not in begun, *(None for _ in FIELDS)

    @app.callback(
        Output(Ids.OUTCOME, "children"),
        Output(Ids.DONE, "data"),
        Output(Ids.ERROR, "children"),
        Output(Ids.PRESET, "value"),
        Output(Ids.FORM, "display"),
        Output(Ids.SUBMIT, "disabled"),
        Output(Ids.WORKING, "hidden"),
        Output(Ids.WORKING_PROGRESS, "value"),
        Input(Ids.ENTRY, "data"),
        State(Ids.DONE, "data"),
        prevent_initial_call=True,
    )
    async def tell(entry: Json, before: Json | None) -> Any:
        """How far it is, what came of it; with another preset it takes the place of the one before."""
        if "job" in entry:
            return (*(no_update,) * 2, None, *(no_update,) * 2, True, False, max(3.0, 100 * entry["progress"]))
        idle = (False, True, 0)
        if "result" not in entry:
            failed = None if entry.get("cancelled") else problem(entry.get("title") or "Not imported", entry["error"])
            return (*(no_update,) * 2, failed, *(no_update,) * 2, *idle)
        found = entry["result"]
        checkpoint = Checkpoint.from_json(found)
        if before and before["run"] and before["run"] != checkpoint.run:
            await client.delete_run(before["run"])
        check = Check.from_json(found.get("check"), found.get("tried") or ())
        again = check is not None and check.warning is not None  # then the file is held for another try
        view = outcome(checkpoint, check)
        preset = found["preset"] if again else no_update
        return view, done(checkpoint, again), None, preset, "block" if again else "none", *idle

    @app.callback(
        Output(Ids.JOBS, "data"),
        Output(Ids.TIMER, "disabled"),
        Output(Ids.PROBE_STATUS, "children"),
        Output(Ids.PROBE_PROGRESS, "value"),
        Output(Ids.COSINE, "figure"),
        Output(Ids.RATIO, "figure"),
        Output(Ids.FIRST, "hidden"),
        Input(Ids.DONE, "data"),
        Input(Ids.TIMER, "n_intervals"),
        State(Ids.JOBS, "data"),
    )
    async def look(target: Json | None, _ticks: Any, jobs: Json | None) -> Any:
        """Measure every block of the network that has just come."""
        if not target:
            return None, True, "", 0, no_update, no_update, True
        try:
            if ctx.triggered_id == Ids.TIMER and jobs:
                entries = await follow(client, jobs)
            else:
                entries = await ask(client, first_probe(target["checkpoint"]), {})
        except BackendError:
            return (no_update,) * 7  # the frame says so, and recovers
        entry = entries["metrics"]
        if "job" in entry:
            return (
                entries,
                False,
                "Measuring every block …",
                max(3.0, 100 * entry["progress"]),
                no_update,
                no_update,
                False,
            )
        if "error" in entry:
            figure = empty_figure("Not measured.")
            return None, True, f"Not measured: {entry['error']}", 0, figure, figure, False
        cosine, ratio = first_figures(entry["result"])
        return None, True, measured_on(entry["result"]), 100, cosine, ratio, False

    connect(app, "import", WIRING)


PAGE = Page("/import", "Import", render, register)
