"""python -m iterscope_dashboard: serve the dashboard."""

import argparse
import logging
import socket
import sys
from collections.abc import Sequence
from dataclasses import replace

import uvicorn

from iterscope_dashboard.app import create_app
from iterscope_dashboard.settings import Settings, settings_from_environment
from iterscope_guard.access import NO_TOKEN, AccessError, choose_token, is_everywhere, url_host, with_token
from iterscope_guard.connections import KEEP_ALIVE
from iterscope_guard.logs import set_up_logging
from iterscope_guard.options import add_access_options
from iterscope_guard.startup import load_quickly
from iterscope_guard.text import visible


def parse(arguments: Sequence[str] | None = None) -> Settings:
    """Read the settings: arguments override the environment, which overrides the defaults."""
    defaults = settings_from_environment()
    parser = argparse.ArgumentParser(prog="python -m iterscope_dashboard", description="Serve the Iterscope dashboard.")
    parser.add_argument("--host", default=defaults.host, help="address to listen on (default %(default)s)")
    parser.add_argument("--port", type=int, default=defaults.port, help="port to listen on (default %(default)s)")
    parser.add_argument("--backend", default=defaults.backend, help="the backend's address (default %(default)s)")
    add_access_options(parser)
    chosen = parser.parse_args(arguments)
    if not 0 <= chosen.port <= 65535:
        parser.error(f"port {chosen.port} is out of range: choose one from 0 to 65535")
    if not chosen.backend.startswith(("http://", "https://")):
        parser.error(f"backend {chosen.backend!r} is not an HTTP address: give one like http://127.0.0.1:8000")
    return replace(
        defaults,
        host=chosen.host,
        port=chosen.port,
        backend=chosen.backend.rstrip("/"),
        allowed_hosts=(*defaults.allowed_hosts, *chosen.allowed_host),
        allowed_origins=(*defaults.allowed_origins, *chosen.allowed_origin),
        token=chosen.token or defaults.token,
        url_prefix=defaults.url_prefix if chosen.root_path is None else chosen.root_path,
    )


def listen(settings: Settings) -> socket.socket:
    """Bind the port. If that fails, the program ends with a message that names the port."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(128)  # early connections wait until the pages are ready
    except OSError as error:
        listener.close()
        sys.exit(
            f"dashboard: port {settings.port} on {settings.host} cannot be used ({error.strerror}): "
            "choose another one with --port"
        )
    return listener


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until stopped."""
    load_quickly()
    given = parse(arguments)
    try:
        settings = replace(given, token=choose_token(given.host, given.token) or NO_TOKEN)
        app = create_app(settings)
    except AccessError as error:
        sys.exit(f"dashboard: {visible(str(error))}")
    set_up_logging()
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    listener = listen(settings)
    host, port = listener.getsockname()[:2]
    made_here = (
        settings.token if settings.token not in (given.token, NO_TOKEN) else None
    )  # a given token is known, and stays out of logs
    shown = "localhost" if host == "127.0.0.1" or is_everywhere(host) else url_host(host)
    print(f"Iterscope dashboard: {with_token(f'http://{shown}:{port}', made_here)}", flush=True)
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2, timeout_keep_alive=KEEP_ALIVE)
    )
    server.run(sockets=[listener])


if __name__ == "__main__":
    main()
