"""Training curves: per-block arrays and whole-model scalars, one write transaction per epoch."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sqlalchemy import ColumnElement, Connection, Select, bindparam, delete, func, insert, not_, or_, select, update

from .database import Database
from .errors import InconsistentError, NotFoundError, StoreError
from .records import MetricSeries, MetricsPage, ScalarSeries
from .tables import metric_arrays, runs, scalars

_STORED = np.dtype("<f4")
_STORED_BYTES = (
    select(func.length(metric_arrays.c.block_values))
    .where(metric_arrays.c.run_id == bindparam("run"), metric_arrays.c.epoch != bindparam("epoch"))
    .limit(1)
)
"""Bytes of any row of a run that another epoch has logged."""


class MetricRepository:
    """The metrics of the runs of one database. E epochs, L blocks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def log_epoch(
        self,
        run: str,
        epoch: int,
        arrays: Mapping[tuple[str, str], Sequence[float] | ArrayLike],
        scalars: Mapping[tuple[str, str | None], float],
    ) -> int:
        """Store everything measured after one epoch. Logging an epoch again replaces the earlier values.

        `arrays`: (metric, split) → (L,) values, NaN and infinities included; `scalars`: (name, split or None) → value.
        Returns the run's new cursor.
        """
        blobs = {key: self._array(key, values) for key, values in arrays.items()}
        with self._database.write() as connection:
            # The update also locks the run's row, so cursors are committed in order.
            advanced = connection.execute(
                update(runs)
                .where(runs.c.id == run)
                .values(metrics_cursor=runs.c.metrics_cursor + 1)
                .returning(runs.c.metrics_cursor, runs.c.last_epoch, runs.c.blocks)
            ).one_or_none()
            if advanced is None:
                raise NotFoundError(f"run {run} does not exist in {self._database.name}: create it before logging")
            sequence, last_epoch, blocks = advanced
            stored = connection.scalar(_STORED_BYTES, {"run": run, "epoch": epoch})
            expected = {len(blocks)} if blocks else set()
            expected |= set() if stored is None else {stored // _STORED.itemsize}
            for (metric, split), array in blobs.items():
                if wrong := expected - {len(array)}:
                    raise StoreError(
                        f"metric {metric}/{split} has {len(array)} values, but run {run} has {min(wrong)} blocks: "
                        "log one value per block, or record another network as a run of its own"
                    )
            if last_epoch is not None and epoch <= last_epoch:
                self._delete(connection, run, lambda column: column == epoch)
            common = {"run_id": run, "epoch": epoch, "sequence": sequence}
            self._insert(connection, common, blobs, scalars)
            latest = epoch if last_epoch is None else max(epoch, last_epoch)
            connection.execute(update(runs).where(runs.c.id == run).values(last_epoch=latest))
        return int(sequence)

    def read(
        self,
        run: str,
        metrics: Iterable[str] | None = None,
        splits: Iterable[str] | None = None,
        since: int = 0,
        variants: bool = True,
    ) -> MetricsPage:
        """Read array series and all scalars in one transaction, with one cursor; a live page polls this.

        `since`: only values logged after this cursor; `variants`: if `metrics` is None, whether to include the `_std` and `_qNN`
        companions of the metrics; `splits`: only arrays and scalars of these splits, and scalars without a split.
        """
        wanted = None if splits is None else list(splits)
        with self._database.read() as connection:
            cursor = self._cursor(connection, run)
            series = self._series(connection, run, metrics, wanted, since, variants)
            numbers = self._scalars(connection, run, None, wanted, since)
        return MetricsPage(tuple(series), tuple(numbers), cursor)

    def series(
        self,
        run: str,
        metrics: Iterable[str] | None = None,
        splits: Iterable[str] | None = None,
        since: int = 0,
        variants: bool = True,
    ) -> tuple[list[MetricSeries], int]:
        """The per-block series logged after the cursor `since`, by metric and split, and the new cursor."""
        with self._database.read() as connection:
            cursor = self._cursor(connection, run)
            return self._series(connection, run, metrics, splits, since, variants), cursor

    def scalars(
        self,
        run: str,
        names: Iterable[str] | None = None,
        splits: Iterable[str | None] | None = None,
        since: int = 0,
    ) -> tuple[list[ScalarSeries], int]:
        """The whole-model scalars logged after the cursor `since`, by name and split, and the new cursor."""
        with self._database.read() as connection:
            cursor = self._cursor(connection, run)
            return self._scalars(connection, run, names, splits, since), cursor

    def delete_after(self, run: str, epoch: int) -> None:
        """Delete the epochs after `epoch`, before a resumed run logs them again. The cursor is kept."""
        with self._database.write() as connection:
            self._cursor(connection, run)
            self._delete(connection, run, lambda column: column > epoch)
            highest = [
                connection.scalar(select(func.max(table.c.epoch)).where(table.c.run_id == run))
                for table in (metric_arrays, scalars)
            ]
            last_epoch = max((value for value in highest if value is not None), default=None)
            connection.execute(update(runs).where(runs.c.id == run).values(last_epoch=last_epoch))

    @staticmethod
    def _array(key: tuple[str, str], values: Sequence[float] | ArrayLike) -> NDArray[np.float32]:
        array = np.asarray(values, dtype=_STORED)
        if array.ndim != 1:
            raise StoreError(f"metric {'/'.join(key)} has shape {array.shape}: log one value per block, shape (L,)")
        return array

    @staticmethod
    def _insert(
        connection: Connection,
        common: Mapping[str, Any],
        blobs: Mapping[tuple[str, str], NDArray[np.float32]],
        numbers: Mapping[tuple[str, str | None], float],
    ) -> None:
        array_rows = [
            {**common, "metric": metric, "split": split, "block_values": array.tobytes()}
            for (metric, split), array in blobs.items()
        ]
        scalar_rows = [
            {**common, "name": name, "split": split or "", "value": float(value)}
            for (name, split), value in numbers.items()
        ]
        if array_rows:
            connection.execute(insert(metric_arrays), array_rows)
        if scalar_rows:
            connection.execute(insert(scalars), scalar_rows)

    @staticmethod
    def _delete(connection: Connection, run: str, which: Callable[[ColumnElement[int]], ColumnElement[bool]]) -> None:
        for table in (metric_arrays, scalars):
            connection.execute(delete(table).where(table.c.run_id == run, which(table.c.epoch)))

    def _cursor(self, connection: Connection, run: str) -> int:
        cursor = connection.scalar(select(runs.c.metrics_cursor).where(runs.c.id == run))
        if cursor is None:
            raise NotFoundError(
                f"run {run} does not exist in {self._database.name}: `iterscope runs list` shows the runs"
            )
        return int(cursor)

    def _series(
        self,
        connection: Connection,
        run: str,
        metrics: Iterable[str] | None,
        splits: Iterable[str] | None,
        since: int,
        variants: bool,
    ) -> list[MetricSeries]:
        table = metric_arrays.c
        query: Select[str, str, int, bytes] = select(table.metric, table.split, table.epoch, table.block_values).where(
            table.run_id == run
        )
        if metrics is not None:
            query = query.where(table.metric.in_(list(metrics)))
        elif not variants:
            is_variant = or_(table.metric.like(r"%\_std", escape="\\"), table.metric.like(r"%\_q__", escape="\\"))
            query = query.where(not_(is_variant))
        if splits is not None:
            query = query.where(table.split.in_(list(splits)))
        if since > 0:
            query = query.where(table.sequence > since)
        query = query.order_by(table.metric, table.split, table.epoch)
        found: dict[tuple[str, str], tuple[list[int], list[bytes]]] = defaultdict(lambda: ([], []))
        for metric, split, epoch, blob in connection.execute(query):
            epochs, blobs = found[metric, split]
            epochs.append(epoch)
            blobs.append(blob)
        return [MetricSeries(*key, *_stack(run, key[0], epochs, blobs)) for key, (epochs, blobs) in found.items()]

    def _scalars(
        self,
        connection: Connection,
        run: str,
        names: Iterable[str] | None,
        splits: Iterable[str | None] | None,
        since: int,
    ) -> list[ScalarSeries]:
        table = scalars.c
        query: Select[str, str, int, float] = select(table.name, table.split, table.epoch, table.value).where(
            table.run_id == run
        )
        if names is not None:
            query = query.where(table.name.in_(list(names)))
        if splits is not None:
            query = query.where(table.split.in_(["", *(split or "" for split in splits)]))
        if since > 0:
            query = query.where(table.sequence > since)
        query = query.order_by(table.name, table.split, table.epoch)
        found: dict[tuple[str, str], tuple[list[int], list[float]]] = defaultdict(lambda: ([], []))
        for name, split, epoch, value in connection.execute(query):
            epochs, values = found[name, split]
            epochs.append(epoch)
            values.append(value)
        return [
            ScalarSeries(name, split or None, np.array(epochs, dtype=np.int64), np.array(values, dtype=np.float64))
            for (name, split), (epochs, values) in found.items()
        ]


def _stack(
    run: str, metric: str, epochs: list[int], blobs: list[bytes]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The epochs (E,) and values (E, L) of one series' rows."""
    lengths = {len(blob) for blob in blobs}
    if len(lengths) != 1:
        raise InconsistentError(
            f"run {run}: metric {metric} has rows with different numbers of blocks: {sorted(n // 4 for n in lengths)}. An earlier version "
            "let a recording go on with another network: delete the run"
        )
    values = np.frombuffer(b"".join(blobs), dtype=_STORED).reshape(len(blobs), -1)
    return np.array(epochs, dtype=np.int64), values.astype(np.float32, copy=False)
