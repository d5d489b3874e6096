"""Which blocks' training mattered: a block goes back to its weights of an earlier epoch, or to fresh ones (Zhang, Bengio, Singer 2022).

All weights of a block are replaced: those of its branch, of its shortcut and of BatchNorm. What happens to BatchNorm's running statistics
we couldn't read in the paper, so it is an option. A block that is applied several times is replaced in all its applications.

The path is ours: α* is the smallest α from which on the error with (1 − α')·then + α'·now stays within ε of that of the network, α' ≥ α.

Module criticality is after Chatterji, Neyshabur and Sedghi (2020), a formula that we didn't check in the paper: the least
α²·‖now − then‖²_F/σ² over α and σ for which the mean error with (1 − α)·then + α·now + N(0, σ²) is at most ε above the network's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Literal, get_args

import torch
from torch import Tensor, nn

from iterscope.arguments import shown, whole_number
from iterscope.chain import ResidualBlock, ResidualChain
from iterscope.chunks import DEFAULT_MEMORY_BUDGET, Progress
from iterscope.copies import copy_of
from iterscope.engine import evaluate_plans
from iterscope.errors import ConfigurationError
from iterscope.evaluation import evaluation
from iterscope.inputs import Images, Labels, as_chain, read_inputs
from iterscope.kept_states import KeptStates
from iterscope.numerics import Outcomes
from iterscope.plan import Plan, identity, plan
from iterscope.results import Along, Record
from iterscope.tables import ALONE

Statistics = Literal["rewind", "keep", "recompute"]
"""BatchNorm's running statistics in a block whose weights are replaced. `rewind`: the other network's, so that the block is as it was.
`keep`: those of the network. `recompute`: from images, with the block's new weights."""
BATCH = 128
"""Images whose statistics are taken together where they are recomputed."""
ALPHAS = tuple(step / 10 for step in range(11))
"""The values of α that a path tries."""
EPSILON = 0.01
"""ε, the error by which a path or a valley may exceed the network's."""
SIGMAS = tuple(step / 10 for step in range(1, 11))
"""The values of σ that a valley tries."""
VALLEY_DRAWS = 3
"""Draws of the noise for each α and σ; the same ones for all."""


class SparedChain(ResidualChain):
    """A chain with spare blocks, which a plan can run in place of its own: block L + k is spare k. All else is as in the chain."""

    own: int | None = None

    def __init__(self, chain: ResidualChain, spares: Iterable[ResidualBlock]) -> None:
        super().__init__(
            chain.stem, chain, chain.head, stages=chain.stages, name=chain.name, convention=chain.convention
        )
        self.own = len(self.blocks)
        self.blocks.extend(spares)
        self.input_size, self.num_classes, self.footprints = chain.input_size, chain.num_classes, chain.footprints

    def __len__(self) -> int:
        return len(self.blocks) if self.own is None else self.own

    def __iter__(self) -> Iterator[ResidualBlock]:
        return islice(super().__iter__(), self.own)

    def block_index(self, index: int) -> int:
        found = whole_number(index)
        return found if found is not None and len(self) <= found < len(self.blocks) else super().block_index(index)

    def forward(self, images: Tensor) -> Tensor:
        h = self.stem(images)
        for block in self:
            h = block(h)
        found: Tensor = self.head(h)
        return found


@dataclass(frozen=True, repr=False)
class Criticality(Record):
    """Results for N images, R blocks with weights of their own, and E other networks."""

    blocks: tuple[tuple[int, ...], ...]
    """(R,) each block with weights of its own, followed by those that apply them again."""
    baseline: Outcomes
    """(1, N) of the untouched network."""
    outcomes: tuple[Outcomes, ...]
    """(E,) each (R, N): with one block's weights replaced by those of another network."""
    distance: Tensor
    """(E, R) float64 ‖θ − θ'‖₂ / √dim, from the block's weights to those of the other network; 0 for a block without weights."""
    largest_change: Tensor
    """(E, R) float64 ‖θ − θ'‖∞."""

    def _along(self) -> Along:
        found = {f"network {at}": outcomes for at, outcomes in enumerate(self.outcomes)}
        return {"block": {"block": self.blocks, **found}, ALONE: {"baseline": self.baseline}}


