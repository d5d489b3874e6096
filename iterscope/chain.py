"""A residual network as a chain: stem → block 0 … block L−1 → head.

Block i, in the paper's notation (Jastrzębski et al. 2018, equation 1):

    h_i       = prepare(previous output)     any pooling that stands between two stages
    s_i       = shortcut(h_i)                the identity, except in a projection block
    F_i       = branch(h_i)                  the residual branch's output
    h_{i+1}   = merge(s_i + F_i)             the identity in pre-activation nets, ReLU in post-activation ones

Shape letters, here and in all of the library: B or N images, C channels, H and W height and width, K classes, L blocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, cast, get_args

import torch
from torch import Tensor, nn

from iterscope.errors import ArchitectureError, BlockError

Shape = tuple[int, ...]
Convention = Literal["pre-activation", "post-activation", "identity merge"]
"""How s and F become the next hidden state: s + F, with the activation at the branch's beginning ("pre-activation") or elsewhere
("identity merge", as in ConvNeXt); or the ReLU of s + F, F being the branch before the addition ("post-activation")."""


@dataclass(frozen=True)
class Footprint:
    """Bytes that one image takes in a network."""

    state: int
    """The largest hidden state."""
    block: int
    """The largest block: all its intermediate tensors at once."""
    graph: int
    """What a backward pass through all blocks keeps."""


class ResidualBlock(nn.Module):
    """One residual block. Subclasses define `branch`, and override the rest where the net has it.

    No method may write into its argument: probes keep h, s and F. None may leave anything in the block: on a CPU several threads run it
    at the same time, each on images of its own.
    """

    is_projection: bool = False
    """True where the shortcut changes the shape, so that F and h can't be compared."""
    has_preparation: bool = False
    """True where `prepare` is not the identity."""
    vanishes_when_dropped: bool = False
    """True where prepare, shortcut and merge are all the identity: without its branch the block does nothing, and is skipped."""

    owns_statistics: bool = True
    """False where the BatchNorm statistics are those of the block that owns the convolutions."""

    @property
    def owner(self) -> ResidualBlock | None:
        """The block whose convolutions this one applies again; None where they are its own."""
        return None

    def prepare(self, h: Tensor) -> Tensor:
        """What stands between the previous block and this one (pooling); it runs once, however often the block is repeated."""
        return h

    def shortcut(self, h: Tensor) -> Tensor:
        """s: the input, brought to the branch's shape."""
        return h

    def branch(self, h: Tensor) -> Tensor:
        """F(h): what the block adds."""
        raise NotImplementedError

    def merge(self, total: Tensor) -> Tensor:
        """h of the next block from s + F."""
        return total

    def forward(self, h: Tensor) -> Tensor:
        h = self.prepare(h)
        return self.merge(self.shortcut(h) + self.branch(h))


