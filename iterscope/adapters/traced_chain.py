"""Chains of any module whose forward pass is a sequence of residual additions, found by tracing it.

For an addition u + v, h is the last node that every path to the addition goes through (its immediate dominator). If u is h itself, the
shortcut is the identity and v is F; if neither is h, the side with fewer layers is the shortcut of a projection block. An activation right
after the addition is the merge. Everything else before the next block is its preparation, including what branch and shortcut of a
projection block have in common. Everything before the first block is the stem, everything after the last block is the head.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor, fx, nn
from torch.nn import functional

from iterscope.adapters.parts import model_name
from iterscope.adapters.traced_graph import TracedGraph, default_arguments, example_for, plain_run, trace
from iterscope.adapters.traced_parts import part
from iterscope.chain import Convention, ResidualBlock, ResidualChain
from iterscope.errors import ArchitectureError

_ADDITIONS = {operator.add, operator.iadd, torch.add, "add", "add_", "__iadd__"}
_ACTIVATIONS = (
    nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.PReLU, nn.ELU, nn.SELU, nn.CELU, nn.GELU, nn.SiLU, nn.Mish, nn.Hardswish, nn.Hardtanh, nn.Softplus,
    nn.Tanh, nn.Sigmoid, nn.Identity, nn.Dropout, nn.Dropout2d,
)  # fmt: skip
_ACTIVATION_FUNCTIONS = {
    functional.relu, functional.relu6, functional.leaky_relu, functional.elu, functional.gelu, functional.silu, functional.mish,
    functional.hardswish, functional.dropout, torch.relu, torch.relu_, torch.tanh, torch.sigmoid, "relu", "relu_", "tanh", "sigmoid",
}  # fmt: skip
_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.GroupNorm, nn.LayerNorm)
_CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Linear)
_LAYERS = (*_CONVOLUTIONS, *_NORMS)
_CONVOLVING_FUNCTIONS = {functional.conv1d, functional.conv2d, functional.linear}


class TracedBlock(ResidualBlock):
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
        self.has_preparation, self.is_projection = preparation is not None, projection is not None
        self.vanishes_when_dropped = preparation is None and projection is None and activation is None
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


@dataclass
class _Found:
    """A residual addition of the graph."""

    h: fx.Node
    s: fx.Node
    """h itself where the shortcut is the identity."""
    f: fx.Node
    addition: fx.Node
    merged: fx.Node
    """The addition, or the activation after it."""


def traced_chain(model: nn.Module, example: Tensor | None = None) -> ResidualChain:
    """The chain of an unknown module; see `iterscope.residual_chain`."""
    if isinstance(model, torch.jit.ScriptModule):
        raise ArchitectureError(f"{model_name(model)} is compiled by TorchScript: give the original module")
    name, defaults = model_name(model), default_arguments(model)
    with plain_run(model):
        images = example_for(model, example)
        logits = model(images.clone())
        if not isinstance(logits, Tensor) or logits.dim() != 2 or len(logits) != len(images):
            gives = tuple(logits.shape) if isinstance(logits, Tensor) else type(logits).__name__
            raise ArchitectureError(f"{name} returns {gives} for {len(images)} images: it must return logits (B, K)")
        traced = trace(model, images.clone(), defaults)
        chain = _build(traced, _find(traced))
        _verify(chain, name, images, logits)
    return chain


def _is_addition(traced: TracedGraph, node: fx.Node) -> bool:
    """A sum of two values of one shape, both computed from the images."""
    if node.op not in ("call_function", "call_method") or node.target not in _ADDITIONS or node.kwargs:
        return False
    a, b = (*node.args, None, None)[:2]
    nodes = isinstance(a, fx.Node) and isinstance(b, fx.Node) and len(node.args) == 2 and a is not b
    return nodes and all(
        traced.carries[cast(fx.Node, each)] and traced.shapes[cast(fx.Node, each)] == traced.shapes[node] for each in (a, b)
    )  # fmt: skip


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


def _find(traced: TracedGraph) -> list[_Found]:
    """The residual additions in order. Raises ArchitectureError if there are none, or if they don't form a chain."""
    name, above = model_name(traced.model), _dominators(traced)
    if traced.output not in above:
        raise ArchitectureError(f"the output of {name} isn't computed from the images")
    spine = [traced.output]
    while spine[-1] in above:
        spine.append(above[spine[-1]])
    spine.reverse()
    found = [_residual(traced, above[node], node) for node in spine if _is_addition(traced, node)]
    blocks = [block for block in found if block is not None]
    for node in traced.graph.nodes:
        if node in above and _is_addition(traced, node) and all(node is not block.addition for block in blocks):
            _check_other(traced, node, above[node], blocks, on_spine=node in spine)
    if not blocks:
        raise ArchitectureError(
            f"{name} is not a network that Iterscope knows, and its forward pass has no residual addition x + F(x): describe it as "
            "iterscope.ResidualChain(stem, blocks, head), with blocks that are subclasses of iterscope.ResidualBlock"
        )
    return _with_merges(traced, blocks, spine)


def _check_other(traced: TracedGraph, node: fx.Node, h: fx.Node, blocks: list[_Found], *, on_spine: bool) -> None:
    """Raises ArchitectureError for an addition that belongs to no block and isn't just a detail inside a branch."""
    around = next((block for block in blocks if node in traced.reached_from(block.h, block.addition)), None)
    residual = _residual(traced, h, node)
    if around is not None and (residual is None or residual.s is not residual.h):
        return
    if around is not None:
        problem = f"belongs to a residual block inside the block that ends at {_place(around.addition)}"
    elif on_spine:
        problem = "has no shortcut: both of its sides have the same number of layers"
    else:
        problem = f"is bypassed by another path, which begins at {_place(h)}"
    raise ArchitectureError(
        f"{model_name(traced.model)} is not a chain of residual blocks: the addition {_place(node)} {problem}"
    )


