"""α, the images on which `auto` chooses it, and `latest` mean the same in the library, on the command line and over REST."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

import iterscope as it
from iterscope.measurements import MEASUREMENTS
from iterscope.numerics import outcomes
from iterscope.probes.unrolling import SCALE_IMAGES
from iterscope_backend.encoding import encode
from iterscope_db import open_store
from tests.backend.conftest import Server, running_server, save_network
from tests.cli.conftest import invoke

IMAGES = {"limit": 30, "seed": 3}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("same")
    description = save_network(home, "run/epoch-0000.safetensors")
    with open_store(home) as store:
        run = store.runs.create({}, "run", None, "resnet20", "digits", 0, 1, description.blocks, "completed")
        values = description.to_dict()
        names = ("sha256", "architecture", "dataset", "num_parameters", "size_bytes", "blocks")
        fields = {name: values[name] for name in names}
        store.checkpoints.add(run=run.id, epoch=0, path="checkpoints/run/epoch-0000.safetensors", name="x", **fields)
    with running_server(home) as running:
        yield running


def by_library(home: Path, **options: Any) -> dict[str, Any]:
    path = home / "checkpoints/run/epoch-0000.safetensors"
    chain, data = it.residual_chain(it.load_checkpoint(path)), it.checkpoint_data(path)
    images = data.validation.subset(IMAGES["limit"], IMAGES["seed"])
    found = it.unrolling(chain, images, images.labels, steps=3, training=data.train, seed=IMAGES["seed"], **options)
    return {"scale": found.scale, "loss": found.outcomes.mean_loss[-1].item(), "losses": found.scale_losses}


def by_command(home: Path, *options: str) -> dict[str, Any]:
    images = [f"--{name}={value}" for name, value in IMAGES.items()]
    result = invoke("probe", "unroll", "--steps=3", *images, *options, "--json", f"--home={home}")
    assert result.exit_code == 0, result.exception
    found = json.loads(result.stdout)
    return read(found)


def by_rest(server: Server, **options: Any) -> dict[str, Any]:
    return read(server.probe("unroll", steps=3, **IMAGES, **options))


def read(found: dict[str, Any]) -> dict[str, Any]:
    losses = found["scale_grid"]
    return {
        "scale": found["scale"],
        "loss": found["groups"]["all"]["loss"][-1],
        "losses": losses and {each["scale"]: each["training_loss"] for each in losses},
    }


def test_without_a_scale_the_block_is_applied_as_it_is(server: Server) -> None:
    answers = [by_library(server.home), by_command(server.home), by_rest(server)]
    assert [each["scale"] for each in answers] == [1.0, 1.0, 1.0]
    path = server.home / "checkpoints/run/epoch-0000.safetensors"
    chain = it.residual_chain(it.load_checkpoint(path)).double()
    images = it.checkpoint_data(path).validation.subset(IMAGES["limit"], IMAGES["seed"])
    with torch.no_grad():
        h = chain.stem(images.batch(0, len(images)).double())
        for block in [*chain, *[chain.block(-1)] * 3]:
            h = block(h)
        naive = outcomes(chain.head(h).unsqueeze(0), images.labels).mean_loss.item()
    for each in answers:
        assert each["loss"] == pytest.approx(naive, rel=1e-4)


def test_auto_chooses_among_the_same_training_images(server: Server) -> None:
    library = by_library(server.home, scale="auto")
    path = server.home / "checkpoints/run/epoch-0000.safetensors"
    chain, train = it.residual_chain(it.load_checkpoint(path)), it.checkpoint_data(path).train
    drawn = train.subset(SCALE_IMAGES, IMAGES["seed"])
    assert len(drawn) < len(train)
    plans = [it.unroll(-1, 3, scale) for scale in it.SCALE_GRID]
    expected = it.evaluate_plans(chain, drawn, drawn.labels, plans).mean_loss.tolist()
    assert library["losses"] == dict(zip(it.SCALE_GRID, expected, strict=True))
    for found in (by_command(server.home, "--scale=auto"), by_rest(server, scale="auto")):
        assert found["scale"] == library["scale"]
        assert found["losses"] == pytest.approx(library["losses"], rel=1e-4)


def test_auto_takes_a_split_or_tensors(server: Server) -> None:
    path = server.home / "checkpoints/run/epoch-0000.safetensors"
    chain, data = it.residual_chain(it.load_checkpoint(path)), it.checkpoint_data(path)
    few, train = data.validation.subset(5), data.train
    tensors = train.batch(0, len(train))

    class Source:
        def __len__(self) -> int:
            return len(tensors)

        def batch(self, start: int, stop: int, device: object = None) -> torch.Tensor:
            return tensors[start:stop]

    losses = [
        it.unrolling(chain, few, few.labels, steps=1, scale="auto", training=given, gradient=None).scale_losses
        for given in (train, (tensors, train.labels), (Source(), train.labels))
    ]
    assert losses[0] is not None
    for found in losses[1:]:
        assert found == pytest.approx(losses[0], rel=1e-6)


def test_answers_stored_before_keep_their_scale(server: Server) -> None:
    """An answer is stored under the scale that it was measured with. A default of 0.1 once filled it in."""
    record = server.client.get("/checkpoints/latest").json()
    request = {
        "split": "validation", "limit": 40, "seed": 0, "block": -1, "steps": 20, "scale": 0.1,
        "borderline": {"threshold": 0.1, "reference": "output"}, "gradient": None,
    }  # fmt: skip
    data = record["dataset"]
    whole = {
        "probe": "unroll", "version": MEASUREMENTS["unroll"].version, "checkpoint": record["sha256"], "request": request,
        "dataset": [data["fingerprint"], data["image_size"], data["mean"], data["std"]],
    }  # fmt: skip
    key = hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()
    answer = {"probe": "unroll", "scale": 0.1, "provenance": {"request": request}}
    server.services.store.probe_results.put(key, "unroll", record["id"], request, encode(answer), 0.1)
    found = server.post("/probe/unroll", checkpoint="latest", limit=40, steps=20, scale=0.1, wait=60).json()
    assert (found["provenance"]["cached"], found["scale"]) == (True, 0.1)
    now = server.probe("unroll", steps=20)
    assert (now["scale"], now["provenance"]["request"]["scale"]) == (1.0, 1.0)


def test_the_description_of_the_service_states_the_default(server: Server) -> None:
    schema = server.client.get("/openapi.json").json()["components"]["schemas"]["UnrollRequest"]
    assert schema["properties"]["scale"]["default"] == 1.0
    assert f"{SCALE_IMAGES} training images" in schema["properties"]["scale"]["description"]


def test_latest_is_the_same_checkpoint_for_the_command_and_the_service(server: Server, tmp_path: Path) -> None:
    known = server.client.get("/checkpoints/latest").json()
    it.save_checkpoint(tmp_path / "newer.safetensors", it.build("resnet8", stem_width=4, widths=(4, 4, 4)).eval())
    added = server.client.post("/checkpoints", files={"file": (tmp_path / "newer.safetensors").read_bytes()}).json()
    assert added["run"] is None  # it doesn't record its data set, so it is no run
    with open_store(server.home) as store:
        waiting = store.runs.create({}, "waiting", None, "resnet8", "digits", 0, 1)
        latest = store.checkpoints.latest()
        assert latest is not None
        assert latest.id == known["id"]
    assert server.client.get("/checkpoints/latest").json() == known
    assert server.probe("early-exit")["checkpoint"] == known["id"]
    shown = invoke("probe", "early-exit", "--limit=5", "--json", f"--home={server.home}")
    assert json.loads(shown.stdout)["checkpoint"] == known["id"]
    server.client.delete(f"/runs/{waiting.id}")


def test_a_commands_answer_is_the_services(server: Server) -> None:
    shown = invoke("probe", "drop", "--limit=9", "--seed=5", "--json", f"--home={server.home}")
    assert shown.exit_code == 0, shown.exception
    answered = server.post("/probe/drop", checkpoint="latest", limit=9, seed=5).json()
    assert answered["provenance"].pop("cached")
    by_command = json.loads(shown.stdout)
    assert not by_command["provenance"].pop("cached")
    assert by_command == answered
