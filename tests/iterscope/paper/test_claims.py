"""Every claim on numbers made to satisfy it, to violate it, on too few images, and on none."""

from __future__ import annotations

import re
from dataclasses import is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from iterscope.paper.claims import CLAIMS
from iterscope.paper.evidence import Evidence, Net
from iterscope.paper.judging import Claim, findings, judge
from iterscope.paper.resampling import LOOK_LEVEL

from .numbers import BLOCKS, DATASETS, EXITS, NAN, SEEDS, blocks, exits, ideal, ideal_net, noisy, right, spoil, unrolled

N = 600


def after(**rows: Any) -> dict[str, Any]:
    """Both splits after the last epoch."""
    found = blocks(N, **rows)
    return {"blocks": {"train": found, "validation": found}}


def trained(*epochs: Any) -> dict[str, Any]:
    return {"epochs": tuple(range(len(epochs))), "by_epoch": epochs}


def accurate(share: float) -> dict[str, Any]:
    own = exits(N)
    return {"exits": {**own, "validation": replace(own["validation"], correct=np.repeat(right([share], N), 5, 1))}}


def without(loss: float, everywhere: bool = True) -> dict[str, Any]:
    return {
        "dropped": {
            "validation": right(
                [0.95, *[0.95 - loss if everywhere or block == 4 else 0.95 for block in range(BLOCKS)]], N
            )
        }
    }


POSITIVE = {"cosine": (*(-0.1,) * (BLOCKS - 1), 0.05)}
FLAT = {"cosine": (-0.05,) * BLOCKS}
LATE = {"ratio": (0.2, *(0.3,) * (BLOCKS - 1))}
PLUGGED = trained(*[blocks(N, plugged=[NAN] * 5 + [-0.05, -0.05, -0.05, 0.05])] * 4)
SHRINKING = trained(*[blocks(N, ratio=(0.5 - 0.1 * epoch,) * BLOCKS) for epoch in range(4)])

