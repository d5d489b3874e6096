"""The images of the Compare page: which of them each network gets wrong."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import dcc, html

from iterscope_dashboard.client import Json
from iterscope_dashboard.comparison import Answered, ComparisonError, Parting, answered, outcome, place
from iterscope_dashboard.components import attributes, icon, percent_text, problem
from iterscope_dashboard.ids import Compare as Ids
from iterscope_dashboard.model import Checkpoint
from iterscope_dashboard.state import link
from iterscope_guard.prefix import within
from iterscope_guard.text import visible

SPLIT = "validation"
MOST_IMAGES = 24


@dataclass(frozen=True)
class Side:
    """One of the networks."""

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


def of_each(sides: Sequence[Side], found: Mapping[str, Json], name: str) -> list[Json] | None:
    """The answers of all networks; None if one is missing."""
    answers = [found.get(f"{name} of {side.letter}") for side in sides]
    present = [answer for answer in answers if answer]
    return present if len(present) == len(answers) else None


def image_section(sides: Sequence[Side], found: Mapping[str, Json], parted: Parting | None) -> list[Any]:
    """The table of right and wrong, and the images to which the networks give different answers."""
    samples = of_each(sides, found, "answers")
    if samples is None:
        return [unmeasured("each network’s prediction for every image")]
    try:
        images = answered(samples)
    except ComparisonError as error:
        return [problem("The images can’t be compared", str(error))]
    names = [str(name) for name in samples[0].get("class_names") or ()]
    first = parted.first if parted and len(parted.first) == len(images) else [None] * len(images)
    places = {
        image.index: parted_at(parted, at) for image, at in zip(images, first, strict=True) if parted and at is not None
    }
    # Those that few networks get wrong come first, then those that are many.
    patterns = sorted(Counter(one.right for one in images).items(), key=lambda found: (-sum(found[0]), -found[1]))
    cards = {
        right: [
            card(one, sides, names, places.get(one.index, ""))
            for one in images
            if one.right == right and not one.agreed
        ]
        for right, _ in patterns
    }
    return [
        dmc.Paper([facts(sides, images), table(sides, patterns, images)], withBorder=True, className="panel compare-table"),
        *galleries({right: some for right, some in cards.items() if some}),
    ]  # fmt: skip


def facts(sides: Sequence[Side], images: Sequence[Answered]) -> html.Dl:
    """The networks' accuracies, and how often all say the same."""
    count = max(1, len(images))
    shares = {
        f"accuracy of {side.letter}": sum(one.right[at] for one in images) / count for at, side in enumerate(sides)
    } | {"same answer": sum(one.agreed for one in images) / count}
    pairs = [(name, percent_text(share)) for name, share in shares.items()] + [("images", f"{len(images)} of {SPLIT}")]
    return html.Dl([html.Div([html.Dt(name), html.Dd(value)]) for name, value in pairs], className="facts")


def table(
    sides: Sequence[Side], patterns: Sequence[tuple[tuple[bool, ...], int]], images: Sequence[Answered]
) -> html.Div:
    """How many images which networks get right: a row for each pattern that occurs."""
    rows = [
        html.Tr(
            [
                html.Th(outcome(right), scope="row"),
                html.Td(str(number), className="after"),
                html.Td(percent_text(number / len(images))),
                *(html.Td(mark(one)) for one in right),
            ]
        )
        for right, number in patterns
    ]
    columns = [html.Th(side.letter, scope="col", title=side.title) for side in sides]
    head = html.Tr(
        [html.Th("outcome", scope="col"), html.Th("images", scope="col"), html.Th("share", scope="col"), *columns]
    )
    label = f"Right and wrong images of {', '.join(side.title for side in sides)}"
    wrong = [one for one in images if not any(one.right)]
    number = "1 image" if len(wrong) == 1 else f"{len(wrong)} images"
    told = f"All are wrong on {number}, with the same answer on {sum(one.agreed for one in wrong)}."
    return html.Div(
        [
            html.Div(
                html.Table([html.Thead(head), html.Tbody(rows)], className="outcome-table", id=Ids.TABLE,
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


def mark(right: bool) -> html.Span:
    """A sign for right or wrong."""
    word = "right" if right else "wrong"
    return html.Span("✓" if right else "✗", className=word, role="img", **attributes({"aria-label": word}))


def parted_at(parted: Parting, at: int) -> str:
    """From where on the answers to an image differ."""
    if at == len(parted.places):
        return "only the outputs differ"
    positions = set(parted.places[at])
    where = place(positions.pop()) if len(positions) == 1 else f"a relative depth of {parted.depth[at]:.2f}"
    return f"differ from {where} on"


def galleries(cards: Mapping[tuple[bool, ...], Sequence[html.Li]]) -> list[dmc.Tabs]:
    """Images to which the networks give different answers: those of one outcome at a time."""
    if not cards:
        return []
    tabs, panels = [], []
    for right, some in cards.items():
        value = "".join("r" if one else "w" for one in right)  # a part of an id, which has no spaces
        name = outcome(right) if any(right) else "all are wrong, with different answers"
        tabs.append(dmc.TabsTab([name, html.Strong(f" {len(some)}")], value=value))
        rest = html.P(f"The first {MOST_IMAGES} are shown.", className="key-hint") if len(some) > MOST_IMAGES else None
        panels.append(dmc.TabsPanel([html.Ul(some[:MOST_IMAGES], className="compare-images"), rest], value=value))
    return [
        dmc.Tabs([dmc.TabsList(tabs), *panels], value=tabs[0].value, keepMounted=False, className="compare-galleries")
    ]


def card(image: Answered, sides: Sequence[Side], names: Sequence[str], parted: str) -> html.Li:
    """An image with its class and all answers; it leads to the image's story on the Examples page."""

    def named(answer: int) -> str:
        return visible(names[answer]) if 0 <= answer < len(names) else str(answer) if answer >= 0 else "not finite"

    a = sides[0].checkpoint
    query = {"checkpoint": a.id, "dataset": a.dataset or "", "split": SPLIT, "index": image.index}
    story = link("/examples", run=a.run, checkpoint=a.id, split=SPLIT, group="all", index=image.index)
    return html.Li(
        dcc.Link(
            [
                html.Img(
                    src=within(f"/api/datasets/image?{urlencode(query)}"),
                    alt=f"Image {image.index}, class {named(image.label)}",
                ),
                html.Span(f"class {named(image.label)}", className="true-class"),
                *(
                    html.Span([f"{side.letter}: {named(answer)} ", mark(answer == image.label)])
                    for side, answer in zip(sides, image.said, strict=True)
                ),
                *([html.Span(parted, className="margin")] if parted else []),
            ],
            href=story,
            title=f"Image {image.index} on the Examples page, in network A",
        )
    )
