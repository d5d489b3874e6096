"""Execution plans: sequences of steps, in the library's notation.

    0..2 4..26 26@0.1x20    blocks 0 to 26 without block 3; then block 26 twenty more times, its branch scaled by 0.1

`..` is a range, `@` a scale, `x` a repetition. The dashboard also accepts the scale `auto`, which the backend chooses by training loss.
assets/2_plan.js implements the same notation.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from iterscope_dashboard.model import Block
from iterscope_dashboard.state import Query

TOKEN = re.compile(r"(-?[0-9]+)(?:\.\.([0-9]+))?(?:@([^x]+))?(?:x([0-9]+))?")
NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[-+]?[0-9]+)?", re.IGNORECASE)
OLD_UNROLL = re.compile(r"(-?[0-9]+)x([0-9]+)@(.+)")
MAX_STEPS = 2000  # of a plan, as the backend takes it
MAX_UNROLL = 1000
LONGEST_NUMBER = 12  # digits


class PlanTextError(ValueError):
    """The text is not a plan; the message names the token and the remedy."""


@dataclass(frozen=True)
class PlanStep:
    """One block, applied `times` times in a row, its branch scaled by `scale` (None: "auto")."""

    block: int
    scale: float | None = 1.0
    times: int = 1


@dataclass(frozen=True)
class Unroll:
    """A block that runs `steps` more times right after itself, scaled by `scale` (None: "auto")."""

    block: int
    steps: int
    scale: float | None


@dataclass(frozen=True)
class PlanState:
    """The steps in execution order."""

    steps: tuple[PlanStep, ...]

    @classmethod
    def untouched(cls, length: int) -> "PlanState":
        """The untouched network: `length` blocks in order."""
        return cls(tuple(PlanStep(block) for block in range(length)))

    @classmethod
    def parse(cls, text: str, length: int) -> "PlanState":
        """Read a plan for a network of `length` blocks. Raises PlanTextError."""
        steps: list[PlanStep] = []
        total = 0
        for token in text.split():
            found = read_token(token, length)
            total += sum(step.times for step in found)
            if total > MAX_STEPS:
                raise PlanTextError(f"“{token}” makes the plan longer than {MAX_STEPS} steps: use fewer repetitions.")
            steps += [step for step in found if step.times]
            if sum(step.scale is None for step in steps) > 1:
                raise PlanTextError(f"“auto” may appear only once in a plan: write a number in “{token}”.")
        if not steps:
            raise PlanTextError(f"The plan is empty: write at least one block, such as 0..{length - 1}.")
        return cls(tuple(steps))

    @property
    def text(self) -> str:
        """The plan as text, which `parse` reads; consecutive blocks become ranges."""
        tokens: list[str] = []
        for _, run in groupby(enumerate(self.steps), lambda pair: _run_of(*pair)):
            steps = [step for _, step in run]
            first, last = steps[0], steps[-1]
            token = str(first.block) if len(steps) == 1 else f"{first.block}..{last.block}"
            scale = "@auto" if first.scale is None else "" if first.scale == 1 else f"@{first.scale:.12g}"
            tokens.append(token + scale + (f"x{first.times}" if first.times != 1 else ""))
        return " ".join(tokens)

    def with_scale(self, scale: float) -> "PlanState":
        """The plan with "auto" replaced by a number."""
        return PlanState(tuple(PlanStep(s.block, scale if s.scale is None else s.scale, s.times) for s in self.steps))

    @property
    def automatic(self) -> PlanStep | None:
        """The step with the scale "auto", or None."""
        return next((step for step in self.steps if step.scale is None), None)

    @property
    def unroll(self) -> Unroll | None:
        """The repeated block: the one at the plan's end, or else the only one."""
        groups = [list(steps) for _, steps in groupby(self.steps, lambda step: step.block)]
        repeated = [(group is groups[-1], found) for group in groups if (found := _unroll_of(group))]
        if repeated and (repeated[-1][0] or len(repeated) == 1):
            return repeated[-1][1]
        return None


def _run_of(position: int, step: PlanStep) -> tuple[object, ...]:
    """Equal for neighbours that a range holds together."""
    plain = step.scale == 1 and step.times == 1
    return ("range", position - step.block) if plain else ("alone", position)


def _unroll_of(group: Sequence[PlanStep]) -> Unroll | None:
    """What steps of the same block, one after the other, amount to: the first run, and further ones of one scale."""
    steps = sum(step.times for step in group) - 1
    scales = {step.scale for step in (group[1:] if group[0].times == 1 else group)}
    return Unroll(group[0].block, steps, scales.pop()) if 0 < steps <= MAX_UNROLL and len(scales) == 1 else None


