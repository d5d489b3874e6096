"""What the Dockerfile copies is sent to the Docker engine: .dockerignore keeps out everything that it doesn't name."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_everything_that_the_images_copy_is_sent() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = [line.split()[1:-1] for line in lines if line.startswith("COPY ") and "--from" not in line]
    sources = {source for sources in copied for source in sources if not source.startswith("--")}
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    sent = {line.removeprefix("!").strip("/") for line in ignored if line.startswith("!")}
    assert "iterscope" in sources
    assert {source for source in sources if source.split("/")[0] not in sent} == set()
    assert all((ROOT / source).exists() for source in sources)
