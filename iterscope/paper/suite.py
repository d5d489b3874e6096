"""stub"""
from __future__ import annotations
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal
from iterscope.paper.roles import RunKind
from iterscope.recipes import TrainingConfiguration

FIGURES: tuple[str, ...] = (*(f"fig{n}" for n in range(2, 21)), "table1")

@dataclass(frozen=True)
class PlannedRun:
    figures: tuple[str, ...]
    kind: RunKind
    configuration: TrainingConfiguration

def suite(scale: Literal["laptop", "full"], *, dataset: str | None = None, second_dataset: str | None = None, only: Collection[str] | None = None, seeds: int | None = None) -> list[PlannedRun]:
    raise NotImplementedError
