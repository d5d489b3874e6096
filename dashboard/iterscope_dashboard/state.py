"""Converts the pages' state to a short query string, and back.

An invalid value never breaks a page: the page uses the default and shows a notice.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote_plus, urlencode

from iterscope_guard.prefix import within


@dataclass
class Query:
    """The checked values of a query string; problems are collected in `notices`."""

    values: dict[str, str]
    notices: list[str] = field(default_factory=list)

    @classmethod
    def parse(cls, search: str | None) -> "Query":
        """Read "?a=1&b=2"."""
        return cls(dict(parse_qsl((search or "").lstrip("?"), keep_blank_values=False)))

    def text(self, name: str) -> str | None:
        """The value without a check."""
        return self.values.get(name)

    def choice(self, name: str, options: Sequence[str], default: str) -> str:
        """One of `options`."""
        value = self.values.get(name)
        if value is None:
            return default
        if value not in options:
            self.notices.append(f"{name} “{value}” is not known: showing {default} instead.")
            return default
        return value

    def whole(self, name: str, low: int, high: int, default: int | None, instead: str) -> int | None:
        """A whole number from low to high; `instead` describes the fallback in the notice."""
        value = self.values.get(name)
        if value is None:
            return default
        if not re.fullmatch(r"-?\d{1,9}", value) or not low <= int(value) <= high:
            self.notices.append(f"{name} “{value}” is not a whole number from {low} to {high}: {instead}.")
            return default
        return int(value)


def link(path: str, **values: object) -> str:
    """An address of a page for the browser, behind a proxy too: empty values are left out."""
    kept = {name: str(value) for name, value in values.items() if value is not None and value != ""}
    return within(path) + ("?" + urlencode(kept, quote_via=quote_plus, safe=":@,.-") if kept else "")
