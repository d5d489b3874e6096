"""The interactive views as package data: one ES module with its custom elements, and what makes them a component of Dash."""

import html
import json
import re
from base64 import b64encode
from importlib.metadata import version
from pathlib import Path
from typing import Any

__version__ = version("iterscope")

FOLDER = Path(__file__).parent
MODULE = FOLDER / "views.js"
FONT_FOLDER = FOLDER / "fonts"
FONTS = {file.name: file for file in sorted(FONT_FOLDER.glob("*.woff2"))}
"""The typeface Inter, by weight: inter-400.woff2, …"""

_js_dist: list[dict[str, Any]] = [{"relative_package_path": "register.js", "namespace": "iterscope_views"}]
"""Read by Dash: https://dash.plotly.com/external-resources. The page brings the module itself, before all scripts of Dash's list."""


def font_css() -> str:
    """CSS that brings the typeface along, for pages that have no server."""
    return "\n".join(
        f'@font-face {{ font-family: Inter; font-weight: {name[6:9]}; src: url("data:font/woff2;base64,'
        f'{b64encode(file.read_bytes()).decode()}") format("woff2"); }}'
        for name, file in FONTS.items()
    )


def document(title: str, held: dict[str, Any]) -> str:
    """One HTML file that shows the views with the data that it holds, and asks nobody for anything.

    `held`: version, place, defaults, answers, files, images and items, as views/src/sources/embedded.ts reads them.
    """
    parts = {
        "title": html.escape(title),
        "font": font_css(),
        # nothing in it ends the script element
        "data": json.dumps(held, separators=(",", ":")).replace("<", "\\u003c"),
        "script": MODULE.read_text("utf-8"),
    }
    template = (FOLDER / "document.html").read_text("utf-8")
    return re.sub(r"\{(title|font|data|script)\}", lambda found: parts[found[1]], template)
