"""The Import page without a browser: what was recognised, the form, the check, and curves of a network that came trained."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from dash.development.base_component import Component
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from iterscope_dashboard.app import create_app
from iterscope_dashboard.client import BackendClient, ProblemError, problem_of
from iterscope_dashboard.first_look import first_figures, first_probe, measured_on
from iterscope_dashboard.model import Checkpoint, Run
from iterscope_dashboard.pages.base import checkpoint_options
from iterscope_dashboard.pages.import_form import dataset_choices, form, preset_note
from iterscope_dashboard.pages.import_parts import outcome, recognised, refusal
from iterscope_dashboard.recognition import (
    BEST,
    FOLDER,
    OWN,
    Answers,
    Check,
    FormError,
    Incoming,
    channel_numbers,
    first_dataset,
    first_preset,
    import_request,
    listed_names,
    sentence,
    size_text,
)
from iterscope_dashboard.run_table import rows
from iterscope_dashboard.settings import Settings

Json = dict[str, Any]
NOBODY = "http://127.0.0.1:9"  # the discard port: nothing listens there
ANSWERS = Answers("digits", None, "cifar10", None, None, "1", 32, None, "mine")


def parts(component: object) -> Iterator[Component]:
    """A component and all below it."""
    if isinstance(component, Component):
        yield component
        yield from parts(getattr(component, "children", None))
    if isinstance(component, list | tuple):
        for child in component:
            yield from parts(child)


def words(component: object) -> str:
    """All text of a component, form fields' included."""
    found = []
    for part in parts(component):
        children = getattr(part, "children", None)
        found += [
            text for text in (children if isinstance(children, list | tuple) else [children]) if isinstance(text, str)
        ]
        found += [str(getattr(part, name)) for name in ("label", "description") if getattr(part, name, None)]
    return " ".join(found)


def by_id(component: object, id: str) -> Any:
    return next(part for part in parts(component) if getattr(part, "id", None) == id)


@pytest.fixture
def incoming(block_payload: list[Json]) -> Incoming:
    return Incoming.from_json(
        {
            "id": "i1",
            "file_name": "resnet20.best.th",
            "size_bytes": 1_099_231,
            "recognised": {
                "architecture": {"family": "cifar"}, "name": "ResNet-20 (CIFAR, option A)", "num_classes": 10,
                "input_size": 32, "num_parameters": 269722, "convention": "post-activation", "blocks": block_payload,
            },
            "nesting": "state_dict → module.",
            "evidence": ["the last layer tells 10 classes apart"],
            "open_points": [
                {"field": "normalisation", "question": "which one?", "choices": ["cifar10"], "default": None},
                {"field": "architecture", "question": "where do the zeros go?", "choices": ["both", "end"], "default": "both"},
            ],
            "problems": [],
            "presets": {"cifar10": {"mean": [0.4914, 0.4822, 0.4465], "std": [0.247, 0.2435, 0.2616], "image_size": 32}},
        }
    )  # fmt: skip


@pytest.fixture
def metrics_result(block_payload: list[Json], summary: Any) -> Json:
    """`POST /probe/block-metrics`."""
    row = [-0.1 * i / 9 for i in range(9)]
    return {
        "probe": "block-metrics", "checkpoint": "c1", "split": "validation", "blocks": block_payload, "samples": 500, "accuracy": 0.8,
        "provenance": {"convention": "post-activation"},
        "gradient_norm_ratio": {"mean": 3.0, "std": 1.0},
        "cosine_loss": summary(row), "l2_ratio": summary([1 / (1 + i) for i in range(9)]), "activation_norm": summary([1.0] * 9),
    }  # fmt: skip


def test_what_was_recognised_is_shown_with_its_evidence(incoming: Incoming) -> None:
    assert incoming.network
    view = recognised(incoming, incoming.network)
    text = words(view)
    for expected in ("ResNet-20 (CIFAR, option A)", "269,722", "32 × 32 pixels", "1.1\u00a0MB", "post-activation"):
        assert expected in text
    assert "The last layer tells 10 classes apart." in text
    assert "state_dict → module." in text
    strip = next(part for part in parts(view) if "still" in getattr(part, "className", ""))
    drawn = [part for part in parts(strip) if getattr(part, "className", "") in ("block", "block projection")]
    assert [part.children for part in drawn] == [str(i) for i in range(9)]
    assert "9 blocks in 3 stages of 3, 3, 3; projections: 3, 6" in str(strip)


