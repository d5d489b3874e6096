"""The Interventions page: change the execution plan of a network and compare the results."""

from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from iterscope_dashboard import pinned, theme
from iterscope_views.component import View
from iterscope_dashboard.client import BackendClient, Json
from iterscope_dashboard.components import (
    attributes,
    connect,
    notices,
    run_options,
    sinks,
)
from iterscope_dashboard.figures.plans import (
    groups_figure,
    plan_info,
    steps_figure,
    unroll_groups_figure,
    unroll_info,
    unroll_metrics_figure,
)
from iterscope_dashboard.ids import Interventions as Ids
from iterscope_dashboard.model import Checkpoint, Run
from iterscope_dashboard.outcome import changed_images, outcome_table
from iterscope_dashboard.pages.base import (
    MeasuredRun,
    Page,
    PageContext,
    checkpoint_options,
    choose_checkpoint,
    labelled,
    run_to_measure,
)
from iterscope_dashboard.pages.interventions_parts import draw_status, result_panels
from iterscope_dashboard.pinned import pinned_panel
from iterscope_dashboard.plan import PlanState, PlanStep, read_pin, read_plan
from iterscope_dashboard.strip import COLOURS, REFERENCES, status_line, strip_panel
from iterscope_dashboard.wishes import Wish, advance

POLL_MS = 250
SPLITS = ("validation", "train")
WIRING = {
    "load": [Input(Ids.CONTEXT, "data"), Input(Ids.FIRST, "data")],
    "jobs": [Input(Ids.JOBS, "data")],
    "drawn": [Input(Ids.PLAN_DRAWN, "data"), Input(Ids.UNROLL_DRAWN, "data")],
    "measured": [Input(Ids.BLOCKS_RESULT, "data"), Input(Ids.DROP_RESULT, "data")],
    "colour": [Input(Ids.COLOUR, "value")],
    "run": [
        Input(Ids.RUN, "value"),
        Input(Ids.CHECKPOINT, "value"),
        Input(Ids.SPLIT, "value"),
        Input(Ids.REFERENCE, "value"),
    ],
}  # fmt: skip
RESULTS = {
    "plan": Ids.PLAN_RESULT,
    "unroll": Ids.UNROLL_RESULT,
    "unscaled": Ids.UNSCALED_RESULT,
    "blocks": Ids.BLOCKS_RESULT,
    "drop": Ids.DROP_RESULT,
}  # probe's name → its store
RAMPS = {
    "diverging": theme.DIVERGING,
    "sequential": theme.SEQUENTIAL,
    "loss": ((0.0, theme.DIVERGING[4][1]), (0.5, theme.DIVERGING[3][1]), (1.0, theme.DIVERGING[2][1])),
}


async def render(context: PageContext) -> Component:
    """Render the page for the checkpoint and plan in the address; callbacks add the results."""
    query = context.query
    if not isinstance(found := await run_to_measure(context), MeasuredRun):
        return found
    runs, run, checkpoints = found.runs, found.run, found.checkpoints
    checkpoint = choose_checkpoint(checkpoints, query)
    length = len(checkpoint.blocks)
    plan = read_plan(query, checkpoint.blocks, starting_plan(checkpoint))
    pin = read_pin(query, length)
    split = query.choice("split", SPLITS, "validation")
    reference = query.choice("borderline", tuple(REFERENCES), "last5")
    colour = query.choice("colour", tuple(COLOURS), "cosine")
    block = query.whole("block", 0, length - 1, None, "no block is selected")
    wish = {"plan": plan.text, "pin": pin.text if pin else None, "colour": colour, "cancelled": False}
    return html.Div(
        [
            *notices(query.notices),
            html.Div(
                [
                    html.H1("Interventions", className="page-title"),
                    labelled("run", dmc.Select(id=Ids.RUN, value=run.id, data=run_options(runs), allowDeselect=False,
                                               className="run-select", **attributes({"aria-label": "Run"}))),
                    labelled("checkpoint", dmc.Select(id=Ids.CHECKPOINT, value=checkpoint.id, allowDeselect=False, w=190,
                                                      data=checkpoint_options(run, checkpoints),
                                                      **attributes({"aria-label": "Checkpoint"}))),
                    labelled("images", dmc.Select(id=Ids.SPLIT, value=split, data=list(SPLITS), allowDeselect=False, w=130,
                                                  **attributes({"aria-label": "Images"}))),
                    html.Span(id=Ids.SAMPLES, className="control-label"),
                ],
                className="page-head",
            ),
            strip_panel(reference, colour),
            status_line(),
            html.Div(id=Ids.ERROR),
            pinned_panel(query, {"run": run.id, "checkpoint": checkpoint.id, "dataset": checkpoint.dataset, "split": split}),
            *result_panels(plan.unroll is not None),
            *sinks("interventions", list(WIRING)),
            dcc.Store(id=Ids.CONTEXT, data=context_of(checkpoint, split, reference, runs, block)),
            dcc.Store(id=Ids.FIRST, data=wish),
            dcc.Store(id=Ids.PLAN, data=wish),
            dcc.Store(id=Ids.JOBS),
            *(dcc.Store(id=store) for store in (*RESULTS.values(), Ids.PLAN_DRAWN, Ids.UNROLL_DRAWN)),
            dcc.Interval(id=Ids.TIMER, interval=POLL_MS, disabled=True),
        ],
        className="page ready",
    )  # fmt: skip