def criticality(
    chain: nn.Module,
    images: Images,
    labels: Labels = None,
    others: Sequence[nn.Module] = (),
    *,
    statistics: Statistics = "rewind",
    fit: Images | None = None,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> Criticality:
    """Accuracy and loss with one block's weights replaced by those of another network, for each block and each network.

    Args:
        chain, images, labels: as for `evaluate_plans`.
        others: networks of the same architecture: checkpoints of earlier epochs, or freshly initialised ones.
        statistics: BatchNorm's running statistics of the replaced block; see `Statistics`.
        fit: the images that `recompute` needs, at least two.

    Raises:
        ConfigurationError: there are no other networks, one has another architecture, or `statistics` is unknown or lacks `fit`. Others as
            for `run_plans`.
    """
    chain, report = as_chain(chain), progress or (lambda _: None)
    if not others:
        raise ConfigurationError("others is empty: give at least one network whose blocks replace those of this one")
    blocks = owned_blocks(chain)
    networks = [as_chain(other) for other in others]
    distances = [block_distances(chain, other, blocks) for other in networks]
    found: list[Outcomes] = []
    for at, other in enumerate(networks):

        def part(done: float, at: int = at) -> None:
            report((at + done) / len(networks))

        spares = with_statistics(chain, other.blocks, blocks, statistics, fit)
        found.append(
            replaced_outcomes(chain, spares, blocks, images, labels, memory_budget=memory_budget, progress=part)
        )
    return Criticality(
        tuple(blocks),
        found[0].rows(0, 1),
        tuple(each.rows(1) for each in found),
        torch.stack([distance for distance, _ in distances]),
        torch.stack([largest for _, largest in distances]),
    )


def owned_blocks(chain: ResidualChain) -> list[tuple[int, ...]]:
    """Each block that has weights of its own, followed by those that apply them again."""
    groups: dict[int, list[int]] = {}
    for index in range(len(chain)):
        owner = chain.shared_with(index)
        groups.setdefault(index if owner is None else owner, []).append(index)
    return [tuple(group) for group in groups.values()]


def _weights(chain: ResidualChain, group: Sequence[int]) -> list[tuple[str, Tensor]]:
    """The parameters of some blocks by name, each once."""
    found: dict[int, tuple[str, Tensor]] = {}
    for index in group:
        for name, parameter in chain.block(index).named_parameters():
            found.setdefault(id(parameter), (f"block {index}: {name}", parameter.detach()))
    return list(found.values())


def block_distances(
    chain: ResidualChain, other: ResidualChain, blocks: Sequence[Sequence[int]]
) -> tuple[Tensor, Tensor]:
    """‖θ − θ'‖₂ / √dim and ‖θ − θ'‖∞ of each block: (R,), (R,), float64.

    Raises ConfigurationError if the other network has other blocks.
    """
    distances, largest = [], []
    if owned_blocks(chain) != owned_blocks(other) or len(chain) != len(other):
        raise ConfigurationError(
            f"{other.name} has other blocks than {chain.name}: both must have the same architecture"
        )
    for group in blocks:
        own, theirs = _weights(chain, group), _weights(other, group)
        if [(name, each.shape) for name, each in own] != [(name, each.shape) for name, each in theirs]:
            raise ConfigurationError(
                f"block {group[0]} of {other.name} has other weights than that of {chain.name}: both must have the same architecture"
            )
        changes = [(a.double() - b.to(a.device).double()).flatten() for (_, a), (_, b) in zip(own, theirs, strict=True)]
        change = torch.cat(changes) if changes else torch.zeros(1, dtype=torch.float64)
        distances.append(float(change.square().mean().sqrt()))
        largest.append(float(change.abs().max()))
    return torch.tensor(distances, dtype=torch.float64), torch.tensor(largest, dtype=torch.float64)


def with_statistics(
    chain: ResidualChain,
    others: nn.ModuleList,
    blocks: Sequence[Sequence[int]],
    statistics: Statistics,
    fit: Images | None,
) -> nn.ModuleList:
    """Another network's blocks with these statistics; copies of them where they change. Arguments and errors as for `criticality`."""
    if statistics not in get_args(Statistics):
        raise ConfigurationError(
            f"statistics is {shown(statistics)}: it must be one of {', '.join(get_args(Statistics))}"
        )
    if statistics == "rewind":
        return others
    spares = copy_of(others)
    if statistics == "keep":
        for (_, spare), (_, own) in zip(spares.named_buffers(), chain.blocks.named_buffers(), strict=True):
            spare.copy_(own)
        return spares
    if fit is None:
        raise ConfigurationError("statistics is 'recompute', which needs images: give fit")
    _recompute(chain, spares, blocks, fit)
    return spares


def _recompute(chain: ResidualChain, spares: nn.ModuleList, blocks: Sequence[Sequence[int]], fit: Images) -> None:
    """Sets the running statistics of each spare to those that it sees in place of the chain's own block: averages over batches."""
    inputs = read_inputs(chain, fit, labelled=False)
    if len(inputs) < 2:
        raise ConfigurationError(f"fit has {len(inputs)} images: statistics of a batch need at least two")
    parts = max(1, round(len(inputs) / BATCH))
    groups = {group[0]: group for group in blocks}
    with evaluation(chain), evaluation(spares), torch.no_grad():
        for module in spares.modules():
            if isinstance(module, nn.modules.batchnorm._BatchNorm):
                module.reset_running_stats()
                module.training, module.momentum = True, None  # a plain average over batches
        for start, stop in pairwise(len(inputs) * part // parts for part in range(parts + 1)):
            h = chain.stem(inputs.batch(start, stop))
            for index, block in enumerate(chain):
                replaced = h
                for spare in groups.get(index, ()):
                    replaced = spares[spare](replaced)
                h = block(h)


def replaced_outcomes(
    chain: ResidualChain,
    spares: nn.ModuleList,
    blocks: Sequence[Sequence[int]],
    images: Images,
    labels: Labels,
    *,
    memory_budget: float,
    progress: Progress,
    states: KeptStates | None = None,
) -> Outcomes:
    """(1 + R, N) of the untouched network, and with a spare in place of each block and of its further applications."""
    spared = SparedChain(chain, (each for each in spares if isinstance(each, ResidualBlock)))
    plans = [identity(), *(with_spares(len(chain), group) for group in blocks)]
    return evaluate_plans(spared, images, labels, plans, memory_budget=memory_budget, progress=progress, states=states)


def with_spares(blocks: int, replaced: Iterable[int]) -> Plan:
    """The plan that runs the spares of some of the blocks in place of them."""
    chosen = set(replaced)
    return plan([(blocks + index if index in chosen else index, 1.0) for index in range(blocks)])


def between(then: nn.ModuleList, now: nn.ModuleList, alpha: float) -> nn.ModuleList:
    """Blocks with (1 − α)·then + α·now in place of all weights and running statistics: a copy."""
    found = copy_of(then)
    tensors = (_floating(each) for each in (found, now))
    with torch.no_grad():
        for mixed, own in zip(*tensors, strict=True):
            mixed.lerp_(own.to(mixed), alpha)
    return found


def _floating(blocks: nn.ModuleList) -> list[Tensor]:
    tensors = [*blocks.parameters(), *blocks.buffers()]
    return [tensor for tensor in tensors if tensor.is_floating_point()]


def path_ends(errors: Tensor, error: float, epsilon: float = EPSILON) -> Tensor:
    """α* of each block from the errors (A, R) at each of `ALPHAS` (all but the last, where the network is untouched): (R,) float64."""
    found = torch.ones(errors.shape[1], dtype=torch.float64)
    holds = torch.ones(errors.shape[1], dtype=torch.bool)
    for alpha, row in reversed(list(zip(ALPHAS, errors, strict=False))):
        holds &= row <= error + epsilon
        found[holds] = alpha
    return found


def disturbed(blocks: nn.ModuleList, sigma: float, seed: int) -> nn.ModuleList:
    """Blocks with N(0, σ²) added to each of their weights: a copy. The same seed gives the same noise, times σ."""
    found, generator = copy_of(blocks), torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weight in found.parameters():
            weight.add_(torch.randn(weight.shape, generator=generator).to(weight), alpha=sigma)
    return found


def module_criticality(errors: Tensor, lengths: Tensor, error: float, epsilon: float = EPSILON) -> Tensor:
    """(R,) float64 μ of each block; NaN where no α and σ of the grid keep the error low.

    Args:
        errors: (A, S, R) mean errors for each of `ALPHAS` and `SIGMAS`. lengths: (R,) ‖now − then‖_F. error: the network's.
    """
    alphas, sigmas = (torch.tensor(values, dtype=torch.float64).view(-1, 1, 1) for values in (ALPHAS, SIGMAS))
    costs = alphas**2 * lengths**2 / sigmas.view(1, -1, 1) ** 2
    found = costs.where(errors <= error + epsilon, torch.inf).amin((0, 1))
    return found.where(found.isfinite(), torch.nan)


def block_sizes(chain: ResidualChain, blocks: Sequence[Sequence[int]]) -> Tensor:
    """(R,) float64: the number of weights of each block."""
    sizes = [sum(weight.numel() for _, weight in _weights(chain, group)) for group in blocks]
    return torch.tensor(sizes, dtype=torch.float64)
