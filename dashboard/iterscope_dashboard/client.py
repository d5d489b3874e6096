"""Client of the backend's REST API."""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx2
import orjson

from iterscope_guard.text import may_hide, one_line, visible_values

Json = dict[str, Any]
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_REFERENCES = frozenset(("dataset", "path", "file"))
"""Fields that are sent back as they came: their characters are not escaped here, but where they are shown."""
TIMEOUT = httpx2.Timeout(30.0, connect=2.0)
STREAMING = httpx2.Timeout(30.0, connect=2.0, read=None)  # events come when there are some
LEASE = "150"
"""Seconds that a measurement goes on after its page was closed; browsers let hidden pages ask once a minute."""
HUNG_UP = (
    "The backend closed the connection during the upload: either the file exceeds the limit (ITERSCOPE_MAX_UPLOAD_BYTES, 2 GiB by "
    "default), or the backend was stopped."
)
WRONG_TOKEN = (
    "The dashboard's token is not the backend's: start both with the same ITERSCOPE_TOKEN, or with `iterscope up`."
)
PATIENT = httpx2.Timeout(600.0, connect=2.0)  # a file of a gigabyte is read


class BackendError(Exception):
    """A request to the backend failed.

    BackendError
    ├── BackendUnavailable   no backend answers at the address
    └── ProblemError         the backend refused the request and gave a reason (problem+json)
    """


class BackendUnavailable(BackendError):
    """No backend answers at the address."""

    def __init__(self, address: str) -> None:
        super().__init__(f"No backend answers at {address}.")
        self.address = address


class ProblemError(BackendError):
    """The backend refused the request; holds its reason (RFC 9457)."""

    def __init__(
        self, status: int, title: str, detail: str, problems: Sequence[str] = (), fields: Sequence[tuple[str, str]] = ()
    ) -> None:
        super().__init__(detail or title)
        self.status = status
        self.title = title
        self.detail = detail or title
        self.problems = tuple(problems)  # one sentence each, where there are several
        self.fields = tuple(fields)  # (name, what is wrong) of single fields of the request


@dataclass(frozen=True)
class ProbeAnswer:
    """Either a result, or the job that computes it."""

    result: Json | None
    job: Json | None


def problem_of(response: httpx2.Response) -> ProblemError:
    """Turn an error response into a ProblemError, even if its body is not problem+json."""
    try:
        body = response.json()
    except ValueError:
        body = {}
    body = visible_values(body) if isinstance(body, dict) else {}
    title = str(body.get("title") or f"The backend answered {response.status_code}")
    detail = str(body.get("detail") or "")
    errors = body.get("errors")
    fields = [
        (str(one.get("field", "")).removeprefix("body."), str(one.get("message", "")))
        for one in (errors if isinstance(errors, list) else ())
    ]
    if not detail:
        detail = "; ".join(f"{name}: {message}" for name, message in fields)
    problems = body.get("problems")
    found = [str(one) for one in problems] if isinstance(problems, list) else ()
    return ProblemError(response.status_code, title, detail, found, fields)


def loaded(content: bytes, leave: frozenset[str] = _REFERENCES) -> Any:
    """The backend's JSON. Names in it may come from files: what deceives the eye is escaped, except under the keys in `leave`."""
    value = orjson.loads(content)  # curves are megabytes
    return visible_values(value, leave) if may_hide(content.decode()) else value


def _given(**values: str | None) -> dict[str, str]:
    """The query parameters that are not None."""
    return {name: value for name, value in values.items() if value is not None}


HUNG_UP_ON = (httpx2.RemoteProtocolError, httpx2.ReadError, httpx2.WriteError)
"""Errors of a reused connection that the backend just closed."""


def once_more(method: str, error: httpx2.TransportError) -> bool:
    """Whether to send a request again: one that the backend can't have received, or that changes nothing."""
    unsent = isinstance(error, httpx2.ConnectTimeout)  # a busy machine
    return unsent or (method == "GET" and isinstance(error, HUNG_UP_ON))


def part(identifier: object) -> str:
    """An id or a name as one part of a path. Raises ProblemError for a text that is none, such as "../runs/r1"."""
    if not isinstance(identifier, str) or not _ID.fullmatch(identifier):
        shown = one_line(repr(identifier)[:80])
        raise ProblemError(
            422, "Invalid id", f"{shown} is not an id: ids are letters, digits, hyphens and underscores."
        )
    return quote(identifier, safe="")


