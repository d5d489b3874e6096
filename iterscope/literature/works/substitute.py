"""Substitution and phases: Jacobs, Fel, Hakim, Brondetta, Ba and Keller 2025."""

from __future__ import annotations

from iterscope.literature.studied import NO_PAIR, Answer, Studied, Value, largest, measured, number_of, smallest, valued
from iterscope.literature.work import Asked, Drawn, Work, claims_of
from iterscope.paper.measures import Measurement, need, number, points


def _shared(answer: Answer) -> bool:
    return any(block.get("shared_with") is not None for block in answer["blocks"])


def _gains(answer: Answer) -> list[Value]:
    return [valued(*each) for each in zip(answer["mean_gain"], answer["mean_gain_interval"], strict=True)]


def substitutes_useless(studied: Studied) -> Measurement:
    """In no stage does a substitute gain more than 2 points over dropping the block, on average: what a few images decide."""

    def gain(answer: Answer) -> Value:
        need(not _shared(answer), f"{studied.net.label} shares weights between blocks", studied.net)
        return largest(_gains(answer))

    return measured(
        studied,
        "substitute",
        gain,
        "<",
        0.02,
        lambda mean: f"a substitute gains {points(mean)} over dropping the block, in the stage with the largest gain",
        undefined=NO_PAIR,
    )


def near_substitute(studied: Studied) -> Measurement:
    """Spearman's correlation of accuracy and nearness is above 0 in every stage: 0 is chance."""
    return measured(
        studied,
        "substitute",
        lambda answer: smallest([Value(number_of(each)) for each in answer["accuracy_nearness"]]),
        ">",
        0.0,
        lambda mean: f"rank correlation {number(mean, 2)} of accuracy and nearness, in the stage with the lowest one",
        undefined=NO_PAIR,
    )


def shared_substitute(studied: Studied) -> Measurement:
    """In every stage, a substitute gains more than 10 points: blocks with the same weights do most of each other's work."""

    def gain(answer: Answer) -> Value:
        need(_shared(answer), f"{studied.net.label} shares no weights between blocks", studied.net)
        return smallest(_gains(answer))

    return measured(
        studied,
        "substitute",
        gain,
        ">",
        0.1,
        lambda mean: f"a substitute gains {points(mean)} over dropping the block, in the stage with the smallest gain",
        undefined=NO_PAIR,
    )


WORK = Work(
    "substitute",
    "Jacobs, Fel, Hakim, Brondetta, Ba and Keller 2025",
    "after arXiv:2512.19941; the matrix is ours",
    "Substitution and phases",
    "Can one block replace another, so that depth repeats the same computation?",
    "A vision transformer can be approximated by a few blocks, each applied several times; these blocks are trained again.",
    (
        Asked(
            "substitute",
            "substitute",
            (
                Drawn(
                    "gain, by block",
                    "Gain by a substitute",
                    "Accuracy with one block (horizontal) in place of another (vertical), minus that without the other block.",
                ),
                Drawn(
                    "cosine, by block",
                    "Similarity of branches",
                    "Cosine similarity of the outputs of two branches on the same input.",
                ),
            ),
            {"full": True},
        ),
        Asked(
            "phases",
            "phases",
            (
                Drawn(
                    "similarity, by block",
                    "Similarity of states in a stage",
                    "Mean cosine similarity of the states after two blocks of a stage.",
                ),
            ),
        ),
    ),
    claims_of(
        "substitute",
        (
            "unshared",
            "Without shared weights, replacing a block by another one of its stage is no better than dropping it.",
            substitutes_useless,
        ),
        ("near", "Nearby blocks replace each other better than distant ones.", near_substitute),
        (
            "shared",
            "With shared weights, replacing a block by another one of its stage is more than 10 points better than dropping it.",
            shared_substitute,
        ),
    ),
)
