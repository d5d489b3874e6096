"""Hooks on a model's modules that its chain doesn't run, because it calls the layers inside those modules.

A hook on a layer that the chain calls runs as always: weight and spectral normalisation depend on it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from torch import nn

_KINDS = ("_forward_pre_hooks", "_forward_hooks", "_backward_pre_hooks", "_backward_hooks")


def has_hooks(module: nn.Module) -> bool:
    """Whether hooks are registered on the module itself. Those with which torch.export checks its inputs change nothing."""
    hooks = [hook for kind in _KINDS for hook in (getattr(module, kind, None) or {}).values()]
    return any(not str(getattr(hook, "__module__", None)).startswith("torch.export.") for hook in hooks)


def hooked_modules(model: nn.Module) -> dict[str, nn.Module]:
    """The modules with hooks, by name; "" is the model itself."""
    return {name: module for name, module in model.named_modules() if has_hooks(module)}


@contextmanager
def counted_calls(modules: dict[str, nn.Module]) -> Iterator[Counter[str]]:
    """Counts how often each of the modules is called."""
    calls: Counter[str] = Counter()
    handles = [
        module.register_forward_pre_hook(lambda _module, _inputs, name=name: calls.update([name]), prepend=True)
        for name, module in modules.items()
    ]
    try:
        yield calls
    finally:
        for handle in handles:
            handle.remove()


def listed(names: list[str], modules: dict[str, nn.Module]) -> str:
    """Up to three module names, each with its class, for a message."""
    shown = ", ".join(f"{name or 'the network itself'} ({type(modules[name]).__name__})" for name in names[:3])
    return shown + (f" and {len(names) - 3} more" if len(names) > 3 else "")
