"""Tables drawn by Plotly: one panel for each quantity along an axis. Needs plotly (the extra `app`), and no torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class _Panel:
    """One quantity along an axis, of one table or of the same table of several parts."""

    name: str
    axis: str
    parts: list[tuple[Table, list[Column]]]


def figure(title: str, found: Sequence[Table]) -> go.Figure:
    """Every table that has an axis: lines with their spread or interval, matrices as heat maps, lists of images as tables.

    Raises ConfigurationError if plotly is not installed.
    """
    try:
        from plotly.subplots import make_subplots
    except ImportError as error:
        raise ConfigurationError("drawing needs plotly: pip install 'iterscope[app]'") from error
    panels = _panels([table for table in found if table.axis != ALONE])
    rows = max(1, len(panels))
    drawn = make_subplots(
        rows=rows,
        cols=1,
        specs=[[{"type": "table" if panel.axis == "image" else "xy"}] for panel in panels] or [[{}]],
        vertical_spacing=min(0.12, 0.28 / rows),
    )
    untouched = {column.name: column.values[0] for table in found if table.axis == ALONE for column in table.columns}
    named: set[str] = set()
    for row, panel in enumerate(panels, 1):
        table, columns = panel.parts[0]
        unit = f" ({columns[0].unit})" if columns[0].unit else ""
        if panel.axis == "image":
            drawn.add_trace(_listed(table), row=row, col=1)
        elif columns[0].kind == "matrix":
            bottom, top = drawn.get_subplot(row, 1).yaxis.domain
            bar = {"y": (bottom + top) / 2, "len": top - bottom}
            drawn.add_trace(_heat_map(table, columns).update(colorbar=bar), row=row, col=1)
            drawn.update_xaxes(title_text=columns[0].across, row=row, col=1)
            drawn.update_yaxes(title_text=f"{panel.name}, by {table.coordinates[0].name}{unit}", row=row, col=1)
        else:
            traces, place = _lines(panel, named)
            drawn.add_traces(traces, rows=row, cols=1)
            kind = (
                None if all(_all_numbers(trace.x) for trace in traces) else "category"
            )  # Plotly would read "2 4" as 24
            drawn.update_xaxes(title_text=place, type=kind, row=row, col=1)
            drawn.update_yaxes(title_text=panel.name + unit, row=row, col=1)
            if isinstance(level := untouched.get(f"baseline {panel.name}"), int | float):
                drawn.add_hline(level, line={"dash": "dot", "width": 1}, annotation_text="untouched", row=row, col=1)
    drawn.update_layout(
        title=title,
        template="plotly_white",
        height=120 + PANEL_HEIGHT * rows,
        margin={"l": 70, "r": 30, "t": 60, "b": 60},
    )
    return drawn


def _panels(found: Sequence[Table]) -> list[_Panel]:
    """One panel for each quantity along an axis, with the groups and parts that it is given for."""
    panels: dict[tuple[str, str], _Panel] = {}
    for table in found:
        if table.axis == "image":
            panels[table.name, ""] = _Panel("", "image", [(table, table.columns)])
            continue
        quantities: dict[str, list[Column]] = {}
        for column in table.columns:
            # a matrix keeps its empty columns, so that the others stay at their places
            if column.kind == "matrix" or (column.kind in ("value", "spread", "low", "high") and _numeric(column)):
                name = column.of if column.kind == "matrix" else _quantity(column)
                quantities.setdefault(name.replace("_", " "), []).append(column)
        for name, columns in quantities.items():
            if not any(map(_numeric, columns)):
                continue
            panels.setdefault((table.axis, name), _Panel(name, table.axis, [])).parts.append((table, columns))
    return list(panels.values())


def _quantity(column: Column) -> str:
    name = column.name.rpartition(": ")[2]
    for suffix in (" std", " low", " high"):
        name = name.removesuffix(suffix)
    return name


def _all_numbers(values: Sequence[Any]) -> bool:
    return all(isinstance(value, int | float) for value in values)


def _numeric(column: Column) -> bool:
    return any(isinstance(value, int | float) for value in column.values)


def _lines(panel: _Panel, named: set[str]) -> tuple[list[Any], str]:
    """One line for each group and part, with its standard deviation or its interval; and what the horizontal axis is.

    `named`: the groups that the legend names already.
    """
    import plotly.graph_objects as go

    single = all(len(table) == 1 and table.part for table, _ in panel.parts)
    plans = panel.axis == "plan"
    repeated = any(len(set(table.coordinates[0].values)) < len(table) for table, _ in panel.parts)
    title = panel.axis if repeated and not plans else "" if single else panel.parts[0][0].coordinates[0].name
    found: list[Any] = []
    colors: dict[str, str] = {}
    for table, columns in panel.parts:
        place = table.coordinates[0].values
        if single:
            x: list[Any] = [table.part]
        elif repeated and not plans:  # a block that runs several times has as many places
            x = list(range(len(table)))
        else:
            x = list(place) if _all_numbers(place) else [str(value) for value in place]
        by_name = {column.name: column for column in columns}
        for column in (column for column in columns if column.kind == "value"):
            group = column.name.rpartition(": ")[0]
            label = group if single or len(panel.parts) == 1 else f"{table.part} {group}".strip()
            color = colors.setdefault(label, COLORS[len(colors) % len(COLORS)])
            values = [_number(value) for value in column.values]
            edges = _edges(column, by_name)
            bars = None
            if edges is not None and (plans or single):
                lows, highs = edges
                bars = {
                    "type": "data",
                    "array": [_length(value, high) for value, high in zip(values, highs, strict=True)],
                    "arrayminus": [_length(low, value) for low, value in zip(lows, values, strict=True)],
                    "thickness": 1,
                }
            elif edges is not None:
                for edge, fill in zip(edges, (None, "tonexty"), strict=True):
                    found.append(
                        go.Scatter(
                            x=x, y=edge, mode="lines", line={"width": 0}, fill=fill, fillcolor=_faint(color),
                            hoverinfo="skip", showlegend=False, legendgroup=label,
                        )
                    )  # fmt: skip
            found.append(
                go.Scatter(
                    x=x, y=values, mode="markers" if plans and repeated else "lines+markers", name=label or column.name,
                    legendgroup=label, error_y=bars, line={"color": color}, showlegend=bool(label) and label not in named,
                )
            )  # fmt: skip
            named.add(label)
    return found, title


def _edges(column: Column, by_name: Mapping[str, Column]) -> tuple[list[float | None], list[float | None]] | None:
    """The lower and upper edge of what surrounds a line: its interval, or its standard deviation."""
    low, high, spread = (by_name.get(f"{column.name} {end}") for end in ("low", "high", "std"))
    if low is not None and high is not None:
        return [_number(value) for value in low.values], [_number(value) for value in high.values]
    if spread is None:
        return None
    pairs = [(_number(value), _number(std)) for value, std in zip(column.values, spread.values, strict=True)]
    below, above = (
        [None if value is None or std is None else value + sign * std for value, std in pairs] for sign in (-1, 1)
    )
    return below, above


def _length(start: float | None, stop: float | None) -> float:
    return 0.0 if start is None or stop is None else stop - start


def _number(value: Any) -> float | None:
    """A value that can be drawn; infinities and undefined values leave a gap."""
    return value if isinstance(value, int | float) else None


def _faint(color: str) -> str:
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.15)"


def _heat_map(table: Table, columns: Sequence[Column]) -> Any:
    import plotly.graph_objects as go

    rows = [[_number(value) for value in row] for row in zip(*(column.values for column in columns), strict=True)]
    signed = any(value is not None and value < 0 for row in rows for value in row)
    colors = {"colorscale": "RdBu", "zmid": 0} if signed else {"colorscale": "Blues"}
    return go.Heatmap(z=rows, x=list(range(len(columns))), y=table.coordinates[0].values, **colors)


def _listed(table: Table) -> Any:
    import plotly.graph_objects as go

    shown = [column for column in table.whole if column.kind in ("coordinate", "value")]
    cells = [[_cell(value) for value in column.values[:MOST_ROWS]] for column in shown]
    return go.Table(header={"values": [column.name for column in shown]}, cells={"values": cells})


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return "–" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)
