"""The pages' state as a short query string, and back.

A bad value never breaks a page: it falls back to the default and leaves a notice.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode

from dashboard.model import Block

UNROLL = re.compile(r"^(-?\d+)x(\d+)@(auto|[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)$")
MAX_STEPS = 200


@dataclass
class Query:
    """Values of a query string, each read once and checked; what was wrong collects in `notices`."""

    values: dict[str, str]
    notices: list[str] = field(default_factory=list)

    @classmethod
    def parse(cls, search: str | None) -> "Query":
        """Read "?a=1&b=2"."""
        return cls(dict(parse_qsl((search or "").lstrip("?"), keep_blank_values=False)))

    def text(self, name: str) -> str | None:
        """The value as it stands."""
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
        """A whole number from low to high; `instead` says what is shown when it is none."""
        value = self.values.get(name)
        if value is None:
            return default
        if not re.fullmatch(r"-?\d{1,9}", value) or not low <= int(value) <= high:
            self.notices.append(f"{name} “{value}” is not a whole number from {low} to {high}: {instead}.")
            return default
        return int(value)


def link(path: str, **values: object) -> str:
    """An address of a page: empty values are left out."""
    kept = {name: str(value) for name, value in values.items() if value is not None and value != ""}
    return path + ("?" + urlencode(kept, quote_via=quote, safe=":@,.-") if kept else "")


@dataclass(frozen=True)
class Unroll:
    """One block applied `steps` more times, its output scaled by `scale` (None: the backend picks it, "auto")."""

    block: int
    steps: int
    scale: float | None


@dataclass(frozen=True)
class PlanState:
    """What the Interventions page does to the network."""

    dropped: tuple[int, ...] = ()
    unroll: Unroll | None = None

    def to_json(self) -> dict[str, object]:
        """For a dcc.Store; strip.js reads and writes the same."""
        unroll = self.unroll and {"block": self.unroll.block, "steps": self.unroll.steps, "scale": self.unroll.scale}
        return {"dropped": list(self.dropped), "unroll": unroll}

    @classmethod
    def from_json(cls, value: dict[str, object] | None, blocks: Sequence[Block]) -> "PlanState":
        """Read the store, dropping what the network does not have."""
        length = len(blocks)
        raw = (value or {}).get("dropped")
        dropped = tuple(sorted({int(b) for b in raw if 0 <= int(b) < length})) if isinstance(raw, list) else ()
        unroll = (value or {}).get("unroll")
        if not isinstance(unroll, dict) or not 0 <= int(unroll["block"]) < length:
            return cls(dropped, None)
        scale = unroll.get("scale")
        steps = max(0, min(MAX_STEPS, int(unroll["steps"])))
        return cls(dropped, Unroll(int(unroll["block"]), steps, None if scale is None else float(scale)))

    def steps(self, blocks: Sequence[Block], scale: float | None = None) -> list[tuple[int, float]]:
        """The execution plan: (block, scale) in order. `scale` stands in where the plan says "auto".

        A dropped projection block stays with scale 0: its shortcut alone changes the shape as the next blocks need it.
        """
        steps: list[tuple[int, float]] = []
        for block in blocks:
            if block.index not in self.dropped:
                steps.append((block.index, 1.0))
            elif block.is_projection:
                steps.append((block.index, 0.0))
            if self.unroll and self.unroll.block == block.index:
                alpha = self.unroll.scale if self.unroll.scale is not None else scale
                steps.extend([(block.index, 1.0 if alpha is None else alpha)] * self.unroll.steps)
        return steps

    @property
    def untouched(self) -> bool:
        """Whether this is the network as it was trained."""
        return not self.dropped and (self.unroll is None or self.unroll.steps == 0)


def read_plan(query: Query, blocks: Sequence[Block], default: PlanState) -> PlanState:
    """`drop=0.5.7` and `unroll=26x20@0.1` (or `@auto`); without either, the default."""
    length = len(blocks)
    drop, unroll = query.text("drop"), query.text("unroll")
    if drop is None and unroll is None:
        return default
    dropped: tuple[int, ...] = ()
    if drop and drop != "none":
        parts = drop.split(".")
        if all(part.isdigit() and int(part) < length for part in parts):
            dropped = tuple(sorted({int(part) for part in parts}))
        else:
            query.notices.append(f"drop “{drop}” names no blocks from 0 to {length - 1}: nothing is dropped.")
    found: Unroll | None = None
    if unroll and unroll != "none":
        match = UNROLL.match(unroll)
        block = int(match[1]) if match else 0
        if match and -length <= block < length and int(match[2]) <= MAX_STEPS:
            scale = None if match[3] == "auto" else float(match[3])
            found = Unroll(block % length, int(match[2]), scale)
        else:
            query.notices.append(
                f"unroll “{unroll}” is not BLOCKxSTEPS@SCALE, like {length - 1}x20@0.1: nothing is unrolled."
            )
    return PlanState(dropped, found)
