"""Looking things up for requests: in a thread, one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from anyio import CapacityLimiter, to_thread

T = TypeVar("T")


class Lookups:
    """Looks things up in one thread, since several would wait for each other at Python's lock. Equal questions that wait share a look."""

    def __init__(self) -> None:
        self._turn = CapacityLimiter(1)
        self._waiting: dict[Hashable, asyncio.Task[Any]] = {}

    async def find(self, question: Hashable, work: Callable[[], T]) -> T:
        """What `work` finds. Equal questions have equal work. It begins after the question came, so that nothing older is found."""
        if (task := self._waiting.get(question)) is None:
            task = self._waiting[question] = asyncio.create_task(self._find(question, work))
        found: T = await asyncio.shield(task)  # others wait for it, too, when one goes away
        return found

    async def _find(self, question: Hashable, work: Callable[[], T]) -> T:
        async with self._turn:
            del self._waiting[question]  # whoever asks from now on may want something newer
            return await to_thread.run_sync(work)
