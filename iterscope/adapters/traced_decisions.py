"""Decisions of a forward pass, such as `if` and `assert`, that depend on the shapes of tensors: they are taken as for the example.

A chain repeats the decisions of the trace. So a decision that depends on tensors' values is refused, one that comes out otherwise for
another number of images is refused too, and one that was taken from the height or width of the images makes the chain one for this size.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, fx, nn

from iterscope.adapters.parts import model_name
from iterscope.errors import ArchitectureError

_OTHER_COUNTS = (1, 3)
"""Numbers of images for which decisions are taken again; the example has two."""
_READ_ATTRIBUTES = {
    "shape",
    "ndim",
    "dtype",
    "device",
    "layout",
    "is_cuda",
    "is_sparse",
    "is_quantized",
    "itemsize",
    "nbytes",
}
_READ_METHODS = {
    "size", "dim", "ndimension", "numel", "nelement", "stride", "is_contiguous", "is_floating_point", "is_complex", "element_size",
    "get_device",
}  # fmt: skip
_READ_FUNCTIONS = {torch.numel, torch.is_floating_point, torch.is_complex, len}


@dataclass(frozen=True)
class Decision:
    """A value that Python needed while a forward pass was traced."""

    node: fx.Node
    needed: Callable[[Any], Any]
    """What of the value was needed: bool, int, float, or len."""

    def value(self, env: dict[fx.Node, Any]) -> Any:
        """What was needed, in one run of the graph."""
        return self.needed(env[self.node])


def _itself(value: Any) -> Any:
    return value


class KnownProxy(fx.Proxy):
    """A placeholder in a trace that becomes a number where Python needs one, if it depends on shapes only."""

    tracer: DecidingTracer

    def __getattr__(self, k: str) -> Any:
        if k == "prod" and isinstance(self.tracer.value(self.node), tuple):  # numpy.prod asks a shape for it
            return lambda **_: math.prod(self)
        return _KnownAttribute(self, k)

    def __len__(self) -> int:
        return int(self.tracer.known(self, len))

    def __int__(self) -> int:
        return int(self.tracer.known(self, int))

    def __float__(self) -> float:
        return float(self.tracer.known(self, float))

    def __format__(self, form: str) -> str:
        return format(self.tracer.known(self, _itself), form) if form else str(self)

    def __round__(self, digits: int | None = None) -> Any:
        return round(self.tracer.known(self, float), digits)

    def __index__(self) -> int:
        return operator.index(self.tracer.known(self, operator.index))


class _KnownAttribute(KnownProxy, fx.proxy.Attribute):
    pass


class _TypedProxy(KnownProxy):
    """A placeholder that `isinstance` takes for the tensor whose place it holds."""

    def __getattr__(self, k: str) -> Any:
        return False if k == "_is_param" else super().__getattr__(k)  # torch asks whether a tensor is a parameter

    @property  # type: ignore[misc]  # the class of most objects can be set
    def __class__(self) -> Any:
        return Tensor if isinstance(self.tracer.value(self.node), Tensor) else type(self)


class DecidingTracer(fx.Tracer):
    """Runs the traced nodes on the example as far as a decision needs it."""

    # What is computed from buffers is traced, too: as a constant, it would stay what it is when the network is trained or loaded.
    proxy_buffer_attributes = True

    def __init__(self, model: nn.Module, example: Tensor, *, typed: bool = False) -> None:
        """`typed`: placeholders of tensors count as tensors, for forward passes that assert it."""
        super().__init__()
        self.typed = typed
        self.decisions: list[Decision] = []
        self.running = False
        self._model, self._example = model, example
        self._interpreter: fx.Interpreter | None = None
        self._last: fx.Node | None = None

    def proxy(self, node: fx.Node) -> fx.Proxy:
        return _TypedProxy(node, self) if self.typed else KnownProxy(node, self)

    def create_arg(self, a: Any) -> Any:
        return a.node if isinstance(a, fx.Proxy) else super().create_arg(a)

    def to_bool(self, obj: fx.Proxy) -> bool:
        return bool(self.known(obj, bool))

    def iter(self, obj: fx.Proxy) -> Iterator[Any]:
        value = self.value(obj.node)
        if not isinstance(value, tuple | list):
            return super().iter(obj)
        return iter([self.create_proxy("call_function", operator.getitem, (obj, at), {}) for at in range(len(value))])

    def getattr(self, attr: str, attr_val: Any, parameter_proxy_cache: dict[str, fx.Proxy]) -> Any:
        return attr_val if self.running else super().getattr(attr, attr_val, parameter_proxy_cache)

    def known(self, proxy: fx.Proxy, needed: Callable[[Any], Any]) -> Any:
        """What is needed of the value, on the example. Raises TraceError if it depends on a tensor's values."""
        node = proxy.node
        value = self.value(node)
        assert self._interpreter is not None
        if _from_values(node, self._interpreter.env, length=needed is len):
            return super().to_bool(proxy)  # raises the error that says what can't be traced
        found = needed(value)
        self.decisions.append(Decision(node, needed))
        return found

    def value(self, node: fx.Node) -> Any:
        """Runs the nodes that were added since the last decision, up to this one."""
        if self._interpreter is None:
            self._interpreter = fx.Interpreter(self._model, garbage_collect_values=False, graph=self.graph)
            self._interpreter.args_iter = iter([self._example.clone()])
        interpreter = self._interpreter
        pending = next(iter(self.graph.nodes)) if self._last is None else self._last.next
        with self._run():
            while node not in interpreter.env:
                interpreter.env[pending] = interpreter.run_node(pending)
                self._last, pending = pending, pending.next
        return interpreter.env[node]

    @contextmanager
    def _run(self) -> Iterator[None]:
        """While modules run on the example, their calls aren't traced."""
        self.running = True
        try:
            yield
        finally:
            self.running = False


