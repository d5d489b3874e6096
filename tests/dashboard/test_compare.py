"""Two networks side by side: the table of right and wrong, where answers part, and the page on payloads."""

from __future__ import annotations

import math
from array import array
from base64 import b64encode
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from dash.development.base_component import Component

from iterscope_dashboard.client import ProblemError
from iterscope_dashboard.comparison import (
    Answered,
    ComparisonError,
    answered,
    matched,
    obstacle,
    outcomes,
    parting,
    per_image,
)
from iterscope_dashboard.figures import comparison as drawn
from iterscope_dashboard.model import Checkpoint
from iterscope_dashboard.pages.base import PageContext
from iterscope_dashboard.pages.compare import another, chosen, problems, render
from iterscope_dashboard.pages.compare_images import MOST_IMAGES, Side
from iterscope_dashboard.pages.compare_parts import results, wanted
from iterscope_dashboard.state import Query

from .checked import checked

Json = dict[str, Any]


def packed(rows: Sequence[Sequence[int]]) -> Json:
    """Values of each image, as the backend packs them on a little-endian machine."""
    values = array("f", [value for row in rows for value in row])
    return {"dtype": "float32", "shape": [len(rows), len(rows[0])], "data": b64encode(values.tobytes()).decode()}


def samples(said: Sequence[int], labels: Sequence[int], fingerprint: str = "f") -> Json:
    items = [
        {"index": 10 + at, "label": label, "prediction": one}
        for at, (one, label) in enumerate(zip(said, labels, strict=True))
    ]
    return {
        "items": items[::-1],
        "class_names": ["no", "yes", "<b>"],
        "provenance": {"dataset_fingerprint": fingerprint},
    }


def checkpoint(id: str = "c1", **changes: Any) -> Checkpoint:
    dataset = {"name": "digits", "class_names": ["no", "yes", "<b>"], **changes.pop("dataset", {})}
    return Checkpoint.from_json({"id": id, "run": f"r-{id}", "epoch": 3, "dataset": dataset, **changes})


def test_every_image_is_in_one_cell_of_the_table() -> None:
    images = answered(
        samples([0, 0, 2, 1, 2, -1], [0, 0, 0, 0, 0, 0]), samples([0, 1, 0, 1, 1, -1], [0, 0, 0, 0, 0, 0])
    )
    assert [(one.index, one.outcome) for one in images] == [
        (10, "both"), (11, "only a"), (12, "only b"), (13, "same wrong"), (14, "other wrong"), (15, "same wrong"),
    ]  # fmt: skip
    assert outcomes(images) == {"both": 1, "only a": 1, "only b": 1, "same wrong": 2, "other wrong": 1}


def test_other_images_are_not_compared() -> None:
    said = samples([0, 1], [0, 1])
    for other in (samples([0, 1], [1, 1]), samples([0], [0]), samples([0, 1], [0, 1], "g")):
        with pytest.raises(ComparisonError, match="images of A and B differ"):
            answered(said, other)
    with pytest.raises(ComparisonError, match="A was measured on 2 images and B on 1"):
        parting([[0, 0]] * 3, [[0]] * 3, [0, 0], [0])


def test_positions_are_matched_by_relative_depth() -> None:
    assert matched(3, 3) == [(0, 0), (1, 1), (2, 2)]
    assert matched(5, 3) == [(0, 0), (1, 1), (2, 1), (3, 2), (4, 2)]  # a half is rounded up
    assert matched(3, 5) == [(b, a) for a, b in matched(5, 3)]
    for first, second in ((28, 10), (10, 28), (2, 56), (17, 16)):
        pairs = matched(first, second)
        assert len(pairs) == max(first, second)
        assert (pairs[0], pairs[-1]) == ((0, 0), (first - 1, second - 1))
        step = 1 / (min(first, second) - 1)
        assert all(abs(a / (first - 1) - b / (second - 1)) <= step / 2 + 1e-12 for a, b in pairs)


