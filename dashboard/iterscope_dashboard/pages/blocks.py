"""The Blocks page, which is the default: the metrics of every block at every epoch."""

import asyncio
from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from iterscope_dashboard.client import BackendClient, BackendError, Json, ProblemError
from iterscope_dashboard.components import (
    SPLIT_LEGEND,
    PanelText,
    attributes,
    connect,
    notices,
    panel,
    run_options,
    sinks,
)
from iterscope_dashboard.curves import FIRST_METRICS, MORE_METRICS, RunCurves, claim_at, pack_curves
from iterscope_dashboard.figures.by_block import by_block_figure, by_block_info
from iterscope_dashboard.figures.drop import DropInfo, drop_figure, drop_info
from iterscope_dashboard.figures.overlay import Overlay, overlays_of
from iterscope_dashboard.ids import Blocks as Ids
from iterscope_dashboard.model import Checkpoint, Run
from iterscope_dashboard.pages.base import Page, PageContext, all_runs, labelled, no_runs
from iterscope_dashboard.pages.blocks_measure import checkpoint_at, checkpoint_list, quick_drop, register_measuring
from iterscope_dashboard.pages.blocks_parts import (
    claim_box,
    compare_picker,
    convention_badge,
    no_epochs,
    over_epochs,
    run_legend,
    scrubber,
    seeds_switch,
    status_line,
    under_one_epoch,
)
from iterscope_dashboard.pages.blocks_preview import preview
from iterscope_dashboard.pages.blocks_state import RunChoice, choose_runs, load_curves, read_epoch, read_view
from iterscope_dashboard.pages.blocks_strip import metric_select, network_strip
from iterscope_dashboard.pages.blocks_text import BY, COSINE, DROP, RATIO, spread_text

from iterscope_views.component import View

LIVE_MS, IDLE_MS = 1000, 5000

WIRING = {
    "load": [Input(Ids.DATA, "data"), Input(Ids.VIEW, "data")],
    "extend": [Input(Ids.MORE, "data")],
    "other": [Input(Ids.OTHER, "data")],
    "follow": [Input(Ids.DELTA, "data")],
    "show": [Input(Ids.SCRUBBER, "value")],
    "choose": [
        Input(Ids.METRIC, "value"),
        Input(Ids.BY, "value"),
        Input(Ids.SPLIT, "value"),
        Input(Ids.STAGES, "value"),
    ],
    "checkpoints": [Input(Ids.CHECKPOINTS, "data")],
    "measured": [Input(Ids.MEASURED, "data")],
    "update": [Input(Ids.UPDATE, "value")],
    "run": [Input(Ids.RUN, "value"), Input(Ids.WITH, "value")],
    "seeds": [Input(Ids.SEEDS, "value")],
    "difference": [Input(Ids.DIFFERENCE, "checked")],
    "drag": [Input(Ids.DRAG, "value")],
    "play": [Input(Ids.PLAY, "n_clicks")],
}


async def render(context: PageContext) -> Component:
    """Render the page for the run and epoch in the address."""
    client, query = context.client, context.query
    runs = await all_runs(client)
    if not runs:
        return no_runs()
    choice = choose_runs(runs, query)
    run = choice.run
    curves, found = await asyncio.gather(load_curves(client, choice, FIRST_METRICS), client.checkpoints(run.id))
    checkpoints = [Checkpoint.from_json(c) for c in found]
    if not curves.epochs:
        return no_epochs(run, runs)
    epoch = read_epoch(query, curves)
    drop = await quick_drop(client, checkpoint_at(checkpoints, epoch))
    ours = "pre-activation" if run.origin in ("trainer", "api") else None
    convention = ours or run.convention or (drop[1] or {}).get("convention")
    view = read_view(query, choice, runs, convention)
    return page(runs, choice, curves, checkpoints, epoch, view, drop, query.notices)


def page(
    runs: list[Run], choice: RunChoice, curves: RunCurves, checkpoints: list[Checkpoint], epoch: int, view: Json,
    drop: tuple[Json | None, Json | None], notes: list[str],
) -> html.Div:  # fmt: skip
    """Build the page's layout."""
    run, (dropped, measured) = choice.run, drop
    overlays = overlays_of(choice.groups)
    seeds = curves.merged.n if curves.merged else 1
    return html.Div(
        [
            *notices(notes),
            html.Div(
                [
                    html.H1("Blocks", className="page-title"),
                    labelled("run", dmc.Select(id=Ids.RUN, value=run.id, data=run_options(runs), allowDeselect=False,
                                               size="sm", className="run-select", **attributes({"aria-label": "Run"}))),
                    labelled("compare", compare_picker(runs, choice)),
                    seeds_switch(choice.group, curves.merged is not None),
                    convention_badge(view["convention"], view["update"]),
                    html.Div(status_line(run), id=Ids.STATUS, className="status-line", **attributes({"aria-live": "polite"})),
                ],
                className="page-head",
            ),
            claim_box(claim_at(curves, epoch), measured["sentence"] if measured else ""),
            html.Div([scrubber(curves, epoch, view), network_strip(curves.blocks, view["metric"]), run_legend(overlays)],
                     className="scrubber scrub-box"),
            *panels(curves, checkpoints, overlays, epoch, view, drop_info(dropped) if dropped else None),
            *sinks("blocks", list(WIRING)),
            dcc.Store(id=Ids.DATA, data=pack_curves(curves)),
            dcc.Store(id=Ids.VIEW, data=view),
            *(dcc.Store(id=name) for name in (Ids.MORE, Ids.DELTA, Ids.OTHER, Ids.OTHER_REQUEST, Ids.MEASURE)),
            dcc.Store(id=Ids.CURSOR, data={"run": run.id, "cursor": curves.cursor, "status": run.status, "merged": seeds > 1}),
            dcc.Store(id=Ids.CHECKPOINTS, data=checkpoint_list(run.id, checkpoints)),
            dcc.Store(id=Ids.MEASURED, data=measured),
            dcc.Interval(id=Ids.LIVE, interval=LIVE_MS if run.active else IDLE_MS),
        ],
        className="page blocks-page",
    )  # fmt: skip


