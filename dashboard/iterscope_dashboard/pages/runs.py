"""The Runs page: list, compare, start, stop and delete runs."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, Patch, State, dcc, html, no_update
from dash.development.base_component import Component

from iterscope_dashboard.client import BackendClient, BackendError, BackendUnavailable, Json, ProblemError
from iterscope_dashboard.components import (
    PanelText,
    attributes,
    command,
    connect,
    icon,
    in_home,
    notices,
    panel,
    problem,
    sinks,
)
from iterscope_dashboard.figures.training import runs_figure
from iterscope_dashboard.ids import Runs as Ids
from iterscope_dashboard.model import Run
from iterscope_dashboard.pages.base import Page, PageContext
from iterscope_dashboard.pages.run_deletion import delete_dialog, register_deletion
from iterscope_dashboard.pages.run_forms import new_run_form, register_form
from iterscope_dashboard.pages.run_seeds import seeds_panel
from iterscope_dashboard.run_curves import CURVE, DRAWN_RUNS, Curves, chosen_lines, read_curves
from iterscope_dashboard.run_filter import read_filter
from iterscope_dashboard.run_table import filter_kinds, grid, height, read_sort, rows, selected_ids, split_tags
from iterscope_dashboard.state import Query, link

TICK_MS = 2000
KEEP_TRYING = 600  # seconds
ACCURACY = PanelText(
    "Validation accuracy",
    "Accuracy on the whole validation split after each epoch, one line per selected run. Without a selection, the "
    f"{DRAWN_RUNS} newest are shown; runs that differ only in the seed are one mean with a band of ±1 standard deviation.",
    "share of images with argmax p = label",
)
IMPORT = "Import a trained network"
WIRING = {
    "remember": [
        Input(Ids.TABLE, "columnState"),
        Input(Ids.QUICK, "value"),
        Input(Ids.TABLE, "selectedRows"),
        Input(Ids.TABLE, "filterModel"),
    ]
}


async def fetch(client: BackendClient) -> tuple[list[Run], Curves]:
    """Every run, newest first, and their accuracy curves."""
    payload = await client.runs(CURVE)
    return [Run.from_json(run) for run in payload], read_curves(payload)


def read_selected(query: Query, runs: Sequence[Run]) -> list[str]:
    """`selected=r1,r2`; a notice lists runs that are not in the store."""
    known = {run.id for run in runs}
    wanted = [part for part in (query.text("selected") or "").split(",") if part]
    if missing := [run for run in wanted if run not in known]:
        query.notices.append(
            f"selected lists runs that are not in this store: {', '.join(missing)}. They are left out."
        )
    return [run for run in wanted if run in known]


async def render(context: PageContext) -> Component:
    """Render the table, the curves and the form for a new run."""
    client, query = context.client, context.query
    (runs, curves), recipes, datasets, home = await asyncio.gather(
        fetch(client), client.recipes(), client.datasets(), client.home()
    )
    wanted = query.text("new")
    recipe = wanted if wanted in recipes else "demo" if "demo" in recipes else next(iter(recipes), "")
    sort, quick, selected = read_sort(query), query.text("q") or "", read_selected(query, runs)
    where = read_filter(query, filter_kinds())
    lines = chosen_lines(runs, curves, selected)
    figure = runs_figure(lines.curves, lines.members)
    return html.Div(
        [
            *notices(query.notices),
            html.Div(
                [
                    html.H1("Runs", className="page-title"),
                    dmc.Button("New run", id=Ids.NEW, leftSection=icon("plus", 14), size="sm",
                               **attributes({"aria-controls": Ids.NEW_PANEL})),
                    dcc.Link(IMPORT, href=link("/import"), className="button-link light"),
                    dmc.TextInput(id=Ids.QUICK, value=quick, placeholder="Filter all columns", w=230, className="quick",
                                  debounce=150, **attributes({"aria-label": "Filter the runs"})),
                ],
                className="page-head runs-head",
            ),
            new_run_form(recipes, datasets, recipe, opened=wanted is not None),
            html.Div(id=Ids.ERROR),
            dmc.Paper(
                [
                    html.Div(grid(runs, curves, sort, quick, where, selected), id=f"{Ids.TABLE}-box", hidden=not runs,
                             style={"--rows": height(len(runs))}, role="region", **attributes({"aria-label": "Runs"})),
                    html.Div(no_run_yet(home), id=Ids.EMPTY, hidden=bool(runs)),
                    selection_bar(),
                ],
                withBorder=True, className="panel grid-panel",
            ),
            html.Div(panel(Ids.FIGURE, ACCURACY, figure, wide=True), className="grid two"),
            html.Div(seeds_panel(runs), id=Ids.SEEDS),
            delete_dialog(),
            dcc.Store(id=Ids.SEEN, data=signature(runs)),
            dcc.Interval(id=Ids.TIMER, interval=TICK_MS),
            *sinks("runs", list(WIRING)),
        ],
        className="page ready",
    )  # fmt: skip


def signature(runs: Sequence[Run]) -> str:
    """Changes when a row changes."""
    return str(
        hash(
            tuple(
                (r.id, r.name, r.status, r.epoch, r.fraction, r.tags, r.notes, r.checkpoints, r.error, r.siblings)
                for r in runs
            )
        )
    )


def no_run_yet(home: str) -> Component:
    """The empty table, with the next actions."""
    return html.Div(
        [
            html.P("No runs yet", className="empty-title"),
            html.P("Start one above, or in a terminal:", className="key-hint"),
            command(in_home("iterscope train --recipe demo", home)),
            html.P("or import a trained network:", className="key-hint"),
            dcc.Link(IMPORT, href=link("/import"), className="button-link light"),
        ],
        className="nothing",
        role="status",
    )


def selection_bar() -> html.Div:
    """The actions for the selected runs."""
    return html.Div(
        [
            html.Span("", id=Ids.SELECTED, className="control-label", role="status"),
            html.Span(id=Ids.OPEN, className="chips"),
            html.Button("Delete …", id=Ids.DELETE_MANY, className="chip danger", type="button", disabled=True),
            html.Button("Clear", id=Ids.CLEAR, className="chip", type="button", disabled=True),
        ],
        className="selection-bar",
    )


def openings(ids: Sequence[str]) -> list[Any]:
    """Links for a selection: Blocks compares all selected runs; the other pages take one run."""
    if not ids:
        return []
    first, others = ids[0], ",".join(ids[1:])
    return [
        dcc.Link("Open in Blocks", href=link("/blocks", run=first, **{"with": others}), className="chip link-chip"),
        *([] if others else [
            dcc.Link("Interventions", href=link("/interventions", run=first), className="chip link-chip"),
            dcc.Link("Examples", href=link("/examples", run=first), className="chip link-chip"),
        ]),
    ]  # fmt: skip


def register(app: Dash, client: BackendClient) -> None:
    """Register the callbacks of the page."""
    connect(app, "runs", WIRING)
    register_table(app, client)
    register_form(app, client)
    register_deletion(app, client)


class Edits:
    """Saves what was typed. While the backend is away, it tries again: nothing typed is lost, and the last of several edits wins."""

    def __init__(self, client: BackendClient) -> None:
        self._client = client
        self._newest: dict[tuple[str, ...], object] = {}
        self._turns: defaultdict[tuple[str, ...], asyncio.Lock] = defaultdict(asyncio.Lock)

    async def save(self, run: str, changed: Json) -> None:
        """Change one field of a run. Raises ProblemError if it is refused, BackendUnavailable if the backend stays away."""
        place = (run, *changed)
        mine = self._newest[place] = object()
        end = time.monotonic() + KEEP_TRYING
        try:
            while self._newest.get(place) is mine:  # no other edit came after it
                try:
                    async with self._turns[place]:  # one after the other: the last one is written last
                        if self._newest.get(place) is mine:
                            await self._client.update_run(run, changed)
                    return
                except BackendUnavailable:
                    if time.monotonic() > end:
                        raise
                await asyncio.sleep(0.5)
        finally:
            if self._newest.get(place) is mine:
                del self._newest[place]


def register_table(app: Dash, client: BackendClient) -> None:
    """Register the callbacks of the table."""
    edits = Edits(client)

    @app.callback(
        Output(Ids.TABLE, "rowData"),
        Output(Ids.TABLE, "style"),
        Output(f"{Ids.TABLE}-box", "hidden"),
        Output(Ids.EMPTY, "hidden"),
        Output(Ids.SEEDS, "children"),
        Output(Ids.FIGURE, "figure", allow_duplicate=True),
        Output(Ids.SEEN, "data"),
        Input(Ids.TIMER, "n_intervals"),
        State(Ids.SEEN, "data"),
        State(Ids.TABLE, "selectedRows"),
        prevent_initial_call=True,
    )
    async def refresh(_ticks: int, seen: str, selected: Any) -> Any:
        """Update rows and curves if something changed."""
        try:
            now = signature([Run.from_json(run) for run in await client.runs()])
            if now == seen:
                return (no_update,) * 7
            runs, curves = await fetch(client)
        except BackendError:
            return (no_update,) * 7
        lines = chosen_lines(runs, curves, selected_ids(selected))
        figure = runs_figure(lines.curves, lines.members)
        return rows(runs, curves), {"height": height(len(runs))}, not runs, bool(runs), seeds_panel(runs), figure, now

    @app.callback(
        Output(Ids.FIGURE, "figure"),
        Output(f"{Ids.FIGURE}-badge", "children"),
        Output(Ids.SELECTED, "children"),
        Output(Ids.OPEN, "children"),
        Output(Ids.DELETE_MANY, "disabled"),
        Output(Ids.CLEAR, "disabled"),
        Input(Ids.TABLE, "selectedRows"),
    )
    async def compare(selected: Any) -> Any:
        """Draw the curves of the selected runs, and update the actions."""
        ids = selected_ids(selected)
        runs, curves = await fetch(client)
        lines = chosen_lines(runs, curves, ids)
        unselected = f"the {DRAWN_RUNS} newest" if len(runs) > DRAWN_RUNS else "all runs"
        badge = f"{len(lines.curves)} of {len(ids)} selected" if ids else unselected
        words = f"{len(ids)} selected" if ids else "Select runs to compare them."
        return runs_figure(lines.curves, lines.members), badge, words, openings(ids), not ids, not ids

    @app.callback(Output(Ids.TABLE, "selectedRows"), Input(Ids.CLEAR, "n_clicks"), prevent_initial_call=True)
    async def clear(_clicks: int) -> Json:
        """Clear the selection."""
        return {"ids": []}

    @app.callback(Output(Ids.TABLE, "dashGridOptions"), Input(Ids.QUICK, "value"), prevent_initial_call=True)
    async def filter_rows(text: str | None) -> Any:
        """Filter the rows by text."""
        options = Patch()
        options["quickFilterText"] = text or ""
        return options

    @app.callback(
        Output(Ids.SEEN, "data", allow_duplicate=True),
        Output(Ids.ERROR, "children"),
        Input(Ids.TABLE, "cellValueChanged"),
        prevent_initial_call=True,
    )
    async def edit(changes: list[Json] | None) -> Any:
        """Save tags and notes; if the backend refuses, the row shows the stored value again."""
        for change in changes or ():
            column, value = change["colId"], change["value"]
            changed = {"tags": split_tags(value)} if column == "tags" else {"notes": value or ""}
            try:
                await edits.save(change["rowId"], changed)
            except BackendUnavailable as error:
                return no_update, problem(f"{column.capitalize()} not saved", f"{error} Type it again when one does.")
            except ProblemError as error:
                return "", problem(f"{column.capitalize()} not saved: {error.title}", error.detail)
        return "", None

    @app.callback(
        Output(Ids.SEEN, "data", allow_duplicate=True),
        Input(Ids.TABLE, "cellRendererData"),
        prevent_initial_call=True,
    )
    async def stop(pressed: Json | None) -> Any:
        """Ask the trainer to save and stop."""
        if not pressed or pressed["value"]["action"] != "stop":
            return no_update
        await client.stop_run(pressed["rowId"])
        return ""


PAGE = Page("/runs", "Runs", render, register)
