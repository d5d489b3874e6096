"""The measurements that the Interventions page needs, and their jobs."""

import asyncio
import json
from dataclasses import dataclass

from iterscope_dashboard.client import BackendClient, Json
from iterscope_dashboard.plan import PlanState, Unroll
from iterscope_dashboard.probe_jobs import Wanted, ask_one, cancel, follow_one


@dataclass(frozen=True)
class Wish:
    """The state of the page, which determines the measurements."""

    plan: PlanState
    pin: PlanState | None  # compared with; None: the untouched network
    colour: str  # of the strip; "drop" has to be measured first
    cancelled: bool

    @classmethod
    def from_json(cls, value: Json, length: int) -> "Wish":
        """Read the store that 2_strip.js writes. Raises PlanTextError."""
        pin = value.get("pin")
        return cls(
            PlanState.parse(value["plan"], length),
            PlanState.parse(pin, length) if pin else None,
            str(value.get("colour") or "cosine"),
            bool(value.get("cancelled")),
        )


def request_for(context: Json, **values: object) -> Json:
    """A probe's request on the page's network and images."""
    return {"checkpoint": context["checkpoint"], "split": context["split"], **values}


def plan_request(context: Json, plan: PlanState, pin: PlanState | None) -> Json:
    """The body of /probe/plan."""
    against = {} if pin is None else {"against": pin.text}
    return request_for(
        context, plan=plan.text, **against, borderline={"threshold": 0.1, "reference": context["reference"]}
    )


def unroll_request(context: Json, unroll: Unroll, scale: float | str) -> Json:
    """The body of /probe/unroll."""
    return request_for(context, block=unroll.block, steps=unroll.steps, scale=scale,
                       borderline={"threshold": 0.1, "reference": context["reference"]})  # fmt: skip


def wanted_probes(wish: Wish, context: Json, scale: float | None) -> Wanted:
    """The required probes. With α "auto" the plan waits for `scale`, which an unroll probe chooses."""
    wanted: Wanted = {}
    plan, automatic, unroll = wish.plan, wish.plan.automatic, wish.plan.unroll
    if automatic is not None:
        chooses = unroll if unroll and unroll.scale is None else Unroll(automatic.block, automatic.times, None)
        wanted["scale"] = ("unroll", unroll_request(context, chooses, "auto"))
    if automatic is None or scale is not None:
        definite = plan if scale is None else plan.with_scale(scale)
        wanted["plan"] = ("plan", plan_request(context, definite, wish.pin))
    wanted["blocks"] = ("block-metrics", request_for(context))
    if unroll is not None:
        wanted["unroll"] = ("unroll", unroll_request(context, unroll, "auto" if unroll.scale is None else unroll.scale))
        if unroll.scale != 1:
            wanted["unscaled"] = ("unroll", unroll_request(context, unroll, 1.0))
    if wish.colour == "drop":
        wanted["drop"] = ("drop", request_for(context, blocks="each"))
    return wanted


def key_of(probe: tuple[str, Json]) -> str:
    """A key that identifies a request."""
    return json.dumps(probe, sort_keys=True)


@dataclass(frozen=True)
class JobsState:
    """The state of the jobs."""

    entries: Json  # name → {"key", and "job", "progress" | "done", "scale" | "error", "title"}
    results: dict[str, Json]  # name → {"key", "result"}, of what was answered now

    @property
    def running(self) -> bool:
        """Whether any job is still running."""
        return any("job" in entry for entry in self.entries.values())


async def advance(client: BackendClient, wish: Wish, context: Json, entries: Json) -> JobsState:
    """Cancel jobs that are no longer needed, poll running jobs, and request the rest. Calling it twice is harmless."""
    progress = await _towards(client, wish, context, JobsState(entries, {}))
    if "scale" in progress.entries.get("scale", {}) and "plan" not in progress.entries:
        progress = await _towards(client, wish, context, progress)  # with the scale, which has been found just now
    return progress


async def _towards(client: BackendClient, wish: Wish, context: Json, progress: JobsState) -> JobsState:
    wanted = {} if wish.cancelled else wanted_probes(wish, context, None)
    chosen = progress.entries.get("scale") or {}
    if "scale" in chosen and "scale" in wanted and chosen["key"] == key_of(wanted["scale"]):
        wanted = wanted_probes(wish, context, chosen["scale"])
    keys = {name: key_of(probe) for name, probe in wanted.items()}
    kept = {name: entry for name, entry in progress.entries.items() if keys.get(name) == entry["key"]}
    needed = {entry.get("job") for entry in kept.values()}
    left = {
        name: entry for name, entry in progress.entries.items() if name not in kept and entry.get("job") not in needed
    }
    await cancel(client, left)

    async def answer_to(name: str) -> Json:
        return await (follow_one(client, kept[name]) if name in kept else ask_one(client, *wanted[name]))

    names = list(wanted)
    first = [await answer_to(name) for name in names[:1]]  # the backend works in the order in which it was asked
    answers = first + await asyncio.gather(*(answer_to(name) for name in names[1:]))
    entries: Json = {}
    results = dict(progress.results)
    for name, answer in zip(names, answers, strict=True):
        if "result" in answer:
            results[name] = {"key": keys[name], "result": answer["result"]}
            provenance = answer["result"].get("provenance") or {}
            answer = {"done": True, "cached": provenance.get("cached"), "seconds": provenance.get("seconds")}
            if name == "scale":
                answer["scale"] = float(results[name]["result"]["scale"])
        entries[name] = {**answer, "key": keys[name]}
    return JobsState(entries, results)
