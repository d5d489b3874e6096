"""Overthinking: which images were right early and are wrong at the output, and which needed less depth?

After Kaya, Hong and Dumitraș 2019 (arXiv:1810.07052, sections 4 and 5.2), as in the authors' code: exits at shares of the network's
multiply-adds; an image is overthought destructively if some exit is right and the output wrong, wastefully if both are right; confusion
is the summed ℓ1 distance of the exits' distributions from the output's. The line of chance and runs of several exits are our own: with
many exits, luck alone makes one of them right.

E exits in order, N images, K classes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor

SHARES = (0.15, 0.3, 0.45, 0.6, 0.75, 0.9)
"""Of the multiply-adds, at which the source's exits are."""


def positions_at(costs: Tensor, shares: Sequence[float] = SHARES) -> list[int]:
    """The positions whose costs (L + 1,) are nearest to these shares, each once, in order."""
    return sorted({int((costs - share).abs().argmin()) for share in shares})


def in_a_row(right: Tensor, run: int) -> Tensor:
    """(E, N) whether an exit and the run − 1 exits after it are right, from what is right (E, N)."""
    found = torch.zeros_like(right)
    for start in range(len(right) - run + 1):
        found[start] = right[start : start + run].all(0)
    return found


def first_right(early: Tensor) -> Tensor:
    """(N,) int64: the first of (E, N) exits that is right; −1 if none is."""
    return early.long().argmax(0).where(early.any(0), -1)


def chance_of_run(rates: Iterable[float], run: int = 1) -> float:
    """The probability that exits which are right with these probabilities, independently, are so at least `run` times in a row.

    For a run of one: 1 − Π(1 − a_e).
    """
    lengths = [1.0, *[0.0] * (run - 1)]  # the probability of each length of the present run, without a whole one before
    for rate in rates:
        lengths = [sum(lengths) * (1 - rate), *[each * rate for each in lengths[:-1]]]
    return 1 - sum(lengths)


def confusion(logits: Iterable[Tensor], output: Tensor) -> Tensor:
    """(N,) Σ_e ‖p_e − p_out‖₁, 0 to 2E, from the logits (N, K) of each exit, and of the network."""
    p_out = output.double().softmax(-1)
    total = torch.zeros(len(p_out), dtype=torch.float64, device=p_out.device)
    for each in logits:
        total += (each.double().softmax(-1) - p_out).abs().sum(-1)
    return total
