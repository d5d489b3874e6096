"""The dashboard's ASGI application: FastAPI with Dash mounted on it."""

import asyncio
import json
import logging
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Annotated, Any
from urllib.parse import SplitResult, urlsplit

import dash_ag_grid
from dash import Dash, set_props
from fastapi import FastAPI, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from plotly.io.json import to_json_plotly
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from iterscope_dashboard import bundle, figure_files, shell
from iterscope_dashboard.client import BackendClient, BackendError, BackendUnavailable, ProblemError, part
from iterscope_dashboard.guards import DashRequests, add_guards
from iterscope_dashboard.ids import Shell
from iterscope_dashboard.pages import PAGES
from iterscope_dashboard.rest import add_rest
from iterscope_dashboard.settings import Settings
from iterscope_dashboard.skeleton import app_entry
from iterscope_guard.prefix import current_prefix, within

log = logging.getLogger("iterscope.dashboard")
PLOTLY = "/_dash-component-suites/plotly/package_data/plotly.min.js"
DASH_PATHS = ("DASH_URL_BASE_PATHNAME", "DASH_ROUTES_PATHNAME_PREFIX", "DASH_REQUESTS_PATHNAME_PREFIX")
LATER = 'type="later"'  # of a script that assets/first/arrive.js starts


def report(error: Exception) -> None:
    """Report a failed callback: as a notification that stays until dismissed, and in the log."""
    if isinstance(error, BackendUnavailable):
        return  # the frame shows it, and recovers
    expected = isinstance(error, BackendError)
    log.log(logging.WARNING if expected else logging.ERROR, "callback failed: %s", error, exc_info=not expected)
    title = error.title if isinstance(error, ProblemError) else "Something went wrong on this page"
    set_props(Shell.NOTIFICATIONS, {"sendNotifications": shell.notify(str(error) or repr(error), title=title)})


class Pages(Dash):
    """Dash with its own first response, which shows a preview before the scripts load."""

    def interpolate_index(self, **parts: Any) -> Any:  # type: ignore[override]
        """The HTML of the first response; scripts start when the preview is on the screen."""
        parts["app_entry"] = app_entry()
        parts["css"] += f'<link rel="stylesheet" href="{within(bundle.STYLES.address)}">'
        scripts = [f'<script src="{PLOTLY}"></script>', *parts["scripts"].split("\n")]
        renderer = next(i for i, script in enumerate(scripts) if "dash_renderer" in script)
        scripts.insert(renderer, f'<script src="{bundle.SCRIPTS.address}"></script>')  # it asks for what they define
        parts["scripts"] = (
            "\n".join(scripts).replace("<script ", f"<script {LATER} ").replace('src="/', f'src="{within("/")}')
        )
        parts["renderer"] = (
            re.sub(r'type="[^"]*"', LATER, parts["renderer"]) + f"<script>{bundle.FIRST_SCRIPT}</script>"
        )
        html: str = super().interpolate_index(**parts)  # type: ignore[no-untyped-call]
        if prefix := current_prefix():
            html = html.replace('<html lang="en">', f'<html lang="en" data-prefix="{prefix}">', 1)
        return html.replace('href="/assets/', f'href="{within("/assets/")}')

    def _config(self) -> Any:
        """Dash's configuration of a page, with the path under which its scripts reach the server."""
        return {**super()._config(), "requests_pathname_prefix": within("/")}  # type: ignore[no-untyped-call]


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
    dash_ag_grid._js_dist[0]["async"] = "lazy"  # assets/0_late.js loads it
    os.environ.setdefault("DASH_DISABLE_VERSION_CHECK", "true")  # Dash would contact a server on the internet
    for name in DASH_PATHS:  # of other hosts of Dash applications; --root-path says it here
        os.environ.pop(name, None)
    access = settings.access
    client = BackendClient(settings.backend, access.token)

    @asynccontextmanager
    async def lifespan(_server: FastAPI) -> AsyncIterator[None]:
        yield
        await client.close()

    server = FastAPI(title="Iterscope dashboard", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    add_routes(server, client)
    add_rest(server, client)
    rest = shell.Rest(settings.public_backend or settings.backend, access.token is not None)
    add_first_view(server, client, rest)
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
        index_string=shell.INDEX,
        on_error=report,
        add_log_handler=False,
    )
    dash.backend.websocket_capability = False  # Dash 4.4 would open a WebSocket for every reader, and nobody needs it
    dash.layout = partial(shell.layout, rest)
    shell.register(dash, client)
    for page in PAGES:
        page.register(dash, client)
    set_up: Any = dash._setup_server  # Dash 4.4 does it at the first "/": any other page asked for first had no assets
    set_up()
    server.add_middleware(SelectiveGZip, minimum_size=2000, compresslevel=4)
    add_guards(server, access, settings.url_prefix)
    return server


