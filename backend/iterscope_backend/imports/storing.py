"""Taking a checkpoint file into the store: the one function for the command, `POST /checkpoints` and `POST /imports`.

A network whose data set is recorded becomes a run of the status "imported" with one checkpoint, so that every page shows it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from iterscope.architectures.factory import Factory
from iterscope.checkpoint_description import CheckpointDescription
from iterscope.checkpoints import describe_checkpoint, read_checkpoint
from iterscope.errors import CheckpointError
from iterscope.importing import verify_checkpoint
from iterscope.stray_files import temporary_name
from iterscope_backend.jobs.question import factory_of, images_of
from iterscope_db import CheckpointRecord, RunRecord, Store
from iterscope_guard.text import one_line

ORIGIN = "import"
WITHOUT_RUN = Path("checkpoints") / "imported"
"""The folder for checkpoints that don't record their data set."""
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class ImportedNetwork:
    """The result of `iterscope.importing` for a file of another program."""

    file_name: str
    opened: Mapping[str, Any]
    """What `open_file` returned."""
    made: Mapping[str, Any]
    """What `make_checkpoint` returned."""


@dataclass(frozen=True)
class Taken:
    """A checkpoint file that is in the store now."""

    checkpoint: CheckpointRecord
    outcome: Literal["new", "known", "repaired"]
    """known: the same network was stored already; repaired: and its file was missing or damaged, or its record was wrong."""


def take_checkpoint(
    store: Store,
    home: Path,
    file: Path,
    name: str,
    *,
    imported: ImportedNetwork | None = None,
    factory: Factory | None = None,
    move: bool = False,
) -> Taken:
    """Verify a checkpoint file of Iterscope in a process of its own, put it with the other checkpoints, and record its description.

    The same network is stored once. If its stored file is missing or damaged, this file takes its place.

    Args:
        name: name of the run and the checkpoint.
        imported: what was found in another program's file, from which `file` was made. Each such import is a run of its own, with curves.
        factory: what builds the user's own network. Its code runs, here and in workers, so it must never come from an upload.
        move: whether `file` may be moved; otherwise it is copied.

    Raises:
        CheckpointError: the file is not a checkpoint, or is damaged. OSError: it can't be stored. In both cases nothing is kept.
    """
    # What an import has just made was verified when it was written.
    described = _verified(file, factory) if imported is None else describe_checkpoint(file)
    with _one_at_a_time:
        known = store.checkpoints.with_sha256(described.sha256)
        repaired = [_repair(store, home, record, file, described, factory) for record in known]
        if known and imported is None:
            return Taken(store.checkpoints.get(known[0].id), "repaired" if any(repaired) else "known")
        title = one_line(name)[:200] or "imported"
        return Taken(_add(store, home, file, described, title, imported, factory, move), "new")


def _verified(file: Path, factory: Factory | None) -> CheckpointDescription:
    """A file that names no code is read in a confined process, which couldn't import the user's own code either."""
    return verify_checkpoint(file) if factory is None else read_checkpoint(file, factory=factory).description


def _repair(
    store: Store,
    home: Path,
    record: CheckpointRecord,
    file: Path,
    described: CheckpointDescription,
    factory: Factory | None,
) -> bool:
    """Restore the stored file and the record, if they are not what they should be.

    The record follows the stored file where that is intact: equal weights may come with another description.
    """
    path = home / record.path
    stored = _intact(path, described.sha256, factory)
    if stored is not None and images_of(record) == stored.images and factory_of(record) == factory:
        return False
    if stored is None:
        _place(file, path, move=False)
    actual = described if stored is None else _verified(path, factory)
    _record(store, actual, record.path, record.name, record.run, record.epoch, record.metrics, factory)
    return True


def _intact(path: Path, sha256: str, factory: Factory | None) -> CheckpointDescription | None:
    """The description of a stored file; None if it is missing, damaged or another network's."""
    try:
        description = read_checkpoint(path, factory=factory).description
    except CheckpointError:
        return None
    return description if description.sha256 == sha256 else None


def _add(
    store: Store,
    home: Path,
    file: Path,
    described: CheckpointDescription,
    name: str,
    imported: ImportedNetwork | None,
    factory: Factory | None,
    move: bool,
) -> CheckpointRecord:
    file_name = one_line(file.name if imported is None else imported.file_name)
    run = _new_run(store, described, name, file_name, imported)
    epoch = described.epoch or 0
    relative = WITHOUT_RUN / f"{described.sha256[:32]}.safetensors"
    if run is not None:
        relative = Path("checkpoints") / run.id / f"epoch-{epoch:04d}.safetensors"
    target = home / relative
    try:
        _place(file, target, move=move)
        metrics: dict[str, Any] = {}
        if run is not None and imported is not None:
            arrays = {(metric, split): values for metric, split, values in imported.made["arrays"]}
            scalars = {(metric, split): value for metric, split, value in imported.made["scalars"]}
            metrics = {metric: value for (metric, split), value in scalars.items() if split == "validation"}
            store.metrics.log_epoch(run.id, epoch, arrays, scalars)
        epoch_of = described.epoch if run is None else epoch
        run_id = None if run is None else run.id
        return _record(store, described, str(relative), name, run_id, epoch_of, metrics, factory)
    except BaseException:
        if run is not None:
            store.runs.delete(run.id)
        target.unlink(missing_ok=True)
        if run is not None:
            with contextlib.suppress(OSError):
                target.parent.rmdir()
        raise


def _record(
    store: Store,
    described: CheckpointDescription,
    path: str,
    name: str,
    run: str | None,
    epoch: int | None,
    metrics: Mapping[str, Any],
    factory: Factory | None,
) -> CheckpointRecord:
    values = described.to_dict()
    return store.checkpoints.add(
        run,
        epoch,
        path,
        described.sha256,
        described.architecture,
        values["dataset"],
        described.num_parameters,
        described.size_bytes,
        described.blocks,
        name=name,
        metrics=metrics,
        preprocessing=values["preprocessing"],
        factory=None if factory is None else factory.to_dict(),
    )


def _new_run(
    store: Store, described: CheckpointDescription, name: str, file_name: str, imported: ImportedNetwork | None
) -> RunRecord | None:
    """None if the checkpoint doesn't record its data set."""
    if described.dataset is None:
        return None
    values = described.to_dict()
    architecture = str(described.architecture["name"])
    configuration = {
        "architecture": architecture,
        "architecture_options": described.architecture,
        "dataset": described.dataset.name,
        "preprocessing": values["preprocessing"],
        "file": file_name,
        "checkpoint_sha256": described.sha256,
    }
    if imported is None:
        configuration |= {"training": described.training, "trained_as": described.run}
    else:
        architecture = str((imported.opened["recognised"] or described.architecture)["name"])
        configuration |= {
            "architecture": architecture,
            "preset": imported.made["preset"],
            "nesting": imported.opened["nesting"],
            "evidence": imported.opened["evidence"],
            "check": imported.made["check"],
            "logged_images": imported.made["logged_images"],
        }
    return store.runs.create(
        configuration,
        name,
        None,
        architecture,
        described.dataset.name,
        described.seed,
        described.epoch or 0,
        described.blocks,
        "imported",
        ORIGIN,
    )


def _place(source: Path, target: Path, *, move: bool) -> None:
    """Put the file there via a temporary name beside it, so that `target` is never incomplete."""
    beside = temporary_name(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        if move:
            shutil.move(source, beside)
        else:
            shutil.copyfile(source, beside)
        with beside.open("rb") as written:
            os.fsync(written.fileno())
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
