"""Hidden states of the untouched network, kept between computations: a plan then costs only what comes after its first difference.

States are kept by batch of images, exactly as they were computed, so that what goes on from them has the same bits as without them.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

import torch
from torch import Tensor

from iterscope.chain import ResidualChain

Span = tuple[int, int]
"""(start, stop) of a batch of images."""


@dataclass(eq=False)
class KeptStates:
    """The states of one network on one list of images: for each batch, those after 0, 1, 2, … blocks. Several threads may use it."""

    shelf: StateShelf
    batches: dict[Span, list[Tensor]] = field(default_factory=dict)
    bytes: int = 0

    def batch(self, start: int, stop: int) -> BatchStates:
        """Those of images start … stop − 1."""
        return BatchStates(self, (start, stop))


@dataclass(frozen=True)
class BatchStates:
    """The states of one batch of images."""

    states: KeptStates
    span: Span

    def read(self) -> list[Tensor]:
        """What is kept: the state (B, C, H, W) after each number of blocks, from 0 on. They must not be modified."""
        with self.states.shelf.lock:
            return list(self.states.batches.get(self.span, ()))

    def keep(self, depth: int, state: Tensor) -> None:
        """Keep the state after `depth` blocks, if there is room for it and all before it are kept."""
        states = self.states
        with states.shelf.lock:
            kept = states.batches.setdefault(self.span, [])
            size = state.numel() * state.element_size()
            if len(kept) == depth and states.shelf.make_room(size, states):
                kept.append(state.detach())
                states.bytes += size

    def after(self, chain: ResidualChain, blocks: int, stem: Callable[[], Tensor]) -> Tensor:
        """The state after some blocks of the untouched network: a kept one, or computed from the last one that is kept, or from the
        stem's; in evaluation mode. Those on the way are kept, too."""
        known = self.read()[: blocks + 1]
        with torch.no_grad():
            h = known[-1] if known else stem()
            for depth in range(max(0, len(known) - 1), blocks):
                self.keep(depth, h)
                block = chain.block(depth)
                h = block.step(h, 1.0, prepare=block.has_preparation).next_h
        self.keep(blocks, h)
        return h


class StateShelf:
    """Kept states of several networks and lists of images, within a number of bytes; the least recently used ones are given up first."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.lock = threading.RLock()
        self._all: OrderedDict[Hashable, KeptStates] = OrderedDict()

    @property
    def bytes(self) -> int:
        """What all kept states take."""
        return sum(kept.bytes for kept in self._all.values())

    def states(self, key: Hashable) -> KeptStates:
        """Those of a network and its images, which the key names; empty if they are not known, or no longer."""
        with self.lock:
            found = self._all.setdefault(key, KeptStates(self))
            self._all.move_to_end(key)
            return found

    def make_room(self, size: int, user: KeptStates) -> bool:
        """Give up what was used least recently until `size` more bytes fit; False if they can't, or `user` has been given up itself."""
        with self.lock:
            if all(kept is not user for kept in self._all.values()):
                return False
            while self.bytes + size > self.most:
                oldest = next(iter(self._all))
                if self._all[oldest] is user:
                    return False
                self._give_up(oldest)
            return True

    def clear(self) -> None:
        """Give up everything."""
        with self.lock:
            for key in list(self._all):
                self._give_up(key)

    def _give_up(self, key: Hashable) -> None:
        kept = self._all.pop(key)
        kept.batches.clear()
        kept.bytes = 0
