"""Loss change per block: Kramár, Lieberum, Shah and Nanda 2024."""

from __future__ import annotations

import math

from iterscope.literature.studied import Answer, Studied, Value, measured, number_of, trend
from iterscope.literature.work import Asked, Drawn, Work, claims_of
from iterscope.paper.measures import Measurement, number, percent
from iterscope.probes.ledger import ESTIMATES, PATH, PLUGGED
from iterscope.probes.statistics import wilson_interval


def fidelity_falls(studied: Studied) -> Measurement:
    """Spearman's correlation of slope and block over the last stage is below 0, its value by chance."""
    return measured(
        studied,
        "ledger",
        lambda answer: trend(studied, answer["plugged_blocks"], Value(number_of(answer["slope_trend"]))),
        "<",
        0.0,
        lambda mean: (
            f"rank correlation {number(mean, 2)} of the block's index and the slope of actual on predicted change"
        ),
        undefined="the slopes are not defined",
    )


def estimates_rank(studied: Studied) -> Measurement:
    """The rank correlation of estimate and damage exceeds what unrelated values of as many blocks reach in 5 % of cases."""
    return measured(
        studied,
        "ledger",
        lambda answer: number_of(answer["estimate_correlation"]) - number_of(answer["estimate_chance"]),
        ">",
        0.0,
        lambda mean: f"rank correlation of estimate and damage minus its 5 % chance level: {number(mean, 2)}",
        undefined="fewer than four blocks keep the shape",
    )


def signs_differ(studied: Studied) -> Measurement:
    """The signs of estimate and damage agree for less than 90 % of the shape-keeping blocks; the interval is Wilson's over blocks."""

    def agreement(answer: Answer) -> Value:
        share, blocks = number_of(answer["sign_agreement"]), int(answer["compared"])
        if math.isnan(share) or not blocks:
            return Value(math.nan)
        return Value(share, *wilson_interval(round(share * blocks), blocks))

    return measured(
        studied,
        "ledger",
        agreement,
        "<",
        0.9,
        lambda mean: f"estimate and damage have the same sign for {percent(mean)} of the blocks that keep the shape",
        undefined="no block keeps the shape",
    )


WORK = Work(
    "ledger",
    "Kramár, Lieberum, Shah and Nanda 2024",
    "after arXiv:2403.00745, and equations 2 to 4 of Jastrzębski et al. 2018",
    "Loss change per block",
    "By how much does each block reduce the loss, and does the gradient predict it?",
    "Gradients rank the parts of a network by what removing them costs, and are only an approximation of it.",
    (
        Asked(
            "ledger",
            "ledger",
            (
                Drawn.joint(PLUGGED),
                Drawn.joint(PATH),
                Drawn.joint(ESTIMATES),
                Drawn("damage", "Damage of dropping each block", "How much the loss grows without each block."),
            ),
        ),
    ),
    claims_of(
        "ledger",
        (
            "fidelity",
            "The gradient's prediction of a block's loss change is less accurate towards the output.",
            fidelity_falls,
        ),
        ("rank", "Blocks with a larger estimate by the gradient are more harmful to drop.", estimates_rank),
        (
            "sign",
            "The gradient can't replace dropping: it is wrong about the sign for more than one block in ten.",
            signs_differ,
        ),
    ),
)
