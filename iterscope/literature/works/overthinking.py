"""Overthinking: Kaya, Hong and Dumitraș 2019."""

from __future__ import annotations

from iterscope.literature.studied import Studied, estimated, measured, valued
from iterscope.literature.work import Asked, Drawn, Work, claims_of
from iterscope.paper.measures import Measurement, percent


def errors_spoiled(studied: Studied) -> Measurement:
    """More than a quarter of the errors are right at some exit: half of what the work reports. The interval is over the errors."""
    return measured(
        studied,
        "overthinking",
        lambda answer: valued(answer["spoiled_share"], answer["spoiled_interval"]),
        ">",
        0.25,
        lambda mean: f"{percent(mean)} of the errors are right at an earlier exit",
        undefined="there are no errors",
        images=lambda answer: int(answer["errors"]),
    )


def confusion_tells(studied: Studied) -> Measurement:
    """The probability that an error is more confused than a right image is above that of chance, one half."""
    return measured(
        studied,
        "overthinking",
        lambda answer: estimated(answer["confusion_auroc"]),
        ">",
        0.5,
        lambda mean: f"confusion detects errors with an AUROC of {percent(mean)}",
        undefined="all images are classified correctly, or none is",
    )


WORK = Work(
    "overthinking",
    "Kaya, Hong and Dumitraș 2019",
    "arXiv:1810.07052, sections 4 and 5.2; linear probes as exits are ours",
    "Overthinking",
    "Which images are right at an early exit but wrong at the output, and which need less depth?",
    "About half of a network's errors are right at an earlier exit, and disagreement between exits indicates errors.",
    (
        Asked(
            "overthinking",
            "overthinking",
            (
                Drawn(
                    "destructive",
                    "Destructive overthinking",
                    "Share of images that are right at this exit and wrong at the output.",
                ),
                Drawn(
                    "wasteful",
                    "Wasteful overthinking",
                    "Share of images that are right at this exit already, and at the output.",
                ),
            ),
        ),
    ),
    claims_of(
        "overthinking",
        ("destructive", "More than a quarter of the errors are right at an earlier exit.", errors_spoiled),
        ("confusion", "Images on which the exits disagree are misclassified more often.", confusion_tells),
    ),
)
