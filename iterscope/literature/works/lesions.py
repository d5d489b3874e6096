"""Lesions and path lengths: Veit, Wilber and Belongie 2016."""

from __future__ import annotations

from iterscope.literature.studied import Answer, Studied, Value, measured, number_of, trend, valued
from iterscope.literature.work import Asked, Drawn, Work, claims_of
from iterscope.paper.measures import Measurement, number, percent


def _curve(studied: Studied, answer: Answer, name: str) -> Value:
    """A statistic of the error over the numbers of dropped blocks; the first is 0."""
    return trend(studied, answer["counts"], Value(number_of(answer[name])), of="")


def error_grows(studied: Studied) -> Measurement:
    """Spearman's correlation of number and mean error is above 0.9, as for probes."""
    return measured(
        studied,
        "lesions",
        lambda answer: _curve(studied, answer, "error_trend"),
        ">",
        0.9,
        lambda mean: f"rank correlation {number(mean, 2)} of the number of dropped blocks and the error",
        undefined="the error doesn't change",
    )


def error_smooth(studied: Studied) -> Measurement:
    """The largest step is below half of the rise; otherwise it is a jump."""
    return measured(
        studied,
        "lesions",
        lambda answer: _curve(studied, answer, "largest_step"),
        "<",
        0.5,
        lambda mean: f"the largest step is {percent(mean)} of the error's rise",
        undefined="the error doesn't rise",
    )


def paths_short(studied: Studied) -> Measurement:
    """The effective length is below that of the average path, half of the blocks."""

    def share(answer: Answer) -> Value:
        half = number_of(answer["half"])
        found = valued(answer["effective_length"], answer["effective_length_interval"])
        return Value(*(each / half for each in found))

    return measured(
        studied,
        "path-lengths",
        share,
        "<",
        1.0,
        lambda mean: f"the effective length is {number(mean, 2)} times that of the average path",
        undefined="no path has a gradient",
    )


WORK = Work(
    "lesions",
    "Veit, Wilber and Belongie 2016",
    "after arXiv:1605.06431, section 4",
    "Lesions and path lengths",
    "Does the error grow smoothly with the number of dropped blocks, and how long are the paths that carry the gradient?",
    "Errors grow smoothly with the number of dropped blocks, and most of the gradient comes from short paths, as in an ensemble.",
    (
        Asked(
            "lesions",
            "lesions",
            (
                Drawn(
                    "error",
                    "Error without several blocks",
                    "Mean error without this many blocks drawn at random; the band is from the best to the worst set.",
                ),
            ),
        ),
        Asked(
            "path-lengths",
            "path-lengths",
            (
                Drawn(
                    "weight",
                    "Gradient by path length",
                    "Share of the gradient that takes paths through this many branches.",
                ),
                Drawn(
                    "gradient norm",
                    "Gradient along one path",
                    "Mean norm of the gradient along one path of that length.",
                ),
            ),
        ),
    ),
    claims_of(
        "lesions",
        ("grows", "The error grows with the number of dropped blocks.", error_grows),
        ("smooth", "No single step makes up more than half of the error's growth.", error_smooth),
        ("short", "The paths that carry the gradient are shorter than the average path.", paths_short),
    ),
)
