"""Decode image files to uint8 RGB: one file, or many with a pool of threads."""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError
from torch import Tensor

from iterscope.datasets.image_files import TooLarge, open_rgb
from iterscope.errors import DatasetError

CHUNK = 256
"""Images that belong together in a pass over all of them."""
LISTED_FILES = 20
"""The most files that a message names."""
RESAMPLING = {
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "nearest": Image.Resampling.NEAREST,
}


class UnreadableImages(DatasetError):
    """Files can't be decoded; the message names up to `LISTED_FILES` of them, each with the reason."""

    problems: Sequence[tuple[Path, str]] = ()
    """Each file and the reason."""

    @classmethod
    def naming(cls, problems: Sequence[tuple[Path, str]], opened: int) -> UnreadableImages:
        """The error for these files of `opened` that were tried."""
        sentences = [f"{path} {reason}" for path, reason in sorted(problems)[:LISTED_FILES]]
        if (more := len(problems) - LISTED_FILES) > 0:
            sentences.append(f"and {more} more")
        count = f"{len(problems)} of {opened} images can't be used: " if len(problems) > 1 else ""
        error = cls(count + "; ".join(sentences))
        error.problems = sorted(problems)
        return error


class _Unreadable(Exception):
    """A file can't be decoded; the message says why and what to do about it."""


def decode_image(path: Path, image_size: int, interpolation: str = "bilinear") -> NDArray[np.uint8]:
    """uint8 (3, image_size, image_size): shorter side resized (antialiased), then the centre cropped.

    Greyscale (16 bits too), palette and CMYK images become RGB; transparent images are placed on white; of an animation
    the first frame is used. Raises `DatasetError` naming a file that can't be decoded.
    """
    with _without_warnings:
        try:
            return _decoded(path, image_size, interpolation)
        except _Unreadable as error:
            raise DatasetError(f"{path} {error}") from error


def decode_images(paths: Sequence[Path], image_size: int, interpolation: str = "bilinear") -> Tensor:
    """uint8 (N, 3, image_size, image_size), decoded by one thread per core, at most 16 (Pillow releases the lock).

    Raises UnreadableImages, a DatasetError that names all files that can't be decoded, each with the reason.
    """
    images = np.empty((len(paths), 3, image_size, image_size), dtype=np.uint8)

    def decode_every(start: int) -> list[tuple[Path, str]]:
        problems = []
        for position in range(start, len(paths), threads):
            try:
                images[position] = _decoded(paths[position], image_size, interpolation)
            except _Unreadable as error:
                problems.append((paths[position], str(error)))
        return problems

    threads = min(16, os.cpu_count() or 1)
    with _without_warnings, ThreadPoolExecutor(max_workers=threads) as pool:
        problems = [problem for found in pool.map(decode_every, range(threads)) for problem in found]
    if problems:
        raise UnreadableImages.naming(problems, len(paths))
    return torch.from_numpy(images)


def _decoded(path: Path, image_size: int, interpolation: str) -> NDArray[np.uint8]:
    try:
        image = open_rgb(path, image_size)
    except TooLarge as error:
        raise _Unreadable(f"is too large to be decoded ({error}): make it smaller or delete it") from error
    except Exception as error:  # Pillow's decoders raise a dozen kinds for damaged files
        if isinstance(error, OSError) and error.errno is not None:
            raise _Unreadable(f"can't be opened ({error.strerror}): make it readable or delete it") from error
        reason = "it is empty" if _is_empty(path) else _in_words(error, path)
        raise _Unreadable(
            f"is not a readable image ({reason}): it is damaged or truncated; replace or delete it"
        ) from error
    scale = image_size / min(image.size)
    if scale != 1:
        width, height = (max(image_size, round(extent * scale)) for extent in image.size)
        image = image.resize((width, height), RESAMPLING[interpolation])
    left, top = (image.width - image_size) // 2, (image.height - image_size) // 2
    pixels = np.asarray(image, dtype=np.uint8)[top : top + image_size, left : left + image_size]
    return np.ascontiguousarray(pixels.transpose(2, 0, 1))


def _is_empty(path: Path) -> bool:
    try:
        return path.stat().st_size == 0
    except OSError:
        return False


def _in_words(error: Exception, path: Path) -> str:
    """The error's message without the path, which is named already."""
    if isinstance(error, UnidentifiedImageError):
        return "it holds no image of a known format"
    return str(error).replace(f"{str(path)!r}", "it") or type(error).__name__


class _WithoutWarnings:
    """Without Pillow's warnings: about damaged descriptions of images, and large images, for which `open_rgb` has limits of its own.

    Python's filters are those of the whole process, so the first thread to begin sets them and the last to end restores them.
    """

    def __init__(self) -> None:
        self._lock, self._inside = threading.Lock(), 0
        self._kept = warnings.catch_warnings()

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._kept = warnings.catch_warnings()
                self._kept.__enter__()
                warnings.filterwarnings("ignore", module=r"PIL\.")
                warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            self._inside += 1

    def __exit__(self, *error: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                self._kept.__exit__(None, None, None)


_without_warnings = _WithoutWarnings()
