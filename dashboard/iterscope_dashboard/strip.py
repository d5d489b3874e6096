"""The editable strip of blocks. assets/2_strip*.js draw it and keep it in sync with the plan."""

from itertools import pairwise

import dash_mantine_components as dmc
from dash import html

from iterscope_dashboard.components import PanelText, attributes, fold, help_button
from iterscope_dashboard.ids import Interventions as Ids
from iterscope_dashboard.model import Block, stage_starts
from iterscope_dashboard.pages.base import labelled

REFERENCES = {"last5": "first of last 5 blocks", "output": "the output"}
COLOURS = {"cosine": "Cosine loss", "ratio": "ℓ2 ratio", "drop": "Drop"}
PRESETS = {
    "first": "Drop block 0", "late": "Drop a late block", "scaled": "Repeat last ×20, α = 0.1",
    "auto": "α with lowest training loss", "unscaled": "Repeat last ×20, unscaled", "reset": "Untouched",
}  # fmt: skip
KEYS = (
    ("← →, Home, End", "move along the blocks"),
    ("Shift ← →", "select several"),
    ("D or Delete", "drop or restore the selected blocks"),
    ("R", "repeat twenty times, scaled by 0.1"),
    ("+ −", "increase or decrease the repetitions"),
    ("[ ]", "lower or raise the scale α"),
    ("Alt ← →", "swap with the neighbouring block"),
    ("Ctrl Z, Ctrl Shift Z", "undo, redo"),
)
STRIP = PanelText(
    "The network",
    "Each bar is a block: taller for a higher resolution, wider for more channels, coloured by a metric of the untouched network. "
    "The arc above it is its skip connection, dashed for a projection. For a dropped block, only the arc remains.",
    "h ← merge(shortcut(h) + α · F(h))",
    section="2",
)
PLAN_NOTATION = PanelText(
    "Plan notation",
    "Blocks in execution order: .. is a range, @ a scale, x a repetition. You can edit the text or paste another plan; the library and "
    "the command line use the same notation.",
    "0..2 4..26 26@0.1x20",
)


def strip_panel(reference: str, colour: str) -> dmc.Paper:
    """Head, network, inspector, plan."""
    return dmc.Paper([strip_head(colour), strip(), inspector(), plan_line(), comparison_line(reference)],
                     withBorder=True, className="panel strip-panel")  # fmt: skip


def strip_head(colour: str) -> html.Div:
    """Undo and redo, predefined plans, and the colour legend."""
    return html.Div(
        [
            html.H2("The network", className="panel-title"),
            html.Div(
                [html.Button("Undo", id=Ids.UNDO, className="chip", type="button", disabled=True, title="Ctrl Z"),
                 html.Button("Redo", id=Ids.REDO, className="chip", type="button", disabled=True, title="Ctrl Shift Z")],
                className="chips", role="group", **attributes({"aria-label": "Undo and redo"}),
            ),
            html.Div(
                [html.Button(label, className="chip", type="button", **attributes({"data-preset": name}))
                 for name, label in PRESETS.items()],
                className="chips", role="group", **attributes({"aria-label": "Predefined plans"}),
            ),
            html.Div(
                [
                    html.Div(id=Ids.LEGEND, className="strip-legend"),
                    dmc.SegmentedControl(id=Ids.COLOUR, value=colour, size="xs", **attributes({"aria-label": "Colour of the blocks"}),
                                         data=[{"value": name, "label": label} for name, label in COLOURS.items()]),
                    fold("?", "How the network is drawn, and keyboard shortcuts", strip_help(), "help"),
                ],
                className="strip-colour",
            ),
        ],
        className="strip-head",
    )  # fmt: skip


def strip_help() -> list[html.P | html.Code | html.Dl]:
    """Explanation of the drawing, and keyboard shortcuts."""
    keys = [part for key, what in KEYS for part in (html.Dt(key), html.Dd(what))]
    return [html.P(STRIP.help), html.Code(STRIP.formula, className="formula"), html.Dl(keys, className="key-list")]


