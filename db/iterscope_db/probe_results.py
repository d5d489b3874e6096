"""The cache of probe results: one row per key, a hash of checkpoint, data, request and probe version made by the caller."""

import logging
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import RowMapping, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from .clock import Clock, utc_now
from .database import Database
from .digests import result_digest
from .errors import NotFoundError
from .records import ProbeResultRecord
from .tables import checkpoints, probe_results

logger = logging.getLogger("iterscope.db")
_WITH_KEYS = select(probe_results).where(probe_results.c.key.in_(bindparam("keys", expanding=True)))


class ProbeResultRepository:
    """The probe results of one database."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock
        self._insert = sqlite.insert if database.is_sqlite else postgresql.insert

    def get(self, key: str) -> ProbeResultRecord | None:
        """The result with this key, or None if it has not been computed."""
        row = self._intact([key]).get(key)
        if row is None:
            return None
        fields = {name: row[name] for name in ProbeResultRecord.__dataclass_fields__ if name in row}
        return ProbeResultRecord(**fields, result_json=bytes(row["result"]))

    def stored(self, keys: Collection[str]) -> set[str]:
        """Which of these keys have a result; the results aren't read."""
        if not keys:
            return set()
        query = select(probe_results.c.key).where(probe_results.c.key.in_(list(keys)))
        with self._database.read() as connection:
            return set(connection.scalars(query))

    def get_many(self, keys: Collection[str]) -> dict[str, bytes]:
        """The JSON of the stored results by key; keys without a result are left out."""
        if not keys:
            return {}
        return {key: bytes(row["result"]) for key, row in self._intact(keys).items()}

    def of(self, checkpoint_id: str) -> list[bytes]:
        """The JSON of every result of a checkpoint, oldest first."""
        query = select(probe_results.c.key).where(probe_results.c.checkpoint_id == checkpoint_id)
        with self._database.read() as connection:
            keys = list(connection.scalars(query.order_by(probe_results.c.created_at, probe_results.c.key)))
        found = self.get_many(keys)
        return [found[key] for key in keys if key in found]

    def put(
        self, key: str, probe: str, checkpoint_id: str, request: Mapping[str, Any], result_json: bytes, seconds: float
    ) -> None:
        """Store a result, replacing an older one with the same key. `seconds`: the computation time."""
        values = {
            "key": key,
            "probe": probe,
            "checkpoint_id": checkpoint_id,
            "request": dict(request),
            "result": result_json,
            "seconds": seconds,
            "created_at": self._clock(),
        }
        values["digest"] = result_digest(values)
        statement = self._insert(probe_results).values(values)
        statement = statement.on_conflict_do_update(
            index_elements=["key"], set_={name: statement.excluded[name] for name in values if name != "key"}
        )
        with self._database.write() as connection:
            if connection.scalar(select(checkpoints.c.id).where(checkpoints.c.id == checkpoint_id)) is None:
                raise NotFoundError(f"checkpoint {checkpoint_id} does not exist in {self._database.name} any more")
            connection.execute(statement)

    def _intact(self, keys: Collection[str]) -> dict[str, RowMapping]:
        """The rows with these keys. Damaged ones count as never computed, and are deleted."""
        with self._database.read() as connection:
            found = connection.execute(_WITH_KEYS, {"keys": list(keys)}).mappings().all()
        damaged = [row["key"] for row in found if row["digest"] != result_digest(row)]
        if damaged:
            logger.warning("%d damaged probe results in %s are left out", len(damaged), self._database.name)
            with self._database.write() as connection:
                connection.execute(delete(probe_results).where(probe_results.c.key.in_(damaged)))
        return {row["key"]: row for row in found if row["key"] not in damaged}

    def clear(self, checkpoint_id: str) -> int:
        """Delete all results of a checkpoint. Returns their number."""
        with self._database.write() as connection:
            statement = delete(probe_results).where(probe_results.c.checkpoint_id == checkpoint_id)
            return connection.execute(statement).rowcount
