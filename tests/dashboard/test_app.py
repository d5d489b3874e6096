"""The server around the pages: health, guard, policy, assets, arguments, refusals."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx2
import pytest
from dash.development.base_component import Component
from fastapi.testclient import TestClient

from iterscope_dashboard.__main__ import listen, parse
from iterscope_dashboard.app import create_app
from iterscope_dashboard.bundle import STYLES
from iterscope_dashboard.client import BackendClient, BackendUnavailable, ProblemError, problem_of
from iterscope_dashboard.ids import Import, Measure, Paper, Runs, Shell
from iterscope_dashboard.pages import PAGES
from iterscope_dashboard.settings import DEFAULT_BACKEND, Settings, settings_from_environment
from iterscope_dashboard.shell import page_at, show
from iterscope_dashboard.state import Query
from iterscope_views import MODULE

NOBODY = "http://127.0.0.1:9"  # the discard port: nothing listens there


@pytest.fixture
def browser() -> Iterator[TestClient]:
    with TestClient(create_app(Settings(backend=NOBODY)), base_url="http://localhost:8050") as client:
        yield client


def words(component: object) -> str:
    """All text of a component."""
    if isinstance(component, Component):
        return words(getattr(component, "children", None))
    if isinstance(component, list | tuple):
        return " ".join(words(child) for child in component)
    return component if isinstance(component, str) else ""


def test_health_speaks_for_the_dashboard_alone(browser: TestClient) -> None:
    assert browser.get("/healthz").json() == {"status": "ok"}
    answer = browser.get("/backend-health")
    assert answer.status_code == 200  # so that the browser's console stays clean
    assert answer.json()["up"] is False
    assert NOBODY in answer.json()["detail"]


LONG = "/" * 30_000  # three times as long when it is passed on


def test_what_cannot_be_passed_on_is_refused_in_words(browser: TestClient, run_async: Callable[..., Any]) -> None:
    for content_type in (b"multipart/form-data; boundary=\xe9", b"multipart/\xff"):
        answer = browser.post("/imports", content=b"x", headers=[(b"content-type", content_type)])
        assert answer.status_code == 200
        assert "can't be passed on" in answer.json()["refused"]["detail"]

    async def ask() -> None:
        client = BackendClient(NOBODY)
        for ask in (client.paper(LONG, None), client.checkpoints(LONG)):
            with pytest.raises(ProblemError, match="too long"):
                await ask
        await client.close()

    run_async(ask())


def test_strange_hosts_are_refused(browser: TestClient) -> None:
    answer = browser.get("/healthz", headers={"host": "evil.example:8050"})
    assert answer.status_code == 421
    assert "--allowed-host" in answer.text
    assert browser.get("/healthz", headers={"host": "[::1]:8050"}).status_code == 200


def test_pages_of_other_ports_are_refused(browser: TestClient) -> None:
    for origin in ("http://localhost:9999", "http://localhost", "null", "http://evil.example"):
        for path in ("/api/runs", "/imports", "/_dash-update-component", "/figure.pdf"):
            answer = browser.post(path, content="{}", headers={"Origin": origin})
            assert answer.status_code == 403
            assert "--allowed-origin" in answer.text
    assert browser.post("/figure.pdf", headers={"Origin": "http://localhost:8050"}).status_code == 200
    proxied = create_app(Settings(backend=NOBODY, allowed_origins=("https://hub.example",)))
    with TestClient(proxied, base_url="http://localhost:8050") as client:
        assert client.post("/figure.pdf", headers={"Origin": "https://hub.example"}).status_code == 200


def test_with_a_token_nothing_answers_without_it() -> None:
    app = create_app(Settings(backend=NOBODY, token="secret"))
    with TestClient(app, base_url="http://localhost:8050", follow_redirects=False) as client:
        for path in ("/", "/runs", "/healthz", "/_dash-layout", "/assets/iterscope.js", "/api/runs", "/api/health"):
            assert client.get(path).status_code == 401
        form = client.get("/runs", headers={"Accept": "text/html"})
        assert (form.status_code, 'name="token"' in form.text) == (401, True)
        assert client.delete("/api/jobs/j1").status_code == 401
        assert client.get("/healthz", headers={"Authorization": "Bearer secret"}).json() == {"status": "ok"}
        assert client.get("/runs?token=secret").headers["location"] == "/runs"
        assert client.get("/runs").status_code == 200  # with the cookie


ODD_VALUES = (
    "null", "1", '"text"', "[]", "[[1, 2]]", "{}", "NaN", '{"tags": {"a": 1}}', '{"tags": "text"}', '{"tags": [null, 1]}',
    '{"tags": ["\\ud800"]}', '{"output": "x.y", "inputs": 3}', '{"output": null, "outputs": "a", "changedPropIds": [1]}',
    '{"output": "main.children...", "outputs": [], "inputs": [{"id": {}, "property": 1}], "state": [[]]}',
    '{"checkpoint": ' + "1" * 5000 + "}", '{"a": "\\u0000"}', "[" * 3000 + "]" * 3000, "[" * 99 + "]" * 99, "{nope", "", "\0",
)  # fmt: skip


@pytest.mark.parametrize("path", ["/imports", "/_dash-update-component", "/figure.pdf"])
def test_no_json_is_an_error_of_the_server(browser: TestClient, path: str) -> None:
    for body in ODD_VALUES:
        for kind in ("application/json", "text/plain;charset=UTF-8", "multipart/form-data"):
            answer = browser.post(path, content=body, headers={"Content-Type": kind})
            assert answer.status_code < 500, (body[:40], kind, answer.text)


@pytest.mark.parametrize(
    "address",
    [
        "/%00",
        "/?run=%00",
        "/_dash-component-suites/none/x.js",
        "/_dash-component-suites/dash/..%2f..%2fx",
        "/%ff%fe",
        "//",
    ],
)
def test_no_address_is_an_error_of_the_server(browser: TestClient, address: str) -> None:
    for referer in (
        "",
        "http://[",
        "http://localhost:8050/%00?run=%00&%ff",
        "/\ud800".encode("latin-1", "replace").decode(),
    ):
        for asked in (address, "/_dash-layout"):
            assert browser.get(asked, headers={"referer": referer}).status_code < 500


def test_bodies_are_limited(browser: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("iterscope_dashboard.guards.MAX_BODY", 1000)
    for path in ("/api/probe/drop", "/figure.pdf", "/_dash-update-component"):
        answer = browser.post(
            path, content='{"name": "' + "n" * 1000 + '"}', headers={"Content-Type": "application/json"}
        )
        assert (answer.status_code, "1,000 bytes" in answer.text) == (413, True)


def test_every_page_comes_whole_even_when_asked_for_first(browser: TestClient) -> None:
    for path in ("/interventions", "/", "/nowhere"):
        page = browser.get(path)
        assert page.status_code == 200
        assert '<html lang="en" data-version=' in page.text
        assert "/assets/iterscope.css" in page.text
        assert "/assets/iterscope.js" in page.text
        assert "https://" not in page.text.replace("https:\\u002f\\u002f", "")
        assert "default-src 'self'" in page.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        assert page.headers["x-frame-options"] == "DENY"


def test_the_policy_runs_the_pages_own_scripts_and_no_text(browser: TestClient) -> None:
    for prefix in ("", "/user/me"):
        page = browser.get("/", headers={"X-Forwarded-Prefix": prefix})
        policy = {
            name: set(values) for name, *values in map(str.split, page.headers["content-security-policy"].split(";"))
        }
        scripts = re.findall(r"<script([^>]*)>(.*?)</script>", page.text, re.DOTALL)
        inline = [text for tag, text in scripts if "src=" not in tag and "application/json" not in tag]
        hashes = {f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in inline}
        assert len(inline) > 1
        assert policy["script-src"] == {"'self'", *hashes}
        assert policy["default-src"] == policy["connect-src"] == {"'self'"}
        sources = [found[1] for tag, _ in scripts if (found := re.search('src="([^"]+)"', tag))]
        assert all(source.startswith(f"{prefix}/") and not source.startswith("//") for source in sources)
        assert not re.findall(r"\son\w+=", page.text)


def test_the_views_come_once_before_dash_and_what_registers_them_before_its_renderer(browser: TestClient) -> None:
    text = browser.get("/").text
    (views,) = re.findall(r'<script type="module" async src="([^"]*)"></script>', text)
    (register,) = re.findall(r'<script src="(/[^"]*/iterscope_views/[^"]*)"', text)
    assert len(re.findall(r"views\.[^\"]*js", text)) == 1  # two addresses would be two modules
    assert text.index(views) < text.index(register) < text.index("new DashRenderer")
    module = browser.get(views)
    assert (module.text, module.headers["content-type"]) == (
        MODULE.read_text("utf-8"),
        "text/javascript; charset=utf-8",
    )
    assert "immutable" in module.headers["cache-control"]
    assert len(browser.get(register).content) < 1000
    assert not re.findall(r'src="[^"]*plotly[^"]*"', text)  # only pages that draw with it load it


def test_the_typeface_is_shipped(browser: TestClient) -> None:
    asked = re.findall(r'/assets/(fonts/[^"]+\.woff2)', browser.get("/").text)
    assert asked
    assert set(asked) == set(re.findall(r'url\("(fonts/[^"]+)"\)', STYLES.content))  # what is loaded early is used
    for name in asked:
        font = browser.get(f"/assets/{name}")
        assert (font.headers["content-type"], font.content[:4]) == ("font/woff2", b"wOF2")
        assert "immutable" in browser.get(f"/assets/{name}?m=1").headers["cache-control"]
    for name in ("inter-400.ttf", "inter-500.woff2", "LICENSE.txt", "..%2fviews.js"):
        assert browser.get(f"/assets/fonts/{name}").status_code == 404


def test_what_only_reads_is_asked_again_on_a_connection_that_was_closed(run_async: Callable[..., Any]) -> None:
    calls = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        calls += 1
        await reader.readuntil(b"\r\n\r\n")
        if calls > 1:
            writer.write(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{"runs": []}')
        writer.close()

    async def ask() -> list[Any]:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        client = BackendClient(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        try:
            return await client.runs()
        finally:
            await client.close()
            server.close()

    assert run_async(ask()) == []
    assert calls == 2


def test_the_first_response_shows_something_before_any_script(browser: TestClient) -> None:
    text = browser.get("/").text
    drawn_by_dash = [page.path for page in PAGES if page.path not in ("/blocks", "/interventions", "/examples")]
    for path in drawn_by_dash:
        assert f'skeleton for-{path.strip("/")}"' in text
    assert '<div id="early"></div>' in text  # of the view
    assert f'data-rest="{NOBODY}"' in text  # for copied requests
    assert "data-token" not in text
    guarded = create_app(Settings(backend='http://x/"><script>', token="secret"))
    with TestClient(guarded, base_url="http://localhost:8050", headers={"Authorization": "Bearer secret"}) as client:
        text = client.get("/").text
    assert 'data-token="asked"' in text
    assert "secret" not in text
    assert 'data-rest="http://x/&quot;&gt;&lt;script&gt;"' in text


def test_assets_that_are_named_by_their_version_are_kept(browser: TestClient) -> None:
    for kind, part in (("js", "it.copy ="), ("css", ".panel-title")):
        (found,) = re.findall(rf"/assets/iterscope\.{kind}\?[^\"]*", browser.get("/").text)
        answer = browser.get(found)
        assert "immutable" in answer.headers["cache-control"]
        assert part in answer.text


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """A backend that knows nothing, and what was asked of it."""
    requests: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            requests.append(f"{self.command} {self.path}")
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = do_PATCH = do_DELETE = answer  # noqa: N815 (the names that http.server calls)

        def log_message(self, *_: object) -> None:
            """Tests print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", requests
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("variable", ["http_proxy", "all_proxy"])
def test_a_proxy_of_the_environment_never_sees_the_token(
    asked: tuple[str, list[str]], run_async: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    address, requests = asked
    for name in (variable, variable.upper()):
        monkeypatch.setenv(name, NOBODY)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)

    async def ask() -> None:
        client = BackendClient(address, "secret")
        with pytest.raises(ProblemError, match="404"):  # the backend's own answer
            await client.health()
        await client.close()

    run_async(ask())
    assert requests == ["GET /health"]


