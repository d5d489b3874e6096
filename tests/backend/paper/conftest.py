"""Stores with runs whose curves are written by hand, and one whose runs were really trained."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import iterscope as it
from iterscope.measurements import values as shaping
from iterscope.recipes import training_configuration
from iterscope_backend.encoding import encode
from iterscope_backend.paper import PaperEvidence, Wanted
from iterscope_db import RunRecord, Store, open_store

EPOCHS = (0, 1, 2)
NARROW: dict[str, Any] = {"stem_width": 4, "widths": [4, 4, 4]}


@cache
def blocks_of(architecture: str, num_classes: int) -> tuple[tuple[dict[str, Any], ...], int]:
    """The blocks of a narrow network of that name, and its parameters."""
    model = it.build(architecture, num_classes=num_classes, **NARROW)
    return tuple(it.residual_chain(model).describe()), sum(each.numel() for each in model.parameters())


class Bench:
    """Writes runs and answers into a store."""

    def __init__(self, store: Store, home: Path) -> None:
        self.store, self.home = store, home
        self.paper = PaperEvidence(store, home)

    def run(
        self, architecture: str = "resnet56", dataset: str = "digits", seed: int = 0, shift: float = 0.0, **changes: Any
    ) -> RunRecord:
        """A completed run of three epochs: cosine falls with depth and training, the ratio is the block's index; all plus `shift`."""
        num_classes = 10 if dataset == "digits" else 100
        blocks, parameters = blocks_of(architecture, num_classes)
        planned = training_configuration(
            "quick", architecture=architecture, architecture_options=NARROW, dataset=dataset, seed=seed, **changes
        )
        configuration = planned.to_dict()
        store, count = self.store, len(blocks)
        record = store.runs.create(
            configuration,
            f"{architecture} {seed}",
            "quick",
            architecture,
            dataset,
            seed,
            2,
            blocks,
            "running",
            worker="w",
        )
        last_stage = [block["index"] for block in blocks if block["stage"] == blocks[-1]["stage"]]
        for epoch in EPOCHS:
            exits = [0.5 + 0.01 * index + shift if index in last_stage else math.nan for index in range(count)]
            cosine = [-0.01 * (1 + index * epoch) + shift for index in range(count)]
            values = {
                "cosine_loss": cosine,
                "cosine_loss_std": [0.1] * count,
                "cosine_loss_plugged": [c if index in last_stage else math.nan for index, c in enumerate(cosine)],
                "l2_ratio": [0.1 + 0.01 * index + 0.1 * epoch + shift for index in range(count)],
                "activation_norm": [10.0 + index for index in range(count)],
                "early_exit_accuracy": exits,
            }
            arrays = {(name, split): row for name, row in values.items() for split in ("train", "validation")}
            scalars: dict[tuple[str, str | None], float] = {
                ("validation_accuracy", "validation"): min(0.5 + 0.2 * epoch + shift, 0.99),
                ("gradient_norm_ratio", "train"): 1.0,
                ("gradient_norm_ratio", "validation"): 1.0,
            }
            if epoch:
                scalars["training_accuracy", "train"] = min(0.55 + 0.2 * epoch, 0.99)
            store.metrics.log_epoch(record.id, epoch, arrays, scalars)
        for epoch in EPOCHS:
            store.checkpoints.add(
                run=record.id,
                epoch=epoch,
                path=f"checkpoints/{record.id}/epoch-{epoch:04d}.safetensors",
                sha256=record.id.ljust(64, str(epoch)),
                architecture=planned.network(num_classes).to_dict(),
                dataset=_reference(dataset),
                num_parameters=parameters,
                size_bytes=1,
                blocks=blocks,
                name=f"epoch {epoch}",
            )
        return store.runs.finish(record.id, "completed")

    def answer(self, wanted: Wanted) -> None:
        """Store an answer of the right shape: borderline images gain, everything else stays."""
        record = wanted.question.checkpoint
        count, split = len(record.blocks), wanted.request["split"]
        summary = {"mean": [-0.1] * count, "std": [0.1] * count}
        result: dict[str, Any] = {"probe": wanted.probe, "split": split, "samples": 40}
        images = 40
        last = sum(block["stage"] == record.blocks[-1]["stage"] for block in record.blocks)
        if wanted.probe == "drop":
            plans = [{"blocks": [index], "accuracy": 0.8, "loss": 1.0} for index in range(count)]
            result |= {"baseline": {"accuracy": 0.9, "loss": 0.5}, "plans": plans}
            result |= per_image(correct=np.repeat([[0.9], *[[0.8]] * count], images, 1) > np.linspace(0, 1, images))
        elif wanted.probe == "borderline":
            exits = min(5, last)
            result |= {"exit_blocks": list(range(count - exits, count)), "groups": _groups(exits)} | _followed(
                exits, images
            )
        elif wanted.probe == "batch-statistics":
            growth = np.full(images, 3.0 if wanted.request["unshared"] else 9.0)
            result |= {"activation_norm": {"mean": [10.0 + index for index in range(count)]}}
            result |= per_image(growth=growth, correct=np.ones((1, images), dtype=bool))
        elif wanted.request.get("gradient") == "end_to_end":
            rows = np.repeat(np.linspace(-0.1, -0.3, count)[:, None], images, 1) + 0.01 * (np.arange(images) % 2 - 0.5)
            averages = {"mean": rows.mean(1).tolist()}
            result |= {"cosine_loss": averages, "l2_ratio": {"mean": (-rows.mean(1)).tolist()}} | per_image(
                cosine_loss=rows,
                cosine_loss_plugged=_before(rows, count - last),
                l2_ratio=-rows,
                gradient_norm_ratio=np.ones(images),
                exit_correct=np.ones((last, images), dtype=bool),
            )
        elif wanted.probe == "unroll":
            steps = wanted.request["steps"]
            scale = 0.1 if wanted.request["scale"] == "auto" else 1.0
            further = {"mean": [-0.05] * steps}
            result |= {"step": list(range(steps + 1)), "scale": scale, "groups": _groups(steps + 1)}
            result |= {"cosine_loss": further, "l2_ratio": {"mean": [0.2] * steps}, "scale_grid": None}
            values = _followed(2, images)["per_image"]
            more = per_image(cosine_loss=np.full((steps, images), -0.05), growth=np.full((1, images), 20.0))
            result |= {"per_image": {**values, **more["per_image"]}}
        else:
            result |= {"cosine_loss": summary, "l2_ratio": summary}
        self.store.probe_results.put(
            wanted.question.key, wanted.probe, record.id, wanted.question.request, encode(result), 0.1
        )


