"""GET /paper: over HTTP, and from really trained runs to findings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

import iterscope as it
from iterscope.paper.figures import DEFINITIONS
from iterscope.recipes import training_configuration
from iterscope_backend.encoding import decode, encode
from iterscope_backend.paper import PaperEvidence
from iterscope_backend.schemas.paper import Figure, Paper
from iterscope_backend.workers.cache import WorkerCache
from iterscope_backend.workers.measurements import measure
from iterscope_backend.workers.messages import WorkerOptions
from iterscope_db import Store, open_store
from iterscope_trainer.runs import create_run, run_steps
from iterscope_trainer.stopping import StopSignal
from iterscope_trainer.turns import taken

from .conftest import Server
from .test_errors import problem

pytestmark = pytest.mark.training


def test_over_http(server: Server) -> None:
    whole = server.client.get("/paper").json()
    Paper.model_validate(whole)
    assert [entry["id"] for entry in whole["figures"]] == list(DEFINITIONS)
    assert sum(whole["counts"].values()) == len(whole["claims"])
    one = server.client.get("/paper/figures/fig8", params={"dataset": "digits"}).json()
    Figure.model_validate(one)
    assert [panel["dataset"] for panel in one["panels"]] == ["digits"] * 3


def test_unknown_names_are_problems(server: Server) -> None:
    detail = problem(server.client.get("/paper/figures/fig21"), 404)["detail"]
    assert "figure 'fig21' is unknown: choose one of fig2, fig3" in detail
    detail = problem(server.client.get("/paper", params={"dataset": "mnist"}), 422)["detail"]
    assert detail.startswith("dataset: data set 'mnist' is unknown: choose digits")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A narrow ResNet-20 in two seeds, one epoch each on small images, by the real trainer."""
    home = tmp_path_factory.mktemp("trained")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with open_store(home) as store:
        for seed in (0, 1):
            configuration = training_configuration(
                "quick",
                architecture="resnet20",
                architecture_options={"stem_width": 4, "widths": [4, 8, 8]},
                image_size=16,
                epochs=1,
                batch_size=256,
                log_samples=8,
                precision="float32",
                seed=seed,
            )
            record = create_run(store, configuration, recipe=None, name=None, worker="test")
            outcome = taken(run_steps(store, record, "test", home, device=torch.device("cpu"), stop=StopSignal()))
            assert outcome.run.status == "completed", outcome.run.error
    torch.set_num_threads(threads)
    return home


def test_from_training_to_findings(trained: Path) -> None:
    with open_store(trained) as store:
        paper = PaperEvidence(store, trained)
        wanted = paper.wanted(["fig3", "fig6", "fig7", "fig20"])
        assert sorted({each.probe for each in wanted}) == ["block-metrics", "borderline", "drop", "unroll"]
        assert len(wanted) == 20  # two seeds; drop, borderline, blocks, two unrollings; two splits
        assert not paper.figure("fig7")["panels"][0]["series"]
        cache = WorkerCache(WorkerOptions("cpu", trained, 1))
        for each in wanted:
            question = each.question
            result = measure(cache, question.task("test"), lambda _: None)
            store.probe_results.put(question.key, each.probe, question.checkpoint.id, question.request, result, 0.1)
        assert paper.wanted(["fig3", "fig6", "fig7", "fig20"]) == []
        for id in ("fig3", "fig6", "fig7", "fig20"):
            figure: dict[str, Any] = decode(encode(paper.figure(id)))
            Figure.model_validate(figure)
            assert figure["panels"][0]["state"] == "ready"
            assert figure["panels"][0]["n"] == 2
        for each in paper.wanted(["fig4"]):
            question = each.question
            result = measure(cache, question.task("test"), lambda _: None)
            store.probe_results.put(question.key, each.probe, question.checkpoint.id, question.request, result, 0.1)
        findings = {entry["id"]: entry for entry in decode(encode(paper.overview()))["claims"]}
        for id in ("fig3-mild", "fig4-negative", "fig6-overall", "fig20-unscaled"):
            assert findings[id]["verdict"] == "inconclusive", findings[id]  # one epoch: it has learned too little
            assert "is not significantly above twice chance" in findings[id]["note"]
            assert findings[id]["n_runs"] == 2
            assert findings[id]["n_samples"] in (359, 359 + 719)
        assert findings["fig7-overall"]["n_samples"] == 359  # of two seeds, but the same images
        assert findings["fig2-first-block"]["verdict"] == "not yet run"
        assert findings["fig12-first-block"]["verdict"] == "not yet run"
        assert findings["fig2-small"]["statistic"] == pytest.approx(higher_ratio(store, trained), rel=1e-4)


def higher_ratio(store: Store, home: Path) -> float:
    """The mean ℓ2 ratio of the higher half of the shape-keeping blocks over both seeds and all test images, measured directly."""
    means = []
    for run in store.runs.list():
        (last,) = (one for one in store.checkpoints.list(run.id) if one.epoch == 1)
        chain = it.residual_chain(it.load_checkpoint(home / last.path))
        split = it.load_dataset("digits", image_size=16).validation
        found = it.block_metrics(chain, split, split.labels)
        kept = [block for block, changes in enumerate(found.is_projection) if not changes]
        means.append(float(found.l2_ratio[kept[len(kept) // 2 :]].double().mean()))
    return sum(means) / len(means)
