"""Pinned images: the predictions of a few images while the plan changes.

The list of pins lives in the browser (assets/1_pins.js: the address and the local storage); this panel shows it.
"""

import re
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from iterscope_dashboard.client import BackendClient, BackendError, Json, ProblemError
from iterscope_dashboard.components import attributes, connect, problem, sinks
from iterscope_dashboard.ids import Interventions
from iterscope_dashboard.ids import Pinned as Ids
from iterscope_dashboard.model import number
from iterscope_dashboard.outcome import class_name, image_address, percent_text
from iterscope_dashboard.state import Query, link

MOST = 24  # images; as in assets/1_pins.js
PATIENCE = 20.0
WIRING = {"load": [Input(Ids.CONTEXT, "data")]}


def read_images(query: Query) -> list[int] | None:
    """The pins of a link, `images=3.17.204`; None if it has none, then the browser's own pins apply."""
    text = query.text("images")
    if text is None:
        return None
    if not re.fullmatch(r"\d{1,9}(\.\d{1,9})*", text):
        query.notices.append(f"images “{text}” is not a list like 3.17.204: showing your own pins instead.")
        return None
    found = list(dict.fromkeys(int(part) for part in text.split(".")))
    if len(found) > MOST:
        query.notices.append(f"images lists {len(found)} images: the first {MOST} are pinned.")
    return found[:MOST]


def pinned_panel(query: Query, context: Json) -> Component:
    """One card per pinned image, filled by a callback. `context` names the run, checkpoint, data set and split."""
    panel: Component = dmc.Paper(
        [
            html.Div(
                [
                    html.H2("Pinned images", className="panel-title"),
                    html.Span("prediction and probability of the label", className="panel-badge"),
                    html.Div(
                        html.Button("Unpin all", type="button", className="chip", **attributes({"data-unpin-all": ""})),
                        className="panel-tools pinned-tools",
                    ),
                ],
                className="panel-head",
            ),
            html.Div(
                dmc.Skeleton(height=40), id=Ids.BODY, className="pinned-body", **attributes({"aria-live": "polite"})
            ),
            dcc.Store(id=Ids.CONTEXT, data={**context, "images": read_images(query)}),
            dcc.Store(id=Ids.IMAGES),
            dcc.Store(id=Ids.SHOWN),
            *sinks("pinned", list(WIRING)),
        ],
        withBorder=True,
        className="panel pinned-panel",
    )
    return panel


def question(images: list[int], context: Json, result: Json) -> Json:
    """The body of /probe/predictions for the reference and the plan of a result of /probe/plan."""
    plans = [[[step["block"], step["scale"]] for step in result[side]["steps"]] for side in ("baseline", "result")]
    return {"checkpoint": context["checkpoint"], "split": context["split"], "indices": images, "plans": plans}


def nothing_pinned(context: Json) -> Component:
    """Explains how to pin."""
    return html.P(
        [
            "No images are pinned. Pin images on the ",
            dcc.Link("Examples page", href=link("/examples", run=context["run"], checkpoint=context["checkpoint"])),
            " (pin button of a thumbnail, or key P) to see here how the plan changes their predictions.",
        ],
        className="key-hint",
    )


def cards(result: Json, context: Json) -> list[Component]:
    """One card per image, in the order of the pins."""
    before, after = result["plans"][0], result["plans"][-1]
    names = [str(name) for name in result["class_names"]]
    return [
        card(context, index, names, int(result["labels"][i]), *({name: side[name][i] for name in
             ("prediction", "label_probability")} for side in (before, after)))
        for i, index in enumerate(result["indices"])
    ]  # fmt: skip


def card(context: Json, index: int, names: list[str], label: int, before: Json, after: Json) -> Component:
    """Thumbnail, label, and both networks' predictions with a bar for the label's probability."""
    name = class_name(names, label)
    kind = (
        "same" if before["prediction"] == after["prediction"] else "better" if after["prediction"] == label else "worse"
    )
    sides = [side("reference", names, label, before, "before"), side("plan", names, label, after, kind)]
    return framed(context, index, name, sides, kind)


def waiting(context: Json, index: int) -> Component:
    """Placeholder card of an image whose plan is being measured."""
    return framed(context, index, "", [dmc.Skeleton(height=8, mt=8) for _ in range(2)], "same")


def framed(context: Json, index: int, name: str, sides: list[Component], kind: str) -> Component:
    """A card around the content for one image."""
    story = link("/examples", run=context["run"], checkpoint=context["checkpoint"],
                 split=None if context["split"] == "validation" else context["split"], index=index)  # fmt: skip
    words = f"Image {index}, a {name}" if name else f"Image {index}"
    return html.Div(
        [
            dcc.Link(html.Img(src=image_address(context, index), width=56, height=56, alt=words),
                     href=story, title=f"Image {index}: open in Examples"),
            html.Div([html.Div([html.B(name), html.Span(f"image {index}", className="margin")], className="pinned-name"), *sides],
                     className="pinned-sides"),
            html.Button("×", type="button", className="unpin", title="Unpin",
                        **attributes({"data-unpin": str(index), "aria-label": f"Unpin image {index}"})),
        ],
        className=f"pinned-card {kind}",
    )  # fmt: skip


def side(word: str, names: list[str], label: int, answer: Json, kind: str) -> Component:
    """One network's prediction and its probability of the label."""
    probability = number(answer["label_probability"])
    share = 100 * probability if probability == probability else 0.0  # NaN: the output was not finite
    prediction = int(answer["prediction"])
    said = "not finite" if prediction < 0 else class_name(names, prediction)
    right = prediction == label
    return html.Div(
        [
            html.Span(word, className="pinned-word"),
            html.Span([said, html.Span(" ✓" if right else " ✗", **attributes({"aria-label": "correct" if right else "wrong"}),
                                       role="img")], className=f"pinned-said {'better' if right else 'worse'}"),
            html.Span(html.Span(style={"width": f"{share:.1f}%"}), className=f"pinned-bar {kind}"),
            html.Span(percent_text(probability), className="pinned-share"),
        ],
        className="pinned-side",
    )  # fmt: skip


def register(app: Dash, client: BackendClient) -> None:
    """Request the predictions again when the pins change or a plan has been measured."""

    @app.callback(
        Output(Ids.BODY, "children"),
        Output(Ids.SHOWN, "data"),
        Input(Ids.IMAGES, "data"),
        Input(Interventions.PLAN_RESULT, "data"),
        State(Ids.CONTEXT, "data"),
        State(Ids.SHOWN, "data"),
        prevent_initial_call=True,
    )
    async def watch(images: list[int] | None, measured: Json | None, context: Json, shown: Json | None) -> Any:
        """Keep the current cards until new results arrive."""
        if images is None:
            return no_update, no_update
        if not images:
            return nothing_pinned(context), None
        if not measured:
            return [waiting(context, index) for index in images], None
        asked = question(images, context, measured["result"])
        if asked == shown:
            return no_update, no_update
        try:
            answer = await client.probe("predictions", asked, wait=PATIENCE)
        except BackendError as error:
            title = error.title if isinstance(error, ProblemError) else "Backend not available"
            return problem(title, str(error)), asked
        if answer.result is None:
            return no_update, no_update
        return cards(answer.result, context), asked

    connect(app, "pinned", WIRING)
