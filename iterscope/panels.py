"""Panels that show several quantities of an answer together: changes that add up to a level, or one quantity against another.

A definition names fields of an answer; `draw` makes Plotly traces of them, and needs plotly then, but no torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from iterscope.tables import ALONE, Column, Table

COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
"""Of Okabe and Ito (2008): people with colour blindness tell them apart."""
MOST_TICKS = 12
"""Names of places below a waterfall, besides its ends."""
DEPTHS = [[0.0, "#5b4bd3"], [0.5, "#2f9d91"], [1.0, "#d1ab1c"]]
"""Colours from the first place to the last."""
NEUTRAL = "#8a93a3"
"""Seen on white and on black."""


@dataclass(frozen=True)
class Traces:
    """What Plotly draws in a panel."""

    data: list[Any]
    axis: dict[str, Any]
    """Properties of the horizontal axis."""
    fields: dict[str, Any]
    """What draws it again from the answer: names of fields and places."""


@dataclass(frozen=True)
class Panel:
    """What every such panel says of itself."""

    title: str
    sentence: str
    """What is seen, for somebody who hasn't read the work."""
    formula: str
    x: str
    """What the horizontal axis is, in words with the unit."""
    y: str

    @property
    def replaces(self) -> frozenset[str]:
        """The fields that need no panel of their own beside this one."""
        return frozenset()

    def draw(self, found: Sequence[Table]) -> Traces | None:
        """None where a value is missing, as in an answer of several checkpoints."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Waterfall(Panel):
    """Changes along an axis that add up to a level: each is a bar from the level before it to the level after it."""

    changes: str
    """The field that holds them; places where it is undefined have no bar."""
    level: str
    """The field whose last value is the level after all of them."""
    predicted: str = ""
    """A field with a prediction of each change, drawn as a tick; "" without one."""
    rest: str = ""
    """A single value: what the changes leave unexplained; "" without one."""
    running: str = "loss"
    """What the line through the levels is, in the legend."""
    start: str = "before"
    """The names of the first and the last level."""
    end: str = "after"

    @property
    def replaces(self) -> frozenset[str]:
        return frozenset({self.changes, self.predicted})

    def draw(self, found: Sequence[Table]) -> Traces | None:
        import plotly.graph_objects as go

        along, level = _one(found, self.changes), _one(found, self.level)
        if along is None or level is None:
            return None
        table, column = along
        rows = [row for row, value in enumerate(column.values) if value is not None]
        places = [str(table.coordinates[0].values[row]) for row in rows]
        steps = [column.values[row] for row in rows]
        if self.rest:
            rest = _one(found, self.rest)
            places.append("rest")
            steps.append(None if rest is None else rest[1].values[0])
        end = level[1].values[-1]
        if not rows or not all(isinstance(value, int | float) for value in (end, *steps)):
            return None
        levels = list(accumulate(steps, initial=end - sum(steps)))
        names = [self.start, *places, self.end]
        whole = f"%{{final:.3~g}}<extra>{self.level}</extra>"  # the first and the last bar are no changes
        data = [
            go.Waterfall(
                x=names, y=[levels[0], *steps, end], measure=["absolute", *["relative"] * len(steps), "total"],
                name="change", legendgroup="change", connector={"visible": False},
                hovertemplate=[whole, *["%{delta:+.3~g}"] * len(steps), whole],
                decreasing={"marker": {"color": COLORS[2]}}, increasing={"marker": {"color": COLORS[1]}},
                totals={"marker": {"color": NEUTRAL}},
            ),
            go.Scatter(
                x=names, y=[*levels, end], name=self.running, legendgroup=self.running, mode="lines+markers",
                line={"color": COLORS[0], "width": 1.5}, marker={"size": 4}, hovertemplate="%{y:.3~g}",
            ),
        ]  # fmt: skip
        if told := _one(found, self.predicted):
            ends = [
                None if value is None else levels[at] + value
                for at, value in enumerate(told[1].values[row] for row in rows)
            ]
            data.append(
                go.Scatter(
                    x=places[: len(rows)], y=ends, name="predicted", legendgroup="predicted", mode="markers",
                    marker={"symbol": "line-ew", "size": 9, "line": {"width": 3, "color": COLORS[3]}}, hovertemplate="%{y:.3~g}",
                )
            )  # fmt: skip
        ticks = _ticks(names, len(rows))
        texts = [*ticks[:-1], f"<br>{ticks[-1]}" if self.rest else ticks[-1]]  # below "rest", which is beside it
        return Traces(
            data,
            {"type": "category", "tickmode": "array", "tickvals": ticks, "ticktext": texts, "tickangle": 0},
            {
                "kind": "waterfall", "names": names,
                "changes": self.changes, "level": self.level, "rest": self.rest, "predicted": self.predicted,
            },
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Scatter(Panel):
    """One field against another at the same places, with the diagonal on which they are equal."""

    horizontal: str
    vertical: str
    negative: bool = False
    """Whether the horizontal value is minus the field."""

    def draw(self, found: Sequence[Table]) -> Traces | None:
        import plotly.graph_objects as go

        left, right = _one(found, self.horizontal), _one(found, self.vertical)
        if left is None or right is None or left[0] is not right[0]:
            return None
        table, sign = left[0], -1 if self.negative else 1
        points = [
            (sign * x, y, place)
            for x, y, place in zip(left[1].values, right[1].values, table.coordinates[0].values, strict=True)
            if isinstance(x, int | float) and isinstance(y, int | float)
        ]
        if not points:
            return None
        x, y, places = (list(each) for each in zip(*points, strict=True))
        ends = [min(x), max(x)]
        data = [
            go.Scatter(
                x=ends, y=ends, name="equal", legendgroup="equal", mode="lines", hoverinfo="skip",
                line={"color": NEUTRAL, "width": 1.5, "dash": "dot"},
            ),
            go.Scatter(
                x=x, y=y, name=table.axis, mode="markers", customdata=places,
                hovertemplate=f"{table.axis} %{{customdata}}: estimated %{{x:.3~g}}, found %{{y:.3~g}}<extra></extra>",
                marker={
                    "size": 8, "color": places, "colorscale": DEPTHS, "line": {"width": 0.5, "color": NEUTRAL},
                    "colorbar": {"title": {"text": table.axis}, "thickness": 10, "outlinewidth": 0},
                },
            ),
        ]  # fmt: skip
        fields = {"kind": "scatter", "x": self.horizontal, "y": self.vertical, "sign": sign}
        return Traces(data, {}, fields)


def _one(found: Sequence[Table], name: str) -> tuple[Table, Column] | None:
    """The values of a field, with their table: the only ones along an axis, or the first of single values."""
    columns = [
        (table, column)
        for table in found
        for column in table.columns
        if name and column.of == name and column.kind == "value" and not table.part
    ]
    several = len(columns) > 1 and columns[0][0].axis != ALONE
    return None if several or not columns else columns[0]


def _ticks(names: Sequence[str], steps: int) -> list[str]:
    """The names that are no place along the axis, and those of every few places, not beside the others."""
    every = -(-steps // MOST_TICKS)
    few = (at for at in range(every, steps + 1, every) if at + every // 2 <= steps)
    return [names[0], *(names[at] for at in few), *names[steps + 1 :]]
