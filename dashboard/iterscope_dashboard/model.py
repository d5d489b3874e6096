"""The backend's records, with the fields that the pages use."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from iterscope_guard.text import one_line

Json = dict[str, Any]
ACTIVE = ("queued", "running")


def number(value: object) -> float:
    """A JSON number that may be null or "Infinity" → float (NaN, ±inf)."""
    if isinstance(value, int | float):
        return float(value)
    if value == "Infinity":
        return math.inf
    if value == "-Infinity":
        return -math.inf
    return math.nan


def numbers(values: Iterable[object]) -> list[float]:
    """A JSON list of numbers → floats."""
    return [number(value) for value in values]


@dataclass(frozen=True)
class Block:
    """One residual block of a network."""

    index: int
    stage: int  # from 0
    is_projection: bool  # its shortcut is not the identity; measured at the shortcut's output


def blocks_of(payload: Sequence[Json]) -> tuple[Block, ...]:
    """The `blocks` list of runs, checkpoints and probe results."""
    return tuple(Block(int(b["index"]), int(b["stage"]), bool(b.get("is_projection", False))) for b in payload)


def stage_starts(blocks: Sequence[Block]) -> list[int]:
    """Positions at which a stage begins, the first one included."""
    return [i for i, block in enumerate(blocks) if i == 0 or block.stage != blocks[i - 1].stage]


@dataclass(frozen=True)
class Run:
    """A training run."""

    id: str
    name: str
    status: str
    recipe: str
    architecture: str
    dataset: str  # as it is shown; a checkpoint's is sent back, and stays as it is
    seed: int | None
    origin: str
    tags: tuple[str, ...]
    blocks: tuple[Block, ...]
    epochs: int
    epoch: int | None
    fraction: float | None  # of the training, 0 to 1
    seconds_left: float | None
    images_per_second: float | None
    validation_accuracy: float  # NaN before the first epoch
    validation_loss: float
    train_accuracy: float
    created_at: str
    error: str | None
    checkpoints: int
    siblings: tuple[str, ...] = ()  # runs that differ only in the seed
    notes: str = ""
    convention: str | None = None  # of its blocks, where the run says so

    @classmethod
    def from_json(cls, run: Json) -> Self:
        """Read one Run of the REST interface."""
        progress = run.get("progress") or {}
        latest = run.get("latest") or {}
        return cls(
            id=str(run["id"]),
            name=str(run.get("name") or run["id"]),
            status=str(run.get("status") or "unknown"),
            recipe=str(run.get("recipe") or ""),
            architecture=str(run.get("architecture") or ""),
            dataset=one_line(str(run.get("dataset") or "")),
            seed=run.get("seed"),
            origin=str(run.get("origin") or ""),
            tags=tuple(str(tag) for tag in run.get("tags") or ()),
            blocks=blocks_of(run.get("blocks") or ()),
            epochs=int(run.get("epochs") or 0),
            epoch=run.get("epoch"),
            fraction=progress.get("fraction"),
            seconds_left=progress.get("seconds_left"),
            images_per_second=progress.get("images_per_second"),
            validation_accuracy=number(latest.get("validation_accuracy")),
            validation_loss=number(latest.get("validation_loss")),
            train_accuracy=number(latest.get("train_accuracy")),
            created_at=str(run.get("created_at") or ""),
            error=run.get("error"),
            checkpoints=int(run.get("checkpoints") or 0),
            siblings=tuple(str(sibling) for sibling in run.get("siblings") or ()),
            notes=str(run.get("notes") or ""),
            convention=(run.get("configuration") or {}).get("convention"),
        )

    @property
    def active(self) -> bool:
        """Whether more epochs may be logged."""
        return self.status in ACTIVE

    @property
    def finished(self) -> bool:
        """Whether it was trained to its last epoch."""
        return self.status == "completed"

    @property
    def imported(self) -> bool:
        """Whether it was imported already trained: then it has no epochs."""
        return self.status == "imported"


def seed_group(run: Run, runs: Iterable[Run]) -> list[Run]:
    """The finished runs that differ from `run` only in the seed, `run` first; only `run` if it is not finished."""
    others = [other for other in runs if other.id in run.siblings and other.finished]
    return [run, *others] if run.finished else [run]


def seed_groups(runs: Sequence[Run]) -> list[list[Run]]:
    """Every group of two or more finished runs that differ only in the seed, in the order of the runs."""
    groups: list[list[Run]] = []
    seen: set[str] = set()
    for run in runs:
        group = seed_group(run, runs)
        if run.id not in seen and len(group) > 1:
            groups.append(group)
        seen.update(member.id for member in group)
    return groups


@dataclass(frozen=True)
class Checkpoint:
    """A saved network."""

    id: str
    run: str | None
    epoch: int | None
    name: str
    path: str
    blocks: tuple[Block, ...]
    dataset: str | None
    class_names: tuple[str, ...]
    architecture: str

    @classmethod
    def from_json(cls, checkpoint: Json) -> Self:
        """Read one Checkpoint of the REST interface."""
        dataset = checkpoint.get("dataset") or {}
        return cls(
            id=str(checkpoint["id"]),
            run=checkpoint.get("run"),
            epoch=checkpoint.get("epoch"),
            name=str(checkpoint.get("name") or checkpoint["id"]),
            path=str(checkpoint.get("path") or ""),
            blocks=blocks_of(checkpoint.get("blocks") or ()),
            dataset=dataset.get("name"),
            class_names=tuple(str(name) for name in dataset.get("class_names") or ()),
            architecture=str((checkpoint.get("architecture") or {}).get("name") or ""),
        )

    @property
    def label(self) -> str:
        """The name on the pages."""
        return self.name if self.epoch is None else f"epoch {self.epoch}" + (" (untrained)" if self.epoch == 0 else "")


@dataclass(frozen=True)
class Summary:
    """Statistics of a per-image value over the images, one entry per block or step."""

    mean: list[float]
    std: list[float]
    low: list[float]  # 25 % quantile
    high: list[float]  # 75 % quantile
    undefined: list[int]  # samples without a value
    infinite: list[int]  # samples with an infinite value

    @classmethod
    def from_json(cls, summary: Json) -> Self:
        """Read one Summary of the REST interface."""
        quantiles = summary.get("quantiles") or {}
        mean = numbers(summary["mean"])
        return cls(
            mean=mean,
            std=numbers(summary.get("std") or ()),
            low=numbers(quantiles.get("0.25") or ()),
            high=numbers(quantiles.get("0.75") or ()),
            undefined=[int(count or 0) for count in summary.get("undefined") or [0] * len(mean)],
            infinite=[int(count or 0) for count in summary.get("infinite") or [0] * len(mean)],
        )


@dataclass(frozen=True)
class Group:
    """Accuracy, loss and entropy of one group of images, one entry per plan or step."""

    n: int
    accuracy: list[float]  # 0 to 1; NaN for an empty group
    interval: list[tuple[float, float]]  # 95 % Wilson interval of the accuracy
    loss: list[float]  # cross-entropy, nats
    entropy: list[float]  # of the prediction, nats

    @classmethod
    def from_json(cls, group: Json) -> Self:
        """Read one Group of the REST interface."""
        accuracy = numbers(group["accuracy"])
        pairs = group.get("accuracy_interval") or [[None, None]] * len(accuracy)
        interval = [(number(pair[0]), number(pair[1])) if pair else (math.nan, math.nan) for pair in pairs]
        return cls(int(group["n"]), accuracy, interval, numbers(group["loss"]), numbers(group["entropy"]))


GROUPS = ("all", "correct", "borderline")


def groups_of(payload: Json) -> dict[str, Group]:
    """The groups of a result, in the pages' order."""
    return {name: Group.from_json(payload[name]) for name in GROUPS if name in payload}
