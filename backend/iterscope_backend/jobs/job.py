"""One job: its state, its events, and those who wait for it. Threads change it, coroutines watch it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, Literal

from iterscope.errors import Cancelled
from iterscope_backend.answers import probe_answer
from iterscope_backend.encoding import decode
from iterscope_backend.workers.messages import Task

JobState = Literal["queued", "running", "done", "failed", "cancelled"]
FINAL: tuple[JobState, ...] = ("done", "failed", "cancelled")


@dataclass(frozen=True)
class JobEvent:
    """Something that happened to a job; ids rise by one from 1."""

    id: int
    event: Literal["progress", "done", "failed", "cancelled"]
    progress: float


class Job:
    """Long work on its way. All methods may be called from any thread."""

    def __init__(self, job_id: str, *, key: str, created_at: str, probe: str | None = None) -> None:
        self.id = job_id
        self.probe = probe
        """What is measured; None where the work is no probe."""
        self.key = key
        """The same for the same work."""
        self.created_at = created_at
        self.state: JobState = "queued"
        self.progress = 0.0
        self.error: dict[str, Any] | None = None
        self.result_json: bytes | None = None
        self._events: list[JobEvent] = []
        self._watchers: set[Callable[[], None]] = set()
        self._lock = threading.Lock()

    @property
    def finished(self) -> bool:
        return self.state in FINAL

    def over_after(self, event_id: int) -> bool:
        """Whether the job has ended and no event follows that one."""
        with self._lock:
            return self.finished and event_id >= len(self._events)

    def begin(self) -> bool:
        """queued → running; False if it was cancelled meanwhile."""
        with self._lock:
            if self.state != "queued":
                return False
            self.state = "running"
            return True

    def report(self, fraction: float) -> None:
        """Progress, told on when it grew by a hundredth."""
        with self._lock:
            if self.state != "running" or (fraction < self.progress + 0.01 and self._events):
                return
            self.progress = fraction
            self._add("progress")
        self._tell()

    def finish(
        self,
        state: Literal["done", "failed", "cancelled"],
        *,
        error: dict[str, Any] | None = None,
        result_json: bytes | None = None,
    ) -> bool:
        """The job's end; False if it had ended before."""
        with self._lock:
            if self.finished:
                return False
            self.error, self.result_json = error, result_json
            self.progress = 1.0 if state == "done" else self.progress
            self._add(state)
            self.state = state  # last: who sees it sees the rest too
        self._tell()
        return True

    async def wait(self, seconds: float) -> bool:
        """Waits until the job has ended, at most so long; says whether it has."""
        try:
            async with asyncio.timeout(seconds):
                async for _ in self.follow(len(self._events)):
                    pass
        except TimeoutError:
            pass
        return self.finished

    async def follow(self, after: int = 0) -> AsyncIterator[JobEvent]:
        """The events with ids above `after`, those of the past and then those to come, to the last."""
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
        """`report`, as a computation's progress callback. Raises Cancelled where the job has ended meanwhile."""
        if self.finished:
            raise Cancelled(f"job {self.id} is {self.state}")
        self.report(fraction)

    def result(self) -> dict[str, Any] | None:
        """What a client gets, once it is done."""
        return None if self.result_json is None else dict(decode(self.result_json))

    def _add(self, event: Literal["progress", "done", "failed", "cancelled"]) -> None:
        self._events.append(JobEvent(len(self._events) + 1, event, self.progress))

    def _tell(self) -> None:
        with self._lock:
            watchers = tuple(self._watchers)
        for watcher in watchers:
            try:
                watcher()
            except RuntimeError:  # its event loop has closed since
                self._watchers.discard(watcher)


class ProbeJob(Job):
    """A probe, for a worker to do."""

    def __init__(self, job_id: str, *, probe: str, key: str, created_at: str, checkpoint: str, task: Task) -> None:
        super().__init__(job_id, key=key, created_at=created_at, probe=probe)
        self.checkpoint = checkpoint
        self.task = task

    def result(self) -> dict[str, Any] | None:
        if self.result_json is None:
            return None
        return probe_answer(self.result_json, checkpoint=self.checkpoint, cached=False)
