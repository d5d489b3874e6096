"""`python -m iterscope_backend`: serves the REST API."""

from __future__ import annotations

import argparse
import errno
import logging
import socket
import sys
from pathlib import Path


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted. Returns a nonzero exit code if the service can't start, after printing the reason on stderr."""
    options = _parser().parse_args(arguments)
    # Imported here because worker processes import this module too and don't need the web framework.
    import uvicorn

    from iterscope_backend.app import create_app
    from iterscope_backend.settings import Settings
    from iterscope_db import StoreError, open_store

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    given = {"home": options.home, "database_url": options.database_url, "allowed_hosts": options.allow_host}
    settings = Settings(**{name: value for name, value in given.items() if value})
    try:
        open_store(settings.database_url or settings.home).close()
        listener = listen(options.host, options.port)
    except (StoreError, OSError) as error:
        print(f"backend: {error}", file=sys.stderr)
        return 1
    address = f"[{options.host}]" if ":" in options.host else options.host
    print(f"backend: listening on http://{address}:{listener.getsockname()[1]}", file=sys.stderr, flush=True)
    configuration = uvicorn.Config(
        create_app(settings), log_level="warning", access_log=False, timeout_graceful_shutdown=2, server_header=False
    )
    server = uvicorn.Server(configuration)
    server.run(sockets=[listener])
    return 0 if server.started else 1


def listen(host: str, port: int) -> socket.socket:
    """Return a socket bound to the address. Raises an OSError that names the port and the remedy."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(
        family, socket.SOCK_STREAM, socket.IPPROTO_TCP
    )  # with the protocol named, asyncio sends without delay
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(
            2048
        )  # listen now: no other program can take the port, and early clients wait instead of failing
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise OSError(
                f"port {port} on {host} is in use: stop the program that uses it, or choose another port with --port"
            ) from error
        raise OSError(
            f"can't listen on {host}, port {port}: {error.strerror}; choose another address with --host and --port"
        ) from error
    listener.set_inheritable(False)
    return listener


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m iterscope_backend", description="Serve Iterscope's REST API; its documentation is at /docs."
    )
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: %(default)s, this machine only)"
    )
    parser.add_argument(
        "--port", type=_port, default=8000, help="port to listen on (default: %(default)s; 0: any free port)"
    )
    parser.add_argument(
        "--home",
        type=Path,
        help="folder for the database, checkpoints and data (default: ITERSCOPE_HOME, else ./iterscope-data)",
    )
    parser.add_argument(
        "--database-url",
        help="database URL, such as postgresql://… (default: ITERSCOPE_DATABASE_URL, else SQLite in the home folder)",
    )
    parser.add_argument(
        "--allow-host",
        action="append",
        metavar="NAME",
        help="another host name under which the service accepts requests, besides localhost (repeatable)",
    )
    return parser


def _port(text: str) -> int:
    port = int(text) if text.isdecimal() else -1
    if not 0 <= port < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: give a number from 0 to 65535")
    return port


if __name__ == "__main__":
    sys.exit(main())
