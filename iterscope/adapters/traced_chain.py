"""Chains of any module whose forward pass is a sequence of residual additions, found by tracing it.

Each block is cut out of the trace as four pieces: preparation, shortcut, branch and merge. Everything between two blocks is the preparation
of the second one, including what branch and shortcut of a projection block have in common. Everything before the first block is the stem,
everything after the last block is the head.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, cast

import torch
from torch import Tensor, fx, nn

from iterscope.adapters.checking import Check, check_chain, example_for, plain_run, stated_shape
from iterscope.adapters.parts import AdaptedBlock, model_name
from iterscope.adapters.traced_blocks import FoundBlock, find_blocks, is_activation
from iterscope.adapters.traced_graph import CONVOLUTIONS, NORMS, TracedGraph, default_arguments, trace
from iterscope.adapters.traced_parts import Cutter, OneImageSize
from iterscope.adapters.traced_views import is_view, move_views
from iterscope.chain import Convention, ResidualBlock, ResidualChain, Shape
from iterscope.errors import ArchitectureError

LEAST_SHARE = 0.4
"""The least share of a network's weights that its residual blocks hold. In MobileNets and ConvMixers, where every other layer lies between
two blocks, they hold about half; in the HGNets that are refused, whose blocks are rarely residual, a third or less."""
MOST_IN_ONE_BLOCK = 12
"""The most weights that a block may hold if it holds more than half of its network's: the largest blocks of known networks have 14."""


class TracedBlock(AdaptedBlock):
    """A block made of pieces of a traced forward pass; a piece that is None is the identity."""

    def __init__(
        self,
        preparation: nn.Module | None,
        projection: nn.Module | None,
        residual: nn.Module,
        activation: nn.Module | None,
        owner: ResidualBlock | None = None,
        *,
        owns_statistics: bool = True,
    ) -> None:
        super().__init__()
        self.preparation, self.projection, self.residual, self.activation = (
            preparation,
            projection,
            residual,
            activation,
        )
        self.owns_statistics = owns_statistics
        self._owner = (owner,)  # in a tuple, which nn.Module doesn't look into: its weights are registered once

    @property
    def owner(self) -> ResidualBlock | None:
        return self._owner[0]

    def prepare(self, h: Tensor) -> Tensor:
        return h if self.preparation is None else cast(Tensor, self.preparation(h))

    def shortcut(self, h: Tensor) -> Tensor:
        return h if self.projection is None else cast(Tensor, self.projection(h))

    def branch(self, h: Tensor) -> Tensor:
        return cast(Tensor, self.residual(h))

    def merge(self, total: Tensor) -> Tensor:
        return total if self.activation is None else cast(Tensor, self.activation(total))


def traced_chain(model: nn.Module, example: Tensor | None = None) -> tuple[ResidualChain, Check]:
    """The chain of an unknown module, and its check; see `iterscope.residual_chain`."""
    if isinstance(model, torch.jit.ScriptModule):
        raise ArchitectureError(f"{model_name(model)} is compiled by TorchScript: give the original module")
    default_arguments(model)  # before the model is run on anything: the message says which argument is missing
    with plain_run(model):
        chain, check = _chain(model, example_for(model, example))
        stated = stated_shape(model)
        if example is None and isinstance(chain.stem, OneImageSize) and stated not in (None, chain.stem.shape):
            chain, check = _chain(model, example_for(model, None, cast(Shape, stated)[1]))
    _refuse_unless_sensible(chain)
    return chain, check


def _chain(model: nn.Module, images: Tensor) -> tuple[ResidualChain, Check]:
    traced = trace(model, images.clone(), default_arguments(model))
    move_views(traced)
    chain = _build(traced, find_blocks(traced))
    check = check_chain(chain, model, images)
    if isinstance(model, fx.GraphModule):
        _refuse_one_count(chain, images)
    chain.stages = _stages(check.shapes)
    return chain, check


def _refuse_one_count(chain: ResidualChain, images: Tensor) -> None:
    """Raises ArchitectureError if an exported program computes with the number of images for which it was exported."""
    for count in (1, 3):
        others = torch.cat([images, images])[:count]
        try:
            right = len(chain(others)) == count
        except Exception:  # an unknown model's numbers
            right = False
        if not right:
            raise ArchitectureError(
                f"{chain.name} was exported for {len(images)} images, and Iterscope measures any number together: export it with "
                "dynamic_shapes={'x': {0: torch.export.Dim('images')}}, or give the original module"
            )


