"""The form of a measurement follows from its request's schema, and what is copied from the page asks for the same."""

from __future__ import annotations

import ast
import json
import shlex
from collections.abc import Callable
from enum import Enum
from typing import Annotated, Any, Literal, cast

import plotly.graph_objects as go
import pytest
from pydantic import BaseModel, Field
from typer.core import TyperGroup

from iterscope.drawing import figure
from iterscope.measurements import MEASUREMENTS
from iterscope.measurements.tables import axis, coordinate, tables
from iterscope.tables import Column, Table
from iterscope_cli.probe import MeasurementGroup, options_of
from iterscope_cli.probe import request_of as request_of_command
from iterscope_dashboard import theme
from iterscope_dashboard.client import BackendClient, ProblemError
from iterscope_dashboard.measured import Asked, Definition, Fact, Panel, panels_of, spelled, values_of
from iterscope_dashboard.model import Run
from iterscope_dashboard.pages.base import measured_run
from iterscope_dashboard.pages.measure import options_in, wrong
from iterscope_dashboard.pages.measure_parts import facts
from iterscope_dashboard.request_form import OF_THE_PAGE, fields_of, missing, request_of
from iterscope_dashboard.snippets import answer_snippet
from iterscope_dashboard.state import Query

Json = dict[str, Any]
GIVEN: Json = {"split": "train", "seed": 7, "borderline": {"reference": -2}, "scale": "auto", "swaps": [0, 3], "blocks": [[1], [2, 4]],
               "against": "0..8", "class": 3, "threshold": 0.25, "per_image": True, "limit": None}  # fmt: skip
"""Options of several measurements; each takes those that it has."""


def requests_of(name: str) -> list[Json]:
    """A measurement's requests: with all defaults, and with options."""
    schema = MEASUREMENTS[name].request.model_json_schema()
    example = {key: value for key, value in schema["example"].items() if key not in OF_THE_PAGE}
    options = {key: value for key, value in GIVEN.items() if key in schema["properties"]}
    filled = (
        MEASUREMENTS[name]
        .request.model_validate({"checkpoint": "c1", **example})
        .model_dump(by_alias=True, mode="json")
    )
    return [{key: value for key, value in filled.items() if key not in OF_THE_PAGE}, {**example, **options}]


@pytest.mark.parametrize("name", MEASUREMENTS)
def test_what_is_written_in_a_form_is_the_request(name: str) -> None:
    fields = fields_of(MEASUREMENTS[name].request.model_json_schema())
    assert request_of(fields, {field.name: " " for field in fields}) == {}
    for request in requests_of(name):
        texts = {}
        for field in fields:
            value: Any = request
            for part in field.place:
                value = value.get(part, ...) if isinstance(value, dict) else ...
            if value is not ...:
                texts[field.name] = field.write(value)
        assert not missing(fields, texts)
        assert request_of(fields, texts) == request
        MEASUREMENTS[name].request.model_validate({"checkpoint": "c1", **request_of(fields, texts)})


@pytest.mark.parametrize("name", MEASUREMENTS)
def test_the_copied_command_and_code_ask_the_same(name: str) -> None:
    definition = Definition.from_json({**MEASUREMENTS[name].describe(), "source": None})
    for number, request in enumerate(requests_of(name)):
        given = {key: value for key, value in request.items() if number or value is not None}
        asked = Asked(name, {"checkpoint": "c1", **given}, "/my home/c1.safetensors", "/my home")
        words = shlex.split(asked.command(definition.fields))
        assert words[:3] == ["iterscope", "probe", name]
        command = cast(TyperGroup, MeasurementGroup(name="probe")).get_command(None, name)
        found = command.make_context(name, words[3:]).params
        found = {
            key: None if value in ([], ()) else value for key, value in found.items()
        }  # an empty list was not given
        assert (found["checkpoint"], str(found["home"])) == ("c1", "/my home")
        options = request_of_command(options_of(MEASUREMENTS[name]), found)
        assert options == given
        (call,) = [
            node
            for node in ast.walk(ast.parse(asked.python))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "measure"
        ]
        called: Json = {}
        for one in call.keywords:
            value = ast.literal_eval(one.value)
            called |= value if one.arg is None else {one.arg: value}
        assert called == given
        assert json.loads(json.dumps(asked.snippet(definition.fields)))["body"] == {
            "checkpoint": "c1",
            **given,
            "wait": 60,
        }


class Shade(Enum):
    DARK = "dark"
    LIGHT = "light"


class Tree(BaseModel):
    """A table that holds itself."""

    depth: int = 0
    inner: Tree | None = None


