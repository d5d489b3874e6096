"""The network as a strip of blocks without controls."""

from itertools import pairwise

from dash import html

from iterscope_dashboard.components import attributes
from iterscope_dashboard.model import Block, stage_starts


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
