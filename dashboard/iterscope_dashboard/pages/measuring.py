"""Measuring what a section of the Paper or the Literature page lacks: its button, progress and cancel."""

from typing import Any

import dash_mantine_components as dmc
from dash import MATCH, Dash, Input, Output, State, ctx, dcc, html, no_update

from iterscope_dashboard.client import BackendClient, BackendUnavailable, Json
from iterscope_dashboard.components import attributes, problem
from iterscope_dashboard.ids import Literature, Paper, of
from iterscope_dashboard.probe_jobs import Wanted, cancel, ended, follow, waiting

SectionIds = type[Paper] | type[Literature]
"""The ids of a page whose parts exist once per section."""


def measuring_line(ids: SectionIds, figure: str) -> html.Div:
    """Provenance; with missing probes also a button, progress and cancel. The line keeps its height."""
    return html.Div(
        [
            html.Div(id=of(ids.FOOT, figure), className="foot-text"),
            html.Span("", id=of(ids.STATUS, figure), className="job-status", role="status"),
            dmc.Progress(id=of(ids.PROGRESS, figure), value=0, size="sm", className="job-progress",
                         **attributes({"aria-label": "Progress"})),
            html.Button("Measure", id=of(ids.MEASURE, figure), className="chip primary", type="button", hidden=True),
            html.Button("Cancel", id=of(ids.CANCEL, figure), className="chip", type="button", hidden=True),
            html.Div(id=of(ids.ERROR, figure), className="foot-error"),
            dcc.Store(id=of(ids.WANT, figure)),
            dcc.Store(id=of(ids.WANTED, figure)),
            dcc.Store(id=of(ids.JOBS, figure)),
            dcc.Store(id=of(ids.MEASURED, figure)),
            dcc.Interval(id=of(ids.TIMER, figure), interval=400, max_intervals=0),
        ],
        className="figure-foot",
    )  # fmt: skip


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
    running = [float(entry.get("progress") or 0.0) for entry in entries.values() if not ended(entry)]
    done = len(entries) - len(running)
    return f"Measuring {min(done + 1, len(entries))} of {len(entries)} …", 100 * (done + sum(running)) / max(
        1, len(entries)
    )


def measure_missing(app: Dash, client: BackendClient, ids: SectionIds) -> None:
    """Register the callback of `measuring_line`."""

    @app.callback(
        Output(of(ids.JOBS, MATCH), "data"),
        Output(of(ids.TIMER, MATCH), "max_intervals"),
        Output(of(ids.STATUS, MATCH), "children"),
        Output(of(ids.PROGRESS, MATCH), "value"),
        Output(of(ids.CANCEL, MATCH), "hidden"),
        Output(of(ids.MEASURE, MATCH), "hidden", allow_duplicate=True),
        Output(of(ids.ERROR, MATCH), "children"),
        Output(of(ids.WANT, MATCH), "data"),
        Output(of(ids.MEASURED, MATCH), "data"),
        Input(of(ids.MEASURE, MATCH), "n_clicks"),
        Input(of(ids.TIMER, MATCH), "n_intervals"),
        Input(of(ids.CANCEL, MATCH), "n_clicks"),
        State(of(ids.WANTED, MATCH), "data"),
        State(of(ids.JOBS, MATCH), "data"),
        prevent_initial_call=True,
    )
    async def measure(
        clicks: int | None, ticks: int | None, cancels: int | None, wanted: list[Json] | None, jobs: Json | None
    ) -> Any:
        """Request, poll or cancel the probes; after the last one, draw the figure and the verdicts again. Each answer allows the next
        tick: Dash drops the answer to a tick that another one has followed."""
        if not (clicks or ticks or cancels) or not wanted:
            return (no_update,) * 9
        if ctx.triggered_id and ctx.triggered_id["type"] == ids.CANCEL:
            await cancel(client, jobs)
            return {}, 0, "Cancelled.", 0, True, False, None, no_update, clicks
        ticked = ctx.triggered_id and ctx.triggered_id["type"] == ids.TIMER
        known, tick = (jobs or {}) if ticked else waiting(named(wanted)), (ticks or 0) + 1
        try:
            entries = without_results(await follow(client, known))
        except BackendUnavailable:  # the frame says so
            return known, tick, *(no_update,) * 7
        if not all(ended(entry) for entry in entries.values()):
            status, done = progress_of(entries)
            return entries, tick, status, done, False, True, None, no_update, no_update
        failed = [entry for entry in entries.values() if "error" in entry]
        errors = [problem(entry.get("title") or "Not measured", entry["error"]) for entry in failed[:3]]
        status = f"{len(failed)} could not be measured." if failed else "Measured."
        return entries, 0, status, 0, True, not failed, errors, {"again": clicks}, {"clicks": clicks}
