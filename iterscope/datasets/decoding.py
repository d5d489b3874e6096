"""Decode image files to uint8 RGB: one file, or many with a pool of threads."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageOps
from torch import Tensor

from iterscope.errors import DatasetError

EXTENSIONS = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".ppm", ".pgm"})
CHUNK = 256
RESAMPLING = {
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "nearest": Image.Resampling.NEAREST,
}


def decode_image(path: Path, image_size: int, interpolation: str = "bilinear") -> NDArray[np.uint8]:
    """uint8 (3, image_size, image_size): shorter side resized (antialiased), then the centre cropped.

    Greyscale (16 bits too), palette and CMYK images become RGB; transparent images are placed on white; of an animation
    the first frame is used. Raises `DatasetError` naming a file that can't be decoded.
    """
    try:
        with Image.open(path) as opened:
            opened.load()
            image = _rgb(ImageOps.exif_transpose(opened))
    except Exception as error:  # Pillow's decoders raise a dozen kinds for damaged files
        raise DatasetError(
            f"{path} is not a readable image ({error}): it is damaged or truncated; replace or delete it"
        ) from error
    scale = image_size / min(image.size)
    if scale != 1:
        width, height = (max(image_size, round(extent * scale)) for extent in image.size)
        image = image.resize((width, height), RESAMPLING[interpolation])
    left, top = (image.width - image_size) // 2, (image.height - image_size) // 2
    pixels = np.asarray(image, dtype=np.uint8)[top : top + image_size, left : left + image_size]
    return np.ascontiguousarray(pixels.transpose(2, 0, 1))


def decode_images(
    paths: Sequence[Path],
    image_size: int,
    progress: Callable[[float], None] | None = None,
    interpolation: str = "bilinear",
) -> Tensor:
    """uint8 (N, 3, image_size, image_size), decoded by one thread per core, at most 16 (Pillow releases the lock)."""
    images = np.empty((len(paths), 3, image_size, image_size), dtype=np.uint8)

    def decode_chunk(start: int) -> None:
        for position in range(start, min(start + CHUNK, len(paths))):
            images[position] = decode_image(paths[position], image_size, interpolation)

    with ThreadPoolExecutor(max_workers=min(16, os.cpu_count() or 1)) as pool:
        chunks = [pool.submit(decode_chunk, start) for start in range(0, len(paths), CHUNK)]
        try:
            for done, chunk in enumerate(chunks, start=1):
                chunk.result()
                if progress is not None:
                    progress(done / len(chunks))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return torch.from_numpy(images)


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I") or image.mode == "F":  # 16 bits and more: Pillow's own conversion would clip at 255
        levels = np.asarray(image, dtype=np.float64)
        top = 65535.0 if levels.max(initial=0) > 255 else 255.0
        return Image.fromarray((levels.clip(0, top) * (255 / top)).astype(np.uint8)).convert("RGB")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        coloured = image.convert("RGBA")
        white = Image.new("RGBA", coloured.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, coloured).convert("RGB")
    return image.convert("RGB")
