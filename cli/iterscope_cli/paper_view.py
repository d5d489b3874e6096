"""The paper as the service returns it, read directly from the store: payloads as JSON values."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from iterscope.paper.evidence import SLOTS, Slot
from iterscope.paper.suite import FIGURES
from iterscope_backend.encoding import decode, encode
from iterscope_backend.paper import PaperEvidence, Wanted
from iterscope_db import Store


@dataclass(frozen=True)
class PaperView:
    """Some of the paper's figures, from some of the runs, on two data sets."""

    store: Store
    home: Path
    figures: tuple[str, ...] = FIGURES
    dataset: str | None = None
    """Data set in place of CIFAR-10; None: the one with the most runs."""
    second: str | None = None
    """Data set in place of CIFAR-100."""
    runs: Collection[str] | None = None
    """Run ids; None: all runs in the store."""

    def payloads(self) -> list[dict[str, Any]]:
        """The result of `GET /paper/figures/{id}` for each figure."""
        return [_json(self._evidence.figure(one, self.dataset, self.second, self.runs)) for one in self.figures]

    def findings(self) -> list[dict[str, Any]]:
        """The claims about these figures, each with its verdict."""
        overview = _json(self._evidence.overview(self.dataset, self.second, self.runs))
        chosen = set(self.figures)
        return [finding for finding in overview["claims"] if chosen.intersection(finding["figures"])]

    def datasets(self) -> dict[Slot, str | None]:
        """The two data sets that the claims are judged on."""
        found = self._evidence.overview(self.dataset, self.second, self.runs)["datasets"]
        return {slot: found[slot] for slot in SLOTS}

    def wanted(self) -> list[Wanted]:
        """The probes that these figures still need."""
        return self._evidence.wanted(self.figures, self.dataset, self.second, self.runs)

    @property
    def _evidence(self) -> PaperEvidence:
        """A new instance each time, because runs and results may have been added."""
        return PaperEvidence(self.store, self.home)


def _json(value: object) -> dict[str, Any]:
    """The value as REST returns it: undefined values are None."""
    return cast(dict[str, Any], decode(encode(value)))
