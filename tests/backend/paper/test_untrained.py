"""Untrained networks in three seeds, really measured: no claim about trained networks holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

import iterscope as it
from iterscope.checkpoints import describe_checkpoint
from iterscope.datasets import load_dataset
from iterscope.measurements.values import read_per_image
from iterscope.paper.claims import CLAIMS
from iterscope.paper.figures import DEFINITIONS
from iterscope.recipes import training_configuration
from iterscope_backend.encoding import decode
from iterscope_backend.paper import PaperEvidence
from iterscope_backend.workers.cache import WorkerCache
from iterscope_backend.workers.measurements import measure
from iterscope_backend.workers.messages import WorkerOptions
from iterscope_db import Store, open_store

NARROW: dict[str, Any] = {"stem_width": 4, "widths": [4, 4, 8]}
NETWORKS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("resnet38", NARROW),
    ("single-representation", {"stem_width": 4, "widths": [4], "blocks": [3]}),
    ("avg-pooling", {"stem_width": 4, "widths": [4] * 3, "blocks": [2, 2, 2]}),
    ("wide", {"stem_width": 4, "widths": [4, 4, 8], "blocks": [2, 2, 2]}),
    ("resnet44-shared", NARROW),
    ("resnet44-shared", {**NARROW, "initial_gamma": 0.1}),
    ("resnet44-shared", {**NARROW, "unshare_statistics": True}),
    ("resnet44-shared", {**NARROW, "unshare_affine": True}),
    ("resnet44-shared-ubn", NARROW),
)


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Six training and four validation digits of each class, with 16×16 pixels."""
    folder = tmp_path_factory.mktemp("images")
    digits = load_dataset("digits", image_size=16)
    for split, part, count in (("train", digits.train, 6), ("test", digits.validation, 4)):
        for label in range(10):
            (folder / split / str(label)).mkdir(parents=True)
            for position in (part.labels == label).nonzero().flatten().tolist()[:count]:
                image = Image.fromarray(part.images[position].permute(1, 2, 0).contiguous().numpy())
                image.save(folder / split / str(label) / f"{position}.png")
    return f"folder:{folder}"


@pytest.fixture(scope="module")
def untrained(tmp_path_factory: pytest.TempPathFactory, images: str) -> Iterator[tuple[Store, Path]]:
    """Every network as a completed run whose training changed nothing, and everything that the claims need measured."""
    home = tmp_path_factory.mktemp("untrained")
    data = load_dataset(images, image_size=16)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with open_store(home) as store:
        for name, options in NETWORKS:
            for seed in range(3):
                add_run(store, home, name, options, seed, data)
        measure_all(store, home)
        yield store, home
    torch.set_num_threads(threads)


def add_run(store: Store, home: Path, name: str, options: dict[str, Any], seed: int, data: it.Dataset) -> None:
    configuration = training_configuration(
        "quick", architecture=name, architecture_options=options, dataset=data.name, image_size=16, seed=seed, epochs=2
    )
    model = it.build(name, num_classes=10, input_size=16, seed=seed, **options)
    chain = it.residual_chain(model)
    record = store.runs.create(
        configuration.to_dict(), f"{name} {seed}", "quick", name, data.name, seed, 2, chain.describe(), "running", worker="w"
    )  # fmt: skip
    split = data.validation
    right = float(it.evaluate_plans(chain, split, split.labels, [it.identity()]).accuracy[0])
    for epoch in range(3):
        accuracies: dict[tuple[str, str | None], float] = {
            ("validation_accuracy", "validation"): right,
            ("training_accuracy", "train"): right,
        }
        store.metrics.log_epoch(record.id, epoch, {}, accuracies)
        file = home / f"{record.id}-{epoch}.safetensors"
        it.save_checkpoint(file, model, dataset=data.reference, epoch=epoch, run=record.id, seed=seed)
        found = describe_checkpoint(file)
        store.checkpoints.add(
            run=record.id, epoch=epoch, path=file.name, sha256=found.sha256, architecture=found.architecture,
            dataset=data.reference.to_dict(), num_parameters=found.num_parameters, size_bytes=found.size_bytes,
            blocks=chain.describe(), name=f"epoch {epoch}",
        )  # fmt: skip
    store.runs.finish(record.id, "completed")


def measure_all(store: Store, home: Path) -> None:
    cache = WorkerCache(WorkerOptions("cpu", home, 1))
    wanted = PaperEvidence(store, home).wanted()
    for each in sorted(wanted, key=lambda one: one.question.checkpoint.id):
        question = each.question
        result = measure(cache, question.task("test"), lambda _: None)
        store.probe_results.put(question.key, each.probe, question.checkpoint.id, question.request, result, 0.1)


