"""Intervals of the claims, held against naive computations and against theory."""

from __future__ import annotations

import math

import numpy as np
import pytest

from iterscope.paper.resampling import (
    LEVEL,
    LOOK_LEVEL,
    RESAMPLES,
    image_weights,
    images_interval,
    largest_interval,
    resampled_means,
    seeds_interval,
    share_draws,
)

NAN = math.nan


def values(*shape: int) -> np.ndarray:  # type: ignore[type-arg]
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def test_means_are_those_of_the_drawn_images() -> None:
    """A naive mean over the images of each draw, repeated as often as they are drawn."""
    found = values(2, 3, 40)
    found[0, 1, :5] = NAN
    members = np.random.default_rng(1).random((2, 40)) < 0.5
    weights = image_weights(40)
    means = resampled_means(found, members)
    assert means.shape == (1 + RESAMPLES, 2, 3)
    for draw in (0, 1, 77):
        for seed in range(2):
            for row in range(3):
                drawn = [
                    float(found[seed, row, image])
                    for image in range(40)
                    for _ in range(int(weights[draw, image]))
                    if members[seed, image] and not math.isnan(found[seed, row, image])
                ]
                assert means[draw, seed, row] == pytest.approx(sum(drawn) / len(drawn), rel=1e-5)


def test_the_same_images_are_drawn_for_all_seeds_and_networks() -> None:
    """Two seeds that are right on the same images differ in no draw, so that their difference has no spread."""
    right = (values(1, 1, 300) > 0).astype(np.float32)
    both = resampled_means(np.concatenate([right, right]))
    assert np.array_equal(both[:, 0], both[:, 1])
    assert images_interval((both[:, 0] - both[:, 1])[:, 0], LEVEL) == (0, 0)
    assert np.array_equal(resampled_means(right), both[:, :1])
    assert not np.array_equal(resampled_means(right, stream="train"), both[:, :1])
    # Four seeds that agree on every image say no more about other images than one.
    assert np.ptp(images_interval(resampled_means(np.repeat(right, 4, 0)).mean(1)[:, 0], LEVEL)) == pytest.approx(
        np.ptp(images_interval(both[:, 0, 0], LEVEL))
    )


def test_the_bootstrap_has_the_width_of_the_normal_interval() -> None:
    found = values(1, 1, 900)
    low, high = images_interval(resampled_means(found)[:, 0, 0], LEVEL)
    half = 1.96 * float(found.std()) / 30
    assert high - low == pytest.approx(2 * half, rel=0.12)
    assert (low + high) / 2 == pytest.approx(float(found.mean()), abs=0.2 * half)


def test_what_is_not_defined_has_no_interval() -> None:
    assert math.isnan(images_interval(resampled_means(np.full((1, 1, 30), NAN, np.float32))[:, 0, 0], LEVEL)[0])
    infinite = values(1, 1, 30)
    infinite[0, 0, 3] = math.inf
    assert resampled_means(infinite)[0, 0, 0] == math.inf
    assert math.isnan(images_interval(resampled_means(infinite)[:, 0, 0], LEVEL)[0])
    assert np.isnan(share_draws(NAN, 10, "x")).all()


def test_the_largest_of_many_means_is_not_above_zero_by_chance() -> None:
    """Thirty blocks whose true mean is 0: the largest is positive, and its plain bootstrap interval lies above 0; ours doesn't.
    In 100 repetitions the lower end is above 0 in at most a few (2.5 % are expected at most)."""
    misled = plain = 0
    for repetition in range(100):
        rows = np.random.default_rng(repetition).normal(size=(1, 30, 200)).astype(np.float32)
        means = resampled_means(rows)[:, 0]
        misled += largest_interval(means, LEVEL)[0] > 0
        plain += images_interval(means.max(1), LEVEL)[0] > 0
    assert plain > 50
    assert misled <= 7


def test_student() -> None:
    from scipy import stats  # takes seconds, in each test process

    seeds = np.array([0.1, 0.4, 0.3, 0.7])
    for level in (LEVEL, LOOK_LEVEL):
        expected = stats.t.interval(level, 3, seeds.mean(), stats.sem(seeds))
        assert seeds_interval(seeds, level) == pytest.approx(expected, abs=1e-3)
    with pytest.raises(ValueError, match="1 seeds: an interval over seeds needs at least two"):
        seeds_interval(seeds[:1], LEVEL)


def test_a_share_of_counted_images_is_binomial() -> None:
    draws = share_draws(0.9, 400, "a")
    assert draws[0] == 0.9
    assert draws.std() == pytest.approx(math.sqrt(0.9 * 0.1 / 400), rel=0.1)
