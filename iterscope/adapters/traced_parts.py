"""Cut pieces out of a traced forward pass, as modules that share the model's modules."""

from __future__ import annotations

import operator
from typing import Any

from torch import fx, nn

from iterscope.adapters.parts import model_name
from iterscope.adapters.traced_graph import TracedGraph
from iterscope.errors import ArchitectureError


def part(traced: TracedGraph, start: fx.Node, end: fx.Node) -> nn.Module | None:
    """The computation from `start` to `end` as a module with one input; None if both are the same.

    The piece never modifies its input: a node that would do so gets a copy.

    Raises:
        ArchitectureError: a node in between needs a value from before `start`.
    """
    if start is end:
        return None
    graph = fx.Graph()
    copies: dict[fx.Node, fx.Node] = {start: graph.placeholder("h")}
    needed = _needed(traced, start, end)
    for node in traced.graph.nodes:
        if node not in needed:
            continue
        if _is_batch_size(node) and not needed.issuperset(node.all_input_nodes):
            copies[node] = graph.call_method("size", (copies[start], 0))
            continue
        writes_into_input = start in traced.written.get(node, ())

        def copied(source: fx.Node, node: fx.Node = node, clone: bool = writes_into_input) -> fx.Node:
            copy = copies[source]
            return graph.call_method("clone", (copy,)) if clone and source in traced.written[node] else copy

        copies[node] = graph.node_copy(node, copied)
    graph.output(copies[end])
    return fx.GraphModule(traced.model, graph)


def _needed(traced: TracedGraph, start: fx.Node, end: fx.Node) -> set[fx.Node]:
    """All that must be computed for `end`, given `start`: weights and sizes too."""
    found, pending = set[fx.Node](), [end]
    while pending:
        node = pending.pop()
        if node is start or node in found:
            continue
        if node.op == "placeholder":
            raise ArchitectureError(
                f"{model_name(traced.model)} is not a chain: computing {end.name!r} from {start.name!r} also needs {node.name!r}, for "
                "example its size. Take sizes from the current tensor, as in h.flatten(1)"
            )
        found.add(node)
        if not (_is_batch_size(node) and not _within(start, node)):
            pending += node.all_input_nodes
    return found


def _within(start: fx.Node, node: fx.Node) -> bool:
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


def _is_batch_size(node: fx.Node) -> bool:
    """x.size(0) or x.shape[0]: the number of images, wherever it is taken."""
    if node.op == "call_method" and node.target == "size":
        return node.args[1:] == (0,) and not node.kwargs
    if node.op == "call_function" and node.target is operator.getitem and node.args[1] == 0:
        of: Any = node.args[0]
        shape_of = of.op == "call_function" and of.target is getattr and of.args[1] == "shape"
        size_of = of.op == "call_method" and of.target == "size" and len(of.args) == 1
        return shape_of or size_of
    return False
