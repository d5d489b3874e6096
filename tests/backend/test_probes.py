"""Every probe's answer, against the library called directly."""

from __future__ import annotations

from typing import Any

import pytest
import torch

import iterscope as it
from iterscope.measurements.unroll import statistics_sentence
from iterscope.probes.borderline import groups_at

from .conftest import Server


@pytest.fixture(scope="module")
def chain(server: Server) -> it.ResidualChain:
    return it.residual_chain(it.load_checkpoint(server.home / "checkpoints/run/epoch-0000.safetensors"))


@pytest.fixture(scope="module")
def images(server: Server) -> it.ImageSplit:
    return it.load_dataset("digits", home=server.home).validation.subset(40)


def close(answer: list[float | None], wanted: torch.Tensor) -> None:
    found = torch.tensor([float("nan") if value is None else value for value in answer], dtype=torch.float64)
    torch.testing.assert_close(found, wanted.double(), rtol=1e-4, atol=1e-5, equal_nan=True)


@pytest.mark.parametrize("gradient", ["end_to_end", "plugged"])
def test_block_metrics(server: Server, chain: it.ResidualChain, images: it.ImageSplit, gradient: str) -> None:
    answer = server.probe("block-metrics", gradient=gradient)
    wanted = it.block_metrics(chain, images, images.labels, gradient)
    for name in ("cosine_loss", "l2_ratio", "activation_norm", "gradient_norm"):
        summary = it.summarise(getattr(wanted, name))
        close(answer[name]["mean"], summary.mean)
        close(answer[name]["std"], summary.std)
        close(answer[name]["quantiles"]["0.95"], summary.quantiles[0.95])
        assert answer[name]["undefined"] == summary.undefined.tolist()
        assert answer[name]["infinite"] == [0] * 9
    assert answer["samples"] == 40
    assert answer["blocks"] == chain.describe()
    assert [step["block"] for step in answer["steps"]] == list(range(9))
    assert answer["loss"] == pytest.approx(float(wanted.loss.mean()), rel=1e-5)


def test_block_metrics_of_a_plan(server: Server) -> None:
    answer = server.probe("block-metrics", plan="0..8 8@0.1x3")
    assert [step["scale"] for step in answer["steps"]][-3:] == [0.1, 0.1, 0.1]
    assert len(answer["l2_ratio"]["mean"]) == 12
    listed = server.probe("block-metrics", plan=[[block, 1] for block in range(9)] + [[-1, 0.1]] * 3)
    channels, heights, widths = zip(*answer["shapes"], strict=True)
    assert len(channels) == 12
    assert heights == widths == (32,) * 3 + (16,) * 3 + (8,) * 6
    assert listed["l2_ratio"] == answer["l2_ratio"]


def test_drop(server: Server, chain: it.ResidualChain, images: it.ImageSplit) -> None:
    answer = server.probe("drop")
    wanted = it.block_drop(chain, images, images.labels)
    close([plan["accuracy"] for plan in answer["plans"]], wanted.outcomes.accuracy)
    close([plan["loss"] for plan in answer["plans"]], wanted.outcomes.mean_loss)
    close([answer["baseline"]["loss"]], wanted.baseline.mean_loss)
    several = server.probe("drop", blocks=[[1], [-1, 4]])
    assert [plan["blocks"] for plan in several["plans"]] == [[1], [8, 4]]
    assert several["plans"][0] == answer["plans"][1]


def test_unroll(server: Server, chain: it.ResidualChain, images: it.ImageSplit) -> None:
    answer = server.probe("unroll", steps=4, scale=0.5, borderline={"threshold": 0.5, "reference": "last5"})
    wanted = it.unrolling(chain, images, images.labels, -1, 4, 0.5, threshold=0.5, reference="last5")
    assert answer["block"] == 8
    assert answer["step"] == [0, 1, 2, 3, 4]
    assert answer["gradient"] == "plugged"
    for name, curve in wanted.groups.curves(wanted.outcomes).items():
        assert answer["groups"][name]["n"] == curve.n
        close(answer["groups"][name]["accuracy"], curve.accuracy)
        close(answer["groups"][name]["entropy"], curve.entropy)
    assert wanted.metrics is not None
    close(answer["cosine_loss"]["mean"], it.summarise(wanted.metrics.cosine_loss).mean)
    close(answer["l2_ratio"]["mean"], it.summarise(wanted.metrics.l2_ratio).mean)


