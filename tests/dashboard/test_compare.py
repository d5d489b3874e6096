"""Networks side by side: the table of right and wrong, where answers part, and the page on payloads."""

from __future__ import annotations

import math
from array import array
from base64 import b64encode
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from dash.development.base_component import Component

from iterscope.paper.figures import DEFINITIONS
from iterscope_dashboard.client import ProbeAnswer, ProblemError
from iterscope_dashboard.comparison import (
    Answered,
    ComparisonError,
    answered,
    matched,
    obstacle,
    outcome,
    parting,
    per_image,
)
from iterscope_dashboard.figures import comparison as drawn
from iterscope_dashboard.model import Checkpoint
from iterscope_dashboard.pages.base import PageContext
from iterscope_dashboard.pages.compare import complete, problems, render
from iterscope_dashboard.pages.compare_images import MOST_IMAGES, Side
from iterscope_dashboard.pages.compare_parts import CURVES, results, wanted
from iterscope_dashboard.pages.compare_sides import another, chosen, epochs_of
from iterscope_dashboard.probe_jobs import AT_ONCE, follow, waiting
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


def test_every_image_has_one_outcome() -> None:
    images = answered(
        [
            samples([0, 0, 2, 1, 2, -1], [0, 0, 0, 0, 0, 0]),
            samples([0, 1, 0, 1, 1, -1], [0, 0, 0, 0, 0, 0]),
            samples([0, 1, 0, 1, 1, 0], [0, 0, 0, 0, 0, 0]),
        ]
    )
    assert [(one.index, outcome(one.right), one.agreed) for one in images] == [
        (10, "all are right", True), (11, "only A is right", False), (12, "only A is wrong", False),
        (13, "all are wrong", True), (14, "all are wrong", False), (15, "only C is right", False),
    ]  # fmt: skip
    assert outcome([True, False, True, False, True]) == "B and D are wrong"
    assert outcome([False, False, True, False, True]) == "A, B and D are wrong"


def test_other_images_are_not_compared() -> None:
    said = samples([0, 1], [0, 1])
    for other in (samples([0, 1], [1, 1]), samples([0], [0]), samples([0, 1], [0, 1], "g")):
        with pytest.raises(ComparisonError, match="images of A and C differ"):
            answered([said, said, other])
    with pytest.raises(ComparisonError, match="A was measured on 2 images and C on 1"):
        parting([[[0, 0]] * 3, [[0, 0]] * 3, [[0]] * 3], [[0, 0], [0, 0], [0]])


def test_positions_are_matched_by_relative_depth() -> None:
    assert matched([3, 3, 3]) == [(0, 0, 0), (1, 1, 1), (2, 2, 2)]
    assert matched([5, 3]) == [(0, 0), (1, 1), (2, 1), (3, 2), (4, 2)]  # a half is rounded up
    for counts in ((28, 10), (10, 28), (2, 56), (17, 16, 4)):
        places = matched(counts)
        assert len(places) == max(counts)
        assert (places[0], places[-1]) == ((0,) * len(counts), tuple(count - 1 for count in counts))
        for at, count in enumerate(counts):
            apart = [abs(place[at] / (count - 1) - i / (len(places) - 1)) for i, place in enumerate(places)]
            assert max(apart) <= 1 / (count - 1) / 2 + 1e-12


def test_answers_part_where_they_differ_for_good() -> None:
    # image:  agrees always, only at the stem, differs and comes back, differs always, only the outputs differ, differs in between
    a = [[0, 1, 0, 0, 2, 2], [0, 0, 0, 0, 2, 1], [0, 0, 2, 0, 2, 2]]
    b = [[0, 1, 1, 1, 2, 2], [0, 1, 1, 1, 2, 0], [0, 1, 2, 1, 2, 2]]
    outputs = [[0, 0, 2, 0, 2, 2], [0, 1, 0, 1, 1, 2]]
    found = parting([a, b], outputs)
    assert found.first == [None, 1, 3, 0, 3, None]
    assert found.depth == [0, 0.5, 1]
    assert found.agreement == pytest.approx([4 / 6, 2 / 6, 4 / 6])
    assert found.output_agreement == pytest.approx(2 / 6)
    # counts of the classes 0, 1, 2 at the stem: 3, 1, 2 of A, and 1, 3, 2 of B
    assert found.by_chance[0] == pytest.approx((3 * 1 + 1 * 3 + 2 * 2) / 36)
    # a third network, which says what A says but for the first image, whose answers part at the end
    c = [*a[:2], [1, *a[2][1:]]]
    found = parting([a, b, c], [*outputs, [1, *outputs[0][1:]]])
    assert found.first == [2, 1, 3, 0, 3, None]
    assert found.agreement == pytest.approx([4 / 6, 2 / 6, 3 / 6])
    assert found.by_chance[0] == pytest.approx((3 * 1 * 3 + 1 * 3 * 1 + 2 * 2 * 2) / 6**3)