def test_the_form_asks_what_is_open_and_begins_with_the_likeliest(incoming: Incoming) -> None:
    datasets = [
        {"name": "cifar10", "num_classes": 10, "available": False},
        {"name": "digits", "num_classes": 10, "available": True},
        {"name": "cifar100", "num_classes": 100, "available": True},
    ]
    assert first_dataset(incoming, datasets) == "digits"  # cifar10 isn't here
    assert first_dataset(incoming, [datasets[0] | {"available": True}, *datasets[1:]]) == "cifar10"
    assert first_dataset(incoming, datasets[2:]) is None
    assert first_preset(incoming) == BEST
    known = replace(incoming, open_points=(replace(incoming.open_points[0], default="cifar10"),))
    assert first_preset(known) == "cifar10"
    assert incoming.network
    view = form(incoming, incoming.network, datasets)
    assert "where do the zeros go?" in words(view)
    assert by_id(view, "import-name").value == "resnet20.best"
    assert by_id(view, "import-size").value == 32
    assert [choice["value"] for choice in dataset_choices(datasets)][-1] == FOLDER
    assert "not downloaded" in dataset_choices(datasets)[0]["label"]
    assert "0.4914, 0.4822, 0.4465" in preset_note(incoming.presets["cifar10"])


def test_a_filled_form_becomes_a_request() -> None:
    assert import_request(ANSWERS, 10) == {
        "check": True, "dataset": "digits", "preset": "cifar10", "image_size": 32, "name": "mine",
    }  # fmt: skip
    assert "preset" not in import_request(replace(ANSWERS, preset=BEST), 10)
    own = import_request(replace(ANSWERS, preset=OWN, mean="0.5, 0.5 0.5", std="0.25;0.25;0.25"), 10)
    assert (own["mean"], own["std"]) == ([0.5] * 3, [0.25] * 3)
    assert not {"preset", "max_value"} & own.keys()
    pixels = import_request(replace(ANSWERS, preset=OWN, mean="128", std="64", max_value="255"), 10)
    assert (pixels["mean"], pixels["std"], pixels["max_value"]) == ([128], [64], 255)
    folder = import_request(replace(ANSWERS, dataset=FOLDER, folder=" folder:photos "), 10)
    assert folder["dataset"] == "folder:photos"
    assert import_request(replace(ANSWERS, class_names="a, b"), 2)["class_names"] == ["a", "b"]
    assert import_request(ANSWERS, 10, {"architecture": "end"})["architecture"] == "end"


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"dataset": None}, "dataset", "Choose"),
        ({"dataset": FOLDER, "folder": " "}, "folder", "train/"),
        ({"preset": OWN, "mean": "grey", "std": "1,1,1"}, "mean", "“grey”"),
        ({"preset": OWN, "mean": "0,0,0", "std": "1,0,1"}, "std", "above 0"),
        ({"preset": OWN, "mean": "0,0,0", "std": "1,1"}, "std", "3 means"),
        ({"preset": OWN, "mean": "nan", "std": "1"}, "mean", "“nan”"),
        ({"image_size": "big"}, "image_size", "“big”"),
        ({"class_names": "cat\ndog"}, "class_names", "2 names for 10 classes"),
    ],
)
def test_a_wrong_answer_is_named_at_its_field(changes: Json, field: str, said: str) -> None:
    with pytest.raises(FormError) as caught:
        import_request(replace(ANSWERS, **changes), 10)
    assert set(caught.value.problems) == {field}
    assert said in caught.value.problems[field]


@given(st.lists(st.floats(-1000, 1000), min_size=1, max_size=4))
def test_numbers_are_read_as_they_are_written(values: list[float]) -> None:
    assert channel_numbers(", ".join(map(repr, values))) == values


def test_names_sizes_and_sentences_read_well() -> None:
    assert listed_names("a, b\nc") == ["a, b", "c"]  # with several lines a comma belongs to the name
    assert listed_names(None) == []
    assert [size_text(size) for size in (12, 1_500, 2_000_000, 3_100_000_000)] == [
        "12 bytes",
        "1.5\u00a0kB",
        "2.0\u00a0MB",
        "3.1\u00a0GB",
    ]
    assert sentence("the stem is 3×3") == "The stem is 3×3."
    assert sentence("layer1.0.conv1.weight is missing") == "layer1.0.conv1.weight is missing."


def test_a_refusal_lists_its_reasons_and_the_way_out() -> None:
    text = words(refusal("x.pth", "it is no network that is known", ("fc.weight is missing",), "/h"))
    for expected in (
        "“x.pth” was not imported",
        "fc.weight is missing.",
        "torch.save",
    ):
        assert expected in text
    assert "The file is cut off." in words(refusal("x.pth", "the file is cut off", (), "/h"))
    way = (
        "name a function of yours: iterscope import FILE --data NAME --factory package.module:function (docs/IMPORT.md)"
    )
    (code, _) = [part for part in parts(refusal("x.pth", "", (way,), "/h")) if type(part).__name__ == "Code"]
    assert "".join(getattr(part, "children", part) for part in code.children) == (
        "iterscope import FILE --data NAME --factory package.module:function --home /h"
    )
    problem = problem_of(httpx2.Response(422, json={"title": "Refused", "detail": "no", "problems": ["a", "b"]}))
    assert problem.problems == ("a", "b")


