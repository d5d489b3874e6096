"""Parts of the Blocks page: the claim, the scrubber, the switch between one run and its seeds, one epoch in numbers."""

from typing import Any

import dash_mantine_components as dmc
import plotly.graph_objects as go
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.claims import Claim
from dashboard.components import (
    SPLIT_LEGEND,
    attributes,
    duration,
    empty_state,
    icon,
    panel,
    status_badge,
)
from dashboard.curves import RunCurves
from dashboard.figures.epochs import epochs_info, heat_figure, lines_figure
from dashboard.figures.training import accuracy_info, gradient_ratio_info, scalars_figure
from dashboard.ids import Blocks as Ids
from dashboard.model import Run
from dashboard.outcome import number_text, percent_text
from dashboard.pages.blocks_text import EXIT, GRADIENT, HEAT, LINES, TRAINING
from dashboard.state import link

VERDICTS = {"holds": "as in the paper", "partly": "partly as in the paper", "no": "not as in the paper",
            "untrained": "untrained"}  # fmt: skip


def claim_box(claim: Claim | None, drop_sentence: str) -> html.Div:
    """The one sentence that the page is about."""
    verdict = claim.verdict if claim else "no"
    return html.Div(
        [
            html.Span(VERDICTS[verdict], className=f"verdict verdict-{verdict}", id=f"{Ids.CLAIM}-verdict"),
            html.P(
                [
                    html.Span(claim.sentence if claim else "", id=f"{Ids.CLAIM}-sentence"),
                    " ",
                    html.Span(drop_sentence, id=f"{Ids.CLAIM}-drop"),
                ],
            ),
        ],
        className="claim",
        id=Ids.CLAIM,
    )


def status_line(run: Run) -> list[Any]:
    """Status, and while training how far."""
    parts: list[Any] = [status_badge(run.status)]
    if run.active and run.fraction is not None:
        left = f", {duration(run.seconds_left)} left" if run.seconds_left is not None else ""
        parts.append(html.Span(f"{100 * run.fraction:.0f} %{left}", className="live-progress"))
    return parts


def scrubber(curves: RunCurves, epoch: int) -> html.Div:
    """Epoch slider with play; arrow keys step it from anywhere on the page. With a single epoch there is nothing to step."""
    first, last = curves.epochs[0], curves.epochs[-1]
    where: list[Any] = [html.Span("epoch", className="control-label"), html.Strong(str(epoch), id=Ids.EPOCH_LABEL)]
    if curves.imported:
        where = [html.Span("as it was imported", className="control-label")]
    return html.Div(
        [
            dmc.ActionIcon(icon("play"), id=Ids.PLAY, size="lg", radius="xl", variant="filled",
                           **attributes({"aria-label": "Play through the epochs"})),
            dmc.Slider(id=Ids.SCRUBBER, min=first, max=max(last, first + 1), step=1, value=epoch, updatemode="drag",
                       label=None, thumbLabel="Epoch", className="scrubber-slider", size="md", thumbSize=18),
            html.Output(where, className="epoch-label"),
            dmc.SegmentedControl(id=Ids.SPLIT, value="both", size="xs", data=[
                {"value": "both", "label": "Both"}, {"value": "train", "label": "Train"},
                {"value": "validation", "label": "Validation"}]),
        ],
        className="scrubber single" if curves.single else "scrubber",
    )  # fmt: skip


def seeds_switch(group: list[Run], merged: bool) -> html.Div:
    """Between the mean over seeds and this run alone; hidden where there is one run."""
    seeds = ", ".join(str(run.seed) for run in sorted(group, key=lambda run: run.seed or 0))
    return html.Div(
        dmc.SegmentedControl(
            id=Ids.SEEDS, value="merged" if merged else "this", size="xs",
            data=[{"value": "merged", "label": f"Mean of {len(group)} seeds"}, {"value": "this", "label": "This run only"}],
            **attributes({"aria-label": "Seeds"}),
        ),
        title=f"Runs that differ in the seed alone: seeds {seeds}", hidden=len(group) < 2,
    )  # fmt: skip


