"""What the first response shows until Dash is there: the header, and grey shapes for the pages that Dash draws."""

from iterscope_dashboard.pages import PAGES

SKELETONS = {  # page → its rows of grey shapes, as (columns, height in pixels)
    "runs": ((1, 360), (1, 260)),
    "measure": ((1, 420), (2, 333)),
    "compare": ((1, 70), (2, 333)),
    "paper": ((1, 118), (1, 190), (4, 320)),
    "literature": ((1, 118), (1, 190), (2, 320)),
    "import": ((3, 120), (1, 300)),
}


def app_entry() -> str:
    """The container that Dash draws the page in, what is shown until Dash has drawn it, and one for the view that is shown before: Dash
    moves it to its place."""
    tabs = "".join(f'<a href="{page.path}" tabindex="-1">{page.title}</a>' for page in PAGES)
    return (
        '<div id="react-entry-point"></div><div id="before-dash"><p class="sr-only" role="status">Loading</p><div aria-hidden="true">'
        '<div class="frame-header"><a class="brand" href="/" tabindex="-1"><img src="/assets/favicon.svg" alt=""><span>Iterscope</span></a>'
        f'<div class="tabs">{tabs}</div></div>'
        f'{"".join(_skeleton(page) for page in SKELETONS)}</div></div><div id="early"></div>'
    )


def _skeleton(page: str) -> str:
    rows = "".join(
        f'<div class="bones" style="--columns: {columns}">{bone(height) * columns}</div>'
        for columns, height in SKELETONS[page]
    )
    return f'<div class="page skeleton for-{page}"><div class="bone title"></div>{rows}</div>'


def bone(height: int) -> str:
    """One grey shape."""
    return f'<div class="bone" style="height: {height}px"></div>'
