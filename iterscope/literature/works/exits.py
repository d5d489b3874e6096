"""Agreement and calibration of exits: Guo, Pleiss, Sun and Weinberger 2017."""

from __future__ import annotations

from iterscope.literature.studied import Studied, estimated, measured, trend
from iterscope.literature.work import Asked, Drawn, Work, claims_of
from iterscope.paper.measures import Measurement, number, points


def exits_settle(studied: Studied) -> Measurement:
    """Spearman's correlation of position and disagreement is below −0.9, as for probes.

    The last exit is the output itself, which disagrees with itself on no image: it is no place that could have been otherwise.
    """
    return measured(
        studied,
        "exits",
        lambda answer: trend(studied, answer["positions"][:-1], estimated(answer["trend"])),
        "<",
        -0.9,
        lambda mean: (
            f"rank correlation {number(mean, 2)} of position and disagreement with the output over the last stage"
        ),
        undefined="all exits agree with the output",
    )


def first_exit_miscalibrated(studied: Studied) -> Measurement:
    """The first exit's calibration error is above the output's: 0 is no difference."""
    return measured(
        studied,
        "exits",
        lambda answer: estimated(answer["first_excess"]),
        ">",
        0.0,
        lambda mean: f"the first exit's calibration error minus the output's: {points(mean)}",
        undefined="there is no exit before the output",
    )


WORK = Work(
    "exits",
    "Guo, Pleiss, Sun and Weinberger 2017",
    "calibration error: arXiv:1706.04599, equation 3; agreement of exits: common practice",
    "Agreement and calibration of exits",
    "When does the prediction stop changing, and are the exits calibrated?",
    "Modern networks are overconfident: their confidence exceeds their accuracy. The calibration error measures by how much.",
    (
        Asked(
            "exits",
            "exits",
            (
                Drawn(
                    "disagreement",
                    "Disagreement with the output",
                    "Share of images for which the network's head, applied at this position, predicts another class than at the output.",
                ),
                Drawn(
                    "calibration error",
                    "Calibration error",
                    "How far the exit's confidence is from its accuracy, on average.",
                ),
                Drawn("overconfidence", "Overconfidence", "Confidence minus accuracy at each position."),
                Drawn(
                    "early cost",
                    "Cost of leaving early",
                    "Share of the multiply-adds that run if each image leaves at the first exit of this confidence.",
                ),
            ),
        ),
    ),
    claims_of(
        "exits",
        (
            "settle",
            "The share of images whose prediction differs from the output's falls from block to block.",
            exits_settle,
        ),
        (
            "overconfident",
            "The head has a higher calibration error at the first exit than at the output.",
            first_exit_miscalibrated,
        ),
    ),
)