def test_unroll_chooses_the_scale_and_the_gradient(server: Server) -> None:
    answer = server.probe("unroll", steps=2, scale="auto")
    losses = {entry["scale"]: entry["training_loss"] for entry in answer["scale_grid"]}
    assert list(losses) == list(it.SCALE_GRID)
    assert losses[answer["scale"]] == min(losses.values())
    early = server.probe("unroll", block=1, steps=1, scale=0.1)
    assert early["gradient"] == "end_to_end"
    assert early["scale_grid"] is None
    assert early["statistics"] == "each further step uses block 1's own BatchNorm statistics"
    none = server.probe("unroll", steps=0)
    assert none["step"] == [0]
    assert none["l2_ratio"]["mean"] == []


def test_early_exit_and_borderline(server: Server, chain: it.ResidualChain, images: it.ImageSplit) -> None:
    wanted = it.early_exit(chain, images, images.labels)
    answer = server.probe("early-exit")
    assert answer["exit_blocks"] == [6, 7, 8]
    close(answer["accuracy"], wanted.outcomes.accuracy)
    close(answer["loss"], wanted.outcomes.mean_loss)
    answer = server.probe("borderline", threshold=0.3, reference=7)
    groups = groups_at(wanted.outcomes, 1, 0.3)
    assert answer["exit_blocks"] == [7, 8]
    for name, curve in groups.curves(wanted.outcomes.rows(1)).items():
        assert answer["groups"][name]["n"] == curve.n
        close(answer["groups"][name]["loss"], curve.loss)


def test_shuffle(server: Server) -> None:
    answer = server.probe("shuffle", swaps=[0, 2], repeats=3, seed=5)
    untouched, *shuffled = answer["plans"]
    assert untouched["kendall_tau"] == 1
    assert untouched["order"] == list(range(9))
    assert len(shuffled) == 3
    for plan in shuffled:
        assert sorted(plan["order"]) == list(range(9))
        assert plan["kendall_tau"] == pytest.approx(it.kendall_tau(plan["order"]))


def test_plan(server: Server, chain: it.ResidualChain, images: it.ImageSplit) -> None:
    answer = server.probe("plan", plan="0 2 1 3..8", borderline={"threshold": 0.3})
    assert answer["text"] == "0 2 1 3..8"
    assert [step["block"] for step in answer["result"]["steps"]] == [0, 2, 1, 3, 4, 5, 6, 7, 8]
    wanted = it.evaluate_plans(chain, images, images.labels, [it.identity(), it.swap(1, 2)])
    assert answer["baseline"]["groups"]["all"]["accuracy"] == pytest.approx([float(wanted.accuracy[0])])
    assert answer["result"]["groups"]["all"]["loss"] == pytest.approx([float(wanted.mean_loss[1])], rel=1e-5)
    changed = torch.nonzero(wanted.prediction[0] != wanted.prediction[1]).flatten().tolist()
    assert [entry["index"] for entry in answer["changed"]] == images.indices[changed].tolist()
    assert answer["changed_count"] == len(changed)
    same = server.probe("plan", plan=[[block, 1.0] for block in range(9)])
    assert same["changed"] == []
    assert same["result"] == same["baseline"]


def test_a_plan_beside_another_plan(server: Server) -> None:
    one, other = (server.probe("plan", plan=text) for text in ("0 2..8", "0..7"))
    both = server.probe("plan", plan="0 2..8", against="0..7")
    assert (both["result"], both["baseline"]) == (one["result"], other["result"])
    predicted = [{entry["index"]: entry["after"] for entry in answer["changed"]} for answer in (other, one)]
    untouched = {entry["index"]: entry["before"] for answer in (one, other) for entry in answer["changed"]}
    before, after = ({index: found.get(index, kept) for index, kept in untouched.items()} for found in predicted)
    assert {entry["index"] for entry in both["changed"]} == {i for i in untouched if before[i] != after[i]}
    assert all(
        (entry["before"], entry["after"]) == (before[entry["index"]], after[entry["index"]])
        for entry in both["changed"]
    )


