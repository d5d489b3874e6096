"""The report's page: what comes from outside is text in it, never markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from iterscope_cli import report_template as html

EVIL = '<script>alert("1")</script> & <img src=http://x.example/>'
FINDING: dict[str, Any] = {
    "sentence": EVIL,
    "section": "4.2",
    "figures": ["fig4"],
    "verdict": "does not hold",
    "measured": "cos = −0.1 < 0",
    "scope": "on <b>, ResNet-56, 3 seeds: not seen",
    "judged": "judged: −0.2, 95 % interval −0.25 to −0.125; holds below 0",
    "note": None,
}


class Tags(HTMLParser):
    """The elements of a page, and whether all are closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def whole_page() -> str:
    figure = {"id": "fig7", "title": EVIL, "section": "4.4", "shows": EVIL}
    return html.page(
        EVIL,
        EVIL,
        [
            html.section(EVIL, html.paragraph(EVIL, muted=True), html.table([EVIL, "b"], [[EVIL, EVIL]], EVIL)),
            html.claims_table([FINDING]),
            html.definitions([(EVIL, EVIL)]),
            html.figure_section(figure, [html.panel(EVIL, "<svg ></svg>", EVIL)], None),
        ],
    )


def test_every_text_is_escaped_and_every_element_closed() -> None:
    tags = Tags()
    page = whole_page()
    tags.feed(page)
    assert not tags.open
    assert not tags.seen & {"script", "img", "b", "link", "iframe"}
    assert page.count("&lt;script&gt;") == page.count("alert(") >= 14


def test_nothing_is_loaded_from_anywhere() -> None:
    page = whole_page()
    assert re.findall(r'(?:href|src|action)="([^"]*)"', page) == [html.PAPER_ADDRESS]
    assert "url(" not in page
    assert "@import" not in page


def test_a_claim_shows_its_verdict_and_number() -> None:
    table = html.claims_table([FINDING])
    assert '<td class="verdict fails">✕ does not hold</td><td>cos = −0.1 &lt; 0<br>' in table
    assert (
        "on &lt;b&gt;, ResNet-56, 3 seeds: not seen. Judged: −0.2, 95 % interval −0.25 to −0.125; holds below 0</span>"
        in table
    )
    open_claim = {
        **FINDING,
        "verdict": "inconclusive",
        "judged": "",
        "note": "5 images are too few",
    }
    assert '<td class="verdict undecided">? inconclusive</td>' in html.claims_table([open_claim])
    assert "not seen. 5 images are too few</span>" in html.claims_table([open_claim])


def test_figures_are_called_as_in_the_paper() -> None:
    assert [html.figure_name(name) for name in ("fig7", "fig20", "table1")] == ["Figure 7", "Figure 20", "Table 1"]
