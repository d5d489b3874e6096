"""Ways to write a sum, rewritten as x + f. The chain's check shows that the bits are the same.

Exported programs call aten's operations: those that matter for finding blocks get the names of torch's functions.
"""

from __future__ import annotations

import operator
from typing import Any

import torch
from torch import fx
from torch.nn import functional

_ATEN: dict[Any, Any] = {
    torch.ops.aten.add.Tensor: torch.add,
    torch.ops.aten.add_.Tensor: operator.iadd,
    torch.ops.aten.sub.Tensor: torch.sub,
    torch.ops.aten.neg.default: torch.neg,
    torch.ops.aten.stack.default: torch.stack,
    torch.ops.aten.sum.dim_IntList: torch.sum,
    torch.ops.aten.conv1d.default: torch.conv1d,
    torch.ops.aten.conv2d.default: torch.conv2d,
    torch.ops.aten.linear.default: functional.linear,
    torch.ops.aten.relu.default: torch.relu,
    torch.ops.aten.relu_.default: torch.relu_,
    torch.ops.aten.leaky_relu.default: functional.leaky_relu,
    torch.ops.aten.gelu.default: functional.gelu,
    torch.ops.aten.silu.default: functional.silu,
    torch.ops.aten.hardswish.default: functional.hardswish,
    torch.ops.aten.tanh.default: torch.tanh,
    torch.ops.aten.sigmoid.default: torch.sigmoid,
}
"""The function with the same arguments and the same result."""
_ADDITIONS: set[Any] = {operator.add, operator.iadd, torch.add, "add", "add_"}
_SUBTRACTIONS: set[Any] = {operator.sub, torch.sub, torch.subtract, "sub", "subtract"}
_NEGATIONS: set[Any] = {operator.neg, torch.neg, torch.negative, "neg", "negative"}
_CALLS = ("call_function", "call_method")


def rewrite_sums(graph: fx.Graph) -> None:
    """Rewrites `torch.add(x, other=f, alpha=1)`, `sum([x, f])`, `x - (-f)` and `torch.stack([x, f]).sum(0)`."""
    for node in list(graph.nodes):
        if node.op not in _CALLS:
            continue
        node.target = _ATEN.get(node.target, node.target)
        if node.target is torch.ops.aten.sym_size.int:  # a size of a program that was exported for any number of images
            node.op, node.target = "call_method", "size"
        if node.target in _ADDITIONS or node.target in _SUBTRACTIONS:
            _place_arguments(node)
        if (terms := _zero_and_term(node) or _minus_minus(node) or _stacked(node)) is not None:
            _replace(graph, node, terms)


def _place_arguments(node: fx.Node) -> None:
    """Gives input and other by position, and leaves out alpha=1."""
    named = dict(node.kwargs)
    if len(node.args) == 3 and node.op == "call_function":  # an old form of aten's: alpha by position
        return
    args = [*node.args, *(named.pop(name) for name in ("input", "other")[len(node.args) :] if name in named)]
    if named.get("alpha") == 1:
        del named["alpha"]
    if named.get("out", 0) is None:
        del named["out"]
    if len(args) == 2:
        node.args, node.kwargs = tuple(args), named


def _zero_and_term(node: fx.Node) -> list[fx.Node] | None:
    """The term of 0 + x, with which Python's `sum` begins."""
    if node.target is not operator.add or node.kwargs or len(node.args) != 2:
        return None
    zero, term = node.args if isinstance(node.args[1], fx.Node) else node.args[::-1]
    added_to = all(user.target in _ADDITIONS for user in node.users)
    is_zero = isinstance(zero, int | float) and not isinstance(zero, bool) and zero == 0
    return [term] if is_zero and isinstance(term, fx.Node) and added_to else None


def _minus_minus(node: fx.Node) -> list[fx.Node] | None:
    """The terms of x − (−f)."""
    if node.target not in _SUBTRACTIONS or node.kwargs or len(node.args) != 2:
        return None
    x, negated = node.args
    if not isinstance(x, fx.Node) or not isinstance(negated, fx.Node) or negated.target not in _NEGATIONS:
        return None
    (f,) = negated.all_input_nodes
    return [x, f]


def _stacked(node: fx.Node) -> list[fx.Node] | None:
    """The two terms of a sum over the dimension along which they were stacked."""
    if node.target not in ("sum", torch.sum):
        return None
    stack, axis = _argument(node, 0, "input"), _argument(node, 1, "dim", "axis")
    if not isinstance(stack, fx.Node) or stack.target is not torch.stack or len(node.args) > 2:
        return None
    if set(node.kwargs) - {"input", "dim", "axis", "keepdim"} or node.kwargs.get("keepdim"):
        return None
    terms, along = _argument(stack, 0, "tensors"), _argument(stack, 1, "dim")
    axis = axis[0] if isinstance(axis, list | tuple) and len(axis) == 1 else axis
    if not isinstance(terms, list | tuple) or len(terms) != 2 or axis != (0 if along is None else along):
        return None
    found = [term for term in terms if isinstance(term, fx.Node)]
    return found if len(found) == 2 else None


def _argument(node: fx.Node, position: int, *names: str) -> Any:
    """An argument by position or name; None if it isn't given."""
    if len(node.args) > position:
        return node.args[position]
    return next((node.kwargs[name] for name in names if name in node.kwargs), None)


def _replace(graph: fx.Graph, node: fx.Node, terms: list[fx.Node]) -> None:
    """Replaces a node by the sum of these terms, and erases it."""
    total = terms[0]
    if len(terms) == 2:
        with graph.inserting_before(node):
            total = graph.call_function(operator.add, tuple(terms))
        total.meta.update(node.meta)
    node.replace_all_uses_with(total)
    graph.erase_node(node)
