"""Probes that the figures need: which are stored, which are still to be run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from backend.jobs.question import Question


@dataclass(frozen=True)
class Wanted:
    """A probe that a figure needs and that isn't stored yet."""

    probe: str
    request: dict[str, Any]
    """Ready for POST /probe/{probe}; its checkpoint is named by id."""
    question: Question
    """Its key is where the answer belongs in `store.probe_results`; `question.task(id)` is what a worker runs."""
