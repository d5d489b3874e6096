"""Runs: what is trained, training or waiting; start, stop and delete."""

import asyncio
from typing import Any

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from dashboard.client import BackendClient, BackendError, ProblemError
from dashboard.components import PanelText, attributes, command, duration, icon, notices, panel, problem, status_badge
from dashboard.curves import RunCurves, Scalar
from dashboard.figures.training import runs_figure
from dashboard.ids import Runs as Ids
from dashboard.model import Run, seed_groups
from dashboard.outcome import number_text, percent_text
from dashboard.pages.base import Page, PageContext, all_runs
from dashboard.pages.run_forms import delete_dialog, new_run_form, recipe_note
from dashboard.pages.run_seeds import group_name, seeds_panel
from dashboard.state import link

TICK_MS = 2000
SHOWN_RUNS = 200  # rows
DRAWN_RUNS = 8  # curves: as many as there are colours
STOP, REMOVE = "runs-stop", "runs-remove"
ACCURACY = PanelText(
    "Validation accuracy", f"Accuracy on the whole validation split after each epoch, for the {DRAWN_RUNS} newest runs."
)
IMPORT = "Import a trained network"
HEADINGS = ("run", "status", "architecture", "data", "seed", "epoch", "accuracy", "loss", "blocks", "")


async def render(context: PageContext) -> Component:
    """Table, curves and the form for a new run."""
    client, query = context.client, context.query
    runs, recipes, datasets = await asyncio.gather(all_runs(client), client.recipes(), client.datasets())
    wanted = query.text("new")
    recipe = wanted if wanted in recipes else "demo" if "demo" in recipes else next(iter(recipes), "")
    return html.Div(
        [
            *notices(query.notices),
            html.Div(
                [
                    html.H1("Runs", className="page-title"),
                    dmc.Button("New run", id=Ids.NEW, leftSection=icon("plus", 14), size="sm",
                               **attributes({"aria-controls": Ids.NEW_PANEL})),
                    dcc.Link(IMPORT, href="/import", className="button-link light"),
                ],
                className="page-head",
            ),
            new_run_form(recipes, datasets, recipe, opened=wanted is not None),
            dmc.Paper(html.Div(table(runs), id=Ids.TABLE), withBorder=True, className="panel table-panel"),
            html.Div(seeds_panel(runs), id=Ids.SEEDS),
            html.Div([panel(Ids.FIGURE, ACCURACY, runs_figure(await accuracies(client, runs)), wide=True)], className="grid two"),
            delete_dialog(),
            dcc.Store(id=Ids.SEEN, data=signature(runs)),
            dcc.Interval(id=Ids.TIMER, interval=TICK_MS),
        ],
        className="page ready",
    )  # fmt: skip


async def accuracies(client: BackendClient, runs: list[Run]) -> dict[str, Scalar]:
    """Validation accuracy of the newest runs that have logged any; a mean where finished runs differ in the seed alone."""
    merged = {member.id: group for group in seed_groups(runs) for member in group}
    newest = [
        run for run in runs if run.epoch is not None and not run.imported and merged.get(run.id, [run])[0] is run
    ][:DRAWN_RUNS]
    answers = await asyncio.gather(
        *(client.metrics(run.id, ("none",), merge=run.id in merged) for run in newest), return_exceptions=True
    )
    found: dict[str, Scalar] = {}
    for run, answer in zip(newest, answers, strict=True):
        if isinstance(answer, BaseException):
            continue
        scalars = RunCurves.from_json(answer, []).scalars
        curve = scalars.get(("validation_accuracy", "validation")) or scalars.get(("accuracy", "validation"))
        if curve and curve.epochs:
            name = f"{group_name(merged[run.id])}, n = {len(merged[run.id])}" if run.id in merged else run.name
            name = name if name not in found else f"{name} ({run.id})"
            found[name] = curve
    return found


def signature(runs: list[Run]) -> str:
    """Changes when a row changes."""
    return str(
        hash(
            tuple(
                (r.id, r.name, r.status, r.epoch, r.fraction, r.tags, r.checkpoints, r.error, r.siblings) for r in runs
            )
        )
    )


