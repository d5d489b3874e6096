"""Intrinsic dimension: Ansuini, Laio, Macke and Zoccolan 2019; Facco et al. 2017."""

from __future__ import annotations

import math

from iterscope.literature.studied import Answer, Studied, measured, number_of, valued
from iterscope.literature.work import Asked, Drawn, Work, claims_of
from iterscope.paper.measures import Measurement, number, percent


def dimension_rises(studied: Studied) -> Measurement:
    """The largest dimension inside is above that of both ends: a ratio of 1 is no hump."""

    def hump(answer: Answer) -> float:
        first, *inside, last = (number_of(each) for each in answer["dimension"])
        known = not any(map(math.isnan, (first, *inside, last)))  # an undefined position may be the largest
        return max(inside) / max(first, last) if inside and known else math.nan

    return measured(
        studied,
        "intrinsic-dimension",
        hump,
        ">",
        1.0,
        lambda mean: f"the largest dimension inside is {number(mean, 2)} times that of the larger end",
        undefined="there are too few images",
    )


def dimension_falls(studied: Studied) -> Measurement:
    """The last position's dimension is below half of the largest one."""
    return measured(
        studied,
        "intrinsic-dimension",
        lambda answer: valued(answer["end_share"], answer["end_share_interval"]),
        "<",
        0.5,
        lambda mean: f"the dimension at the last position is {percent(mean)} of the largest one",
        undefined="there are too few images",
    )


WORK = Work(
    "intrinsic-dimension",
    "Ansuini, Laio, Macke and Zoccolan 2019; Facco et al. 2017",
    "arXiv:1905.12784; doi:10.1038/s41598-017-11873-y",
    "Intrinsic dimension",
    "What is the intrinsic dimension of the states?",
    "The dimension rises in the first layers and falls towards the output.",
    (
        Asked(
            "intrinsic-dimension",
            "intrinsic-dimension",
            (
                Drawn(
                    "dimension",
                    "Intrinsic dimension",
                    "Intrinsic dimension of the states at each position, estimated from each image's two nearest neighbours (TwoNN).",
                ),
            ),
        ),
    ),
    claims_of(
        "intrinsic-dimension",
        (
            "rise",
            "The dimension rises before it falls: it is larger inside the network than at both ends.",
            dimension_rises,
        ),
        ("fall", "At the output it is below half of its largest value.", dimension_falls),
    ),
)
