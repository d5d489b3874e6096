"""Blocks: what every block does, at every epoch. The default page."""

import asyncio
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from dashboard.claims import drop_claim
from dashboard.client import BackendClient, BackendError, Json
from dashboard.components import (
    SPLIT_LEGEND,
    attributes,
    connect,
    notices,
    panel,
    run_options,
    sinks,
)
from dashboard.curves import FIRST_METRICS, MORE_METRICS, RunCurves, claim_at, pack_curves
from dashboard.figures.by_block import by_block_figure, by_block_info
from dashboard.figures.common import METRIC_TITLES
from dashboard.figures.drop import drop_figure, drop_info
from dashboard.ids import Blocks as Ids
from dashboard.model import Checkpoint, Run, seed_group
from dashboard.pages.base import Page, PageContext, all_runs, choose_run, labelled, no_runs
from dashboard.pages.blocks_parts import (
    claim_box,
    no_epochs,
    over_epochs,
    scrubber,
    seeds_switch,
    status_line,
    under_one_epoch,
)
from dashboard.pages.blocks_text import COSINE, DROP, RATIO, spread_text

SHOWN_METRICS = ("cosine_loss", "l2_ratio", "early_exit_accuracy", "activation_norm", "cosine_loss_plugged")
LIVE_MS, IDLE_MS = 1000, 5000
DROP_PATIENCE = 120.0  # seconds a drop measurement may take before its panel gives up waiting

WIRING = {
    "load": [Input(Ids.DATA, "data")],
    "extend": [Input(Ids.MORE, "data")],
    "follow": [Input(Ids.DELTA, "data")],
    "show": [Input(Ids.SCRUBBER, "value")],
    "metric": [Input(Ids.METRIC, "value"), Input(Ids.SPLIT, "value")],
    "checkpoints": [Input(Ids.CHECKPOINTS, "data")],
    "drop": [Input(Ids.DROP_RESULT, "data")],
    "run": [Input(Ids.RUN, "value")],
    "seeds": [Input(Ids.SEEDS, "value")],
    "play": [Input(Ids.PLAY, "n_clicks")],
}


def checkpoint_at(checkpoints: list[Checkpoint], epoch: int) -> Checkpoint | None:
    """The newest checkpoint at or before an epoch."""
    earlier = [c for c in checkpoints if c.epoch is not None and c.epoch <= epoch]
    return max(earlier, key=lambda c: c.epoch or 0, default=None)


def checkpoint_list(run: str, checkpoints: list[Checkpoint]) -> Json:
    """What blocks.js chooses from."""
    return {"run": run, "items": [{"id": c.id, "epoch": c.epoch} for c in checkpoints]}


def drop_request(checkpoint: str) -> Json:
    """The probe request behind the drop panel."""
    return {"checkpoint": checkpoint, "split": "validation", "blocks": "each"}


def drop_payload(result: Json, wanted: Json) -> Json:
    """What blocks.js draws: the figure's traces and the sentence."""
    info = drop_info(result)
    return {
        **wanted,
        "figure": drop_figure(info).to_plotly_json(),
        "sentence": drop_claim(info.blocks, info.accuracy, info.baseline),
    }


async def render(context: PageContext) -> Component:
    """The whole page for the address's run and epoch."""
    client, query = context.client, context.query
    runs = await all_runs(client)
    if not runs:
        return no_runs()
    run = choose_run(runs, query)
    group = seed_group(run, runs)
    merged = query.choice("seeds", ("merged", "this"), "merged") == "merged" and len(group) > 1
    payload, found = await asyncio.gather(
        client.metrics(run.id, FIRST_METRICS, merge=merged), client.checkpoints(run.id)
    )
    blocks = [{"index": b.index, "stage": b.stage, "is_projection": b.is_projection} for b in run.blocks]
    curves = RunCurves.from_json(payload, blocks)
    checkpoints = [Checkpoint.from_json(c) for c in found]
    if not curves.epochs:
        return no_epochs(run, runs)
    first, last = curves.epochs[0], curves.epochs[-1]
    epoch = query.whole("epoch", first, last, last, f"showing epoch {last}")
    assert epoch is not None
    metric = query.choice("metric", SHOWN_METRICS, "cosine_loss")
    checkpoint = checkpoint_at(checkpoints, epoch)
    drop = await quick_drop(client, checkpoint)
    query.whole("block", 0, max(0, len(run.blocks) - 1), None, "no block is marked")
    return page(run, runs, group, curves, checkpoints, epoch, metric, drop, query.notices)


async def quick_drop(client: BackendClient, checkpoint: Checkpoint | None) -> Json | None:
    """The drop measurement, if it is known already: the first view does not wait for it."""
    if checkpoint is None:
        return None
    try:
        answer = await client.probe("drop", drop_request(checkpoint.id), wait=0.05)
    except BackendError:
        return None
    wanted = {"run": checkpoint.run, "checkpoint": checkpoint.id, "epoch": checkpoint.epoch, "first": True}
    return drop_payload(answer.result, wanted) if answer.result else None


