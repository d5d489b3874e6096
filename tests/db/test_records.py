"""Checkpoints, probe results and jobs."""

import math
import socket
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from iterscope_db import (
    JOB_STATES,
    CheckpointRecord,
    ConflictError,
    NotFoundError,
    Store,
    StoreError,
    process_name,
)
from iterscope_db.tables import probe_results


def add(store: Store, **fields) -> CheckpointRecord:
    values = {
        "run": None,
        "epoch": 3,
        "path": "checkpoints/imported/a.safetensors",
        "sha256": "a" * 64,
        "architecture": {"name": "resnet20"},
        "dataset": {"name": "digits", "mean": [0.1, 0.2, 0.3]},
        "num_parameters": 3 * 10**9,
        "size_bytes": 12 * 10**9,
        "blocks": [{"index": 0, "stage": 0, "is_projection": False}],
        "name": "epoch 3",
        "metrics": {"validation_loss": math.inf},
    }
    return store.checkpoints.add(**values | fields)


def test_a_checkpoint_is_read_back_as_it_was_added(store, new_run):
    run = new_run()
    checkpoint = add(store, run=run.id)
    assert store.checkpoints.get(checkpoint.id) == checkpoint
    assert store.checkpoints.with_sha256("a" * 64) == [checkpoint]
    assert store.checkpoints.with_sha256("b" * 64) == []
    assert (checkpoint.num_parameters, checkpoint.size_bytes) == (3 * 10**9, 12 * 10**9)
    assert checkpoint.metrics == {"validation_loss": math.inf}
    assert checkpoint.to_dict()["run"] == run.id
    assert store.runs.get(run.id).checkpoints == 1


def test_checkpoints_are_listed_newest_first_and_by_run(store, new_run):
    run = new_run().id
    first = add(store, run=run, path="1")
    second = add(store, run=run, path="2")
    imported = add(store, path="3", epoch=None, dataset=None)
    assert store.checkpoints.list() == [imported, second, first]
    assert store.checkpoints.list(run=run) == [second, first]
    assert store.checkpoints.list(run="rnothere0") == []


def test_the_latest_checkpoint_is_the_newest_of_the_newest_run_that_has_one(store, new_run):
    assert store.checkpoints.latest() is None
    without_run = add(store, path="0")
    assert store.checkpoints.latest() == without_run
    older = new_run().id
    first = add(store, run=older, path="1")
    assert store.checkpoints.latest() == first
    newer = new_run().id
    best = add(store, run=newer, path="2", epoch=0)
    add(store, run=older, path="3", epoch=9)  # the older run went on
    add(store, path="4")
    new_run()  # queued: it has no checkpoint yet
    assert store.checkpoints.latest() == best
    last = add(store, run=newer, path="5", epoch=1)
    assert store.checkpoints.latest() == last


def test_checkpoints_of_the_same_content_are_found_together(store):
    first, second = add(store, path="1"), add(store, path="2")
    add(store, path="3", sha256="b" * 64)
    assert store.checkpoints.with_sha256("a" * 64) == [second, first]


def test_one_record_per_file(store):
    first = add(store)
    store.probe_results.put("key", "drop", first.id, {}, b"1", 0.1)
    same = add(store, name="renamed")
    assert (same.id, same.name) == (first.id, "renamed")
    assert store.probe_results.get("key") is not None
    overwritten = add(store, sha256="b" * 64)
    assert overwritten.id != first.id
    assert store.checkpoints.list() == [overwritten]
    assert store.probe_results.get("key") is None


def test_a_checkpoint_is_deleted_with_its_results(store):
    checkpoint = add(store)
    store.probe_results.put("key", "drop", checkpoint.id, {}, b"1", 0.1)
    assert store.checkpoints.delete(checkpoint.id) == checkpoint
    assert store.probe_results.get("key") is None
    with pytest.raises(NotFoundError, match=f"checkpoint {checkpoint.id} does not exist"):
        store.checkpoints.get(checkpoint.id)
    with pytest.raises(NotFoundError, match="does not exist"):
        store.checkpoints.delete(checkpoint.id)


def test_a_checkpoint_of_an_unknown_run_is_refused(store):
    with pytest.raises(NotFoundError, match="run rnothere0 does not exist"):
        add(store, run="rnothere0")


def test_a_probe_result_keeps_its_bytes_and_is_replaced(store):
    checkpoint = add(store)
    body = b'{"accuracy":[NaN,1.0],"\xc3\xbc":"\\u0000"}'
    store.probe_results.put("key", "drop", checkpoint.id, {"blocks": "each"}, body, 1.5)
    result = store.probe_results.get("key")
    assert result is not None
    assert (result.result_json, result.request, result.seconds) == (body, {"blocks": "each"}, 1.5)
    assert (result.key, result.probe, result.checkpoint_id) == ("key", "drop", checkpoint.id)
    store.probe_results.put("key", "drop", checkpoint.id, {}, b"2", 0.1)
    store.probe_results.put("other", "drop", checkpoint.id, {}, b"3", 0.1)
    assert store.probe_results.get("key").result_json == b"2"
    assert store.probe_results.get_many(["key", "other", "unknown"]) == {"key": b"2", "other": b"3"}
    assert store.probe_results.get_many([]) == {}
    assert store.probe_results.clear(checkpoint.id) == 2
    assert store.probe_results.get("key") is None
    with pytest.raises(NotFoundError, match="checkpoint cnothere0 does not exist"):
        store.probe_results.put("key", "drop", "cnothere0", {}, b"{}", 0.1)