NO_IDS = (
    "../runs/r1",
    "..%2fruns%2fr1",
    "j1/../../runs/r1",
    "j1?x=1",
    "j1#x",
    "",
    ".",
    "..",
    "j 1",
    "j" * 65,
    "\ud800",
    "j\0",
)


def test_ids_never_become_paths(asked: tuple[str, list[str]], run_async: Callable[..., Any]) -> None:
    address, requests = asked

    async def every_method() -> None:
        backend = BackendClient(address)
        for id in NO_IDS:
            for ask in (
                lambda id: backend.run(id),
                lambda id: backend.stop_run(id),
                lambda id: backend.delete_run(id),
                lambda id: backend.update_run(id, {}),
                lambda id: backend.paper_figure(id, None, None),
                lambda id: backend.probe(id, {}, 1.0),
                lambda id: backend.measured(id, {}),
                lambda id: backend.incoming(id),
                lambda id: backend.import_checkpoint(id, {}, 1.0),
                lambda id: backend.checkpoint(id),
                lambda id: backend.job(id),
                lambda id: backend.cancel_job(id),
            ):
                with pytest.raises(ProblemError, match="is not an id"):
                    await ask(id)
        await backend.close()

    run_async(every_method())
    assert requests == []


@pytest.mark.parametrize("path", ["/runs", "/measure", "/paper"])
def test_without_a_backend_every_page_names_cause_and_remedy(path: str, run_async: Callable[..., Any]) -> None:
    content = words(run_async(rendered(path)))
    assert NOBODY in content
    assert "iterscope up" in content


