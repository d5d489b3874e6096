"""A law of data separation: He and Su 2023; Papyan, Han and Donoho 2020."""

from __future__ import annotations

from iterscope.literature.studied import Studied, measured, valued
from iterscope.literature.work import Asked, Drawn, Work, claims_of
from iterscope.paper.measures import Measurement, number


def separation_law(studied: Studied) -> Measurement:
    """The correlation of position and log D is below −0.9: the line explains four fifths of the variance."""
    return measured(
        studied,
        "separation",
        lambda answer: valued(answer["correlation"], answer["correlation_interval"]),
        "<",
        -0.9,
        lambda mean: f"correlation {number(mean, 2)} of position and log D on training images",
        undefined="the classes are not separated at all",
    )


WORK = Work(
    "separation",
    "He and Su 2023; Papyan, Han and Donoho 2020",
    "arXiv:2210.17020; NC1: arXiv:2008.08186",
    "A law of data separation",
    "Does each block reduce the scatter within classes, relative to that between them, by the same factor?",
    "The scatter within classes, relative to that between them, falls by the same factor at every layer.",
    (
        Asked(
            "separation",
            "separation",
            (
                Drawn(
                    "separation",
                    "Separation of the classes",
                    "Scatter within classes against that between their means, on training images; smaller is better separated.",
                ),
                Drawn("nc1", "Neural collapse (NC1)", "The same with equally weighted classes, per class (NC1)."),
            ),
        ),
    ),
    claims_of(
        "separation", ("law", "The logarithm of the scatter falls on a line over the positions.", separation_law)
    ),
)
