"""Pre-activation ResNets for small images (He et al. 2016b) and Wide ResNets (Zagoruyko & Komodakis 2016), as in popular repositories.

Block: BatchNorm → ReLU → Conv3×3 → BatchNorm → ReLU → Conv3×3 (a bottleneck: 1×1, 3×3, 1×1). They differ from `PreActivationResNet`, the
network of Jastrzębski et al., in choices that these repositories made:

    bias                whether convolutions have biases
    shortcut_reads      where the shape changes, the shortcut's 1×1 convolution reads the block's "input" h, or the "activated"
                        relu(bn1(h)), which branch and shortcut then share; "input with branch": where a later stage begins, the branch
                        reads h itself too, without bn1 (FixMatch)
    final_norm          whether a BatchNorm and a ReLU come before the pooling
    activation          "relu", or "leaky_relu_SLOPE"
    stem_pooling        whether 3×3 max pooling of stride 2 follows the stem

The names of the modules are part of the checkpoint format: conv1, layer1.0.bn1, layer1.0.conv1, …, layer2.0.projection (the 1×1
convolution), …, bn, linear.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, cast

from torch import Tensor, nn
from torch.nn import functional

from iterscope.architectures.blocks import initialise
from iterscope.architectures.cifar import EXPANSION, BlockKind, activated, chained, convolution, pooled
from iterscope.chain import ResidualBlock

ShortcutReads = Literal["activated", "input", "input with branch"]


class PreActivationCifarBlock(ResidualBlock):
    """A basic or bottleneck pre-activation block; merge is the identity."""

    def __init__(
        self,
        in_width: int,
        width: int,
        *,
        stride: int = 1,
        kind: BlockKind = "basic",
        bias: bool = False,
        shortcut_reads: ShortcutReads = "activated",
        activation: str = "relu",
    ) -> None:
        super().__init__()
        self.activate = activated(activation)
        out_width = width * EXPANSION[kind]
        self.kind, self.stride, self.shortcut_reads = kind, stride, shortcut_reads
        self.is_projection = stride != 1 or in_width != out_width
        self.vanishes_when_dropped = not self.is_projection
        kernels = (3, 3) if kind == "basic" else (1, 3, 1)
        widths = (in_width, *(width for _ in kernels[:-1]), out_width)
        strided = kernels.index(3)
        for at, kernel in enumerate(kernels):
            self.add_module(f"bn{at + 1}", nn.BatchNorm2d(widths[at]))
            step = stride if at == strided else 1
            self.add_module(f"conv{at + 1}", convolution(widths[at], widths[at + 1], kernel, step, bias=bias))
        self.projection = convolution(in_width, out_width, 1, bias=bias) if self.is_projection else None

    def _activated(self, h: Tensor) -> Tensor:
        return cast(Tensor, self.activate(cast(nn.Module, self.bn1)(h)))

    def shortcut(self, h: Tensor) -> Tensor:
        if self.projection is None:
            return h
        read = self._activated(h) if self.shortcut_reads == "activated" else h
        # A 1×1 convolution of stride 2 reads every other pixel; they are selected first because of oneDNN (blocks.py).
        return cast(Tensor, self.projection(read[:, :, :: self.stride, :: self.stride]))

    def branch(self, h: Tensor) -> Tensor:
        reads_input = self.is_projection and self.shortcut_reads == "input with branch"
        f = cast(nn.Module, self.conv1)(h if reads_input else self._activated(h))
        for at in range(2, 3 if self.kind == "basic" else 4):
            f = getattr(self, f"conv{at}")(self.activate(getattr(self, f"bn{at}")(f)))
        return cast(Tensor, f)


class PreActivationCifarResNet(nn.Module):
    """A pre-activation ResNet on small images.

    Args:
        stem_width: filters of the first convolution.
        widths: one per stage.
        blocks: blocks in each stage.
        kind: the type of block, "basic" or "bottleneck".
        bias: whether convolutions have biases.
        shortcut_reads: whether projections read the block's "input" h or the "activated" relu(bn1(h)).
        final_norm: whether a BatchNorm and a ReLU come before the pooling.
        activation: "relu", or "leaky_relu_SLOPE".
        stem_pooling: whether 3×3 max pooling of stride 2 follows the stem.
    """

    def __init__(
        self,
        stem_width: int,
        widths: tuple[int, ...],
        blocks: tuple[int, ...],
        *,
        kind: BlockKind = "basic",
        bias: bool = False,
        shortcut_reads: ShortcutReads = "activated",
        final_norm: bool = True,
        num_classes: int = 10,
        input_channels: int = 3,
        activation: str = "relu",
        stem_pooling: bool = False,
    ) -> None:
        super().__init__()
        self.activate, self.pool = activated(activation), pooled(stem_pooling)
        self.conv1 = convolution(input_channels, stem_width, 3, bias=bias)
        width = stem_width
        for stage, (stage_width, count) in enumerate(zip(widths, blocks, strict=True)):
            layer = nn.Sequential()
            for position in range(count):
                stride = 2 if stage > 0 and position == 0 else 1
                # FixMatch's first stage activates before its shortcut.
                reads = "activated" if shortcut_reads == "input with branch" and stage == 0 else shortcut_reads
                block = PreActivationCifarBlock(
                    width,
                    stage_width,
                    stride=stride,
                    kind=kind,
                    bias=bias,
                    shortcut_reads=reads,
                    activation=activation,
                )
                layer.append(block)
                width = stage_width * EXPANSION[kind]
            self.add_module(f"layer{stage + 1}", layer)
        self.stage_lengths = blocks
        self.bn = nn.BatchNorm2d(width) if final_norm else None
        self.linear = nn.Linear(width, num_classes)
        initialise(self)

    def chained(self) -> Iterator[ResidualBlock]:
        """The blocks in order."""
        return chained(self, len(self.stage_lengths))

    def stem(self, images: Tensor) -> Tensor:
        """Images (B, C, H, W) → the hidden state."""
        return cast(Tensor, self.pool(self.conv1(images)))

    def head(self, h: Tensor) -> Tensor:
        """The hidden state → logits (B, K)."""
        h = h if self.bn is None else self.activate(self.bn(h))
        return cast(Tensor, self.linear(functional.adaptive_avg_pool2d(h, 1).flatten(1)))

    def forward(self, images: Tensor) -> Tensor:
        h = self.stem(images)
        for block in self.chained():
            h = block(h)
        return self.head(h)
