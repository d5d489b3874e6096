"""Execution plans: which blocks run, in which order, at which scale.

Drop, unroll, swap, shuffle and scale are all the same thing: a sequence of (block, scale) steps that runs in place of 0, 1, …, L−1.

    identity     0 1 2 … L−1             drop 3        0 1 2 4 …
    unroll last  0 1 … L−1 (L−1)×20@α    swap 4 and 5  … 3 5 4 6 …

A step computes h ← merge(shortcut(h) + scale·F(h)). A block's `prepare` (the pooling between two stages) runs at its first
step only. Scale 0 drops the block: F := 0, while its pooling, projection and merge remain.

A `Plan` doesn't depend on a network (`drop(-1)`); `Plan.steps(chain)` gives its steps on one. Edits can be chained:
`drop(3).unroll(-1, steps=20, scale=0.1)`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from iterscope.arguments import finite_number, shown, whole_number
from iterscope.chain import ResidualChain
from iterscope.errors import PlanError


@dataclass(frozen=True)
class Step:
    """One application of a block: h ← merge(shortcut(h) + scale·F(h))."""

    block: int
    scale: float = 1.0


Steps = tuple[Step, ...]


class _Edit(Protocol):
    def apply(self, steps: Steps, chain: ResidualChain) -> Steps: ...


@dataclass(frozen=True)
class _Sequence:
    sequence: tuple[Step, ...]

    def apply(self, steps: Steps, chain: ResidualChain) -> Steps:
        return tuple(Step(chain.block_index(step.block), step.scale) for step in self.sequence)


@dataclass(frozen=True)
class _Scale:
    block: int
    factor: float

    def apply(self, steps: Steps, chain: ResidualChain) -> Steps:
        block = chain.block_index(self.block)
        scaled = [replace(step, scale=step.scale * self.factor) if step.block == block else step for step in steps]
        for step in scaled:
            if not math.isfinite(step.scale):
                raise PlanError(f"the factors on block {block} multiply to {step.scale:g}: give smaller ones")
        return tuple(scaled)


@dataclass(frozen=True)
class _Unroll:
    block: int
    times: int
    scale: float

    def apply(self, steps: Steps, chain: ResidualChain) -> Steps:
        block = chain.block_index(self.block)
        last = _position(steps, block, "unroll")
        return (*steps[: last + 1], *(Step(block, self.scale),) * self.times, *steps[last + 1 :])


@dataclass(frozen=True)
class _Swap:
    first: int
    second: int

    def apply(self, steps: Steps, chain: ResidualChain) -> Steps:
        exchange = {chain.block_index(self.first): chain.block_index(self.second)}
        exchange |= {second: first for first, second in exchange.items()}
        return tuple(replace(step, block=exchange.get(step.block, step.block)) for step in steps)


@dataclass(frozen=True)
class _ExitAfter:
    block: int

    def apply(self, steps: Steps, chain: ResidualChain) -> Steps:
        return steps[: _position(steps, chain.block_index(self.block), "exit after") + 1]


def _position(steps: Steps, block: int, verb: str) -> int:
    """The block's last position."""
    for position in range(len(steps) - 1, -1, -1):
        if steps[position].block == block:
            return position
    raise PlanError(f"can't {verb} block {block}: it isn't in the plan {format_steps(steps)!r}")


@dataclass(frozen=True)
class Plan:
    """All blocks in order, modified by edits, which can be chained: `drop(3).unroll(-1, steps=20, scale=0.1)`."""

    edits: tuple[_Edit, ...] = ()

    def _with(self, *edits: _Edit) -> Plan:
        return Plan(self.edits + edits)

    def drop(self, blocks: int | Iterable[int]) -> Plan:
        """Drop these blocks: F := 0 (figure 3)."""
        alone = whole_number(blocks)
        if alone is not None:
            return self._with(_Scale(alone, 0.0))
        if not isinstance(blocks, Iterable):
            raise PlanError(f"blocks is {shown(blocks)}: give a block, or several")
        return self._with(*(_Scale(block, 0.0) for block in blocks))

    def scale(self, block: int, factor: float) -> Plan:
        """Multiply the block's branch by `factor`."""
        return self._with(_Scale(block, _finite(factor, "factor")))

    def unroll(self, block: int = -1, steps: int = 20, scale: float = 1.0) -> Plan:
        """Apply the block `steps` more times, with its branch multiplied by `scale` in those steps (section 4.4)."""
        times = whole_number(steps)
        if times is None or not 0 <= times <= MAX_UNROLL:
            raise PlanError(
                f"steps is {shown(steps)}: give the number of additional steps of the block, a whole number ≥ 0 and ≤ {MAX_UNROLL}"
            )
        return self._with(_Unroll(block, times, _finite(scale, "scale")))

    def swap(self, first: int, second: int) -> Plan:
        """Exchange two blocks."""
        return self._with(_Swap(first, second))

    def exit_after(self, block: int) -> Plan:
        """Stop after this block: the head reads its output (figure 5)."""
        return self._with(_ExitAfter(block))

    def steps(self, chain: ResidualChain) -> Steps:
        """The plan's steps on this network. Raises BlockError or PlanError if it can't run there."""
        steps: Steps = tuple(Step(index) for index in range(len(chain)))
        for edit in self.edits:
            steps = edit.apply(steps, chain)
        return steps


def identity() -> Plan:
    """The network as it was trained."""
    return Plan()


def drop(blocks: int | Iterable[int]) -> Plan:
    """Drop one block or several (figure 3): F := 0, so h_{i+1} = merge(shortcut(h_i))."""
    return Plan().drop(blocks)


