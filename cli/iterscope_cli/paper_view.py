"""The paper as the service returns it, read directly from the store: payloads as JSON values."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from iterscope.paper.evidence import SLOTS, Slot
from iterscope.paper.suite import FIGURES
from iterscope_backend.encoding import decode, encode
from iterscope_backend.literature import LiteratureEvidence
from iterscope_backend.paper import PaperEvidence, Wanted
from iterscope_db import Store

LITERATURE = "literature"
"""Names the works after the paper, as if they were a figure."""


@dataclass(frozen=True)
class PaperView:
    """Some of the paper's figures, from some of the runs, on two data sets; and the works after the paper."""

    store: Store
    home: Path
    figures: tuple[str, ...] = FIGURES
    """Figures of the paper, and `LITERATURE` for later works."""
    dataset: str | None = None
    """Data set in place of CIFAR-10; None: the one with the most runs."""
    second: str | None = None
    """Data set in place of CIFAR-100."""
    runs: Collection[str] | None = None
    """Run ids; None: all runs in the store."""

    @property
    def papers(self) -> tuple[str, ...]:
        """The paper's figures among them."""
        return tuple(figure for figure in self.figures if figure != LITERATURE)

    @property
    def literature(self) -> bool:
        """Whether later works are among them."""
        return LITERATURE in self.figures

    def payloads(self) -> list[dict[str, Any]]:
        """The result of `GET /paper/figures/{id}` for each figure."""
        return [_json(self._evidence.figure(one, self.dataset, self.second, self.runs)) for one in self.papers]

    def findings(self) -> list[dict[str, Any]]:
        """The claims about these figures, each with its verdict."""
        overview = _json(self._evidence.overview(self.dataset, self.second, self.runs))
        chosen = set(self.figures)
        return [finding for finding in overview["claims"] if chosen.intersection(finding["figures"])]

    def later_findings(self) -> list[dict[str, Any]]:
        """The claims of later works, if they are among them, on the network with the most stored answers."""
        return self.works()["claims"] if self.literature else []

    def works(self, run: str | None = None) -> dict[str, Any]:
        """The result of `GET /literature`."""
        return _json(LiteratureEvidence(self.store, self.home).overview(run))

    def datasets(self) -> dict[Slot, str | None]:
        """The two data sets that the claims are judged on."""
        found = self._evidence.overview(self.dataset, self.second, self.runs)["datasets"]
        return {slot: found[slot] for slot in SLOTS}

    def wanted(self) -> list[Wanted]:
        """The probes that these figures still need; those of later works, of every run that has ended."""
        found = self._evidence.wanted(self.papers, self.dataset, self.second, self.runs) if self.papers else []
        return [*found, *(LiteratureEvidence(self.store, self.home).wanted(self.runs) if self.literature else [])]

    @property
    def _evidence(self) -> PaperEvidence:
        """A new instance each time, because runs and results may have been added."""
        return PaperEvidence(self.store, self.home)


def _json(value: object) -> dict[str, Any]:
    """The value as REST returns it: undefined values are None."""
    return cast(dict[str, Any], decode(encode(value)))
