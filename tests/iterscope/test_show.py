"""`it.show` without a notebook: a network in this process answers the views' questions, one after the other."""

from __future__ import annotations

import io
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.numpy import load

import iterscope as it
from iterscope.errors import Cancelled
from iterscope.measurements import MEASUREMENTS
from iterscope.viewing import notebook, sources
from iterscope.viewing.notebook import Desk
from iterscope.viewing.sources import LOGGED_IMAGES, InKernel, Service, Source
from iterscope_views import MODULE

Json = dict[str, Any]
OPTIONS: dict[str, Json] = {"drop": {}, "plan": {"plan": "0..5"}, "samples": {"group": "all"}, "sample": {"index": 3}}
CURVES = "/runs/here/curves?metric=cosine_loss"


@pytest.fixture(scope="module")
def data() -> it.Dataset:
    return it.load_dataset("digits")


@pytest.fixture(scope="module")
def model() -> it.PreActivationResNet:
    return it.build("resnet14", stem_width=4, widths=(4, 4, 4), seed=0).eval()


@pytest.fixture
def kernel(model: it.PreActivationResNet, data: it.Dataset) -> InKernel:
    return InKernel(model, data)


@pytest.fixture(autouse=True)
def _no_thread_stays(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every desk of a test is closed after it."""
    desks: list[Desk] = []
    make = Desk.__init__

    def made(desk: Desk, source: Source, send: Any) -> None:
        make(desk, source, send)
        desks.append(desk)

    monkeypatch.setattr(Desk, "__init__", made)
    yield
    for desk in desks:
        desk.close()
        desk._thread.join(20)
        assert not desk._thread.is_alive()


def ask(source: Source, probe: str, **request: Any) -> Json:
    return source.probe(probe, {"checkpoint": "here", "limit": 20, "wait": 0.2, **request}, lambda _: None)


class Normalised(torch.nn.Module):
    """A block with weight normalisation, which keeps the states of its last forward pass."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = torch.nn.utils.weight_norm(torch.nn.Conv2d(8, 8, 3, padding=1))
        self.seen: list[dict[str, torch.Tensor]] = []

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.seen.append({"state": x})
        return x + self.layer(x.relu())


@pytest.mark.filterwarnings("ignore:.*weight_norm.*is deprecated")
def test_a_network_with_normalised_weights_is_shown_after_a_training_step(data: it.Dataset) -> None:
    torch.manual_seed(0)
    head = (torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), torch.nn.Linear(8, 10))
    network = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3, padding=1), Normalised(), Normalised(), *head)
    images = data.train.batch(0, 2)
    for shown in (it.residual_chain(network), network):
        logits = network(images)
        kernel = InKernel(shown, data)
        logits.sum().backward()  # the graph is still the notebook's
        before = kernel.network(images)
        with torch.no_grad():
            network[1].layer.weight_g.mul_(2)
        assert torch.equal(kernel.network(images), before)
        assert not torch.equal(network(images), before)


def test_the_notebook_may_train_on_what_is_shown(data: it.Dataset) -> None:
    """All numbers of a view are of the weights as they were, and the network's own state is left alone."""
    own = it.build("resnet14", stem_width=4, widths=(4, 4, 4), seed=0).train()
    kernel = InKernel(own, data)
    before = ask(kernel, "plan", plan="0..5")["baseline"]
    assert own.training
    assert all(each.requires_grad for each in own.parameters())
    with torch.no_grad():
        for each in own.parameters():
            each.mul_(3)
    assert ask(kernel, "plan", plan="0..4")["baseline"] == before