def test_answers_part_where_they_differ_for_good() -> None:
    # image:  agrees always, only at the stem, differs and comes back, differs always, only the outputs differ, differs in between
    a = [[0, 1, 0, 0, 2, 2], [0, 0, 0, 0, 2, 1], [0, 0, 2, 0, 2, 2]]
    b = [[0, 1, 1, 1, 2, 2], [0, 1, 1, 1, 2, 0], [0, 1, 2, 1, 2, 2]]
    found = parting(a, b, [0, 0, 2, 0, 2, 2], [0, 1, 0, 1, 1, 2])
    assert found.first == [None, 1, 3, 0, 3, None]
    assert found.depth == [0, 0.5, 1]
    assert found.agreement == pytest.approx([4 / 6, 2 / 6, 4 / 6])
    assert found.output_agreement == pytest.approx(2 / 6)
    # counts of the classes 0, 1, 2 at the stem: 3, 1, 2 of A, and 1, 3, 2 of B
    assert found.by_chance[0] == pytest.approx((3 * 1 + 1 * 3 + 2 * 2) / 36)


def test_the_values_of_each_image_are_read() -> None:
    rows = [[0, 3, -1], [9, 2, 250]]
    assert per_image({"per_image": {"prediction": packed(rows)}}, "prediction") == rows
    with pytest.raises(ValueError, match="correct is of the type bool"):
        per_image({"per_image": {"correct": {**packed(rows), "dtype": "bool"}}}, "correct")


def test_networks_of_other_data_share_curves_only() -> None:
    a, cars = checkpoint(), checkpoint("c2", dataset={"name": "cars"})
    assert obstacle(a, checkpoint("c2")) is None
    assert "A was trained on digits and B on cars" in str(obstacle(a, cars))
    assert "name the classes of digits differently" in str(
        obstacle(a, checkpoint("c2", dataset={"class_names": ["x"]}))
    )
    asked = wanted(Side("A", a, "one"), Side("B", cars, "two"), 500)
    assert {name for name, _ in asked.values()} == {"probes", "early-exit", "block-metrics", "drop"}
    told = words(results(Side("A", a, "one"), Side("B", cars, "two"), {}))
    assert "share no images" in told
    assert "Which images" not in told
    assert "CKA" not in told


@pytest.fixture
def answers(block_payload: list[Json], summary: Any) -> dict[str, Json]:
    """What is stored of two networks of nine and of three blocks, of which the second is always wrong."""
    labels = [0, 1] * 20
    found: dict[str, Json] = {}
    for letter, count in (("A", 9), ("B", 3)):
        blocks = block_payload[:count]
        positions = [{"index": at, "stage": 0, "is_projection": False} for at in range(count + 1)]
        said = labels if letter == "A" else [2] * 40
        about = {
            "checkpoint": f"c{letter}",
            "samples": 40,
            "split": "validation",
            "blocks": blocks,
            "provenance": {"request": {}},
        }
        readings = {"prediction": packed([labels] * (count + 1)), "output_prediction": packed([said])}
        found |= {
            f"answers of {letter}": {**about, **samples(said, labels), "probe": "samples"},
            f"readings of {letter}": {**about, "probe": "probes", "per_image": readings},
            f"linear probes of {letter}": {**about, "probe": "probes", "positions": positions, "accuracy": [0.5] * count + [None]},
            f"early exits of {letter}": {**about, "probe": "early-exit", "exit_blocks": [count - 1], "accuracy": [0.75]},
            f"block metrics of {letter}": {
                **about, "probe": "block-metrics", "cosine_loss": summary([-0.1] * count), "l2_ratio": summary([0.5] * count),
            },
            f"block drop of {letter}": {
                **about, "probe": "drop", "baseline": {"accuracy": 0.9},
                "plans": [{"blocks": [block], "accuracy": 0.9 - 0.1 * block} for block in range(count)],
            },
        }  # fmt: skip
    similar = [[0.25] * 3 + [None]] * 9 + [[None, 0.5, -0.01, 0.75]]
    found["CKA"] = {**found["readings of A"], "probe": "cka",
                    "provenance": {"request": {"other": "a" * 64}}, "positions": [{"index": at} for at in range(10)],
                    "other_positions": [{"index": at} for at in range(4)], "cka": similar}  # fmt: skip
    return found


def sides() -> tuple[Side, Side]:
    return Side("A", checkpoint("cA"), "Deep <i>net</i>"), Side("B", checkpoint("cB"), "Shallow")


def parts(component: object) -> list[Component]:
    """A component and all inside of it."""
    if isinstance(component, list | tuple):
        return [part for one in component for part in parts(one)]
    if not isinstance(component, Component):
        return []
    return [component, *parts(getattr(component, "children", None))]


def words(component: object) -> str:
    """All text of a component."""
    if isinstance(component, list | tuple):
        return " ".join(words(one) for one in component)
    return words(getattr(component, "children", None)) if isinstance(component, Component) else str(component or "")


