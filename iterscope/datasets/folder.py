"""Your own images: PATH/train/CLASS/*.jpg and PATH/val/CLASS/*.jpg (or validation/, or test/).

A small folder is decoded once, into a cache. The images of a large one are decoded when they are asked for.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch

from iterscope.datasets.deferred import DeferredSplit
from iterscope.datasets.folder_images import HELD_BYTES, FolderImages, Progress
from iterscope.datasets.listing import list_folder
from iterscope.datasets.records import Dataset, make_dataset
from iterscope.tensor_files import TensorFileError, read_header

logger = logging.getLogger(__name__)


def load_folder(
    path: Path,
    image_size: int,
    cache_folder: Path,
    progress: Progress | None = None,
    interpolation: str = "bilinear",
) -> Dataset:
    """Read the folder, or its cache if nothing has changed since. Raises `DatasetError` saying what is wrong with the folder."""
    listing = list_folder(path)
    if listing.passed_over is not None:
        logger.warning("%s", listing.passed_over)
    source = FolderImages(listing, image_size, interpolation, cache_folder, progress)
    name, classes = f"folder:{listing.root}", listing.class_names
    labels = {split: source.labels(split) for split in ("train", "validation")}
    if source.bytes <= HELD_BYTES:
        images = source.all()
        train, validation = ((images[split], labels[split]) for split in labels)
        return replace(make_dataset(name, classes, train, validation, "flip_crop"), passed_over=listing.passed_over)
    splits = [
        DeferredSplit(source, split, found, torch.arange(len(found)), len(classes), image_size)
        for split, found in labels.items()
    ]
    return Dataset(name, classes, splits[0], splits[1], "flip_crop", source.fingerprint(), listing.passed_over)


def cached_folders(cache_folder: Path) -> Iterator[dict[str, object]]:
    """The root, class names and sizes of every folder that was read before; damaged cache files are skipped."""
    found: dict[object, dict[str, object]] = {}
    for path in sorted(cache_folder.glob("folder-*.safetensors"), key=lambda path: path.stat().st_mtime_ns):
        try:
            description = json.loads(read_header(path).metadata["folder"])
            found[description["root"]] = {
                key: description[key] for key in ("root", "class_names", "train_size", "validation_size")
            }
        except (TensorFileError, KeyError, TypeError, ValueError):
            continue
    yield from (found[root] for root in sorted(found, key=str))
