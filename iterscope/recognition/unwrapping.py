"""Find the tensors of a file: the keys under which training programs nest them, and the prefixes that wrappers put before their names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor

NESTING_KEYS = (
    "state_dict",
    "model_state_dict",
    "model_state",
    "model",
    "net",
    "network",
    "weights",
    "params",
    "state_dict_ema",
    "model_ema",
    "ema_state_dict",
    "ema",
    "module",
)
"""The keys under which weights are looked for. The first one that exists is used; trained weights come before their moving average."""
PREFIXES = (
    "module.",
    "_orig_mod.",
    "model.",
    "net.",
    "network.",
    "backbone.",
    "encoder.",
    "resnet.",
    "ema_model.",
    "ema.",
    "student.",
)
"""The prefixes of DataParallel, torch.compile, training frameworks and custom wrappers."""
COUNTERS = ("n_averaged",)
"""Tensors that belong to wrappers, not to the network."""
MAX_DEPTH = 6


@dataclass(frozen=True, eq=False)
class Unwrapped:
    """The network's own tensors, and where they were."""

    tensors: dict[str, Tensor]
    nesting: str
    """Such as "state_dict → module."; empty if they weren't nested."""
    beside: dict[str, Any]
    """The other contents of the file: the epoch, the optimizer's state, …"""

    @property
    def epoch(self) -> int | None:
        """The epoch that the file records, if it is a plausible whole number."""
        value = self.beside.get("epoch")
        return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**6 else None


def unwrap(value: object) -> Unwrapped:
    """The tensors inside `value`, a state_dict or a training program's checkpoint with one; empty if there are none."""
    path: list[str] = []
    beside: dict[str, Any] = {}
    while isinstance(value, Mapping) and len(path) < MAX_DEPTH:
        if is_state_dict(value):
            tensors, prefixes = strip_prefixes({name: tensor for name, tensor in value.items() if keeps(name, tensor)})
            return Unwrapped(tensors, " → ".join([*path, *prefixes]), beside)
        key = next((key for key in NESTING_KEYS if isinstance(value.get(key), Mapping) and value[key]), None)
        if key is None:
            break
        beside = {**{str(name): each for name, each in value.items() if name != key}, **beside}
        path.append(key)
        value = value[key]
    return Unwrapped({}, " → ".join(path), beside)


def is_state_dict(value: Mapping[Any, Any]) -> bool:
    """Whether `value` contains tensors by name, and no more other entries than tensors."""
    tensors = sum(isinstance(name, str) and isinstance(each, Tensor) for name, each in value.items())
    return tensors > 0 and 2 * tensors >= len(value)


def keeps(name: object, value: object) -> bool:
    """Whether this is one of the network's tensors."""
    return isinstance(name, str) and isinstance(value, Tensor) and name not in COUNTERS


def strip_prefixes(tensors: Mapping[str, Tensor]) -> tuple[dict[str, Tensor], list[str]]:
    """The tensors without the wrappers' prefixes that all names begin with, and those prefixes in their order."""
    names, taken = dict(tensors), list[str]()
    while names and (prefix := next((p for p in PREFIXES if all(name.startswith(p) for name in names)), None)):
        names = {name.removeprefix(prefix): tensor for name, tensor in names.items()}
        taken.append(prefix)
    return names, taken
