"""Tables drawn by Plotly: panels of several quantities, then one for each other quantity along an axis. Needs plotly (the extra `app`), and
no torch."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from iterscope.errors import ConfigurationError
from iterscope.panels import COLORS, Panel, Traces
from iterscope.tables import ALONE, Column, Table

if TYPE_CHECKING:
    import plotly.graph_objects as go

PANEL_HEIGHT = 220
"""Pixels."""
TITLE_HEIGHT = 66
"""Pixels of a panel's title and its sentence."""
TITLE_WIDTH = 95
"""Characters of a line of a sentence."""
MOST_ROWS = 200
"""Rows of a table that is drawn as a table."""
REASON_WIDTH, REASON_HEIGHT = 48, 17
"""Characters and pixels of a line below an axis."""
MOST_PLACES = 6
"""Places that are named there."""


AXES = {
    "position": "position (number of blocks before the state)",
    "exit": "exit (block after which the head reads)",
    "plugged block": "block of the last stage",
    "length": "length of a path (branches on it)",
    "affected": "later block that is affected",
}
"""What an axis is in words, where its name alone doesn't say it."""


@dataclass(frozen=True)
class _Quantity:
    """One quantity along an axis, of one table or of the same table of several parts."""

    name: str
    axis: str
    parts: list[tuple[Table, list[Column]]]


def figure(title: str, found: Sequence[Table], panels: Sequence[Panel] = ()) -> go.Figure:
    """`panels` first, then every other quantity along an axis: lines with their spread or interval, matrices as heat maps, lists of
    images as tables.

    `layout.meta["panels"]` says by the name of an x axis what the panels say of themselves.

    Raises ConfigurationError if plotly is not installed.
    """
    try:
        from plotly.subplots import make_subplots
    except ImportError as error:
        raise ConfigurationError("drawing needs plotly: pip install 'iterscope[app]'") from error
    joint = [(panel, traces) for panel in panels if (traces := panel.draw(found)) is not None]
    replaced = frozenset().union(*(panel.replaces for panel, _ in joint))
    alone = _quantities([table for table in found if table.axis != ALONE], replaced)
    kinds = [{"type": "xy"} for _ in joint] + [{"type": "table" if one.axis == "image" else "xy"} for one in alone]
    reasons = [_why_missing(quantity) for quantity in alone]
    below = REASON_HEIGHT * max((reason.count("<br>") for reason in reasons), default=0)
    heights = [PANEL_HEIGHT + TITLE_HEIGHT] * len(joint) + [PANEL_HEIGHT] * max(1 - len(joint), len(alone))
    heights = [height + below for height in heights]
    rows, whole = len(heights), sum(heights)
    between = min(0.12 * whole, 0.28 * PANEL_HEIGHT + below)
    drawn = make_subplots(
        rows=rows,
        cols=1,
        specs=[[kind] for kind in kinds] or [[{}]],
        vertical_spacing=between / whole,
        row_heights=[height - between * (rows - 1) / rows for height in heights],
    )
    named: set[str] = set()
    told = {}
    for row, (panel, traces) in enumerate(joint, 1):
        name = drawn.get_subplot(row, 1).xaxis.plotly_name
        told[name] = {"title": panel.title, "sentence": panel.sentence, "formula": panel.formula, **traces.fields}
        axes = drawn.get_subplot(row, 1)
        axes.yaxis.domain = (axes.yaxis.domain[0], axes.yaxis.domain[1] - TITLE_HEIGHT / whole)
        _joint(drawn, row, panel, traces, named)
    untouched = {column.name: column.values[0] for table in found if table.axis == ALONE for column in table.columns}
    for row, (quantity, reason) in enumerate(zip(alone, reasons, strict=True), 1 + len(joint)):
        _alone(drawn, row, quantity, named, untouched.get(f"baseline {quantity.name}"), reason)
    drawn.update_layout(
        title=title,
        template="plotly_white",
        height=120 + whole,
        margin={"l": 70, "r": 30, "t": 60, "b": 60 + below},
        meta={"panels": told},
    )
    return drawn


def _joint(drawn: go.Figure, row: int, panel: Panel, traces: Traces, named: set[str]) -> None:
    """A panel of several quantities, with its title and its sentence above it."""
    axes = drawn.get_subplot(row, 1)
    bottom, top = axes.yaxis.domain
    for trace in traces.data:
        trace.showlegend = bool(trace.legendgroup) and trace.legendgroup not in named
        named.add(trace.legendgroup)
        if "colorbar" in (trace.to_plotly_json().get("marker") or ()):
            trace.marker.colorbar.update(y=(bottom + top) / 2, len=top - bottom)
    drawn.add_traces(traces.data, rows=row, cols=1)
    drawn.update_xaxes(title_text=panel.x, **traces.axis, row=row, col=1)
    drawn.update_yaxes(title_text=panel.y, row=row, col=1)
    sentence = "<br>".join(wrap(panel.sentence, TITLE_WIDTH))
    drawn.add_annotation(
        text=f"<b>{panel.title}</b><br><span style='font-size: 11px'>{sentence}</span>", x=0, y=top, xref="paper", yref="paper",
        xanchor="left", yanchor="bottom", align="left", showarrow=False,
    )  # fmt: skip


