"""Who may ask the service, and what no request may do to it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from iterscope_backend.app import create_app
from iterscope_backend.settings import Settings
from iterscope_guard.access import AccessError
from iterscope_guard.prefix import OWN_PATHS
from tests.reverse_proxy import PREFIX, reverse_proxy

from .conftest import Server
from .test_errors import problem


def test_an_origin_needs_the_port_that_the_request_was_sent_to(server: Server) -> None:
    port = int(server.url.rsplit(":", 1)[1])
    own = f"127.0.0.1:{port}"
    assert server.client.get("/health", headers={"Origin": f"http://{own}"}).status_code == 200
    for origin in (
        f"http://127.0.0.1:{port + 1}",
        "http://127.0.0.1",
        f"http://localhost:{port}",
        "null",
        "http://evil.example",
    ):
        for method, path in (("GET", "/health"), ("DELETE", "/runs/r1"), ("POST", "/probe/drop"), ("POST", "/imports")):
            problem(server.client.request(method, path, headers={"Origin": origin}), 403, origin, "--allowed-origin")


def test_the_token_is_a_bearer(tmp_path: Path) -> None:
    app = create_app(Settings(home=tmp_path, token="secret", allowed_origins=("https://hub.example",)))
    client = TestClient(
        app, base_url="http://localhost:8000", follow_redirects=False
    )  # without its lifespan: no worker
    for path in ("/health", "/docs", "/openapi.json", "/nothing"):
        value = problem(client.get(path), 401, "Authorization: Bearer", "?token=")
        assert value["title"] == "Token required"
        assert "secret" not in json.dumps(value)
    assert client.get("/docs").headers["www-authenticate"] == "Bearer"
    bearer = {"Authorization": "Bearer secret"}
    assert client.get("/recipes", headers=bearer).status_code == 200
    assert client.get("/recipes", headers=bearer | {"Origin": "https://hub.example"}).status_code == 200
    assert client.get("/docs?token=secret").headers["location"] == "/docs"
    assert client.get("/docs").status_code == 200  # with the cookie


@pytest.mark.parametrize(
    ("host", "token", "status"), [("0.0.0.0", None, 401), ("0.0.0.0", "none", 200), ("127.0.0.1", None, 200)]
)
def test_off_this_machine_the_application_itself_asks_for_a_token(
    tmp_path: Path, host: str, token: str | None, status: int
) -> None:
    client = TestClient(
        create_app(Settings(home=tmp_path, listens_on=host, token=token)), base_url="http://192.168.1.5:8000"
    )
    if host == "127.0.0.1":
        client = TestClient(create_app(Settings(home=tmp_path, token=token)), base_url="http://localhost:8000")
    assert client.get("/recipes").status_code == status


def test_no_page_shows_the_service_in_a_frame(tmp_path: Path) -> None:
    client = TestClient(create_app(Settings(home=tmp_path, token="secret")), base_url="http://localhost:8000")
    bearer = {"Authorization": "Bearer secret"}
    for path, headers in (
        ("/docs", bearer),
        ("/redoc", bearer),
        ("/openapi.json", bearer),
        ("/nothing", bearer),
        ("/docs", {}),
    ):
        answer = client.get(path, headers=headers)
        assert answer.headers["content-security-policy"] == "frame-ancestors 'none'"
        assert answer.headers["x-frame-options"] == "DENY"


def test_settings_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    for wrong in (
        {"allowed_origins": ("hub.example",)},
        {"allowed_hosts": ("http://x",)},
        {"url_prefix": "//evil.example"},
    ):
        with pytest.raises(AccessError):
            create_app(Settings(home=tmp_path, **wrong))  # type: ignore[arg-type]


def test_no_path_of_the_service_is_a_prefix(tmp_path: Path) -> None:
    app = create_app(Settings(home=tmp_path))
    assert {path.split("/")[1] for path in (*app.openapi()["paths"], "/docs", "/redoc", "/openapi.json")} <= OWN_PATHS
    with pytest.raises(AccessError, match="'/runs'"):
        create_app(Settings(home=tmp_path, url_prefix="/runs"))


@pytest.mark.parametrize("strips", [True, False])
def test_behind_a_proxy_no_address_leaves_the_prefix(server: Server, tmp_path: Path, strips: bool) -> None:
    if strips:
        with reverse_proxy(server.url, strips=True) as proxy:
            answer = server.client.post(f"{proxy}/probe/drop", json={"checkpoint": "latest", "limit": 7, "wait": 0})
            assert answer.status_code in (200, 202)
            if answer.status_code == 202:
                assert answer.headers["location"].startswith(f"{PREFIX}/jobs/")
            assert server.client.get(f"{proxy}/openapi.json").json()["servers"] == [{"url": PREFIX}]
            assert f"url: '{PREFIX}/openapi.json'" in server.client.get(f"{proxy}/docs").text
            redirect = server.client.get(f"{proxy}/runs/")
            assert redirect.headers["location"] == f"{PREFIX}/runs"
            assert server.client.get(f"{proxy}/nothing").json()["status"] == 404
        return
    client = TestClient(create_app(Settings(home=tmp_path, url_prefix=f"{PREFIX}/")), base_url="http://localhost:8000")
    for path in (f"{PREFIX}/recipes", "/recipes"):
        assert client.get(path).status_code == 200
    assert client.get(f"{PREFIX}/openapi.json").json()["servers"] == [{"url": PREFIX}]


TEXT = (
    "\ud800",
    "a\0b",
    "\x1b[2J",
    "\u202e",
    "",
    "x" * 10_000,
    "../runs/r1",
    "folder:\0",
    "folder:/\udfff",
    "folder:" + "/x" * 3000,
)
NUMBERS = ("1" * 5000, "-" + "1" * 5000, "1e400", "NaN", "-Infinity", "9223372036854775807", "1e308", "-1", "0", "0.5")
FIELDS = (
    "checkpoint", "dataset", "name", "recipe", "seed", "limit", "wait", "steps", "plan", "blocks", "indices", "plans", "scale",
    "block", "epochs", "architecture", "learning_rate", "batch_size", "tags", "notes", "image_size", "class_names", "mean",
)  # fmt: skip
ROUTES = (
    ("POST", "/runs"), ("PATCH", "/runs/{run}"), ("POST", "/probe/drop"), ("POST", "/probe/plan"), ("POST", "/probe/unroll"),
    ("POST", "/probe/predictions"), ("POST", "/imports/i1/checkpoint"), ("POST", "/checkpoints"), ("POST", "/imports"),
)  # fmt: skip


def odd_bodies() -> list[str]:
    """JSON of every shape, valid and not: each odd value in each field, alone, in a list, and among the overrides of a run."""
    odd = [json.dumps(text) for text in TEXT] + list(NUMBERS) + ["null", "true", "[]", "{}", "[[[]]]", '{"a": 1}']
    bodies = [f'{{"{field}": {odd[index % len(odd)]}, "wait": 0}}' for index, field in enumerate(FIELDS * 3)]
    bodies += [
        f'{{"recipe": "demo", "overrides": {{"{field}": {value}}}}}' for field in FIELDS[3:] for value in odd[::4]
    ]
    bodies += [f'{{"recipe": "demo", "overrides": {{{name}: 1}}}}' for name in odd[:4]]
    bodies += [
        "[" * 50_000,
        "[" * 5000 + "]" * 5000,
        '{"a":' * 99 + "1" + "}" * 99,
        "\xff",
        "",
        "null",
        "[]",
        '"text"',
        "1",
    ]
    return bodies


def test_no_json_is_an_error_of_the_service(server: Server) -> None:
    run = server.client.get("/runs").json()["runs"][-1]["id"]
    made: list[str] = []
    for method, path in ROUTES:
        for body in odd_bodies():
            content = body.encode(errors="surrogatepass")
            headers = {"Content-Type": "application/json"}
            answer = server.client.request(method, path.format(run=run), content=content, headers=headers)
            assert answer.status_code < 500, (method, path, body[:100], answer.text)
            if method == "POST" and path == "/runs" and answer.status_code == 201:
                made.append(answer.json()["id"])
    server.client.patch(f"/runs/{run}", json={"name": "untrained", "notes": "", "tags": []})
    for id in made:
        assert server.client.delete(f"/runs/{id}").status_code == 204
    assert server.client.get("/runs").status_code == 200


@pytest.mark.parametrize(
    "address",
    ["/runs/%00", "/checkpoints/a%00b", "/datasets/image?dataset=folder:%00&split=train&index=0", "/jobs/%ff", "/runs/%ed%a0%80",
     "/checkpoints?run=%00", "/datasets/image?dataset=folder:%ed%a0%80&split=train&index=0", "/paper/figures/%00", "//", "/imports/%F0",
     "/datasets/image?dataset=digits&split=train&index=" + "9" * 5000, "/runs/r1/metrics?since=" + "9" * 5000,
     "/datasets/image?dataset=folder:" + "x" * 900 + "&split=train&index=0"],
)  # fmt: skip
def test_no_address_is_an_error_of_the_service(server: Server, address: str) -> None:
    for method in ("GET", "DELETE"):
        assert server.client.request(method, address).status_code < 500


def test_forms_with_odd_names(server: Server) -> None:
    for path in ("/checkpoints", "/imports"):
        for name in ("a\0b", "\x1b[2J", "\u202e", "x" * 5000, ""):
            disposition = f'form-data; name="file"; filename="{name}"'.encode()
            body = b"--b\r\nContent-Disposition: " + disposition + b"\r\n\r\nnothing\r\n--b--\r\n"
            answer = server.client.post(path, content=body, headers={"Content-Type": "multipart/form-data; boundary=b"})
            assert 400 <= answer.status_code < 500, answer.text
            assert re.search("[\x1b\u202e]", answer.text) is None
