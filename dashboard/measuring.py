"""Asking the backend for measurements: quick answers, jobs that are followed, work that is no longer wanted."""

import asyncio
from collections.abc import Awaitable, Sequence

from dashboard.client import BackendClient, Json, ProbeAnswer, ProblemError
from dashboard.model import Block
from dashboard.state import PlanState, Unroll

QUICK = 0.15  # seconds the first answer may take before the job is polled
Wanted = dict[str, tuple[str, Json]]  # name → (probe, request)


def plan_request(context: Json, steps: list[tuple[int, float]]) -> Json:
    """The body of /probe/plan."""
    return {"checkpoint": context["checkpoint"], "split": context["split"], "plan": [list(step) for step in steps],
            "borderline": {"threshold": 0.1, "reference": context["reference"]}}  # fmt: skip


def unroll_request(context: Json, unroll: Unroll, scale: float | str) -> Json:
    """The body of /probe/unroll."""
    return {"checkpoint": context["checkpoint"], "split": context["split"], "block": unroll.block, "steps": unroll.steps,
            "scale": scale, "borderline": {"threshold": 0.1, "reference": context["reference"]}}  # fmt: skip


def wanted_probes(plan: PlanState, context: Json, blocks: Sequence[Block], scale: float | None) -> Wanted:
    """Name → (probe, request). With α "auto" the plan waits for the unrolling to choose it."""
    wanted: Wanted = {}
    if plan.unroll and plan.unroll.steps > 0:
        chosen: float | str = "auto" if plan.unroll.scale is None else plan.unroll.scale
        wanted["unroll"] = ("unroll", unroll_request(context, plan.unroll, chosen))
        if chosen != 1.0:
            wanted["unscaled"] = ("unroll", unroll_request(context, plan.unroll, 1.0))
        if plan.unroll.scale is None and scale is None:
            return wanted
    steps = plan.steps(blocks, scale)
    if steps:
        wanted["plan"] = ("plan", plan_request(context, steps))
    return wanted


async def ask(client: BackendClient, wanted: Wanted, known: Json) -> Json:
    """Post what is not known yet. Returns name → {"job": id} | {"result": …} | {"error": …}."""

    names = [name for name in wanted if name not in known]
    asked = [(probe, request) for probe, request in (wanted[name] for name in names)]
    answers = await asyncio.gather(*(entry_of(client.probe(probe, request, wait=QUICK)) for probe, request in asked))
    return {**known, **dict(zip(names, answers, strict=True))}


async def entry_of(asked: Awaitable[ProbeAnswer]) -> Json:
    """An answer of the backend as `follow` takes it: {"job": id} | {"result": …} | {"error": …}."""
    try:
        answer = await asked
    except ProblemError as error:
        return {"error": str(error), "title": error.title}
    if answer.result is not None:
        return {"result": answer.result}
    return {"job": (answer.job or {})["id"], "progress": float((answer.job or {}).get("progress") or 0.0)}


async def follow(client: BackendClient, entries: Json) -> Json:
    """Ask after every job that is under way."""

    async def one(entry: Json) -> Json:
        if "job" not in entry:
            return entry
        job = await client.job(entry["job"])
        if job["state"] == "done":
            return {"result": job["result"]}
        if job["state"] in ("failed", "cancelled"):
            error = job.get("error") or {}
            return {
                "error": error.get("detail") or f"The job was {job['state']}.",
                "title": error.get("title") or "Not done",
                "cancelled": job["state"] == "cancelled",
            }
        return {"job": entry["job"], "progress": float(job.get("progress") or 0.0)}

    names = list(entries)
    return dict(zip(names, await asyncio.gather(*(one(entries[name]) for name in names)), strict=True))


async def cancel(client: BackendClient, entries: Json | None) -> None:
    """Stop work that nobody waits for any more."""
    jobs = [entry["job"] for entry in (entries or {}).values() if "job" in entry]
    await asyncio.gather(*(client.cancel_job(job) for job in jobs), return_exceptions=True)


def chosen_scale(entries: Json) -> float | None:
    """The α that "auto" found, once it is known."""
    result = (entries.get("unroll") or {}).get("result")
    return float(result["scale"]) if result else None
