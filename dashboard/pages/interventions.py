"""Interventions: drop blocks, repeat one, and see what the network does then."""

from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from dashboard import theme
from dashboard.client import BackendClient, Json
from dashboard.components import (
    LegendEntry,
    PanelText,
    attributes,
    connect,
    notices,
    panel,
    problem,
    run_options,
    sinks,
)
from dashboard.figures.common import empty_figure
from dashboard.figures.plans import (
    groups_figure,
    plan_info,
    steps_figure,
    unroll_groups_figure,
    unroll_info,
    unroll_metrics_figure,
)
from dashboard.ids import Interventions as Ids
from dashboard.measuring import ask, cancel, chosen_scale, follow, wanted_probes
from dashboard.model import Block, Checkpoint
from dashboard.outcome import changed_images, outcome_table
from dashboard.pages.base import (
    Page,
    PageContext,
    all_runs,
    checkpoint_options,
    choose_checkpoint,
    choose_run,
    labelled,
    no_checkpoint,
    no_runs,
)
from dashboard.state import PlanState, Unroll, read_plan
from dashboard.strip import REFERENCES, status_line, strip, strip_head, unroll_controls

POLL_MS = 250
SPLITS = ("validation", "train")
WIRING = {
    "load": [Input(Ids.CONTEXT, "data")],
    "plan": [Input(Ids.PLAN, "data")],
    "jobs": [Input(Ids.JOBS, "data")],
    "unroll": [Input(Ids.BLOCK, "value"), Input(Ids.STEPS, "value"), Input(Ids.SCALE, "value"), Input(Ids.AUTO, "checked")],
    "run": [
        Input(Ids.RUN, "value"),
        Input(Ids.CHECKPOINT, "value"),
        Input(Ids.SPLIT, "value"),
        Input(Ids.REFERENCE, "value"),
    ],
}  # fmt: skip
PLAN_LEGEND = (LegendEntry("untouched", theme.UNTOUCHED, "dot"), LegendEntry("with the plan", theme.CHANGED))

GROUPS = PanelText(
    "Accuracy by group",
    "All images; those the untouched network gets right (“correct”); and those whose prediction hangs in the balance "
    "(“borderline”). Bars: 95 % intervals, wide where a group is small.",
    "borderline: |p_label − max p_other| < 0.1",
    section="4.3",
    figures=(6,),
)
COSINE = PanelText(
    "Cosine loss along the plan",
    "Does each step still point downhill? Repeats of the last block continue to the right of it. Band: the middle half of the "
    "images.",
    "cos(Fᵢ(hᵢ), ∂L/∂hᵢ)",
    section="4.1",
    figures=(4, 10),
)
RATIO = PanelText(
    "ℓ2 ratio along the plan",
    "How far each step moves the hidden state. Band: the middle half of the images.",
    "‖Fᵢ(hᵢ)‖ / ‖hᵢ‖",
    section="4.2",
    figures=(2, 11),
)
UNROLL = PanelText(
    "Step by step",
    "The chosen block is applied again and again to the untouched network’s state, its output scaled by α; the head reads every "
    "step. Grey: the same without scaling, which the paper found to explode.",
    "h ← h + α · F(h)",
    section="4.4",
    figures=(7,),
)
UNROLL_METRICS = PanelText(
    "Cosine loss and ℓ2 ratio, step by step",
    "A step that refines keeps pointing downhill (negative) and keeps getting smaller.",
    "cos(F(h), ∂L/∂h)  and  ‖F(h)‖ / ‖h‖ at every extra step",
    section="4.4",
    figures=(20,),
)


