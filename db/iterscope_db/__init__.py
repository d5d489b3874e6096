"""The store of runs, metrics, checkpoints, probe results and jobs, on SQLite or PostgreSQL.

>>> store = open_store("iterscope-data")
>>> run = store.runs.create({"epochs": 12}, "first", "demo", "resnet56", "digits", seed=0, epochs=12)
>>> store.metrics.log_epoch(run.id, 0, {("l2_ratio", "train"): [0.6, 0.1]}, {("loss", "train"): 2.3})
"""

from .database import DATABASE_FILE, default_url
from .errors import ConflictError, InconsistentError, NotFoundError, SchemaError, StoreError
from .processes import process_name
from .records import (
    FINISHED_STATUSES,
    JOB_STATES,
    RUN_STATUSES,
    CheckpointRecord,
    JobRecord,
    MetricSeries,
    MetricsPage,
    ProbeResultRecord,
    RunRecord,
    ScalarSeries,
)
from .runs import RECORDED
from .store import Store, open_store

__all__ = [
    "DATABASE_FILE",
    "FINISHED_STATUSES",
    "JOB_STATES",
    "RECORDED",
    "RUN_STATUSES",
    "CheckpointRecord",
    "ConflictError",
    "InconsistentError",
    "JobRecord",
    "MetricSeries",
    "MetricsPage",
    "NotFoundError",
    "ProbeResultRecord",
    "RunRecord",
    "ScalarSeries",
    "SchemaError",
    "Store",
    "StoreError",
    "default_url",
    "open_store",
    "process_name",
]
