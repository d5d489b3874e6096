"""Which of the paper's runs exist, which are missing, and how long the missing ones take."""

from __future__ import annotations

import heapq
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from iterscope.datasets import Dataset, load_dataset
from iterscope.datasets.registry import absolute_name
from iterscope.paper.roles import seed_key
from iterscope.paper.suite import PlannedRun
from iterscope_cli.output import print_table
from iterscope_db import RunRecord
from iterscope_trainer.console import format_seconds
from iterscope_trainer.pace import Pace, measure_pace

if TYPE_CHECKING:
    import torch

State = Literal["there", "to train", "to resume", "training elsewhere"]
_SHOWN: dict[State, str] = {
    "there": "trained",
    "to train": "to train",
    "to resume": "to resume",
    "training elsewhere": "training in another process",
}
RESUMABLE = ("interrupted", "failed", "cancelled", "dead")
_RANKS = {"completed": 0, "running": 1, "queued": 3} | dict.fromkeys(RESUMABLE, 2)
_NOT_OF_THE_NETWORK = {"seed": 0, "epochs": 1, "log_samples": 1, "log_every": 1, "checkpoint_every": 1}


@dataclass(frozen=True)
class PlanEntry:
    """A run that the paper needs, and its counterpart in the store."""

    planned: PlannedRun
    state: State
    run: RunRecord | None
    """The stored run with this configuration and seed (finished, started or queued), or None."""
    seconds: float | None = None
    """Estimated seconds of the remaining training; None if nothing remains or there is no estimate."""

    @property
    def missing(self) -> bool:
        """Whether this process must train it."""
        return self.state in ("to train", "to resume")

    @property
    def name(self) -> str:
        """Such as "ResNet-56 on digits, seed 1"."""
        configuration = self.planned.configuration
        return f"{self.planned.kind.label} on {short_dataset(configuration.dataset)}, seed {configuration.seed}"

    def to_dict(self) -> dict[str, Any]:
        """The entry as JSON values; `minutes` is an estimate."""
        configuration = self.planned.configuration
        return {
            "label": self.planned.kind.label,
            "role": self.planned.kind.role,
            "dataset": configuration.dataset,
            "seed": configuration.seed,
            "epochs": configuration.epochs,
            "figures": list(self.planned.figures),
            "state": self.state,
            "run": None if self.run is None else self.run.id,
            "minutes": None if self.seconds is None else round(self.seconds / 60, 4),
        }


def make_plan(planned: Iterable[PlannedRun], records: Sequence[RunRecord]) -> list[PlanEntry]:
    """Match the needed runs with the stored ones. Any run with the same configuration and seed counts, however it was started."""
    found: dict[tuple[str, int | None], RunRecord] = {}
    for record in sorted(records, key=lambda record: (_RANKS[record.status], -(record.epoch or 0))):
        if record.configuration:
            found.setdefault((seed_key(record.configuration), record.seed), record)
    entries = []
    for one in planned:
        configuration = replace(one.configuration, dataset=absolute_name(one.configuration.dataset))
        run = found.get((seed_key(configuration.to_dict()), configuration.seed))
        entries.append(PlanEntry(replace(one, configuration=configuration), _state(run), run))
    return entries


def _state(run: RunRecord | None) -> State:
    if run is None:
        return "to train"
    if run.status == "completed":
        return "there"
    if run.status == "running":
        return "training elsewhere"
    return "to resume" if run.status in RESUMABLE and run.epoch is not None else "to train"


def estimate(
    entries: Sequence[PlanEntry],
    home: Path,
    device: torch.device,
    *,
    download: bool,
    progress: Callable[[float], None],
) -> list[PlanEntry]:
    """The entries with estimated seconds for the missing ones, from timing a few steps of each distinct network."""
    datasets: dict[tuple[str, int], Dataset] = {}
    paces: dict[str, Pace] = {}
    missing = [entry for entry in entries if entry.missing]
    estimated = {}
    for done, entry in enumerate(missing):
        progress(done / len(missing))
        configuration = entry.planned.configuration
        name, size = configuration.dataset, configuration.image_size
        if (name, size) not in datasets:
            datasets[name, size] = load_dataset(name, home=home, image_size=size, download=download)
        dataset = datasets[name, size]
        alike = json.dumps({**configuration.to_dict(), **_NOT_OF_THE_NETWORK, "schedule": None}, sort_keys=True)
        if alike not in paces:
            paces[alike] = measure_pace(configuration, dataset, device)
        begun = 0 if entry.run is None else entry.run.epoch or 0
        estimated[id(entry)] = replace(entry, seconds=paces[alike].seconds(configuration, dataset, begun))
    return [estimated.get(id(entry), entry) for entry in entries]


def elapsed(entries: Iterable[PlanEntry], at_once: int = 1) -> float:
    """Estimated seconds until all are trained, if `at_once` of them train at the same time, the longest first."""
    busy = [0.0] * at_once
    for seconds in sorted((entry.seconds or 0.0 for entry in entries), reverse=True):
        heapq.heapreplace(busy, busy[0] + seconds)
    return max(busy)


def print_plan(entries: Sequence[PlanEntry], where: str, at_once: int = 1) -> None:
    """Print the plan as a table, and a sentence with the estimated time."""
    columns = ("run", "data set", "seed", "epochs", "for", "state", "estimated")
    rows = [
        (
            entry.planned.kind.label,
            short_dataset(entry.planned.configuration.dataset),
            entry.planned.configuration.seed,
            entry.planned.configuration.epochs,
            ", ".join(entry.planned.figures),
            _SHOWN[entry.state] if entry.run is None else f"{_SHOWN[entry.state]} ({entry.run.id})",
            "" if entry.seconds is None else format_seconds(entry.seconds),
        )
        for entry in entries
    ]
    print_table("The paper's runs", columns, rows)
    print(plan_sentence(entries, where, at_once))


def plan_sentence(entries: Sequence[PlanEntry], where: str, at_once: int = 1) -> str:
    """The number of runs per state, and the estimated time of the remaining training."""
    states: tuple[State, ...] = ("there", "to resume", "to train", "training elsewhere")
    counts = {state: sum(entry.state == state for entry in entries) for state in states}
    parts = ", ".join(f"{count} {_SHOWN[state]}" for state, count in counts.items() if count)
    estimated = any(entry.seconds is not None for entry in entries)
    several = f", {at_once} runs at once" if at_once > 1 else ""
    time = f"; about {format_seconds(elapsed(entries, at_once))} of training on {where}{several}" if estimated else ""
    return f"{len(entries)} run{'' if len(entries) == 1 else 's'}: {parts}{time}"


def short_dataset(name: str) -> str:
    """The data set's name; for a folder, only the last part of its path."""
    return name if not name.startswith("folder:") else f"folder:…/{Path(name.removeprefix('folder:')).name}"
