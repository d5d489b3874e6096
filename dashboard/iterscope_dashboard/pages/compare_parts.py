"""What the Compare page asks of its networks, and how it shows the answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from iterscope_dashboard import theme
from iterscope_dashboard.client import Json
from iterscope_dashboard.comparison import (
    ComparisonError,
    Parting,
    check_same_images,
    obstacle,
    parting,
    per_image,
    place,
)
from iterscope_dashboard.components import LegendEntry, PanelText, panel, percent_text, problem
from iterscope_dashboard.figures import comparison as drawn
from iterscope_dashboard.figures.common import METRIC_AXES
from iterscope_dashboard.ids import Compare as Ids
from iterscope_dashboard.pages.compare_images import SPLIT, Side, image_section, of_each, unmeasured
from iterscope_dashboard.probe_jobs import Wanted
from iterscope_guard.text import visible

EACH: dict[str, tuple[str, Json]] = {
    "answers": ("samples", {"sort": "index", "count": 1000}),
    "early exits": ("early-exit", {}),
    "block metrics": ("block-metrics", {}),
    "block drop": ("drop", {}),
    "linear probes": ("probes", {}),
    "readings": ("probes", {"target": "network", "per_image": True}),
}
"""What is asked of each network, the quickest first. `readings` are what probes fitted to the network’s own answers say."""
OF_IMAGES = ("answers", "readings")
"""What is compared image by image."""


def wanted(sides: Sequence[Side], images: int) -> Wanted:
    """All that the page shows: name in words → (measurement, request). Where the networks share no images, curves only."""
    shared = obstacle([side.checkpoint for side in sides]) is None
    common = {"split": SPLIT, "limit": images}
    found: Wanted = {}
    for name, (measurement, options) in EACH.items():
        if shared or name not in OF_IMAGES:
            for side in sides:
                found[f"{name} of {side.letter}"] = (
                    measurement,
                    {"checkpoint": side.checkpoint.id, **common, **options},
                )
    if shared:
        a, *others = sides
        for other in others:
            request = {"checkpoint": a.checkpoint.id, **common, "other": other.checkpoint.id}
            found[f"CKA of A and {other.letter}"] = ("cka", request)
    return found


def results(sides: Sequence[Side], found: Mapping[str, Json]) -> list[Component]:
    """The page below the form: everything that is measured."""
    sections: list[Component] = []
    reason = obstacle([side.checkpoint for side in sides])
    if reason:
        sections.append(dmc.Alert(visible(reason), color="yellow", variant="light", mb="md"))
    else:
        parted, failed = partings(sides, found)
        together = parted.together if parted else None
        sections += [
            section("Which images each network misclassifies", image_section(sides, found, together)),
            section("Where their predictions diverge", failed or parting_section(sides, found, parted)),
        ]
    sections.append(section("Curves over relative depth", curve_panels(sides, found)))
    if not reason:
        sections.append(section("Similarity of their states (CKA)", cka_panels(sides, found)))
    return sections


def section(title: str, content: Sequence[Any]) -> html.Section:
    """A part of the page under a title."""
    return html.Section([html.H2(title, className="section-title"), *content], className="compare-section")


@dataclass(frozen=True)
class Partings:
    """Where answers part."""

    together: Parting  # of all networks
    with_a: dict[str, Parting]  # of A and each other network, by its letter


def partings(sides: Sequence[Side], found: Mapping[str, Json]) -> tuple[Partings | None, list[Component]]:
    """Where the answers of the probes part, and what is wrong with them."""
    readings = of_each(sides, found, "readings")
    if readings is None:
        return None, []
    try:
        check_same_images(readings)
        answers = [per_image(one, "prediction") for one in readings]
        outputs = [per_image(one, "output_prediction")[0] for one in readings]
        together = parting(answers, outputs)
        with_a = {
            side.letter: parting([answers[0], answers[at]], [outputs[0], outputs[at]])
            for at, side in enumerate(sides)
            if at
        }
        return Partings(together, with_a), []
    except ComparisonError as error:
        return None, [problem("The answers can’t be compared", str(error))]


def badge_of(result: Json) -> str:
    """On how many images."""
    return f"n = {result['samples']}, {result['split']}"


def parting_section(sides: Sequence[Side], found: Mapping[str, Json], parted: Partings | None) -> list[Any]:
    """Agreement along the networks, and where it ends."""
    readings = of_each(sides, found, "readings")
    if readings is None or parted is None:
        return [unmeasured("each network’s prediction as linear probes tell it after every block")]
    together = parted.together
    differ = [at for at in together.first if at is not None]
    late = sum(at == len(together.places) for at in differ)
    told = f"All outputs agree on {percent_text(together.output_agreement)} of the images."
    if differ:
        told += (
            f" On the other {len(differ)}, half of the predictions have diverged for good {middle(together, differ)}"
        )
        told += f", {late} only at the output." if late else "."
    texts = (
        PanelText(
            "Agreement with A",
            "Share of images for which the network and A predict the same class at the same relative depth, by linear probes fitted to "
            "each network’s own output. Dashed: agreement of independent predictions. Star: agreement of the outputs.",
            "mean over images of [argmax p_l^A = argmax p_m^B], m the state of B nearest to the depth of l",
        ),
        PanelText(
            "Where predictions diverge",
            "Images whose output differs from A’s: the share whose probe predictions have diverged for good at this relative depth. The "
            "remaining images diverge only at the output.",
            "share of images with l ≤ depth, l = min {l : the answers differ at all m ≥ l, and at the output}",
        ),
    )
    figures = (
        drawn.agreement_figure(parted.with_a, drawn.of_all(readings, drawn.AGREEMENT)),
        drawn.parting_figure(parted.with_a, drawn.of_all(readings, drawn.PARTED)),
    )
    others = legend_of_sides(sides[1:])
    legends = ([*others, LegendEntry("by chance", theme.UNTOUCHED, "dash")], others)
    panels = [
        panel(f"{Ids.FIGURE}-{name}", text, figure, badge=badge_of(readings[0]), legend=shown, heading=html.H3)
        for name, text, figure, shown in zip(("agreement", "parting"), texts, figures, legends, strict=True)
    ]
    return [html.P(told, className="compare-told"), html.Div(panels, className="grid two")]


def legend_of_sides(sides: Sequence[Side]) -> list[LegendEntry]:
    """A stroke and the letter of each network."""
    return [LegendEntry(side.letter, drawn.COLOURS[side.letter], drawn.DASHES[side.letter]) for side in sides]


def middle(parted: Parting, differ: Sequence[int]) -> str:
    """By where half of the images whose answers part have parted."""
    at = sorted(differ)[(len(differ) - 1) // 2]
    if at == 0:
        return "at the stem"
    return "by the output" if at == len(parted.places) else f"by a relative depth of {parted.depth[at]:.2f}"


@dataclass(frozen=True)
class CurvePanel:
    """A curve of each network."""

    name: str
    answer: str  # of `EACH`
    read: Callable[[Json], drawn.Curve]
    axis: str
    factor: float
    zero: bool
    python: str
    text: PanelText


def _metric(name: str, metric: str, text: PanelText) -> CurvePanel:
    def read(result: Json) -> drawn.Curve:
        return drawn.metric_curve(result, metric)

    return CurvePanel(
        name,
        "block metrics",
        read,
        METRIC_AXES[metric],
        1.0,
        metric.startswith("cosine"),
        drawn.metric_python(metric),
        text,
    )


CURVES = (
    CurvePanel(
        "probes", "linear probes", drawn.probe_curve, "accuracy of the probe (%)", 100.0, False, drawn.PROBES,
        PanelText("Linear probes", "How well a linear classifier tells the class from each state.", "softmax(W_l·φ(r_l) + b_l)"),
    ),
    CurvePanel(
        "exits", "early exits", drawn.exit_curve, "accuracy (%)", 100.0, False, drawn.EXITS,
        PanelText("Early exit", "Accuracy of the network’s own head after each block of the last stage.", "head(h_{i+1})", "4.2", (5,)),
    ),
    _metric("cosine", "cosine_loss", PanelText(
        "Cosine with the gradient", "Negative: the block moves the state down the loss.", "cos(F_i, ∂L/∂h_i)", "4.1", (4,))),
    _metric("ratio", "l2_ratio", PanelText(
        "ℓ2 ratio", "How far each block moves the state, relative to its length.", "‖F_i‖ / ‖h_i‖", "4.2", (2,))),
    CurvePanel(
        "drop", "block drop", drawn.damage_curve, METRIC_AXES["drop_damage"], 100.0, True, drawn.DAMAGE,
        PanelText("Damage of dropping a block", "Accuracy that is lost without the block, in points.", "accuracy − accuracy with F_i := 0",
                  "4.2", (3,)),
    ),
)  # fmt: skip


def curve_panels(sides: Sequence[Side], found: Mapping[str, Json]) -> list[Any]:
    """The curves of what is measured of all networks, and what isn't."""
    panels, missing = [], []
    for one in CURVES:
        answers = of_each(sides, found, one.answer)
        if answers is None:
            missing.append(one.answer)
            continue
        figure = drawn.curves_figure(
            [side.title for side in sides],
            [one.read(answer) for answer in answers],
            one.axis,
            one.factor,
            zero=one.zero,
            snippet=drawn.of_all(answers, one.python),
        )
        panels.append(
            panel(
                f"{Ids.FIGURE}-{one.name}",
                one.text,
                figure,
                badge=badge_of(answers[0]),
                legend=legend_of_sides(sides),
                heading=html.H3,
            )
        )
    absent = [unmeasured(f"{', '.join(dict.fromkeys(missing))} of all networks")] if missing else []
    return [*absent, html.Div(panels, className="grid two")] if panels else absent


