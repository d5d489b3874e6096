"""Residual alignment: Li and Papyan 2023; Aubry et al. 2025; Gai and Zhang 2021."""

from __future__ import annotations

from iterscope.literature.studied import NO_PAIR, Studied, largest, measured, of_stages, smallest
from iterscope.literature.work import SMALL, Asked, Drawn, Work, claims_of
from iterscope.paper.measures import Measurement, number


def straighter(studied: Studied) -> Measurement:
    """LSS/√n is below 1, that of orthogonal steps, in every stage."""
    return measured(
        studied,
        "alignment",
        lambda answer: largest(of_stages(answer, "line_shape_share")),
        "<",
        1.0,
        lambda mean: f"line shape {number(mean, 2)} of that of orthogonal steps, in the stage with the largest one",
        undefined=NO_PAIR,
    )


def steps_agree(studied: Studied) -> Measurement:
    """The mean cosine of successive steps is above 0, that of unrelated ones, in every stage."""
    return measured(
        studied,
        "alignment",
        lambda answer: smallest(of_stages(answer, "cosine")),
        ">",
        0.0,
        lambda mean: f"cosine {number(mean, 2)} between successive steps, in the stage with the lowest one",
        undefined=NO_PAIR,
    )


def coupled(studied: Studied) -> Measurement:
    """The mean coupling is above 0.3, a third of perfect, in every stage."""
    return measured(
        studied,
        "alignment",
        lambda answer: smallest(of_stages(answer, "coupling")),
        ">",
        0.3,
        lambda mean: f"coupling {number(mean, 2)}, in the stage with the lowest one",
        undefined=NO_PAIR,
        images=lambda answer: int(answer["images"]),
    )


WORK = Work(
    "alignment",
    "Li and Papyan 2023; Aubry et al. 2025; Gai and Zhang 2021",
    "arXiv:2401.09018; arXiv:2407.07810; after arXiv:2102.09235",
    "Residual alignment",
    "Do the blocks' Jacobians align, and do states move along a straight line?",
    "In well-trained deep networks, states move along a line in equal steps, and the Jacobians of the blocks share their singular vectors.",
    (
        Asked(
            "alignment",
            "alignment",
            (
                Drawn(
                    "coupling, by block",
                    "Coupling of blocks",
                    "How well the singular vectors of one block (vertical) diagonalise the Jacobian of another (horizontal): 1 is perfect.",
                ),
                Drawn(
                    "line shape share",
                    "Line shape",
                    "How straight the path through each stage is: 1 for orthogonal steps, less for a line.",
                ),
                Drawn("cosine", "Cosine of successive steps", "Mean cosine between successive steps in each stage."),
                Drawn("first", "Largest singular value", "The largest singular value of each block's Jacobian."),
            ),
            {"images": 20},
        ),
    ),
    claims_of(
        "alignment",
        ("line", "The path through every stage is straighter than one of orthogonal steps.", straighter),
        ("cosine", "In every stage, the mean cosine of successive steps is positive.", steps_agree),
        (
            "coupling",
            "In every stage, the Jacobians of the blocks share their singular vectors: the coupling is above 0.3.",
            coupled,
            SMALL,
        ),
    ),
)
