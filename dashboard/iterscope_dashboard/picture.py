"""A figure as plain HTML and SVG, shown until plotly has loaded."""

import math
from collections.abc import Iterator, Sequence
from html import escape

from iterscope_dashboard.figures.figure import Figure, Properties

SIDE = 1000  # of the drawing, which the browser stretches over the plot's area
MOST_TICKS = 6.35  # plotly has one for each 40 pixels of the plot, and one more; this is in a window 900 pixels high
DASHES = {"dot": (1, 1.4), "dash": (3, 3), "longdashdot": (5, 2, 1, 2)}  # in widths of the line
STEPS = (1, 2, 5, 10)
TITLE_WIDTH, DIGIT_WIDTH, POINT_WIDTH = 28, 6.7, 3  # pixels that plotly keeps left of the plot


class Axis:
    """One axis with its fixed range."""

    def __init__(self, layout: Properties) -> None:
        self.low, self.high = map(float, layout["range"])
        self.step: float = layout.get("dtick") or self._nice_step()
        self.title = str((layout.get("title") or {}).get("text", ""))

    def _nice_step(self) -> float:
        rough = (self.high - self.low) / MOST_TICKS
        power = 10.0 ** math.floor(math.log10(rough))
        return next(factor * power for factor in STEPS if factor * power >= rough)

    def share(self, value: float) -> float:
        """Relative position of a value on the axis, from 0 to 1."""
        return (value - self.low) / (self.high - self.low)

    def ticks(self) -> list[tuple[float, str]]:
        """Position and text of each tick."""
        numbers = range(math.ceil(self.low / self.step), math.floor(self.high / self.step) + 1)
        return [(self.share(n * self.step), f"{n * self.step:.6g}".replace("-", "−")) for n in numbers]


def picture(figure: Figure) -> str:
    """Lines, bands and markers of a figure with scatter traces; "" if an axis has no range. style.css positions the parts."""
    axes = figure.layout.get("xaxis", {}), figure.layout.get("yaxis", {})
    if not all(axis.get("range") for axis in axes):
        return ""
    x, y = map(Axis, axes)
    traces = [trace for trace in figure.data if trace.get("visible") is not False]
    drawn = "".join(part for trace in traces for part in _trace(trace, x, y))
    stages = "".join(_upright(shape, x) for shape in figure.layout.get("shapes", ()))
    names = "".join(_name(annotation, x) for annotation in figure.layout.get("annotations", ()))
    grid = "".join(f'<path class="grid-line" d="M0 {_down(at)}H{SIDE}"/>' for at, _ in y.ticks())
    across = "".join(f'<span style="left: {100 * at:.2f}%">{text}</span>' for at, text in x.ticks())
    up = "".join(f'<span style="top: {100 * (1 - at):.2f}%">{text}</span>' for at, text in y.ticks())
    left = TITLE_WIDTH + max(map(_width, (text for _, text in y.ticks())), default=0)
    return (
        f'<div class="picture" style="--left: {left:.0f}px">'
        f'<svg viewBox="0 0 {SIDE} {SIDE}" preserveAspectRatio="none">{grid}{stages}{drawn}</svg>'
        f'<div class="names">{names}</div><div class="ticks across">{across}</div><div class="ticks up">{up}</div>'
        f'<span class="axis across">{x.title}</span><span class="axis up">{y.title}</span></div>'
    )


def _width(text: str) -> float:
    points = text.count(".")
    return DIGIT_WIDTH * (len(text) - points) + POINT_WIDTH * points


def _trace(trace: Properties, x: Axis, y: Axis) -> Iterator[str]:
    points = [
        f"{SIDE * x.share(across):.1f} {_down(y.share(up))}" if up is not None else None
        for across, up in zip(trace["x"], trace["y"], strict=True)
    ]
    seen = [point for point in points if point]
    if not seen:
        return
    if trace.get("fill") == "toself":
        yield f'<polygon points="{" ".join(seen)}" fill="{escape(trace["fillcolor"])}"/>'
        return
    line = trace["line"]
    colour, width = escape(str(line["color"])), line["width"]
    dashes = " ".join(f"{part * width:g}" for part in DASHES.get(str(line.get("dash")), ()))
    yield (
        f'<path class="line" d="{_path(points)}" stroke="{colour}" stroke-width="{width}" stroke-dasharray="{dashes or "none"}" '
        f'opacity="{trace.get("opacity", 1)}"/>'
    )
    if trace.get("marker"):
        sizes = trace["marker"]["size"]
        dots = "".join(f"M{point}h0" for point in seen)  # lines of no length with round ends
        yield f'<path d="{dots}" stroke="{colour}" stroke-width="{min(sizes)}" stroke-linecap="round"/>'


def _path(points: Sequence[str | None]) -> str:
    """A line through the points, broken where one is missing."""
    before = (None, *points)
    return "".join(f"{'L' if last else 'M'}{point}" for last, point in zip(before, points, strict=False) if point)


def _upright(shape: Properties, x: Axis) -> str:
    """The line at the start of a stage."""
    if shape["x0"] != shape["x1"]:
        return ""
    return f'<path class="stage-line" d="M{SIDE * x.share(shape["x0"]):.1f} 0V{SIDE}"/>'


def _name(annotation: Properties, x: Axis) -> str:
    """A name above the plot."""
    return f'<span style="left: {100 * x.share(annotation["x"]):.2f}%">{annotation["text"]}</span>'


def _down(share: float) -> str:
    """The y coordinate, which SVG counts from the top."""
    return f"{SIDE * (1 - share):.1f}"
