"""Deletes runs after confirmation: one with the button of its row, or several selected runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, dcc, html, no_update

from iterscope_dashboard.client import BackendClient, Json, ProblemError
from iterscope_dashboard.components import problem
from iterscope_dashboard.ids import Runs as Ids
from iterscope_dashboard.model import Run
from iterscope_dashboard.run_table import selected_ids


@dataclass(frozen=True)
class Deletion:
    """The content of the confirmation dialog."""

    title: str
    text: str
    button: str
    runs: list[str]  # that will be deleted


def deletion(runs: Sequence[Run]) -> Deletion:
    """Describes what will be deleted, and which runs are still active and cannot be deleted."""
    gone, kept = [run for run in runs if not run.active], [run for run in runs if run.active]
    names_kept = ", ".join(f"“{run.name}”" for run in kept)
    them = "it" if len(kept) == 1 else "them"
    stays = f" {names_kept} can’t be deleted while training or queued: stop {them} first." if kept else ""
    if not gone:
        return Deletion("Nothing can be deleted", stays.strip(), "Delete", [])
    count = sum(run.checkpoints for run in gone)
    if len(gone) == 1:
        (run,) = gone
        text = (f"This deletes “{run.name}” ({run.architecture} on {run.dataset}) with its curves, its {count} checkpoints "
                "and all measurements on them. This can’t be undone.")  # fmt: skip
        return Deletion("Delete this run?", text + stays, "Delete the run", [run.id])
    names = ", ".join(f"“{run.name}”" for run in gone)
    text = (f"This deletes {names} with their curves, their {count} checkpoints and all measurements on them. "
            "This can’t be undone.")  # fmt: skip
    return Deletion(f"Delete {len(gone)} runs?", text + stays, f"Delete {len(gone)} runs", [run.id for run in gone])


def delete_dialog() -> dmc.Modal:
    """The confirmation dialog."""
    return dmc.Modal(
        [
            html.P("", id=Ids.DELETE_TEXT),
            html.Div(
                [
                    dmc.Button("Delete the run", id=Ids.DELETE_CONFIRM, color="red", size="sm"),
                    dmc.Button("Cancel", id=Ids.DELETE_KEEP, variant="default", size="sm"),
                ],
                className="form-actions",
            ),
            dcc.Store(id=Ids.DELETE_TARGET),
        ],
        id=Ids.DELETE_DIALOG, title="Delete this run?", opened=False, centered=True,
        closeButtonProps={"aria-label": "Close"},
    )  # fmt: skip


def register_deletion(app: Dash, client: BackendClient) -> None:
    """Register the callbacks of the confirmation dialog."""

    @app.callback(
        Output(Ids.DELETE_DIALOG, "opened"),
        Output(Ids.DELETE_DIALOG, "title"),
        Output(Ids.DELETE_TEXT, "children"),
        Output(Ids.DELETE_CONFIRM, "children"),
        Output(Ids.DELETE_CONFIRM, "disabled"),
        Output(Ids.DELETE_TARGET, "data"),
        Input(Ids.TABLE, "cellRendererData"),
        Input(Ids.DELETE_MANY, "n_clicks"),
        Input(Ids.DELETE_KEEP, "n_clicks"),
        State(Ids.TABLE, "selectedRows"),
        prevent_initial_call=True,
    )
    async def ask_delete(pressed: Json | None, _many: int | None, _keep: int | None, selected: Any) -> Any:
        """Open or close the dialog."""
        if ctx.triggered_id == Ids.DELETE_KEEP:
            return False, *(no_update,) * 4, None
        if ctx.triggered_id == Ids.DELETE_MANY:
            ids = selected_ids(selected)
        elif pressed and pressed["value"]["action"] == "delete":
            ids = [pressed["rowId"]]
        else:
            return (no_update,) * 6
        found = deletion([Run.from_json(run) for run in await client.runs() if run["id"] in ids])
        return True, found.title, found.text, found.button, not found.runs, found.runs

    @app.callback(
        Output(Ids.DELETE_DIALOG, "opened", allow_duplicate=True),
        Output(Ids.SEEN, "data", allow_duplicate=True),
        Output(Ids.TABLE, "selectedRows", allow_duplicate=True),
        Output(Ids.ERROR, "children", allow_duplicate=True),
        Input(Ids.DELETE_CONFIRM, "n_clicks"),
        State(Ids.DELETE_TARGET, "data"),
        State(Ids.TABLE, "selectedRows"),
        prevent_initial_call=True,
    )
    async def delete(_clicks: int, runs: list[str] | None, selected: Any) -> Any:
        """Delete after confirmation; the backend refuses runs that have started meanwhile."""
        refusals = []
        for run in runs or ():
            try:
                await client.delete_run(run)
            except ProblemError as error:
                refusals.append(problem(f"Not deleted: {error.title}", error.detail))
        return False, "", {"ids": [id for id in selected_ids(selected) if id not in (runs or ())]}, refusals
