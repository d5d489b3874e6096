"""Middleware of this service alone: what a refused request is answered with, and timing. Plain ASGI, so that streams are not buffered."""

from __future__ import annotations

import time
from collections.abc import Sequence

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from iterscope_backend.problems import problem, problem_response


def refuse(_scope: Scope, status: int, detail: str, errors: Sequence[tuple[str, str]] = ()) -> Response:
    """A refused request's response: a problem, as for every error."""
    return problem_response(problem(status, detail, errors))


_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"frame-ancestors 'none'"),
    (b"x-frame-options", b"DENY"),
)


class ServerTiming:
    """Adds the headers that every response has.

    Server-Timing has the milliseconds until the response started. The others keep a browser from guessing types, and other pages from
    showing this service in a frame, where they could have the reader click on /docs.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()

        async def timed(message: Message) -> None:
            if message["type"] == "http.response.start":
                timing = f"total;dur={(time.perf_counter() - began) * 1000:.2f}"
                message["headers"] = [*message.get("headers", ()), (b"server-timing", timing.encode()), *_ALWAYS]
            await send(message)

        await self.app(scope, receive, timed if scope["type"] == "http" else send)
