"""A home that version 0.1.0 wrote, before the packages had their present names: tests/data/home-0.1.0.tar.xz.

It holds a completed run of a ResNet-8 on digits whose drop probe (100 images) was stored, and a run interrupted in its second epoch.
"""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest

import iterscope as it
from iterscope_db import open_store
from tests.cli.conftest import invoke

pytestmark = pytest.mark.training

ARCHIVE = Path(__file__).parents[1] / "data" / "home-0.1.0.tar.xz"
COMPLETED, INTERRUPTED = "rxjmdlll4", "rqmu6iomz"
CHECKPOINT_SHA256 = "609534d49b8838325a09b6df70cbd97a411d8534a8f30aed8c3d300f3a795010"
ACCURACY, LOSS = 0.11, 2.525893462896347
"""Of the untouched network on 100 validation images, as 0.1.0 stored them."""


@pytest.fixture
def older_home(tmp_path: Path) -> Path:
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(tmp_path / "home", filter="data")
    return tmp_path / "home"


def test_runs_curves_and_stored_results_are_there(older_home: Path) -> None:
    with open_store(older_home) as store:
        assert {run.id: run.status for run in store.runs.list()} == {COMPLETED: "completed", INTERRUPTED: "interrupted"}
        page = store.metrics.read(COMPLETED)
        assert {series.metric for series in page.series} >= {"cosine_loss", "l2_ratio"}
        assert CHECKPOINT_SHA256 in {found.sha256 for found in store.checkpoints.list(run=COMPLETED)}
        (job,) = store.jobs.list()
        result = store.probe_results.get(job.key)
        assert result is not None
        assert json.loads(result.result_json)["baseline"]["accuracy"] == ACCURACY


def test_its_checkpoints_give_the_numbers_that_were_stored(older_home: Path) -> None:
    file = next(
        (older_home / "checkpoints" / COMPLETED).glob("epoch-0001.safetensors")
    )  # by its path it is measured anew
    found = invoke("probe", "drop", str(file), "--limit=100", "--json", f"--home={older_home}")
    assert found.exit_code == 0, found.output
    baseline = json.loads(found.stdout)["baseline"]
    assert baseline["accuracy"] == ACCURACY
    assert baseline["loss"] == pytest.approx(LOSS, rel=1e-5)
    model = it.load_checkpoint(file)
    assert len(it.residual_chain(model).blocks) == 3


def test_its_interrupted_run_goes_on(older_home: Path) -> None:
    resumed = invoke("train", f"--resume={INTERRUPTED}", "--threads=1", f"--home={older_home}")
    assert resumed.exit_code == 0, resumed.output
    with open_store(older_home) as store:
        run = store.runs.get(INTERRUPTED)
        assert (run.status, run.epoch) == ("completed", 2)
