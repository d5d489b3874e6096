"""The pages, in the order of their tabs."""

from iterscope_dashboard.pages import (
    blocks,
    compare,
    examples,
    imports,
    interventions,
    literature,
    measure,
    paper,
    runs,
)

PAGES = (
    runs.PAGE,
    blocks.PAGE,
    interventions.PAGE,
    measure.PAGE,
    compare.PAGE,
    examples.PAGE,
    paper.PAGE,
    literature.PAGE,
    imports.PAGE,
)
HOME = blocks.PAGE
