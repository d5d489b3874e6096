"""Data sets for the service itself: fingerprints of the data sets named in requests, and images to display."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from pathlib import Path

from iterscope.checkpoint_images import CheckpointImages
from iterscope.datasets import Dataset, load_dataset
from iterscope_backend.workers.cache import KEPT_DATASETS, LeastRecentlyUsed


class DatasetShelf:
    """The most recently used data sets. Thread-safe; each is read only once."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._kept: LeastRecentlyUsed[Hashable, Dataset] = LeastRecentlyUsed(KEPT_DATASETS)
        self._lock = threading.Lock()

    def get(self, name: str, image_size: int) -> Dataset:
        """Raises DatasetError if there is no such data set."""
        with self._lock:
            return self._kept.get(
                (name, image_size), lambda: load_dataset(name, home=self._home, image_size=image_size)
            )

    def of_checkpoint(self, images: CheckpointImages, named: str | None) -> Dataset:
        """The images as a checkpoint's network reads them; raises what `CheckpointImages.load` raises."""
        with self._lock:
            return self._kept.get((images, named), lambda: images.load(named, home=self._home))