def test_the_page_shows_what_is_measured(answers: dict[str, Json]) -> None:
    shown = results(*sides(), answers)
    told = words(shown)
    assert "0  images, both right (0.0\u00a0%) 40  images, only A right (100.0\u00a0%)" in told.replace("\n", "")
    assert f"Only A is right: 40 images, the first {MOST_IMAGES} shown" in told
    assert "Only B is right: 0 images" in told
    assert "Of the 40 others, half have parted for good by the output; for 40 only the outputs differ." in told
    assert "Most alike are block 8 of A and block 2 of B: 0.75. The last states: 0.75." in told
    images = [part for part in parts(shown) if type(part).__name__ == "Img"]
    assert len(images) == MOST_IMAGES
    assert images[0].src == "/api/datasets/image?checkpoint=cA&dataset=digits&split=validation&index=10"
    assert images[0].alt == "Image 10, class no"
    graphs = {part.id: part.figure for part in parts(shown) if type(part).__name__ == "Graph"}
    assert [id.removeprefix("compare-figure-") for id in graphs] == [
        "agreement", "parting", "probes", "exits", "cosine", "ratio", "drop", "cka",
    ]  # fmt: skip
    for figure in graphs.values():
        figure.checked()
        assert figure.layout["meta"]["snippet"]["python"]
    assert graphs["compare-figure-cka"].layout["meta"]["snippet"]["body"]["other"] == "cB"  # not its digest
    assert graphs["compare-figure-probes"].data[1]["x"] == [0, 1 / 3, 2 / 3, 1]
    assert graphs["compare-figure-exits"].data[0]["x"] == [1]
    assert graphs["compare-figure-drop"].data[1]["x"] == pytest.approx([1 / 6, 1 / 2, 5 / 6])
    assert graphs["compare-figure-drop"].data[1]["y"] == pytest.approx([0, 10, 20])
    assert graphs["compare-figure-drop"].data[0]["name"] == "A: Deep &lt;i&gt;net&lt;/i&gt;"
    assert graphs["compare-figure-parting"].data[0]["y"] == [0] * 10 + [40]


def test_what_is_missing_is_named(answers: dict[str, Json]) -> None:
    told = words(results(*sides(), {}))
    for what in (
        "the answers of both",
        "the readings of both",
        "linear probes, early exits, block metrics, block drop",
        "CKA between",
    ):
        assert f"Not measured yet: {what}" in told
    half = {name: answer for name, answer in answers.items() if not name.endswith("of B")}
    assert "Not measured yet: the answers of both" in words(results(*sides(), half))
    moved = {**answers["readings of B"], "provenance": {"dataset_fingerprint": "g"}}
    assert "Same answer" not in words(results(*sides(), {**answers, "readings of B": moved}))
    other = {**answers, "answers of B": samples([0], [0])}
    assert "The images of A and B differ" in words(results(*sides(), other))


def test_a_figure_without_values_is_drawn(answers: dict[str, Json]) -> None:
    none = {**answers["CKA"], "cka": [[None] * 4] * 10}
    assert "CKA is not defined" in words(results(*sides(), {"CKA": none}))
    empty = drawn.Curve([0.5], [math.nan], ["block 0"])
    figure = checked(drawn.curves_figure)(("A", "B"), (empty, empty), "accuracy (%)", 100.0, zero=False)
    assert list(figure.data[0].y) == [None]
    agreeing = parting([[1], [1]], [[1], [1]], [1], [1])
    assert list(checked(drawn.parting_figure)(agreeing).data[0].y) == [0, 0, 0]


def test_the_copied_code_gives_what_the_figures_show(answers: dict[str, Json]) -> None:
    class Recorder:
        """Takes the place of the figure in the copied code."""

        def __init__(self) -> None:
            self.traces: list[Json] = []

        def add_scatter(self, **trace: Any) -> None:
            self.traces.append(trace)

        add_bar = add_heatmap = add_scatter

        def update_layout(self, **_changes: Any) -> None:
            pass

    for name in ("linear probes", "early exits", "block drop"):
        for letter in "AB":
            answers[f"{name} of {letter}"]["accuracy"] = [0.5] * len(answers[f"{name} of {letter}"].get("accuracy", ()))
    graphs = {part.id: part.figure for part in parts(results(*sides(), answers)) if type(part).__name__ == "Graph"}
    asked = {"agreement": "readings", "parting": "readings", "probes": "linear probes", "exits": "early exits",
             "cosine": "block metrics", "ratio": "block metrics", "drop": "block drop"}  # fmt: skip
    for id, name in asked.items():
        figure = graphs[f"compare-figure-{id}"]
        recorder = Recorder()
        both = [answers[f"{name} of {letter}"] for letter in "AB"]
        exec(figure.layout["meta"]["snippet"]["python"], {"answers": both, "figure": recorder})
        assert len(recorder.traces) == (1 if name == "readings" else 2)
        for shown, copied in zip(figure.data, recorder.traces, strict=False):
            assert copied["x"] == pytest.approx(shown["x"])
            assert copied["y"] == pytest.approx(shown["y"])


