"""The panels of `GET /paper/figures/{id}` as records."""

import re
from dataclasses import dataclass

from iterscope_dashboard.model import Block, Json, blocks_of, number, numbers

SUBSCRIPT = re.compile(r"_([a-z0-9])\b")  # F_i


@dataclass(frozen=True)
class PaperSeries:
    """One curve: a mean over seeds with its spread."""

    name: str
    split: str | None  # "train" | "validation"
    block: int | None  # the block that a per-block line belongs to
    group: str | None  # "all" | "correct" | "borderline"
    role: str | None  # the network, where several are compared
    x: list[float]
    mean: list[float]  # NaN where not defined
    std: list[float]  # over seeds; empty for one seed
    low: list[float]  # 95 % interval over images; empty where not given
    high: list[float]
    n: int  # seeds
    samples: int | None  # images

    @property
    def network(self) -> str:
        """The network's name if several are compared, else ""."""
        plain = self.split is not None and (self.name == self.split or self.is_level)
        if self.block is not None or self.group is not None or plain:
            return ""
        return self.name.removesuffix(f", {self.split}") or str(self.role)

    @property
    def is_level(self) -> bool:
        """Whether this is the reference of its split, like "train, untouched"."""
        return self.split is not None and self.name.startswith(f"{self.split}, ")

    @classmethod
    def from_json(cls, series: Json) -> "PaperSeries":
        """Read one series of a panel."""
        return cls(
            name=str(series.get("name") or ""),
            split=series.get("split"),
            block=series.get("block"),
            group=series.get("group"),
            role=series.get("role"),
            x=numbers(series["x"]),
            mean=numbers(series["mean"]),
            std=numbers(series.get("std") or ()),
            low=numbers(series.get("low") or ()),
            high=numbers(series.get("high") or ()),
            n=int(series.get("n") or 1),
            samples=series.get("samples"),
        )


@dataclass(frozen=True)
class PanelInfo:
    """What one panel shows."""

    title: str
    state: str  # "ready" | "not yet measured" | "not yet run"
    missing: str  # the reason for an empty panel, and the remedy
    n: int  # seeds
    blocks: tuple[Block, ...]
    x_kind: str  # "block" | "epoch" | "step"
    x_label: str
    y_label: str  # with its unit
    logarithmic: bool
    mark_x: float  # a vertical line; NaN for none
    series: tuple[PaperSeries, ...]


def panel_info(panel: Json) -> PanelInfo:
    """Read one panel of a figure."""
    x, y = panel.get("x") or {}, panel.get("y") or {}
    label, unit = str(y.get("label") or ""), str(y.get("unit") or "")
    return PanelInfo(
        title=str(panel.get("title") or ""),
        state=str(panel.get("state") or "not yet run"),
        missing=str(panel.get("missing") or ""),
        n=int(panel.get("n") or 0),
        blocks=blocks_of(panel.get("blocks") or ()),
        x_kind=str(x.get("kind") or "block"),
        x_label=str(x.get("label") or ""),
        y_label=SUBSCRIPT.sub(r"<sub>\1</sub>", f"{label} ({unit})" if unit and f"({unit})" not in label else label),
        logarithmic=bool(y.get("log")),
        mark_x=number(panel.get("mark_x")),
        series=tuple(PaperSeries.from_json(series) for series in panel.get("series") or ()),
    )
