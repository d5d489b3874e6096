import numpy as np
import pytest
from sqlalchemy import insert

from iterscope_db import InconsistentError, StoreError
from iterscope_db.tables import metric_arrays

SPECIAL = np.array([np.nan, np.inf, -np.inf], dtype=np.float32)


def test_nan_and_infinities_survive(store, new_run):
    run = new_run().id
    numbers = {("nan", "train"): np.nan, ("inf", "train"): np.inf, ("minus", "train"): -np.inf, ("lr", None): 0.1}
    store.metrics.log_epoch(run, 0, {("l2_ratio", "train"): SPECIAL}, numbers)
    (series,), _ = store.metrics.series(run)
    assert series.values.dtype == np.float32
    np.testing.assert_array_equal(series.values, [SPECIAL])
    found = {(scalar.name, scalar.split): scalar.values[0] for scalar in store.metrics.scalars(run)[0]}
    assert np.isnan(found["nan", "train"])
    assert found["inf", "train"] == np.inf
    assert found["minus", "train"] == -np.inf
    assert found["lr", None] == 0.1


def test_series_hold_epochs_in_order_and_blocks_in_columns(store, new_run):
    run = new_run().id
    for epoch in (0, 5, 10):
        values = np.array([epoch, epoch + 0.5, -epoch], dtype=np.float32)
        arrays = {("l2_ratio", split): values for split in ("train", "validation")} | {("cosine_loss", "train"): values}
        store.metrics.log_epoch(run, epoch, arrays, {("loss", "train"): epoch / 3})
    series, cursor = store.metrics.series(run)
    assert [(one.metric, one.split) for one in series] == [
        ("cosine_loss", "train"),
        ("l2_ratio", "train"),
        ("l2_ratio", "validation"),
    ]
    assert series[0].epochs.tolist() == [0, 5, 10]
    assert series[0].values.tolist() == [[0, 0.5, 0], [5, 5.5, -5], [10, 10.5, -10]]
    assert cursor == 3
    (only,), _ = store.metrics.series(run, metrics=["l2_ratio"], splits=["validation"])
    assert (only.metric, only.split) == ("l2_ratio", "validation")
    (loss,), _ = store.metrics.scalars(run, names=["loss"])
    assert loss.values.tolist() == [0, 5 / 3, 10 / 3]  # doubles, to the last bit
    assert store.metrics.series(run, metrics=[])[0] == []


def test_the_companions_of_a_metric_can_be_left_out(store, new_run):
    run = new_run().id
    names = ["l2_ratio", "l2_ratio_std", "l2_ratio_q05", "cosine_loss_plugged", "xstd", "seq05"]
    store.metrics.log_epoch(run, 0, {(name, "train"): SPECIAL for name in names}, {})
    assert [one.metric for one in store.metrics.series(run)[0]] == sorted(names)
    found = [one.metric for one in store.metrics.read(run, variants=False).series]
    assert found == ["cosine_loss_plugged", "l2_ratio", "seq05", "xstd"]


def test_the_cursor_returns_only_what_is_new(store, new_run):
    run, other = new_run().id, new_run().id
    log = store.metrics.log_epoch
    assert store.metrics.read(run).cursor == 0
    assert log(run, 0, {("a", "train"): SPECIAL}, {("loss", "train"): 0.0}) == 1
    first = store.metrics.read(run)
    log(other, 0, {("a", "train"): SPECIAL}, {})
    assert store.metrics.read(run, since=first.cursor).series == ()
    log(run, 1, {("a", "train"): SPECIAL}, {("loss", "train"): 1.0})
    page = store.metrics.read(run, since=first.cursor)
    assert page.series[0].epochs.tolist() == [1]
    assert page.scalars[0].epochs.tolist() == [1]
    assert page.cursor > first.cursor


