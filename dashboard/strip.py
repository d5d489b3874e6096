"""The network as a strip of blocks, with what can be done to it. assets/2_strip.js keeps it in step with the plan."""

from collections.abc import Callable
from itertools import pairwise

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.components import attributes
from dashboard.ids import Interventions as Ids
from dashboard.model import Block, stage_starts
from dashboard.pages.base import labelled
from dashboard.state import MAX_STEPS, PlanState

REFERENCES = {"last5": "five blocks before the end", "output": "the output"}


def strip_head() -> html.Div:
    """What a click does, and ready-made plans."""
    presets = (("first", "Drop block 0"), ("late", "Drop a late block"), ("scaled", "Repeat last ×20, α = 0.1"),
               ("unscaled", "Repeat last ×20, unscaled"), ("reset", "Untouched"))  # fmt: skip
    return html.Div(
        [
            html.H2("The network", className="panel-title"),
            dmc.SegmentedControl(id=Ids.MODE, value="drop", size="xs", data=[
                {"value": "drop", "label": "Click drops"}, {"value": "repeat", "label": "Click repeats"}]),
            html.Div(
                [html.Button(label, className="chip", type="button", **attributes({"data-preset": name})) for name, label in presets],
                className="chips", role="group", **attributes({"aria-label": "Ready-made plans"}),
            ),
        ],
        className="strip-head",
    )  # fmt: skip


def chain(blocks: tuple[Block, ...], draw: Callable[[Block], Component]) -> list[Component]:
    """From the image to the head, stage by stage."""
    starts = [*stage_starts(blocks), len(blocks)]
    stages = []
    for start, stop in pairwise(starts):
        drawn = [draw(block) for block in blocks[start:stop]]
        stages.append(html.Div(
            [html.Span(f"stage {blocks[start].stage + 1}", className="stage-name"), html.Div(drawn, className="stage-blocks")],
            className="stage", style={"--count": stop - start},
        ))  # fmt: skip
    return [html.Span("image", className="strip-end"), *stages, html.Span("head", className="strip-end")]


def strip(blocks: tuple[Block, ...], plan: PlanState) -> html.Div:
    """The network to work on; strip.js keeps it in step with the plan."""
    return html.Div(
        chain(blocks, lambda block: block_button(block, plan)), className="strip", id=Ids.STRIP, role="group",
        **attributes({"aria-label": "Blocks of the network; press to change one, arrow keys move along"}),
    )  # fmt: skip


def still_strip(blocks: tuple[Block, ...]) -> html.Div:
    """The network to look at."""
    starts = [*stage_starts(blocks), len(blocks)]
    lengths = ", ".join(str(stop - start) for start, stop in pairwise(starts))
    projections = ", ".join(str(block.index) for block in blocks if block.is_projection)
    label = f"{len(blocks)} blocks in {len(starts) - 1} stages of {lengths}; projections: {projections or 'none'}"
    return html.Div(
        chain(blocks, still_block), className="strip still", role="img", **attributes({"aria-label": label})
    )


def still_block(block: Block) -> html.Span:
    """One block that cannot be pressed."""
    return html.Span(
        str(block.index),
        className="block projection" if block.is_projection else "block",
        title=block_title(block),
    )


def block_title(block: Block) -> str:
    """What a block is, in words."""
    return f"Block {block.index}, stage {block.stage + 1}" + (
        ": projection, changes the shape" if block.is_projection else ""
    )


def block_button(block: Block, plan: PlanState) -> html.Button:
    """One block: pressed means dropped; a badge counts its repeats."""
    dropped = block.index in plan.dropped
    repeats = plan.unroll.steps if plan.unroll and plan.unroll.block == block.index else 0
    classes = ["block", *(["projection"] if block.is_projection else []), *(["dropped"] if dropped else [])]
    return html.Button(
        [html.Span(str(block.index)), html.Span(f"×{repeats}" if repeats else "", className="repeats")],
        type="button",
        className=" ".join(classes),
        title=block_title(block),
        **attributes({"data-block": str(block.index), "aria-pressed": "true" if dropped else "false"}),
    )


def unroll_controls(blocks: tuple[Block, ...], plan: PlanState, reference: str) -> html.Div:
    """Which block is repeated, how often, and how strongly; and the plan in words."""
    unroll = plan.unroll
    last = len(blocks) - 1
    return html.Div(
        [
            labelled("repeat block", dmc.NumberInput(id=Ids.BLOCK, value=unroll.block if unroll else "", min=0, max=last, w=76,
                                                     size="xs", allowDecimal=False, placeholder="none",
                                                     **attributes({"aria-label": "Block to repeat"}))),
            labelled("extra steps", dmc.NumberInput(id=Ids.STEPS, value=unroll.steps if unroll else 20, min=0, max=MAX_STEPS,
                                                    w=76, size="xs", allowDecimal=False, **attributes({"aria-label": "Extra steps"}))),
            labelled("scaled by α", dmc.NumberInput(id=Ids.SCALE, value=0.1 if not unroll or unroll.scale is None else unroll.scale,
                                                    step=0.05, w=84, size="xs", decimalScale=4,
                                                    disabled=bool(unroll and unroll.scale is None),
                                                    **attributes({"aria-label": "Scale of each extra step"}))),
            dmc.Switch(id=Ids.AUTO, label="α of lowest training loss", size="xs", checked=bool(unroll and unroll.scale is None)),
            labelled("borderline at", dmc.Select(
                id=Ids.REFERENCE, value=reference, size="xs", w=190, allowDeselect=False,
                data=[{"value": name, "label": label} for name, label in REFERENCES.items()],
                **attributes({"aria-label": "Where borderline images are judged"}))),
            html.Div([html.Span("plan", className="control-label"), html.Code("", id=Ids.PLAN_TEXT, className="plan-text")],
                     className="plan-line"),
        ],
        className="unroll-controls",
    )  # fmt: skip


def status_line() -> html.Div:
    """What runs, how far, cancel; its height is kept when idle, so that nothing jumps."""
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
