"""`iterscope runs …`: list and manage trained, running and queued runs."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated, Any

import typer

from iterscope_cli.output import format_cell, print_json, print_table
from iterscope_cli.store import existing_database, home_folder
from iterscope_guard.text import one_line

app = typer.Typer(help="List, show, stop and delete runs.", invoke_without_command=True)
Home = Annotated[
    Path | None,
    typer.Option(help="Folder for the database, checkpoints and data. Default: ITERSCOPE_HOME, else ./iterscope-data."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON to standard output.")]
Run = Annotated[str, typer.Argument(metavar="RUN", help="Run id, as shown by `iterscope runs list`.")]


@app.callback()
def runs(context: typer.Context) -> None:
    """List, show, stop and delete runs. Without a command, list all runs."""
    if context.invoked_subcommand is None:
        list_runs()


@app.command("list")
def list_runs(
    status: Annotated[
        str | None,
        typer.Option(
            help="Only runs with this status: queued, running, completed, interrupted, failed, cancelled, dead or imported."
        ),
    ] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """List all runs, newest first."""
    from iterscope_db import open_store

    with open_store(existing_database(home_folder(home))) as store:
        found = store.runs.list(status=status)
    if as_json:
        print_json({"runs": [run.to_dict() for run in found]})
        return
    columns = ("run", "name", "status", "architecture", "data set", "seed", "epoch", "accuracy")
    rows: list[tuple[Any, ...]] = [
        (
            run.id,
            run.name,
            run.status,
            run.architecture,
            run.dataset,
            "–" if run.status == "imported" else run.seed,
            f"{'–' if run.epoch is None else run.epoch} of {run.epochs}",
            run.latest.get("validation_accuracy"),
        )
        for run in found
    ]
    if rows:
        print_table("Runs", columns, rows)
    else:
        print("There are no runs yet. Train one with `iterscope train`, or the demo with `iterscope up`.")


@app.command()
def show(run: Run, home: Home = None, as_json: AsJson = False) -> None:
    """Show a run's configuration, state and checkpoints."""
    from iterscope_db import open_store

    with open_store(existing_database(home_folder(home))) as store:
        record = store.runs.get(run)
        checkpoints = store.checkpoints.list(run=run)
    if as_json:
        print_json({**record.to_dict(), "checkpoint_list": [checkpoint.to_dict() for checkpoint in checkpoints]})
        return
    values = record.to_dict()
    shown = {
        name: values[name]
        for name in ("name", "status", "error", "recipe", "epoch", "epochs", "created_at", "finished_at")
    }
    shown |= {f"latest {name}": value for name, value in record.latest.items()} | record.configuration
    print_table(f"Run {run}", ("field", "value"), [(name, format_cell(value)) for name, value in shown.items()])
    if checkpoints:
        rows = [(checkpoint.id, checkpoint.epoch, checkpoint.path) for checkpoint in checkpoints]
        print_table("Checkpoints", ("checkpoint", "epoch", "file"), rows)


@app.command()
def stop(run: Run, home: Home = None) -> None:
    """Ask a run's trainer to save and stop; a queued run is cancelled at once."""
    from iterscope_db import open_store

    with open_store(existing_database(home_folder(home))) as store:
        record = store.runs.request_stop(run)
    print(f"run {run} is {record.status}" + ("; it was asked to stop" if record.status == "running" else ""))


@app.command()
def delete(
    run: Run,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask for confirmation.")] = False,
    home: Home = None,
) -> None:
    """Delete a run with its curves, checkpoints and checkpoint files."""
    from iterscope_db import open_store

    folder = home_folder(home)
    with open_store(existing_database(folder)) as store:
        record = store.runs.get(run)
        if not yes:
            typer.confirm(
                f"Delete run {run} ({one_line(record.name)}) and its {record.checkpoints} checkpoints?", abort=True
            )
        for checkpoint in store.runs.delete(run):
            (folder / checkpoint.path).unlink(missing_ok=True)
    shutil.rmtree(folder / "checkpoints" / run, ignore_errors=True)
    print(f"run {run} is deleted")
