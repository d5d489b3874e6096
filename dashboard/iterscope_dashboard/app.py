"""The dashboard's ASGI application: FastAPI with Dash mounted on it."""

import asyncio
import logging
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx2
from dash import Dash, set_props
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from iterscope_dashboard import bundle, figure_files, shell
from iterscope_dashboard.client import BackendClient, BackendError, BackendUnavailable, ProblemError
from iterscope_dashboard.guards import DashRequests, add_guards, content_policy
from iterscope_dashboard.ids import Shell
from iterscope_dashboard.pages import PAGES
from iterscope_dashboard.rest import add_rest
from iterscope_dashboard.settings import Settings
from iterscope_dashboard.skeleton import app_entry
from iterscope_guard.access import Access
from iterscope_guard.prefix import current_prefix
from iterscope_views import FONTS

log = logging.getLogger("iterscope.dashboard")
DASH_PATHS = ("DASH_URL_BASE_PATHNAME", "DASH_ROUTES_PATHNAME_PREFIX", "DASH_REQUESTS_PATHNAME_PREFIX")


def report(error: Exception) -> None:
    """Report a failed callback: as a notification that stays until dismissed, and in the log."""
    if isinstance(error, BackendUnavailable):
        return  # the frame shows it, and recovers
    expected = isinstance(error, BackendError)
    log.log(logging.WARNING if expected else logging.ERROR, "callback failed: %s", error, exc_info=not expected)
    title = error.title if isinstance(error, ProblemError) else "Something went wrong on this page"
    set_props(Shell.NOTIFICATIONS, {"sendNotifications": shell.notify(str(error) or repr(error), title=title)})


class Pages(Dash):
    """Dash with its own first response: the header and grey shapes until the page comes, and addresses behind a proxy's prefix."""

    def interpolate_index(self, **parts: Any) -> Any:  # type: ignore[override]
        """The HTML of the first response."""
        parts["app_entry"] = app_entry()
        parts["css"] += f'<link rel="stylesheet" href="{bundle.STYLES.address}">'
        parts["css"] += (
            f'<script type="module" async src="{bundle.VIEWS.address}"></script>'  # runs before Dash is there
        )
        parts["scripts"] = f'<script src="{bundle.SCRIPTS.address}"></script>{parts["scripts"]}'
        html: str = super().interpolate_index(**parts)  # type: ignore[no-untyped-call]
        prefix = current_prefix()
        if not prefix:
            return html
        html = html.replace('<html lang="en"', f'<html lang="en" data-prefix="{prefix}"', 1)
        html = html.replace(r'"requests_pathname_prefix":"\u002f"', f'"requests_pathname_prefix":"{prefix}/"')
        return re.sub(r'(src|href)="/(?!/)', rf'\1="{prefix}/', html)


class SelectiveGZip(GZipMiddleware):
    """Compress JSON, but neither scripts nor curves: on one machine, compressing them takes longer than sending them."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        path = scope.get("path", "")
        if path.startswith(("/_dash-component-suites/", "/assets/")) or path.endswith("/curves"):
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(settings: Settings) -> FastAPI:
    """Build the ASGI application."""
    os.environ.setdefault("DASH_DISABLE_VERSION_CHECK", "true")  # Dash would contact a server on the internet
    for name in DASH_PATHS:  # of other hosts of Dash applications; --root-path says it here
        os.environ.pop(name, None)
    access = settings.access
    client = BackendClient(settings.backend, access.token)

    @asynccontextmanager
    async def lifespan(_server: FastAPI) -> AsyncIterator[None]:
        await set_up(server, access)
        yield
        await client.close()

    server = FastAPI(title="Iterscope dashboard", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    add_routes(server, client)
    add_rest(server, client)
    rest = shell.Rest(settings.public_backend or settings.backend, access.token is not None)
    server.add_middleware(DashRequests)
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
        index_string=shell.index(rest),
        on_error=report,
        add_log_handler=False,
    )
    dash.backend.websocket_capability = False  # Dash 4.4 would open a WebSocket for every reader, and nobody needs it
    dash.layout = shell.layout
    shell.register(dash, client)
    for page in PAGES:
        page.register(dash, client)
    server.add_middleware(SelectiveGZip, minimum_size=2000, compresslevel=4)
    add_guards(server, access, settings.url_prefix, content_policy(dash))
    return server


async def set_up(server: FastAPI, access: Access) -> None:
    """Ask for the first page once: Dash 4.4 sets itself up at the first "/", and any other page asked for first would lack its scripts."""
    transport = httpx2.ASGITransport(app=server)
    headers = {} if access.token is None else {"authorization": f"Bearer {access.token}"}
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as visitor:
        (await visitor.get("/")).raise_for_status()


async def drain_body(request: Request) -> None:
    """Read the rest of a refused body: a browser reads the response only after it has sent everything."""
    with suppress(RuntimeError, ClientDisconnect):  # RuntimeError: nothing is left to read
        async for _ in request.stream():
            pass


def add_routes(server: FastAPI, client: BackendClient) -> None:
    """Add the routes outside Dash: assets, health and images, so that the browser needs one origin only."""

    def serve(one: bundle.Bundle) -> None:
        """Serve a bundle at its address."""

        @server.get(one.address.partition("?")[0])
        async def file() -> Response:
            return Response(one.content, media_type=one.media_type)

    for one in (bundle.VIEWS, bundle.SCRIPTS, bundle.STYLES):
        serve(one)

    @server.get("/assets/fonts/{name}")
    async def font(name: str) -> Response:
        """Serve the typeface that the views bring."""
        if name not in FONTS:
            return JSONResponse({"title": "Not found", "detail": f"There is no font {name}."}, 404)
        content = await asyncio.to_thread(FONTS[name].read_bytes)
        return Response(content, media_type="font/woff2", headers={"Cache-Control": "public, max-age=86400"})

    @server.get("/healthz")
    async def healthz() -> dict[str, str]:
        """Report that the dashboard is running."""
        return {"status": "ok"}

    @server.get("/backend-health")
    async def backend_health() -> dict[str, Any]:
        """Report whether the backend responds; always 200, so that the browser console shows no error."""
        try:
            health = await client.health()
        except BackendError as error:
            return {"up": False, "detail": str(error)}
        return {"up": health.get("status") == "ok", "version": health.get("version"), "device": health.get("device")}

    @server.post("/figure.pdf")
    async def figure_pdf(request: Request) -> Response:
        """Convert a figure from SVG to PDF. A refusal has status 200, so that the browser console shows no error."""
        svg = bytearray()
        async for piece in request.stream():
            svg += piece
            if len(svg) > figure_files.MAX_BYTES:
                await drain_body(request)
                break
        try:
            pdf = await asyncio.to_thread(figure_files.pdf_of, bytes(svg))
        except figure_files.FigureError as error:
            return JSONResponse({"refused": str(error)})
        return Response(pdf, media_type="application/pdf")

    @server.post("/imports")
    async def imports(request: Request) -> dict[str, Any]:
        """Stream an uploaded weights file to the backend. A refusal has status 200, so that the browser console shows no error."""
        headers = request.headers
        try:
            found, known = await client.send_file(
                request.stream(), headers.get("content-type", ""), headers.get("content-length", "0")
            )
        except BackendError as error:
            await drain_body(request)
            problems = error.problems if isinstance(error, ProblemError) else ()
            return {"refused": {"detail": str(error), "problems": list(problems)}}
        return {"checkpoint": found["id"], "known": known} if "sha256" in found else {"import": found["id"]}