class BackendClient:
    """One connection pool to the backend. Every method raises BackendUnavailable or ProblemError."""

    def __init__(self, address: str, token: str | None = None) -> None:
        self.address = address
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        # No proxy of the environment (http_proxy) comes between: it would learn the token.
        self._client = httpx2.AsyncClient(base_url=address, timeout=TIMEOUT, headers=headers, trust_env=False)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _send(self, method: str, path: str, **arguments: Any) -> httpx2.Response:
        try:
            try:
                response = await self._client.request(method, path, **arguments)
            except httpx2.TransportError as error:
                if not once_more(method, error):
                    raise
                response = await self._client.request(method, path, **arguments)
        except httpx2.TransportError as error:
            raise BackendUnavailable(self.address) from error
        except (httpx2.InvalidURL, UnicodeEncodeError) as error:  # an address of 64 KiB, a header that is not ASCII
            reason = f"The request can't be passed on to the backend ({error}): send a shorter address, and headers of ASCII characters."
            raise ProblemError(400, "Invalid request", reason) from error
        if response.status_code == 401:
            raise ProblemError(401, "The backend asks for its token", WRONG_TOKEN)
        if response.status_code >= 400:
            raise problem_of(response)
        return response

    async def stream(self, method: str, path: str, headers: dict[str, str], body: bytes) -> httpx2.Response:
        """The response to a page's own request, whatever its status, read as it comes; the caller closes it."""
        try:
            timeout = STREAMING if path.partition("?")[0].endswith("/events") else TIMEOUT
            request = self._client.build_request(method, path, headers=headers, content=body or None, timeout=timeout)
            try:
                return await self._client.send(request, stream=True)
            except httpx2.TransportError as error:
                if not once_more(method, error):
                    raise
                return await self._client.send(request, stream=True)
        except httpx2.TransportError as error:
            raise BackendUnavailable(self.address) from error
        except (httpx2.InvalidURL, UnicodeEncodeError) as error:
            raise ProblemError(400, "Invalid request", f"The request can't be passed on ({error}).") from error

    async def _json(self, method: str, path: str, leave: frozenset[str] = _REFERENCES, **arguments: Any) -> Json:
        return self._object(await self._send(method, path, **arguments), path, leave)

    def _object(self, response: httpx2.Response, path: str, leave: frozenset[str] = _REFERENCES) -> Json:
        try:
            body = loaded(response.content, leave)
        except ValueError as error:
            raise ProblemError(
                response.status_code, "Not JSON", f"{self.address}{path} did not return JSON."
            ) from error
        if not isinstance(body, dict):
            raise ProblemError(
                response.status_code, "Not a JSON object", f"{self.address}{path} did not return a JSON object."
            )
        return body

    async def health(self, timeout: float = 2.0) -> Json:
        """State, version, device, queue length and home folder."""
        return await self._json("GET", "/health", timeout=timeout)

    async def home(self) -> str:
        """The service's home folder, which a command has to name."""
        return str((await self.health(timeout=30.0))["home"])

    async def runs(self, curve: str | None = None) -> list[Json]:
        """Every run, newest first; `curve`: also return this metric over epochs."""
        runs = (await self._json("GET", "/runs", params=_given(curve=curve)))["runs"]
        return sorted(runs, key=lambda run: str(run.get("created_at") or ""), reverse=True)

    async def run(self, run: str) -> Json:
        """One run."""
        return await self._json("GET", f"/runs/{part(run)}")

    async def start_run(self, recipe: str, overrides: Json, name: str | None) -> Json:
        """Queue a training run."""
        body: Json = {"recipe": recipe, "overrides": overrides}
        if name:
            body["name"] = name
        return await self._json("POST", "/runs", json=body)

    async def stop_run(self, run: str) -> Json:
        """Ask the trainer to save and stop."""
        return await self._json("POST", f"/runs/{part(run)}/stop")

    async def delete_run(self, run: str) -> None:
        """Delete a run with its curves and checkpoints."""
        await self._send("DELETE", f"/runs/{part(run)}")

    async def update_run(self, run: str, changes: Json) -> Json:
        """Change name, notes or tags."""
        return await self._json("PATCH", f"/runs/{part(run)}", json=changes)

    async def checkpoints(self, run: str | None = None) -> list[Json]:
        """Checkpoints, newest first; of one run, or all."""
        query = {"run": run} if run else {}
        answer: list[Json] = (await self._json("GET", "/checkpoints", params=query))["checkpoints"]
        return answer

    async def recipes(self) -> Json:
        """The training recipes by name."""
        recipes: Json = (await self._json("GET", "/recipes"))["recipes"]
        return recipes

    async def datasets(self) -> list[Json]:
        """The data sets that can be named."""
        datasets: list[Json] = (await self._json("GET", "/datasets", _REFERENCES | {"name"}))["datasets"]
        return datasets

    async def paper(self, dataset: str | None, second: str | None) -> Json:
        """A summary of every figure of the paper and the verdict of every claim, for two data sets (None: the default)."""
        leave = _REFERENCES | {"first", "second", "choices"}  # the data sets
        return await self._json("GET", "/paper", leave, params=_given(dataset=dataset, second=second))

    async def paper_figure(self, figure: str, dataset: str | None, second: str | None) -> Json:
        """One figure or table of the paper, drawn from the store's runs."""
        return await self._json("GET", f"/paper/figures/{part(figure)}", params=_given(dataset=dataset, second=second))

    async def literature(self, run: str | None) -> Json:
        """The works after the paper on a run's network (None: the default), and the verdict of every claim."""
        return await self._json("GET", "/literature", params=_given(run=run))

    async def measurements(self) -> Json:
        """The definitions of all measurements, and the plug-ins that failed to load with the reason: `measurements`, `failed`."""
        return await self._json("GET", "/measurements")

    async def probe(self, name: str, request: Json, wait: float) -> ProbeAnswer:
        """Run a probe; returns within about `wait` seconds, with the result or with the job that computes it."""
        return await self._answer(f"/probe/{part(name)}", request, wait, headers={"iterscope-lease": LEASE})

    async def measured(self, name: str, request: Json) -> Json | None:
        """A probe's result if the backend has it cached, else None."""
        try:
            return await self._json(
                "POST", f"/probe/{part(name)}", json=request, headers={"cache-control": "only-if-cached"}
            )
        except ProblemError as error:
            if error.status != 504:
                raise
            return None

    async def measured_as(self, name: str, request: Json, media_type: str) -> bytes:
        """A cached result in another form, such as CSV. Raises ProblemError (504) if the backend doesn't have it cached."""
        headers = {"cache-control": "only-if-cached", "accept": media_type}
        return (await self._send("POST", f"/probe/{part(name)}", json=request, headers=headers)).content

    async def _answer(self, path: str, request: Json, wait: float, **arguments: Any) -> ProbeAnswer:
        response = await self._send("POST", path, json={**request, "wait": wait}, **arguments)
        body: Json = loaded(response.content)
        return ProbeAnswer(None, body) if response.status_code == 202 else ProbeAnswer(body, None)

    async def send_file(self, body: AsyncIterator[bytes], content_type: str, length: str) -> tuple[Json, bool]:
        """Stream a multipart body with a weights file to the backend; returns the import, or the checkpoint if Iterscope wrote the file;
        and whether that was stored already."""
        headers = {"content-type": content_type, "content-length": length}
        try:
            response = await self._send("POST", "/imports", content=body, headers=headers, timeout=PATIENT)
        except BackendUnavailable as error:
            if isinstance(error.__cause__, httpx2.ConnectError | httpx2.ConnectTimeout):
                raise
            raise ProblemError(
                413, "Upload failed", HUNG_UP
            ) from error  # its 413 is lost where it closes before all is sent
        return self._object(response, "/imports"), response.status_code == 200

    async def incoming(self, id: str) -> Json:
        """An uploaded file that is not imported yet."""
        return await self._json("GET", f"/imports/{part(id)}")

    async def import_checkpoint(self, id: str, request: Json, wait: float) -> ProbeAnswer:
        """Make a checkpoint of an uploaded file. It first runs the network on some images, as a job if that takes long."""
        return await self._answer(f"/imports/{part(id)}/checkpoint", request, wait)

    async def checkpoint(self, id: str) -> Json:
        """One checkpoint."""
        return await self._json("GET", f"/checkpoints/{part(id)}")

    async def job(self, job: str) -> Json:
        """One job, with its result when it is done."""
        return await self._json("GET", f"/jobs/{part(job)}")

    async def cancel_job(self, job: str) -> Json:
        """Cancel a job; a finished one stays as it is."""
        return await self._json("DELETE", f"/jobs/{part(job)}")
