"""Data sets for the service itself: fingerprints of the data sets named in requests, and images to display."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Hashable
from pathlib import Path

from iterscope.checkpoint_images import CheckpointImages
from iterscope.datasets import Dataset, load_dataset
from iterscope.datasets.registry import dataset_state
from iterscope.errors import DatasetError
from iterscope_backend.workers.cache import KEPT_DATASETS, LeastRecentlyUsed

LISTING_SHARE = 10
"""A folder is listed again after ten times as long as its listing took."""
QUICK = 0.1
"""Seconds. No question waits for a listing that takes longer: 60,000 files take seconds."""


class DatasetShelf:
    """The most recently used data sets. Thread-safe; each is read once, and a folder again after a change."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._kept: LeastRecentlyUsed[Hashable, Dataset] = LeastRecentlyUsed(KEPT_DATASETS)
        self._lock = threading.Lock()
        self._listed: dict[str, tuple[str, float, float]] = {}
        """The state of each folder, until when it holds, and how many seconds the listing took."""

    def get(self, name: str, image_size: int) -> Dataset:
        """Raises DatasetError if there is no such data set."""
        with self._lock:
            return self._kept.get(
                (name, self._state(name), image_size),
                lambda: load_dataset(name, home=self._home, image_size=image_size),
            )

    def of_checkpoint(self, images: CheckpointImages, named: str | None) -> Dataset:
        """The images as a checkpoint's network reads them; raises what `CheckpointImages.load` raises."""
        with self._lock:
            state = self._state(images.name(named))
            return self._kept.get((images, named, state), lambda: images.load(named, home=self._home))

    def _state(self, name: str) -> str:
        """`dataset_state`, as it is now or, of a large folder, as it was a moment ago."""
        state, until, took = self._listed.get(name, ("", 0.0, 0.0))
        if time.monotonic() < until:
            return state
        if took <= QUICK:
            return self._list(name)
        self._listed[name] = state, math.inf, took  # one thread is enough
        threading.Thread(target=self._list_later, args=(name,), name="listing a folder", daemon=True).start()
        return state

    def _list(self, name: str) -> str:
        began = time.monotonic()
        state = dataset_state(name)
        ended = time.monotonic()
        self._listed[name] = state, ended + LISTING_SHARE * (ended - began), ended - began
        return state

    def _list_later(self, name: str) -> None:
        try:
            self._list(name)
        except DatasetError:  # the next question lists the folder, and tells its reader
            self._listed.pop(name, None)
