"""A forward pass as a graph: torch.fx traces it, and one real run shows the shapes and what is modified in place.

In eager code, modifying a tensor in place changes it under all of its names: after `y = relu_(x)`, x means y. In the graph an edge stands
for a value, so every later use of a modified tensor is redirected to the node that modified it. Modifications aren't read from the code but
observed in the run: torch counts the writes to each tensor's memory.
"""

from __future__ import annotations

import inspect
import operator
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, fx, nn

from iterscope.adapters.hooks import has_hooks
from iterscope.adapters.parts import model_name
from iterscope.adapters.traced_decisions import DecidingTracer, depend_on_the_size
from iterscope.adapters.traced_sums import rewrite_sums
from iterscope.adapters.wrappers import is_wrapper, unwrapped
from iterscope.errors import ArchitectureError

_CALLS = ("call_module", "call_function", "call_method")
_LIBRARIES = ("torch.nn", "torch.ao.nn", "torchvision.ops", "timm.layers")
"""Modules of these packages count as layers, and aren't traced any further."""
ADDITIONS = {operator.add, operator.iadd, torch.add, "add", "add_", "__iadd__"}
CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Linear)
NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.GroupNorm, nn.LayerNorm)
LAYERS = (*CONVOLUTIONS, *NORMS)


@dataclass
class TracedGraph:
    """A forward pass in order, with the results of one run."""

    model: nn.Module
    graph: fx.Graph
    images: fx.Node
    output: fx.Node
    """The node whose value is returned."""
    shapes: dict[fx.Node, tuple[int, ...] | None]
    """The shape of each node's tensor; None if its value isn't a tensor."""
    carries: dict[fx.Node, bool]
    """Whether a node's value contains tensors that were computed from the images: not true of sizes and weights."""
    written: dict[fx.Node, set[fx.Node]]
    """For each node that modifies tensors in place: the nodes whose values they were."""
    one_size: bool
    """Whether the trace holds only for images of the example's size, since decisions were taken from it."""
    values: dict[fx.Node, Any] = field(default_factory=dict)
    """Values that aren't tensors, such as sizes."""
    passing: dict[fx.Node, fx.Node] = field(default_factory=dict)
    """For each node that returns what it is given, such as nn.Identity or dropout in evaluation mode: the node that gave it."""

    def sources(self, node: fx.Node) -> list[fx.Node]:
        """The nodes that a node's value is computed from, if their values depend on the images."""
        return [source for source in node.all_input_nodes if self.carries[source]]

    def origin(self, node: fx.Node) -> fx.Node:
        """Where a node's value comes from, without the nodes that only pass it on."""
        while node in self.passing:
            node = self.passing[node]
        return node

    def module(self, node: fx.Node) -> nn.Module | None:
        """The module that a node calls."""
        return self.model.get_submodule(str(node.target)) if node.op == "call_module" else None

    def is_addition(self, node: fx.Node) -> bool:
        """Whether a node is a sum of two values of one shape, both computed from the images."""
        if node.op not in ("call_function", "call_method") or node.target not in ADDITIONS or node.kwargs:
            return False
        if len(node.args) != 2 or node.args[0] is node.args[1]:
            return False
        return all(
            isinstance(each, fx.Node) and self.carries[each] and self.shapes[each] == self.shapes[node]
            for each in node.args
        )

    def reached_from(self, start: fx.Node, end: fx.Node) -> set[fx.Node]:
        """All nodes that `end` is computed from, itself included, going back no further than `start`, which is left out."""
        found, pending = set(), [end]
        while pending:
            node = pending.pop()
            if node is not start and node not in found:
                found.add(node)
                pending += self.sources(node)
        return found


class _Tracer(DecidingTracer):
    """Traces into every module that isn't a library's layer, and records the path to the current one."""

    def __init__(self, model: nn.Module, example: Tensor, *, typed: bool = False) -> None:
        super().__init__(model, example, typed=typed)
        self.path: list[str] = []

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        if isinstance(m, nn.Sequential) or is_wrapper(m):
            return False
        # A parametrised module has a class of its own, in torch.nn, with the original class as its base.
        origin = next(base.__module__ for base in type(m).__mro__ if base.__module__ != "torch.nn.utils.parametrize")
        # The hooks of a layer, such as weight normalisation, run when the chain calls the layer.
        return origin.startswith(_LIBRARIES) or (isinstance(m, LAYERS) and has_hooks(m))

    def call_module(self, m: nn.Module, forward: Any, args: Any, kwargs: Any) -> Any:
        if self.running:
            return forward(*args, **kwargs)
        m = unwrapped(m)
        path = self.path_of_module(m)
        self.path.append(f"{path} ({type(m).__name__})")
        # A module that is traced through isn't called by the chain: its hooks don't run there, and must not run here on placeholders.
        result = super().call_module(m, forward if self.is_leaf_module(m, path) else m.forward, args, kwargs)
        self.path.pop()  # not after an exception: the message says where it happened
        return result


@contextmanager
def _without_placeholders(model: nn.Module) -> Iterator[None]:
    """What a forward pass keeps in its modules, in attributes, lists and dicts, is afterwards as it was: placeholders don't stay there."""
    before = [(vars(module), dict(vars(module))) for module in model.modules()]
    kept = [
        (value, copy(value))
        for _, attributes in before
        for name, value in attributes.items()
        if type(value) in (list, dict) and not name.startswith("_")  # nn.Module's own begin with _
    ]
    try:
        yield
    finally:
        for attributes, earlier in before:
            for name in [name for name, value in attributes.items() if isinstance(value, fx.Proxy)]:
                attributes[name] = earlier.get(name)
                if name not in earlier:
                    del attributes[name]
        for value, earlier in kept:
            value.clear()
            (value.extend if isinstance(value, list) else value.update)(earlier)


