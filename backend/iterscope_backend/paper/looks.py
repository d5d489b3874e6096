"""How often `iterscope paper --more-seeds` has judged each claim, per pair of data sets: one small JSON file in the home folder.

Looking again after adding seeds until a claim is decided would decide too many claims by chance. So the looks are counted, and a claim
with looks is judged at a stricter level (`iterscope.paper.resampling.LOOK_LEVEL`), on every page and in every report.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from iterscope.paper.evidence import SLOTS, Slot

FILE = "paper-looks.json"


def read_looks(home: Path, datasets: Mapping[Slot, str | None]) -> dict[str, int]:
    """Claim → number of looks; empty if there were none or the file can't be read."""
    looks = _read(home).get(_key(datasets), {})
    return {str(claim): int(count) for claim, count in looks.items() if isinstance(count, int)}


def record_looks(home: Path, datasets: Mapping[Slot, str | None], claims: Iterable[str]) -> None:
    """Count one more look at these claims."""
    every = _read(home)
    looks = every.setdefault(_key(datasets), {})
    for claim in claims:
        looks[claim] = looks.get(claim, 0) + 1
    unfinished = home / f"{FILE}.{os.getpid()}"
    unfinished.write_text(json.dumps(every, indent=1, sort_keys=True), encoding="utf-8")
    unfinished.replace(home / FILE)


def _read(home: Path) -> dict[str, dict[str, int]]:
    try:
        found = json.loads((home / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return (
        {key: dict(value) for key, value in found.items() if isinstance(value, dict)} if isinstance(found, dict) else {}
    )


def _key(datasets: Mapping[Slot, str | None]) -> str:
    return " | ".join(datasets[slot] or "–" for slot in SLOTS)