@pytest.mark.parametrize("name", OPTIONS)
def test_the_kernel_answers_as_the_library_does(
    name: str, kernel: InKernel, model: it.PreActivationResNet, data: it.Dataset
) -> None:
    answer = ask(kernel, name, **OPTIONS[name])
    json.dumps(answer, allow_nan=False)
    MEASUREMENTS[name].result.model_validate(answer)
    told = answer.pop("provenance")
    assert answer.pop("checkpoint") == "here"
    assert answer == it.measure(name, model, data, limit=20, **OPTIONS[name]).value
    assert (told["dataset"], told["dataset_fingerprint"], told["convention"]) == (
        "digits",
        data.fingerprint,
        "pre-activation",
    )
    assert (told["request"]["limit"], told["request"]["seed"]) == (20, 0)
    assert told["library_versions"]["iterscope"] == it.__version__


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was computed."""
    names: list[str] = []

    def counted(name: str, *arguments: Any, **options: Any) -> Any:
        names.append(name)
        return it.measure(name, *arguments, **options)

    monkeypatch.setattr(sources, "measure", counted)
    return names


def test_the_same_question_is_computed_once(kernel: InKernel, measured: list[str]) -> None:
    first = ask(kernel, "drop")
    assert ask(kernel, "drop", split="validation", seed=0, wait=9) == first  # the defaults
    ask(kernel, "drop", split="train")
    assert measured == ["drop", "drop"]


def test_an_answer_that_is_shown_is_not_measured_again(
    model: it.PreActivationResNet, data: it.Dataset, measured: list[str]
) -> None:
    kernel = notebook._source(it.measure("plan", model, data, plan="0..5", limit=20), None, None)
    assert kernel.place == "interventions?split=validation&plan=0..5"
    ask(kernel, "plan", plan="0..5")
    assert measured == []
    ask(kernel, "plan", plan="0..4")
    assert measured == ["plan"]


def test_one_run_and_one_checkpoint_are_listed(kernel: InKernel, data: it.Dataset) -> None:
    (run,) = kernel.get("/runs")["runs"]
    (checkpoint,) = kernel.get("/checkpoints?run=here")["checkpoints"]
    assert (run["id"], checkpoint["run"], run["architecture"], run["dataset"]) == ("here", "here", "resnet14", "digits")
    assert len(run["blocks"]) == len(checkpoint["blocks"]) == 6
    assert checkpoint["num_parameters"] == sum(each.numel() for each in kernel.network.parameters())
    assert checkpoint["dataset"]["fingerprint"] == data.fingerprint
    assert run["configuration"]["logged_images"] == {
        name: min(LOGGED_IMAGES, len(data.split(name))) for name in ("train", "validation")
    }
    json.dumps([run, checkpoint], allow_nan=False)


def test_the_curves_are_one_epoch_of_both_splits(
    kernel: InKernel, model: it.PreActivationResNet, data: it.Dataset
) -> None:
    arrays = load(kernel.file(CURVES))
    for split in ("train", "validation"):
        found = it.measure("block-metrics", model, data, split=split)
        for metric in ("cosine_loss", "l2_ratio", "activation_norm"):
            np.testing.assert_array_equal(arrays[f"{metric}/{split}"], np.array([found[metric]["mean"]], np.float32))
        assert arrays[f"accuracy/{split}/value"] == pytest.approx(found["accuracy"])
    assert kernel.file(CURVES) == kernel.file(CURVES)


def test_an_image_is_a_picture(kernel: InKernel, data: it.Dataset) -> None:
    picture = kernel.file("/datasets/image?checkpoint=here&dataset=digits&split=validation&index=17")
    wanted = data.validation.images[17].permute(1, 2, 0).numpy()
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(picture))), wanted)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({"probe": "beauty", "request": {}}, "the measurement 'beauty' is not installed here"),
        ({"probe": "plan", "request": {"plan": "0 two"}}, "can't read 'two'"),
        ({"probe": "plan", "request": {"plan": "0..99", "limit": 4}}, "block 6 is out of range"),
        ({"probe": "sample", "request": {"index": 10**6}}, "0 to 358"),
        ({"probe": "drop", "request": {"limit": -1}}, "limit of drop is -1: "),
        ({"probe": "drop", "request": {"colour": "red"}}, "colour of drop is 'red': "),
        ({"get": "/jobs"}, "/jobs is not in this notebook"),
        ({"file": "/runs/other/curves"}, "/runs/other/curves is not in this notebook"),
        ({"file": "/datasets/image?split=train&index=5000"}, "image 5000 is out of range"),
    ],
)
def test_a_wrong_question_is_a_problem_with_a_sentence(kernel: InKernel, question: Json, said: str) -> None:
    heard = Heard()
    Desk(kernel, heard.send).heard({"id": 1, **question})
    problem = heard.of(1)["problem"]
    assert problem["title"] == "Not possible"
    assert said in problem["detail"]
    assert "\n" not in problem["detail"]


class Heard:
    """What a desk sent."""

    def __init__(self) -> None:
        self.messages: list[Json] = []
        self.news = threading.Condition()

    def send(self, message: Json, buffers: list[bytes]) -> None:
        with self.news:
            self.messages.append({**message, "buffers": buffers})
            self.news.notify_all()

    def of(self, id: int) -> Json:
        """The answer to a question, when it has come."""

        def answers() -> list[Json]:
            return [each for each in self.messages if each["id"] == id and not {"progress", "partial"} & each.keys()]

        with self.news:
            assert self.news.wait_for(answers, 60), self.messages
            return answers()[0]

    def order(self) -> list[int]:
        return [each["id"] for each in self.messages if not {"progress", "partial"} & each.keys()]


class Slow(Source):
    """Goes on when it is told to, and reports its progress all the while."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.stopped: list[str] = []

    def get(self, path: str) -> Any:
        return path

    def file(self, path: str) -> bytes:
        return path.encode()

    def probe(
        self, name: str, request: Json, report: Callable[[float], None], grow: Callable[[Json], None] = lambda _: None
    ) -> Json:
        self.begun.set()
        grow({"probe": name, "samples": 1})
        try:
            while not self.go_on.is_set():
                report(0.5)
                time.sleep(0.005)
        except Cancelled:
            self.stopped.append(name)
            raise
        if name == "broken":
            raise ZeroDivisionError
        return {"probe": name}


