"""Curves for TensorBoard and W&B, read back with their own libraries."""

from __future__ import annotations

import json
import math
import os
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from iterscope_cli.errors import CommandError
from iterscope_cli.files import export_curves
from iterscope_db import RunRecord, open_store
from tests.cli.conftest import invoke


@pytest.fixture
def run(tmp_path: Path) -> RunRecord:
    """Twelve blocks, the first without a cosine loss; epochs 0 and 1."""
    cosine = np.linspace(-1, 1, 12, dtype=np.float32)
    cosine[0] = math.nan
    with open_store(tmp_path / "home") as store:
        run = store.runs.create(
            {"lr": 0.1, "schedule": {"steps": [1, 2]}}, "a/b", None, "resnet26", "digits", 0, 1, status="completed",
            notes="n", tags=["x" * 99, ""],
        )  # fmt: skip
        for epoch in (0, 1):
            store.metrics.log_epoch(
                run.id,
                epoch,
                {("cosine_loss", "train"): cosine + epoch, ("cosine_loss_std", "train"): cosine},
                {("loss", "train"): 2.5 - epoch, ("training_loss", "train"): math.inf, ("learning_rate", None): 0.5},
            )
    return run


def expected(epoch: int) -> dict[str, float]:
    values = {
        f"cosine_loss/train/block_{block:02}": float(np.linspace(-1, 1, 12)[block] + epoch) for block in range(1, 12)
    }
    return values | {"loss/train": 2.5 - epoch, "training_loss": math.inf, "learning_rate": 0.5}


def test_tensorboard_reads_the_curves(run: RunRecord, tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    output = tmp_path / "new" / "output"
    for _ in range(2):  # the second replaces the first
        written = invoke("export", run.id, "--format=tensorboard", f"--output={output}", f"--home={tmp_path / 'home'}")
        assert written.exit_code == 0, (written.output, written.exception)
    folder = output / f"a-b-{run.id}"
    assert (written.stdout, list(output.iterdir()), len(list(folder.iterdir()))) == (f"{folder}\n", [folder], 1)
    events = EventAccumulator(str(folder)).Reload()
    assert set(events.Tags()["scalars"]) == set(expected(0))
    for tag in expected(0):
        assert [(event.step, event.value) for event in events.Scalars(tag)] == [
            (epoch, pytest.approx(expected(epoch)[tag], abs=1e-6)) for epoch in (0, 1)
        ]
    assert rb"cosine_loss/train/block_\d+" in events.Tensors("custom_scalars__config__")[0].tensor_proto.string_val[0]


def records(file: Path) -> Iterator[bytes]:
    """The records of W&B's file: a header of 7 bytes, then LevelDB's log format, which W&B's Python library no longer reads."""
    content, position, parts = file.read_bytes(), 7, b""
    assert content.startswith(b":W&B")
    while position < len(content):
        if (left := 32768 - position % 32768) < 7:
            position += left
            continue
        _, length, kind = struct.unpack_from("<IHB", content, position)
        parts += content[position + 7 : position + 7 + length]
        position += 7 + length
        if kind in (1, 4):  # a whole record, or the last part of one
            yield parts
            parts = b""


def test_wandb_reads_the_curves(run: RunRecord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "user").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    monkeypatch.setenv("WANDB_MODE", "online")
    before, output = dict(os.environ), tmp_path / "output"
    for _ in range(2):  # the second replaces the first
        written = invoke("export", run.id, "--format=wandb", f"--output={output}", f"--home={tmp_path / 'home'}")
        assert written.exit_code == 0, (written.output, written.exception)
    from wandb.proto.wandb_internal_pb2 import Record

    (folder,) = output.iterdir()
    assert (written.stdout, folder.name.startswith("offline-run-")) == (f"{folder}\n", True)
    assert sorted(path.name for path in folder.iterdir()) == ["files", f"run-{run.id}.wandb"]
    assert (dict(os.environ), list((tmp_path / "user").iterdir())) == (before, [])
    read = [Record.FromString(record) for record in records(folder / f"run-{run.id}.wandb")]
    (about,) = [record.run for record in read if record.WhichOneof("record_type") == "run"]
    assert (about.project, about.run_id, about.display_name, about.notes) == ("iterscope", run.id, "a/b", "n")
    assert list(about.tags) == ["x" * 64]
    config = {item.key: json.loads(item.value_json) for item in about.config.update}
    assert (config["architecture"], config["schedule"]) == ("resnet26", {"steps": [1, 2]})
    history = [record.history for record in read if record.WhichOneof("record_type") == "history"]
    assert [one.step.num for one in history] == [0, 1]
    for epoch, one in enumerate(history):
        values = {"/".join(item.nested_key) or item.key: float(json.loads(item.value_json)) for item in one.item}
        known = {name: value for name, value in values.items() if not name.startswith("_")}
        assert known == {name: pytest.approx(value, abs=1e-6) for name, value in expected(epoch).items()}


@pytest.mark.parametrize(
    ("format", "module"), [("tensorboard", "tensorboard.compat.proto.summary_pb2"), ("wandb", "wandb")]
)
def test_what_is_missing_is_named(
    run: RunRecord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: str, module: str
) -> None:
    with pytest.raises(CommandError, match=rf"{format} reads folders: name the one to write to with --output"):
        export_curves(tmp_path / "home", run.id, None, format)
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match=r"file can't be written: File exists"):
        export_curves(tmp_path / "home", run.id, tmp_path / "file", format)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(CommandError, match=rf"{format} is not installed: pip install 'iterscope\[{format}\]'"):
        export_curves(tmp_path / "home", run.id, tmp_path / "output", format)
    assert list((tmp_path / "output").iterdir()) == []
