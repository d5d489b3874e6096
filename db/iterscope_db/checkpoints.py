"""Stored checkpoints: the paths of the files and their contents."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, delete, insert, select, update

from .clock import Clock, new_id, utc_now
from .database import Database
from .errors import NotFoundError
from .records import CheckpointRecord
from .tables import checkpoints, runs

CheckpointRecords = list[CheckpointRecord]  # the classes below have a method named list


class CheckpointRepository:
    """The checkpoints of one database. Unknown ids raise NotFoundError."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock

    def add(
        self,
        run: str | None,
        epoch: int | None,
        path: str,
        sha256: str,
        architecture: Mapping[str, Any],
        dataset: Mapping[str, Any] | None,
        num_parameters: int,
        size_bytes: int,
        blocks: Sequence[Mapping[str, Any]],
        name: str,
        metrics: Mapping[str, Any] | None = None,
        preprocessing: Mapping[str, Any] | None = None,
        factory: Mapping[str, Any] | None = None,
    ) -> CheckpointRecord:
        """Record a checkpoint file. There is one record per path: the same content updates it, other content replaces it.

        `path` is relative to the home folder if the file is inside it; `size_bytes` is the size of the file. Workers import
        `factory` and call it: give only one that the user has named on this machine.
        """
        values: dict[str, Any] = {
            "run_id": run,
            "epoch": epoch,
            "name": name,
            "path": str(path),
            "sha256": sha256,
            "architecture": dict(architecture),
            "dataset": None if dataset is None else dict(dataset),
            "num_parameters": num_parameters,
            "size_bytes": size_bytes,
            "blocks": [dict(block) for block in blocks],
            "metrics": dict(metrics or {}),
            "preprocessing": None if preprocessing is None else dict(preprocessing),
            "factory": None if factory is None else dict(factory),
        }
        with self._database.write() as connection:
            if run is not None and connection.scalar(select(runs.c.id).where(runs.c.id == run)) is None:
                raise NotFoundError(
                    f"run {run} does not exist in {self._database.name}: create it before its checkpoints"
                )
            old = (
                connection.execute(select(checkpoints).where(checkpoints.c.path == str(path))).mappings().one_or_none()
            )
            if old is not None and old["sha256"] == sha256:
                connection.execute(update(checkpoints).where(checkpoints.c.id == old["id"]).values(values))
                return self._get(connection, old["id"])
            if old is not None:
                connection.execute(delete(checkpoints).where(checkpoints.c.id == old["id"]))
            values |= {"id": new_id("c"), "created_at": self._clock()}
            connection.execute(insert(checkpoints).values(values))
            return self._get(connection, values["id"])

    def get(self, id: str) -> CheckpointRecord:
        """The checkpoint with this id."""
        with self._database.read() as connection:
            return self._get(connection, id)

    def latest(self) -> CheckpointRecord | None:
        """What "latest" means everywhere: the newest checkpoint of the newest run that has one.

        Without such a run, the newest checkpoint; without any, None.
        """
        with self._database.read() as connection:
            row = connection.execute(_LATEST).mappings().one_or_none()
        return None if row is None else checkpoint_record(row)

    def chosen(self, names: Sequence[str] | str) -> CheckpointRecords:
        """Several checkpoints: by their ids (or latest), or as `run:ID/every` or `run:ID/0,10,20` those of a run, by epoch.

        Raises NotFoundError that names what there is.
        """
        if not isinstance(names, str):
            newest = self.latest() if "latest" in names else None
            return [newest if name == "latest" and newest is not None else self.get(name) for name in names]
        run, _, epochs = names.removeprefix("run:").partition("/")
        found = {record.epoch: record for record in reversed(self.list(run)) if record.epoch is not None}
        if not found:
            raise NotFoundError(f"run {run} has no checkpoints in {self._database.name}: give a run that has some")
        wanted = sorted(found) if epochs == "every" else [int(epoch) for epoch in epochs.split(",")]
        if missing := [epoch for epoch in wanted if epoch not in found]:
            kept = ", ".join(map(str, sorted(found)))
            raise NotFoundError(f"run {run} has no checkpoint of epoch {missing[0]}: it has those of the epochs {kept}")
        return [found[epoch] for epoch in wanted]

    def with_sha256(self, sha256: str) -> CheckpointRecords:
        """All checkpoints with this content digest, newest first."""
        query = _newest_first().where(checkpoints.c.sha256 == sha256)
        with self._database.read() as connection:
            return [checkpoint_record(row) for row in connection.execute(query).mappings()]

    def list(self, run: str | None = None) -> CheckpointRecords:
        """All checkpoints, or those of one run, newest first."""
        query = _newest_first() if run is None else _newest_first().where(checkpoints.c.run_id == run)
        with self._database.read() as connection:
            return [checkpoint_record(row) for row in connection.execute(query).mappings()]

    def delete(self, id: str) -> CheckpointRecord:
        """Delete the record and its probe results. Returns the record; the caller must delete the file."""
        with self._database.write() as connection:
            record = self._get(connection, id)
            connection.execute(delete(checkpoints).where(checkpoints.c.id == id))
        return record

    def delete_after(self, run: str, epoch: int) -> CheckpointRecords:
        """Delete the records of a run's epochs after `epoch`, and their probe results. The caller must delete the files."""
        later = (checkpoints.c.run_id == run) & (checkpoints.c.epoch > epoch)
        with self._database.write() as connection:
            found = connection.execute(select(checkpoints).where(later)).mappings()
            records = [checkpoint_record(row) for row in found]
            connection.execute(delete(checkpoints).where(later))
        return records

    def _get(self, connection: Connection, id: str) -> CheckpointRecord:
        row = connection.execute(_WITH_ID, {"id": id}).mappings().one_or_none()
        if row is None:
            raise NotFoundError(f"checkpoint {id} does not exist in {self._database.name}: GET /checkpoints lists them")
        return checkpoint_record(row)


_NEWEST_FIRST = (checkpoints.c.created_at.desc(), checkpoints.c.epoch.desc(), checkpoints.c.id)
# Every question to the service makes these statements. Built anew each time, they and that of the results took a fifth of a cached answer.
_WITH_ID = select(checkpoints).where(checkpoints.c.id == bindparam("id"))
_LATEST = (
    select(checkpoints)
    .outerjoin(runs, runs.c.id == checkpoints.c.run_id)
    .order_by(checkpoints.c.run_id.is_(None), runs.c.created_at.desc(), runs.c.id, *_NEWEST_FIRST)
    .limit(1)
)


def _newest_first() -> Any:
    return select(checkpoints).order_by(*_NEWEST_FIRST)


def checkpoint_record(row: RowMapping) -> CheckpointRecord:
    """The record of a row of the checkpoints table."""
    fields = {name: row[name] for name in CheckpointRecord.__dataclass_fields__ if name in row}
    return CheckpointRecord(**fields | {"run": row["run_id"], "blocks": tuple(row["blocks"])})
