"""How alike hidden states are: centred kernel alignment (CKA; Kornblith et al. 2019), in the unbiased minibatch form of Nguyen, Raghu and
Kornblith (2021), equations 2 and 3.

Of a batch of n images, with features X (n, p) and Y (n, q), K = XXᵀ and L = YYᵀ, both with a zero diagonal:

    HSIC(K, L) = [tr(KL) + ΣK ΣL / ((n − 1)(n − 2)) − 2/(n − 2) · Σ(KL)] / (n(n − 3))
    CKA_lm     = Σ_b HSIC(l, m) / √(Σ_b HSIC(l, l) · Σ_b HSIC(m, m))

It is computed as the inner product of U-centred matrices, which is the same and steadier. So HSIC(l, l) is a squared length: no root of a
negative number is ever taken, and |CKA| ≤ 1. It is undefined only where a state is the same for all images of each batch. It may be
slightly negative, because HSIC is unbiased. Features are centred before products are taken, which changes nothing but rounding.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from iterscope.arguments import shown, whole_number
from iterscope.chunks import CPU_CHUNK, DEFAULT_MEMORY_BUDGET, GPU_CHUNK, Chunks, Progress, measure_footprint
from iterscope.errors import BudgetError, ConfigurationError
from iterscope.evaluation import evaluation
from iterscope.features import FeatureKind, FeatureMap, fit_features, pass_time
from iterscope.inputs import Images, Inputs, as_budget, as_chain, check_fit, read_inputs
from iterscope.parallel_chunks import map_chunks
from iterscope.probes.correlation import spearman
from iterscope.probes.resampling import jackknife_error, jackknife_interval
from iterscope.results import Along, Record

BATCH = 64
"""Images of a batch."""
LEAST_IMAGES = 4
"""Images of which the unbiased HSIC is defined."""
SLICE = 1 << 14
"""Features of which products are taken at once, in float64."""


@dataclass(frozen=True, repr=False)
class Similarity(Record):
    """The unbiased HSIC of B batches, between the P positions of a network and the Q positions of a network, the same one or another."""

    cross: Tensor
    """(B, P, Q) float64 HSIC(l, m)."""
    own: Tensor
    """(B, P) float64 HSIC(l, l) of the first network."""
    other: Tensor
    """(B, Q) float64 HSIC(m, m) of the second one."""
    largest: Tensor
    """(B, P) float64: the most that a single image contributes to HSIC(l, l), the sum of the squares of its row."""

    @property
    def cka(self) -> Tensor:
        """(P, Q) from −1 to 1; NaN where a state is constant."""
        return _ratio(self.cross.sum(0), self.own.sum(0), self.other.sum(0))

    @property
    def without_each(self) -> Tensor:
        """(B, P, Q) without each batch in turn."""
        cross, own, other = (values.sum(0) - values for values in (self.cross, self.own, self.other))
        return _ratio(cross, own, other)

    @property
    def error(self) -> Tensor:
        """(P, Q) the standard error of CKA by the jackknife over batches; NaN for a single batch."""
        return jackknife_error(self.without_each)

    def estimate(self, statistic: Callable[[Tensor], float]) -> tuple[float, tuple[float, float]]:
        """A statistic of the matrix (P, Q), and its 95 % interval by the jackknife over batches; NaN bounds for a single batch."""
        value = statistic(self.cka)
        each = torch.tensor([statistic(matrix) for matrix in self.without_each], dtype=torch.float64)
        return value, jackknife_interval(value, each)

    @property
    def largest_image(self) -> Tensor:
        """(P,) the largest share of a single image in HSIC(l, l); every pair of images counts for both. NaN where a state is constant."""
        return self.largest.amax(0) / self.own.sum(0)

    def _along(self) -> Along:
        positions = tuple(range(self.cross.shape[1]))
        return {"position": {"position": positions, "cka": self.cka, "error": self.error}}


def _ratio(cross: Tensor, own: Tensor, other: Tensor) -> Tensor:
    lengths = own.clamp_min(0).sqrt().unsqueeze(-1) * other.clamp_min(0).sqrt().unsqueeze(-2)
    return torch.where(lengths > 0, cross / lengths, math.nan).clamp(-1, 1)  # beyond by rounding alone


def stage_contrast(matrix: Tensor, stages: Sequence[int]) -> float:
    """The mean CKA of pairs of different positions of the same stage − that of pairs of different stages; NaN without both."""
    first, second = _pairs(matrix)
    stage = torch.tensor(stages)
    values, same = matrix[first, second], stage[first] == stage[second]
    return float(values[same].nanmean() - values[~same].nanmean())


def nearness(matrix: Tensor) -> float:
    """Spearman's correlation of CKA with −|l − m| over pairs of different positions: positive if neighbours are more alike."""
    first, second = _pairs(matrix)
    return spearman(matrix[first, second], (first - second).double())


