"""Features of the hidden states r_0 … r_L: what probes, neighbours and class statistics read, in one forward pass over the images.

r_0 is the stem's output and r_l what block l − 1 returns, so that a network of L blocks has L + 1 positions. The features are our own
choice, not a paper's:

    gap     the mean over height and width (of tokens: over tokens), C numbers. It suits states that end in a ReLU.
    halves  a signed state r is standardised per channel, z = (r − mean)/std over fit images and pixels; then the means of relu(z) and of
            relu(−z), 2C numbers. The plain mean of a signed state hides what a head of BatchNorm, ReLU and pooling sees.
    flat    the state itself, C·H·W numbers.
    auto    gap in post-activation networks, halves in all others.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from iterscope.arguments import shown
from iterscope.block_pass import BlockPass
from iterscope.chain import ResidualChain
from iterscope.chunks import DEFAULT_MEMORY_BUDGET, Chunks, Progress, divide, measure_footprint
from iterscope.errors import BudgetError, ConfigurationError
from iterscope.evaluation import evaluation
from iterscope.inputs import Images, Inputs, Labels, as_budget, as_chain, read_inputs
from iterscope.parallel_chunks import map_chunks
from iterscope.plan import identity

FeatureKind = Literal["auto", "gap", "halves", "flat"]
Visit = Callable[[int, Tensor], None]
"""Takes a position l from 0 to L, and the state r_l (B, …)."""


@dataclass(frozen=True)
class FeatureMap:
    """How the features of each position are computed from its states."""

    kind: Literal["gap", "halves", "flat"]
    mean: tuple[Tensor, ...] = ()
    """For halves: (C_l,) float64 of each position."""
    std: tuple[Tensor, ...] = ()
    """For halves: (C_l,) float64 of each position; 1 where a channel is constant over the fit images."""
    channels_last: bool | None = None
    """Whether states are (B, H, W, C); None: by each state's own shape, as `pixel_axes` does."""

    def __call__(self, position: int, state: Tensor) -> Tensor:
        """(B, p) features of the states r_l (B, …) of one position, in float32, or float64 if the states are."""
        state = state.to(torch.promote_types(state.dtype, torch.float32))
        if self.kind == "flat":
            return state.flatten(1)
        places = pixel_axes(state, self.channels_last)
        if self.kind == "halves":
            shape = [1 if axis in places else size for axis, size in enumerate(state.shape)][1:]
            mean, std = (values[position].to(state).view(shape) for values in (self.mean, self.std))
            state = (state - mean) / std
            halves = (state.clamp_min(0), (-state).clamp_min(0))
            return torch.cat([_means(half, places) for half in halves], 1)
        return _means(state, places)


@dataclass(frozen=True)
class FeatureBank:
    """The features of N images at all L + 1 positions, and what the network answers; on the CPU."""

    features: tuple[Tensor, ...]
    """(N, p_l) of each position, float32 (float64 in a float64 network)."""
    logits: Tensor
    """(N, K), of the same type."""
    labels: Tensor | None
    """(N,) int64; None if the images have none."""

    def __len__(self) -> int:
        return len(self.logits)

    @property
    def nbytes(self) -> int:
        """Memory that it takes."""
        return sum(each.nbytes for each in (*self.features, self.logits))


def pixel_axes(state: Tensor, channels_last: bool | None = None) -> tuple[int, ...]:
    """The axes of a state that are places, not channels: (B, C, H, W) → 2, 3; tokens (B, T, C) → 1; (B, H, W, C) → 1, 2; (B, C) → none.

    A state of four axes has its channels last, as Swin's have, if `channels_last`; None: where the first two of the three are equal and
    the third isn't, which is right for square images only.
    """
    if state.dim() == 4:
        first, second, third = state.shape[1:]
        last = first == second != third if channels_last is None else channels_last
        return (1, 2) if last else (2, 3)
    return tuple(range(1, state.dim() - 1))


