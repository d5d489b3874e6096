"""The pages behind a real reverse proxy: no address leaves the prefix, and all of them work."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
import uvicorn
from playwright.sync_api import Page, expect

from iterscope_dashboard.__main__ import listen
from iterscope_dashboard.app import create_app
from iterscope_dashboard.bundle import SCRIPTS
from iterscope_dashboard.pages import PAGES
from iterscope_dashboard.settings import Settings
from iterscope_guard.access import AccessError
from iterscope_guard.prefix import OWN_PATHS
from iterscope_views import MODULE
from tests.dashboard.views import saved
from tests.reverse_proxy import PREFIX, reverse_proxy

NOBODY = "http://127.0.0.1:9"
ADDRESS = re.compile(r"""(?:src|href|action)\\?=?"?:?\s?\\?"(/[^"\\]*)""")


@contextmanager
def dashboard(**settings: Any) -> Iterator[str]:
    """A dashboard in a thread of this process."""
    given = Settings(backend=NOBODY, port=0, **settings)
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


@pytest.mark.parametrize("strips", [True, False])
def test_no_address_of_a_page_leaves_the_prefix(strips: bool) -> None:
    with (
        dashboard(url_prefix="" if strips else f"{PREFIX}/") as address,
        reverse_proxy(address, strips=strips) as proxy,
        httpx2.Client(timeout=60) as client,
    ):
        origin = proxy.removesuffix(PREFIX)
        page = client.get(f"{proxy}/paper?dataset=digits")
        assert page.status_code == 200
        assert f'data-prefix="{PREFIX}"' in page.text
        config = re.search(r'<script id="_dash-config"[^>]*>([^<]*)</script>', page.text)
        assert config is not None
        assert json.loads(config[1])["requests_pathname_prefix"] == f"{PREFIX}/"
        frame = json.dumps(client.get(f"{proxy}/_dash-layout").json())
        found = [unescape(each) for text in (page.text, frame) for each in ADDRESS.findall(text)]
        assert len(found) > 20
        assert [each for each in found if not each.startswith(f"{PREFIX}/")] == []
        for each in set(found):
            assert client.get(origin + each).status_code == 200, each
        update = client.post(f"{proxy}/_dash-update-component", json={}, headers={"Origin": origin})
        assert update.status_code == 400  # it arrived
        assert NOBODY in client.get(f"{proxy}/api/runs").json()["detail"]
        assert client.get(address).text.count(PREFIX) == (0 if strips else page.text.count(PREFIX))


def test_a_proxy_with_tls_says_so_or_its_origin_is_allowed() -> None:
    sent = {"Host": "hub.example", "Origin": "https://hub.example"}
    secure = {"X-Forwarded-Proto": "https"}
    for settings, headers, status in (
        ({"allowed_hosts": ("hub.example",)}, sent, 403),
        ({"allowed_hosts": ("hub.example",)}, sent | secure, 200),
        ({"allowed_hosts": ("hub.example",)}, sent | secure | {"Origin": "http://hub.example"}, 403),
        ({"allowed_hosts": ("hub.example",), "allowed_origins": ("https://hub.example",)}, sent, 200),
    ):
        with dashboard(**settings) as address:
            answer = httpx2.post(f"{address}/figure.pdf", headers=headers, trust_env=False, timeout=60)
        assert answer.status_code == status, (settings, headers)


def test_no_path_of_the_dashboard_is_a_prefix() -> None:
    routes: list[Any] = list(create_app(Settings(backend=NOBODY)).routes)
    paths = {route.path for route in routes} | {page.path for page in PAGES}
    assert {path.split("/")[1] for path in paths} - {""} <= OWN_PATHS
    with pytest.raises(AccessError, match="'/blocks'"):
        create_app(Settings(backend=NOBODY, url_prefix="/blocks"))


def test_scripts_ask_within_the_prefix() -> None:
    """Every path of the server in the scripts goes through `it.within`, or is a page's name; in the views, after `prefix()`."""
    pages = {page.path for page in PAGES} | {"/"}
    paths = ("/api", "/backend-health", "/figure.pdf", "/imports", "/assets", "/_dash")
    asked = re.findall(r"""(it\.within\()?["'`](/[a-z_][a-z_.-]*)""", SCRIPTS.content)
    assert sum(bool(inside) for inside, _ in asked) > 3
    assert [path for inside, path in asked if not inside and path not in pages and path.startswith(paths)] == []
    views = re.findall(r"""(.)(/(?:api|figure\.pdf|assets|imports)\b)""", MODULE.read_text("utf-8"))
    assert {path for _, path in views} == {"/api", "/figure.pdf", "/assets"}
    assert {before for before, _ in views} == {"}"}  # `${prefix()}/api`


@pytest.mark.browser
def test_a_browser_walks_through_the_pages_behind_a_proxy(open_page: Callable[..., Page], dashboard_url: str) -> None:
    with reverse_proxy(dashboard_url, strips=True) as proxy:
        page = open_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{proxy}/blocks")
        page.wait_for_selector("#blocks-heat image")
        page.wait_for_url(f"{proxy}/blocks?run=**")
        assert saved(page, "Cosine loss", "pdf").read_bytes().startswith(b"%PDF-")
        expect(page.locator(".tabs a[aria-current=page]")).to_have_text("Blocks")
        page.get_by_role("link", name="Runs", exact=True).click()
        page.wait_for_url(f"{proxy}/runs**")
        expect(page.locator("#runs-table")).to_contain_text("Tiny, seed 1")  # the table's own script was loaded
        page.get_by_role("link", name="Examples", exact=True).click()
        page.wait_for_url(f"{proxy}/examples**")
        expect(page.locator(".story img").first).to_be_visible()
        page.get_by_role("link", name="Open in Interventions").click()
        page.wait_for_url(f"{proxy}/interventions**")
        expect(page.locator("#interventions-results")).to_have_attribute("data-state", "ready")
        page.go_back()
        expect(page.locator(".story")).to_be_visible()
        page.go_back()
        expect(page.locator("#runs-table")).to_be_visible()
        page.close()
        local = [url for url in asked if url.startswith("http")]
        assert len(local) > 20
        assert [url for url in local if not urlsplit(url).path.startswith(f"{PREFIX}/")] == []
