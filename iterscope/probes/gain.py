"""Gain: by how much one step of a block can stretch a small change of its input, at each image.

g_i(α) = ‖∂merge(s_i + α·F_i)/∂h_i‖₂: the largest singular value of I + αJ_i where shortcut and merge are the identity (J_i = ∂F_i/∂h_i),
and of D(I + αJ_i) in a post-activation network, with D the derivative of its ReLU. A block with g < 1 contracts at this image. Our
definition.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn

from iterscope.arguments import finite_number, shown, whole_number
from iterscope.chain import ResidualBlock
from iterscope.chunks import DEFAULT_MEMORY_BUDGET, Progress
from iterscope.errors import ConfigurationError
from iterscope.evaluation import plain_attention
from iterscope.inputs import Images, as_chain
from iterscope.probes.jacobians import GRAPHS, OVERSAMPLED, Linearised, largest_singular
from iterscope.probes.stages import StageStates, map_stages
from iterscope.results import Along, Record
from iterscope.tables import ALONE

ITERATIONS = 10
"""Subspace iterations: products with JᵀJ."""


@dataclass(frozen=True, repr=False)
class Gain(Record):
    """The gain of each of L blocks at N images."""

    alpha: float
    """α."""
    stages: tuple[int, ...]
    """(L,)"""
    is_projection: tuple[bool, ...]
    """(L,)"""
    gain: Tensor
    """(L, N) float64 ≥ 0; NaN where a derivative isn't finite."""

    def _along(self) -> Along:
        positions = {"block": tuple(range(len(self.gain))), "stage": self.stages, "is_projection": self.is_projection}
        return {"block": {**positions, "gain": self.gain}, ALONE: {"alpha": self.alpha}}


def gain(
    chain: nn.Module,
    images: Images,
    alpha: float = 1.0,
    *,
    iterations: int = ITERATIONS,
    seed: int = 0,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> Gain:
    """The gain of each block; results are on the CPU.

    Args:
        chain, images: as for `run_plans`.
        alpha: α.
        iterations: of the subspace iteration, ≥ 1; the gain is approached from below.
        seed: of its start.
        memory_budget: bytes that activations may use.
        progress: called with the share of the work that is done, 0 to 1; may raise `Cancelled`.

    Raises:
        ConfigurationError: an option is out of range. Others as for `run_plans`.
    """
    factor = finite_number(alpha)
    if factor is None:
        raise ConfigurationError(f"alpha is {shown(alpha)}: give a finite number")
    check_iterations(iterations)
    chain = as_chain(chain)

    def reduce(found: StageStates) -> Tensor:
        rows = []
        for index, h in zip(found.blocks, found.inputs, strict=True):
            jacobian = Linearised(partial(_next, chain.block(index), factor), h, 1 + OVERSAMPLED)
            rows.append(largest_singular(jacobian, 1, iterations, seed).values[:, 0].cpu())
            found.tell(len(rows) / len(found.blocks))
        return torch.stack(rows)

    with plain_attention():
        chunks = map_stages(
            chain,
            images,
            reduce,
            memory_budget=memory_budget,
            progress=progress,
            forward_share=0.01,
            more=lambda footprint: (1 + OVERSAMPLED) * GRAPHS * footprint.block,
            copies=1 + OVERSAMPLED,
        )
    return Gain(
        alpha=factor,
        stages=chain.stages,
        is_projection=tuple(block.is_projection for block in chain),
        gain=torch.cat([torch.cat(stages) for stages in chunks], 1),
    )


def _next(block: ResidualBlock, alpha: float, h: Tensor) -> Tensor:
    return block.step(h, alpha, prepare=False).next_h


def check_iterations(iterations: int) -> None:
    """Raises ConfigurationError unless it is a whole number of 1 or more."""
    found = whole_number(iterations)
    if found is None or found < 1:
        raise ConfigurationError(f"iterations is {shown(iterations)}: give a whole number of 1 or more")