def trace(model: nn.Module, example: Tensor, defaults: dict[str, Any]) -> TracedGraph:
    """Traces the forward pass of a model in evaluation mode. Raises ArchitectureError saying where that isn't possible."""
    name, tracer = model_name(model), _Tracer(model, example)
    try:
        with _without_placeholders(model):
            graph = tracer.trace(model, concrete_args=defaults)
    except Exception as error:  # an unknown model's forward pass, run on placeholders, may raise anything
        where = tracer.path[-1] if tracer.path else f"{name} itself"
        tracer = _Tracer(model, example, typed=True)
        try:
            with _without_placeholders(model):
                graph = tracer.trace(model, concrete_args=defaults)
        except Exception:  # the first error says what is wrong: it concerns no tricks
            raise ArchitectureError(
                f"the forward pass of {name} can't be traced: {where} {_reason(error)}. Describe the network by hand as "
                "iterscope.ResidualChain(stem, blocks, head)"
            ) from error
    one_size = depend_on_the_size(model, graph, tracer.decisions, example)
    rewrite_sums(graph)
    images = next(node for node in graph.nodes if node.op == "placeholder")
    traced = TracedGraph(model, graph, images, images, {}, {}, {}, one_size)
    _Observer(traced).run(example)
    (traced.output,) = graph.output_node().all_input_nodes
    return traced


def default_arguments(model: nn.Module) -> dict[str, Any]:
    """The forward pass's arguments after the images, at their defaults. Raises ArchitectureError if one has no default."""
    # Of the class, because that is what is traced: another tool may have put its own function into the instance.
    parameters = list(inspect.signature(type(model).forward).parameters.values())[1:]
    named = [each for each in parameters if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)]
    if needed := [each.name for each in named[1:] if each.default is each.empty]:
        raise ArchitectureError(
            f"{model_name(model)}.forward needs the argument {needed[0]!r} besides the images: give it a default, or wrap the network"
        )
    return {each.name: each.default for each in named[1:]}


def _reason(error: Exception) -> str:
    if isinstance(error, fx.proxy.TraceError):
        return f"has data-dependent control flow (it depends on a tensor's values: {error})"
    return f"raised {type(error).__name__}: {str(error)[:200]}"


class _Observer(fx.Interpreter):
    """Runs the graph once and records what it observes."""

    def __init__(self, traced: TracedGraph) -> None:
        super().__init__(traced.model, garbage_collect_values=False, graph=traced.graph)
        self.traced = traced

    def run_node(self, n: fx.Node) -> Any:
        given = [value for source in n.all_input_nodes if isinstance(value := self.env[source], Tensor)]
        versions = [tensor._version for tensor in given]
        try:
            value = super().run_node(n)
        except Exception as error:  # an unknown model's forward pass
            raise ArchitectureError(
                f"{model_name(self.traced.model)} can't be run on the example at the node {n.format_node()}: {str(error)[:200]}"
            ) from error
        traced = self.traced
        traced.shapes[n] = tuple(value.shape) if isinstance(value, Tensor) else None
        from_images = n.op == "placeholder" or bool(traced.sources(n))
        traced.carries[n] = from_images and _has_tensor(value)
        if not traced.carries[n]:
            traced.values[n] = value
        changed = {_storage(each) for each, version in zip(given, versions, strict=True) if each._version != version}
        if changed:
            known = ((node, value) for node, value in self.env.items() if isinstance(value, Tensor))
            self._rename(n, value, {node for node, tensor in known if _storage(tensor) in changed})
        elif n.op in _CALLS and len(sources := traced.sources(n)) == 1 and isinstance(value, Tensor):
            given_one = self.env[sources[0]]
            if isinstance(given_one, Tensor) and _same_memory(value, given_one):
                traced.passing[n] = sources[0]
        return value

    def _rename(self, n: fx.Node, value: Any, written: set[fx.Node]) -> None:
        """Redirects later uses of the modified values to `n`."""
        self.traced.written[n] = written
        order = {node: index for index, node in enumerate(self.traced.graph.nodes)}
        for node in written:
            later = [user for user in node.users if order[user] > order[n]]
            same = isinstance(value, Tensor) and _same_memory(value, self.env[node])
            if later and not same:
                raise ArchitectureError(
                    f"the node {n.name} of {model_name(self.traced.model)} modifies {node.name} in place and returns another view of it, "
                    f"and {later[0].name} uses {node.name} afterwards: use an operation out of place"
                )
            for user in later:
                user.replace_input_with(node, n)


def _storage(tensor: Tensor) -> int:
    return tensor.untyped_storage().data_ptr()


def _same_memory(a: Tensor, b: Tensor) -> bool:
    return (a.data_ptr(), a.shape, a.stride()) == (b.data_ptr(), b.shape, b.stride())


def _has_tensor(value: Any) -> bool:
    if isinstance(value, list | tuple) and not isinstance(value, torch.Size):
        return any(map(_has_tensor, value))
    return isinstance(value, Tensor)
