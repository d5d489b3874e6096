"""One question about several checkpoints: a job that asks for one after the other."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any

from iterscope.chunks import Progress
from iterscope.errors import Cancelled
from iterscope_backend.answers import probe_answer
from iterscope_backend.encoding import written
from iterscope_backend.jobs.job import Job
from iterscope_backend.jobs.question import Question
from iterscope_backend.jobs.service import JobService
from iterscope_backend.problems import ApiProblem
from iterscope_db import CheckpointRecord, JobRecord, NotFoundError, ProbeResultRecord, Store

WATCH_INTERVAL = 0.2
"""Seconds between two looks at a job that another job waits for."""
SEVERAL = "probes"
"""The kind of these jobs."""
LEASE = 10.0
"""Seconds for which a probe goes on after the job that waits for it."""


def over_epochs_value(probe: str, checkpoints: Sequence[CheckpointRecord], answers: Sequence[bytes]) -> dict[str, Any]:
    """The answers for several checkpoints as one."""
    return {
        "probe": probe,
        "checkpoints": [checkpoint.id for checkpoint in checkpoints],
        "epochs": [checkpoint.epoch for checkpoint in checkpoints],
        "answers": [written(answer) for answer in answers],
    }


def kept_answer(store: Store, job: JobRecord) -> dict[str, Any] | None:
    """The result of a job that `ask_all` started in an earlier process, or of another service; None if a part is no longer stored."""
    asked = list(
        zip(job.request["checkpoints"], job.request.get("keys", ()), strict=False)
    )  # earlier versions kept no keys
    try:
        checkpoints = [store.checkpoints.get(id) for id, _ in asked]
    except NotFoundError:
        return None
    stored = [store.probe_results.get(key) for _, key in asked]
    found = [
        probe_answer(result.result_json, checkpoint=id, cached=True)
        for (id, _), result in zip(asked, stored, strict=True)
        if result is not None
    ]
    if not found or len(found) < len(stored):
        return None
    return over_epochs_value(job.request["probe"], checkpoints, found)


def ask_all(jobs: JobService, questions: Sequence[Question], *, lease: float | None = None) -> Job:
    """One job for the answers to the same question about several checkpoints, one after the other; each is stored. `lease`: as in `ask`."""
    probe = questions[0].probe
    about = {
        "probe": probe,
        "checkpoints": [question.checkpoint.id for question in questions],
        "request": questions[0].request,
        "keys": [question.key for question in questions],
    }
    key = f"{probe} of {', '.join(question.key for question in questions)}"

    def work(progress: Progress) -> Mapping[str, Any]:
        answers = []
        for at, question in enumerate(questions):
            answers.append(_one_of_several(jobs, question, at / len(questions), 1 / len(questions), progress))
        return over_epochs_value(probe, [question.checkpoint for question in questions], answers)

    jobs.room_aside()
    return jobs.start_aside(SEVERAL, key, about, work, shared=True, lease=lease)


def _one_of_several(jobs: JobService, question: Question, done: float, share: float, progress: Progress) -> bytes:
    """The answer to one of several questions, waited for. A cancellation ends its probe, too, if nobody had asked for it before."""
    known = jobs.active(question.key)
    found: Job | ProbeResultRecord | None = None
    while found is None:
        try:
            found = jobs.ask(question, lease=LEASE)
        except ApiProblem as error:
            if error.problem["status"] != 503:
                raise
            progress(done)
            time.sleep(WATCH_INTERVAL)  # the queue is full of others' probes
    name = question.checkpoint.id
    if not isinstance(found, Job):
        return probe_answer(found.result_json, checkpoint=name, cached=True)
    try:
        while not asyncio.run(found.wait(WATCH_INTERVAL)):
            progress(done + share * found.progress)
    except Cancelled:
        if found is not known:
            jobs.cancel(found)
        raise
    if found.error is not None:
        raise ApiProblem(found.error["status"], f"checkpoint {name}: {found.error['detail']}")
    if found.result_json is None:
        raise Cancelled(f"the probe of checkpoint {name} was cancelled")
    return probe_answer(found.result_json, checkpoint=name, cached=False)
