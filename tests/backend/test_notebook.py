"""`it.show` of a service's address: a kernel asks a real service what the views ask."""

from __future__ import annotations

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

import iterscope as it
from iterscope.errors import Cancelled
from iterscope.viewing.sources import Service

from .conftest import SLOW, Server


def ignore(_progress: float) -> None:
    pass


def test_it_answers_as_the_service_does(server: Server) -> None:
    source = Service(f"{server.url}/runs/r1")
    assert source.get("/runs")["runs"][-1]["status"] == server.client.get("/runs").json()["runs"][-1]["status"]
    run = server.client.get("/checkpoints/latest").json()["run"]
    assert source.file(f"/runs/{run}/curves") == server.client.get(f"/runs/{run}/curves").content
    picture = "/datasets/image?dataset=digits&split=validation&index=17"
    assert source.file(picture) == server.client.get(picture).content
    answer = source.probe("drop", {"checkpoint": "latest", "limit": 40}, ignore)
    assert answer["plans"] == server.probe("drop")["plans"]


def test_a_long_answer_is_followed(server: Server) -> None:
    told: list[float] = []
    request = {**SLOW, "limit": 100, "repeats": 20, "seed": 1}
    answer = Service(server.url).probe("shuffle", request, told.append)
    assert answer["probe"] == "shuffle"
    assert told == sorted(told)


def test_an_answer_that_is_not_wanted_any_more_stops_the_job(server: Server) -> None:
    def report(_progress: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        Service(server.url).probe("shuffle", {**SLOW, "seed": 2}, report)
    newest = server.services.store.jobs.list()[0]
    assert newest.state in ("cancelled", "running")  # a running one stops within its computation
    server.until(newest.id, "cancelled")


@pytest.mark.parametrize(
    ("probe", "request_", "said"),
    [
        ("drop", {"checkpoint": "nothing"}, r"answered 404: .*nothing"),
        ("drop", {"checkpoint": "latest", "limit": -1}, r"answered 422: .*limit"),
        ("beauty", {"checkpoint": "latest"}, r"answered 404: "),
    ],
)
def test_a_refusal_is_a_sentence(server: Server, probe: str, request_: dict[str, Any], said: str) -> None:
    with pytest.raises(it.ConfigurationError, match=said) as caught:
        Service(server.url).probe(probe, request_, ignore)
    assert "{" not in str(caught.value)


def test_the_token_is_presented(make_server: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    with make_server(token="secret") as server:
        source = Service(server.url)
        monkeypatch.delenv("ITERSCOPE_TOKEN", raising=False)
        with pytest.raises(it.ConfigurationError, match=r"answered 401: .*token"):
            source.get("/runs")
        monkeypatch.setenv("ITERSCOPE_TOKEN", "secret")
        assert len(source.get("/runs")["runs"]) == 1


def test_no_other_server_learns_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """A redirection is not followed."""
    asked: list[str | None] = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.headers["Authorization"] if self.path == "/stolen" else None)
            self.send_response(302)
            self.send_header("Location", "/stolen")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    monkeypatch.setenv("ITERSCOPE_TOKEN", "secret")
    with HTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        with pytest.raises(it.ConfigurationError, match="answered 302"):
            Service(f"http://127.0.0.1:{server.server_address[1]}").get("/runs")
        server.shutdown()
        thread.join()
    assert asked == [None]


def test_without_a_service_the_remedy_is_named() -> None:
    with pytest.raises(it.ConfigurationError, match=r"http://127\.0\.0\.1:9 can't be reached .*iterscope up"):
        Service("http://127.0.0.1:9").get("/runs")
