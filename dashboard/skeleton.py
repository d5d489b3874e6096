"""What stands on the screen until the page is there: plain HTML in the first answer, so that it needs no script."""

from dashboard.pages import PAGES

SKELETONS = {  # page → its rows of grey shapes, as (columns, height in pixels)
    "blocks": ((1, 46), (1, 48), (3, 340), (2, 340)),
    "runs": ((1, 360), (1, 260)),
    "interventions": ((1, 230), (2, 280), (2, 260)),
    "examples": ((1, 80), (2, 640)),
    "paper": ((1, 118), (1, 190), (4, 320)),
    "import": ((3, 120), (1, 300)),
}


def app_entry() -> str:
    """The element that the page replaces: header, and grey shapes where the parts will be. style.css shows those of the address's page."""
    tabs = "".join(f'<a href="{page.path}">{page.title}</a>' for page in PAGES)
    return (
        '<div id="react-entry-point"><header class="frame-header">'
        '<a class="brand" href="/"><img src="/assets/favicon.svg" alt=""><span>Iterscope</span></a>'
        f'<nav class="tabs" aria-label="Pages">{tabs}</nav></header>'
        '<main class="page" role="status" aria-busy="true" aria-label="Loading">'
        f"{''.join(_skeleton(page) for page in SKELETONS)}</main></div>"
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
