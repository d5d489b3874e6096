"""Networks and images for the library's tests."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

import iterscope as it


def calibrated(name: str, images: Tensor, **options: object) -> it.PreActivationResNet:
    """A network with random weights whose BatchNorm knows the images' statistics, as after training."""
    model = it.build(name, seed=0, **options)
    norms = [module for module in model.modules() if isinstance(module, nn.BatchNorm2d)]
    for module in norms:
        module.momentum = None  # a plain average over batches
        if not module.affine:
            continue
        with torch.no_grad():
            module.weight.uniform_(0.5, 1.5)
            module.bias.uniform_(-0.2, 0.2)
    with torch.no_grad():
        model.train()(images)
    for module in norms:
        module.momentum = 0.1
    return model.eval()


@pytest.fixture(scope="session")
def images() -> Tensor:
    """(12, 3, 32, 32)"""
    return torch.randn(12, 3, 32, 32, generator=torch.Generator().manual_seed(1))


@pytest.fixture(scope="session")
def labels() -> Tensor:
    """(12,)"""
    return torch.randint(0, 10, (12,), generator=torch.Generator().manual_seed(2))


@pytest.fixture(scope="session")
def model(images: Tensor) -> it.PreActivationResNet:
    """A ResNet-20: three stages of three blocks."""
    torch.manual_seed(3)
    return calibrated("resnet20", images)


@pytest.fixture(scope="session")
def chain(model: it.PreActivationResNet) -> it.ResidualChain:
    return it.residual_chain(model)


@pytest.fixture(scope="session")
def pooled(images: Tensor) -> it.ResidualChain:
    """A small net of the average-pooling kind: 3 stages of 2 blocks."""
    torch.manual_seed(4)
    return it.residual_chain(calibrated("avg-pooling", images, stem_width=8, widths=(8, 8, 8), blocks=(2, 2, 2)))