def test_at_chance_the_better_preset_is_a_button() -> None:
    checkpoint = Checkpoint.from_json({"id": "c1", "run": "r1", "name": "mine"})
    check = Check(0.11, 0.1, 500, "No better than chance.", (("cifar100", 0.81),))
    view = outcome(checkpoint, check, "/h")
    assert "No better than chance." in words(view)
    buttons = [part for part in parts(view) if isinstance(getattr(part, "id", None), dict)]
    assert [button.id["preset"] for button in buttons] == ["cifar100"]
    assert "81.0\u00a0%" in words(buttons)
    links = [part.href for part in parts(view) if getattr(part, "href", None)]
    assert links == ["/blocks?run=r1", "/interventions?run=r1&checkpoint=c1", "/examples?run=r1&checkpoint=c1"]
    assert Check.from_json({"accuracy": 0.11, "chance": 0.1, "samples": 500, "warning": "No better than chance.", "better": ["cifar100"]},
                           [{"preset": "cifar100", "accuracy": 0.81}, {"preset": "cifar100", "accuracy": 0.3}]) == check  # fmt: skip
    assert Check.from_json(None) is None
    fine = outcome(checkpoint, replace(check, accuracy=0.9, warning=None), "/h")
    assert "90.0\u00a0%" in words(fine)
    assert "Little better" not in str(fine)
    assert "“mine” was imported" in words(fine)
    assert "“mine” is already stored: open it" in words(outcome(checkpoint, None, "/h", known=True))
    without = outcome(replace(checkpoint, run=None), None, "/h")
    assert "iterscope probe block-metrics c1 --dataset NAME --home /h" in words(without)


def test_the_first_look_draws_every_block(metrics_result: Json) -> None:
    cosine, ratio = (figure.checked() for figure in first_figures(metrics_result))
    means = [next(t for t in figure.data if t.name == "validation") for figure in (cosine, ratio)]
    assert [len(trace.y) for trace in means] == [9, 9]
    assert means[0].y[8] == pytest.approx(-0.8 / 9)
    assert measured_on(metrics_result) == "Measured on 500 validation images, post-activation."
    assert first_probe("c1") == {"metrics": ("block-metrics", {"checkpoint": "c1", "split": "validation"})}


def test_an_imported_network_is_not_an_untrained_one() -> None:
    run = Run.from_json({"id": "r1", "status": "imported"})
    network = Checkpoint.from_json({"id": "c1", "run": "r1", "name": "mine", "epoch": 0})
    assert checkpoint_options(run, [network]) == [{"value": "c1", "label": "mine"}]
    assert "untrained" in checkpoint_options(replace(run, status="running"), [network])[0]["label"]


def test_an_imported_run_has_no_epochs_in_its_row() -> None:
    run = Run.from_json(
        {"id": "r1", "name": "mine", "status": "imported", "epoch": None, "epochs": 0, "checkpoints": 1}
    )
    assert run.imported
    assert not run.active
    (shown,) = rows([run], {})
    assert (shown["status"], shown["epochs"], shown["spark"]) == ("imported", "–", [])


def test_a_file_for_no_backend_is_refused_in_words() -> None:
    with TestClient(create_app(Settings(backend=NOBODY)), base_url="http://localhost:8050") as browser:
        answer = browser.post("/imports", files={"file": ("net.pth", b"weights" * 100_000)})
        assert answer.status_code == 200  # so that the browser's console stays clean
        assert NOBODY in answer.json()["refused"]["detail"]
        elsewhere = browser.post(
            "/imports", files={"file": ("net.pth", b"x")}, headers={"origin": "http://evil.example"}
        )
        assert elsewhere.status_code == 403
        assert "evil.example" in elsewhere.text
        own = browser.post("/imports", content=b"x", headers={"origin": "http://localhost:8050"})
        assert own.status_code == 200


def test_a_backend_that_hangs_up_is_told_from_none(run_async: Callable[..., Any]) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.transport.abort()

    async def parts() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield bytes(1 << 20)

    async def send() -> None:
        server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
        client = BackendClient(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        with pytest.raises(ProblemError, match="ITERSCOPE_MAX_UPLOAD_BYTES"):
            await client.send_file(parts(), "multipart/form-data; boundary=b", str(64 << 20))
        await client.close()
        server.close()

    run_async(send())


def test_the_client_asks_for_imports_by_id(run_async: Callable[..., Any]) -> None:
    async def ask() -> None:
        client = BackendClient(NOBODY)
        for call in (client.incoming("i1"), client.checkpoint("c1"), client.import_checkpoint("i1", {}, wait=0)):
            with pytest.raises(Exception, match="No backend answers"):
                await call
        await client.close()

    run_async(ask())
