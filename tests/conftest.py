"""What all tests share."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from hypothesis import settings

from iterscope_guard.startup import load_quickly

Value = TypeVar("Value")

# Several processes test at once, and examples may wait.
settings.register_profile("iterscope", deadline=None, max_examples=20)
settings.load_profile("iterscope")
load_quickly()


SERVICES = frozenset(
    ("server", "make_server", "importing", "documented", "tested", "backend_url", "dashboard_url", "serve_dashboard")
)
"""Fixtures that start a service."""
TRAININGS = frozenset(("trained_home", "trained", "reported", "imported"))
"""Fixtures that train a network."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what `make test-fast` leaves out by the fixtures that a test uses, directly or through others."""
    for item in items:
        used = set(getattr(item, "fixturenames", ()))
        if used & SERVICES:
            item.add_marker("service")
        if used & TRAININGS:
            item.add_marker("training")


def pytest_collection_finish() -> None:
    """What was imported and collected stays: it needn't be looked through for garbage."""
    gc.freeze()


@pytest.fixture(scope="session")
def run_async() -> Callable[[Coroutine[Any, Any, Value]], Value]:
    """`asyncio.run` in a thread of its own: this one may have the browser's event loop, if browser tests ran before."""

    def run(work: Coroutine[Any, Any, Value]) -> Value:
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(asyncio.run, work).result()

    return run
