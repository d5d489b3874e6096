"""A figure as HTML: every point where its axes put it."""

from __future__ import annotations

import re

from iterscope_dashboard.figures.figure import Figure
from iterscope_dashboard.picture import SIDE, Axis, picture


def figure_of(y: list[float | None], **trace: object) -> Figure:
    figure = Figure()
    figure.add_scatter(x=list(range(len(y))), y=y, line={"color": "#123456", "width": 2}, **trace)
    figure.update_xaxes(range=[0, 4], dtick=2, title_text="block")
    figure.update_yaxes(range=[-1, 1], title_text="cos(F<sub>i</sub>)")
    return figure


def test_points_lie_where_the_axes_put_them_and_a_line_breaks_at_a_gap() -> None:
    html = picture(figure_of([1.0, 0.0, None, -0.5, -1.0]))
    (path,) = re.findall(r'class="line" d="([^"]+)"', html)
    quarter = SIDE / 4
    assert path == f"M0.0 0.0L{quarter} {2 * quarter}M{3 * quarter} {3 * quarter}L{4 * quarter} {4 * quarter}"
    assert "cos(F<sub>i</sub>)" in html
    assert '<span style="left: 50.00%">2</span>' in html


def test_bands_are_filled_and_hidden_traces_are_not_drawn() -> None:
    assert "<polygon" in picture(figure_of([0.0, 0.5, 0.2], fill="toself", fillcolor="rgba(1,2,3,0.1)"))
    assert 'class="line"' not in picture(figure_of([0.0, 0.5, 0.2], visible=False))


def test_without_a_range_there_is_no_picture() -> None:
    figure = figure_of([0.0])
    del figure.layout["yaxis"]["range"]
    assert picture(figure) == ""


def test_ticks_are_round_and_within_the_range() -> None:
    assert [text for _, text in Axis({"range": [-0.31, 0.12]}).ticks()] == ["−0.3", "−0.2", "−0.1", "0", "0.1"]
    assert [text for _, text in Axis({"range": [0, 47]}).ticks()] == ["0", "10", "20", "30", "40"]
    assert [text for _, text in Axis({"range": [0.0, 1.7]}).ticks()] == ["0", "0.5", "1", "1.5"]
