"""A run's curves: the backend's payload as records, and packed for the browser.

Packing: a (epochs, blocks) array goes as little-endian float32 in URL-safe base64 (Dash escapes every slash), 5.3
characters a value instead of about 10 as JSON text; 54 blocks × 300 epochs are 86 KB a series, and 43 KB a spread, which is
only drawn as a band.
"""

import base64
import math
import sys
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Self

from dashboard.claims import Claim, claim_of_epoch
from dashboard.model import Block, Json, blocks_of, numbers

SPLITS = ("train", "validation")
FIRST_METRICS = ("cosine_loss", "cosine_loss_std", "l2_ratio", "l2_ratio_std", "early_exit_accuracy")  # the first view
MORE_METRICS = ("activation_norm", "cosine_loss_plugged")
SHOWN_SCALARS = ("accuracy", "training_accuracy", "validation_accuracy", "gradient_norm_ratio")
PERCENT_METRICS = frozenset({"early_exit_accuracy", "drop_accuracy", "drop_damage"})


def unit(metric: str) -> float:
    """100 where a metric is shown in percent."""
    return 100.0 if metric in PERCENT_METRICS else 1.0


@dataclass(frozen=True)
class Series:
    """One metric on one split: a row of per-block values for each logged epoch."""

    epochs: list[int]
    rows: list[list[float]]  # (epochs, blocks); NaN where not defined

    def at(self, epoch: int) -> list[float] | None:
        """The values of that epoch, or of the latest earlier one; None before the first."""
        position = bisect_right(self.epochs, epoch) - 1
        return self.rows[position] if position >= 0 else None


@dataclass(frozen=True)
class Scalar:
    """One number per epoch."""

    epochs: list[int]
    values: list[float]
    std: list[float] = field(default_factory=list)  # over seeds; empty for one run


@dataclass(frozen=True)
class Merged:
    """The runs that curves are means of."""

    runs: tuple[str, ...]
    seeds: tuple[int, ...]

    @property
    def n(self) -> int:
        """How many."""
        return len(self.runs)


@dataclass(frozen=True)
class RunCurves:
    """Everything logged for a run that a page asked for; or the means over its seeds.

    A series `{metric}_std` is the spread around `metric`: over images for one run, between seeds where runs are merged.
    """

    run: str
    status: str
    cursor: int
    blocks: tuple[Block, ...]
    series: dict[tuple[str, str], Series] = field(default_factory=dict)  # by (metric, split)
    scalars: dict[tuple[str, str], Scalar] = field(default_factory=dict)  # by (name, split or "")
    merged: Merged | None = None

    @classmethod
    def from_json(cls, payload: Json, blocks: Sequence[Json]) -> Self:
        """Read `GET /runs/{id}/metrics`, with or without `merge=seeds`."""
        merged = payload.get("merged")
        name_of = between_seeds if merged else str
        return cls(
            run=str(payload["run"]),
            status=str(payload["status"]),
            cursor=int(payload["cursor"]),
            blocks=blocks_of(blocks),
            series={
                (name, s["split"]): Series(list(s["epochs"]), [numbers(row) for row in s["values"]])
                for s in payload["series"]
                if (name := name_of(str(s["metric"])))
            },
            scalars={
                (s["name"], s["split"] or ""): Scalar(
                    list(s["epochs"]), numbers(s["values"]), numbers(s.get("std") or ())
                )
                for s in payload["scalars"]
            },
            merged=Merged(tuple(merged["runs"]), tuple(merged["seeds"])) if merged else None,
        )

    @property
    def epochs(self) -> list[int]:
        """Every epoch that has a curve."""
        return sorted({epoch for series in self.series.values() for epoch in series.epochs})

    @property
    def single(self) -> bool:
        """Whether one epoch is all there is, so that nothing can be drawn over epochs."""
        return len(self.epochs) == 1

    @property
    def imported(self) -> bool:
        """Whether they are a network's that came trained: its epoch 0 is not an untrained one."""
        return self.status == "imported"


def between_seeds(metric: str) -> str:
    """The name of a merged series: its spread between seeds takes the place of that over images, which is left out ("")."""
    if metric.endswith("_seeds_std"):
        metric = metric.removesuffix("_seeds_std")
        return "" if metric.endswith("_std") else f"{metric}_std"
    return "" if metric.endswith("_std") else metric


def pack(series: Series, width: int, coarse: bool = False) -> Json:
    """A series for the browser; blocks that have no value at any epoch (exits outside the last stage) are left out.

    `coarse` keeps 8 bits of each mantissa in half the room: enough for the edge of a band.
    """
    columns = [c for c in range(width) if any(not math.isnan(row[c]) for row in series.rows)]
    flat = array("f", (row[c] for row in series.rows for c in columns))
    if sys.byteorder == "big":
        flat.byteswap()
    raw = flat.tobytes()
    if coarse:
        raw = array("H", raw)[1::2].tobytes()  # the upper halves, bfloat16
    data = base64.urlsafe_b64encode(raw).decode("ascii")
    return {"epochs": series.epochs, "width": width, "columns": columns, "data": data, "bits": 16 if coarse else 32}


