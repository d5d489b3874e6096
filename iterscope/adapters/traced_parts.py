"""Cut pieces out of a traced forward pass, as modules that share the model's modules.

A piece has one input, the hidden state at which it starts. Sizes that the model took from an earlier tensor are taken from the hidden state
where that has the same shape. Where it hasn't, they become the numbers that were observed, and the chain accepts no other image size.
"""

from __future__ import annotations

import operator
from typing import Any, cast

import torch
from torch import Tensor, fx, nn

from iterscope.adapters.parts import model_name
from iterscope.adapters.traced_graph import TracedGraph
from iterscope.chain import Shape
from iterscope.errors import ArchitectureError


class OneImageSize(nn.Module):
    """A stem that accepts images of one size only, because later pieces contain numbers that were computed from it."""

    def __init__(self, stem: nn.Module, shape: Shape, name: str) -> None:
        super().__init__()
        self.stem, self.shape, self.name = stem, shape, name

    def forward(self, images: Tensor) -> Any:
        if tuple(images.shape[1:]) != self.shape:
            expected, given = ("×".join(map(str, shape)) for shape in (self.shape, images.shape[1:]))
            raise ArchitectureError(
                f"{self.name} computes sizes from those of its images, and was traced with images of {expected}, but got {given}: "
                "call residual_chain(model, example=images) with images of the size that you need"
            )
        return self.stem(images)


class Cutter:
    """Cuts pieces out of one traced forward pass."""

    def __init__(self, traced: TracedGraph) -> None:
        self.traced = traced
        self.fixed = traced.one_size
        """Whether the pieces depend on the size of the images."""
        self._same: dict[fx.Node, fx.Node] = {}
        for node in traced.graph.nodes:
            equal = node.args if traced.is_addition(node) else [traced.passing[node]] if node in traced.passing else []
            for other in equal:
                one, same = self._representative(other), self._representative(node)
                if one is not same:
                    self._same[one] = same

    def _representative(self, node: fx.Node) -> fx.Node:
        """The same node for all values that have one shape whatever the images: a sum has that of its terms."""
        while node in self._same:
            node = self._same[node]
        return node

    def part(self, start: fx.Node, end: fx.Node) -> nn.Module | None:
        """The computation from `start` to `end` as a module with one input; None if both are the same.

        The piece never modifies its input: a node that would do so gets a copy.

        Raises:
            ArchitectureError: a node in between needs a value from before `start`.
        """
        if start is end:
            return None
        traced, graph = self.traced, fx.Graph()
        copies: dict[fx.Node, Any] = {start: graph.placeholder("h")}
        needed = self._needed(start, end)
        for node in traced.graph.nodes:
            if node not in needed:
                continue
            if needed[node]:
                copies[node] = self._size(graph, copies[start], start, node)
                continue
            writes_into_input = start in traced.written.get(node, ())

            def copied(source: fx.Node, node: fx.Node = node, clone: bool = writes_into_input) -> Any:
                copy = copies[source]
                return graph.call_method("clone", (copy,)) if clone and source in traced.written[node] else copy

            copies[node] = graph.node_copy(node, copied)
        graph.output(copies[end])
        return fx.GraphModule(traced.model, graph)

    def _needed(self, start: fx.Node, end: fx.Node) -> dict[fx.Node, bool]:
        """All that must be computed for `end`, given `start`: weights and sizes too. True: the size of something before `start`."""
        found, pending = dict[fx.Node, bool](), [end]
        while pending:
            node = pending.pop()
            if node is start or node in found:
                continue
            if node.op == "placeholder":
                raise ArchitectureError(
                    f"{model_name(self.traced.model)} is not a chain: computing {end.name!r} from {start.name!r} also needs the value of "
                    f"{node.name!r}"
                )
            found[node] = self._reads(node) is not None and not self._within(start, node)
            if not found[node]:
                pending += node.all_input_nodes
        return found

    def _reads(self, node: fx.Node) -> fx.Node | None:
        """The tensor whose size, type or device a node reads; None for any other node."""
        if self.traced.carries[node]:
            return None
        if sources := self.traced.sources(node):
            return sources[0]
        if node.target is operator.getitem and isinstance(node.args[0], fx.Node) and isinstance(node.args[1], int):
            return self._reads(node.args[0])
        return None

    def _within(self, start: fx.Node, node: fx.Node) -> bool:
        """Whether a size is that of something computed from `start`, or of `start` itself."""
        pending, seen = list(node.all_input_nodes), set[fx.Node]()
        while pending:
            source = pending.pop()
            if source is start:
                return True
            if source not in seen:
                seen.add(source)
                pending += source.all_input_nodes
        return False

    def _size(self, graph: fx.Graph, h: fx.Node, start: fx.Node, node: fx.Node) -> Any:
        """What a node reads from a tensor before `start`, as something computed from `start`."""
        traced, value = self.traced, self.traced.values[node]
        source = cast(fx.Node, self._reads(node))
        shape = traced.shapes[source] or ()
        if node.target is getattr and node.args[1] in ("device", "dtype"):
            return graph.call_function(getattr, (h, node.args[1]))
        dimension = _dimension(node, shape)
        if dimension is None and not isinstance(value, torch.Size):
            if node.target in ("dim", "ndimension") or (node.target is getattr and node.args[1] == "ndim"):
                return value
            raise ArchitectureError(
                f"{model_name(traced.model)} is not a chain: {node.format_node()} reads something of a tensor from before {start.name!r}. "
                "Read it from the current tensor"
            )
        if self._representative(source) is self._representative(start):
            sizes = [graph.call_method("size", (h, each)) for each in range(len(shape))]
            return tuple(sizes) if dimension is None else sizes[dimension]
        if dimension == 0:
            return self._batch(graph, h, start, value)
        self.fixed = True
        return value if dimension is not None else (self._batch(graph, h, start, value[0]), *value[1:])

    def _batch(self, graph: fx.Graph, h: fx.Node, start: fx.Node, value: int) -> Any:
        """A first dimension: a multiple of the number of images."""
        count = (self.traced.shapes[self.traced.images] or (0,))[0]
        if value % count or (self.traced.shapes[start] or (0,))[0] != count:
            self.fixed = True
            return value
        images = graph.call_method("size", (h, 0))
        return images if value == count else graph.call_function(operator.mul, (images, value // count))


def _dimension(node: fx.Node, shape: Shape) -> int | None:
    """Which dimension of a tensor a node reads, counted from 0: x.size(1), x.shape[1]; None if it reads something else."""
    index: Any = None
    if node.target is operator.getitem or (node.op == "call_method" and node.target == "size" and len(node.args) == 2):
        index = node.args[1]
    elif node.op == "call_method" and node.target == "size":
        index = node.kwargs.get("dim")
    return index % len(shape) if isinstance(index, int) and shape else None
