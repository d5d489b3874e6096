"""Probes that the figures need: how each is asked, which are stored, which are still to be run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from iterscope.paper.evidence import Split
from iterscope.paper.figures import FURTHER_STEPS, PanelDefinition
from iterscope_backend.jobs.question import Question, trained_on
from iterscope_backend.probes import requests
from iterscope_backend.probes.requests import ProbeRequest
from iterscope_db import CheckpointRecord

Need = Literal["drop", "borderline", "unroll", "unroll-scaled", "blocks"]

MANY = 10_000
"""Images for the borderline group, which is half a percent of them in the paper: all of validation."""
SOME = 1_000
"""Images where a mean or an accuracy is enough."""


@dataclass(frozen=True)
class Wanted:
    """A probe that a figure needs and that isn't stored yet."""

    probe: str
    request: dict[str, Any]
    """Ready for POST /probe/{probe}; its checkpoint is named by id."""
    question: Question
    """Its key is where the answer belongs in `store.probe_results`; `question.task(id)` is what a worker runs."""

    def to_dict(self) -> dict[str, Any]:
        """As the payload has it."""
        return {"probe": self.probe, "request": self.request}


def probe_request(need: Need, split: Split, checkpoint: str) -> tuple[str, ProbeRequest]:
    """The probe that answers a need, and what it is asked."""
    if need == "drop":
        return "drop", requests.DropRequest(checkpoint=checkpoint, split=split, limit=SOME)
    if need == "borderline":
        return "borderline", requests.BorderlineRequest(checkpoint=checkpoint, split=split, limit=MANY)
    if need == "blocks":
        return "block-metrics", requests.BlockMetricsRequest(
            checkpoint=checkpoint, split=split, limit=SOME, gradient="plugged"
        )
    scale: float | Literal["auto"] = "auto" if need == "unroll-scaled" else 1.0
    return "unroll", requests.UnrollRequest(
        checkpoint=checkpoint, split=split, limit=MANY, steps=FURTHER_STEPS, scale=scale
    )


def want(need: Need, split: Split, checkpoint: CheckpointRecord, home: Path) -> Wanted | None:
    """The need as a probe of a checkpoint; None where the checkpoint doesn't say what data it belongs to."""
    probe, request = probe_request(need, split, checkpoint.id)
    if (data := trained_on(checkpoint)) is None:
        return None
    question = Question(probe, checkpoint, data, request.canonical(), home / checkpoint.path)
    return Wanted(probe, {"checkpoint": checkpoint.id, **request.canonical()}, question)


def panel_needs(panel: PanelDefinition) -> Iterator[tuple[Need, Split]]:
    """What a panel needs of each of its networks."""
    needs: tuple[Need, ...] = ()
    if panel.kind == "drop":
        needs = ("drop",)
    elif panel.kind == "groups-by-block":
        needs = ("borderline",)
    elif panel.kind == "groups-by-step":
        needs = ("unroll-scaled",)
    elif panel.kind == "steps":
        needs = ("blocks", "unroll" if panel.scaling == "none" else "unroll-scaled")
    for need in needs:
        for split in panel.splits:
            yield need, split
