"""A run's curves: the backend's payload as records, and packed for the browser.

Packing: a (epochs, blocks) array goes as little-endian float32 in URL-safe base64 (Dash escapes every slash), 5.3
characters a value instead of about 10 as JSON text; 54 blocks × 300 epochs are 86 KB a series, and 43 KB a spread, which is
only drawn as a band.
"""

import base64
import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from iterscope_dashboard.claims import Claim, claim_of_epoch
from iterscope_dashboard.model import Block, Json, blocks_of, numbers

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
    rows: NDArray[np.float64]  # (epochs, blocks); NaN where not defined

    @classmethod
    def of(cls, epochs: Iterable[int], rows: ArrayLike) -> Self:
        """From lists, as JSON has them: None is NaN."""
        return cls(list(epochs), np.asarray(rows, dtype=np.float64))

    def at(self, epoch: int) -> list[float] | None:
        """The values of that epoch, or of the latest earlier one; None before the first."""
        position = bisect_right(self.epochs, epoch) - 1
        return self.rows[position].tolist() if position >= 0 else None


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
    """The logged curves of a run that a page requested, or the means over its seeds.

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
                (name, s["split"]): Series.of(s["epochs"], s["values"])
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
        """Whether only one epoch is logged, so that no curve over epochs can be drawn."""
        return len(self.epochs) == 1

    @property
    def imported(self) -> bool:
        """Whether the network was imported: then epoch 0 is not the untrained network."""
        return self.status == "imported"


def between_seeds(metric: str) -> str:
    """The name of a merged series: the spread between seeds replaces the spread over images, which is dropped ("")."""
    if metric.endswith("_seeds_std"):
        metric = metric.removesuffix("_seeds_std")
        return "" if metric.endswith("_std") else f"{metric}_std"
    return "" if metric.endswith("_std") else metric


def pack(series: Series, width: int, coarse: bool = False) -> Json:
    """A series for the browser; blocks that have no value at any epoch (exits outside the last stage) are left out.

    `coarse` keeps 8 bits of each mantissa in half the space, which is enough for the edge of a band.
    """
    columns = np.flatnonzero(~np.isnan(series.rows).all(axis=0))
    values = series.rows[:, columns].astype("<f4", order="C")
    raw = values.view("<u2")[:, 1::2].tobytes() if coarse else values.tobytes()  # the upper halves: bfloat16
    data = base64.urlsafe_b64encode(raw).decode("ascii")
    return {
        "epochs": series.epochs,
        "width": width,
        "columns": columns.tolist(),
        "data": data,
        "bits": 16 if coarse else 32,
    }


def steady_range(values: ArrayLike, anchor: ArrayLike) -> tuple[float, float] | None:
    """One axis range for all epochs: the 1 % to 99 % quantiles of `values`, all of `anchor`, and a margin.

    One diverging epoch must not flatten the others, and the axis must not jump while scrubbing.
    """
    finite, kept = (found[np.isfinite(found)] for found in (np.asarray(values), np.asarray(anchor)))
    if not finite.size:
        return None
    kept = np.append(kept, np.quantile(finite, (0.01, 0.99)))
    low, high = float(kept.min()), float(kept.max())
    margin = 0.06 * (high - low) or 0.05 * abs(high) or 0.05
    return low - margin, high + margin


def metric_range(curves: RunCurves, metric: str) -> tuple[float, float] | None:
    """The steady range of a metric's mean ± one standard deviation over both splits."""
    edges = []
    for split in SPLITS:
        mean, std = curves.series.get((metric, split)), curves.series.get((f"{metric}_std", split))
        if mean is None or not len(mean.rows):
            continue
        spread = np.zeros_like(mean.rows)
        if std is not None:
            spread[: len(std.rows)] = np.nan_to_num(std.rows[: len(spread)], posinf=0.0, neginf=0.0)
        edges.append((mean.rows - spread, mean.rows + spread))
    if not edges:
        return None
    return steady_range(
        np.concatenate([edge.ravel() for pair in edges for edge in pair]),
        np.concatenate([edge[-1] for pair in edges for edge in pair]),
    )


def colour_limits(metric: str, rows: ArrayLike) -> tuple[float, float] | None:
    """Limits of a heat map, in the metric's displayed unit: symmetric about 0 for cosines, robust to one diverging epoch."""
    found = steady_range(unit(metric) * np.asarray(rows), ())
    if found is None:
        return None
    if metric.startswith("cosine"):
        limit = max(abs(found[0]), abs(found[1]))
        return -limit, limit
    return max(0.0, found[0]), found[1]


def sendable(values: Iterable[float]) -> list[float | None]:
    """Values rounded to float32 precision; NaN and infinities become None, because JSON has neither."""
    return [float(f"{value:.8g}") if math.isfinite(value) else None for value in values]


def pack_curves(curves: RunCurves) -> Json:
    """The input of 2_blocks_curves.js: packed series, scalars, axis ranges and one sentence per epoch."""
    metrics = sorted({metric for metric, _ in curves.series if not metric.endswith("_std")})
    ranges = {metric: metric_range(curves, metric) for metric in metrics}
    epochs = curves.epochs

    def other(found: list[int]) -> list[int] | None:
        return None if found == epochs else found  # None: every epoch; sending them once saves a tenth of the payload

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
    """The paper's claim checked on the network of that epoch."""
    cosine = curves.series.get(("cosine_loss", "validation")) or curves.series.get(("cosine_loss", "train"))
    ratio = curves.series.get(("l2_ratio", "validation")) or curves.series.get(("l2_ratio", "train"))
    if cosine is None or ratio is None:
        return None
    cosines, ratios = cosine.at(epoch), ratio.at(epoch)
    trained_until = None if curves.imported else epoch
    return claim_of_epoch(trained_until, curves.blocks, cosines, ratios) if cosines and ratios else None
