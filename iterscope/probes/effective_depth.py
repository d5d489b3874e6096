"""Effective depth: which later blocks build on a block, and how much the output does (after Csordás, Manning and Potts 2025,
arXiv:2505.13898; definitions as in their analysis code, with our changes).

    effect   E_ij = ‖F_j − F_j without block i‖ / max(‖F_j‖, 1e-6 of its mean), j > i; the source clamps at 1e-6 itself, and takes the
             largest value over tokens and prompts
    output   O_i = ‖softmax z − softmax z without block i‖₂
    score    Σ i·O_i / ΣO_i / (L − 1), blocks from 0: 0 where only the first block matters, 1 where only the last one does; the division
             by L − 1 is ours
    direct   block j alone is given r_j − u_i, all others as they were: ‖F_j(r_j) − F_j(r_j − u_i)‖ / max(…), for the later blocks of the
             same stage. u_i = merge(s_i + F_i) − merge(s_i) is what block i adds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from iterscope.block_pass import BlockView
from iterscope.chain import BlockStep, ResidualBlock, ResidualChain
from iterscope.chunks import DEFAULT_MEMORY_BUDGET, LOGIT_COPIES, Progress, divide, measure_footprint, measure_logits
from iterscope.evaluation import evaluation
from iterscope.inputs import Images, as_budget, as_chain, check_fit, read_inputs
from iterscope.map_blocks import map_blocks
from iterscope.numerics import norm64
from iterscope.parallel_chunks import map_chunks
from iterscope.probes.resampling import bootstrap_counts, percentile_interval
from iterscope.probes.weighted import weighted_means
from iterscope.results import Along, Record

FLOOR = 1e-6
"""The share of ‖F_j‖'s mean over the images below which an image's own ‖F_j‖ no longer divides."""


@dataclass(frozen=True, repr=False)
class EffectiveDepth(Record):
    """What dropping each of L blocks does to the later ones and to the output, for N images. Undefined values are NaN."""

    effect: Tensor
    """(L, L, N) E_ij: block i dropped, block j affected; NaN for j ≤ i, and where ‖F_j‖ = 0."""
    direct: Tensor | None
    """(L, L, N) the direct effect; also NaN outside i's stage. None if it wasn't asked for."""
    output_change: Tensor
    """(L, N) O_i, between 0 and √2."""
    branch_norm: Tensor
    """(L, N) ‖F_j‖ of the untouched network."""

    def _along(self) -> Along:
        means = {"effect": self.effect.nanmean(1)}
        if self.direct is not None:
            means["direct"] = self.direct.nanmean(1)
        return {"block": {"output_change": self.output_change, **means}}


def effective_depth(
    chain: nn.Module,
    images: Images,
    *,
    direct: bool = False,
    floor: Tensor | None = None,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> EffectiveDepth:
    """The effect of each block on every later block and on the output, for each image, on the CPU.

    Without block i means F_i := 0; its shortcut and merge remain. Takes (L + 3)/2 forward passes. All branches of a chunk of images are
    in memory at once, and the result has L²·N numbers.

    Args:
        chain, images: as for `run_plans`.
        direct: whether the direct effect is measured, too.
        floor: (L,) the smallest ‖F_j‖ that divides; default: `FLOOR` of its mean over these images.

    Raises:
        As for `run_plans`.
    """
    chain, report, budget = as_chain(chain), progress or (lambda _: None), as_budget(memory_budget)
    inputs = read_inputs(chain, images, labelled=False)
    count = len(inputs)

    def run(start: int, stop: int, on_step: Progress) -> dict[str, Tensor]:
        with torch.no_grad():
            return _compare(chain, inputs.batch(start, stop), direct, on_step)

    with evaluation(chain):
        first = inputs.batch(0, 1)
        check_fit(inputs, first)
        footprint = measure_footprint(chain, first)
        logits = measure_logits(chain, footprint, first)
        states = len(chain) + 4 + (len(chain) if direct else 0)
        needed = footprint.block + states * footprint.state + LOGIT_COPIES * logits.bytes
        chunks = map_chunks(divide(chain, count, needed, budget), run, lambda done: report(done / count))
    report(1.0)
    found = {name: torch.cat([chunk[name] for chunk in chunks], dim=-1) for name in chunks[0]}
    norms = found["branch_norm"]
    least = norms.double().mean(1) * FLOOR if floor is None else floor
    under = torch.where(norms > 0, norms.maximum(least.to(norms).unsqueeze(1)), math.nan)
    return EffectiveDepth(
        effect=found["effect"].div_(under),
        direct=found["direct"].div_(under) if direct else None,
        output_change=found["output_change"],
        branch_norm=norms,
    )


def _compare(chain: ResidualChain, x: Tensor, direct: bool, on_step: Progress) -> dict[str, Tensor]:
    """The values of one chunk of images, not yet divided."""
    length, dtype = len(chain), torch.promote_types(x.dtype, torch.float32)

    def undefined(*shape: int) -> Tensor:
        return torch.full((*shape, len(x)), math.nan, dtype=dtype, device=x.device)

    found = {"effect": undefined(length, length), "output_change": undefined(length), "branch_norm": undefined(length)}
    if direct:
        found["direct"] = undefined(length, length)
    branches: list[Tensor] = []
    updates: dict[int, Tensor] = {}
    h = chain.stem(x)
    for j, block in enumerate(chain):
        step = block.step(h)
        assert step.f is not None
        branches.append(step.f)
        found["branch_norm"][j] = norm64(step.f)
        if direct:
            updates = {i: update for i, update in updates.items() if chain.stages[i] == chain.stages[j]}
            for i, update in updates.items():
                if not block.has_preparation and update.shape == step.h.shape:
                    found["direct"][i, j] = norm64(step.f - block.branch(step.h - update))
            updates[j] = _update(block, step)
        h = step.next_h
    p = chain.head(h).to(dtype).softmax(1)
    # A second forward pass: keeping all states, too, would take as much memory again.
    trunk = chain.stem(x)
    for i, block in enumerate(chain):
        h = block.step(trunk, 0.0).next_h
        for j in range(i + 1, length):
            step = chain.block(j).step(h)
            assert step.f is not None
            found["effect"][i, j] = norm64(step.f - branches[j])
            h = step.next_h
        found["output_change"][i] = norm64(chain.head(h).to(dtype).softmax(1) - p)
        trunk = block.step(trunk).next_h
        on_step((i + 1) / length)
    return {name: values.cpu() for name, values in found.items()}


def _update(block: ResidualBlock, step: BlockStep) -> Tensor:
    """What a block adds to the state: F itself where merge is the identity."""
    assert step.f is not None
    return step.f if step.next_h is step.total else step.next_h - block.merge(step.s)


def branch_floor(
    chain: nn.Module,
    images: Images,
    *,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> Tensor:
    """(L,) `FLOOR` of the mean ‖F_j‖ over these images, in float64."""

    def length(view: BlockView) -> Tensor:
        assert view.f is not None
        return norm64(view.f)

    norms = map_blocks(chain, images, None, length, memory_budget=memory_budget, progress=progress)
    return norms.double().mean(1) * FLOOR


def depth_score(output_change: Tensor) -> float:
    """Σ i·O_i / ΣO_i / (L − 1) of (L,) mean changes; NaN for a single block, or where nothing changes."""
    weights, last = output_change.double(), len(output_change) - 1
    total = float(weights.sum())
    return (
        float((torch.arange(len(weights), device=weights.device) * weights).sum()) / total / last
        if total > 0 and last > 0
        else math.nan
    )


def half_ratio(output_change: Tensor, seed: int = 0) -> tuple[float, tuple[float, float]]:
    """The mean O of the first half of the blocks divided by that of the second, and its 95 % bootstrap interval over the N images.

    (L, N) changes; of an odd number of blocks, the middle one is in neither half. NaN for a single block.
    """
    half = len(output_change) // 2
    if half == 0:
        return math.nan, (math.nan, math.nan)
    halves = torch.stack([output_change[:half].double().mean(0), output_change[-half:].double().mean(0)])
    counts = bootstrap_counts(halves.shape[1], seed)
    first, second = weighted_means(halves, torch.cat([torch.ones_like(counts[:1]), counts])).T
    ratio = torch.where(second > 0, first / second, math.nan)
    return float(ratio[0]), percentile_interval(ratio[1:])
