"""One pass over the blocks of a chunk of images: forward through the steps of a plan, and back block by block.

The graph is cut at every step. In the backward pass, each step is shown to a visitor as soon as its gradient is known, and its piece of the
graph is then freed. Parameters need no gradients, so only gradients of activations are computed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import torch
from torch import Tensor
from torch.autograd.graph import GradientEdge, get_gradient_edge

from iterscope.chain import BlockStep, ResidualBlock, ResidualChain
from iterscope.chunks import LOGIT_COPIES, Chunks, Progress, divide, measure_footprint, measure_logits
from iterscope.engine import check_steps
from iterscope.inputs import Inputs, check_fit, check_labels
from iterscope.kept_states import BatchStates
from iterscope.numerics import logit_gradient, remaining_probability
from iterscope.plan import Step, Steps

Gradient = Literal["end_to_end", "plugged"]
Visit = Callable[["BlockView"], None]
Loss = Callable[[Tensor, Tensor | None], Tensor]
"""Logits (B, K) and labels (B,), or None without labels → one loss per image (B,)."""

FORWARD_SHARE = 0.4
"""The forward pass's share of the time of a forward and a backward pass, for progress reports."""


@dataclass(frozen=True, eq=False)
class BlockView:
    """One block, in one step of a plan, on a chunk of B images. Its tensors must not be modified, and need no gradients."""

    row: int
    """The position of the step in the plan: the block's index, unless another plan is measured."""
    step: Step
    """The block's index and the factor on its branch."""
    is_projection: bool
    h: Tensor
    """(B, C, H, W) the block's input, after any pooling before it."""
    s: Tensor
    """The shortcut of h, in the shape of F; h itself where the shortcut is the identity."""
    f: Tensor | None
    """F(h), without the step's factor; None in a dropped block (factor 0), whose branch doesn't run."""
    next_h: Tensor
    """merge(s + factor·F): what the next block gets."""
    plain_sum: bool
    """Whether merge is the identity, so that `next_h` is s + factor·F itself."""
    labels: Tensor | None
    """(B,) int64; None if no labels were given."""
    gradient: Gradient | None = None
    """Which gradient the next three are of."""
    direction_h: Tensor | None = None
    """∂L/∂h divided by `factor`: the same direction. None where no gradient was asked for, or where it isn't defined."""
    direction_s: Tensor | None = None
    """∂L/∂s with F held constant, divided by `factor`."""
    factor: Tensor | None = None
    """(B,) 1 − p_y for the cross-entropy: where a network is sure of an image, its gradient vanishes, but the direction doesn't. 1 for
    another loss."""

    @property
    def grad_h(self) -> Tensor | None:
        """∂L/∂h of each image's own loss, like h; None where no gradient was asked for, or where it isn't defined."""
        return None if self.direction_h is None else self._scaled(self.direction_h)

    @property
    def grad_s(self) -> Tensor | None:
        """∂L/∂s of each image's own loss with F held constant, like s; None as for `grad_h`."""
        return None if self.direction_s is None else self._scaled(self.direction_s)

    @property
    def reference(self) -> Tensor:
        """What F is compared with: s in a projection block, else h."""
        return self.s if self.is_projection else self.h

    @property
    def direction(self) -> Tensor | None:
        """`direction_s` in a projection block, else `direction_h`."""
        return self.direction_s if self.is_projection else self.direction_h

    def _scaled(self, direction: Tensor) -> Tensor:
        assert self.factor is not None
        return direction * self.factor.view(-1, *[1] * (direction.dim() - 1))


