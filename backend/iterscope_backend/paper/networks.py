"""A network's stored probe results as values per seed and image, from which claims are judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from iterscope.measurements.values import read_per_image
from iterscope.paper.evidence import SPLITS, Blocks, Evidence, Followed, Initial, Net, NetName, Split, Unrolled, Values
from iterscope_backend.paper.gathering import Gathered
from iterscope_backend.paper.needs import Need
from iterscope_backend.paper.selection import Repetitions
from iterscope_backend.paper.table import final_accuracy
from iterscope_db import CheckpointRecord

Answer = Mapping[str, Any]
DIVERGED = 1e30
"""A growth beyond what float32 can hold."""


def evidence(gathered: Gathered, looks: Mapping[str, int]) -> Evidence:
    """All chosen networks."""
    gathered.read_all()
    nets = {(name, slot): network(gathered, name, net) for (name, slot), net in gathered.nets.items()}
    return Evidence(gathered.datasets, nets, looks)


def network(gathered: Gathered, name: NetName, net: Repetitions) -> Net:
    """One network, with all its seeds."""
    runs, described = gathered.data(net), net.runs[0].blocks
    stages = tuple(int(block["stage"]) for block in described)
    first = stages.index(stages[-1])

    def answers(need: Need) -> dict[Split, list[Answer]]:
        found = {split: [one for (one,) in gathered.results(net, [(need, split)])] for split in SPLITS}
        return {split: each for split, each in found.items() if each}

    last = {split: _blocks(found, first) for split, found in answers("last").items()}
    epochs = gathered.by_epoch(net, "validation")
    initial, control = answers("initial").get("train"), answers("control").get("train")
    batch = answers("batch").get("validation")
    return Net(
        name=name,
        label=net.label,
        runs=len(runs),
        stages=stages,
        projections=tuple(bool(block["is_projection"]) for block in described),
        classes=class_count(runs[0].checkpoint),
        epochs=tuple(epochs),
        kept_epochs=gathered.kept_epochs(net),
        by_epoch=tuple(_blocks(found, first) for found in epochs.values()),
        blocks=last,
        accuracy={split: values for split in SPLITS if (values := tuple(final_accuracy(runs, split)))},
        split_images=gathered.split_sizes(net.dataset),
        dropped={split: _values(found, "correct") for split, found in answers("drop").items()},
        exits={split: _followed(found) for split, found in answers("borderline").items()},
        unrolled={split: _unrolled(found) for split, found in answers("unroll").items()},
        unrolled_scaled={split: _unrolled(found) for split, found in answers("unroll-scaled").items()},
        initial=None
        if initial is None or control is None
        else Initial(_growth(initial)[:, None], _growth(control)[:, None]),
        batch_correct=None if batch is None else _values(batch, "correct"),
        running_correct=last["validation"].exit_correct[:, -1:] if "validation" in last else None,
    )


def class_count(checkpoint: CheckpointRecord | None) -> int:
    """The number of classes of the data that a checkpoint was trained on; 0 if it isn't recorded."""
    data = None if checkpoint is None else checkpoint.dataset
    return len(data["class_names"]) if data else 0


def _values(found: Sequence[Answer], name: str) -> Values:
    """(R, …) a value of every image, of all seeds."""
    return np.stack([read_per_image(each["per_image"][name]) for each in found])


def _blocks(found: Sequence[Answer], first: int) -> Blocks:
    """`first` is the first block of the last stage, the first that has an exit."""
    exits = _values(found, "exit_correct")
    before = np.full((len(exits), first, exits.shape[2]), np.nan, dtype=np.float32)
    return Blocks(
        cosine=_values(found, "cosine_loss"),
        plugged=_values(found, "cosine_loss_plugged"),
        ratio=_values(found, "l2_ratio"),
        exit_correct=np.concatenate([before, exits], axis=1),
        gradient_ratio=_values(found, "gradient_norm_ratio")[:, None],
    )


def _followed(found: Sequence[Answer]) -> Followed:
    return Followed(
        correct=_values(found, "correct"),
        loss=_values(found, "loss"),
        entropy=_values(found, "entropy"),
        borderline=_values(found, "borderline") > 0,
    )


def _unrolled(found: Sequence[Answer]) -> Unrolled:
    grids = [[entry["scale"] for entry in each["scale_grid"]] for each in found if each.get("scale_grid")]
    scales = tuple(float(each["scale"]) for each in found)
    edge = bool(grids) and any(scale <= min(grids[0]) for scale in scales)
    return Unrolled(_followed(found), _values(found, "cosine_loss"), _growth(found), scales, edge)


def _growth(found: Sequence[Answer]) -> Values:
    """Growth that float32 can't hold counts as very large, because an explosion is a finding."""
    growth = _values(found, "growth")
    return np.where(np.isfinite(growth), growth, np.float32(DIVERGED))
