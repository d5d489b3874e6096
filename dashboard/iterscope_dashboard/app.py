"""The dashboard's application: FastAPI with Dash on it. Nothing is opened before it is asked for."""

import asyncio
import json
import logging
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import dash_ag_grid
from dash import Dash, set_props
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse
from plotly.io.json import to_json_plotly
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from iterscope_dashboard import bundle, figure_files, shell
from iterscope_dashboard.client import BackendClient, BackendError, BackendUnavailable, ProblemError
from iterscope_dashboard.ids import Shell
from iterscope_dashboard.pages import PAGES
from iterscope_dashboard.settings import Settings
from iterscope_dashboard.skeleton import app_entry

log = logging.getLogger("iterscope.dashboard")
CONTENT_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'"
)
PLOTLY = "/_dash-component-suites/plotly/package_data/plotly.min.js"
LATER = 'type="later"'  # of a script that assets/first/arrive.js starts


def host_of(header: str) -> str:
    """The name in a Host header, without the port: "[::1]:8050" → "::1"."""
    if header.startswith("["):
        return header[1:].split("]", 1)[0]
    return header.rsplit(":", 1)[0] if ":" in header else header


def report(error: Exception) -> None:
    """A callback failed: say so on the page until dismissed, and in the log."""
    if isinstance(error, BackendUnavailable):
        return  # the frame shows it, and recovers
    expected = isinstance(error, BackendError)
    log.log(logging.WARNING if expected else logging.ERROR, "callback failed: %s", error, exc_info=not expected)
    title = error.title if isinstance(error, ProblemError) else "Something went wrong on this page"
    set_props(Shell.NOTIFICATIONS, {"sendNotifications": shell.notify(str(error) or repr(error), title=title)})


class Pages(Dash):
    """Dash, with our own first sight of a page."""

    def interpolate_index(self, **parts: Any) -> Any:  # type: ignore[override]
        """The first answer's HTML: scripts come when the preview stands."""
        parts["app_entry"] = app_entry()
        parts["css"] += f'<link rel="stylesheet" href="{bundle.STYLES.address}">'
        scripts = [f'<script src="{PLOTLY}"></script>', *parts["scripts"].split("\n")]
        renderer = next(i for i, script in enumerate(scripts) if "dash_renderer" in script)
        scripts.insert(renderer, f'<script src="{bundle.SCRIPTS.address}"></script>')  # it asks for what they define
        parts["scripts"] = "\n".join(scripts).replace("<script ", f"<script {LATER} ")
        parts["renderer"] = (
            re.sub(r'type="[^"]*"', LATER, parts["renderer"]) + f"<script>{bundle.FIRST_SCRIPT}</script>"
        )
        return super().interpolate_index(**parts)  # type: ignore[no-untyped-call]


class SelectiveGZip(GZipMiddleware):
    """Compress data, not the scripts: packing them takes longer than sending them from the same machine."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http" and scope["path"].startswith(("/_dash-component-suites/", "/assets/")):
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(settings: Settings) -> FastAPI:
    """Build the ASGI application."""
    dash_ag_grid._js_dist[0]["async"] = "lazy"  # assets/0_late.js loads it
    os.environ.setdefault("DASH_DISABLE_VERSION_CHECK", "true")  # Dash would ask a server elsewhere
    client = BackendClient(settings.backend)

    @asynccontextmanager
    async def lifespan(_server: FastAPI) -> AsyncIterator[None]:
        yield
        await client.close()

    server = FastAPI(title="Iterscope dashboard", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    add_routes(server, client)
    add_first_view(server, client, settings.public_backend or settings.backend)
    asgi: Any = server  # Dash takes a FastAPI application; its annotation has not heard of it
    dash = Pages(
        "iterscope_dashboard",
        server=asgi,
        use_pages=False,
        assets_folder=str(bundle.FOLDER),
        assets_ignore=r".*\.(js|css)$",  # they come as bundles
        serve_locally=True,
        title="Iterscope",
        update_title="",
        suppress_callback_exceptions=True,
        index_string=shell.INDEX,
        on_error=report,
        add_log_handler=False,
    )
    dash.backend.websocket_capability = False  # Dash 4.4 would open a WebSocket for every reader, and nobody needs it
    dash.layout = partial(shell.layout, settings.public_backend or settings.backend)
    shell.register(dash, client)
    for page in PAGES:
        page.register(dash, client)
    set_up: Any = dash._setup_server  # Dash 4.4 does it at the first "/": any other page asked for first had no assets
    set_up()
    server.add_middleware(SelectiveGZip, minimum_size=2000, compresslevel=4)
    add_guard(server, settings)
    return server


def add_guard(server: FastAPI, settings: Settings) -> None:
    """Refuse strange Host headers and what other sites' pages send; let the page load nothing from elsewhere."""
    accepted = settings.accepted_hosts

    @server.middleware("http")
    async def guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        host = host_of(request.headers.get("host", ""))
        if host not in accepted:
            text = (
                f"host {host!r} is not accepted: open the dashboard as localhost, or name the host with --allowed-host"
            )
            return PlainTextResponse(text, status_code=421)
        origin = request.headers.get("origin")
        if request.method not in ("GET", "HEAD") and origin and host_of(urlsplit(origin).netloc) not in accepted:
            return PlainTextResponse(f"pages from {origin!r} may not send anything to this dashboard", status_code=403)
        response = await call_next(request)
        response.headers["Content-Security-Policy"] = CONTENT_POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        if request.url.path.startswith("/assets/") and request.url.query:  # its address changes when it does
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


