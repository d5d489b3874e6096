"""A section of the Paper page: what the paper shows, the verdicts on your runs, panels, provenance."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from iterscope_dashboard.client import Json
from iterscope_dashboard.components import (
    LegendEntry,
    PanelText,
    attributes,
    command,
    in_home,
    legend_of,
    panel,
    unbroken,
)
from iterscope_dashboard.figures.paper import draw_panel, palette_of, strokes
from iterscope_dashboard.figures.paper_info import PanelInfo, panel_info
from iterscope_dashboard.findings import FigureSummary, Finding, figure_label
from iterscope_dashboard.ids import Paper as Ids
from iterscope_dashboard.ids import of
from iterscope_dashboard.pages.measuring import measuring_line
from iterscope_dashboard.pages.paper_verdicts import claims
from iterscope_dashboard.snippets import Snippet, paper_snippet, with_snippet
from iterscope_dashboard.state import link


def columns_of(panels: int) -> int:
    """The number of columns on a wide screen."""
    return {0: 1, 1: 1, 2: 2, 3: 3, 4: 4, 5: 3, 6: 3}.get(panels, 4)


def section(
    figure: FigureSummary, findings: Sequence[Finding], dataset: str | None, second: str | None, home: str
) -> html.Section:
    """The section of a figure: what the paper shows, its claims, and containers for its panels."""
    waiting = figure.state == "not yet run"
    address = link("/paper", figure=figure.id, dataset=dataset, second=second)
    where = f"{'Section' if figure.section[:1].isdigit() else 'Appendix'} {figure.section}"
    return html.Section(
        [
            html.Div(
                [
                    html.H2([html.A(figure.label, href=address, title=f"Link to {figure.label}", className="figure-number",
                                    **attributes({"data-figure-link": figure.id})),
                             html.Span(figure.title)], className="figure-title", id=f"paper-title-{figure.id}"),
                    html.Span(where, className="control-label"),
                ],
                className="figure-head",
            ),
            html.Div(
                [
                    html.Div([html.H3("The paper", className="column-title"), html.P(figure.shows)], className="paper-says"),
                    html.Div(
                        [html.H3("Your runs", className="column-title"),
                         html.Div(claims(findings), id=of(Ids.CLAIMS, figure.id))],
                        className="runs-say",
                    ),
                ],
                className="figure-text",
            ),
            not_run(figure.id, home) if waiting else html.Div(skeletons(figure), id=of(Ids.BODY, figure.id), className="figure-body"),
            *([] if waiting else [measuring_line(Ids, figure.id)]),
        ],
        className="paper-section", id=f"paper-{figure.id}",
        **attributes({"aria-labelledby": f"paper-title-{figure.id}", **({} if waiting else {"data-lazy": figure.id})}),
    )  # fmt: skip


def not_run(figure: str, home: str) -> html.Div:
    """A figure without runs: the command that trains them."""
    return html.Div(
        [
            html.Span("No runs for this figure yet. This command trains them:"),
            command(in_home(f"iterscope paper --only {figure}", home)),
        ],
        className="not-run",
    )


def skeletons(figure: FigureSummary) -> html.Div:
    """Grey panels of the final size."""
    count = max(1, figure.panels)
    one = dmc.Paper(
        [
            html.Div(dmc.Skeleton(height=12, width="60%", animate=False), className="panel-head"),
            html.Div(dmc.Skeleton(height="100%", animate=False), className=f"graph-box {height_of(count)}"),
        ],
        className="panel", withBorder=True,
    )  # fmt: skip
    grid = html.Div([one] * count, className=f"paper-panels columns-{columns_of(count)}")
    return html.Div([html.Div(className="figure-legend"), grid], **attributes({"aria-busy": "true"}))


def height_of(panels: int) -> str:
    """One or two panels are wider, and so taller."""
    return "tall" if panels <= 2 else "short"


def body(payload: Json, home: str, dataset: str | None = None, second: str | None = None) -> Any:
    """The panels of a figure, or its table; `home`: of the service; `dataset` and `second` as requested."""
    figure = str(payload["id"])
    infos = [panel_info(one) for one in payload.get("panels") or ()]
    parts: list[Any] = []
    if infos:
        palette = palette_of(infos)
        entries = {stroke.name: stroke for info in infos for stroke in strokes(info, palette)}
        legend = [LegendEntry(stroke.name, stroke.colour, stroke.dash) for stroke in entries.values()]
        caption, titles = shared_title([info.title for info in infos])
        parts.append(
            html.Div([html.Span(caption), legend_of(legend if len(legend) > 1 else ())], className="figure-legend")
        )
        drawn = [paper_panel(figure, number, info, title, palette, len(infos), paper_snippet(figure, number, dataset, second), home)
                 for number, (info, title) in enumerate(zip(infos, titles, strict=True))]  # fmt: skip
        parts.append(html.Div(drawn, className=f"paper-panels columns-{columns_of(len(infos))}"))
        notes = dict.fromkeys(info.missing for info in infos if info.state == "ready" and info.missing)
        parts += [html.P(with_code(note, home), className="key-hint") for note in notes]
    if payload.get("table"):
        parts.append(table(figure, str(payload.get("title") or ""), payload["table"]))
    return html.Div(parts)


def shared_title(titles: Sequence[str]) -> tuple[str, list[str]]:
    """The shared part of all titles ("ResNet-56 on digits: …" or "… on digits"), shown once, and the rest of each title."""
    for mark, side in ((": ", 0), (" on ", 1)):
        pieces = [title.partition(mark) if side == 0 else title.rpartition(mark) for title in titles]
        shared = {piece[0 if side == 0 else 2] for piece in pieces if piece[1]}
        if len(shared) == 1 and all(piece[1] for piece in pieces) and len(titles) > 1:
            rest = [piece[2 if side == 0 else 0] for piece in pieces]
            return shared.pop() if side == 0 else f"on {shared.pop()}", [text[:1].upper() + text[1:] for text in rest]
    return "", list(titles)


def with_code(text: str, home: str) -> list[Any]:
    """Text with each part between `backticks` as code; commands name the home folder."""
    code = [in_home(part, home) if part.startswith("iterscope ") else part for part in text.split("`")[1::2]]
    return [html.Code(unbroken(code[i // 2])) if i % 2 else part for i, part in enumerate(text.split("`"))]


def paper_panel(
    figure: str,
    number: int,
    info: PanelInfo,
    title: str,
    palette: dict[str, int],
    count: int,
    snippet: Snippet,
    home: str,
) -> dmc.Paper:
    """One panel; a panel without data has the same size and says what is missing."""
    if info.state != "ready":
        return dmc.Paper(
            [
                html.Div(html.H3(title, className="panel-title", title=info.title), className="panel-head"),
                html.Div([html.Span(info.state, className="verdict verdict-untrained"), html.P(with_code(info.missing, home))],
                         className=f"graph-box missing {height_of(count)}"),
            ],
            className="panel", withBorder=True,
        )  # fmt: skip
    text = PanelText(title, panel_help(info))
    badge = f"n = {info.n}" if info.n > 1 else None
    return panel(f"paper-{figure}-{number}", text, with_snippet(draw_panel(info, palette), snippet), height=height_of(count),
                 badge=badge, heading=html.H3, saved_as=f"{figure_label(figure)}: {info.title}")  # fmt: skip


def panel_help(info: PanelInfo) -> str:
    """The help text of a panel."""
    against = {"block": "the blocks", "epoch": "epochs", "step": "extra steps"}.get(info.x_kind, info.x_label)
    text = f"{info.y_label} over {against}."
    if info.n > 1:
        text += f" Mean over {info.n} seeds; the band is ±1 standard deviation over seeds."
    if any(series.low for series in info.series):
        text += " Bars: 95 % intervals over images."
    if any(block.is_projection for block in info.blocks) and info.x_kind == "block":
        text += " Diamonds: projection blocks, measured at the shortcut’s output."
    return text


def table(figure: str, title: str, content: Json) -> dmc.Paper:
    """Table 1: one row per network, mean ± standard deviation over seeds."""
    name = f"paper-{figure}-table"
    rows = [
        html.Tr([html.Th(row["label"], scope="row"), html.Td(str(row.get("n") or "–")),
                 *(html.Td((cell or {}).get("text") or "–") for cell in row["cells"])])
        for row in content["rows"]
    ]  # fmt: skip
    columns = list(content["columns"])
    head = [columns[0], "seeds", *columns[1:]]
    save = html.Button("Save as CSV", className="chip", type="button",
                       **attributes({"data-export": "csv", "data-graph": name, "data-title": title}))  # fmt: skip
    return dmc.Paper(
        [
            html.Div(
                html.Table([html.Thead(html.Tr([html.Th(column, scope="col") for column in head])), html.Tbody(rows)],
                           className="runs-table paper-table", id=name),
                className="scroll-x", tabIndex=0, role="region", **attributes({"aria-label": title}),
            ),
            html.Div(save, className="form-actions"),
        ],
        className="panel", withBorder=True,
    )  # fmt: skip


def foot(payload: Json) -> list[Any]:
    """The runs behind the figure."""
    runs = (payload.get("provenance") or {}).get("runs") or ()
    if not runs:
        return []
    names = Counter(run.get("name") for run in runs)
    links = [
        dcc.Link(
            str(run.get("name") or run["id"]) + (f" (seed {run['seed']})" if names[run.get("name")] > 1 else ""),
            href=link("/blocks", run=run["id"]),
            title=describe_run(run),
        )
        for run in runs
    ]
    separated = [part for one in links for part in (one, ", ")][:-1]
    return [html.Span("Runs: ", className="control-label"), html.Span(separated, className="foot-runs")]


def describe_run(run: Json) -> str:
    """Seed, epochs and checkpoint."""
    sha = str(run.get("checkpoint_sha256") or "")
    parts = (f"seed {run.get('seed')}", f"{run.get('epochs')} epochs", f"checkpoint {sha[:12]}" if sha else "")
    return ", ".join(part for part in parts if part)
