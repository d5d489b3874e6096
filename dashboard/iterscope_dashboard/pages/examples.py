"""The Examples page: a view, drawn in the browser (views/src/pages/examples)."""

from iterscope_dashboard.pages.base import view_page

PAGE = view_page("/examples", "Examples")