@pytest.mark.parametrize("name", ["blocks", "interventions", "examples"])
def test_a_view_is_one_element_that_asks_for_itself(name: str, run_async: Callable[..., Any]) -> None:
    view = run_async(rendered(f"/{name}"))
    assert view.to_plotly_json() == {
        "namespace": "iterscope_views", "type": "View", "props": {"id": "view", "element": f"iterscope-{name}"},
    }  # fmt: skip


async def rendered(path: str) -> Component:
    """A page without a backend."""
    client = BackendClient(NOBODY)
    try:
        return await show(client, path, "")
    finally:
        await client.close()


def test_unknown_paths_fall_back_with_a_notice(run_async: Callable[..., Any]) -> None:
    query = Query.parse("")
    assert page_at("/runs/", query).title == "Runs"
    assert page_at(None, query).title == "Blocks"
    assert not query.notices
    assert page_at("/import", query).title == "Import"
    assert page_at("/imports", query).title == "Blocks"
    assert "/imports" in query.notices[0]
    assert "There is no page at “/nowhere”" in words(run_async(rendered("/nowhere")))


def test_the_client_tells_refusal_from_absence(run_async: Callable[..., Any]) -> None:
    async def ask() -> None:
        client = BackendClient(NOBODY)
        with pytest.raises(BackendUnavailable, match="No backend answers at"):
            await client.runs()
        await client.close()

    run_async(ask())
    problem = problem_of(httpx2.Response(422, json={"title": "Refused", "detail": "block 60 is out of range"}))
    assert (problem.status, problem.title, str(problem)) == (422, "Refused", "block 60 is out of range")
    fields = problem_of(
        httpx2.Response(422, json={"title": "Refused", "errors": [{"field": "steps", "message": "too many"}]})
    )
    assert str(fields) == "steps: too many"
    assert "502" in str(problem_of(httpx2.Response(502, text="<html>bad gateway</html>")))
    assert "500" in str(problem_of(httpx2.Response(500, json=["strange"])))


