"""Dependencies that handlers request by annotation. They are coroutines, because FastAPI runs other functions in its thread pool."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any, cast

from fastapi import Depends, Request

from iterscope_backend.problems import ApiProblem
from iterscope_backend.services import Services


async def _services(request: Request) -> Services:
    return cast(Services, request.app.state.services)


ServicesDep = Annotated[Services, Depends(_services)]


UPLOAD_LIMITS: Any = {"max_files": 1, "max_fields": 4, "max_part_size": 4096}
"""`form_limits=` of the routes that take a file: its form holds that file and a few short fields, which are kept in memory."""


async def turn_to_open(services: ServicesDep) -> AsyncIterator[None]:
    """Wait until few enough other uploads are being opened."""
    async with services.opening:
        yield


async def turn_to_read(services: ServicesDep) -> AsyncIterator[None]:
    """Wait until few enough other requests are reading data sets."""
    async with services.reading:
        yield


async def require_json(request: Request) -> None:
    """Answer 415 unless the body's Content-Type is JSON."""
    _require(request, "application/json")


async def require_form(request: Request) -> None:
    """Answer 415 unless the body's Content-Type is a multipart form."""
    _require(request, "multipart/form-data")


def _require(request: Request, wanted: str) -> None:
    given = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if given != wanted:
        raise ApiProblem(
            415,
            f"the body's Content-Type is {given or 'missing'}: send Content-Type: {wanted}",
            headers={"Accept": wanted},
        )