async def render(context: PageContext) -> Component:
    """The page for the address's checkpoint and plan; results come by callback."""
    client, query = context.client, context.query
    runs = await all_runs(client)
    if not runs:
        return no_runs()
    run = choose_run(runs, query)
    checkpoints = [Checkpoint.from_json(c) for c in await client.checkpoints(run.id)]
    if not checkpoints:
        return no_checkpoint(run)
    checkpoint = choose_checkpoint(checkpoints, query)
    last = len(checkpoint.blocks) - 1
    plan = read_plan(query, checkpoint.blocks, PlanState((), Unroll(last, 20, 0.1)))
    split = query.choice("split", SPLITS, "validation")
    reference = query.choice("borderline", tuple(REFERENCES), "last5")
    samples = html.Span(id=f"{Ids.OUTCOME}-n", className="control-label")
    return html.Div(
        [
            *notices(query.notices),
            html.Div(
                [
                    html.H1("Interventions", className="page-title"),
                    labelled("run", dmc.Select(id=Ids.RUN, value=run.id, data=run_options(runs), allowDeselect=False,
                                               className="run-select", **attributes({"aria-label": "Run"}))),
                    labelled("network of", dmc.Select(id=Ids.CHECKPOINT, value=checkpoint.id, allowDeselect=False, w=190,
                                                      data=checkpoint_options(run, checkpoints),
                                                      **attributes({"aria-label": "Checkpoint"}))),
                    labelled("images", dmc.Select(id=Ids.SPLIT, value=split, data=list(SPLITS), allowDeselect=False, w=130,
                                                  **attributes({"aria-label": "Images"}))),
                    samples,
                ],
                className="page-head",
            ),
            dmc.Paper([strip_head(), strip(checkpoint.blocks, plan), unroll_controls(checkpoint.blocks, plan, reference)],
                      withBorder=True, className="panel strip-panel"),
            status_line(),
            html.Div(id=Ids.ERROR),
            html.Div(
                [
                    dmc.Paper(html.Div(dmc.Skeleton(height=210), id=Ids.OUTCOME), withBorder=True, className="panel outcome",
                              **attributes({"aria-live": "polite"})),
                    panel(Ids.GROUPS, GROUPS, empty_figure(""), height="short",
                          legend=(LegendEntry("untouched", theme.UNTOUCHED), LegendEntry("with the plan", theme.CHANGED))),
                ],
                className="grid two outcome-grid",
            ),
            html.Div(
                [panel(Ids.COSINE, COSINE, empty_figure(""), height="short", legend=PLAN_LEGEND),
                 panel(Ids.RATIO, RATIO, empty_figure(""), height="short", legend=PLAN_LEGEND)],
                className="grid two",
            ),
            html.Div(
                [panel(Ids.UNROLL_GROUPS, UNROLL, empty_figure(""), wide=True),
                 panel(Ids.UNROLL_METRICS, UNROLL_METRICS, empty_figure(""), wide=True, height="short")],
                className="grid two", id=Ids.UNROLL_PANEL, hidden=plan.unroll is None,
            ),
            dmc.Paper(html.Div(dmc.Skeleton(height=90), id=Ids.CHANGED), withBorder=True, className="panel"),
            *sinks("interventions", list(WIRING)),
            dcc.Store(id=Ids.PLAN, data=plan.to_json()),
            dcc.Store(id=Ids.CONTEXT, data=context_of(checkpoint, split, reference)),
            dcc.Store(id=Ids.JOBS),
            dcc.Interval(id=Ids.TIMER, interval=POLL_MS, disabled=True),
        ],
        className="page ready",
    )  # fmt: skip


def context_of(checkpoint: Checkpoint, split: str, reference: str) -> Json:
    """What the callbacks need to know about the network."""
    return {
        "run": checkpoint.run,
        "checkpoint": checkpoint.id,
        "split": split,
        "reference": reference,
        "dataset": checkpoint.dataset,
        "class_names": list(checkpoint.class_names),
        "blocks": [{"index": b.index, "stage": b.stage, "is_projection": b.is_projection} for b in checkpoint.blocks],
    }


