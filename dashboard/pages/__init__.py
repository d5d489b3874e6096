"""The pages, in the order of their tabs."""

from dashboard.pages import blocks, examples, interventions, runs

PAGES = (runs.PAGE, blocks.PAGE, interventions.PAGE, examples.PAGE)
HOME = blocks.PAGE
