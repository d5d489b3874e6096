"""Effective depth: Csordás, Manning and Potts 2025."""

from __future__ import annotations

from iterscope.literature.studied import Studied, measured, valued
from iterscope.literature.work import Asked, Drawn, Work, claims_of
from iterscope.paper.measures import Measurement, number


def first_half_matters(studied: Studied) -> Measurement:
    """The mean output change of the first half is above 1.1 times that of the second: a tenth is a difference that a plot shows."""
    return measured(
        studied,
        "effective-depth",
        lambda answer: valued(answer["half_ratio"], answer["half_ratio_interval"]),
        ">",
        1.1,
        lambda mean: (
            f"dropping a block of the first half changes the output {number(mean, 2)} times as much as one of the second"
        ),
        undefined="no block of the second half changes the output",
    )


WORK = Work(
    "effective-depth",
    "Csordás, Manning and Potts 2025",
    "after arXiv:2505.13898",
    "Effective depth",
    "Which later blocks build on a block?",
    "In language models, the first half of the layers matters more to what follows and to the output than the second.",
    (
        Asked(
            "effective-depth",
            "effective-depth",
            (
                Drawn(
                    "effect, by block",
                    "Effect on later blocks",
                    "How much each later block (horizontal) changes what it adds when one block (vertical) is dropped.",
                ),
                Drawn(
                    "output change",
                    "Effect on the output",
                    "How far the class probabilities move when each block is dropped.",
                ),
            ),
        ),
    ),
    claims_of(
        "effective-depth",
        (
            "halves",
            "Dropping a block of the first half changes the output more than dropping one of the second half, by at least a tenth.",
            first_half_matters,
        ),
    ),
)
