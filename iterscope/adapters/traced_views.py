"""Sums that are computed in another view of the hidden state.

timm's Swin Transformer adds its second branch to x.reshape(B, -1, C), and then reshapes the sum to (B, H, W, C). Taken literally, the
hidden state changes its shape at every block. x.reshape(…) + f, reshaped back, is x + f reshaped back: the graph is rewritten in this way,
so that the hidden state keeps its shape and the reshaping belongs to the branch. The rewritten sum has the same bits.
"""

from __future__ import annotations

import operator
from typing import Any, cast

import torch
from torch import Tensor, fx

from iterscope.adapters.traced_graph import TracedGraph

_METHODS = {
    "view", "reshape", "flatten", "unflatten", "permute", "transpose", "contiguous", "movedim", "swapaxes", "squeeze", "unsqueeze",
}  # fmt: skip
_FUNCTIONS = {getattr(torch, name) for name in _METHODS if hasattr(torch, name)}
_MODULES = {"torch.nn.modules.flatten.Flatten", "torch.nn.modules.flatten.Unflatten", "torchvision.ops.misc.Permute"}
"""Compared by name: importing torchvision takes as long as importing torch."""


def move_views(traced: TracedGraph) -> None:
    """Rewrites each sum of a view of x and f whose view back has the shape of x."""
    modified = set[fx.Node]().union(*traced.written.values(), traced.written)
    for node in list(traced.graph.nodes):
        if traced.is_addition(node):
            a, b = cast(tuple[fx.Node, fx.Node], node.args)
            for s, f in ((a, b), (b, a)):
                above, below = _views_above(traced, s), _views_below(traced, node)
                if modified.isdisjoint({node, s, f, *above, *below}) and _rewrite(traced, node, f, above, below):
                    break


def is_view(traced: TracedGraph, node: fx.Node) -> bool:
    """Whether a node only arranges the elements of its one source in another shape, or passes it on."""
    if len(traced.sources(node)) != 1 or not traced.carries[node] or traced.shapes[node] is None:
        return False
    kind = type(traced.module(node))
    known = {"call_method": node.target in _METHODS, "call_function": node.target in _FUNCTIONS}
    return node in traced.passing or known.get(node.op, f"{kind.__module__}.{kind.__qualname__}" in _MODULES)


def _views_above(traced: TracedGraph, node: fx.Node) -> list[fx.Node]:
    """The views that lead to a node, the first one first."""
    found: list[fx.Node] = []
    while is_view(traced, node):
        found.insert(0, node)
        (node,) = traced.sources(node)
    return found


def _views_below(traced: TracedGraph, node: fx.Node) -> list[fx.Node]:
    """The views that follow a node, as long as nothing else uses the value."""
    found: list[fx.Node] = []
    while len(node.users) == 1 and is_view(traced, following := next(iter(node.users))):
        found.append(following)
        node = following
    return found


def _rewrite(traced: TracedGraph, addition: fx.Node, f: fx.Node, above: list[fx.Node], below: list[fx.Node]) -> bool:
    """Replaces view(x) + f by x + f′, where f′ is f viewed as x."""
    if not above or traced.shapes[(x := traced.sources(above[0])[0])] == traced.shapes[addition]:
        return False
    if x not in traced.reached_from(traced.images, f):  # then x is not what f is added to
        return False
    graph, back = (
        traced.graph,
        next((n for n in range(len(below), 0, -1) if _is_round_trip(traced, x, [*above, *below[:n]])), 0),
    )
    if back:
        # The views after the sum are those of f, and the last of them gives way to the new sum.
        replaced = [addition, *below[:back]]
        with graph.inserting_before(replaced[-1].next):
            total = graph.call_function(operator.add, (x, _copied(traced, below[:back], addition, f)))
            end = total
    elif traced.is_addition(traced.origin(x)) and _is_reshape(traced, x, above):
        # The state before was a sum in the shape of x, and the sum stays in that shape; what follows gets its view.
        replaced = [addition]
        with graph.inserting_before(addition.next):
            moved = graph.call_method("reshape_as", (f, x))
            _describe(traced, moved, x)
            total = graph.call_function(operator.add, (x, moved))
            end = _copied(traced, above, x, total)
    else:
        return False
    _describe(traced, total, x)
    total.meta.update(addition.meta)
    replaced[-1].replace_all_uses_with(end)
    traced.output = end if traced.output is replaced[-1] else traced.output
    for node in reversed(replaced):
        graph.erase_node(node)
    return True


def _copied(traced: TracedGraph, views: list[fx.Node], before: fx.Node, source: fx.Node) -> fx.Node:
    """The same views of `source`, in place of `before`."""
    for view in views:
        inputs = {each: each for each in view.all_input_nodes} | {before: source}
        before, source = view, traced.graph.node_copy(view, inputs.__getitem__)
        _describe(traced, source, view)
    return source


def _describe(traced: TracedGraph, node: fx.Node, like: fx.Node) -> None:
    traced.shapes[node], traced.carries[node] = traced.shapes[like], traced.carries[like]


def _is_round_trip(traced: TracedGraph, x: fx.Node, views: list[fx.Node]) -> bool:
    """Whether some views after each other give back what went in."""
    numbered = _numbered(traced, x)
    return torch.equal(_viewed(traced, views, numbered), numbered)


def _is_reshape(traced: TracedGraph, x: fx.Node, views: list[fx.Node]) -> bool:
    """Whether some views after each other keep the order of the elements."""
    numbered = _numbered(traced, x)
    return torch.equal(_viewed(traced, views, numbered).flatten(), numbered.flatten())


def _numbered(traced: TracedGraph, x: fx.Node) -> Tensor:
    """Numbered elements in the shape of x: no view can hide where it puts them."""
    shape = torch.Size(traced.shapes[x] or ())
    return torch.arange(shape.numel()).view(shape)


def _viewed(traced: TracedGraph, views: list[fx.Node], value: Tensor) -> Tensor:
    for view in views:
        value = _apply(traced, view, value)
    return value


def _apply(traced: TracedGraph, view: fx.Node, value: Tensor) -> Tensor:
    if view in traced.passing:
        return value
    (source,) = traced.sources(view)

    def known(node: fx.Node) -> Any:
        return value if node is source else traced.values[node]

    args, kwargs = fx.node.map_arg(view.args, known), fx.node.map_arg(view.kwargs, known)
    if view.op == "call_method":
        return cast(Tensor, getattr(args[0], str(view.target))(*args[1:], **kwargs))
    function: Any = traced.module(view) if view.op == "call_module" else view.target
    return cast(Tensor, function(*args, **kwargs))
