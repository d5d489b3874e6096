"""The Import page: upload a trained network, show what was recognised, ask for the rest, and measure it."""

from dataclasses import replace
from typing import Any

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from iterscope_dashboard.client import BackendClient, BackendError, BackendUnavailable, Json, ProblemError
from iterscope_dashboard.components import PanelText, attributes, connect, notices, panel, problem, sinks
from iterscope_dashboard.figures.common import empty_figure
from iterscope_dashboard.first_look import first_figures, first_probe, measured_on
from iterscope_dashboard.ids import Import as Ids
from iterscope_dashboard.model import Checkpoint
from iterscope_dashboard.pages.base import Page, PageContext
from iterscope_dashboard.pages.import_form import POLL_MS, form
from iterscope_dashboard.pages.import_parts import done, drop_zone, outcome, recognised, refusal, what_happens
from iterscope_dashboard.probe_jobs import QUICK, cancel, entry_of, follow, waiting
from iterscope_dashboard.recognition import Answers, Check, FormError, Incoming, import_request
from iterscope_dashboard.state import Query

COSINE = PanelText(
    "Cosine loss",
    "Cosine between a block’s output and the loss gradient. Negative: the output points along −∂L/∂h, so it lowers the loss. Mean over "
    "images, band: ±1 standard deviation. Diamonds: projection blocks, measured at the shortcut’s output.",
    "cos(Fᵢ(hᵢ), ∂L/∂hᵢ)",
    section="4.1",
    figures=(4, 10),
)
RATIO = PanelText(
    "ℓ2 ratio",
    "How much a block changes the hidden state. Large: it computes new features. Small: it only refines them. Mean over images, "
    "band: ±1 standard deviation.",
    "‖Fᵢ(hᵢ)‖ / ‖hᵢ‖",
    section="4.2",
    figures=(2, 11),
)
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
    """Render the drop zone, and the import or checkpoint in the address."""
    client, query = context.client, context.query
    checkpoint, check = await stored(client, query)
    home, known = await client.home(), query.text("known") is not None
    incoming = await held(client, query, missed=checkpoint is None)
    network = incoming.network if incoming else None
    parts: list[Component] = []
    if incoming and network:
        parts = [recognised(incoming, network), form(incoming, network, await client.datasets())]
    elif incoming:
        parts = [refusal(incoming.file_name, "", incoming.problems, home)]
    return html.Div(
        [
            *notices(query.notices),
            html.Div(
                [html.H1("Import", className="page-title"),
                 html.Span("Analyse a network that was trained outside Iterscope", className="control-label")],
                className="page-head",
            ),
            drop_zone(again=bool(parts)),
            html.Div(id=Ids.REFUSAL),
            *(parts if parts or checkpoint else what_happens(home)),
            html.Div(outcome(checkpoint, check, home, known=known) if checkpoint else None, id=Ids.OUTCOME),
            first_look(hidden=checkpoint is None),
            *sinks("import", list(WIRING) if parts and network else ["done"]),
            dcc.Store(id=Ids.ANSWER),
            dcc.Store(id=Ids.CONTEXT, data=context_of(incoming)),
            dcc.Store(id=Ids.DONE, data=done(checkpoint, incoming is not None) if checkpoint else None),
            dcc.Store(id=Ids.JOBS),
            dcc.Interval(id=Ids.TIMER, interval=POLL_MS, max_intervals=0),
        ],
        className="page import-page",
    )  # fmt: skip


async def held(client: BackendClient, query: Query, missed: bool) -> Incoming | None:
    """The uploaded file in the address. It is deleted after the import, or after a while; `missed` adds a notice then."""
    id = query.text("import")
    if id is None:
        return None
    try:
        return Incoming.from_json(await client.incoming(id))
    except ProblemError as error:
        if error.status != 404:
            raise
        if missed:
            query.notices.append("The file in this link is no longer on the server: upload it again.")
        return None


async def stored(client: BackendClient, query: Query) -> tuple[Checkpoint | None, Check | None]:
    """The imported network in the address, and its accuracy check."""
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
    """The data about the file that the callbacks need."""
    if incoming is None or incoming.network is None:
        return {}
    return {"import": incoming.id, "classes": incoming.network.num_classes}


def first_look(hidden: bool) -> html.Div:
    """The first probe: cosine loss and ℓ2 ratio of every block."""
    return html.Div(
        [
            html.Div(
                [html.Span("", id=Ids.PROBE_STATUS, className="job-status", role="status"),
                 dmc.Progress(id=Ids.PROBE_PROGRESS, value=0, size="sm", className="upload-progress",
                              **attributes({"aria-label": "Measuring"}))],
                className="job-line first-line",
            ),
            html.Div([panel(Ids.COSINE, COSINE, empty_figure("Measuring …")),
                      panel(Ids.RATIO, RATIO, empty_figure("Measuring …"))], className="grid two"),
        ],
        id=Ids.FIRST, hidden=hidden,
    )  # fmt: skip


