"""Several processes on one store: runs that all of them claim, and jobs that are cancelled while they run."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from iterscope_db import ConflictError, open_store
from tests.chaos.trials import Trial, require
from tests.chaos.victims import pool

PROCESSES = 4
RUNS = 8
JOBS = 6


def claim_all(home: Path, worker: str) -> list[str]:
    """Claim until the queue is empty; the ids of the claimed runs."""
    claimed = []
    with open_store(home) as store:
        while (run := store.runs.claim_next(worker)) is not None:
            claimed.append(run.id)
    return claimed


@contextmanager
def contested_claims(folder: Path) -> Iterator[Trial]:
    """Four processes claim the runs of one queue at the same time."""
    with open_store(folder) as store, pool(PROCESSES) as processes:

        def trial(_at_random: random.Random) -> str:
            queued = {store.runs.create({}, "a run", None, "resnet8", "digits", 0, 1).id for _ in range(RUNS)}
            asked = [processes.submit(claim_all, folder, f"worker {number}") for number in range(PROCESSES)]
            claimed = [run for one in asked for run in one.result(timeout=60)]
            twice = [run for run, times in Counter(claimed).items() if times > 1]
            require(not twice, f"{twice} were claimed twice")
            require(set(claimed) == queued, f"{queued - set(claimed)} were never claimed")
            for run in queued:
                store.runs.finish(run, "completed")
                store.runs.delete(run)
            return f"{RUNS} runs, each claimed once"

        yield trial


def change_jobs(home: Path, jobs: list[str], states: tuple[str, ...], seed: str) -> dict[str, bool]:
    """Take each job through these states; whether the last one was accepted."""
    at_random = random.Random(seed)
    accepted = {}
    with open_store(home) as store:
        for job in jobs:
            accepted[job] = True
            for state in states:
                time.sleep(at_random.choice([0.0, 0.0, 0.001, 0.004]))
                try:
                    store.jobs.update(job, state=state)
                    if state == "running":
                        store.jobs.update(job, progress=at_random.random())
                except ConflictError:
                    accepted[job] = False
    return accepted


@contextmanager
def cancelled_jobs(folder: Path) -> Iterator[Trial]:
    """A process takes jobs through their states while another one cancels them."""
    with open_store(folder) as store, pool(2) as processes:

        def trial(at_random: random.Random) -> str:
            jobs = [store.jobs.create("probe", "drop", {}, None).id for _ in range(JOBS)]
            shuffled = at_random.sample(jobs, len(jobs))
            last = at_random.choice(["done", "failed"])
            running = processes.submit(change_jobs, folder, jobs, ("running", last), str(at_random.random()))
            cancelling = processes.submit(change_jobs, folder, shuffled, ("cancelled",), str(at_random.random()))
            ended, cancelled = running.result(timeout=60), cancelling.result(timeout=60)
            store.jobs.mark_lost()  # as a service does at its start
            for job in jobs:
                state = store.jobs.get(job).state
                told = (["cancelled"] if cancelled[job] else []) + ([last] if ended[job] else [])
                require(told == [state], f"job {job} is {state}, but {told or 'nothing'} was accepted")
            return f"{JOBS} jobs, each with one end"

        yield trial
