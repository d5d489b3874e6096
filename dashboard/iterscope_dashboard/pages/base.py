"""The parts that every page shares."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, dcc, html
from dash.development.base_component import Component

from iterscope_dashboard.client import BackendClient, ProblemError
from iterscope_dashboard.components import attributes, command, empty_state, in_home, notices
from iterscope_dashboard.model import Checkpoint, Run
from iterscope_dashboard.state import Query, link
from iterscope_views.component import View


@dataclass(frozen=True)
class PageContext:
    """The input of a page: the address and the backend. The server keeps no other state."""

    client: BackendClient
    query: Query


@dataclass(frozen=True)
class Page:
    """One page: its address, tab title, render function and callbacks."""

    path: str
    title: str
    render: Callable[[PageContext], Awaitable[Component]]
    register: Callable[[Dash, BackendClient], None]


async def all_runs(client: BackendClient) -> list[Run]:
    """Every run, newest first."""
    return [Run.from_json(run) for run in await client.runs()]


def choose_run(runs: Sequence[Run], query: Query) -> Run:
    """The run in the address, else the newest."""
    wanted = query.text("run")
    for run in runs:
        if run.id == wanted:
            return run
    if wanted is not None:
        query.notices.append(f"run “{wanted}” is not in this store: showing the newest run instead.")
    return runs[0]


async def measured_run(client: BackendClient, runs: Sequence[Run], query: Query) -> Run:
    """The run in the address, else the one of the latest checkpoint; a run without a checkpoint can't be measured."""
    if query.text("run") is None:
        try:
            latest = (await client.checkpoint("latest")).get("run")
        except ProblemError as error:
            if error.status != 404:
                raise
            latest = None
        for run in runs:
            if run.id == latest:
                return run
    return choose_run(runs, query)


@dataclass(frozen=True)
class MeasuredRun:
    """The run that a page measures."""

    runs: list[Run]  # all that could be chosen
    run: Run
    checkpoints: list[Checkpoint]  # of this run, newest first


async def run_to_measure(context: PageContext) -> MeasuredRun | html.Div:
    """The run in the address with its checkpoints; or the page that says what is missing."""
    if not (runs := await all_runs(context.client)):
        return no_runs(await context.client.home())
    run = await measured_run(context.client, runs, context.query)
    checkpoints = [Checkpoint.from_json(one) for one in await context.client.checkpoints(run.id)]
    return MeasuredRun(runs, run, checkpoints) if checkpoints else no_checkpoint(run)


def choose_checkpoint(checkpoints: Sequence[Checkpoint], query: Query) -> Checkpoint:
    """The checkpoint in the address, else the newest."""
    wanted = query.text("checkpoint")
    for checkpoint in checkpoints:
        if checkpoint.id == wanted:
            return checkpoint
    if wanted is not None:
        query.notices.append(f"checkpoint “{wanted}” is not in this store: showing the newest one instead.")
    return checkpoints[0]


def checkpoint_options(run: Run, checkpoints: Sequence[Checkpoint]) -> list[dict[str, str]]:
    """Options of a checkpoint selector; an imported network has no epoch, so its name is shown."""
    return [{"value": c.id, "label": c.name if run.imported else c.label} for c in checkpoints]


def no_runs(home: str) -> html.Div:
    """The page for a store without runs."""
    return empty_state(
        "No runs yet",
        "This store contains no runs. The demo trains a ResNet-56 on handwritten digits in about a minute and a half on two CPU "
        "cores. Its curves appear here during training.",
        dmc.Group(
            [
                dcc.Link("Start a run", href=link("/runs", new="demo"), className="button-link"),
                command(in_home("iterscope train --recipe demo", home)),
                dcc.Link("Import a trained network", href=link("/import"), className="button-link light"),
            ],
            justify="center",
        ),
    )


def no_checkpoint(run: Run | None) -> html.Div:
    """The page for a run without a checkpoint, which probes need."""
    waiting = run is not None and run.active
    sentence = (
        f"“{run.name}” has not saved a checkpoint yet. The first one is saved when training starts."
        if run is not None and waiting
        else "This run saved no checkpoint, so nothing can be measured on it. Choose another run, or train a new one."
    )
    return empty_state(
        "No checkpoint yet", sentence, dcc.Link("Go to Runs", href=link("/runs"), className="button-link")
    )


def labelled(label: str, control: Any) -> html.Div:
    """A small label in front of a control."""
    return html.Div(
        [html.Span(label, className="control-label", **attributes({"aria-hidden": "true"})), control],
        className="control",
    )


def view_page(path: str, title: str) -> Page:
    """A page that is one view."""

    async def render(context: PageContext) -> Component:
        view = View(f"iterscope-{path.strip('/')}")
        return html.Div([*notices(context.query.notices), view]) if context.query.notices else view

    return Page(path, title, render, lambda _app, _client: None)