def register(app: Dash, client: BackendClient) -> None:
    """Run plans, poll their jobs, draw what comes."""

    @app.callback(
        Output(Ids.JOBS, "data"),
        Output(Ids.TIMER, "disabled"),
        Input(Ids.PLAN, "data"),
        Input(Ids.TIMER, "n_intervals"),
        Input(Ids.CANCEL, "n_clicks"),
        State(Ids.CONTEXT, "data"),
        State(Ids.JOBS, "data"),
    )
    async def work(plan_json: Json, _ticks: int | None, _clicks: int | None, context: Json, jobs: Json | None) -> Any:
        """A new plan replaces the running one; ticks follow it; cancel ends it."""
        blocks = [Block(b["index"], b["stage"], b["is_projection"]) for b in context["blocks"]]
        plan = PlanState.from_json(plan_json, blocks)
        if ctx.triggered_id == Ids.CANCEL:
            await cancel(client, (jobs or {}).get("entries"))
            return {"plan": plan_json, "entries": {}, "cancelled": True}, True
        if ctx.triggered_id == Ids.TIMER and jobs:
            entries = await follow(client, jobs["entries"])
        else:
            await cancel(client, (jobs or {}).get("entries"))
            entries = {}
        entries = await ask(client, wanted_probes(plan, context, blocks, chosen_scale(entries)), entries)
        running = any("job" in entry for entry in entries.values())
        now = {"plan": plan_json, "entries": entries}
        return (no_update if jobs == now else now), not running

    @app.callback(
        Output(Ids.OUTCOME, "children"),
        Output(f"{Ids.OUTCOME}-n", "children"),
        Output(Ids.GROUPS, "figure"),
        Output(Ids.COSINE, "figure"),
        Output(Ids.RATIO, "figure"),
        Output(Ids.CHANGED, "children"),
        Output(Ids.UNROLL_GROUPS, "figure"),
        Output(Ids.UNROLL_METRICS, "figure"),
        Output(Ids.UNROLL_PANEL, "hidden"),
        Output(Ids.ERROR, "children"),
        Output(Ids.STATUS, "children"),
        Output(Ids.PROGRESS, "value"),
        Output(Ids.CANCEL, "disabled"),
        Input(Ids.JOBS, "data"),
        State(Ids.CONTEXT, "data"),
    )
    async def draw(jobs: Json | None, context: Json) -> Any:
        """Results into figures; panels without news stay as they are."""
        if not jobs:
            return (no_update,) * 13
        return (*draw_plan(jobs["entries"], context), *draw_unroll(jobs["entries"]), *draw_status(jobs))

    connect(app, "interventions", WIRING)


def draw_plan(entries: Json, context: Json) -> tuple[Any, ...]:
    """Outcome, n, groups, cosine, ratio, changed images."""
    result = (entries.get("plan") or {}).get("result")
    if not result:
        return (no_update,) * 6
    info = plan_info(result)
    return (
        outcome_table(info),
        f"n = {info.samples}",
        groups_figure(info),
        steps_figure(info, "cosine_loss"),
        steps_figure(info, "l2_ratio"),
        changed_images(info, context),
    )


def draw_unroll(entries: Json) -> tuple[Any, ...]:
    """Per-step figures, and whether they are shown."""
    if "unroll" not in entries:
        return no_update, no_update, True
    result = entries["unroll"].get("result")
    if not result:
        return no_update, no_update, False
    unscaled = (entries.get("unscaled") or {}).get("result")
    info, other = unroll_info(result), unroll_info(unscaled) if unscaled else None
    return unroll_groups_figure(info, other), unroll_metrics_figure(info, other), False


def draw_status(jobs: Json) -> tuple[Any, ...]:
    """Errors, status, progress, whether there is something to cancel."""
    entries = jobs["entries"]
    # The unscaled repeat is a comparison: where it fails, the page says so in its figure by its absence.
    failed = [(name, entry) for name, entry in entries.items() if "error" in entry and name != "unscaled"]
    errors = [problem(entry.get("title") or "Not done", entry["error"]) for _, entry in failed]
    running = [entry["progress"] for entry in entries.values() if "job" in entry]
    if running:
        done = [1.0] * (len(entries) - len(running)) + running
        return errors, "Running …", 100 * sum(done) / len(done), False
    if jobs.get("cancelled"):
        return errors, "Cancelled.", 0, True
    if failed:
        return errors, "Not done.", 0, True
    provenance = ((entries.get("plan") or {}).get("result") or {}).get("provenance") or {}
    cached: Any = html.Span("cached", className="badge-cached", title="Measured before; read from the database")
    took = f"{float(provenance.get('seconds') or 0.0):.1f} s"
    return errors, [cached] if provenance.get("cached") else f"Measured in {took}.", 0, True


PAGE = Page("/interventions", "Interventions", render, register)