def _pairs(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """The rows and columns above the diagonal."""
    first, second = torch.ones_like(matrix).triu(1).nonzero().T
    return first, second


def batch_spans(images: int, batch: int) -> list[tuple[int, int]]:
    """(start, stop) of each batch. A rest that is too small for HSIC joins the batch before.

    Raises ConfigurationError if there are fewer than `LEAST_IMAGES` images, or `batch` is smaller.
    """
    size = whole_number(batch)
    if size is None or size < LEAST_IMAGES:
        raise ConfigurationError(f"batch is {shown(batch)}: the unbiased HSIC needs at least {LEAST_IMAGES} images")
    if images < LEAST_IMAGES:
        raise ConfigurationError(f"{images} images: CKA needs at least {LEAST_IMAGES}")
    starts = [start for start in range(0, images, size) if start == 0 or images - start >= LEAST_IMAGES]
    return list(zip(starts, [*starts[1:], images], strict=True))


def gram(features: Tensor) -> Tensor:
    """(n, n) float64: the products of the centred features (n, p); exactly zero if all images have the same."""
    found = torch.zeros(len(features), len(features), dtype=torch.float64, device=features.device)
    for begin in range(0, features.shape[1], SLICE):
        some = features[:, begin : begin + SLICE]
        # The first image is subtracted before the mean: the mean of equal numbers may differ from them by rounding.
        centred = some.double() - some[:1].double()
        centred -= centred.mean(0)
        found += centred @ centred.T
    return found


def u_centred(products: Tensor) -> Tensor:
    """A matrix (n, n) of products, n ≥ 4, with a zero diagonal, whose other entries in each row and column sum to 0."""
    n = len(products)
    off = products.masked_fill(torch.eye(n, dtype=torch.bool, device=products.device), 0.0)
    means = off.sum(0) / (n - 2)
    means = means - means.sum() / (2 * (n - 1))
    return (off - means.unsqueeze(0) - means.unsqueeze(1)).fill_diagonal_(0.0)


def unbiased_hsic(x: Tensor, y: Tensor) -> Tensor:
    """() float64: the unbiased HSIC of features (n, p) and (n, q) with linear kernels; n ≥ 4. Its mean is 0 for independent features."""
    n = len(x)
    return (u_centred(gram(x)) * u_centred(gram(y))).sum() / (n * (n - 3))


def cka(
    chain: nn.Module,
    images: Images,
    other: nn.Module | None = None,
    *,
    features: FeatureKind = "flat",
    batch: int = BATCH,
    fit: Images | None = None,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> Similarity:
    """How alike the hidden states r_0 … r_L are to each other, or to those of another network on the same images.

    Args:
        chain, images: as for `run_plans`.
        other: another network, of any depth and width; None: the network itself.
        features: what is compared of a state; see `fit_features`.
        batch: images of a batch, at least 4, in their order. A rest of fewer than 4 joins the batch before.
        fit: the images whose statistics features of the kind `halves` need; None: `images`.

    Raises:
        ConfigurationError: there are fewer than 4 images, or a batch is smaller. BudgetError: a batch doesn't fit. Others as for
            `run_plans`.
    """
    report, budget, chain = progress or (lambda _: None), as_budget(memory_budget), as_chain(chain)
    networks = [chain] if other is None else [chain, as_chain(other)]
    inputs = [read_inputs(each, images, labelled=False) for each in networks]
    spans = batch_spans(len(inputs[0]), batch)
    maps = [fit_features(each, images if fit is None else fit, features, memory_budget=budget) for each in networks]
    sides: list[_Side] = []
    for each, given in zip(inputs, maps, strict=True):
        with evaluation(each.chain):
            sides.append(_side(each, given, max(stop - start for start, stop in spans), budget))
    at_once = min([len(spans), torch.get_num_threads(), *(budget // side.bytes for side in sides)])
    chunks = Chunks(tuple(spans), max(1, at_once) if chain.device.type == "cpu" else 1)

    def work(start: int, stop: int, on_step: Progress) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        n = stop - start
        found: list[Tensor] = []
        for at, side in enumerate(sides):

            def step(done: float, at: int = at) -> None:
                on_step((at + done) / len(sides))

            found.append(torch.stack([u_centred(each).flatten() for each in side.grams(start, stop, step)]))
        first, second = found[0], found[-1]
        lengths = [(each**2).sum(1) / (n * (n - 3)) for each in (first, second)]
        rows = (first**2).view(len(first), n, n).sum(2) / (n * (n - 3))
        cross = first @ second.T / (n * (n - 3))
        return cross.cpu(), lengths[0].cpu(), lengths[1].cpu(), rows.amax(1).cpu()

    with evaluation(networks[0]), evaluation(networks[-1]):
        parts = map_chunks(chunks, work, lambda done: report(done / len(inputs[0])))
    report(1.0)
    return Similarity(*(torch.stack(values) for values in zip(*parts, strict=True)))


@dataclass(frozen=True)
class _Side:
    """One network on its images."""

    inputs: Inputs
    features: FeatureMap
    together: int
    """Images that run through a block together."""
    bytes: int
    """What a batch takes."""

    def grams(self, start: int, stop: int, on_step: Progress) -> list[Tensor]:
        """The products of the features of images start … stop − 1 at each position; in evaluation mode."""
        chain, found = self.inputs.chain, list[Tensor]()
        with torch.no_grad():
            bounds = range(start, stop, self.together)
            states = [chain.stem(self.inputs.batch(at, min(at + self.together, stop))) for at in bounds]
            found.append(self._gram(0, states))
            for index, block in enumerate(chain):
                for part in range(len(states)):
                    states[part] = block(states[part])
                found.append(self._gram(index + 1, states))
                on_step((index + 1) / len(chain))
        return found

    def _gram(self, position: int, states: list[Tensor]) -> Tensor:
        return gram(torch.cat([self.features(position, state) for state in states]))


def _side(inputs: Inputs, features: FeatureMap, batch: int, budget: int) -> _Side:
    """Raises what can be found out with a single image; in evaluation mode."""
    chain, first = inputs.chain, inputs.batch(0, 1)
    check_fit(inputs, first)
    footprint = measure_footprint(chain, first)
    # The states of a batch, their features, and a few slices and products in float64.
    kept = batch * (3 * footprint.state + 8 * (3 * SLICE + 4 * batch * (len(chain) + 1)))
    if budget < kept + footprint.block:
        raise BudgetError(
            f"memory_budget is {budget / 2**20:.1f} MiB, but a batch of {batch} images takes {(kept + footprint.block) / 2**20:.1f} MiB "
            f"in {chain.name}: give at least that much, or a smaller batch. One forward pass of all images takes about {pass_time(inputs)}"
        )
    most = CPU_CHUNK if chain.device.type == "cpu" else GPU_CHUNK
    together = min(batch, most, (budget - kept) // footprint.block)
    return _Side(inputs, features, together, kept + together * footprint.block)
