"""The configuration that determines a network's structure."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

from iterscope.errors import ArchitectureError

Transition = Literal["projection", "average_pooling", "max_pooling"]
MAX_BLOCKS = 10_000
"""The maximum number of blocks: shared blocks take no space in a file, so an untrusted file could claim a billion."""
SHARING = ("share_from", "initial_gamma", "unshare_statistics", "unshare_affine")
"""The fields of a configuration that are about shared blocks."""


@dataclass(frozen=True)
class ArchitectureConfiguration:
    """Everything that determines a network's structure."""

    name: str
    """The network's name: resnet110, single-representation, …"""
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
    share_from: int | None = None
    """In each stage, the position (from 0) of the block whose convolutions all later blocks of the stage reuse; 5 in the paper
    (section 4.5). None: every block has its own."""
    initial_gamma: float = 1.0
    """Initial γ of the BatchNorms in blocks that share convolutions, including the block that owns them; the paper's remedy is 0.1."""
    unshare_statistics: bool = False
    """Whether each application of a shared block has its own BatchNorm statistics."""
    unshare_affine: bool = False
    """Whether each application of a shared block has its own γ and β."""

    def __post_init__(self) -> None:
        for field in ("widths", "blocks"):
            value = getattr(self, field)
            if not isinstance(value, list | tuple) or not value or any(not _is_count(entry) for entry in value):
                raise ArchitectureError(
                    f"{field} is {value!r}: give one whole number ≥ 1 per stage, such as (16, 32, 64)"
                )
            object.__setattr__(self, field, tuple(value))
        for field, least in (("stem_width", 1), ("num_classes", 2), ("in_channels", 1), ("input_size", 4)):
            value = getattr(self, field)
            if not _is_count(value) or value < least:
                raise ArchitectureError(f"{field} is {value!r}: it must be a whole number ≥ {least}")
        if sum(self.blocks) > MAX_BLOCKS:
            raise ArchitectureError(f"blocks is {self.blocks}: a network may have at most {MAX_BLOCKS} blocks in total")
        if len(self.widths) != len(self.blocks):
            raise ArchitectureError(
                f"widths has {len(self.widths)} stages and blocks {len(self.blocks)}: give both one entry per stage"
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
                f"input_size {self.input_size} is too small for {len(self.widths)} stages: each stage after the first halves it"
            )
        self._check_sharing()

    def _check_sharing(self) -> None:
        gamma = self.initial_gamma
        if isinstance(gamma, bool) or not isinstance(gamma, int | float) or not 0 < gamma < math.inf:
            raise ArchitectureError(f"initial_gamma is {gamma!r}: it must be a positive number, such as 0.1")
        object.__setattr__(self, "initial_gamma", float(gamma))
        for field in ("unshare_statistics", "unshare_affine"):
            if not isinstance(getattr(self, field), bool):
                raise ArchitectureError(f"{field} is {getattr(self, field)!r}: it must be true or false")
        if self.share_from is None:
            for field, neutral in (("initial_gamma", 1.0), ("unshare_statistics", False), ("unshare_affine", False)):
                if getattr(self, field) != neutral:
                    raise ArchitectureError(
                        f"{field} is {getattr(self, field)!r}, but no block is shared: give share_from too, such as 5, or "
                        f"leave {field} out"
                    )
            return
        if isinstance(self.share_from, bool) or not isinstance(self.share_from, int) or self.share_from < 0:
            raise ArchitectureError(f"share_from is {self.share_from!r}: it must be a whole number ≥ 0, or left out")
        if max(self.blocks) < self.share_from + 2:
            raise ArchitectureError(
                f"share_from is {self.share_from}, but no stage of {self.name} has a block after position {self.share_from}: "
                f"blocks is {self.blocks}; give a stage {self.share_from + 2} blocks or more, or lower share_from"
            )
        if self.share_from == 0:
            entering = zip(self.blocks, (self.stem_width, *self.widths), self.widths, strict=False)
            for stage, (count, before, width) in enumerate(entering):
                if count > 1 and (before != width or (stage > 0 and self.transition == "projection")):
                    raise ArchitectureError(
                        f"share_from is 0, but the first block of stage {stage + 1} is a projection, whose convolutions don't "
                        "fit other blocks: give share_from 1 or more"
                    )

    @property
    def distinct_blocks(self) -> int:
        """The number of blocks that have their own convolutions."""
        most = max(self.blocks) if self.share_from is None else self.share_from + 1
        return sum(min(count, most) for count in self.blocks)

    @property
    def stages(self) -> tuple[int, ...]:
        """The stage of each block."""
        return tuple(stage for stage, count in enumerate(self.blocks) for _ in range(count))

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, which `from_dict` reads.

        Without sharing, the fields of sharing are left out, so that a checkpoint's digest, which covers them, is the same as before these
        fields existed, and earlier versions can read the file.
        """
        values = asdict(self)
        return values if self.share_from is not None else {k: v for k, v in values.items() if k not in SHARING}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> ArchitectureConfiguration:
        """The inverse of `to_dict`. Raises ArchitectureError naming a key that is unknown or missing."""
        known = {field.name for field in fields(cls)}
        needed = {"name", "stem_width", "widths", "blocks"}
        if unknown := sorted(set(values) - known):
            raise ArchitectureError(
                f"unknown architecture option {unknown[0]!r}: known options are {', '.join(sorted(known))}"
            )
        if missing := sorted(needed - set(values)):
            raise ArchitectureError(f"the architecture lacks {missing[0]!r}")
        return cls(**values)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1