def read_token(token: str, length: int) -> list[PlanStep]:
    """The steps of one token. Raises PlanTextError."""
    match = TOKEN.fullmatch(token)
    if match is None:
        raise PlanTextError(f"“{token}” can’t be read: write 3, 0..26, 3@0.5 (scale) or 26@0.1x20 (repetition).")
    first, last, scale_text, times = match.groups()
    if scale_text not in (None, "auto") and not NUMBER.fullmatch(scale_text):
        raise PlanTextError(f"The scale “{scale_text}” in “{token}” is not a number: write 0.5, or auto.")
    scale = 1.0 if scale_text is None else None if scale_text == "auto" else float(scale_text)
    if scale is not None and abs(scale) > 1e6:
        raise PlanTextError(
            f"The scale “{scale_text}” in “{token}” is too large: write one between −1000000 and 1000000."
        )
    for number in (first, last, times):
        if number is not None and len(number) > LONGEST_NUMBER:
            raise PlanTextError(
                f"“{token[:40]}…” contains a number of more than {LONGEST_NUMBER} digits: write a block of the network."
            )
    start, stop = int(first), int(first if last is None else last)
    if stop < start:
        raise PlanTextError(f"“{token}” is a descending range: list its blocks one by one.")
    if not (-length <= start and stop < length):
        raise PlanTextError(
            f"“{token}” contains a block that this network does not have: its blocks are 0 to {length - 1}."
        )
    count = 1 if times is None else int(times)
    blocks = [block % length for block in range(start, stop + 1)]
    if len(blocks) == 1:
        return [PlanStep(blocks[0], scale, count)]
    if len(blocks) * count > MAX_STEPS:
        raise PlanTextError(f"“{token}” makes the plan longer than {MAX_STEPS} steps: use fewer repetitions.")
    return [PlanStep(block, scale) for block in blocks] * count


def shapes_the_next(block: Block, blocks: Sequence[Block]) -> bool:
    """Whether later blocks need this block's shortcut for the right shape: then it is dropped by the scale 0."""
    return block.is_projection or (block.index > 0 and block.stage != blocks[block.index - 1].stage)


def without(dropped: Sequence[int], blocks: Sequence[Block]) -> PlanState:
    """The plan without some blocks."""
    kept = [
        PlanStep(block.index, 0.0 if block.index in dropped else 1.0)
        for block in blocks
        if block.index not in dropped or shapes_the_next(block, blocks)
    ]
    return PlanState(tuple(kept) or (PlanStep(0, 0.0),))


def read_plan(query: Query, blocks: Sequence[Block], default: PlanState) -> PlanState:
    """`plan=0..2+4..26`, or an older link's `drop=` and `unroll=`; an invalid one leaves a notice and gives the untouched network."""
    length = len(blocks)
    text = query.text("plan")
    if text is None:
        return read_old_plan(query, blocks, default)
    try:
        return PlanState.parse(text, length)
    except PlanTextError as error:
        query.notices.append(f"The plan in the link is not valid, so the untouched network is shown. {error}")
        return PlanState.untouched(length)


def read_pin(query: Query, length: int) -> PlanState | None:
    """`pin=` is a plan to compare with; an invalid one leaves a notice."""
    text = query.text("pin")
    if text is None:
        return None
    try:
        pinned = PlanState.parse(text, length)
        if pinned.automatic:
            raise PlanTextError("A pinned plan cannot contain “auto”: write a number.")
    except PlanTextError as error:
        query.notices.append(
            f"The pinned plan in the link is not valid, so the untouched network is the reference. {error}"
        )
        return None
    return pinned


def read_old_plan(query: Query, blocks: Sequence[Block], default: PlanState) -> PlanState:
    """`drop=0.5.7` and `unroll=26x20@0.1` (or `@auto`); without either, the default."""
    length = len(blocks)
    drop, unroll = query.text("drop"), query.text("unroll")
    if drop is None and unroll is None:
        return default
    dropped: list[int] = []
    if drop and drop != "none":
        parts = drop.split(".")
        if all(re.fullmatch("[0-9]{1,9}", part) and int(part) < length for part in parts):
            dropped = [int(part) for part in parts]
        else:
            query.notices.append(f"drop “{drop}” is not a list of blocks from 0 to {length - 1}: no block is dropped.")
    steps = list(without(dropped, blocks).steps)
    if unroll and unroll != "none":
        try:
            match = OLD_UNROLL.fullmatch(unroll)
            if match is None:
                raise PlanTextError("no unrolling")
            (more,) = PlanState.parse(f"{match[1]}@{match[3]}x{match[2]}", length).steps
            place = sum(step.block <= more.block for step in steps)
            steps.insert(place, more)
        except PlanTextError:
            query.notices.append(
                f"unroll “{unroll}” is not BLOCKxSTEPS@SCALE, like {length - 1}x20@0.1: no block is unrolled."
            )
    return PlanState(tuple(steps))
