"""Translators: the network's own head on earlier states of the last stage, after an affine change of their channels.

After the tuned lens (Belrose et al. 2023, arXiv:2303.08112), as in the authors' code: head(r + A·r + b), where A and b are 0 at the start,
and the loss is KL(final ‖ translated). A (C, C) changes the channels of each pixel or token alike. The penalty and the solver are our own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from iterscope.chain import ResidualChain
from iterscope.chunks import DEFAULT_MEMORY_BUDGET, Chunks, Progress
from iterscope.errors import BudgetError
from iterscope.evaluation import evaluation
from iterscope.features import pass_time, pixel_axes, state_chunks, walk_states
from iterscope.inputs import Images, as_budget, as_chain, read_inputs
from iterscope.parallel_chunks import map_chunks
from iterscope.probes.linear_probes import STEPS

AT_ONCE = 256
"""Fit images whose gradients are computed together."""


@dataclass(frozen=True)
class Translator:
    """An affine change of a state's channels, r + A·r + b."""

    weight: Tensor
    """A (C, C)."""
    bias: Tensor
    """b (C,)."""

    @property
    def nbytes(self) -> int:
        """Memory that it takes."""
        return self.weight.nbytes

    def __call__(self, state: Tensor) -> Tensor:
        """The changed state, of the same shape."""
        channel = channel_axis(state)
        last = state.movedim(channel, -1)
        return (last + (last @ self.weight.T + self.bias)).movedim(-1, channel)


def channel_axis(state: Tensor) -> int:
    """The axis of the channels of a state (B, …)."""
    return next(axis for axis in range(1, state.dim()) if axis not in pixel_axes(state))


def last_stage_states(
    chain: ResidualChain,
    images: Images,
    *,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> tuple[list[Tensor], Tensor]:
    """The states (N, …) after each block of the last stage, and the logits (N, K), on the network's device.

    Raises BudgetError if the states take more than half of the budget. Others as for `run_plans`.
    """  # fmt: skip
    report, budget = progress or (lambda _: None), as_budget(memory_budget)
    inputs = read_inputs(chain, images, labelled=False)
    wanted, count = [block + 1 for block in chain.last_stage], len(inputs)

    def walked(start: int, stop: int, on_step: Progress) -> list[Tensor]:
        found: dict[int, Tensor] = {}
        logits = walk_states(chain, inputs.batch(start, stop), lambda at, state: found.update({at: state}), on_step)
        return [*(found[at] for at in wanted), logits]

    with evaluation(chain):
        state_chunks(inputs, budget)
        first = walked(0, 1, lambda _: None)
        needed = count * sum(each.nbytes for each in first)
        if needed > budget // 2:
            raise BudgetError(
                f"memory_budget is {budget} bytes, but the states of {count} images after {len(wanted)} blocks take {needed} bytes "
                f"({needed / 2**20:.0f} MiB), and at most half of it is for them: give fewer images. "
                f"One forward pass takes about {pass_time(inputs)}"
            )
        kept = [each.new_empty(count, *each.shape[1:]) for each in first]

        def work(start: int, stop: int, on_step: Progress) -> None:
            for whole, part in zip(kept, walked(start, stop, on_step), strict=True):
                whole[start:stop] = part

        chunks = state_chunks(inputs, budget - needed, copies=2 + len(wanted))
        map_chunks(chunks, work, lambda done: report(done / count))
    report(1.0)
    return kept[:-1], kept[-1]


def fit_translator(head: nn.Module, states: Tensor, output: Tensor, penalty: float = 0.0) -> Translator:
    """The translator of one position with the lowest mean KL(output ‖ head(r + A·r + b)) + ½λ‖A‖²; L-BFGS from 0, at most `STEPS` steps.

    Args:
        head: the network's, in evaluation mode.
        states: (n, …) of the fit images.
        output: (n, K) the network's logits for them.
        penalty: λ.
    """
    channels = states.shape[channel_axis(states)]
    both = states.new_zeros(channels + 1, channels)  # the last row is b
    shrink = torch.full_like(both, penalty)
    shrink[-1] = 0
    log_p = output.log_softmax(1)
    search = torch.optim.LBFGS(
        [both], max_iter=STEPS, tolerance_grad=1e-7, tolerance_change=1e-10, history_size=20, line_search_fn="strong_wolfe"
    )  # fmt: skip

    def loss() -> Tensor:
        total, gradient = both.new_zeros(()), shrink * both
        for start in range(0, len(states), AT_ONCE):
            some = slice(start, start + AT_ONCE)
            with torch.enable_grad():
                at = both.detach().requires_grad_()
                said = head(Translator(at[:-1], at[-1])(states[some])).log_softmax(1)
                part = nn.functional.kl_div(said, log_p[some], log_target=True, reduction="sum") / len(states)
            gradient = gradient + torch.autograd.grad(part, at)[0]
            total = total + part.detach()
        both.grad = gradient
        return total + (shrink * both**2).sum() / 2

    search.step(loss)  # type: ignore[no-untyped-call]
    return Translator(both[:-1].detach(), both[-1].detach())


def fit_translators(
    chain: nn.Module,
    images: Images,
    penalty: float = 0.0,
    *,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> list[Translator]:
    """A translator for the state after each block of the last stage, from the fit images; see `fit_translator`.

    Args:
        chain, images: as for `run_plans`.
        memory_budget: bytes that activations and the states of all fit images may use.
    """
    chain, report = as_chain(chain), progress or (lambda _: None)
    states, output = last_stage_states(
        chain, images, memory_budget=memory_budget, progress=lambda done: report(0.2 * done)
    )
    positions = Chunks(tuple((at, at + 1) for at in range(len(states))), min(torch.get_num_threads(), len(states)))

    def work(start: int, _stop: int, on_step: Progress) -> Translator:
        found = fit_translator(chain.head, states[start], output, penalty)
        on_step(1.0)
        return found

    with evaluation(chain):
        found = map_chunks(positions, work, lambda done: report(0.2 + 0.8 * done / len(states)))
    report(1.0)
    return found


def read_translators(
    chain: nn.Module,
    images: Images,
    translators: Sequence[Translator],
    *,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> tuple[Tensor, Tensor]:
    """The logits of the head on each translated state (S, N, K), and the network's own (N, K), on the CPU; S blocks of the last stage."""
    chain, report = as_chain(chain), progress or (lambda _: None)
    inputs = read_inputs(chain, images, labelled=False)
    place = {block + 1: translator for block, translator in zip(chain.last_stage, translators, strict=True)}

    def work(start: int, stop: int, on_step: Progress) -> Tensor:
        found: list[Tensor] = []

        def visit(position: int, state: Tensor) -> None:
            if position in place:
                found.append(chain.head(place[position](state)))

        logits = walk_states(chain, inputs.batch(start, stop), visit, on_step)
        return torch.stack([*found, logits]).cpu()

    with evaluation(chain):
        chunks = state_chunks(inputs, as_budget(memory_budget), copies=4)
        parts = map_chunks(chunks, work, lambda done: report(done / len(inputs)))
    report(1.0)
    whole = torch.cat(parts, 1)
    return whole[:-1], whole[-1]
