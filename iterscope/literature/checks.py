"""The checks of the later works' claims. A threshold is the source's, or chance; each check says why it is what it is.

A number with an interval over images is judged by it from one seed on; one without is judged from three seeds on.
"""

from __future__ import annotations

import math
from typing import Any

from iterscope.literature.studied import (
    Answer,
    Studied,
    Value,
    estimated,
    largest,
    measured,
    number_of,
    smallest,
    valued,
)
from iterscope.paper.measures import Measurement, need, number, percent, points
from iterscope.probes.statistics import wilson_interval

ENOUGH_PLACES = 4


def _trend(studied: Studied, places: list[Any], trend: Value) -> Value:
    """A rank correlation over places: of three, one order in six is perfect by chance."""
    need(
        len(places) >= ENOUGH_PLACES,
        f"the last stage of {studied.net.label} has too few blocks for a trend",
        studied.net,
    )
    return trend


def fidelity_falls(studied: Studied) -> Measurement:
    """Spearman's correlation of slope and block over the last stage is below 0, its value by chance."""
    return measured(
        studied,
        "ledger",
        lambda answer: _trend(studied, answer["plugged_blocks"], Value(number_of(answer["slope_trend"]))),
        "<",
        0.0,
        lambda mean: (
            f"rank correlation {number(mean, 2)} of the block's index and the slope of actual on predicted change"
        ),
        undefined="the slopes are not defined",
    )


def estimates_rank(studied: Studied) -> Measurement:
    """The rank correlation of estimate and damage exceeds what unrelated values of as many blocks reach in 5 % of cases."""
    return measured(
        studied,
        "ledger",
        lambda answer: number_of(answer["estimate_correlation"]) - number_of(answer["estimate_chance"]),
        ">",
        0.0,
        lambda mean: (
            f"rank correlation of estimate and damage {number(mean, 2)} above what chance reaches in 5 % of cases"
        ),
        undefined="fewer than four blocks keep the shape",
    )


def signs_differ(studied: Studied) -> Measurement:
    """The signs of estimate and damage agree for less than 90 % of the shape-keeping blocks; the interval is Wilson's over blocks."""

    def agreement(answer: Answer) -> Value:
        share, blocks = (
            number_of(answer["sign_agreement"]),
            sum(not block["is_projection"] for block in answer["blocks"]),
        )
        if math.isnan(share) or not blocks:
            return Value(math.nan)
        return Value(share, *wilson_interval(round(share * blocks), blocks))

    return measured(
        studied,
        "ledger",
        agreement,
        "<",
        0.9,
        lambda mean: f"estimate and damage have the same sign for {percent(mean)} of the blocks that keep the shape",
        undefined="no block keeps the shape",
    )


def probes_rise(studied: Studied) -> Measurement:
    """Spearman's correlation of position and accuracy is above 0.9: "monotonically", where single images change the order of neighbours."""
    return measured(
        studied,
        "probes",
        lambda answer: estimated(answer["trend"]),
        ">",
        0.9,
        lambda mean: f"rank correlation {number(mean, 2)} of position and accuracy of linear probes",
        undefined="all probes are equally accurate",
    )


def last_probe_close(studied: Studied) -> Measurement:
    """The last probe's accuracy is within 3 points of the network's, whose head reads the same features if a ReLU ends each block."""

    def distance(answer: Answer) -> Value:
        need(
            answer["provenance"]["convention"] == "post-activation",
            f"{studied.net.label} is not a post-activation network, in which the probe reads what the head reads",
            studied.net,
        )
        gain = estimated(answer["last_gain"])
        ends = sorted((abs(gain.low), abs(gain.high)))
        return Value(abs(gain.number), 0.0 if gain.low <= 0 <= gain.high else ends[0], ends[1])

    return measured(
        studied,
        "probes",
        distance,
        "<",
        0.03,
        lambda mean: f"the last probe's accuracy is {points(mean).lstrip('+')} from the network's",
        undefined="the accuracy is not defined",
    )


def exits_settle(studied: Studied) -> Measurement:
    """Spearman's correlation of position and disagreement is below −0.9, as for probes."""
    return measured(
        studied,
        "exits",
        lambda answer: _trend(studied, answer["positions"], estimated(answer["trend"])),
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
        lambda mean: f"the first exit's calibration error is {points(mean)} from the output's",
        undefined="there is no exit before the output",
    )


