"""The backend's records of the paper: a summary of each figure, and every claim with its verdict."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from iterscope_dashboard.model import Json

VERDICTS = ("holds", "does not hold", "inconclusive", "not yet run")
MARKS = {
    "holds": "✓",
    "does not hold": "✕",
    "inconclusive": "?",
    "not yet run": "○",
}  # so that colour is never the only cue
KINDS = {"holds": "holds", "does not hold": "no", "inconclusive": "open", "not yet run": "untrained"}  # CSS classes


@dataclass(frozen=True)
class Finding:
    """One claim of the paper, checked on the runs in the store."""

    id: str
    figures: tuple[str, ...]
    sentence: str
    verdict: str  # one of VERDICTS
    measured: str  # the number behind the verdict, as text; may be empty if nothing was run
    scope: str  # where the verdict is from: "on digits, ResNet-56, 4 seeds: seen"
    judged: str  # "judged: −0.18, 95 % interval −0.21 to −0.12; holds below 0"; empty without a number
    criterion: str  # which number that is, and why the threshold lies where it does
    samples: int | None
    note: str
    about: str  # "trained networks" | "initialisation"

    @classmethod
    def from_json(cls, finding: Json) -> Self:
        """Read one claim; an unknown verdict counts as “not yet run”, never as “holds”."""
        verdict = str(finding.get("verdict"))
        return cls(
            id=str(finding["id"]),
            figures=tuple(str(figure) for figure in finding.get("figures") or ()),
            sentence=str(finding.get("sentence") or ""),
            verdict=verdict if verdict in VERDICTS else "not yet run",
            measured=str(finding.get("measured") or ""),
            scope=str(finding.get("scope") or ""),
            judged=str(finding.get("judged") or ""),
            criterion=str(finding.get("criterion") or ""),
            samples=finding.get("n_samples"),
            note=str(finding.get("note") or ""),
            about=str(finding.get("about") or "trained networks"),
        )


@dataclass(frozen=True)
class FigureSummary:
    """Summary of a figure or table."""

    id: str
    title: str
    section: str
    shows: str  # what the paper shows in it
    state: str  # "complete" | "partial" | "not yet run"
    panels: int

    @classmethod
    def from_json(cls, summary: Json) -> Self:
        """Read one entry of `GET /paper`'s figures."""
        return cls(
            id=str(summary["id"]),
            title=str(summary.get("title") or ""),
            section=str(summary.get("section") or ""),
            shows=str(summary.get("shows") or ""),
            state=str(summary.get("state") or "not yet run"),
            panels=int(summary.get("panel_count") or 0),
        )

    @property
    def label(self) -> str:
        """fig7 → "Figure 7"."""
        return figure_label(self.id)


@dataclass(frozen=True)
class Overview:
    """`GET /paper`."""

    first: str | None  # data sets that the figures are drawn from
    second: str | None
    choices: tuple[str, ...]
    figures: tuple[FigureSummary, ...]
    findings: tuple[Finding, ...]

    @classmethod
    def from_json(cls, payload: Json) -> Self:
        """Read the whole answer."""
        datasets: Mapping[str, object] = payload.get("datasets") or {}
        first, second, choices = datasets.get("first"), datasets.get("second"), datasets.get("choices")
        return cls(
            first=str(first) if first else None,
            second=str(second) if second else None,
            choices=tuple(str(choice) for choice in choices) if isinstance(choices, list) else (),
            figures=tuple(FigureSummary.from_json(figure) for figure in payload.get("figures") or ()),
            findings=tuple(Finding.from_json(finding) for finding in payload.get("claims") or ()),
        )

    def of(self, figure: str) -> tuple[Finding, ...]:
        """The claims that are tested on a figure."""
        return tuple(finding for finding in self.findings if figure in finding.figures)

    @property
    def signature(self) -> str:
        """Changes when a verdict, a number or what can be drawn changes."""
        states = [(figure.id, figure.state) for figure in self.figures]
        found = [(finding.id, finding.verdict, finding.measured, finding.scope) for finding in self.findings]
        return sha256(repr((states, found)).encode()).hexdigest()[:16]

    def count(self, verdict: str) -> int:
        """How many claims have that verdict."""
        return sum(finding.verdict == verdict for finding in self.findings)


def figure_label(figure: str) -> str:
    """fig7 → "Figure 7", table1 → "Table 1"."""
    for start, word in (("fig", "Figure"), ("table", "Table")):
        if figure.startswith(start):
            return f"{word} {figure.removeprefix(start)}"
    return figure
