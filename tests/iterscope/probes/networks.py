"""Small networks in float64 on which the literature's measurements are compared with a naive computation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

import torch
import torchvision
from torch import Tensor, nn

import iterscope as it
from iterscope.chain import ResidualBlock
from tests.iterscope.adapters.networks import prepared
from tests.iterscope.conftest import calibrated

KINDS = ("pre-activation", "post-activation", "resnet18", "vit")
SIZE = 16


def some_images(count: int, seed: int = 1) -> Tensor:
    """(count, 3, 16, 16) float64."""
    return torch.randn(count, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@cache
def network(kind: str) -> it.ResidualChain:
    """A network of 10 classes whose weights and BatchNorm statistics aren't those of the first day."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        if kind == "pre-activation":
            images = some_images(8).float()
            model = calibrated("resnet20", images, stem_width=4, widths=(4, 6, 8), input_size=SIZE)
        elif kind == "post-activation":
            widths = {"widths": [4, 6, 8]}
            model = prepared(it.build_foreign(it.ForeignConfiguration("cifar", "resnet20", 10, SIZE, options=widths)))
        elif kind == "resnet18":
            model = prepared(torchvision.models.resnet18(num_classes=10))
        else:
            model = torchvision.models.VisionTransformer(SIZE, 8, 2, 2, 8, 16, num_classes=10)
        model = model.double().eval()
        last = [module for module in model.modules() if isinstance(module, nn.Linear)][-1]
        with torch.no_grad():  # predictions that differ from image to image
            last.weight.normal_()
            last.bias.zero_()
            last.bias.sub_(model(some_images(8)).mean(0))
        return it.residual_chain(model, example=some_images(2))


def run(chain: it.ResidualChain, images: Tensor, blocks: Iterable[tuple[int, int]]) -> Tensor:
    """Logits, the slow and obvious way: (block, 1 or 0 for a dropped one), one after the other."""
    with torch.no_grad():
        h = chain.stem(images)
        for index, kept in blocks:
            block = chain.block(index)
            h = block.prepare(h)
            h = block.merge(block.shortcut(h) + kept * block.branch(h))
        return chain.head(h)


class Toy(ResidualBlock):
    """A block with any branch."""

    def __init__(self, branch: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.function = branch

    def branch(self, h: Tensor) -> Tensor:
        return self.function(h)


def toy(*branches: Callable[[Tensor], Tensor]) -> it.ResidualChain:
    """A chain that takes images (B, 3, 1, 1) and gives three logits: its last hidden state."""
    chain = it.ResidualChain(nn.Identity(), [Toy(branch) for branch in branches], nn.Flatten(1), name="toy")
    chain.register_buffer("of_float64", torch.zeros(1, dtype=torch.float64))
    return chain


def points(count: int, seed: int = 0) -> Tensor:
    """(count, 3, 1, 1) float64."""
    return torch.randn(count, 3, 1, 1, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
