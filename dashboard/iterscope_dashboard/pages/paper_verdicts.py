"""Verdicts: the number of claims that hold, the verdict of each claim, and its measured value."""

from collections.abc import Sequence
from typing import Any

from dash import html

from iterscope_dashboard.components import attributes
from iterscope_dashboard.findings import KINDS, MARKS, VERDICTS, Finding, Overview
from iterscope_dashboard.state import link


def verdict_badge(verdict: str) -> html.Span:
    """The verdict as text, mark and colour."""
    return html.Span(
        [html.Span(MARKS[verdict], className="mark", **attributes({"aria-hidden": "true"})), verdict],
        className=f"verdict verdict-{KINDS[verdict]}",
    )


def strip(overview: Overview) -> list[Any]:
    """The number of claims that hold, and an index of the figures with their verdicts."""
    chips = [
        chip(figure.id, figure.label.replace("Figure", "Fig."), figure.title, link("/paper", figure=figure.id), overview.of(figure.id),
             waiting=figure.state == "not yet run")
        for figure in overview.figures
    ]  # fmt: skip
    return score(overview.findings, chips, "Figures of the paper")


def score(findings: Sequence[Finding], chips: Sequence[html.A], index: str) -> list[Any]:
    """The number of claims that hold, and the sections with their verdicts; `index` names these."""
    total = len(findings)
    counts = {verdict: sum(finding.verdict == verdict for finding in findings) for verdict in VERDICTS}
    judged = total - counts["not yet run"]
    if judged == 0:
        headline = f"{total} claims, none checked yet: runs or measurements are missing"
    else:
        of_all = f"{judged} claims" if judged == total else f"{judged} checked claims"
        headline = f"{counts['holds']} of {of_all} {'hold' if counts['holds'] != 1 else 'holds'} on your runs"
        if counts["inconclusive"]:
            headline += (
                f", {counts['inconclusive']} are inconclusive" if counts["inconclusive"] != 1 else ", 1 is inconclusive"
            )
    parts = [
        html.Span(className=f"part part-{KINDS[verdict]}", style={"flexGrow": count})
        for verdict, count in counts.items()
        if count
    ]
    legend = [
        html.Li([html.Span(MARKS[verdict], className=f"mark mark-{KINDS[verdict]}", **attributes({"aria-hidden": "true"})),
                 html.Strong(str(count)), f" {verdict}"])
        for verdict, count in counts.items()
    ]  # fmt: skip
    return [
        html.Div(
            [
                html.P(headline, className="paper-headline"),
                html.Div(parts, className="verdict-bar", **attributes({"aria-hidden": "true"})),
                html.Ul(legend, className="verdict-counts"),
            ],
            className="paper-score",
        ),
        html.Nav(chips, className="paper-index", **attributes({"aria-label": index})),
    ]


def chip(section: str, name: str, title: str, href: str, findings: Sequence[Finding], *, waiting: bool) -> html.A:
    """A section's name and the verdicts of its claims; links to it."""
    marks = [
        html.Span(MARKS[finding.verdict], className=f"mark mark-{KINDS[finding.verdict]}", title=f"{finding.verdict}: {finding.sentence}",
                  **attributes({"aria-hidden": "true"}))
        for finding in findings
    ]  # fmt: skip
    spoken = ", ".join(finding.verdict for finding in findings)
    return html.A(
        [
            html.Span(name, className="index-name"),
            html.Span(marks, className="marks") if marks else None,
            html.Span(f": {spoken}" if spoken else "", className="sr-only"),
        ],
        href=href,
        title=title,
        className="index-chip waiting" if waiting else "index-chip",
        **attributes({"data-figure-link": section}),
    )


def claims(findings: Sequence[Finding]) -> Any:
    """Every claim of a figure: verdict, sentence and measured value."""
    if not findings:
        return html.P("No claim is tested on this figure: compare its shape with the paper’s.", className="key-hint")
    return html.Ul([claim(finding) for finding in findings], className="claims")


def claim(finding: Finding) -> html.Li:
    """One claim."""
    about = [
        finding.scope,
        "before training" if finding.about == "initialisation" else "",
        f"{finding.samples:,} images" if finding.samples else "",
        finding.note,
    ]
    judged = finding.verdict != "not yet run"
    return html.Li(
        [
            verdict_badge(finding.verdict),
            html.Div(
                [
                    html.P(finding.sentence, className="claim-sentence"),
                    html.P(finding.measured, className="claim-measured" if judged else "claim-about")
                    if finding.measured
                    else None,
                    html.Details(
                        [html.Summary(finding.judged), html.P(finding.criterion)], className="claim-about claim-judged"
                    )
                    if judged and finding.judged
                    else None,
                    html.P(
                        " · ".join(part for part in (about if judged else [finding.note]) if part),
                        className="claim-about",
                    ),
                ]
            ),
        ],
        className="paper-claim",
    )
