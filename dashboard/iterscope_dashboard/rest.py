"""/api/…: the backend's REST interface at the dashboard's own address, so that the views need one origin, and no token of their own."""

from collections.abc import AsyncIterator
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from iterscope_dashboard.client import BackendClient, BackendError, BackendUnavailable, ProblemError
from iterscope_guard.text import one_line

RESOURCES = ("runs", "checkpoints", "measurements", "datasets", "probe", "jobs", "health")
SENT = ("accept", "cache-control", "content-type", "iterscope-lease", "last-event-id", "priority")
RETURNED = ("cache-control", "content-type", "location", "retry-after")
PROBLEM = "application/problem+json"
OVER = (404, 409)
"""A job that a page cancels has just finished, or was forgotten: that is what the page wants, and browsers would report an error."""


def add_rest(server: FastAPI, client: BackendClient) -> None:
    """Add the route. Whoever may see the pages may use it: the same guards stand before both."""

    @server.api_route("/api/{path:path}", methods=["GET", "POST", "PATCH", "DELETE"])
    async def pass_on(request: Request, path: str) -> Response:
        """Pass a request on to the backend, and its answer back as it comes."""
        if path.split("/")[0] not in RESOURCES or not {".", ".."}.isdisjoint(path.split("/")):
            shown = one_line(path[:200])
            return _problem(404, "Not found", f"/{shown} is not a resource of the backend that the pages use.")
        headers = {name: value for name, value in request.headers.items() if name in SENT}
        address = f"/{quote(path)}" + (f"?{request.url.query}" if request.url.query else "")
        try:
            answer = await client.stream(request.method, address, headers, await request.body())
        except BackendUnavailable as error:
            return _problem(502, "Backend not available", str(error))
        except (BackendError, ProblemError) as error:
            return _problem(400, "Invalid request", str(error))

        if request.method == "DELETE" and path.startswith("jobs/") and answer.status_code in OVER:
            await answer.aclose()
            return Response(status_code=204)

        async def body() -> AsyncIterator[bytes]:
            try:
                async for piece in answer.aiter_bytes():
                    yield piece
            finally:
                await answer.aclose()

        kept = {name: value for name, value in answer.headers.items() if name in RETURNED}
        return StreamingResponse(body(), _status(path, answer.status_code, kept), kept)


def _status(path: str, status: int, headers: dict[str, str]) -> int:
    """A refused measurement has status 200, so that the browser console shows no error; the body says that it is a problem.

    The same holds for its job, which may be done when a page cancels it.
    """
    measured = path.split("/")[0] in ("probe", "jobs")
    refused = 400 <= status < 500 and headers.get("content-type", "").startswith(PROBLEM)
    return 200 if measured and refused else status


def _problem(status: int, title: str, detail: str) -> Response:
    return JSONResponse({"title": title, "status": status, "detail": detail}, status, media_type=PROBLEM)
