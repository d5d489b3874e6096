"""Services and trainers as processes of their own, which a trial can kill."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.chaos.trials import require


@dataclass(frozen=True)
class Service:
    """A running service."""

    process: subprocess.Popen[str]
    url: str

    def kill(self) -> None:
        """End it at once, as a crash does. Raises `Broken` if one of its workers stays."""
        workers = psutil.Process(self.process.pid).children(recursive=True)
        self.process.kill()
        self.process.wait()
        _, alive = psutil.wait_procs(workers, timeout=60)
        for worker in alive:
            worker.kill()
        require(not alive, f"{len(alive)} workers outlived their service")


@contextmanager
def service(module: str, *arguments: str) -> Iterator[Service]:
    """A service of this project on a free port of the loopback address, killed at the end."""
    command = [sys.executable, "-m", module, "--port", "0", *arguments]
    with subprocess.Popen(
        command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            assert process.stdout is not None
            said = ""
            while (found := re.search(r"http://\S+", said)) is None:
                line = process.stdout.readline()
                require(bool(line), f"{module} did not start: {said}")
                said += line
            threading.Thread(target=process.stdout.read, daemon=True).start()  # a full pipe would stop it
            yield Service(process, found[0])
        finally:
            if process.poll() is None:
                process.kill()


def trainer(home: Path, *arguments: str) -> subprocess.Popen[str]:
    """A trainer on this home folder."""
    command = [sys.executable, "-m", "iterscope_trainer", "--home", str(home), *arguments]
    return subprocess.Popen(command, env=environment(), stderr=subprocess.PIPE, text=True, start_new_session=True)


def environment() -> dict[str, str]:
    """The environment without settings of the project, and with one thread."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("ITERSCOPE_")}
    return {**own, "OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
