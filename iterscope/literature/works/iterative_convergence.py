"""Iterative convergence: Lippl, Peters and Kriegeskorte 2024."""

from __future__ import annotations

from iterscope.literature.studied import Answer, Studied, Value, measured, smallest, valued
from iterscope.literature.work import Asked, Drawn, Work, claims_of
from iterscope.paper.measures import Measurement, number


def _every_stage(studied: Studied, name: str, threshold: float, what: str) -> Measurement:
    """A number of each stage is above the threshold in all of them."""

    def lowest(answer: Answer) -> Value:
        return smallest([valued(*each) for each in zip(answer[name], answer[f"{name}_interval"], strict=True)])

    return measured(
        studied,
        "iterative-convergence",
        lowest,
        ">",
        threshold,
        lambda mean: f"{what} {number(mean, 2)}, in the stage with the lowest one",
        undefined="no stage has blocks that keep the shape, or the network is no better than chance,",
    )


def stages_diverge(studied: Studied) -> Measurement:
    """A tenth of the way from the network's error to chance, in every stage."""
    return _every_stage(studied, "divergence", 0.1, "divergence")


def stages_unconverged(studied: Studied) -> Measurement:
    """A tenth of the way from the network's error to chance, in every stage."""
    return _every_stage(studied, "convergence", 0.1, "convergence")


def order_matters(studied: Studied) -> Measurement:
    """Recurrence above 0 in every stage: 0 for blocks that are interchangeable."""
    return _every_stage(studied, "recurrence", 0.0, "recurrence")


WORK = Work(
    "iterative-convergence",
    "Lippl, Peters and Kriegeskorte 2024",
    "our own definitions, in the spirit of PLOS ONE 19(3) e0293440, whose formulas we have not read",
    "Iterative convergence",
    "Does a stage behave like an iteration: does it converge, and are its steps interchangeable?",
    "Ordinary residual networks don't learn iterative solutions.",
    (
        Asked(
            "iterative-convergence",
            "iterative-convergence",
            (
                Drawn(
                    "towards chance",
                    "Error towards chance",
                    "How far the error moves from the network's (0) to chance (1) with fewer blocks of a stage, or more steps.",
                ),
                Drawn("convergence", "Convergence", "The mean of that for each stage, with only its first blocks."),
                Drawn(
                    "divergence", "Divergence", "The mean of that for each stage, with more steps of its last block."
                ),
            ),
        ),
    ),
    claims_of(
        "iterative-convergence",
        (
            "diverges",
            "In every stage, repeating the last block moves the error at least a tenth of the way to chance.",
            stages_diverge,
        ),
        (
            "needed",
            "In every stage, leaving out the last blocks moves the error at least a tenth of the way to chance.",
            stages_unconverged,
        ),
        (
            "order",
            "In every stage, keeping only the first blocks costs less than keeping only the last ones.",
            order_matters,
        ),
    ),
)
