"""The README's examples work as printed."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.backend.conftest import Server

README = (Path(__file__).parents[2] / "README.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("command", blocks("bash"))
def test_curl_examples(command: str, server: Server) -> None:
    """Another port, nothing else changed."""
    here = command.replace("http://127.0.0.1:8000", server.url)

    def run() -> dict[str, Any]:
        found: dict[str, Any] = json.loads(
            subprocess.run(["bash", "-ec", here], capture_output=True, check=True).stdout
        )
        return found

    answer = run()
    while answer.get("state") in ("queued", "running"):  # a busy machine: it waited its minute, and asks again
        answer = run()
    assert answer["provenance"]["checkpoint_sha256"], answer


def test_the_notebook_example() -> None:
    (code,) = blocks("python")
    names: dict[str, object] = {}
    exec(code, names)
    assert tuple(names["logits"].shape) == (3, 359, 10)
    assert tuple(names["metrics"].cosine_loss.shape) == (27, 359)


def test_there_are_examples_to_test() -> None:
    assert len(blocks("bash")) == 3
    assert all("curl" in command for command in blocks("bash"))


def test_linked_files_exist() -> None:
    folder = Path(__file__).parents[2]
    links = {link for link in re.findall(r"\]\(([^)#]+)", README) if "://" not in link}
    assert links
    assert not [link for link in links if not (folder / link).exists()]