def test_arguments_win_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ITERSCOPE_BACKEND_URL", "http://backend:8000/")
    monkeypatch.setenv("ITERSCOPE_ALLOWED_HOSTS", "one.example, two.example")
    assert parse([]).backend == "http://backend:8000"
    chosen = parse(["--port", "0", "--backend", "http://x:1/", "--allowed-host", "three.example"])
    assert chosen.backend == "http://x:1"
    assert chosen.allowed_hosts == ("one.example", "two.example", "three.example")
    assert settings_from_environment({}).backend == DEFAULT_BACKEND
    behind = parse(["--root-path", "/a/b", "--token", "t", "--allowed-origin", "https://hub.example"])
    assert (behind.url_prefix, behind.token, behind.allowed_origins) == ("/a/b", "t", ("https://hub.example",))
    environment = {
        "ITERSCOPE_URL_PREFIX": "/c",
        "ITERSCOPE_TOKEN": "u",
        "ITERSCOPE_ALLOWED_ORIGINS": "http://a,http://b",
    }
    read = settings_from_environment(environment)
    assert (read.url_prefix, read.token, read.allowed_origins) == ("/c", "u", ("http://a", "http://b"))


@pytest.mark.parametrize("arguments", [["--port", "99999"], ["--backend", "localhost"]])
def test_bad_arguments_are_named(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(arguments)
    assert arguments[1] in capsys.readouterr().err


def test_a_taken_port_is_named_with_the_remedy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit, match=rf"port {port} on 127.0.0.1 cannot be used .*--port"):
            listen(Settings(port=port))


def test_ids_are_unique_across_pages() -> None:
    every = [str(member) for ids in (Shell, Runs, Measure, Paper, Import) for member in ids]
    assert len(every) == len(set(every))
