"""`iterscope up`: runs trainer, backend and dashboard as child processes, watches them, and stops them together."""

from __future__ import annotations

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
from iterscope_guard.access import NO_TOKEN, Access, AccessError, choose_token, is_everywhere, url_host, with_token
from iterscope_guard.child import start_child
from iterscope_guard.prefix import checked_prefix
from iterscope_guard.text import visible

START_SECONDS = 120.0
"""Maximum number of seconds until the services answer; importing torch from a cold disk takes long."""
STOP_SECONDS = 60.0
"""Seconds that the trainer has for saving before it is killed."""
TAIL_LINES = 15
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Asks the services themselves: a proxy of the environment doesn't reach them, and must not learn the token."""


@dataclass
class Service:
    """One child process."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    health: str | None
    """URL that responds once the service is ready, or None."""


@dataclass(frozen=True)
class Addresses:
    """Where the services listen, and which requests they accept."""

    host: str
    port: int
    backend_port: int
    allowed_hosts: tuple[str, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    token: str | None = None
    root_path: str = ""
    backend_root_path: str = ""

    def options(self, port: int, root_path: str) -> list[str]:
        """The options of one server. The token is not among them: the list of processes shows them to everybody."""
        allowed = [f"--allowed-host={name}" for name in self.allowed_hosts]
        allowed += [f"--allowed-origin={origin}" for origin in self.allowed_origins]
        return ["--host", self.host, "--port", str(port), "--root-path", root_path, *allowed]


def start_all(home: Path, given: Addresses, *, demo: bool) -> int:
    """Run until a signal arrives (returns 0) or a service dies (returns 1).

    Raises CommandError if a port is in use, or an option can't be used.
    """
    token = _checked(given)
    home = home.absolute()  # the pages show it in commands, which are typed anywhere
    host = given.host
    stop = threading.Event()

    def receive(_: int, __: FrameType | None) -> None:
        stop.set()

    previous = {number: signal.signal(number, receive) for number in (signal.SIGINT, signal.SIGTERM)}
    services: list[Service] = []
    try:
        backend_port = _free_port(host, given.backend_port, "--backend-port")
        port = _free_port(host, given.port, "--port")
        backend, page = f"http://{url_host(host)}:{backend_port}", f"http://{url_host(host)}:{port}"
        pages, rest = given.options(port, given.root_path), given.options(backend_port, given.backend_root_path)
        commands = {
            "backend": ([*rest, "--home", str(home)], f"{backend}/health"),
            "dashboard": ([*pages, "--backend", backend], f"{page}/healthz"),
            "trainer": (["watch", *(["--demo"] if demo else []), "--home", str(home)], None),
        }
        logs = _log_folder(home, port)
        for name, (arguments, health) in commands.items():
            services.append(_start(name, arguments, health, home, logs, token))
        print(f"Starting in {home} (logs in {logs}) …", flush=True)
        if not _wait_until_healthy(services, stop, token):
            return 0 if stop.is_set() else 1
        print(f"Iterscope is at {with_token(page, token)}\nIts REST API is at {with_token(f'{backend}/docs', token)}")
        if is_everywhere(host):
            print(f"From other machines: {with_token(f'http://{socket.gethostname()}:{port}', token)}")
        print("Press Ctrl-C to stop.", flush=True)
        while not stop.wait(0.5):
            if _report_dead(services):
                return 1
        return 0
    finally:
        _stop(services)
        for number, handler in previous.items():
            signal.signal(number, handler)


def _checked(given: Addresses) -> str | None:
    """The services' token, or None. Raises CommandError for an option that can't be used, before anything starts."""
    if given.port == given.backend_port != 0:
        raise CommandError(f"--port and --backend-port are both {given.port}: give two ports, or 0 for any free one")
    try:
        token = choose_token(given.host, given.token)
        Access(given.host, given.allowed_hosts, given.allowed_origins, token)
        for path in (given.root_path, given.backend_root_path):
            checked_prefix(path)
    except AccessError as error:
        raise CommandError(str(error)) from error
    return token


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


def _start(name: str, arguments: list[str], health: str | None, home: Path, logs: Path, token: str | None) -> Service:
    environment = {
        **os.environ,
        "ITERSCOPE_HOME": str(home),
        "PYTHONUNBUFFERED": "1",
        "ITERSCOPE_TOKEN": token or NO_TOKEN,
    }
    for decided in ("ITERSCOPE_URL_PREFIX", "ITERSCOPE_ALLOWED_HOSTS", "ITERSCOPE_ALLOWED_ORIGINS"):
        environment.pop(decided, None)  # they came with the options
    log = logs / f"{name}.log"
    with log.open("wb") as output:
        command = [sys.executable, "-P", "-m", f"iterscope_{name}", *arguments]
        process = start_child(command, stdout=output, stderr=subprocess.STDOUT, env=environment)
    return Service(name, process, log, health)


def _wait_until_healthy(services: list[Service], stop: threading.Event, token: str | None) -> bool:
    deadline = time.monotonic() + START_SECONDS
    waiting = [service for service in services if service.health is not None]
    while waiting:
        if stop.wait(0.2) or _report_dead(services):
            return False
        waiting = [service for service in waiting if not _answers(str(service.health), token)]
        if waiting and time.monotonic() > deadline:
            service = waiting[0]
            print(
                f"error: {service.name} doesn't respond at {service.health} after {START_SECONDS:.0f} s",
                file=sys.stderr,
            )
            _print_tail(service)
            return False
    return True


def _answers(address: str, token: str | None) -> bool:
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"} if token else {})
    try:
        with DIRECT.open(request, timeout=2) as response:
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
    lines = visible(service.log.read_text(errors="replace")).splitlines()[-TAIL_LINES:]
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