def test_the_values_of_each_image_are_read() -> None:
    rows = [[0, 3, -1], [9, 2, 250]]
    assert per_image({"per_image": {"prediction": packed(rows)}}, "prediction") == rows
    with pytest.raises(ValueError, match="correct is of the type bool"):
        per_image({"per_image": {"correct": {**packed(rows), "dtype": "bool"}}}, "correct")


def test_the_help_cites_the_section_of_its_figures() -> None:
    for text in (curve.text for curve in CURVES if curve.text.figures):
        assert {DEFINITIONS[f"fig{number}"].section for number in text.figures} == {text.section}, text.title


def test_networks_of_other_data_share_curves_only() -> None:
    a, cars = checkpoint(), checkpoint("c2", dataset={"name": "cars"})
    assert obstacle([a, checkpoint("c2"), checkpoint("c3")]) is None
    assert "A was trained on digits and C on cars" in str(obstacle([a, checkpoint("c3"), cars]))
    assert "A and B name the classes of digits differently" in str(
        obstacle([a, checkpoint("c2", dataset={"class_names": ["x"]})])
    )
    compared = [Side("A", a, "one"), Side("B", cars, "two")]
    asked = wanted(compared, 500)
    assert {name for name, _ in asked.values()} == {"probes", "early-exit", "block-metrics", "drop"}
    told = words(results(compared, {}))
    assert "share no images" in told
    assert "Which images" not in told
    assert "CKA" not in told


COUNTS = (9, 3, 9)


@pytest.fixture
def answers(block_payload: list[Json], summary: Any) -> dict[str, Json]:
    """What is stored of three networks, of nine, three and nine blocks; the second is always wrong, the third mostly."""
    labels = [0, 1] * 20
    found: dict[str, Json] = {}
    for letter, count in zip("ABC", COUNTS, strict=True):
        blocks = block_payload[:count]
        positions = [{"index": at, "stage": 0, "is_projection": False} for at in range(count + 1)]
        said = {"A": labels, "B": [2] * 40, "C": [0] * 4 + [2] * 36}[letter]
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
    for letter, count in zip("BC", COUNTS[1:], strict=True):
        similar = [[0.25] * count + [None]] * 9 + [[None, 0.5, -0.01, *[0.0] * (count - 3), 0.75]]
        found[f"CKA of A and {letter}"] = {
            **found["readings of A"], "probe": "cka", "provenance": {"request": {"other": "a" * 64}}, "cka": similar,
            "positions": [{"index": at} for at in range(10)], "other_positions": [{"index": at} for at in range(count + 1)],
        }  # fmt: skip
    return found


def sides(count: int = 3) -> list[Side]:
    names = ("Deep <i>net</i>", "Shallow", "Third")
    return [Side(letter, checkpoint(f"c{letter}"), name) for letter, name in zip("ABC"[:count], names, strict=False)]


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
    shown = results(sides(), answers)
    table = next(part for part in parts(shown) if getattr(part, "id", None) == "compare-table")
    rows = [" ".join(words(row).split()) for row in parts(table) if type(row).__name__ == "Tr"]
    assert rows == [
        "outcome images share A B C", "only B is wrong 2 5.0 % ✓ ✗ ✓", "only A is right 38 95.0 % ✓ ✗ ✗",
    ]  # fmt: skip
    told = words(shown)
    assert f"The first {MOST_IMAGES} are shown." in told
    assert (
        "On the other 40, half of the predictions have diverged for good by the output, 40 only at the output." in told
    )
    assert "Most alike are block 8 of A and block 2 of B: 0.75. The last states: 0.75." in told
    assert "Most alike are block 8 of A and block 8 of C: 0.75. The last states: 0.75." in told
    images = [part for part in parts(shown) if type(part).__name__ == "Img"]
    assert len(images) == 2 + MOST_IMAGES
    assert images[0].src == "/api/datasets/image?checkpoint=cA&dataset=digits&split=validation&index=10"
    assert images[0].alt == "Image 10, class no"
    graphs = {part.id: part.figure for part in parts(shown) if type(part).__name__ == "Graph"}
    assert [id.removeprefix("compare-figure-") for id in graphs] == [
        "agreement", "parting", "probes", "exits", "cosine", "ratio", "drop", "cka-B", "cka-C",
    ]  # fmt: skip
    for figure in graphs.values():
        figure.checked()
        assert figure.layout["meta"]["snippet"]["python"]
    assert graphs["compare-figure-cka-C"].layout["meta"]["snippet"]["body"]["other"] == "cC"  # not its digest
    assert graphs["compare-figure-probes"].data[1]["x"] == [0, 1 / 3, 2 / 3, 1]
    assert graphs["compare-figure-exits"].data[0]["x"] == [1]
    assert graphs["compare-figure-drop"].data[1]["x"] == pytest.approx([1 / 6, 1 / 2, 5 / 6])
    assert graphs["compare-figure-drop"].data[1]["y"] == pytest.approx([0, 10, 20])
    assert graphs["compare-figure-drop"].data[0]["name"] == "A: Deep &lt;i&gt;net&lt;/i&gt;"
    assert [line["y"] for line in graphs["compare-figure-parting"].data] == [[0] * 10] * 2