def _stages(shapes: tuple[Shape, ...]) -> tuple[int, ...]:
    """A stage for each block: a new one begins where a block's output has another shape than that of the block before."""
    stages = [0]
    for before, shape in pairwise(shapes):
        stages.append(stages[-1] + (shape != before))
    return tuple(stages)


def _refuse_unless_sensible(chain: ResidualChain) -> None:
    """Raises ArchitectureError if only a small part of the network is residual, or if one block is nearly the whole network."""
    blocks = [_matrices(nn.ModuleList([block.residual, block.projection or nn.Identity()])) for block in _traced(chain)]
    # The first and the last layer belong to no block in any residual network.
    outer = sum(bool(_matrices(end)) for end in (chain.stem, chain.head))
    whole, inside, largest = len(_matrices(chain)) - outer, len(set().union(*blocks)), max(map(len, blocks))
    count = f"its {len(chain)} residual blocks hold" if len(chain) > 1 else "its only residual block holds"
    refused = f"{chain.name} is not a chain of residual blocks: {count} {inside} of {whole} weights between the first and the last layer"
    if inside < LEAST_SHARE * whole:
        raise ArchitectureError(f"{refused}, and the others are bypassed by no addition. {_BY_HAND}")
    if largest > MOST_IN_ONE_BLOCK and largest > whole / 2:
        raise ArchitectureError(f"{refused}, {largest} of them in a single block. {_BY_HAND}")


_BY_HAND = "To measure it nevertheless, describe it as iterscope.ResidualChain(stem, blocks, head)"


def _traced(chain: ResidualChain) -> list[TracedBlock]:
    return [cast(TracedBlock, block) for block in chain]


def _matrices(module: nn.Module) -> set[int]:
    """The weights of convolutions, linear layers and the like: parameters that are more than one row of numbers."""
    return {id(each) for each in module.parameters() if sum(size > 1 for size in each.shape) > 1}


def _build(traced: TracedGraph, found: list[FoundBlock]) -> ResidualChain:
    name, cutter = model_name(traced.model), Cutter(traced)
    stem = cutter.part(traced.images, found[0].h) or nn.Identity()
    blocks: list[TracedBlock] = []
    before = found[0].h
    for each in found:
        projection = None if each.s is each.h else cutter.part(each.h, each.s)
        residual = cast(nn.Module, cutter.part(each.h, each.f))
        weights = _weights(residual, CONVOLUTIONS)
        owner = next((block for block in blocks if weights and _weights(block.residual, CONVOLUTIONS) == weights), None)
        blocks.append(
            TracedBlock(
                cutter.part(before, each.h),
                projection,
                residual,
                cutter.part(each.addition, each.merged),
                owner,
                owns_statistics=owner is None or _weights(owner.residual, NORMS) != _weights(residual, NORMS),
            )
        )
        before = each.merged
    head = cutter.part(before, traced.output) or nn.Identity()
    if cutter.fixed:
        stem = OneImageSize(stem, (traced.shapes[traced.images] or ())[1:], name)
    return ResidualChain(stem, blocks, head, name=name, convention=_convention(traced, found))


def _convention(traced: TracedGraph, found: list[FoundBlock]) -> Convention:
    if any(each.merged is not each.addition for each in found):
        return "post-activation"
    last = found[-1]
    inside, pending, first = traced.reached_from(last.h, last.f), [last.h], list[fx.Node]()
    while pending:
        for node in pending.pop().users:
            if node in inside and traced.carries[node]:
                (pending if is_view(traced, node) else first).append(node)
    norms = [isinstance(traced.module(node), NORMS) or is_activation(traced, node) for node in first]
    return "pre-activation" if all(norms) else "identity merge"


def _weights(residual: nn.Module, kinds: tuple[Any, ...]) -> list[int]:
    """Which layers of some kinds a branch applies; layers applied again are the same objects."""
    return [id(module) for module in residual.modules() if isinstance(module, kinds)]