def wrong_are_deeper(studied: Studied) -> Measurement:
    """The mean depth of wrong images is above that of right ones: 0 is no difference."""
    return measured(
        studied,
        "prediction-depth",
        lambda answer: estimated(answer["excess_of_wrong"]),
        ">",
        0.0,
        lambda mean: f"wrong images are settled {number(mean, 2)} positions later",
        undefined="there are no wrong or no right images",
    )


def doubtful_are_deeper(studied: Studied) -> Measurement:
    """Spearman's correlation of depth and −max p is above 0.3, a correlation that a plot shows."""
    return measured(
        studied,
        "prediction-depth",
        lambda answer: estimated(answer["doubt"]),
        ">",
        0.3,
        lambda mean: f"rank correlation {number(mean, 2)} of prediction depth and doubt",
        undefined="all images are settled at once",
    )


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
        lambda mean: f"an error is more confused than a right image with a probability of {percent(mean)}",
        undefined="there are no wrong or no right images",
    )


def first_half_matters(studied: Studied) -> Measurement:
    """The mean output change of the first half is larger than that of the second: 1 is no difference."""
    return measured(
        studied,
        "effective-depth",
        lambda answer: valued(answer["half_ratio"], answer["half_ratio_interval"]),
        ">",
        1.0,
        lambda mean: (
            f"dropping a block of the first half changes the output {number(mean, 2)} times as much as one of the second"
        ),
        undefined="no block of the second half changes the output",
    )


def stages_alike(studied: Studied) -> Measurement:
    """The mean CKA of pairs of a stage exceeds that of other pairs by 0.1, a difference that a plot shows."""
    return measured(
        studied,
        "cka",
        lambda answer: estimated(answer["stage_contrast"]),
        ">",
        0.1,
        lambda mean: f"CKA within a stage is {number(mean, 2)} above that between stages",
        undefined="there is a single stage",
    )


def near_alike(studied: Studied) -> Measurement:
    """Spearman's correlation of CKA and nearness is above 0.7: half of the variance of the ranks."""
    return measured(
        studied,
        "cka",
        lambda answer: estimated(answer["nearness"]),
        ">",
        0.7,
        lambda mean: f"rank correlation {number(mean, 2)} of CKA and nearness",
        undefined="there are too few positions",
    )


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
        lambda mean: f"fresh weights cost at least as much as the first ones for {percent(mean)} of the blocks",
        undefined="blocks were not re-randomised",
    )


def _shared(answer: Answer) -> bool:
    return any(block.get("shared_with") is not None for block in answer["blocks"])


def _gains(answer: Answer) -> list[Value]:
    return [valued(*each) for each in zip(answer["mean_gain"], answer["mean_gain_interval"], strict=True)]


NO_PAIR = "no stage has two blocks that keep the shape"


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


def error_grows(studied: Studied) -> Measurement:
    """Spearman's correlation of number and mean error is above 0.9, as for probes."""
    return measured(
        studied,
        "lesions",
        lambda answer: number_of(answer["error_trend"]),
        ">",
        0.9,
        lambda mean: f"rank correlation {number(mean, 2)} of the number of dropped blocks and the error",
        undefined="the error doesn't change",
    )


def error_smooth(studied: Studied) -> Measurement:
    """The largest step is below half of the rise; otherwise it is a jump."""
    return measured(
        studied,
        "lesions",
        lambda answer: number_of(answer["largest_step"]),
        "<",
        0.5,
        lambda mean: f"the largest step is {percent(mean)} of the error's rise",
        undefined="the error doesn't rise",
    )


def paths_short(studied: Studied) -> Measurement:
    """The effective length is below that of the average path, half of the blocks."""

    def share(answer: Answer) -> Value:
        half = number_of(answer["half"])
        found = valued(answer["effective_length"], answer["effective_length_interval"])
        return Value(*(each / half for each in found))

    return measured(
        studied,
        "path-lengths",
        share,
        "<",
        1.0,
        lambda mean: f"the effective length is {number(mean, 2)} times that of the average path",
        undefined="no path has a gradient",
    )


def _of_stages(answer: Answer, name: str) -> list[Value]:
    return [valued(stage[name], stage[f"{name}_interval"]) for stage in answer["stages"]]


