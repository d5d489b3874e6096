"""Jobs of the backend: their state and progress."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from .clock import Clock, new_id, utc_now
from .database import Database
from .errors import ConflictError, NotFoundError, StoreError
from .processes import has_ended
from .records import JOB_STATES, JobRecord
from .tables import jobs

_UNFINISHED = ("queued", "running")
_BEFORE = {
    "queued": (), "running": ("queued",), "done": _UNFINISHED, "failed": _UNFINISHED, "cancelled": _UNFINISHED,
}  # fmt: skip
"""The states from which a job may change to a state: what has ended stays as it ended."""
_FORGOTTEN = timedelta(days=1)
"""Unfinished jobs of another machine count as lost when they are older."""
_LOST = {
    "type": "about:blank",
    "title": "Interrupted",
    "status": 500,
    "detail": "the backend stopped while this job was running: send the request again",
}

JobRecords = list[JobRecord]  # the classes below have a method named list


class JobRepository:
    """The jobs of one database. Unknown ids raise NotFoundError."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock

    def create(
        self, kind: str, probe: str | None, request: Mapping[str, Any], key: str | None, owner: str | None = None
    ) -> JobRecord:
        """Store a new job in state "queued". `owner`: the service that runs it (`process_name`)."""
        values = {
            "id": new_id("j"),
            "kind": kind,
            "probe": probe,
            "request": dict(request),
            "key": key,
            "state": "queued",
            "progress": 0.0,
            "created_at": self._clock(),
            "owner": owner,
        }
        with self._database.write() as connection:
            connection.execute(insert(jobs).values(values))
            return self._get(connection, str(values["id"]))

    def get(self, id: str) -> JobRecord:
        """The job with this id."""
        with self._database.read() as connection:
            return self._get(connection, id)

    def update(
        self, id: str, state: str | None = None, progress: float | None = None, error: Mapping[str, Any] | None = None
    ) -> JobRecord:
        """Change state ("running", "done", "failed", "cancelled"), progress (0 to 1) or error (a problem).

        Raises ConflictError if the job has already ended: it keeps its state, progress and error.
        """
        if state is not None and state not in JOB_STATES:
            raise StoreError(f"job state {state!r} is unknown: it is one of {', '.join(JOB_STATES)}")
        changes: dict[str, Any] = {}
        if state is not None:
            changes["state"] = state
        if state == "running":
            changes["started_at"] = self._clock()
        elif state is not None:
            changes["finished_at"] = self._clock()
        if progress is not None:
            changes["progress"] = progress
        if error is not None:
            changes["error"] = dict(error)
        before = _UNFINISHED if state is None else _BEFORE[state]
        with self._database.write() as connection:
            if not changes:
                return self._get(connection, id)
            statement = update(jobs).where(jobs.c.id == id, jobs.c.state.in_(before)).values(changes)
            changed, job = connection.execute(statement).rowcount, self._get(connection, id)
        if not changed:
            raise ConflictError(f"job {id} is {job.state}: it can't become {state or 'anything else'}")
        return job

    def list(self, state: str | None = None, limit: int = 100) -> JobRecords:
        """The newest jobs, or those in one state, newest first."""
        query = select(jobs).order_by(jobs.c.created_at.desc(), jobs.c.id).limit(limit)
        if state is not None:
            query = query.where(jobs.c.state == state)
        with self._database.read() as connection:
            return [_record(row) for row in connection.execute(query).mappings()]

    def cancelled(self, ids: Iterable[str]) -> set[str]:
        """Those of these jobs that are cancelled."""
        query = select(jobs.c.id).where(jobs.c.id.in_(list(ids)), jobs.c.state == "cancelled")
        with self._database.read() as connection:
            return set(connection.scalars(query))

    def mark_lost(self) -> int:
        """Mark jobs that a stopped service left queued or running as failed. Returns their number. Call it when a service starts.

        The jobs of another service that is alive are left alone. Whether a service on another machine is alive can't be told:
        its jobs count as lost after a day.
        """
        now = self._clock()
        unfinished = select(jobs.c.id, jobs.c.owner, jobs.c.created_at).where(jobs.c.state.in_(_UNFINISHED))
        with self._database.write() as connection:
            lost = [
                id
                for id, owner, created in connection.execute(unfinished)
                if owner is None or has_ended(owner, created) or created < now - _FORGOTTEN
            ]
            statement = update(jobs).where(jobs.c.id.in_(lost), jobs.c.state.in_(_UNFINISHED))
            return connection.execute(statement.values(state="failed", error=_LOST, finished_at=now)).rowcount

    def _get(self, connection: Connection, id: str) -> JobRecord:
        row = connection.execute(select(jobs).where(jobs.c.id == id)).mappings().one_or_none()
        if row is None:
            raise NotFoundError(f"job {id} does not exist in {self._database.name}: send the probe's request again")
        return _record(row)


def _record(row: RowMapping) -> JobRecord:
    return JobRecord(**{name: row[name] for name in JobRecord.__dataclass_fields__ if name in row})
