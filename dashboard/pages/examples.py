"""Examples: which images blocks correct, spoil or leave in the balance; and one image's story."""

from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, html
from dash.development.base_component import Component

from dashboard import theme
from dashboard.client import BackendClient, Json, ProblemError
from dashboard.components import (
    LegendEntry,
    PanelText,
    attributes,
    connect,
    icon,
    notices,
    panel,
    pending,
    problem,
    run_options,
    sinks,
)
from dashboard.figures.sample import margin_figure, probabilities_figure, sample_blocks_figure, sample_info
from dashboard.ids import Examples as Ids
from dashboard.model import Block, Checkpoint, blocks_of, number
from dashboard.outcome import class_name, image_address
from dashboard.pages.base import (
    Page,
    PageContext,
    all_runs,
    checkpoint_options,
    choose_checkpoint,
    choose_run,
    labelled,
    no_checkpoint,
    no_runs,
)
from dashboard.state import Query, link

PAGE_SIZE = 48
PATIENCE = 1.5  # seconds before the page shows progress instead of waiting
SPLITS = ("validation", "train")
GROUPS = {
    "borderline": "Borderline: label and strongest rival within 0.1 of each other, five blocks before the end",
    "corrected": "Corrected: wrong after an earlier block of the last stage, right at the output",
    "overthought": "Overthought: right after some block, wrong at the output",
    "misclassified": "Misclassified: wrong at the output",
    "all": "All images",
}
SORTS = {
    "margin": "smallest margin first",
    "-margin": "largest margin first",
    "-loss": "largest loss first",
    "index": "by index",
}
WIRING = {
    "filter": [Input(name, "value") for name in (Ids.RUN, Ids.CHECKPOINT, Ids.SPLIT, Ids.GROUP, Ids.CLASS, Ids.SORT)],
    "random": [Input(Ids.RANDOM, "n_clicks")],
}
PROBABILITIES = PanelText(
    "Class probabilities along the last stage",
    "What the network would answer if its head sat after this block: the label and its strongest rivals.",
    "softmax(head(hᵢ₊₁))",
)
MARGIN = PanelText(
    "Margin",
    "Above 0 the image is classified rightly, below wrongly; inside the band it is borderline.",
    "p_label − max of the other classes’ p",
)
BLOCKS = PanelText(
    "This image along all blocks",
    "Cosine loss (left axis): negative where the block moves this image downhill. ℓ2 ratio (right axis): how far it is moved.",
    "cos(Fᵢ, ∂L/∂hᵢ)  and  ‖Fᵢ‖ / ‖hᵢ‖",
)
BLOCKS_LEGEND = (LegendEntry("cosine loss", theme.VALIDATION), LegendEntry("ℓ2 ratio", theme.TRAIN, "dot"))


def samples_request(checkpoint: Checkpoint, view: Json) -> Json:
    """The body of /probe/samples."""
    sort = view["sort"]
    request: Json = {
        "checkpoint": checkpoint.id,
        "split": view["split"],
        "group": view["group"],
        "sort": sort.lstrip("-"),
        "descending": sort.startswith("-"),
        "offset": (view["page"] - 1) * PAGE_SIZE,
        "count": PAGE_SIZE,
    }
    if view["class"] is not None:
        request["class"] = view["class"]
    return request


def read_view(query: Query, classes: int) -> Json:
    """The filters of the address."""
    return {
        "split": query.choice("split", SPLITS, "validation"),
        "group": query.choice("group", tuple(GROUPS), "borderline"),
        "sort": query.choice("sort", tuple(SORTS), "margin"),
        "class": query.whole("class", 0, max(0, classes - 1), None, "showing every class"),
        "page": query.whole("page", 1, 10**6, 1, "showing the first page") or 1,
        "index": query.whole("index", 0, 10**9, None, "showing the first image of the list"),
    }


