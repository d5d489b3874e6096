"""Names from files and requests, shown so that they can neither steer a terminal nor deceive a reader."""

from __future__ import annotations

import re
from typing import Any

_HIDDEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters except tab and newline; terminal escapes begin with one
    "\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # bidirectional marks, invisible characters
    "\U000e0000-\U000e007f"  # invisible copies of ASCII
    "\ud800-\udfff"  # halves of surrogate pairs, which no encoding can write
)
_HIDDEN_CHARACTER = re.compile(f"[{_HIDDEN}]")
_PERHAPS_HIDDEN = re.compile(rf"\\|[{_HIDDEN}]")


def visible(text: str) -> str:
    r"""The text with every control, bidirectional and invisible character written as an escape, such as \x1b or \u202e.

    Tabs, newlines and the joiners that scripts and emoji need (U+200C, U+200D) stay as they are.
    """
    return _HIDDEN_CHARACTER.sub(_escape, text)


def one_line(text: str) -> str:
    r"""`visible`, with newlines and tabs escaped too: for a name, which takes one line."""
    return visible(text).replace("\n", "\\n").replace("\t", "\\t")


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def may_hide(json_text: str) -> bool:
    """Whether a JSON document may hold a character that `visible` escapes: in JSON, control characters begin with a backslash."""
    if json_text.isascii():  # megabytes of numbers
        return "\\" in json_text or "\x7f" in json_text
    return _PERHAPS_HIDDEN.search(json_text) is not None


def visible_values(value: Any, leave: frozenset[str] = frozenset()) -> Any:
    """A JSON value with `visible` applied to every text in it, except under the keys in `leave`, which hold references or lists of them."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, list):
        return [visible_values(entry, leave) for entry in value]
    if isinstance(value, dict):
        return {
            visible(key): entry if key in leave and _is_reference(entry) else visible_values(entry, leave)
            for key, entry in value.items()
        }
    return value


def _is_reference(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(entry, str) for entry in value))
