"""The probe queue, the threads that feed the workers, storing the results, and long work that runs outside the workers."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from iterscope.chunks import Progress
from iterscope.errors import Cancelled
from iterscope_backend.encoding import encode
from iterscope_backend.jobs.job import Job, ProbeJob
from iterscope_backend.jobs.question import Question
from iterscope_backend.problems import ApiProblem, problem, problem_of
from iterscope_backend.workers.messages import Done, Failed, FailureKind, Task
from iterscope_backend.workers.worker import Worker
from iterscope_db import (
    ConflictError,
    JobRecord,
    NotFoundError,
    ProbeResultRecord,
    Store,
    StoreError,
    process_name,
)

logger = logging.getLogger("iterscope.backend")

KEPT_JOBS = 256
"""Number of finished jobs kept in memory; older ones are in the store."""
RETRY_AFTER = 5
"""Seconds after which a client should retry when the queue is full."""
LEASE_INTERVAL = 1.0
"""Seconds between two looks for jobs that nobody reads any more."""
_STATUS: dict[FailureKind, int] = {"invalid": 422, "missing": 404, "memory": 500, "lost": 500, "internal": 500}


class JobService:
    """Probes by key: equal requests at the same time share one job."""

    def __init__(self, store: Store, workers: Sequence[Worker], *, queue_size: int) -> None:
        self._store = store
        self.workers = tuple(workers)
        self._queue_size = queue_size
        self._queue: deque[ProbeJob] = deque()
        self._ahead: deque[ProbeJob] = deque()
        self._running: dict[Worker, ProbeJob] = {}
        self._active: dict[str, Job] = {}
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._changed = threading.Condition()
        self._submitting = threading.Lock()
        self._closing = False
        self._closed = threading.Event()
        self._unwritten: deque[tuple[str, Callable[[], object]]] = deque()
        """What the store couldn't hold, in words, and how it is written."""
        self._owner = process_name("backend")
        self._threads = [
            threading.Thread(target=self._serve, args=(worker,), name=f"jobs on {worker.options.device}", daemon=True)
            for worker in self.workers
        ]
        self._threads.append(threading.Thread(target=self._look_after, name="leases and ends of jobs", daemon=True))

    def start(self, warm_up: Task | None = None) -> None:
        """Start the workers, and mark jobs that a stopped service left unfinished as failed."""
        self._store.jobs.mark_lost()
        for worker in self.workers:
            worker.start()
            if warm_up is not None:
                worker.warm_up(warm_up)
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop the workers; unfinished jobs fail."""
        with self._changed:
            self._closing = True
            self._closed.set()
            unfinished = list(self._active.values())
            self._queue.clear()
            self._ahead.clear()
            self._changed.notify_all()
        for job in unfinished:
            self._finish(
                job, "failed", error=problem(503, "the service stopped before the job was done: send the request again")
            )
        for worker in self.workers:
            worker.stop()
        for thread in self._threads:
            thread.join(timeout=10)
        self._write_again()

    @property
    def queue_length(self) -> int:
        """Number of queued jobs, without the running ones."""
        return len(self._queue)

    def ask(self, question: Question, *, ahead: bool = False, lease: float | None = None) -> Job | ProbeResultRecord:
        """Return the stored result, the job that is already computing it, or a new job. Raises ApiProblem (503) if the queue is full.

        ahead: it is computed ahead of the reader, when a worker has nothing else to do, and gives way to anything that is asked for.
        lease: seconds after which the job is cancelled if nobody reads it; None: it goes on to its end.
        """
        key = question.key
        with self._submitting:
            with self._changed:
                if (active := self._active.get(key)) is not None:
                    if not ahead:
                        self._promote(active)
                    active.renew(lease)
                    return active
            if (stored := self._store.probe_results.get(key)) is not None:
                return stored
            waiting = len(self._ahead if ahead else self._queue)
            if waiting >= self._queue_size:
                raise self._full(waiting)
            record = self._store.jobs.create("probe", question.probe, question.request, key, self._owner)
            job = ProbeJob(
                record.id,
                probe=question.probe,
                key=key,
                created_at=str(record.to_dict()["created_at"]),
                checkpoint=question.checkpoint.id,
                task=question.task(record.id),
            )
            job.ahead, job.lease = ahead, lease
            with self._changed:
                self._active[key] = job
                self._jobs[job.id] = job
                (self._ahead if ahead else self._queue).append(job)
                self._forget_old()
                if not ahead:
                    self._make_way()
                self._changed.notify()
            return job

    def _promote(self, job: Job) -> None:
        """Somebody asks for what is computed ahead."""
        if not isinstance(job, ProbeJob) or not job.ahead:
            return
        job.ahead = False
        if job in self._ahead:
            self._ahead.remove(job)
            self._queue.append(job)
            self._make_way()
            self._changed.notify()

    def _make_way(self) -> None:
        """If no worker is free, end what one of them computes ahead; it runs again later."""
        if len(self._running) < len(self.workers):
            return
        for worker, job in self._running.items():
            if job.ahead and not job.displaced:
                job.displaced = True
                worker.cancel(job.id)
                return

    def active(self, key: str) -> Job | None:
        """The unfinished job with this key."""
        return self._active.get(key)

    def room_aside(self) -> None:
        """Raises ApiProblem (503) if as many jobs run outside the workers as may wait for them."""
        with self._changed:
            running = sum(not isinstance(job, ProbeJob) for job in self._active.values())
        if running >= self._queue_size:
            raise self._full(running)

    @staticmethod
    def _full(count: int) -> ApiProblem:
        return ApiProblem(
            503,
            f"the queue is full with {count} waiting probes: try again in {RETRY_AFTER} seconds",
            headers={"Retry-After": str(RETRY_AFTER)},
        )

    def start_aside(
        self,
        kind: str,
        key: str,
        request: Mapping[str, Any],
        work: Callable[[Progress], Mapping[str, Any]],
        *,
        shared: bool = False,
        lease: float | None = None,
    ) -> Job:
        """Start work in a separate thread, outside the workers; what it returns is the job's result.

        `work` receives a progress callback, which raises Cancelled once the job has been ended.

        Raises ApiProblem (409) while work with the same key is running; if `shared`, that job is returned instead. `lease`: as in `ask`.
        """
        with self._submitting:
            with self._changed:
                if (other := self._active.get(key)) is not None:
                    if shared:
                        other.renew(lease)
                        return other
                    raise ApiProblem(409, f"{key} is already running as job {other.id}: wait for it, or cancel it")
            record = self._store.jobs.create(kind, None, request, None, self._owner)
            job = Job(record.id, key=key, created_at=str(record.to_dict()["created_at"]))
            job.lease = lease
            with self._changed:
                self._active[key] = job
                self._jobs[job.id] = job
                self._forget_old()
        threading.Thread(target=self._run_aside, args=(job, work), name=key, daemon=True).start()
        return job

    def _run_aside(self, job: Job, work: Callable[[Progress], Mapping[str, Any]]) -> None:
        try:
            if not self._begin(job):
                return
            job.check(0.0)
            self._finish(job, "done", result_json=encode(work(job.check)))
        except Cancelled:
            self._finish(job, "cancelled")
        except Exception as error:
            self._failed(job, error)

    def get(self, job_id: str) -> Job | None:
        """A job of this process, if it is still in memory."""
        return self._jobs.get(job_id)

    def record(self, job_id: str) -> JobRecord:
        """Any stored job, including those of earlier processes. Raises iterscope_db.NotFoundError."""
        return self._store.jobs.get(job_id)

    def cancel(self, job: Job, *, save: bool = True) -> None:
        """Cancel a job: clients see it at once, its worker stops at the next chunk of images. `save`: whether the store is to be told."""
        with self._changed:
            for queue in (self._queue, self._ahead):
                if isinstance(job, ProbeJob) and job in queue:
                    queue.remove(job)
        if self._finish(job, "cancelled", save=False):
            for worker in self.workers:
                worker.cancel(job.id)
            if save:
                self._save(job)

    def _look_after(self) -> None:
        """Cancel jobs that nobody reads any more, because a closed page can't always say so; write what couldn't be stored."""
        while not self._closed.wait(LEASE_INTERVAL):
            with self._changed:
                abandoned = [job for job in self._active.values() if job.abandoned]
            for job in abandoned:
                logger.info("job %s: nobody has read it for %g s: cancelled", job.id, job.lease)
                self.cancel(job)
            self._cancel_as_stored()
            self._write_again()

    def _cancel_as_stored(self) -> None:
        """Cancel the jobs that another service on the same store was asked to cancel."""
        with self._changed:
            ours = {job.id: job for job in self._active.values()}
        try:
            cancelled = self._store.jobs.cancelled(ours) if ours else ()
        except StoreError as error:
            logger.warning("whether jobs were cancelled elsewhere is not known: %s", error)
            return
        for id in cancelled:
            self.cancel(ours[id], save=False)

    def _serve(self, worker: Worker) -> None:
        while (job := self._take(worker)) is not None:
            try:
                self._run(worker, job)
            except Exception as error:
                self._failed(job, error)
            finally:
                with self._changed:
                    del self._running[worker]

    def _take(self, worker: Worker) -> ProbeJob | None:
        with self._changed:
            while not self._closing:
                if queue := self._queue or self._ahead:
                    self._running[worker] = queue.popleft()
                    return self._running[worker]
                self._changed.wait(0.5)
                worker.poll_ready()
        return None

    def _run(self, worker: Worker, job: ProbeJob) -> None:
        if not self._begin(job):
            return
        outcome = worker.run(job.task, job, lambda: job.finished or job.displaced)
        if self._closing:
            return
        if isinstance(outcome, Done):
            self._keep(job, outcome)
            self._finish(job, "done", result_json=outcome.result_json)
        elif isinstance(outcome, Failed):
            self._finish(job, "failed", error=problem(_STATUS[outcome.kind], outcome.detail))
        elif job.displaced and job.requeue():
            with self._changed:
                (self._ahead if job.ahead else self._queue).appendleft(job)
        else:
            self._finish(job, "cancelled")

    def _begin(self, job: Job) -> bool:
        """Change from queued to running, here and in the store; False if the job has been cancelled."""
        if not job.begin():
            return False
        if job.started:
            return True
        job.started = True
        try:
            self._store.jobs.update(job.id, state="running")
        except ConflictError:  # cancelled between the two
            return False
        except StoreError as error:  # it runs all the same, and its end is stored
            logger.error("job %s: its beginning could not be stored: %s", job.id, error)
        return True

    def _failed(self, job: Job, error: Exception) -> None:
        value = problem_of(error)
        if value is None:
            logger.exception("job %s, %s", job.id, job.key)
            value = problem(500, f"{type(error).__name__} in {job.probe or job.key}: see the service's log")
        self._finish(job, "failed", error=value)

    def _keep(self, job: ProbeJob, outcome: Done) -> None:
        put = self._store.probe_results.put
        self._write(
            f"job {job.id}: its result",
            partial(
                put, job.key, job.task.probe, job.checkpoint, job.task.request, outcome.result_json, outcome.seconds
            ),
        )

    def _finish(
        self,
        job: Job,
        state: Any,
        *,
        error: dict[str, Any] | None = None,
        result_json: bytes | None = None,
        save: bool = True,
    ) -> bool:
        with self._changed:
            if self._active.get(job.key) is job:
                del self._active[job.key]
        ended = job.finish(state, error=error, result_json=result_json)
        if ended and save:
            self._save(job)
        return ended

    def _save(self, job: Job) -> None:
        update = self._store.jobs.update
        self._write(
            f"job {job.id}: its state {job.state}",
            partial(update, job.id, state=job.state, progress=job.progress, error=job.error),
        )

    def _write(self, what: str, write: Callable[[], object], *, again: bool = False) -> bool:
        """Write to the store; what it can't hold now, such as on a full disk, is written later. Waiting clients get it all the same."""
        try:
            write()
        except (NotFoundError, ConflictError) as error:  # for example, its run was deleted meanwhile
            logger.error("%s could not be stored: %s", what, error)
        except StoreError as error:
            if not again:
                logger.error("%s could not be stored yet: %s", what, error)
            self._unwritten.append((what, write))
            return False
        return True

    def _write_again(self) -> None:
        while self._unwritten and self._write(*self._unwritten.popleft(), again=True):
            pass

    def _forget_old(self) -> None:
        for job_id in list(self._jobs):
            if len(self._jobs) <= KEPT_JOBS:
                return
            if self._jobs[job_id].finished:
                del self._jobs[job_id]
