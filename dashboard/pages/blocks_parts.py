"""Parts of the Blocks page: the claim, the scrubber, the switch between one run and its seeds."""

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.claims import Claim
from dashboard.components import attributes, duration, empty_state, icon, status_badge
from dashboard.ids import Blocks as Ids
from dashboard.model import Run
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


def scrubber(first: int, last: int, epoch: int) -> html.Div:
    """Epoch slider with play; arrow keys step it from anywhere on the page."""
    return html.Div(
        [
            dmc.ActionIcon(icon("play"), id=Ids.PLAY, size="lg", radius="xl", variant="filled",
                           **attributes({"aria-label": "Play through the epochs"})),
            dmc.Slider(id=Ids.SCRUBBER, min=first, max=max(last, first + 1), step=1, value=epoch, updatemode="drag",
                       label=None, thumbLabel="Epoch", className="scrubber-slider", size="md", thumbSize=18),
            html.Output([html.Span("epoch", className="control-label"), html.Strong(str(epoch), id=Ids.EPOCH_LABEL)],
                        className="epoch-label"),
            dmc.SegmentedControl(id=Ids.SPLIT, value="both", size="xs", data=[
                {"value": "both", "label": "Both"}, {"value": "train", "label": "Train"},
                {"value": "validation", "label": "Validation"}]),
        ],
        className="scrubber",
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