def test_samples_page_sort_and_filter(server: Server, chain: it.ResidualChain, images: it.ImageSplit) -> None:
    found = it.early_exit(chain, images, images.labels).outcomes
    answer = server.probe("samples", sort="loss", descending=True, count=1000)
    assert answer["total"] == len(answer["items"]) == answer["counts"]["all"] == 40
    losses = [item["loss"] for item in answer["items"]]
    assert losses == sorted(losses, reverse=True)
    assert answer["counts"]["correct"] == int(found.correct[-1].sum())
    assert answer["counts"]["correct"] + answer["counts"]["misclassified"] == 40
    pages = [server.probe("samples", sort="loss", descending=True, offset=start, count=15) for start in (0, 15, 30, 45)]
    assert [item for page in pages for item in page["items"]] == answer["items"]
    for group in ("borderline", "corrected", "overthought", "misclassified", "correct"):
        chosen = server.probe("samples", group=group, threshold=0.4, **{"class": 3})
        assert all(item["label"] == 3 for item in chosen["items"])
        assert chosen["total"] == chosen["counts"][group]
        if group == "overthought":
            assert all(item["overthought"] and not item["correct"] for item in chosen["items"])
    assert answer["class_names"] == [str(digit) for digit in range(10)]


def test_samples_tell_which_block_corrected_them(
    server: Server, chain: it.ResidualChain, images: it.ImageSplit
) -> None:
    right = it.early_exit(chain, images, images.labels).outcomes.correct
    items = {item["index"]: item for item in server.probe("samples", count=1000)["items"]}
    for position, index in enumerate(images.indices.tolist()):
        history = right[:, position].tolist()
        last_wrong = max((row for row, good in enumerate(history) if not good), default=None)
        always, never = last_wrong is None, last_wrong == len(history) - 1
        wanted = None if always or never else chain.last_stage[(last_wrong or 0) + 1]
        assert items[index]["corrected_by"] == wanted
        assert items[index]["overthought"] == (any(history) and not history[-1])


def test_samples_that_one_block_corrected(server: Server) -> None:
    items = server.probe("samples", count=1000)["items"]
    for block, class_ in ((7, None), (8, None), (-1, 3)):
        only = {} if class_ is None else {"class": class_}
        answer = server.probe("samples", group="corrected", corrected_by=block, count=1000, sort="index", **only)
        wanted = [i["index"] for i in items if i["corrected_by"] == block % 9 and class_ in (None, i["label"])]
        assert [item["index"] for item in answer["items"]] == sorted(wanted)
        counts = {entry["block"]: entry["count"] for entry in answer["corrected_by"]}
        assert counts[block % 9] == answer["counts"]["corrected"] == len(wanted)
        assert list(counts) == [7, 8]
    assert server.probe("samples", group="corrected", corrected_by=6)["total"] == 0  # there is no head before it


def test_predictions_of_chosen_images(server: Server, chain: it.ResidualChain) -> None:
    split = it.load_dataset("digits", home=server.home).validation
    answer = server.probe("predictions", indices=[17, 3], plans=[None, "0..7", [[block, 0.5] for block in range(9)]])
    assert (answer["indices"], answer["samples"]) == ([17, 3], 2)
    assert answer["labels"] == split.labels[[17, 3]].tolist()
    assert [plan["text"] for plan in answer["plans"]][:2] == ["0..8", "0..7"]
    for position, index in enumerate((17, 3)):
        with torch.no_grad():
            probabilities = chain(split.batch(index, index + 1)).softmax(-1)[0]
        untouched = answer["plans"][0]
        assert untouched["prediction"][position] == int(probabilities.argmax())
        assert untouched["confidence"][position] == pytest.approx(float(probabilities.max()), rel=1e-4)
        label = int(split.labels[index])
        assert untouched["label_probability"][position] == pytest.approx(float(probabilities[label]), rel=1e-4)
    other = server.probe("predictions", indices=[17, 3], plans=[None], limit=20, seed=5)
    assert other["plans"][0] == answer["plans"][0]
    again = server.probe("predictions", indices=[17, 3], plans=[None], limit=30)
    assert again["provenance"]["cached"]  # how images are drawn plays no part