VIOLATED: dict[str, Evidence] = {
    "fig2-first-block": spoil("single-representation", **after(**LATE)),
    "fig2-pooling": spoil("average-pooling", **after(**LATE)),
    "fig2-milder": spoil("original", **after(ratio=(3.0, *(0.3,) * (BLOCKS - 1)))),
    "fig2-small": spoil("original", **after(ratio=(0.9,) * BLOCKS)),
    "fig2-overlap": spoil("wide", blocks={"train": blocks(N, ratio=(0.9,) * BLOCKS), "validation": blocks(N)}),
    "fig2-shortcuts": spoil("wide", **after(ratio=(1.5,) * BLOCKS)),
    "fig3-first-block": spoil("single-representation", **without(0.02)),
    "fig3-pooling": spoil("average-pooling", **without(0.02)),
    "fig3-mild": spoil("original", **without(0.6, everywhere=False)),
    "fig3-wide": spoil("wide", **without(0.6, everywhere=False)),
    "fig3-higher-blocks": spoil("average-pooling", **without(0.6)),
    "fig4-negative": spoil("original", **after(**POSITIVE)),
    "fig4-four": spoil("wide", **after(**POSITIVE)),
    "fig4-higher-half": spoil("original", **after(**FLAT)),
    "fig4-pooling": spoil("average-pooling", **after(**FLAT)),
    "fig5-gradual": spoil("original", **after(exits=(0.1, 0.1, 0.9, 0.9))),
    "fig6-borderline": spoil("original", exits=exits(N, borderline=(0.4, 0.4, 0.4, 0.4, 0.4))),
    "fig6-overall": spoil("original", exits=exits(N, everyone=(0.5, 0.6, 0.7, 0.8, 0.9))),
    "fig6-entropy": spoil("original", exits=exits(N, entropy=(0.2, 0.2, 0.2, 0.2, 0.3))),
    "fig6-training-loss": spoil("original", exits=exits(N, loss=(0.5, 0.3, 0.4, 0.2, 0.1))),
    "fig6-test-loss": spoil("original", exits=exits(N, loss=(0.5, 0.4, 0.3, 0.2, 0.1), correct_loss=(0.5, 0.4, 0.3, 0.2, 0.1))),
    "fig6-correct-loss": spoil("original", exits=exits(N, correct_loss=(0.5, 0.4, 0.3, 0.2, 0.1))),
    "fig7-borderline": spoil("original", unrolled_scaled=unrolled(N, borderline=(0.7, 0.3))),
    "fig7-overall": spoil("original", unrolled_scaled=unrolled(N, everyone=(0.9, 0.7))),
    "fig7-training-loss": spoil("original", unrolled_scaled=unrolled(N, loss=(0.1, 0.3))),
    "fig7-test-loss": spoil("original", unrolled_scaled=unrolled(N, loss=(0.3, 0.1))),
    "fig20-unscaled": spoil("original", unrolled=unrolled(N, (-0.1, 0.05))),
    "fig20-scaled": spoil("original", unrolled_scaled=unrolled(N, (-0.1, 0.05))),
    "fig20-explosion": spoil("original", unrolled=unrolled(N, growth=1.5)),
    "fig8-explosion": spoil("shared-naive", initial=replace(ideal_net("shared-naive", "first").initial, growth=noisy([3.8], N))),  # type: ignore[type-var]
    "fig8-gradient-ratio": spoil("shared-naive", **trained(*[blocks(N)] * 4)),
    "fig8-validation": spoil("shared-naive", **accurate(0.95)),
    "fig8-training": spoil("shared-naive", accuracy={"train": (0.8, 0.81, 0.8), "validation": (0.7,) * SEEDS}),
    "fig9-explosion": spoil("shared-ubn", initial=replace(ideal_net("shared-ubn", "first").initial, growth=noisy([12.0], N))),  # type: ignore[type-var]
    "fig9-validation": spoil("shared-ubn", **accurate(0.6)),
    "fig9-statistics": spoil("shared-gamma", **accurate(0.95)),
    "fig9-gap": spoil("shared-naive", batch_correct=right([0.7], N), running_correct=right([0.75], N)),
    "fig9-all": spoil("shared-affine", **accurate(0.98)),
    "table1-ubn": spoil("shared-ubn", **accurate(0.6)),
    "fig10-negative": spoil("original", "second", **after(**POSITIVE)),
    "fig11-first-block": spoil("single-representation", "second", **after(**LATE)),
    "fig12-first-block": spoil("single-representation", "second", **without(0.02)),
    "fig13-negative": spoil("original", **PLUGGED),
    "fig13-four": spoil("wide", **PLUGGED),
    "fig14-grows": spoil("original", **SHRINKING),
    "fig14-four": spoil("wide", **SHRINKING),
    "fig15-negative": spoil("original", "second", **PLUGGED),
    "fig16-grows": spoil("original", "second", **SHRINKING),
    "fig17-rises": spoil("original", "second", **after(exits=(0.9, 0.8, 0.7, 0.6))),
    "fig18-negative": spoil("shared-ubn", **PLUGGED),
    "fig18-grows": spoil("shared-ubn", **SHRINKING),
}  # fmt: skip

every_claim = pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)


def by_id(name: str) -> Claim:
    return next(claim for claim in CLAIMS if claim.id == name)


@every_claim
def test_holds_where_the_numbers_are_the_papers(claim: Claim) -> None:
    found = judge(claim, ideal())
    assert found.verdict == "holds", found
    assert found.statistic is not None
    assert found.interval is not None
    assert found.interval[0] <= found.statistic <= found.interval[1]
    assert found.n_runs == SEEDS
    assert found.scope.endswith(", 3 seeds: seen")
    assert (
        DATASETS["second" if claim.figures[0] in ("fig10", "fig11", "fig12", "fig15", "fig16", "fig17") else "first"]
        in found.scope
    )


@every_claim
def test_does_not_hold_where_they_are_the_opposite(claim: Claim) -> None:
    found = judge(claim, VIOLATED[claim.id])
    assert found.verdict == "does not hold", found
    assert found.interval is not None
    assert found.scope.endswith(": not seen")


@every_claim
def test_five_images_are_inconclusive(claim: Claim) -> None:
    whole = ideal(5)
    if claim.id == "fig8-training":  # the training accuracy is that of the whole split
        whole = replace(
            whole,
            nets={key: replace(net, split_images={"train": 5, "validation": 5}) for key, net in whole.nets.items()},
        )
    found = judge(claim, whole)
    assert found.verdict == "inconclusive", found
    assert found.note is not None
    assert found.scope.endswith(": undecided")


