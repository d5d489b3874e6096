"""Serving behind a proxy under a path of its own, such as /user/me/proxy/8050."""

from __future__ import annotations

import re
from contextvars import ContextVar
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from iterscope_guard.access import AccessError

if TYPE_CHECKING:
    from iterscope_guard.requests import Refuse

_PREFIX = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~@+:=,-]+)*")
OWN_PATHS = frozenset(
    [
        "_dash-component-suites",
        "_dash-dependencies",
        "_dash-layout",
        "_dash-update-component",
        "_dash-ws-callback",
        "_favicon.ico",
        "_reload-hash",
        "api",
        "architectures",
        "assets",
        "backend-health",
        "blocks",
        "checkpoints",
        "compare",
        "datasets",
        "docs",
        "examples",
        "figure.pdf",
        "health",
        "healthz",
        "import",
        "imports",
        "interventions",
        "jobs",
        "literature",
        "measure",
        "measurements",
        "openapi.json",
        "paper",
        "probe",
        "recipes",
        "redoc",
        "runs",
    ]
)
"""How the paths of both servers begin. None of them is a prefix: /runs would be a page, or the prefix of one."""
_current: ContextVar[str] = ContextVar("iterscope_prefix", default="")


def checked_prefix(text: str) -> str:
    """The prefix without a slash at its end; "" for none. Raises AccessError."""
    bare = text.strip().rstrip("/")
    if bare.removeprefix("/") in OWN_PATHS:
        raise AccessError(
            f"the root path {bare!r} can't be used: it is also a path of Iterscope itself; give another, such as /iterscope"
        )
    if not _PREFIX.fullmatch(bare) or len(bare) > 500:
        raise AccessError(
            f"the root path {text[:200]!r} can't be used: give a path such as /user/me/proxy/8050, of letters, digits and . _ ~ @ + : = , -"
        )
    return bare


def current_prefix() -> str:
    """The prefix of the request that is being answered; "" outside of a request."""
    return _current.get()


def within(path: str) -> str:
    """The address, for the browser, of a path of this server ("/runs")."""
    return _current.get() + path


def without(path: str) -> str:
    """The path of this server that an address of the browser names; other paths stay as they are."""
    prefix = _current.get()
    if prefix and (path == prefix or path.startswith(prefix + "/")):
        return path[len(prefix) :] or "/"
    return path


class Prefix:
    """Takes the prefix off the path of requests, whether or not the proxy has done so, and puts it before redirects.

    The prefix is the option's; without it, the proxy's header X-Forwarded-Prefix. `strip` leaves the application without `root_path`
    (for Dash, which compares whole paths); otherwise path and `root_path` are those of the ASGI specification.
    """

    def __init__(self, app: ASGIApp, prefix: str, refuse: Refuse, *, strip: bool = False) -> None:
        self.app, self.prefix, self.refuse, self.strip = app, checked_prefix(prefix), refuse, strip

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            prefix = self.prefix or checked_prefix(headers.get("x-forwarded-prefix", ""))
        except AccessError as error:
            await self.refuse(scope, 400, f"X-Forwarded-Prefix: {error}")(scope, receive, send)
            return
        mark = _current.set(prefix)
        try:
            path = without(scope["path"])
            inner = {**scope, "path": path} if self.strip else {**scope, "path": prefix + path, "root_path": prefix}
            await self.app(inner, receive, _relocating(send, prefix, headers.get("host", "")))
        finally:
            _current.reset(mark)


def _relocating(send: Send, prefix: str, host: str) -> Send:
    async def relocated(message: Message) -> None:
        if prefix and message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if "location" in headers:
                headers["location"] = _inside(headers["location"], prefix, host)
        await send(message)

    return relocated


def _inside(address: str, prefix: str, host: str) -> str:
    """A redirect's address on this server as a path within the prefix; an address elsewhere stays as it is."""
    parts = urlsplit(address)
    if parts.netloc not in ("", host):
        return address
    path = without(parts.path)
    return prefix + path + (f"?{parts.query}" if parts.query else "")
