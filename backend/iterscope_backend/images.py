"""Data sets for the service itself: fingerprints of the data sets named in requests, and images to display."""

from __future__ import annotations

import threading
import time
from collections.abc import Hashable
from pathlib import Path

from iterscope.checkpoint_images import CheckpointImages
from iterscope.datasets import Dataset, load_dataset
from iterscope.datasets.registry import dataset_state
from iterscope_backend.workers.cache import KEPT_DATASETS, LeastRecentlyUsed

LISTING_SHARE = 10
"""A folder is listed again after ten times as long as its listing took."""


class DatasetShelf:
    """The most recently used data sets. Thread-safe; each is read once, and a folder again after a change."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._kept: LeastRecentlyUsed[Hashable, Dataset] = LeastRecentlyUsed(KEPT_DATASETS)
        self._lock = threading.Lock()
        self._listed: dict[str, tuple[str, float]] = {}
        """The state of each folder, and until when it holds."""

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
        """`dataset_state`, which takes seconds for a million files: then it is asked for less often."""
        state, until = self._listed.get(name, ("", 0.0))
        if (began := time.monotonic()) >= until:
            state = dataset_state(name)
            ended = time.monotonic()
            self._listed[name] = state, ended + LISTING_SHARE * (ended - began)
        return state
