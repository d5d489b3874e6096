"""Several runs in one figure: colour and line style of each run and split."""

from collections.abc import Sequence
from dataclasses import dataclass

from iterscope_dashboard import theme
from iterscope_dashboard.model import Run

MOST_RUNS = 4
DASHES = ("solid", "dash", "dot", "longdashdot")


@dataclass(frozen=True)
class Overlay:
    """One of several runs."""

    run: str
    name: str
    colour: str
    dash: str
    length: int  # blocks
    seeds: int = 1  # number of runs in the mean


@dataclass(frozen=True)
class LineStyle:
    """Style of one run's curve on one split."""

    name: str
    colour: str
    dash: str
    width: float
    marker: float
    opacity: float
    key: dict[str, str]  # for a trace's meta


def overlays_of(groups: Sequence[Sequence[Run]]) -> tuple[Overlay, ...]:
    """A colour and a line style for every run or group of seeds; empty for a single one."""
    if len(groups) < 2:
        return ()
    return tuple(
        Overlay(group[0].id, run_label(group), theme.CATEGORIES[i], DASHES[i], len(group[0].blocks), len(group))
        for i, group in enumerate(groups[:MOST_RUNS])
    )


def run_label(group: Sequence[Run]) -> str:
    """A run's name; for several seeds the name without the seed, and the number of seeds."""
    name = group[0].name
    if len(group) == 1:
        return name
    return f"{name.removesuffix(f', seed {group[0].seed}')} · n = {len(group)} seeds"


def line_style(overlay: Overlay | None, split: str) -> LineStyle:
    """One run: each split has a colour. Several runs: each run has a colour, and train is thin without markers."""
    validation = split == "validation"
    if overlay is None:
        return LineStyle(
            split, theme.SPLIT_COLOURS[split], theme.SPLIT_DASHES[split], 2, 6 if validation else 4, 1, {"split": split}
        )
    name = f"{overlay.name}, {split}"
    key = {"split": split, "run": overlay.run}
    width, marker, opacity = (2.2, 6, 1.0) if validation else (1.2, 0, 0.7)
    return LineStyle(name, overlay.colour, overlay.dash, width, marker, opacity, key)