def test_two_networks_are_enough(answers: dict[str, Json]) -> None:
    shown = results(sides(2), answers)
    graphs = [part.id for part in parts(shown) if type(part).__name__ == "Graph"]
    assert [id for id in graphs if "cka" in id] == ["compare-figure-cka-B"]
    assert "Not measured yet" not in words(shown)


def test_what_is_missing_is_named(answers: dict[str, Json]) -> None:
    told = words(results(sides(), {}))
    for what in (
        "each network’s prediction for every image",
        "each network’s prediction as linear probes tell it after every block",
        "linear probes, early exits, block metrics, block drop",
        "CKA between A and B, C",
    ):
        assert f"Not measured yet: {what}" in told
    some = {name: answer for name, answer in answers.items() if not name.endswith("C")}
    told = words(results(sides(), some))
    assert "Not measured yet: each network’s prediction for every image" in told
    assert "Not measured yet: CKA between A and C" in told
    moved = {**answers["readings of C"], "provenance": {"dataset_fingerprint": "g"}}
    assert "Agreement with A" not in words(results(sides(), {**answers, "readings of C": moved}))
    other = {**answers, "answers of B": samples([0], [0])}
    assert "The images of A and B differ" in words(results(sides(), other))


def test_requests_are_made_a_few_at_a_time(run_async: Callable[..., Any]) -> None:
    asked: list[str] = []

    class Busy:
        async def probe(self, name: str, _request: Json, wait: float) -> ProbeAnswer:
            asked.append(name)
            return ProbeAnswer(None, {"id": f"j{len(asked)}"})

        async def job(self, id: str) -> Json:
            return {"state": "done", "result": {}} if int(id[1:]) <= 5 else {"state": "running", "progress": 0.5}

    backend: Any = Busy()
    entries = waiting(wanted(sides(), 500))
    assert len(entries) == 6 * 3 + 2
    entries = run_async(follow(backend, entries))
    assert len(asked) == AT_ONCE
    entries = run_async(follow(backend, entries))
    assert len(asked) == AT_ONCE + 5
    assert complete(entries) == {"answers"}  # which is when the page is drawn anew


