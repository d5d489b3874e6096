"""Every claim of the later works on answers made to satisfy it, to violate it, on too few images or seeds, and on none."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from iterscope.literature.studied import Studied, Value, largest, smallest
from iterscope.literature.works import CLAIMS, WORKS
from iterscope.measurements import measurement_named
from iterscope.paper.evidence import Net
from iterscope.paper.judging import Finding, judge
from iterscope.probes.statistics import wilson_interval

Answers = dict[str, dict[str, Any]]
SEEDS = 3
N = 400
BLOCKS = [
    {"index": index, "stage": index // 3, "is_projection": index in (3, 6), "shared_with": None} for index in range(9)
]
NET = Net(
    name="original", label="ResNet-20 on digits", runs=SEEDS, stages=(0, 0, 0, 1, 1, 1, 2, 2, 2),
    projections=tuple(bool(block["is_projection"]) for block in BLOCKS), classes=10, accuracy={"validation": (0.9,) * SEEDS},
    split_images={"validation": N},
)  # fmt: skip
BY_ID = {claim.id: claim for claim in CLAIMS}


def estimate(value: float, half: float = 0.02) -> dict[str, Any]:
    return {"value": value, "interval": [value - half, value + half]}


def ranged(name: str, value: Any, half: float = 0.02) -> dict[str, Any]:
    """A value, or one of each stage, and its interval."""
    around = [[one - half, one + half] for one in value] if isinstance(value, list) else [value - half, value + half]
    return {name: value, f"{name}_interval": around}


def stages(name: str, *values: float) -> list[dict[str, Any]]:
    return [ranged(name, value) for value in values]


def common(**fields: Any) -> dict[str, Any]:
    return {
        "samples": N,
        "split": "validation",
        "blocks": copy.deepcopy(BLOCKS),
        "provenance": {"convention": "post-activation"},
        **fields,
    }


def ideal() -> Answers:
    """Answers that show everything the works say of a network without shared weights."""
    lines = [ranged("line_shape_share", 0.8) | ranged("cosine", 0.3) | ranged("coupling", 0.5) for _ in range(3)]
    first = {"name": "epoch 0", "epoch": 0, "robust": 0.9, "robust_interval": wilson_interval(63, 70), "worst": 0.6}
    return {
        "ledger": common(slope_trend=-0.8, plugged_blocks=[5, 6, 7, 8], estimate_correlation=0.9, estimate_chance=0.7,
            compared=9, sign_agreement=0.0),
        "probes": common(trend=estimate(0.98), last_gain=estimate(-0.002, 0.01)),
        "exits": common(trend=estimate(-0.99, 0.005), positions=[5, 6, 7, 8, 9], first_excess=estimate(0.1)),
        "prediction-depth": common(excess_of_wrong=estimate(3), doubt=estimate(0.5)),
        "overthinking": common(errors=60, confusion_auroc=estimate(0.7), **ranged("spoiled_share", 0.6) | {"spoiled_interval": [0.5, 0.7]}),
        "effective-depth": common(**ranged("half_ratio", 1.5)),
        "cka": common(stage_contrast=estimate(0.2), nearness=estimate(0.9)),
        "criticality": common(columns=[first], **ranged("random_costs_more", 0.95)),
        "substitute": common(**ranged("mean_gain", [-0.1, -0.05, -0.02]), accuracy_nearness=[0.5, 0.3, None]),
        "iterative-convergence": common(**ranged("divergence", [0.3, 0.2, 0.4]) | ranged("convergence", [0.3, 0.5, 0.6])
                                        | ranged("recurrence", [0.1, 0.2, 0.3])),
        "separation": common(**ranged("correlation", -0.97)),
        "lesions": common(counts=[0, 1, 2, 3, 4], error_trend=1.0, largest_step=0.3),
        "path-lengths": common(half=4.5, **ranged("effective_length", 3.0)),
        "alignment": common(images=20, stages=lines),
        "fixed-point": common(**ranged("mean_contraction", 1.3)),
        "fixed-point-scaled": common(**ranged("mean_contraction", 0.9)),
        "estimation-bias": common(falling_share=1.0, falling_interval=[0.95, 1.0], stages=stages("ratio", 0.2, 0.3, 0.1)),
        "intrinsic-dimension": common(dimension=[10.0, 20.0, 30.0, 8.0], **ranged("end_share", 0.3)),
    }  # fmt: skip


def shared(gain: float) -> dict[str, Any]:
    """Blocks that share weights, and what substitutes gain."""
    return {
        "substitute": {
            "blocks": [{**block, "shared_with": 0} for block in BLOCKS],
            **ranged("mean_gain", [gain, 0.4, 0.5]),
        }
    }


HELD: dict[str, dict[str, Any]] = {"substitute-shared": shared(0.3)}
"""What must differ from the ideal for a claim about other networks to hold."""
FIRST = ideal()["criticality"]["columns"][0]
VIOLATED: dict[str, dict[str, Any]] = {
    "ledger-fidelity": {"ledger": {"slope_trend": 0.6}},
    "ledger-rank": {"ledger": {"estimate_correlation": 0.2}},
    "ledger-sign": {"ledger": {"sign_agreement": 1.0, "compared": 60}},
    "probes-rise": {"probes": {"trend": estimate(0.5)}},
    "probes-last": {"probes": {"last_gain": estimate(-0.1)}},
    "exits-settle": {"exits": {"trend": estimate(-0.5)}},
    "exits-overconfident": {"exits": {"first_excess": estimate(-0.1)}},
    "prediction-depth-wrong": {"prediction-depth": {"excess_of_wrong": estimate(-1)}},
    "prediction-depth-doubt": {"prediction-depth": {"doubt": estimate(0.1)}},
    "overthinking-destructive": {"overthinking": {"spoiled_share": 0.1, "spoiled_interval": [0.05, 0.2]}},
    "overthinking-confusion": {"overthinking": {"confusion_auroc": estimate(0.4)}},
    "effective-depth-halves": {"effective-depth": ranged("half_ratio", 1.05)},
    "cka-stages": {"cka": {"stage_contrast": estimate(0.02)}},
    "cka-near": {"cka": {"nearness": estimate(0.3)}},
    "criticality-robust": {"criticality": {"columns": [{**FIRST, "robust": 0.0, "robust_interval": [0.0, 0.2]}]}},
    "criticality-critical": {"criticality": {"columns": [{**FIRST, "worst": 0.1}]}},
    "criticality-random": {"criticality": ranged("random_costs_more", 0.5)},
    "substitute-unshared": {"substitute": ranged("mean_gain", [-0.1, 0.3, -0.1])},
    "substitute-near": {"substitute": {"accuracy_nearness": [0.5, -0.4, None]}},
    "substitute-shared": shared(0.01),
    "iterative-convergence-diverges": {"iterative-convergence": ranged("divergence", [0.3, 0.0, 0.4])},
    "iterative-convergence-needed": {"iterative-convergence": ranged("convergence", [0.3, 0.0, 0.4])},
    "iterative-convergence-order": {"iterative-convergence": ranged("recurrence", [0.3, -0.2, 0.4])},
    "separation-law": {"separation": ranged("correlation", -0.6)},
    "lesions-grows": {"lesions": {"error_trend": 0.2}},
    "lesions-smooth": {"lesions": {"largest_step": 0.8}},
    "lesions-short": {"path-lengths": ranged("effective_length", 6.0)},
    "alignment-line": {"alignment": {"stages": stages("line_shape_share", 0.8, 1.2)}},
    "alignment-cosine": {"alignment": {"stages": stages("cosine", 0.3, -0.2)}},
    "alignment-coupling": {"alignment": {"stages": stages("coupling", 0.5, 0.1)}},
    "fixed-point-unscaled": {"fixed-point": ranged("mean_contraction", 0.9)},
    "fixed-point-scaled": {"fixed-point-scaled": ranged("mean_contraction", 1.2)},
    "estimation-bias-falls": {"estimation-bias": {"falling_share": 0.5, "falling_interval": [0.3, 0.7]}},
    "estimation-bias-last": {"estimation-bias": {"stages": stages("ratio", 0.2, 0.9)}},
    "estimation-bias-all": {"estimation-bias": {"stages": stages("ratio", 0.9, 0.2)}},
    "intrinsic-dimension-rise": {"intrinsic-dimension": {"dimension": [30.0, 20.0, 10.0]}},
    "intrinsic-dimension-fall": {"intrinsic-dimension": ranged("end_share", 0.9)},
}  # fmt: skip
NOTHING = {"line_shape_share": None, "line_shape_share_interval": [None, None]}
BARE = {
    "ledger-fidelity",
    "ledger-rank",
    "criticality-critical",
    "substitute-near",
    "lesions-grows",
    "lesions-smooth",
    "intrinsic-dimension-rise",
}
"""Claims about a number without an interval over images."""


def judged(
    claim: str, changes: dict[str, Any] | None = None, *, seeds: int = SEEDS, net: Net = NET, **every: Any
) -> Finding:
    answers = ideal()
    for key, fields in {**HELD.get(claim, {}), **(changes or {})}.items():
        answers[key] |= fields
    for answer in answers.values():
        answer |= every
    studied = Studied(replace(net, runs=seeds), {key: [answer] * seeds for key, answer in answers.items()})
    return judge(BY_ID[claim], studied)


def test_every_claim_has_its_numbers_and_its_work() -> None:
    assert set(VIOLATED) == set(BY_ID)
    assert len(BY_ID) == len(CLAIMS)
    assert len({asked.key for work in WORKS for asked in work.asked}) == sum(len(work.asked) for work in WORKS)
    assert all(claim.figures == (work.id,) for work in WORKS for claim in work.claims)


def test_what_is_asked_can_be_asked_and_has_what_is_drawn() -> None:
    for asked in (asked for work in WORKS for asked in work.asked):
        measurement = measurement_named(asked.probe)
        measurement.request.model_validate({"checkpoint": "c", **asked.options})
        schema = measurement.result.model_json_schema()
        fields = {name for part in (schema, *schema["$defs"].values()) for name in part.get("properties", ())}
        names = {drawn.panel.partition(",")[0].replace(" ", "_") for drawn in asked.drawn}
        assert names <= fields | {panel.title.replace(" ", "_") for panel in measurement.panels}


@pytest.mark.parametrize("claim", BY_ID)
def test_a_claim_holds_on_what_shows_it_and_not_on_what_violates_it(claim: str) -> None:
    held = judged(claim)
    assert held.verdict == "holds", held
    assert held.scope.endswith("3 seeds: seen")
    violated = judged(claim, VIOLATED[claim])
    assert violated.verdict == "does not hold", violated
    assert BY_ID[claim].remark is None or BY_ID[claim].remark in str(violated.note)
    missing = judge(BY_ID[claim], Studied(NET))
    assert (missing.verdict, missing.interval) == ("not yet run", None)
    assert missing.note == BY_ID[claim].remark


@pytest.mark.parametrize("claim", BY_ID)
def test_one_seed_needs_an_interval_over_images(claim: str) -> None:
    one = judged(claim, seeds=1)
    if claim in BARE:
        assert (one.verdict, one.interval) == ("inconclusive", None)
        assert "judged from 3 seeds on, not from 1" in str(one.note)
    else:
        assert one.verdict == "holds"
        assert "1 seed, this network only" in one.scope


def test_untrained_networks_and_few_images_decide_nothing() -> None:
    untrained = replace(NET, accuracy={"validation": (0.15,) * SEEDS})
    found = judged("cka-near", net=untrained)
    assert found.verdict == "inconclusive"
    assert "has not learned enough" in str(found.note)
    found = judged("cka-near", samples=12)
    assert found.verdict == "inconclusive"
    assert "12 images are too few" in str(found.note)


def test_an_interval_that_contains_the_threshold_decides_nothing_and_seeds_widen_it() -> None:
    assert judged("cka-near", {"cka": {"nearness": estimate(0.7)}}).verdict == "inconclusive"
    answers = [ideal()["cka"] | {"nearness": estimate(value, 0.01)} for value in (0.72, 0.8, 0.9)]
    found = judge(BY_ID["cka-near"], Studied(NET, {"cka": answers}))
    assert found.verdict == "inconclusive"
    assert found.interval is not None
    assert found.interval == pytest.approx(
        (0.8067 - 0.2240, 0.8067 + 0.2240), abs=1e-3
    )  # t = 4.303, two degrees of freedom


@pytest.mark.parametrize(
    ("claim", "changes", "reason"),
    [
        ("probes-last", {"probes": {"provenance": {"convention": "pre-activation"}}}, "not a post-activation network"),
        ("criticality-robust", {"criticality": {"columns": [{"name": "random", "epoch": None}]}}, "no checkpoint of epoch 0"),
        ("substitute-unshared", shared(0.3), "shares weights"),
        ("substitute-shared", {"substitute": {"blocks": BLOCKS}}, "shares no weights"),
        ("ledger-fidelity", {"ledger": {"plugged_blocks": [7, 8]}}, "too few blocks for a trend"),
        ("lesions-grows", {"lesions": {"counts": [0, 1, 2]}}, "too few blocks for a trend"),
        ("lesions-smooth", {"lesions": {"counts": [0, 1, 2]}}, "too few blocks for a trend"),
        ("exits-settle", {"exits": {"positions": [6, 7, 8, 9]}}, "too few blocks for a trend"),
        ("intrinsic-dimension-rise", {"intrinsic-dimension": {"dimension": [3.0, 10.0, None]}}, "too few images"),
        ("intrinsic-dimension-rise", {"intrinsic-dimension": {"dimension": [3.0, None, 10.0, 2.0]}}, "too few images"),
        ("alignment-line", {"alignment": {"stages": [NOTHING]}}, "no stage has"),
    ],
)  # fmt: skip
def test_networks_that_cant_show_it_are_said(claim: str, changes: dict[str, Any], reason: str) -> None:
    found = judged(claim, changes)
    assert found.verdict == "inconclusive"
    assert reason in found.measured


def test_a_value_that_one_seed_does_not_define_decides_nothing() -> None:
    answers = [ideal()["cka"], ideal()["cka"] | {"nearness": {"value": None, "interval": [None, None]}}]
    assert judge(BY_ID["cka-near"], Studied(NET, {"cka": answers})).verdict == "inconclusive"


@pytest.mark.parametrize("extreme", [smallest, largest])
def test_the_extreme_of_several_values(extreme: Callable[[Sequence[Value]], Value]) -> None:
    sign = 1 if extreme is smallest else -1
    values = [
        Value(sign * 1.0, *sorted((sign * 0.5, sign * 1.5))),
        Value(sign * 2.0, *sorted((sign * 0.4, sign * 3.6))),
        Value(float("nan")),
    ]
    found = extreme(values)
    near, far = (found.low, found.high) if sign > 0 else (found.high, found.low)
    assert found.number == sign * 1.0
    assert near == sign * 0.4  # the lowest of the lower ends
    assert sign * far == pytest.approx(1 + 0.5 * 2.2414 / 1.96, abs=1e-4)  # corrected for two