def strip() -> html.Div:
    """Where 2_strip_draw.js draws the network."""
    return html.Div(
        id=Ids.STRIP, className="strip", role="group",
        **attributes({"aria-label": "Blocks of the network: arrow keys move, D drops, R repeats"}),
    )  # fmt: skip


def inspector() -> html.Div:
    """The container in which 2_strip_inspect.js shows the selected block; its space is reserved."""
    return html.Div(
        id=Ids.INSPECTOR, className="inspector", role="group", **attributes({"aria-label": "Selected block"})
    )


def plan_line() -> html.Div:
    """The plan as text, and its error message."""
    return html.Div(
        [
            html.Label("plan", htmlFor=Ids.PLAN_TEXT, className="control-label"),
            html.Div(
                [
                    html.Textarea(id=Ids.PLAN_TEXT, className="plan-text", rows=1, spellCheck="false",
                                  **attributes({"aria-describedby": Ids.PLAN_ERROR})),
                    html.Span("", id=Ids.PLAN_ERROR, className="plan-error", role="alert"),
                ],
                className="plan-field",
            ),
            help_button(PLAN_NOTATION),
        ],
        className="plan-line",
    )  # fmt: skip


def comparison_line(reference: str) -> html.Div:
    """The reference of the comparison, and the block at which borderline images are determined."""
    return html.Div(
        [
            html.Div(
                [
                    html.Span("compared with", className="control-label"),
                    html.Code("the untouched network", id=Ids.AGAINST, className="against"),
                    html.Button("Unpin", id=Ids.UNPIN, className="chip", type="button", hidden=True),
                    html.Button("Pin this plan as reference", id=Ids.PIN, className="chip", type="button"),
                ],
                className="control against-line",
            ),
            labelled("borderline at", dmc.Select(
                id=Ids.REFERENCE, value=reference, size="xs", w=190, allowDeselect=False,
                data=[{"value": name, "label": label} for name, label in REFERENCES.items()],
                **attributes({"aria-label": "Where borderline images are determined"}))),
        ],
        className="comparison-line",
    )  # fmt: skip


def still_strip(blocks: tuple[Block, ...]) -> html.Div:
    """The network without controls."""
    starts = [*stage_starts(blocks), len(blocks)]
    lengths = ", ".join(str(stop - start) for start, stop in pairwise(starts))
    projections = ", ".join(str(block.index) for block in blocks if block.is_projection)
    label = f"{len(blocks)} blocks in {len(starts) - 1} stages of {lengths}; projections: {projections or 'none'}"
    stages = [
        html.Div(
            [
                html.Span(f"stage {blocks[start].stage + 1}", className="stage-name"),
                html.Div([still_block(block) for block in blocks[start:stop]], className="stage-blocks"),
            ],
            className="stage",
            style={"--count": stop - start},
        )
        for start, stop in pairwise(starts)
    ]
    ends = [html.Span(name, className="strip-end") for name in ("image", "head")]
    return html.Div(
        [ends[0], *stages, ends[1]], className="strip still", role="img", **attributes({"aria-label": label})
    )


def still_block(block: Block) -> html.Span:
    """One block that is not a button."""
    return html.Span(
        str(block.index),
        className="block projection" if block.is_projection else "block",
        title=block_title(block),
    )


def block_title(block: Block) -> str:
    """Index, stage and kind of a block, as text."""
    return f"Block {block.index}, stage {block.stage + 1}" + (
        ": projection, its shortcut is not the identity" if block.is_projection else ""
    )


def status_line() -> html.Div:
    """Status, progress and cancel; the line keeps its height when idle, so that the page does not jump."""
    return html.Div(
        [
            html.Span("", id=Ids.STATUS, className="job-status", role="status"),
            dmc.Progress(
                id=Ids.PROGRESS, value=0, size="sm", className="job-progress", **attributes({"aria-label": "Progress"})
            ),
            html.Button("Cancel", id=Ids.CANCEL, className="chip", type="button", disabled=True),
        ],
        className="job-line",
    )
