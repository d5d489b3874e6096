"""Networks in one figure: curves over the relative depth, CKA between their states, and where their answers part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import nan

from iterscope_dashboard import theme
from iterscope_dashboard.comparison import LETTERS, Parting, block_depth, place, state_depth
from iterscope_dashboard.figures.common import finite, literal
from iterscope_dashboard.figures.drop import drop_info
from iterscope_dashboard.figures.figure import Figure
from iterscope_dashboard.model import Json, Summary, number, numbers
from iterscope_dashboard.snippets import Snippet, probe_snippet, with_snippet

COLOURS = dict(zip(LETTERS, theme.CATEGORIES, strict=False))
DASHES = dict(zip(LETTERS, ("solid", "dot", "dash") * 2, strict=True))
MARKERS = dict(zip(LETTERS, ("circle", "square", "diamond", "triangle-up", "x", "triangle-down"), strict=True))
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
    for letter, name, curve in zip(LETTERS, names, curves, strict=False):
        figure.add_scatter(
            x=curve.depth, y=finite(curve.values, factor), name=literal(name), mode="lines+markers", text=curve.places,
            **_style(letter), hovertemplate=f"%{{y:.3~f}}, %{{text}}<extra>{letter}</extra>",
        )  # fmt: skip
    if zero:
        figure.add_hline(y=0, line={"color": theme.UNTOUCHED, "width": 1}, layer="below")
    _depth_axis(figure)
    figure.update_yaxes(title_text=axis)
    return with_snippet(figure, snippet)


def _style(letter: str) -> Json:
    """How a network's line looks in every figure."""
    return {
        "line": {"color": COLOURS[letter], "width": 2, "dash": DASHES[letter]},
        "marker": {"size": 6, "symbol": MARKERS[letter]},
    }


def agreement_figure(found: Mapping[str, Parting], snippet: Snippet | None = None) -> Figure:
    """The share of images to which each network gives A's answer, and what it would be by chance.

    Args:
        found: Where A and each other network part, by its letter.
    """
    figure = Figure(showlegend=False, hovermode="closest")
    for letter, one in found.items():
        places = [f"A: {place(a)}, {letter}: {place(b)}" for a, b in one.places]
        figure.add_scatter(
            x=one.depth, y=finite(one.agreement, 100.0), name=f"same answer as A: {letter}", mode="lines+markers", text=places,
            **_style(letter), hovertemplate=f"%{{y:.1f}} %, %{{text}}<extra>{letter}: same answer</extra>",
        )  # fmt: skip
        figure.add_scatter(
            x=one.depth, y=finite(one.by_chance, 100.0), name=f"by chance: {letter}", mode="lines", text=places,
            showlegend=letter == next(iter(found)),
            line={"color": theme.UNTOUCHED, "width": 1.5, "dash": "dash"},
            hovertemplate=f"%{{y:.1f}} %, %{{text}}<extra>{letter}: by chance</extra>",
        )  # fmt: skip
        figure.add_scatter(
            x=[1.0], y=finite([one.output_agreement], 100.0), name=f"output: {letter}", mode="markers", showlegend=False,
            marker={"size": 10, "symbol": "star", "color": COLOURS[letter]},
            hovertemplate=f"%{{y:.1f}} %<extra>{letter}: output</extra>",
        )  # fmt: skip
    _depth_axis(figure)
    figure.update_yaxes(title_text="images with A’s answer (%)", range=[-3, 103])
    return with_snippet(figure, snippet)


def parting_figure(found: Mapping[str, Parting], snippet: Snippet | None = None) -> Figure:
    """Of the images to which a network's output is not A's, the share whose answers differ for good from each place or an earlier one on.

    Args:
        found: Where A and each other network part, by its letter.
    """
    figure = Figure(showlegend=False, hovermode="closest")
    for letter, one in found.items():
        differ = [at for at in one.first if at is not None]
        shares = [sum(at <= here for at in differ) / len(differ) if differ else nan for here in range(len(one.places))]
        figure.add_scatter(
            x=one.depth, y=finite(shares, 100.0), name=f"diverged from A: {letter}", mode="lines+markers",
            text=[f"A: {place(a)}, {letter}: {place(b)}" for a, b in one.places], **_style(letter),
            hovertemplate=f"%{{y:.1f}} % of {len(differ)} images by %{{text}}<extra>{letter}</extra>",
        )  # fmt: skip
    _depth_axis(figure)
    figure.update_yaxes(title_text="diverged (% of images with another output)", range=[-3, 103])
    return with_snippet(figure, snippet)


def cka_figure(result: Json, letter: str, other: str) -> Figure:
    """CKA of each state of A with each state of another network, whose checkpoint is `other`: the answer names its digest."""
    figure = Figure(hovermode="closest")
    rows, columns = ([place(int(one["index"])) for one in result[key]] for key in ("positions", "other_positions"))
    figure.add_heatmap(
        x=list(range(len(columns))),
        y=list(range(len(rows))),
        z=[finite([number(value) for value in row]) for row in result["cka"]],
        text=[[f"A: {row}, {letter}: {column}" for column in columns] for row in rows],
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
    figure.update_xaxes(title_text=f"state of {letter} (0: the stem)", showgrid=False)
    figure.update_yaxes(title_text="state of A (0: the stem)", showgrid=False)
    asked = probe_snippet(result, cka_python(letter))
    return with_snippet(figure, replace(asked, body={**(asked.body or {}), "other": other}))


def of_all(results: Sequence[Json], python: str) -> Snippet:
    """The requests behind a figure of several answers of one measurement."""
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
READ = """
from base64 import b64decode
from struct import unpack

def read(answer, name):
    packed = answer["per_image"][name]
    count = packed["shape"][-1]
    values = unpack(f"<{packed['shape'][0] * count}f", b64decode(packed["data"]))
    return [values[start : start + count] for start in range(0, len(values), count)]

def places(networks):
    last = max(map(len, networks)) - 1
    return [[rows[(2 * at * (len(rows) - 1) + last) // (2 * last)] for rows in networks] for at in range(last + 1)]

def agreed(place):
    return [len(set(said)) == 1 for said in zip(*place)]

first, *others = [read(answer, "prediction") for answer in answers]
"""
AGREEMENT = f"""{READ}
for answer, other in zip(answers[1:], others):
    shares = [100 * sum(agreed(place)) / len(first[0]) for place in places([first, other])]
    figure.add_scatter(x=[at / (len(shares) - 1) for at in range(len(shares))], y=shares, name=answer["checkpoint"])
figure.update_layout(xaxis_title="relative depth", yaxis_title="images with the first network's answer (%)")
"""
PARTED = f"""{READ}
outputs = [read(answer, "output_prediction")[0] for answer in answers]
for answer, other, output in zip(answers[1:], others, outputs[1:]):
    compared = [*map(agreed, places([first, other])), agreed([outputs[0], output])]
    last = len(compared) - 2
    parted = [max((at + 1 for at, same in enumerate(image) if same), default=0) for image in zip(*compared) if not image[-1]]
    shares = [100 * sum(at <= here for at in parted) / len(parted) if parted else None for here in range(last + 1)]
    figure.add_scatter(x=[at / last for at in range(last + 1)], y=shares, name=answer["checkpoint"])
figure.update_layout(xaxis_title="relative depth", yaxis_title="diverged (% of images with another output)")
"""


def cka_python(letter: str) -> str:
    """CKA between A and another network."""
    return f"""
figure.add_heatmap(z=answer["cka"], zmin=0, zmax=1)
figure.update_layout(xaxis_title="state of {letter}", yaxis_title="state of A")
"""
