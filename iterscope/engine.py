"""Runs many execution plans over many images.

The plans form a tree: plans that begin with the same steps share the computation of those steps. Dropping each of L blocks takes (L + 1)/2
forward passes, not L + 1; unrolling the last block for T steps, with a result after every step, takes one pass plus T blocks.
The tree is walked depth first, largest branch last, so that few hidden states are in memory at once. Images are processed in chunks, so
that memory stays within a given budget whatever the number of plans and images.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from iterscope.chain import ResidualBlock, ResidualChain, Shape, evaluation
from iterscope.chunks import (
    DEFAULT_MEMORY_BUDGET,
    Chunks,
    Images,
    Progress,
    check_fit,
    check_images,
    divide,
    image_batch,
    measure_footprint,
)
from iterscope.errors import PlanError
from iterscope.numerics import Outcomes, join_outcomes, outcomes
from iterscope.parallel_chunks import Result, Work, map_chunks
from iterscope.plan import Plan, Step, Steps, format_steps


@dataclass(frozen=True)
class _Move:
    """A step on its way along a plan: `prepare` is true at a prepared block's first step only."""

    step: Step
    prepare: bool


@dataclass
class _Node:
    """A hidden state that one or more plans reach: the branches that go on from it, and the plans that end here."""

    branches: dict[_Move, _Node] = field(default_factory=dict)
    ends: list[int] = field(default_factory=list)
    weight: int = 0


def apply_step(block: ResidualBlock, h: Tensor, scale: float, *, prepare: bool) -> Tensor:
    """The next step's h: merge(shortcut(h) + scale·F(h))."""
    h = block.prepare(h) if prepare else h
    s = block.shortcut(h)
    return block.merge(s if scale == 0.0 else torch.add(s, block.branch(h), alpha=scale))


def check_steps(chain: ResidualChain, steps: Steps, shape: Shape) -> None:
    """Raises PlanError if a block doesn't accept the hidden state that it receives; `shape` is the stem's output (C, H, W)."""
    if not steps:
        raise PlanError("the plan is empty: give at least one (block, scale)")
    wanted = _final_shape(chain, tuple(Step(index) for index in range(len(chain))), shape)
    found = _final_shape(chain, steps, shape)
    if found != wanted:
        raise PlanError(
            f"the plan {format_steps(steps)!r} ends with a hidden state of {_format_shape(found)}, but the head reads "
            f"{_format_shape(wanted)}: keep every block that changes the shape (scale 0 drops only its branch)"
        )


def _final_shape(chain: ResidualChain, steps: Steps, shape: Shape) -> Shape:
    seen: set[int] = set()
    for step in steps:
        after = chain.shape_after(shape, step.block, first=step.block not in seen)
        if after is None:
            raise PlanError(
                f"block {step.block} can't run in the plan {format_steps(steps)!r}: it doesn't accept the hidden state of shape "
                f"{_format_shape(shape)} that it receives. Move and repeat blocks only within their stage"
            )
        seen.add(step.block)
        shape = after
    return shape


def _format_shape(shape: Shape) -> str:
    return "×".join(map(str, shape))


def _plan_tree(chain: ResidualChain, plans: Sequence[Steps]) -> _Node:
    root = _Node()
    for index, steps in enumerate(plans):
        node, seen = root, set[int]()
        for step in steps:
            block = chain.block(step.block)
            if step.scale == 0.0 and block.vanishes_when_dropped:
                continue
            move = _Move(step, prepare=block.has_preparation and step.block not in seen)
            seen.add(step.block)
            node = node.branches.setdefault(move, _Node())
        node.ends.append(index)
    _weigh(root)
    return root


def _weigh(root: _Node) -> None:
    """Steps below each node, without recursion: a plan may be longer than Python's stack."""
    order, pending = [], [root]
    while pending:
        node = pending.pop()
        order.append(node)
        pending.extend(node.branches.values())
    for node in reversed(order):
        node.weight = sum(1 + child.weight for child in node.branches.values())


def _forks(root: _Node) -> int:
    """The largest number of hidden states that wait while another branch runs."""
    largest, pending = 0, [(root, 0)]
    while pending:
        node, waiting = pending.pop()
        largest = max(largest, waiting)
        children = sorted(node.branches.values(), key=lambda child: child.weight)
        for position, child in enumerate(children):
            pending.append((child, waiting + (position < len(children) - 1)))
    return largest


