"""`python -m iterscope_backend` as a process."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from iterscope_backend.__main__ import listen, main
from iterscope_backend.settings import Settings

from .conftest import save_network

pytestmark = pytest.mark.service


def test_it_serves_and_stops(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "iterscope_backend",
        "--port",
        "0",
        "--home",
        str(tmp_path),
        "--allowed-host",
        "my.example",
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            address = re.search(r"http://\S+", process.stderr.readline())
            assert address is not None
            health = httpx2.get(f"{address[0]}/health", headers={"Host": "my.example"}, timeout=60).json()
            assert health["home"] == str(tmp_path)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)
        assert "Traceback" not in process.stderr.read()


def test_a_port_in_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["--port", str(port), "--home", str(tmp_path)]) == 1
    error = capsys.readouterr().err
    assert f"port {port} on 127.0.0.1 is in use" in error
    assert "--port" in error


@pytest.mark.parametrize("port", ["x", "-1", "65536"])
def test_no_port(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--port", port])
    assert "is not a port" in capsys.readouterr().err


def test_an_address_that_is_not_ours() -> None:
    with pytest.raises(OSError, match="--host"):
        listen("192.0.2.1", 0)


def test_a_store_that_cannot_be_opened(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "iterscope.sqlite3").write_text("this is no database at all, but a text" * 30)
    assert main(["--port", "0", "--home", str(tmp_path)]) == 1
    assert "not a SQLite database" in capsys.readouterr().err
    (tmp_path / "file").touch()
    assert main(["--port", "0", "--home", str(tmp_path / "file")]) == 1
    assert "file" in capsys.readouterr().err


def test_settings_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ITERSCOPE_HOME", "/somewhere")
    monkeypatch.setenv("ITERSCOPE_ALLOWED_HOSTS", "a.example, B.example")
    monkeypatch.setenv("ITERSCOPE_DEVICES", "cpu")
    monkeypatch.setenv("ITERSCOPE_QUEUE_SIZE", "3")
    settings = Settings()
    assert settings.home == Path("/somewhere")
    assert {"a.example", "b.example", "localhost"} <= settings.access.names
    assert (settings.devices, settings.queue_size) == (("cpu",), 3)


def test_the_worker_process_loads_only_what_it_needs(tmp_path: Path) -> None:
    """Loading a checkpoint included: torch's compiler and torchvision take as long to import as all the rest."""
    save_network(tmp_path, "network.safetensors", name="resnet8")
    heavy = "{'fastapi', 'starlette', 'uvicorn', 'sqlalchemy', 'torch._dynamo', 'torchvision', 'timm'}"
    code = (
        "import sys, iterscope, iterscope_backend.workers.process\n"
        "iterscope.residual_chain(iterscope.load_checkpoint(sys.argv[1]))\n"
        f"print(sorted({heavy} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "checkpoints" / "network.safetensors")]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    found = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert found.stdout.strip() == "[]"


def test_importing_the_application_opens_nothing(tmp_path: Path) -> None:
    code = "from iterscope_backend.app import create_app; create_app(); import pathlib; print(list(pathlib.Path().iterdir()))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert found.stdout.strip() == "[]"
