"""A home folder with one tiny trained run (6 blocks), and the command as a function."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app

TINY = [
    "--recipe=quick",
    "--architecture=resnet14",
    '--set=architecture_options={"stem_width": 4, "widths": [4, 8, 16]}',
    "--precision=float32",
    "--log-samples=8",
    "--epochs=1",
    "--threads=1",
]
Invoke = Callable[..., Result]


def invoke(*arguments: str) -> Result:
    """Run the command in this process; its output and exit code."""
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture(scope="session")
def trained_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one completed run of one epoch; copied for tests that change it."""
    home = tmp_path_factory.mktemp("trained") / "home"
    result = invoke("train", *TINY, "--name=tiny", f"--home={home}")
    assert result.exit_code == 0, result.output
    return home


@pytest.fixture
def home(trained_home: Path, tmp_path: Path) -> Path:
    shutil.copytree(trained_home, tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ITERSCOPE_HOME", raising=False)
    monkeypatch.delenv("ITERSCOPE_DATABASE_URL", raising=False)