async def drain_body(request: Request) -> None:
    """Read the rest of a refused body: a browser reads the response only after it has sent everything."""
    with suppress(RuntimeError, ClientDisconnect):  # RuntimeError: nothing is left to read
        async for _ in request.stream():
            pass


def page_of(request: Request) -> SplitResult:
    """The address of the page that sends a request; empty where the header names none."""
    try:
        return urlsplit(request.headers.get("referer", ""))
    except ValueError:  # "http://["
        return urlsplit("")


def add_first_view(server: FastAPI, client: BackendClient, rest: shell.Rest) -> None:
    """Send the frame together with its page, rendered while scripts still load; Dash alone would need two requests.

    Both routes read the page's address from the Referer header.
    """

    @server.get("/_dash-layout")
    async def layout(request: Request) -> Response:
        here = page_of(request)
        shown = None
        if here.path:
            try:
                shown = await shell.show(client, here.path, here.query and f"?{here.query}")
            except Exception:  # the page's callback tries again, and says what is wrong
                log.exception("the page at %s was not drawn with the frame", here.path)
        return Response(to_json_plotly(shell.layout(rest, shown)), media_type="application/json")

    @server.get("/preview")
    async def preview(request: Request) -> Response:
        here = page_of(request)
        try:
            html = await shell.preview(client, here.path, here.query)
        except Exception:
            log.exception("no preview of the page at %s", here.path)
            html = ""
        return HTMLResponse(html, headers={"Cache-Control": "no-store"})


def add_routes(server: FastAPI, client: BackendClient) -> None:
    """Add the routes outside Dash: assets, health and images, so that the browser needs one origin only."""

    @server.get("/assets/iterscope.{kind}")
    async def assets(kind: str) -> Response:
        """Serve the bundled scripts or styles."""
        one = bundle.SCRIPTS if kind == "js" else bundle.STYLES
        return Response(one.content, media_type=one.media_type)

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

    @server.post("/cancel", status_code=204)
    async def cancel(request: Request) -> Response:
        """Cancel the jobs of a view that was left: {"jobs": […]}. Sent as a beacon, so the body is plain text."""
        try:
            jobs = [part(job) for job in json.loads(await request.body())["jobs"]]
        except (ValueError, KeyError, TypeError, RecursionError, ProblemError) as error:
            reason = str(error) if isinstance(error, ProblemError) else 'send {"jobs": ["j…"]}'
            return JSONResponse({"title": "Invalid request", "detail": reason}, 422)
        await asyncio.gather(*(client.cancel_job(job) for job in jobs[:20]), return_exceptions=True)
        return Response(status_code=204)

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

    @server.post("/samples")
    async def samples(request: Request) -> dict[str, Any]:
        """One part of the list of images: {"result": …}, its job, an error, or {"again": true} to retry."""
        try:
            answer = await client.probe("samples", dict(await request.json()), wait=1.0)
        except (ValueError, TypeError, RecursionError):
            return {"error": {"title": "Invalid request", "detail": "send the body of POST /probe/samples"}}
        except BackendUnavailable:
            return {"again": True}  # the frame shows that the backend is not responding
        except ProblemError as error:
            return {"error": {"title": error.title, "detail": error.detail}}
        return {"result": answer.result, "job": answer.job}

    @server.post("/imports")
    async def imports(request: Request) -> dict[str, Any]:
        """Stream an uploaded weights file to the backend. A refusal has status 200, so that the browser console shows no error."""
        headers = request.headers
        try:
            found = await client.send_file(
                request.stream(), headers.get("content-type", ""), headers.get("content-length", "0")
            )
        except BackendError as error:
            await drain_body(request)
            problems = error.problems if isinstance(error, ProblemError) else ()
            return {"refused": {"detail": str(error), "problems": list(problems)}}
        return {"checkpoint" if "sha256" in found else "import": found["id"]}

    @server.get("/image")
    async def image(
        checkpoint: Annotated[str, Query(max_length=64)],
        dataset: Annotated[str, Query(max_length=1000)],
        split: Annotated[str, Query(max_length=64)],
        index: Annotated[int, Query(ge=0, lt=1 << 63)],
    ) -> Response:
        """Return one image of a data set, read from the backend."""
        try:
            found = await client.image(checkpoint, dataset, split, index)
        except ProblemError as error:
            return JSONResponse({"title": error.title, "detail": error.detail}, error.status)
        except BackendError as error:
            return JSONResponse({"title": "Backend not available", "detail": str(error)}, 502)
        return Response(found.content, media_type="image/png", headers={"Cache-Control": found.cache_control})