def _walk(chain: ResidualChain, root: _Node, h: Tensor, logits: list[Tensor], on_step: Progress) -> None:
    """Runs the tree below a hidden state and puts each plan's logits (B, K) at its place."""
    done = 0
    pending: list[tuple[_Node, _Move | None, Tensor]] = [(root, None, h)]
    del h
    while pending:
        node, move, h = pending.pop()
        if move is not None:
            h = apply_step(chain.block(move.step.block), h, move.step.scale, prepare=move.prepare)
            done += 1
            on_step(done / max(1, root.weight))
        if node.ends:
            ending = chain.head(h)
            for index in node.ends:
                logits[index] = ending
        # The last branch pushed runs first: the largest branch runs last, when no other hidden state is kept.
        branches = sorted(node.branches.items(), key=lambda branch: -branch[1].weight)
        pending.extend((child, move, h) for move, child in branches)
        del h


def stream_plans(
    chain: ResidualChain,
    images: Images,
    plans: Sequence[Plan],
    *,
    memory_budget: int = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> Iterator[tuple[int, int, Tensor]]:
    """Yield (start, stop, logits (P, stop − start, K)) for one chunk of images after the other; see `run_plans`.

    Nothing runs between two chunks, and the network is then in its original mode.
    """
    report = progress or (lambda _: None)
    chunks, walk = _prepare(chain, images, plans, memory_budget)
    for group in chunks.groups():

        def tell(done: float, before: int = group.spans[0][0]) -> None:
            report((before + done) / len(images))

        with evaluation(chain):
            parts = map_chunks(group, walk, tell)
        for (start, stop), logits in zip(group.spans, parts, strict=True):
            yield start, stop, logits
    report(1.0)


def _prepare(
    chain: ResidualChain, images: Images, plans: Sequence[Plan], memory_budget: int
) -> tuple[Chunks, Work[Tensor]]:
    """How the images are divided, and what computes the logits (P, stop − start, K) of a chunk, in evaluation mode."""
    count = check_images(images)
    if not plans:
        raise PlanError("plans is empty: give at least one plan")
    device = chain.device
    steps = [plan.steps(chain) for plan in plans]
    first = image_batch(images, 0, 1, device)
    check_fit(chain, images, first)
    with evaluation(chain), torch.no_grad():
        shape = tuple(chain.stem(first).shape[1:])
    for each in dict.fromkeys(steps):
        check_steps(chain, each, shape)
    tree = _plan_tree(chain, steps)
    footprint = measure_footprint(chain, first)
    bytes_per_image = footprint.block + (1 + _forks(tree)) * footprint.state + first.numel() * first.element_size()

    def walk(start: int, stop: int, on_step: Progress) -> Tensor:
        logits: list[Tensor] = [first] * len(plans)
        with torch.no_grad():
            _walk(chain, tree, chain.stem(image_batch(images, start, stop, device)), logits, on_step)
            return torch.stack(logits)

    return divide(chain, count, bytes_per_image, memory_budget), walk


def _map_plans(
    chain: ResidualChain,
    images: Images,
    plans: Sequence[Plan],
    memory_budget: int,
    progress: Progress | None,
    keep: Callable[[Tensor, slice], Result],
) -> list[Result]:
    """The results of `keep` for each chunk's logits (P, B, K) and its slice of the images."""
    report = progress or (lambda _: None)
    chunks, walk = _prepare(chain, images, plans, memory_budget)
    with evaluation(chain):
        kept = map_chunks(
            chunks,
            lambda start, stop, on_step: keep(walk(start, stop, on_step), slice(start, stop)),
            lambda done: report(done / len(images)),
        )
    report(1.0)
    return kept


def run_plans(
    chain: ResidualChain,
    images: Images,
    plans: Sequence[Plan],
    *,
    memory_budget: int = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> Tensor:
    """The logits (P, N, K) of every plan for every image.

    Args:
        chain: the network; it runs in evaluation mode and is left unchanged.
        images: normalised images (N, C, H, W), or an `ImageSplit`.
        plans: the execution plans; the identity plan's logits equal the model's own, bitwise on the CPU.
        memory_budget: bytes that activations may use, in addition to the images and the result.
        progress: called with the share of the work that is done, 0 to 1; may raise `Cancelled`.

    Raises:
        PlanError, BlockError: a plan can't run on this network. BudgetError: the budget is too small for one image.
    """
    return torch.cat(_map_plans(chain, images, plans, memory_budget, progress, lambda logits, _chunk: logits), 1)


def evaluate_plans(
    chain: ResidualChain,
    images: Images,
    labels: Tensor,
    plans: Sequence[Plan],
    *,
    memory_budget: int = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> Outcomes:
    """Loss, entropy, margin and prediction (P, N) of every plan, on the CPU; arguments as for `run_plans`, labels (N,)."""
    check_images(images, labels)

    def keep(logits: Tensor, chunk: slice) -> Outcomes:
        return outcomes(logits.float().cpu(), labels[chunk].cpu())

    return join_outcomes(_map_plans(chain, images, plans, memory_budget, progress, keep))
