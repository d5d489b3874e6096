"""For which blocks training matters: blocks rewound to earlier epochs, or re-randomised (Zhang, Bengio, Singer 2022)."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from pydantic import BaseModel, Field
from torch import Tensor

import iterscope as it
from iterscope.errors import ConfigurationError
from iterscope.measurements.definition import Measurement
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Chunk, Parts, Rows
from iterscope.measurements.records import Accuracy, Interval, Number, Numbers, ProbeResult
from iterscope.measurements.request import Checkpoints, MeasurementRequest, example
from iterscope.measurements.tables import axis, coordinate
from iterscope.probes.criticality import (
    ALPHAS,
    SIGMAS,
    VALLEY_DRAWS,
    Statistics,
    between,
    block_distances,
    block_sizes,
    disturbed,
    module_criticality,
    owned_blocks,
    path_ends,
    replaced_outcomes,
    with_statistics,
)
from iterscope.probes.statistics import wilson_interval

FIT_IMAGES = 256
"""The training images, drawn by the seed, from which statistics are recomputed (all, if there are fewer)."""
TIE = 1e-9
"""Accuracies that differ by less are equal: a mean of draws is rounded, and one image changes it by more."""
ROBUST = 0.05
"""A block is robust to a replacement if the accuracy falls by less than this."""


SHARED_WEIGHTS = "the block applies another block's weights"


class CriticalityRequest(MeasurementRequest):
    """Each block with its weights of earlier checkpoints, and with fresh ones."""

    model_config = example(draws=3, statistics="rewind")

    earlier: Checkpoints | None = Field(
        default=None,
        description="Checkpoints of the same architecture to which blocks are rewound, the earliest first: several ids, or "
        "`run:ID/0,10,20` for those of a run's epochs; null: blocks are only re-randomised.",
    )
    draws: int = Field(
        default=3,
        ge=0,
        le=20,
        description="Number of fresh draws of the weights, as the network's builder in Iterscope draws them; for an imported network this "
        "may not be how its training began. 0 doesn't re-randomise.",
    )
    statistics: Statistics = Field(
        default="rewind",
        description="BatchNorm's running statistics in a replaced block. `rewind`: those of the other checkpoint, or those before "
        "training. `keep`: those of the network. `recompute`: averages over batches of 256 training images, with the new weights.",
    )
    path: bool = Field(
        default=False,
        description="Whether to also find α* between the first of `earlier` and the network, which takes as long as nine more checkpoints.",
    )
    valley: bool = Field(
        default=False,
        description="Whether to also compute the criticality μ of each block from the first of `earlier`, with noise on its weights. That "
        "takes as long as 330 more checkpoints.",
    )


class Replacement(BaseModel):
    name: str = Field(description="`epoch 10`, the checkpoint, or `random`: the mean over draws.")
    checkpoint: str = Field(description="As requested; empty for `random`.")
    epoch: int | None = Field(description="Null if it isn't known, and for `random`.")
    robust: Number = Field(
        description="Share of the blocks that keep the shape with which the accuracy falls by less than 5 points."
    )
    robust_interval: Interval = Field(description="95 % Wilson interval of that share.")
    worst: Number = Field(description="The most that the accuracy falls with one of these blocks.")


class CriticalityResult(ProbeResult):
    statistics: str = Field(description="As requested.")
    baseline: Accuracy = Field(description="The untouched network.")
    columns: list[Replacement] = coordinate(
        "column", description="What blocks are replaced by: each checkpoint, then `random`."
    )
    accuracy: list[Numbers] = axis(
        "block",
        undefined=SHARED_WEIGHTS,
        across="column",
        description="With the block's weights replaced, in all its applications.",
    )
    loss: list[Numbers] = axis(
        "block",
        undefined=SHARED_WEIGHTS,
        across="column",
        unit="nats",
        description="With the block's weights replaced.",
    )
    distance: list[Numbers] = axis(
        "block",
        undefined=SHARED_WEIGHTS,
        across="column",
        description="‖θ − θ'‖₂ / √dim between the block's weights and those that replace them.",
    )
    largest_change: list[Numbers] = axis("block", undefined=SHARED_WEIGHTS, across="column", description="‖θ − θ'‖∞.")
    random_lowest: Numbers | None = axis(
        "block",
        undefined=SHARED_WEIGHTS,
        description="The lowest accuracy of any draw; null without draws.",
    )
    random_highest: Numbers | None = axis(
        "block",
        undefined=SHARED_WEIGHTS,
        description="The highest accuracy of any draw; null without draws.",
    )
    random_costs_more: Number = Field(
        description="Share of the blocks for which fresh weights cost at least as much as the first checkpoint's; null without one of both."
    )
    random_costs_more_interval: Interval | None = Field(description="95 % Wilson interval of that share.")
    alpha: Numbers | None = axis(
        "block",
        undefined=SHARED_WEIGHTS,
        description="α*: the smallest α from which on the error with (1 − α)·then + α·now stays within 0.01 of the network's; null without "
        "`path`.",
    )
    module_criticality: Numbers | None = axis(
        "block",
        undefined="the block applies another block's weights, or no weights of the grid keep the error",
        description="μ: the least α²·‖now − then‖²/σ² for which (1 − α)·then + α·now with noise N(0, σ²) keeps the error within 0.01 of "
        "the network's; null without `valley`.",
    )
    network_criticality: Number = Field(description="Σ μ; null without `valley`, or where one of them is undefined.")


@dataclass(frozen=True)
class _Run:
    """What blocks are replaced by in one run: (1 − α)·other + α·own, and noise."""

    other: int
    alpha: float = 0.0
    sigma: float = 0.0
    draw: int = 0


def prepare(network: MeasuredNetwork, request: CriticalityRequest) -> Parts:
    """Each block with its weights replaced by those of other checkpoints and of fresh networks."""
    chain = network.chain
    if isinstance(request.earlier, str):
        raise ConfigurationError(f"earlier is {request.earlier!r}: only the service knows runs. Give a list of files")
    earlier, seeds = request.earlier or [], random.Random(request.seed)
    opened: list[Callable[[], it.ResidualChain]] = [partial(network.open, name) for name in earlier]
    opened += [partial(network.fresh, seeds.getrandbits(48)) for _ in range(request.draws)]
    if not opened:
        raise ConfigurationError("nothing replaces blocks: give checkpoints as `earlier`, or at least one of `draws`")
    if (request.path or request.valley) and not earlier:
        name = "path" if request.path else "valley"
        raise ConfigurationError(f"{name} needs the weights of an earlier epoch: give its checkpoint as `earlier`")
    blocks = owned_blocks(chain)
    distances = [block_distances(chain, other(), blocks) for other in opened]
    columns = [(_column_name(network, name), name, network.epoch_of(name)) for name in earlier]
    runs = [_Run(other) for other in range(len(opened))]
    path = [_Run(0, alpha) for alpha in ALPHAS[1:-1]] if request.path else []
    grid = itertools.product(ALPHAS, SIGMAS, range(VALLEY_DRAWS)) if request.valley else ()
    runs += [*path, *(_Run(0, alpha, sigma, draw) for alpha, sigma, draw in grid)]
    noise = [seeds.getrandbits(48) for _ in range(VALLEY_DRAWS)]
    fit = network.training(FIT_IMAGES, request.seed) if request.statistics == "recompute" else None

    def chunk(some: Chunk) -> Rows:
        rows, made = [], None
        for at, run in enumerate(runs):
            if made != run.other:
                other, made = opened[run.other](), run.other
            spares = other.blocks if run.alpha == 0 else between(other.blocks, chain.blocks, run.alpha)
            if run.sigma > 0:
                spares = disturbed(spares, run.sigma, noise[run.draw])
            spares = with_statistics(chain, spares, blocks, request.statistics, fit)
            options = some.part(at / len(runs), (at + 1) / len(runs))
            rows.append(
                replaced_outcomes(chain, spares, blocks, some.images, None, states=network.states(some), **options)
            )
        return {
            "correct": torch.stack([found.correct.sum(1) for found in rows]),
            "loss": torch.stack([found.loss.double().sum(1) for found in rows]),
            "images": torch.tensor([len(some.images)]),
        }

    def finish(rows: Rows) -> dict[str, Any]:
        count = int(rows["images"])
        accuracy, loss = (rows[name].double() / count for name in ("correct", "loss"))
        kept = len(earlier)
        names = [*columns, *([("random", "", None)] if request.draws else [])]
        shown = {
            "accuracy": (accuracy[: len(opened), 1:], kept),
            "loss": (loss[: len(opened), 1:], kept),
            "distance": (torch.stack([each for each, _ in distances]), kept),
            "largest_change": (torch.stack([each for _, each in distances]), kept),
        }
        means = {name: _with_mean(values, kept) for name, (values, kept) in shown.items()}
        falls = accuracy[0, 0] - means["accuracy"]
        movable = torch.tensor([group[0] in chain.shape_keeping for group in blocks])
        draws = accuracy[kept : len(opened), 1:]
        return {
            "statistics": request.statistics,
            "baseline": {
                "accuracy": float(accuracy[0, 0]),
                "accuracy_interval": wilson_interval(int(rows["correct"][0, 0]), count),
                "loss": float(loss[0, 0]),
            },
            "columns": [
                {"name": name, "checkpoint": given, "epoch": epoch, **_robust(fall[movable])}
                for (name, given, epoch), fall in zip(names, falls, strict=True)
            ],
            **{name: _by_block(values.T, blocks, len(chain)) for name, values in means.items()},
            "random_lowest": _by_block(draws.amin(0), blocks, len(chain)) if request.draws else None,
            "random_highest": _by_block(draws.amax(0), blocks, len(chain)) if request.draws else None,
            **_compared(means["accuracy"] if kept and request.draws else None),
            "alpha": _by_block(_path(accuracy), blocks, len(chain)) if request.path else None,
            **_valley(accuracy),
        }

    def _path(accuracy: Tensor) -> Tensor:
        errors = 1 - torch.cat([accuracy[:1, 1:], accuracy[len(opened) : len(opened) + len(path), 1:]])
        return path_ends(errors, float(1 - accuracy[0, 0]))

    def _valley(accuracy: Tensor) -> dict[str, Any]:
        if not request.valley:
            return {"module_criticality": None, "network_criticality": None}
        errors = 1 - accuracy[len(opened) + len(path) :, 1:].view(len(ALPHAS), len(SIGMAS), VALLEY_DRAWS, -1).mean(2)
        lengths = distances[0][0] * block_sizes(chain, blocks).sqrt()
        found = module_criticality(errors, lengths, float(1 - accuracy[0, 0]))
        return {
            "module_criticality": _by_block(found, blocks, len(chain)),
            "network_criticality": float(found.sum()),
        }

    return Parts(chunk, finish, merge=_added)


def _column_name(network: MeasuredNetwork, checkpoint: str) -> str:
    epoch = network.epoch_of(checkpoint)
    return checkpoint if epoch is None else f"epoch {epoch}"


def _added(parts: Sequence[Rows]) -> Rows:
    """Sums over images, chunk by chunk."""
    return {name: sum((part[name] for part in parts[1:]), parts[0][name]) for name in parts[0]}


def _with_mean(values: Tensor, kept: int) -> Tensor:
    """(E + draws, R) → (E + 1, R): the draws' mean in the last row; (E, R) without draws."""
    return torch.cat([values[:kept], values[kept:].mean(0, keepdim=True)]) if len(values) > kept else values


