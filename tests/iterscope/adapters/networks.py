"""A small residual network as people write it, whose block, shortcut and pieces can be replaced."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

import iterscope as it

WIDTH = 8


def conv(in_width: int = WIDTH, width: int = WIDTH, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(in_width, width, 3, stride, 1)


class Block(nn.Module):
    """What a block in the wild looks like; subclasses differ in how they add."""

    def __init__(self, in_width: int = WIDTH, width: int = WIDTH, stride: int = 1) -> None:
        super().__init__()
        self.conv1, self.bn1 = conv(in_width, width, stride), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = conv(width, width), nn.BatchNorm2d(width)
        self.relu = nn.ReLU(inplace=True)
        self.shortcut = nn.Sequential()
        if stride != 1 or in_width != width:
            self.shortcut = nn.Sequential(conv(in_width, width, stride), nn.BatchNorm2d(width))

    def inner(self, x: Tensor) -> Tensor:
        return self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(self.inner(x) + self.shortcut(x))


class Net(nn.Module):
    """Stem, two stages of two blocks, head."""

    def __init__(self, block: Callable[..., nn.Module] = Block) -> None:
        super().__init__()
        self.stem = nn.Sequential(conv(3), nn.BatchNorm2d(WIDTH), nn.ReLU(inplace=True))
        self.layer1 = nn.Sequential(block(), block())
        self.layer2 = nn.Sequential(block(WIDTH, 2 * WIDTH, 2), block(2 * WIDTH, 2 * WIDTH))
        self.pool, self.fc = nn.AdaptiveAvgPool2d(1), nn.Linear(2 * WIDTH, 10)

    def forward(self, x: Tensor) -> Tensor:
        h = self.layer2(self.layer1(self.stem(x)))
        return self.fc(self.pool(h).view(x.size(0), -1))


def prepared(model: nn.Module) -> nn.Module:
    """With BatchNorm statistics that aren't those of the first day."""
    generator = torch.Generator().manual_seed(0)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.copy_(torch.randn(len(module.running_mean), generator=generator) / 5)
            module.running_var.copy_(torch.rand(len(module.running_var), generator=generator) + 0.5)
    return model.eval()


def some_images(count: int = 3, size: int = 32) -> Tensor:
    return torch.randn(count, 3, size, size, generator=torch.Generator().manual_seed(1))


def assert_is_the_model(chain: it.ResidualChain, model: nn.Module) -> None:
    images = some_images()
    with torch.no_grad():
        assert torch.equal(chain(images.clone()), model(images.clone()))
        assert torch.equal(it.run_plans(chain, images, [it.identity()])[0], model(images.clone()))