@every_claim
def test_is_not_yet_run_without_runs(claim: Claim) -> None:
    found = judge(claim, Evidence({"first": "digits", "second": None}, {}))
    assert found.verdict == "not yet run"
    assert found.statistic is None
    assert "no completed run" in found.measured


@every_claim
def test_is_not_yet_run_from_what_was_never_measured(claim: Claim) -> None:
    whole = ideal()
    bare = {
        key: Net(net.name, net.label, net.runs, net.stages, net.projections, net.classes)
        for key, net in whole.nets.items()
    }
    found = judge(claim, replace(whole, nets=bare))
    assert found.verdict == "not yet run"
    assert found.nets


@every_claim
def test_other_nets_prove_nothing(claim: Claim) -> None:
    """With any one of the networks that it is about taken away, a claim is not yet run, however good all others are."""
    whole = ideal()
    about = judge(claim, whole).nets
    keys = [key for key, net in whole.nets.items() if net.label in about]
    assert keys
    for missing in keys:
        without_it = replace(whole, nets={key: net for key, net in whole.nets.items() if key != missing})
        assert judge(claim, without_it).verdict == "not yet run"


@every_claim
def test_divergence_is_inconclusive(claim: Claim) -> None:
    """NaN in every number of every net."""
    whole = ideal()
    found = judge(claim, replace(whole, nets={key: _diverged(net) for key, net in whole.nets.items()}))
    assert found.verdict == "inconclusive", found