class ResidualChain(nn.Module):
    """stem, blocks and head, sharing the modules they were given.

    Args:
        stem: images (B, C, H, W) → the hidden state.
        blocks: the residual blocks in order.
        head: the hidden state after the last block → logits (B, K).
        stages: for each block the stage it belongs to. Without it, a stage begins with every projection or prepared block
            but the first block.
        name: what error messages call the network.
        convention: without it, "post-activation" where a block has a `merge` of its own, else "pre-activation".

    Raises:
        ArchitectureError: no block, not one stage a block, or an unknown convention.
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
        self.stages: tuple[int, ...] = tuple(stages) if stages is not None else self._stages_from_shapes()
        if len(self.stages) != len(self.blocks):
            raise ArchitectureError(
                f"stages has {len(self.stages)} entries for {len(self.blocks)} blocks: give one a block"
            )
        merges = any(type(block).merge is not ResidualBlock.merge for block in self)
        self.convention: Convention = convention or ("post-activation" if merges else "pre-activation")
        if self.convention not in get_args(Convention):
            raise ArchitectureError(
                f"convention is {convention!r}: it must be one of {', '.join(get_args(Convention))}"
            )
        self.footprints: dict[Shape, Footprint] = {}
        """What `measure_footprint` found, by the image's shape."""
        self._shape_after: dict[tuple[Shape, int, bool], Shape] = {}

    def _stages_from_shapes(self) -> tuple[int, ...]:
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
        """The block of that index; negative ones count from the end."""
        return cast(ResidualBlock, self.blocks[self.block_index(index)])

    def block_index(self, index: int) -> int:
        """The index from 0, of one that may count from the end. Raises BlockError naming the range."""
        if isinstance(index, bool) or not isinstance(index, int):
            raise BlockError(
                f"block {index!r} is not an index: give a whole number from {-len(self)} to {len(self) - 1}"
            )
        if not -len(self) <= index < len(self):
            raise BlockError(
                f"block {index} is out of range: {self.name} has {len(self)} blocks, 0 to {len(self) - 1} "
                f"(or −{len(self)} to −1 from the end)"
            )
        return index % len(self)

    @property
    def last_stage(self) -> range:
        """The blocks of the last stage, whose hidden states the head can read."""
        first = self.stages.index(self.stages[-1])
        return range(first, len(self))

    def shared_with(self, index: int) -> int | None:
        """The index of the block whose convolutions block `index` applies; None where they are its own."""
        owner = self.block(index).owner
        return None if owner is None else next(at for at, block in enumerate(self) if block is owner)

    def statistics_of(self, index: int) -> int:
        """The index of the block whose BatchNorm statistics block `index` uses: itself, unless it shares them."""
        owner = None if self.block(index).owns_statistics else self.shared_with(index)
        return self.block_index(index) if owner is None else owner

    def describe(self) -> list[dict[str, int | bool | None]]:
        """One entry a block: its index, its stage, whether it is a projection, and whose convolutions it applies (None: its own)."""
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
        """Logits (B, K), by the same operations in the same order as the model that the chain was made of."""
        h = self.stem(images)
        for block in self.blocks:
            h = block(h)
        return cast(Tensor, self.head(h))

    @property
    def device(self) -> torch.device:
        return next((p.device for p in self.parameters()), torch.device("cpu"))

    def shape_after(self, shape: Shape, index: int, *, first: bool) -> Shape | None:
        """The shape that block `index` makes of a hidden state of `shape` (C, H, W); None if it can't take it.

        Found by running the block once on a single zero image, and remembered.
        """
        key = (shape, index, first)
        if key not in self._shape_after:
            block = self.block(index)
            with evaluation(self), torch.no_grad():
                h = torch.zeros(
                    1, *shape, device=self.device, dtype=next((p.dtype for p in self.parameters()), torch.float32)
                )
                try:
                    h = block.prepare(h) if first else h
                    self._shape_after[key] = tuple(block.merge(block.shortcut(h) + block.branch(h)).shape[1:])
                except RuntimeError:
                    self._shape_after[key] = ()
        return self._shape_after[key] or None


@contextmanager
def evaluation(chain: nn.Module) -> Iterator[None]:
    """Evaluation mode, no gradients for parameters, no TF32; all put back as they were, after an exception too.

    On a GPU, convolutions round their inputs to TF32's 10 bits by default: too coarse for values trusted to 1e-4.
    """
    training = [module for module in chain.modules() if module.training]
    trainable = [parameter for parameter in chain.parameters() if parameter.requires_grad]
    tf32 = torch.backends.cudnn.allow_tf32
    try:
        torch.backends.cudnn.allow_tf32 = False
        for module in training:
            module.training = False
        for parameter in trainable:
            parameter.requires_grad_(False)
        yield
    finally:
        torch.backends.cudnn.allow_tf32 = tf32
        for module in training:
            module.training = True
        for parameter in trainable:
            parameter.requires_grad_(True)
