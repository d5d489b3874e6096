"""The post-activation ResNets for small images (He et al. 2015, section 4.2), and their four-stage relatives.

Block: Conv3×3 → BatchNorm → ReLU → Conv3×3 → BatchNorm, added to the shortcut, then ReLU; the stem is a 3×3 convolution of stride 1.
Where the shape changes, the shortcut is one of He et al.'s options:

    A   every other pixel, and zeros for the new channels: no parameters
    B   a 1×1 convolution of stride 2, and a BatchNorm

Three widths give the networks of the paper, resnet{6n+2}: n basic blocks per stage. Four widths give the ImageNet depths for small images:
resnet18 and resnet34 with basic blocks, resnet50, resnet101 and resnet152 with bottleneck blocks.

Some repositories' networks have the same tensors and another forward pass: a leaky ReLU (`activation`), max pooling behind the stem
(`stem_pooling`), the stride in the first 1×1 convolution of a bottleneck (`stride_in`, as in He et al.'s own Caffe networks).

The names of the modules are part of the checkpoint format: conv1, bn1, layer1.0.conv1, layer1.0.bn1, …, layer2.0.projection.0 (the 1×1
convolution), layer2.0.projection.1 (its BatchNorm), …, linear. Tensors of files with other names are renamed to these.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, cast

from torch import Tensor, nn
from torch.nn import functional

from iterscope.architectures.blocks import initialise
from iterscope.chain import ResidualBlock

Shortcut = Literal["A", "B"]
Padding = Literal["both", "end"]
BlockKind = Literal["basic", "bottleneck"]
StrideIn = Literal["3x3", "1x1"]
EXPANSION = {"basic": 1, "bottleneck": 4}
"""A block's output channels, divided by its stage's width."""


class CifarBlock(ResidualBlock):
    """A basic or bottleneck block; F is the branch before the addition, merge is the ReLU after it."""

    def __init__(
        self,
        in_width: int,
        width: int,
        *,
        stride: int = 1,
        kind: BlockKind = "basic",
        shortcut: Shortcut = "A",
        padding: Padding = "both",
        activation: str = "relu",
        stride_in: StrideIn = "3x3",
    ) -> None:
        super().__init__()
        out_width = width * EXPANSION[kind]
        self.activate = activated(activation)
        self.kind, self.stride, self.padding = kind, stride, padding
        self.new_channels = out_width - in_width
        self.is_projection = stride != 1 or in_width != out_width
        if kind == "basic":
            self.conv1, self.bn1 = convolution(in_width, width, 3, stride), nn.BatchNorm2d(width)
            self.conv2, self.bn2 = convolution(width, width, 3), nn.BatchNorm2d(width)
        else:
            first, second = (stride, 1) if stride_in == "1x1" else (1, stride)
            self.conv1, self.bn1 = convolution(in_width, width, 1, first), nn.BatchNorm2d(width)
            self.conv2, self.bn2 = convolution(width, width, 3, second), nn.BatchNorm2d(width)
            self.conv3, self.bn3 = convolution(width, out_width, 1), nn.BatchNorm2d(out_width)
        self.projection: nn.Sequential | None = None
        if self.is_projection and shortcut == "B":
            self.projection = nn.Sequential(convolution(in_width, out_width, 1), nn.BatchNorm2d(out_width))

    def shortcut(self, h: Tensor) -> Tensor:
        if not self.is_projection:
            return h
        # A 1×1 convolution of stride 2 reads every other pixel; they are selected first because of oneDNN (blocks.py).
        picked = h[:, :, :: self.stride, :: self.stride]
        if self.projection is not None:
            return cast(Tensor, self.projection(picked))
        before = self.new_channels // 2 if self.padding == "both" else 0
        return functional.pad(picked, (0, 0, 0, 0, before, self.new_channels - before))

    def branch(self, h: Tensor) -> Tensor:
        f = self.bn2(self.conv2(self.activate(self.bn1(self.conv1(h)))))
        return cast(Tensor, f if self.kind == "basic" else self.bn3(self.conv3(self.activate(f))))

    def merge(self, total: Tensor) -> Tensor:
        return cast(Tensor, self.activate(total))


class CifarResNet(nn.Module):
    """A post-activation ResNet on small images.

    Args:
        widths: one per stage.
        blocks: blocks in each stage.
        kind: the type of block, "basic" or "bottleneck".
        shortcut: "A" or "B", where the shape changes.
        padding: the position of option A's zero channels: "both" puts half of them before and half after the other channels, "end" all of
            them after. The paper doesn't say.
        activation: "relu", or "leaky_relu_SLOPE".
        stem_pooling: whether 3×3 max pooling of stride 2 follows the stem.
        stride_in: the convolution of a bottleneck that has the stride, "3x3" or the first "1x1".
    """

    def __init__(
        self,
        widths: tuple[int, ...],
        blocks: tuple[int, ...],
        *,
        kind: BlockKind = "basic",
        shortcut: Shortcut = "A",
        padding: Padding = "both",
        num_classes: int = 10,
        input_channels: int = 3,
        activation: str = "relu",
        stem_pooling: bool = False,
        stride_in: StrideIn = "3x3",
    ) -> None:
        super().__init__()
        self.activate, self.pool = activated(activation), pooled(stem_pooling)
        self.conv1, self.bn1 = convolution(input_channels, widths[0], 3), nn.BatchNorm2d(widths[0])
        width = widths[0]
        for stage, (stage_width, count) in enumerate(zip(widths, blocks, strict=True)):
            layer = nn.Sequential()
            for position in range(count):
                stride = 2 if stage > 0 and position == 0 else 1
                block = CifarBlock(
                    width,
                    stage_width,
                    stride=stride,
                    kind=kind,
                    shortcut=shortcut,
                    padding=padding,
                    activation=activation,
                    stride_in=stride_in,
                )
                layer.append(block)
                width = stage_width * EXPANSION[kind]
            self.add_module(f"layer{stage + 1}", layer)
        self.stage_lengths = blocks
        self.linear = nn.Linear(width, num_classes)
        initialise(self)

    def chained(self) -> Iterator[ResidualBlock]:
        """The blocks in order."""
        return chained(self, len(self.stage_lengths))

    def stem(self, images: Tensor) -> Tensor:
        """Images (B, C, H, W) → the hidden state."""
        return cast(Tensor, self.pool(self.activate(self.bn1(self.conv1(images)))))

    def head(self, h: Tensor) -> Tensor:
        """The hidden state → logits (B, K)."""
        return cast(Tensor, self.linear(functional.adaptive_avg_pool2d(h, 1).flatten(1)))

    def forward(self, images: Tensor) -> Tensor:
        h = self.stem(images)
        for block in self.chained():
            h = block(h)
        return self.head(h)


def chained(model: nn.Module, stages: int) -> Iterator[ResidualBlock]:
    """The blocks of layer1, layer2, … in order."""
    for stage in range(stages):
        for block in cast(nn.Sequential, getattr(model, f"layer{stage + 1}")):
            yield cast(ResidualBlock, block)


def activated(name: str) -> nn.Module:
    """The activation called "relu" or "leaky_relu_SLOPE"."""
    return nn.ReLU() if name == "relu" else nn.LeakyReLU(float(name.rpartition("_")[2]))


def pooled(is_pooled: bool) -> nn.Module:
    """What follows the stem's convolution: 3×3 max pooling of stride 2, or nothing."""
    return nn.MaxPool2d(3, 2, 1) if is_pooled else nn.Identity()


def convolution(in_width: int, width: int, kernel: int, stride: int = 1, *, bias: bool = False) -> nn.Conv2d:
    return nn.Conv2d(in_width, width, kernel, stride=stride, padding=kernel // 2, bias=bias)
