"""Every claim on numbers made to satisfy it, to violate it, and on none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from iterscope.paper.claims import CLAIMS, Claim, findings, judge
from iterscope.paper.evidence import Dropped, Evidence, Followed, Unrolled

from .numbers import BLOCKS, DATASETS, NAN, groups, ideal, ideal_net, spoil

POSITIVE_COSINE = {"validation": (*(-0.1,) * (BLOCKS - 1), 0.05)}
FLAT_COSINE = {"validation": (-0.05,) * BLOCKS}
LATE_RATIO = {"validation": (0.2, *(0.3,) * (BLOCKS - 1))}
KEPT = {"validation": Dropped(0.95, (0.94,) * BLOCKS, 1000)}
LOST = {"validation": Dropped(0.95, (0.3,) * BLOCKS, 1000)}
POSITIVE_PLUGGED = tuple((NAN,) * 5 + (-0.05, -0.05, -0.05, 0.05) for _ in range(4))
SHRINKING = tuple((0.5 - 0.1 * epoch,) * BLOCKS for epoch in range(4))
RISING = (0.1, 0.2, 0.3)


def exits(**changes: Followed) -> dict[str, dict[str, Followed]]:
    good = groups((28.0, 42.0, 43.0), (900.0, 910.0, 915.0))
    return {split: {**good, **changes} for split in ("train", "validation")}


def unrolled(cosine: tuple[float, ...] = (-0.1, -0.08), **changes: Followed) -> dict[str, Unrolled]:
    good = groups((28.0, 35.0, 42.0), (900.0, 905.0, 912.0))
    return {split: Unrolled({**good, **changes}, cosine, (0.1, 0.1), (0.1,)) for split in ("train", "validation")}  # type: ignore[dict-item]


def group(correct: tuple[float, ...], n: int = 1000, loss: tuple[float, ...] = (0.5, 0.4, 0.3)) -> Followed:
    return Followed(n, correct, loss, loss)


VIOLATED: dict[str, Evidence] = {
    "fig2-first-block": spoil("single-representation", ratio=LATE_RATIO),
    "fig2-milder": spoil("original", ratio={"validation": (3.0, *(0.3,) * (BLOCKS - 1))}),
    "fig2-small": spoil("original", ratio={"validation": (0.9,) * BLOCKS}),
    "fig3-first-block": spoil("single-representation", dropped=KEPT),
    "fig3-mild": spoil("original", dropped=LOST),
    "fig3-higher-blocks": spoil("average-pooling", dropped=LOST),
    "fig4-negative": spoil("original", cosine=POSITIVE_COSINE),
    "fig4-higher-half": spoil("original", cosine=FLAT_COSINE),
    "fig4-pooling": spoil("average-pooling", cosine=FLAT_COSINE),
    "fig5-gradual": spoil("original", exit_accuracy={"validation": (NAN,) * 5 + (0.1, 0.1, 0.9, 0.9)}),
    "fig6-borderline": spoil("original", exits=exits(borderline=group((28.0, 29.0, 29.0), 60))),
    "fig6-overall": spoil("original", exits=exits(all=group((500.0, 700.0, 900.0)))),
    "fig6-entropy": spoil("original", exits=exits(correct=group((900.0,) * 3, 900, RISING))),
    "fig6-training-loss": spoil("original", exits=exits(all=group((900.0,) * 3, loss=(0.5, 0.3, 0.4)))),
    "fig7-borderline": spoil("original", unrolled_scaled=unrolled(borderline=group((28.0, 24.0, 20.0), 60))),
    "fig7-overall": spoil("original", unrolled_scaled=unrolled(all=group((900.0, 800.0, 700.0)))),
    "fig7-training-loss": spoil("original", unrolled_scaled=unrolled(all=group((900.0,) * 3, loss=RISING))),
    "fig20-unscaled": spoil("original", unrolled=unrolled((-0.1, 0.01))),
    "fig20-scaled": spoil("original", unrolled_scaled=unrolled((-0.1, 0.01))),
    "fig8-explosion": spoil("shared-naive", initial_norm=(1.0,) * BLOCKS),
    "fig8-gradient-ratio": spoil("shared-naive", gradient_ratio=(1.0,) * 4),
    "fig8-validation": spoil("shared-naive", accuracy={"train": (0.99,) * 2, "validation": (0.95, 0.951)}),
    "fig8-training": spoil("shared-naive", accuracy={"train": (0.9, 0.9), "validation": (0.8, 0.8)}),
    "fig9-explosion": spoil("shared-ubn", initial_norm=tuple(10.0**block for block in range(BLOCKS))),
    "fig9-validation": spoil("shared-ubn", accuracy={"validation": (0.80, 0.81)}),
    "fig9-statistics": spoil("shared-gamma", accuracy={"validation": (0.95, 0.951)}),
    "table1-ubn": spoil("shared-ubn", accuracy={"validation": (0.80, 0.81)}),
    "fig10-negative": spoil("original", "second", cosine=POSITIVE_COSINE),
    "fig11-first-block": spoil("single-representation", "second", ratio=LATE_RATIO),
    "fig12-first-block": spoil("single-representation", "second", dropped=KEPT),
    "fig13-negative": spoil("original", plugged_by_epoch=POSITIVE_PLUGGED),
    "fig14-grows": spoil("original", ratio_by_epoch=SHRINKING),
    "fig15-negative": spoil("original", "second", plugged_by_epoch=POSITIVE_PLUGGED),
    "fig16-grows": spoil("original", "second", ratio_by_epoch=SHRINKING),
    "fig17-rises": spoil("original", "second", exit_accuracy={"validation": (NAN,) * 5 + (0.9, 0.8, 0.7, 0.6)}),
    "fig18-negative": spoil("shared-ubn", plugged_by_epoch=POSITIVE_PLUGGED),
}

every_claim = pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)


def by_id(name: str) -> Claim:
    return next(claim for claim in CLAIMS if claim.id == name)


@every_claim
def test_holds_where_the_numbers_are_the_papers(claim: Claim) -> None:
    found = judge(claim, ideal())
    assert found.verdict == "holds", found
    assert found.statistic is not None
    assert found.threshold is not None
    assert found.nets
    assert found.n_runs == 2


@every_claim
def test_does_not_hold_where_they_are_the_opposite(claim: Claim) -> None:
    found = judge(claim, VIOLATED[claim.id])
    assert found.verdict == "does not hold", found
    assert found.statistic is not None
    assert found.measured


@every_claim
def test_is_not_yet_run_without_runs(claim: Claim) -> None:
    found = judge(claim, Evidence({"first": "digits", "second": None}, {}))
    assert found.verdict == "not yet run"
    assert found.statistic is None
    assert "no completed run" in found.measured


@every_claim
def test_is_not_yet_run_from_what_was_never_measured(claim: Claim) -> None:
    whole = ideal()
    bare = {key: replace(ideal_net(*key), **_nothing()) for key in whole.nets}
    found = judge(claim, replace(whole, nets=bare))
    assert found.verdict == "not yet run"
    assert found.nets


def _nothing() -> dict[str, object]:
    tables = ("cosine", "cosine_std", "ratio", "exit_accuracy", "accuracy", "split_images", "dropped", "exits")
    curves = ("epochs", "plugged_by_epoch", "ratio_by_epoch", "gradient_ratio", "initial_norm")
    return {name: {} for name in (*tables, "unrolled", "unrolled_scaled")} | dict.fromkeys(curves, ())


@every_claim
def test_other_nets_prove_nothing(claim: Claim) -> None:
    """With any one of the networks that it is about taken away, a claim is not yet run, however good all others are."""
    whole = ideal()
    about = judge(claim, whole).nets
    keys = [key for key, net in whole.nets.items() if net.label in about]
    assert keys
    for missing in keys:
        without = replace(whole, nets={key: net for key, net in whole.nets.items() if key != missing})
        assert judge(claim, without).verdict == "not yet run"


@every_claim
def test_divergence_never_holds(claim: Claim) -> None:
    """NaN in every number of every net."""
    whole = ideal()
    found = judge(claim, replace(whole, nets={key: _diverged(net) for key, net in whole.nets.items()}))
    assert found.verdict == "does not hold", found


def _diverged(net):  # type: ignore[no-untyped-def]
    def spoilt(value):  # type: ignore[no-untyped-def]
        if isinstance(value, float):
            return NAN
        if isinstance(value, dict):
            return {key: spoilt(entry) for key, entry in value.items()}
        if isinstance(value, tuple):
            return tuple(spoilt(entry) for entry in value)
        if isinstance(value, Followed | Dropped | Unrolled):
            return replace(value, **{name: spoilt(entry) for name, entry in vars(value).items()})
        return value

    return replace(net, **{name: spoilt(value) for name, value in vars(net).items()})


def test_every_claim_has_its_violation_and_a_figure() -> None:
    assert sorted(VIOLATED) == sorted(claim.id for claim in CLAIMS)
    assert len({claim.id for claim in CLAIMS}) == len(CLAIMS)
    for claim in CLAIMS:
        assert claim.figures
        assert claim.sentence.endswith(".")


def test_few_images_leave_a_gain_undecided() -> None:
    """One of two borderline images more is no evidence, though the share rises by half."""
    few = group((1.0, 1.0, 2.0), 2)
    found = judge(by_id("fig7-borderline"), spoil("original", unrolled_scaled=unrolled(borderline=few)))
    assert found.verdict == "does not hold"
    assert found.statistic == 0.5
    assert found.note is not None
    assert "not significant at n = 2" in found.note
    assert found.interval is not None
    assert found.interval[0] < 0 < found.interval[1]


def test_an_empty_group_says_so() -> None:
    nobody = Followed(0, (0.0, 0.0, 0.0), (NAN,) * 3, (NAN,) * 3)
    found = judge(by_id("fig7-borderline"), spoil("original", unrolled_scaled=unrolled(borderline=nobody)))
    assert found.verdict == "does not hold"
    assert found.note == "there are no borderline images (n = 0)"


def test_projections_are_left_out() -> None:
    """A positive cosine in a block that changes the shape, which the paper's curves don't hold, changes nothing."""
    shapes = (False,) * (BLOCKS - 1) + (True,)
    assert judge(by_id("fig4-negative"), spoil("original", cosine=POSITIVE_COSINE)).verdict == "does not hold"
    found = judge(by_id("fig4-negative"), spoil("original", cosine=POSITIVE_COSINE, projections=shapes))
    assert found.verdict == "holds"


def test_a_cosine_within_noise_of_zero_is_said_to_be() -> None:
    almost = {"validation": (*(-0.1,) * (BLOCKS - 1), 0.001)}
    found = judge(by_id("fig4-negative"), spoil("original", cosine=almost))
    assert found.verdict == "does not hold"
    assert found.note is not None
    assert "doesn't differ significantly from 0" in found.note


def test_three_blocks_a_stage_may_truly_fail() -> None:
    """Two gains can't both be below half of the rise: a ResNet-20 can't show a gradual one."""
    net = ideal_net("shared-ubn", "first")  # its last stage has three blocks
    three = spoil("original", stages=net.stages, exit_accuracy={"validation": (NAN,) * 6 + (0.5, 0.7, 0.9)})
    assert judge(by_id("fig5-gradual"), three).verdict == "does not hold"


def test_one_seed_is_named() -> None:
    single = {"train": (0.99,), "validation": (0.70,)}
    found = judge(by_id("fig8-validation"), spoil("shared-naive", accuracy=single, runs=1))
    assert found.verdict == "holds"
    assert found.n_runs == 1
    assert found.note is not None
    assert "one seed" in found.note


def test_all_together() -> None:
    assert {found.verdict for found in findings(ideal())} == {"holds"}
    assert {found.verdict for found in findings(Evidence(DATASETS, {}))} == {"not yet run"}  # type: ignore[arg-type]


def test_docstrings_say_why_the_threshold() -> None:
    """Every check tells what its number is and why the threshold lies where it does."""
    for claim in CLAIMS:
        function = getattr(claim.check, "func", claim.check)
        assert len(function.__doc__) > 60, function
        assert Path(function.__code__.co_filename).name.startswith("checks_")