def straighter(studied: Studied) -> Measurement:
    """LSS/√n is below 1, that of orthogonal steps, in every stage."""
    return measured(
        studied,
        "alignment",
        lambda answer: largest(_of_stages(answer, "line_shape_share")),
        "<",
        1.0,
        lambda mean: f"line shape {number(mean, 2)} of that of orthogonal steps, in the stage with the largest",
        undefined=NO_PAIR,
    )


def steps_agree(studied: Studied) -> Measurement:
    """The mean cosine of successive steps is above 0, that of unrelated ones, in every stage."""
    return measured(
        studied,
        "alignment",
        lambda answer: smallest(_of_stages(answer, "cosine")),
        ">",
        0.0,
        lambda mean: f"cosine {number(mean, 2)} between successive steps, in the stage with the lowest",
        undefined=NO_PAIR,
    )


def coupled(studied: Studied) -> Measurement:
    """The mean coupling is above 0.3, a third of perfect, in every stage."""
    return measured(
        studied,
        "alignment",
        lambda answer: smallest(_of_stages(answer, "coupling")),
        ">",
        0.3,
        lambda mean: f"coupling {number(mean, 2)} in the stage with the lowest",
        undefined=NO_PAIR,
        images=lambda answer: int(answer["images"]),
    )


def repetition_grows(studied: Studied) -> Measurement:
    """The geometric mean of the contractions is above 1, where updates keep their length."""
    return measured(
        studied,
        "fixed-point",
        _contraction,
        ">",
        1.0,
        lambda mean: f"each update is {number(mean)} times as long as the one before",
        undefined="no update is defined",
    )


def scaled_settles(studied: Studied) -> Measurement:
    """The geometric mean of the contractions is below 1, where updates keep their length."""
    return measured(
        studied,
        "fixed-point-scaled",
        _contraction,
        "<",
        1.0,
        lambda mean: f"with a factor of 0.1, each update is {number(mean)} times as long as the one before",
        undefined="no update is defined",
    )


def _contraction(answer: Answer) -> Value:
    return valued(answer["mean_contraction"], answer["mean_contraction_interval"])


def spread_falls(studied: Studied) -> Measurement:
    """The spread falls at more than nine of ten blocks: "shrinks" allows rare noise. The interval is Wilson's over blocks."""
    return measured(
        studied,
        "estimation-bias",
        lambda answer: valued(answer["falling_share"], answer["falling_interval"]),
        ">",
        0.9,
        lambda mean: f"the spread falls at {percent(mean)} of the blocks after the first of their stage",
        undefined="every stage has a single block",
    )


def last_stage_unbiased(studied: Studied) -> Measurement:
    """The mean of the error is below half of its spread in the last stage: most of the error is then spread."""
    return measured(
        studied,
        "estimation-bias",
        lambda answer: _of_stages(answer, "ratio")[-1],
        "<",
        0.5,
        lambda mean: f"mean / spread of the error {number(mean, 2)} in the last stage",
        undefined="the last stage has a single block",
    )


def stages_unbiased(studied: Studied) -> Measurement:
    """The same in every stage."""
    return measured(
        studied,
        "estimation-bias",
        lambda answer: largest(_of_stages(answer, "ratio")),
        "<",
        0.5,
        lambda mean: f"mean / spread of the error {number(mean, 2)} in the stage with the largest",
        undefined="every stage has a single block",
    )


def dimension_rises(studied: Studied) -> Measurement:
    """The largest dimension inside is above that of both ends: a ratio of 1 is no hump."""

    def hump(answer: Answer) -> float:
        first, *inside, last = (number_of(each) for each in answer["dimension"])
        return max(inside) / max(first, last) if inside else math.nan

    return measured(
        studied,
        "intrinsic-dimension",
        hump,
        ">",
        1.0,
        lambda mean: f"the largest dimension inside is {number(mean, 2)} times that of the larger end",
        undefined="there are too few images",
    )


def dimension_falls(studied: Studied) -> Measurement:
    """The last position's dimension is below half of the largest one."""
    return measured(
        studied,
        "intrinsic-dimension",
        lambda answer: valued(answer["end_share"], answer["end_share_interval"]),
        "<",
        0.5,
        lambda mean: f"the dimension at the last position is {percent(mean)} of the largest one",
        undefined="there are too few images",
    )
