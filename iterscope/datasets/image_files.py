"""Opens one image file, whatever it holds: the formats that are read, and images that are too large to be decoded as they are.

Pillow's own limits aren't enough: an image of 1 × 1,000,000 pixels is small, but not any more when its shorter side is enlarged to 224.
"""

from __future__ import annotations

import struct
import threading
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, JpegImagePlugin, TiffImagePlugin, features

from iterscope.regular_files import open_regular

_AVIF = "avif" in features.get_supported()
EXTENSIONS = frozenset(
    {".jpg", ".jpeg", ".jfif", ".jpe", ".png", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".ppm", ".pgm", ".pbm", ".pnm"}
    | ({".avif"} if _AVIF else set())
)
FORMATS = ("JPEG", "PNG", "BMP", "DIB", "GIF", "WEBP", "TIFF", "PPM", *(["AVIF"] if _AVIF else []))
"""What Pillow may open, whatever a file's name is; JPEG includes MPO. Others are left out on purpose: for EPS, it starts Ghostscript."""
LARGE_PIXELS = 24_000_000
"""Larger images are made smaller as early as possible, and decoded one at a time."""
LARGEST_BYTES = 400_000_000
"""The most memory that decoding one image may take."""
RESIZED_PIXELS = 16_000_000
"""The most pixels of an image after its shorter side has been resized; of longer ones, only the middle is resized."""
_BYTES_PER_PIXEL = {
    "1": 2, "L": 1, "P": 5, "I;16": 5, "I;16B": 5, "I;16L": 5, "I": 8, "F": 8, "RGBA": 8, "LA": 8, "RGBa": 8, "La": 8, "PA": 12,
}  # fmt: skip
"""While a large image is decoded and made smaller, as measured; 4 for all other modes."""
_TRANSPARENT_BYTES = 8
"""More for an image with a transparent colour, which is copied with an alpha channel."""
_WHOLE_IMAGE_FORMATS = {"WEBP": 16, "AVIF": 16}
"""Bytes per pixel of formats whose decoders hold the image several times."""
_ROW_COPIES = 2
"""How many more rows a decoder holds: much, where an image has a single row."""
_ROW_BYTES = 10
"""What Pillow keeps for each row besides its pixels: much, where a row has a single pixel."""
_JPEG_COEFFICIENTS = 6
"""Bytes per pixel of a JPEG whose scans each describe the whole image, such as a progressive one."""
_SEARCHED_BYTES = 16 * 1024 * 1024
"""How far into a JPEG its first scan is looked for."""
_TIFF_YCBCR = 6
_BAND = 256
"""Rows that are converted together."""
_large = threading.Lock()


class TooLarge(Exception):
    """The image would take too much memory; the message says its size and the limit."""


def open_rgb(path: Path, image_size: int) -> Image.Image:
    """The image as RGB, upright, large enough for a square of `image_size` pixels from its middle.

    Images of up to `LARGE_PIXELS` keep all their pixels, unless they are many times longer than wide.

    Raises:
        TooLarge: see above.
        Exception: whatever Pillow raises for a file that isn't an image, or is damaged.
    """
    try:
        with open_regular(path) as file, Image.open(file, formats=FORMATS) as opened:
            _check_size(opened, file)
            if opened.width * opened.height <= LARGE_PIXELS:
                return _decoded(opened, image_size)
            with _large:
                return _decoded(opened, image_size)
    except Image.DecompressionBombError as error:
        raise TooLarge(f"it has more than {2 * (Image.MAX_IMAGE_PIXELS or 0):,} pixels") from error


def _check_size(opened: Image.Image, file: BinaryIO) -> None:
    """Raises TooLarge by the header alone, before any pixel is decoded."""
    each = _BYTES_PER_PIXEL.get(opened.mode, 4)
    if "transparency" in opened.info:
        each += _TRANSPARENT_BYTES
    if opened.format in _WHOLE_IMAGE_FORMATS:
        each = _WHOLE_IMAGE_FORMATS[opened.format]
    elif opened.format in ("JPEG", "MPO") and opened.width * opened.height > LARGE_PIXELS:
        # One scan is made smaller while it is decoded; of several, the decoder holds all coefficients.
        each = _JPEG_COEFFICIENTS if _has_several_scans(file) else 0
    _check_bytes(opened, each, *(_piece_of(opened, file) if isinstance(opened, TiffImagePlugin.TiffImageFile) else ()))