def page(
    run: Run, runs: list[Run], group: list[Run], curves: RunCurves, checkpoints: list[Checkpoint], epoch: int, metric: str,
    drop: Json | None, notes: list[str],
) -> html.Div:  # fmt: skip
    """Lay the panels out."""
    cosine, ratio = (by_block_figure(by_block_info(curves, name, epoch)) for name in ("cosine_loss", "l2_ratio"))
    exits = by_block_figure(by_block_info(curves, "early_exit_accuracy", epoch))
    seeds = curves.merged.n if curves.merged else 1
    badge = f"n = {seeds}" if seeds > 1 else None
    waiting = "Measuring …" if checkpoints else "No checkpoint saved yet."
    dropped: Any = drop["figure"] if drop else drop_figure(None, sentence=waiting)
    metric_choice = dmc.Select(
        id=Ids.METRIC, value=metric, size="xs", w=175, allowDeselect=False, **attributes({"aria-label": "Metric over epochs"}),
        data=[{"value": name, "label": METRIC_TITLES[name]} for name in SHOWN_METRICS],
    )  # fmt: skip
    return html.Div(
        [
            *notices(notes),
            html.Div(
                [
                    html.H1("Blocks", className="page-title"),
                    labelled("run", dmc.Select(id=Ids.RUN, value=run.id, data=run_options(runs), allowDeselect=False,
                                               size="sm", className="run-select", **attributes({"aria-label": "Run"}))),
                    seeds_switch(group, curves.merged is not None),
                    html.Div(status_line(run), id=Ids.STATUS, className="status-line", **attributes({"aria-live": "polite"})),
                ],
                className="page-head",
            ),
            claim_box(claim_at(curves, epoch), drop["sentence"] if drop else ""),
            scrubber(curves, epoch),
            html.Div(
                [
                    panel(Ids.COSINE, spread_text(COSINE, seeds), cosine, legend=SPLIT_LEGEND, badge=badge),
                    panel(Ids.RATIO, spread_text(RATIO, seeds), ratio, legend=SPLIT_LEGEND, badge=badge),
                    panel(Ids.DROP, DROP, dropped),
                ],
                className="grid three",
            ),
            *(under_one_epoch(curves, exits, metric_choice) if curves.single
              else over_epochs(curves, metric, exits, metric_choice, badge)),
            *sinks("blocks", list(WIRING)),
            dcc.Store(id=Ids.DATA, data=pack_curves(curves)),
            dcc.Store(id=Ids.MORE),
            dcc.Store(id=Ids.DELTA),
            dcc.Store(id=Ids.CURSOR, data={"run": run.id, "cursor": curves.cursor, "status": run.status,
                                               "merged": curves.merged is not None}),
            dcc.Store(id=Ids.CHECKPOINTS, data=checkpoint_list(run.id, checkpoints)),
            dcc.Store(id=Ids.DROP_REQUEST),
            dcc.Store(id=Ids.DROP_RESULT, data=drop),
            dcc.Interval(id=Ids.LIVE, interval=LIVE_MS if run.active else IDLE_MS),
        ],
        className="page blocks-page",
    )  # fmt: skip


def block_list(run: Json) -> list[Json]:
    """A run's blocks as they came."""
    return list(run.get("blocks") or ())


def register(app: Dash, client: BackendClient) -> None:
    """Server callbacks: what the browser cannot know. Everything else is in assets/blocks.js."""

    @app.callback(Output(Ids.MORE, "data"), Input(Ids.RUN, "value"), State(Ids.CURSOR, "data"))
    async def load_more(run: str, cursor: Json) -> Any:
        """Curves that the first view can do without."""
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
        """What was logged since the cursor; nothing at all when idle, or where finished runs are merged."""
        if cursor["merged"]:
            return (no_update,) * 5
        try:
            record = await client.run(cursor["run"])
            run = Run.from_json(record)
            if not run.active and cursor["status"] == run.status:
                return (no_update,) * 5
            payload = await client.metrics(run.id, (*FIRST_METRICS, *MORE_METRICS), since=int(cursor["cursor"]))
        except BackendError:
            return (no_update,) * 5  # the frame says so, and recovers
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

    @app.callback(Output(Ids.DROP_RESULT, "data"), Input(Ids.DROP_REQUEST, "data"), prevent_initial_call=True)
    async def measure_drop(wanted: Json | None) -> Any:
        """Drop every block of one checkpoint; waits in the server, so that the browser needs one request."""
        if not wanted:
            return no_update
        try:
            answer = await client.probe("drop", drop_request(wanted["checkpoint"]), wait=2.0)
            result, waited = answer.result, 0.0
            while result is None and answer.job is not None and waited < DROP_PATIENCE:
                await asyncio.sleep(0.4)
                waited += 0.4
                job = await client.job(answer.job["id"])
                if job["state"] in ("failed", "cancelled"):
                    reason = (job.get("error") or {}).get("detail") or f"the job was {job['state']}"
                    return {**wanted, "error": reason}
                result = job.get("result") if job["state"] == "done" else None
        except BackendError as error:
            return {**wanted, "error": str(error)}
        return drop_payload(result, wanted) if result else {**wanted, "error": "it took too long"}

    connect(app, "blocks", WIRING)


PAGE = Page("/blocks", "Blocks", render, register)
