"""One image along the network: its head, and three figures that mark the same block together."""

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html, no_update

from iterscope_dashboard import theme
from iterscope_dashboard.client import BackendClient, Json, ProblemError
from iterscope_dashboard.components import LegendEntry, PanelText, attributes, icon, panel, problem
from iterscope_dashboard.figures.common import empty_figure
from iterscope_dashboard.figures.sample import (
    SampleInfo,
    margin_figure,
    probabilities_figure,
    sample_blocks_figure,
    sample_info,
)
from iterscope_dashboard.ids import Examples as Ids
from iterscope_dashboard.model import blocks_of
from iterscope_dashboard.outcome import class_name, image_address
from iterscope_dashboard.state import link

PATIENCE = 5.0  # seconds until the reader is told that the worker has other things to do first
PROBABILITIES = PanelText(
    "Class probabilities along the last stage",
    "What the network would answer if its head sat after this block: the label and its strongest rivals.",
    "softmax(head(hᵢ₊₁))",
    section="4.2",
    figures=(5,),
)
MARGIN = PanelText(
    "Margin",
    "Above 0 the image is classified rightly, below wrongly; inside the band it is borderline.",
    "p_label − max of the other classes’ p",
    section="4.3",
    figures=(6,),
)
BLOCKS = PanelText(
    "This image along all blocks",
    "Cosine loss (left axis): negative where the block moves this image downhill. ℓ2 ratio (right axis): how far it is moved.",
    "cos(Fᵢ, ∂L/∂hᵢ)  and  ‖Fᵢ‖ / ‖hᵢ‖",
    section="4.1",
    figures=(2, 4),
)
BLOCKS_LEGEND = (LegendEntry("cosine loss", theme.VALIDATION), LegendEntry("ℓ2 ratio", theme.TRAIN, "dot"))


def story_frame() -> html.Div:
    """The story's places, grey until an image is chosen."""
    blank = [
        dmc.Skeleton(height=112, width=112, radius="md"),
        html.Div([dmc.Skeleton(height=16, width=w, mb=9) for w in (110, 210, 260)]),
    ]
    return html.Div(
        [
            dmc.Paper(html.Div(blank, id=Ids.STORY_HEAD, className="story-head", **attributes({"aria-live": "polite"})),
                      withBorder=True, className="panel"),
            panel(Ids.PROBABILITIES, PROBABILITIES, empty_figure(""), height="short"),
            panel(Ids.MARGIN, MARGIN, empty_figure(""), height="low"),
            panel(Ids.BLOCKS, BLOCKS, empty_figure(""), height="short", legend=BLOCKS_LEGEND),
        ],
        className="story", id=Ids.STORY, **attributes({"data-new": "", "data-waiting": ""}),
    )  # fmt: skip


async def tell(client: BackendClient, context: Json, index: int | None) -> tuple[Any, Any, Any, Any, Json]:
    """Head, the figures of class probabilities, margin, and the metrics along all blocks; and which image that was, or what was refused."""
    empty = empty_figure("")
    if index is None:
        return html.P("No image is chosen.", className="key-hint"), empty, empty, empty, {"index": None}
    request = {"checkpoint": context["checkpoint"], "split": context["split"], "index": index}
    try:
        answer = await client.probe("sample", request, wait=PATIENCE)
    except ProblemError as error:
        refused = {"refused": error.detail} if error.status == 422 else {}
        return problem(error.title, error.detail), empty, empty, empty, {"index": index, **refused}
    if answer.result is None:
        waiting = "The worker has other things to do first; this image comes by itself."
        return html.P(waiting, className="key-hint", role="status"), *(no_update,) * 3, {"index": index, "waits": True}
    info = sample_info(answer.result)
    return (
        story_head(info, context),
        probabilities_figure(info),
        margin_figure(info),
        sample_blocks_figure(info, blocks_of(answer.result["blocks"])),
        {"index": index},
    )


def story_head(info: SampleInfo, context: Json) -> list[Any]:
    """The image, what it is, what the network takes it for, and when it made up its mind."""
    label, prediction = class_name(info.class_names, info.label), class_name(info.class_names, info.prediction)
    right = info.label == info.prediction
    watch = link("/interventions", run=context["run"], checkpoint=context["checkpoint"],
                 split=None if context["split"] == "validation" else context["split"])  # fmt: skip
    return [
        html.Img(src=image_address(context, info.index), width=112, height=112,
                 alt=f"Image {info.index}, a {label}", className="portrait"),
        html.Div(
            [
                html.H2(f"Image {info.index}", className="story-title"),
                html.P(["labelled ", html.B(label), ", predicted ", html.B(prediction),
                        html.Span("right" if right else "wrong", className="verdict verdict-" + ("holds" if right else "no"))]),
                html.P(turning_point(info.exit_blocks, info.margin), className="key-hint"),
                html.Div(
                    [
                        html.Button([icon("pin", 13), html.Span("Pin", className="pin-word")], type="button", className="chip with-icon",
                                    **attributes({"data-pin": str(info.index), "aria-pressed": "false"})),
                        html.Span(dcc.Link("Watch under interventions", href=watch, className="chip link-chip"),
                                  **attributes({"data-watch": str(info.index)})),
                    ],
                    className="chips story-actions",
                ),
            ]
        ),
    ]  # fmt: skip


def turning_point(blocks: list[int], margin: list[float]) -> str:
    """When the answer settles, in words."""
    if not blocks:
        return ""
    right = [value > 0 for value in margin]
    if all(right):
        return f"Right after every block from {blocks[0]} on."
    if not any(right):
        return "Wrong after every block of the last stage."
    settled = len(right) - 1
    while settled > 0 and right[settled - 1] == right[-1]:
        settled -= 1
    return f"Settles on the {'right' if right[-1] else 'wrong'} class at block {blocks[settled]}, and stays."
