"""Freed memory is kept for the next tensors, and given back when a worker rests; in a process of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.service

PROGRAM = """
import resource
import threading
from multiprocessing import Pipe
import torch
from iterscope.allocator import keep_freed_memory

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096

def chunk():
    kept = [torch.ones(4 << 20, dtype=torch.uint8) for _ in range(50)]  # 200 MiB
    del kept

def in_thread():
    thread = threading.Thread(target=chunk)
    thread.start()
    thread.join()

torch.set_num_threads(1)
chunk()
assert keep_freed_memory()
for work in (chunk, in_thread):
    work()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    work()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before, end=" ")
from iterscope_backend.workers.process import next_message
chunk()  # importing that has taken some of what was free
print(resident() >> 20, end=" ")
service, worker = Pipe()
threading.Timer(0.5, service.send, ["a task"]).start()
assert next_message(worker, rest=0.1) == "a task"
print(resident() >> 20)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's setting")
def test_freed_memory_is_kept_until_a_worker_rests() -> None:
    result = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    faults, faults_in_thread, kept, released = map(int, result.stdout.split())
    assert faults < 5000  # 200 MiB anew would be 51,200 pages
    assert faults_in_thread < 5000
    assert kept - released > 150  # MiB
