"""Small float64 networks on which measurements are compared with a naive computation: one list of images, one graph, no chunks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache

import torch
from torch import Tensor, nn
from torch.nn import functional
from torchvision.models import ResNet, VisionTransformer, resnet18
from torchvision.models.resnet import BasicBlock

import iterscope as it
from tests.iterscope.adapters.networks import prepared
from tests.iterscope.conftest import calibrated

KINDS = ("pre-activation", "post-activation", "resnet18", "vit")
SIZE = 16
"""Pixels."""
CLASSES = 10


def some_images(count: int, seed: int = 1) -> Tensor:
    """(count, 3, 16, 16)"""
    return torch.randn(count, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def some_labels(count: int, seed: int = 2) -> Tensor:
    """(count,) of which the first CLASSES are 0, 1, 2, …"""
    drawn = torch.randint(0, CLASSES, (count,), generator=torch.Generator().manual_seed(seed))
    return torch.cat([torch.arange(CLASSES), drawn])[:count]


def examples(count: int = 4) -> tuple[Tensor, Tensor]:
    """Images (count, 3, 16, 16) and labels (count,)"""
    return some_images(count), some_labels(count)


@cache
def network(kind: str, depth: int = 20) -> it.ResidualChain:
    """A network of 10 classes whose weights and BatchNorm statistics aren't those of the first day.

    `depth`: of the first two kinds, which have three stages; resnet18 has four of two blocks, and the ViT one of three.
    """
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = _model(kind, depth).double().eval()
        last = [module for module in model.modules() if isinstance(module, nn.Linear)][-1]
        with torch.no_grad():  # predictions that differ from image to image
            last.weight.normal_()
            last.bias.zero_()
            last.bias.sub_(model(some_images(8)).mean(0))
        return it.residual_chain(model, example=some_images(2), any_size=True)


def _model(kind: str, depth: int) -> nn.Module:
    if kind == "pre-activation":
        options = {"widths": (4, 6, 8), "stem_width": 4, "input_size": SIZE}
        return calibrated(f"resnet{depth}", some_images(8).float(), **options)
    if kind == "post-activation":
        options = {"widths": [4, 6, 8]}
        foreign = it.ForeignConfiguration("cifar", f"resnet{depth}", CLASSES, SIZE, options=options)
        return prepared(it.build_foreign(foreign))
    if kind == "resnet18":
        return prepared(_narrow_resnet18())
    return VisionTransformer(SIZE, 8, 3, 2, 8, 16, num_classes=CLASSES)


def _narrow_resnet18() -> ResNet:
    """torchvision's resnet18 with narrow layers: it can't be built so, and 11 million float64 weights take most of a test's time."""
    with torch.device("meta"):
        model = resnet18(num_classes=CLASSES)
    before = 8
    model.conv1, model.bn1 = nn.Conv2d(3, before, 7, 2, 3, bias=False), nn.BatchNorm2d(before)
    for stage, width in enumerate((8, 8, 12, 16)):
        stride = 1 if stage == 0 else 2
        projection = nn.Sequential(nn.Conv2d(before, width, 1, stride, bias=False), nn.BatchNorm2d(width))
        blocks = BasicBlock(before, width, stride, projection if stage > 0 else None), BasicBlock(width, width)
        setattr(model, f"layer{stage + 1}", nn.Sequential(*blocks))
        before = width
    model.fc = nn.Linear(before, CLASSES)
    return model


def states(chain: it.ResidualChain, images: Tensor, scales: Sequence[Tensor | float] | None = None) -> list[Tensor]:
    """r_0 … r_L with the branches multiplied by `scales`; with gradients for these alone."""
    with torch.set_grad_enabled(scales is not None):
        found = [chain.stem(images)]
        for index, block in enumerate(chain):
            h = block.prepare(found[-1])
            found.append(block.merge(block.shortcut(h) + (1.0 if scales is None else scales[index]) * block.branch(h)))
        return found


def run(chain: it.ResidualChain, images: Tensor, blocks: Iterable[tuple[int, int]]) -> Tensor:
    """Logits after some blocks, one after the other: (block, 1 or 0 for a dropped one)."""
    with torch.no_grad():
        h = chain.stem(images)
        for index, kept in blocks:
            block = chain.block(index)
            h = block.prepare(h)
            h = block.merge(block.shortcut(h) + kept * block.branch(h))
        return chain.head(h)


def losses(chain: it.ResidualChain, state: Tensor, labels: Tensor) -> Tensor:
    """(N,) of the head on a state."""
    return functional.cross_entropy(chain.head(state), labels, reduction="none")


class Block(it.ResidualBlock):
    """A block with this branch and, if given, this merge."""

    def __init__(self, branch: Callable[[Tensor], Tensor], merge: Callable[[Tensor], Tensor] | None = None) -> None:
        super().__init__()
        self.inner, self.last = branch, merge

    def branch(self, h: Tensor) -> Tensor:
        return self.inner(h)

    def merge(self, total: Tensor) -> Tensor:
        return total if self.last is None else self.last(total)


def toy(*branches: Callable[[Tensor], Tensor]) -> it.ResidualChain:
    """A chain that takes images (N, 3, 1, 1) and gives three logits: its last hidden state."""
    chain = it.ResidualChain(nn.Identity(), [Block(branch) for branch in branches], nn.Flatten(1), name="toy")
    chain.register_buffer("of_float64", torch.zeros(1, dtype=torch.float64))
    return chain


def points(count: int, seed: int = 0) -> Tensor:
    """Images (count, 3, 1, 1) for `toy`."""
    return torch.randn(count, 3, 1, 1, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


FEATURES = 6


def chained(*branches: nn.Module, merge: nn.Module | None = None) -> it.ResidualChain:
    """Blocks on vectors: images (N, 1, 1, 6) → (N, 6), with a linear head."""
    torch.manual_seed(11)
    head = nn.Linear(FEATURES, CLASSES).double()
    return it.ResidualChain(nn.Flatten(), [Block(each, merge) for each in branches], head)


def vectors(count: int) -> tuple[Tensor, Tensor]:
    """Images (count, 1, 1, 6) for `chained`, and labels."""
    generator = torch.Generator().manual_seed(count)
    images = torch.randn(count, 1, 1, FEATURES, generator=generator, dtype=torch.float64)
    return images, torch.randint(0, CLASSES, (count,), generator=generator)


def linear(count: int, scale: float = 0.3) -> list[nn.Linear]:
    """Square linear maps, for branches of `chained`."""
    generator = torch.Generator().manual_seed(FEATURES)
    found = [nn.Linear(FEATURES, FEATURES).double() for _ in range(count)]
    for each in found:
        with torch.no_grad():
            each.weight.copy_(torch.randn(FEATURES, FEATURES, generator=generator) * scale)
            each.bias.copy_(torch.randn(FEATURES, generator=generator) * scale)
    return found


class Times(nn.Module):
    """Multiplication by a number or by one number for each feature."""

    def __init__(self, factor: float | Tensor) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, h: Tensor) -> Tensor:
        return h * self.factor
