"""The Examples page: images that are borderline, corrected or lost by late blocks; and the details of one image.

The server renders the frame. The browser fetches the list of images in parts and draws the visible ones
(assets/2_examples.js, 2_examples_grid.js). A callback renders the details of the selected image.
"""

from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from iterscope_views.component import View
from iterscope_dashboard.client import BackendClient, Json
from iterscope_dashboard.components import attributes, connect, icon, notices, run_options, sinks
from iterscope_dashboard.ids import Examples as Ids
from iterscope_dashboard.model import Checkpoint, Run
from iterscope_dashboard.pages.base import (
    MeasuredRun,
    Page,
    PageContext,
    checkpoint_options,
    choose_checkpoint,
    labelled,
    run_to_measure,
)
from iterscope_dashboard.pages.examples_story import story_frame, tell
from iterscope_dashboard.pinned import read_images
from iterscope_dashboard.state import Query

SPLITS = ("validation", "train")
DRAWN = {"500": "sample of 500", "2000": "sample of 2,000", "all": "all"}  # images of the split
GROUPS = {
    "borderline": "Borderline: |p_label − max p_other| < 0.1 after the first of the last 5 blocks.",
    "corrected": "Corrected: wrong after the first of the last 5 blocks, correct at the output.",
    "overthought": "Overthought: correct after some block of the last stage, wrong at the output.",
    "misclassified": "Misclassified: wrong at the output.",
    "all": "All images.",
}
SORTS = {
    "margin": "smallest margin",
    "-margin": "largest margin",
    "-loss": "largest loss",
    "loss": "smallest loss",
    "index": "by index",
}
WIRING = {
    "load": [Input(Ids.CONTEXT, "data")],
    "filter": [Input(name, "value") for name in (Ids.GROUP, Ids.BY, Ids.CLASS, Ids.SORT, Ids.DRAWN)],
    "network": [Input(name, "value") for name in (Ids.RUN, Ids.CHECKPOINT, Ids.SPLIT)],
    "random": [Input(Ids.RANDOM, "n_clicks")],
    "told": [Input(Ids.TOLD, "data")],
}


def read_view(query: Query, checkpoint: Checkpoint) -> Json:
    """The filters in the address."""
    blocks = deciding_blocks(checkpoint)
    low, high = (blocks[0], blocks[-1]) if blocks else (0, 0)
    return {
        "split": query.choice("split", SPLITS, "validation"),
        "drawn": query.choice("n", tuple(DRAWN), "500"),
        "group": query.choice("group", tuple(GROUPS), "borderline"),
        "sort": query.choice("sort", tuple(SORTS), "margin"),
        "by": query.whole("by", low, high, None, "showing images corrected by any block"),
        "class": query.whole("class", 0, max(0, len(checkpoint.class_names) - 1), None, "showing all classes"),
        "index": query.whole("index", 0, 10**9, None, "showing the first image of the list"),
    }


def deciding_blocks(checkpoint: Checkpoint) -> list[int]:
    """The blocks that can correct an image: those of the last stage, where the head can be applied, except the first."""
    last = max((block.stage for block in checkpoint.blocks), default=0)
    return [block.index for block in checkpoint.blocks if block.stage == last][1:]


async def render(context: PageContext) -> Component:
    """Render filters, an empty grid and empty details, each in its final place."""
    query = context.query
    if not isinstance(found := await run_to_measure(context), MeasuredRun):
        return found
    runs, run, checkpoints = found.runs, found.run, found.checkpoints
    checkpoint = choose_checkpoint(checkpoints, query)
    view = read_view(query, checkpoint)
    images = read_images(query)
    return html.Div(
        [
            *notices(query.notices),
            head(runs, run, checkpoints, checkpoint, view),
            filters(view, checkpoint),
            html.Div([listing(), story_frame()], className="examples"),
            dcc.Store(id=Ids.CONTEXT, data=context_of(checkpoint, view, images)),
            dcc.Store(id=Ids.CHOSEN),
            dcc.Store(id=Ids.TOLD),
            *sinks("examples", list(WIRING)),
        ],
        className="page ready examples-page",
    )


def context_of(checkpoint: Checkpoint, view: Json, images: list[int] | None) -> Json:
    """The data that the browser and the details callback need."""
    return {
        "run": checkpoint.run,
        "checkpoint": checkpoint.id,
        "dataset": checkpoint.dataset,
        "split": view["split"],
        "class_names": list(checkpoint.class_names),
        "deciding": deciding_blocks(checkpoint),
        "groups": GROUPS,
        "view": view,
        "images": images,
    }


