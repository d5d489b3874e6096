"""Probes that the figures need: their requests, and which of them still have to be run."""

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
"""Number of images for the borderline group, which is half a percent of the images in the paper: all validation images."""
SOME = 1_000
"""Number of images for means and accuracies."""


@dataclass(frozen=True)
class Wanted:
    """A probe that a figure needs and whose result is not stored yet."""

    probe: str
    request: dict[str, Any]
    """The body for POST /probe/{probe}; it names the checkpoint by id."""
    question: Question
    """`question.key` is the key of the result in `store.probe_results`; `question.task(id)` is what a worker runs."""

    def to_dict(self) -> dict[str, Any]:
        """The probe as it appears in the payload."""
        return {"probe": self.probe, "request": self.request}


def probe_request(need: Need, split: Split, checkpoint: str) -> tuple[str, ProbeRequest]:
    """The probe that serves a need, and its request."""
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
    """The need as a probe of a checkpoint; None if the checkpoint doesn't record its data set."""
    probe, request = probe_request(need, split, checkpoint.id)
    if (data := trained_on(checkpoint)) is None:
        return None
    question = Question(probe, checkpoint, data, request.canonical(), home / checkpoint.path)
    return Wanted(probe, {"checkpoint": checkpoint.id, **request.canonical()}, question)


def panel_needs(panel: PanelDefinition) -> Iterator[tuple[Need, Split]]:
    """What a panel needs for each of its networks."""
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
