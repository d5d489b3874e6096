"""`it.show` without a browser: what a network, a file, an answer and a service's address answer to the views' questions."""

from __future__ import annotations

import json
import queue
import struct
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import anywidget
import pytest

import iterscope as it
from iterscope.viewing import sources
from iterscope.viewing.notebook import Desk

Json = dict[str, Any]
Sent = tuple[Json, list[bytes]]
PLAN: Json = {"checkpoint": "here", "split": "validation", "plan": "0..2 4..5"}


@pytest.fixture(scope="module")
def digits() -> it.Dataset:
    return it.load_dataset("digits")


@pytest.fixture(scope="module")
def network() -> it.PreActivationResNet:
    """Six blocks in three stages."""
    return it.build("resnet14", seed=0, num_classes=10, stem_width=4, widths=(4, 8, 8))


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Callable[[Json], Sent]]:
    """Shows something; what comes back asks its kernel as a view does, and returns the answer with its buffers."""

    def show(*shown: Any, **options: Any) -> Callable[[Json], Sent]:
        answers: queue.Queue[Sent] = queue.Queue()
        monkeypatch.setattr(
            anywidget.AnyWidget, "send", lambda _self, content, buffers: answers.put((content, buffers))
        )
        widget = it.show(*shown, **options)

        def ask(question: Json) -> Sent:
            widget._handle_custom_msg({"id": 7, **question}, [])
            while "progress" in (answer := answers.get(timeout=60))[0]:
                assert 0 <= answer[0]["progress"] <= 1
            assert answer[0]["id"] == 7
            return answer

        ask.place = widget.place  # type: ignore[attr-defined]
        return ask

    return show


def curves(ask: Callable[[Json], Sent], run: str) -> Json:
    """The header of a run's curves."""
    _, (file,) = ask({"file": f"/runs/{run}/curves?metric=cosine_loss"})
    (length,) = struct.unpack("<Q", file[:8])
    return dict(json.loads(json.loads(file[8 : 8 + length])["__metadata__"]["curves"]))


def test_a_network_answers_as_the_service_does(network: Any, digits: it.Dataset, asking: Any) -> None:
    ask = asking(it.residual_chain(network), digits, name="Mine")
    assert ask.place == "blocks"
    (run,) = ask({"get": "/runs"})[0]["value"]["runs"]
    (checkpoint,) = ask({"get": f"/checkpoints?run={run['id']}"})[0]["value"]["checkpoints"]
    assert (run["name"], run["status"], len(run["blocks"])) == ("Mine", "imported", 6)
    assert checkpoint["dataset"]["name"] == "digits"
    header = curves(ask, run["id"])
    assert (header["epochs"], header["imported"], len(header["blocks"])) == ([0], True, 6)
    assert {(each["metric"], each["split"]) for each in header["series"]} >= {
        ("cosine_loss", "train"),
        ("l2_ratio_std", "validation"),
        ("early_exit_accuracy", "validation"),
    }
    assert header["claims"][0]["sentence"]
    found = ask({"probe": "plan", "request": PLAN})[0]["value"]
    direct = it.measure("plan", network, digits, plan=PLAN["plan"])
    assert found["result"] == direct["result"]
    assert found["provenance"]["dataset_fingerprint"] == digits.fingerprint
    query = "checkpoint=here&dataset=digits&split=validation&index=3"
    _, (png,) = ask({"file": f"/datasets/image?{query}"})
    assert png.startswith(b"\x89PNG")
    assert "@font-face" in ask({"get": "/font"})[0]["value"]


@pytest.mark.parametrize(
    ("question", "title", "detail"),
    [
        ({"probe": "plan", "request": {**PLAN, "plan": "0..99"}}, "Not possible", "block 6 is out of range"),
        ({"probe": "drop", "request": {"limit": "many"}}, "Not possible", "limit of drop is 'many'"),
        ({"file": "/datasets/image?split=validation&index=100000"}, "Not possible", "images 0 to 358"),
        ({"get": "/jobs"}, "Not possible", "/jobs is not in this notebook"),
        ({"probe": "plan"}, "KeyError", "request"),
    ],
)
def test_what_can_not_be_answered_is_said(
    network: Any, digits: it.Dataset, asking: Any, question: Json, title: str, detail: str
) -> None:
    ask = asking(network, digits)
    problem = ask(question)[0]["problem"]
    assert problem["title"] == title
    assert detail in problem["detail"]
    assert "runs" in ask({"get": "/runs"})[0]["value"]  # it goes on


def test_a_checkpoint_file_brings_its_images(network: Any, digits: it.Dataset, asking: Any, tmp_path: Path) -> None:
    file = tmp_path / "epoch-3.safetensors"
    it.save_checkpoint(file, network, dataset=digits.reference)
    ask = asking(str(file))
    (run,) = ask({"get": "/runs"})[0]["value"]["runs"]
    assert (run["name"], run["dataset"]) == ("epoch-3", "digits")
    found = ask({"probe": "plan", "request": PLAN})[0]["value"]
    assert found["provenance"]["checkpoint_sha256"] == it.describe_checkpoint(file).sha256
    assert found["provenance"]["dataset_fingerprint"] == digits.fingerprint


