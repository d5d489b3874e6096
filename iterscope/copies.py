"""Copies of networks."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import TypeVar

from torch import Tensor, nn

Network = TypeVar("Network", bound=nn.Module)


def copy_of(network: Network) -> Network:
    """A copy with its own tensors, also of a network that is being trained.

    Its modules may keep tensors of their last forward pass, as weight normalisation keeps the weight. Python's own copy refuses those,
    because their gradient belongs to the original; here they are copied without it.
    """
    computed = (each for module in network.modules() for each in _tensors(vars(module)) if not each.is_leaf)
    return copy.deepcopy(network, {id(each): each.detach().clone() for each in computed})


def _tensors(values: object) -> Iterator[Tensor]:
    """The tensors in nested dictionaries and lists."""
    waiting, seen = [values], set[int]()
    while waiting:
        value = waiting.pop()
        if isinstance(value, Tensor):
            yield value
        elif isinstance(value, dict | list | tuple) and id(value) not in seen:
            seen.add(id(value))
            waiting += value.values() if isinstance(value, dict) else value
