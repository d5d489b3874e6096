"""Probes that the figures need: their requests, and which of them still have to be run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from iterscope.measurements.batch_statistics import BatchStatisticsRequest
from iterscope.measurements.block_metrics import BlockMetricsRequest
from iterscope.measurements.borderline import BorderlineRequest
from iterscope.measurements.drop import DropRequest
from iterscope.measurements.request import MeasurementRequest
from iterscope.measurements.unroll import UnrollRequest
from iterscope.paper.evidence import NetName, Slot, Split
from iterscope.paper.figures import FURTHER_STEPS, SHARED, FigureDefinition, PanelDefinition
from iterscope_backend.jobs.question import Question, trained_on
from iterscope_db import CheckpointRecord

Need = Literal[
    "drop", "borderline", "unroll", "unroll-scaled", "blocks", "last", "epochs", "initial", "control", "batch"
]
"""What a figure or a claim needs of a network. All are measured on the checkpoint of the last epoch, except:

    epochs   the same as `last`, on every checkpoint after epoch 0
    initial  batch statistics of the untrained network, and
    control  of the unshared network of the same depth
"""

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


def probe_request(need: Need, split: Split, checkpoint: str) -> tuple[str, MeasurementRequest]:
    """The probe that serves a need, and its request."""
    if need == "drop":
        return "drop", DropRequest(checkpoint=checkpoint, split=split, limit=SOME, per_image=True)
    if need == "borderline":
        return "borderline", BorderlineRequest(checkpoint=checkpoint, split=split, limit=MANY, per_image=True)
    if need in ("last", "epochs"):
        return "block-metrics", BlockMetricsRequest(checkpoint=checkpoint, split=split, limit=SOME, per_image=True)
    if need in ("initial", "control", "batch"):
        return "batch-statistics", BatchStatisticsRequest(
            checkpoint=checkpoint, split=split, limit=SOME, unshared=need == "control", per_image=True
        )
    if need == "blocks":
        return "block-metrics", BlockMetricsRequest(checkpoint=checkpoint, split=split, limit=SOME, gradient="plugged")
    scale: float | Literal["auto"] = "auto" if need == "unroll-scaled" else 1.0
    return "unroll", UnrollRequest(
        checkpoint=checkpoint,
        split=split,
        limit=MANY,
        steps=FURTHER_STEPS,
        scale=scale,
        choose_on="half" if scale == "auto" else "sample",
        per_image=True,
    )


def want(need: Need, split: Split, checkpoint: CheckpointRecord, home: Path) -> Wanted | None:
    """The need as a probe of a checkpoint; None if the checkpoint doesn't record its data set."""
    probe, request = probe_request(need, split, checkpoint.id)
    if (data := trained_on(checkpoint)) is None:
        return None
    question = Question(probe, checkpoint, data, request.canonical(), home / checkpoint.path)
    return Wanted(probe, {"checkpoint": checkpoint.id, **request.canonical()}, question)


def panel_needs(panel: PanelDefinition) -> Iterator[tuple[Need, Split]]:
    """What a panel draws, for each of its networks."""
    needs: tuple[Need, ...] = ()
    if panel.kind == "drop":
        needs = ("drop",)
    elif panel.kind == "groups-by-block":
        needs = ("borderline",)
    elif panel.kind == "groups-by-step":
        needs = ("unroll-scaled",)
    elif panel.kind == "before-training":
        needs = ("initial",)
    elif panel.kind == "steps":
        needs = ("blocks", "unroll" if panel.scaling == "none" else "unroll-scaled")
    for need in needs:
        for split in panel.splits:
            yield need, split


def figure_needs(figure: FigureDefinition) -> Iterator[tuple[NetName, Slot, Need, Split]]:
    """What a figure's panels and the claims about it need, of which networks; with repetitions."""
    for panel in figure.panels:
        for name in panel.nets:
            for need, split in (*panel_needs(panel), *_claim_needs(panel)):
                yield name, panel.slot, need, split
    if not figure.panels:  # the table's claim compares two networks
        yield "baseline", "first", "borderline", "validation"
        yield "shared-ubn", "first", "borderline", "validation"


def _claim_needs(panel: PanelDefinition) -> Iterator[tuple[Need, Split]]:
    """What the claims about a panel need in addition to what it draws."""
    if panel.kind == "by-block":
        for split in panel.splits:
            yield "last", split
    elif panel.kind == "by-epoch" or panel.metric == "gradient_norm_ratio":
        yield "epochs", "validation"
        yield "last", "validation"
    elif panel.kind == "before-training":
        yield "control", "train"
    elif panel.kind == "scalar-by-epoch":
        yield "borderline", "validation"
        if panel.nets == SHARED:
            yield "batch", "validation"
            yield "last", "validation"


def checkpoints_of(need: Need, kept: Sequence[CheckpointRecord]) -> list[CheckpointRecord]:
    """The checkpoints that a need is about, of a run's checkpoints in the order of their epochs."""
    if need == "epochs":
        return [each for each in kept if each.epoch]
    if need in ("initial", "control"):
        return [each for each in kept if each.epoch == 0]
    return list(kept[-1:])
