"""Rank correlation and intervals against their definitions."""

from __future__ import annotations

import math

import pytest
import torch

from iterscope.probes.correlation import pearson, spearman, spearman_chance
from iterscope.probes.resampling import jackknife_interval, mean_interval
from iterscope.probes.statistics import NORMAL_95


def test_ranks_are_what_counts() -> None:
    values = torch.tensor([0.1, 0.5, 0.2, 3.0])
    assert spearman(values, values.exp()) == pytest.approx(1.0)
    assert spearman(values, -(values**3)) == pytest.approx(-1.0)
    assert spearman(values, torch.tensor([1.0, 2.0, 4.0, 3.0])) == pytest.approx(1 - 6 * (0 + 1 + 4 + 1) / 60)
    assert spearman(torch.tensor([1.0, 1.0, 2.0]), torch.tensor([1.0, 2.0, 3.0])) == pytest.approx(math.sqrt(3) / 2)
    assert spearman(torch.tensor([1.0, math.nan, 2.0]), torch.tensor([1.0, 9.0, 3.0])) == pytest.approx(1.0)
    assert math.isnan(spearman(torch.ones(3), values[:3]))
    assert math.isnan(spearman(values[:0], values[:0]))
    assert math.isnan(spearman(values[:1], values[:1]))


def test_pearson_is_numpys() -> None:
    a, b = torch.randn(2, 3, 9, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    a[0, 2] = b[0, 4] = math.nan
    found = pearson(a, b)
    kept = [0, 1, 3, 5, 6, 7, 8]
    assert float(found[0]) == pytest.approx(float(torch.corrcoef(torch.stack([a[0, kept], b[0, kept]]))[0, 1]))
    assert float(found[1]) == pytest.approx(float(torch.corrcoef(torch.stack([a[1], b[1]]))[0, 1]))


def test_the_chance_level_is_that_of_the_tables() -> None:
    """One-sided 5 % points of Spearman's rank correlation."""
    known = {4: 1.0, 5: 0.9, 6: 0.829, 7: 0.714, 8: 0.643, 10: 0.564, 25: 0.337}
    for pairs, level in known.items():
        assert spearman_chance(pairs) == pytest.approx(level, abs=0.016 if pairs == 10 else 6e-4)
    assert math.isnan(spearman_chance(3))


def test_the_bootstrap_covers_the_mean() -> None:
    values = torch.randn(400, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    low, high = mean_interval(values, seed=0)
    assert low < float(values.mean()) < high
    assert high - low == pytest.approx(2 * 1.96 * float(values.std()) / 20, rel=0.2)
    assert mean_interval(values + 1, seed=0) == pytest.approx((low + 1, high + 1))  # the same images


def test_undefined_values_are_left_out() -> None:
    assert mean_interval(torch.tensor([1.0, math.nan, 1.0, 1.0, 1.0]), seed=0) == (1.0, 1.0)
    assert all(map(math.isnan, mean_interval(torch.full((4,), math.nan), seed=0)))


def test_the_jackknife_of_a_mean_is_its_standard_error() -> None:
    values = torch.arange(20.0, dtype=torch.float64)
    low, high = jackknife_interval(9.5, (values.sum() - values) / 19)
    assert (high - low) / 2 == pytest.approx(NORMAL_95 * float(values.std()) / math.sqrt(20), rel=1e-12)
    assert all(map(math.isnan, jackknife_interval(9.5, values[:1])))
