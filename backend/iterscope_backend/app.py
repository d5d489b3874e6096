"""The application: wiring only. The lifespan opens everything; importing this module and `create_app` open nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.concurrency import contextmanager_in_threadpool
from starlette.types import Scope

import iterscope as it
from iterscope_backend import problems
from iterscope_backend.middleware import ServerTiming, refuse
from iterscope_backend.routes import catalogue, checkpoints, imports, jobs, literature, paper, probes, runs
from iterscope_backend.schemas.common import Problem
from iterscope_backend.services import running_services
from iterscope_backend.settings import Settings
from iterscope_guard.prefix import Prefix, checked_prefix
from iterscope_guard.requests import BodyLimit, Guard, JsonCheck

DESCRIPTION = """See what a trained residual network does, block by block.

Undefined numbers (NaN) are `null`; infinities are the strings `"Infinity"` and `"-Infinity"`.
Errors are RFC 9457 `application/problem+json`. A probe returns 200 with its result if the result is cached or ready within `wait` seconds;
otherwise it returns 202 with `Location: /jobs/{id}`.
"""


def create_app(settings: Settings | None = None) -> FastAPI:
    """Create the REST service. Without `settings`, they are read from the environment."""
    settings = settings or Settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with contextmanager_in_threadpool(running_services(settings)) as services:
            app.state.services = services
            yield

    app = FastAPI(title="Iterscope", version=it.__version__, description=DESCRIPTION, lifespan=lifespan)
    # A request is compared with one route after the other: what is asked for most often, and at once, comes first.
    for resource in (probes, jobs, catalogue, runs, paper, literature, checkpoints, imports):
        app.include_router(resource.router, responses=problems.documented(400))  # an address may hold a NUL character
    problems.install(app)

    def limit_of(scope: Scope) -> int:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        upload = scope["method"] == "POST" and path in ("/checkpoints", "/imports")
        return settings.max_upload_bytes if upload else settings.max_body_bytes

    # The last one added sees a request first.
    app.add_middleware(JsonCheck, refuse=refuse)
    app.add_middleware(BodyLimit, limit_of=limit_of, refuse=refuse)
    app.add_middleware(Guard, access=settings.access, refuse=refuse)
    app.add_middleware(Prefix, prefix=checked_prefix(settings.url_prefix), refuse=refuse)
    app.add_middleware(ServerTiming)
    _document_problems(app)
    return app


def _document_problems(app: FastAPI) -> None:
    """Replace FastAPI's schema for validation errors with the problem's schema in the OpenAPI document."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = generate()
            schemas = document["components"]["schemas"]
            schemas.pop("HTTPValidationError", None)
            schemas.pop("ValidationError", None)
            definition = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas |= definition.pop("$defs", {})
            schemas["Problem"] = definition
            for path in document["paths"].values():
                for operation in path.values():
                    for response in operation["responses"].values():
                        problems.use_problem_schema(response)
        return app.openapi_schema or {}

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend the document
