"""Two networks in one figure: curves over the relative depth, CKA between their states, and where their answers part."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from iterscope_dashboard import theme
from iterscope_dashboard.comparison import Parting, block_depth, place, state_depth
from iterscope_dashboard.figures.common import finite, literal
from iterscope_dashboard.figures.drop import drop_info
from iterscope_dashboard.figures.figure import Figure
from iterscope_dashboard.model import Json, Summary, number, numbers
from iterscope_dashboard.snippets import Snippet, probe_snippet, with_snippet

COLOURS = (theme.CATEGORIES[0], theme.CATEGORIES[1])
DASHES = ("solid", "dot")
MARKERS = ("circle", "square")
ROOM = 0.03  # at both ends of the axis


@dataclass(frozen=True)
class Curve:
    """A value along one network."""

    depth: list[float]  # 0 to 1
    values: list[float]
    places: list[str]  # in words


def block_curve(values: Sequence[float]) -> Curve:
    """One value a block."""
    blocks = range(len(values))
    depth = [block_depth(block, len(values)) for block in blocks]
    return Curve(depth, list(values), [f"block {block}" for block in blocks])


def metric_curve(result: Json, metric: str) -> Curve:
    """The mean of a metric of `block-metrics`."""
    return block_curve(Summary.from_json(result[metric]).mean)


def damage_curve(result: Json) -> Curve:
    """The accuracy that is lost without each block, of `drop`."""
    return block_curve(drop_info(result).damage)


def probe_curve(result: Json) -> Curve:
    """The accuracy of the probe of each state, of `probes`."""
    positions = [int(one["index"]) for one in result["positions"]]
    depth = [state_depth(position, len(result["blocks"])) for position in positions]
    return Curve(depth, numbers(result["accuracy"]), [place(position) for position in positions])


def exit_curve(result: Json) -> Curve:
    """The accuracy of the head after each block of the last stage, of `early-exit`."""
    blocks = [int(block) for block in result["exit_blocks"]]
    depth = [state_depth(block + 1, len(result["blocks"])) for block in blocks]
    return Curve(depth, numbers(result["accuracy"]), [f"block {block}" for block in blocks])


def curves_figure(
    names: Sequence[str],
    curves: Sequence[Curve],
    axis: str,
    factor: float,
    *,
    zero: bool,
    snippet: Snippet | None = None,
) -> Figure:
    """One line for each network over its relative depth; `zero`: with a line at 0."""
    figure = Figure(showlegend=False, hovermode="closest")
    for side, (name, curve) in enumerate(zip(names, curves, strict=True)):
        figure.add_scatter(
            x=curve.depth, y=finite(curve.values, factor), name=literal(name), mode="lines+markers", text=curve.places,
            line={"color": COLOURS[side], "width": 2, "dash": DASHES[side]},
            marker={"size": 6, "symbol": MARKERS[side]}, hovertemplate="%{y:.3~f}, %{text}<extra>" + "AB"[side] + "</extra>",
        )  # fmt: skip
    if zero:
        figure.add_hline(y=0, line={"color": theme.UNTOUCHED, "width": 1}, layer="below")
    _depth_axis(figure)
    figure.update_yaxes(title_text=axis)
    return with_snippet(figure, snippet)


def agreement_figure(found: Parting, snippet: Snippet | None = None) -> Figure:
    """The share of images on which the networks' answers agree, and what it would be by chance."""
    figure = Figure(showlegend=False, hovermode="closest")
    places = [f"A: {place(a)}, B: {place(b)}" for a, b in found.pairs]
    figure.add_scatter(
        x=found.depth, y=finite(found.agreement, 100.0), name="same answer", mode="lines+markers", text=places,
        line={"color": theme.CATEGORIES[2], "width": 2}, marker={"size": 6},
        hovertemplate="%{y:.1f} %, %{text}<extra>same answer</extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=found.depth, y=finite(found.by_chance, 100.0), name="by chance", mode="lines", text=places,
        line={"color": theme.UNTOUCHED, "width": 1.5, "dash": "dash"},
        hovertemplate="%{y:.1f} %, %{text}<extra>by chance</extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=[1.0], y=finite([found.output_agreement], 100.0), name="output", mode="markers",
        marker={"size": 10, "symbol": "star", "color": theme.CATEGORIES[3]},
        hovertemplate="%{y:.1f} %<extra>output</extra>",
    )  # fmt: skip
    _depth_axis(figure)
    figure.update_yaxes(title_text="images with the same answer (%)", range=[-3, 103])
    return with_snippet(figure, snippet)


def parting_figure(found: Parting, snippet: Snippet | None = None) -> Figure:
    """For the images on which the outputs differ, the number of those whose answers differ from each position on."""
    counts = Counter(at for at in found.first if at is not None)
    step = 1 / (len(found.pairs) - 1)
    figure = Figure(showlegend=False, hovermode="closest")
    figure.add_bar(
        x=[*found.depth, 1 + step],
        y=[counts[at] for at in range(len(found.pairs) + 1)],
        hovertext=[*(f"A: {place(a)}, B: {place(b)}" for a, b in found.pairs), "only the outputs"],
        name="images",
        width=0.8 * step,
        marker={"color": theme.CATEGORIES[3]},
        hovertemplate="%{y} images from %{hovertext} on<extra></extra>",
    )
    _depth_axis(figure)
    ticks = [0, 0.2, 0.4, 0.6, 0.8] + ([1] if step > 0.12 else [])
    figure.update_xaxes(
        range=[-step, 1 + 2 * step],
        tickvals=[*ticks, 1 + step],
        ticktext=[*(f"{tick:g}" for tick in ticks), "output"],
        title_text="relative depth from which the answers differ",
    )
    figure.update_yaxes(
        title_text="images", rangemode="tozero", dtick=1 if max(counts.values(), default=0) < 5 else None
    )
    return with_snippet(figure, snippet)


