"""Hidden states of the untouched network, kept between computations: a plan then costs only what comes after its first difference.

States are kept by batch of images, exactly as they were computed, so that what goes on from them has the same bits as without them.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field

from torch import Tensor

Span = tuple[int, int]
"""(start, stop) of a batch of images."""


@dataclass(eq=False)
class KeptStates:
    """The states of one network on one list of images: for each batch, those after 0, 1, 2, … blocks. Several threads may use it."""

    shelf: StateShelf
    batches: dict[Span, list[Tensor]] = field(default_factory=dict)
    bytes: int = 0

    def of(self, span: Span) -> list[Tensor]:
        """What is kept of a batch: the state (B, C, H, W) after each number of blocks, from 0 on. They must not be modified."""
        with self.shelf.lock:
            return list(self.batches.get(span, ()))

    def keep(self, span: Span, depth: int, state: Tensor) -> None:
        """Keep the state after `depth` blocks, if there is room for it and all before it are kept."""
        with self.shelf.lock:
            kept = self.batches.setdefault(span, [])
            size = state.numel() * state.element_size()
            if len(kept) == depth and self.shelf.make_room(size, self):
                kept.append(state.detach())
                self.bytes += size


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
