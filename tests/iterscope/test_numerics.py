"""Sums over the features of float32 states are those of exact arithmetic, but for float64's rounding."""

from __future__ import annotations

import math

import pytest
import torch

from iterscope.features import FeatureMap
from iterscope.numerics import cosine_between, dot64, norm, norm64

GENERATOR = torch.Generator().manual_seed(0)
A, B = (100 + torch.randn(2, 3, 40, 40, generator=GENERATOR) for _ in range(2))


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_sums_are_accumulated_in_float64(layout: torch.memory_format) -> None:
    a, b = A.contiguous(memory_format=layout), B.contiguous(memory_format=layout)
    for image in range(2):
        products = (A[image] * B[image]).flatten().tolist()
        squares = [value * value for value in A[image].flatten().tolist()]
        assert float(dot64(a, b)[image]) == pytest.approx(math.fsum(products), rel=1e-14)
        assert float(norm64(a)[image]) == pytest.approx(math.sqrt(math.fsum(squares)), rel=1e-14)
        means = [math.fsum(channel.flatten().tolist()) / 1600 for channel in A[image]]
        assert FeatureMap("gap")(0, a)[image].tolist() == torch.tensor(means).tolist()  # rounded once, to float32


@pytest.mark.parametrize("scale_b", [1.0, 1e-24, 1e24])
@pytest.mark.parametrize("scale_a", [1.0, 1e-24, 1e24])
def test_lengths_and_cosines_of_states_whose_squares_leave_float32(scale_a: float, scale_b: float) -> None:
    a, b = (
        torch.randn(2, 2, 3, 8, 8, generator=GENERATOR)
        * torch.tensor([scale_a, scale_b])[:, None, None, None, None, None]
    )
    a[1], b[1] = a[1] / scale_a, b[1] / scale_b  # an ordinary image beside it keeps its bits
    alone = norm(a[1:]), cosine_between(a[1:], b[1:], norm(a[1:]), norm(b[1:]))
    lengths, other = norm(a), norm(b)
    cosines = cosine_between(a, b, lengths, other)
    exact_a, exact_b = a.double().flatten(1), b.double().flatten(1)
    assert lengths.tolist() == pytest.approx(exact_a.norm(dim=1).tolist(), rel=1e-6)
    expected = torch.nn.functional.cosine_similarity(exact_a, exact_b, eps=0.0)
    assert cosines.tolist() == pytest.approx(expected.tolist(), abs=1e-6)
    assert torch.equal(lengths[1:], alone[0])
    assert torch.equal(cosines[1:], alone[1])


@pytest.mark.parametrize("value", [0.0, math.inf, math.nan])
def test_a_cosine_is_undefined_where_an_update_is_zero_or_not_finite(value: float) -> None:
    a, b = torch.ones(2, 3, 2, 2), torch.ones(2, 3, 2, 2)
    a[0] = value
    for first, second in ((a, b), (b, a)):
        found = cosine_between(first, second, norm(first), norm(second))
        assert found[0].isnan()
        assert found[1] == pytest.approx(1.0)
