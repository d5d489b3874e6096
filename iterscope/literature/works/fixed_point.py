"""Repeating a block: after Jastrzębski et al. 2018."""

from __future__ import annotations

from iterscope.literature.studied import Answer, Studied, Value, measured, valued
from iterscope.literature.work import Asked, Drawn, Work, claims_of
from iterscope.paper.measures import Measurement, number


def repetition_grows(studied: Studied) -> Measurement:
    """The geometric mean of the contractions is above 1, where updates keep their length."""
    return measured(
        studied,
        "fixed-point",
        _contraction,
        ">",
        1.0,
        lambda mean: f"each update is {number(mean)} times as long as the one before",
        undefined="no update is defined",
    )


def scaled_settles(studied: Studied) -> Measurement:
    """The geometric mean of the contractions is below 1, where updates keep their length."""
    return measured(
        studied,
        "fixed-point-scaled",
        _contraction,
        "<",
        1.0,
        lambda mean: f"with a factor of 0.1, each update is {number(mean)} times as long as the one before",
        undefined="no update is defined",
    )


def _contraction(answer: Answer) -> Value:
    return valued(answer["mean_contraction"], answer["mean_contraction_interval"])


WORK = Work(
    "fixed-point",
    "after Jastrzębski et al. 2018",
    "our own definitions, after section 4.4",
    "Repeating a block",
    "Does a block that is applied repeatedly converge?",
    "Repeating the last block as it was trained makes the state diverge; with a small factor, it refines the state.",
    (
        Asked(
            "fixed-point",
            "fixed-point",
            (
                Drawn(
                    "contraction",
                    "Growth of the updates",
                    "Length of each update divided by that of the one before; below 1, updates shrink.",
                ),
                Drawn(
                    "update",
                    "Size of the updates",
                    "Length of the update divided by that of the state, after this many repetitions.",
                ),
            ),
        ),
        Asked(
            "fixed-point-scaled",
            "fixed-point",
            (
                Drawn(
                    "contraction", "Growth of the updates with a factor of 0.1", "The same with a tenth of each update."
                ),
            ),
            {"alpha": 0.1},
        ),
        Asked(
            "gain",
            "gain",
            (
                Drawn(
                    "gain",
                    "Gain of each block",
                    "The largest singular value of each block's Jacobian: the most that it amplifies a small change.",
                ),
            ),
        ),
    ),
    claims_of(
        "fixed-point",
        ("unscaled", "Repeated as trained, the last block doesn't converge: its updates grow.", repetition_grows),
        ("scaled", "Repeated with a factor of 0.1, its updates shrink.", scaled_settles),
    ),
)
