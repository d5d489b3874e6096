"""Times computations against each other in rounds of shuffled order, measures peak memory in a fresh process, and starts a service."""

from __future__ import annotations

import multiprocessing
import random
import re
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

from iterscope.allocator import keep_freed_memory


def median_seconds(contenders: Mapping[str, Callable[[], object]], rounds: int = 7) -> dict[str, float]:
    """The median time of each computation after one warm-up. Each runs once per round, in an order that is shuffled every round.

    Freed memory is kept during all of them, as in Iterscope's own processes.
    """
    keep_freed_memory()
    for contender in contenders.values():
        contender()
    times: dict[str, list[float]] = {name: [] for name in contenders}
    order = list(contenders)
    for _ in range(rounds):
        random.shuffle(order)
        for name in order:
            start = time.perf_counter()
            contenders[name]()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in times.items()}


@contextmanager
def backend(home: str) -> Iterator[str]:
    """The REST service on this home folder, as a process of its own; its address."""
    command = [sys.executable, "-m", "iterscope_backend", "--port", "0", "--home", home]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            found = re.search(r"http://\S+", server.stderr.readline())
            assert found is not None
            threading.Thread(target=server.stderr.read, daemon=True).start()  # a full pipe would stop the service
            yield found[0]
        finally:
            server.terminate()


def peak_memory(prepare: Callable[[], Callable[[], object]]) -> int:
    """Bytes by which `prepare()()` raises the peak resident set of a fresh process above its size after `prepare()`.

    Args:
        prepare: a module-level function (it is sent to the process by name) that returns the computation to measure.
    """
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_measure_peak, args=(prepare, theirs))
    process.start()
    theirs.close()
    grown: int = ours.recv()
    process.join()
    return grown


def _measure_peak(prepare: Callable[[], Callable[[], object]], connection: Connection) -> None:
    run = prepare()
    # Linux: reset the peak, which so far is that of the imports.
    Path("/proc/self/clear_refs").write_text("5")
    before = _peak()
    run()
    connection.send(_peak() - before)


def _peak() -> int:
    """The largest resident set so far, in bytes. (getrusage's includes the parent's, as it was at the fork.)"""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024
