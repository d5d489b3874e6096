"""GradDrop: estimates of how much a block matters, from backward passes with the gradient through the branch of one block cut.

What a block changes reaches the loss directly and through later blocks. Where the two cancel, its derivative is small although it matters.
With a later block cut, they don't. For the branch F_i, and 0 as the patch in its place (after Kramár et al. 2024, arXiv:2403.00745, AtP*):

    c_i = 1/(L − 1) · Σ_{j ≠ i} |∂L/∂α_i with the gradient through F_j cut|

There, the node may be any part of a network, and every layer is cut once. The cut of the node's own layer leaves nothing, hence L − 1. We
know the formula from accounts and implementations by others and haven't read it in the paper. Here a layer is a block, and the node its
whole branch.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from iterscope.block_pass import BlockPass, BlockView, Loss
from iterscope.chain import ResidualBlock, ResidualChain
from iterscope.chunks import Progress
from iterscope.numerics import dot64
from iterscope.plan import identity


class CutBlock(ResidualBlock):
    """A block with the same output, through whose branch no gradient goes back."""

    def __init__(self, block: ResidualBlock) -> None:
        super().__init__()
        self.block = block
        self.is_projection, self.has_preparation = block.is_projection, block.has_preparation

    def prepare(self, h: Tensor) -> Tensor:
        return self.block.prepare(h)

    def shortcut(self, h: Tensor) -> Tensor:
        return self.block.shortcut(h)

    def branch(self, h: Tensor) -> Tensor:
        return self.block.branch(h).detach()

    def merge(self, total: Tensor) -> Tensor:
        return self.block.merge(total)


def cut_passes(chain: ResidualChain, loss: Loss | None) -> list[BlockPass]:
    """One pass for each block but the first, before which there is nothing, with the gradient through its branch cut."""
    return [
        BlockPass(_with_cut(chain, at), identity().steps(chain), ("end_to_end",), loss) for at in range(1, len(chain))
    ]


def _with_cut(chain: ResidualChain, index: int) -> ResidualChain:
    blocks = [CutBlock(block) if at == index else block for at, block in enumerate(chain)]
    return ResidualChain(
        chain.stem, blocks, chain.head, stages=chain.stages, name=chain.name, convention=chain.convention
    )


def graddrop(
    passes: Sequence[BlockPass], x: Tensor, y: Tensor | None, derivative: Tensor, progress: Progress
) -> Tensor:
    """c_i (L, B) of the images x with labels y; NaN in a network of one block.

    Args:
        passes: of `cut_passes`.
        derivative: (L, B) ∂L/∂α_i without a cut, which is also that with a cut in an earlier block.
    """
    total = derivative.abs() * torch.arange(len(derivative), device=derivative.device).unsqueeze(1)
    for cut, each in enumerate(passes, 1):

        def visit(view: BlockView, cut: int = cut) -> None:
            if view.row < cut:
                total[view.row] += alpha_derivative(view).abs()

        def on_step(done: float, cut: int = cut) -> None:
            progress((cut - 1 + done) / len(passes))

        each.run(x, y, visit, on_step)
    return total / len(passes)


def alpha_derivative(view: BlockView) -> Tensor:
    """(B,) ∂L/∂α_i of one step, from a view with the end-to-end gradient."""
    assert view.f is not None
    assert view.direction_s is not None
    assert view.factor is not None
    return dot64(view.f, view.direction_s) * view.factor
