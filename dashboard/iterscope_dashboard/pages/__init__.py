"""The pages, in the order of their tabs."""

from iterscope_dashboard.pages import blocks, examples, imports, interventions, paper, runs

PAGES = (runs.PAGE, blocks.PAGE, interventions.PAGE, examples.PAGE, paper.PAGE, imports.PAGE)
HOME = blocks.PAGE
