"""Training runs: their configuration, the queue, and whether their process is alive."""

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, SupportsIndex

import numpy as np
from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from .checkpoints import checkpoint_record
from .clock import Clock, new_id, utc_now
from .database import Database
from .errors import ConflictError, NotFoundError, StoreError
from .processes import has_ended
from .records import FINISHED_STATUSES, RUN_STATUSES, CheckpointRecord, RunRecord, ScalarSeries
from .tables import checkpoints, runs, scalars

#: REST's name of a run's latest scalars → (name, split) in the store; the first one that was logged is used.
_LATEST = {
    "train_loss": (("training_loss", "train"), ("loss", "train")),
    "train_accuracy": (("training_accuracy", "train"), ("accuracy", "train")),
    "validation_loss": (("validation_loss", "validation"), ("loss", "validation")),
    "validation_accuracy": (("validation_accuracy", "validation"), ("accuracy", "validation")),
}
_LATEST_NAMES = sorted({name for places in _LATEST.values() for name, _ in places})

RECORDED = "recorder"
"""The origin of runs whose training is a program of the user's own."""
RunRecords = list[RunRecord]  # the classes below have a method named list


class RunRepository:
    """The runs of one database. Unknown ids raise NotFoundError, forbidden changes ConflictError."""

    def __init__(self, database: Database, dead_after: float = 60.0, clock: Clock = utc_now) -> None:
        """`dead_after`: seconds without a heartbeat after which a running run is reported as "dead".

        A run is dead at once if its process ran on this machine and has ended. A heartbeat that lies as far in the future, by
        a clock that was wrong, is none.
        """
        self._database = database
        self._dead_after = timedelta(seconds=dead_after)
        self._clock = clock

    def create(
        self,
        configuration: Mapping[str, Any],
        name: str,
        recipe: str | None,
        architecture: str,
        dataset: str,
        seed: int | None,
        epochs: int,
        blocks: Sequence[Mapping[str, Any]] = (),
        status: str = "queued",
        origin: str = "trainer",
        notes: str = "",
        tags: Iterable[str] = (),
        worker: str | None = None,
    ) -> RunRecord:
        """Store a new run: "queued", "running" if the caller trains it now, or "imported" if it was trained outside Iterscope."""
        if status not in ("queued", "running", "completed", "imported"):
            raise StoreError(
                f"a run cannot be created as {status!r}: it is 'queued', 'running', 'completed' or 'imported'"
            )
        now = self._clock()
        values: dict[str, Any] = {
            "id": new_id("r"),
            "name": _clean(name, "name"),
            "notes": _clean(notes, "notes"),
            "tags": [_clean(tag, "tag") for tag in tags],
            "status": status,
            "origin": origin,
            "recipe": recipe,
            "architecture": architecture,
            "dataset": dataset,
            "seed": None if seed is None else _whole(seed, "seed", 2**63),
            "epochs": _whole(epochs, "number of epochs", 2**31),
            "configuration": dict(configuration),
            "blocks": [dict(block) for block in blocks],
            "worker": worker,
            "stop_requested": False,
            "metrics_cursor": 0,
            "created_at": now,
            "queued_at": now if status == "queued" else None,
            "started_at": now if status == "running" else None,
            "heartbeat_at": now if status == "running" else None,
            "finished_at": now if status in ("completed", "imported") else None,
        }
        with self._database.write() as connection:
            connection.execute(insert(runs).values(values))
            return self._get(connection, values["id"])

    def get(self, id: str) -> RunRecord:
        """The run with this id."""
        with self._database.read() as connection:
            return self._get(connection, id)

    def list(self, status: str | Iterable[str] | None = None, limit: int | None = None) -> RunRecords:
        """All runs, or those of the given status or statuses, newest first."""
        wanted = {status} if isinstance(status, str) else None if status is None else set(status)
        unknown = sorted((wanted or set()) - set(RUN_STATUSES))
        if unknown:
            raise StoreError(f"status {unknown[0]!r} is unknown: it is one of {', '.join(RUN_STATUSES)}")
        with self._database.read() as connection:
            records = self._records(connection)
        return [record for record in records if wanted is None or record.status in wanted][:limit]

    def curves(self, name: str) -> dict[str, ScalarSeries]:
        """The values of one of the `latest` scalars after every epoch, for each run that logged it, in one query."""
        places = _LATEST[name]
        query = select(scalars.c.run_id, scalars.c.name, scalars.c.split, scalars.c.epoch, scalars.c.value)
        query = query.where(scalars.c.name.in_([place[0] for place in places])).order_by(scalars.c.epoch)
        found: dict[str, dict[tuple[str, str], list[tuple[int, float]]]] = {}
        with self._database.read() as connection:
            for run_id, logged, split, epoch, value in connection.execute(query):
                found.setdefault(run_id, {}).setdefault((logged, split), []).append((epoch, value))
        curves = {}
        for run_id, by_place in found.items():
            place = next((place for place in places if place in by_place), None)
            if place is not None:
                epochs, values = zip(*by_place[place], strict=True)
                curves[run_id] = ScalarSeries(*place, np.array(epochs), np.array(values))
        return curves

    def update(
        self, id: str, name: str | None = None, notes: str | None = None, tags: Iterable[str] | None = None
    ) -> RunRecord:
        """Change the name, notes or tags of a run; None leaves a field as it is."""
        changes: dict[str, Any] = {}
        if name is not None:
            changes["name"] = _clean(name, "name")
        if notes is not None:
            changes["notes"] = _clean(notes, "notes")
        if tags is not None:
            changes["tags"] = [_clean(tag, "tag") for tag in tags]
        return self._change(id, lambda _: changes)

    def delete(self, id: str) -> tuple[CheckpointRecord, ...]:
        """Delete a run with its metrics, checkpoints and their probe results. Raises ConflictError while it is running.

        Returns the deleted checkpoint records; the caller must delete their files.
        """
        with self._database.write() as connection:
            run = self._get(connection, id, lock=True)
            if run.status == "running":
                raise ConflictError(f"run {id} is running: stop it before deleting it")
            found = connection.execute(select(checkpoints).where(checkpoints.c.run_id == id)).mappings()
            removed = tuple(checkpoint_record(row) for row in found)
            connection.execute(delete(runs).where(runs.c.id == id))
        return removed

    # The queue and the run's life: queued → running → completed | interrupted | failed | cancelled.

    def claim_next(self, worker: str) -> RunRecord | None:
        """Claim the run that has waited longest and mark it running; None if the queue is empty. Each run is claimed only once."""
        with self._database.write() as connection:
            id = connection.scalar(
                select(runs.c.id)
                .where(runs.c.status == "queued")
                .order_by(runs.c.queued_at, runs.c.id)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            if id is None:
                return None
            connection.execute(update(runs).where(runs.c.id == id).values(self._started(worker)))
            return self._get(connection, id)

    def start(
        self,
        id: str,
        worker: str,
        blocks: Sequence[Mapping[str, Any]] | None = None,
        epochs: int | None = None,
        configuration: Mapping[str, Any] | None = None,
    ) -> RunRecord:
        """Mark a run that is not running as running by `worker`. A finished or dead run is resumed.

        The same worker may call it again to add blocks, epochs or the configuration once they are known.
        """

        def change(run: RunRecord) -> dict[str, Any]:
            changes: dict[str, Any]
            if run.status == "running" and run.worker != worker:
                until = max(run.heartbeat_at or self._clock(), self._clock() - self._dead_after) + self._dead_after
                raise ConflictError(
                    f"run {id} is already running by {run.worker}: stop it there first. If that machine has crashed, "
                    f"the run can be resumed from {until:%H:%M:%S} UTC on"
                )
            changes = {"heartbeat_at": self._clock()} if run.status == "running" else self._started(worker)
            if blocks is not None:
                changes["blocks"] = [dict(block) for block in blocks]
            if epochs is not None:
                changes["epochs"] = _whole(epochs, "number of epochs", 2**31)
            if configuration is not None:
                changes["configuration"] = dict(configuration)
            return changes

        return self._change(id, change)

    def heartbeat(self, id: str, progress: Mapping[str, Any] | None = None) -> None:
        """Record that the run's process is alive, and its progress. A dead run with a new heartbeat is running again."""

        def change(run: RunRecord) -> dict[str, Any]:
            if run.status not in ("running", "dead"):
                raise ConflictError(f"run {id} is {run.status}, not running: its heartbeat was rejected")
            beat: dict[str, Any] = {"heartbeat_at": self._clock()}
            return beat if progress is None else beat | {"progress": dict(progress)}

        self._change(id, change)

    def finish(self, id: str, status: str, error: str | None = None) -> RunRecord:
        """Mark a run completed, interrupted, failed (with its error) or cancelled."""
        if status not in FINISHED_STATUSES:
            raise StoreError(
                f"status {status!r} is not a final status: it must be one of {', '.join(FINISHED_STATUSES)}"
            )
        now = self._clock()
        clean = None if error is None else error.replace("\x00", "")
        return self._change(
            id, lambda _: {"status": status, "error": clean, "finished_at": now, "stop_requested": False}
        )

    def request_stop(self, id: str) -> RunRecord:
        """Ask the run's trainer to save and stop; a queued run is cancelled at once."""

        def change(run: RunRecord) -> dict[str, Any]:
            if run.status == "queued":
                return {"status": "cancelled", "finished_at": self._clock()}
            if run.status != "running":
                raise ConflictError(f"run {id} is {run.status}: there is nothing to stop")
            return {"stop_requested": True}

        return self._change(id, change)

    def stop_requested(self, id: str) -> bool:
        """Whether the running run was asked to stop."""
        with self._database.read() as connection:
            found = connection.scalar(select(runs.c.stop_requested).where(runs.c.id == id))
        if found is None:
            raise self._missing(id)
        return bool(found)

    def requeue_for_resume(self, id: str) -> RunRecord:
        """Requeue a run that ended early (interrupted, failed, cancelled or dead) to continue where it stopped."""

        def change(run: RunRecord) -> dict[str, Any]:
            if run.status not in ("interrupted", "failed", "cancelled", "dead"):
                raise ConflictError(
                    f"run {id} is {run.status}: only interrupted, failed, cancelled and dead runs can be resumed"
                )
            if run.origin == RECORDED:
                raise ConflictError(
                    f"run {id} was recorded by another program: start that program again, with Recorder(…, resume={id!r})"
                )
            queued = {"status": "queued", "queued_at": self._clock(), "worker": None, "finished_at": None}
            return queued | {"error": None, "progress": None, "stop_requested": False}

        return self._change(id, change)

    def _started(self, worker: str) -> dict[str, Any]:
        now = self._clock()
        running = {"status": "running", "worker": worker, "stop_requested": False, "error": None}
        return running | {"started_at": now, "heartbeat_at": now, "finished_at": None}

    def _change(self, id: str, changes: Callable[[RunRecord], dict[str, Any]]) -> RunRecord:
        with self._database.write() as connection:
            values = changes(self._get(connection, id, lock=True))
            if values:
                connection.execute(update(runs).where(runs.c.id == id).values(values))
            return self._get(connection, id)

    def _get(self, connection: Connection, id: str, lock: bool = False) -> RunRecord:
        if lock:
            connection.execute(select(runs.c.id).where(runs.c.id == id).with_for_update())
        found = self._records(connection, id)
        if not found:
            raise self._missing(id)
        return found[0]

    def _missing(self, id: str) -> NotFoundError:
        return NotFoundError(f"run {id} does not exist in {self._database.name}: `iterscope runs list` shows the runs")

    def _records(self, connection: Connection, id: str | None = None) -> RunRecords:
        count = select(func.count()).where(checkpoints.c.run_id == runs.c.id).scalar_subquery()
        query = select(runs, count.label("checkpoint_count")).order_by(runs.c.created_at.desc(), runs.c.id)
        recent = (
            select(scalars.c.run_id, scalars.c.name, scalars.c.split, scalars.c.value)
            .join(runs, (runs.c.id == scalars.c.run_id) & (runs.c.last_epoch == scalars.c.epoch))
            .where(scalars.c.name.in_(_LATEST_NAMES))
        )
        if id is not None:
            query, recent = query.where(runs.c.id == id), recent.where(runs.c.id == id)
        rows = connection.execute(query).mappings().all()
        logged: dict[str, dict[tuple[str, str], float]] = {}
        for run_id, name, split, value in connection.execute(recent):
            logged.setdefault(run_id, {})[name, split] = value
        now = self._clock()
        return [
            _record(row, logged.get(row["id"], {}), (now - self._dead_after, now + self._dead_after)) for row in rows
        ]


def _record(
    row: RowMapping, logged: Mapping[tuple[str, str], float], signs_of_life: tuple[datetime, datetime]
) -> RunRecord:
    """`signs_of_life`: between these times a heartbeat counts."""
    fields = {name: row[name] for name in RunRecord.__dataclass_fields__ if name in row}
    latest = {}
    for name, places in _LATEST.items():
        values = [logged[place] for place in places if place in logged]
        if values:
            latest[name] = values[0]
    first, last = signs_of_life
    dead = row["status"] == "running" and (
        not first <= row["heartbeat_at"] <= last or has_ended(row["worker"], row["started_at"])
    )
    return RunRecord(
        **fields
        | {
            "tags": tuple(row["tags"]),
            "blocks": tuple(row["blocks"]),
            "status": "dead" if dead else row["status"],
            "epoch": row["last_epoch"],
            "latest": latest,
            "checkpoints": row["checkpoint_count"],
        }
    )


def _whole(value: SupportsIndex, what: str, limit: int) -> int:
    """An int: SQLite stores a number of numpy as bytes, which nobody can read as a number."""
    try:
        found = operator.index(value)
    except TypeError:
        found = -1
    if not 0 <= found < limit:
        raise StoreError(f"the {what} is {value!r}: give a whole number from 0 to {limit - 1}")
    return found


def _clean(text: str, what: str) -> str:
    if not isinstance(text, str):
        raise StoreError(f"the {what} is {text!r}: give a text")
    if "\x00" in text:
        raise StoreError(f"the {what} {text!r} contains a NUL character, which databases cannot store: remove it")
    return text