def table(runs: list[Run]) -> Component:
    """One row a run, newest first."""
    if not runs:
        return html.Div(
            [
                html.P("No runs yet", className="empty-title"),
                html.P("Start one above, or in a terminal:", className="key-hint"),
                command("iterscope train --recipe demo"),
                html.P("or bring one that is trained already:", className="key-hint"),
                dcc.Link(IMPORT, href="/import", className="button-link light"),
            ],
            className="nothing",
            role="status",
        )
    rows = [row(run) for run in runs[:SHOWN_RUNS]]
    more = len(runs) - len(rows)
    return html.Div(
        [
            html.Table(
                [html.Thead(html.Tr([html.Th(name or html.Span("actions", className="sr-only"), scope="col") for name in HEADINGS])),
                 html.Tbody(rows)],
                className="runs-table",
            ),
            html.P(f"and {more} older ones", className="key-hint") if more > 0 else None,
        ],
        className="scroll-x", tabIndex=0, role="region", **attributes({"aria-label": "Runs"}),
    )  # fmt: skip


def row(run: Run) -> html.Tr:
    """Status, progress, numbers and what can be done."""
    epochs = "–" if run.imported else f"{run.epoch if run.epoch is not None else '–'} / {run.epochs}"
    progress: list[Any] = [html.Span(epochs)]
    if run.status == "running" and run.fraction is not None:
        speed = f"{run.images_per_second:.0f} images/s" if run.images_per_second else ""
        left = f"{duration(run.seconds_left)} left" if run.seconds_left is not None else ""
        progress += [
            dmc.Progress(value=100 * run.fraction, size="xs", className="row-progress",
                         **attributes({"aria-label": f"Progress of {run.name}"})),
            html.Span(" · ".join(part for part in (speed, left) if part), className="row-note"),
        ]  # fmt: skip
    if run.error:
        progress.append(html.Span(run.error, className="row-note bad", title=run.error))
    tags = [html.Span(tag, className="tag") for tag in run.tags]
    named = [html.Span([dcc.Link(run.name, href=link("/blocks", run=run.id)), *tags], className="run-name"),
             html.Span(" · ".join(part for part in (run.recipe, run.id) if part), className="row-note")]  # fmt: skip
    return html.Tr(
        [
            html.Th(named, scope="row"),
            html.Td(status_badge(run.status)),
            html.Td(run.architecture),
            html.Td(run.dataset),
            html.Td("–" if run.seed is None else str(run.seed)),
            html.Td(progress, className="epoch-cell"),
            html.Td(percent_text(run.validation_accuracy), className="after"),
            html.Td(number_text(run.validation_loss)),
            html.Td(str(len(run.blocks)) if run.blocks else "–"),
            html.Td(actions(run)),
        ]
    )


def actions(run: Run) -> html.Div:
    """Look, intervene; stop what is under way, delete what is not."""
    buttons: list[Any] = []
    if run.checkpoints:
        buttons.append(dcc.Link("Intervene", href=link("/interventions", run=run.id), className="chip link-chip"))
    if run.active:
        buttons.append(
            html.Button("Stop", id={"type": STOP, "run": run.id}, className="chip", type="button",
                        **attributes({"aria-label": f"Stop {run.name}"}))
        )  # fmt: skip
    else:
        buttons.append(
            html.Button("Delete", id={"type": REMOVE, "run": run.id}, className="chip danger", type="button",
                        **attributes({"aria-label": f"Delete {run.name}"}))
        )  # fmt: skip
    return html.Div(buttons, className="chips row-actions")


