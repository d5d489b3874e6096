"""The Measure page: any measurement of any network. Form, request and answer follow from what `GET /measurements` defines."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import PurePath
from typing import Any

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from iterscope_dashboard.client import BackendClient, BackendUnavailable, Json, ProblemError
from iterscope_dashboard.components import attributes, connect, notices, problem, run_options, sinks
from iterscope_dashboard.ids import Measure as Ids
from iterscope_dashboard.measured import Asked, Definition, read_answer
from iterscope_dashboard.pages.base import (
    MeasuredRun,
    Page,
    PageContext,
    checkpoint_options,
    choose_checkpoint,
    labelled,
    run_to_measure,
)
from iterscope_dashboard.pages.measure_parts import SAVED, about, answer, form, measurement_choices
from iterscope_dashboard.probe_jobs import ask_one, cancel, follow_one
from iterscope_dashboard.request_form import Field, missing, request_of
from iterscope_dashboard.state import Query

POLL_MS = 250
OPTION = "."
"""Before the name of an option in the address, so that no option is taken for a choice of the page."""
FIELDS = {"type": str(Ids.FIELD), "name": ALL}
WIRING = {
    "choose": [
        Input(Ids.RUN, "value"),
        Input(Ids.CHECKPOINT, "value"),
        Input(Ids.MEASUREMENT, "value"),
        Input(Ids.CONTEXT, "data"),
    ],
    "fields": [Input(FIELDS, "value"), Input(FIELDS, "id"), Input(Ids.CONTEXT, "data")],
    "entry": [Input(Ids.ENTRY, "data")],
}


async def render(context: PageContext) -> Component:
    """Render the form of the address, and the answer if it is stored."""
    client, query = context.client, context.query
    if not isinstance(found := await run_to_measure(context), MeasuredRun):
        return found
    runs, run, checkpoints = found.runs, found.run, found.checkpoints
    every = f"run:{run.id}/every"
    named = query.text("checkpoint") if len(checkpoints) > 1 and query.text("checkpoint") == every else None
    checkpoint = checkpoints[0] if named else choose_checkpoint(checkpoints, query)
    of_run = [] if run.imported or len(checkpoints) < 2 else [{"value": every, "label": "every epoch"}]
    definitions, failed = await all_measurements(client)
    names = [one.name for one in definitions]
    name = query.choice("measurement", names, names[0])
    definition = definitions[names.index(name)]
    texts = options_in(query, definition)
    home = await client.home()
    place = str(PurePath(home) / checkpoint.path)
    chosen = named or checkpoint.id
    asked = Asked(name, {**measured_network(chosen), **request_of(definition.fields, texts)}, place, home)
    refused: Component | None = None
    shown: list[Component] = []
    errors: dict[str, str] = {}
    status = "Not measured yet."
    if not missing(definition.fields, texts):
        try:
            if result := await client.measured(name, asked.request):
                shown, status = await view(client, definition, asked, result), seconds_text(result)
        except ProblemError as error:
            errors = wrong(error.fields, definition.fields)
            refused = problem(error.title, reason(errors) or error.detail)
    shared = set.intersection(*({field.name for field in one.fields} for one in definitions))
    return html.Div(
        [
            *notices([*query.notices, *(f"The plug-in {one} can’t be used: {why}" for one, why in failed.items())]),
            html.Div(
                [
                    html.H1("Measure", className="page-title"),
                    labelled("run", dmc.Select(id=Ids.RUN, value=run.id, data=run_options(runs), allowDeselect=False,
                                               className="run-select", **attributes({"aria-label": "Run"}))),
                    labelled("checkpoint", dmc.Select(id=Ids.CHECKPOINT, value=chosen, allowDeselect=False, w=190,
                                                      data=[*of_run, *checkpoint_options(run, checkpoints)],
                                                      **attributes({"aria-label": "Checkpoint"}))),
                    labelled("measurement", dmc.Select(id=Ids.MEASUREMENT, value=name, allowDeselect=False, searchable=True,
                                                       data=measurement_choices(definitions), w=260,
                                                       **attributes({"aria-label": "Measurement"}))),
                ],
                className="page-head",
            ),
            dmc.Paper([about(definition), *form(definition, shared, texts, errors, status, refused)], withBorder=True,
                      className="panel form-panel measure-form"),
            html.Div(shown, id=Ids.RESULT),
            *sinks("measure", list(WIRING)),
            dcc.Store(id=Ids.CONTEXT, data={
                "run": run.id, "checkpoint": chosen, "measurement": name, "path": place, "home": home,
                "options": {one.name: [OPTION + field.name for field in one.fields] for one in definitions},
            }),
            dcc.Store(id=Ids.ENTRY),
            dcc.Interval(id=Ids.TIMER, interval=POLL_MS, max_intervals=0),
        ],
        className="page",
    )  # fmt: skip


def measured_network(chosen: str) -> Json:
    """The field of a request for what is chosen: a checkpoint, or every checkpoint of a run."""
    return {"checkpoints" if chosen.startswith("run:") else "checkpoint": chosen}


async def all_measurements(client: BackendClient) -> tuple[list[Definition], dict[str, str]]:
    """The measurements, and why plug-ins can't be used."""
    found = await client.measurements()
    return [Definition.from_json(one) for one in found["measurements"]], found["failed"]


