"""The blocks that can run in each other's place."""

from __future__ import annotations

from dataclasses import dataclass

from iterscope.chain import ResidualChain


@dataclass(frozen=True)
class MovableBlocks:
    """Consecutive blocks of a stage that keep the shape of the hidden state."""

    stage: int
    blocks: tuple[int, ...]
    """Their indices; empty if the stage has none."""


def movable_blocks(chain: ResidualChain) -> list[MovableBlocks]:
    """Those of each stage, without projections and blocks after pooling. Where one of these is inside a stage, the blocks before and after
    it are two entries, because their shapes may differ."""
    kept = set(chain.shape_keeping)
    found: list[MovableBlocks] = []
    for stage in range(chain.stages[-1] + 1):
        runs: list[list[int]] = [[]]
        for index in (index for index, own in enumerate(chain.stages) if own == stage):
            if index in kept:
                runs[-1].append(index)
            else:
                runs.append([])
        found += [MovableBlocks(stage, tuple(run)) for run in runs if run] or [MovableBlocks(stage, ())]
    return found
