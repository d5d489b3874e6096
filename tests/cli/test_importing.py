"""`iterscope import` of networks of elsewhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

import iterscope as it
from iterscope.architectures import ForeignConfiguration, build_foreign
from iterscope.datasets import load_dataset
from iterscope.errors import CheckpointError, DatasetError
from iterscope_cli.errors import CommandError
from iterscope_cli.importing import class_names_from, three_numbers
from iterscope_db import open_store
from tests.cli.conftest import invoke

pytestmark = pytest.mark.service


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An untrained network with projections, as another program's checkpoint has it."""
    options = {"widths": [4, 8, 8], "shortcut": "B"}
    torch.manual_seed(0)
    model = build_foreign(ForeignConfiguration("cifar", "resnet8", 10, 32, options=options))
    file = tmp_path_factory.mktemp("weights") / "resnet8.ckpt"
    named = {name.replace("projection", "downsample"): tensor for name, tensor in model.state_dict().items()}
    torch.save({"state_dict": named, "epoch": 4}, file)
    return file


@pytest.mark.parametrize(
    ("option", "named"),
    [
        ("--data=digits", "--data"),
        ("--preset=nonsense", "--preset"),
        ("--image-size=99", "--image-size"),
        ("--classes=a,b", "--classes"),
        ("--architecture=resnet8", "--architecture"),
        ("--mean=0.5", "--mean"),
        ("--std=0.5", "--std"),
        ("--max-value=255", "--max-value"),
        ("--table=ema", "--table"),
    ],
)
def test_a_checkpoint_of_iterscope_takes_no_answers(tmp_path: Path, option: str, named: str) -> None:
    file = tmp_path / "mine.safetensors"
    data = load_dataset("digits")
    it.save_checkpoint(file, it.build("resnet8", stem_width=4, widths=(4, 8, 8)), dataset=data.reference)
    result = invoke("import", str(file), option, f"--home={tmp_path / 'home'}")
    assert isinstance(result.exception, CommandError)
    assert f"is a checkpoint of Iterscope, which records this itself: leave out {named}" in str(result.exception)
    assert not (tmp_path / "home").exists()


def test_a_network_of_elsewhere_is_imported_and_probed(weights: Path, tmp_path: Path) -> None:
    result = invoke("import", str(weights), "--data=digits", "--name=theirs", "--json", f"--home={tmp_path}")
    assert result.exit_code == 0, result.output
    value: dict[str, Any] = json.loads(result.stdout)
    assert value["recognised"]["name"] == "ResNet-8 (CIFAR, option B)"
    assert (value["name"], value["epoch"], value["nesting"]) == ("theirs", 4, "state_dict")
    assert {trial["preset"] for trial in value["tried"]} == {
        "cifar10",
        "cifar100",
        "imagenet",
        "half",
        "unit",
        "pixels",
        "dataset",
    }
    assert [trial["label"] for trial in value["tried"]].count(value["tried"][0]["label"]) == 7
    assert "chance level is 10.0%" in value["check"]["warning"]  # it is untrained
    with open_store(tmp_path) as store:
        run = store.runs.get(value["run"])
        assert (run.status, run.dataset, run.epoch) == ("imported", "digits", 4)
    listed = json.loads(invoke("runs", "list", "--status=imported", "--json", f"--home={tmp_path}").stdout)
    assert [each["id"] for each in listed["runs"]] == [run.id]
    probed = json.loads(invoke("probe", "drop", value["id"], "--limit=5", "--json", f"--home={tmp_path}").stdout)
    assert (probed["samples"], probed["provenance"]["convention"], len(probed["blocks"])) == (5, "post-activation", 3)


def test_the_next_command_is_on_the_same_home(weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ("import", str(weights), "--data=digits", "--preset=unit")
    assert f" --home {tmp_path}" in " ".join(invoke(*asked, f"--home={tmp_path}").output.split())
    monkeypatch.setenv("ITERSCOPE_HOME", str(tmp_path))
    told = invoke(*asked).output
    assert "iterscope probe block-metrics" in told
    assert "--home" not in told


def test_what_was_recognised_is_shown_before_the_data_is_asked_for(weights: Path, tmp_path: Path) -> None:
    result = invoke("import", str(weights), f"--home={tmp_path / 'home'}")
    assert isinstance(result.exception, CommandError)
    assert "name it with --data" in str(result.exception)
    assert "ResNet-8 (CIFAR, option B)" in result.stdout
    assert "option B" in result.stdout
    assert not (tmp_path / "home").exists()


def test_an_unknown_data_set_is_refused_before_anything_is_opened(weights: Path, tmp_path: Path) -> None:
    result = invoke("import", str(weights), "--data=fashion", f"--home={tmp_path / 'home'}")
    assert isinstance(result.exception, DatasetError)
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "only 0 bytes"),
        (b"PK\x03\x04 a zip, but no more", "truncated or damaged archive"),
        (b"\x80\x02}q\x00." + bytes(20), "truncated or damaged"),
    ],
)
def test_a_file_that_holds_no_network_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    file = tmp_path / "foreign.pt"
    file.write_bytes(content)
    result = invoke("import", str(file), "--data=digits", f"--home={tmp_path / 'home'}")
    assert isinstance(result.exception, CheckpointError)
    assert "foreign.pt" in str(result.exception)
    assert reason in str(result.exception)
    assert not (tmp_path / "home").exists()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    result = invoke("import", str(tmp_path / "none.pth"), "--data=digits", f"--home={tmp_path / 'home'}")
    assert isinstance(result.exception, CommandError)
    assert "none.pth does not exist" in str(result.exception)


@pytest.mark.parametrize(
    ("content", "names"),
    [
        ("tench, Tinca tinca\ngoldfish\n\n", ("tench, Tinca tinca", "goldfish")),
        ('["a, b", "c"]', ("a, b", "c")),
        ('{"1": ["n01", "c"], "0": ["n00", "a"]}', ("n00", "n01")),
        ('{"c": 1, "a": 0}', ("a", "c")),
    ],
)
def test_class_names_come_from_a_file(tmp_path: Path, content: str, names: tuple[str, ...]) -> None:
    file = tmp_path / "names"
    file.write_text(content, encoding="utf-8")
    assert class_names_from(str(file)) == class_names_from(f"@{file}") == names


def test_class_names_may_have_commas() -> None:
    assert class_names_from('"tench, Tinca tinca", goldfish') == ("tench, Tinca tinca", "goldfish")
    assert class_names_from("0,1, 2") == ("0", "1", "2")
    with pytest.raises(CommandError, match="can't be read as text"):
        class_names_from("@/nowhere/names")


def test_numbers_for_the_channels() -> None:
    assert three_numbers("--mean", "0.485,0.456, 0.406") == [0.485, 0.456, 0.406]
    assert three_numbers("--mean", "0.5") == [0.5]
    assert three_numbers("--mean", None) is None
    with pytest.raises(CommandError, match="--std is '1,2': give three numbers"):
        three_numbers("--std", "1,2")


def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    pipe = tmp_path / "network.pth"
    os.mkfifo(pipe)
    command = [
        sys.executable,
        "-m",
        "iterscope_cli.main",
        "import",
        str(pipe),
        "--data=digits",
        f"--home={tmp_path / 'home'}",
    ]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert "a pipe, a device or a socket, not a file" in " ".join(ended.stderr.split())


def test_a_folder_is_named_with_its_files(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"x")
    result = invoke("import", str(tmp_path), "--data=digits", f"--home={tmp_path / 'home'}")
    assert "give one of its files: model.safetensors" in str(result.exception)
