"""/jobs: progress, result, cancellation, events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import nullcontext
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse, ServerSentEvent

from iterscope_backend.answers import json_answer, probe_answer, raw_answer
from iterscope_backend.dependencies import ServicesDep
from iterscope_backend.encoding import encode, written
from iterscope_backend.jobs.job import FINAL
from iterscope_backend.jobs.job import Job as LiveJob
from iterscope_backend.jobs.several import SEVERAL, kept_answer
from iterscope_backend.problems import ApiProblem, StreamOver, documented, problem_response
from iterscope_backend.schemas.jobs import Job
from iterscope_backend.services import Services
from iterscope_db import JobRecord

router = APIRouter(prefix="/jobs", tags=["jobs"])

STORE_INTERVAL = 1.0
"""Seconds between two looks at the job of another service."""


def _find(services: ServicesDep, id: str) -> LiveJob | JobRecord:
    return services.jobs.get(id) or services.jobs.record(id)


FoundJob = Annotated[LiveJob | JobRecord, Depends(_find)]


def job_value(services: Services, job: LiveJob | JobRecord) -> dict[str, Any]:
    """A job as REST returns it, with its result when it is done."""
    created = job.created_at if isinstance(job, LiveJob) else job.to_dict()["created_at"]
    value: dict[str, Any] = {"id": job.id, "state": job.state, "probe": job.probe, "progress": job.progress}
    value |= {"created_at": created, "error": job.error}
    if isinstance(job, LiveJob):
        if (result := job.result()) is not None:
            value["result"] = written(result)
        elif (partial := job.partial()) is not None:
            value["partial"] = written(partial)
    elif job.state == "done" and job.kind == SEVERAL:
        if (kept := kept_answer(services.store, job)) is not None:
            value["result"] = kept
    elif job.state == "done" and job.key is not None and (stored := services.store.probe_results.get(job.key)):
        value["result"] = written(probe_answer(stored.result_json, checkpoint=stored.checkpoint_id, cached=True))
    return value


async def when_done(services: Services, job: LiveJob, seconds: float, checkpoint: str | None = None) -> Response:
    """The job's result if it is done within `seconds`, otherwise 202 with the job. Raises ApiProblem if it was cancelled meanwhile.

    `checkpoint`: the id that this client asked for, because another client may have started the same job.
    """
    if not await job.wait(seconds):
        return json_answer(job_value(services, job), 202, {"Location": f"/jobs/{job.id}"})
    if job.error is not None:
        return problem_response(job.error)
    if (result := job.result(checkpoint)) is None:
        raise ApiProblem(409, f"job {job.id} was cancelled before it was done: send the request again")
    return raw_answer(result)


@router.get("/{id}", response_model=Job, responses=documented(404))
def get_job(services: ServicesDep, job: FoundJob) -> Response:
    """State of a job, with its result when it is done."""
    if isinstance(job, LiveJob):
        job.read()
    return json_answer(job_value(services, job))


@router.delete("/{id}", response_model=Job, responses=documented(404, 409))
def cancel_job(services: ServicesDep, job: FoundJob) -> Response:
    """Cancel a job. The state changes at once; the worker stops at its next chunk of images. Other clients waiting for it are notified."""
    if isinstance(job, LiveJob):
        services.jobs.cancel(job)
    elif job.state not in FINAL:  # another service runs it, and sees in the store that it is cancelled
        job = services.store.jobs.update(job.id, state="cancelled")
    if job.state != "cancelled":
        raise ApiProblem(409, f"job {job.id} is {job.state}: only a queued or running job can be cancelled")
    return json_answer(job_value(services, job))


def _last_seen(job: FoundJob, last_event_id: Annotated[str | None, Header()] = None) -> int:
    """Id of the last event that the client has received. Raises StreamOver if no event follows it."""
    known = last_event_id is not None and last_event_id.isdecimal() and len(last_event_id) < 10
    seen = int(last_event_id or "") if known else 0
    if isinstance(job, LiveJob) and job.over_after(seen):
        raise StreamOver
    return seen


def _reading(job: FoundJob) -> Iterator[None]:
    """The job is read until its response has ended. FastAPI doesn't close the generator below when its reader leaves: it may end only when
    Python looks for garbage."""
    with job.reading() if isinstance(job, LiveJob) else nullcontext():
        yield


@router.get(
    "/{id}/events",
    response_class=EventSourceResponse,
    dependencies=[Depends(_reading)],
    responses={204: {"description": "No more events; don't reconnect"}, **documented(404)},
)
async def events(
    services: ServicesDep, job: FoundJob, after: Annotated[int, Depends(_last_seen)]
) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: `progress` with {progress}, `partial` with {progress, partial}, the answer for the images that are done so far,
    then one final event: `done` with {job}, `failed` or `cancelled`.

    With the header Last-Event-ID, the stream continues after that event.
    """
    if not isinstance(job, LiveJob):
        while job.state not in FINAL:  # another service runs it
            await asyncio.sleep(STORE_INTERVAL)
            job = await run_in_threadpool(services.jobs.record, job.id)
        yield await _final_event(services, job, event_id=after + 1)
        return
    async for event in job.follow(after):
        if event.event == "progress":
            yield ServerSentEvent(
                raw_data=encode({"progress": event.progress}).decode(), event="progress", id=str(event.id)
            )
        elif event.event == "partial":
            if event.id == job.grown_at and (partial := job.partial()) is not None:  # earlier ones are out of date
                value = {"progress": event.progress, "partial": written(partial)}
                yield ServerSentEvent(raw_data=encode(value).decode(), event="partial", id=str(event.id))
        else:
            yield await _final_event(services, job, event_id=event.id)


async def _final_event(services: Services, job: LiveJob | JobRecord, *, event_id: int) -> ServerSentEvent:
    value = await run_in_threadpool(job_value, services, job)
    return ServerSentEvent(raw_data=encode({"job": value}).decode(), event=job.state, id=str(event_id))