def panels(
    curves: RunCurves, checkpoints: list[Checkpoint], overlays: Sequence[Overlay], epoch: int, view: Json, drop: DropInfo | None
) -> list[Any]:  # fmt: skip
    """The figures: by block first, then over epochs."""
    seeds = curves.merged.n if curves.merged else 1
    badge = f"n = {seeds}" if seeds > 1 and not overlays else None
    legend = () if overlays else SPLIT_LEGEND

    def by_block(graph: Ids, text: PanelText, metric: str) -> dmc.Paper:
        figure = by_block_figure(by_block_info(curves, metric, epoch, overlays))
        return panel(graph, spread_text(text, seeds), figure, legend=legend, badge=badge)

    free = panel(
        Ids.EXIT, BY, by_block_figure(by_block_info(curves, view["by"], epoch, overlays, free=True)), height="short", badge=badge,
        later=True, controls=metric_select(Ids.BY, view["by"], "Metric by block", 165),
    )  # fmt: skip
    dropped = drop_figure(drop, curves.blocks, overlays)
    return [
        html.Div(
            [
                by_block(Ids.COSINE, COSINE, "cosine_loss"),
                by_block(Ids.RATIO, RATIO, "l2_ratio"),
                panel(Ids.DROP, DROP, dropped, badge=None if checkpoints else "no checkpoint saved yet"),
            ],
            className="grid three",
        ),
        *(under_one_epoch(curves, free) if curves.single else over_epochs(curves, free, view, overlays, badge)),
    ]


def block_list(run: Json) -> list[Json]:
    """A run's blocks as JSON."""
    return list(run.get("blocks") or ())


def register(app: Dash, client: BackendClient) -> None:
    """Register the callbacks that need the server; the rest is in assets/2_blocks*.js."""

    @app.callback(
        Output(Ids.MORE, "data"),
        Input(Ids.METRIC, "value"),
        Input(Ids.BY, "value"),
        State(Ids.RUN, "value"),
        State(Ids.CURSOR, "data"),
    )
    async def load_more(metric: str, by: str, run: str, cursor: Json) -> Any:
        """Load the curves that the first view does not need, when one of them is selected."""
        if metric not in MORE_METRICS and by not in MORE_METRICS:
            return no_update
        merge = bool(cursor["merged"]) and cursor["run"] == run
        payload, record = await asyncio.gather(client.metrics(run, MORE_METRICS, merge=merge), client.run(run))
        return pack_curves(RunCurves.from_json(payload, block_list(record)))

    @app.callback(
        Output(Ids.DELTA, "data"),
        Output(Ids.CURSOR, "data"),
        Output(Ids.STATUS, "children"),
        Output(Ids.CHECKPOINTS, "data"),
        Output(Ids.LIVE, "interval"),
        Input(Ids.LIVE, "n_intervals"),
        State(Ids.CURSOR, "data"),
        prevent_initial_call=True,
    )
    async def follow(_ticks: int, cursor: Json) -> tuple[Any, ...]:
        """Send what was logged since the cursor; nothing if the run is idle or seeds are merged."""
        if cursor["merged"]:
            return (no_update,) * 5
        try:
            record = await client.run(cursor["run"])
            run = Run.from_json(record)
            if not run.active and cursor["status"] == run.status:
                return (no_update,) * 5
            payload = await client.metrics(run.id, (*FIRST_METRICS, *MORE_METRICS), since=int(cursor["cursor"]))
        except BackendError:
            return (no_update,) * 5  # the frame shows it, and recovers
        curves = RunCurves.from_json(payload, block_list(record))
        interval = LIVE_MS if run.active else IDLE_MS
        if not curves.epochs and not curves.scalars:
            changed = {**cursor, "status": run.status} if cursor["status"] != run.status else no_update
            return no_update, changed, status_line(run), no_update, interval
        found = await client.checkpoints(run.id)
        return (
            pack_curves(curves),
            {**cursor, "cursor": curves.cursor, "status": run.status},
            status_line(run),
            checkpoint_list(run.id, [Checkpoint.from_json(c) for c in found]),
            interval,
        )

    @app.callback(Output(Ids.OTHER, "data"), Input(Ids.OTHER_REQUEST, "data"), prevent_initial_call=True)
    async def load_other(wanted: Json | None) -> Any:
        """Load another run's curves, as an overlay or as the pinned reference."""
        if not wanted:
            return no_update
        run = wanted["run"]
        try:
            payload, record, found = await asyncio.gather(
                client.metrics(run, (*FIRST_METRICS, *MORE_METRICS), merge=wanted["merged"]),
                client.run(run),
                client.checkpoints(run),
            )
        except ProblemError as error:
            return {"run": run, "error": str(error)}
        curves = RunCurves.from_json(payload, block_list(record))
        checkpoints = checkpoint_list(run, [Checkpoint.from_json(c) for c in found])
        return {**pack_curves(curves), "checkpoints": checkpoints["items"]}

    register_measuring(app, client)
    connect(app, "blocks", WIRING)


async def view(context: PageContext) -> Component:
    """The view; it reads its own address and asks for its own data."""
    return View("iterscope-blocks")


PAGE = Page("/blocks", "Blocks", view, lambda _app, _client: None)