def cka_panels(sides: Sequence[Side], found: Mapping[str, Json]) -> list[Any]:
    """CKA between the states of A and of each other network."""
    shown, missing = [], []
    for side in sides[1:]:
        answer = found.get(f"CKA of A and {side.letter}")
        if not answer:
            missing.append(side.letter)
            continue
        text = PanelText(
            f"CKA between A and {side.letter}",
            f"How alike each state of A is to each state of {side.letter} on the same images: 1 if they are the same but for a rotation "
            "and a scale, about 0 if they are unrelated.",
            "Σ_b HSIC(l, m) / √(Σ_b HSIC(l, l) · Σ_b HSIC(m, m)), with the unbiased HSIC of batches",
        )
        figure = drawn.cka_figure(answer, side.letter, side.checkpoint.id)
        graph = f"{Ids.FIGURE}-cka-{side.letter}"
        told = html.P(told_cka(answer, side.letter), className="compare-told")
        shown.append(html.Div([panel(graph, text, figure, badge=badge_of(answer), heading=html.H3), told]))
    absent = [unmeasured(f"CKA between A and {', '.join(missing)}")] if missing else []
    return [*absent, html.Div(shown, className="compare-cka")] if shown else absent


def told_cka(answer: Json, letter: str) -> str:
    """The most alike states, in words."""
    values = [
        (float(value), row, column)
        for row, line in enumerate(answer["cka"])
        for column, value in enumerate(line)
        if isinstance(value, int | float)
    ]
    if not values:
        return "Every state is the same for all images: CKA is not defined."
    most, row, column = max(values)
    last = answer["cka"][-1][-1]
    told = f"Most alike are {place(row)} of A and {place(column)} of {letter}: {most:.2f}."
    return told + (f" The last states: {last:.2f}." if isinstance(last, int | float) else "")
