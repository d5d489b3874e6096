"""Rows, curves and questions of the Runs page, without a browser."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import pytest
from plotly.io.json import to_json_plotly

from iterscope_dashboard.components import notices, run_options
from iterscope_dashboard.curves import Scalar
from iterscope_dashboard.findings import Overview
from iterscope_dashboard.model import Run
from iterscope_dashboard.pages.import_form import dataset_choices
from iterscope_dashboard.pages.paper import selectors
from iterscope_dashboard.pages.run_deletion import deletion
from iterscope_dashboard.pages.run_forms import new_run_form, recipe_note
from iterscope_dashboard.pages.run_seeds import seeds_panel
from iterscope_dashboard.pages.runs import openings, read_selected, signature
from iterscope_dashboard.run_curves import SPARK_POINTS, chosen_lines, mean_curve, read_curves, spark
from iterscope_dashboard.run_table import NEWEST_FIRST, columns, read_sort, row, selected_ids, split_tags
from iterscope_dashboard.state import Query


def run(id: str, *siblings: str, **changes: Any) -> Run:
    made = {
        "id": id, "name": f"Net, seed {id}", "status": "completed", "architecture": "resnet20", "dataset": "digits", "seed": 0,
        "epochs": 4, "epoch": 4, "latest": {"validation_accuracy": 0.9, "validation_loss": "Infinity"}, "checkpoints": 2,
        "siblings": list(siblings), "created_at": "2026-01-02T03:04:05.678Z",
    }  # fmt: skip
    return Run.from_json(made | changes)


def curve(*values: float) -> Scalar:
    return Scalar(list(range(len(values))), list(values))


def test_a_row_holds_what_json_can_hold() -> None:
    shown = row(run("1", tags=["a", "b"], notes="n", recipe="quick"), {"1": curve(0.1, 0.9)})
    assert (shown["accuracy"], shown["loss"]) == (90.0, None)
    assert (shown["tags"], shown["notes"], shown["action"]) == ("a, b", "n", "delete")
    assert (shown["epochs"], shown["fraction"], shown["spark"]) == ("4 / 4", None, [0.1, 0.9])
    progress = {"fraction": 0.5, "images_per_second": 310.4, "seconds_left": 75}
    running = row(run("1", status="running", epoch=None, progress=progress), {})
    assert (running["epochs"], running["fraction"], running["action"]) == ("– / 4", 0.5, "stop")
    assert running["progress"] == "310 images/s · 1 min 15 s left"
    assert shown["note"] == "quick · seed 0 · 1"
    imported = row(run("1", status="imported"), {})
    assert (imported["epochs"], imported["note"]) == ("–", "1")


DECEIVING = "folder:/x\u202egnp\x07"


def texts(piece: Any) -> str:
    """All text of a page's piece, except the values that its controls send back."""
    if isinstance(piece, dict):
        return " ".join(texts(entry) for name, entry in piece.items() if name != "value")
    if isinstance(piece, list):
        return " ".join(map(texts, piece))
    return piece if isinstance(piece, str) else ""


@pytest.mark.parametrize(
    "make",
    [
        lambda: row(run("1", dataset=DECEIVING), {}),
        lambda: run_options([run("1", dataset=DECEIVING)]),
        lambda: deletion([run("1", dataset=DECEIVING)]).text,
        lambda: seeds_panel([run("1", "2", dataset=DECEIVING), run("2", "1", dataset=DECEIVING)]),
        lambda: new_run_form({}, [{"name": DECEIVING, "available": False}], "demo", True),
        lambda: recipe_note({"architecture": "resnet20", "dataset": DECEIVING}),
        lambda: dataset_choices([{"name": DECEIVING, "num_classes": 10}]),
        lambda: selectors(Overview.from_json({"datasets": {"first": DECEIVING, "choices": [DECEIVING]}})),
        lambda: notices([f"{DECEIVING} is not known."]),
    ],
)
def test_a_data_set_is_shown_with_its_hidden_characters(make: Callable[[], Any]) -> None:
    shown = texts(json.loads(to_json_plotly(make())))
    assert "folder:/x\\u202egnp\\x07" in shown
    assert DECEIVING not in shown


