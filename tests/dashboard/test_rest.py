"""/api/…: what the views ask of the dashboard, a backend answers."""

from __future__ import annotations

import http.client
import json
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from fastapi.testclient import TestClient

from iterscope_backend.__main__ import main as backend_main
from iterscope_dashboard.__main__ import listen
from iterscope_dashboard.__main__ import main as dashboard_main
from iterscope_dashboard.app import create_app
from iterscope_dashboard.settings import Settings
from tests.dashboard.test_app import NOBODY, ODD_VALUES

Json = dict[str, Any]
EVENTS = (b'id: 1\ndata: {"progress": 0.5}\n\n', b'id: 2\ndata: {"job": {"state": "done"}}\n\n')
CURVES = bytes(range(256)) * 40


@dataclass(frozen=True)
class Asked:
    """One request as the backend got it."""

    method: str
    path: str
    headers: Json  # by their names in lower case
    body: bytes


@dataclass(frozen=True)
class Backend:
    """A backend that answers a few paths."""

    url: str
    asked: list[Asked] = field(default_factory=list)
    go_on: threading.Event = field(default_factory=threading.Event)
    """Until it is set, the second event is held back."""
    left: threading.Event = field(default_factory=threading.Event)
    """Whether the reader of the events of the job "left" has gone."""


