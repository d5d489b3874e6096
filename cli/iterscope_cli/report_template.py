"""The report's page: one HTML document with its styles. All inserted text is escaped, and the page loads nothing from other addresses."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from typing import Any

from iterscope_guard.text import visible

PAPER_ADDRESS = "https://arxiv.org/abs/1710.04773"

STYLE = """
:root { color-scheme: light; --ink: #2b2f38; --muted: #5a6070; --line: #e1e4ea; --accent: #3546a6; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2.5rem 1.5rem 4rem; max-width: 60rem; background: #fff; color: var(--ink);
  font: 15px/1.55 Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .4rem; }
h2 { font-size: 1.3rem; margin: 2.4rem 0 .6rem; padding-top: .8rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 0; }
h4 { font-size: .92rem; margin: 0 0 .2rem; }
p { margin: .4rem 0; }
a { color: var(--accent); }
.muted, figcaption, caption { color: var(--muted); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: .6rem 0; font-size: .92em; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: .3rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .7rem .35rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; }
code { font: .88em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.verdict { white-space: nowrap; font-weight: 600; }
.holds { color: #0b6e4f; } .fails { color: #a8390a; } .undecided { color: #7a5c00; } .open { color: var(--muted); }
section.figure { margin: 1.4rem 0 2rem; }
.panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr)); gap: 1rem 1.2rem; margin-top: .6rem; }
.panels figure { margin: 0; min-width: 0; break-inside: avoid; }
.network figure { margin: 1.2rem 0; break-inside: avoid; }
.panels svg, .network svg { display: block; width: 100%; height: auto; }
figcaption { font-size: .88em; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: .5rem 0; }
dt { color: var(--muted); } dd { margin: 0; overflow-wrap: anywhere; }
@page { size: A4; margin: 16mm 14mm; }
@media print {
  body { padding: 0; max-width: none; font-size: 10.5pt; }
  .panels { grid-template-columns: 1fr 1fr; }
  h2, h3, h4 { break-after: avoid; } tr, dl { break-inside: avoid; }
}
"""
_VERDICTS = {
    "holds": ("holds", "✓"),
    "does not hold": ("fails", "✕"),
    "inconclusive": ("undecided", "?"),
    "not yet run": ("open", "○"),
}
"""CSS class and mark; the mark says the same as the colour."""


def escape(text: str) -> str:
    """The text for a page: with HTML's entities, and without characters that deceive a reader."""
    return html.escape(visible(text))


