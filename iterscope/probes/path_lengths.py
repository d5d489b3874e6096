"""Path lengths: through how many branches the gradient goes on its way back (after Veit, Wilber and Belongie 2016, section 4.3; the
procedure as we know it, not checked in the paper).

With k of the L blocks chosen, the gradient passes these through the branch alone, and all others through the shortcut alone; merge is
passed in both. That is g_S at r_0 for the set S of chosen blocks. Over all sets, the g_S add up to ∂L/∂r_0. The paths of length k weigh

    w_k = C(L, k) · mean ‖g_S‖ over sets of size k, divided by the sum over all k

and the effective length of an image is Σ k·w_k. If ‖g_S‖ were the same for all sets, that would be L/2.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from iterscope.arguments import shown, whole_number
from iterscope.chain import BlockStep, ResidualChain
from iterscope.chunks import DEFAULT_MEMORY_BUDGET, LOGIT_COPIES, Progress, divide, measure_footprint, measure_logits
from iterscope.errors import ConfigurationError
from iterscope.evaluation import evaluation
from iterscope.inputs import Images, Labels, as_budget, as_chain, check_fit, check_labels, read_inputs
from iterscope.numerics import logit_gradient, norm64, remaining_probability
from iterscope.parallel_chunks import map_chunks
from iterscope.probes.lesions import drawn_sets
from iterscope.results import Along, Record
from iterscope.tables import ALONE

DRAWS = 10
"""Sets of blocks for each length (all, if there are fewer)."""
MOST_DRAWS = 1000
Sets = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, repr=False)
class PathLengths(Record):
    """The gradient along paths of each length k = 0 … L, for N images."""

    sets: Sets
    """(S,) the blocks that are passed through their branch, in ascending number."""
    gradient_norm: Tensor
    """(L + 1, N) float64 mean ‖g_S‖ over the sets of size k."""
    weight: Tensor
    """(L + 1, N) float64 w_k, which adds up to 1; NaN for an image whose gradient vanishes on all these paths."""

    @property
    def effective_length(self) -> Tensor:
        """(N,) Σ k·w_k"""
        return torch.arange(len(self.weight), dtype=torch.float64, device="cpu") @ self.weight

    def _along(self) -> Along:
        return {
            "length": {
                "length": tuple(range(len(self.weight))),
                "weight": self.weight,
                "gradient_norm": self.gradient_norm,
            },
            ALONE: {"effective_length": self.effective_length},
        }


def path_lengths(
    chain: nn.Module,
    images: Images,
    labels: Labels = None,
    draws: int = DRAWS,
    *,
    seed: int = 0,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> PathLengths:
    """The weight of the paths of each length in the gradient of the cross-entropy, and each image's effective length.

    One forward pass, and one backward pass for every set of blocks; sets that agree in the last blocks share that part of the way.

    Args:
        chain, images, labels: as for `evaluate_plans`.
        draws: different sets of blocks for each length, drawn by the seed (all sets, if there are no more than that).

    Raises:
        ConfigurationError: draws or seed is out of range. Others as for `run_plans`.
    """
    chain, report, budget = as_chain(chain), progress or (lambda _: None), as_budget(memory_budget)
    sets = path_sets(chain, draws, seed)
    inputs = read_inputs(chain, images, labels, labelled=True)
    count = len(inputs)

    def run(start: int, stop: int, on_step: Progress) -> tuple[Tensor, Tensor]:
        x, y = inputs.batch(start, stop), inputs.classes(start, stop)
        lengths = torch.empty(len(sets), len(x), dtype=torch.promote_types(x.dtype, torch.float32), device=x.device)
        done = 0

        def found(at: int, gradient: Tensor) -> None:
            nonlocal done
            done += 1
            lengths[at] = norm64(gradient)
            on_step(done / len(sets))

        factor = path_gradients(chain, x, y, sets, found)
        return lengths.cpu(), factor.cpu()

    with evaluation(chain):
        first = inputs.batch(0, 1)
        check_fit(inputs, first)
        footprint = measure_footprint(chain, first)
        logits = measure_logits(chain, footprint, first)
        check_labels(inputs, logits.classes)
        needed = footprint.graph + footprint.block + footprint.head + len(chain) * footprint.state
        chunks = divide(chain, count, needed + LOGIT_COPIES * logits.bytes, budget)
        parts = map_chunks(chunks, run, lambda done: report(done / count))
    report(1.0)
    directions = _means(sets, len(chain), torch.cat([lengths for lengths, _ in parts], dim=1).double())
    factor = torch.cat([factor for _, factor in parts]).double()
    return PathLengths(sets, directions * factor, _weights(directions))


def path_sets(chain: ResidualChain, draws: int, seed: int) -> Sets:
    """The sets of blocks for every length from 0 to L; arguments and errors as for `path_lengths`."""
    each, start = whole_number(draws), whole_number(seed)
    if each is None or not 1 <= each <= MOST_DRAWS:
        raise ConfigurationError(f"draws is {shown(draws)}: give the number of sets for each length, 1 to {MOST_DRAWS}")
    if start is None:
        raise ConfigurationError(f"seed is {shown(seed)}: give a whole number")
    length = len(chain)
    return tuple(chosen for size in range(length + 1) for chosen in drawn_sets(range(length), size, each, start))


def path_gradients(
    chain: ResidualChain, x: Tensor, y: Tensor, sets: Sequence[Sequence[int]], found: Callable[[int, Tensor], None]
) -> Tensor:
    """Gives the position of each set and its g_S (B, …), divided by 1 − p_y, to `found`; returns 1 − p_y (B,). In evaluation mode."""
    with torch.enable_grad():
        steps: list[tuple[Tensor, BlockStep]] = []
        h = chain.stem(x).detach()
        for block in chain:
            entry = h.requires_grad_()
            step = block.step(entry)
            steps.append((entry, step))
            h = step.next_h.detach()
        logits = chain.head(h.requires_grad_())
    values = logits.detach()
    (gradient,) = torch.autograd.grad(logits, h, logit_gradient(values, y))
    pending = [(len(chain) - 1, gradient, [(at, frozenset(blocks)) for at, blocks in enumerate(sets)])]
    while pending:
        index, gradient, some = pending.pop()
        if index < 0:
            for at, _ in some:
                found(at, gradient)
            continue
        entry, step = steps[index]
        at_total = _pulled(step.next_h, step.total, gradient)
        through_branch = [each for each in some if index in each[1]]
        through_shortcut = [each for each in some if index not in each[1]]
        for part, chosen in ((step.f, through_branch), (step.s, through_shortcut)):
            if chosen:
                assert part is not None
                pending.append((index - 1, _pulled(step.h, entry, _pulled(part, step.h, at_total)), chosen))
    return remaining_probability(values, y)


def _pulled(output: Tensor, at: Tensor, gradient: Tensor) -> Tensor:
    """The gradient at a tensor, from that at an output that is computed from it."""
    if output is at:
        return gradient
    if not output.requires_grad:
        return torch.zeros_like(at)
    (pulled,) = torch.autograd.grad(output, at, gradient, retain_graph=True, allow_unused=True)
    return torch.zeros_like(at) if pulled is None else pulled


def _means(sets: Sets, length: int, norms: Tensor) -> Tensor:
    """(S, N) → (L + 1, N) means over the sets of each size."""
    sizes = torch.tensor([len(chosen) for chosen in sets], device="cpu")
    return torch.stack([norms[sizes == size].mean(0) for size in range(length + 1)])


def _weights(norms: Tensor) -> Tensor:
    """(L + 1, N) w_k from the mean norms. C(L, k) alone would overflow."""
    return (_log_paths(len(norms) - 1).unsqueeze(1) + norms.log()).softmax(0)


def _log_paths(length: int) -> Tensor:
    """(L + 1,) float64 log C(L, k) for k = 0 … L."""
    found = [math.lgamma(length + 1) - math.lgamma(at + 1) - math.lgamma(length - at + 1) for at in range(length + 1)]
    return torch.tensor(found, dtype=torch.float64, device="cpu")


def binomial(length: int) -> Tensor:
    """(L + 1,) float64 the share of all 2^L paths that have each length."""
    return _log_paths(length).softmax(0)
