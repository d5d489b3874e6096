"""`iterscope up` with the real services."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from typer.testing import CliRunner

from iterscope_backend.__main__ import main as serve_backend
from iterscope_cli.main import app, main
from iterscope_dashboard.__main__ import main as serve_dashboard

pytestmark = pytest.mark.service
DEAD_PROXY = {
    **dict.fromkeys(("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"), "http://127.0.0.1:9"),
    **dict.fromkeys(("no_proxy", "NO_PROXY"), ""),
}
"""Variables of an environment whose proxy answers nobody."""


@contextmanager
def up(home: Path, *arguments: str, **variables: str) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", **variables}
    environment.pop("ITERSCOPE_DATABASE_URL", None)
    command = [sys.executable, "-m", "iterscope_cli.main", "up", "--no-demo", "--home", str(home), *arguments]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    children: list[psutil.Process] = []
    try:
        yield process
    finally:
        if process.poll() is None:
            children = psutil.Process(process.pid).children(recursive=True)
            process.kill()
        process.communicate()
        for child in children:
            if child.is_running():
                child.kill()


def addresses(process: subprocess.Popen[str]) -> tuple[str, str]:
    """The page's and the REST API's address, once they are printed."""
    assert process.stdout is not None
    found = []
    for line in process.stdout:
        if " is at http" in line:
            found.append(line.rsplit(" ", 1)[1].strip())
        if len(found) == 2:
            return found[0], found[1].removesuffix("/docs")
    raise AssertionError(process.stderr.read() if process.stderr else "no address")


def gone(processes: list[psutil.Process]) -> bool:
    _, alive = psutil.wait_procs(processes, timeout=20)
    return not alive


def test_two_servers_on_one_port_are_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["up", "--port=8050", "--backend-port=8050", f"--home={tmp_path / 'home'}"])
    assert "--port and --backend-port are both 8050: give two ports, or 0 for any free one" in str(result.exception)
    assert not (tmp_path / "home").exists()


def test_up_starts_all_and_a_signal_stops_all(tmp_path: Path) -> None:
    with up(tmp_path, "--port=0", "--backend-port=0") as process:
        page, backend = addresses(process)
        with urllib.request.urlopen(f"{backend}/health", timeout=10) as response:
            assert json.load(response)["status"] == "ok"
        with urllib.request.urlopen(page, timeout=10) as response:
            assert b"Iterscope" in response.read()
        children = psutil.Process(process.pid).children(recursive=True)
        assert len(children) >= 3
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
        assert gone(children)
    assert {path.name for path in (tmp_path / "logs").glob("*/*")} == {"backend.log", "dashboard.log", "trainer.log"}


def test_a_service_that_dies_stops_the_rest_and_shows_its_log(tmp_path: Path) -> None:
    with up(tmp_path, "--port=0", "--backend-port=0") as process:
        addresses(process)
        children = psutil.Process(process.pid).children(recursive=True)
        trainer = next(child for child in children if "iterscope_trainer" in child.cmdline())
        (log,) = tmp_path.glob("logs/*/trainer.log")
        for _ in range(600):  # the pages may be up before the trainer has said a word
            if "waiting for runs" in log.read_text():
                break
            time.sleep(0.1)
        trainer.kill()
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 1
        assert "error: trainer ended with exit code -9; stopping the others" in errors
        assert "waiting for runs" in errors
        assert gone(children)


def test_another_address_with_a_token_and_services_that_end_with_a_killed_supervisor(tmp_path: Path) -> None:
    options = ("--port=0", "--backend-port=0", "--host=127.0.0.2", "--token=new", "--root-path=/a/b")
    with up(tmp_path, *options, **DEAD_PROXY) as process:  # which neither the command nor the dashboard asks
        page, docs = addresses(process)
        assert page.startswith("http://127.0.0.2:")
        token = page.partition("?token=")[2]
        assert docs.endswith(f"/docs?token={token}")
        assert len(token) >= 32
        bare = page.partition("/?")[0]
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(bare, timeout=10)
        bearer = {"Authorization": f"Bearer {token}"}
        with urllib.request.urlopen(urllib.request.Request(f"{bare}/runs", headers=bearer), timeout=10) as response:
            assert b'data-prefix="/a/b"' in response.read()
        with urllib.request.urlopen(
            urllib.request.Request(f"{bare}/backend-health", headers=bearer), timeout=10
        ) as response:
            assert json.load(response)["up"] is True  # the dashboard presents the token to the backend
        for service in ("backend", "dashboard"):
            (log,) = tmp_path.glob(f"logs/*/{service}.log")
            assert token not in log.read_text()
        assert token not in str([child.cmdline() for child in psutil.Process(process.pid).children(recursive=True)])
        children = psutil.Process(process.pid).children()
        process.kill()
        assert gone(children)


def test_a_port_in_use_is_named_with_its_flag(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for flag in ("--port", "--backend-port"):
            other = "--backend-port" if flag == "--port" else "--port"
            with up(tmp_path, f"{flag}={port}", f"{other}=0") as process:
                _, errors = process.communicate(timeout=30)
            assert process.returncode == 1
            assert f"port {port} on 127.0.0.1 can't be used" in errors
            assert f"or choose another port with {flag}\n" in errors


@pytest.mark.parametrize(
    ("option", "named"),
    [("--allowed-host=http://x", "--allowed-host"), ("--allowed-origin=hub", "--allowed-origin"), ("--token=a b", "--token"),
     ("--root-path=//evil", "root path"), ("--root-path=/runs", "'/runs'"), ("--backend-root-path=x", "root path")],
)  # fmt: skip
def test_options_that_cannot_be_used_are_named_before_anything_starts(
    tmp_path: Path, option: str, named: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["iterscope", "up", "--home", str(tmp_path / "home"), option])
    with pytest.raises(SystemExit, match="1"):
        main()
    assert named in capsys.readouterr().err
    assert not (tmp_path / "home").exists()


def test_the_options_have_the_same_names_everywhere(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        serve_backend(["--help"])
    with pytest.raises(SystemExit):
        serve_dashboard(["--help"])
    servers = capsys.readouterr().out
    told = CliRunner().invoke(app, ["up", "--help"], env={"COLUMNS": "200", "TERM": "dumb"}).output
    for option in ("--host", "--allowed-host", "--allowed-origin", "--token", "--root-path"):
        assert servers.count(f"  {option} ") == 2
        assert option in told
