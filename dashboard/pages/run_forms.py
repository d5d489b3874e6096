"""Starting and deleting runs: the form and the question."""

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.client import Json
from dashboard.ids import Runs as Ids


def new_run_form(recipes: Json, datasets: list[Json], recipe: str, opened: bool) -> html.Div:
    """A recipe and what to change of it."""
    names = [
        {"value": d["name"], "label": d["name"] if d.get("available") else f"{d['name']} (not downloaded)"}
        for d in datasets
    ]
    return html.Div(
        dmc.Paper(
            [
                html.H2("New training run", className="section-title"),
                html.Div(
                    [
                        dmc.Select(id=Ids.RECIPE, label="Recipe", value=recipe, data=sorted(recipes), allowDeselect=False),
                        dmc.Select(id=Ids.DATASET, label="Data set", data=names, placeholder="the recipe’s", clearable=True,
                                   clearButtonProps={"aria-label": "Use the recipe’s data set"}),
                        dmc.NumberInput(id=Ids.EPOCHS, label="Epochs", min=1, allowDecimal=False, placeholder="the recipe’s"),
                        dmc.NumberInput(id=Ids.BATCH, label="Batch size", min=1, allowDecimal=False, placeholder="the recipe’s"),
                        dmc.NumberInput(id=Ids.SEED, label="Seed", min=0, allowDecimal=False, placeholder="the recipe’s"),
                        dmc.TextInput(id=Ids.NAME, label="Name", placeholder="optional"),
                    ],
                    className="form-grid",
                ),
                html.P("", id=Ids.RECIPE_NOTE, className="key-hint"),
                html.Div(id=Ids.START_ERROR),
                html.Div(
                    [
                        dmc.Button("Start training", id=Ids.START, size="sm"),
                        dmc.Button("Close", id=Ids.CANCEL, size="sm", variant="default"),
                        html.Span("It waits in the queue until a trainer takes it (python -m trainer watch).",
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
    """The recipe in a sentence."""
    parts = [
        str(configuration.get("architecture", "")),
        f"on {configuration.get('dataset')}",
        f"{configuration.get('epochs')} epochs",
        f"batch {configuration.get('batch_size')}",
        f"weight decay {configuration.get('weight_decay')}",
        f"{configuration.get('precision')} precision",
    ]
    return "The recipe: " + ", ".join(part for part in parts if part) + "."


def delete_dialog() -> dmc.Modal:
    """Asks before anything is lost."""
    return dmc.Modal(
        [
            html.P("", id=Ids.DELETE_TEXT),
            html.Div(
                [
                    dmc.Button("Delete the run", id=Ids.DELETE_CONFIRM, color="red", size="sm"),
                    dmc.Button("Keep it", id=Ids.DELETE_KEEP, variant="default", size="sm"),
                ],
                className="form-actions",
            ),
            dcc.Store(id=Ids.DELETE_TARGET),
        ],
        id=Ids.DELETE_DIALOG, title="Delete this run?", opened=False, centered=True,
        closeButtonProps={"aria-label": "Keep the run"},
    )  # fmt: skip
