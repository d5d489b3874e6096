import json
import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from iterscope_db import ConflictError, NotFoundError, StoreError, process_name


def test_a_new_run_is_read_back_as_it_was_created(store, new_run, clock):
    run = new_run(configuration={"z": 1, "a": [math.inf]}, seed=2**40, tags=["x", "y"], notes="ünï ✓")
    assert store.runs.get(run.id) == run
    assert run.id.startswith("r")
    assert len(run.id) == 9
    assert list(run.configuration) == ["z", "a"]
    assert run.configuration["a"] == [math.inf]
    assert (run.seed, run.tags, run.notes) == (2**40, ("x", "y"), "ünï ✓")
    assert (run.status, run.epoch, run.latest, run.checkpoints) == ("queued", None, {}, 0)
    assert abs(run.created_at - clock.now) < timedelta(seconds=1)


def test_numbers_are_stored_as_numbers(store, new_run):
    run = new_run(epochs=np.int64(3), seed=np.int32(5))
    assert json.dumps([run.epochs, run.seed]) == "[3, 5]"
    assert json.dumps(store.runs.start(run.id, "me", epochs=np.int16(4)).epochs) == "4"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"epochs": "x"}, "the number of epochs is 'x': give a whole number from 0 to 2147483647"),
        ({"epochs": -3}, "the number of epochs is -3"),
        ({"epochs": 2.5}, r"the number of epochs is 2\.5"),
        ({"seed": 2**63}, "the seed is 9223372036854775808: give a whole number"),
        ({"notes": 5}, "the notes is 5: give a text"),
        ({"tags": [1]}, "the tag is 1: give a text"),
        ({"configuration": {"lr": np.float32(0.1)}}, "cannot hold one of the values: .*not JSON serializable"),
    ],
)
def test_a_value_that_cannot_be_stored_is_named(store, new_run, fields, message):
    with pytest.raises(StoreError, match=message):
        new_run(**fields)
    assert store.runs.list() == []


def test_to_dict_has_the_fields_of_rest(new_run):
    run = new_run().to_dict()
    expected = {"id", "name", "notes", "tags", "status", "recipe", "architecture", "dataset", "seed", "origin"}
    expected |= {"configuration", "blocks", "epochs", "epoch", "progress", "latest", "created_at", "started_at"}
    expected |= {"finished_at", "heartbeat_at", "error", "checkpoints", "worker", "stop_requested"}
    assert set(run) == expected
    assert run["created_at"] == "2026-01-02T03:04:05.678Z"
    assert run["blocks"][1] == {"index": 1, "stage": 1, "is_projection": True}
    assert isinstance(run["tags"], list)


def test_runs_are_listed_newest_first_and_by_status(store, new_run):
    queued, running, other = new_run(), new_run(status="running"), new_run()
    assert [run.id for run in store.runs.list()] == [other.id, running.id, queued.id]
    assert [run.id for run in store.runs.list(status="running")] == [running.id]
    assert [run.id for run in store.runs.list(status=["queued", "dead"])] == [other.id, queued.id]
    assert [run.id for run in store.runs.list(limit=1)] == [other.id]
    with pytest.raises(StoreError, match="'paused' is unknown: it is one of queued, running"):
        store.runs.list(status="paused")


def test_people_can_edit_name_notes_and_tags(store, new_run):
    run = new_run()
    changed = store.runs.update(run.id, name="better", tags=("a",))
    assert (changed.name, changed.notes, changed.tags) == ("better", "", ("a",))
    assert store.runs.update(run.id, notes="note").name == "better"
    assert store.runs.update(run.id) == store.runs.get(run.id)
    with pytest.raises(StoreError, match="NUL"):
        store.runs.update(run.id, name="bad\x00name")


