"""The network as a slim strip, linked with every panel of the Blocks page; 2_blocks_strip.js colours it."""

from itertools import pairwise

import dash_mantine_components as dmc
from dash import html

from iterscope_dashboard import theme
from iterscope_dashboard.components import attributes
from iterscope_dashboard.figures.common import METRIC_TITLES
from iterscope_dashboard.ids import Blocks as Ids
from iterscope_dashboard.model import Block, stage_starts
from iterscope_dashboard.pages.base import labelled
from iterscope_dashboard.pages.blocks_state import METRICS
from iterscope_dashboard.strip import block_title


def metric_select(id: str, value: str, label: str, width: int) -> dmc.Select:
    """A selector of the metric."""
    return dmc.Select(
        id=id, value=value, size="xs", w=width, allowDeselect=False, **attributes({"aria-label": label}),
        data=[{"value": name, "label": METRIC_TITLES[name]} for name in METRICS],
    )  # fmt: skip


def network_strip(blocks: tuple[Block, ...], metric: str) -> html.Div:
    """The metric, the blocks by stage with their skips, and the scale of the colours."""
    starts = [*stage_starts(blocks), len(blocks)]
    stages = [
        html.Div(
            [html.Span(f"stage {blocks[start].stage + 1}", className="net-stage-name"),
             html.Div([net_block(block) for block in blocks[start:stop]], className="net-blocks")],
            className="net-stage", style={"--count": stop - start},
        )
        for start, stop in pairwise(starts)
    ]  # fmt: skip
    scales = {"data-diverging": ramp(theme.DIVERGING), "data-sequential": ramp(theme.SEQUENTIAL)}
    return html.Div(
        [
            labelled("metric", metric_select(Ids.METRIC, metric, "Metric of the strip and over epochs", 178)),
            html.Div(
                stages, className="net", id=Ids.STRIP, role="group",
                **attributes({"aria-label": "Blocks of the network: click to mark one, Shift-click to select several, arrow keys to move",
                              **scales}),
            ),
            html.Div([html.Span(id=f"{Ids.STRIP}-low"), html.Span(className="net-scale"), html.Span(id=f"{Ids.STRIP}-high")],
                     className="net-key", id=f"{Ids.STRIP}-key"),
            dmc.SegmentedControl(id=Ids.DRAG, value="zoom", size="xs", **attributes({"aria-label": "Dragging in a chart"}),
                                 data=[{"value": "zoom", "label": "Drag zooms"}, {"value": "select", "label": "selects blocks"}]),
        ],
        className="net-row",
    )  # fmt: skip


def net_block(block: Block) -> html.Button:
    """One block; Tab reaches the first block, and arrow keys the others."""
    return html.Button(
        html.Span(str(block.index)),
        type="button",
        className="net-block projection" if block.is_projection else "net-block",
        title=block_title(block),
        tabIndex=0 if block.index == 0 else -1,
        **attributes({"data-net": str(block.index), "aria-pressed": "false", "aria-label": block_title(block)}),
    )


def ramp(stops: tuple[tuple[float, str], ...]) -> str:
    """The colours of a scale as a list for CSS and 2_blocks_strip.js."""
    return ",".join(colour for _, colour in stops)
