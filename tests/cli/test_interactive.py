"""`iterscope report --interactive` on a tiny real run: one file that holds what its pages ask for."""

from __future__ import annotations

import io
import json
import re
import shutil
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import load

import iterscope_cli.interactive as interactive
from iterscope.checkpoints import checkpoint_data
from iterscope.measurements import MEASUREMENTS
from iterscope_cli.interactive import DEEP, GROUPS, LISTED, ORDERS, _latest, image_path, name_of
from iterscope_db import CheckpointRecord, RunRecord, Store, open_store
from tests.cli.conftest import invoke

Json = dict[str, Any]
QUESTIONS: Json = json.loads((Path(__file__).parents[1] / "embedded_questions.json").read_text("utf-8"))
STORIES = 2
EVIL = '</script><img src="http://x.example/a.png">'
FIRST = "metric=cosine_loss&metric=cosine_loss_std&metric=l2_ratio&metric=l2_ratio_std&metric=early_exit_accuracy"
MORE = "metric=activation_norm&metric=cosine_loss_plugged"
ADDED = ("epoch", "sha256", "architecture", "dataset", "num_parameters", "size_bytes", "blocks", "name")
LAST5 = {"threshold": 0.1, "reference": "last5"}


def held_in(file: Path) -> Json:
    found = re.search(r'<script type="application/json" id="iterscope-data">(.*?)</script>', file.read_text("utf-8"))
    assert found is not None
    value: Json = json.loads(found[1])
    assert len({json.dumps(item) for item in value["items"]}) == len(value["items"])
    for answer in value["answers"].values():
        if answer.get("probe") == "samples":
            answer["items"] = [value["items"][place] for place in answer["items"]]
    return value


def newest(store: Store) -> tuple[RunRecord, CheckpointRecord]:
    (run,) = store.runs.list()
    return run, store.checkpoints.list(run=run.id)[0]


@pytest.fixture(scope="module", autouse=True)
def few_stories() -> Iterator[None]:
    """Of each group, as each story takes a while."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(interactive, "STORIES", STORIES)
        yield


@pytest.fixture(scope="module")
def reported(trained_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of this module's own with the file of its only run, whose name is markup."""
    home = tmp_path_factory.mktemp("interactive") / "home"
    shutil.copytree(trained_home, home)
    with open_store(home) as store:
        store.runs.update(newest(store)[0].id, name=EVIL)
    found = invoke("report", "latest", "--interactive", f"--home={home}", f"--output={home / 'net.html'}", "--json")
    assert found.exit_code == 0, (found.output, found.exception)
    said = json.loads(found.stdout)
    assert (said["file"], said["failures"]) == (str(home / "net.html"), [])
    assert said["bytes"] == (home / "net.html").stat().st_size < 2_000_000
    return home


@pytest.fixture
def held(reported: Path) -> Json:
    return held_in(reported / "net.html")


def test_the_image_that_was_corrected_latest_is_told() -> None:
    """The one that the Examples page shows first, though others are listed before it."""
    items = [{"index": index, "corrected_by": by} for index, by in enumerate([None, 7, 8, None, 8])]
    assert [item["index"] for item in _latest(items)] == [2]
    assert [item["index"] for item in _latest([items[0], items[3]])] == [0]
    assert _latest([]) == []


@pytest.mark.parametrize("case", QUESTIONS["names"], ids=lambda case: case["name"])
def test_questions_are_named_as_the_views_name_them(case: Json) -> None:
    """The views' own test of this table is views/tests/embedded.test.ts."""
    assert name_of(case["probe"], case["asked"]) == case["name"]


@pytest.mark.parametrize("case", QUESTIONS["images"], ids=lambda case: case["path"])
def test_images_are_named_as_the_views_name_them(case: Json) -> None:
    assert image_path(case["asked"]) == case["path"]


