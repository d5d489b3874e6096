"""Groups and orders of `samples` that need prediction depth and probes, and what `sample` says of one image, against loops."""

from __future__ import annotations

from typing import Any

import pytest
import torch

import iterscope as it
from iterscope.measurements.passes import Passes
from iterscope.measurements.values import read_per_image

IMAGES = 60
Json = dict[str, Any]


def learnt(model: torch.nn.Module, images: it.ImageSplit) -> None:
    """So that depths differ, and some answers are right."""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    for step in range(20):
        start = step * 64 % 1280
        logits = model(images.batch(start, start + 64))
        torch.nn.functional.cross_entropy(logits, images.labels[start : start + 64]).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        optimizer.zero_grad()
    model.eval()


@pytest.fixture(scope="module")
def measure() -> Any:
    data = it.load_dataset("digits")
    model = it.build("resnet14", stem_width=4, widths=(4, 4, 4), seed=3)
    learnt(model, data.train)
    passes = Passes(1 << 28)

    def measured(name: str, **options: Any) -> Json:
        value: Json = it.measure(name, model, data, limit=IMAGES, passes=passes, **options).value
        return value

    return measured


@pytest.fixture(scope="module")
def expected(measure: Any) -> list[Json]:
    """Of each image: depth, confusion, and the block that spoiled it, from what probes say one position after the other."""
    deep = read_per_image(measure("prediction-depth", per_image=True)["per_image"]["depth"])
    confused = measure("overthinking", exits="all", per_image=True)
    mean, std = confused["confusion_mean"], confused["confusion_std"]
    standard = read_per_image(confused["per_image"]["confusion"])
    said = read_per_image(confused["per_image"]["exit_prediction"]).astype(int)
    items = measure("samples", sort="index", count=1000)["items"]
    assert len(items) == IMAGES
    found = []
    for at, item in enumerate(items):
        right = [int(row[at]) == item["label"] for row in said]
        last = max((position for position, good in enumerate(right) if good), default=None)
        spoiled = not item["correct"] and last is not None
        found.append(
            {
                "index": item["index"],
                "label": item["label"],
                "depth": int(deep[at]),
                "confusion": float(standard[at]) * std + mean,
                "spoiled": spoiled,
                "spoiled_by": last if spoiled and last != len(right) - 1 else None,
            }
        )
    assert confused["spoiled_count"] == sum(each["spoiled"] for each in found) > 5
    return found


def listed(answer: Json) -> list[int]:
    return [item["index"] for item in answer["items"]]


def test_nothing_is_fitted_unless_it_is_asked_for(measure: Any) -> None:
    answer = measure("samples", group="misclassified")
    assert "spoiled" not in answer["counts"]
    assert answer["spoiled_by"] == []
    assert answer["notes"] == []
    assert {item["depth"] for item in answer["items"]} == {None}
    plain = measure("sample", index=3)["probes"]
    assert plain["depth"] is None
    assert len(plain["probabilities"]) == 0


def test_each_image_has_its_depth_and_confusion(measure: Any, expected: list[Json]) -> None:
    answer = measure("samples", depth=True, sort="index", count=1000)
    for item, wanted in zip(answer["items"], expected, strict=True):
        assert (item["index"], item["depth"], item["spoiled_by"]) == tuple(
            wanted[name] for name in ("index", "depth", "spoiled_by")
        )
        assert item["confusion"] == pytest.approx(wanted["confusion"], rel=1e-4)


@pytest.mark.parametrize("block", [None, 2])
def test_settled_late_is_after_the_reference_block(measure: Any, expected: list[Json], block: int | None) -> None:
    options = {} if block is None else {"block": block + 2}
    answer = measure("samples", group="settled-late", sort="index", count=1000, **options)
    late = [each["index"] for each in expected if each["depth"] > answer["reference"] + 1]
    assert listed(answer) == late
    assert answer["total"] == answer["counts"]["settled-late"] == len(late)
    assert 0 < len(late) < IMAGES


def test_spoiled_images_by_block(measure: Any, expected: list[Json]) -> None:
    answer = measure("samples", group="spoiled", sort="index", count=1000)
    assert listed(answer) == [each["index"] for each in expected if each["spoiled"]]
    counts = {entry["block"]: entry["count"] for entry in answer["spoiled_by"]}
    for block in range(6):
        assert counts[block] == sum(each["spoiled_by"] == block for each in expected)
    busiest = max(counts, key=lambda block: counts[block])
    some = measure("samples", group="spoiled", spoiled_by=busiest - 6, sort="index", count=1000)
    assert listed(some) == [each["index"] for each in expected if each["spoiled_by"] == busiest]
    assert len(some["items"]) == some["counts"]["spoiled"] > 0
    label = some["items"][0]["label"]
    of_class = measure("samples", group="spoiled", count=1000, sort="index", **{"class": label})
    assert listed(of_class) == [each["index"] for each in expected if each["spoiled"] and each["label"] == label]
    with pytest.raises(it.BlockError, match="out of range"):
        measure("samples", group="spoiled", spoiled_by=6)


@pytest.mark.parametrize("sort", ["depth", "confusion"])
@pytest.mark.parametrize("descending", [True, False])
def test_sorted_pages(measure: Any, expected: list[Json], sort: str, descending: bool) -> None:
    order = sorted(expected, key=lambda each: -each[sort] if descending else each[sort])  # stable, by position
    pages = [
        measure("samples", sort=sort, descending=descending, offset=start, count=25)["items"] for start in (0, 25, 50)
    ]
    found = [item for page in pages for item in page]
    assert [item[sort] for item in found] == pytest.approx([each[sort] for each in order], rel=1e-4)
    if sort == "depth":
        assert [item["index"] for item in found] == [each["index"] for each in order]


def test_one_image_has_what_the_whole_measurements_say_of_it(measure: Any) -> None:
    items = measure("samples", depth=True, sort="index", count=1000)["items"]
    said = read_per_image(measure("overthinking", exits="all", per_image=True)["per_image"]["exit_prediction"])
    ledger = measure("ledger", path=False, per_image=True)["per_image"]
    losses, first = read_per_image(ledger["loss"]), read_per_image(ledger["first"])
    for at in (0, 41):
        found = measure("sample", index=items[at]["index"], depth=True)
        assert found["probes"]["depth"] == items[at]["depth"]
        rows = [[float(value) for value in row] for row in found["probes"]["probabilities"]]
        assert [row.index(max(row)) for row in rows] == said[:, at].tolist()
        assert [sum(row) for row in rows] == pytest.approx([1.0] * 7)
        waterfall = found["ledger"]
        assert [float(value) for value in waterfall["loss"]] == pytest.approx(losses[:, at].tolist(), rel=1e-3)
        assert [float(value) for value in waterfall["first"]] == pytest.approx(
            first[:, at].tolist(), rel=1e-3, abs=1e-4
        )
        assert waterfall["blocks"] == waterfall["positions"][:-1]
        steps = [float(b) - float(a) for a, b in zip(waterfall["loss"], waterfall["loss"][1:], strict=False)]
        assert [float(value) for value in waterfall["actual"]] == pytest.approx(steps, abs=1e-5)
