"""The report's section on later works: for each network, its stored answers as figures, and the verdicts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from iterscope.measurements import measurement_named
from iterscope_backend.encoding import decode, encode
from iterscope_backend.literature import LiteratureEvidence
from iterscope_cli import report_template as html
from iterscope_cli.browser import Draw
from iterscope_dashboard.measured import Panel, panels_of
from iterscope_db import RunRecord

PANEL_SIZE = (460, 310)
"""Size of a drawn panel in pixels; the page scales it."""


def literature_parts(evidence: LiteratureEvidence, runs: Sequence[RunRecord], draw: Draw) -> list[str]:
    """For each of these networks, the works of which something is measured; of seeds of one network, the first. Empty without any."""
    parts: list[str] = []
    shown: set[str] = set()
    for run in runs:
        if run.id in shown:
            continue
        found = decode(encode(evidence.overview(run.id)))  # undefined numbers as null
        shown.update(seed["run"] for seed in found["seeds"])
        answers = evidence.answers(run.id)
        claims = {finding["id"]: finding for finding in found["claims"]}
        works = [work for work in found["works"] if any(one["stored"] for one in work["measurements"])]
        if works:
            parts.append(html.paragraph(f"{found['run']['network']}: figures of {run.id}."))
        parts += [_work(work, run.id, answers, claims, draw) for work in works]
    return parts


def _work(
    work: dict[str, Any],
    run: str,
    answers: Mapping[str, Mapping[str, Any]],
    claims: Mapping[str, dict[str, Any]],
    draw: Draw,
) -> str:
    panels = []
    for measurement in work["measurements"]:
        if measurement["key"] not in answers:
            continue
        drawn = {panel.title.partition(" (")[0]: panel for panel in _panels(measurement, answers[measurement["key"]])}
        for wanted in measurement["panels"]:
            if wanted["name"] in drawn:
                drawing = draw(drawn[wanted["name"]].figure, *PANEL_SIZE)
                panels.append(html.panel(wanted["title"], drawing, wanted["sentence"]))
    judged = [claims[id] for id in work["claims"]]
    return html.work_section(work, run, panels, html.claims_table(judged))


def _panels(measurement: dict[str, Any], answer: Mapping[str, Any]) -> list[Panel]:
    return panels_of(json.loads(str(measurement_named(measurement["probe"]).figure(answer).to_json())))
