"""One job: its state, its events and its waiting clients. Threads change it, coroutines watch it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Literal

from iterscope.errors import Cancelled
from iterscope_backend.answers import probe_answer
from iterscope_backend.workers.messages import Task

JobState = Literal["queued", "running", "done", "failed", "cancelled"]
FINAL: tuple[JobState, ...] = ("done", "failed", "cancelled")


@dataclass(frozen=True)
class JobEvent:
    """Something that happened to a job; ids count up from 1."""

    id: int
    event: Literal["progress", "partial", "done", "failed", "cancelled"]
    progress: float


class Job:
    """A long-running computation. All methods may be called from any thread."""

    def __init__(self, job_id: str, *, key: str, created_at: str, probe: str | None = None) -> None:
        self.id = job_id
        self.probe = probe
        """The probe; None if the work is not a probe."""
        self.key = key
        """Equal for equal work."""
        self.created_at = created_at
        self.state: JobState = "queued"
        self.progress = 0.0
        self.error: dict[str, Any] | None = None
        self.result_json: bytes | None = None
        self.partial_json: bytes | None = None
        """The answer for the images that are done so far."""
        self.started = False
        """Whether the store says that it has begun; one that was displaced begins again."""
        self.grown_at = 0
        """The id of the event that told of it."""
        self.lease: float | None = None
        """Seconds for which the job goes on while nobody reads it; None: until its end."""
        self._read_at = time.monotonic()
        self._events: list[JobEvent] = []
        self._watchers: set[Callable[[], None]] = set()
        self._readers = 0
        self._lock = threading.Lock()

    @property
    def finished(self) -> bool:
        return self.state in FINAL

    def over_after(self, event_id: int) -> bool:
        """Whether the job has ended and no event follows the given one."""
        with self._lock:
            return self.finished and event_id >= len(self._events)

    def renew(self, lease: float | None) -> None:
        """Somebody asks for the job: it goes on for the longest lease of all who did."""
        with self._lock:
            self.lease = None if self.lease is None or lease is None else max(self.lease, lease)
        self.read()

    def read(self) -> None:
        """Somebody looks at the job."""
        self._read_at = time.monotonic()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Somebody follows the job: until the end of this context, it isn't abandoned."""
        with self._lock:
            self._readers += 1
        try:
            yield
        finally:
            self.read()
            with self._lock:
                self._readers -= 1

    @property
    def abandoned(self) -> bool:
        """Whether nobody has read the job for as long as its lease."""
        return self.lease is not None and not self._readers and time.monotonic() > self._read_at + self.lease

    def begin(self) -> bool:
        """Change from queued to running; False if the job was cancelled meanwhile."""
        with self._lock:
            if self.state != "queued":
                return False
            self.state = "running"
            return True

    def report(self, fraction: float) -> None:
        """Record progress; clients are notified at every hundredth."""
        with self._lock:
            if self.state != "running" or (fraction < self.progress + 0.01 and self._events):
                return
            self.progress = fraction
            self._add("progress")
        self._tell()

    def grow(self, result_json: bytes) -> None:
        """The answer for the images that are done so far."""
        with self._lock:
            if self.state != "running":
                return
            self.partial_json = result_json
            self._add("partial")
            self.grown_at = len(self._events)
        self._tell()

    def finish(
        self,
        state: Literal["done", "failed", "cancelled"],
        *,
        error: dict[str, Any] | None = None,
        result_json: bytes | None = None,
    ) -> bool:
        """End the job; False if it had already ended."""
        with self._lock:
            if self.finished:
                return False
            self.error, self.result_json, self.partial_json = error, result_json, None
            self.progress = 1.0 if state == "done" else self.progress
            self._add(state)
            self.state = state  # set last, so that whoever sees the state sees the other fields too
        self._tell()
        return True

    async def wait(self, seconds: float) -> bool:
        """Wait until the job has ended, at most `seconds`; returns whether it has ended."""
        with self.reading(), suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                async for _ in self.follow(len(self._events)):
                    pass
        return self.finished

    async def follow(self, after: int = 0) -> AsyncIterator[JobEvent]:
        """Yield the events with ids above `after`: past events first, then new ones until the last."""
        loop, changed = asyncio.get_running_loop(), asyncio.Event()

        def notify() -> None:
            loop.call_soon_threadsafe(changed.set)

        with self._lock:
            self._watchers.add(notify)
        try:
            while True:
                changed.clear()
                with self._lock:
                    events, finished = self._events[max(0, after) :], self.finished
                for event in events:
                    yield event
                    after = event.id
                if finished:
                    return
                await changed.wait()
        finally:
            with self._lock:
                self._watchers.discard(notify)

    def check(self, fraction: float) -> None:
        """`report` as the progress callback of a computation. Raises Cancelled if the job has ended meanwhile."""
        if self.finished:
            raise Cancelled(f"job {self.id} is {self.state}")
        self.report(fraction)

    def result(self, checkpoint: str | None = None) -> bytes | None:
        """The JSON that clients get once the job is done; None before. `checkpoint`: the id that this client asked for, if it did."""
        return self.result_json

    def partial(self) -> bytes | None:
        """The JSON of the answer so far; None before there is one, and after the end."""
        return None

    def _add(self, event: Literal["progress", "partial", "done", "failed", "cancelled"]) -> None:
        self._events.append(JobEvent(len(self._events) + 1, event, self.progress))

    def _tell(self) -> None:
        with self._lock:
            watchers = tuple(self._watchers)
        for watcher in watchers:
            try:
                watcher()
            except RuntimeError:  # its event loop has been closed
                self._watchers.discard(watcher)


class ProbeJob(Job):
    """A probe that a worker runs."""

    def __init__(self, job_id: str, *, probe: str, key: str, created_at: str, checkpoint: str, task: Task) -> None:
        super().__init__(job_id, key=key, created_at=created_at, probe=probe)
        self.checkpoint = checkpoint
        self.task = task
        self.ahead = False
        """Whether it is computed ahead of the reader: whatever else is asked for goes first."""
        self.displaced = False
        """Whether it was ended for something that goes first, and is to run again."""

    def result(self, checkpoint: str | None = None) -> bytes | None:
        if self.result_json is None:
            return None
        return probe_answer(self.result_json, checkpoint=checkpoint or self.checkpoint, cached=False)

    def requeue(self) -> bool:
        """Change from running to queued, to run again from the start; False if the job has ended."""
        with self._lock:
            if self.state != "running":
                return False
            self.state, self.progress, self.partial_json, self.displaced = "queued", 0.0, None, False
            return True

    def partial(self) -> bytes | None:
        found = self.partial_json
        return None if found is None else probe_answer(found, checkpoint=self.checkpoint, cached=False)
