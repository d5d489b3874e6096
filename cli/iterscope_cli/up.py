"""`iterscope up`: runs trainer, backend and dashboard as child processes, watches them, and stops them together."""

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
"""Maximum number of seconds until the services answer; importing torch from a cold disk takes long."""
STOP_SECONDS = 60.0
"""Seconds that the trainer has for saving before it is killed."""
TAIL_LINES = 15
_PARENT_DIED = 1  # Linux: PR_SET_PDEATHSIG


@dataclass
class Service:
    """One child process."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    health: str | None
    """URL that responds once the service is ready, or None."""


def start_all(home: Path, *, host: str, port: int, backend_port: int, demo: bool) -> int:
    """Run until a signal arrives (returns 0) or a service dies (returns 1). Raises CommandError if a port is in use."""
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
        logs = _log_folder(home, port)
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
    """The port if it is free; for 0, any free port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"port {port} on {host} can't be used ({error.strerror}): stop the program that uses it, "
                f"or choose another port with {flag}"
            ) from error
        return int(probe.getsockname()[1])


def _log_folder(home: Path, port: int) -> Path:
    """One folder per port, so that several `iterscope up` on one home folder write separate logs."""
    logs = home / "logs" / str(port)
    try:
        logs.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(
            f"the folder {logs} can't be created ({error.strerror}): choose another home folder with --home"
        ) from error
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
            # With their own process group, Ctrl-C reaches only this process, which stops the others in order. They don't get their own
            # sessions: Linux would then divide the CPU between sessions and ignore the niceness, which gives pages priority over
            # probes and probes over training.
            process_group=0,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )
    return Service(name, process, log, health)


def _end_with_parent() -> None:
    """Called in the child: terminate it when the parent dies, even after kill -9."""
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
                f"error: {service.name} doesn't respond at {service.health} after {START_SECONDS:.0f} s",
                file=sys.stderr,
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
    """Terminate all services, wait for the trainer to save, and kill services that don't stop."""
    for service in services:
        if service.process.poll() is None:
            service.process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for service in services:
        try:
            service.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            print(f"{service.name} doesn't stop; killing it", file=sys.stderr)
            service.process.kill()
            service.process.wait()