def test_the_cursor_grows_when_an_epoch_is_logged_again(store, new_run):
    run = new_run().id
    for epoch in range(4):
        store.metrics.log_epoch(run, epoch, {("a", "train"): [0, 0, epoch]}, {("loss", "train"): epoch, ("b", None): 1})
    before = store.metrics.read(run).cursor
    store.metrics.log_epoch(run, 2, {("a", "train"): [7, 7, 7]}, {("loss", "train"): 7.0})
    page = store.metrics.read(run, since=before)
    assert page.cursor > before
    assert page.series[0].epochs.tolist() == [2]
    whole = store.metrics.read(run)
    assert whole.series[0].values[:, 2].tolist() == [0, 1, 7, 3]
    assert {scalar.name: scalar.epochs.tolist() for scalar in whole.scalars} == {"b": [0, 1, 3], "loss": [0, 1, 2, 3]}
    assert store.runs.get(run).epoch == 3


def test_epochs_after_the_point_of_resumption_are_forgotten(store, new_run):
    run = new_run().id
    for epoch in range(4):
        store.metrics.log_epoch(run, epoch, {("a", "train"): SPECIAL}, {("loss", "train"): float(epoch)})
    store.metrics.delete_after(run, 1)
    page = store.metrics.read(run)
    assert page.series[0].epochs.tolist() == [0, 1]
    assert page.scalars[0].values.tolist() == [0, 1]
    assert page.cursor == 4
    record = store.runs.get(run)
    assert (record.epoch, record.latest) == (1, {"train_loss": 1.0})
    assert store.metrics.log_epoch(run, 2, {("a", "train"): SPECIAL}, {}) == 5
    store.metrics.delete_after(run, -1)
    assert store.runs.get(run).epoch is None


def test_an_array_of_another_length_or_shape_is_refused_and_nothing_is_stored(store, new_run):
    run = new_run().id
    with pytest.raises(StoreError, match=f"metric a/train has 2 values, but run {run} has 3 blocks"):
        store.metrics.log_epoch(run, 0, {("b", "train"): SPECIAL, ("a", "train"): [1.0, 2.0]}, {("loss", "train"): 1.0})
    with pytest.raises(StoreError, match=r"metric a/train has shape \(1, 2\)"):
        store.metrics.log_epoch(run, 0, {("a", "train"): [[1.0, 2.0]]}, {})
    assert store.metrics.read(run).scalars == ()
    assert store.metrics.read(run).cursor == 0
    assert store.runs.get(run).epoch is None


def test_rows_of_different_lengths_are_reported(store, new_run):
    run = new_run(blocks=()).id
    store.metrics.log_epoch(run, 0, {("a", "train"): [1.0]}, {})
    row = {"run_id": run, "metric": "a", "split": "train", "epoch": 1, "sequence": 2, "block_values": bytes(8)}
    with store._database.write() as connection:
        connection.execute(insert(metric_arrays), row)
    with pytest.raises(
        InconsistentError, match=rf"{run}: metric a has rows with different .*: \[1, 2\].*delete the run"
    ):
        store.metrics.series(run)


def test_a_run_keeps_its_number_of_blocks(store, new_run):
    run = new_run(blocks=()).id
    store.metrics.log_epoch(run, 0, {("a", "train"): [1.0]}, {})
    two = {("a", "train"): [1.0, 2.0]}
    with pytest.raises(StoreError, match=f"metric a/train has 2 values, but run {run} has 1 blocks"):
        store.metrics.log_epoch(run, 1, two, {})
    store.runs.start(run, "me", blocks=[{"index": 0}, {"index": 1}])
    with pytest.raises(StoreError, match=f"metric a/train has 2 values, but run {run} has 1 blocks"):
        store.metrics.log_epoch(run, 1, two, {})
    store.metrics.log_epoch(run, 0, two, {})  # the only epoch may be another one
    assert store.metrics.series(run)[0][0].values.tolist() == [[1.0, 2.0]]


def test_a_long_deep_run_is_read_as_a_whole(store, new_run):
    """`python -m benchmarks.rest_curves` measures how fast."""
    run = new_run(blocks=[{"index": i} for i in range(54)], epochs=300).id
    names = [
        base + tail for base in ("cosine_loss", "l2_ratio", "norm") for tail in ("", "_std", "_q05", "_q50", "_q95")
    ]
    values = np.arange(54)
    arrays = {(name, split): values for name in names for split in ("train", "validation")}
    for epoch in range(301):
        store.metrics.log_epoch(run, epoch, arrays, {("loss", "train"): 1.0})
    page = store.metrics.read(run, variants=False)
    assert [one.values.shape for one in page.series] == [(301, 54)] * 6