def options_in(query: Query, definition: Definition) -> dict[str, str]:
    """The texts of the fields in the address."""
    given = {name.removeprefix(OPTION): text for name, text in query.values.items() if name.startswith(OPTION)}
    known = {field.name for field in definition.fields}
    query.notices += [
        f"“{name}” is not an option of {definition.title}: it is left out." for name in given if name not in known
    ]
    return {name: text for name, text in given.items() if name in known}


async def view(client: BackendClient, definition: Definition, asked: Asked, result: Json) -> list[Component]:
    """The parts of the page that show an answer."""
    return answer(definition, asked, result, await read_answer(client, asked.name, asked.request))


def seconds_text(result: Json) -> str:
    """Whether the answer was stored already."""
    provenances = [one.get("provenance") or {} for one in result.get("answers", [result])]
    if all(one.get("cached") for one in provenances):
        return "Measured earlier; read from the database."
    return f"Measured in {sum(float(one.get('seconds') or 0.0) for one in provenances if not one.get('cached')):.1f} s."


def wrong(found: Sequence[Sequence[str]], fields: Sequence[Field]) -> dict[str, str]:
    """What is wrong with each field. A problem may name a part of a field, such as plan.list[…]."""
    said: dict[str, list[str]] = {}
    for name, message in found:
        for field in fields:
            if f"{name}.".startswith(f"{field.name}."):
                said.setdefault(field.name, []).append(message)
    # Of a value that may have several types, a value out of range says more than the other types.
    clear = {name: [each for each in messages if "should be a valid" not in each] for name, messages in said.items()}
    return {name: "; ".join(clear[name] or messages) for name, messages in said.items()}


def reason(errors: Mapping[str, str]) -> str:
    """All problems of fields in a sentence."""
    return "; ".join(f"{name}: {message}" for name, message in errors.items())


def told(
    status: str, errors: list[Any], entry: Json | None = None, tick: int = 0, shown: Any = no_update, said: Any = None
) -> Any:
    """The outputs of `work`; `entry`: of a job that runs, which the timer's next tick follows."""
    progress = max(3.0, 100 * entry["progress"]) if entry else 0
    return entry, tick, shown, said, status, progress, entry is None, entry is not None, errors


