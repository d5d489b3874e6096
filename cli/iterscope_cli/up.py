"""`iterscope up`: trainer, backend and dashboard as child processes, watched, and stopped together."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from iterscope_cli.errors import CommandError

START_SECONDS = 120.0
"""For the services to answer; importing torch on a cold disk takes its time."""
STOP_SECONDS = 60.0
"""For the trainer to save, before it is killed."""
TAIL_LINES = 15
_PARENT_DIED = 1  # Linux: PR_SET_PDEATHSIG


@dataclass
class Service:
    """One child process."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    health: str | None
    """An address that answers once the service is ready; None where there is none."""


def start_all(home: Path, *, host: str, port: int, backend_port: int, demo: bool) -> int:
    """Run until a signal comes (0) or a service dies (1). `CommandError` names a port that is in use."""
    stop = threading.Event()

    def receive(_: int, __: FrameType | None) -> None:
        stop.set()

    previous = {number: signal.signal(number, receive) for number in (signal.SIGINT, signal.SIGTERM)}
    services: list[Service] = []
    try:
        backend_port = _free_port(host, backend_port, "--backend-port")
        port = _free_port(host, port, "--port")
        local = "127.0.0.1" if host in ("0.0.0.0", "::") else host
        backend, page = f"http://{local}:{backend_port}", f"http://{local}:{port}"
        commands = {
            "backend": (["--host", host, "--port", str(backend_port), "--home", str(home)], f"{backend}/health"),
            "dashboard": (["--host", host, "--port", str(port), "--backend", backend], page),
            "trainer": (["watch", *(["--demo"] if demo else []), "--home", str(home)], None),
        }
        logs = _log_folder(home)
        for name, (arguments, health) in commands.items():
            services.append(_start(name, arguments, health, home, logs))
        print(f"Starting in {home} (logs in {logs}) …", flush=True)
        if not _wait_until_healthy(services, stop):
            return 0 if stop.is_set() else 1
        print(f"Iterscope is at {page}\nIts REST API is at {backend}/docs\nPress Ctrl-C to stop.", flush=True)
        while not stop.wait(0.5):
            if _report_dead(services):
                return 1
        return 0
    finally:
        _stop(services)
        for number, handler in previous.items():
            signal.signal(number, handler)


def _free_port(host: str, port: int, flag: str) -> int:
    """The port if nobody has it, any free one for 0."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"port {port} on {host} can't be used ({error.strerror}): stop the program that has it, "
                f"or choose another with {flag}"
            ) from error
        return int(probe.getsockname()[1])


def _log_folder(home: Path) -> Path:
    logs = home / "logs"
    try:
        logs.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"{logs} can't be made ({error.strerror}): choose another folder with --home") from error
    return logs


def _start(name: str, arguments: list[str], health: str | None, home: Path, logs: Path) -> Service:
    environment = {**os.environ, "ITERSCOPE_HOME": str(home), "PYTHONUNBUFFERED": "1"}
    log = logs / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", f"iterscope_{name}", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            # Ctrl-C reaches this process only, which stops the others in order. Not a session each: Linux would then share the
            # CPU between sessions, deaf to the niceness by which pages come before probes and probes before training.
            process_group=0,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )
    return Service(name, process, log, health)


def _end_with_parent() -> None:
    """In the child: be terminated when the parent dies, even by kill -9."""
    ctypes.CDLL(None).prctl(_PARENT_DIED, signal.SIGTERM)


def _wait_until_healthy(services: list[Service], stop: threading.Event) -> bool:
    deadline = time.monotonic() + START_SECONDS
    waiting = [service for service in services if service.health is not None]
    while waiting:
        if stop.wait(0.2) or _report_dead(services):
            return False
        waiting = [service for service in waiting if not _answers(str(service.health))]
        if waiting and time.monotonic() > deadline:
            service = waiting[0]
            print(
                f"error: {service.name} doesn't answer at {service.health} after {START_SECONDS:.0f} s", file=sys.stderr
            )
            _print_tail(service)
            return False
    return True


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as response:
            return bool(response.status < 500)
    except (urllib.error.URLError, OSError):
        return False


def _report_dead(services: list[Service]) -> bool:
    for service in services:
        if (code := service.process.poll()) is not None:
            print(f"error: {service.name} ended with exit code {code}; stopping the others", file=sys.stderr)
            _print_tail(service)
            return True
    return False


def _print_tail(service: Service) -> None:
    lines = service.log.read_text(errors="replace").splitlines()[-TAIL_LINES:]
    print(f"The last lines of {service.log}:", *(f"  {line}" for line in lines), sep="\n", file=sys.stderr, flush=True)


def _stop(services: list[Service]) -> None:
    """Terminate all, wait for the trainer to save, kill what is left."""
    for service in services:
        if service.process.poll() is None:
            service.process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for service in services:
        try:
            service.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            print(f"{service.name} doesn't stop: killing it", file=sys.stderr)
            service.process.kill()
            service.process.wait()
