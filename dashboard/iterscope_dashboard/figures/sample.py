"""One image, block by block: class probabilities and margin in the last stage, cosine loss and ℓ2 ratio in all blocks."""

from dataclasses import dataclass

from iterscope_dashboard import theme
from iterscope_dashboard.figures.common import METRIC_AXES, block_axis, finite
from iterscope_dashboard.figures.figure import Figure
from iterscope_dashboard.model import Block, Json, numbers
from iterscope_dashboard.snippets import SAMPLE_BLOCKS, SAMPLE_MARGIN, SAMPLE_PROBABILITIES, probe_snippet, with_snippet

SHOWN_CLASSES = 5  # the label, the prediction and the next most probable ones


@dataclass(frozen=True)
class SampleInfo:
    """The result of /probe/sample."""

    index: int
    label: int
    prediction: int
    class_names: tuple[str, ...]
    exit_blocks: list[int]
    probabilities: list[list[float]]  # (E, K): the head after each exit block
    margin: list[float]  # (E,): p_label − max of the others
    cosine_loss: list[float]  # (L,)
    l2_ratio: list[float]  # (L,)
    source: Json  # the whole answer


def sample_info(result: Json) -> SampleInfo:
    """Read /probe/sample."""
    exits = result["exits"]
    return SampleInfo(
        index=int(result["index"]),
        label=int(result["label"]),
        prediction=int(result["prediction"]),
        class_names=tuple(str(name) for name in result["class_names"]),
        exit_blocks=[int(block) for block in exits["blocks"]],
        probabilities=[numbers(row) for row in exits["probabilities"]],
        margin=numbers(exits["margin"]),
        cosine_loss=numbers(result["cosine_loss"]),
        l2_ratio=numbers(result["l2_ratio"]),
        source=result,
    )


def shown_classes(info: SampleInfo) -> list[int]:
    """The label first, then the classes with the highest probability at any block."""
    peaks = [max((row[k] for row in info.probabilities), default=0.0) for k in range(len(info.class_names))]
    others = sorted((k for k in range(len(peaks)) if k != info.label), key=lambda k: -peaks[k])
    return [info.label, *others[: SHOWN_CLASSES - 1]]


def probabilities_figure(info: SampleInfo) -> Figure:
    """Class probabilities with the head applied after each block."""
    figure = Figure(meta={"kind": "probabilities"})
    for number, k in enumerate(shown_classes(info)):
        label = k == info.label
        figure.add_scatter(
            x=info.exit_blocks, y=finite([row[k] for row in info.probabilities], 100), mode="lines+markers",
            name=info.class_names[k] + (" (label)" if label else ""), hovertemplate="%{y:.1f} %",
            line={"color": theme.CATEGORIES[number], "width": 3 if label else 1.6, "dash": "solid" if label else "dot"},
            marker={"size": 7 if label else 5, "symbol": ("circle", "square", "triangle-up", "diamond", "x")[number]},
        )  # fmt: skip
    figure.update_xaxes(
        title_text="head after block",
        showgrid=False,
        unifiedhovertitle_text="after block %{x}",
        dtick=1 if len(info.exit_blocks) < 20 else 3,
    )
    figure.update_yaxes(title_text="probability (%)", range=[-3, 103])
    return with_snippet(figure, probe_snippet(info.source, SAMPLE_PROBABILITIES))


def margin_figure(info: SampleInfo) -> Figure:
    """Margin: above 0 the prediction is correct, below 0 wrong; the band marks “borderline”."""
    figure = Figure(meta={"kind": "margin"}, showlegend=False)
    figure.add_hrect(y0=-0.1, y1=0.1, fillcolor=theme.translucent(theme.TRAIN, 0.14), line={"width": 0}, layer="below")
    figure.add_scatter(
        x=info.exit_blocks, y=finite(info.margin), mode="lines+markers", name="margin", hovertemplate="%{y:.3f}",
        line={"color": theme.VALIDATION, "width": 2},
        marker={"size": 7, "symbol": ["circle" if m > 0 else "x" for m in info.margin]},
    )  # fmt: skip
    figure.add_hline(y=0, line={"color": theme.UNTOUCHED, "width": 1}, layer="below")
    figure.update_xaxes(
        title_text="head after block",
        showgrid=False,
        unifiedhovertitle_text="after block %{x}",
        dtick=1 if len(info.exit_blocks) < 20 else 3,
    )
    figure.update_yaxes(title_text="p<sub>label</sub> − max p<sub>other</sub>", range=[-1.06, 1.06])
    return with_snippet(figure, probe_snippet(info.source, SAMPLE_MARGIN))


def sample_blocks_figure(info: SampleInfo, blocks: tuple[Block, ...]) -> Figure:
    """This image's cosine loss (left axis) and ℓ2 ratio (right axis) at every block."""
    figure = Figure(meta={"kind": "sample-blocks"}, showlegend=False)
    x = list(range(len(info.cosine_loss)))
    figure.add_scatter(
        x=x, y=finite(info.cosine_loss), name="cosine loss", mode="lines+markers", hovertemplate="%{y:.3f}",
        line={"color": theme.VALIDATION, "width": 2}, marker={"size": 5},
    )  # fmt: skip
    figure.add_scatter(
        x=x, y=finite(info.l2_ratio), name="ℓ2 ratio", mode="lines+markers", hovertemplate="%{y:.3f}", yaxis="y2",
        line={"color": theme.TRAIN, "width": 2, "dash": "dot"}, marker={"size": 5, "symbol": "square"},
    )  # fmt: skip
    block_axis(figure, blocks)
    figure.add_hline(y=0, line={"color": theme.UNTOUCHED, "width": 1}, layer="below")
    figure.update_layout(
        yaxis={"title": {"text": METRIC_AXES["cosine_loss"]}},
        yaxis2={"title": {"text": METRIC_AXES["l2_ratio"]}, "overlaying": "y", "side": "right", "showgrid": False,
                "rangemode": "tozero", "automargin": True, "zeroline": False, "tickmode": "auto", "nticks": 5},
    )  # fmt: skip
    return with_snippet(figure, probe_snippet(info.source, SAMPLE_BLOCKS))
