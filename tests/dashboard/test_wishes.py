"""The work that a change of plan asks for, on the real backend."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from iterscope_dashboard.client import BackendClient
from iterscope_dashboard.model import Run
from iterscope_dashboard.pages.base import measured_run
from iterscope_dashboard.state import Query
from iterscope_dashboard.wishes import JobsState, Wish, advance, wanted_probes

CONTEXT = {"checkpoint": "latest", "split": "validation", "reference": "last5"}
SLOW = "0..8 8@{}x600"  # takes many seconds even on a small network


def run(
    story: Callable[[BackendClient], Coroutine[Any, Any, None]],
    backend: str,
    kind: type[BackendClient] = BackendClient,
) -> None:
    """In a thread of its own: this one may have the browser's event loop, if browser tests ran before."""

    async def told() -> None:
        client = kind(backend)
        try:
            await story(client)
        finally:
            await client.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, told()).result()


def wish(plan: str, cancelled: bool = False) -> Wish:
    return Wish.from_json({"plan": plan, "pin": None, "colour": "cosine", "cancelled": cancelled}, 9)


def test_every_request_to_repeat_a_block_states_its_scale() -> None:
    for plan, scale in (("0..8 8@0.1x20", 0.1), ("0..8 8x20", 1.0), ("0..8 8@autox20", "auto")):
        probe, request = wanted_probes(wish(plan), CONTEXT, None)["unroll"]
        assert (probe, request["scale"]) == ("unroll", scale)


def test_the_pages_measure_the_run_of_the_latest_checkpoint(backend_url: str) -> None:
    async def story(client: BackendClient) -> None:
        latest = await client.checkpoint("latest")
        waiting = await client.start_run("quick", {}, None)  # the newest run, without a checkpoint
        try:
            runs = [Run.from_json(run) for run in await client.runs()]
            assert runs[0].id == waiting["id"]
            assert (await measured_run(client, runs, Query.parse(""))).id == latest["run"]
            assert (await measured_run(client, runs, Query.parse(f"?run={runs[0].id}"))).id == runs[0].id
        finally:
            await client.delete_run(waiting["id"])

    run(story, backend_url)


async def settled(client: BackendClient, wanted: Wish, entries: dict[str, Any]) -> JobsState:
    progress = await advance(client, wanted, CONTEXT, entries)
    while progress.running:
        await asyncio.sleep(0.1)
        progress = await advance(client, wanted, CONTEXT, progress.entries)
    return progress


async def state(client: BackendClient, job: str) -> str:
    return str((await client.job(job))["state"])


def test_a_new_wish_keeps_what_it_still_needs_and_cancels_the_rest(backend_url: str) -> None:
    async def story(client: BackendClient) -> None:
        first = await advance(client, wish(SLOW.format(0.03)), CONTEXT, {})
        job = first.entries["plan"]["job"]
        assert await state(client, job) in ("queued", "running")
        second = await advance(client, wish(SLOW.format(0.04)), CONTEXT, first.entries)
        assert await state(client, job) == "cancelled"
        kept = [progress.entries["blocks"].get("job") for progress in (first, second)]
        assert kept[1] in (kept[0], None)
        nothing = await advance(client, wish("0..8", cancelled=True), CONTEXT, second.entries)
        assert nothing.entries == {}
        assert await state(client, second.entries["plan"]["job"]) == "cancelled"

    run(story, backend_url)


class Patient(BackendClient):
    """Finds every job done that it asks after."""

    async def job(self, job: str) -> dict[str, Any]:
        while (answer := await super().job(job))["state"] in ("queued", "running"):
            await asyncio.sleep(0.02)
        return answer


def test_the_plan_follows_whenever_its_scale_is_found(backend_url: str) -> None:
    async def story(client: BackendClient) -> None:
        progress = await settled(client, wish("0..8 8@autox9"), {})
        assert progress.entries["plan"]["done"]

    run(story, backend_url, Patient)


def test_auto_chooses_the_scale_first_and_a_refusal_is_told(backend_url: str) -> None:
    async def story(client: BackendClient) -> None:
        automatic = await settled(client, wish("0..8 8@autox2"), {})
        assert not {name: entry["error"] for name, entry in automatic.entries.items() if "error" in entry}
        assert f"8@{automatic.entries['scale']['scale']:.12g}x2" in automatic.entries["plan"]["key"]
        assert automatic.entries["plan"]["done"]
        refused = await settled(client, wish("0..3 3@0.1x2 4..8"), automatic.entries)
        assert "3" in refused.entries["unroll"]["error"]
        assert refused.entries["plan"]["title"]

    run(story, backend_url)
