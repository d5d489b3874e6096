"""Networks that don't return logits alone: refused with what to write instead, which then works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import iterscope as it
from tests.iterscope.adapters.networks import Net, assert_is_the_model, prepared


@dataclass
class Output:
    features: Tensor
    logits: Tensor


class Returns(Net):
    def __init__(self, form: Callable[[Tensor, Tensor], Any]) -> None:
        super().__init__()
        self.form = form

    def forward(self, x: Tensor) -> Any:
        return self.form(super().forward(x), x)


class Wrapped(nn.Module):
    def __init__(self, network: nn.Module, take: Callable[[Any], Tensor]) -> None:
        super().__init__()
        self.network, self.take = network, take

    def forward(self, x: Tensor) -> Tensor:
        return self.take(self.network(x))


@pytest.mark.parametrize(
    ("form", "said", "take"),
    [
        (lambda y, x: (y, x), r"returns tuple for 2 images: .* return self\.network\(x\)\[0\]$", lambda out: out[0]),
        (lambda y, x: [x, y], r"returns list .*\(x\)\[1\]$", lambda out: out[1]),
        (lambda y, x: {"x": x, "logits": y}, r"returns dict .*\(x\)\['logits'\]$", lambda out: out["logits"]),
        (lambda y, x: Output(x, y), r"returns Output .*\(x\)\.logits$", lambda out: out.logits),
        (lambda _, x: (x,), r"returns tuple .*\(x\)…$", None),
        (lambda y, _: y.sum(1), r"returns \(2,\) .*One number per image .*torch\.stack", lambda x: torch.stack([0 * x, x], 1)),
    ],
)  # fmt: skip
def test_the_remedy_works(
    form: Callable[[Tensor, Tensor], Any], said: str, take: Callable[[Any], Tensor] | None
) -> None:
    model = prepared(Returns(form))
    with pytest.raises(it.ArchitectureError, match=f"(?s){said}"):
        it.residual_chain(model)
    if take is not None:
        wrapped = Wrapped(model, take)
        chain = it.residual_chain(wrapped)
        assert len(chain) == 4
        assert_is_the_model(chain, wrapped)
