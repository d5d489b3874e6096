"""Middleware: allowed hosts and origins, body size limits, and timing. Plain ASGI, so that streaming responses are not buffered."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from iterscope_backend.problems import problem, problem_response
from iterscope_backend.settings import Settings


class HostCheck:
    """Refuses requests with an unknown host name, and requests that a browser sends for another site's page.

    Another site's page can make a browser send requests to this service, and with DNS rebinding to 127.0.0.1 it can even read the
    answers. It can't forge the headers Host and Origin.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.hosts = settings.hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            host, origin = headers.get("host", ""), headers.get("origin")
            if (name := _name_of("//" + host)) not in self.hosts:
                detail = f"host name {name or host!r} is not allowed: use 127.0.0.1, or add the name to ITERSCOPE_ALLOWED_HOSTS"
                await problem_response(problem(400, detail))(scope, receive, send)
                return
            if origin is not None and _name_of(origin) not in self.hosts:
                detail = f"requests from pages of {origin[:200]!r} are not allowed: add their host to ITERSCOPE_ALLOWED_HOSTS"
                await problem_response(problem(403, detail))(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _name_of(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""


class BodyTooLarge(HTTPException):
    """The body is longer than the limit."""

    def __init__(self, limit: int) -> None:
        super().__init__(413, f"the body is longer than the limit of {limit:,} bytes", {"Connection": "close"})


class BodyLimit:
    """Counts a request's bytes as they arrive and answers 413 above the limit, whatever the Content-Length header says."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        upload = scope["method"] == "POST" and scope["path"] in ("/checkpoints", "/imports")
        limit = self.settings.max_upload_bytes if upload else self.settings.max_body_bytes
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdecimal() and int(announced) > limit:
            refusal = problem(413, str(BodyTooLarge(limit).detail))
            await problem_response(refusal, {"Connection": "close"})(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise BodyTooLarge(limit)
            return message

        await self.app(scope, counted, send)


class ServerTiming:
    """Adds the headers Server-Timing (milliseconds until the response started) and X-Content-Type-Options: nosniff."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()

        async def timed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Server-Timing"] = f"total;dur={(time.perf_counter() - began) * 1000:.2f}"
                headers["X-Content-Type-Options"] = "nosniff"
            await send(message)

        await self.app(scope, receive, timed if scope["type"] == "http" else send)
