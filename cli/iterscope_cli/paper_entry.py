"""Training one of the paper's runs."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import torch

from iterscope_cli.paper_plan import PlanEntry
from iterscope_db import ConflictError, RunRecord, Store, process_name
from iterscope_trainer.errors import TrainingError
from iterscope_trainer.metric_logger import MetricLogger
from iterscope_trainer.runs import create_run, run_steps, take_up
from iterscope_trainer.stopping import StopSignal
from iterscope_trainer.turns import taken

ROLE = "paper"
Ended = RunRecord | str
"""The ended run, or a sentence that says why it was not trained."""


class EntryLogger(MetricLogger, Protocol):
    """A logger that also receives the fraction of a folder's images that has been read, 0 to 1."""

    def decoding(self, fraction: float) -> None: ...


def train_entry(
    store: Store,
    home: Path,
    entry: PlanEntry,
    stop: StopSignal,
    logger: EntryLogger,
    device: torch.device,
    *,
    download: bool,
) -> Ended:
    """Train an entry's run in this process, from its saved state if it has one."""
    worker = process_name(ROLE)
    try:
        if entry.run is None:
            record = create_run(store, entry.planned.configuration, recipe=None, name=entry.name, worker=worker)
        else:
            record = take_up(store, entry.run.id, worker)
        steps = run_steps(
            store,
            record,
            worker,
            home,
            device=device,
            stop=stop,
            loggers=(logger,),
            download=download,
            on_decoding=logger.decoding,
        )
        return taken(steps).run
    except (TrainingError, ConflictError) as error:  # another process has claimed it meanwhile
        return str(error)
