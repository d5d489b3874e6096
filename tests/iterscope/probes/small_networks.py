"""Small networks of four kinds in float64, and the obvious way to run them: one image list, one graph, no chunks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import torch
from torch import Tensor, nn
from torch.nn import functional
from torchvision.models import VisionTransformer, resnet18

import iterscope as it

KINDS = ("pre-activation", "post-activation", "resnet18", "vit")
CLASSES = 5


def examples(count: int = 4, size: int = 16) -> tuple[Tensor, Tensor]:
    """(N, 3, H, W) float64 and (N,)"""
    generator = torch.Generator().manual_seed(count)
    images = torch.randn(count, 3, size, size, generator=generator, dtype=torch.float64)
    return images, torch.randint(0, CLASSES, (count,), generator=generator)


@cache
def network(kind: str, depth: int = 20) -> it.ResidualChain:
    """A network of this kind with random weights, whose BatchNorm knows the examples' statistics, in float64.

    `depth`: of the first two kinds.
    """
    torch.manual_seed(7)
    if kind == "pre-activation":
        model: nn.Module = it.build(
            f"resnet{depth}", num_classes=CLASSES, stem_width=4, widths=(4, 6, 8), input_size=16, seed=0
        )
    elif kind == "post-activation":
        options = {"widths": [4, 6, 8]}
        model = it.build_foreign(it.ForeignConfiguration("cifar", f"resnet{depth}", CLASSES, 16, options=options))
    elif kind == "resnet18":
        model = resnet18(num_classes=CLASSES)
    else:
        size = {"num_layers": 2, "num_heads": 2, "hidden_dim": 8, "mlp_dim": 16}
        model = VisionTransformer(image_size=16, patch_size=8, num_classes=CLASSES, **size)
        nn.init.normal_(model.heads.head.weight)
    model = model.double()
    norms = [module for module in model.modules() if isinstance(module, nn.BatchNorm2d)]
    for norm in norms:
        norm.momentum = None  # a plain average over batches
    with torch.no_grad():
        model.train()(examples(12)[0])
    for norm in norms:
        norm.momentum = 0.1
    return it.residual_chain(model.eval(), example=examples(2)[0])


def linear(count: int, features: int = 6, *, scale: float = 0.3) -> list[nn.Linear]:
    """Square linear maps in float64, for branches."""
    generator = torch.Generator().manual_seed(features)
    found = [nn.Linear(features, features).double() for _ in range(count)]
    for each in found:
        with torch.no_grad():
            each.weight.copy_(torch.randn(features, features, generator=generator) * scale)
            each.bias.copy_(torch.randn(features, generator=generator) * scale)
    return found


class Block(it.ResidualBlock):
    """A block with this branch and, if given, this merge."""

    def __init__(self, branch: nn.Module, merge: nn.Module | None = None) -> None:
        super().__init__()
        self.inner, self.last = branch, merge

    def branch(self, h: Tensor) -> Tensor:
        found: Tensor = self.inner(h)
        return found

    def merge(self, total: Tensor) -> Tensor:
        return total if self.last is None else self.last(total)


class Times(nn.Module):
    """Multiplication by a number or by one number for each feature."""

    def __init__(self, factor: float | Tensor) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, h: Tensor) -> Tensor:
        return h * self.factor


def chained(*branches: nn.Module, features: int = 6, merge: nn.Module | None = None) -> it.ResidualChain:
    """Blocks on vectors: images (N, 1, 1, F) → (N, F), with a linear head."""
    torch.manual_seed(11)
    head = nn.Linear(features, CLASSES).double()
    return it.ResidualChain(nn.Flatten(), [Block(each, merge) for each in branches], head)


def vectors(count: int, features: int = 6) -> tuple[Tensor, Tensor]:
    """Images (N, 1, 1, F) float64 for `chained`, and labels."""
    generator = torch.Generator().manual_seed(count)
    images = torch.randn(count, 1, 1, features, generator=generator, dtype=torch.float64)
    return images, torch.randint(0, CLASSES, (count,), generator=generator)


def states(chain: it.ResidualChain, images: Tensor, scales: Sequence[Tensor | float] | None = None) -> list[Tensor]:
    """r_0 … r_L with the branches multiplied by `scales`."""
    found = [chain.stem(images)]
    for index, block in enumerate(chain):
        h = block.prepare(found[-1])
        scale = 1.0 if scales is None else scales[index]
        found.append(block.merge(block.shortcut(h) + scale * block.branch(h)))
    return found


def losses(chain: it.ResidualChain, state: Tensor, labels: Tensor) -> Tensor:
    """(N,) of the head on a state."""
    return functional.cross_entropy(chain.head(state), labels, reduction="none")
