"""Finds the residual blocks of a traced forward pass.

For an addition u + v, h is the last node that every path to the addition goes through (its immediate dominator). If u is h itself, or h
passed on by modules such as nn.Identity, the shortcut is the identity and v is F; if neither is h, the side with fewer layers is the
shortcut of a projection block. An activation right after the addition is the merge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import torch
from torch import fx, nn
from torch.nn import functional

from iterscope.adapters.parts import model_name
from iterscope.adapters.traced_graph import CONVOLUTIONS, LAYERS, TracedGraph
from iterscope.errors import ArchitectureError

_ACTIVATIONS = (
    nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.PReLU, nn.ELU, nn.SELU, nn.CELU, nn.GELU, nn.SiLU, nn.Mish, nn.Hardswish, nn.Hardtanh, nn.Softplus,
    nn.Tanh, nn.Sigmoid,
)  # fmt: skip
_ACTIVATION_FUNCTIONS = {
    functional.relu, functional.relu6, functional.leaky_relu, functional.elu, functional.gelu, functional.silu, functional.mish,
    functional.hardswish, torch.relu, torch.relu_, torch.tanh, torch.sigmoid, "relu", "relu_", "tanh", "sigmoid",
}  # fmt: skip
_CONVOLVING_FUNCTIONS = {functional.conv1d, functional.conv2d, functional.linear}


@dataclass
class FoundBlock:
    """A residual addition of the graph."""

    h: fx.Node
    s: fx.Node
    """h itself, or h passed on, where the shortcut is the identity."""
    f: fx.Node
    addition: fx.Node
    merged: fx.Node
    """The addition, or the activation after it."""


def _dominators(traced: TracedGraph) -> dict[fx.Node, fx.Node]:
    """For each node, the last node before it that every path from the images to it goes through."""
    depth: dict[fx.Node, int] = {traced.images: 0}
    above: dict[fx.Node, fx.Node] = {}
    for node in traced.graph.nodes:
        sources = [source for source in traced.sources(node) if source in depth]
        if node is traced.images or not sources or not traced.carries[node]:
            continue
        common = sources[0]
        for other in sources[1:]:
            while common is not other:
                if depth[common] >= depth[other]:
                    common = above[common]
                else:
                    other = above[other]
        above[node], depth[node] = common, depth[common] + 1
    return above


def find_blocks(traced: TracedGraph) -> list[FoundBlock]:
    """The residual additions in order. Raises ArchitectureError if there are none, or if they don't form a chain."""
    name, above = model_name(traced.model), _dominators(traced)
    if traced.output not in above:
        raise ArchitectureError(f"the output of {name} isn't computed from the images")
    spine = [traced.output]
    while spine[-1] in above:
        spine.append(above[spine[-1]])
    spine.reverse()
    found = [_residual(traced, above[node], node) for node in spine if traced.is_addition(node)]
    blocks = [block for block in found if block is not None]
    for node in traced.graph.nodes:
        if node in above and traced.is_addition(node) and all(node is not block.addition for block in blocks):
            in_head = bool(blocks) and node in spine[spine.index(blocks[-1].addition) :]
            if not in_head:  # where logits of several heads may be averaged
                _check_other(traced, node, above[node], blocks, on_spine=node in spine)
    if not blocks:
        raise ArchitectureError(
            f"{name} is not a network that Iterscope knows, and its forward pass has no residual addition x + F(x): describe it as "
            "iterscope.ResidualChain(stem, blocks, head), with blocks that are subclasses of iterscope.ResidualBlock"
        )
    return _with_merges(traced, blocks, spine)


def _check_other(traced: TracedGraph, node: fx.Node, h: fx.Node, blocks: list[FoundBlock], *, on_spine: bool) -> None:
    """Raises ArchitectureError for an addition that belongs to no block and isn't just a detail inside a branch."""
    around = next((block for block in blocks if node in traced.reached_from(block.h, block.addition)), None)
    residual = _residual(traced, h, node)
    if around is not None and (residual is None or not is_shortcut(traced, residual.h, residual.s)):
        return
    if around is not None:
        problem = f"belongs to a residual block inside the block that ends at {place(around.addition)}"
    elif on_spine:
        problem = "has no shortcut: both of its sides have the same number of layers"
    else:
        problem = f"is bypassed by another path, which begins at {place(h)}"
    raise ArchitectureError(
        f"{model_name(traced.model)} is not a chain of residual blocks: the addition {place(node)} {problem}"
    )


def _residual(traced: TracedGraph, h: fx.Node, addition: fx.Node) -> FoundBlock | None:
    """The addition as shortcut and branch; None if neither side is a shortcut."""
    a, b = cast(tuple[fx.Node, fx.Node], addition.args)
    for s, f in ((a, b), (b, a)):
        if is_shortcut(traced, h, s):
            return FoundBlock(h, s, f, addition, addition)
    size_a, size_b = (_size(traced, traced.reached_from(h, side)) for side in (a, b))
    if size_a == size_b:
        return None
    s, f = (a, b) if size_a < size_b else (b, a)
    return FoundBlock(h, s, f, addition, addition)


def is_shortcut(traced: TracedGraph, h: fx.Node, node: fx.Node) -> bool:
    """Whether a node's value is h itself, perhaps passed on by modules such as nn.Identity."""
    return traced.origin(node) is traced.origin(h)


def _size(traced: TracedGraph, nodes: set[fx.Node]) -> tuple[int, int]:
    """The number of convolutions (or linear layers) that some nodes apply, and of layers with weights."""
    layers = [each for node in nodes for module in [traced.module(node)] if module for each in module.modules()]
    functions = sum(node.target in _CONVOLVING_FUNCTIONS for node in nodes)
    convolutions, all_layers = (sum(isinstance(each, kinds) for each in layers) for kinds in (CONVOLUTIONS, LAYERS))
    return convolutions + functions, all_layers + functions


def is_activation(traced: TracedGraph, node: fx.Node) -> bool:
    """Whether a node applies an activation function."""
    return isinstance(traced.module(node), _ACTIVATIONS) or node.target in _ACTIVATION_FUNCTIONS


def _with_merges(traced: TracedGraph, blocks: list[FoundBlock], spine: list[fx.Node]) -> list[FoundBlock]:
    """Gives each block the activation after its addition, if all blocks except possibly the last have one."""
    at = {node: index for index, node in enumerate(spine)}
    for block, following in zip(blocks, [*blocks[1:], None], strict=True):
        before = block.addition
        for node in spine[at[block.addition] + 1 :]:
            passed_on = node in traced.passing
            if traced.sources(node) != [before] or not (passed_on or is_activation(traced, node)):
                break
            before = node
            block.merged = block.merged if passed_on else node
            if following is not None and node is following.h:
                break
    having = [block.merged is not block.addition for block in blocks]
    if not all(having[:-1] or having):
        for block in blocks:
            block.merged = block.addition
    return blocks


def place(node: fx.Node) -> str:
    """A node's name and the module that it belongs to."""
    stack = list((node.meta.get("nn_module_stack") or {}).values())
    inside = f" in {stack[-1][0] or 'the network'}" if stack else ""
    return f"{node.name!r}{inside}"
