"""Several processes on one store: what a trainer, a second trainer and a backend do to each other."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from iterscope_db import open_store

pytestmark = pytest.mark.service

WORKER = Path(__file__).parent / "worker.py"


def start(*arguments: str) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    command = [sys.executable, str(WORKER), *arguments]
    environment = {"OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=environment)


def all_at_once(*processes: subprocess.Popen[str]) -> list[list[str]]:
    """Let processes that wait for a line go together; the lines that each printed."""
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    printed = []
    for process in processes:
        output, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
        printed.append(output.split())
    return printed


def test_two_workers_claim_each_run_once(store, new_run, empty_url):
    queued = {new_run().id for _ in range(60)}
    first, second = all_at_once(start("claim", empty_url, "first"), start("claim", empty_url, "second"))
    assert len(first) + len(second) == 60
    assert set(first) | set(second) == queued
    assert {run.id: run.worker for run in store.runs.list()} == dict.fromkeys(first, "first") | dict.fromkeys(
        second, "second"
    )


def test_processes_that_open_an_empty_store_together_all_succeed(empty_url):
    printed = all_at_once(*(start("migrate", empty_url) for _ in range(4)))
    with open_store(empty_url, migrate=False) as store:
        assert {run.id for run in store.runs.list()} == {line for lines in printed for line in lines}


def test_a_reader_sees_whole_epochs_while_another_process_writes(store, new_run, empty_url):
    run = new_run().id
    process = start("log", empty_url, run, "80")
    cursor, seen, pages = 0, [], 0
    while process.poll() is None or pages == 0 or len(seen) < 80:
        page = store.metrics.read(run, since=cursor)
        assert page.cursor >= cursor
        cursor = page.cursor
        pages += 1
        if page.series:
            train, validation = page.series
            assert train.epochs.tolist() == validation.epochs.tolist() == page.scalars[0].epochs.tolist()
            assert (train.values == train.epochs[:, None]).all()
            seen += train.epochs.tolist()
        assert pages < 100_000, "the writer's epochs never arrived"
    assert seen == list(range(80))
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors


def test_two_processes_write_at_the_same_time(store, new_run, empty_url):
    runs = [new_run().id for _ in range(2)]
    processes = [start("log", empty_url, run, "40") for run in runs]
    for process in processes:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    for run in runs:
        page = store.metrics.read(run)
        assert page.cursor == 40
        assert page.series[0].epochs.tolist() == list(range(40))


def test_a_killed_writer_leaves_whole_epochs_and_no_lock(store, new_run, empty_url):
    run = new_run().id
    process = start("die", empty_url, run)
    process.communicate(timeout=60)
    assert process.returncode == -9
    page = store.metrics.read(run)
    assert page.cursor == 1
    assert page.series[0].epochs.tolist() == [0]
    assert page.scalars == ()
    assert store.metrics.log_epoch(run, 1, {("l2_ratio", "train"): [1, 1, 1]}, {}) == 2


def test_an_exception_undoes_the_whole_transaction(store, new_run):
    run = new_run().id

    def fail_half_way() -> None:
        with store._database.write() as connection:
            connection.execute(text("UPDATE runs SET name = 'changed'"))
            raise KeyError("half way")

    with pytest.raises(KeyError):
        fail_half_way()
    assert store.runs.get(run).name == "a run"