def test_the_results_of_a_checkpoint_are_listed_in_the_order_of_their_time(store):
    first, second = add(store, path="1"), add(store, path="2")
    for key, checkpoint in (("b", first), ("c", second), ("a", first)):
        store.probe_results.put(key, "drop", checkpoint.id, {}, key.encode(), 0.1)
    assert store.probe_results.of(first.id) == [b"b", b"a"]
    assert store.probe_results.of("cnothere0") == []
    with store._database.write() as connection:
        connection.execute(update(probe_results).where(probe_results.c.key == "b").values(result=b"9"))
    assert store.probe_results.of(first.id) == [b"a"]  # a damaged one was never computed


@pytest.mark.parametrize(
    "damage", [{"result": b"[9]"}, {"seconds": 9.0}, {"probe": "unroll"}, {"key": "other"}, {"digest": None}]
)
def test_a_damaged_probe_result_was_never_computed(store, damage):
    checkpoint = add(store)
    store.probe_results.put("key", "drop", checkpoint.id, {}, b"[1]", 0.1)
    with store._database.write() as connection:
        connection.execute(update(probe_results).values(damage))
    key = damage.get("key", "key")
    assert store.probe_results.get(key) is None
    assert store.probe_results.stored([key]) == set()
    store.probe_results.put("key", "drop", checkpoint.id, {}, b"[1]", 0.1)
    assert store.probe_results.get_many(["key"]) == {"key": b"[1]"}


def test_a_job_lives_from_queued_to_done(store):
    job = store.jobs.create("probe", "unroll", {"steps": 20}, "key")
    assert (job.state, job.progress, job.request, job.key) == ("queued", 0.0, {"steps": 20}, "key")
    job = store.jobs.update(job.id, state="running", progress=0.25)
    assert (job.state, job.progress, job.finished_at) == ("running", 0.25, None)
    assert job.started_at is not None
    job = store.jobs.update(job.id, state="failed", error={"title": "Bad", "detail": "steps"})
    assert job.error == {"title": "Bad", "detail": "steps"}
    assert job.finished_at is not None
    assert store.jobs.get(job.id) == store.jobs.update(job.id) == job
    with pytest.raises(ConflictError, match=f"job {job.id} is failed: it can't become running"):
        store.jobs.update(job.id, state="running")
    assert store.jobs.get(job.id) == job
    with pytest.raises(StoreError, match="job state 'paused' is unknown"):
        store.jobs.update(job.id, state="paused")
    for call in (store.jobs.get, store.jobs.update):
        with pytest.raises(NotFoundError, match="job jnothere0 does not exist"):
            call("jnothere0")


@pytest.mark.parametrize("ended", ["done", "failed", "cancelled"])
def test_a_job_that_has_ended_stays_as_it_ended(store, ended):
    job = store.jobs.create("probe", "drop", {}, None)
    job = store.jobs.update(job.id, state=ended, progress=0.5)
    for change in ({"state": state} for state in JOB_STATES if state != ended):
        with pytest.raises(ConflictError, match=f"is {ended}: it can't become {change['state']}"):
            store.jobs.update(job.id, **change)
    with pytest.raises(ConflictError, match=f"is {ended}"):
        store.jobs.update(job.id, progress=0.9)
    assert store.jobs.get(job.id) == job


def test_jobs_of_a_dead_server_are_failed(store, clock, ended):
    clock.now = datetime.now(UTC)
    mine, elsewhere = process_name("backend"), f"backend:another-{socket.gethostname()}:1"
    owners = (None, ended, ended, mine, elsewhere)
    queued, running, done, kept, far = (store.jobs.create("probe", "drop", {}, None, owner) for owner in owners)
    store.jobs.update(running.id, state="running")
    store.jobs.update(done.id, state="done")
    assert store.jobs.mark_lost() == 2
    assert store.jobs.mark_lost() == 0
    assert {job.id for job in store.jobs.list(state="failed")} == {running.id, queued.id}
    assert {job.id for job in store.jobs.list(state="queued")} == {kept.id, far.id}
    assert "the backend stopped" in store.jobs.get(queued.id).error["detail"]
    clock.advance(86_401)
    assert store.jobs.mark_lost() == 2


def test_a_broken_constraint_is_a_conflict(new_run):
    with pytest.raises(ConflictError, match="rejected the change"):
        new_run(name="x", architecture=None)
