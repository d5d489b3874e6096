"""A run's curves as one file in the safetensors format, which a browser reads without parsing numbers.

Each series is a float32 array; everything else is JSON in the file's metadata, under the key `curves`: the blocks, the epochs, how each
metric is named and drawn, the ranges of its axes over all epochs, and the claim on every epoch. E epochs, L blocks.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from safetensors.numpy import save

from iterscope.viewing.claim import claim_of_epoch

Floats = NDArray[np.floating]
Json = dict[str, Any]
Range = tuple[float, float]

SPLITS = ("train", "validation")
SPREAD = "_std"
SPREAD_OF_SEEDS = "_seeds_std"


@dataclass(frozen=True)
class Shown:
    """How a metric is named and drawn."""

    title: str
    axis: str
    unit: float = 1.0
    """What a value is multiplied by: 100 for percent."""
    diverging: bool = False
    """Whether 0 divides two meanings, so that colours diverge from it."""
    bounds: Range | None = None
    """Between which every value and every band is."""


METRICS = {
    "cosine_loss": Shown("cosine loss", "cos(Fᵢ, ∂L/∂hᵢ)", diverging=True, bounds=(-1, 1)),
    "l2_ratio": Shown("ℓ2 ratio", "‖Fᵢ‖ / ‖hᵢ‖"),
    "early_exit_accuracy": Shown("accuracy after block", "accuracy (%)", 100, bounds=(0, 1)),
    "activation_norm": Shown("activation norm", "‖hᵢ‖"),
    "cosine_loss_plugged": Shown(
        "cosine loss, head plugged in", "cos(Fᵢ, ∂L(head(hᵢ))/∂hᵢ)", diverging=True, bounds=(-1, 1)
    ),
    "drop_accuracy": Shown("accuracy without block", "accuracy without block (%)", 100, bounds=(0, 1)),
    "drop_damage": Shown("damage when dropped", "accuracy lost (points)", 100),
    "cosine_loss_effective": Shown(
        "cosine loss of the effective update", "cos(hᵢ₊₁ − hᵢ, ∂L/∂hᵢ)", diverging=True, bounds=(-1, 1)
    ),
    "l2_ratio_effective": Shown("ℓ2 ratio of the effective update", "‖hᵢ₊₁ − hᵢ‖ / ‖hᵢ‖"),
}


@dataclass(frozen=True, eq=False)
class Series:
    """One metric on one split. A metric `{name}_std` is the spread around `{name}`."""

    metric: str
    split: str
    epochs: Sequence[int] | NDArray[np.integer]  # (E,), ascending
    values: ArrayLike  # (E, L); NaN where not defined


@dataclass(frozen=True, eq=False)
class Scalar:
    """One number for each epoch."""

    name: str
    split: str | None
    epochs: Sequence[int] | NDArray[np.integer]  # (E,), ascending
    values: ArrayLike  # (E,)
    std: ArrayLike | None = None  # (E,), over seeds; None for one run


def curves_file(
    run: str,
    status: str,
    blocks: Sequence[Mapping[str, Any]],
    series: Sequence[Series],
    scalars: Sequence[Scalar] = (),
    *,
    cursor: int = 0,
    merged: Mapping[str, Any] | None = None,
) -> bytes:
    """Write curves as one file.

    Args:
        blocks: `index`, `stage` and `is_projection` of each.
        cursor: of what is logged later.
        merged: `runs`, `seeds` and `n` of the runs that these are means of. Then `{name}_seeds_std` is the spread around `{name}`, and
            replaces the spread over images.
    """
    shown = [(name, each) for each in series if (name := _shown_name(each.metric, merged is not None))]
    values = {(name, each.split): np.asarray(each.values, dtype=np.float32) for name, each in shown}
    epochs = sorted({int(epoch) for _, each in shown for epoch in each.epochs})
    means = {key: rows for key, rows in values.items() if not key[0].endswith(SPREAD)}
    arrays: dict[str, Floats] = {f"{name}/{split}": rows for (name, split), rows in values.items()}
    for scalar in scalars:
        for kind, numbers in (("value", scalar.values), ("std", scalar.std)):
            if numbers is not None:
                arrays[f"{scalar.name}/{scalar.split or ''}/{kind}"] = np.asarray(numbers, dtype=np.float32)

    def other(found: Sequence[int] | NDArray[np.integer]) -> list[int] | None:
        listed = [int(epoch) for epoch in found]
        return None if listed == epochs else listed  # None: every epoch

    header: Json = {
        "run": run,
        "status": status,
        "cursor": cursor,
        "imported": status == "imported",
        "merged": merged,
        "blocks": [{name: block[name] for name in ("index", "stage", "is_projection")} for block in blocks],
        "epochs": epochs,
        "metrics": {name: asdict(one) for name, one in METRICS.items()},
        "series": [{"metric": name, "split": each.split, "epochs": other(each.epochs)} for name, each in shown],
        "scalars": [{"name": each.name, "split": each.split, "epochs": other(each.epochs)} for each in scalars],
        "ranges": {name: found for name in dict.fromkeys(name for name, _ in means) if (found := _range(values, name))},
        "limits": {f"{name}/{split}": limits(name, rows) for (name, split), rows in means.items()},
        "claims": _claims(shown, values, imported=status == "imported"),
    }
    return save(
        {name: np.ascontiguousarray(rows) for name, rows in arrays.items()},
        {"curves": json.dumps(header, allow_nan=False)},
    )


def _shown_name(metric: str, merged: bool) -> str:
    """The name under which a metric is sent; "" where it is left out."""
    if not merged:
        return metric
    if metric.endswith(SPREAD_OF_SEEDS):
        metric = metric.removesuffix(SPREAD_OF_SEEDS)
        return "" if metric.endswith(SPREAD) else metric + SPREAD
    return "" if metric.endswith(SPREAD) else metric


def steady_range(values: Floats, anchor: Floats) -> Range | None:
    """One axis range for all epochs: the 1 % to 99 % quantiles of `values`, all of `anchor`, and a margin; None without values.

    One diverging epoch must not flatten the others, and the axis must not jump from epoch to epoch.
    """
    finite, kept = (found[np.isfinite(found)].astype(np.float64) for found in (values, anchor))
    if not finite.size:
        return None
    kept = np.append(kept, np.quantile(finite, (0.01, 0.99)))
    low, high = float(kept.min()), float(kept.max())
    margin = 0.06 * (high - low) or 0.05 * abs(high) or 0.05
    return low - margin, high + margin


def _range(values: Mapping[tuple[str, str], Floats], metric: str) -> Range | None:
    """The steady range of a metric's mean ± one standard deviation, over both splits."""
    edges: list[Floats] = []
    for split in SPLITS:
        mean = values.get((metric, split))
        if mean is None or not len(mean):
            continue
        spread = np.zeros_like(mean)
        std = values.get((metric + SPREAD, split))
        if std is not None:
            spread[: len(std)] = np.nan_to_num(std[: len(spread)], posinf=0.0, neginf=0.0)
        edges += [mean - spread, mean + spread]
    if not edges:
        return None
    found = steady_range(np.concatenate([edge.ravel() for edge in edges]), np.concatenate([edge[-1] for edge in edges]))
    bounds = METRICS[metric].bounds if metric in METRICS else None
    if found is None or bounds is None:
        return found
    room = 0.03 * (bounds[1] - bounds[0])
    return max(found[0], bounds[0] - room), min(found[1], bounds[1] + room)


