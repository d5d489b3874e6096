"""The pre-activation residual block (He et al. 2016b) and the head.

Block: BatchNorm → ReLU → Conv3×3 → BatchNorm → ReLU → Conv3×3. Head: BatchNorm → ReLU → AveragePool(8, 8) → Flatten → Linear.
Convolutions have biases, as the paper's Keras code had.

The names of the modules are part of the checkpoint format: renaming one makes all earlier files unreadable.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from iterscope.chain import ResidualBlock

POOLING_WINDOW = 8


def convolution(in_width: int, width: int, kernel: int, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(in_width, width, kernel, stride=stride, padding=kernel // 2)


def branch(h: Tensor, bn1: nn.Module, conv1: nn.Module, bn2: nn.Module, conv2: nn.Module) -> Tensor:
    """F(h): BatchNorm → ReLU → Conv3×3 → BatchNorm → ReLU → Conv3×3."""
    f = conv1(functional.relu(bn1(h)))
    return cast(Tensor, conv2(functional.relu(bn2(f))))


class PreActivationBlock(ResidualBlock):
    """BatchNorm → ReLU → Conv3×3 → BatchNorm → ReLU → Conv3×3, beside an identity or a 1×1 convolution."""

    def __init__(self, in_width: int, width: int, *, stride: int = 1, pooling: nn.Module | None = None) -> None:
        super().__init__()
        self.bn1 = nn.BatchNorm2d(in_width)
        self.conv1 = convolution(in_width, width, 3, stride)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv2 = convolution(width, width, 3)
        self.is_projection = stride != 1 or in_width != width
        self.projection = convolution(in_width, width, 1) if self.is_projection else None
        self.stride = stride
        self.pooling = pooling
        self.has_preparation = pooling is not None
        self.vanishes_when_dropped = not self.is_projection and not self.has_preparation

    def prepare(self, h: Tensor) -> Tensor:
        return h if self.pooling is None else cast(Tensor, self.pooling(h))

    def shortcut(self, h: Tensor) -> Tensor:
        # The paper doesn't say whether the projection reads h or its pre-activation; "a shortcut connection is a convolution
        # layer between residual blocks" (footnote 1) reads as a convolution of h itself.
        if self.projection is None:
            return h
        # A 1×1 convolution of stride 2 reads every other pixel. They are selected first, because oneDNN's own implementation
        # writes past its buffer with fewer than 8 channels on AVX2 (uxlfoundation/oneDNN#6035): wrong gradients, or a crash.
        return cast(Tensor, self.projection(h[:, :, :: self.stride, :: self.stride]))

    def branch(self, h: Tensor) -> Tensor:
        return branch(h, self.bn1, self.conv1, self.bn2, self.conv2)


class Head(nn.Module):
    """BatchNorm → ReLU → AveragePool → Flatten → Linear: logits from the hidden state."""

    def __init__(self, width: int, size: int, num_classes: int) -> None:
        super().__init__()
        # The paper's window is 8×8; a hidden state smaller than that is pooled whole.
        window = min(POOLING_WINDOW, size)
        self.bn = nn.BatchNorm2d(width)
        self.pool = nn.AvgPool2d(window)
        self.linear = nn.Linear(width * (size // window) ** 2, num_classes)

    def forward(self, h: Tensor) -> Tensor:
        return cast(Tensor, self.linear(self.pool(functional.relu(self.bn(h))).flatten(1)))


def initialise(model: nn.Module) -> None:
    """He-normal weights, zero biases; nothing under `torch.device("meta")`, where drawing would import torch's compiler for a second."""
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, nn.Conv2d | nn.Linear) and not module.weight.is_meta:
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
