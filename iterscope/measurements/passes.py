"""What several measurements of one network need, kept between them: passes over images, and hidden states."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from iterscope.kept_states import KeptStates, StateShelf

KEPT_PASSES = 64
"""Passes over a chunk of images; that of 1,024 images and 54 blocks takes 3 MB."""


LARGE_SHARE = 0.25
"""The share of all bytes that is for passes that say how large they are (`nbytes`), such as feature banks."""


class Passes:
    """The last passes over images, and hidden states, within `most` bytes. Make new ones after a network or data have changed."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.shelf = StateShelf(most - int(most * LARGE_SHARE))
        self._kept: OrderedDict[Hashable, object] = OrderedDict()

    def over(self, *images: Hashable) -> Memory:
        """The memory of one network and some images, which this names."""
        return Memory(self, images)

    def remember(self, key: Hashable, compute: Callable[[], object]) -> object:
        """What was kept under the key, or what `compute` returns, which is then kept, if there is room for it."""
        if key not in self._kept:
            self._kept[key] = compute()
        self._kept.move_to_end(key)
        found = self._kept[key]
        while len(self._kept) > KEPT_PASSES:
            self._kept.popitem(last=False)
        while (large := self._large()) and sum(large.values()) > self.most - self.shelf.most:
            del self._kept[next(iter(large))]
        return found

    def _large(self) -> dict[Hashable, int]:
        """Bytes of what says how large it is, the least recently used first."""
        sizes = {key: getattr(value, "nbytes", 0) for key, value in self._kept.items()}
        return {key: size for key, size in sizes.items() if size}

    def recall(self, key: Hashable) -> object | None:
        """What was kept under the key, or None."""
        return self._kept.get(key)

    def clear(self) -> None:
        """Keep nothing any more."""
        self._kept.clear()
        self.shelf.clear()


@dataclass(frozen=True)
class Memory:
    """Keeps passes over some images of one network, by name."""

    passes: Passes
    images: tuple[Hashable, ...]

    def remember(self, name: str, compute: Callable[[], object]) -> object:
        """What was kept under the name, or what `compute` returns, which is then kept."""
        return self.passes.remember((self.images, name), compute)

    def recall(self, name: str) -> object | None:
        """What was kept under the name, or None."""
        return self.passes.recall((self.images, name))

    def states(self, name: str) -> KeptStates:
        """The hidden states that are kept under the name."""
        return self.passes.shelf.states((self.images, name))