def _channels_last(inputs: Inputs, memory_budget: int) -> bool | None:
    """Whether a network's states are (B, H, W, C), by one image; None if it is square. In evaluation mode.

    The states' places have about the image's proportions. The states decide together, because a single one may have them both ways:
    (16, 32, 64) is 16 channels of 32 × 64 places, or 64 channels of 16 × 32.
    """
    image = inputs.batch(0, 1)
    if image.dim() != 4 or image.shape[2] == image.shape[3]:
        return None
    state_chunks(inputs, memory_budget)  # raises where the network can't take such an image
    off = [0.0, 0.0]

    def visit(_: int, state: Tensor) -> None:
        if state.dim() == 4:
            for at in (0, 1):
                height, width = state.shape[2 - at : 4 - at]
                off[at] += abs(math.log(height / width * image.shape[3] / image.shape[2]))

    walk_states(inputs.chain, image, visit, lambda _: None)
    return off[1] < off[0]


def _means(state: Tensor, places: tuple[int, ...]) -> Tensor:
    return state.mean(places, dtype=torch.float64).to(state.dtype) if places else state


def position_stages(chain: ResidualChain) -> list[int]:
    """The stage of each position: that of the block which returns the state; the stem's output counts as the first stage's."""
    return [0, *chain.stages]


def walk_states(chain: ResidualChain, x: Tensor, visit: Visit, on_step: Progress) -> Tensor:
    """The logits (B, K) of the images x; `visit` gets r_0 … r_L on the way. In evaluation mode, without gradients."""
    with torch.no_grad():
        h = chain.stem(x)
        visit(0, h)
        for index, block in enumerate(chain):
            h = block(h)
            visit(index + 1, h)
            on_step((index + 1) / len(chain))
        logits: Tensor = chain.head(h)
    return logits


PASS_IMAGES = 8
"""Images that `pass_time` runs."""


def pass_time(inputs: Inputs) -> str:
    """About how long one forward pass of all images takes, by that of the first few; in evaluation mode."""
    few = inputs.batch(0, min(len(inputs), PASS_IMAGES))
    took = 0.0
    for _ in range(2):  # the first pass also prepares what later ones reuse
        begin = time.perf_counter()
        walk_states(inputs.chain, few, lambda *_: None, lambda _: None).sum().item()  # waits for a GPU
        took = time.perf_counter() - begin
    seconds = took * len(inputs) / len(few)
    return f"{max(1, round(seconds))} s" if seconds < 100 else f"{round(seconds / 60)} min"


def state_chunks(inputs: Inputs, memory_budget: int, more: int = 0, copies: int = 2) -> Chunks:
    """How images are divided for a walk that keeps `copies` of the largest state and `more` bytes for each image.

    Raises what can be found out with a single image; in evaluation mode.
    """
    BlockPass(inputs.chain, identity().steps(inputs.chain), ()).chunks(inputs, memory_budget)  # all that it checks
    footprint = measure_footprint(inputs.chain, inputs.batch(0, 1))
    return divide(inputs.chain, len(inputs), footprint.block + copies * footprint.state + more, memory_budget)