class Store:
    """A backend with three runs, of which two are seeds of each other, as the client shows it; nothing is measured."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def runs(self) -> list[Json]:
        siblings = {"r1": ["r3"], "r3": ["r1"]}
        return [
            {
                "id": run,
                "name": run.upper(),
                "status": "completed",
                "dataset": "digits",
                "checkpoints": 2,
                "siblings": siblings.get(run),
            }
            for run in ("r1", "r2", "r3")
        ]

    async def checkpoints(self, run: str | None = None) -> list[Json]:
        return [await self.checkpoint(f"{run}e{epoch}") for epoch in (2, 0)] if run in ("r1", "r2", "r3") else []

    async def checkpoint(self, id: str) -> Json:
        if id == "latest":
            id = "r1e2"
        if id[:2] not in ("r1", "r2", "r3"):
            raise ProblemError(404, "Not found", f"no checkpoint {id}")
        return {"id": id, "run": id[:2], "epoch": int(id[3:]), "dataset": {"name": "digits", "class_names": []}}

    async def measured(self, name: str, _request: Json) -> Json | None:
        self.asked.append(name)
        if name == "cka":
            raise ProblemError(422, "Invalid request", "too few images")
        return None


def test_the_address_chooses_the_networks(run_async: Callable[..., Any]) -> None:
    store: Any = Store()

    def shown(search: str) -> tuple[str, Json]:
        page = run_async(render(PageContext(store, Query.parse(search))))
        (context,) = [part.data for part in parts(page) if getattr(part, "id", None) == "compare-context"]
        return words(page), context

    told, context = shown("")
    assert (context["a"], context["b"]) == ("r1e2", "r3e2")  # the newest network, and another seed
    assert "13 of 13 answers are not measured yet." in told
    assert "too few images" in told
    told, context = shown("?a=r2e0&b=run:r2&images=1000")
    assert (context["a"], context["b"], context["images"]) == ("r2e0", "r2e2", "1000")
    told, context = shown("?a=nope&b=run:nope&images=7")
    assert (context["a"], context["b"], context["images"]) == ("r1e2", "r3e2", "500")
    for notice in ("A: “nope” is no checkpoint", "B: “run:nope” is no checkpoint", "images “7” is not known"):
        assert notice in told
    told, context = shown("?run=r2&checkpoint=r2e0")  # of another page
    assert (context["a"], context["b"]) == ("r2e0", "r1e2")
    store.asked.clear()
    told, context = shown("?a=r1e2&b=r1e2")
    assert "A and B are the same network" in told
    assert not store.asked
    assert run_async(chosen(store, Query.parse(""), "a")) is None


def test_a_single_run_is_compared_with_its_first_trained_epoch(run_async: Callable[..., Any]) -> None:
    class Kept(Store):
        epochs: tuple[int, ...] = (2, 1, 0)

        async def checkpoints(self, run: str | None = None) -> list[Json]:
            return [await self.checkpoint(f"{run}e{epoch}") for epoch in self.epochs]

    store: Any = Kept()
    a = Checkpoint.from_json(run_async(store.checkpoint("r1e2")))
    assert run_async(another(store, [], a)).id == "r1e1"
    store.epochs = (2, 0)  # none was kept
    assert run_async(another(store, [], a)).id == "r1e0"


def test_the_same_reason_is_said_once() -> None:
    said = problems(
        [("CKA", "Failed", "no images"), ("block drop of A", "Failed", "no images"), ("x", "Failed", "other")]
    )
    assert [(one.title, one.children) for one in said] == [
        ("Failed: CKA, block drop of A", "no images"),
        ("Failed: x", "other"),
    ]


def test_an_answer_that_is_not_finite_is_wrong() -> None:
    assert Answered(0, 1, -1, 1).outcome == "only b"