def register(app: Dash, client: BackendClient) -> None:
    """Register the callbacks that measure, and that save an answer."""

    @app.callback(
        Output(Ids.ENTRY, "data"),
        Output(Ids.TIMER, "max_intervals"),
        Output(Ids.RESULT, "children"),
        Output(Ids.ERROR, "children"),
        Output(Ids.STATUS, "children"),
        Output(Ids.PROGRESS, "value"),
        Output(Ids.CANCEL, "disabled"),
        Output(Ids.SUBMIT, "disabled"),
        Output(FIELDS, "error"),
        Input(Ids.SUBMIT, "n_clicks"),
        Input(Ids.CANCEL, "n_clicks"),
        Input(Ids.TIMER, "n_intervals"),
        State(Ids.ENTRY, "data"),
        State(Ids.CONTEXT, "data"),
        State(FIELDS, "value"),
        State(FIELDS, "id"),
        prevent_initial_call=True,
    )
    async def work(
        _clicks: Any, _cancels: Any, ticks: Any, entry: Json | None, context: Json, values: list[Any], ids: list[Json]
    ) -> Any:
        """Start a measurement; timer ticks poll its job, and the button cancels it. Each answer allows the next tick: Dash drops the
        answer to a tick that another one has followed."""
        tick = (ticks or 0) + 1
        untouched = [no_update] * len(ids)
        now: Json | None = None
        if ctx.triggered_id == Ids.CANCEL:
            await cancel(client, {"": entry or {}})
            return told("Cancelled.", untouched)
        if ctx.triggered_id == Ids.TIMER:
            if not entry:
                return (no_update,) * 8 + (untouched,)
            try:
                now = await follow_one(client, entry)
            except ProblemError as error:
                now = {"error": error.detail, "title": error.title}
            except BackendUnavailable:  # the frame says so
                return told("Measuring …", untouched, entry, tick)
            if "job" in now:
                return told("Measuring …", untouched, {**entry, **now}, tick)
        definitions, _ = await all_measurements(client)
        definition = next((one for one in definitions if one.name == context["measurement"]), None)
        if definition is None:
            gone = f"The measurement {context['measurement']} is no longer installed: reload this page."
            return told("Not measured.", untouched, said=problem("Not installed", gone))
        fields = definition.fields
        if entry and now:
            asked = Asked(**entry["asked"])
        else:
            texts = {id["name"]: str(value) for id, value in zip(ids, values, strict=True) if value is not None}
            if empty := {field.name for field in missing(fields, texts)}:
                return told("Not measured.", ["must be given" if id["name"] in empty else None for id in ids])
            request = {**measured_network(context["checkpoint"]), **request_of(fields, texts)}
            asked = Asked(definition.name, request, context["path"], context["home"])
            now = await ask_one(client, asked.name, asked.request)
        bad = wrong(now.get("fields") or (), fields)
        errors = [bad.get(id["name"]) for id in ids]
        if "job" in now:
            return told("Measuring …", errors, {**now, "asked": asdict(asked)}, tick)
        if "error" not in now:
            try:
                shown = await view(client, definition, asked, now["result"])
                return told(seconds_text(now["result"]), errors, shown=shown)
            except ProblemError as error:
                now = {"error": error.detail, "title": error.title}
        return told("Not measured.", errors, said=problem(now["title"], reason(bad) or now["error"]))

    @app.callback(
        Output(Ids.SAVED, "data"),
        Input({"type": str(Ids.SAVE), "kind": ALL}, "n_clicks"),
        State(Ids.ANSWERED, "data"),
        prevent_initial_call=True,
    )
    async def save(clicks: list[Any], answered: Json) -> Any:
        """The whole answer as a file."""
        if not any(clicks):
            return no_update
        kind = ctx.triggered_id["kind"]
        media_type = SAVED[kind][1]
        content = (await client.measured_as(answered["name"], answered["request"], media_type)).decode()
        return {"content": content, "filename": f"iterscope-{answered['name']}.{kind}", "type": media_type}

    connect(app, "measure", WIRING)


PAGE = Page("/measure", "Measure", render, register)