def cka_figure(result: Json, other: str) -> Figure:
    """CKA of each state of A with each state of B, whose checkpoint is `other`: the answer names its digest."""
    figure = Figure(hovermode="closest")
    rows, columns = ([place(int(one["index"])) for one in result[key]] for key in ("positions", "other_positions"))
    figure.add_heatmap(
        x=list(range(len(columns))),
        y=list(range(len(rows))),
        z=[finite([number(value) for value in row]) for row in result["cka"]],
        text=[[f"A: {row}, B: {column}" for column in columns] for row in rows],
        zmin=0,
        zmax=1,
        colorscale=[[i / (len(theme.DEPTH_RAMP) - 1), colour] for i, colour in enumerate(theme.DEPTH_RAMP)],
        colorbar={
            "title": {"text": "CKA", "side": "right"},
            "thickness": 12,
            "outlinewidth": 0,
            "tickfont": {"color": theme.MUTED},
        },
        name="CKA",
        hoverongaps=False,
        hovertemplate="%{z:.2f}, %{text}<extra></extra>",
    )
    figure.update_xaxes(title_text="state of B (0: the stem)", showgrid=False)
    figure.update_yaxes(title_text="state of A (0: the stem)", showgrid=False)
    asked = probe_snippet(result, CKA)
    return with_snippet(figure, replace(asked, body={**(asked.body or {}), "other": other}))


def both(results: Sequence[Json], python: str) -> Snippet:
    """The requests behind a figure of two answers of one measurement."""
    single = [probe_snippet(result, python) for result in results]
    return Snippet(single[0].path, python, bodies=tuple(one.body or {} for one in single))


def _depth_axis(figure: Figure) -> None:
    figure.update_xaxes(
        title_text="relative depth (0: the stem, 1: the last block)", range=[-ROOM, 1 + ROOM], showgrid=False
    )


def metric_python(metric: str) -> str:
    """One metric of block-metrics over the relative depth."""
    return f"""
for answer in answers:
    values = answer["{metric}"]["mean"]
    x = [(block + 0.5) / len(values) for block in range(len(values))]
    figure.add_scatter(x=x, y=values, name=answer["checkpoint"])
figure.update_layout(xaxis_title="relative depth", yaxis_title="{metric}")
"""


PROBES = """
for answer in answers:
    x = [position["index"] / len(answer["blocks"]) for position in answer["positions"]]
    figure.add_scatter(x=x, y=[100 * value for value in answer["accuracy"]], name=answer["checkpoint"])
figure.update_layout(xaxis_title="relative depth", yaxis_title="accuracy of the probe (%)")
"""
EXITS = """
for answer in answers:
    x = [(block + 1) / len(answer["blocks"]) for block in answer["exit_blocks"]]
    figure.add_scatter(x=x, y=[100 * value for value in answer["accuracy"]], name=answer["checkpoint"])
figure.update_layout(xaxis_title="relative depth", yaxis_title="accuracy (%)")
"""
DAMAGE = """
for answer in answers:
    whole, count = answer["baseline"]["accuracy"], len(answer["blocks"])
    x = [(plan["blocks"][0] + 0.5) / count for plan in answer["plans"]]
    figure.add_scatter(x=x, y=[100 * (whole - plan["accuracy"]) for plan in answer["plans"]], name=answer["checkpoint"])
figure.update_layout(xaxis_title="relative depth", yaxis_title="accuracy lost (points)")
"""
CKA = """
figure.add_heatmap(z=answer["cka"], zmin=0, zmax=1)
figure.update_layout(xaxis_title="state of B", yaxis_title="state of A")
"""
READ = """
from base64 import b64decode
from struct import unpack

def read(answer, name):
    packed = answer["per_image"][name]
    count = packed["shape"][-1]
    values = unpack(f"<{packed['shape'][0] * count}f", b64decode(packed["data"]))
    return [values[start : start + count] for start in range(0, len(values), count)]

a, b = (read(answer, "prediction") for answer in answers)
last = max(len(a), len(b)) - 1
nearest = lambda rows, at: rows[(2 * at * (len(rows) - 1) + last) // (2 * last)]
pairs = [(nearest(a, at), nearest(b, at)) for at in range(last + 1)]
"""
AGREEMENT = f"""{READ}
shares = [100 * sum(one == other for one, other in zip(*pair)) / len(pair[0]) for pair in pairs]
figure.add_scatter(x=[at / last for at in range(last + 1)], y=shares)
figure.update_layout(xaxis_title="relative depth", yaxis_title="images with the same answer (%)")
"""
PARTED = f"""{READ}
pairs.append([read(answer, "output_prediction")[0] for answer in answers])
parted = [0] * (last + 2)
for image in range(len(a[0])):
    start = 1 + max((at for at, (one, other) in enumerate(pairs) if one[image] == other[image]), default=-1)
    if start < len(pairs):
        parted[start] += 1
figure.add_bar(x=[at / last for at in range(last + 2)], y=parted)
figure.update_layout(xaxis_title="relative depth; beyond 1: only the outputs differ", yaxis_title="images")
"""
