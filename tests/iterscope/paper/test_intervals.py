"""Intervals against published examples, and by simulation."""

from __future__ import annotations

import random

import pytest

from iterscope.paper.intervals import paired_shares, student, two_means, two_shares


def test_newcombes_own_example() -> None:
    """56/70 against 48/80 (Newcombe 1998, table II, method 10): 0.0524 to 0.3339."""
    low, high = two_shares(48 / 80, 80, 56 / 70, 70)
    assert low == pytest.approx(0.0524, abs=5e-4)
    assert high == pytest.approx(0.3339, abs=5e-4)


def test_welch_by_hand() -> None:
    """Equal sizes and variances: degrees of freedom 2(n − 1) = 4, t = 2.776, standard error √(2 · 1/3)."""
    low, high = two_means([1.0, 2.0, 3.0], [4.0, 5.0, 6.0])
    half = 2.776 * (2 / 3) ** 0.5
    assert (low, high) == pytest.approx((3 - half, 3 + half))


def test_more_seeds_narrow_it() -> None:
    two = two_means([1.0, 2.0], [3.0, 4.0])
    four = two_means([1.0, 2.0] * 2, [3.0, 4.0] * 2)
    assert two[1] - two[0] > 2 * (four[1] - four[0])


def test_pairing_narrows_it() -> None:
    """Five of 51 images gained and none lost: paired, it is beyond chance; as two unrelated groups of 51 it isn't."""
    assert paired_shares(5, 0, 51)[0] > 0
    assert two_shares(22 / 51, 51, 27 / 51, 51)[0] < 0


def test_as_many_gained_as_lost_is_no_gain() -> None:
    low, high = paired_shares(7, 7, 51)
    assert low == pytest.approx(-high)


@pytest.mark.parametrize("n", [10, 51, 359])
def test_pairs_are_covered(n: int) -> None:
    """Of 2,000 samples with a true gain of 0.1, about 95 % of the intervals hold it."""
    chance = random.Random(0)
    held = 0
    for _ in range(2000):
        draws = [chance.random() for _ in range(n)]
        low, high = paired_shares(sum(d < 0.15 for d in draws), sum(d > 0.95 for d in draws), n)
        held += low <= 0.1 <= high
    assert held / 2000 > 0.93


def test_student_is_wide_for_few() -> None:
    assert student(1) == 12.706
    assert student(100) == student(15) > 1.96


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="together they are at most n"):
        paired_shares(3, 3, 5)
    with pytest.raises(ValueError, match=r"share is 1\.5"):
        two_shares(1.5, 10, 0.5, 10)
    with pytest.raises(ValueError, match="two of each"):
        two_means([1.0], [1.0, 2.0])
