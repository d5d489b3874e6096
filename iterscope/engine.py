"""Runs many execution plans over many images.

The plans form a tree: plans that begin with the same steps share the computation of those steps. Dropping each of L blocks takes (L + 1)/2
forward passes, not L + 1; unrolling the last block for T steps, with a result after every step, takes one pass plus T blocks.
The tree is walked depth first, largest branch last, so that few hidden states are in memory at once. Images are processed in chunks, so
that memory stays within a given budget whatever the number of plans and images.

The trunk of the tree are the steps of the untouched network. Where its hidden states are kept between calls, the walk begins at them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from iterscope.chain import ResidualChain, Shape
from iterscope.chunks import (
    DEFAULT_MEMORY_BUDGET,
    LOGIT_COPIES,
    Logits,
    Progress,
    divide,
    measure_footprint,
    measure_logits,
)
from iterscope.errors import BudgetError, PlanError
from iterscope.evaluation import evaluation
from iterscope.inputs import (
    Images,
    Inputs,
    Labels,
    PlanLike,
    as_budget,
    as_chain,
    as_plans,
    check_fit,
    check_labels,
    read_inputs,
)
from iterscope.kept_states import BatchStates, KeptStates
from iterscope.numerics import OutcomeRows, Outcomes, join_outcomes
from iterscope.parallel_chunks import map_chunks
from iterscope.plan import Plan, Step, Steps, format_steps

End = Callable[[list[int], Tensor], None]
"""Takes the indices of the plans that end with the same hidden state, and their logits (B, K)."""


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


def _trunk(chain: ResidualChain, root: _Node) -> list[_Node]:
    """The nodes that the untouched network reaches after 0, 1, 2, … blocks, as far as a plan of the tree goes with it."""
    nodes = [root]
    for index in range(len(chain)):
        move = _Move(Step(index), prepare=chain.block(index).has_preparation)
        if (child := nodes[-1].branches.get(move)) is None:
            break
        nodes.append(child)
    return nodes


class _Walk:
    """Runs a tree of plans on one batch of images, and gives each plan's logits (B, K) to `end`."""

    def __init__(
        self, chain: ResidualChain, root: _Node, end: End, on_step: Progress, kept: BatchStates | None
    ) -> None:
        self.chain, self.root, self.end, self.on_step, self.kept = chain, root, end, on_step, kept
        self.trunk = [] if kept is None else _trunk(chain, root)
        self.depths = {id(node): depth for depth, node in enumerate(self.trunk)}
        self.pending: list[tuple[_Node, _Move | None, Tensor]] = []
        self.done = 0

    def run(self, stem: Callable[[], Tensor]) -> None:
        known = [] if self.kept is None else self.kept.read()[: len(self.trunk)]
        if known:
            self._start_at(known)
        else:
            self.pending.append((self.root, None, stem()))
        del known
        while self.pending:
            node, move, h = self.pending.pop()
            if move is not None:
                h = self.chain.block(move.step.block).step(h, move.step.scale, prepare=move.prepare).next_h
                self._step_done()
            if self.kept is not None and (depth := self.depths.get(id(node))) is not None:
                self.kept.keep(depth, h)
            self._reached(node, h, node.branches)
            del h

    def _start_at(self, known: list[Tensor]) -> None:
        """Begin at the states that are known: the last one with all that follows it, those before it with what leaves the trunk there."""
        trunk = self.trunk[: len(known)]
        self.pending.append((trunk[-1], None, known[-1]))
        for node, following, h in zip(trunk, trunk[1:], known, strict=False):
            self._step_done()
            self._reached(node, h, {move: child for move, child in node.branches.items() if child is not following})

    def _reached(self, node: _Node, h: Tensor, branches: dict[_Move, _Node]) -> None:
        if node.ends:
            self.end(node.ends, self.chain.head(h))
        # The last branch pushed runs first: the largest branch runs last, when no other hidden state is kept.
        ordered = sorted(branches.items(), key=lambda branch: -branch[1].weight)
        self.pending.extend((child, move, h) for move, child in ordered)

    def _step_done(self) -> None:
        self.done += 1
        self.on_step(self.done / max(1, self.root.weight))


@dataclass(frozen=True)
class _Run:
    """Plans that can run on a network and its images."""

    inputs: Inputs
    tree: _Node
    plans: int
    """P."""
    logits: Logits
    image_bytes: int
    """Activations of one image."""
    states: KeptStates | None = None
    """Where hidden states of the untouched network are kept between calls."""

    def walk(self, start: int, stop: int, end: End, on_step: Progress) -> None:
        """Runs all plans on images start … stop − 1."""
        chain = self.inputs.chain
        with torch.no_grad():
            kept = None if self.states is None else self.states.batch(start, stop)
            walk = _Walk(chain, self.tree, end, on_step, kept)
            walk.run(lambda: chain.stem(self.inputs.batch(start, stop)))

    def empty_logits(self, images: int) -> Tensor:
        """(P, images, K) on the network's device, to be filled."""
        shape = (self.plans, images, self.logits.classes)
        return torch.empty(shape, dtype=self.logits.dtype, device=self.inputs.chain.device)


