"""What a measurement is: its question, its answer, and how it is computed. REST, its documentation and the catalogue follow from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from iterscope.drawing import figure
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Parts
from iterscope.measurements.records import ProbeResult
from iterscope.measurements.request import MeasurementRequest
from iterscope.measurements.tables import tables
from iterscope.panels import Panel

if TYPE_CHECKING:
    import plotly.graph_objects as go

Drawing = Literal[
    "lines over blocks", "lines over positions", "lines over steps", "lines over exits", "groups over steps", "groups over exits",
    "waterfall over blocks", "matrix of blocks", "matrix of positions", "table of plans", "image gallery",
]  # fmt: skip
"""How an answer is best drawn: a hint. A matrix has a row and a column for each block or position."""


@dataclass(frozen=True)
class Measurement:
    """One kind of measurement."""

    name: str
    """In addresses and commands."""
    title: str
    summary: str
    """What it measures, in one sentence."""
    formula: str
    citation: str
    version: int
    """Increase it when the answer to the same request changes: answers stored before are then no longer used."""
    request: type[MeasurementRequest]
    """The question: the network, the images and the options, each with its type, range, default and help."""
    result: type[ProbeResult]
    """The answer's schema."""
    prepare: Callable[[MeasuredNetwork, Any], Parts]
    """The computation of a request on a network, which depends on nothing else. Errors of the library pass through."""
    drawing: Drawing
    panels: tuple[Panel, ...] = ()
    """Panels that show several fields of the answer together. Every other field along an axis has a panel of its own."""

    def figure(self, answer: Mapping[str, Any]) -> go.Figure:
        """An answer as a Plotly figure. Raises ConfigurationError if plotly is not installed."""
        return figure(self.title, tables(self.result, answer), self.panels)

    def describe(self) -> dict[str, Any]:
        """The definition as plain JSON values, with the schemas of question and answer."""
        return {
            "name": self.name,
            "title": self.title,
            "summary": self.summary,
            "formula": self.formula,
            "citation": self.citation,
            "version": self.version,
            "drawing": self.drawing,
            "request": self.request.model_json_schema(),
            "result": self.result.model_json_schema(mode="serialization"),
        }
