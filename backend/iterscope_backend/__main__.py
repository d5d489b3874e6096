"""`python -m iterscope_backend`: serves the REST API."""

from __future__ import annotations

import argparse
import errno
import gc
import logging
import socket
import sys
from pathlib import Path

from iterscope_guard.connections import KEEP_ALIVE
from iterscope_guard.options import add_access_options
from iterscope_guard.startup import load_quickly


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted. Returns a nonzero exit code if the service can't start, after printing the reason on stderr."""
    load_quickly()
    options = _parser().parse_args(arguments)
    # Imported here because worker processes import this module too and don't need the web framework.
    import uvicorn

    from iterscope_backend.app import create_app
    from iterscope_backend.settings import Settings
    from iterscope_db import StoreError, open_store
    from iterscope_guard.access import NO_TOKEN, AccessError, choose_token, with_token
    from iterscope_guard.logs import set_up_logging
    from iterscope_guard.text import visible

    set_up_logging()
    logging.getLogger("alembic").setLevel(logging.WARNING)
    given = {
        "home": options.home,
        "database_url": options.database_url,
        "listens_on": options.host,
        "allowed_hosts": options.allowed_host,
        "allowed_origins": options.allowed_origin,
        "token": options.token,
        "url_prefix": options.root_path,
    }
    try:
        settings = Settings(**{name: value for name, value in given.items() if value})
        given_token = settings.token
        settings = settings.model_copy(update={"token": choose_token(options.host, given_token) or NO_TOKEN})
        app = create_app(settings)
        open_store(settings.database_url or settings.home).close()
        listener = listen(options.host, options.port)
    except (AccessError, StoreError, OSError) as error:
        print(f"backend: {visible(str(error))}", file=sys.stderr)
        return 1
    host = f"[{options.host}]" if ":" in options.host else options.host
    made_here = (
        settings.token if settings.token not in (given_token, NO_TOKEN) else None
    )  # a given token is known, and stays out of logs
    address = with_token(f"http://{host}:{listener.getsockname()[1]}", made_here)
    print(f"backend: listening on {address}", file=sys.stderr, flush=True)
    configuration = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=2,
        timeout_keep_alive=KEEP_ALIVE,
        server_header=False,
    )
    server = uvicorn.Server(configuration)
    gc.freeze()  # what has been imported stays: to look through it for garbage took 0.15 s again and again
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
    add_access_options(parser)
    return parser


def _port(text: str) -> int:
    port = int(text) if text.isdecimal() else -1
    if not 0 <= port < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: give a number from 0 to 65535")
    return port


if __name__ == "__main__":
    sys.exit(main())
