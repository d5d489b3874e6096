"""The blocks of each stage that keep the shape, in answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, Field

import iterscope as it
from iterscope.probes.movable import MovableBlocks


class StageBlocks(BaseModel):
    """The blocks of a stage that keep the shape."""

    stage: int
    shown: str = Field(description="Its blocks that keep the shape, such as `1..5`; empty if it has none.")
    count: int = Field(description="The number of these blocks.")


def stage_records(stages: Sequence[MovableBlocks]) -> list[dict[str, Any]]:
    """One record for each stage."""
    return [
        {
            "stage": each.stage,
            "shown": it.format_steps(it.Step(block) for block in each.blocks),
            "count": len(each.blocks),
        }
        for each in stages
    ]