def test_a_chosen_data_set_is_sent_back_as_it_is() -> None:
    known = [{"name": DECEIVING, "available": True}]
    assert dataset_choices(known)[0]["value"] == DECEIVING
    sent = json.loads(to_json_plotly(new_run_form({}, known, "demo", True)))
    assert f'"value": {json.dumps(DECEIVING)}' in json.dumps(sent)


@pytest.mark.parametrize(
    ("text", "tags"), [(None, []), ("", []), (" a ,b,, a", ["a", "b"]), ("two words", ["two words"])]
)
def test_tags_are_separated_by_commas(text: str | None, tags: list[str]) -> None:
    assert split_tags(text) == tags


def test_the_order_of_the_address() -> None:
    assert read_sort(Query.parse("")) == NEWEST_FIRST
    (sorted_column,) = (column for column in columns(read_sort(Query.parse("?sort=-loss"))) if "sort" in column)
    assert (sorted_column["field"], sorted_column["sort"]) == ("loss", "desc")
    query = Query.parse("?sort=beauty")
    assert read_sort(query) == NEWEST_FIRST
    assert "beauty" in query.notices[0]


def test_the_selection_of_the_address() -> None:
    query = Query.parse("?selected=1,9")
    assert read_selected(query, [run("1"), run("2")]) == ["1"]
    assert "9" in query.notices[0]
    assert selected_ids({"ids": ["1"]}) == selected_ids([{"id": "1"}]) == ["1"]
    assert selected_ids(None) == []
    assert [link.href for link in openings(["1", "2", "3"])] == ["/blocks?run=1&with=2,3"]
    assert [link.href for link in openings(["1"])][1:] == ["/interventions?run=1", "/examples?run=1"]
    assert openings([]) == []


def test_lines_are_means_until_runs_are_selected() -> None:
    runs = [run("1", "2"), run("2", "1"), run("3", name="Other")]
    curves = {"1": curve(0.2, 0.4), "2": curve(0.4, 0.8), "3": curve(0.5)}
    lines = chosen_lines(runs, curves, [])
    assert lines.members == {"Net, n = 2": ["1", "2"], "Other": ["3"]}
    assert lines.curves["Net, n = 2"].values == pytest.approx([0.3, 0.6])
    assert lines.curves["Net, n = 2"].std[1] == pytest.approx(0.4 / math.sqrt(2))
    assert chosen_lines(runs, curves, ["2", "4"]).members == {"Net, seed 2": ["2"]}
    assert chosen_lines([run("3", status="imported")], curves, []).members == {}
    same = [run("1", name="Same"), run("2", name="Same")]
    assert list(chosen_lines(same, curves, ["1", "2"]).members) == ["Same", "Same (2)"]


def test_a_mean_counts_at_each_epoch_what_is_there() -> None:
    found = mean_curve([curve(0.5, 0.7, math.nan), curve(0.7)])
    assert found.epochs == [0, 1, 2]
    assert found.values[:2] == pytest.approx([0.6, 0.7])
    assert math.isnan(found.values[2])
    assert math.isnan(found.std[1])


def test_a_sparkline_is_short_and_ends_with_the_last_value() -> None:
    assert spark(None) == []
    assert spark(curve(0.1, math.nan, 0.3)) == [0.1, 0.3]
    many = spark(curve(*(i / 300 for i in range(300))))
    assert (len(many), many[0], many[-1]) == (SPARK_POINTS, 0, 299 / 300)


def test_curves_come_with_the_runs() -> None:
    payload = [{"id": "1", "curve": {"epochs": [0, 1], "values": [0.1, None]}}, {"id": "2", "curve": None}, {"id": "3"}]
    found = read_curves(payload)
    assert list(found) == ["1"]
    assert math.isnan(found["1"].values[1])


def test_the_question_names_what_would_be_lost() -> None:
    one = deletion([run("1")])
    assert one.runs == ["1"]
    assert "This deletes “Net, seed 1” (resnet20 on digits) with its curves, its 2 checkpoints" in one.text
    several = deletion([run("1"), run("2"), run("3", status="running")])
    assert (several.runs, several.button) == (["1", "2"], "Delete 2 runs")
    assert "4 checkpoints" in several.text
    assert "“Net, seed 3” can’t be deleted while training or queued: stop it first" in several.text
    assert deletion([run("3", status="queued")]).runs == []


def test_a_changed_note_is_a_change() -> None:
    assert signature([run("1", notes="a")]) != signature([run("1", notes="b")])
    assert signature([run("1")]) == signature([run("1")])
