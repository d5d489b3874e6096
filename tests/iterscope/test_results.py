"""What the library's functions return, in a notebook: one line, means, data frames, files and figures; and differences of two results."""

from __future__ import annotations

import io
import json
import math
import sys
from collections.abc import Callable
from dataclasses import replace

import pandas
import pytest
import torch
from torch import Tensor

import iterscope as it
from iterscope.drawing import figure
from iterscope.results import Record
from iterscope.tables import Column, Table, largest_first

MAKERS: dict[str, Callable[..., Record]] = {
    "Block metrics": it.block_metrics,
    "Block drop": it.block_drop,
    "Unrolling": lambda *given: it.unrolling(*given, steps=2),
    "Early exit": it.early_exit,
    "Borderline": it.borderline,
    "Shuffling": lambda *given: it.shuffling(*given, swaps=[0, 1], repeats=1),
    "Batch statistics": it.batch_statistics,
    "Survey": it.training_survey,
}
ROWS = {"Block metrics": "6 steps", "Block drop": "6 plans", "Unrolling": "3 steps", "Early exit": "2 exits", "Borderline": "2 exits",
        "Shuffling": "2 plans", "Batch statistics": "6 blocks", "Survey": "6 blocks"}  # fmt: skip


@pytest.fixture(scope="module")
def found(pooled: it.ResidualChain, images: Tensor, labels: Tensor) -> dict[str, Record]:
    return {kind: make(pooled, images, labels) for kind, make in MAKERS.items()}


@pytest.mark.parametrize("kind", MAKERS)
def test_a_result_in_a_notebook(found: dict[str, Record], kind: str) -> None:
    result = found[kind]
    assert repr(result).startswith(f"<{kind}: {ROWS[kind]} × 12 images of ")
    assert len(repr(result)) < 200
    frame = result.to_dataframe()
    assert f"{len(frame)} " in ROWS[kind]
    assert pandas.read_csv(io.StringIO(result.to_csv())).columns.tolist() == frame.columns.tolist()
    assert json.loads(result.to_json())["tables"].keys() == {table.axis for table in result.tables}
    assert result.plot().data
    same = it.compare(result, result)
    assert all(not values[~values.isnan()].any() for values in map(torch.tensor, same.mean().values()))
    assert same.to_dataframe().columns.isin(frame.columns.str.replace(r" \(n = \d+\)", "", regex=True)).any()
    assert same.plot().data


def test_parts_of_an_answer_share_a_panel_and_repeated_blocks_have_places_of_their_own() -> None:
    steps = {"result": [0, 1, 1, 1], "baseline": [0, 1]}
    tables = [
        Table("step", [Column("block", blocks, kind="coordinate")], [Column("ratio", [0.5] * len(blocks))], part)
        for part, blocks in steps.items()
    ] + [
        Table("output", [Column("output", [0], kind="coordinate")], [Column("all: loss", [loss])], part)
        for part, loss in (("result", 2.0), ("baseline", 1.0))
    ]
    drawn = figure("Plan", tables)
    assert [(trace.name, list(trace.x)) for trace in drawn.data] == [
        ("result", [0, 1, 2, 3]), ("baseline", [0, 1]), ("all", ["result"]), ("all", ["baseline"]),
    ]  # fmt: skip
    assert drawn.layout.xaxis.title.text == "step"
    assert len({trace.line.color for trace in drawn.data[:2]}) == 2


def test_a_matrix_says_its_axes() -> None:
    columns = [Column(f"p class {at}", [0.1, 0.9], kind="matrix", of="p", across="class") for at in range(3)]
    drawn = figure("One image", [Table("exit", [Column("exit", [7, 8], kind="coordinate")], columns)])
    assert (drawn.layout.xaxis.title.text, drawn.layout.yaxis.title.text) == ("class", "p, by exit")
    assert list(drawn.data[0].y) == [7, 8]


def test_a_matrix_keeps_its_places_where_columns_are_empty() -> None:
    columns = [
        Column(f"gain block {at}", values, of="gain", kind="matrix", across="block")
        for at, values in enumerate(([0.5, None], [None, None], [None, 0.25]))
    ]
    (drawn,) = figure("a matrix", [Table("block", [Column("block", [0, 2], kind="coordinate")], columns)]).data
    assert (list(drawn.x), [list(row) for row in drawn.z]) == ([0, 1, 2], [[0.5, None, None], [None, None, 0.25]])
    empty = [replace(column, values=[None, None]) for column in columns]
    assert not figure("nothing", [Table("block", [Column("block", [0, 2], kind="coordinate")], empty)]).data


