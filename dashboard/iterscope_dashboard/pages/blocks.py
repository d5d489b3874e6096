"""The Blocks page: a view, drawn in the browser (views/src/pages/blocks)."""

from iterscope_dashboard.pages.base import view_page

PAGE = view_page("/blocks", "Blocks")
