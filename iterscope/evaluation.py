"""Run a network as every measurement does: in evaluation mode, in full precision, and independent of the caller's torch settings."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from iterscope.errors import OutOfMemory

Undo = Callable[[], None]

_CUDNN: Any = torch.backends.cudnn  # torch's annotations lack their operations
_MKLDNN: Any = torch.backends.mkldnn
_PRECISIONS: tuple[Any, ...] = (
    torch.backends.cuda.matmul,
    _CUDNN.conv,
    _CUDNN.rnn,
    _CUDNN,
    _MKLDNN.matmul,
    _MKLDNN.conv,
    _MKLDNN.rnn,
    _MKLDNN,
    torch.backends,
)
"""What torch keeps a float32 precision for, as `fp32_precision`. An operation without one of its own has its backend's, and that has the
generic one."""

_FUSED = ("flash", "mem_efficient", "cudnn")
"""Torch's attentions that are one operation."""
_OUT_OF_MEMORY = (
    "can't allocate memory",
    "not enough memory",
    "out of memory",
    "bad_alloc",
    "CUBLAS_STATUS_ALLOC_FAILED",
    "CUDNN_STATUS_ALLOC_FAILED",
)
"""What torch's errors say where memory runs out; most of them are plain RuntimeErrors."""


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an exception of Python or torch says that memory has run out."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(text in str(error) for text in _OUT_OF_MEMORY)


@contextmanager
def evaluation(network: nn.Module) -> Iterator[None]:
    """Evaluation mode, no gradients for parameters, float32 without rounding to TF32 or bfloat16, no autocast, no inference mode.

    Everything is as before at the end, even after an exception. Several threads may evaluate networks at the same time, also the same
    one: the first to begin changes the modes of modules and the precision, the last to end restores them. Don't train a network while
    another thread evaluates it: its training step would then run in evaluation mode. Gradients are not switched off; inside inference
    mode, where they were off, they are on.

    Raises:
        OutOfMemory: in place of torch's and Python's own errors, if memory runs out inside.
    """
    with ExitStack() as stack:
        stack.enter_context(_changes.made([("precision", _exact)]))
        # These two are settings of this thread alone. Each thread begins without them.
        if torch.is_inference_mode_enabled():
            stack.enter_context(torch.inference_mode(False))
        for device in {"cpu", *(parameter.device.type for parameter in network.parameters())}:
            if torch.amp.is_autocast_available(device) and torch.is_autocast_enabled(device):
                stack.enter_context(torch.autocast(device, enabled=False))
        modules = list(network.modules())
        stack.enter_context(_changes.made([((id(module), "module"), partial(_evaluate, module)) for module in modules]))
        frozen = [((id(weight), "parameter"), partial(_freeze, weight)) for weight in network.parameters()]
        stack.enter_context(_changes.made(frozen))
        try:
            yield
        except (RuntimeError, MemoryError) as error:
            if isinstance(error, OutOfMemory) or not is_out_of_memory(error):
                raise
            name = getattr(network, "name", type(network).__name__)
            said = str(error).partition("\n")[0] or type(error).__name__
            raise OutOfMemory(
                f"{name} ran out of memory: {said}. Give a smaller memory_budget, or end other programs that use memory"
            ) from error


@contextmanager
def plain_attention() -> Iterator[None]:
    """Attention by plain operations: torch's fused ones have no second derivative, and its counter of operations doesn't know them all.

    It counts for all threads, as the precision in `evaluation` does, and is as before at the end.
    """
    with _changes.made([("attention", _plain_attention)]):
        yield


@contextmanager
def deterministic() -> Iterator[None]:
    """On a GPU, only algorithms that give the same bits in every run; for all threads, as `plain_attention`."""
    with _changes.made([("deterministic", _deterministic)]):
        yield


class _Changes:
    """Changes of things that threads share: made by the first thread that needs one, undone after the last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: dict[object, tuple[int, Undo]] = {}
        """The number of users of each change, and how to undo it."""

    @contextmanager
    def made(self, changes: Sequence[tuple[object, Callable[[], Undo]]]) -> Iterator[None]:
        """Has each change, given as its key and the function that makes it, in effect."""
        used: list[object] = []
        try:
            with self._lock:
                for key, change in changes:
                    users, undo = self._made[key] if key in self._made else (0, change())
                    self._made[key] = users + 1, undo
                    used.append(key)
            yield
        finally:
            with self._lock:
                for key in reversed(used):
                    users, undo = self._made[key]
                    self._made[key] = users - 1, undo
                    if users == 1:
                        del self._made[key]
                        undo()


_changes = _Changes()


def _evaluate(module: nn.Module) -> Undo:
    """Evaluation mode of this module alone. Weights that were made in inference mode, which autograd refuses, are replaced by copies."""
    training = module.training
    module.training = False
    replaced: list[tuple[dict[str, Any], str, Tensor]] = []
    tables: tuple[dict[str, Any], ...] = (module._parameters, module._buffers)
    for kept in tables:
        for name, tensor in kept.items():
            if tensor is not None and tensor.is_inference():
                copy = tensor.detach().clone()
                replaced.append((kept, name, tensor))
                kept[name] = copy if kept is module._buffers else nn.Parameter(copy, requires_grad=False)

    def undo() -> None:
        if training:
            module.training = True
        for kept, name, tensor in replaced:
            kept[name] = tensor

    return undo


def _freeze(parameter: nn.Parameter) -> Undo:
    trainable = parameter.requires_grad
    if trainable:
        parameter.requires_grad_(False)

    def undo() -> None:
        if trainable:
            parameter.requires_grad_(True)

    return undo


def _deterministic() -> Undo:
    before, _CUDNN.deterministic = _CUDNN.deterministic, True
    return partial(setattr, _CUDNN, "deterministic", before)


def _plain_attention() -> Undo:
    cuda: Any = torch.backends.cuda  # these switches count for CPUs, too
    fused = [(getattr(cuda, f"{kind}_sdp_enabled")(), getattr(cuda, f"enable_{kind}_sdp")) for kind in _FUSED]
    for _, enable in fused:
        enable(False)

    def undo() -> None:
        for enabled, enable in fused:
            enable(enabled)

    return undo


def _exact() -> Undo:
    """Full float32 precision in every backend, and the same convolution algorithm each time.

    torch has two interfaces for this, and refuses to read the older one after the newer one was used. So both are set, each to the same.
    """
    benchmark = torch.backends.cudnn.benchmark
    older: list[Undo] = []
    interfaces: tuple[tuple[Callable[[], Any], Callable[[Any], None]], ...] = (
        (lambda: torch.backends.cudnn.allow_tf32, partial(setattr, torch.backends.cudnn, "allow_tf32")),
        (lambda: torch.backends.cuda.matmul.allow_tf32, partial(setattr, torch.backends.cuda.matmul, "allow_tf32")),
        (torch.get_float32_matmul_precision, torch.set_float32_matmul_precision),
    )
    for read, write in interfaces:
        try:
            older.append(partial(write, read()))
        except RuntimeError:  # the newer interface was used: what the older one says no longer has an effect
            continue
    newer: list[tuple[Any, str]] = []
    for each in reversed(_PRECISIONS):  # from the most general: an operation without a precision of its own shows that
        newer.append((each, each.fp32_precision))
        each.fp32_precision = "none"
    torch.set_float32_matmul_precision("highest")
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = False
    for each in _PRECISIONS:
        each.fp32_precision = "ieee"

    def undo() -> None:
        torch.backends.cudnn.benchmark = benchmark
        for restore in older:
            restore()
        for each, precision in newer:
            each.fp32_precision = precision

    return undo
