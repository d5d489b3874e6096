"""Exporting checkpoint files, and a run's curves as CSV or JSON, or for TensorBoard or W&B."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

from iterscope_cli.errors import CommandError
from iterscope_cli.output import plain
from iterscope_cli.store import existing_database, stored_file


def export_checkpoint(home: Path, identifier: str, output: Path | None) -> None:
    """Copy the checkpoint's file to `output`, a file name or a folder."""
    from iterscope_db import open_store

    if output is None:
        raise CommandError(f"checkpoint {identifier} is a binary file: name the target file or folder with --output")
    with open_store(existing_database(home)) as store:
        record = store.checkpoints.get(identifier)
    source = stored_file(home, record.path)
    target = output / f"{identifier}.safetensors" if output.is_dir() else output
    _copy(source, target)
    print(target)


def export_curves(home: Path, run: str, output: Path | None, format: str) -> None:
    """Write what a run logged: all of it as CSV with one row per value or as one JSON document, or curves in a folder of another tool."""
    from iterscope_cli.tracking import WRITERS, export_tracking
    from iterscope_db import open_store

    if format not in ("csv", "json", *WRITERS):
        raise CommandError(f"format {format!r} is unknown: choose csv, json, tensorboard or wandb")
    with open_store(existing_database(home)) as store:
        record = store.runs.get(run)
        page = store.metrics.read(run, variants=format not in WRITERS)
    if format in WRITERS:
        if output is None:
            raise CommandError(f"{format} reads folders: name the one to write to with --output")
        print(export_tracking(record, page, output, format))
        return
    series = [
        {"metric": one.metric, "split": one.split, "epochs": one.epochs.tolist(), "values": one.values.tolist()}
        for one in page.series
    ]
    scalars = [
        {"name": one.name, "split": one.split, "epochs": one.epochs.tolist(), "values": one.values.tolist()}
        for one in page.scalars
    ]
    if format == "json":
        text = (
            json.dumps(plain({"run": record.to_dict(), "series": series, "scalars": scalars}), allow_nan=False) + "\n"
        )
    else:
        text = _csv(series, scalars)
    if output is None:
        print(text, end="")
        return
    target = output / f"{run}.{format}" if output.is_dir() else output
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    except OSError as error:
        raise CommandError(f"{target} can't be written: {error.strerror}") from error
    print(target)


def _csv(series: list[dict[str, Any]], scalars: list[dict[str, Any]]) -> str:
    """CSV with the columns metric, split, epoch, block, value; block is empty for whole-model values."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["metric", "split", "epoch", "block", "value"])
    for one in series:
        for epoch, values in zip(one["epochs"], one["values"], strict=True):
            writer.writerows([one["metric"], one["split"], epoch, block, value] for block, value in enumerate(values))
    for one in scalars:
        for epoch, value in zip(one["epochs"], one["values"], strict=True):
            writer.writerow([one["name"], one["split"] or "", epoch, "", value])
    return text.getvalue()


def _copy(source: Path, target: Path) -> None:
    """Copy to a temporary name and rename, so that `target` is never incomplete."""
    temporary = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, temporary)
        temporary.replace(target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise CommandError(f"{target} can't be written: {error.strerror or error}") from error
