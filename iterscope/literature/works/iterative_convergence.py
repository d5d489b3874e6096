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
        lambda mean: f"{what} {number(mean, 2)} in the stage with the lowest",
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
    "Does a stage behave like an iteration: does it settle, and are its steps interchangeable?",
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
            "More steps of a stage's last block lead a tenth of the way to chance or further, in every stage.",
            stages_diverge,
        ),
        (
            "needed",
            "Without its last blocks, a stage ends a tenth of the way to chance or further, in every stage.",
            stages_unconverged,
        ),
        ("order", "The first blocks of a stage serve better alone than its last ones, in every stage.", order_matters),
    ),
)