@dataclass(frozen=True)
class BlockPass:
    """What a pass does."""

    chain: ResidualChain
    steps: Steps
    gradients: Sequence[Gradient]
    """Each step is visited once with each; once without a gradient if there are none."""
    loss: Loss | None = None
    """None: the cross-entropy of each image with its label."""
    begin: int = 0
    """With kept states, the forward pass begins at this step; those before it are the untouched network's. Without `end_to_end`, they are
    not visited."""

    def chunks(self, inputs: Inputs, memory_budget: int) -> Chunks:
        """How the images are divided. Raises what can be found out with a single image; in evaluation mode."""
        chain, first = self.chain, inputs.batch(0, 1)
        check_fit(inputs, first)
        footprint = measure_footprint(chain, first)
        logits = measure_logits(chain, footprint, first)
        check_labels(inputs, logits.classes)
        with torch.no_grad():
            check_steps(chain, self.steps, tuple(chain.stem(first).shape[1:]))
        longest = max(1.0, len(self.steps) / len(chain))
        kept = footprint.graph * longest if "end_to_end" in self.gradients else footprint.state * 2
        needed = int(kept + footprint.block + footprint.head + LOGIT_COPIES * logits.bytes)
        return divide(chain, len(inputs), needed, memory_budget)

    def run(
        self,
        x: Tensor,
        y: Tensor | None,
        visit: Visit,
        on_step: Progress,
        on_head: Callable[[int, Tensor], None] = lambda _row, _logits: None,
        kept: BatchStates | None = None,
    ) -> Tensor:
        """The logits (B, K) of the images x with labels y, in evaluation mode.

        `visit` gets every step: on the way forward without a gradient or with `plugged`, on the way back with `end_to_end`.
        `on_head` gets the row of a step and the logits of the head on what F is compared with there, wherever `plugged` is defined.
        """
        done = self.forward(x, y, visit, on_step, on_head, kept)
        self.backward(done, visit, on_step)
        return done.logits.detach()

    def forward(
        self,
        x: Tensor,
        y: Tensor | None,
        visit: Visit,
        on_step: Progress,
        on_head: Callable[[int, Tensor], None] = lambda _row, _logits: None,
        kept: BatchStates | None = None,
    ) -> ForwardPass:
        """The forward pass of `run`; for `end_to_end`, with the graph that `backward` needs."""
        chain, last_stage = self.chain, set(self.chain.last_stage)
        backwards, begin = "end_to_end" in self.gradients, self.begin if kept is not None else 0
        with torch.no_grad():
            h = chain.stem(x) if kept is None else kept.after(chain, begin, lambda: chain.stem(x))
        before = kept.read()[:begin] if kept is not None and backwards else []
        if backwards and len(before) < begin:  # there was no room for them
            begin, before = 0, []
            with torch.no_grad():
                h = chain.stem(x)
        h, done = h.detach(), ForwardPass(y, before, self.steps[:begin])  # kept states stay without gradients
        for row in range(begin, len(self.steps)):
            link = self._link(row, h, done.seen)
            h = link.out.detach()
            if "plugged" in self.gradients:
                view = replace(link.view(y), gradient="plugged")
                if link.step.block in last_stage:
                    logits, direction, factor = self._plugged(view.reference, y)
                    on_head(row, logits)
                    at_h = None if view.is_projection else direction
                    view = replace(view, direction_h=at_h, direction_s=direction, factor=factor)
                visit(view)
            elif not backwards:
                visit(link.view(y))
            if backwards:
                done.links.append(link)
            on_step((row + 1) / len(self.steps) * (FORWARD_SHARE if backwards else 1.0))
        with torch.set_grad_enabled(backwards):
            done.last = h.requires_grad_(backwards)
            done.logits = _tensor(chain.head(h))
        return done

    def backward(self, done: ForwardPass, visit: Visit, on_step: Progress) -> None:
        """The backward pass of `run`, which uses up the graph; nothing without `end_to_end`."""
        if "end_to_end" not in self.gradients:
            return
        start, factor = self._start(done.logits, done.labels)
        (gradient,) = torch.autograd.grad(done.logits, done.last, start)
        for row in range(len(self.steps) - 1, -1, -1):
            link = done.links.pop() if done.links else self._link(row, done.before[row].detach(), set())
            at_h, at_s, gradient = link.gradients(gradient)
            view = link.view(done.labels)
            visit(replace(view, gradient="end_to_end", direction_h=at_h, direction_s=at_s, factor=factor))
            on_step(1 - (1 - FORWARD_SHARE) * row / len(self.steps))
            del link, view

    def _link(self, row: int, h: Tensor, seen: set[int]) -> _Link:
        """A step on its input; `seen` are the blocks that ran before it, among which it then is."""
        step = self.steps[row]
        first = step.block not in seen
        seen.add(step.block)
        return _Link(row, step, self.chain.block(step.block), h, first=first, backwards="end_to_end" in self.gradients)

    def _plugged(self, reference: Tensor, y: Tensor | None) -> tuple[Tensor, Tensor, Tensor]:
        """The logits of the head on a hidden state, the direction of the gradient there, and its factor."""
        with torch.enable_grad():
            h = reference.detach().requires_grad_()
            logits = _tensor(self.chain.head(h))
        start, factor = self._start(logits, y)
        (direction,) = torch.autograd.grad(logits, h, start)
        return logits.detach(), direction, factor

    def _start(self, logits: Tensor, y: Tensor | None) -> tuple[Tensor, Tensor]:
        """∂L/∂logits (B, K) divided by the factor (B,), and the factor."""
        values = logits.detach()
        if self.loss is None:
            assert y is not None
            return logit_gradient(values, y), remaining_probability(values, y)
        with torch.enable_grad():
            at = values.requires_grad_()
            (start,) = torch.autograd.grad(self.loss(at, y).sum(), at)
        return start, torch.ones_like(start[:, 0])


