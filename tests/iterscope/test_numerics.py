"""Sums over the features of float32 states are those of exact arithmetic, but for float64's rounding."""

from __future__ import annotations

import math

import pytest
import torch

from iterscope.features import FeatureMap
from iterscope.numerics import dot64, norm64

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