def _from_values(node: fx.Node, env: dict[fx.Node, Any], *, length: bool) -> bool:
    """Whether a value depends on the values of tensors, and not only on their shapes and types."""
    if isinstance(env[node], Tensor):
        return not length
    return any(
        _has_tensor(env[source]) and not _reads(each) for each in _numbers(node, env) for source in each.all_input_nodes
    )


def _numbers(node: fx.Node, env: dict[fx.Node, Any]) -> list[fx.Node]:
    """A node and those that it is computed from, back to the tensors."""
    found: list[fx.Node] = []
    pending = [node]
    while pending:
        each = pending.pop()
        if each not in found and not _has_tensor(env[each]):
            found.append(each)
            pending += each.all_input_nodes
    return found


def _reads(node: fx.Node) -> bool:
    """Whether a node reads the shape or type of a tensor."""
    if node.op == "call_method":
        return node.target in _READ_METHODS
    if node.target is getattr:
        return node.args[1] in _READ_ATTRIBUTES
    return node.op == "call_function" and node.target in _READ_FUNCTIONS


def _has_tensor(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(map(_has_tensor, value))
    return isinstance(value, Tensor)


def depend_on_the_size(model: nn.Module, graph: fx.Graph, decisions: list[Decision], example: Tensor) -> bool:
    """Whether decisions were taken from the height or width of the images.

    Raises:
        ArchitectureError: a decision depends on the number of images.
    """
    if not decisions:
        return False
    taken = _run(model, graph, example)
    assert taken is not None
    for count in _OTHER_COUNTS:
        others = _run(model, graph, torch.cat([example, example])[:count])
        changed = [each for each in decisions if others is None or each.value(others) != each.value(taken)]
        if changed:
            raise ArchitectureError(
                f"the forward pass of {model_name(model)} depends on the number of images, at {changed[0].node.name!r}, and Iterscope "
                "measures any number together: compute with x.shape[0] as it is, or describe the network by hand as "
                "iterscope.ResidualChain(stem, blocks, head)"
            )
    if example.dim() != 4:
        return True
    height, width = example.shape[-2:]
    others = _run(model, graph, torch.nn.functional.pad(example, (0, width, 0, height)))
    if others is None:
        return True
    return any(
        each.value(others) != each.value(taken)
        or (each.needed is not len and any(_differ(node, taken, others) for node in _numbers(each.node, taken)))
        for each in decisions
    )


def _differ(node: fx.Node, one: dict[fx.Node, Any], other: dict[fx.Node, Any]) -> bool:
    """Whether a number is another one for images of another size. Of a shape from which single numbers are read, only these count."""
    if isinstance(one[node], torch.Size) and all(
        user.target is operator.getitem and isinstance(user.args[1], int) for user in node.users
    ):
        return False
    return bool(one[node] != other[node])


def _run(model: nn.Module, graph: fx.Graph, images: Tensor) -> dict[fx.Node, Any] | None:
    """The value of each node for some images; None if the model doesn't accept them."""
    interpreter = fx.Interpreter(model, garbage_collect_values=False, graph=graph)
    try:
        interpreter.run(images.clone())
    except Exception:  # an unknown model's forward pass
        return None
    return interpreter.env
