"""On a GPU the probes say what they say on a CPU, and what the naive float64 computation says."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

import iterscope as it
from tests.iterscope.conftest import calibrated
from tests.iterscope.naive import Naive

pytestmark = [
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU"),
    pytest.mark.filterwarnings("ignore:Attempting to run cuBLAS"),  # the backward pass has a thread of its own
]
NETS = {"resnet110": {}, "single-representation": {}, "wide": {"blocks": (2, 2, 2)}, "resnet110-shared-ubn": {}}


@pytest.mark.parametrize("name", NETS)
def test_block_metrics_agree_with_the_naive_computation(name: str, images: Tensor, labels: Tensor) -> None:
    torch.manual_seed(6)
    model = calibrated(name, images, **NETS[name])
    naive = Naive(model)
    x, y = images[:3], labels[:3]
    survey = it.training_survey(it.residual_chain(model.cuda()), x, y)
    last = len(survey.end_to_end.steps) - 1
    for index in (0, 1, last // 2, last):
        expected = naive.cosine(x, y, index, plugged=False)
        assert (survey.end_to_end.cosine_loss[index] - expected).abs().max() < 1e-3
        assert torch.allclose(survey.end_to_end.l2_ratio[index].double(), naive.ratio(x, index), rtol=1e-4)


def test_plans_agree_with_the_naive_computation(images: Tensor) -> None:
    torch.manual_seed(6)
    model = calibrated("resnet56", images)
    naive = Naive(model)
    chain = it.residual_chain(model.cuda())
    plans = [it.drop(5), it.unroll(26, steps=5, scale=0.1)]
    logits = it.run_plans(chain, images, plans)
    for plan, found in zip(plans, logits, strict=True):
        expected = naive.logits(images, [(step.block, step.scale) for step in plan.steps(chain)]).detach()
        assert torch.allclose(found.double().cpu(), expected, rtol=1e-4, atol=1e-4 * float(expected.abs().max()))