def test_sample(server: Server, chain: it.ResidualChain) -> None:
    split = it.load_dataset("digits", home=server.home).validation
    answer = server.probe("sample", index=17)
    image = split.batch(17, 18)
    with torch.no_grad():
        wanted = chain(image).softmax(-1)[0]
    assert answer["label"] == int(split.labels[17])
    close(answer["exits"]["probabilities"][-1], wanted)
    close(answer["l2_ratio"], it.block_metrics(chain, image, split.labels[17:18]).l2_ratio[:, 0])
    assert answer["cosine_loss_plugged"][:6] == [None] * 6


def test_another_data_set_by_name(server: Server) -> None:
    server.probe("early-exit")
    named = server.probe("early-exit", dataset="digits")
    assert named["provenance"]["cached"]  # the same images by another way
    assert named["provenance"]["dataset"] == "digits"


def test_what_is_only_wanted_from_the_store_measures_nothing(server: Server) -> None:
    body = {"checkpoint": "latest", "limit": 40, "seed": 77}
    header = {"Cache-Control": "max-age=60, only-if-cached"}
    refused = server.client.post("/probe/early-exit", json=body, headers=header)
    assert refused.status_code == 504
    assert (
        refused.json()["detail"]
        == "early-exit has not been measured for this checkpoint yet: send the request without only-if-cached"
    )
    assert not server.services.jobs._active
    measured = server.probe("early-exit", seed=77)
    assert not measured["provenance"]["cached"]
    again = server.client.post("/probe/early-exit", json=body, headers=header)
    assert again.status_code == 200
    answered = again.json()
    assert answered.pop("provenance")["cached"]
    del measured["provenance"]
    assert answered == measured


def test_provenance(server: Server) -> None:
    answer = server.probe("early-exit", seed=99)
    provenance = answer["provenance"]
    assert provenance["checkpoint_sha256"] == server.client.get(f"/checkpoints/{answer['checkpoint']}").json()["sha256"]
    assert provenance["request"] == {"split": "validation", "limit": 40, "seed": 99}
    assert provenance["library_versions"]["torch"] == torch.__version__.split("+")[0]
    assert provenance["device"] == "cpu"
    assert not provenance["cached"]


@pytest.mark.parametrize(
    ("strategy", "block", "sentence"),
    [
        ({"share_from": None}, -1, "each further step uses block 11's own BatchNorm statistics"),
        ({}, -1, "each further step uses the BatchNorm statistics of block 9, shared by blocks 9 to 11"),
        ({}, 9, "each further step uses the BatchNorm statistics of block 9, shared by blocks 9 to 11"),
        ({"unshare_statistics": True}, -1, "the BatchNorm statistics of block 11, the last trained step"),
        ({"unshare_statistics": True}, 10, "the BatchNorm statistics of block 10, one of the trained steps 9 to 11"),
        ({"unshare_statistics": True}, 9, "the BatchNorm statistics of block 9, one of the trained steps 9 to 11"),
        ({}, 0, "each further step uses block 0's own BatchNorm statistics"),
    ],
)
def test_unroll_says_whose_statistics_it_uses(strategy: dict[str, Any], block: int, sentence: str) -> None:
    options = {"stem_width": 4, "widths": (4,) * 3, "blocks": (4,) * 3, "input_size": 8, "share_from": 1, **strategy}
    chain = it.residual_chain(it.build("resnet26", seed=0, **options))
    assert sentence in statistics_sentence(chain, chain.block_index(block))