def test_a_figure_without_values_is_drawn(answers: dict[str, Json]) -> None:
    none = {**answers["CKA of A and B"], "cka": [[None] * 4] * 10}
    assert "CKA is not defined" in words(results(sides(), {"CKA of A and B": none}))
    empty = drawn.Curve([0.5], [math.nan], ["block 0"])
    figure = checked(drawn.curves_figure)(("A", "B"), (empty, empty), "accuracy (%)", 100.0, zero=False)
    assert list(figure.data[0].y) == [None]
    agreeing = parting([[[1], [1]], [[1], [1]]], [[1], [1]])
    assert list(checked(drawn.parting_figure)({"B": agreeing}).data[0].y) == [None, None]
    parting_at_once = parting([[[1, 1], [1, 1]], [[0, 1], [0, 0]]], [[1, 1], [0, 0]])
    assert list(checked(drawn.parting_figure)({"B": parting_at_once}).data[0].y) == [50, 100]


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
        for letter in "ABC":
            answers[f"{name} of {letter}"]["accuracy"] = [0.5] * len(answers[f"{name} of {letter}"].get("accuracy", ()))
    graphs = {part.id: part.figure for part in parts(results(sides(), answers)) if type(part).__name__ == "Graph"}
    asked = {"agreement": "readings", "parting": "readings", "probes": "linear probes", "exits": "early exits",
             "cosine": "block metrics", "ratio": "block metrics", "drop": "block drop"}  # fmt: skip
    for id, name in asked.items():
        figure = graphs[f"compare-figure-{id}"]
        recorder = Recorder()
        every = [answers[f"{name} of {letter}"] for letter in "ABC"]
        exec(figure.layout["meta"]["snippet"]["python"], {"answers": every, "figure": recorder})
        assert len(recorder.traces) == (2 if name == "readings" else 3)
        drawn_lines = figure.data[::3] if id == "agreement" else figure.data  # without chance and outputs
        for shown, copied in zip(drawn_lines, recorder.traces, strict=True):
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
    assert context["networks"] == ["r1e2", "r3e2"]  # the newest network, and another seed
    assert "13 of 13 answers are not measured yet." in told
    assert "too few images" in told
    told, context = shown("?a=r2e0&b=run:r2&images=1000")
    assert (context["networks"], context["images"]) == (["r2e0", "r2e2"], "1000")
    told, context = shown("?a=r1e2&b=r3e2&d=r2e2&f=r1e0")  # the others close up
    assert context["networks"] == ["r1e2", "r3e2", "r2e2", "r1e0"]
    assert context["runs"] == ["r1", "r3", "r2", "r1"]
    assert "27 of 27 answers are not measured yet." in told
    told, context = shown("?a=nope&b=run:nope&images=7")
    assert (context["networks"], context["images"]) == (["r1e2", "r3e2"], "500")
    for notice in ("A: “nope” is no checkpoint", "B: “run:nope” is no checkpoint", "images “7” is not known"):
        assert notice in told
    told, context = shown("?run=r2&checkpoint=r2e0")  # of another page
    assert context["networks"] == ["r2e0", "r1e2"]
    store.asked.clear()
    told, context = shown("?a=r1e2&b=r2e2&c=r1e2")
    assert "A and C are the same network" in told
    assert not store.asked
    assert run_async(chosen(store, Query.parse(""), "a")) is None


def test_links_add_and_remove_networks(run_async: Callable[..., Any]) -> None:
    store: Any = Store()

    def links(search: str) -> dict[str, str]:
        page = run_async(render(PageContext(store, Query.parse(search))))
        return {words(part).strip(): part.href for part in parts(page) if type(part).__name__ == "Link"}

    found = links("?a=r1e2&b=r2e2&images=1000")
    assert found["Add network"] == "/compare?a=r1e2&b=r2e2&c=r3e2&images=1000"
    assert found["Seeds of A"] == "/compare?a=run:r1&b=run:r3&images=1000"
    assert not [name for name in found if "Remove" in name or "Epochs" in name]  # there is one trained epoch
    found = links("?a=r1e2&b=r2e2&c=r3e2")
    assert found["Add network"] == "/compare?a=r1e2&b=r2e2&c=r3e2&d=r1e0"
    assert found["× Remove B"] == "/compare?a=r1e2&b=r3e2"
    found = links("?a=r1e2&b=r2e2&c=r3e2&d=r1e0&e=r2e0&f=r3e0")
    assert "Add network" not in found


def test_epochs_are_spread_over_the_run() -> None:
    def kept(*epochs: int) -> list[Checkpoint]:
        return [checkpoint(f"e{epoch}", epoch=epoch) for epoch in epochs]

    assert epochs_of(kept(3, 2, 1, 0)) == ["e3", "e2", "e1"]
    assert epochs_of(kept(*range(100, -1, -1))) == ["e100", "e80", "e60", "e41", "e21", "e1"]


def test_a_single_run_is_compared_with_its_first_trained_epoch(run_async: Callable[..., Any]) -> None:
    class Kept(Store):
        epochs: tuple[int, ...] = (2, 1, 0)

        async def checkpoints(self, run: str | None = None) -> list[Json]:
            return [await self.checkpoint(f"{run}e{epoch}") for epoch in self.epochs]

    store: Any = Kept()
    a = Checkpoint.from_json(run_async(store.checkpoint("r1e2")))
    assert run_async(another(store, [], [a])).id == "r1e1"
    store.epochs = (2, 0)  # none was kept
    assert run_async(another(store, [], [a])).id == "r1e0"
    store.epochs = (2,)
    assert run_async(another(store, [], [a])) is None


def test_the_same_reason_is_said_once() -> None:
    said = problems(
        [("CKA", "Failed", "no images"), ("block drop of A", "Failed", "no images"), ("x", "Failed", "other")]
    )
    assert [(one.title, one.children) for one in said] == [
        ("Failed: CKA, block drop of A", "no images"),
        ("Failed: x", "other"),
    ]


def test_an_answer_that_is_not_finite_is_wrong() -> None:
    assert outcome(Answered(0, 1, (-1, 1)).right) == "only A is wrong"