async def render(context: PageContext) -> Component:
    """The list for the address's filters, and the chosen image's story."""
    client, query = context.client, context.query
    runs = await all_runs(client)
    if not runs:
        return no_runs()
    run = choose_run(runs, query)
    checkpoints = [Checkpoint.from_json(c) for c in await client.checkpoints(run.id)]
    if not checkpoints:
        return no_checkpoint(run)
    checkpoint = choose_checkpoint(checkpoints, query)
    view = read_view(query, len(checkpoint.class_names) or 10**6)
    head = html.Div(
        [
            html.H1("Examples", className="page-title"),
            labelled("run", dmc.Select(id=Ids.RUN, value=run.id, data=run_options(runs), allowDeselect=False,
                                       className="run-select", **attributes({"aria-label": "Run"}))),
            labelled("network of", dmc.Select(id=Ids.CHECKPOINT, value=checkpoint.id, allowDeselect=False, w=190,
                                              data=checkpoint_options(run, checkpoints),
                                              **attributes({"aria-label": "Checkpoint"}))),
            labelled("images", dmc.Select(id=Ids.SPLIT, value=view["split"], data=list(SPLITS), allowDeselect=False, w=130,
                                          **attributes({"aria-label": "Images"}))),
        ],
        className="page-head",
    )  # fmt: skip
    body = await contents(client, checkpoint, view)
    return html.Div([*notices(query.notices), head, *body, *sinks("examples", list(WIRING))], className="page ready")


async def contents(client: BackendClient, checkpoint: Checkpoint, view: Json) -> list[Any]:
    """Filters, thumbnails and story; progress while they are measured; the backend's words when it refuses."""
    try:
        answer = await client.probe("samples", samples_request(checkpoint, view), wait=PATIENCE)
    except ProblemError as error:
        return [filters(view, {}, checkpoint.class_names), problem(error.title, error.detail), hidden_random()]
    if answer.result is None:
        job = answer.job or {}
        waiting = pending(str(job["id"]), "Looking at every image after every block of the last stage …",
                          float(job.get("progress") or 0.0))  # fmt: skip
        return [filters(view, {}, checkpoint.class_names), hidden_random(), waiting]
    result = answer.result
    names = tuple(str(name) for name in result["class_names"])
    items = result["items"]
    index = view["index"] if view["index"] is not None else items[0]["index"] if items else None
    bar = filters(view, result["counts"], names)
    listing = html.Div([grid(checkpoint, view, items, index, names), paging(checkpoint, view, int(result["total"]))],
                       className="listing")  # fmt: skip
    chosen = await story(client, checkpoint, view, index) if index is not None else html.Div()
    indices = " ".join(str(item["index"]) for item in items)
    return [
        bar,
        html.Div(id=f"{Ids.GRID}-indices", hidden=True, **attributes({"data-indices": indices})),
        html.Div([listing, chosen], className="examples"),
    ]


def hidden_random() -> html.Div:
    """No images to choose from yet."""
    return html.Div(id=f"{Ids.GRID}-indices", hidden=True, **attributes({"data-indices": ""}))


def filters(view: Json, counts: Json, names: tuple[str, ...]) -> html.Div:
    """Group with counts, class, order, random."""
    groups = [{"value": name, "label": f"{name} ({counts[name]})" if name in counts else name} for name in GROUPS]
    classes = [{"value": str(i), "label": name} for i, name in enumerate(names)]
    return html.Div(
        [
            html.Div(
                [
                    dmc.SegmentedControl(id=Ids.GROUP, value=view["group"], data=groups, size="sm"),
                    labelled("class", dmc.Select(id=Ids.CLASS, value=None if view["class"] is None else str(view["class"]),
                                                 data=classes, placeholder="every class", clearable=True, w=150,
                                                 clearButtonProps={"aria-label": "Show every class"},
                                                 **attributes({"aria-label": "Class"}))),
                    labelled("order", dmc.Select(id=Ids.SORT, value=view["sort"], allowDeselect=False, w=200,
                                                 data=[{"value": k, "label": v} for k, v in SORTS.items()],
                                                 **attributes({"aria-label": "Order"}))),
                    html.Button([icon("dice", 15), "Random example"], id=Ids.RANDOM, className="chip with-icon", type="button"),
                ],
                className="filters",
            ),
            html.P(GROUPS[view["group"]] + ".", className="key-hint"),
        ],
        className="filter-bar",
    )  # fmt: skip


def address(checkpoint: Checkpoint, view: Json, **changes: object) -> str:
    """This page with something changed."""
    now = {**view, **changes}
    return link(
        "/examples",
        run=checkpoint.run,
        checkpoint=checkpoint.id,
        split=None if now["split"] == "validation" else now["split"],
        group=None if now["group"] == "borderline" else now["group"],
        sort=None if now["sort"] == "margin" else now["sort"],
        page=None if now["page"] == 1 else now["page"],
        **{"class": now["class"], "index": now["index"]},
    )


