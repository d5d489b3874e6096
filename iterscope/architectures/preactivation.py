"""The paper's networks: pre-activation residual networks (He et al. 2016b), one class for all of them.

He-normal weights, zero biases. The names of the modules are part of the checkpoint format: renaming one makes all earlier
files unreadable.
"""

from __future__ import annotations

from typing import cast

from torch import Tensor, nn

from iterscope.architectures.blocks import Head, PreActivationBlock, convolution, initialise
from iterscope.architectures.configuration import ArchitectureConfiguration, Transition
from iterscope.architectures.sharing import SharedBlock
from iterscope.chain import ResidualBlock


class PreActivationResNet(nn.Module):
    """A pre-activation residual network of any widths, depths and transitions; see `ArchitectureConfiguration`."""

    def __init__(self, configuration: ArchitectureConfiguration) -> None:
        super().__init__()
        self.configuration = configuration
        self.stem = convolution(configuration.in_channels, configuration.stem_width, 3)
        width, size = configuration.stem_width, configuration.input_size
        blocks: list[ResidualBlock] = []
        for stage, (stage_width, count) in enumerate(zip(configuration.widths, configuration.blocks, strict=True)):
            first, share_from = len(blocks), configuration.share_from
            for position in range(count):
                if share_from is not None and position > share_from:
                    owner = cast(PreActivationBlock, blocks[first + share_from])
                    blocks.append(
                        SharedBlock(
                            owner,
                            unshare_statistics=configuration.unshare_statistics,
                            unshare_affine=configuration.unshare_affine,
                        )
                    )
                    continue
                entering = stage > 0 and position == 0
                pooled = entering and configuration.transition != "projection"
                stride = 2 if entering and not pooled else 1
                pooling = _pooling(configuration.transition) if pooled else None
                blocks.append(PreActivationBlock(width, stage_width, stride=stride, pooling=pooling))
                width = stage_width
                size = size // 2 if pooled else -(-size // stride)
        self.blocks = nn.ModuleList(blocks)
        self.head = Head(width, size, configuration.num_classes)
        initialise(self)
        self._scale_shared_norms()

    def _scale_shared_norms(self) -> None:
        # The paper initialises γ to 0.1 without saying where: we read it as every BatchNorm of a block that is applied more than
        # once, the owner's as well as those of its later applications.
        for block in self.blocks:
            if isinstance(block, SharedBlock):
                for norm in {*block.owner_norms, *block.norms}:
                    if norm.affine:
                        nn.init.constant_(norm.weight, self.configuration.initial_gamma)

    def forward(self, images: Tensor) -> Tensor:
        h = self.stem(images)
        for block in self.blocks:
            h = block(h)
        return cast(Tensor, self.head(h))


def _pooling(transition: Transition) -> nn.Module:
    return nn.AvgPool2d(2) if transition == "average_pooling" else nn.MaxPool2d(2)
