"""What the paper needs, held against what the store has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from iterscope.paper.suite import PlannedRun
from iterscope_cli.paper_plan import PlanEntry, elapsed, estimate, make_plan, plan_sentence, print_plan
from iterscope_cli.paper_processes import runs_at_once
from iterscope_db import Store, open_store
from iterscope_trainer.runs import create_run
from tests.cli.conftest import planned

WANTED = [planned("digits", seed=0), planned("digits", seed=1)]


def run_of(store: Store, one: PlannedRun, status: str, epoch: int | None = None) -> str:
    """A run of this configuration as another process would leave it."""
    run = create_run(store, one.configuration, recipe=None, name="any", worker="another").id
    if epoch is not None:
        store.metrics.log_epoch(run, epoch, {}, {("loss", "train"): 1.0})
    if status != "running":
        store.runs.finish(run, status)
    return run


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as opened:
        yield opened


def test_an_empty_store_has_everything_to_train(store: Store) -> None:
    entries = make_plan(WANTED, store.runs.list())
    assert [(entry.state, entry.run) for entry in entries] == [("to train", None)] * 2
    assert plan_sentence(entries, "cpu") == "2 runs: 2 to train"


@pytest.mark.parametrize(
    ("status", "epoch", "state"),
    [
        ("completed", 1, "there"),
        ("running", 0, "training elsewhere"),
        ("interrupted", 0, "to resume"),
        ("failed", 0, "to resume"),
        ("cancelled", 0, "to resume"),
        ("failed", None, "to train"),  # nothing was logged: it begins anew, in the same run
    ],
)
def test_a_run_counts_by_how_it_ended(store: Store, status: str, epoch: int | None, state: str) -> None:
    run = run_of(store, WANTED[0], status, epoch)
    first, second = make_plan(WANTED, store.runs.list())
    assert (first.state, first.run.id if first.run else None) == (state, run)
    assert second.state == "to train"  # another seed is another run


def test_a_queued_run_is_taken_not_repeated(store: Store) -> None:
    run = create_run(store, WANTED[0].configuration, recipe=None, name="queued", worker=None)
    (entry, _) = make_plan(WANTED, store.runs.list())
    assert (entry.state, entry.run.id if entry.run else None) == ("to train", run.id)


def test_the_best_of_several_runs_is_used(store: Store) -> None:
    run_of(store, WANTED[0], "failed")
    further = run_of(store, WANTED[0], "interrupted", 3)
    run_of(store, WANTED[0], "interrupted", 1)
    assert make_plan(WANTED[:1], store.runs.list())[0].run == store.runs.get(further)
    completed = run_of(store, WANTED[0], "completed", 4)
    assert make_plan(WANTED[:1], store.runs.list())[0].run == store.runs.get(completed)


def test_a_run_that_the_user_trained_serves_where_only_logging_differs(store: Store) -> None:
    own = replace(
        WANTED[0],
        configuration=replace(WANTED[0].configuration, log_samples=64, checkpoint_every=3, precision="bfloat16"),
    )
    other = replace(WANTED[0], configuration=replace(WANTED[0].configuration, weight_decay=0.01))
    run_of(store, other, "completed", 1)
    assert make_plan(WANTED[:1], store.runs.list())[0].state == "to train"
    run_of(store, own, "completed", 1)
    assert make_plan(WANTED[:1], store.runs.list())[0].state == "there"


def test_one_network_is_timed_once_and_what_is_done_is_not_counted(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run_of(store, planned("digits", seed=0, epochs=4), "interrupted", 3)
    wanted = [planned("digits", seed=seed, epochs=4) for seed in (0, 1)] + [planned("digits", seed=2, epochs=8)]
    shares: list[float] = []
    entries = estimate(
        make_plan(wanted, store.runs.list()), tmp_path, torch.device("cpu"), download=False, progress=shares.append
    )
    rest, whole, twice = (entry.seconds or 0.0 for entry in entries)
    assert 0 < rest < whole / 2 < whole < twice
    assert twice == pytest.approx(2 * whole, rel=0.2)
    assert shares == [0, 1 / 3, 2 / 3]
    print_plan(entries, "cpu, 1 thread")
    printed = capsys.readouterr().out
    assert "fig2, fig7" in printed
    assert "3 runs: 1 to resume, 2 to train; about " in printed
    assert printed.rstrip().endswith("of training on cpu, 1 thread")
    assert entries[0].to_dict()["minutes"] == round(rest / 60, 4)


def test_the_time_of_runs_at_once_is_that_of_the_busiest() -> None:
    entries = [PlanEntry(WANTED[0], "to train", None, seconds) for seconds in (60.0, 120.0, None, 240.0, 60.0)]
    assert [elapsed(entries, at_once) for at_once in (1, 2, 3)] == [480, 240, 240]
    assert plan_sentence(entries, "cpu, 2 threads", 2).endswith(
        "; about 4 min 0 s of training on cpu, 2 threads, 2 runs at once"
    )
    assert elapsed([], 2) == 0


def test_a_cpu_trains_as_many_at_once_as_it_has_threads_and_a_gpu_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "get_num_threads", lambda: 12)
    cpu, gpu = torch.device("cpu"), torch.device("cuda")
    assert runs_at_once(cpu, None, 17) == (8, 1)
    assert runs_at_once(cpu, None, 3) == (3, 4)
    assert runs_at_once(cpu, 2, 17) == (2, 6)
    assert runs_at_once(cpu, None, 0) == (1, 12)
    assert runs_at_once(gpu, None, 17) == (1, 12)
    assert runs_at_once(gpu, 3, 17)[0] == 3
