"""Placeholders shown until the page has loaded: plain HTML in the first response, which needs no script."""

from iterscope_dashboard.pages import PAGES

SKELETONS = {  # page → its rows of grey shapes, as (columns, height in pixels)
    "blocks": ((1, 47), (1, 101), (3, 333), (2, 333)),
    "runs": ((1, 360), (1, 260)),
    "interventions": ((1, 230), (2, 280), (2, 260)),
    "measure": ((1, 420), (2, 333)),
    "examples": ((1, 80), (2, 640)),
    "paper": ((1, 118), (1, 190), (4, 320)),
    "import": ((3, 120), (1, 300)),
}


def app_entry() -> str:
    """The page's container with the header and grey shapes, which Dash replaces when it draws the page."""
    tabs = "".join(f'<a href="{page.path}" tabindex="-1">{page.title}</a>' for page in PAGES)
    return (
        '<div id="react-entry-point"><p class="sr-only" role="status">Loading</p><div aria-hidden="true">'
        '<div class="frame-header"><a class="brand" href="/" tabindex="-1"><img src="/assets/favicon.svg" alt=""><span>Iterscope</span></a>'
        f'<div class="tabs">{tabs}</div></div>'
        f'<div class="page">{"".join(_skeleton(page) for page in SKELETONS)}</div></div></div>'
    )


def _skeleton(page: str) -> str:
    rows = "".join(
        f'<div class="bones" style="--columns: {columns}">{bone(height) * columns}</div>'
        for columns, height in SKELETONS[page]
    )
    return f'<div class="skeleton for-{page}"><div class="bone title"></div>{rows}</div>'


def bone(height: int) -> str:
    """One grey shape."""
    return f'<div class="bone" style="height: {height}px"></div>'