@pytest.mark.parametrize(
    "call",
    [
        lambda store: store.runs.get("rnothere0"),
        lambda store: store.runs.update("rnothere0", name="x"),
        lambda store: store.runs.delete("rnothere0"),
        lambda store: store.runs.start("rnothere0", "w"),
        lambda store: store.runs.heartbeat("rnothere0"),
        lambda store: store.runs.finish("rnothere0", "completed"),
        lambda store: store.runs.request_stop("rnothere0"),
        lambda store: store.runs.stop_requested("rnothere0"),
        lambda store: store.runs.requeue_for_resume("rnothere0"),
        lambda store: store.metrics.log_epoch("rnothere0", 0, {}, {}),
        lambda store: store.metrics.series("rnothere0"),
        lambda store: store.metrics.scalars("rnothere0"),
        lambda store: store.metrics.read("rnothere0"),
        lambda store: store.metrics.delete_after("rnothere0", 0),
    ],
)
def test_an_unknown_run_is_named(store, call):
    with pytest.raises(NotFoundError, match="run rnothere0 does not exist in"):
        call(store)


def test_the_queue_is_first_come_first_served(store, new_run):
    first, second = new_run(), new_run()
    claimed = store.runs.claim_next("worker-1")
    assert claimed is not None
    assert (claimed.id, claimed.status, claimed.worker) == (first.id, "running", "worker-1")
    assert claimed.started_at == claimed.heartbeat_at
    assert store.runs.claim_next("worker-2").id == second.id
    assert store.runs.claim_next("worker-2") is None


def test_start_sets_what_is_known_only_after_building(store, new_run):
    run = new_run(blocks=())
    store.runs.start(run.id, "me")
    blocks = [{"index": 0, "stage": 0, "is_projection": False}]
    run = store.runs.start(run.id, "me", blocks=blocks, epochs=5, configuration={"a": 1})
    assert (run.status, run.blocks, run.epochs, run.configuration) == ("running", tuple(blocks), 5, {"a": 1})
    with pytest.raises(ConflictError, match="already running by me"):
        store.runs.start(run.id, "another")


@pytest.mark.parametrize("status", ["completed", "interrupted", "failed", "cancelled"])
def test_a_run_finishes(store, new_run, status):
    run = new_run(status="running")
    run = store.runs.finish(run.id, status, error="it\x00broke" if status == "failed" else None)
    assert run.status == status
    assert run.finished_at is not None
    assert run.error == ("itbroke" if status == "failed" else None)
    with pytest.raises(ConflictError, match=f"is {status}, not running"):
        store.runs.heartbeat(run.id)


def test_only_a_finishing_status_finishes(store, new_run):
    with pytest.raises(StoreError, match="'running' is not a final status"):
        store.runs.finish(new_run().id, "running")
    with pytest.raises(StoreError, match="cannot be created as 'dead'"):
        new_run(status="dead")


def test_a_run_without_heartbeat_is_dead_until_it_beats_again(store, new_run, clock):
    run = new_run(status="running")
    clock.advance(59)
    store.runs.heartbeat(run.id, {"fraction": 0.5, "images_per_second": math.nan})
    clock.advance(59)
    alive = store.runs.get(run.id)
    assert alive.status == "running"
    assert alive.progress["fraction"] == 0.5
    assert math.isnan(alive.progress["images_per_second"])
    clock.advance(2)
    assert store.runs.get(run.id).status == "dead"
    assert [found.id for found in store.runs.list(status="dead")] == [run.id]
    assert store.runs.list(status="running") == []
    assert store.runs.claim_next("w") is None
    with pytest.raises(ConflictError, match="is dead: there is nothing to stop"):
        store.runs.request_stop(run.id)
    store.runs.heartbeat(run.id)
    assert store.runs.get(run.id).status == "running"
    assert store.runs.get(run.id).progress["fraction"] == 0.5


def test_a_heartbeat_in_the_future_is_none(store, new_run, clock):
    run = new_run(status="running", worker="train:elsewhere:1:1")
    clock.advance(-61)  # the clock that was wrong has been set
    assert store.runs.get(run.id).status == "dead"
    assert store.runs.start(run.id, "new").status == "running"


