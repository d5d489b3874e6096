"""docs/REST.md: its commands, run in one shell against a real service, answer as printed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from iterscope_backend.app import create_app
from iterscope_backend.settings import Settings
from iterscope_db import open_store

from .conftest import Server, add_checkpoint, running_server, save_network

DOCUMENT = (Path(__file__).parents[2] / "docs" / "REST.md").read_text(encoding="utf-8")
ADDRESS = "http://127.0.0.1:8000"
MORE = "…"
"""Stands for what was left out."""

EXAMPLES: list[tuple[str, str, str]] = re.findall(
    r"```bash\n(.*?)```(?:\n\n```(json|text)\n(.*?)```)?", DOCUMENT, re.DOTALL
)
"""(command, kind of output, output)."""


@pytest.fixture(scope="module")
def documented(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A home like the document's: a trained ResNet-56's, though narrow and untrained."""
    home = tmp_path_factory.mktemp("documented")
    narrow = {"name": "resnet56", "stem_width": 4, "widths": (4, 4, 4)}
    description = save_network(home, "run/epoch-0012.safetensors", **narrow)
    with open_store(home) as store:
        run = store.runs.create({}, "demo", "demo", "resnet56", "digits", 0, 12, description.blocks, "completed")
        add_checkpoint(store, description, "run/epoch-0012.safetensors", run.id)
        values = [0.5] * len(description.blocks)
        metrics = {(name, split): values for name in ("l2_ratio", "l2_ratio_q50") for split in ("train", "validation")}
        store.metrics.log_epoch(run.id, 0, metrics, {("loss", "validation"): 2.0})
    with running_server(home) as running:
        yield running


def as_printed(printed: Any, answered: Any, where: str) -> None:
    """The same fields of the same kinds; values may differ, for they are another network's."""
    if isinstance(printed, dict):
        for name, value in printed.items():
            # A table of results by name (recipes, quantiles) is shortened as lists are.
            if name != MORE and not (where.endswith((".latest", ".metrics", ".progress", ".configuration"))):
                assert name in answered, f"{where}.{name} isn't answered"
                as_printed(value, answered[name], f"{where}.{name}")
        if MORE not in printed and not where.endswith((".latest", ".metrics", ".progress", ".configuration")):
            left_out = (
                {"probe", "checkpoint", "split", "samples", "blocks", "reasons", "provenance"}
                if "provenance" in answered
                else set()
            )
            assert answered.keys() - left_out <= printed.keys() | left_out, f"{where} has more fields than printed"
    elif answered is None and where.endswith(".interval"):
        return  # a claim without runs has none
    elif isinstance(printed, list):
        assert isinstance(answered, list), where
        for first, second in zip(printed, answered, strict=False):
            as_printed(first, second, f"{where}[]")


def test_the_examples(documented: Server, tmp_path: Path) -> None:
    commands = [command.replace(ADDRESS, documented.url) for command, _, _ in EXAMPLES]
    script = "set -e -o pipefail\n" + "echo '@@'\n".join(f"{command}\necho\n" for command in commands)
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    ran = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=240
    )
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr
    outputs = ran.stdout.split("@@\n")
    assert len(outputs) == len(EXAMPLES) > 25
    for (command, kind, printed), output in zip(EXAMPLES, outputs, strict=True):
        if kind == "json":
            as_printed(json.loads(printed), json.loads(output), command.strip())
        elif "events" in command:
            for word in ("event: progress", "event: done", 'data: {"job":{"id":"'):
                assert word in output
                assert word in printed
        elif kind == "text":
            assert output.strip() == printed.strip(), command


def test_every_route_has_an_example() -> None:
    """Measurements of the later works have one each in the OpenAPI document, and a row in the table of all."""
    listed = set(re.findall(r"^\| `(POST /probe/\S+)`", DOCUMENT, re.MULTILINE))
    headings = set(re.findall(r"^### (\w+ /\S+)", DOCUMENT, re.MULTILINE))
    document = create_app(Settings(home=Path("unused"))).openapi()
    routes = {f"{method.upper()} {path}" for path, operations in document["paths"].items() for method in operations}
    assert {route for route in routes if route.startswith("POST /probe/")} == listed
    assert routes - listed == headings - listed
    assert len(headings & listed) > 10
