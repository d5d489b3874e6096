"""Curves of whole-network numbers, and how metrics are shown."""

from dataclasses import dataclass, field

PERCENT_METRICS = frozenset({"drop_accuracy", "drop_damage"})


def unit(metric: str) -> float:
    """100 where a metric is shown in percent."""
    return 100.0 if metric in PERCENT_METRICS else 1.0


@dataclass(frozen=True)
class Scalar:
    """One number per epoch."""

    epochs: list[int]
    values: list[float]
    std: list[float] = field(default_factory=list)  # over seeds; empty for one run
