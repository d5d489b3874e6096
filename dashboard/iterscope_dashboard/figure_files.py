"""Converts a figure from SVG, as the browser drew it, to a one-page PDF; lines stay vectors and text stays text.

Typst does this inside the process, with our typeface. It reads no other file (its root is an empty folder, and SVGs that refer to
files or addresses are refused) and makes no network request.
"""

import io
import re
import tempfile
from typing import Any
from xml.etree import ElementTree

import typst

from iterscope_views import FONT_FOLDER

MAX_BYTES = 8_000_000
PAGE = b'#set page(width: auto, height: auto, margin: 0pt)\n#image("figure.svg")'
REFERENCE = re.compile(rb"""(?:href\s*=\s*["']|url\(\s*(?:["']|&quot;)?)\s*([^"')]*)""", re.IGNORECASE)
INSIDE = (b"#", b"data:image/png")
"""Allowed references: a figure's own parts (a clip path) and embedded PNG data. Anything else would be read from outside."""


class FigureError(ValueError):
    """The figure cannot be converted to PDF; the message says why."""


def pdf_of(svg: bytes) -> bytes:
    """Convert an SVG figure to PDF.

    Raises:
        FigureError: too large, not SVG, has a filter, or refers to something outside itself.
    """
    if len(svg) > MAX_BYTES:
        raise FigureError(
            f"the figure has {len(svg)} bytes, but PDF export takes at most {MAX_BYTES}: save it as SVG instead"
        )
    if not svg.lstrip().startswith(b"<svg"):
        raise FigureError("the figure is not SVG: send a document that starts with “<svg”")
    for found in REFERENCE.finditer(svg):
        if not found[1].startswith(INSIDE):
            target = found[1][:80].decode("utf-8", "replace")
            raise FigureError(
                f"the figure refers to “{target}”, outside itself: PDF export only takes self-contained figures"
            )
    if _has_filter(svg):
        raise FigureError(
            "the figure has a filter, and each one takes seconds and hundreds of megabytes: PDF export only takes figures without filters"
        )
    files: Any = {"main.typ": PAGE, "figure.svg": svg}  # its annotation has not heard of several files
    try:
        with tempfile.TemporaryDirectory() as nowhere:
            pdf = typst.compile(files, format="pdf", root=nowhere, ignore_system_fonts=True, font_paths=[FONT_FOLDER])
    except typst.TypstError as error:
        raise FigureError(f"the figure cannot be read as SVG: {error.message}") from error
    assert isinstance(pdf, bytes)
    return pdf


def _has_filter(svg: bytes) -> bool:
    """Whether there is a filter: an element, an attribute, or a property of a style. Raises FigureError for what is not XML."""
    try:
        for _, element in ElementTree.iterparse(io.BytesIO(svg)):
            style = (element.text or "") if _local(element.tag) == "style" else element.get("style", "")
            if "filter" in (_local(element.tag), *map(_local, element.keys())) or "filter" in style:
                return True
            element.clear()
    except ElementTree.ParseError as error:
        raise FigureError(f"the figure cannot be read as SVG: {error}") from error
    return False


def _local(name: str) -> str:
    """A name without its namespace, which ElementTree puts before it in braces."""
    return name.rpartition("}")[2]
