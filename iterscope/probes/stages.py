"""The hidden states of a whole stage at once, for what compares the states of a stage with each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor

from iterscope.chain import Footprint, ResidualChain
from iterscope.chunks import Progress, divide, measure_footprint
from iterscope.evaluation import evaluation
from iterscope.inputs import Images, as_budget, check_fit, read_inputs
from iterscope.parallel_chunks import map_chunks

Result = TypeVar("Result")

TEMPORARY_STATES = 14
"""States that a reduction may hold besides those of the stage: a few copies in float64."""


@dataclass(frozen=True, eq=False)
class StageStates:
    """One stage on a chunk of B images."""

    stage: int
    blocks: range
    """Its n blocks."""
    states: list[Tensor]
    """n + 1 tensors (B, …): the first block's h, and what each block returns."""
    inputs: list[Tensor]
    """n tensors (B, …): each block's h."""
    tell: Progress
    """To be called with the share of the reduction that is done, if it takes long."""


def stage_blocks(chain: ResidualChain) -> list[range]:
    """The blocks of each stage."""
    return [
        range(chain.stages.index(stage), len(chain.stages) - chain.stages[::-1].index(stage))
        for stage in range(chain.stages[-1] + 1)
    ]


def map_stages(
    chain: ResidualChain,
    images: Images,
    reduce: Callable[[StageStates], Result],
    *,
    memory_budget: float,
    progress: Progress | None,
    forward_share: float = 1.0,
    more: Callable[[Footprint], int] = lambda _: 0,
    copies: int = 1,
) -> list[list[Result]]:
    """The values of `reduce` for each stage, from one forward pass: a list of stages for each chunk of images, in order.

    Args:
        chain, images, memory_budget, progress: as for `run_plans`.
        reduce: on a CPU, several threads call it at the same time, each with images of its own; without gradients.
        forward_share: the forward pass's share of the time; the rest is that of `reduce`.
        more: bytes that `reduce` takes for an image, besides a few states.
        copies: how often `reduce` repeats an image in a batch.

    Raises:
        as `run_plans`.
    """
    report, budget = progress or (lambda _: None), as_budget(memory_budget)
    inputs, stages = read_inputs(chain, images, labelled=False), stage_blocks(chain)

    def run(start: int, stop: int, on_step: Progress) -> list[Result]:
        found: list[Result] = []
        with torch.no_grad():
            h = chain.stem(inputs.batch(start, stop))
            for stage, blocks in enumerate(stages):
                states: list[Tensor] = []
                its_inputs: list[Tensor] = []

                def done(share: float, blocks: range = blocks) -> None:
                    on_step((blocks.start + share * len(blocks)) / len(chain))

                for index in blocks:
                    step = chain.block(index).step(h)
                    states += [step.h, step.next_h] if not states else [step.next_h]
                    its_inputs.append(step.h)
                    h = step.next_h
                    del step
                    done(forward_share * len(its_inputs) / len(blocks))

                def tell(share: float, done: Progress = done) -> None:
                    done(forward_share + (1 - forward_share) * share)

                found.append(reduce(StageStates(stage, blocks, states, its_inputs, tell)))
        return found

    with evaluation(chain):
        first = inputs.batch(0, 1)
        check_fit(inputs, first)
        footprint = measure_footprint(chain, first)
        longest = max(map(len, stages))
        needed = footprint.block + footprint.state * (longest + 1 + TEMPORARY_STATES) + more(footprint)
        chunks = map_chunks(
            divide(chain, len(inputs), needed, budget, copies), run, lambda done: report(done / len(inputs))
        )
    report(1.0)
    return chunks