class Strange(BaseModel):
    checkpoint: str
    shade: Shade
    tree: Tree | None = Field(default=None, description="A tree.")
    levels: list[float] | Literal["all"] = "all"
    name: str | None = "none"
    order: Literal[1, 2] = 1
    share: Annotated[float, Field(gt=0, le=0.5)] = 0.1
    anything: Any = None


def test_any_plug_ins_schema_has_a_form() -> None:
    fields = {field.name: field for field in fields_of(Strange.model_json_schema())}
    assert next(iter(fields)) == "shade"  # it must be given
    assert fields["shade"].closed
    assert fields["shade"].choices == ("dark", "light")
    assert fields["tree.depth"].table_help == "A tree."
    assert fields["tree.inner"].structured
    assert fields["levels"].choices == ("all",)
    assert not fields["levels"].closed
    assert fields["order"].choices == ("1", "2")
    assert fields["name"].choices == ("null",)
    assert fields["share"].number is not None
    assert fields["share"].help == "A number, more than 0 and at most 0.5."
    texts = {"shade": "dark", "tree.depth": "2", "tree.inner": '{"depth": 1}', "levels": "0.5, 1", "name": "12", "order": "2",
             "share": "x", "anything": "[1, null]"}  # fmt: skip
    assert request_of(list(fields.values()), texts) == {
        "shade": "dark", "tree": {"depth": 2, "inner": {"depth": 1}}, "levels": [0.5, 1], "name": "12", "order": 2,
        "share": "x", "anything": [1, None],
    }  # fmt: skip
    assert [field.name for field in missing(list(fields.values()), {"shade": " "})] == ["shade"]
    for text in ("NaN", "[" * 100_000, "9" * 5_000):
        assert fields["name"].read(text) == text


def test_options_of_a_link_and_problems_are_named() -> None:
    definition = Definition.from_json({**MEASUREMENTS["plan"].describe(), "source": None})
    query = Query.parse("?measurement=plan&.plan=0..2&.borderline.threshold=3&.nonsense=1")
    assert options_in(query, definition) == {"plan": "0..2", "borderline.threshold": "3"}
    assert query.notices == ["“nonsense” is not an option of Plan: it is left out."]
    found = [
        ("plan.list[tuple[int, float]]", "Input should be a valid list, got '0..x'"),
        ("plan.function-after[_within_limits(), str]", "can't read '0..x'"),
        ("borderline.threshold", "too large"),
        ("planet", "unknown"),
    ]
    assert wrong(found, definition.fields) == {"plan": "can't read '0..x'", "borderline.threshold": "too large"}


class Places(BaseModel):
    scale: float
    level: float
    blocks: list[Json] = coordinate("block")
    found: dict[str, Any] = axis("block")
    plans: list[Json] = axis("plan", unit="nats")
    changed: list[Json] = axis("image")


def test_an_answers_figure_is_one_panel_for_each_quantity() -> None:
    answer = {
        "scale": 0.5, "level": 2.0, "blocks": [{"index": 0}, {"index": 1}],
        "found": {name: {"loss": [1.0, 2.0]} for name in "abcdefg"},
        "plans": [{"blocks": [2, 4], "margin": 1.5}, {"blocks": [3], "margin": 2.5}],
        "changed": [{"index": 3, "label": 1}],
    }  # fmt: skip
    drawn = json.loads(str(figure("Title", tables(Places, answer)).to_json()))
    panels = {panel.title: panel.figure.checked() for panel in panels_of(drawn)}
    assert list(panels) == ["loss", "margin (nats)"]
    lines = panels["loss"].data
    assert [line.name for line in lines] == list("abcdefg")
    assert all(line.showlegend for line in lines)
    assert lines[-1].line.color == theme.UNTOUCHED
    assert panels["loss"].layout.xaxis.dtick == 1
    assert panels["margin (nats)"].layout.xaxis.type == "category"
    assert panels["margin (nats)"].data[0].x == ("2 4", "3")
    fields = fields_of(
        {"properties": {"scale": {"type": "number", "default": 0.1}, "level": {"type": "number", "default": 2.0}}}
    )
    assert values_of(answer, Definition("", "", "", "", "", None, fields, {"scale": "Its factor."}), {}) == [
        Fact("scale", "0.5", "Its factor.")
    ]  # the level only repeats the request


