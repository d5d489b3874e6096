"""Training the paper's missing runs in this process, one after the other."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch

from cli.paper_plan import PlanEntry
from db import ConflictError, RunRecord, Store
from trainer.command import train_with_bar
from trainer.console import format_seconds
from trainer.errors import TrainingError
from trainer.runs import create_run, take_up, worker_name
from trainer.stopping import StopSignal

ROLE = "paper"


@dataclass
class Trained:
    """How the runs ended."""

    completed: list[RunRecord] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    """One sentence each."""
    interrupted: RunRecord | None = None
    """The run that Ctrl-C stopped; its state is saved."""


def train_missing(
    store: Store,
    home: Path,
    entries: Sequence[PlanEntry],
    device: torch.device,
    stop: StopSignal,
    *,
    download: bool,
) -> Trained:
    """Train what is missing, from its saved state where there is one, until a signal comes.

    A run that fails, or that somebody stops from a page, leaves the others alone.
    """
    worker, trained = worker_name(ROLE), Trained()
    missing = [entry for entry in entries if entry.missing]
    for number, entry in enumerate(missing, 1):
        if stop.is_set:
            break
        left = sum(later.seconds or 0.0 for later in missing[number - 1 :])
        _say(f"{number} of {len(missing)}: {entry.name} (about {format_seconds(left)} left for all)")
        try:
            run = _train(store, home, entry, worker, device, stop, download)
        except (TrainingError, ConflictError) as error:  # another process has taken it meanwhile
            trained.failures.append(f"{entry.name}: {error}")
            continue
        if run.status == "completed":
            trained.completed.append(run)
        elif run.status == "interrupted":
            trained.interrupted = run
        else:
            reason = run.error or "it was stopped before its end"
            trained.failures.append(f"run {run.id} ({entry.name}) is {run.status}: {reason}")
        if device.type == "cuda":
            torch.cuda.empty_cache()
    return trained


def _train(
    store: Store,
    home: Path,
    entry: PlanEntry,
    worker: str,
    device: torch.device,
    stop: StopSignal,
    download: bool,
) -> RunRecord:
    if entry.run is None:
        record = create_run(store, entry.planned.configuration, recipe=None, name=entry.name, worker=worker)
    else:
        record = take_up(store, entry.run.id, worker)
    return train_with_bar(store, record, worker, home, device=device, stop=stop, download=download).run


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
