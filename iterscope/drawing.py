"""Tables drawn by Plotly: one panel for each quantity along an axis. Needs plotly (the extra `app`), and no torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from iterscope.errors import ConfigurationError
from iterscope.tables import ALONE, Column, Table

if TYPE_CHECKING:
    import plotly.graph_objects as go

COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
"""Of Okabe and Ito (2008): people with colour blindness tell them apart."""
PANEL_HEIGHT = 220
"""Pixels."""
MOST_ROWS = 200
"""Rows of a table that is drawn as a table."""


def figure(title: str, found: Sequence[Table]) -> go.Figure:
    """Every table that has an axis: lines with their spread and intervals, matrices as heat maps, lists of images as tables.

    Raises ConfigurationError if plotly is not installed.
    """
    try:
        from plotly.subplots import make_subplots
    except ImportError as error:
        raise ConfigurationError("drawing needs plotly: pip install 'iterscope[app]'") from error
    panels = [panel for table in found if table.axis != ALONE for panel in _panels(table)]
    rows = max(1, len(panels))
    drawn = make_subplots(
        rows=rows,
        cols=1,
        specs=[[{"type": "table" if table.axis == "image" else "xy"}] for _, table, _ in panels] or [[{}]],
        vertical_spacing=min(0.12, 0.28 / rows),
    )
    untouched = {column.name: column.values[0] for table in found if table.axis == ALONE for column in table.columns}
    for row, (name, table, columns) in enumerate(panels, 1):
        if table.axis == "image":
            drawn.add_trace(_listed(table), row=row, col=1)
        elif columns[0].kind == "matrix":
            drawn.add_trace(_heat_map(columns), row=row, col=1)
        else:
            for trace in _lines(table, columns, first=row == 1):
                drawn.add_trace(trace, row=row, col=1)
            kind = None if _all_numbers(table.coordinates[0].values) else "category"  # Plotly would read "2 4" as 24
            drawn.update_xaxes(title_text=table.coordinates[0].name, type=kind, row=row, col=1)
            unit = f" ({columns[0].unit})" if columns[0].unit else ""
            drawn.update_yaxes(title_text=name + unit, row=row, col=1)
            if isinstance(level := untouched.get(f"baseline {name}"), int | float):
                drawn.add_hline(level, line={"dash": "dot", "width": 1}, annotation_text="untouched", row=row, col=1)
    drawn.update_layout(
        title=title,
        template="plotly_white",
        height=120 + PANEL_HEIGHT * rows,
        margin={"l": 70, "r": 30, "t": 60, "b": 60},
    )
    return drawn


def _panels(table: Table) -> list[tuple[str, Table, list[Column]]]:
    """(title, table, columns) of each panel: one for each quantity, with the groups that it is given for."""
    if table.axis == "image":
        return [("", table, table.columns)]
    found: dict[str, list[Column]] = {}
    for column in table.columns:
        if column.kind in ("value", "spread", "low", "high", "matrix") and _numeric(column):
            quantity = column.of if column.kind == "matrix" else _quantity(column)
            found.setdefault(quantity.replace("_", " "), []).append(column)
    prefix = table.axis.rpartition(" ")[0]
    return [(f"{prefix}: {name}" if prefix else name, table, columns) for name, columns in found.items()]


def _quantity(column: Column) -> str:
    name = column.name.rpartition(": ")[2]
    for suffix in (" std", " low", " high"):
        name = name.removesuffix(suffix)
    return name


def _all_numbers(values: Sequence[Any]) -> bool:
    return all(isinstance(value, int | float) for value in values)


def _numeric(column: Column) -> bool:
    return any(isinstance(value, int | float) for value in column.values)


def _lines(table: Table, columns: Sequence[Column], *, first: bool) -> list[Any]:
    """One line for each group, with its standard deviation as a band and its interval as bars."""
    import plotly.graph_objects as go

    place = table.coordinates[0].values
    x = place if _all_numbers(place) else [str(value) for value in place]
    by_name = {column.name: column for column in columns}
    found = []
    for number, column in enumerate(column for column in columns if column.kind == "value"):
        color = COLORS[number % len(COLORS)]
        group = column.name.rpartition(": ")[0]
        values = [_number(value) for value in column.values]
        spread = by_name.get(f"{column.name} std")
        if spread is not None:
            pairs = [(value, _number(std) or 0.0) for value, std in zip(values, spread.values, strict=True)]
            for sign, fill in ((-1, None), (1, "tonexty")):
                edge = [None if value is None else value + sign * std for value, std in pairs]
                found.append(
                    go.Scatter(
                        x=x, y=edge, mode="lines", line={"width": 0}, fill=fill, fillcolor=_faint(color),
                        hoverinfo="skip", showlegend=False,
                    )
                )  # fmt: skip
        low, high = by_name.get(f"{column.name} low"), by_name.get(f"{column.name} high")
        bars = None
        if low is not None and high is not None:
            triples = zip(values, low.values, high.values, strict=True)
            ends = [
                (0.0, 0.0) if value is None else (value - (a or 0.0), (b or 0.0) - value) for value, a, b in triples
            ]
            bars = {
                "type": "data",
                "array": [up for _, up in ends],
                "arrayminus": [down for down, _ in ends],
                "thickness": 1,
            }
        found.append(
            go.Scatter(
                x=x, y=values, mode="lines+markers", name=group or column.name, legendgroup=group, error_y=bars,
                line={"color": color}, showlegend=bool(group) and first,
            )
        )  # fmt: skip
    return found


def _number(value: Any) -> float | None:
    """A value that can be drawn; infinities and undefined values leave a gap."""
    return value if isinstance(value, int | float) else None


def _faint(color: str) -> str:
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.15)"


def _heat_map(columns: Sequence[Column]) -> Any:
    import plotly.graph_objects as go

    rows = list(zip(*(column.values for column in columns), strict=True))
    return go.Heatmap(z=[[_number(value) for value in row] for row in rows], colorscale="RdBu", zmid=0)


def _listed(table: Table) -> Any:
    import plotly.graph_objects as go

    shown = [column for column in table.whole if column.kind in ("coordinate", "value")]
    cells = [[_cell(value) for value in column.values[:MOST_ROWS]] for column in shown]
    return go.Table(header={"values": [column.name for column in shown]}, cells={"values": cells})


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return "–" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)