def pressed() -> bool:
    """Whether a button was pressed, and not only rendered."""
    return any(one["value"] for one in ctx.triggered)


def register(app: Dash, client: BackendClient) -> None:
    """Register the callbacks for refusals, the import itself, and the first probe."""

    @app.callback(Output(Ids.REFUSAL, "children"), Input(Ids.ANSWER, "data"), prevent_initial_call=True)
    async def refuse(answer: Json | None) -> Any:
        """Show why the file was refused; the server does not keep it."""
        if not answer:
            return None
        return refusal(answer["file"], answer["detail"], tuple(answer["problems"]), await client.home())

    @app.callback(
        Output(Ids.ENTRY, "data"),
        Output(Ids.ENTRY_TIMER, "max_intervals"),
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
        State(Ids.MAX_VALUE, "value"),
        State(Ids.SIZE, "value"),
        State(Ids.CLASS_NAMES, "value"),
        State(Ids.NAME, "value"),
        State({"type": str(Ids.FURTHER), "field": ALL}, "value"),
        State({"type": str(Ids.FURTHER), "field": ALL}, "id"),
        prevent_initial_call=True,
    )
    async def work(
        _clicks: Any, _tries: Any, _cancels: Any, ticks: Any, entry: Json | None, context: Json, *values: Any
    ) -> Any:
        """Start the import; timer ticks poll it, and the button cancels it. Each answer allows the next tick: Dash drops the answer to a
        tick that another one has followed."""
        if not pressed():
            return (no_update,) * (2 + len(FIELDS))
        unchanged = (no_update,) * len(FIELDS)
        if ctx.triggered_id in (Ids.ENTRY_TIMER, Ids.CANCEL):
            known = {"import": entry or {}}
            if ctx.triggered_id == Ids.CANCEL:
                await cancel(client, known)
                return {"cancelled": True}, 0, *unchanged
            tick = (ticks or 0) + 1
            try:
                now = (await follow(client, known))["import"]
            except BackendUnavailable:  # the frame says so
                return no_update, tick, *unchanged
            return now, tick if "job" in now else 0, *unchanged
        *answered, further, further_ids = values
        answers = Answers(*answered)
        if isinstance(ctx.triggered_id, dict):
            answers = replace(answers, preset=ctx.triggered_id["preset"])
        extra = {id["field"]: value for id, value in zip(further_ids, further, strict=True) if value not in (None, "")}
        try:
            request = import_request(answers, context["classes"], extra)
        except FormError as error:
            return no_update, no_update, *(error.problems.get(field) for field in FIELDS)
        started = await entry_of(client.import_checkpoint(context["import"], request, wait=QUICK))
        return started, (ticks or 0) + 1 if "job" in started else 0, *(None for _ in FIELDS)

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
        """Show progress and result; an import with another preset replaces the previous one."""
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
        again = check is not None and check.warning is not None  # then the file is kept for another try
        view = outcome(checkpoint, check, await client.home())
        preset = found["preset"] if again else no_update
        return view, done(checkpoint, again), None, preset, "block" if again else "none", *idle

    @app.callback(
        Output(Ids.JOBS, "data"),
        Output(Ids.TIMER, "max_intervals"),
        Output(Ids.PROBE_STATUS, "children"),
        Output(Ids.PROBE_PROGRESS, "value"),
        Output(Ids.COSINE, "figure"),
        Output(Ids.RATIO, "figure"),
        Output(Ids.FIRST, "hidden"),
        Input(Ids.DONE, "data"),
        Input(Ids.TIMER, "n_intervals"),
        State(Ids.JOBS, "data"),
    )
    async def look(target: Json | None, ticks: Any, jobs: Json | None) -> Any:
        """Measure every block of the imported network."""
        tick = (ticks or 0) + 1
        if not target:
            return None, 0, "", 0, no_update, no_update, True
        try:
            known = jobs if ctx.triggered_id == Ids.TIMER and jobs else waiting(first_probe(target["checkpoint"]))
            entries = await follow(client, known)
        except BackendError:  # the frame shows it, and recovers
            return no_update, tick, *(no_update,) * 5
        entry = entries["metrics"]
        if "job" in entry:
            return (
                entries,
                tick,
                "Measuring every block …",
                max(3.0, 100 * entry["progress"]),
                no_update,
                no_update,
                False,
            )
        if "error" in entry:
            figure = empty_figure("Not measured.")
            return None, 0, f"Not measured: {entry['error']}", 0, figure, figure, False
        cosine, ratio = first_figures(entry["result"])
        return None, 0, measured_on(entry["result"]), 100, cosine, ratio, False

    connect(app, "import", WIRING)


PAGE = Page("/import", "Import", render, register)
