"""Prediction depth: Baldock, Maennel and Neyshabur 2021."""

from __future__ import annotations

from iterscope.literature.studied import Studied, estimated, measured
from iterscope.literature.work import Asked, Drawn, Work, claims_of
from iterscope.paper.measures import Measurement, number


def wrong_are_deeper(studied: Studied) -> Measurement:
    """The mean depth of wrong images is above that of right ones: 0 is no difference."""
    return measured(
        studied,
        "prediction-depth",
        lambda answer: estimated(answer["excess_of_wrong"]),
        ">",
        0.0,
        lambda mean: f"misclassified images are settled {number(mean, 2)} positions later",
        undefined="all images are classified correctly, or none is",
    )


def doubtful_are_deeper(studied: Studied) -> Measurement:
    """Spearman's correlation of depth and −max p is above 0.3, a correlation that a plot shows."""
    return measured(
        studied,
        "prediction-depth",
        lambda answer: estimated(answer["doubt"]),
        ">",
        0.3,
        lambda mean: f"rank correlation {number(mean, 2)} of prediction depth and −max p",
        undefined="all images have the same prediction depth",
    )


WORK = Work(
    "prediction-depth",
    "Baldock, Maennel and Neyshabur 2021",
    "after arXiv:2106.09647",
    "Prediction depth",
    "From which block on is an image's prediction final?",
    "Misclassified images, and images that the network is unsure of, have a larger prediction depth.",
    (
        Asked(
            "prediction-depth",
            "prediction-depth",
            (
                Drawn(
                    "settled",
                    "Images that are settled",
                    "Share of images whose nearest training images give the network's prediction from this position on.",
                ),
                Drawn(
                    "accuracy",
                    "Accuracy of nearest neighbours",
                    "Share of images whose class the nearest training images give at each position.",
                ),
            ),
        ),
    ),
    claims_of(
        "prediction-depth",
        ("wrong", "Misclassified images have a larger prediction depth than others.", wrong_are_deeper),
        ("doubt", "Prediction depth is larger where the network is less confident.", doubtful_are_deeper),
    ),
)