def _diverged(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return np.full_like(value, NAN) if value.dtype.kind == "f" else value
    if isinstance(value, float):
        return NAN
    if isinstance(value, dict):
        return {key: _diverged(entry) for key, entry in value.items()}
    if isinstance(value, tuple):
        return tuple(_diverged(entry) for entry in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{name: _diverged(entry) for name, entry in vars(value).items()})
    return value


@every_claim
def test_networks_at_chance_show_nothing(claim: Claim) -> None:
    """Twice chance is 20 %: at 22 % of 600 images the lower bound is below it. Claims about initialisation don't need accuracy."""
    whole = ideal()
    poor = {
        key: replace(net, accuracy={**net.accuracy, "validation": (0.22,) * SEEDS}) for key, net in whole.nets.items()
    }
    found = judge(claim, replace(whole, nets=poor))
    assert found.about == ("initialisation" if claim.initialisation else "trained networks")
    assert found.verdict == ("holds" if claim.initialisation else "inconclusive")


@every_claim
def test_a_last_stage_of_one_block_breaks_nothing(claim: Claim) -> None:
    """One entry along the exits, and one block in the last stage."""
    whole = ideal()
    narrow = {
        key: replace(
            net,
            stages=(*(0,) * 4, *(1,) * 4, 2),
            projections=(*(False,) * 8, True),
            exits={split: _cut(found) for split, found in net.exits.items()},
        )
        for key, net in whole.nets.items()
    }
    assert judge(claim, replace(whole, nets=narrow)).verdict in ("holds", "does not hold", "inconclusive")


def _cut(found: Any) -> Any:
    return replace(found, correct=found.correct[:, -1:], loss=found.loss[:, -1:], entropy=found.entropy[:, -1:])


def test_every_claim_has_its_violation_and_a_figure() -> None:
    assert sorted(VIOLATED) == sorted(claim.id for claim in CLAIMS)
    assert len({claim.id for claim in CLAIMS}) == len(CLAIMS)
    assert [claim.id for claim in CLAIMS if claim.initialisation] == ["fig8-explosion", "fig9-explosion"]
    for claim in CLAIMS:
        assert claim.figures
        assert claim.sentence.endswith(".")


def test_a_cosine_within_noise_of_zero_is_inconclusive() -> None:
    """A mean of −0.0001 with a spread of 0.087 over 600 images is no evidence of a negative cosine, nor is +0.001 of a positive one."""
    for mean in (-0.0001, 0.001):
        found = blocks(N, cosine=(*(-0.1,) * (BLOCKS - 1), 0.0))
        found = replace(found, cosine=found.cosine.copy())
        found.cosine[:, -1] = noisy([mean], N, 0.087)[:, 0]
        judged = judge(by_id("fig4-negative"), spoil("original", blocks={"train": found, "validation": found}))
        assert judged.verdict == "inconclusive"
        assert judged.statistic == pytest.approx(mean, abs=1e-6)


def test_projections_are_left_out() -> None:
    """A positive cosine in a block that changes the shape, which the paper's curves don't hold, changes nothing."""
    shapes = (False,) * (BLOCKS - 1) + (True,)
    assert judge(by_id("fig4-negative"), spoil("original", **after(**POSITIVE))).verdict == "does not hold"
    found = judge(by_id("fig4-negative"), spoil("original", **after(**POSITIVE), projections=shapes))
    assert found.verdict == "holds"


def test_a_first_block_that_changes_little_is_not_significant() -> None:
    """It is the largest, but far from "up to twice the norm"."""
    small = after(ratio=(0.3, *(0.1,) * (BLOCKS - 1)))
    assert judge(by_id("fig2-first-block"), spoil("single-representation", **small)).verdict == "does not hold"


def test_an_empty_group_is_inconclusive() -> None:
    own = exits(N)
    nobody = {split: replace(found, borderline=np.zeros_like(found.borderline)) for split, found in own.items()}
    for id in ("fig6-borderline", "fig6-entropy"):
        found = judge(by_id(id), spoil("original", exits=nobody))
        assert found.verdict == "inconclusive"
        assert "there are no borderline images (n = 0)" in found.measured


def test_the_grids_smallest_factor_proves_nothing() -> None:
    for id in ("fig7-overall", "fig7-training-loss", "fig20-scaled"):
        found = judge(by_id(id), spoil("original", unrolled_scaled=unrolled(N, edge=True)))
        assert found.verdict == "inconclusive"
        assert "smallest value of the grid (0.01)" in str(found.note)
    lower = unrolled(N, edge=True, loss=(0.1, 0.3))
    assert judge(by_id("fig7-training-loss"), spoil("original", unrolled_scaled=lower)).verdict == "does not hold"


def test_few_seeds_are_about_this_network() -> None:
    one = ideal_net("original", "first")
    single = replace(one.blocks["validation"], cosine=one.blocks["validation"].cosine[:1])
    found = judge(by_id("fig4-negative"), spoil("original", runs=1, blocks={"validation": single}))
    assert found.verdict == "holds"
    assert found.scope == "on digits, original, 1 seed, this network only: seen"


def test_seeds_that_disagree_leave_a_claim_open() -> None:
    """The images alone would decide it: each seed's interval is narrow, but the seeds lie on both sides of the threshold."""
    found = blocks(N)
    ratio = found.ratio.copy()
    for seed, value in enumerate((0.1, 0.3, 0.9)):
        ratio[seed] = noisy([value], N, 0.02)[0]
    judged = judge(by_id("fig2-small"), spoil("original", blocks={"validation": replace(found, ratio=ratio)}))
    assert judged.verdict == "inconclusive"
    assert "600 images, 3 seeds" in str(judged.note)


def test_looks_are_counted_and_judged_more_strictly() -> None:
    whole = replace(ideal(), looks={"fig2-small": 2})
    once, twice = judge(by_id("fig2-small"), ideal()), judge(by_id("fig2-small"), whole)
    assert (once.looks, once.level, twice.looks, twice.level) == (0, 0.95, 2, LOOK_LEVEL)
    assert twice.note == "look 2 of at most 3 (2, 4 and 8 seeds), each at 98.3 %"
    assert once.interval is not None
    assert twice.interval is not None
    assert twice.interval[0] < once.interval[0] < once.interval[1] < twice.interval[1]


def test_all_together() -> None:
    assert {found.verdict for found in findings(CLAIMS, ideal())} == {"holds"}
    assert {found.verdict for found in findings(CLAIMS, Evidence(DATASETS, {}))} == {"not yet run"}
    assert len(ideal_net("original", "first").last_stage) == EXITS


def test_docstrings_say_why_the_threshold() -> None:
    """Every check tells what its number is and why the threshold lies where it does."""
    for claim in CLAIMS:
        function = getattr(claim.check, "func", claim.check)
        assert len(function.__doc__) > 60, function
        assert Path(function.__code__.co_filename).name.startswith("checks_")


def test_images_that_diverge_are_not_left_out_of_a_comparison() -> None:
    """The loss of those that don't rises by half; among all that count, it would fall."""
    found = ideal_net("original", "first").unrolled_scaled["train"]
    loss = found.followed.loss.copy()
    hard = np.arange(loss.shape[2]) % 2 == 0
    loss[:, 0], loss[:, 1] = np.where(hard, 1.0, 0.2), np.where(hard, NAN, 0.3)
    judged = judge(
        by_id("fig7-training-loss"),
        spoil("original", unrolled_scaled={"train": replace(found, followed=replace(found.followed, loss=loss))}),
    )
    assert judged.verdict == "inconclusive"
    assert "not defined" in str(judged.note)


@pytest.mark.parametrize(("claim", "name"), [("fig4-higher-half", "cosine"), ("fig2-small", "ratio")])
def test_images_without_a_value_are_not_counted(claim: str, name: str) -> None:
    found = blocks(N)
    values = getattr(found, name).copy()
    values[:, :, 8:] = NAN
    judged = judge(by_id(claim), spoil("original", blocks={"validation": replace(found, **{name: values})}))
    assert (judged.verdict, judged.note) == ("inconclusive", "8 images are too few: at least 20 are needed")


@pytest.mark.parametrize("shares", [(0.8, 0.9), (0.8, 0.85, 0.9)])
def test_a_stage_of_two_or_three_blocks_cannot_show_a_gradual_rise(shares: tuple[float, ...]) -> None:
    count = len(shares)
    found = blocks(N)
    exit_correct = np.full_like(found.exit_correct, NAN)
    exit_correct[:, -count:] = right(shares, N)
    stages = (*[0] * (BLOCKS - count), *[1] * count)
    judged = judge(
        by_id("fig5-gradual"),
        spoil("original", stages=stages, blocks={"validation": replace(found, exit_correct=exit_correct)}),
    )
    assert judged.verdict == "inconclusive"
    assert f"{count} blocks, too few" in judged.measured


def test_a_seed_without_a_value_leaves_a_claim_open() -> None:
    found = blocks(N)
    exit_correct = found.exit_correct.copy()
    exit_correct[2, -EXITS:] = exit_correct[2, -1:]  # the third seed's accuracy doesn't rise
    judged = judge(
        by_id("fig5-gradual"), spoil("original", blocks={"validation": replace(found, exit_correct=exit_correct)})
    )
    assert judged.verdict == "inconclusive"
    assert "a seed has no value" in str(judged.note)


@pytest.mark.parametrize(("accuracy", "verdict"), [(0.9, "holds"), (0.76, "inconclusive")])
def test_two_classes_need_three_of_four_right(accuracy: float, verdict: str) -> None:
    """Twice chance would be 100 %."""
    judged = judge(
        by_id("fig4-negative"),
        spoil("original", classes=2, accuracy={"train": (accuracy,) * SEEDS, "validation": (accuracy,) * SEEDS}),
    )
    assert judged.verdict == verdict
    assert verdict == "holds" or "halfway from chance to 100 %, 75.0 %" in str(judged.note)


@pytest.mark.parametrize("claim", ["fig13-negative", "fig14-grows", "fig8-gradient-ratio"])
def test_claims_about_epochs_wait_for_every_epoch_that_was_kept(claim: str) -> None:
    whole = ideal()
    nets = {key: replace(net, kept_epochs=(1, 2, 3, 4)) for key, net in whole.nets.items()}
    found = judge(by_id(claim), replace(whole, nets=nets))
    assert found.verdict == "not yet run"
    assert "have not been measured at 1 of the 4 epochs that were kept yet" in found.measured


def test_groups_of_several_seeds_have_sizes_of_their_own() -> None:
    own = ideal().nets["original", "first"].exits
    members = own["validation"].borderline.copy()
    members[1, np.flatnonzero(members[1])[:3]] = False
    found = judge(
        by_id("fig6-borderline"),
        spoil("original", exits={**own, "validation": replace(own["validation"], borderline=members)}),
    )
    first, second, third = members.sum(1)
    assert f"of {first}, {second} and {third} borderline images" in found.measured


def test_every_claim_says_what_is_judged() -> None:
    for found in findings(CLAIMS, ideal()):
        assert len(found.criterion) > 60
        assert "`" not in found.criterion
    small = judge(by_id("fig2-small"), ideal())
    assert re.fullmatch(r"judged: 0\.\d+, 95 % interval 0\.\d+ to 0\.\d+; holds below 0\.5", small.judged)
    assert judge(by_id("fig4-negative"), ideal()).judged.startswith("judged: −")
    assert judge(by_id("fig2-small"), Evidence(DATASETS, {})).judged == ""
