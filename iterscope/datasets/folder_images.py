"""The decoded images of a folder: all of them in a cache on disk, or only those that are asked for.

The cache is mapped into memory, and the system may drop mapped pages at any time. Its key is made from the listing (names, sizes,
modification times), so that any changed, added or removed file is detected.
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import torch
from torch import Tensor

from iterscope.datasets.decoding import CHUNK, UnreadableImages, decode_images
from iterscope.datasets.listing import Listing
from iterscope.datasets.records import OF_FILES, Channels, drawn, luminance, middle, statistics_of
from iterscope.errors import DatasetError
from iterscope.regular_files import open_regular
from iterscope.tensor_files import TensorFileError, read_header, read_tensors, write_large_file, write_tensor_file

CACHE_VERSION = 1
HELD_BYTES = 256 * 1024**2
"""A folder whose images take more than this, decoded, isn't decoded before that is asked for."""
STATISTICS_IMAGES = 1024
"""The number of training images from which mean and standard deviation of such a folder are computed."""
DECODED_AT_ONCE = 4 * CHUNK
Progress = Callable[[float], None]
logger = logging.getLogger(__name__)


class FolderImages:
    """The images of both splits of a folder, at one size. Thread-safe."""

    def __init__(
        self, listing: Listing, image_size: int, interpolation: str, cache_folder: Path, progress: Progress | None
    ) -> None:
        self.listing, self.image_size, self.interpolation = listing, image_size, interpolation
        self._cache_folder, self._progress = cache_folder, progress
        self._files = {
            name: [path for path, _ in files]
            for name, files in (("train", listing.train), ("validation", listing.validation))
        }
        self._all: dict[str, Tensor] | None = None
        self._statistics: dict[tuple[int, bool], tuple[Channels, Channels]] = {}
        self._lock = threading.Lock()

    @property
    def bytes(self) -> int:
        """The size of all decoded images."""
        return sum(map(len, self._files.values())) * 3 * self.image_size**2

    def labels(self, split: str) -> Tensor:
        """int64 (N,)."""
        files = self.listing.train if split == "train" else self.listing.validation
        return torch.tensor([label for _, label in files])

    def some(self, split: str, positions: Tensor) -> Tensor:
        """The images at these positions of a split, uint8 (n, 3, H, W): decoded now, unless all are in the cache already."""
        if self._all is not None:
            return self._all[split][positions]
        files = self._files[split]
        return decode_images([files[at] for at in positions.tolist()], self.image_size, self.interpolation)

    def all(self) -> dict[str, Tensor]:
        """All images by split, mapped from the cache, which is written first where it is missing."""
        with self._lock:
            if self._all is None:
                self._all = self._read_cache() or self._decode()
            return self._all

    def statistics(self, size: int, *, grey: bool) -> tuple[Channels, Channels]:
        """Mean and standard deviation per channel of the middle of at most `STATISTICS_IMAGES` training images, drawn by a fixed seed."""
        if (size, grey) not in self._statistics:
            count = len(self._files["train"])
            chosen = drawn(count, STATISTICS_IMAGES, 0)
            chosen = torch.arange(count) if chosen is None else chosen
            parts = (middle(self.some("train", part), size) for part in torch.split(chosen, CHUNK))
            self._statistics[size, grey] = statistics_of(luminance(part) if grey else part for part in parts)
        return self._statistics[size, grey]

    def fingerprint(self) -> str:
        """SHA-256 over the content of all files, their labels, the class names and the size, and `OF_FILES`.

        Every file is read once, and again after a change of the folder; nothing is decoded.
        """
        listing = self.listing
        digest = hashlib.sha256("\0".join((*listing.class_names, str(self.image_size), self.interpolation)).encode())
        digest.update(self._file_digests().numpy().data)
        for split in self._files:
            digest.update(self.labels(split).numpy().data)
        return digest.hexdigest() + OF_FILES

    def _file_digests(self) -> Tensor:
        """The SHA-256 of each file, uint8 (N, 32), training images first."""
        kind = f"folder-{hashlib.sha256(str(self.listing.root).encode()).hexdigest()[:12]}-files-"
        path = self._cache_folder / f"{kind}{self.listing.fingerprint[:20]}.safetensors"
        if (known := _read(path)) is not None:
            return known["digests"]
        files = [*self._files["train"], *self._files["validation"]]
        found = torch.empty(len(files), 32, dtype=torch.uint8)

        def digest(start: int) -> None:
            for at in range(start, min(start + CHUNK, len(files))):
                found[at] = torch.frombuffer(bytearray(_digest(files[at])), dtype=torch.uint8)

        with ThreadPoolExecutor(max_workers=4) as pool:
            for done, _ in enumerate(pool.map(digest, range(0, len(files), CHUNK)), start=1):
                self._report(done * CHUNK / len(files))
        self._written(path, kind, lambda: write_tensor_file(path, {"digests": found}, self._description()))
        return found

    def _read_cache(self) -> dict[str, Tensor] | None:
        found = _read(self._cache_folder / f"{self._kind()}{self.listing.fingerprint[:20]}.safetensors")
        return found and {split: found[f"{split}_images"] for split in self._files}

    def _decode(self) -> dict[str, Tensor]:
        """All images, decoded into the cache. If there is no room for it and they fit the memory, they are decoded into that."""
        kind, size = self._kind(), self.image_size
        path = self._cache_folder / f"{kind}{self.listing.fingerprint[:20]}.safetensors"
        shapes = {f"{split}_images": (len(files), 3, size, size) for split, files in self._files.items()}
        if self._written(path, kind, lambda: write_large_file(path, shapes, self._chunks(), self._description())):
            cached = self._read_cache()
            if cached is not None:
                return cached
        if self.bytes > HELD_BYTES:
            raise DatasetError(
                f"the images of {self.listing.root} take {self.bytes / 2**30:.1f} GiB when they are decoded to {size}×{size} pixels, and "
                f"there is no room for them in {self._cache_folder}: free some space, set ITERSCOPE_HOME to a folder on a larger disk, or "
                "ask for fewer images"
            )
        parts = torch.cat(list(self._chunks()))
        border = len(self._files["train"])
        return {"train": parts[:border], "validation": parts[border:]}

    def _chunks(self) -> Iterator[Tensor]:
        """All images in parts, training images first. Raises DatasetError that names all unreadable files."""
        files = [*self._files["train"], *self._files["validation"]]
        problems: list[tuple[Path, str]] = []
        for start in range(0, len(files), DECODED_AT_ONCE):
            try:
                images = decode_images(files[start : start + DECODED_AT_ONCE], self.image_size, self.interpolation)
                if not problems:
                    yield images
            except UnreadableImages as error:  # the others are opened too, so that all problems are named at once
                problems += error.problems
            self._report((start + DECODED_AT_ONCE) / len(files))
        if problems:
            raise UnreadableImages.naming(problems, len(files))

    def _report(self, share: float) -> None:
        if self._progress is not None:
            self._progress(min(1.0, share))

    def _written(self, path: Path, kind: str, write: Callable[[], object]) -> bool:
        """Write a file of the cache and remove what it replaces. Without room for it, the data set still works, but opens slowly."""
        try:
            write()
        except TensorFileError as error:
            logger.warning("the decoded images of %s are not cached: %s", self.listing.root, error)
            return False
        for outdated in path.parent.glob(f"{kind}*.safetensors"):
            if outdated != path:
                outdated.unlink(missing_ok=True)
        return True

    def _kind(self) -> str:
        """The same for all states of a folder's content; bilinear ones are named as they always were."""
        way = "" if self.interpolation == "bilinear" else f"\0{self.interpolation}"
        place = hashlib.sha256(f"{self.listing.root}\0{self.image_size}\0{CACHE_VERSION}{way}".encode()).hexdigest()
        return f"folder-{place[:12]}-"

    def _description(self) -> dict[str, str]:
        values = {
            "root": str(self.listing.root),
            "class_names": self.listing.class_names,
            "train_size": len(self._files["train"]),
            "validation_size": len(self._files["validation"]),
        }
        return {"folder": json.dumps(values)}


def _read(path: Path) -> dict[str, Tensor] | None:
    if not path.is_file():
        return None
    try:
        read_header(path)
        return read_tensors(path, mapped=True)
    except TensorFileError as error:
        logger.warning("images are decoded again, because their cache can't be read: %s", error)
        return None


def _digest(path: Path) -> bytes:
    try:
        with open_regular(path) as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError as error:
        raise DatasetError(f"{path} can't be read: {error.strerror or error}") from error