class ForwardPass:
    """What is left of the forward pass over a chunk of images: what the backward pass needs."""

    logits: Tensor
    """(B, K)"""
    last: Tensor
    """The head's input."""

    def __init__(self, labels: Tensor | None, before: Sequence[Tensor], skipped: Steps) -> None:
        self.labels = labels
        self.before = before
        """The kept inputs of the steps that were skipped. The backward pass runs these steps again, each when its turn comes."""
        self.links: list[_Link] = []
        self.seen = {step.block for step in skipped}


class _Link:
    """One step's piece of graph, from its input to its output, cut off from its neighbours."""

    def __init__(self, row: int, step: Step, block: ResidualBlock, h: Tensor, *, first: bool, backwards: bool) -> None:
        self.row, self.step, self.is_projection = row, step, block.is_projection
        with torch.set_grad_enabled(backwards):
            self.entry = h.requires_grad_(backwards)
            parts: BlockStep = block.step(self.entry, step.scale, prepare=first)
        self.h, self.out = parts.h, parts.next_h
        self.plain_sum = parts.next_h is parts.total
        # The graph keeps what it needs of the sum; its values are not needed.
        self.sum: GradientEdge | None = None
        if backwards and not self.plain_sum and parts.total.requires_grad:
            self.sum = get_gradient_edge(parts.total)
        self.h_value = parts.h.detach()
        self.s = self.h_value if parts.s is parts.h else parts.s.detach()
        self.f = None if parts.f is None else parts.f.detach()

    def view(self, labels: Tensor | None) -> BlockView:
        """The step without gradients."""
        return BlockView(
            row=self.row,
            step=self.step,
            is_projection=self.is_projection,
            h=self.h_value,
            s=self.s,
            f=self.f,
            next_h=self.out.detach(),
            plain_sum=self.plain_sum,
            labels=labels,
        )

    def gradients(self, gradient: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """From ∂L/∂(the step's output): that at h, that at s with F held constant, and that at the step's input."""
        if self.out is self.entry:  # a dropped block
            return gradient, gradient, gradient
        wanted: list[Any] = [self.entry]  # tensors and an edge: torch's annotation knows lists of one kind only
        if self.h is not self.entry:
            wanted.append(self.h)
        if self.sum is not None:
            wanted.append(self.sum)
        found = list(torch.autograd.grad(self.out, wanted, gradient))
        at_entry = found.pop(0)
        at_h = found.pop(0) if self.h is not self.entry else at_entry
        at_s = found.pop(0) if self.sum is not None else gradient
        return at_h, at_s, at_entry


def _tensor(found: object) -> Tensor:
    assert isinstance(found, Tensor)
    return found
