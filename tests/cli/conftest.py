"""A home folder with one tiny trained run (6 blocks), and the command as a function."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from iterscope.datasets import load_dataset
from iterscope.paper.roles import run_kind
from iterscope.paper.suite import PlannedRun
from iterscope.recipes import training_configuration
from iterscope_cli.main import app
from tests.stores import made_once

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
    """A home with one completed run of one epoch, for all test processes; copied for tests that change it."""

    def train(folder: Path) -> None:
        result = invoke("train", *TINY, "--name=tiny", f"--home={folder / 'home'}")
        assert result.exit_code == 0, result.output

    return made_once(tmp_path_factory, "trained-by-command", train) / "home"


@pytest.fixture
def home(trained_home: Path, tmp_path: Path) -> Path:
    shutil.copytree(trained_home, tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ITERSCOPE_HOME", raising=False)
    monkeypatch.delenv("ITERSCOPE_DATABASE_URL", raising=False)


@pytest.fixture(scope="session")
def few_digits(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder of images as people bring it: 8 training and 4 validation digits of each class; one for all test processes."""

    def save(folder: Path) -> None:
        digits = load_dataset("digits", image_size=16)
        for split, part, count in (("train", digits.train, 8), ("test", digits.validation, 4)):
            for label in range(10):
                (folder / split / str(label)).mkdir(parents=True)
                for position in (part.labels == label).nonzero().flatten().tolist()[:count]:
                    image = Image.fromarray(part.images[position].permute(1, 2, 0).contiguous().numpy())
                    image.save(folder / split / str(label) / f"{position}.png")

    return f"folder:{made_once(tmp_path_factory, 'few-digits', save)}"


def planned(dataset: str, *, seed: int = 0, epochs: int = 1, figures: tuple[str, ...] = ("fig2", "fig7")) -> PlannedRun:
    """A run of the paper, as tiny as can be: a ResNet-14 of 4 to 16 filters on 16×16 pixels."""
    configuration = training_configuration(
        "quick",
        architecture="resnet14",
        architecture_options={"stem_width": 4, "widths": [4, 8, 16]},
        dataset=dataset,
        image_size=16,
        precision="float32",
        log_samples=8,
        epochs=epochs,
        seed=seed,
    )
    kind = run_kind(configuration.to_dict())
    assert kind is not None
    return PlannedRun(figures, kind, configuration)
