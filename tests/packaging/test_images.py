"""The Docker images and their services: what the Dockerfile copies is sent to the Docker engine, and the services reach one another."""

from __future__ import annotations

import re
from pathlib import Path

from iterscope_guard.access import Access

ROOT = Path(__file__).parents[2]


def test_everything_that_the_images_copy_is_sent() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = [line.split()[1:-1] for line in lines if line.startswith("COPY ") and "--from" not in line]
    sources = {source for sources in copied for source in sources if not source.startswith("--")}
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    sent = {line.removeprefix("!").strip("/") for line in ignored if line.startswith("!")}
    assert "iterscope" in sources
    assert {source for source in sources if not {source, source.split("/")[0]} & sent} == set()
    assert all((ROOT / source).exists() for source in sources)


def test_the_backend_accepts_the_name_under_which_the_dashboard_asks() -> None:
    services = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    asked = re.search(r"ITERSCOPE_BACKEND_URL: http://(\S+)", services)
    accepted = re.search(r"ITERSCOPE_ALLOWED_HOSTS=(\S+)", services)
    assert asked is not None
    assert accepted is not None
    assert Access("0.0.0.0", allowed_hosts=accepted[1].split(",")).accepts_host(asked[1])
    assert not Access("0.0.0.0").accepts_host(asked[1])