def _residual(traced: TracedGraph, h: fx.Node, addition: fx.Node) -> _Found | None:
    """The addition as shortcut and branch; None if neither side is a shortcut."""
    a, b = cast(tuple[fx.Node, fx.Node], addition.args)
    if a is h or b is h:
        return _Found(h, h, b if a is h else a, addition, addition)
    size_a, size_b = (_size(traced, traced.reached_from(h, side)) for side in (a, b))
    if size_a == size_b:
        return None
    s, f = (a, b) if size_a < size_b else (b, a)
    return _Found(h, s, f, addition, addition)


def _size(traced: TracedGraph, nodes: set[fx.Node]) -> tuple[int, int]:
    """The number of convolutions (or linear layers) that some nodes apply, and of layers with weights."""
    layers = [each for node in nodes for module in [_module(traced, node)] if module for each in module.modules()]
    functions = sum(node.target in _CONVOLVING_FUNCTIONS for node in nodes)
    convolutions, all_layers = (sum(isinstance(each, kinds) for each in layers) for kinds in (_CONVOLUTIONS, _LAYERS))
    return convolutions + functions, all_layers + functions


def _is_activation(traced: TracedGraph, node: fx.Node) -> bool:
    return isinstance(_module(traced, node), _ACTIVATIONS) or node.target in _ACTIVATION_FUNCTIONS


def _with_merges(traced: TracedGraph, blocks: list[_Found], spine: list[fx.Node]) -> list[_Found]:
    """Gives each block the activation after its addition, if all blocks except possibly the last have one."""
    at = {node: index for index, node in enumerate(spine)}
    for block, following in zip(blocks, [*blocks[1:], None], strict=True):
        for node in spine[at[block.addition] + 1 :]:
            if traced.sources(node) != [block.merged] or not _is_activation(traced, node):
                break
            block.merged = node
            if following is not None and node is following.h:
                break
    having = [block.merged is not block.addition for block in blocks]
    if not all(having[:-1] or having):
        for block in blocks:
            block.merged = block.addition
    return blocks


def _place(node: fx.Node) -> str:
    """A node's name and the module that it belongs to."""
    stack = list((node.meta.get("nn_module_stack") or {}).values())
    inside = f" in {stack[-1][0] or 'the network'}" if stack else ""
    return f"{node.name!r}{inside}"


def _build(traced: TracedGraph, found: list[_Found]) -> ResidualChain:
    name = model_name(traced.model)
    stem = part(traced, traced.images, found[0].h) or nn.Identity()
    blocks: list[TracedBlock] = []
    before = found[0].h
    for each in found:
        projection = None if each.s is each.h else part(traced, each.h, each.s)
        residual = cast(nn.Module, part(traced, each.h, each.f))
        weights = _weights(residual, _CONVOLUTIONS)
        owner = next(
            (block for block in blocks if weights and _weights(block.residual, _CONVOLUTIONS) == weights), None
        )
        blocks.append(
            TracedBlock(
                part(traced, before, each.h),
                projection,
                residual,
                part(traced, each.addition, each.merged),
                owner,
                owns_statistics=owner is None or _weights(owner.residual, _NORMS) != _weights(residual, _NORMS),
            )
        )
        before = each.merged
    head = part(traced, before, traced.output) or nn.Identity()
    return ResidualChain(stem, blocks, head, name=name, convention=_convention(traced, found))


def _convention(traced: TracedGraph, found: list[_Found]) -> Convention:
    if any(each.merged is not each.addition for each in found):
        return "post-activation"
    last = found[-1]
    first = [node for node in traced.reached_from(last.h, last.f) if last.h in traced.sources(node)]
    norms = [isinstance(_module(traced, node), _NORMS) or _is_activation(traced, node) for node in first]
    return "pre-activation" if all(norms) else "identity merge"


def _module(traced: TracedGraph, node: fx.Node) -> nn.Module | None:
    return traced.model.get_submodule(str(node.target)) if node.op == "call_module" else None


def _weights(residual: nn.Module, kinds: tuple[Any, ...]) -> list[int]:
    """Which layers of some kinds a branch applies; layers applied again are the same objects."""
    return [id(module) for module in residual.modules() if isinstance(module, kinds)]


def _verify(chain: ResidualChain, name: str, images: Tensor, logits: Tensor) -> None:
    """Runs the chain piece by piece: its logits must be the model's bitwise, and h, s, F and their sum must not be modified in place."""
    h = chain.stem(images.clone())
    for index, block in enumerate(chain):
        h = block.prepare(h)
        versions, s = h._version, block.shortcut(h)
        f = block.branch(h)
        total = s + f
        kept = (h._version, s._version, f._version, total._version)
        before, h = h, block.merge(total)
        if (before._version, s._version, f._version, total._version) != kept or kept[0] != versions:
            raise ArchitectureError(
                f"{name} was traced, but its block {index} modifies its own input in place: use operations out of place"
            )
    if not torch.equal(chain.head(h), logits):
        raise ArchitectureError(
            f"{name} was traced, but the chain of its {len(chain)} blocks gives different logits than the network: its forward pass "
            "does something that a trace doesn't show, such as drawing random numbers. Describe the network by hand as "
            "iterscope.ResidualChain(stem, blocks, head)"
        )
