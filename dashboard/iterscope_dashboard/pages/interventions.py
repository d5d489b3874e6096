"""The Interventions page: a view, drawn in the browser (views/src/pages/interventions)."""

from iterscope_dashboard.pages.base import view_page

PAGE = view_page("/interventions", "Interventions")
