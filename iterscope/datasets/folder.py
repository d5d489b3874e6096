"""Your own images: PATH/train/CLASS/*.jpg and PATH/val/CLASS/*.jpg (or validation/, or test/).

Images are decoded once: the uint8 arrays are cached under a key made from the listing (names, sizes, modification times),
so that any changed, added or removed file is detected.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from iterscope.datasets.decoding import EXTENSIONS, decode_images
from iterscope.datasets.records import Dataset, make_dataset
from iterscope.errors import DatasetError
from iterscope.tensor_files import TensorFileError, read_header, read_tensors, write_tensor_file

VALIDATION_FOLDERS = ("val", "validation", "test")
CACHE_VERSION = 1
LAYOUT = "expected PATH/train/CLASS/image.jpg and PATH/val/CLASS/image.jpg (or validation/, or test/)"
Progress = Callable[[float], None]
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Listing:
    """The image files of one folder, in a fixed order."""

    root: Path
    class_names: tuple[str, ...]
    train: tuple[tuple[Path, int], ...]
    """(file, label) for every image."""
    validation: tuple[tuple[Path, int], ...]
    fingerprint: str
    """SHA-256 (hex) over every file's name, size and modification time."""


def load_folder(
    path: Path,
    image_size: int,
    cache_folder: Path,
    progress: Progress | None = None,
    interpolation: str = "bilinear",
) -> Dataset:
    """Read the folder, or its cache if nothing has changed since. Raises `DatasetError` saying what is wrong with the folder."""
    listing = list_folder(path)
    kind = _cache_prefix(listing, image_size, interpolation)
    cache = cache_folder / f"{kind}{listing.fingerprint[:20]}.safetensors"
    tensors = _read_cache(cache)
    if tensors is None:
        tensors = _decode(listing, image_size, progress, interpolation)
        _write_cache(listing, cache, kind, tensors)
        tensors = _read_cache(cache) or tensors  # gives the memory back
    return make_dataset(
        f"folder:{listing.root}",
        listing.class_names,
        (tensors["train_images"], tensors["train_labels"]),
        (tensors["validation_images"], tensors["validation_labels"]),
        "flip_crop",
    )


def list_folder(path: Path) -> Listing:
    """Find the splits, classes and images of a folder without opening an image."""
    root = path.expanduser().resolve()
    if not root.is_dir():
        raise DatasetError(f"folder {root} {'is a file' if root.exists() else 'does not exist'}: {LAYOUT}")
    train_folder = root / "train"
    validation_folder = next((root / name for name in VALIDATION_FOLDERS if (root / name).is_dir()), None)
    if not train_folder.is_dir():
        raise DatasetError(f"{root} has no folder named train: {LAYOUT}")
    if validation_folder is None:
        raise DatasetError(f"{root} has no folder named val, validation or test: {LAYOUT}")
    class_names = _class_names(train_folder)
    if len(class_names) < 2:
        found = f"only one class, {class_names[0]!r}" if class_names else "no classes"
        raise DatasetError(
            f"{train_folder} has {found}: a classifier needs at least two folders of images, one per class"
        )
    if (others := _class_names(validation_folder)) != class_names:
        missing, extra = sorted(set(class_names) - set(others)), sorted(set(others) - set(class_names))
        raise DatasetError(
            f"the classes of {train_folder} and {validation_folder} differ: "
            f"the latter lacks {missing or 'none'} and adds {extra or 'none'}; both need the same class folders"
        )
    digest = hashlib.sha256("\0".join(class_names).encode())
    splits = [tuple(_images(folder, class_names, digest)) for folder in (train_folder, validation_folder)]
    return Listing(root, class_names, splits[0], splits[1], digest.hexdigest())


def cached_folders(cache_folder: Path) -> Iterator[dict[str, object]]:
    """The root, class names and sizes of every folder in the cache; damaged cache files are skipped."""
    for path in sorted(cache_folder.glob("folder-*.safetensors")):
        try:
            description = json.loads(read_header(path).metadata["folder"])
            yield {key: description[key] for key in ("root", "class_names", "train_size", "validation_size")}
        except (TensorFileError, KeyError, TypeError, ValueError):
            continue


def _class_names(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(entry.name for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith(".")))


def _images(folder: Path, class_names: tuple[str, ...], digest: hashlib._Hash) -> Iterator[tuple[Path, int]]:
    for label, name in enumerate(class_names):
        found = sorted(_image_files(folder / name))
        if not found:
            raise DatasetError(
                f"class folder {folder / name} contains no images ({', '.join(sorted(EXTENSIONS))}): "
                "add images or remove the class from both splits"
            )
        for path, size, modified in found:
            digest.update(f"{Path(path).relative_to(folder.parent)}\0{size}\0{modified}\0".encode("utf-8", "replace"))
            yield Path(path), label


def _image_files(folder: Path) -> Iterator[tuple[str, int, int]]:
    """(path, bytes, modification time in ns) of every image below `folder`."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir():
                yield from _image_files(Path(entry.path))
            elif Path(entry.name).suffix.lower() in EXTENSIONS:
                state = entry.stat()
                yield entry.path, state.st_size, state.st_mtime_ns


def _decode(listing: Listing, image_size: int, progress: Progress | None, interpolation: str) -> dict[str, Tensor]:
    files = [path for path, _ in (*listing.train, *listing.validation)]
    images = decode_images(files, image_size, progress, interpolation)
    border = len(listing.train)
    return {
        "train_images": images[:border],
        "train_labels": torch.tensor([label for _, label in listing.train]),
        "validation_images": images[border:],
        "validation_labels": torch.tensor([label for _, label in listing.validation]),
    }


def _cache_prefix(listing: Listing, image_size: int, interpolation: str) -> str:
    """The same for all states of a folder's content; bilinear ones are named as they always were."""
    way = "" if interpolation == "bilinear" else f"\0{interpolation}"
    place = hashlib.sha256(f"{listing.root}\0{image_size}\0{CACHE_VERSION}{way}".encode()).hexdigest()
    return f"folder-{place[:12]}-"


def _read_cache(path: Path) -> dict[str, Tensor] | None:
    if not path.is_file():
        return None
    try:
        read_header(path)
        return read_tensors(path, mapped=True)
    except TensorFileError as error:
        logger.warning("images are decoded again, because their cache can't be read: %s", error)
        return None


def _write_cache(listing: Listing, path: Path, kind: str, tensors: dict[str, Tensor]) -> None:
    """Cache the decoded images. If there is no space for them, the data set still works but is slower to open next time."""
    description = {
        "root": str(listing.root),
        "class_names": listing.class_names,
        "train_size": len(listing.train),
        "validation_size": len(listing.validation),
    }
    try:
        write_tensor_file(path, tensors, {"folder": json.dumps(description)})
    except TensorFileError as error:
        logger.warning("the decoded images of %s are not cached: %s", listing.root, error)
        return
    for outdated in path.parent.glob(f"{kind}*.safetensors"):
        if outdated != path:
            outdated.unlink(missing_ok=True)
