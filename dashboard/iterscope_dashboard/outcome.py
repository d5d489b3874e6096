"""The results of an intervention as a table, and the images whose prediction changed."""

import math
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from dash import dcc, html

from iterscope_dashboard.client import Json
from iterscope_dashboard.components import attributes
from iterscope_dashboard.figures.plans import PlanInfo
from iterscope_dashboard.state import link
from iterscope_guard.prefix import within

SHOWN_IMAGES = 24
GROUP_MEANINGS = {
    "all": "all images",
    "correct": "classified correctly by the untouched network",
    "borderline": "|p_label − max p_other| < 0.1",
}


def number_text(value: float, digits: int = 3) -> str:
    """0.1234 → "0.123"; an undefined value is a dash."""
    if math.isnan(value):
        return "–"
    return ("∞" if value > 0 else "−∞") if math.isinf(value) else f"{value:.{digits}f}".replace("-", "−")


def percent_text(value: float) -> str:
    """0.978 → "97.8 %"."""
    return "–" if math.isnan(value) else f"{100 * value:.1f}\u00a0%"


def change(before: float, after: float, factor: float, digits: int, better: int) -> html.Span:
    """A signed difference with a word besides the colour. `better`: the sign of an improvement, 0 if neither is better."""
    difference = (after - before) * factor
    if math.isnan(difference):
        return html.Span("–", className="delta")
    rounded = round(difference, digits)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else "±"
    kinds = {1: ("worse", "same", "better"), 0: ("lower", "same", "higher"), -1: ("better", "same", "worse")}[better]
    kind = kinds[1 + (rounded > 0) - (rounded < 0)]
    size = "∞" if math.isinf(difference) else f"{abs(rounded):.{digits}f}"
    return html.Span(f"{sign}{size}", className=f"delta {kind}", title=kind)


def outcome_table(info: PlanInfo) -> list[Any]:
    """A headline, and accuracy, loss and entropy of the three groups next to the reference."""
    before, after = info.baseline.groups["all"], info.result.groups["all"]
    headline = html.P(
        [
            html.Span(percent_text(before.accuracy[0]), className="headline-before"),
            html.Span("→", className="headline-arrow", **attributes({"aria-label": "becomes"})),
            html.Span(percent_text(after.accuracy[0]), className="headline-after"),
            change(before.accuracy[0], after.accuracy[0], 100, 1, better=1),
            html.Span("points of accuracy", className="control-label"),
        ],
        className="headline",
    )
    head = html.Tr([html.Th("group", scope="col"), html.Th("n", scope="col")]
                   + [html.Th(name, scope="col", colSpan=3) for name in ("accuracy", "loss", "entropy")])  # fmt: skip
    rows = []
    for name, old in info.baseline.groups.items():
        new = info.result.groups[name]
        low, high = new.interval[0]
        interval = "" if math.isnan(low) else f"95 %: {100 * low:.1f}–{100 * high:.1f} %"
        rows.append(html.Tr([
            html.Th(name, scope="row", title=GROUP_MEANINGS.get(name, "")),
            html.Td(str(old.n)),
            html.Td(percent_text(old.accuracy[0]), className="before"),
            html.Td(percent_text(new.accuracy[0]), className="after", title=interval),
            html.Td(change(old.accuracy[0], new.accuracy[0], 100, 1, better=1)),
            *measured(old.loss[0], new.loss[0], better=-1),
            *measured(old.entropy[0], new.entropy[0], better=0),  # lower entropy is better only for correct predictions
        ]))  # fmt: skip
    return [headline, html.Div(html.Table([html.Thead(head), html.Tbody(rows)], className="outcome-table"), className="scroll-x",
                               tabIndex=0, role="region", **attributes({"aria-label": "Outcome by group"}))]  # fmt: skip


def measured(before: float, after: float, better: int) -> list[html.Td]:
    """Three cells: before, after and the change."""
    return [
        html.Td(number_text(before), className="before"),
        html.Td(number_text(after), className="after"),
        html.Td(change(before, after, 1, 3, better)),
    ]


def image_address(context: Json, index: int) -> str:
    """Address of an image on the dashboard, as the context's checkpoint sees it."""
    dataset = quote(context["dataset"] or "")
    return f"{within('/image')}?checkpoint={context['checkpoint']}&dataset={dataset}&split={context['split']}&index={index}"


def class_name(names: Sequence[str], index: int) -> str:
    """The name of a class, or its index if the name is unknown."""
    return names[index] if 0 <= index < len(names) else str(index)


def changed_images(info: PlanInfo, context: Json) -> list[Any]:
    """Thumbnails of the images whose prediction changed; each links to the Examples page."""
    title = html.H2(f"Prediction changed: {info.changed_count} of {info.samples} images", className="panel-title")
    if not info.changed:
        return [title, html.P("All predictions are the same as in the reference.", className="key-hint")]
    names = context["class_names"]
    cards = []
    for item in info.changed[:SHOWN_IMAGES]:
        label, old, new = (class_name(names, int(item[key])) for key in ("label", "before", "after"))
        kind = "better" if new == label else "worse" if old == label else "same"
        text = f"Image {item['index']}: a {label}, before {old}, now {new}"
        cards.append(dcc.Link(
            [html.Img(src=image_address(context, int(item["index"])), alt=text, width=56, height=56),
             html.Span([old, " → ", html.B(new)], className=f"caption {kind}")],
            href=link("/examples", run=context["run"], checkpoint=context["checkpoint"], split=context["split"],
                      index=item["index"]),
            className="thumbnail", title=text,
        ))  # fmt: skip
    more = info.changed_count - len(cards)
    note = html.P(f"and {more} more", className="key-hint") if more > 0 else None
    return [title, html.Div(cards, className="thumbnails"), note]
