"""timm's ResNet family (ResNet, ResNet-D, ResNeXt, wide and squeeze-and-excitation variants), ResNetV2 (including BiT) and ConvNeXt.

timm's other networks, and these with other types of blocks (Res2Net, ResNeSt, SKNet), are traced.
"""

from __future__ import annotations

from typing import Any, cast

from timm.models.convnext import ConvNeXt, ConvNeXtBlock
from timm.models.resnet import BasicBlock, Bottleneck, ResNet
from timm.models.resnetv2 import Bottleneck as PostActivationBottleneck
from timm.models.resnetv2 import PreActBasic, PreActBottleneck, ResNetV2
from torch import Tensor, nn

from iterscope.adapters.parts import HeldBlock, activated, is_unchanged, model_name, numbered
from iterscope.chain import ResidualChain


class TimmBasicBlock(HeldBlock):
    """Post-activation, with timm's optional parts of a branch: anti-aliasing, channel attention, drop path."""

    def branch(self, h: Tensor) -> Tensor:
        block = self.block
        f = block.aa(block.act1(block.drop_block(block.bn1(block.conv1(h)))))
        return self._ending(block.bn2(block.conv2(f)))

    def _ending(self, f: Tensor) -> Tensor:
        for part in (self.block.se, self.block.drop_path):
            f = f if part is None else part(f)
        return f

    def merge(self, total: Tensor) -> Tensor:
        return activated(self.block.act2, total)


class TimmBottleneck(TimmBasicBlock):
    """The same with 1×1, 3×3 and 1×1 convolutions."""

    def branch(self, h: Tensor) -> Tensor:
        block = self.block
        f = block.act1(block.bn1(block.conv1(h)))
        f = block.aa(block.act2(block.drop_block(block.bn2(block.conv2(f)))))
        return self._ending(block.bn3(block.conv3(f)))

    def merge(self, total: Tensor) -> Tensor:
        return activated(self.block.act3, total)


class TimmPreActivationBasic(HeldBlock):
    """Pre-activation; where the shape changes, the shortcut reads the activated norm1(h), as the branch does."""

    def shortcut(self, h: Tensor) -> Tensor:
        return h if self.block.downsample is None else cast(Tensor, self.block.downsample(self.block.norm1(h)))

    def branch(self, h: Tensor) -> Tensor:
        block = self.block
        return cast(Tensor, block.drop_path(block.conv2(block.norm2(block.conv1(block.norm1(h))))))


class TimmPreActivationBottleneck(TimmPreActivationBasic):
    """The same with 1×1, 3×3 and 1×1 convolutions."""

    def branch(self, h: Tensor) -> Tensor:
        block = self.block
        f = block.conv2(block.norm2(block.conv1(block.norm1(h))))
        return cast(Tensor, block.drop_path(block.conv3(block.norm3(f))))


class TimmPostActivationBottleneck(HeldBlock):
    """ResNetV2's modules in post-activation order."""

    def branch(self, h: Tensor) -> Tensor:
        block = self.block
        f = block.norm2(block.conv2(block.norm1(block.conv1(h))))
        return cast(Tensor, block.drop_path(block.norm3(block.conv3(f))))

    def merge(self, total: Tensor) -> Tensor:
        return activated(self.block.act3, total)


class TimmConvNeXtBlock(HeldBlock):
    """The layer scale belongs to the branch; the downsampling comes before a stage's first block."""

    def __init__(self, block: nn.Module, downsampling: nn.Module | None) -> None:
        super().__init__(block)
        self.downsampling = downsampling
        self.has_preparation = downsampling is not None
        self.is_projection = not isinstance(block.shortcut, nn.Identity)

    def prepare(self, h: Tensor) -> Tensor:
        return h if self.downsampling is None else cast(Tensor, self.downsampling(h))

    def shortcut(self, h: Tensor) -> Tensor:
        return cast(Tensor, self.block.shortcut(h))

    def branch(self, h: Tensor) -> Tensor:
        block, f = self.block, self.block.conv_dw(h)
        # The inner layers read (B, C, H, W), or (B, H, W, C).
        there, back = ((0, 1, 2, 3),) * 2 if block.use_conv_mlp else ((0, 2, 3, 1), (0, 3, 1, 2))
        f = block.mlp(block.norm(f.permute(there))).permute(back)
        if block.gamma is not None:
            f = f.mul(block.gamma.reshape(1, -1, 1, 1))
        return cast(Tensor, block.drop_path(f))


_RESNET = {BasicBlock: TimmBasicBlock, Bottleneck: TimmBottleneck}
_RESNETV2 = {
    PreActBasic: TimmPreActivationBasic,
    PreActBottleneck: TimmPreActivationBottleneck,
    PostActivationBottleneck: TimmPostActivationBottleneck,
}


def timm_chain(network: nn.Module) -> ResidualChain | None:
    """The chain of one of timm's networks; None if it, or one of its blocks, is of another type."""
    model: Any = network  # its modules are known by name only
    methods = ("forward", "forward_features", "forward_head")
    if is_unchanged(model, ResNet, *methods):
        found = list(numbered(layer for name, layer in model.named_children() if name.startswith("layer")))
        if any(type(block) not in _RESNET for *_, block in found):
            return None
        blocks = [_RESNET[type(block)](block) for *_, block in found]
        stem = nn.Sequential(model.conv1, model.bn1, model.act1, model.maxpool)
        head = nn.Sequential(model.global_pool, model.fc)
        return ResidualChain(stem, blocks, head, stages=[stage for stage, *_ in found], name=model_name(model))
    if is_unchanged(model, ResNetV2, *methods):
        found = list(numbered(stage.blocks for stage in model.stages))
        if any(type(block) not in _RESNETV2 for *_, block in found):
            return None
        held = [_RESNETV2[type(block)](block) for *_, block in found]
        head = nn.Sequential(model.norm, model.head)
        return ResidualChain(model.stem, held, head, stages=[stage for stage, *_ in found], name=model_name(model))
    if is_unchanged(model, ConvNeXt, *methods):
        found = list(numbered(stage.blocks for stage in model.stages))
        if any(type(block) is not ConvNeXtBlock for *_, block in found):
            return None
        before = [None if isinstance(stage.downsample, nn.Identity) else stage.downsample for stage in model.stages]
        return ResidualChain(
            model.stem,
            [TimmConvNeXtBlock(block, None if position else before[stage]) for stage, position, block in found],
            nn.Sequential(model.norm_pre, model.head),
            stages=[stage for stage, *_ in found],
            name=model_name(model),
            convention="identity merge",
        )
    return None
