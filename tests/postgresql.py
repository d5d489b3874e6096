"""A PostgreSQL server for the tests: the one that ITERSCOPE_TEST_POSTGRESQL_URL names, or a private cluster on this machine."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

_INSTALLED = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
PROGRAMS = _INSTALLED[-1].parent if _INSTALLED else None
"""The folder of the server programs; None if they are not installed."""
GIVEN_URL = os.environ.get("ITERSCOPE_TEST_POSTGRESQL_URL")
"""A server on which databases may be created and dropped."""


@dataclass(frozen=True)
class Cluster:
    """A private cluster. The server refuses to run as root: then it runs as the user that its package made."""

    folder: Path
    port: int
    user: str | None

    @property
    def url(self) -> str:
        return f"postgresql://iterscope@127.0.0.1:{self.port}/postgres"

    def run(self, program: str, *arguments: str) -> None:
        assert PROGRAMS is not None
        command = [str(PROGRAMS / program), "-D", str(self.folder / "cluster"), *arguments]
        with (self.folder / "output").open("ab") as output:
            subprocess.run(
                command,
                check=True,
                cwd=self.folder,
                stdout=output,
                stderr=output,
                user=self.user,
                extra_groups=[] if self.user else None,
            )

    def start(self, *, durable: bool = False) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
        self.run(
            "pg_ctl",
            "start",
            "-w",
            "-l",
            str(self.folder / "log"),
            "-o",
            options + ("" if durable else " -c fsync=off"),
        )

    def stop(self, mode: str = "fast") -> None:
        """`mode`: "fast", or "immediate", which is like a crash."""
        self.run("pg_ctl", "stop", "-w", "-m", mode)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """An empty cluster, not started."""
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="iterscope-postgresql-"))
    if user is not None:
        owner = pwd.getpwnam(user)
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    try:
        made = Cluster(folder, _free_port(), user)
        made.run("initdb", "--username=iterscope", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
        yield made
    finally:
        shutil.rmtree(folder)


@contextmanager
def empty_database(server: str) -> Iterator[str]:
    """The URL of a new database on a server, dropped at the end."""
    url = make_url(server).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT", pool_pre_ping=True)
    name = "test_" + secrets.token_hex(6)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield url.set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