def test_questions_are_answered_in_their_order() -> None:
    source, heard = Slow(), Heard()
    desk = Desk(source, heard.send)
    desk.heard({"id": 1, "probe": "drop", "request": {}})
    desk.heard({"id": 2, "get": "/runs"})
    desk.heard({"id": 3, "file": "/file"})
    assert source.begun.wait(60)
    assert heard.order() == []
    source.go_on.set()
    assert heard.of(3)["buffers"] == [b"/file"]
    assert (heard.of(1)["value"], heard.of(2)["value"]) == ({"probe": "drop"}, "/runs")
    assert heard.order() == [1, 2, 3]
    assert {each["progress"] for each in heard.messages if "progress" in each} == {0.5}
    assert next(each for each in heard.messages if "partial" in each)["partial"] == {"probe": "drop", "samples": 1}


def test_a_question_that_is_withdrawn_stops_within_its_computation() -> None:
    source, heard = Slow(), Heard()
    desk = Desk(source, heard.send)
    for id, name in ((1, "first"), (2, "second"), (3, "third")):
        desk.heard({"id": id, "probe": name, "request": {}})
    assert source.begun.wait(60)
    desk.heard({"id": 2, "cancel": True})  # before it was begun
    desk.heard({"id": 1, "cancel": True})
    desk.heard({"id": 4, "get": "/runs"})
    source.go_on.clear()
    while source.stopped != ["first"]:
        time.sleep(0.005)
    source.go_on.set()
    assert heard.of(4)["value"] == "/runs"
    assert heard.order() == [3, 4]
    assert source.stopped == ["first"]


def test_an_error_is_said_and_the_next_question_answered() -> None:
    source, heard = Slow(), Heard()
    source.go_on.set()
    desk = Desk(source, heard.send)
    desk.heard({"id": 1, "probe": "broken", "request": {}})
    desk.heard({"id": 2, "get": "/runs"})
    assert heard.of(1)["problem"] == {"title": "ZeroDivisionError", "detail": "ZeroDivisionError()"}
    assert heard.of(2)["value"] == "/runs"


def test_a_long_measurement_is_stopped_in_the_kernel(kernel: InKernel) -> None:
    calls = 0

    def report(_progress: float) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        kernel.probe("drop", {"limit": None}, report)
    assert kernel._known == {}


def test_the_typeface_comes_with_the_kernel(kernel: InKernel) -> None:
    heard = Heard()
    Desk(kernel, heard.send).heard({"id": 1, "get": "/font"})
    assert heard.of(1)["value"].startswith("@font-face { font-family: Inter;")


def test_what_can_be_shown(model: it.PreActivationResNet, data: it.Dataset, tmp_path: Path) -> None:
    file = tmp_path / "net.safetensors"
    description = it.save_checkpoint(file, model, dataset=data.reference)
    for shown in (file, str(file)):
        saved = notebook._source(shown, None, None)
        assert isinstance(saved, InKernel)
        assert (saved.name, saved.data.fingerprint) == ("net", data.fingerprint)
        assert saved.get("/checkpoints")["checkpoints"][0]["sha256"] == description.sha256
    named = notebook._source(it.residual_chain(model), data, "mine")
    assert named.get("/runs")["runs"][0]["name"] == "mine"
    for address in ("http://127.0.0.1:8000", "http://127.0.0.1:8000/", "https://hub.example/user/me/runs/r1/"):
        service = notebook._source(address, None, None)
        assert isinstance(service, Service)
        assert service.place == ("blocks?run=r1" if "r1" in address else "blocks")
        assert service.address == ("https://hub.example/user/me" if "r1" in address else "http://127.0.0.1:8000")


def test_what_cannot_be_shown_is_refused_in_words(model: it.PreActivationResNet, tmp_path: Path) -> None:
    for shown, said in ((model, "data is missing"), (3, "shown is int: give a model")):
        with pytest.raises(it.ConfigurationError, match=said):
            it.show(shown)  # type: ignore[arg-type]
    with pytest.raises(it.CheckpointError, match="nothing"):
        it.show(tmp_path / "nothing.safetensors")


def test_a_widget_is_the_views_module_and_its_kernel(
    model: it.PreActivationResNet, data: it.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = Heard()
    monkeypatch.setattr(notebook._widget_type(), "send", lambda _, message, buffers: heard.send(message, buffers))
    widget: Any = it.show(model, data, name="mine")
    assert (widget.place, widget.version) == ("blocks", it.__version__)
    assert str(widget._esm) == MODULE.read_text("utf-8")
    widget._handle_custom_msg({"id": 1, "get": "/runs"}, [])
    assert heard.of(1)["value"]["runs"][0]["name"] == "mine"


def test_without_anywidget_the_remedy_is_named(
    model: it.PreActivationResNet, data: it.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "anywidget", None)
    notebook._widget_type.cache_clear()
    with pytest.raises(it.ConfigurationError, match="pip install anywidget"):
        it.show(model, data)