def test_a_plan_without_a_block_is_written_as_the_views_write_it(reported: Path) -> None:
    blocks = [{"index": i, "stage": i // 3, "is_projection": i in QUESTIONS["projections"]} for i in range(9)]
    with open_store(reported) as store:
        checkpoint = newest(store)[1]
    object.__setattr__(checkpoint, "blocks", blocks)
    assert list(interactive._dropped(checkpoint)) == QUESTIONS["without"]


def test_whatever_the_pages_ask_first_is_in_the_file(held: Json, reported: Path) -> None:
    with open_store(reported) as store:
        run, checkpoint = newest(store)
    assert held["place"] == f"blocks?run={run.id}"
    assert {"/runs", f"/checkpoints?run={run.id}"} <= held["answers"].keys()
    assert set(held["files"]) == {f"/runs/{run.id}/curves?{FIRST}", f"/runs/{run.id}/curves?{MORE}"}
    common = {"checkpoint": checkpoint.id, "split": "validation"}
    listed = {"threshold": 0.1, "offset": 0, "count": LISTED, "limit": 500, "depth": True}
    asked: list[tuple[str, Json]] = [
        ("drop", {**common, "blocks": "each"}),  # views/src/pages/blocks/data.ts
        ("block-metrics", common),  # interventions/data.ts, and the next ones
        *(
            ("plan", {**common, "plan": plan, "borderline": LAST5})
            for plan in ("0..5", "1..5", "0..4", "0..5 5@0.1x20")
        ),
        *(("unroll", {**common, "block": 5, "steps": 20, "scale": scale, "borderline": LAST5}) for scale in (0.1, 1)),
        *(
            ("samples", {**common, **listed, "group": group, "sort": order.strip("-"), "descending": order[0] == "-"})
            for group in (*GROUPS, *DEEP)
            for order in ORDERS
        ),  # examples/list.ts
    ]
    for probe, request in asked:
        name = name_of(probe, {**held["defaults"][probe], **request})
        assert name in held["answers"], name
        MEASUREMENTS[probe].result.model_validate(held["answers"][name])
        if probe == "samples":
            items = held["answers"][name]["items"]
            first = items[:STORIES] if (request["sort"], request["descending"]) == ("margin", False) else []
            for item in (*first, *_latest(items)):
                story = {**held["defaults"]["sample"], **common, "index": item["index"], "depth": True}
                answer = held["answers"][name_of("sample", story)]
                assert (answer["label"], answer["probes"]["depth"]) == (item["label"], item["depth"])


def test_the_curves_are_those_of_the_run(held: Json, reported: Path) -> None:
    with open_store(reported) as store:
        run, _ = newest(store)
        page = store.metrics.read(run.id, ["l2_ratio"], None, 0, variants=False)
    arrays = load(b64decode(held["files"][f"/runs/{run.id}/curves?{FIRST}"]))
    for series in page.series:
        np.testing.assert_array_equal(arrays[f"l2_ratio/{series.split}"], series.values)


def test_the_images_shown_are_in_the_file(held: Json, reported: Path) -> None:
    with open_store(reported) as store:
        digits = checkpoint_data(reported / newest(store)[1].path).validation  # as the network sees them
    for name, answer in held["answers"].items():
        if not name.startswith("samples "):
            continue
        for item in answer["items"][:48]:
            path = f"/datasets/image?checkpoint={answer['checkpoint']}&dataset=digits&split=validation&index={item['index']}"
            kind, _, content = held["images"][path].partition(",")
            assert kind == "data:image/png;base64"
    pixels = np.asarray(Image.open(io.BytesIO(b64decode(content))))
    np.testing.assert_array_equal(pixels, digits.images[item["index"]].permute(1, 2, 0).numpy())


def test_what_people_wrote_ends_no_element(held: Json, reported: Path) -> None:
    assert held["answers"]["/runs"]["runs"][0]["name"] == EVIL
    text = (reported / "net.html").read_text("utf-8")
    assert EVIL not in text
    assert "<title>&lt;/script&gt;&lt;img src=" in text


def test_what_was_measured_is_not_measured_again(
    reported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interactive, "measure", lambda *_, **__: pytest.fail("measured again"))
    target = tmp_path / "new" / "net.htm"
    found = invoke("report", "latest", "--interactive", f"--home={reported}", f"--output={target}", "--title=Mine")
    assert found.exit_code == 0, (found.output, found.exception)
    assert "<title>Mine</title>" in target.read_text("utf-8")
    assert held_in(target)["answers"].keys() == held_in(reported / "net.html")["answers"].keys()


def test_the_same_weights_have_the_same_answers(
    reported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    shutil.copytree(reported, home)
    with open_store(home) as store:
        run, first = newest(store)
        twin = store.runs.create(
            run.configuration, "twin", None, run.architecture, run.dataset, 0, 1, run.blocks, "completed"
        )
        shutil.copy(home / first.path, home / "twin.safetensors")
        fields = {name: getattr(first, name) for name in ADDED}
        store.checkpoints.add(run=twin.id, path="twin.safetensors", **fields)
    monkeypatch.setattr(interactive, "measure", lambda *_, **__: pytest.fail("measured again"))
    found = invoke("report", "twin", "--interactive", f"--home={home}", f"--output={tmp_path / 'net.html'}")
    assert found.exit_code == 0, (found.output, found.exception)
    answers, wanted = (held_in(file)["answers"] for file in (tmp_path / "net.html", home / "net.html"))
    assert {name.split()[0] for name in wanted} - {name.split()[0] for name in answers} == {
        f"/checkpoints?run={run.id}"
    }
    assert sum(name.startswith("plan ") for name in answers) == sum(name.startswith("plan ") for name in wanted)


def test_outdated_answers_and_those_of_a_plug_in_that_is_gone_are_left_out(
    reported: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = {"plan": replace(MEASUREMENTS["plan"], version=MEASUREMENTS["plan"].version + 1)}
    known = {name: newer.get(name, one) for name, one in MEASUREMENTS.items() if name != "drop"}
    monkeypatch.setattr(interactive, "MEASUREMENTS", known)
    with open_store(reported) as store:
        names = [name.split()[0] for name, _ in interactive._answers(store, newest(store)[1])]
    assert "samples" in names
    assert not {"plan", "drop"} & set(names)


def test_each_list_is_in_the_file_to_its_end(held: Json) -> None:
    listed: dict[str, list[int]] = {}
    totals: dict[str, int] = {}
    for value in held["answers"].values():
        asked = value.get("provenance", {}).get("request", {}) if value.get("probe") == "samples" else {}
        if asked.get("count") == LISTED:
            name = json.dumps({**asked, "offset": 0}, sort_keys=True)
            listed.setdefault(name, []).extend(item["index"] for item in value["items"])
            totals[name] = value["total"]
    assert len(totals) == (len(GROUPS) + len(DEEP)) * len(ORDERS)
    assert max(totals.values()) > LISTED
    assert {name: len(set(indices)) for name, indices in listed.items()} == totals


def test_without_measuring_the_file_holds_what_there_is(home: Path, tmp_path: Path) -> None:
    with open_store(home) as store:
        checkpoint = newest(store)[1]
        store.probe_results.clear(checkpoint.id)  # other tests may have measured the network before it was copied
        lists = [one.request for one in interactive._lists_wanted(store, home, checkpoint)]
    assert [one["group"] for one in lists] == list(GROUPS)  # as where no depths can be had
    assert not any(one["depth"] for one in lists)
    target = tmp_path / "net.html"
    found = invoke("report", "tiny", "--interactive", "--no-measure", f"--home={home}", f"--output={target}")
    assert found.exit_code == 0, (found.output, found.exception)
    held = held_in(target)
    assert {name.split("?")[0] for name in held["answers"]} == {"/runs", "/checkpoints"}
    assert len(held["files"]) == 2
    assert held["images"] == {}


def test_a_run_that_was_never_trained_has_a_file_too(home: Path, tmp_path: Path) -> None:
    with open_store(home) as store:
        first = store.runs.list()[0]
        store.runs.create(first.configuration, "untrained", None, first.architecture, first.dataset, seed=9, epochs=1)
    target = tmp_path / "net.html"
    found = invoke("report", "untrained", "--interactive", f"--home={home}", f"--output={target}")
    assert found.exit_code == 0, (found.output, found.exception)
    held = held_in(target)
    (run,) = held["answers"]["/runs"]["runs"]
    assert held["answers"][f"/checkpoints?run={run['id']}"] == {"checkpoints": []}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "name the runs to show: `iterscope runs list` shows their ids"),
        (["rnothing"], "run 'rnothing' is unknown"),
        (["latest", "--output=net.pdf"], "the name of the file, net.pdf, must end in .html"),
        (["latest", "--no-measure", "--output=/dev/null/net.html"], "/dev/null/net.html can't be written: "),
    ],
)
def test_impossible_files_say_why(home: Path, arguments: list[str], message: str) -> None:
    found = invoke("report", *arguments, "--interactive", f"--home={home}")
    assert found.exit_code == 1
    assert message in str(found.exception)