def no_epochs(run: Run, runs: list[Run]) -> Component:
    """A run without curves, and why."""
    sentences = {
        "queued": "It waits for the trainer. If nothing happens, start one: python -m trainer watch",
        "running": "The first curves come when the untrained network has been measured, in a few seconds.",
        "failed": f"It failed before its first epoch: {run.error or 'no reason was recorded'}.",
    }
    others = [dcc.Link(other.name, href=link("/blocks", run=other.id), className="button-link light")
              for other in runs if other.id != run.id][:5]  # fmt: skip
    return empty_state(
        f"“{run.name}” has no epochs yet",
        sentences.get(run.status, f"It is {run.status} and logged nothing. Choose another run."),
        dmc.Group([html.Span("Other runs:"), *others], justify="center") if others else None,
    )


def over_epochs(
    curves: RunCurves, metric: str, exits: go.Figure, metric_choice: Any, badge: str | None
) -> tuple[Any, ...]:
    """The metric over epochs as lines and map, exits, and the whole network's curves."""
    epochs = epochs_info(curves, metric, "validation")
    return (
        html.Div(
            [
                panel(Ids.LINES, LINES, lines_figure(epochs, with_values=False), controls=metric_choice),
                panel(Ids.HEAT, HEAT, heat_figure(epochs, with_values=False)),
            ],
            className="grid two",
        ),
        html.Div(
            [
                panel(Ids.EXIT, EXIT, exits, height="short", legend=SPLIT_LEGEND, badge=badge),
                panel(Ids.GRADIENT, GRADIENT, scalars_figure(gradient_ratio_info(curves), "gradient"), height="short",
                      legend=SPLIT_LEGEND, badge=badge),
                panel(Ids.TRAINING, TRAINING, scalars_figure(accuracy_info(curves), "accuracy"), height="short",
                      legend=SPLIT_LEGEND, badge=badge),
            ],
            className="grid three",
        ),
        html.P("Keys: ← → step the epoch, ↑ ↓ pick a block, space plays, Esc lets go.", className="key-hint"),
    )  # fmt: skip


def under_one_epoch(curves: RunCurves, exits: go.Figure, metric_choice: Any) -> tuple[Any, ...]:
    """Where one epoch is all there is: exits, and the whole network in numbers. The metric's choice stays wired."""
    return (
        html.Div(
            [panel(Ids.EXIT, EXIT, exits, height="short", legend=SPLIT_LEGEND), one_epoch(curves)], className="grid two"
        ),
        html.P("Keys: ↑ ↓ pick a block, Esc lets go.", className="key-hint"),
        html.Div(metric_choice, hidden=True),
    )


def one_epoch(curves: RunCurves) -> dmc.Paper:
    """The whole network in numbers, and why there are no curves over epochs."""
    accuracies = [
        (f"{split} accuracy", percent_text(curve.values[-1]))
        for split, (_, curve) in accuracy_info(curves).curves.items()
    ]
    ratios = [
        (f"gradient norm ratio, {split}", number_text(curve.values[-1]))
        for split, (_, curve) in gradient_ratio_info(curves).curves.items()
    ]
    reason = (
        "It came trained, so there are no curves over epochs: everything here is measured on the network as it is."
        if curves.imported
        else f"Only epoch {curves.epochs[0]} is logged: curves over epochs and the block × epoch map come with a second one."
    )
    facts = [html.Div([html.Dt(name), html.Dd(value)]) for name, value in (*accuracies, *ratios)]
    return dmc.Paper(
        [
            html.H2("The whole network", className="panel-title"),
            html.Dl(facts, className="facts"),
            html.P(reason, className="single-epoch"),
        ],
        withBorder=True, className="panel",
    )  # fmt: skip
