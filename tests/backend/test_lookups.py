"""Looking up what several clients ask for at once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

from iterscope_backend.lookups import Lookups


def test_equal_questions_that_wait_are_one_and_none_gets_what_was_found_before_it_asked() -> None:
    asked: list[str] = []
    begun, go_on = threading.Event(), threading.Event()

    def work(name: str) -> Callable[[], int]:
        def look() -> int:
            asked.append(name)
            begun.set()
            assert go_on.wait(60)
            return len(asked)

        return look

    async def ask() -> None:
        lookups = Lookups()
        first = asyncio.create_task(lookups.find("a", work("a")))
        await asyncio.to_thread(begun.wait, 60)
        others = [asyncio.create_task(lookups.find(name, work(name))) for name in "aabab"]
        await asyncio.sleep(0)
        others[0].cancel()  # its client has gone; the next one waits for the same
        go_on.set()
        assert await first == 1
        assert await asyncio.gather(*others[1:]) == [2, 3, 2, 3]
        assert asked == ["a", "a", "b"]
        assert await lookups.find("a", work("a")) == 4

    asyncio.run(ask())


def test_each_client_is_told_of_an_error() -> None:
    def fail() -> None:
        raise LookupError("no such checkpoint")

    async def ask() -> None:
        lookups = Lookups()
        found = await asyncio.gather(*(lookups.find("a", fail) for _ in range(3)), return_exceptions=True)
        assert [str(one) for one in found] == ["no such checkpoint"] * 3
        with pytest.raises(LookupError):
            await lookups.find("a", fail)

    asyncio.run(ask())
