"""Requests that no client of ours sends, to the service and to the dashboard."""

from __future__ import annotations

import json
import random
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2

from tests.chaos.probing import client, fill
from tests.chaos.servers import service
from tests.chaos.trials import Trial, require

VALUES: tuple[str, ...] = (
    "null", "true", "-1", "0", "1e999", "-0.0", "NaN", "1" * 5000, "9223372036854775808", "1.5", '""', '"\\ud800"', '"a\\u0000b"',
    '"../runs/x"', '"' + "x" * 20_000 + '"', '"\\u202e\\u001b[31m"', "[]", "{}", "[[0, 1e308]]", '{"a": 1, "a": 2}',
    "[" * 5000 + "]" * 5000, '{"a":' * 500 + "1" + "}" * 500, '"latest"', '"0..7"', '"folder:/etc"', '"' + "0x9" * 3000 + '"',
)  # fmt: skip
"""JSON, as text: Python could not write all of it."""
BODIES: dict[str, dict[str, Any]] = {
    **{
        f"/probe/{name}": {"checkpoint": "latest", "split": "validation", "limit": 4, "seed": 0, "wait": 0} | fields
        for name, fields in {
            "drop": {"blocks": [[1]]},
            "plan": {"plan": "0..2"},
            "unroll": {"block": 2, "steps": 1, "scale": 0.5},
            "block-metrics": {},
            "early-exit": {},
            "shuffle": {"swaps": [1], "repeats": 1},
            "samples": {"group": "all", "offset": 0},
            "sample": {"index": 0},
            "predictions": {"indices": [0], "plans": ["0..2"]},
        }.items()
    },
    "/runs": {"recipe": "none", "name": "a run", "overrides": {"epochs": 1}},
    "/imports/i1/checkpoint": {"dataset": "digits"},
}
PATHS = (
    "/runs/{}", "/runs/{}/metrics", "/runs/{}/curves", "/jobs/{}", "/jobs/{}/events", "/checkpoints/{}", "/imports/{}", "/paper/figures/{}",
    "/datasets/image?dataset={}&split=train&index=0", "/checkpoints?run={}", "/runs?curve={}", "/paper?dataset={}", "/{}",
    "/api/{}", "/api/runs/{}/curves", "/api/jobs/{}/events", "/api/datasets/image?dataset={}&split=train&index=0",
)  # fmt: skip
WORDS = (
    "%00", "..%2f..%2fruns", "%2e%2e", "r" * 3000, "%ed%a0%80", "%e2%80%ae", "'%20OR%201=1--", "-1", "1e999", "%ff", "a%0d%0aX:%20y", ";",
    "?", "%25s", "{}", "latest",
)  # fmt: skip
PAGES = ("/imports", "/figure.pdf", "/_dash-update-component", "/_dash-layout")
"""What the dashboard's own scripts send to, besides the service behind /api."""
BODIES_OF_PAGES: dict[str, dict[str, Any]] = {
    **{page: {"output": "main.children"} for page in PAGES},
    **{f"/api{path}": body for path, body in BODIES.items()},
}
GARBAGE = (
    b"\x16\x03\x01\x02\x00\x01\x00", b"GET / HTTP/9.9\r\n\r\n", b"POST /runs HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n",
    b"POST /runs HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n", b"\0" * 5000, b"GET " + b"/" * 70_000,
)  # fmt: skip


@contextmanager
def hostile_requests(folder: Path) -> Iterator[Trial]:
    """Any JSON, any address, and bytes that are no HTTP."""
    fill(folder)
    with (
        service("iterscope_backend", "--home", str(folder)) as backend,
        service("iterscope_dashboard", "--backend", backend.url) as dashboard,
        client(backend.url) as rest,
        client(dashboard.url) as pages,
    ):

        def trial(at_random: random.Random) -> str:
            server = at_random.choice([rest, pages])
            if at_random.random() < 0.05:
                send_garbage(str(server.base_url), at_random)
                ended = "bytes that are no HTTP"
            else:
                ended = send_request(server, at_random, BODIES if server is rest else BODIES_OF_PAGES)
            health = rest.get("/health") if server is rest else pages.get("/healthz")
            require(health.status_code == 200, f"afterwards the service answers {health.status_code}")
            return ended

        yield trial
        for server in (backend, dashboard):
            require(server.process.poll() is None, "a server has ended")


def send_request(server: httpx2.Client, at_random: random.Random, bodies: dict[str, dict[str, Any]]) -> str:
    if at_random.random() < 0.3:
        path = at_random.choice(PATHS).format(at_random.choice(WORDS))
        method, content = at_random.choice(["GET", "DELETE", "POST", "PATCH", "PUT"]), None
    else:
        path = at_random.choice(list(bodies))
        method, content = "POST", changed_body(bodies[path], at_random)
    kind = at_random.choice(["application/json"] * 8 + ["text/plain", "multipart/form-data; boundary=x", ""])
    headers = {"Content-Type": kind} if kind else {}
    answer = server.request(method, path, content=content, headers=headers)
    shown = f"{method} {path[:200]} {(content or b'')[:300]!r}"
    # 503: the queue of probes is full.
    fine = answer.status_code < 500 or (answer.status_code == 503 and "retry-after" in answer.headers)
    require(fine, f"{shown} was answered with {answer.status_code}: {answer.text[:500]}")
    require("Traceback" not in answer.text, f"{shown}: a traceback was shown")
    return f"{answer.status_code // 100}xx"


def changed_body(body: dict[str, Any], at_random: random.Random) -> bytes:
    """The body's JSON with some values exchanged, left out or added, or cut off."""
    fields = {name: json.dumps(value) for name, value in body.items()}
    for _ in range(at_random.randint(1, 2)):
        name = at_random.choice([*fields, "colour", "\\ud800", ""])
        fields[name] = at_random.choice(VALUES)
        if at_random.random() < 0.1:
            del fields[name]
    text = "{" + ", ".join(f'"{name}": {value}' for name, value in fields.items()) + "}"
    if at_random.random() < 0.1:
        text = at_random.choice([at_random.choice(VALUES), text[: at_random.randrange(len(text))]])
    content = text.encode()
    if at_random.random() < 0.05:
        content = content.replace(b'"', b"\xff", 1)
    return content


def send_garbage(url: str, at_random: random.Random) -> None:
    address = urlsplit(url)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=5) as connection:
        content = at_random.choice([*GARBAGE, at_random.randbytes(500)])
        try:
            connection.sendall(content)
            if at_random.random() < 0.5:
                connection.settimeout(1)
                connection.recv(1000)
        except OSError:
            pass  # it hung up
