"""The paper from a store's runs: interface first, the rest follows."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from backend.paper.measuring import Wanted
from db import Store


class PaperEvidence:
    """The paper's figures, table and claims from the completed runs of a store. Safe for threads.

    In every method `dataset` and `second` name the two data sets (None: chosen from what was run), and `runs` restricts to
    those run ids (None: all).
    """

    def __init__(self, store: Store, home: Path) -> None:
        self._store, self._home = store, home

    def overview(
        self, dataset: str | None = None, second: str | None = None, runs: Collection[str] | None = None
    ) -> dict[str, Any]:
        """GET /paper: data sets, the figures' states, all findings and how many of each verdict."""
        raise NotImplementedError

    def figure(
        self, id: str, dataset: str | None = None, second: str | None = None, runs: Collection[str] | None = None
    ) -> dict[str, Any]:
        """GET /paper/figures/{id}: one FigurePayload (values may be numpy or NaN: encode with backend.encoding.encode)."""
        raise NotImplementedError

    def wanted(
        self,
        figures: Collection[str] | None = None,
        dataset: str | None = None,
        second: str | None = None,
        runs: Collection[str] | None = None,
    ) -> list[Wanted]:
        """The probes that these figures (None: all) need and that aren't stored yet, each once."""
        raise NotImplementedError
