"""A residual network as a chain: stem → block 0 … block L−1 → head.

Block i, in the paper's notation (Jastrzębski et al. 2018, equation 1):

    h_i       = prepare(previous output)     any pooling between two stages
    s_i       = shortcut(h_i)                the identity, except in a projection block
    F_i       = branch(h_i)                  the residual branch's output
    h_{i+1}   = merge(s_i + F_i)             the identity in pre-activation nets, ReLU in post-activation ones

Shape letters, used throughout the library: B or N images, C channels, H and W height and width, K classes, L blocks.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple, cast, get_args

import torch
from torch import Tensor, nn

from iterscope.arguments import shown, whole_number
from iterscope.errors import ArchitectureError, BlockError
from iterscope.evaluation import evaluation, is_out_of_memory

Shape = tuple[int, ...]
Convention = Literal["pre-activation", "post-activation", "identity merge"]
"""How s and F give the next hidden state. "pre-activation": s + F, where the branch begins with the activation. "identity merge": s + F,
with the activation in another place (as in ConvNeXt). "post-activation": the ReLU of s + F."""


@dataclass(frozen=True)
class Footprint:
    """Memory in bytes that one image needs in a network."""

    state: int
    """The largest hidden state."""
    block: int
    """The largest block: all its intermediate tensors at once."""
    graph: int
    """All tensors that a backward pass through all blocks keeps."""
    head: int
    """What a backward pass through the head keeps."""
    last: Shape
    """(C, H, W) of the hidden state that the head reads."""


class BlockStep(NamedTuple):
    """What one step of a chain computes (equation 1)."""

    h: Tensor
    """The block's input, after its preparation."""
    s: Tensor
    """shortcut(h)"""
    f: Tensor | None
    """F(h), without the step's scale; None if the scale is 0, as the branch doesn't run then."""
    total: Tensor
    """s + scale·F"""
    next_h: Tensor
    """merge(total); the same tensor where merge is the identity."""


class ResidualBlock(nn.Module):
    """One residual block. Subclasses define `branch`, and override the other methods as needed.

    Methods must not modify their arguments in place, because probes keep h, s and F. They must not store anything in the block, because on
    a CPU several threads run it at the same time, each on different images.
    """

    is_projection: bool = False
    """True if the shortcut is not the identity, for example because the shape changes: F is then compared with s, not with h."""
    has_preparation: bool = False
    """True if `prepare` is not the identity."""
    vanishes_when_dropped: bool = False
    """True if prepare, shortcut and merge are all the identity: without its branch the block does nothing, so it is skipped."""

    owns_statistics: bool = True
    """False if the block uses the BatchNorm statistics of the block that owns the convolutions."""

    @property
    def owner(self) -> ResidualBlock | None:
        """The block whose convolutions this one reuses; None if it has its own."""
        return None

    def prepare(self, h: Tensor) -> Tensor:
        """Layers between the previous block and this one (pooling). They run once, however often the block is repeated."""
        return h

    def shortcut(self, h: Tensor) -> Tensor:
        """s: the block's input, in the shape of the branch's output."""
        return h

    def branch(self, h: Tensor) -> Tensor:
        """F(h): what the block adds."""
        raise NotImplementedError

    def merge(self, total: Tensor) -> Tensor:
        """The next block's h, computed from s + F."""
        return total

    def step(self, h: Tensor, scale: float = 1.0, *, prepare: bool = True) -> BlockStep:
        """Run the block on the hidden state h (B, C, H, W): the one place where h, s, F and the next h are computed.

        `prepare`: whether the preparation runs, as it does in a block's first step only.
        """
        h = self.prepare(h) if prepare else h
        s = self.shortcut(h)
        f = None if scale == 0.0 else self.branch(h)
        # A plain sum at scale 1: the block's forward pass is the original model's, also for those who look at its operations.
        total = s if f is None else s + f if scale == 1.0 else torch.add(s, f, alpha=scale)
        return BlockStep(h, s, f, total, self.merge(total))

    def forward(self, h: Tensor) -> Tensor:
        return self.step(h).next_h


