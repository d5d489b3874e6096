"""Data sets for the service itself: fingerprints of the data sets named in requests, and single images to display."""

from __future__ import annotations

import io
import threading
from collections.abc import Hashable
from pathlib import Path

import torch
from PIL import Image

from iterscope.checkpoint_images import CheckpointImages
from iterscope.datasets import Dataset, load_dataset
from iterscope.errors import DatasetError
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


def png(dataset: Dataset, split: str, index: int) -> tuple[bytes, str]:
    """An image of a split as PNG, and a tag that changes with its content. Raises a DatasetError that names the valid range."""
    chosen = dataset.split(split)
    if not 0 <= index < len(chosen):
        raise DatasetError(
            f"image {index} is out of range: {split} of {dataset.name} has images 0 to {len(chosen) - 1}"
        )
    image = chosen.select(torch.tensor([index])).images[0].permute(1, 2, 0).contiguous()  # decodes no other image
    written = io.BytesIO()
    Image.fromarray(image.numpy()).save(written, "PNG")
    return written.getvalue(), f'"{dataset.fingerprint[:16]}-{len(image)}-{split}-{index}"'
