"""Figures as the tests see them: held against plotly's own schema, which the pages leave out for speed."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec

import plotly.graph_objects as go

from iterscope_dashboard.figures.figure import Figure

P = ParamSpec("P")


def checked(draw: Callable[P, Figure]) -> Callable[P, go.Figure]:
    """What `draw` draws; ValueError where plotly knows no such property or value."""

    def drawn(*arguments: P.args, **options: P.kwargs) -> go.Figure:
        return draw(*arguments, **options).checked()

    return drawn