def per_image(**values: Any) -> dict[str, Any]:
    """As a probe gives them."""
    return shaping.per_image(**{name: torch.as_tensor(entry) for name, entry in values.items()})


def _before(rows: Any, first: int) -> Any:
    """The rows, undefined before the last stage."""
    return np.where(np.arange(len(rows))[:, None] < first, np.nan, rows)


def _followed(length: int, images: int) -> dict[str, Any]:
    """Ten borderline images of which 4 and then 8 are right, and thirty that stay right."""
    correct = np.ones((length, images), dtype=bool)
    correct[0, 4:10] = False
    correct[1:, 8:10] = False
    falling = np.repeat(0.5 - 0.01 * np.arange(length)[:, None], images, 1)
    return per_image(correct=correct, loss=falling, entropy=falling, borderline=np.arange(images) < 10)


def _groups(length: int) -> dict[str, Any]:
    def group(n: int, before: int, after: int) -> dict[str, Any]:
        gained = [0, *[after - before] * (length - 1)]
        accuracy = [(before + more) / n if n else math.nan for more in gained]
        values = [0.5 - 0.01 * position for position in range(length)]
        return {"n": n, "accuracy": accuracy, "loss": values, "entropy": values, "gained": gained, "lost": [0] * length}

    return {"borderline": group(10, 4, 8), "correct": group(30, 30, 30), "all": group(40, 34, 38)}


def _reference(dataset: str) -> dict[str, Any]:
    classes = [f"{number}" for number in range(10 if dataset == "digits" else 100)]
    return {
        "name": dataset,
        "fingerprint": dataset.ljust(64, "0"),
        "class_names": classes,
        "mean": [0.5] * 3,
        "std": [0.2] * 3,
        "image_size": 32,
    }


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """An empty store to write into."""
    with open_store(tmp_path) as store:
        yield Bench(store, tmp_path)
