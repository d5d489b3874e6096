"""Training the paper's missing runs: one after the other in this process, or several at the same time in separate processes."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch

from iterscope_cli.paper_entry import Ended, train_entry
from iterscope_cli.paper_plan import PlanEntry, elapsed
from iterscope_cli.paper_processes import train_at_once
from iterscope_db import RunRecord, Store
from iterscope_trainer.console import ConsoleLogger, format_seconds, progress_display
from iterscope_trainer.stopping import StopSignal


@dataclass
class Trained:
    """The outcomes of the runs."""

    completed: list[RunRecord] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    """One sentence per failed run."""
    interrupted: list[RunRecord] = field(default_factory=list)
    """Runs stopped by Ctrl-C; their state is saved."""

    def add(self, entry: PlanEntry, ended: Ended) -> None:
        if isinstance(ended, str):
            self.failures.append(f"{entry.name}: {ended}")
        elif ended.status == "completed":
            self.completed.append(ended)
        elif ended.status == "interrupted":
            self.interrupted.append(ended)
        else:
            reason = ended.error or "it was stopped before it was completed"
            self.failures.append(f"run {ended.id} ({entry.name}) is {ended.status}: {reason}")


def train_missing(
    store: Store,
    home: Path,
    entries: Sequence[PlanEntry],
    device: torch.device,
    stop: StopSignal,
    *,
    download: bool,
    at_once: int = 1,
    threads: int = 1,
) -> Trained:
    """Train the missing runs, from their saved state if there is one, until a signal arrives.

    If a run fails or is stopped from the dashboard, the others continue.

    Args:
        at_once: number of runs that train at the same time; 1: in this process, with its threads.
        threads: number of threads of each run, if several train at the same time.
    """
    missing, trained = [entry for entry in entries if entry.missing], Trained()
    if at_once == 1:
        ended = _one_by_one(store, home, missing, device, stop, download)
    else:
        ended = train_at_once(home, missing, device, stop, download=download, at_once=at_once, threads=threads)
    for entry, outcome in ended:
        trained.add(entry, outcome)
    return trained


def _one_by_one(
    store: Store, home: Path, missing: Sequence[PlanEntry], device: torch.device, stop: StopSignal, download: bool
) -> Iterator[tuple[PlanEntry, Ended]]:
    for number, entry in enumerate(missing, 1):
        if stop.is_set:
            return
        left = elapsed(missing[number - 1 :])
        print(
            f"{number} of {len(missing)}: {entry.name} (about {format_seconds(left)} left in total)",
            file=sys.stderr,
            flush=True,
        )
        with progress_display() as bar:
            yield entry, train_entry(store, home, entry, stop, ConsoleLogger(bar), device, download=download)
        if device.type == "cuda":
            torch.cuda.empty_cache()