class ResidualChain(nn.Module):
    """A residual network as stem, blocks and head. The chain shares the modules that it is given.

    Args:
        stem: images (B, C, H, W) → the hidden state.
        blocks: the residual blocks in order.
        head: the hidden state after the last block → logits (B, K).
        stages: the stage of each block, counted from 0. Default: a new stage begins at every block, except the first, that is a projection
            or has a preparation.
        name: the network's name in error messages.
        convention: default: "post-activation" if a block overrides `merge`, else "pre-activation".

    Raises:
        ArchitectureError: there are no blocks, `stages` doesn't give each block the stage of the block before or the next one, or the
            convention is unknown.
    """

    def __init__(
        self,
        stem: nn.Module,
        blocks: Iterable[ResidualBlock],
        head: nn.Module,
        *,
        stages: Iterable[int] | None = None,
        name: str = "the network",
        convention: Convention | None = None,
    ) -> None:
        super().__init__()
        self.stem = stem
        self.blocks = nn.ModuleList(blocks)
        self.head = head
        self.name = name
        if len(self.blocks) == 0:
            raise ArchitectureError("blocks is empty: a residual chain needs at least one residual block")
        self.stages: tuple[int, ...] = tuple(stages) if stages is not None else self._stages_from_flags()
        if len(self.stages) != len(self.blocks):
            raise ArchitectureError(
                f"stages has {len(self.stages)} entries for {len(self.blocks)} blocks: give one entry per block"
            )
        if self.stages[0] != 0 or any(b - a not in (0, 1) for a, b in pairwise(self.stages)):
            raise ArchitectureError(
                f"stages is {list(self.stages)}: count the stages from 0 without gaps, in the order of the blocks, such as 0, 0, 1, 1"
            )
        merges = any(type(block).merge is not ResidualBlock.merge for block in self)
        self.convention: Convention = convention or ("post-activation" if merges else "pre-activation")
        if self.convention not in get_args(Convention):
            raise ArchitectureError(
                f"convention is {convention!r}: it must be one of {', '.join(get_args(Convention))}"
            )
        self.input_size: int | None = None
        """Height and width in pixels of the images that the network was trained or built for; others are refused. None: any size."""
        self.num_classes: int | None = None
        """K; a data set with another number of classes is refused. None: unknown."""
        self.footprints: dict[Shape, Footprint] = {}
        """Results of `measure_footprint`, by the image's shape."""
        self._shape_after: dict[tuple[Shape, int, bool], Shape] = {}

    def _stages_from_flags(self) -> tuple[int, ...]:
        stages, stage = [], 0
        for index, block in enumerate(self):
            if index > 0 and (block.is_projection or block.has_preparation):
                stage += 1
            stages.append(stage)
        return tuple(stages)

    def __len__(self) -> int:
        return len(self.blocks)

    def __iter__(self) -> Iterator[ResidualBlock]:
        return (cast(ResidualBlock, block) for block in self.blocks)

    def block(self, index: int) -> ResidualBlock:
        """The block with this index; negative indices count from the end."""
        return cast(ResidualBlock, self.blocks[self.block_index(index)])

    def block_index(self, index: int) -> int:
        """The index counted from 0; a negative `index` counts from the end. Raises BlockError naming the valid range."""
        found = whole_number(index)
        if found is None:
            raise BlockError(
                f"block {shown(index)} is not an index: give a whole number from {-len(self)} to {len(self) - 1}"
            )
        if not -len(self) <= found < len(self):
            raise BlockError(
                f"block {shown(found)} is out of range: {self.name} has {len(self)} blocks, 0 to {len(self) - 1} "
                f"(or −{len(self)} to −1 from the end)"
            )
        return found % len(self)

    @property
    def last_stage(self) -> range:
        """The blocks of the last stage, whose hidden states the head can read."""
        first = self.stages.index(self.stages[-1])
        return range(first, len(self))

    @property
    def shape_keeping(self) -> tuple[int, ...]:
        """The blocks whose output has the shape of their input: the shortcut is the identity, and nothing is prepared."""
        return tuple(index for index, block in enumerate(self) if not block.is_projection and not block.has_preparation)

    def shared_with(self, index: int) -> int | None:
        """The index of the block whose convolutions block `index` reuses; None if it has its own."""
        owner = self.block(index).owner
        return None if owner is None else next(at for at, block in enumerate(self) if block is owner)

    def statistics_of(self, index: int) -> int:
        """The index of the block whose BatchNorm statistics block `index` uses: itself, unless it shares them."""
        owner = None if self.block(index).owns_statistics else self.shared_with(index)
        return self.block_index(index) if owner is None else owner

    def describe(self) -> list[dict[str, int | bool | None]]:
        """One entry per block: index, stage, whether it is a projection, and the block whose convolutions it reuses (None: its own)."""
        return [
            {
                "index": index,
                "stage": stage,
                "is_projection": block.is_projection,
                "shared_with": self.shared_with(index),
            }
            for index, (stage, block) in enumerate(zip(self.stages, self, strict=True))
        ]

    def forward(self, images: Tensor) -> Tensor:
        """Logits (B, K), computed by the same operations in the same order as in the original model."""
        h = self.stem(images)
        for block in self.blocks:
            h = block(h)
        return cast(Tensor, self.head(h))

    @property
    def device(self) -> torch.device:
        return next((p.device for p in self.parameters()), torch.device("cpu"))

    @property
    def dtype(self) -> torch.dtype | None:
        """The floating-point type of the weights, in which the network is measured; None if it has none: then in that of the images."""
        tensors = itertools.chain(self.parameters(), self.buffers())
        return next((tensor.dtype for tensor in tensors if tensor.is_floating_point()), None)

    def shape_after(self, shape: Shape, index: int, *, first: bool) -> Shape | None:
        """The output shape of block `index` for a hidden state of `shape` (C, H, W); None if the block doesn't accept that shape.

        Determined by running the block once on a single zero image. Shapes are cached; a refusal isn't, because it may have passed.
        Raises OutOfMemory if there isn't enough memory for that.
        """
        key = (shape, index, first)
        if key not in self._shape_after:
            block = self.block(index)
            with evaluation(self), torch.no_grad():
                h = torch.zeros(1, *shape, device=self.device, dtype=self.dtype or torch.float32)
                try:
                    out = block.step(h, prepare=first).next_h
                except RuntimeError as error:
                    if is_out_of_memory(error):
                        raise
                    return None
            self._shape_after[key] = tuple(out.shape[1:])
        return self._shape_after[key]