def grid(
    checkpoint: Checkpoint, view: Json, items: list[Json], chosen: int | None, names: tuple[str, ...]
) -> Component:
    """Thumbnails; each is a link to the same page with its image chosen."""
    if not items:
        return html.Div(
            [html.P("No image of this kind.", className="empty-title"),
             html.P("Choose another group or class, or an earlier epoch, where more images hang in the balance.",
                    className="key-hint")],
            className="nothing", role="status",
        )  # fmt: skip
    cards = []
    for item in items:
        index = int(item["index"])
        label, prediction = class_name(names, int(item["label"])), class_name(names, int(item["prediction"]))
        text = f"Image {index}: a {label}, predicted {prediction}, margin {number(item['margin']):.2f}".replace(
            "-", "−"
        )
        kind = "same" if item["correct"] else "worse"
        caption = label if item["correct"] else f"{label} → {prediction}"
        cards.append(dmc.Anchor(
            [html.Img(src=image_address(checkpoint.dataset, view["split"], index), alt=text, title=text, width=56, height=56),
             html.Span(caption, className=f"caption {kind}"),
             html.Span(f"{number(item['margin']):.2f}".replace("-", "−"), className="margin")],
            href=address(checkpoint, view, index=index), className="thumbnail", underline="never",
            **attributes({"aria-current": "true"} if index == chosen else {}),
        ))  # fmt: skip
    return html.Div(cards, className="thumbnails", id=Ids.GRID)


def paging(checkpoint: Checkpoint, view: Json, total: int) -> html.Nav:
    """Which part of the list is shown, and the way to the rest."""
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(view["page"], pages)
    first, last = (page - 1) * PAGE_SIZE + 1, min(total, page * PAGE_SIZE)
    links: list[Any] = [html.Span(f"{first}–{last} of {total}" if total else "0 images", className="control-label")]
    if page > 1:
        links.insert(0, dmc.Anchor("Previous", href=address(checkpoint, view, page=page - 1, index=None), size="sm"))
    if page < pages:
        links.append(dmc.Anchor("Next", href=address(checkpoint, view, page=page + 1, index=None), size="sm"))
    return html.Nav(links, className="paging", **attributes({"aria-label": "Pages of the list"}))


async def story(client: BackendClient, checkpoint: Checkpoint, view: Json, index: int) -> Component:
    """One image along the network."""
    request = {"checkpoint": checkpoint.id, "split": view["split"], "index": index}
    try:
        answer = await client.probe("sample", request, wait=PATIENCE * 4)
    except ProblemError as error:
        return html.Div(problem(error.title, error.detail), className="story")
    if answer.result is None:
        job = answer.job or {}
        return html.Div(
            pending(str(job["id"]), "Measuring this image …", float(job.get("progress") or 0)), className="story"
        )
    info = sample_info(answer.result)
    blocks: tuple[Block, ...] = blocks_of(answer.result.get("blocks") or ()) or checkpoint.blocks
    label, prediction = class_name(info.class_names, info.label), class_name(info.class_names, info.prediction)
    right = info.label == info.prediction
    return html.Div(
        [
            dmc.Paper(
                [
                    html.Img(src=image_address(checkpoint.dataset, view["split"], index), alt=f"Image {index}, a {label}",
                             width=112, height=112, className="portrait"),
                    html.Div(
                        [
                            html.H2(f"Image {index}", className="story-title"),
                            html.P(["labelled ", html.B(label), ", predicted ", html.B(prediction),
                                    html.Span("right" if right else "wrong", className="verdict verdict-" + ("holds" if right else "no"))]),
                            html.P(turning_point(info.exit_blocks, info.margin), className="key-hint"),
                        ]
                    ),
                ],
                withBorder=True, className="panel story-head",
            ),
            panel(Ids.PROBABILITIES, PROBABILITIES, probabilities_figure(info), height="short"),
            panel(Ids.MARGIN, MARGIN, margin_figure(info), height="low"),
            panel(Ids.BLOCKS, BLOCKS, sample_blocks_figure(info, blocks), height="short", legend=BLOCKS_LEGEND),
        ],
        className="story", id=Ids.STORY,
    )  # fmt: skip


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


def register(app: Dash, _client: BackendClient) -> None:
    """Filters change the address; the server draws it."""
    connect(app, "examples", WIRING)


PAGE = Page("/examples", "Examples", render, register)
