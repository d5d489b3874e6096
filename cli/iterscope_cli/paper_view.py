"""The paper as the service would show it, from the store itself: payloads as JSON values."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

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
    """In CIFAR-10's place; None: the one that was run."""
    second: str | None = None
    """In CIFAR-100's place."""
    runs: Collection[str] | None = None
    """Ids; None: all runs of the store."""

    def payloads(self) -> list[dict[str, Any]]:
        """`GET /paper/figures/{id}` of each figure."""
        return [_json(self._evidence.figure(one, self.dataset, self.second, self.runs)) for one in self.figures]

    def findings(self) -> list[dict[str, Any]]:
        """The claims about these figures, each with its verdict."""
        overview = _json(self._evidence.overview(self.dataset, self.second, self.runs))
        chosen = set(self.figures)
        return [finding for finding in overview["claims"] if chosen.intersection(finding["figures"])]

    def wanted(self) -> list[Wanted]:
        """The probes that these figures lack."""
        return self._evidence.wanted(self.figures, self.dataset, self.second, self.runs)

    @property
    def _evidence(self) -> PaperEvidence:
        """A new one each time: runs and answers have come since."""
        return PaperEvidence(self.store, self.home)


def _json(value: object) -> dict[str, Any]:
    """As it reads over REST: undefined values are None."""
    return cast(dict[str, Any], decode(encode(value)))
