"""What all tests share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from hypothesis import settings

Value = TypeVar("Value")

settings.register_profile("iterscope", deadline=None)  # two processes test at once, and examples may wait
settings.load_profile("iterscope")


@pytest.fixture(scope="session")
def run_async() -> Callable[[Coroutine[Any, Any, Value]], Value]:
    """`asyncio.run` in a thread of its own: this one may have the browser's event loop, if browser tests ran before."""

    def run(work: Coroutine[Any, Any, Value]) -> Value:
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(asyncio.run, work).result()

    return run