def starting_plan(checkpoint: Checkpoint) -> PlanState:
    """The last block repeated twenty times with α = 0.1; the untouched network if that block changes the shape, so that it can't repeat."""
    length = len(checkpoint.blocks)
    whole = PlanState.untouched(length)
    if checkpoint.blocks[-1].is_projection:
        return whole
    return PlanState((*whole.steps, PlanStep(length - 1, 0.1, 20)))


def context_of(checkpoint: Checkpoint, split: str, reference: str, runs: Sequence[Run], block: int | None) -> Json:
    """The data about the network that the callbacks and the strip need."""
    return {
        "run": checkpoint.run,
        "checkpoint": checkpoint.id,
        "split": split,
        "reference": reference,
        "dataset": checkpoint.dataset,
        "class_names": list(checkpoint.class_names),
        "blocks": [{"index": b.index, "stage": b.stage, "is_projection": b.is_projection} for b in checkpoint.blocks],
        "block": block,
        "lengths": {run.id: len(run.blocks) for run in runs},
        "ramps": RAMPS,
    }


def register(app: Dash, client: BackendClient) -> None:
    """Register the callbacks that run plans, poll jobs and draw results."""

    @app.callback(
        Output(Ids.JOBS, "data"),
        Output(Ids.TIMER, "disabled"),
        *(Output(store, "data") for store in RESULTS.values()),
        Input(Ids.PLAN, "data"),
        Input(Ids.TIMER, "n_intervals"),
        State(Ids.CONTEXT, "data"),
        State(Ids.JOBS, "data"),
    )
    async def work(wish: Json, _ticks: int | None, context: Json, jobs: Json | None) -> Any:
        """A changed plan cancels jobs that it does not need and requests the rest; timer ticks poll running jobs."""
        entries = (jobs or {}).get("entries") or {}
        progress = await advance(client, Wish.from_json(wish, len(context["blocks"])), context, entries)
        now = {"wish": wish, "entries": progress.entries}
        results = [progress.results.get(name, no_update) for name in RESULTS]
        return (no_update if now == jobs else now, not progress.running, *results)

    @app.callback(
        Output(Ids.STATUS, "children"),
        Output(Ids.PROGRESS, "value"),
        Output(Ids.CANCEL, "disabled"),
        Output(Ids.CANCEL, "children"),
        Output(Ids.ERROR, "children"),
        Output(Ids.UNROLL_PANEL, "hidden"),
        Input(Ids.JOBS, "data"),
        prevent_initial_call=True,
    )
    async def tell(jobs: Json) -> Any:
        """Status, progress, errors."""
        return draw_status(jobs)

    @app.callback(
        Output(Ids.OUTCOME, "children"),
        Output(Ids.SAMPLES, "children"),
        Output(Ids.GROUPS, "figure"),
        Output(Ids.COSINE, "figure"),
        Output(Ids.RATIO, "figure"),
        Output(Ids.CHANGED, "children"),
        Output(Ids.PLAN_DRAWN, "data"),
        Input(Ids.PLAN_RESULT, "data"),
        State(Ids.CONTEXT, "data"),
        prevent_initial_call=True,
    )
    async def draw(answer: Json, context: Json) -> Any:
        """Draw the plan and its reference."""
        info = plan_info(answer["result"])
        return (
            outcome_table(info),
            f"n = {info.samples}",
            groups_figure(info),
            steps_figure(info, "cosine_loss"),
            steps_figure(info, "l2_ratio"),
            changed_images(info, context),
            answer["key"],
        )

    @app.callback(
        Output(Ids.UNROLL_GROUPS, "figure"),
        Output(Ids.UNROLL_METRICS, "figure"),
        Output(Ids.UNROLL_DRAWN, "data"),
        Input(Ids.UNROLL_RESULT, "data"),
        Input(Ids.UNSCALED_RESULT, "data"),
        prevent_initial_call=True,
    )
    async def draw_unroll(answer: Json | None, unscaled: Json | None) -> Any:
        """Draw the curves per extra step, with the unscaled repetition of the same block if known."""
        if not answer:
            return no_update, no_update, no_update
        info = unroll_info(answer["result"])
        other = unroll_info(unscaled["result"]) if unscaled else None
        if other and (info.scale == 1 or (other.block, len(other.step)) != (info.block, len(info.step))):
            other = None
        return unroll_groups_figure(info, other), unroll_metrics_figure(info, other), answer["key"]

    pinned.register(app, client)
    connect(app, "interventions", WIRING)


async def view(context: PageContext) -> Component:
    """The view; it reads its own address and asks for its own data."""
    return View("iterscope-interventions")


PAGE = Page("/interventions", "Interventions", view, lambda _app, _client: None)
