"""The paper's networks: pre-activation residual networks (He et al. 2016b), one class for all of them.

Block: BatchNorm → ReLU → Conv3×3 → BatchNorm → ReLU → Conv3×3. Head: BatchNorm → ReLU → AveragePool(8, 8) → Flatten → Linear.
Convolutions have biases, as the paper's Keras code had; He-normal weights, zero biases.

The names of the modules are a contract with checkpoints: changing one orphans every file written before.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, cast, get_args

from torch import Tensor, nn
from torch.nn import functional

from iterscope.chain import ResidualBlock
from iterscope.errors import ArchitectureError

Transition = Literal["projection", "average_pooling", "max_pooling"]

POOLING_WINDOW = 8


@dataclass(frozen=True)
class ArchitectureConfiguration:
    """All that determines a network's shape."""

    name: str
    """What people call it: resnet110, single-representation, …"""
    stem_width: int
    """Filters of the first 3×3 convolution."""
    widths: tuple[int, ...]
    """Filters in each stage."""
    blocks: tuple[int, ...]
    """Residual blocks in each stage."""
    transition: Transition = "projection"
    """Between stages: stride 2 and a parallel 1×1 convolution, or 2×2 pooling (widths must then be equal)."""
    num_classes: int = 10
    in_channels: int = 3
    input_size: int = 32
    """Height and width of the images, in pixels."""

    def __post_init__(self) -> None:
        for field in ("widths", "blocks"):
            value = getattr(self, field)
            if not isinstance(value, list | tuple) or not value or any(not _is_count(entry) for entry in value):
                raise ArchitectureError(
                    f"{field} is {value!r}: give one whole number ≥ 1 a stage, such as (16, 32, 64)"
                )
            object.__setattr__(self, field, tuple(value))
        for field, least in (("stem_width", 1), ("num_classes", 2), ("in_channels", 1), ("input_size", 4)):
            value = getattr(self, field)
            if not _is_count(value) or value < least:
                raise ArchitectureError(f"{field} is {value!r}: it must be a whole number ≥ {least}")
        if len(self.widths) != len(self.blocks):
            raise ArchitectureError(
                f"widths has {len(self.widths)} stages and blocks {len(self.blocks)}: give both one entry a stage"
            )
        if self.transition not in get_args(Transition):
            raise ArchitectureError(
                f"transition is {self.transition!r}: it must be one of {', '.join(get_args(Transition))}"
            )
        if self.transition != "projection" and len({self.stem_width, *self.widths}) > 1:
            raise ArchitectureError(
                f"transition {self.transition!r} keeps the number of filters, but stem_width is {self.stem_width} and widths "
                f"{self.widths}: make them all equal, or use transition='projection'"
            )
        if self.input_size >> (len(self.widths) - 1) < 1:
            raise ArchitectureError(
                f"input_size {self.input_size} is too small for {len(self.widths)} stages: each one halves it"
            )

    @property
    def stages(self) -> tuple[int, ...]:
        """The stage of each block."""
        return tuple(stage for stage, count in enumerate(self.blocks) for _ in range(count))

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> ArchitectureConfiguration:
        """Raises ArchitectureError naming keys that are unknown or missing."""
        known = {field.name for field in fields(cls)}
        needed = {"name", "stem_width", "widths", "blocks"}
        if unknown := sorted(set(values) - known):
            raise ArchitectureError(f"unknown architecture option {unknown[0]!r}: known are {', '.join(sorted(known))}")
        if missing := sorted(needed - set(values)):
            raise ArchitectureError(f"the architecture lacks {missing[0]!r}")
        return cls(**values)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _convolution(in_width: int, width: int, kernel: int, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(in_width, width, kernel, stride=stride, padding=kernel // 2)


class PreActivationBlock(ResidualBlock):
    """BatchNorm → ReLU → Conv3×3 → BatchNorm → ReLU → Conv3×3, beside an identity or a 1×1 convolution."""

    def __init__(self, in_width: int, width: int, *, stride: int = 1, pooling: nn.Module | None = None) -> None:
        super().__init__()
        self.bn1 = nn.BatchNorm2d(in_width)
        self.conv1 = _convolution(in_width, width, 3, stride)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv2 = _convolution(width, width, 3)
        self.is_projection = stride != 1 or in_width != width
        self.projection = _convolution(in_width, width, 1) if self.is_projection else None
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
        # A 1×1 convolution of stride 2 reads every other pixel. They are picked out first, because oneDNN's own way of doing so
        # writes past its buffer with fewer than 8 channels on AVX2 (uxlfoundation/oneDNN#6035): wrong gradients, or a crash.
        return cast(Tensor, self.projection(h[:, :, :: self.stride, :: self.stride]))

    def branch(self, h: Tensor) -> Tensor:
        f = self.conv1(functional.relu(self.bn1(h)))
        return cast(Tensor, self.conv2(functional.relu(self.bn2(f))))


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


class PreActivationResNet(nn.Module):
    """A pre-activation residual network of any widths, depths and transitions; see `ArchitectureConfiguration`."""

    def __init__(self, configuration: ArchitectureConfiguration) -> None:
        super().__init__()
        self.configuration = configuration
        self.stem = _convolution(configuration.in_channels, configuration.stem_width, 3)
        width, size = configuration.stem_width, configuration.input_size
        blocks: list[PreActivationBlock] = []
        for stage, (stage_width, count) in enumerate(zip(configuration.widths, configuration.blocks, strict=True)):
            for position in range(count):
                entering = stage > 0 and position == 0
                pooled = entering and configuration.transition != "projection"
                stride = 2 if entering and not pooled else 1
                pooling = _pooling(configuration.transition) if pooled else None
                blocks.append(PreActivationBlock(width, stage_width, stride=stride, pooling=pooling))
                width = stage_width
                size = size // 2 if pooled else -(-size // stride)
        self.blocks = nn.ModuleList(blocks)
        self.head = Head(width, size, configuration.num_classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d | nn.Linear):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
                nn.init.zeros_(cast(Tensor, module.bias))

    def forward(self, images: Tensor) -> Tensor:
        h = self.stem(images)
        for block in self.blocks:
            h = block(h)
        return cast(Tensor, self.head(h))


def _pooling(transition: Transition) -> nn.Module:
    return nn.AvgPool2d(2) if transition == "average_pooling" else nn.MaxPool2d(2)