def test_an_answer_is_shown_where_it_was_measured_and_not_measured_again(
    network: Any, digits: it.Dataset, asking: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain = it.residual_chain(network)
    answer = it.measure("plan", chain, digits, plan="0..2 4..5", split="train", limit=50)
    monkeypatch.setattr(sources, "measure", lambda *_, **__: pytest.fail("it was measured again"))
    ask = asking(answer)
    assert ask.place == "interventions?split=train&plan=0..2+4..5"
    found = ask({"probe": "plan", "request": {**PLAN, "split": "train", "limit": 50}})[0]["value"]
    assert found["result"] == answer["result"]
    story = it.measure("sample", chain, digits, split="validation", index=12)
    assert asking(story).place == "examples?split=validation&index=12"
    assert asking(it.measure("drop", chain, digits, blocks=[[0]], limit=20)).place == "blocks"


def test_what_can_not_be_shown(network: Any, tmp_path: Path) -> None:
    with pytest.raises(it.ConfigurationError, match="shown is int: give a model"):
        it.show(3)  # type: ignore[arg-type]
    with pytest.raises(it.ConfigurationError, match="data is missing"):
        it.show(network)
    with pytest.raises(it.CheckpointError):
        it.show(tmp_path / "none.safetensors")


# ---- a service somewhere else ----


class Told(ThreadingHTTPServer):
    """What the service under test was asked."""

    asked: list[tuple[str, str, str | None]]


class Answering(BaseHTTPRequestHandler):
    """A service whose jobs take two looks; one fails, and one never ends."""

    server: Told

    def do_GET(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer()

    def do_DELETE(self) -> None:
        self.answer()

    def answer(self) -> None:
        asked = (self.command, self.path, self.headers.get("Authorization"))
        self.server.asked.append(asked)
        looks = self.server.asked.count(asked)
        queued = {"state": "queued", "progress": 0.0}
        done = {"state": "done", "progress": 1.0, "result": {"probe": "plan"}}
        failed = {"state": "failed", "progress": 0.2, "error": {"detail": "no memory is left"}}
        running = {"state": "running", "progress": 0.5}
        status, value = {
            "/it/runs": (200, {"runs": []}),
            "/it/probe/plan": (202, {**queued, "id": "j1"}),
            "/it/jobs/j1": (200, {**(done if looks > 1 else running), "id": "j1"}),
            "/it/probe/drop": (202, {**queued, "id": "j2"}),
            "/it/jobs/j2": (200, {**failed, "id": "j2"}),
            "/it/probe/unroll": (202, {**queued, "id": "j3"}),
            "/it/jobs/j3": (200, {**running, "id": "j3"}),
            "/it/probe/sample": (422, {"title": "Invalid request", "detail": "image 9000 is out of range"}),
        }.get(self.path, (404, "not here"))  # fmt: skip
        content = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def service() -> Iterator[Told]:
    with Told(("127.0.0.1", 0), Answering) as server:
        server.asked = []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_run_of_a_service(service: Told, asking: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its address, under a prefix and with a token. Jobs are waited for, and a refusal is what the service said."""
    monkeypatch.setenv("ITERSCOPE_TOKEN", "secret")
    address = f"http://127.0.0.1:{service.server_address[1]}/it"
    ask = asking(f"{address}/runs/r1")
    assert ask.place == "blocks?run=r1"
    assert asking(address).place == "blocks"
    assert ask({"get": "/runs"})[0]["value"] == {"runs": []}
    assert ask({"probe": "plan", "request": PLAN})[0]["value"] == {"probe": "plan"}
    assert ask({"probe": "drop", "request": {}})[0]["problem"]["detail"] == "no memory is left"
    assert ask({"probe": "sample", "request": {}})[0]["problem"]["detail"] == "image 9000 is out of range"
    assert ask({"get": "/nothing"})[0]["problem"]["detail"] == f"{address}/nothing answered 404"
    assert {token for *_, token in service.asked} == {"Bearer secret"}
    assert not any(method == "DELETE" for method, *_ in service.asked)


def test_a_question_that_is_withdrawn_is_not_computed_on(service: Told) -> None:
    """Neither while it waits nor while it is computed; the service's job is cancelled."""
    source = sources.Service(f"http://127.0.0.1:{service.server_address[1]}/it")
    answers: queue.Queue[Json] = queue.Queue()
    desk = Desk(source, lambda content, _buffers: answers.put(content))
    desk.heard({"id": 1, "probe": "unroll", "request": {}})
    desk.heard({"id": 2, "probe": "plan", "request": PLAN})
    desk.heard({"id": 3, "get": "/runs"})
    desk.heard({"id": 2, "cancel": True})
    assert answers.get(timeout=20) == {"id": 1, "progress": 0.0}
    desk.heard({"id": 1, "cancel": True})
    while "progress" in (answer := answers.get(timeout=20)):
        assert answer["id"] == 1
    assert answer["id"] == 3
    asked = [(method, path) for method, path, _ in service.asked]
    assert ("DELETE", "/it/jobs/j3") in asked
    assert ("POST", "/it/probe/plan") not in asked


def test_a_service_that_is_not_there(asking: Any) -> None:
    problem = asking("http://127.0.0.1:9/runs/r1")({"get": "/runs"})[0]["problem"]
    assert problem["detail"].startswith("http://127.0.0.1:9 can't be reached (")
    assert problem["detail"].endswith("): start it with `iterscope up`")
