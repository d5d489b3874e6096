"""A figure as plotly.js reads it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import plotly.graph_objects as go

from iterscope_dashboard import theme

Properties = dict[str, Any]


class Figure:
    """Traces and layout as plain dicts, in Iterscope's template; the methods are named as go.Figure's.

    go.Figure validates every property against plotly's schema, which took most of the server time of a page. `checked` does the
    validation where speed does not matter: in reports, and in the tests of every kind of figure.
    """

    def __init__(self, **layout: Any) -> None:
        self.data: list[Properties] = []
        self.layout: Properties = {"template": theme.TEMPLATE, **layout}

    def add_scatter(self, **trace: Any) -> None:
        """Add lines or markers; a property that is None is not set."""
        self.data.append({"type": "scatter", **_set(trace)})

    def add_bar(self, **trace: Any) -> None:
        """Add bars; a property that is None is not set."""
        self.data.append({"type": "bar", **_set(trace)})

    def add_heatmap(self, **trace: Any) -> None:
        """Add a map of coloured cells; a property that is None is not set."""
        self.data.append({"type": "heatmap", **_set(trace)})

    def update_layout(self, **changes: Any) -> None:
        """Change the layout; dicts are merged into existing ones."""
        _merge(self.layout, changes)

    def update_xaxes(self, **changes: Any) -> None:
        """Change every x axis; `title_text` is {"title": {"text": …}}."""
        self._update_axes("xaxis", _nested(changes))

    def update_yaxes(self, **changes: Any) -> None:
        """Change every y axis."""
        self._update_axes("yaxis", _nested(changes))

    def _update_axes(self, kind: str, changes: Properties) -> None:
        for name in {kind, *(name for name in self.layout if name.startswith(kind))}:
            self.update_layout(**{name: changes})

    def add_shape(self, **shape: Any) -> None:
        """Add a line or a rectangle in the plot's coordinates."""
        self.layout.setdefault("shapes", []).append(shape)

    def add_annotation(self, **annotation: Any) -> None:
        """Add a text."""
        self.layout.setdefault("annotations", []).append(annotation)

    def add_hline(self, y: float, **properties: Any) -> None:
        """Add a horizontal line across the first plot."""
        self.add_shape(type="line", x0=0, x1=1, xref="x domain", y0=y, y1=y, yref="y", **properties)

    def add_vline(self, x: float, **properties: Any) -> None:
        """Add a vertical line through the first plot."""
        self.add_shape(type="line", x0=x, x1=x, xref="x", y0=0, y1=1, yref="y domain", **properties)

    def to_plotly_json(self) -> Properties:
        """The figure as JSON data, for Dash's encoder."""
        return {"data": self.data, "layout": self.layout}

    def checked(self) -> go.Figure:
        """The same figure as a validated go.Figure.

        Raises:
            ValueError: plotly has no such property, or does not accept the value.
        """
        return go.Figure(self.data, self.layout)


def _set(properties: Properties) -> Properties:
    return {name: value for name, value in properties.items() if value is not None}


def _nested(properties: Properties) -> Properties:
    nested: Properties = {}
    for name, value in _set(properties).items():
        outer, _, inner = name.partition("_")
        _merge(nested, {outer: {inner: value} if inner else value})
    return nested


def _merge(target: Properties, changes: Properties) -> None:
    for name, value in changes.items():
        known = target.get(name)
        if isinstance(known, dict) and isinstance(value, dict):
            _merge(known, value)
        else:
            target[name] = deepcopy(value)