def page(title: str, subtitle: str, sections: Iterable[str]) -> str:
    """The whole document; `sections` are HTML, title and subtitle are text."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f'<header><h1>{escape(title)}</h1>\n<p class="muted">{escape(subtitle)}</p>\n'
        f'<p>The figures reproduce those of <a href="{PAPER_ADDRESS}">Residual Connections Encourage Iterative Inference</a> '
        "(Jastrzębski et al., ICLR 2018). Iterscope drew them from the runs below.</p></header>\n"
        + "\n".join(sections)
        + "\n</main>\n</body>\n</html>\n"
    )


def section(title: str, *parts: str, identifier: str | None = None) -> str:
    """A heading and its content; `parts` are HTML."""
    mark = "" if identifier is None else f' id="{escape(identifier)}"'
    return f"<section{mark}><h2>{escape(title)}</h2>\n" + "\n".join(parts) + "\n</section>"


def paragraph(text: str, *, muted: bool = False) -> str:
    """One paragraph of text."""
    mark = ' class="muted"' if muted else ""
    return f"<p{mark}>{escape(text)}</p>"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], caption: str | None = None) -> str:
    """A table of text cells; the first cell of each row is its header."""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
        + "</tr>\n"
        for row in rows
    )
    title = "" if caption is None else f"<caption>{escape(caption)}</caption>"
    return f'<div class="wide"><table>{title}<thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></div>'


def definitions(entries: Iterable[tuple[str, str]]) -> str:
    """A list of names and values, one pair per line."""
    return "<dl>" + "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in entries) + "</dl>"


def claims_table(findings: Iterable[dict[str, Any]]) -> str:
    """A table of claims with verdict and measured value."""
    rows = "".join(
        f"<tr><td>{escape(finding['sentence'])}{_place(finding)}</td>"
        f'<td class="verdict {_VERDICTS[finding["verdict"]][0]}">{_VERDICTS[finding["verdict"]][1]} {escape(finding["verdict"])}</td>'
        f"<td>{escape(finding['measured'])}{_note(finding)}</td></tr>\n"
        for finding in findings
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in ("claim", "verdict", "measured"))
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody></table></div>'


def _place(finding: dict[str, Any]) -> str:
    """Where the paper says it; nothing for a later work, whose name stands above."""
    if not finding["section"]:
        return ""
    figures = ", ".join(figure_name(figure).lower() for figure in finding["figures"])
    return f'<br><span class="muted">section {escape(str(finding["section"]))}, {escape(figures)}</span>'


def _note(finding: dict[str, Any]) -> str:
    """Where the verdict is from, the number that is judged, and what limits the verdict."""
    text = ". ".join(part for part in (finding["scope"], finding["judged"].capitalize(), finding["note"]) if part)
    return f'<br><span class="muted">{escape(text)}</span>'


def panel(title: str, svg: str, caption: str) -> str:
    """One figure with its title above and its caption below; `svg` is an SVG element."""
    named = svg.replace("<svg ", f'<svg role="img" aria-label="{escape(title)}" ', 1)
    return f"<figure><h4>{escape(title)}</h4>{named}<figcaption>{escape(caption)}</figcaption></figure>\n"


def part(title: str, caption: str, svg: str, table_html: str) -> str:
    """A figure or table with the full width of the page."""
    named = svg.replace("<svg ", f'<svg role="img" aria-label="{escape(title)}" ', 1)
    return f"<figure><h4>{escape(title)}</h4>{named}{table_html}<figcaption>{escape(caption)}</figcaption></figure>\n"


def network_section(name: str, run: str, drawings: Iterable[str]) -> str:
    """One network, block by block."""
    return (
        f'<section class="figure network" id="{escape(run)}"><h3>{escape(name)} <span class="muted">{escape(run)}</span></h3>\n'
        + "".join(drawings)
        + "</section>"
    )


def work_section(work: dict[str, Any], run: str, panels: Iterable[str], claims: str) -> str:
    """What a later work asks and found, and what a network shows of it."""
    return (
        f'<section class="figure" id="{escape(run)}-{escape(work["id"])}"><h3>{escape(work["title"])} '
        f'<span class="muted">{escape(work["authors"])} ({escape(work["source"])})</span></h3>\n'
        f"<p>{escape(work['question'])}</p>\n"
        f'<p class="muted">The work found: {escape(work["finding"])}</p>\n'
        f'<div class="panels">{"".join(panels)}</div>{claims}</section>'
    )


def figure_section(figure: dict[str, Any], panels: Iterable[str], table_html: str | None) -> str:
    """One of the paper's figures: what it shows in the paper, its panels, and the table if it is one."""
    drawn = "".join(panels)
    return (
        f'<section class="figure" id="{escape(figure["id"])}"><h3>{escape(figure_name(figure["id"]))}: '
        f"{escape(figure['title'])}</h3>\n"
        f'<p class="muted">In the paper (section {escape(str(figure["section"]))}): {escape(figure["shows"])}</p>\n'
        + (f'<div class="panels">{drawn}</div>' if drawn else "")
        + (table_html or "")
        + "</section>"
    )


def figure_name(identifier: str) -> str:
    """ "fig7" → "Figure 7", "table1" → "Table 1"."""
    return identifier.replace("fig", "Figure ").replace("table", "Table ")