def unpack(packed: Json) -> Series:
    """The inverse of pack."""
    raw = base64.urlsafe_b64decode(packed["data"])
    if packed["bits"] == 16:
        raw = b"".join(b"\0\0" + raw[i : i + 2] for i in range(0, len(raw), 2))
    flat = array("f", raw)
    if sys.byteorder == "big":
        flat.byteswap()
    columns: list[int] = packed["columns"]
    rows = []
    for start in range(len(packed["epochs"])):
        row = [math.nan] * packed["width"]
        for offset, column in enumerate(columns):
            row[column] = flat[start * len(columns) + offset]
        rows.append(row)
    return Series(list(packed["epochs"]), rows)


def quantile(values: Sequence[float], q: float) -> float:
    """Linear interpolation on sorted values; NaN when there are none."""
    if not values:
        return math.nan
    ordered = sorted(values)
    position = q * (len(ordered) - 1)
    low = math.floor(position)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (position - low)


def steady_range(values: Iterable[float], anchor: Iterable[float]) -> tuple[float, float] | None:
    """An axis range that holds over all epochs: 1 to 99 % of `values`, all of `anchor`, and a margin.

    One exploding epoch must not flatten all others, and the axis must not jump while scrubbing.
    """
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return None
    kept = [quantile(finite, 0.01), quantile(finite, 0.99), *(value for value in anchor if math.isfinite(value))]
    low, high = min(kept), max(kept)
    margin = 0.06 * (high - low) or 0.05 * abs(high) or 0.05
    return low - margin, high + margin


def metric_range(curves: RunCurves, metric: str) -> tuple[float, float] | None:
    """The steady range of a metric's mean ± one standard deviation over both splits."""
    values: list[float] = []
    anchor: list[float] = []
    for split in SPLITS:
        mean, std = curves.series.get((metric, split)), curves.series.get((f"{metric}_std", split))
        if mean is None:
            continue
        for position, row in enumerate(mean.rows):
            spread = std.rows[position] if std and position < len(std.rows) else [0.0] * len(row)
            edges = [
                m + sign * (s if math.isfinite(s) else 0.0)
                for m, s in zip(row, spread, strict=False)
                for sign in (-1, 1)
            ]
            values += edges
            if position == len(mean.rows) - 1:
                anchor = anchor + edges
    return steady_range(values, anchor)


def colour_limits(metric: str, rows: Iterable[Iterable[float]]) -> tuple[float, float] | None:
    """Limits of a heat map, in the metric's shown unit: symmetric about 0 for cosines, deaf to a single exploding epoch."""
    found = steady_range([value * unit(metric) for row in rows for value in row], ())
    if found is None:
        return None
    if metric.startswith("cosine"):
        limit = max(abs(found[0]), abs(found[1]))
        return -limit, limit
    return max(0.0, found[0]), found[1]


def sendable(values: Iterable[float]) -> list[float | None]:
    """In the digits that float32 holds; JSON has no NaN and no infinity."""
    return [float(f"{value:.8g}") if math.isfinite(value) else None for value in values]


def pack_curves(curves: RunCurves) -> Json:
    """What 2_blocks_curves.js draws from: packed series, the scalars of its panels, axis ranges and one sentence an epoch."""
    metrics = sorted({metric for metric, _ in curves.series if not metric.endswith("_std")})
    ranges = {metric: metric_range(curves, metric) for metric in metrics}
    epochs = curves.epochs

    def other(found: list[int]) -> list[int] | None:
        return None if found == epochs else found  # None: every epoch; said once, for it is a tenth of the whole

    return {
        "run": curves.run,
        "merged": curves.merged.n if curves.merged else 0,
        "imported": curves.imported,
        "status": curves.status,
        "cursor": curves.cursor,
        "blocks": [{"index": b.index, "stage": b.stage, "is_projection": b.is_projection} for b in curves.blocks],
        "epochs": epochs,
        "series": {
            f"{metric}/{split}": {**pack(s, len(curves.blocks), metric.endswith("_std")), "epochs": other(s.epochs)}
            for (metric, split), s in curves.series.items()
        },
        "scalars": {
            f"{name}/{split}": {"epochs": other(s.epochs), "values": sendable(s.values), "std": sendable(s.std)}
            for (name, split), s in curves.scalars.items()
            if name in SHOWN_SCALARS
        },
        "ranges": {metric: found for metric, found in ranges.items() if found},
        "limits": {
            f"{metric}/{split}": found
            for (metric, split), s in curves.series.items()
            if not metric.endswith("_std") and (found := colour_limits(metric, s.rows))
        },
        "claims": {str(epoch): claim.to_json() for epoch in curves.epochs if (claim := claim_at(curves, epoch))},
    }


def claim_at(curves: RunCurves, epoch: int) -> Claim | None:
    """What the network of that epoch says about the paper's claim."""
    cosine = curves.series.get(("cosine_loss", "validation")) or curves.series.get(("cosine_loss", "train"))
    ratio = curves.series.get(("l2_ratio", "validation")) or curves.series.get(("l2_ratio", "train"))
    if cosine is None or ratio is None:
        return None
    cosines, ratios = cosine.at(epoch), ratio.at(epoch)
    trained_until = None if curves.imported else epoch
    return claim_of_epoch(trained_until, curves.blocks, cosines, ratios) if cosines and ratios else None
