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
        lambda mean: f"{points(mean)} by a substitute instead of no block, in the stage with the most",
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
        lambda mean: f"rank correlation {number(mean, 2)} of accuracy and nearness, in the stage with the lowest",
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
        lambda mean: f"{points(mean)} by a substitute instead of no block, in the stage with the least",
        undefined=NO_PAIR,
    )


WORK = Work(
    "substitute",
    "Jacobs, Fel, Hakim, Brondetta, Ba and Keller 2025",
    "after arXiv:2512.19941; the matrix is ours",
    "Substitution and phases",
    "Could one block do another's work, so that depth is repetition?",
    "Vision transformers can be rewritten as a few blocks, each applied several times; for that, the blocks are trained again.",
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
                    "How alike the outputs of two branches on the same input are.",
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
                    "How alike the states after two blocks of a stage are (mean cosine).",
                ),
            ),
        ),
    ),
    claims_of(
        "substitute",
        (
            "unshared",
            "In a network without shared weights, no block helps in place of another one of its stage.",
            substitutes_useless,
        ),
        ("near", "Near blocks replace each other better than distant ones.", near_substitute),
        (
            "shared",
            "In a network with shared weights, a block in place of another one helps by more than 10 points.",
            shared_substitute,
        ),
    ),
)