def test_a_run_is_dead_as_soon_as_its_process_is(store, new_run, clock, ended):
    clock.now = datetime.now(UTC)
    mine = process_name("train")
    for owner, status in {ended: "dead", mine: "running"}.items():
        assert new_run(status="running", worker=owner).status == status, owner
    clock.advance(-86_400)  # a run of yesterday, when another process had this process's id
    assert new_run(status="running", worker=mine).status == "dead"
    clock.advance(86_400)
    with pytest.raises(ConflictError, match=rf"already running by {mine}: stop it there.*from \d\d:\d\d:\d\d UTC on"):
        store.runs.start(store.runs.list(status="running")[0].id, "new")


def test_stop_is_asked_for_and_seen(store, new_run):
    running, queued = new_run(status="running"), new_run()
    assert not store.runs.stop_requested(running.id)
    assert store.runs.request_stop(running.id).stop_requested
    assert store.runs.stop_requested(running.id)
    assert store.runs.request_stop(queued.id).status == "cancelled"
    store.runs.finish(running.id, "interrupted")
    assert not store.runs.stop_requested(running.id)
    with pytest.raises(ConflictError, match="is interrupted: there is nothing to stop"):
        store.runs.request_stop(running.id)


def test_a_run_that_ended_early_is_queued_again(store, new_run, clock):
    run = new_run(status="running")
    with pytest.raises(ConflictError, match="is running: only interrupted"):
        store.runs.requeue_for_resume(run.id)
    clock.advance(61)
    again = store.runs.requeue_for_resume(run.id)
    assert (again.status, again.worker, again.finished_at) == ("queued", None, None)
    assert store.runs.claim_next("w").id == run.id
    store.runs.finish(run.id, "completed")
    with pytest.raises(ConflictError, match="is completed: only"):
        store.runs.requeue_for_resume(run.id)


def test_a_dead_run_can_be_taken_over(store, new_run, clock):
    run = new_run(status="running", worker="gone")
    clock.advance(61)
    assert store.runs.start(run.id, "new").worker == "new"


def test_deleting_a_run_takes_everything_with_it(store, new_run):
    run = new_run(status="running")
    store.metrics.log_epoch(run.id, 0, {("l2_ratio", "train"): [1, 2, 3]}, {("loss", "train"): 1.0})
    checkpoint = store.checkpoints.add(run.id, 0, "checkpoints/a", "0" * 64, {}, None, 1, 2, [], "a")
    store.probe_results.put("key", "drop", checkpoint.id, {}, b"{}", 0.1)
    with pytest.raises(ConflictError, match="is running: stop it"):
        store.runs.delete(run.id)
    store.runs.finish(run.id, "completed")
    assert store.runs.get(run.id).checkpoints == 1
    assert store.runs.delete(run.id) == (checkpoint,)
    assert store.runs.list() == []
    assert store.checkpoints.list() == []
    assert store.probe_results.get("key") is None


def test_latest_prefers_the_whole_sets_over_the_logging_subsets(store, new_run):
    run = new_run(status="running")
    subset = {("loss", "train"): 2.3, ("accuracy", "train"): 0.1, ("loss", "validation"): 2.4, ("lr", None): 0.1}
    store.metrics.log_epoch(run.id, 0, {}, subset)
    assert store.runs.get(run.id).latest == {"train_loss": 2.3, "train_accuracy": 0.1, "validation_loss": 2.4}
    whole = {("training_loss", "train"): math.nan, ("validation_accuracy", "validation"): 0.9}
    store.metrics.log_epoch(run.id, 1, {}, subset | whole)
    latest = store.runs.get(run.id).latest
    assert math.isnan(latest.pop("train_loss"))
    assert latest == {"train_accuracy": 0.1, "validation_loss": 2.4, "validation_accuracy": 0.9}
    assert store.runs.get(run.id).epoch == 1


def test_times_are_aware_and_in_utc(new_run):
    created = new_run().created_at
    assert isinstance(created, datetime)
    assert created.utcoffset() == timedelta(0)
    assert created.microsecond % 1000 != 0
