"""The details of one image: a summary, and three figures with linked hovering."""

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

PATIENCE = 5.0  # seconds until the page says that the worker is busy
PROBABILITIES = PanelText(
    "Class probabilities along the last stage",
    "Prediction with the head applied after each block, for the label and the most probable other classes.",
    "softmax(head(hᵢ₊₁))",
    section="4.2",
    figures=(5,),
)
MARGIN = PanelText(
    "Margin",
    "Above 0 the image is classified correctly, below 0 wrongly; inside the band it is borderline.",
    "p_label − max p_other",
    section="4.3",
    figures=(6,),
)
BLOCKS = PanelText(
    "This image, block by block",
    "Cosine loss (left axis): negative if the block moves h along −∂L/∂h. ℓ2 ratio (right axis): how much the block changes h.",
    "cos(Fᵢ, ∂L/∂hᵢ)  and  ‖Fᵢ‖ / ‖hᵢ‖",
    section="4.1",
    figures=(2, 4),
)
BLOCKS_LEGEND = (LegendEntry("cosine loss", theme.VALIDATION), LegendEntry("ℓ2 ratio", theme.TRAIN, "dot"))


def story_frame() -> html.Div:
    """Containers of the details, grey until an image is selected."""
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
    """Summary, the three figures, and the index of the image or the error message."""
    empty = empty_figure("")
    if index is None:
        return html.P("No image is selected.", className="key-hint"), empty, empty, empty, {"index": None}
    request = {"checkpoint": context["checkpoint"], "split": context["split"], "index": index}
    try:
        answer = await client.probe("sample", request, wait=PATIENCE)
    except ProblemError as error:
        refused = {"refused": error.detail} if error.status == 422 else {}
        return problem(error.title, error.detail), empty, empty, empty, {"index": index, **refused}
    if answer.result is None:
        waiting = "The worker is busy with other jobs. This image appears when they are done."
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
    """The image, its label and prediction, and the block from which the prediction is stable."""
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
                        html.Span("correct" if right else "wrong", className="verdict verdict-" + ("holds" if right else "no"))]),
                html.P(turning_point(info.exit_blocks, info.margin), className="key-hint"),
                html.Div(
                    [
                        html.Button([icon("pin", 13), html.Span("Pin", className="pin-word")], type="button", className="chip with-icon",
                                    **attributes({"data-pin": str(info.index), "aria-pressed": "false"})),
                        html.Span(dcc.Link("Open in Interventions", href=watch, className="chip link-chip"),
                                  **attributes({"data-watch": str(info.index)})),
                    ],
                    className="chips story-actions",
                ),
            ]
        ),
    ]  # fmt: skip


def turning_point(blocks: list[int], margin: list[float]) -> str:
    """The block from which the prediction stays correct or wrong, as a sentence."""
    if not blocks:
        return ""
    right = [value > 0 for value in margin]
    if all(right):
        return f"Correct after every block from {blocks[0]} on."
    if not any(right):
        return "Wrong after every block of the last stage."
    settled = len(right) - 1
    while settled > 0 and right[settled - 1] == right[-1]:
        settled -= 1
    return f"{'Correct' if right[-1] else 'Wrong'} from block {blocks[settled]} on."
