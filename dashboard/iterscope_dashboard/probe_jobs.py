"""Requests for measurements: immediate results, polling of jobs, and cancelling."""

import asyncio
from collections.abc import Awaitable

from iterscope_dashboard.client import BackendClient, Json, ProbeAnswer, ProblemError

QUICK = 0.15  # seconds the first answer may take before the job is polled
AT_ONCE = 8
"""Jobs of one page at the same time: the backend's queue is everybody's, and is full with 32."""
Wanted = dict[str, tuple[str, Json]]  # name → (probe, request)


async def ask_one(client: BackendClient, probe: str, request: Json) -> Json:
    """A probe's response in the form of `entry_of`."""
    return await entry_of(client.probe(probe, request, wait=QUICK))


def waiting(wanted: Wanted) -> Json:
    """Entries of measurements that `follow` asks for, a few at a time."""
    return {name: {"ask": probe, "request": request} for name, (probe, request) in wanted.items()}


def ended(entry: Json) -> bool:
    """Whether a measurement has an answer, or won't have one."""
    return "job" not in entry and "ask" not in entry


async def entry_of(asked: Awaitable[ProbeAnswer]) -> Json:
    """A response of the backend as an entry for `follow`: {"job", "progress"} | {"result"} | {"error", "title", "fields"}."""
    try:
        answer = await asked
    except ProblemError as error:
        return {"error": str(error), "title": error.title, "fields": error.fields}
    if answer.result is not None:
        return {"result": answer.result}
    return {"job": (answer.job or {})["id"], "progress": float((answer.job or {}).get("progress") or 0.0)}


async def follow_one(client: BackendClient, entry: Json) -> Json:
    """The current state of an entry; an entry without a job is returned unchanged."""
    if "job" not in entry:
        return entry
    job = await client.job(entry["job"])
    if job["state"] == "done":
        return {"result": job["result"]}
    if job["state"] in ("failed", "cancelled"):
        error = job.get("error") or {}
        return {
            "error": error.get("detail") or f"Job {entry['job']} {job['state']}.",
            "title": error.get("title") or f"Job {job['state']}",
            "cancelled": job["state"] == "cancelled",
        }
    return {"job": entry["job"], "progress": float(job.get("progress") or 0.0)}


async def follow(client: BackendClient, entries: Json) -> Json:
    """Poll every job, and ask for the next measurements in place of those that have ended."""
    now = await asyncio.gather(*(follow_one(client, entry) for entry in entries.values()))
    followed = dict(zip(entries, now, strict=True))
    free = max(0, AT_ONCE - sum("job" in entry for entry in now))
    names = [name for name, entry in followed.items() if "ask" in entry][:free]
    asked = (client.probe(followed[name]["ask"], followed[name]["request"], wait=0) for name in names)
    answers = await asyncio.gather(*map(entry_of, asked))
    return followed | dict(zip(names, answers, strict=True))


async def cancel(client: BackendClient, entries: Json | None) -> None:
    """Cancel the jobs among some entries."""
    jobs = [entry["job"] for entry in (entries or {}).values() if "job" in entry]
    await asyncio.gather(*(client.cancel_job(job) for job in jobs), return_exceptions=True)
