"""The figures' definitions: complete, in order, and about what the paper says."""

from __future__ import annotations

import pytest

from iterscope.errors import ConfigurationError
from iterscope.paper.claims import CLAIMS
from iterscope.paper.figures import DEFINITIONS, PAPERS_FOUR, figure_definition
from iterscope.paper.suite import FIGURES


def test_all_figures_but_the_drawing() -> None:
    assert tuple(DEFINITIONS) == FIGURES
    assert list(DEFINITIONS) == [*(f"fig{number}" for number in range(2, 21)), "table1"]


def test_claims_are_about_figures_that_there_are() -> None:
    assert {figure for claim in CLAIMS for figure in claim.figures} <= set(DEFINITIONS)


@pytest.mark.parametrize(
    ("second", "first"),
    [
        ("fig10", "fig4"),
        ("fig11", "fig2"),
        ("fig12", "fig3"),
        ("fig15", "fig13"),
        ("fig16", "fig14"),
        ("fig17", "fig5"),
    ],
)
def test_the_appendix_repeats_figures_on_the_second_data_set(second: str, first: str) -> None:
    pairs = zip(DEFINITIONS[first].panels, DEFINITIONS[second].panels, strict=True)
    for here, there in pairs:
        assert (here.slot, there.slot) == ("first", "second")
        assert (here.kind, here.nets, here.metric, here.y) == (there.kind, there.nets, there.metric, there.y)
    assert [panel.nets for panel in DEFINITIONS[second].panels] == [(name,) for name in PAPERS_FOUR]


def test_unknown_figures_are_named() -> None:
    with pytest.raises(ConfigurationError, match="figure 'fig1' is unknown: choose one of fig2"):
        figure_definition("fig1")
