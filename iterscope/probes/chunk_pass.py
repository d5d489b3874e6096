"""Measure one chunk of images: forward through the steps of a plan, and back block by block.

The graph is cut at every step. In the backward pass, each step's gradient is reduced to numbers per image as soon as it is computed, and
its piece of the graph is freed. Parameters need no gradients, so only gradients of activations are computed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

import torch
from torch import Tensor

from iterscope.chain import ResidualChain
from iterscope.chunks import Progress
from iterscope.numerics import OutcomeRows, dot, logit_gradient, norm, remaining_probability
from iterscope.plan import Step, Steps

Gradient = Literal["end_to_end", "plugged"]
Update = Literal["branch", "effective"]

FORWARD_SHARE = 0.4
"""The forward pass's share of the time of a forward and a backward pass, for progress reports."""


class _Values:
    """Per-step values of one chunk of images: rows of NaN until they are known."""

    def __init__(self, steps: int, x: Tensor) -> None:
        dtype = torch.promote_types(x.dtype, torch.float32)

        def rows() -> Tensor:
            return torch.full((steps, len(x)), math.nan, dtype=dtype, device=x.device)

        self.cosine, self.gradient, self.state, self.branch = rows(), rows(), rows(), rows()

    def put_gradient(self, row: int, f: Tensor | None, gradient: Tensor) -> None:
        """The cosine and the gradient's length from F (None where the block is dropped) and ∂L/∂h, both (B, …)."""
        length = norm(gradient)
        self.gradient[row] = length
        if f is not None:
            both = self.branch[row] * length
            # 0/0 is undefined; a cosine can leave [−1, 1] by rounding alone.
            self.cosine[row] = torch.where(both > 0, dot(f, gradient) / both, math.nan).clamp(-1, 1)


@dataclass
class _Link:
    """One step's piece of graph, from its input to its output, cut off from its neighbours."""

    entry: Tensor
    """What the previous step gave."""
    reference: Tensor
    """h, or s in a projection block: what F is compared with."""
    out: Tensor
    f: Tensor | None
    """F (None where the block is dropped), or the step's whole change of the reference."""


class ChunkPass:
    """Rows of values (steps, B), the plan's outcomes, and those of the early exits."""

    def __init__(
        self,
        chain: ResidualChain,
        steps: Steps,
        gradients: Sequence[Gradient],
        x: Tensor,
        y: Tensor,
        on_step: Progress,
        update: Update = "branch",
    ) -> None:
        self.chain, self.steps, self.y, self.update = chain, steps, y, update
        self.backwards = "end_to_end" in gradients
        self.values = {kind: _Values(len(steps), x) for kind in gradients}
        any_values = next(iter(self.values.values()))
        self.ratio = torch.full_like(any_values.state[0], math.nan, device="cpu")
        last_stage = set(chain.last_stage)
        links: list[_Link] = []
        # The head on h_i is also the early exit after block i − 1; block 0 of the stage has none before it.
        exit_rows = [
            row
            for row, step in enumerate(steps)
            if "plugged" in gradients and row > 0 and {step.block, steps[row - 1].block} <= last_stage
        ]
        exits = OutcomeRows(len(exit_rows) + 1, y, x.dtype)
        with torch.no_grad():
            h = chain.stem(x)
        seen: set[int] = set()
        for row, step in enumerate(steps):
            link = self._forward(h, step, first=step.block not in seen)
            seen.add(step.block)
            self._put_norms(row, link)
            h = link.out.detach()
            if "plugged" in gradients and step.block in last_stage:
                logits = self._plug(row, link)
                if row in exit_rows:
                    exits.put([exit_rows.index(row)], logits)
            if self.backwards:
                links.append(link)
            on_step((row + 1) / len(steps) * (FORWARD_SHARE if self.backwards else 1.0))
        with torch.set_grad_enabled(self.backwards):
            last = h.requires_grad_(self.backwards)
            logits = chain.head(last)
        exits.put([len(exit_rows)], logits)
        self.exits = exits.cpu()
        self.outcomes = self.exits.rows(len(exit_rows))
        if self.backwards:
            self._backward(links, logits, last, on_step)

    def _forward(self, h: Tensor, step: Step, *, first: bool) -> _Link:
        block = self.chain.block(step.block)
        with torch.set_grad_enabled(self.backwards):
            entry = h.requires_grad_(self.backwards)
            prepared = block.prepare(entry) if first else entry
            s = block.shortcut(prepared)
            f = None if step.scale == 0.0 else block.branch(prepared)
            total = s if f is None else torch.add(s, f, alpha=step.scale)
            out = block.merge(total)
        reference = s if block.is_projection else prepared
        change = None if f is None else f.detach()
        if self.update == "effective":
            if out is total and s is reference:
                # The step adds α·F. Subtracting the two states instead would lose what is small beside h to rounding.
                change = change if change is None or step.scale == 1.0 else change * step.scale
            else:
                change = out.detach() - reference.detach()
        return _Link(entry, reference, out, change)

    def _put_norms(self, row: int, link: _Link) -> None:
        state = norm(link.reference.detach())
        branch = torch.zeros_like(state) if link.f is None else norm(link.f)
        for values in self.values.values():
            values.state[row], values.branch[row] = state, branch

    def _plug(self, row: int, link: _Link) -> Tensor:
        """Applies the head to h_i (or s_i): returns its logits, and puts the cosine and the gradient's norm into `values`."""
        with torch.enable_grad():
            h = link.reference.detach().requires_grad_()
            logits = self.chain.head(h)
            (gradient,) = torch.autograd.grad(logits, h, logit_gradient(logits.detach(), self.y))
        values = self.values["plugged"]
        values.put_gradient(row, link.f, gradient)
        values.gradient[row] *= remaining_probability(logits.detach(), self.y)
        return cast(Tensor, logits.detach())

    def _backward(self, links: list[_Link], logits: Tensor, last: Tensor, on_step: Progress) -> None:
        values = self.values["end_to_end"]
        (gradient,) = torch.autograd.grad(logits, last, logit_gradient(logits.detach(), self.y))
        for row in range(len(links) - 1, -1, -1):
            link = links.pop()
            if link.out is link.entry:  # a dropped block
                values.put_gradient(row, link.f, gradient)
            elif link.reference is link.entry:
                (gradient,) = torch.autograd.grad(link.out, link.entry, gradient)
                values.put_gradient(row, link.f, gradient)
            else:
                at_reference, gradient = _two_gradients(link, gradient)
                values.put_gradient(row, link.f, at_reference)
            del link
            on_step(1 - (1 - FORWARD_SHARE) * row / len(self.steps))
        stage_first = self.chain.stages.index(self.chain.stages[-1])
        rows = [row for row, step in enumerate(self.steps) if step.block == stage_first]
        if rows:
            # Lengths before the factor 1 − p_y, which cancels in the ratio but not in its rounding.
            self.ratio = (values.gradient[0] / values.gradient[rows[0]]).cpu()
        values.gradient *= remaining_probability(logits.detach(), self.y)


def _two_gradients(link: _Link, gradient: Tensor) -> tuple[Tensor, Tensor]:
    """∂L/∂reference (s of a projection, or h after pooling) and ∂L/∂entry."""
    at_reference, at_entry = torch.autograd.grad(link.out, [link.reference, link.entry], gradient)
    return at_reference, at_entry