async def hear_out(request: Request) -> None:
    """Take the rest of a body that nobody wants any more: a browser hears the answer only when it has sent everything."""
    with suppress(RuntimeError, ClientDisconnect):  # RuntimeError: there is no rest
        async for _ in request.stream():
            pass


def add_first_view(server: FastAPI, client: BackendClient, backend: str) -> None:
    """Dash asks for the frame and then for the page in it: here the frame comes with the page, drawn while scripts still load.

    Both routes answer for the address that asks.
    """

    @server.get("/_dash-layout")
    async def layout(request: Request) -> Response:
        here = urlsplit(request.headers.get("referer", ""))
        shown = None
        if here.path:
            try:
                shown = await shell.show(client, here.path, here.query and f"?{here.query}")
            except Exception:  # the page's callback tries again, and says what is wrong
                log.exception("the page at %s was not drawn with the frame", here.path)
        return Response(to_json_plotly(shell.layout(backend, shown)), media_type="application/json")

    @server.get("/preview")
    async def preview(request: Request) -> Response:
        here = urlsplit(request.headers.get("referer", ""))
        try:
            html = await shell.preview(client, here.path, here.query)
        except Exception:
            log.exception("no preview of the page at %s", here.path)
            html = ""
        return HTMLResponse(html, headers={"Cache-Control": "no-store"})


def add_routes(server: FastAPI, client: BackendClient) -> None:
    """What is not Dash: our own assets, health, and images, so that the browser talks to one origin."""

    @server.get("/assets/iterscope.{kind}")
    async def assets(kind: str) -> Response:
        """Our scripts or our styles."""
        one = bundle.SCRIPTS if kind == "js" else bundle.STYLES
        return Response(one.content, media_type=one.media_type)

    @server.get("/healthz")
    async def healthz() -> dict[str, str]:
        """The dashboard itself is up."""
        return {"status": "ok"}

    @server.get("/backend-health")
    async def backend_health() -> dict[str, Any]:
        """Whether the backend answers; always 200, so that a browser's console stays clean."""
        try:
            health = await client.health()
        except BackendError as error:
            return {"up": False, "detail": str(error)}
        return {"up": health.get("status") == "ok", "version": health.get("version"), "device": health.get("device")}

    @server.post("/cancel", status_code=204)
    async def cancel(request: Request) -> Response:
        """A view was left: {"jobs": […]} are wanted no more. A beacon, so the body comes as plain text."""
        try:
            jobs = json.loads(await request.body())["jobs"]
        except (ValueError, KeyError, TypeError):
            return JSONResponse({"title": "Not understood", "detail": 'send {"jobs": ["j…"]}'}, 422)
        await asyncio.gather(*(client.cancel_job(str(job)) for job in jobs[:20]), return_exceptions=True)
        return Response(status_code=204)

    @server.post("/figure.pdf")
    async def figure_pdf(request: Request) -> Response:
        """A figure as SVG in, the same as PDF out. Refusals are answers too, so that the console stays clean."""
        svg = bytearray()
        async for piece in request.stream():
            svg += piece
            if len(svg) > figure_files.MAX_BYTES:
                await hear_out(request)
                break
        try:
            pdf = await asyncio.to_thread(figure_files.pdf_of, bytes(svg))
        except figure_files.FigureError as error:
            return JSONResponse({"refused": str(error)})
        return Response(pdf, media_type="application/pdf")

    @server.post("/samples")
    async def samples(request: Request) -> dict[str, Any]:
        """A part of the list of images: {"result": …}, the job that makes it, why there is none, or that one should ask again."""
        try:
            answer = await client.probe("samples", dict(await request.json()), wait=1.0)
        except (ValueError, TypeError):
            return {"error": {"title": "Not understood", "detail": "send the body of POST /probe/samples"}}
        except BackendUnavailable:
            return {"again": True}  # the frame says that the backend is away
        except ProblemError as error:
            return {"error": {"title": error.title, "detail": error.detail}}
        return {"result": answer.result, "job": answer.job}

    @server.post("/imports")
    async def imports(request: Request) -> dict[str, Any]:
        """A file of weights, passed on to the backend while it comes. Refusals are answers too, so that the console stays clean."""
        headers = request.headers
        try:
            found = await client.send_file(
                request.stream(), headers.get("content-type", ""), headers.get("content-length", "0")
            )
        except BackendError as error:
            await hear_out(request)
            problems = error.problems if isinstance(error, ProblemError) else ()
            return {"refused": {"detail": str(error), "problems": list(problems)}}
        return {"import": found["id"]}

    @server.get("/image")
    async def image(checkpoint: str, dataset: str, split: str, index: int) -> Response:
        """One image of a data set, from the backend."""
        try:
            found = await client.image(checkpoint, dataset, split, index)
        except ProblemError as error:
            return JSONResponse({"title": error.title, "detail": error.detail}, error.status)
        except BackendError as error:
            return JSONResponse({"title": "No backend", "detail": str(error)}, 502)
        return Response(found.content, media_type="image/png", headers={"Cache-Control": found.cache_control})