def register(app: Dash, client: BackendClient) -> None:
    """Live rows, starting, stopping, deleting."""

    @app.callback(
        Output(Ids.TABLE, "children"),
        Output(Ids.SEEDS, "children"),
        Output(Ids.FIGURE, "figure"),
        Output(Ids.SEEN, "data"),
        Input(Ids.TIMER, "n_intervals"),
        State(Ids.SEEN, "data"),
        prevent_initial_call=True,
    )
    async def refresh(_ticks: int, seen: str) -> Any:
        """Rows and curves, only when something changed."""
        try:
            runs = await all_runs(client)
        except BackendError:
            return (no_update,) * 4
        now = signature(runs)
        if now == seen:
            return (no_update,) * 4
        return table(runs), seeds_panel(runs), runs_figure(await accuracies(client, runs)), now

    @app.callback(
        Output(Ids.NEW_PANEL, "hidden"),
        Input(Ids.NEW, "n_clicks"),
        Input(Ids.CANCEL, "n_clicks"),
        State(Ids.NEW_PANEL, "hidden"),
        prevent_initial_call=True,
    )
    async def toggle_form(_new: int | None, _cancel: int | None, hidden: bool) -> bool:
        """Open or close the form."""
        return ctx.triggered_id == Ids.CANCEL or not hidden

    @app.callback(Output(Ids.RECIPE_NOTE, "children"), Input(Ids.RECIPE, "value"))
    async def describe(recipe: str) -> Any:
        """What the recipe says."""
        recipes = await client.recipes()
        return recipe_note(recipes[recipe]) if recipe in recipes else ""

    @app.callback(
        Output(Ids.START_ERROR, "children"),
        Output(Ids.NEW_PANEL, "hidden", allow_duplicate=True),
        Output(Ids.SEEN, "data", allow_duplicate=True),
        Input(Ids.START, "n_clicks"),
        State(Ids.RECIPE, "value"),
        State(Ids.DATASET, "value"),
        State(Ids.EPOCHS, "value"),
        State(Ids.BATCH, "value"),
        State(Ids.SEED, "value"),
        State(Ids.NAME, "value"),
        prevent_initial_call=True,
        running=[(Output(Ids.START, "disabled"), True, False)],
    )
    async def start(
        _clicks: int, recipe: str, dataset: str | None, epochs: Any, batch: Any, seed: Any, name: str | None
    ) -> Any:
        """Queue a run; a refusal is shown in the form until the next try."""
        chosen = {"dataset": dataset, "epochs": epochs, "batch_size": batch, "seed": seed}
        overrides = {key: value for key, value in chosen.items() if value not in (None, "")}
        try:
            await client.start_run(recipe, overrides, (name or "").strip() or None)
        except ProblemError as error:
            return problem(error.title, error.detail), no_update, no_update
        return None, True, ""

    @app.callback(
        Output(Ids.SEEN, "data", allow_duplicate=True),
        Input({"type": STOP, "run": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    async def stop(clicks: list[int | None]) -> Any:
        """Ask the trainer to save and stop."""
        if not any(clicks) or not ctx.triggered_id:
            return no_update
        await client.stop_run(ctx.triggered_id["run"])
        return ""

    @app.callback(
        Output(Ids.DELETE_DIALOG, "opened"),
        Output(Ids.DELETE_TEXT, "children"),
        Output(Ids.DELETE_TARGET, "data"),
        Input({"type": REMOVE, "run": ALL}, "n_clicks"),
        Input(Ids.DELETE_KEEP, "n_clicks"),
        prevent_initial_call=True,
    )
    async def ask_delete(clicks: list[int | None], _keep: int | None) -> Any:
        """Name what would be lost."""
        if ctx.triggered_id == Ids.DELETE_KEEP:
            return False, no_update, None
        if not any(clicks) or not ctx.triggered_id:
            return (no_update,) * 3
        run = Run.from_json(await client.run(ctx.triggered_id["run"]))
        text = (f"“{run.name}” ({run.architecture} on {run.dataset}) goes with its curves, its {run.checkpoints} checkpoints "
                "and everything measured on them. This can’t be undone.")  # fmt: skip
        return True, text, run.id

    @app.callback(
        Output(Ids.DELETE_DIALOG, "opened", allow_duplicate=True),
        Output(Ids.SEEN, "data", allow_duplicate=True),
        Input(Ids.DELETE_CONFIRM, "n_clicks"),
        State(Ids.DELETE_TARGET, "data"),
        prevent_initial_call=True,
    )
    async def delete(_clicks: int, run: str | None) -> Any:
        """Delete after confirmation."""
        if run:
            await client.delete_run(run)
        return False, ""


PAGE = Page("/runs", "Runs", render, register)