def _check_bytes(image: Image.Image, each: int, piece: int = 0, kind: str = "") -> None:
    """Raises TooLarge if decoding takes too much at so many bytes per pixel, and for a piece that the decoder holds."""
    taken = (image.width * each + _ROW_BYTES) * (image.height + _ROW_COPIES) + piece
    if taken > LARGEST_BYTES:
        raise TooLarge(
            f"decoding its {image.width:,} × {image.height:,} pixels{kind} takes about {taken / 1e6:,.0f} MB, and an image may take "
            f"{LARGEST_BYTES / 1e6:.0f} MB"
        )


def _piece_of(image: TiffImagePlugin.TiffImageFile, file: BinaryIO) -> tuple[int, str]:
    """The bytes of a tile or strip of a TIFF, which is decoded as a whole, and its size in words. A tile may be larger than its image."""

    def tag(number: int, default: int) -> int:
        value = image.tag_v2.get(number, default)
        numbers = value if isinstance(value, tuple) else (value,)
        return max((each for each in numbers if isinstance(each, int)), default=default)

    if tag(TiffImagePlugin.COMPRESSION, 1) == 1:  # rows are read as they lie in the file
        return 0, ""
    bits = tag(TiffImagePlugin.SAMPLESPERPIXEL, 1) * tag(TiffImagePlugin.BITSPERSAMPLE, 1)
    if tag(TiffImagePlugin.PHOTOMETRIC_INTERPRETATION, 0) == _TIFF_YCBCR:
        bits = max(bits, 32)  # it becomes RGBA
    sizes = {TiffImagePlugin.TILEWIDTH, TiffImagePlugin.TILELENGTH}
    if not sizes & _tags_in(file) <= image.tag_v2.keys():
        raise TooLarge("the size of its tiles is not written as a whole number")
    if sizes & image.tag_v2.keys():
        width, height = tag(TiffImagePlugin.TILEWIDTH, image.width), tag(TiffImagePlugin.TILELENGTH, image.height)
        return width * height * bits // 8, f" in tiles of {width:,} × {height:,}"
    rows = min(image.height, tag(TiffImagePlugin.ROWSPERSTRIP, image.height))  # longer strips end with the image
    return image.width * rows * bits // 8, f" in strips of {rows:,} rows"


def _tags_in(file: BinaryIO) -> set[int]:
    """The numbers of all tags of the first picture in a TIFF: Pillow leaves out those of types that only its decoder knows."""
    place = file.tell()
    try:
        file.seek(0)
        start = file.read(16)
        order = "<" if start.startswith(b"II") else ">"
        big = start[2:4] in (b"+\0", b"\0+")
        (offset,) = struct.unpack_from(f"{order}Q", start, 8) if big else struct.unpack_from(f"{order}I", start, 4)
        file.seek(offset)
        count, each = (8, 20) if big else (2, 12)
        (entries,) = struct.unpack(f"{order}{'Q' if big else 'H'}", file.read(count))
        listed = file.read(each * min(entries, 1 << 16))
        return {struct.unpack_from(f"{order}H", listed, at)[0] for at in range(0, len(listed) - 1, each)}
    finally:
        file.seek(place)


def _has_several_scans(file: BinaryIO) -> bool:
    """Whether a JPEG's markers say so: a progressive frame, or a first scan that lacks one of the frame's components."""
    place = file.tell()
    file.seek(0)
    content = file.read(_SEARCHED_BYTES)
    file.seek(place)
    at, components = 2, 0
    while at + 10 <= len(content):
        if content[at] != 0xFF or content[at + 1] in (0xFF, 0x00, 0x01):
            at += 1
            continue
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            if marker not in (0xC0, 0xC1):
                return True
            components = content[at + 9]
        elif marker == 0xDA:
            return content[at + 4] < components
        at += 2 + length
    return True