def scale(block: int, factor: float) -> Plan:
    """Multiply the branch of one block by `factor`."""
    return Plan().scale(block, factor)


def unroll(block: int = -1, steps: int = 20, scale: float = 1.0) -> Plan:
    """Apply one block (default: the last) `steps` more times, h ← merge(h + scale·F(h)) (section 4.4)."""
    return Plan().unroll(block, steps, scale)


def swap(first: int, second: int) -> Plan:
    """Exchange two shape-compatible blocks."""
    return Plan().swap(first, second)


def exit_after(block: int) -> Plan:
    """Put the head right after this block, which must be in the last stage (figure 5)."""
    return Plan().exit_after(block)


def shuffle(order: Sequence[int]) -> Plan:
    """Run the blocks in this order."""
    return plan([(block, 1.0) for block in order])


def plan(sequence: Iterable[tuple[int, float] | Step]) -> Plan:
    """A plan from any sequence of (block, scale), at most `MAX_STEPS`. Raises PlanError if it is empty or a scale isn't finite."""
    steps: list[Step] = []
    for entry in sequence:
        given, factor = (entry.block, entry.scale) if isinstance(entry, Step) else _pair(entry)
        block = whole_number(given)
        if block is None:
            raise PlanError(f"{shown(given)} is not the index of a block: give (block, scale)")
        if len(steps) == MAX_STEPS:
            raise PlanError(
                f"the plan is longer than {MAX_STEPS} steps: give fewer, or repeat a block with unroll(block, steps)"
            )
        steps.append(Step(block, _finite(factor, f"the scale of block {shown(block)}")))
    if not steps:
        raise PlanError("the plan is empty: give at least one (block, scale)")
    return Plan((_Sequence(tuple(steps)),))


def _pair(entry: object) -> tuple[int, float]:
    if not isinstance(entry, list | tuple) or len(entry) != 2:
        raise PlanError(f"{shown(entry)} is not a step of a plan: give (block, scale)")
    return entry[0], entry[1]


def _finite(value: float, name: str) -> float:
    found = finite_number(value)
    if found is None:
        raise PlanError(f"{name} is {shown(value)}: give a finite number")
    return found


_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[-+]?[0-9]+)?", re.IGNORECASE)
_TOKEN = re.compile(
    r"(?P<first>-?[0-9]+)(?:\.\.(?P<last>[0-9]+))?(?:@(?P<scale>[^x]+))?(?:x(?P<times>[0-9]+))?", re.ASCII
)

MAX_STEPS = 2000
"""The longest plan that can be given as steps or as text, in the library, the service, the command and on the pages."""
MAX_UNROLL = 100_000
"""The largest number of additional steps of a block that `unroll` accepts."""
_LONGEST_NUMBER = 12
"""Digits of a block or a repetition in a plan's text, beyond which it is certainly out of range."""


def format_steps(steps: Iterable[Step]) -> str:
    """The steps as text: `0..2 3@0 4..26 26@0.1x20` (`..` a range, `@` a scale, `x` a repetition)."""
    tokens: list[str] = []
    runs: list[tuple[Step, Step, int]] = []  # first and last step of a run, and how often a single step repeats
    for step in steps:
        if runs:
            first, last, times = runs[-1]
            if step == last and first == last:
                runs[-1] = (first, last, times + 1)
                continue
            if times == 1 and step.scale == last.scale == 1.0 and step.block == last.block + 1:
                runs[-1] = (first, step, 1)
                continue
        runs.append((step, step, 1))
    for first, last, times in runs:
        token = str(first.block) if first == last else f"{first.block}..{last.block}"
        token += "" if first.scale == 1.0 else f"@{first.scale:.12g}"
        tokens.append(token + (f"x{times}" if times > 1 else ""))
    return " ".join(tokens)


def parse_plan(text: str) -> Plan:
    """Read a plan in the notation that `format_steps` writes. Raises PlanError naming the token that can't be read.

    It has the limits of a list of steps: at most `MAX_STEPS`, each with a finite scale.
    """
    return plan(parse_steps(text))


def parse_steps(text: str) -> Steps:
    """The steps of a plan's text, without a network: negative blocks still count from the end. Raises PlanError as `parse_plan` does."""
    steps: list[Step] = []
    for token in text.split():
        match = _TOKEN.fullmatch(token)
        if match is None:
            raise PlanError(
                f"can't read {shown(token)} in the plan: write 3, 0..26, 3@0.5 (scale) or 26@0.1x20 (repetition)"
            )
        for number in (match["first"], match["last"], match["times"]):
            if number is not None and len(number) > _LONGEST_NUMBER:
                raise PlanError(
                    f"the number {shown(number)} in the plan is longer than {_LONGEST_NUMBER} digits: no network has as many blocks"
                )
        scale = match["scale"] or "1"
        if _NUMBER.fullmatch(scale) is None:  # `float` also reads 1_0, nan and digits of other scripts
            raise PlanError(f"can't read the scale {shown(scale)} in {shown(token)}: write a number, as in 3@0.5")
        factor = float(scale)
        first, times = int(match["first"]), int(match["times"] or 1)
        last = first if match["last"] is None else int(match["last"])
        if last < first:
            raise PlanError(f"the range {shown(token)} is descending: list its blocks one by one")
        if len(steps) + (last - first + 1) * times > MAX_STEPS:
            raise PlanError(f"{shown(token)} makes the plan longer than {MAX_STEPS} steps")
        steps += [
            Step(block, _finite(factor, f"the scale in {shown(token)}")) for block in range(first, last + 1)
        ] * times
    return tuple(steps)