def _prepare(inputs: Inputs, plans: Sequence[Plan], states: KeptStates | None = None) -> _Run:
    """Checks what can only be checked by running a single image; in evaluation mode."""
    chain = inputs.chain
    steps = [plan.steps(chain) for plan in plans]
    first = inputs.batch(0, 1)
    check_fit(inputs, first)
    footprint = measure_footprint(chain, first)
    logits = measure_logits(chain, footprint, first)
    check_labels(inputs, logits.classes)
    with torch.no_grad():
        shape = tuple(chain.stem(first).shape[1:])
    for each in dict.fromkeys(steps):
        check_steps(chain, each, shape)
    tree = _plan_tree(chain, steps)
    image_bytes = footprint.block + (1 + _forks(tree)) * footprint.state + first.numel() * first.element_size()
    return _Run(inputs, tree, len(plans), logits, image_bytes + LOGIT_COPIES * logits.bytes, states)


def stream_plans(
    chain: nn.Module,
    images: Images,
    plans: Sequence[PlanLike],
    *,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> Iterator[tuple[int, int, Tensor]]:
    """Yield (start, stop, logits (P, stop − start, K)) for one chunk of images after the other; see `run_plans`.

    The logits of the chunks that are computed together count towards the budget, twice, because the reader may still hold those before.
    Nothing runs between two chunks, and the network is then in its original mode.
    """
    report, chosen, budget = progress or (lambda _: None), as_plans(plans), as_budget(memory_budget)
    inputs = read_inputs(as_chain(chain), images, labelled=False)
    with evaluation(inputs.chain):
        run = _prepare(inputs, chosen)
        chunks = divide(inputs.chain, len(inputs), run.image_bytes + 2 * run.plans * run.logits.bytes, budget)

    def work(start: int, stop: int, on_step: Progress) -> Tensor:
        logits = run.empty_logits(stop - start)

        def end(ending: list[int], found: Tensor) -> None:
            logits[ending] = found

        run.walk(start, stop, end, on_step)
        return logits

    for group in chunks.groups():

        def tell(done: float, before: int = group.spans[0][0]) -> None:
            report((before + done) / len(inputs))

        with evaluation(inputs.chain):
            parts = map_chunks(group, work, tell)
        for start, stop in group.spans:
            yield start, stop, parts.pop(0)
    report(1.0)


def run_plans(
    chain: nn.Module,
    images: Images,
    plans: Sequence[PlanLike],
    *,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> Tensor:
    """The logits (P, N, K) of every plan for every image, in the network's dtype and on its device.

    Args:
        chain: the network, a chain or any module that `residual_chain` converts. It runs in evaluation mode and is left unchanged.
        images: normalised images (N, C, H, W) as a tensor or an array, an `ImageSplit`, a torch Dataset or a DataLoader.
        plans: the execution plans, or their texts; the identity plan's logits equal the model's own, bitwise on the CPU.
        memory_budget: bytes that activations and the result may use, in addition to the images.
        progress: called with the share of the work that is done, 0 to 1; may raise `Cancelled`.

    Raises:
        PlanError, BlockError: a plan can't run on this network. DatasetError: images can't be used. ArchitectureError: the network can't.
        BudgetError: the budget is too small for the result and one image. OutOfMemory: there is less memory than the budget.
    """
    report, chosen, budget = progress or (lambda _: None), as_plans(plans), as_budget(memory_budget)
    inputs = read_inputs(as_chain(chain), images, labelled=False)
    count = len(inputs)
    with evaluation(inputs.chain):
        run = _prepare(inputs, chosen)
        needed = run.plans * count * run.logits.bytes
        if run.image_bytes <= budget < run.image_bytes + needed:
            raise BudgetError(
                f"memory_budget is {budget} bytes, but the logits of {run.plans} plans for {count} images of {run.logits.classes} classes "
                f"take {needed} bytes ({needed / 2**20:.1f} MiB), and the activations of one image {run.image_bytes}: give a larger "
                "memory_budget or fewer images, or use evaluate_plans, which keeps loss, entropy, margin and prediction only, or "
                "stream_plans, which gives the logits chunk by chunk"
            )
        chunks = divide(inputs.chain, count, run.image_bytes, budget - needed if budget >= run.image_bytes else budget)
        logits = run.empty_logits(count)

        def work(start: int, stop: int, on_step: Progress) -> None:
            def end(ending: list[int], found: Tensor) -> None:
                logits[ending, start:stop] = found

            run.walk(start, stop, end, on_step)

        map_chunks(chunks, work, lambda done: report(done / count))
    report(1.0)
    return logits


def evaluate_plans(
    chain: nn.Module,
    images: Images,
    labels: Labels,
    plans: Sequence[PlanLike],
    *,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
    states: KeptStates | None = None,
) -> Outcomes:
    """Loss, entropy, margin and prediction (P, N) of every plan, on the CPU.

    Arguments as for `run_plans`; labels: the true classes (N,) as a tensor, an array or a list, or None for those that come with the
    images. Each plan's logits are reduced where it ends, so that memory doesn't grow with the number of plans times classes.

    states: hidden states of this network on these images, from a `StateShelf`, which are used and completed. They don't change a bit of
    the result. Give new ones after the network or the images have changed.
    """
    report, chosen, budget = progress or (lambda _: None), as_plans(plans), as_budget(memory_budget)
    inputs = read_inputs(as_chain(chain), images, labels, labelled=True)
    with evaluation(inputs.chain):
        run = _prepare(inputs, chosen, states)

        def work(start: int, stop: int, on_step: Progress) -> Outcomes:
            rows = OutcomeRows(run.plans, inputs.classes(start, stop), run.logits.dtype)
            run.walk(start, stop, rows.put, on_step)
            return rows.cpu()

        chunks = divide(inputs.chain, len(inputs), run.image_bytes, budget)
        parts = map_chunks(chunks, work, lambda done: report(done / len(inputs)))
        together = join_outcomes(parts)
    report(1.0)
    return together
