"""Similarity of states: Kornblith et al. 2019; Nguyen, Raghu and Kornblith 2021."""

from __future__ import annotations

from iterscope.literature.studied import Studied, estimated, measured
from iterscope.literature.work import Asked, Drawn, Work, claims_of
from iterscope.paper.measures import Measurement, number


def stages_alike(studied: Studied) -> Measurement:
    """The mean CKA of pairs of a stage exceeds that of other pairs by 0.1, a difference that a plot shows."""
    return measured(
        studied,
        "cka",
        lambda answer: estimated(answer["stage_contrast"]),
        ">",
        0.1,
        lambda mean: f"CKA within a stage is {number(mean, 2)} above that between stages",
        undefined="there is a single stage",
    )


def near_alike(studied: Studied) -> Measurement:
    """Spearman's correlation of CKA and nearness is above 0.7: half of the variance of the ranks."""
    return measured(
        studied,
        "cka",
        lambda answer: estimated(answer["nearness"]),
        ">",
        0.7,
        lambda mean: f"rank correlation {number(mean, 2)} of CKA and nearness",
        undefined="there are too few positions",
    )


WORK = Work(
    "cka",
    "Kornblith et al. 2019; Nguyen, Raghu and Kornblith 2021",
    "arXiv:1905.00414; arXiv:2010.15327, equations 2 and 3",
    "Similarity of states",
    "Which blocks have similar states?",
    "The similarity matrix has a block structure: states of the same stage, and nearby states, are more similar.",
    (
        Asked(
            "cka",
            "cka",
            (
                Drawn(
                    "cka, by position",
                    "Similarity of states (CKA)",
                    "CKA of the states at two positions: 1 if they are equal up to rotation and scale, about 0 if they are unrelated.",
                ),
            ),
        ),
    ),
    claims_of(
        "cka",
        (
            "stages",
            "States of the same stage are more similar than states of different stages, by at least 0.1.",
            stages_alike,
        ),
        ("near", "The nearer two states are, the more similar they are.", near_alike),
    ),
)
