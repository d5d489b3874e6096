"""The tables. Only the repositories read and write them.

Per-block metrics have one row per (run, metric, split, epoch) with a little-endian float32 array of one value per block. Compared with
one row per scalar, this is 13 times smaller and 125 times faster to read. Whole-model scalars are numeric rows.
`sequence` is the run's metrics cursor at the time of writing. It only increases, also when an epoch is logged again.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

from .types import Json, Real, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

runs = Table(
    "runs",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("name", Text, nullable=False),
    Column("notes", Text, nullable=False),
    Column("tags", Json, nullable=False),
    # The last written status. "dead" is never written; it is derived from an old heartbeat of a "running" run.
    Column("status", String(16), nullable=False),
    Column("origin", String(32), nullable=False),
    Column("recipe", Text),
    Column("architecture", Text, nullable=False),
    Column("dataset", Text, nullable=False),
    Column("seed", BigInteger),
    Column("epochs", Integer, nullable=False),
    Column("configuration", Json, nullable=False),
    Column("blocks", Json, nullable=False),
    Column("worker", Text),
    Column("stop_requested", Boolean, nullable=False),
    Column("progress", Json),
    Column("error", Text),
    Column("last_epoch", Integer),
    Column("metrics_cursor", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("queued_at", UtcDateTime),
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Column("heartbeat_at", UtcDateTime),
    Index("ix_runs_status_queued_at", "status", "queued_at"),
)

metric_arrays = Table(
    "metric_arrays",
    metadata,
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("metric", Text, primary_key=True),
    Column("split", Text, primary_key=True),
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    Column("sequence", Integer, nullable=False),
    Column("block_values", LargeBinary, nullable=False),
    Index("ix_metric_arrays_run_id_sequence", "run_id", "sequence"),
    sqlite_with_rowid=False,
)

# split is "" for scalars without a split, such as the learning rate, because a key column cannot be NULL.
scalars = Table(
    "scalars",
    metadata,
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("split", Text, primary_key=True),
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    Column("sequence", Integer, nullable=False),
    Column("value", Real),
    Index("ix_scalars_run_id_sequence", "run_id", "sequence"),
    sqlite_with_rowid=False,
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), index=True),
    Column("epoch", Integer),
    Column("name", Text, nullable=False),
    Column("path", Text, nullable=False, unique=True),
    # Not unique: two files may hold the same weights.
    Column("sha256", Text, nullable=False, index=True),
    Column("architecture", Json, nullable=False),
    Column("dataset", Json),
    Column("num_parameters", BigInteger, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("blocks", Json, nullable=False),
    Column("metrics", Json, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("preprocessing", Json),
    # The user's own function that builds the network, and the folders to import it from: written by the user's own programs only.
    Column("factory", Json),
)

probe_results = Table(
    "probe_results",
    metadata,
    Column("key", Text, primary_key=True),
    Column("probe", Text, nullable=False),
    Column("checkpoint_id", ForeignKey("checkpoints.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("request", Json, nullable=False),
    Column("result", LargeBinary, nullable=False),
    Column("seconds", Double, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("digest", Text),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("probe", Text),
    Column("request", Json, nullable=False),
    Column("key", Text),
    Column("state", String(16), nullable=False, index=True),
    Column("progress", Double, nullable=False),
    Column("error", Json),
    Column("created_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    # The service that runs the job, as `process_name` gives it.
    Column("owner", Text),
)
