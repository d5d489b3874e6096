"""The network and images that a command-line probe measures, and how its results are printed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iterscope_cli.errors import CommandError
from iterscope_cli.output import print_table, progress_bar
from iterscope_cli.store import checkpoint_path, home_folder

if TYPE_CHECKING:
    import iterscope as it


@dataclass(frozen=True)
class Subject:
    """A network and the images to measure it on."""

    chain: it.ResidualChain
    images: it.ImageSplit
    train: it.ImageSplit
    """All training images, for choosing a scale."""
    facts: dict[str, Any]
    """Fields of every JSON result, such as checkpoint, split, samples and blocks."""


def load_subject(checkpoint: str, split: str, limit: int, seed: int, dataset: str | None, home: Path | None) -> Subject:
    """Load the named checkpoint and images. Raises a CommandError that says what was not found."""
    import iterscope as it

    it.keep_freed_memory()
    folder = home_folder(home)
    path = checkpoint_path(folder, checkpoint)
    loaded = it.read_checkpoint(path)
    if dataset is None and loaded.description.dataset is None:
        raise CommandError(f"checkpoint {path} doesn't record its data set: name one with --dataset")
    with progress_bar("reading images") as progress:
        data = it.checkpoint_data(loaded, dataset, home=folder, progress=progress)
    count = limit or None
    images = data.split(split).subset(count, seed)
    chain = it.residual_chain(loaded.model)
    facts = {
        "checkpoint": loaded.description.sha256,
        "dataset": data.name,
        "split": split,
        "samples": len(images),
        "convention": chain.convention,
        "blocks": chain.describe(),
    }
    return Subject(chain, images, data.train, facts)


def accuracy_and_loss(outcomes: it.Outcomes) -> tuple[list[float], list[float]]:
    return outcomes.correct.double().mean(1).tolist(), outcomes.loss.double().mean(1).tolist()


def summary_json(summary: it.Summary) -> dict[str, Any]:
    return {
        "mean": summary.mean.tolist(),
        "std": summary.std.tolist(),
        "quantiles": {f"{level:g}": values.tolist() for level, values in summary.quantiles.items()},
        "undefined": summary.undefined.tolist(),
        "infinite": summary.infinite.tolist(),
    }


def infinite_values(names: dict[str, it.Summary]) -> str | None:
    """A sentence that says how many images have infinite values in which blocks; None if none has."""
    counts = [
        f"{name} of block {block} ({count} images)"
        for name, summary in names.items()
        for block, count in enumerate(summary.infinite.tolist())
        if count
    ]
    return f"Infinite values, which make a mean infinite: {', '.join(counts)}" if counts else None


def groups_json(curves: dict[str, it.GroupCurve]) -> dict[str, Any]:
    return {
        name: {
            "n": curve.n,
            "accuracy": curve.accuracy.tolist(),
            "accuracy_interval": curve.accuracy_interval.tolist(),
            "loss": curve.loss.tolist(),
            "entropy": curve.entropy.tolist(),
        }
        for name, curve in curves.items()
    }


def print_groups(title: str, what: str, places: Any, curves: dict[str, it.GroupCurve]) -> None:
    columns = [what]
    values: list[Callable[[int], float]] = []
    for name, curve in curves.items():
        columns += [f"{name}: accuracy", "loss"]
        values += [curve.accuracy.tolist().__getitem__, curve.loss.tolist().__getitem__]
    rows = [(place, *(value(row) for value in values)) for row, place in enumerate(places)]
    counts = ", ".join(f"{curve.n} {name}" for name, curve in curves.items())
    print_table(f"{title} ({counts})", columns, rows)


def title_of(what: str, subject: Subject) -> str:
    facts = subject.facts
    return f"{what}: {subject.chain.name} ({facts['convention']}), {facts['samples']} {facts['split']} images of {facts['dataset']}"
