"""Blocks rewound and re-randomised: Zhang, Bengio and Singer 2022."""

from __future__ import annotations

from iterscope.literature.studied import Answer, Studied, Value, measured, number_of, valued
from iterscope.literature.work import SMALL, Asked, Drawn, Work, claims_of
from iterscope.paper.measures import Measurement, need, percent, points


def _rewound(studied: Studied, answer: Answer) -> Answer:
    """The column of the network's first weights, or Undecidable."""
    found: Answer = answer["columns"][0] if answer["columns"] else {"epoch": None}
    need(
        found["epoch"] == 0,
        f"{studied.net.label} has no checkpoint of epoch 0, whose weights its blocks could go back to",
        studied.net,
    )
    return found


def some_robust(studied: Studied) -> Measurement:
    """A third of the shape-keeping blocks lose less than 5 points: "barely change" in the work. The interval is Wilson's over blocks."""

    def robust(answer: Answer) -> Value:
        column = _rewound(studied, answer)
        return valued(column["robust"], column["robust_interval"])

    return measured(
        studied,
        "criticality",
        robust,
        ">",
        1 / 3,
        lambda mean: f"{percent(mean)} of the blocks that keep the shape are robust to rewinding",
        undefined="no block keeps the shape",
    )


def one_critical(studied: Studied) -> Measurement:
    """The worst block costs more than 30 points, far on the way to chance for ten classes."""
    return measured(
        studied,
        "criticality",
        lambda answer: number_of(_rewound(studied, answer)["worst"]),
        ">",
        0.3,
        lambda mean: f"rewinding the worst block costs {points(mean).lstrip('+')} of accuracy",
        undefined="no block keeps the shape",
    )


def random_costs_more(studied: Studied) -> Measurement:
    """Four of five blocks, so that a few may differ by chance. The interval is Wilson's over blocks."""

    def share(answer: Answer) -> Value:
        _rewound(studied, answer)
        return valued(answer["random_costs_more"], answer["random_costs_more_interval"] or (None, None))

    return measured(
        studied,
        "criticality",
        share,
        ">",
        0.8,
        lambda mean: f"re-randomising costs at least as much as rewinding for {percent(mean)} of the blocks",
        undefined="blocks were not re-randomised",
    )


WORK = Work(
    "criticality",
    "Zhang, Bengio and Singer 2022",
    "after JMLR 23, arXiv:1902.01996",
    "Blocks rewound and re-randomised",
    "For which blocks does training matter?",
    "The network falls to chance when one of a few critical blocks is rewound to its initial weights; the other blocks barely matter.",
    (
        Asked(
            "criticality",
            "criticality",
            (
                Drawn(
                    "accuracy, by block",
                    "Accuracy with replaced weights",
                    "Accuracy with one block's weights (vertical) replaced by those before training, or by a fresh draw.",
                ),
                Drawn(
                    "distance, by block",
                    "Distance of the weights",
                    "How far the block's weights are from those that replace them.",
                ),
            ),
            from_start=True,
        ),
    ),
    claims_of(
        "criticality",
        (
            "robust",
            "At least a third of the blocks lose less than 5 points of accuracy when they are rewound to their initial weights.",
            some_robust,
            SMALL,
        ),
        (
            "critical",
            "The most critical block costs more than 30 points of accuracy when it is rewound to its initial weights.",
            one_critical,
        ),
        (
            "random",
            "For at least four of five blocks, re-randomising costs at least as much as rewinding to the initial weights.",
            random_costs_more,
        ),
    ),
)
