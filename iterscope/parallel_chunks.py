"""Compute chunks of images in parallel on a CPU: each thread takes one chunk after the other and runs torch single-threaded.

Torch's own threads divide every operation among them and wait for each other after it. Threads that take whole chunks wait only once, at
the end.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from queue import SimpleQueue
from typing import Literal, TypeVar

import torch

from iterscope.chunks import Chunks, Progress

Result = TypeVar("Result")
Work = Callable[[int, int, Progress], Result]
"""Computes images start … stop − 1, and reports after every step which share of them is done. It runs in another thread, so torch modes of
the caller, such as `no_grad`, don't apply."""
Tell = Callable[[float], None]
"""Called with the number of images that are done, parts of them included."""
_Waiting = deque[tuple[int, tuple[int, int]] | None]
"""Numbered chunks, and a None for each thread that takes them."""

_Said = Literal["step", "end"] | BaseException
"""What a thread reports to the caller's thread: a step is done, no chunk is left for it, or an exception."""
_NAME = "iterscope chunks"


class _Stopped(Exception):
    """Ends the work on a chunk whose result is no longer needed."""


def map_chunks(chunks: Chunks, work: Work[Result], tell: Tell) -> list[Result]:
    """The results of `work` for each chunk, in order.

    `tell` is called in this thread; if it raises, the other threads stop at their next step. The first exception of `work` or `tell` is
    raised here after all threads have ended. Torch's number of threads is unchanged afterwards, for this thread and for new ones.
    """
    threads = min(chunks.at_once, len(chunks.spans))
    waiting: _Waiting = deque([*enumerate(chunks.spans), *[None] * threads])
    results: dict[int, Result] = {}
    if threads == 1:
        _take_chunks(waiting, work, results, tell)
    else:
        _in_threads(threads, waiting, work, results, tell)
    return [results[at] for at in range(len(chunks.spans))]


def _take_chunks(waiting: _Waiting, work: Work[Result], results: dict[int, Result], tell: Tell) -> None:
    """One thread's work: chunk after chunk, until none is left."""
    done = 0
    for at, (start, stop) in iter(waiting.popleft, None):

        def on_step(share: float, done: int = done, length: int = stop - start) -> None:
            tell(done + share * length)

        results[at] = work(start, stop, on_step)
        done += stop - start


def _in_threads(count: int, waiting: _Waiting, work: Work[Result], results: dict[int, Result], tell: Tell) -> None:
    done = [0.0] * count
    said: SimpleQueue[_Said] = SimpleQueue()
    stopped = threading.Event()

    def step(number: int, images: float) -> None:
        if stopped.is_set():
            raise _Stopped
        done[number] = images
        said.put("step")

    def compute(number: int) -> None:
        with _errors_to(said):
            _take_chunks(waiting, work, results, partial(step, number))
            said.put("end")

    def start() -> None:
        with _errors_to(said):
            _start(threads, [partial(compute, number) for number in range(count)])

    threads: list[threading.Thread] = []
    starter, running = threading.Thread(target=start, name=_NAME), count
    event: _Said = "step"
    try:
        starter.start()
        while running > 0:
            event = said.get()
            if isinstance(event, BaseException):
                raise event
            if event == "end":
                running -= 1
            else:
                tell(sum(done))
    finally:
        event = "end"  # an error's traceback holds this frame
        stopped.set()
        if starter.is_alive():
            starter.join()
        for thread in threads:
            thread.join()


@contextmanager
def _errors_to(said: SimpleQueue[_Said]) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        said.put(error)


def _start(threads: list[threading.Thread], targets: list[Callable[[], None]]) -> None:
    """Starts a thread for each target, in which torch computes with one thread, and puts it into `threads`.

    `torch.set_num_threads` sets the number for its own thread and for all that begin later. So this runs in a new thread itself: it has the
    number that new threads get, and puts that back before any target begins.
    """
    ready, begin = threading.Semaphore(0), threading.Event()

    def run(target: Callable[[], None]) -> None:
        torch.get_num_threads()  # torch sets up every new thread at its first use, which would undo the next line
        torch.set_num_threads(1)
        ready.release()
        begin.wait()
        target()

    default = torch.get_num_threads()
    try:
        for target in targets:
            thread = threading.Thread(target=run, args=(target,), name=_NAME)
            thread.start()
            threads.append(thread)
    finally:
        for _ in threads:
            ready.acquire()
        torch.set_num_threads(default)
        begin.set()
