"""Unbiased estimates: Greff, Srivastava and Schmidhuber 2017."""

from __future__ import annotations

from iterscope.literature.studied import Studied, largest, measured, of_stages, valued
from iterscope.literature.work import Asked, Drawn, Work, claims_of
from iterscope.paper.measures import Measurement, number, percent


def spread_falls(studied: Studied) -> Measurement:
    """The spread falls at more than nine of ten blocks: "shrinks" allows rare noise. The interval is Wilson's over blocks.

    The last block of a stage isn't counted: the error is measured from its state.
    """
    return measured(
        studied,
        "estimation-bias",
        lambda answer: valued(answer["falling_share"], answer["falling_interval"]),
        ">",
        0.9,
        lambda mean: f"the spread falls at {percent(mean)} of the blocks between the first and the last of their stage",
        undefined="no stage has three blocks",
    )


def last_stage_unbiased(studied: Studied) -> Measurement:
    """The mean of the error is below half of its spread in the last stage: most of the error is then spread."""
    return measured(
        studied,
        "estimation-bias",
        lambda answer: of_stages(answer, "ratio")[-1],
        "<",
        0.5,
        lambda mean: f"mean / spread of the error {number(mean, 2)} in the last stage",
        undefined="the last stage has a single block",
    )


def stages_unbiased(studied: Studied) -> Measurement:
    """The same in every stage."""
    return measured(
        studied,
        "estimation-bias",
        lambda answer: largest(of_stages(answer, "ratio")),
        "<",
        0.5,
        lambda mean: f"mean / spread of the error {number(mean, 2)}, in the stage with the largest one",
        undefined="every stage has a single block",
    )


WORK = Work(
    "estimation-bias",
    "Greff, Srivastava and Schmidhuber 2017",
    "after arXiv:1612.07771",
    "Unbiased estimates",
    "Does a stage refine one estimate, unbiased from its first block on?",
    "The blocks of a stage estimate the same features: their error has a mean of zero, and a spread that shrinks.",
    (
        Asked(
            "estimation-bias",
            "estimation-bias",
            (
                Drawn(
                    "spread",
                    "Spread of the error",
                    "Spread of the difference between each state and the last one of its stage.",
                ),
                Drawn(
                    "ratio",
                    "Mean of the error against its spread",
                    "Mean of that difference against its spread; 0 is unbiased.",
                ),
            ),
        ),
    ),
    claims_of(
        "estimation-bias",
        ("falls", "From block to block of a stage, the spread of the error falls.", spread_falls),
        (
            "last",
            "The error of the last stage is unbiased: its mean is less than half of its spread.",
            last_stage_unbiased,
        ),
        (
            "all",
            "The error of every stage is unbiased in the same sense.",
            stages_unbiased,
            "not expected: the means of hidden states drift",
        ),
    ),
)
