"""The images of the Compare page: which of them either network gets wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import dcc, html

from iterscope_dashboard.client import Json
from iterscope_dashboard.comparison import Answered, ComparisonError, Parting, answered, outcomes, place
from iterscope_dashboard.components import attributes, icon, percent_text, problem
from iterscope_dashboard.ids import Compare as Ids
from iterscope_dashboard.model import Checkpoint
from iterscope_dashboard.state import link
from iterscope_guard.prefix import within
from iterscope_guard.text import visible

SPLIT = "validation"
MOST_IMAGES = 24
GROUPS = {
    "only a": "Only A is right",
    "only b": "Only B is right",
    "other wrong": "Both are wrong, with different answers",
}
"""The outcomes in which the answers part."""


@dataclass(frozen=True)
class Side:
    """One of the two networks."""

    letter: str
    checkpoint: Checkpoint
    name: str

    @property
    def title(self) -> str:
        """As legends name it."""
        return f"{self.letter}: {visible(self.name)}"


def unmeasured(what: str) -> html.P:
    """In place of something that isn't stored."""
    return html.P(f"Not measured yet: {what}. “Measure” measures what is missing.", className="key-hint")


def pair(found: Mapping[str, Json], name: str) -> tuple[Json, Json] | None:
    """The answers of both networks."""
    one, other = (found.get(f"{name} of {letter}") for letter in "AB")
    return (one, other) if one and other else None


def image_section(a: Side, b: Side, found: Mapping[str, Json], parted: Parting | None) -> list[Any]:
    """The table of right and wrong, and the images on which the answers part."""
    samples = pair(found, "answers")
    if samples is None:
        return [unmeasured("the answers of both networks")]
    try:
        images = answered(*samples)
    except ComparisonError as error:
        return [problem("The images can’t be compared", str(error))]
    names = [str(name) for name in samples[0].get("class_names") or ()]
    first = parted.first if parted and len(parted.first) == len(images) else [None] * len(images)
    places = {image.index: parted_at(parted, at) for image, at in zip(images, first, strict=True)} if parted else {}
    return [
        dmc.Paper([facts(images), table(images, a, b)], withBorder=True, className="panel compare-table"),
        *(gallery(title, [one for one in images if one.outcome == outcome], a, names, places)
          for outcome, title in GROUPS.items()),
    ]  # fmt: skip


def facts(images: Sequence[Answered]) -> html.Dl:
    """The networks' accuracies, and how often they say the same."""
    count = max(1, len(images))
    shares = {
        "accuracy of A": sum(one.a == one.label for one in images) / count,
        "accuracy of B": sum(one.b == one.label for one in images) / count,
        "same answer": sum(one.a == one.b for one in images) / count,
    }
    pairs = [(name, percent_text(share)) for name, share in shares.items()] + [("images", f"{len(images)} of {SPLIT}")]
    return html.Dl([html.Div([html.Dt(name), html.Dd(value)]) for name, value in pairs], className="facts")


def table(images: Sequence[Answered], a: Side, b: Side) -> html.Div:
    """Both right, one right, both wrong: as a table of two rows and two columns."""
    found, count = outcomes(images), max(1, len(images))
    wrong = found["same wrong"] + found["other wrong"]

    def cell(words: str, number: int) -> html.Td:
        text = f" images, {words} ({percent_text(number / count)})"
        return html.Td([html.Strong(str(number)), html.Span(text, className="cell-words")])

    rows = [
        ("A right", [cell("both right", found["both"]), cell("only A right", found["only a"])]),
        ("A wrong", [cell("only B right", found["only b"]), cell("both wrong", wrong)]),
    ]
    head = html.Tr([html.Th("", scope="col"), html.Th("B right", scope="col"), html.Th("B wrong", scope="col")])
    body = [html.Tr([html.Th(title, scope="row"), *cells]) for title, cells in rows]
    label = f"Right and wrong images of {a.title} and {b.title}"
    told = f"Of the {wrong} images that both get wrong, they give the same answer to {found['same wrong']}."
    return html.Div(
        [
            html.Div(
                html.Table([html.Thead(head), html.Tbody(body)], className="outcome-table", id=Ids.TABLE,
                           **attributes({"aria-label": label})),
                className="scroll-x", tabIndex=0, role="region", **attributes({"aria-label": label}),
            ),
            html.Div(
                [
                    html.Span(told, className="control-label"),
                    html.Button([icon("download", 13), "CSV"], type="button", className="chip with-icon",
                                title="Save the table as CSV",
                                **attributes({"data-export": "csv", "data-graph": str(Ids.TABLE),
                                              "data-title": "Right and wrong images"})),
                ],
                className="form-actions",
            ),
        ]
    )  # fmt: skip


def parted_at(parted: Parting, at: int | None) -> str:
    """From where on the answers to an image differ."""
    if at is None:
        return ""
    if at == len(parted.pairs):
        return "only the outputs differ"
    a, b = parted.pairs[at]
    where = place(a) if a == b else f"{place(a)} of A, {place(b)} of B"
    return f"differ from {where} on"


def gallery(
    title: str, images: Sequence[Answered], a: Side, names: Sequence[str], places: Mapping[int, str]
) -> html.Section:
    """Some images of an outcome, with both answers."""
    more = f", the first {MOST_IMAGES} shown" if len(images) > MOST_IMAGES else ""
    cards = [card(one, a, names, places.get(one.index, "")) for one in images[:MOST_IMAGES]]
    return html.Section(
        [
            html.H3(f"{title}: {len(images)} {'image' if len(images) == 1 else 'images'}{more}"),
            *([html.Ul(cards, className="compare-images")] if cards else []),
        ],
        className="compare-gallery",
    )


def card(image: Answered, a: Side, names: Sequence[str], parted: str) -> html.Li:
    """An image with its class and both answers; it leads to the image's story on the Examples page."""

    def named(answer: int) -> str:
        return visible(names[answer]) if 0 <= answer < len(names) else str(answer) if answer >= 0 else "nothing finite"

    def said(letter: str, answer: int) -> html.Span:
        right = answer == image.label
        mark = html.Span("✓" if right else "✗", className="right" if right else "wrong",
                         **attributes({"aria-label": "right" if right else "wrong"}), role="img")  # fmt: skip
        return html.Span([f"{letter}: {named(answer)} ", mark])

    query = {"checkpoint": a.checkpoint.id, "dataset": a.checkpoint.dataset or "", "split": SPLIT, "index": image.index}
    story = link(
        "/examples", run=a.checkpoint.run, checkpoint=a.checkpoint.id, split=SPLIT, group="all", index=image.index
    )
    return html.Li(
        dcc.Link(
            [
                html.Img(
                    src=within(f"/api/datasets/image?{urlencode(query)}"),
                    alt=f"Image {image.index}, class {named(image.label)}",
                ),
                html.Span(f"class {named(image.label)}", className="true-class"),
                said("A", image.a),
                said("B", image.b),
                *([html.Span(parted, className="margin")] if parted else []),
            ],
            href=story,
            title=f"Image {image.index} on the Examples page, in network A",
        )
    )  # fmt: skip
