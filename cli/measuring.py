"""Probes of the service computed in this process: the same code, stored under the same key, so that pages have them at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from backend.images import DatasetShelf
from backend.jobs.question import Question
from backend.probes.registry import PROBES
from backend.problems import ApiProblem
from backend.services import find_question
from backend.workers.cache import WorkerCache
from backend.workers.messages import Done, Failed, WorkerOptions
from backend.workers.process import run_task
from db import Store, StoreError
from iterscope.errors import Cancelled, IterscopeError

WantedProbe = dict[str, Any]
"""{"probe": its name, "request": what `POST /probe/NAME` takes}."""


@dataclass
class Measured:
    """How a row of probes went."""

    computed: int = 0
    seconds: float = 0.0
    failures: list[str] = field(default_factory=list)
    """What can't be measured, one sentence each."""
    stopped: bool = False


@dataclass
class _Listener:
    """One progress bar over all probes, and the way to stop them."""

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


def measure(
    store: Store,
    home: Path,
    wanted: Sequence[WantedProbe],
    device: torch.device,
    *,
    progress: Callable[[float], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Measured:
    """Compute and store what is wanted, network after network. A probe that fails is named and leaves the others alone."""
    measured = Measured()
    questions = _questions(store, home, wanted, measured)
    cache = WorkerCache(WorkerOptions(str(device), home.absolute()))
    listener = _Listener(max(1, len(questions)), progress, should_stop)
    for question in questions:
        outcome = run_task(cache, question.task(question.key[:12]), listener)
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


def _questions(store: Store, home: Path, wanted: Sequence[WantedProbe], measured: Measured) -> list[Question]:
    """Those not answered yet, each once, by checkpoint: a network is then loaded once."""
    shelf = DatasetShelf(home)
    found: dict[str, Question] = {}
    for one in wanted:
        try:
            request = PROBES[one["probe"]].request.model_validate(one["request"])
            question = find_question(store, home, shelf, one["probe"], request)
        except (ApiProblem, StoreError, IterscopeError) as error:
            measured.failures.append(f"{one['probe']} of checkpoint {one['request'].get('checkpoint')}: {error}")
            continue
        if question.key not in found and store.probe_results.get(question.key) is None:
            found[question.key] = question
    return sorted(found.values(), key=lambda question: question.checkpoint.id)
