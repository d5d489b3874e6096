"""The Compare page: networks, epochs or seeds side by side."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from iterscope_dashboard.client import BackendClient, BackendUnavailable, Json, ProblemError
from iterscope_dashboard.comparison import LETTERS
from iterscope_dashboard.components import attributes, connect, notices, problem, sinks
from iterscope_dashboard.ids import Compare as Ids
from iterscope_dashboard.model import Checkpoint
from iterscope_dashboard.pages.base import (
    MeasuredRun,
    Page,
    PageContext,
    all_runs,
    choose_checkpoint,
    labelled,
    run_to_measure,
)
from iterscope_dashboard.pages.compare_images import Side
from iterscope_dashboard.pages.compare_parts import results, wanted
from iterscope_dashboard.pages.compare_sides import (
    IMAGES,
    another,
    chosen,
    epochs_of,
    same_network,
    seeds_of,
    selectors,
    shortcuts,
    siblings,
    sides_of,
)
from iterscope_dashboard.pages.measuring import progress_of, without_results
from iterscope_dashboard.probe_jobs import Wanted, cancel, ended, follow, waiting

POLL_MS = 300
WIRING = {
    "choose": [Input({"type": str(Ids.RUN), "side": ALL}, "value"), Input({"type": str(Ids.CHECKPOINT), "side": ALL}, "value"),
               Input(Ids.IMAGES, "value"), Input(Ids.CONTEXT, "data")],
    "job": [Input(Ids.JOB, "data"), Input(Ids.CONTEXT, "data")],
}  # fmt: skip


async def render(context: PageContext) -> Component:
    """Render the choice of the address, and what is stored of it."""
    client, query = context.client, context.query
    first, *others = [await chosen(client, query, letter.lower()) for letter in LETTERS]
    if not first:
        if not isinstance(found := await run_to_measure(context), MeasuredRun):
            return found
        first = choose_checkpoint(found.checkpoints, query)
    runs = [run for run in await all_runs(client) if run.checkpoints]
    networks = [first, *(one for one in others if one)]
    if len(networks) == 1:
        networks.append(await another(client, runs, networks) or first)
    images = query.choice("images", IMAGES, IMAGES[0])
    kept = await asyncio.gather(*(siblings(client, one) for one in networks))
    sides = sides_of(networks, runs)
    asked = wanted(sides, int(images))
    twice = same_network(sides)
    stored, refused = ({}, {}) if twice else await read(client, asked)
    failed = [(name, error.title, error.detail) for name, error in refused.items()]
    shown: list[Component] = [dmc.Alert(twice, color="yellow", variant="light")] if twice else results(sides, stored)
    ids = [one.id for one in networks]
    further = await another(client, runs, networks) if len(networks) < len(LETTERS) else None
    return html.Div(
        [
            *notices(query.notices),
            html.Div(
                [
                    html.H1("Compare", className="page-title"),
                    labelled("images", dmc.Select(id=Ids.IMAGES, value=images, data=list(IMAGES), allowDeselect=False, w=90,
                                                  **attributes({"aria-label": "Number of images"}))),
                    *shortcuts(ids, further, seeds_of(first, runs), epochs_of(kept[0]), images),
                    html.Div([selectors(one, sides, runs, checkpoints, images)
                              for one, checkpoints in zip(sides, kept, strict=True)], className="compare-sides"),
                ],
                className="page-head",
            ),
            dmc.Paper(
                [
                    html.Div(problems(failed), id=Ids.ERROR, **attributes({"aria-live": "assertive"})),
                    html.Div(
                        [
                            dmc.Button("Measure", id=Ids.SUBMIT, size="sm", disabled=bool(twice) or len(stored) == len(asked)),
                            html.Span("" if twice else state_text(asked, stored), id=Ids.STATUS, className="job-status", role="status"),
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
            dcc.Store(id=Ids.CONTEXT, data={"networks": ids, "runs": [one.run for one in networks], "images": images}),
            dcc.Store(id=Ids.JOB),
            dcc.Store(id=Ids.FINISHED),
            dcc.Interval(id=Ids.TIMER, interval=POLL_MS, max_intervals=0),
        ],
        className="page compare-page",
    )  # fmt: skip


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
        return "Everything is measured; the results are read from the database."
    return f"{len(missing)} of {len(asked)} answers are not measured yet."


def told(job: Json | None, status: str, tick: int = 0, finished: Any = no_update, said: Any = None) -> Any:
    """The outputs of `work`; `job`: what is measured, and of which networks; `finished`: something to show."""
    progress = max(3.0, progress_of(job["entries"])[1]) if job else 0
    return job, tick, finished, said, status, progress, job is None, job is not None


def register(app: Dash, client: BackendClient) -> None:
    """Register the callbacks that measure what is missing, and show it."""

    @app.callback(
        Output(Ids.JOB, "data"),
        Output(Ids.TIMER, "max_intervals"),
        Output(Ids.FINISHED, "data"),
        Output(Ids.ERROR, "children"),
        Output(Ids.STATUS, "children"),
        Output(Ids.PROGRESS, "value"),
        Output(Ids.CANCEL, "disabled"),
        Output(Ids.SUBMIT, "disabled"),
        Input(Ids.SUBMIT, "n_clicks"),
        Input(Ids.CANCEL, "n_clicks"),
        Input(Ids.TIMER, "n_intervals"),
        State(Ids.JOB, "data"),
        State(Ids.CONTEXT, "data"),
        prevent_initial_call=True,
    )
    async def work(clicks: Any, _cancels: Any, ticks: Any, job: Json | None, context: Json) -> Any:
        """Ask for what is missing; timer ticks follow the jobs, and the button cancels them. Each answer allows the next tick: Dash
        drops the answer to one that is not awaited. What is finished is drawn by `draw`, so that the jobs are known soon."""
        if ctx.triggered_id == Ids.CANCEL:
            await cancel(client, job and job["entries"])
            return told(None, "Cancelled.")
        ticked = ctx.triggered_id == Ids.TIMER
        if ticked and not job:
            return (no_update,) * 8
        if ticked and job and job["of"] == context:
            before = job["entries"]
        else:
            asked = wanted(await shown_sides(client, context), int(context["images"]))
            stored, _ = await read(client, asked)
            if ticked:  # a late answer about the networks that were shown before
                await cancel(client, job and job["entries"])
                return told(None, state_text(asked, stored))
            before = waiting({name: each for name, each in asked.items() if name not in stored})
        tick = (ticks or 0) + 1
        try:
            now = without_results(await follow(client, before))
        except BackendUnavailable:  # the frame says so
            return no_update, tick, *(no_update,) * 6
        finished = [clicks, ticks] if complete(now) != complete(before) else no_update
        if not all(map(ended, now.values())):
            return told({"of": context, "entries": now}, progress_of(now)[0], tick, finished)
        failed = {name: entry for name, entry in now.items() if "error" in entry and not entry.get("cancelled")}
        said = problems(
            [(name, entry.get("title") or "Not measured", entry["error"]) for name, entry in failed.items()]
        )
        status = "Cancelled." if any(entry.get("cancelled") for entry in now.values()) else "Measured."
        if failed:
            status = f"{len(failed)} of {len(now)} answers could not be measured."
        return told(None, status, finished=finished, said=said)

    @app.callback(
        Output(Ids.RESULT, "children"),
        Output(Ids.SUBMIT, "disabled", allow_duplicate=True),
        Input(Ids.FINISHED, "data"),
        State(Ids.CONTEXT, "data"),
        prevent_initial_call=True,
    )
    async def draw(_finished: Any, context: Json) -> Any:
        """Show what is stored now."""
        sides = await shown_sides(client, context)
        asked = wanted(sides, int(context["images"]))
        stored, _ = await read(client, asked)
        return results(sides, stored), True if len(stored) == len(asked) else no_update

    connect(app, "compare", WIRING)


def complete(entries: Json) -> set[str]:
    """What has been measured of all networks, which is when it is shown: drawing anew takes time."""
    names = {name: name.partition(" of ")[0] for name in entries}
    return set(names.values()) - {names[name] for name, entry in entries.items() if not ended(entry)}


async def shown_sides(client: BackendClient, context: Json) -> list[Side]:
    """The networks that the page shows."""
    runs = await all_runs(client)
    found = await asyncio.gather(*(client.checkpoint(one) for one in context["networks"]))
    return sides_of([Checkpoint.from_json(one) for one in found], runs)


PAGE = Page("/compare", "Compare", render, register)