def _decoded(opened: Image.Image, image_size: int) -> Image.Image:
    if opened.width * opened.height > LARGE_PIXELS and isinstance(opened, JpegImagePlugin.JpegImageFile):
        opened.draft(
            None, (2 * image_size, 2 * image_size)
        )  # decoded at 1/2, 1/4 or 1/8 of its size, if that is enough
        _check_bytes(opened, 4)
    opened.load()
    return _rgb(_upright(_smaller(_middle(opened, image_size), image_size)))


def _middle(image: Image.Image, image_size: int) -> Image.Image:
    """The image, or the middle of one that is so long that enlarging its shorter side would take too much memory."""
    shorter, longer = sorted(image.size)
    if image_size * image_size * (longer / shorter) <= RESIZED_PIXELS:
        return image
    kept = 3 * shorter + (longer - 3 * shorter) % 2  # the same middle, also of an odd number of pixels
    margin = (longer - kept) // 2
    box = (margin, 0, margin + kept, shorter) if image.width == longer else (0, margin, shorter, margin + kept)
    return _like(image.crop(box), image)


def _smaller(image: Image.Image, image_size: int) -> Image.Image:
    """A large image reduced by a whole factor, so that it still has at least twice the pixels that are needed on each side."""
    factor = min(image.size) // (2 * image_size)
    if image.width * image.height <= LARGE_PIXELS or factor < 2:
        return image
    if _is_deep(image):
        levels = _eight_bits(image, step=factor)
        return _like(Image.fromarray(levels), image)
    if image.mode in ("1", "P", "PA") or "transparency" in image.info:
        # Colours can be averaged, the numbers of a palette can't.
        image = image.convert(
            "RGBA" if image.mode == "PA" or "transparency" in image.info else "RGB" if image.mode == "P" else "L"
        )
    return image.reduce(factor)


def _like(image: Image.Image, original: Image.Image) -> Image.Image:
    """The image with the original's description: its rotation, and the format that says which level is white."""
    image.info, image.format = dict(original.info), original.format
    return image


def _upright(image: Image.Image) -> Image.Image:
    """The image turned as its EXIF data say; as it is where they can't be read."""
    with suppress(Exception):  # a damaged description of an undamaged image: Pillow's reader raises a dozen kinds
        ImageOps.exif_transpose(image, in_place=True)
    return image


def _is_deep(image: Image.Image) -> bool:
    """Whether it has more than eight bits per pixel and channel."""
    return image.mode.startswith("I") or image.mode == "F"


def _rgb(image: Image.Image) -> Image.Image:
    if _is_deep(image):  # Pillow's own conversion would clip at 255
        return Image.fromarray(_eight_bits(image)).convert("RGB")
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        if image.mode == "La":
            image = image.convert("LA")
        coloured = image if image.mode == "RGBA" else image.convert("RGBA")
        white = Image.new("RGBA", coloured.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, coloured).convert("RGB")
    return image if image.mode == "RGB" else image.convert("RGB")


def _eight_bits(image: Image.Image, step: int = 1) -> NDArray[np.uint8]:
    """Grey levels scaled from the range of their type; of every `step`-th row and column."""
    levels = np.asarray(image)[::step, ::step]
    top = _top(image, levels)
    found = np.empty(levels.shape, dtype=np.uint8)
    for start in range(0, len(levels), _BAND):
        band = levels[start : start + _BAND].astype(np.float64)
        found[start : start + _BAND] = (np.nan_to_num(band).clip(0, top) * (255 / top)).astype(np.uint8)
    return found


def _top(image: Image.Image, levels: NDArray[np.generic]) -> float:
    """The level that is white: 65535 of 16 bits. Wider types don't say, so it is the least usual range that holds all levels."""
    if image.mode.startswith("I;16"):
        return 65535.0
    most = float(np.nan_to_num(levels.max(initial=0)))
    if image.mode == "F" and most <= 1:
        return 1.0
    if image.mode == "I" and image.format in ("PNG", "PPM"):
        return 65535.0
    return next((top for top in (255.0, 65535.0, 2147483647.0) if most <= top), max(most, 1.0))
