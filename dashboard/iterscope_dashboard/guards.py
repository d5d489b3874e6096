"""What stands before the pages: who may send requests, how large they are, what they may hold, and what pages may load."""

import base64
import hashlib
import html
import logging
from collections.abc import Sequence

from dash import Dash
from dash.exceptions import PreventUpdate
from fastapi import FastAPI
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from iterscope_dashboard.shell import FIRST_SCRIPT, START_SCRIPT
from iterscope_guard.access import Access
from iterscope_guard.prefix import Prefix, checked_prefix, within
from iterscope_guard.requests import BodyLimit, Guard, JsonCheck

log = logging.getLogger("iterscope.dashboard")
MAX_BODY = 16 << 20  # bytes; a page sends back what its controls and stores hold, and figures
MAX_UPLOAD = 1 << 36
UPDATE, SUITES = "/_dash-update-component", "/_dash-component-suites/"
TOKEN_FORM = """<!DOCTYPE html>
<html lang="en"><head><meta charset="UTF-8"><title>Iterscope</title><meta name="viewport" content="width=device-width, initial-scale=1">
<style>body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 4rem auto; padding: 0 1rem; color-scheme: light dark; }}
input {{ font: inherit; width: 100%; box-sizing: border-box; margin: .3rem 0 1rem; }}</style></head>
<body><h1>Iterscope asks for its token</h1><p>It was printed with the address when Iterscope was started: <code>…?token=…</code>.</p>
<form action="{action}"><label>Token <input type="password" name="token" autocomplete="off" autofocus required></label>
<button>Open</button></form></body></html>"""


def refuse(scope: Scope, status: int, detail: str, errors: Sequence[tuple[str, str]] = ()) -> Response:
    """A refused request's response: a form for the token, JSON with the fields that are wrong, or a sentence."""
    if status == 401 and scope["method"] == "GET" and "text/html" in Headers(scope=scope).get("accept", ""):
        return HTMLResponse(TOKEN_FORM.format(action=html.escape(within("/"), quote=True)), 401)
    if errors:
        fields = [{"field": field, "message": message} for field, message in errors]
        return JSONResponse({"title": "Invalid request", "detail": detail, "errors": fields}, status)
    return PlainTextResponse(detail, status)


def content_policy(dash: Dash) -> str:
    """What the pages may load and run: our own files, and the inline scripts that Dash and the first response are known to have."""
    ours = [base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in (FIRST_SCRIPT, START_SCRIPT)]
    scripts = " ".join(["'self'", *(f"'sha256-{digest}'" for digest in ours), *dash.csp_hashes()])
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'"
    )


def add_guards(server: FastAPI, access: Access, url_prefix: str, policy: str) -> None:
    """Add the middleware in front of every route. The last one added sees a request first."""
    server.add_middleware(JsonCheck, refuse=refuse)
    server.add_middleware(BodyLimit, limit_of=_limit, refuse=refuse)
    server.add_middleware(Guard, access=access, refuse=refuse, unknown_host=421)
    server.add_middleware(PageHeaders, policy=policy)
    server.add_middleware(Prefix, prefix=checked_prefix(url_prefix), refuse=refuse, strip=True)


def _limit(scope: Scope) -> int:
    """The largest body of a request in bytes. Uploads are passed on piece by piece to the backend, which has a limit for them."""
    return MAX_UPLOAD if scope["path"] == "/imports" and scope["method"] == "POST" else MAX_BODY


class PageHeaders:
    """Adds the headers that every response has: pages load nothing from other hosts, and nothing else shows them in a frame."""

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self.app, self.policy = app, policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = self.policy
                headers["X-Content-Type-Options"] = "nosniff"
                headers["X-Frame-Options"] = "DENY"
                headers["Referrer-Policy"] = "same-origin"
                if message["status"] == 200 and scope["path"].startswith("/assets/") and scope["query_string"]:
                    headers["Cache-Control"] = "public, max-age=31536000, immutable"  # its address changes when it does
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


class DashRequests:
    """Answers 400 where Dash itself fails over a request: it takes every body and address for one of its own pages.

    Errors of callbacks never come here; `on_error` reports them.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        started = False

        async def noted(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, noted)
        except PreventUpdate:
            raise
        except Exception as error:
            ours = scope["type"] == "http" and (scope["path"] == UPDATE or scope["path"].startswith(SUITES))
            if started or not ours:
                raise
            log.warning("%s %s is not a request of a page: %s", scope["method"], scope["path"], error, exc_info=True)
            status = 400 if scope["path"] == UPDATE else 404
            await PlainTextResponse("this request doesn't come from a page of the dashboard: reload the page", status)(
                scope, receive, send
            )
