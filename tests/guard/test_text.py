"""Names that could steer a terminal or deceive a reader are shown escaped."""

from __future__ import annotations

import json
import unicodedata

import pytest

from iterscope_guard.text import may_hide, one_line, visible, visible_values


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2Jrun", "\\x1b[2Jrun"),
        ("\x9b31m", "\\x9b31m"),
        ("a\rb\x07\x08", "a\\x0db\\x07\\x08"),
        ("layer\u202e.1", "layer\\u202e.1"),
        ("a\u2066b\u2069\u200e\u200f\u061c", "a\\u2066b\\u2069\\u200e\\u200f\\u061c"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("Müsli, 日本語, שלום, 👩\u200d💻\n\t", "Müsli, 日本語, שלום, 👩\u200d💻\n\t"),
    ],
)
def test_what_deceives_is_escaped_and_the_rest_is_kept(text: str, shown: str) -> None:
    assert visible(text) == shown
    for ascii in (True, False):
        assert may_hide(json.dumps(text, ensure_ascii=ascii)) or visible(text) == text
    assert not may_hide(json.dumps("Müsli, 日本語", ensure_ascii=False))


def test_every_control_and_bidirectional_character_is_escaped() -> None:
    bidirectional = {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}
    for code in range(0x110000):
        character = chr(code)
        control = unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") and character not in "\n\t"
        if control or unicodedata.bidirectional(character) in bidirectional:
            assert visible(character).isascii(), hex(code)
            assert visible(character).isprintable(), hex(code)
    assert one_line("a\nb\tc") == "a\\nb\\tc"


def test_values_are_escaped_except_references() -> None:
    value = {"name": "a\u202e", "dataset": "folder:/x\u200e", "dataset\x1b": [{"tags": ["\x1b"]}, 1, None]}
    assert visible_values(value, frozenset({"dataset"})) == {
        "name": "a\\u202e",
        "dataset": "folder:/x\u200e",
        "dataset\\x1b": [{"tags": ["\\x1b"]}, 1, None],
    }
