"""NaN is null, infinities are texts, whatever holds them."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from iterscope_backend.encoding import decode, encode

NAN, INF = math.nan, math.inf


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ({"a": [NAN, INF, -INF, 1.5, None, True, "x"]}, {"a": [None, "Infinity", "-Infinity", 1.5, None, True, "x"]}),
        ((1, (2.0, INF)), [1, [2.0, "Infinity"]]),
        (np.array([[1, NAN], [INF, -INF]], np.float32), [[1.0, None], ["Infinity", "-Infinity"]]),
        (np.array([0.1], np.float32), [0.1]),
        (np.array([1.0, NAN]), [1.0, None]),
        (np.arange(6).reshape(2, 3).T, [[0, 3], [1, 4], [2, 5]]),
        (np.float64(NAN), None),
        (np.int64(3), 3),
        (np.array(INF), "Infinity"),
        (torch.tensor([True, False]), [True, False]),
        (torch.tensor([[1.0, NAN, INF]], requires_grad=True), [[1.0, None, "Infinity"]]),
        (torch.tensor(2.5), 2.5),
        (torch.zeros(0, 3), []),
        ({0.05: 1}, {"0.05": 1}),
    ],
)
def test_values(value: object, wanted: object) -> None:
    assert decode(encode(value)) == wanted


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(TypeError, match="can't write object as JSON"):
        encode({"a": object()})


@given(st.lists(st.floats(width=32)))
def test_arrays_and_lists_are_written_alike(values: list[float]) -> None:
    assert decode(encode(np.array(values, np.float64))) == decode(encode(values))