def test_no_claim_about_trained_networks_holds(untrained: tuple[Store, Path]) -> None:
    whole = PaperEvidence(*untrained).overview()
    initialisation = {claim.id for claim in CLAIMS if claim.initialisation}
    judged = {entry["id"]: entry for entry in whole["claims"] if entry["verdict"] != "not yet run"}
    assert len(judged) >= 42  # all on the first data set
    assert initialisation < set(judged)
    for id, entry in judged.items():
        if id in initialisation:
            assert entry["about"] == "initialisation"
            assert entry["verdict"] in ("holds", "does not hold", "inconclusive")
        else:
            assert entry["verdict"] == "inconclusive", entry
    assert "has not learned enough: its accuracy of" in judged["fig4-negative"]["note"]
    assert judged["fig4-negative"]["scope"].endswith("3 seeds: undecided")


def test_the_initial_growth_is_that_of_batch_statistics(untrained: tuple[Store, Path]) -> None:
    """Held against a naive loop in training mode, for the shared network and for its unshared control."""
    store, home = untrained
    found = {entry["id"]: entry for entry in PaperEvidence(store, home).overview()["claims"]}
    data = load_dataset(next(run.dataset for run in store.runs.list()), image_size=16)
    images = data.train.batch(0, len(data.train))

    def growth(name: str, seed: int) -> torch.Tensor:
        model = it.build(name, num_classes=10, input_size=16, seed=seed, **NARROW).train()
        with torch.no_grad():
            h, norms = model.stem(images), []
            for block in model.blocks:
                norms.append(h.flatten(1).norm(dim=1))
                h = block(h)
        return torch.stack(norms).amax(0) / norms[0]

    ratios = [float(growth("resnet44-shared", seed).mean() / growth("resnet44", seed).mean()) for seed in range(3)]
    assert found["fig8-explosion"]["statistic"] == pytest.approx(np.mean(ratios), rel=1e-3)
    low, high = found["fig8-explosion"]["interval"]
    assert low <= min(np.mean(ratios), high)


def test_values_of_images_agree_with_the_summaries(untrained: tuple[Store, Path]) -> None:
    store, home = untrained
    run = next(run for run in store.runs.list() if run.architecture == "resnet38")
    for each in asked(store, home, run.id):
        stored = store.probe_results.get(each.question.key)
        assert stored is not None
        answer = decode(stored.result_json)
        values = (
            {name: read_per_image(entry) for name, entry in answer["per_image"].items()}
            if "per_image" in answer
            else {}
        )
        if "cosine_loss" in values:
            means = np.nanmean(values["cosine_loss"], axis=1)
            name = "plugged" if answer["gradient"] == "plugged" else "end_to_end"
            assert means == pytest.approx(answer["cosine_loss"]["mean"], rel=1e-5, abs=1e-7), name
        if "groups" in answer:
            assert values["correct"].mean(1)[[0, -1]] == pytest.approx(
                np.array(answer["groups"]["all"]["accuracy"])[[0, -1]]
            )
            assert values["borderline"].sum() == answer["groups"]["borderline"]["n"]
            assert values["loss"].shape[1] == answer["samples"]
        if "plans" in answer:
            assert values["correct"][1:].mean(1) == pytest.approx([plan["accuracy"] for plan in answer["plans"]])


def test_the_factor_is_chosen_on_one_half_and_judged_on_the_other(untrained: tuple[Store, Path]) -> None:
    store, home = untrained
    run = next(run for run in store.runs.list() if run.architecture == "resnet38" and run.seed == 0)
    answers = [
        decode(stored.result_json)
        for each in asked(store, home, run.id)
        if each.request.get("choose_on") == "half"
        and (stored := store.probe_results.get(each.question.key)) is not None
    ]
    (train,) = (answer for answer in answers if answer["split"] == "train")
    (validation,) = (answer for answer in answers if answer["split"] == "validation")
    data = load_dataset(run.dataset, image_size=16)
    chain = it.residual_chain(it.build("resnet38", num_classes=10, input_size=16, seed=0, **NARROW))
    every = torch.arange(len(data.train))
    first, second = data.train.select(every[::2]), data.train.select(every[1::2])
    found = it.unrolling(chain, second, second.labels, steps=20, scale="auto", training=(first, first.labels))
    assert train["scale"] == validation["scale"] == found.scale
    assert (train["samples"], validation["samples"]) == (30, 40)
    assert read_per_image(train["per_image"]["loss"])[-1].mean() == pytest.approx(
        float(found.outcomes.loss[-1].mean()), rel=1e-4
    )


def asked(store: Store, home: Path, run: str) -> list[Any]:
    """All questions that the paper asks about a run."""
    gathered = PaperEvidence(store, home)._gather(DEFINITIONS.values(), None, None, [run])
    return list(gathered._asked.values())


def test_batch_statistics_leave_the_network_as_it_is() -> None:
    data = load_dataset("digits", image_size=16)
    split = data.validation.subset(20)
    model = it.build("resnet20", num_classes=10, input_size=16, seed=0, **NARROW)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    it.batch_statistics(it.residual_chain(model), split, split.labels)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert model.training
    one = split.subset(1)
    with pytest.raises(it.ConfigurationError, match="batch statistics need at least two images"):
        it.batch_statistics(it.residual_chain(model), one, one.labels)