def test_the_largest_table_has_the_most_values() -> None:
    wide, long = (Table(name, [Column(name, list(range(rows)))], [Column("v", [0] * rows)] * columns)
                  for name, rows, columns in (("wide", 1, 20), ("long", 30, 3)))  # fmt: skip
    assert [table.name for table in largest_first([wide, long])] == ["long", "wide"]


def test_means_leave_undefined_values_out(pooled: it.ResidualChain, images: Tensor, labels: Tensor) -> None:
    metrics = it.block_metrics(pooled, images, labels, "plugged")
    metrics.cosine_loss[-1, :3] = math.nan
    metrics.activation_norm[1, 0] = math.inf
    mean, frame = metrics.mean(), metrics.to_dataframe()
    for values in (mean["cosine loss"], frame["cosine loss"]):
        assert list(values) == pytest.approx(metrics.cosine_loss.double().nanmean(1).tolist(), nan_ok=True)
        assert math.isnan(values[0])  # the head reads the last stage only
    assert list(frame["cosine loss undefined"]) == [12, 12, 12, 12, 0, 3]
    assert list(frame["l2 ratio std"]) == pytest.approx(metrics.l2_ratio.double().std(1, correction=0).tolist())
    assert mean["activation norm"][1] == frame["activation norm"][1] == math.inf
    assert list(frame["block"]) == list(range(6))
    assert metrics.mean("")["loss"].item() == pytest.approx(metrics.loss.mean().item())
    with pytest.raises(it.ConfigurationError, match="axis is 'plan': Block metrics has 'step', ''"):
        metrics.table("plan")


def test_accuracies_have_their_intervals(found: dict[str, Record]) -> None:
    dropped = found["Block drop"]
    assert isinstance(dropped, it.BlockDrop)
    frame = dropped.to_dataframe()
    for row, right in enumerate(dropped.outcomes.correct.sum(1).tolist()):
        assert (frame["accuracy low"][row], frame["accuracy high"][row]) == pytest.approx(it.wilson_interval(right, 12))
    assert dropped.mean("")["baseline accuracy"].item() == dropped.baseline.accuracy.item()


def test_differences_of_the_same_images(found: dict[str, Record]) -> None:
    a = found["Block metrics"]
    assert isinstance(a, it.BlockMetrics)
    shift = torch.arange(12.0).expand(6, 12).clone()
    shift[2, :2] = math.nan
    frame = it.compare(a, replace(a, cosine_loss=a.cosine_loss + shift)).to_dataframe()
    for row in (0, 2):
        values = shift[row, 2 * (row == 2) :]
        half = 1.96 * float(values.std()) / math.sqrt(len(values))
        assert frame["cosine loss"][row] == pytest.approx(float(values.mean()), rel=1e-5)
        assert frame["cosine loss high"][row] - frame["cosine loss"][row] == pytest.approx(half, rel=1e-5)
    assert not frame["l2 ratio low"].any()
    assert repr(it.compare(a, a)) == "<Block metrics, b − a of the same 12 images: step 6 × 12>"


def test_differences_of_other_images_have_no_intervals(
    pooled: it.ResidualChain, images: Tensor, labels: Tensor, found: dict[str, Record]
) -> None:
    b = it.early_exit(pooled, images[:5], labels[:5])
    compared = it.compare(found["Early exit"], b)
    assert compared.images is None
    assert list(compared.to_dataframe().columns) == ["block", "accuracy", "loss", "entropy"]
    change = b.outcomes.mean_loss - found["Early exit"].outcomes.mean_loss  # type: ignore[attr-defined]
    assert list(compared.mean()["loss"]) == pytest.approx(change.tolist())


def test_results_that_cannot_be_compared(
    pooled: it.ResidualChain, images: Tensor, labels: Tensor, found: dict[str, Record]
) -> None:
    metrics, dropped = found["Block metrics"], found["Block drop"]
    with pytest.raises(
        it.ConfigurationError, match=r"a is <Block metrics: .*>, and b is <Block drop: .*>: compare two"
    ):
        it.compare(metrics, dropped)
    with pytest.raises(it.ConfigurationError, match="Tensor can't be compared"):
        it.compare(metrics, images)  # type: ignore[arg-type]
    with pytest.raises(it.ConfigurationError, match="a has 6 plans, and b has 2"):
        it.compare(dropped, it.block_drop(pooled, images, labels, [0, 1]))
    two = (it.block_drop(pooled, images, labels, blocks) for blocks in ([0, 1], [0, [2, 3]]))
    with pytest.raises(it.ConfigurationError, match=r"plan 1 \(blocks\) is \('1',\) in a, and \('2 3',\) in b"):
        it.compare(*two)


def test_a_data_frame_without_pandas(found: dict[str, Record], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(it.ConfigurationError, match="pip install pandas"):
        found["Block drop"].to_dataframe()
