"""Parts that all figures share: axes over blocks and epochs, stages, empty figures."""

import math
from collections.abc import Sequence

from iterscope_dashboard import theme
from iterscope_dashboard.figures.figure import Figure
from iterscope_dashboard.model import Block, stage_starts

FEW_EPOCHS = 10  # below, plotly would put ticks between epochs
METRIC_AXES = {
    "cosine_loss": "cos(F<sub>i</sub>, ∂L/∂h<sub>i</sub>)",
    "cosine_loss_plugged": "cos(F<sub>i</sub>, ∂L(head(h<sub>i</sub>))/∂h<sub>i</sub>)",
    "l2_ratio": "‖F<sub>i</sub>‖ / ‖h<sub>i</sub>‖",
    "activation_norm": "‖h<sub>i</sub>‖",
    "early_exit_accuracy": "accuracy (%)",
    "cosine_loss_effective": "cos(h<sub>i+1</sub> − h<sub>i</sub>, ∂L/∂h<sub>i</sub>)",
    "l2_ratio_effective": "‖h<sub>i+1</sub> − h<sub>i</sub>‖ / ‖h<sub>i</sub>‖",
    "drop_damage": "accuracy lost (points)",
    "drop_accuracy": "accuracy without block (%)",
}


def finite(values: Sequence[float], factor: float = 1.0) -> list[float | None]:
    """Plain lists for plotly: NaN and infinities become gaps."""
    return [value * factor if math.isfinite(value) else None for value in values]


def literal(name: str) -> str:
    """A name in a figure. Plotly reads tags, entities and %{…} in texts: they are shown as they are."""
    return name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("%{", "%&#123;")


def empty_figure(sentence: str) -> Figure:
    """An empty plot with a sentence in the middle that gives the reason."""
    figure = Figure()
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    figure.add_annotation(text=sentence, x=0.5, y=0.5, xref="paper", yref="paper", showarrow=False, font={"size": 13})
    return figure


def block_axis(figure: Figure, blocks: Sequence[Block], title: str = "block") -> None:
    """x: block index, with the stages' boundaries and names."""
    length = len(blocks)
    step = 1 if length <= 12 else 3 if length <= 30 else 6
    figure.update_xaxes(
        title_text=title,
        range=[-0.6, length - 0.4],
        showgrid=False,
        tickmode="linear",
        tick0=0,
        dtick=step,
        unifiedhovertitle_text="block %{x}",
    )
    add_stages(figure, blocks)


def add_stages(figure: Figure, blocks: Sequence[Block], reference: str = "x") -> None:
    """A dotted line at the start of each stage, and the stage's name above the plot."""
    starts = stage_starts(blocks)
    for number, start in enumerate(starts):
        if number:
            figure.add_shape(
                type="line", x0=start - 0.5, x1=start - 0.5, y0=0, y1=1, xref=reference, yref="paper",
                line={"color": theme.UNTOUCHED, "width": 1, "dash": "dot"}, layer="below",
            )  # fmt: skip
        if len(starts) > 1:
            figure.add_annotation(
                text=f"stage {blocks[start].stage + 1}", x=start - 0.4, y=1, xref=reference, yref="paper",
                xanchor="left", yanchor="bottom", showarrow=False, font={"size": 10.5, "color": theme.MUTED},
            )  # fmt: skip


def epoch_axis(figure: Figure, epochs: Sequence[int]) -> None:
    """x: epochs from 0; with few epochs, one tick per epoch, so that no tick is between two epochs."""
    first, last = min(epochs, default=0), max(epochs, default=0)
    few = last - first < FEW_EPOCHS
    figure.update_xaxes(title_text="epoch", showgrid=False, rangemode="tozero", dtick=1 if few else None)
    if first == last:
        figure.update_xaxes(range=[first - 0.5, first + 0.5], tick0=0)


def symbols(blocks: Sequence[Block], plain: str = "circle") -> list[str]:
    """Projection blocks get their own marker: their shortcut is not the identity, and their values are measured at its output."""
    return ["diamond-open" if block.is_projection else plain for block in blocks]
