"""A network's stored curves and probe results as plain numbers, from which claims are judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from iterscope.paper.evidence import (
    GROUPS,
    SPLITS,
    Curve,
    Dropped,
    Evidence,
    Followed,
    Group,
    Net,
    NetName,
    Split,
    Unrolled,
)
from iterscope_backend.paper import series
from iterscope_backend.paper.gathering import Gathered
from iterscope_backend.paper.loading import RunData
from iterscope_backend.paper.measuring import Need
from iterscope_backend.paper.panels import logged_images
from iterscope_backend.paper.selection import Repetitions
from iterscope_backend.paper.table import final_accuracy
from iterscope_backend.seeds import merge, spread

Answer = Mapping[str, Any]


def evidence(gathered: Gathered) -> Evidence:
    """All chosen networks."""
    nets = {(name, slot): network(gathered, name, net) for (name, slot), net in gathered.nets.items()}
    return Evidence(gathered.datasets, nets)


def network(gathered: Gathered, name: NetName, net: Repetitions) -> Net:
    """One network, over all its seeds."""
    runs, blocks = gathered.data(net), net.runs[0].blocks
    images = logged_images(gathered, net)
    plugged = _by_epoch(runs, "cosine_loss_plugged")
    ratios = _by_epoch(runs, "l2_ratio")
    gradient = series.scalar(runs, "gradient_norm_ratio", "train")

    def answers(need: Need) -> dict[Split, list[Answer]]:
        found = {split: [one for (one,) in gathered.results(net, [(need, split)])] for split in SPLITS}
        return {split: each for split, each in found.items() if each}

    return Net(
        name=name,
        label=net.label,
        runs=len(runs),
        stages=tuple(int(block["stage"]) for block in blocks),
        projections=tuple(bool(block["is_projection"]) for block in blocks),
        parameters=gathered.parameters(net) or 0,
        images=images.get("validation", 0),
        cosine=_last(runs, "cosine_loss"),
        cosine_std=_last(runs, "cosine_loss_std"),
        ratio=_last(runs, "l2_ratio"),
        exit_accuracy=_last(runs, "early_exit_accuracy"),
        epochs=() if ratios is None else tuple(ratios[0]),
        plugged_by_epoch=() if plugged is None else plugged[1],
        ratio_by_epoch=() if ratios is None else ratios[1],
        gradient_ratio=() if gradient is None else _curve(gradient.mean),
        initial_norm=_initial_norm(runs),
        accuracy={split: values for split in SPLITS if (values := tuple(final_accuracy(gathered, net, split)))},
        split_images=gathered.split_sizes(net.dataset),
        dropped={split: _dropped(found) for split, found in answers("drop").items()},
        exits={split: _groups(found) for split, found in answers("borderline").items()},
        unrolled={split: _unrolled(found) for split, found in answers("unroll").items()},
        unrolled_scaled={split: _unrolled(found) for split, found in answers("unroll-scaled").items()},
    )


def _last(runs: Sequence[RunData], metric: str) -> dict[Split, Curve]:
    """(L,) Mean over seeds after the last epoch, for the splits for which all runs logged the metric."""
    logged = [split for split in SPLITS if all((metric, split) in run.series for run in runs)]
    return {split: _curve(spread(np.stack([run.at(metric, split, -1) for run in runs]))[0]) for split in logged}


def _by_epoch(runs: Sequence[RunData], metric: str) -> tuple[list[int], tuple[Curve, ...]] | None:
    """Epochs (E,) and values (E, L) on the validation split; None if a run hasn't logged the metric."""
    found = [run.series[metric, "validation"] for run in runs if (metric, "validation") in run.series]
    if len(found) < len(runs):
        return None
    merged = merge([(each.epochs, each.values) for each in found])
    return merged.epochs.tolist(), tuple(_curve(row) for row in merged.mean)


def _initial_norm(runs: Sequence[RunData]) -> Curve:
    """(L,) Values before training; empty if the untrained network wasn't logged."""
    found = [run.series.get(("activation_norm", "train")) for run in runs]
    first = [each.values[0] for each in found if each is not None and each.epochs[0] == 0]
    return _curve(spread(np.stack(first).astype(np.float64))[0]) if first else ()


def _dropped(found: Sequence[Answer]) -> Dropped:
    values = series.table([[plan["accuracy"] for plan in each["plans"]] for each in found])
    baseline = float(np.mean([each["baseline"]["accuracy"] for each in found]))
    return Dropped(baseline, _curve(values.mean(0)), sum(int(each["samples"]) for each in found))


def _groups(found: Sequence[Answer]) -> dict[Group, Followed]:
    return {group: _followed([each["groups"][group] for each in found]) for group in GROUPS}


def _followed(found: Sequence[Answer]) -> Followed:
    """One group over all runs: counts are added, means are weighted by the number of images."""
    sizes = np.array([int(each["n"]) for each in found])
    weights = sizes[:, None] / max(int(sizes.sum()), 1)

    def weighted(name: str) -> NDArray[np.float64]:
        values = series.table([each[name] for each in found])
        total: NDArray[np.float64] = np.where(sizes[:, None] > 0, values * weights, 0.0).sum(0)
        return total if sizes.sum() else np.full(values.shape[1], np.nan)

    def counted(count: Callable[[Answer], Any]) -> Curve:
        return _curve(np.array([count(each) for each in found], dtype=np.float64).sum(0))

    return Followed(
        n=int(sizes.sum()),
        correct=counted(lambda each: np.nan_to_num(series.table([each["accuracy"]])[0] * each["n"]).round()),
        loss=_curve(weighted("loss")),
        entropy=_curve(weighted("entropy")),
        gained=counted(lambda each: each["gained"]),
        lost=counted(lambda each: each["lost"]),
    )


def _unrolled(found: Sequence[Answer]) -> Unrolled:
    def mean(metric: str) -> Curve:
        return _curve(series.table([each[metric]["mean"] for each in found]).mean(0))

    scales = tuple(float(each["scale"]) for each in found)
    return Unrolled(_groups(found), mean("cosine_loss"), mean("l2_ratio"), scales)


def _curve(values: NDArray[Any]) -> Curve:
    return tuple(values.tolist())
