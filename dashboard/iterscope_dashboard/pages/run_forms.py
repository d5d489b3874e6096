"""The form that starts a run."""

from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, html, no_update

from iterscope_dashboard.client import BackendClient, Json, ProblemError
from iterscope_dashboard.components import problem
from iterscope_dashboard.ids import Runs as Ids
from iterscope_guard.text import one_line


def new_run_form(recipes: Json, datasets: list[Json], recipe: str, opened: bool) -> html.Div:
    """The form: a recipe and overrides."""
    names = [
        {"value": d["name"], "label": one_line(d["name"]) + ("" if d.get("available") else " (not downloaded)")}
        for d in datasets
    ]
    return html.Div(
        dmc.Paper(
            [
                html.H2("New training run", className="section-title"),
                html.Div(
                    [
                        dmc.Select(id=Ids.RECIPE, label="Recipe", value=recipe, data=sorted(recipes), allowDeselect=False),
                        dmc.Select(id=Ids.DATASET, label="Data set", data=names, placeholder="from the recipe", clearable=True,
                                   clearButtonProps={"aria-label": "Use the recipe’s data set"}),
                        dmc.NumberInput(id=Ids.EPOCHS, label="Epochs", min=1, allowDecimal=False, placeholder="from the recipe"),
                        dmc.NumberInput(id=Ids.BATCH, label="Batch size", min=1, allowDecimal=False, placeholder="from the recipe"),
                        dmc.NumberInput(id=Ids.SEED, label="Seed", min=0, allowDecimal=False, placeholder="from the recipe"),
                        dmc.TextInput(id=Ids.NAME, label="Name", placeholder="optional"),
                    ],
                    className="form-grid",
                ),
                html.P(recipe_note(recipes[recipe]) if recipe in recipes else "", id=Ids.RECIPE_NOTE, className="key-hint"),
                html.Div(id=Ids.START_ERROR),
                html.Div(
                    [
                        dmc.Button("Start training", id=Ids.START, size="sm"),
                        dmc.Button("Close", id=Ids.CANCEL, size="sm", variant="default"),
                        html.Span(["The run is queued until a trainer is free; ", html.Code("iterscope up"), " runs one."],
                                  className="key-hint"),
                    ],
                    className="form-actions",
                ),
            ],
            withBorder=True, className="panel form-panel",
        ),
        id=Ids.NEW_PANEL, hidden=not opened,
    )  # fmt: skip


def recipe_note(configuration: Json) -> str:
    """The recipe as a sentence."""
    parts = [
        f"{configuration.get('architecture', '')} on {one_line(str(configuration.get('dataset')))}",
        f"{configuration.get('epochs')} epochs",
        f"batch {configuration.get('batch_size')}",
        f"weight decay {configuration.get('weight_decay')}",
        f"{configuration.get('precision')} precision",
    ]
    return "Recipe: " + ", ".join(part for part in parts if part) + "."


def register_form(app: Dash, client: BackendClient) -> None:
    """Register the callbacks of the form."""

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
        """Describe the selected recipe."""
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
