"""Estimation bias: does a stage refine one estimate, which is unbiased from its first block on?

After Greff, Srivastava and Schmidhuber 2017 (arXiv:1612.07771), who expect E[r_l − r_end] = 0 within a stage (from memory: the formula was
not checked in the paper). The statistics below are our definition. In a stage whose last state is r_e, the error of the state after a block
is ε_l = r_l − r_e. Over all images and pixels, each channel c of ε_l has a mean μ_lc and a standard deviation σ_lc, and

    bias_l = mean_c |μ_lc|        spread_l = mean_c σ_lc        ratio_l = √(Σ_c μ_lc²) / √(Σ_c σ_lc²)
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce

import torch
from torch import Tensor, nn

from iterscope.chunks import DEFAULT_MEMORY_BUDGET, Progress
from iterscope.features import pixel_axes
from iterscope.inputs import Images, as_chain
from iterscope.numerics import norm64
from iterscope.probes.stages import StageStates, map_stages, stage_blocks


@dataclass(frozen=True)
class Moments:
    """Mean and variance of each of C channels over images and pixels; sets of images can be merged."""

    images: int
    mean: Tensor
    """(C,) float64."""
    variance: Tensor
    """(C,) float64, divided by the number of values."""

    def merged(self, other: Moments) -> Moments:
        """Those of both sets of images together (Chan, Golub, LeVeque 1979)."""
        images = self.images + other.images
        share, shift = other.images / images, other.mean - self.mean
        spread = self.variance * (1 - share) + other.variance * share + shift**2 * share * (1 - share)
        return Moments(images, self.mean + shift * share, spread)


@dataclass(frozen=True)
class EstimationBias:
    """Errors ε_l = r_l − r_e of the states after each of L blocks. Row i belongs to the state after block i, at position i + 1."""

    stages: tuple[int, ...]
    """(L,) the stage of each block."""
    moments: tuple[Moments | None, ...]
    """(L,) of each channel's error; None in a stage of one block, or where the shape isn't that of the stage's end."""
    distance: Tensor
    """(L, N) ‖ε_l‖ / ‖r_e‖; NaN where ‖r_e‖ = 0, and where `moments` is None."""
    image_means: tuple[Tensor, ...]
    """For each stage, (N, C) float64: the mean over pixels of the error after its first block; empty unless asked for."""
    image_squares: tuple[Tensor, ...]
    """The same for the mean square."""

    @property
    def bias(self) -> Tensor:
        """(L,) mean_c |μ_lc|, in units of the activations."""
        return self._rows(lambda found: found.mean.abs().mean())

    @property
    def spread(self) -> Tensor:
        """(L,) mean_c σ_lc, in units of the activations."""
        return self._rows(lambda found: found.variance.sqrt().mean())

    @property
    def ratio(self) -> Tensor:
        """(L,) √Σμ² / √Σσ²; NaN where Σσ² = 0, as at the stage's end."""
        return self._rows(lambda found: bias_ratio(found.mean, found.variance))

    def _rows(self, value: Callable[[Moments], Tensor]) -> Tensor:
        rows = [math.nan if found is None else float(value(found)) for found in self.moments]
        return torch.tensor(rows, dtype=torch.float64, device="cpu")


def bias_ratio(mean: Tensor, variance: Tensor) -> Tensor:
    """√Σμ² / √Σσ² over the channels, the last dimension; NaN where no channel varies, to rounding."""
    bias, spread = (mean**2).sum(-1), variance.sum(-1)
    return (bias / spread.where(spread > 1e-24 * bias, math.nan)).sqrt()


def estimation_bias(
    chain: nn.Module,
    images: Images,
    *,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
    per_image_channels: bool = False,
) -> EstimationBias:
    """The errors of all hidden states against the end of their stage, from one forward pass. Results are on the CPU.

    Args:
        chain, images, memory_budget, progress: as for `run_plans`.
        per_image_channels: whether to keep, for each image, every channel's mean and mean square after each stage's first block.

    Raises:
        as `run_plans`.
    """
    chain = as_chain(chain)

    def reduce(found: StageStates) -> _Chunk:
        return _Chunk(found, per_image_channels)

    chunks = map_stages(chain, images, reduce, memory_budget=memory_budget, progress=progress)
    return EstimationBias(
        stages=chain.stages,
        moments=tuple(
            _merged([chunk[stage].moments[row] for chunk in chunks])
            for stage, blocks in enumerate(stage_blocks(chain))
            for row in range(len(blocks))
        ),
        distance=torch.cat([torch.cat([part.distance for part in chunk]) for chunk in chunks], 1),
        image_means=_joined([[part.image_mean for part in chunk] for chunk in chunks]),
        image_squares=_joined([[part.image_square for part in chunk] for chunk in chunks]),
    )


class _Chunk:
    """The errors of one stage on a chunk of images."""

    def __init__(self, found: StageStates, per_image_channels: bool) -> None:
        *_, end = found.states
        states = found.states[1:]
        length = norm64(end)
        self.moments: list[Moments | None] = [None] * len(states)
        self.distance = torch.full((len(states), len(end)), math.nan, dtype=torch.float64, device="cpu")
        self.image_mean = self.image_square = torch.empty(len(end), 0, dtype=torch.float64, device="cpu")
        if len(states) == 1:
            return
        for row, state in enumerate(states):
            if state.shape != end.shape:
                continue
            error = state - end
            self.distance[row] = (norm64(error) / length.where(length > 0, math.nan)).cpu()
            variance, mean = torch.var_mean(_by_channel(error.double()), 2, correction=0)
            self.moments[row] = _over_images(mean.cpu(), variance.cpu())
            if row == 0 and per_image_channels:
                self.image_mean, self.image_square = mean.cpu(), (variance + mean**2).cpu()


def _by_channel(state: Tensor) -> Tensor:
    """(B, C, places) from (B, C, H, W), from tokens (B, T, C), …"""
    places = pixel_axes(state)
    (channels,) = set(range(1, state.dim())) - set(places)
    return state.movedim(channels, 1).reshape(len(state), state.shape[channels], -1)


def _over_images(mean: Tensor, variance: Tensor) -> Moments:
    """From each image's mean and variance over its pixels, (B, C)."""
    between, middle = torch.var_mean(mean, 0, correction=0)
    return Moments(len(mean), middle, variance.mean(0) + between)


def _merged(parts: list[Moments | None]) -> Moments | None:
    known = [part for part in parts if part is not None]
    return reduce(Moments.merged, known) if known else None


def _joined(chunks: list[list[Tensor]]) -> tuple[Tensor, ...]:
    return tuple(torch.cat(parts) for parts in zip(*chunks, strict=True))
