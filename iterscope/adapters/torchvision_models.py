"""torchvision's ResNet, ResNeXt and Wide ResNet (post-activation) and ConvNeXt."""

from __future__ import annotations

from typing import Any, cast

from torch import Tensor, nn
from torchvision.models.convnext import CNBlock, ConvNeXt
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet

from iterscope.adapters.parts import HeldBlock, activated, is_unchanged, model_name, numbered
from iterscope.chain import ResidualChain


class TorchvisionBasicBlock(HeldBlock):
    """conv–bn–relu–conv–bn, then the addition and a ReLU."""

    def branch(self, h: Tensor) -> Tensor:
        block = self.block
        return cast(Tensor, block.bn2(block.conv2(block.relu(block.bn1(block.conv1(h))))))

    def merge(self, total: Tensor) -> Tensor:
        return activated(self.block.relu, total)


class TorchvisionBottleneck(TorchvisionBasicBlock):
    """1×1, 3×3 and 1×1 convolutions, each with BatchNorm, then the addition and a ReLU."""

    def branch(self, h: Tensor) -> Tensor:
        block = self.block
        f = block.relu(block.bn1(block.conv1(h)))
        f = block.relu(block.bn2(block.conv2(f)))
        return cast(Tensor, block.bn3(block.conv3(f)))


class TorchvisionConvNeXtBlock(HeldBlock):
    """The layer scale belongs to the branch; the downsampling comes before a stage's first block."""

    def __init__(self, block: nn.Module, downsampling: nn.Module | None) -> None:
        super().__init__(block)
        self.downsampling = downsampling
        self.has_preparation = downsampling is not None

    def prepare(self, h: Tensor) -> Tensor:
        return h if self.downsampling is None else cast(Tensor, self.downsampling(h))

    def shortcut(self, h: Tensor) -> Tensor:
        return h

    def branch(self, h: Tensor) -> Tensor:
        # Stochastic depth, which is applied here, does nothing in evaluation mode.
        return cast(Tensor, self.block.layer_scale * self.block.block(h))


_RESNET = {BasicBlock: TorchvisionBasicBlock, Bottleneck: TorchvisionBottleneck}


def torchvision_chain(network: nn.Module) -> ResidualChain | None:
    """The chain of one of torchvision's networks; None if it, or one of its blocks, is of another type."""
    model: Any = network  # its modules are known by name only
    if is_unchanged(model, ResNet, "forward", "_forward_impl"):
        found = list(numbered([model.layer1, model.layer2, model.layer3, model.layer4]))
        if any(type(block) not in _RESNET for *_, block in found):
            return None
        blocks = [_RESNET[type(block)](block) for *_, block in found]
        stem = nn.Sequential(model.conv1, model.bn1, model.relu, model.maxpool)
        head = nn.Sequential(model.avgpool, nn.Flatten(1), model.fc)
        return ResidualChain(stem, blocks, head, stages=[stage for stage, *_ in found], name=model_name(model))
    if is_unchanged(model, ConvNeXt, "forward", "_forward_impl"):
        stem, *rest = model.features.children()
        found = list(numbered(rest[::2]))
        if any(type(block) is not CNBlock for *_, block in found):
            return None
        return ResidualChain(
            stem,
            [
                TorchvisionConvNeXtBlock(block, rest[2 * stage - 1] if stage > 0 and position == 0 else None)
                for stage, position, block in found
            ],
            nn.Sequential(model.avgpool, model.classifier),
            stages=[stage for stage, *_ in found],
            name=model_name(model),
            convention="identity merge",
        )
    return None
