"""A figure as the browser drew it, SVG, turned into a PDF of one page: lines stay lines, text stays text.

Typst does it inside this process, with the fonts that it brings. It reads nothing else: no file (its root is an empty folder, and
SVGs that refer to files or addresses are refused), and no network.
"""

import re
import tempfile
from typing import Any

import typst

FONT = "Libertinus Serif"
"""What figures that become PDFs are set in (1_export.js): Typst brings it, and it has every sign that we use."""
MAX_BYTES = 8_000_000
PAGE = b'#set page(width: auto, height: auto, margin: 0pt)\n#image("figure.svg")'
REFERENCE = re.compile(rb"""(?:href\s*=\s*["']|url\(\s*(?:["']|&quot;)?)\s*([^"')]*)""", re.IGNORECASE)
INSIDE = (b"#", b"data:image/png")
"""A figure refers to its own parts (a clip path) and holds its maps as pictures; anything else would be read from outside."""


class FigureError(ValueError):
    """This is no figure that can become a PDF; the message says why."""


def pdf_of(svg: bytes) -> bytes:
    """The PDF.

    Raises:
        FigureError: too large, no SVG, or one that refers to something outside itself.
    """
    if len(svg) > MAX_BYTES:
        raise FigureError(
            f"the figure has {len(svg)} bytes: at most {MAX_BYTES} can become a PDF; save it as SVG instead"
        )
    if not svg.lstrip().startswith(b"<svg"):
        raise FigureError("the figure is not SVG: send what starts with “<svg”")
    for found in REFERENCE.finditer(svg):
        if not found[1].startswith(INSIDE):
            target = found[1][:80].decode("utf-8", "replace")
            raise FigureError(f"the figure refers to “{target}”, outside itself: only what it draws can become a PDF")
    files: Any = {"main.typ": PAGE, "figure.svg": svg}  # its annotation has not heard of several files
    try:
        with tempfile.TemporaryDirectory() as nowhere:
            pdf = typst.compile(files, format="pdf", root=nowhere, ignore_system_fonts=True)
    except typst.TypstError as error:
        raise FigureError(f"the figure cannot be read as SVG: {error.message}") from error
    assert isinstance(pdf, bytes)
    return pdf