def limits(metric: str, rows: Floats) -> Range:
    """Limits of a colour scale: symmetric about 0 where it diverges, and robust to one diverging epoch."""
    found = steady_range(rows, np.empty(0)) or (0.0, 1.0)
    if metric in METRICS and METRICS[metric].diverging:
        limit = max(abs(found[0]), abs(found[1]))
        return -limit, limit
    return max(0.0, found[0]), found[1]


def _claims(
    shown: Sequence[tuple[str, Series]], values: Mapping[tuple[str, str], Floats], *, imported: bool
) -> list[Json]:
    """The claim on every epoch that has both metrics, on validation images where those were measured."""
    epochs = {(name, each.split): [int(epoch) for epoch in each.epochs] for name, each in shown}
    for split in reversed(SPLITS):
        wanted = [(name, split) for name in ("cosine_loss", "l2_ratio")]
        if not all(key in values for key in wanted):
            continue
        cosine, ratio = (dict(zip(epochs[key], values[key], strict=True)) for key in wanted)
        return [
            {"epoch": epoch, "split": split, **_finite(asdict(claim))}
            for epoch in sorted(cosine.keys() & ratio.keys())
            for claim in [claim_of_epoch(None if imported else epoch, cosine[epoch], ratio[epoch])]
        ]
    return []


def _finite(value: Json) -> Json:
    """With None for numbers that JSON lacks."""
    return {name: None if isinstance(each, float) and not np.isfinite(each) else each for name, each in value.items()}
