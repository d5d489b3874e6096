"""The middleware of both servers, around an application that says what reached it."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Scope

from iterscope_guard.access import Access, AccessError
from iterscope_guard.json_values import MAX_DEPTH, MOST_VALUES, problems_of
from iterscope_guard.prefix import Prefix, checked_prefix, within
from iterscope_guard.requests import BodyLimit, Guard, JsonCheck

LIMIT = 10_000
PREFIX = "/user/me/proxy/8050"


def refuse(_scope: Scope, status: int, detail: str, errors: Sequence[tuple[str, str]] = ()) -> Response:
    return JSONResponse({"detail": detail, "errors": [list(error) for error in errors]}, status)


def application(access: Access, prefix: str = "", *, strip: bool = False) -> Starlette:
    async def echo(request: Request) -> Response:
        return JSONResponse(
            {"path": request.url.path, "address": within("/runs"), "body": (await request.body()).decode()}
        )

    async def made(_request: Request) -> Response:
        return PlainTextResponse("", 201, {"Location": "/jobs/j1"})

    async def elsewhere(request: Request) -> Response:
        return RedirectResponse(request.query_params.get("to", "https://example.org/x"))

    routes = [
        Route("/made", made),
        Route("/elsewhere", elsewhere),
        Route("/{rest:path}", echo, methods=["GET", "POST"]),
    ]
    app = Starlette(routes=routes)
    app.add_middleware(JsonCheck, refuse=refuse)
    app.add_middleware(BodyLimit, limit_of=lambda _scope: LIMIT, refuse=refuse)
    app.add_middleware(Guard, access=access, refuse=refuse)
    app.add_middleware(Prefix, prefix=prefix, refuse=refuse, strip=strip)
    return app


@pytest.fixture
def open_door() -> Iterator[TestClient]:
    with TestClient(application(Access()), base_url="http://localhost:8050", follow_redirects=False) as client:
        yield client


@pytest.fixture
def guarded() -> Iterator[TestClient]:
    with TestClient(
        application(Access(token="secret")), base_url="http://localhost:8050", follow_redirects=False
    ) as client:
        yield client


def test_pages_of_other_ports_are_refused_with_the_remedy(open_door: TestClient) -> None:
    for method in ("GET", "POST"):
        for origin in ("http://localhost:9999", "null", "http://evil.example"):
            answer = open_door.request(method, "/x", headers={"Origin": origin})
            assert answer.status_code == 403
            assert origin in answer.json()["detail"]
            assert "--allowed-origin" in answer.json()["detail"]
        assert open_door.request(method, "/x", headers={"Origin": "http://localhost:8050"}).status_code == 200
    unknown = open_door.get("/x", headers={"Host": "e\x1b[31mvil.example"}).json()["detail"]
    assert "\\x1b" in unknown
    assert "--allowed-host" in unknown


@pytest.mark.parametrize(("scheme", "other"), [("http", "https"), ("https", "http")])
def test_a_page_of_the_other_scheme_is_another_program(scheme: str, other: str) -> None:
    with TestClient(application(Access(allowed_hosts=("box.example",))), base_url=f"{scheme}://box.example") as client:
        assert client.post("/x", headers={"Origin": f"{scheme}://box.example"}).status_code == 200
        assert client.post("/x", headers={"Origin": f"{other}://box.example"}).status_code == 403


def test_the_token_in_the_address_moves_to_a_cookie(guarded: TestClient) -> None:
    assert guarded.get("/runs").status_code == 401
    assert guarded.get("/runs").headers["www-authenticate"] == "Bearer"
    assert guarded.post("/runs?token=secret").status_code == 401  # a form of another page could send that
    assert guarded.get("/runs?token=wrong").status_code == 401
    assert guarded.get("/runs", headers={"Authorization": "Bearer secret"}).status_code == 200
    answer = guarded.get("/runs?run=r1&token=secret&x=a%26b")
    assert (answer.status_code, answer.headers["location"]) == (303, "/runs?run=r1&x=a%26b")
    assert {"HttpOnly", "SameSite=lax"} <= set(answer.headers["set-cookie"].split("; "))
    assert "secret" not in answer.headers["set-cookie"]
    assert guarded.get("/runs").status_code == 200  # the client kept the cookie
    assert guarded.post("/runs", headers={"Origin": "http://localhost:9999"}).status_code == 403


@pytest.mark.parametrize("path", ["//evil.example/x", "/\\evil.example", "/%2F/evil.example"])
def test_the_way_on_never_leaves_the_server(guarded: TestClient, path: str) -> None:
    answer = guarded.get(f"http://localhost:8050{path}?token=secret")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/")
    assert not answer.headers["location"].startswith(("//", "/\\"))


@pytest.mark.parametrize("address", ["/%00", "/x?run=%00", "/x?run=a%00b"])
def test_addresses_with_nul_are_refused(open_door: TestClient, address: str) -> None:
    answer = open_door.get(address)
    assert answer.status_code == 400
    assert "NUL" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "field", "reason"),
    [
        ('{"name": "\\ud800"}', "body.name", "surrogate"),
        ('{"tags": ["ok", "\\udfff"]}', "body.tags.1", "surrogate"),
        ('{"\\ud800": 1}', "body.\\ud800", "surrogate"),
        ('{"name": "a\\u0000b"}', "body.name", "NUL"),
        ('{"seed": ' + "1" * 5000 + "}", "body.seed", "64 bits"),
        ('{"seed": -' + "1" * 5000 + "}", "body.seed", "64 bits"),
        ('{"plan": [[9223372036854775808]]}', "body.plan.0.0", "64 bits"),
        ("[" * 4000 + "]" * 4000, "body", f"{MAX_DEPTH} levels"),
        ('{"a":' * 200 + "1" + "}" * 200, "body", f"{MAX_DEPTH} levels"),
    ],
)
def test_json_that_nothing_could_store(open_door: TestClient, body: str, field: str, reason: str) -> None:
    for kind in ("application/json", "text/plain;charset=UTF-8"):
        answer = open_door.post("/x", content=body, headers={"Content-Type": kind})
        assert answer.status_code == 422
        assert (field, True) in [(error[0], reason in error[1]) for error in answer.json()["errors"]]
        assert len(answer.content) < 2000


@pytest.mark.parametrize(
    "body",
    ["", "{nope", '{"a": NaN}', '{"a": 1e999}', '{"emoji": "\\ud83d\\ude00"}', '{"a": -9223372036854775808}', "\udcff"],
)
def test_what_is_no_danger_goes_on_unchanged(open_door: TestClient, body: str) -> None:
    content = body.encode(errors="surrogateescape")
    assert problems_of(content) == []
    if body != "\udcff":
        assert (
            open_door.post("/x", content=content, headers={"Content-Type": "application/json"}).json()["body"] == body
        )


def test_looking_takes_little_memory_however_deep_and_long_the_names_are() -> None:
    body = ('{"' + "\U000e0001" * 80 + '":') * 90 + "[" + "0," * 8000 + "0]" + "}" * 90
    tracemalloc.start()
    try:
        assert problems_of(body.encode()) == []
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 20 * len(body)


def test_a_problem_deep_inside_is_named_shortly() -> None:
    (problem,) = problems_of(('{"' + "\U000e0001" * 80 + '":').encode() * 90 + b'"\\ud800"' + b"}" * 90)
    assert problem.field.startswith("body.")
    assert ".…." in problem.field


def test_too_many_values_are_refused() -> None:
    (problem,) = problems_of(b"[" + b"0," * MOST_VALUES + b"0]")
    assert problem == ("body", "holds more than 1,000,000 values: send fewer")


def test_bodies_are_limited_however_they_come(open_door: TestClient) -> None:
    kinds = ("application/json", "image/svg+xml")
    for kind in kinds:
        assert open_door.post("/x", content=b"1" * (LIMIT + 1), headers={"Content-Type": kind}).status_code == 413

    def pieces() -> Iterator[bytes]:  # without a Content-Length
        for _ in range(3):
            yield b"1" * (LIMIT // 2)

    for kind in kinds:
        answer = open_door.post("/x", content=pieces(), headers={"Content-Type": kind})
        assert answer.status_code == 413
    assert open_door.post("/x", content=b"1", headers={"Content-Length": "9" * 5000}).status_code == 413


@pytest.mark.parametrize("strip", [True, False])
@pytest.mark.parametrize("by_header", [True, False])
@pytest.mark.parametrize("proxy_strips", [True, False])
def test_a_prefix_comes_from_the_option_or_the_header(strip: bool, by_header: bool, proxy_strips: bool) -> None:
    app = application(Access(token="secret"), "" if by_header else PREFIX, strip=strip)
    headers: dict[str, Any] = {"Authorization": "Bearer secret"} | (
        {"X-Forwarded-Prefix": PREFIX + "/"} if by_header else {}
    )
    sent = "" if proxy_strips else PREFIX
    with TestClient(app, base_url="http://localhost:8050", follow_redirects=False) as client:
        value = client.get(f"{sent}/blocks", headers=headers).json()
        assert value["address"] == f"{PREFIX}/runs"
        assert value["path"] == ("/blocks" if strip else f"{PREFIX}/blocks")
        assert client.get(f"{sent}/made", headers=headers).headers["location"] == f"{PREFIX}/jobs/j1"
        for given, told in (
            ("http://localhost:8050/made?a=1", f"{PREFIX}/made?a=1"),
            (f"{PREFIX}/made", f"{PREFIX}/made"),
            ("https://example.org/x", "https://example.org/x"),
        ):
            answer = client.get(f"{sent}/elsewhere", params={"to": given}, headers=headers)
            assert answer.headers["location"] == told
        entered = client.get(f"{sent}/blocks?token=secret", headers=headers)
        assert entered.headers["location"] == f"{PREFIX}/blocks"
        assert f"Path={PREFIX}" in entered.headers["set-cookie"].split("; ")  # others may serve the rest of the host
        if not by_header:
            assert client.get("/user/me/proxy/80501", headers=headers).json()["path"].endswith("/80501")


@pytest.mark.parametrize(
    "prefix", ["user/me", "//evil.example", "/a//b", "/a/../b", "/.", '/a"b', "/a<b", "/a b", "/a?b", "/a#b"]
)
def test_prefixes_that_cannot_be_one(prefix: str) -> None:
    with pytest.raises(AccessError, match="/user/me/proxy/8050"):
        checked_prefix(prefix)
    with TestClient(application(Access()), base_url="http://localhost:8050") as client:
        assert client.get("/x", headers={"X-Forwarded-Prefix": prefix}).status_code == 400


@pytest.mark.parametrize("prefix", ["/runs", "/paper/", "/_dash-layout", "runs"])
def test_a_path_of_our_own_is_no_prefix(prefix: str) -> None:
    with pytest.raises(AccessError, match="/iterscope"):
        checked_prefix(prefix)
    with TestClient(application(Access()), base_url="http://localhost:8050") as client:
        answer = client.get("/runs", headers={"X-Forwarded-Prefix": prefix})
        assert (answer.status_code, prefix.strip("/") in answer.json()["detail"]) == (400, True)
    assert checked_prefix("/runs/8050") == "/runs/8050"
    assert checked_prefix("/runs2") == "/runs2"


def test_the_application_alone_knows_no_prefix(open_door: TestClient) -> None:
    assert json.loads(open_door.get("/x", headers={"X-Forwarded-Prefix": "/"}).content)["address"] == "/runs"
    assert within("/runs") == "/runs"