LEDGER: Json = {
    "positions": [1, 2, 3], "loss": {"mean": [2.0, 1.5, 0.5], "std": [0.0] * 3},
    "plugged_blocks": [1, 2], "actual": {"mean": [-0.5, -1.0], "std": [0.0] * 2}, "first": {"mean": [-0.75, -0.5], "std": [0.0] * 2},
    "blocks": [{"index": 0}, {"index": 1}, {"index": 2}],
    "derivative": {"mean": [-1.0, 0.5, -2.0], "std": [0.0] * 3}, "damage": {"mean": [3.0, 0.25, 1.0], "std": [0.0] * 3},
    "path": {"mean": [-1.5, None, -1.0], "std": [0.0, None, 0.0]}, "unexplained": {"mean": 0.25, "std": 0.0},
}  # fmt: skip


def test_a_panel_of_several_fields_says_what_it_shows_and_is_drawn_again() -> None:
    measurement = MEASUREMENTS["ledger"]

    def drawn(answer: Json) -> dict[str, Panel]:
        return {panel.title: panel for panel in panels_of(json.loads(str(measurement.figure(answer).to_json())))}

    found = drawn(LEDGER)
    titles = [panel.title for panel in measurement.panels]
    assert list(found) == [*titles, "derivative (nats)", "damage (nats)", "loss (nats)"]
    bars = [list(found[title].figure.checked().data[0].y) for title in titles[:2]]
    assert bars == [[2.0, -0.5, -1.0, 0.5], [2.75, -1.5, -1.0, 0.25, 0.5]]
    assert list(found[titles[0]].figure.data[2]["y"]) == [
        1.25,
        1.0,
    ]  # where the gradient at each bar's begin says that it ends
    assert found[titles[1]].figure.data[0]["x"] == ["without", "0", "2", "rest", "with"]
    assert found[titles[2]].figure.data[1]["x"] == [1.0, -0.5, 2.0]
    for panel in measurement.panels:
        about = found[panel.title].about
        assert about is not None
        assert (about["sentence"], about["formula"]) == (panel.sentence, panel.formula)
        again: Json = {"figure": go.Figure(), "answer": LEDGER}
        exec(answer_snippet("ledger", {}, panel.title, about).python, again)
        heights = [list(trace.y) for trace in again["figure"].data]
        assert heights == [list(trace["y"]) for trace in found[panel.title].figure.data]
    assert titles[1] not in drawn(
        {**LEDGER, "path": {"mean": [], "std": []}, "unexplained": {"mean": None, "std": None}}
    )
    several = {"checkpoints": ["a", "b"], "epochs": [0, 1], "answers": [LEDGER, LEDGER]}
    assert [panel.title for panel in measurement.panels if panel.title in drawn(several)] == []
    assert "actual (nats)" in drawn(several)


def test_single_values_are_explained_and_names_are_the_fields() -> None:
    ledger = Definition.from_json({**MEASUREMENTS["ledger"].describe(), "source": None})
    found = {one.name: one.meaning for one in values_of({"slope_trend": 0.5, "compared": 9, "gap": 0.1}, ledger, {})}
    assert found["slope trend"] == "Spearman correlation of the slope with the block's index."
    assert all(found.values())
    assert found["slope trend"] in str(facts([Fact("slope trend", "0.5", found["slope trend"])]))
    assert (spelled("l2_ratio"), spelled("L2 ratio std"), spelled("‖h_i‖")) == ("ℓ2_ratio", "ℓ2 ratio std", "‖h_i‖")


def test_a_legend_names_each_group_of_its_panel_once() -> None:
    def place(rows: int) -> list[Column]:
        return [Column("block", list(range(rows)), kind="coordinate")]

    spread = [Column("ratio", [0.5, 0.4]), Column("ratio std", [0.1, 0.1], kind="spread")]
    found = [Table("step", place(2), spread, part) for part in ("result", "baseline")]
    found += [Table("output", place(1), [Column("all: loss", [1.0])], part) for part in ("result", "baseline")]
    drawn = json.loads(str(figure("Title", found).to_json()))
    named = [[trace["name"] for trace in panel.figure.data if trace["showlegend"]] for panel in panels_of(drawn)]
    assert named == [["result", "baseline"], ["all"]]


def test_without_a_run_in_the_address_the_latest_checkpoints_run_is_measured(run_async: Callable[..., Any]) -> None:
    class Store(BackendClient):
        async def checkpoint(self, id: str) -> Json:
            assert id == "latest"
            if self.address == "http://empty":
                raise ProblemError(404, "Not found", "there is no checkpoint")
            return {"run": "trained"}

    runs = [Run.from_json({"id": id}) for id in ("waiting", "trained")]  # the newest run has no checkpoint

    def chosen(search: str, address: str = "http://store") -> str:
        run: Run = run_async(measured_run(Store(address), runs, Query.parse(search)))
        return run.id

    assert chosen("") == "trained"
    assert chosen("?run=waiting") == "waiting"
    assert chosen("", "http://empty") == "waiting"