def _alone(drawn: go.Figure, row: int, quantity: _Quantity, named: set[str], untouched: Any, reason: str) -> None:
    """One quantity, and a line at its value in the untouched network.

    `reason`: why values are missing, below the axis.
    """
    table, columns = quantity.parts[0]
    unit = f" ({columns[0].unit})" if columns[0].unit else ""
    if quantity.axis == "image":
        drawn.add_trace(_listed(table), row=row, col=1)
    elif columns[0].kind == "matrix":
        bottom, top = drawn.get_subplot(row, 1).yaxis.domain
        bar = {"y": (bottom + top) / 2, "len": top - bottom}
        drawn.add_trace(_heat_map(table, columns).update(colorbar=bar), row=row, col=1)
        drawn.update_xaxes(title_text=AXES.get(columns[0].across, columns[0].across) + reason, row=row, col=1)
        drawn.update_yaxes(title_text=f"{quantity.name}, by {table.coordinates[0].name}{unit}", row=row, col=1)
    else:
        traces, place = _lines(quantity, named)
        drawn.add_traces(traces, rows=row, cols=1)
        # Plotly would read "2 4" as 24
        kind = None if all(_all_numbers(trace.x) for trace in traces) else "category"
        drawn.update_xaxes(title_text=AXES.get(place, place) + reason, type=kind, row=row, col=1)
        drawn.update_yaxes(title_text=quantity.name + unit, row=row, col=1)
        if isinstance(untouched, int | float):
            drawn.add_hline(untouched, line={"dash": "dot", "width": 1}, annotation_text="untouched", row=row, col=1)


def _why_missing(quantity: _Quantity) -> str:
    """Below the axis's name: the places where the quantity is undefined, and why. Empty if it is defined everywhere."""
    for table, some in quantity.parts:
        place, columns = table.coordinates[0], [column for column in some if column.undefined]
        rows = enumerate(place.values) if columns else ()
        missing = [str(shown) for row, shown in rows if all(column.values[row] is None for column in columns)]
        if missing:
            more = f" and {len(missing) - MOST_PLACES} more" if len(missing) > MOST_PLACES else ""
            text = f"no value at {place.name} {', '.join(missing[:MOST_PLACES])}{more}: {columns[0].undefined}"
            return "".join(f"<br><span style='font-size: 11px'>{line}</span>" for line in wrap(text, REASON_WIDTH))
    return ""


def _quantities(found: Sequence[Table], replaced: Collection[str]) -> list[_Quantity]:
    """Each quantity along an axis, with the groups and parts that it is given for, without those that other panels show."""
    quantities: dict[tuple[str, str], _Quantity] = {}
    for table in found:
        if table.axis == "image":
            quantities[table.name, ""] = _Quantity("", "image", [(table, table.columns)])
            continue
        named: dict[str, list[Column]] = {}
        for column in table.columns:
            if column.of in replaced:
                continue
            # a matrix keeps its empty columns, so that the others stay at their places
            if column.kind == "matrix" or (column.kind in ("value", "spread", "low", "high") and _numeric(column)):
                name = column.of if column.kind == "matrix" else _quantity(column)
                named.setdefault(name.replace("_", " "), []).append(column)
        for name, columns in named.items():
            if not any(map(_numeric, columns)):
                continue
            quantities.setdefault((table.axis, name), _Quantity(name, table.axis, [])).parts.append((table, columns))
    return list(quantities.values())


def _quantity(column: Column) -> str:
    name = column.name.rpartition(": ")[2]
    for suffix in (" std", " low", " high"):
        name = name.removesuffix(suffix)
    return name


def _all_numbers(values: Sequence[Any]) -> bool:
    return all(isinstance(value, int | float) for value in values)


def _numeric(column: Column) -> bool:
    return any(isinstance(value, int | float) for value in column.values)


def _lines(quantity: _Quantity, named: set[str]) -> tuple[list[Any], str]:
    """One line for each group and part, with its standard deviation or its interval; and what the horizontal axis is.

    `named`: the groups that the legend names already.
    """
    import plotly.graph_objects as go

    single = all(len(table) == 1 and table.part for table, _ in quantity.parts)
    plans = quantity.axis == "plan"
    repeated = any(len(set(table.coordinates[0].values)) < len(table) for table, _ in quantity.parts)
    title = quantity.axis if repeated and not plans else "" if single else quantity.parts[0][0].coordinates[0].name
    found: list[Any] = []
    colors: dict[str, str] = {}
    for table, columns in quantity.parts:
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
            label = group if single or len(quantity.parts) == 1 else f"{table.part} {group}".strip()
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