@pytest.fixture
def backend() -> Iterator[Backend]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            made.asked.append(Asked(self.command, self.path, headers, body))
            path = self.path.partition("?")[0]
            if path.endswith("/left/events"):
                self.begin(200, {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"})
                self.wfile.write(f"{len(EVENTS[0]):x}\r\n".encode() + EVENTS[0] + b"\r\n")
                self.connection.settimeout(60)
                if not self.connection.recv(1):
                    made.left.set()
            elif path.endswith("/events"):
                self.begin(200, {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"})
                for number, event in enumerate(EVENTS):
                    if number:
                        made.go_on.wait(30)
                    self.wfile.write(f"{len(event):x}\r\n".encode() + event + b"\r\n")
                self.wfile.write(b"0\r\n\r\n")
            elif path.endswith("/curves"):
                self.whole(200, CURVES, {"Content-Type": "application/vnd.safetensors", "Cache-Control": "no-cache"})
            elif path == "/probe/plan":
                self.whole(503, b"{}", {"Content-Type": "application/problem+json", "Retry-After": "5"})
            elif path == "/probe/unroll":
                self.whole(422, b'{"status": 422, "detail": "no"}', {"Content-Type": "application/problem+json"})
            elif path.startswith("/probe/"):
                self.whole(202, b'{"id": "j1"}', {"Content-Type": "application/json", "Location": "/jobs/j1"})
            elif self.command == "DELETE":
                self.whole(409, b"{}", {}) if path.endswith("/over") else self.begin(204, {})
            elif path == "/runs/none":
                problem = b'{"title": "Not found", "status": 404, "detail": "no run none"}'
                self.whole(404, problem, {"Content-Type": "application/problem+json"})
            else:
                self.whole(
                    200, b'{"runs": []}', {"Content-Type": "application/json", "Set-Cookie": "a=b", "Server": "x"}
                )

        do_GET = do_POST = do_PATCH = do_DELETE = answer  # noqa: N815 (the names that http.server calls)

        def begin(self, status: int, headers: dict[str, str]) -> None:
            self.send_response_only(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def whole(self, status: int, content: bytes, headers: dict[str, str]) -> None:
            self.begin(status, {**headers, "Content-Length": str(len(content))})
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Tests print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        made = Backend(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield made
        made.go_on.set()
        server.shutdown()
        thread.join()


@contextmanager
def pages(backend: str, **settings: Any) -> Iterator[TestClient]:
    app = create_app(Settings(backend=backend, **settings))
    with TestClient(app, base_url="http://localhost:8050", follow_redirects=False) as client:
        yield client


@pytest.fixture
def page(backend: Backend) -> Iterator[TestClient]:
    with pages(backend.url) as client:
        yield client


def test_a_request_arrives_with_its_query_body_and_what_it_accepts(page: TestClient, backend: Backend) -> None:
    sent = {
        "Content-Type": "application/json",
        "Cache-Control": "only-if-cached",
        "Accept": "text/csv",
        "Last-Event-ID": "7",
        "Priority": "u=7",
        "Iterscope-Lease": "10",
    }
    page.post("/api/probe/drop?a=1&a=%C3%A9+b", content=b'{"blocks": "each"}', headers=sent)
    (asked,) = backend.asked
    assert (asked.method, asked.path, asked.body) == ("POST", "/probe/drop?a=1&a=%C3%A9+b", b'{"blocks": "each"}')
    assert {name: asked.headers[name.lower()] for name in sent} == sent
    page.patch("/api/runs/r1", json={"name": "x"})
    page.get("/api/runs/a%20b%25c")
    assert [(asked.method, asked.path) for asked in backend.asked[1:]] == [
        ("PATCH", "/runs/r1"),
        ("GET", "/runs/a%20b%25c"),
    ]


def test_an_answer_comes_back_with_its_status_and_type(page: TestClient) -> None:
    job = page.post("/api/probe/drop", json={})
    assert (job.status_code, job.json(), job.headers["location"]) == (202, {"id": "j1"}, "/jobs/j1")
    curves = page.get("/api/runs/r1/curves")
    assert (curves.content, curves.headers["content-type"]) == (CURVES, "application/vnd.safetensors")
    assert curves.headers["cache-control"] == "no-cache"
    assert "content-encoding" not in curves.headers  # compressing them takes longer than sending them
    refused = page.get("/api/runs/none")
    assert (refused.status_code, refused.headers["content-type"]) == (404, "application/problem+json")
    assert refused.json()["detail"] == "no run none"
    busy = page.post("/api/probe/plan", json={})
    assert (busy.status_code, busy.headers["retry-after"]) == (503, "5")
    plain = page.post("/api/probe/unroll", json={})  # the browser's console shows an error for any other status
    assert (plain.status_code, plain.headers["content-type"]) == (200, "application/problem+json")
    assert plain.json()["status"] == 422
    gone = page.delete("/api/jobs/j1")
    assert (gone.status_code, gone.content) == (204, b"")
    assert "set-cookie" not in page.get("/api/runs").headers


@contextmanager
def serving(**settings: Any) -> Iterator[str]:
    """The dashboard as a server: a TestClient gives answers whole."""
    given = Settings(port=0, **settings)
    listener = listen(given)
    server = uvicorn.Server(uvicorn.Config(create_app(given), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)


def test_to_cancel_what_is_over_is_no_error(page: TestClient) -> None:
    assert page.delete("/api/jobs/over").status_code == 204
    assert page.delete("/api/runs/over").status_code == 409  # this one is not deleted


def test_events_come_when_they_happen(backend: Backend) -> None:
    with (
        serving(backend=backend.url) as address,
        httpx2.stream("GET", f"{address}/api/jobs/j1/events", timeout=30, trust_env=False) as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        pieces = answer.iter_bytes()
        assert next(pieces) == EVENTS[0]
        backend.go_on.set()  # only now does the backend send the second one
        assert b"".join(pieces) == EVENTS[1]


def test_a_reader_that_leaves_ends_the_stream_at_the_backend(backend: Backend) -> None:
    """There, a job that nobody reads any more ends."""
    with serving(backend=backend.url) as address:
        with httpx2.stream("GET", f"{address}/api/jobs/left/events", timeout=30, trust_env=False) as answer:
            pieces = answer.iter_bytes()  # the answer is closed once nobody holds this
            assert next(pieces) == EVENTS[0]
            assert not backend.left.is_set()
        assert backend.left.wait(30)


def test_behind_a_prefix_the_path_is_the_same(backend: Backend) -> None:
    for prefix in ("/user/me", "/an/api/proxy"):
        with pages(backend.url, url_prefix=prefix) as client:
            assert client.get(f"{prefix}/api/runs/r1?x=1").status_code == 200
        assert backend.asked[-1].path == "/runs/r1?x=1"


@pytest.mark.parametrize(
    ("method", "error", "again"),
    [
        ("POST", httpx2.ConnectTimeout, True),
        ("GET", httpx2.RemoteProtocolError, True),
        ("POST", httpx2.RemoteProtocolError, False),  # it may have arrived
        ("GET", httpx2.ReadTimeout, False),
    ],
)
def test_only_what_changes_nothing_twice_is_sent_again(
    backend: Backend, monkeypatch: pytest.MonkeyPatch, method: str, error: type[httpx2.TransportError], again: bool
) -> None:
    whole, failures = httpx2.AsyncClient.send, [error("the connection was closed")]

    async def send(client: httpx2.AsyncClient, *arguments: Any, **options: Any) -> httpx2.Response:
        if failures:
            raise failures.pop()
        return await whole(client, *arguments, **options)

    with pages(backend.url) as client:
        monkeypatch.setattr(httpx2.AsyncClient, "send", send)
        assert client.request(method, "/api/runs/r1").status_code == (200 if again else 502)


def test_the_servers_keep_connections_longer_than_their_clients(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Else a request can meet a connection that is just being closed."""
    kept: list[int] = []

    def run(server: uvicorn.Server, sockets: list[socket.socket]) -> None:
        kept.append(server.config.timeout_keep_alive)
        for listener in sockets:
            listener.close()

    monkeypatch.setattr(uvicorn.Server, "run", run)
    dashboard_main(["--port", "0"])
    backend_main(["--port", "0", "--home", str(tmp_path)])
    assert len(kept) == 2
    assert min(kept) > 60  # nginx's; the pages' client keeps them for 5


def get(address: str, path: str) -> int:
    """The status of an answer to a path that is sent as it is: other clients resolve dots and decode."""
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=30)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


NOT_PASSED_ON = (
    "", "imports", "paper", "docs", "openapi.json", "runs/../imports", "runs/%2e%2e/imports", "runs/%2E./imports", "runs/.",
    "runs%2f..%2fimports", "runs/..%2Fimports", "%2e%2e/imports", "../runs", "/runs", "RUNS", "runsx", "runs%00",
    "http://elsewhere.example/runs",
)  # fmt: skip
WELL_MEANT = {
    "runs/r1": "/runs/r1",
    "runs/%252e%252e/imports": "/runs/%252e%252e/imports",  # an odd id, and no dots
    "runs/a%20%3Fb%23": "/runs/a%20%3Fb%23",
    "%72uns/r1": "/runs/r1",
}


def test_only_what_the_views_need_is_passed_on(backend: Backend) -> None:
    with serving(backend=backend.url) as address:
        for path in NOT_PASSED_ON:
            assert {get(address, f"/{api}/{path}") for api in ("api", "%61pi")} <= {400, 404}, path
        assert get(address, "/%61pi/imports/api/runs") == 404
        assert backend.asked == []
        for path in WELL_MEANT:
            for api in ("api", "%61pi"):
                assert get(address, f"/{api}/{path}") == 200
                assert backend.asked.pop().path == WELL_MEANT[path]


def test_without_a_backend_it_says_so() -> None:
    with pages(NOBODY) as client:
        for method in ("GET", "POST", "PATCH", "DELETE"):
            answer = client.request(method, "/api/runs/r1")
            assert (answer.status_code, answer.headers["content-type"]) == (502, "application/problem+json")
            assert NOBODY in answer.json()["detail"]


def test_the_token_is_the_dashboards_own(backend: Backend) -> None:
    with pages(backend.url, token="secret") as client:
        refused = client.get("/api/runs")
        assert (refused.status_code, backend.asked) == (401, [])
        assert client.get("/api/runs?token=secret").headers["location"] == "/api/runs"  # which sets the cookie
        assert client.get("/api/runs").status_code == 200
        (asked,) = backend.asked
        assert asked.headers["authorization"] == "Bearer secret"
        assert "cookie" not in asked.headers
    with pages(backend.url) as client:
        client.get("/api/runs", headers={"Authorization": "Bearer guessed", "Cookie": "a=b"})
        assert not {"authorization", "cookie"} & backend.asked[-1].headers.keys()


def test_pages_of_other_origins_are_refused(page: TestClient, backend: Backend) -> None:
    for origin in ("http://localhost:9999", "null", "http://evil.example"):
        for method in ("GET", "POST", "DELETE"):
            assert page.request(method, "/api/runs/r1", headers={"Origin": origin}).status_code == 403
    assert page.get("/api/runs", headers={"Host": "evil.example"}).status_code == 421
    assert backend.asked == []
    assert page.delete("/api/runs/r1", headers={"Origin": "http://localhost:8050"}).status_code == 204


def test_odd_requests_are_no_error_of_the_server(page: TestClient) -> None:
    for body in ODD_VALUES:
        for kind in ("application/json", "text/plain;charset=UTF-8", "multipart/form-data"):
            answer = page.post("/api/probe/drop", content=body, headers={"Content-Type": kind})
            assert answer.status_code < 500, (body[:40], kind, answer.text)
    for name in ("Accept", "Content-Type", "Last-Event-ID"):
        answer = page.post("/api/probe/drop", content=b"{}", headers=[(name.encode(), b"a\xe9")])
        assert answer.status_code < 500, name
        assert json.loads(answer.content)


def test_odd_addresses_are_no_error_of_the_server(backend: Backend) -> None:
    with serving(backend=backend.url) as address:
        for path in (
            "runs/%ff%fe",
            "runs/%ed%a0%80",
            "runs/" + "^" * 30_000,
            "runs?a=%ff&%fe",
            "runs?" + "^" * 30_000,
            "runs/a%0ab",
        ):
            assert get(address, f"/api/{path}") < 500, path[:40]


def test_what_only_reads_is_asked_again_on_a_connection_that_was_closed() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
    with closing(answer) as (address, heard), pages(address) as client:
        assert client.get("/api/runs").json() == {}
        assert len(heard) == 2
    with closing(answer) as (address, heard), pages(address) as client:
        assert client.delete("/api/jobs/j1").status_code == 502  # it may have been done
        assert len(heard) == 1


@contextmanager
def closing(answer: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A server that hangs up on its first visitor and answers the others."""
    heard: list[bytes] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            heard.append(self.rfile.readline())
            while self.rfile.readline().strip():
                pass
            if len(heard) > 1:
                self.wfile.write(answer)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", heard
        server.shutdown()
        thread.join()
