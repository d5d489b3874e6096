"""The Compare page: two networks, epochs or seeds side by side."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from iterscope_dashboard.client import BackendClient, Json, ProblemError
from iterscope_dashboard.components import attributes, connect, notices, problem, run_options, sinks
from iterscope_dashboard.ids import Compare as Ids
from iterscope_dashboard.model import Checkpoint, Run
from iterscope_dashboard.pages.base import (
    MeasuredRun,
    Page,
    PageContext,
    all_runs,
    checkpoint_options,
    choose_checkpoint,
    labelled,
    run_to_measure,
)
from iterscope_dashboard.pages.compare_images import Side
from iterscope_dashboard.pages.compare_parts import results, wanted
from iterscope_dashboard.pages.measuring import progress_of, without_results
from iterscope_dashboard.probe_jobs import Wanted, ask, cancel, follow
from iterscope_dashboard.state import Query

POLL_MS = 300
OF_RUN = "run:"
"""In the address before the id of a run: its newest checkpoint."""
IMAGES = ("500", "1000")
WIRING = {
    "choose": [Input(Ids.RUN_A, "value"), Input(Ids.CHECKPOINT_A, "value"), Input(Ids.RUN_B, "value"),
               Input(Ids.CHECKPOINT_B, "value"), Input(Ids.IMAGES, "value"), Input(Ids.CONTEXT, "data")],
    "entries": [Input(Ids.ENTRIES, "data")],
}  # fmt: skip
SAME = "A and B are the same network: choose another run, or another epoch, for one of them."


async def render(context: PageContext) -> Component:
    """Render the choice of the address, and what is stored of it."""
    client, query = context.client, context.query
    if not (a := await chosen(client, query, "a")):
        if not isinstance(found := await run_to_measure(context), MeasuredRun):
            return found
        a = choose_checkpoint(found.checkpoints, query)
    runs = [run for run in await all_runs(client) if run.checkpoints]
    b = await chosen(client, query, "b") or await another(client, runs, a)
    images = query.choice("images", IMAGES, IMAGES[0])
    own, others = await asyncio.gather(siblings(client, a), siblings(client, b))
    sides = (side("A", a, runs), side("B", b, runs))
    asked = wanted(*sides, int(images))
    same = a.id == b.id
    stored, refused = ({}, {}) if same else await read(client, asked)
    failed = [(name, error.title, error.detail) for name, error in refused.items()]
    shown: list[Component] = [dmc.Alert(SAME, color="yellow", variant="light")] if same else results(*sides, stored)
    return html.Div(
        [
            *notices(query.notices),
            html.Div(
                [
                    html.H1("Compare", className="page-title"),
                    *selectors("A", Ids.RUN_A, Ids.CHECKPOINT_A, runs, a, own),
                    *selectors("B", Ids.RUN_B, Ids.CHECKPOINT_B, runs, b, others),
                    labelled("images", dmc.Select(id=Ids.IMAGES, value=images, data=list(IMAGES), allowDeselect=False, w=90,
                                                  **attributes({"aria-label": "Number of images"}))),
                ],
                className="page-head",
            ),
            dmc.Paper(
                [
                    html.Div(problems(failed), id=Ids.ERROR, **attributes({"aria-live": "assertive"})),
                    html.Div(
                        [
                            dmc.Button("Measure", id=Ids.SUBMIT, size="sm", disabled=same or len(stored) == len(asked)),
                            html.Span("" if same else state_text(asked, stored), id=Ids.STATUS, className="job-status", role="status"),
                            dmc.Progress(value=0, size="sm", className="upload-progress", id=Ids.PROGRESS,
                                         **attributes({"aria-label": "Measuring"})),
                            html.Button("Cancel", id=Ids.CANCEL, className="chip", type="button", disabled=True),
                        ],
                        className="form-actions steady",
                    ),
                ],
                withBorder=True, className="panel form-panel compare-form",
            ),
            html.Div(shown, id=Ids.RESULT),
            *sinks("compare", list(WIRING)),
            dcc.Store(id=Ids.CONTEXT, data={"a": a.id, "b": b.id, "run_a": a.run, "run_b": b.run, "images": images}),
            dcc.Store(id=Ids.ENTRIES),
            dcc.Store(id=Ids.FINISHED),
            dcc.Interval(id=Ids.TIMER, interval=POLL_MS, disabled=True),
        ],
        className="page compare-page",
    )  # fmt: skip


def selectors(
    letter: str, run: Ids, checkpoint: Ids, runs: Sequence[Run], now: Checkpoint, checkpoints: Sequence[Checkpoint]
) -> list[html.Div]:
    """Run and checkpoint of one network."""
    own = next((one for one in runs if one.id == now.run), None)
    epochs = checkpoint_options(own, checkpoints) if own else [{"value": now.id, "label": now.label}]
    return [
        labelled(letter, dmc.Select(id=run, value=now.run, data=run_options(runs), allowDeselect=False, searchable=True,
                                    className="run-select", **attributes({"aria-label": f"Run of {letter}"}))),
        labelled(f"{letter} at", dmc.Select(id=checkpoint, value=now.id, data=epochs, allowDeselect=False, w=150,
                                  **attributes({"aria-label": f"Checkpoint of {letter}"}))),
    ]  # fmt: skip


def side(letter: str, checkpoint: Checkpoint, runs: Sequence[Run]) -> Side:
    """A network with the name that legends give it."""
    run = next((one for one in runs if one.id == checkpoint.run), None)
    named = checkpoint.label if run is None or run.imported else f"{run.name}, {checkpoint.label}"
    return Side(letter, checkpoint, named)


async def chosen(client: BackendClient, query: Query, name: str) -> Checkpoint | None:
    """The checkpoint that the address names, or the newest of the run that it names; None with a notice if there is none."""
    value = query.text(name)
    if value is None:
        return None
    try:
        if value.startswith(OF_RUN):
            found = await client.checkpoints(value.removeprefix(OF_RUN))
        else:
            found = [await client.checkpoint(value)]
    except ProblemError as error:
        if error.status not in (404, 422):
            raise
        found = []
    if not found:
        query.notices.append(f"{name.upper()}: “{value}” is no checkpoint in this store: showing another one instead.")
        return None
    return Checkpoint.from_json(found[0])


async def another(client: BackendClient, runs: Sequence[Run], a: Checkpoint) -> Checkpoint:
    """A network to compare with: of another seed, else of another run on the same data set, else the first trained epoch of the same run.

    An untrained network often gives all images one class, which leaves nothing to compare.
    """
    own = next((run for run in runs if run.id == a.run), None)
    others = [run for run in runs if run.id != a.run]
    seeds = [run for run in others if own and run.id in own.siblings]
    same_data = [run for run in others if own and run.dataset == own.dataset]
    for run in [*seeds, *same_data][:1]:
        if found := await client.checkpoints(run.id):
            return Checkpoint.from_json(found[0])
    kept = await siblings(client, a)
    return next((one for one in reversed(kept) if one.epoch and one.id != a.id), kept[-1])


async def siblings(client: BackendClient, checkpoint: Checkpoint) -> list[Checkpoint]:
    """All checkpoints of the same run, newest first."""
    if checkpoint.run is None:
        return [checkpoint]
    return [Checkpoint.from_json(one) for one in await client.checkpoints(checkpoint.run)]


async def read(client: BackendClient, asked: Wanted) -> tuple[dict[str, Json], dict[str, ProblemError]]:
    """What is stored, and what is refused, by its name."""

    async def one(measurement: str, request: Json) -> Json | ProblemError | None:
        try:
            return await client.measured(measurement, request)
        except ProblemError as error:
            return error

    answers = await asyncio.gather(*(one(*each) for each in asked.values()))
    named = list(zip(asked, answers, strict=True))
    return (
        {name: answer for name, answer in named if isinstance(answer, dict)},
        {name: answer for name, answer in named if isinstance(answer, ProblemError)},
    )


def problems(found: Sequence[tuple[str, str, str]]) -> list[dmc.Alert]:
    """What could not be measured, as name, title and reason; the same reason is given once."""
    groups: dict[tuple[str, str], list[str]] = {}
    for name, title, detail in found:
        groups.setdefault((title, detail), []).append(name)
    return [problem(f"{title}: {', '.join(names)}", detail) for (title, detail), names in groups.items()]


def state_text(asked: Wanted, stored: Mapping[str, Json]) -> str:
    """How much is missing."""
    missing = [name for name in asked if name not in stored]
    if not missing:
        return "All is measured; read from the database."
    return f"{len(missing)} of {len(asked)} answers are not measured yet."


def told(entries: Json | None, status: str, finished: Any = no_update, said: Any = None) -> Any:
    """The outputs of `work`; `entries`: of jobs that run; `finished`: something to show."""
    progress = max(3.0, progress_of(entries)[1]) if entries else 0
    return entries, entries is None, finished, said, status, progress, entries is None, entries is not None


def register(app: Dash, client: BackendClient) -> None:
    """Register the callbacks that measure what is missing, and show it."""

    @app.callback(
        Output(Ids.ENTRIES, "data"),
        Output(Ids.TIMER, "disabled"),
        Output(Ids.FINISHED, "data"),
        Output(Ids.ERROR, "children"),
        Output(Ids.STATUS, "children"),
        Output(Ids.PROGRESS, "value"),
        Output(Ids.CANCEL, "disabled"),
        Output(Ids.SUBMIT, "disabled"),
        Input(Ids.SUBMIT, "n_clicks"),
        Input(Ids.CANCEL, "n_clicks"),
        Input(Ids.TIMER, "n_intervals"),
        State(Ids.ENTRIES, "data"),
        State(Ids.CONTEXT, "data"),
        prevent_initial_call=True,
    )
    async def work(clicks: Any, _cancels: Any, ticks: Any, entries: Json | None, context: Json) -> Any:
        """Ask for what is missing; timer ticks follow the jobs, and the button cancels them. Dash drops the answer to a tick that takes
        longer than the next one needs to come: what is finished is drawn by `draw`."""
        if ctx.triggered_id == Ids.CANCEL:
            await cancel(client, entries)
            return told(None, "Cancelled.")
        if ctx.triggered_id == Ids.TIMER:
            if not entries:
                return (no_update,) * 8
            before, now = entries, without_results(await follow(client, entries))
        else:
            asked = wanted(*await both_sides(client, context), int(context["images"]))
            stored, _ = await read(client, asked)
            missing = {name: each for name, each in asked.items() if name not in stored}
            before, now = {}, without_results(await ask(client, missing, {}))
        finished = [clicks, ticks] if done(now) != done(before) else no_update
        if any("job" in entry for entry in now.values()):
            return told(now, progress_of(now)[0], finished)
        failed = {name: entry for name, entry in now.items() if "error" in entry and not entry.get("cancelled")}
        said = problems(
            [(name, entry.get("title") or "Not measured", entry["error"]) for name, entry in failed.items()]
        )
        status = "Cancelled." if any(entry.get("cancelled") for entry in now.values()) else "Measured."
        if failed:
            status = f"{len(failed)} of {len(now)} answers could not be measured."
        return told(None, status, finished, said)

    @app.callback(
        Output(Ids.RESULT, "children"),
        Output(Ids.SUBMIT, "disabled", allow_duplicate=True),
        Input(Ids.FINISHED, "data"),
        State(Ids.CONTEXT, "data"),
        prevent_initial_call=True,
    )
    async def draw(_finished: Any, context: Json) -> Any:
        """Show what is stored now."""
        sides = await both_sides(client, context)
        asked = wanted(*sides, int(context["images"]))
        stored, _ = await read(client, asked)
        return results(*sides, stored), True if len(stored) == len(asked) else no_update

    connect(app, "compare", WIRING)


def done(entries: Json) -> int:
    """How many jobs have ended."""
    return sum("job" not in entry for entry in entries.values())


async def both_sides(client: BackendClient, context: Json) -> tuple[Side, Side]:
    """The networks that the page shows."""
    runs = await all_runs(client)
    found = await asyncio.gather(client.checkpoint(context["a"]), client.checkpoint(context["b"]))
    a, b = (Checkpoint.from_json(one) for one in found)
    return side("A", a, runs), side("B", b, runs)


PAGE = Page("/compare", "Compare", render, register)