def head(runs: list[Run], run: Run, checkpoints: list[Checkpoint], checkpoint: Checkpoint, view: Json) -> html.Div:
    """Selectors of run, checkpoint and images."""
    return html.Div(
        [
            html.H1("Examples", className="page-title"),
            labelled("run", dmc.Select(id=Ids.RUN, value=run.id, data=run_options(runs), allowDeselect=False,
                                       className="run-select", **attributes({"aria-label": "Run"}))),
            labelled("checkpoint", dmc.Select(id=Ids.CHECKPOINT, value=checkpoint.id, allowDeselect=False, w=190,
                                              data=checkpoint_options(run, checkpoints),
                                              **attributes({"aria-label": "Checkpoint"}))),
            labelled("images", dmc.Select(id=Ids.SPLIT, value=view["split"], data=list(SPLITS), allowDeselect=False, w=130,
                                          **attributes({"aria-label": "Images"}))),
            dmc.Select(id=Ids.DRAWN, value=view["drawn"], allowDeselect=False, w=150,
                       data=[{"value": value, "label": label} for value, label in DRAWN.items()],
                       **attributes({"aria-label": "Number of images"})),
        ],
        className="page-head",
    )  # fmt: skip


def filters(view: Json, checkpoint: Checkpoint) -> html.Div:
    """Group, correcting block, class, order and random example; then the count and the pins."""
    classes = [{"value": str(i), "label": name} for i, name in enumerate(checkpoint.class_names)]
    by = [{"value": str(block), "label": f"block {block}"} for block in deciding_blocks(checkpoint)]
    return html.Div(
        [
            html.Div(
                [
                    html.Div(dmc.SegmentedControl(id=Ids.GROUP, value=view["group"], data=list(GROUPS), size="sm"),
                             className="group-choice"),
                    labelled("by", dmc.Select(id=Ids.BY, value=None if view["by"] is None else str(view["by"]), data=by,
                                              placeholder="any block", clearable=True, w=118, disabled=view["group"] != "corrected",
                                              clearButtonProps={"aria-label": "Corrected by any block"},
                                              **attributes({"aria-label": "Corrected by block"}))),
                    labelled("class", dmc.Select(id=Ids.CLASS, value=None if view["class"] is None else str(view["class"]),
                                                 data=classes, placeholder="all classes", clearable=True, w=125, searchable=True,
                                                 clearButtonProps={"aria-label": "Show all classes"},
                                                 **attributes({"aria-label": "Class"}))),
                    labelled("order", dmc.Select(id=Ids.SORT, value=view["sort"], allowDeselect=False, w=185,
                                                 data=[{"value": k, "label": v} for k, v in SORTS.items()],
                                                 **attributes({"aria-label": "Order"}))),
                ],
                className="filters",
            ),
            html.Div(
                [
                    html.Span("", id=Ids.COUNT, className="listing-count", role="status"),
                    html.Span(GROUPS[view["group"]], id=Ids.MEANING, className="key-hint"),
                    html.Button([icon("dice", 15), "Random example"], id=Ids.RANDOM, className="chip with-icon", type="button"),
                ],
                className="listing-line",
            ),
            html.Div(
                [
                    html.Div(id=Ids.PINS, className="pins-bar", role="region", **attributes({"aria-label": "Pinned images"})),
                    html.Span("Keys: arrows move, Enter opens, P pins.", className="key-hint listing-keys"),
                ],
                className="listing-line",
            ),
        ],
        className="filter-bar",
    )  # fmt: skip


def listing() -> html.Div:
    """The grid, and a progress bar while predictions are computed for the first time."""
    progress = dmc.Progress(value=0, id=Ids.PROGRESS, size="xs", **attributes({"aria-label": "Computing predictions"}))
    return html.Div(
        [
            html.Div(progress, className="listing-progress"),
            html.Div(id=Ids.GRID, className="virtual-grid", role="list", **attributes({"aria-label": "Images"})),
        ],
        className="listing",
    )


def register(app: Dash, client: BackendClient) -> None:
    """Register the details callback; everything else happens in the browser."""

    @app.callback(
        Output(Ids.STORY_HEAD, "children"),
        Output(Ids.PROBABILITIES, "figure"),
        Output(Ids.MARGIN, "figure"),
        Output(Ids.BLOCKS, "figure"),
        Output(Ids.TOLD, "data"),
        Input(Ids.CHOSEN, "data"),
        State(Ids.CONTEXT, "data"),
        prevent_initial_call=True,
    )
    async def story(chosen: Json | None, context: Json) -> Any:
        """Render the details; Dash discards the answer if another image was selected meanwhile."""
        return await tell(client, context, (chosen or {}).get("index"))

    connect(app, "examples", WIRING)


async def view(context: PageContext) -> Component:
    """The view; it reads its own address and asks for its own data."""
    return View("iterscope-examples")


PAGE = Page("/examples", "Examples", view, lambda _app, _client: None)