def _by_block(values: Tensor, blocks: Sequence[Sequence[int]], count: int) -> Tensor:
    """(R, …) → (L, …): NaN for blocks that apply another one's weights."""
    found = torch.full((count, *values.shape[1:]), torch.nan, dtype=torch.float64)
    found[[group[0] for group in blocks]] = values.double()
    return found


def _robust(falls: Tensor) -> dict[str, Any]:
    robust = int((falls < ROBUST - TIE).sum())
    worst = float(falls.max()) if len(falls) else torch.nan
    share = robust / len(falls) if len(falls) else torch.nan
    return {"robust": share, "robust_interval": wilson_interval(robust, len(falls)), "worst": worst}


def _compared(accuracy: Tensor | None) -> dict[str, Any]:
    """How often fresh weights cost at least as much as those of the first checkpoint."""
    if accuracy is None:
        return {"random_costs_more": None, "random_costs_more_interval": None}
    more, blocks = int((accuracy[-1] <= accuracy[0] + TIE).sum()), accuracy.shape[1]
    return {"random_costs_more": more / blocks, "random_costs_more_interval": wilson_interval(more, blocks)}


MEASUREMENT = Measurement(
    name="criticality",
    title="Criticality",
    summary="For which blocks training matters: blocks rewound to earlier epochs, or re-randomised",
    formula="accuracy with θ_i ← θ_i of an earlier epoch, or a fresh draw",
    citation="Zhang, Bengio and Singer 2022; μ after Chatterji, Neyshabur and Sedghi 2020; α* is our definition",
    version=2,
    request=CriticalityRequest,
    result=CriticalityResult,
    prepare=prepare,
    drawing="lines over blocks",
)
