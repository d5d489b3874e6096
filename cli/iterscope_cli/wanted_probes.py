"""Run the service's probes in this process: the same code, stored under the same keys, so that the dashboard shows the results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch

from iterscope.errors import Cancelled
from iterscope_backend.paper import Wanted
from iterscope_backend.workers.cache import WorkerCache
from iterscope_backend.workers.messages import Done, Failed, WorkerOptions
from iterscope_backend.workers.process import run_task
from iterscope_db import Store


@dataclass
class Measured:
    """The outcome of several probes."""

    computed: int = 0
    seconds: float = 0.0
    failures: list[str] = field(default_factory=list)
    """One sentence for each probe that failed."""
    stopped: bool = False


@dataclass
class _Listener:
    """One progress bar over all probes, and the stop check."""

    count: int
    progress: Callable[[float], None]
    should_stop: Callable[[], bool]
    done: int = -1

    def start(self, task: str) -> None:
        self.done += 1

    def __call__(self, fraction: float) -> None:
        if self.should_stop():
            raise Cancelled
        self.progress((self.done + fraction) / self.count)


def cache_for(home: Path, device: torch.device) -> WorkerCache:
    """What probes of networks in this home keep."""
    return WorkerCache(WorkerOptions(str(device), home.absolute()))


def measure(
    store: Store,
    home: Path,
    wanted: Sequence[Wanted],
    device: torch.device,
    *,
    progress: Callable[[float], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
    cache: WorkerCache | None = None,
) -> Measured:
    """Run the wanted probes network by network and store the results. A failed probe is reported; the others still run.

    `cache`: keeps networks, and what was fitted to their training images, for further calls; `cache_for` makes it.
    """
    measured = Measured()
    cache = cache or cache_for(home, device)
    listener = _Listener(len(wanted), progress, should_stop)
    for one in sorted(wanted, key=lambda one: one.question.checkpoint.id):
        question = one.question
        outcome = run_task(cache, question.task(question.key), listener)
        if isinstance(outcome, Done):
            store.probe_results.put(
                question.key,
                question.probe,
                question.checkpoint.id,
                question.request,
                outcome.result_json,
                outcome.seconds,
            )
            measured.computed += 1
            measured.seconds += outcome.seconds
        elif isinstance(outcome, Failed):
            measured.failures.append(f"{question.probe} of checkpoint {question.checkpoint.id}: {outcome.detail}")
        else:
            measured.stopped = True
            break
    return measured
