"""Middleware for both servers: host, origin and token of a request, its size, and what its JSON may hold. Plain ASGI."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol
from urllib.parse import parse_qsl, quote, urlencode

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from iterscope_guard.access import Access
from iterscope_guard.json_values import Problem, problems_of
from iterscope_guard.prefix import current_prefix
from iterscope_guard.text import one_line

COOKIE_SECONDS = 30 * 24 * 3600


class Refuse(Protocol):
    """Makes a server's own response for a refused request."""

    def __call__(self, scope: Scope, status: int, detail: str, errors: Sequence[Problem] = (), /) -> Response: ...


class Guard:
    """Refuses requests under unknown host names, from pages of other origins, and without the token."""

    def __init__(self, app: ASGIApp, access: Access, refuse: Refuse, *, unknown_host: int = 400) -> None:
        self.app, self.access, self.refuse, self.unknown_host = app, access, refuse, unknown_host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http":
            answer = self._answer(scope, Headers(scope=scope))
            if answer is not None:
                await answer(scope, receive, send)
                return
        elif scope["type"] == "websocket":  # neither server has any
            await send({"type": "websocket.close", "code": 1008})
            return
        await self.app(scope, receive, send)

    def _answer(self, scope: Scope, headers: Headers) -> Response | None:
        """A refusal, or the redirect that keeps the token in a cookie; None: the request goes on."""
        host, origin = headers.get("host", ""), headers.get("origin")
        if not self.access.accepts_host(host):
            shown = one_line(host[:200])
            return self.refuse(
                scope,
                self.unknown_host,
                f"host name {shown!r} is not accepted: use localhost, or accept the name with --allowed-host (ITERSCOPE_ALLOWED_HOSTS)",
            )
        if origin is not None and not self.access.accepts_origin(origin, host, scope.get("scheme", "http")):
            shown = one_line(origin[:200])
            return self.refuse(
                scope,
                403,
                f"requests from pages of {shown!r} to {one_line(host[:200])!r} are not accepted: open the page at that address, or accept "
                "its origin with --allowed-origin (ITERSCOPE_ALLOWED_ORIGINS)",
            )
        if "\0" in scope["path"] or b"%00" in scope["query_string"] or b"\0" in scope["query_string"]:
            return self.refuse(scope, 400, "the address contains the NUL character (%00): remove it")
        return self._with_token(scope, headers)

    def _with_token(self, scope: Scope, headers: Headers) -> Response | None:
        if self.access.token is None:
            return None
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        if scope["method"] in ("GET", "HEAD") and any(
            name == "token" and self.access.is_token(value) for name, value in query
        ):
            rest = urlencode([pair for pair in query if pair[0] != "token"])
            path = "/" + scope["path"].lstrip("/")  # "//" would name another host
            answer = RedirectResponse(quote(path, safe="/:@+=,~") + (f"?{rest}" if rest else ""), status_code=303)
            answer.set_cookie(
                self.access.cookie_name,
                self.access.cookie_value,
                max_age=COOKIE_SECONDS,
                path=current_prefix() or "/",  # behind a proxy, others may serve the rest of the host
                httponly=True,
                samesite="lax",
            )
            answer.headers["Cache-Control"] = "no-store"
            return answer
        if self.access.accepts_token(headers):
            return None
        answer_401 = self.refuse(
            scope,
            401,
            "the token is missing or wrong: open the address that was printed at the start (…?token=…), or send the header "
            "Authorization: Bearer TOKEN",
        )
        answer_401.headers["WWW-Authenticate"] = "Bearer"
        return answer_401


class BodyTooLarge(HTTPException):
    """The body is longer than the limit."""

    def __init__(self, limit: int) -> None:
        super().__init__(413, f"the body is longer than the limit of {limit:,} bytes", {"Connection": "close"})


class BodyLimit:
    """Counts a request's bytes as they arrive and answers 413 above the limit, whatever the Content-Length header says."""

    def __init__(self, app: ASGIApp, limit_of: Callable[[Scope], int], refuse: Refuse) -> None:
        self.app, self.limit_of, self.refuse = app, limit_of, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self.limit_of(scope)
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdecimal() and (len(announced) > 18 or int(announced) > limit):
            await self._refuse(scope, limit)(scope, receive, send)
            return
        received = 0
        started = False

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise BodyTooLarge(limit)
            return message

        async def noted(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, counted, noted)
        except BodyTooLarge:  # where the application has no handler for it
            if started:
                raise
            await self._refuse(scope, limit)(scope, receive, send)

    def _refuse(self, scope: Scope, limit: int) -> Response:
        answer = self.refuse(scope, 413, str(BodyTooLarge(limit).detail))
        answer.headers["Connection"] = "close"
        return answer


class JsonCheck:
    """Refuses JSON that no part of a server could store or answer: see `json_values`. Text that isn't JSON goes on to the application."""

    KINDS = ("application/json", "text/plain")

    def __init__(self, app: ASGIApp, refuse: Refuse) -> None:
        self.app, self.refuse = app, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        given = Headers(scope=scope).get("content-type", "") if scope["type"] == "http" else ""
        if given.split(";")[0].strip().lower() not in self.KINDS:
            await self.app(scope, receive, send)
            return
        body, more = bytearray(), True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
        if problems := problems_of(bytes(body)):
            detail = "; ".join(f"{each.field}: {each.message}" for each in problems[:3])
            await self.refuse(scope, 422, detail, problems)(scope, receive, send)
            return
        replayed = False

        async def again() -> Message:
            nonlocal replayed
            if replayed:
                return await receive()
            replayed = True
            return {"type": "http.request", "body": bytes(body), "more_body": False}

        await self.app(scope, again, send)