def fit_features(
    chain: nn.Module,
    images: Images,
    kind: FeatureKind = "auto",
    *,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> FeatureMap:
    """How features are computed, with the statistics of the fit images where `kind` asks for them: one forward pass for halves.

    Args:
        chain, images: as for `run_plans`.
        memory_budget: bytes that activations may use.
        progress: called with the share of the work that is done, 0 to 1; may raise `Cancelled`.

    Raises:
        ConfigurationError: the kind is unknown. Others as for `run_plans`.
    """
    if kind not in get_args(FeatureKind):
        raise ConfigurationError(f"features is {shown(kind)}: give one of {', '.join(get_args(FeatureKind))}")
    chain, report = as_chain(chain), progress or (lambda _: None)
    if kind == "auto":
        kind = "gap" if chain.convention == "post-activation" else "halves"
    if kind == "flat":
        report(1.0)
        return FeatureMap(kind)
    inputs = read_inputs(chain, images, labelled=False)
    with evaluation(chain):
        last = _channels_last(inputs, as_budget(memory_budget))
    if kind == "gap":
        report(1.0)
        return FeatureMap(kind, channels_last=last)

    def work(start: int, stop: int, on_step: Progress) -> list[_Moments]:
        found: list[_Moments] = []
        walk_states(chain, inputs.batch(start, stop), lambda _, state: found.append(_moments(state, last)), on_step)
        return found

    with evaluation(chain):
        chunks = state_chunks(inputs, as_budget(memory_budget), copies=4)  # moments are float64
        parts = map_chunks(chunks, work, lambda done: report(done / len(inputs)))
    report(1.0)
    merged = parts[0]
    for part in parts[1:]:
        merged = [first.with_more(second) for first, second in zip(merged, part, strict=True)]
    return FeatureMap(kind, tuple(each.mean for each in merged), tuple(each.std for each in merged), last)


@dataclass(frozen=True)
class _Moments:
    """Of each channel of some states."""

    count: int
    mean: Tensor
    squares: Tensor
    """Sum of squared deviations from the mean."""

    def with_more(self, other: _Moments) -> _Moments:
        """Those of both (Chan, Golub and LeVeque 1979)."""
        count, step = self.count + other.count, other.mean - self.mean
        squares = self.squares + other.squares + step**2 * (self.count * other.count / count)
        return _Moments(count, self.mean + step * (other.count / count), squares)

    @property
    def std(self) -> Tensor:
        found = (self.squares / self.count).sqrt()
        return found.where(found > 1e-6 * self.mean.abs(), 1.0)


def _moments(state: Tensor, channels_last: bool | None) -> _Moments:
    wide = state.double()
    places = (0, *pixel_axes(wide, channels_last))
    mean = wide.mean(places, keepdim=True)
    squares = ((wide - mean) ** 2).sum(places)
    return _Moments(wide.numel() // max(1, squares.numel()), mean.flatten().cpu(), squares.cpu())


def feature_bank(
    chain: nn.Module,
    images: Images,
    features: FeatureMap,
    labels: Labels = None,
    *,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> FeatureBank:
    """The features of all images at all positions, and their logits, from one forward pass.

    Args:
        chain, images: as for `run_plans`.
        features: from `fit_features`.
        labels: the true classes (N,), if they don't come with the images; the bank only keeps them.
        memory_budget: bytes that activations and the features may use.
        progress: called with the share of the work that is done, 0 to 1; may raise `Cancelled`.

    Raises:
        BudgetError: the features don't fit. Others as for `run_plans`.
    """
    chain, report, budget = as_chain(chain), progress or (lambda _: None), as_budget(memory_budget)
    has_labels = getattr(images, "labels", None) is not None or isinstance(images, Dataset | DataLoader)
    inputs = read_inputs(chain, images, labels, labelled=labels is not None or has_labels)
    count = len(inputs)
    with evaluation(chain):
        state_chunks(inputs, budget)
        first: list[Tensor] = []
        logits = walk_states(
            chain, inputs.batch(0, 1), lambda at, state: first.append(features(at, state)), lambda _: None
        )
        kept = [
            torch.empty(count, each.shape[1], dtype=each.dtype, device="cpu")
            for each in (*first, logits.to(first[0].dtype))
        ]
        classes = torch.empty(count, dtype=torch.int64, device="cpu") if inputs.labelled else None
        needed = sum(each.nbytes for each in kept)
        if needed > budget // 2:
            raise BudgetError(
                f"memory_budget is {budget} bytes, but the {features.kind} features of {count} images at {len(first)} positions take "
                f"{needed} bytes ({needed / 2**20:.0f} MiB), and at most half of it is for them: give fewer images, or features='gap'. "
                f"One forward pass takes about {pass_time(inputs)}"
            )

        def work(start: int, stop: int, on_step: Progress) -> None:
            def visit(position: int, state: Tensor) -> None:
                kept[position][start:stop] = features(position, state)

            kept[-1][start:stop] = walk_states(chain, inputs.batch(start, stop), visit, on_step)
            if classes is not None:
                classes[start:stop] = inputs.classes(start, stop)

        chunks = state_chunks(inputs, budget - needed, copies=4)
        map_chunks(chunks, work, lambda done: report(done / count))
    report(1.0)
    return FeatureBank(tuple(kept[:-1]), kept[-1], classes)
