"""Fixed point: does a block that is applied again and again settle, and how fast?

From the block's input h_0 = h_k, h_{t+1} = merge(h_t + α·F_k(h_t)) is repeated; at α = 1, step 0 is the trained application itself, and the
others are those of `unrolling`. With the update u_t = (h_{t+1} − h_t)/α, which is F_k(h_t) where shortcut and merge are the identity,

    ρ_t = ‖u_t‖ / ‖h_t‖        q_t = ‖u_{t+1}‖ / ‖u_t‖

A contraction has q_t < 1 and settles: ρ_t → 0. In a post-activation network F_k(h_t) itself doesn't tell, because the ReLU can hold a point
where F ≠ 0. These are our definitions; no paper's formula is claimed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from iterscope.arguments import finite_number, shown
from iterscope.chain import ResidualChain
from iterscope.chunks import DEFAULT_MEMORY_BUDGET, Progress, divide, measure_footprint
from iterscope.engine import check_steps
from iterscope.errors import PlanError
from iterscope.evaluation import evaluation
from iterscope.inputs import Images, as_budget, as_chain, check_fit, read_inputs
from iterscope.numerics import norm64
from iterscope.parallel_chunks import map_chunks
from iterscope.plan import unroll
from iterscope.results import Along, Record
from iterscope.tables import ALONE

SETTLED = 1e-3
"""A state has settled where the update is shorter than this, relative to the state."""
RATE_STEPS = 5
"""The last steps whose contraction is the rate."""
ROUNDING = 8
"""An update of less than this many units of rounding of the state, in length, is noise: its contraction is undefined."""


@dataclass(frozen=True, repr=False)
class FixedPoint(Record):
    """Results for N images while one block is repeated T times."""

    block: int
    alpha: float
    """α."""
    update: Tensor
    """(T + 1, N) float64: ρ_t; NaN where the state isn't finite. Where the state is 0, it is 0 if the update is, and else infinite."""
    contraction: Tensor
    """(T, N) float64: q_t, of the steps 1 to T; NaN where the update before is 0 to rounding, or not finite."""

    @property
    def steps(self) -> int:
        """T."""
        return len(self.contraction)

    @property
    def settled(self) -> Tensor:
        """(N,) bool: ρ_T < 0.001."""
        return self.update[-1] < SETTLED

    @property
    def diverged(self) -> Tensor:
        """(N,) bool: the state has left the range of its floating-point type."""
        return self.update[-1].isnan() & ~self.update[0].isnan()

    @property
    def rate(self) -> Tensor:
        """(N,) the geometric mean of the last five defined q_t; NaN without any."""
        log = self.contraction.log()
        defined = ~log.isnan()
        last = defined & (defined.flip(0).cumsum(0).flip(0) <= RATE_STEPS)
        return (log.where(last, 0.0).sum(0) / last.sum(0)).exp()

    @property
    def mean_contraction(self) -> Tensor:
        """(N,) the geometric mean of all defined q_t; NaN without any."""
        return self.contraction.log().nanmean(0).exp()

    def _along(self) -> Along:
        return {
            "step": {
                "step": tuple(range(self.steps + 1)),
                "update": self.update,
                "contraction": self.contraction,
            },
            ALONE: {"block": self.block, "alpha": self.alpha, "rate": self.rate},
        }


def fixed_point(
    chain: nn.Module,
    images: Images,
    block: int = -1,
    steps: int = 50,
    alpha: float = 1.0,
    *,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> FixedPoint:
    """Repeat a block from its input on and follow the length of its update; results are on the CPU.

    Args:
        chain, images: as for `run_plans`.
        block: the block's index; negative indices count from the end. It must keep the shape.
        steps: T, the number of contractions, ≥ 1.
        alpha: α > 0.
        memory_budget: bytes that activations may use.
        progress: called with the share of the work that is done, 0 to 1; may raise `Cancelled`.

    Raises:
        PlanError: the block changes the shape, or steps or alpha are out of range. Others as for `run_plans`.
    """
    chain, report, budget = as_chain(chain), progress or (lambda _: None), as_budget(memory_budget)
    index, factor = chain.block_index(block), finite_number(alpha)
    if factor is None or factor <= 0:
        raise PlanError(f"alpha is {shown(alpha)}: give a finite number above 0")
    repeated = unroll(index, steps, factor)
    if int(steps) < 1:
        raise PlanError(f"steps is {shown(steps)}: a contraction needs at least one")
    inputs = read_inputs(chain, images, labelled=False)

    def run(start: int, stop: int, on_step: Progress) -> tuple[Tensor, Tensor]:
        with torch.no_grad():
            return _repeat(chain, inputs.batch(start, stop), index, int(steps), factor, on_step)

    with evaluation(chain):
        first = inputs.batch(0, 1)
        check_fit(inputs, first)
        footprint = measure_footprint(chain, first)
        with torch.no_grad():
            check_steps(chain, repeated.steps(chain), tuple(chain.stem(first).shape[1:]))
        chunks = divide(chain, len(inputs), footprint.block + 4 * footprint.state, budget)
        parts = map_chunks(chunks, run, lambda done: report(done / len(inputs)))
    report(1.0)
    update, contraction = (torch.cat(each, 1) for each in zip(*parts, strict=True))
    return FixedPoint(index, factor, update, contraction)


def _repeat(
    chain: ResidualChain, x: Tensor, index: int, steps: int, alpha: float, on_step: Progress
) -> tuple[Tensor, Tensor]:
    """ρ (T + 1, B) and q (T, B) of the images x."""
    h, whole = chain.stem(x), index + steps + 1
    for before in range(index):
        h = chain.block(before)(h)
        on_step((before + 1) / whole)
    block = chain.block(index)
    h = block.prepare(h)
    lengths, states = [], []
    for at in range(steps + 1):
        step = block.step(h, alpha, prepare=False)
        plain = step.s is step.h and step.next_h is step.total
        # A difference of two states would lose the digits of an update that is small beside them.
        update = step.f if plain else (step.next_h - step.h) / alpha
        assert update is not None
        lengths.append(norm64(update))
        states.append(norm64(step.h))
        h = step.next_h
        del step, update
        on_step((index + at + 1) / whole)
    length, state = torch.stack(lengths).cpu(), torch.stack(states).cpu()
    noise = ROUNDING * torch.finfo(h.dtype).eps * state
    known = (length > noise) & length.isfinite()
    contraction = length[1:] / length[:-1].where(known[:-1], math.nan)
    finite = length.isfinite() & state.isfinite()
    ratio = torch.where(length == 0, 0.0, length / state).where(finite, math.nan)
    return ratio, contraction.where(length[1:].isfinite(), math.nan)
