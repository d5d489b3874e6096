"""The OpenAPI document against the service, by schemathesis; and what the document promises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from iterscope.measurements import MEASUREMENTS
from iterscope_backend.app import create_app
from iterscope_backend.settings import Settings

from .conftest import Server, fill_home, running_server

CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
]

MEASURED = ("plan", "samples", "cka", "criticality")
"""Measurements with every kind of option; the routes of all have one handler."""
OTHERS = "|".join(sorted(MEASUREMENTS.keys() - set(MEASURED)))

schema = schemathesis.openapi.from_dict(create_app(Settings(home=Path("unused"))).openapi()).exclude(
    path_regex=f"^/probe/({OTHERS})$"
)


@pytest.fixture(scope="module")
def tested(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service of its own: it will be left with whatever was invented."""
    home = tmp_path_factory.mktemp("schemathesis")
    fill_home(home)
    with running_server(home, default_wait=0.0, queue_size=100_000) as running:
        yield running


@schema.parametrize()
@settings(max_examples=2, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_the_service_keeps_to_its_document(case: Any, tested: Server) -> None:
    if isinstance(case.body, dict) and case.path.startswith("/probe/"):
        # No waiting, and a checkpoint that exists where one is asked for properly: else all would end with 404.
        if isinstance(case.body.get("wait"), int | float):
            case.body["wait"] = 0
        if isinstance(case.body.get("checkpoint"), str) and 0 < len(case.body["checkpoint"]) <= 64:
            case.body["checkpoint"] = "latest"
    case.query.pop("wait", None)
    case.call_and_validate(base_url=tested.url, checks=CHECKS, timeout=30)


def test_every_route_is_described(server: Server) -> None:
    document = server.client.get("/openapi.json").json()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation.get("description") or operation.get("summary"), (method, path)
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    assert list(response["content"]) == ["application/problem+json"], (method, path, status)
    assert "HTTPValidationError" not in document["components"]["schemas"]
    for name, definition in document["components"]["schemas"].items():
        if name.endswith("Request") or name in (
            "NewRun",
            "RunChange",
            "Run",
            "Checkpoint",
            "Job",
            "Problem",
            "Metrics",
        ):
            assert "example" in definition, name


def test_examples_are_valid() -> None:
    for probe in MEASUREMENTS.values():
        probe.request.model_validate(probe.request.model_json_schema()["example"])


def test_the_pages_of_documentation(server: Server) -> None:
    assert "swagger" in server.client.get("/docs").text.lower()
