"""POST /probe/…: one route for each measurement of the library."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Response
from fastapi.concurrency import run_in_threadpool

from iterscope.measurements import MEASUREMENTS, Measurement
from iterscope.measurements.records import over_epochs
from iterscope.measurements.request import MeasurementRequest
from iterscope.measurements.tables import tables
from iterscope.tables import csv_text
from iterscope_backend.answers import json_answer, probe_answer, raw_answer
from iterscope_backend.dependencies import ServicesDep, require_json
from iterscope_backend.encoding import decode
from iterscope_backend.jobs.job import Job as LiveJob
from iterscope_backend.jobs.question import Question
from iterscope_backend.jobs.several import ask_all, over_epochs_value
from iterscope_backend.problems import ApiProblem, documented
from iterscope_backend.routes.jobs import when_done
from iterscope_backend.schemas.jobs import Job
from iterscope_backend.services import Services
from iterscope_db import ProbeResultRecord

router = APIRouter(prefix="/probe", tags=["probes"])

CSV = "text/csv"
PLOTLY = "application/vnd.plotly.v1+json"

Wait = Annotated[
    float | None, Query(ge=0, le=60, allow_inf_nan=False, description="Same as `wait` in the body; takes precedence.")
]
CacheControl = Annotated[
    str | None,
    Header(description="`only-if-cached` (RFC 9111): return a stored result, otherwise 504; never run the probe."),
]


Priority = Annotated[
    str | None,
    Header(
        description="`u=7` (RFC 9218): compute it ahead, while nothing else is asked for; other requests interrupt it.",
        pattern=r"^u=[0-7](,.*)?$",
        max_length=100,
    ),
]
AHEAD = "u=7"
Lease = Annotated[
    float | None,
    Header(
        alias="Iterscope-Lease",
        ge=1,
        le=3600,
        allow_inf_nan=False,
        description="Seconds: the job is cancelled once nobody has read its state or events for so long; otherwise it runs to its end.",
    ),
]
Accept = Annotated[
    str | None,
    Header(description=f"`{CSV}`: the answer's largest table; `{PLOTLY}`: a Plotly figure; otherwise JSON."),
]


def _handler(name: str) -> Callable[..., Awaitable[Response]]:
    async def answer(
        services: ServicesDep,
        body: Any,
        wait: Wait = None,
        cache_control: CacheControl = None,
        accept: Accept = None,
        priority: Priority = None,
        lease: Lease = None,
    ) -> Response:
        only_cached = "only-if-cached" in (cache_control or "").lower()
        ahead = (priority or "").startswith(AHEAD)
        found = await ask(services, name, body, wait, only_cached=only_cached, ahead=ahead, lease=lease)
        wanted = next((kind for kind in (CSV, PLOTLY) if kind in (accept or "")), None)
        if wanted is None or found.status_code != 200:
            return found
        content = await run_in_threadpool(rewritten, wanted, MEASUREMENTS[name], bytes(found.body))
        return Response(content, media_type=wanted)

    answer.__annotations__["body"] = MEASUREMENTS[name].request
    answer.__name__ = "probe_" + name.replace("-", "_")
    return answer


for _name, _probe in MEASUREMENTS.items():
    router.add_api_route(
        f"/{_name}",
        _handler(_name),
        methods=["POST"],
        response_model=_probe.result | over_epochs(_probe.result),
        summary=_probe.summary,
        description=(_probe.request.__doc__ or "")
        + "\n\nReturns 200 with the result if it is cached or ready within `wait` seconds, otherwise 202 with the job.",
        dependencies=[Depends(require_json)],
        responses={
            200: {"content": {CSV: {"schema": {"type": "string"}}, PLOTLY: {"schema": {"type": "object"}}}},
            202: {"description": "Not done yet; poll the job", "model": Job},
            **documented(400, 404, 409, 413, 415, 422, 500, 503, 504),
        },
    )


def rewritten(kind: str, measurement: Measurement, answer: bytes) -> str:
    """An answer as CSV, or as a Plotly figure."""
    value = decode(answer)
    if kind == CSV:
        return csv_text(tables(measurement.result, value)[0])
    found = measurement.figure(value).to_json()
    assert isinstance(found, str)
    return found


async def ask(
    services: Services,
    name: str,
    request: MeasurementRequest,
    wait: float | None,
    *,
    only_cached: bool,
    ahead: bool = False,
    lease: float | None = None,
) -> Response:
    """Answer a probe from the store, from a job that is already running it, or from a new job; `only_cached`: only from the store."""

    if request.checkpoints:
        return await _ask_all(services, name, request, wait, only_cached=only_cached, lease=lease)

    def find() -> tuple[Question, bytes | None]:
        question = services.question(name, request)
        found = services.store.probe_results.get(question.key)
        return question, None if found is None else cached_answer(question, found)

    if request.dataset is None:
        question, stored = await services.lookups.find((name, request.model_dump_json()), find)
    else:  # it has to be read here
        async with services.reading:
            question, stored = await run_in_threadpool(find)
    if stored is None and only_cached:
        raise ApiProblem(
            504, f"{name} has not been measured for this checkpoint yet: send the request without only-if-cached"
        )
    if stored is not None:
        return raw_answer(stored)
    found = await run_in_threadpool(partial(services.jobs.ask, question, ahead=ahead, lease=lease))
    if not isinstance(found, LiveJob):
        return raw_answer(cached_answer(question, found))
    return await when_done(services, found, _patience(services, request, wait), checkpoint=question.checkpoint.id)


def cached_answer(question: Question, found: ProbeResultRecord) -> bytes:
    """A stored result as the answer to this question."""
    return probe_answer(found.result_json, checkpoint=question.checkpoint.id, cached=True)


async def _ask_all(
    services: Services,
    name: str,
    request: MeasurementRequest,
    wait: float | None,
    *,
    only_cached: bool,
    lease: float | None,
) -> Response:
    """The answers for several checkpoints: stored ones, or a job that asks for one after the other."""

    def find() -> tuple[list[Question], list[ProbeResultRecord | None]]:
        checkpoints = services.store.checkpoints.chosen(request.checkpoints)
        questions = [services.question_of(name, request, checkpoint) for checkpoint in checkpoints]
        return questions, [services.store.probe_results.get(question.key) for question in questions]

    async with services.reading:
        questions, stored = await run_in_threadpool(find)
    missing = [question.checkpoint.id for question, found in zip(questions, stored, strict=True) if found is None]
    if missing and only_cached:
        raise ApiProblem(
            504, f"{name} has not been measured for {', '.join(missing)} yet: send the request without only-if-cached"
        )
    if missing:
        job = await run_in_threadpool(partial(ask_all, services.jobs, questions, lease=lease))
        return await when_done(services, job, _patience(services, request, wait))
    checkpoints = [question.checkpoint for question in questions]
    answers = [
        cached_answer(question, found) for question, found in zip(questions, stored, strict=True) if found is not None
    ]
    return json_answer(over_epochs_value(name, checkpoints, answers))


def _patience(services: Services, request: MeasurementRequest, wait: float | None) -> float:
    """Seconds to wait for an answer."""
    return next(value for value in (wait, request.wait, services.settings.default_wait) if value is not None)
