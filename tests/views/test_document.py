"""The views as package data: the typeface as CSS, and one file that holds its data."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from html.parser import HTMLParser
from typing import Any

import pytest

from iterscope_views import FOLDER, FONTS, MODULE, document, font_css

Json = dict[str, Any]
SCRIPT = MODULE.read_text("utf-8")
HELD: Json = {
    "version": "1",
    "place": "blocks?run=r1",
    "defaults": {},
    "answers": {},
    "files": {},
    "images": {},
    "items": [],
}
EVIL = '</script><script>alert(1)</script><!--<script> & {script} {title} "\u2028 \\u003c'


class Read(HTMLParser):
    """What a browser finds in a page: elements with their attributes and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs), []))

    def handle_data(self, data: str) -> None:
        if self.elements:
            self.elements[-1][2].append(data)

    def texts(self, tag: str) -> list[str]:
        return ["".join(parts).strip() for name, _, parts in self.elements if name == tag]


def test_a_file_holds_its_data_and_the_views() -> None:
    read = Read(document("A network", HELD))
    data, script = read.texts("script")
    assert json.loads(data) == HELD
    assert script == SCRIPT.strip()
    assert read.texts("title")[0] == "A network"
    kinds = [attributes for tag, attributes, _ in read.elements if tag == "script"]
    assert kinds == [{"type": "application/json", "id": "iterscope-data"}, {"type": "module"}]


@pytest.mark.parametrize("text", [EVIL, "</SCRIPT >", "<!--", "]]>", "\ud800"])
def test_no_text_ends_an_element(text: str) -> None:
    held = {**HELD, "answers": {text: {"name": text}}}
    read = Read(document(text, held))
    data, script = read.texts("script")
    assert json.loads(data) == held
    assert script == SCRIPT.strip()
    assert read.texts("title")[0] == text
    assert "\u2028" not in data  # ASCII throughout


def test_a_file_asks_nobody() -> None:
    text = document("A network", HELD)
    assert not re.findall(r"<(?:link|img|iframe|object|embed)\b", text.replace(SCRIPT, ""))
    assert set(re.findall(r'url\("([^",]*)', text.split("<script")[0])) == {"data:font/woff2;base64"}
    assert not re.findall(r"<script[^>]*\bsrc", text)


def test_the_script_can_stand_in_a_page() -> None:
    assert "</script" not in SCRIPT.lower()
    assert "<!--" not in SCRIPT
    assert not re.findall(r"\beval\(|new Function\(", SCRIPT)  # the policy allows neither
    assert not re.findall(r"(?:^|[;}\n])\s*import\b", SCRIPT)  # one module, with nothing beside it


def test_the_typeface_comes_along() -> None:
    css = font_css()
    faces = re.findall(r'font-weight: (\d+); src: url\("data:font/woff2;base64,([^"]+)"\)', css)
    assert [int(weight) for weight, _ in faces] == [400, 600, 700]
    assert [b64decode(font) for _, font in faces] == [file.read_bytes() for file in FONTS.values()]
    assert (FOLDER / "fonts" / "LICENSE.txt").read_text("utf-8").count("SIL OPEN FONT LICENSE") >= 1
