"""Small float64 networks of every kind that the measurements of the literature are checked on."""

from __future__ import annotations

from functools import lru_cache

import torch
import torchvision
from torch import Tensor, nn

import iterscope as it
from iterscope.architectures.cifar import CifarResNet
from tests.iterscope.adapters.networks import prepared
from tests.iterscope.conftest import calibrated

KINDS = ("pre-activation", "post-activation", "resnet18", "vit")
SIZE = 16
"""Pixels."""
CLASSES = 10


def some_images(count: int, seed: int = 1) -> Tensor:
    """(count, 3, 16, 16) float64."""
    return torch.randn(count, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def some_labels(count: int, seed: int = 2) -> Tensor:
    """(count,) of which the first CLASSES are 0, 1, 2, …"""
    drawn = torch.randint(0, CLASSES, (count,), generator=torch.Generator().manual_seed(seed))
    return torch.cat([torch.arange(CLASSES), drawn])[:count]


@lru_cache
def small(kind: str) -> it.ResidualChain:
    """A network with weights and BatchNorm statistics that are not those of the first day."""
    torch.manual_seed(0)
    return it.residual_chain(_network(kind).double().eval(), example=some_images(2), any_size=True)


def _network(kind: str) -> nn.Module:
    if kind == "pre-activation":
        options = {"widths": (4, 6, 8), "stem_width": 4, "input_size": SIZE}
        return calibrated("resnet14", some_images(8).float(), **options)
    if kind == "post-activation":
        return prepared(CifarResNet((4, 6, 8), (2, 2, 2)))
    if kind == "resnet18":
        return prepared(torchvision.models.resnet18(num_classes=CLASSES))
    options = {"num_layers": 3, "num_heads": 2, "hidden_dim": 8, "mlp_dim": 16}
    model = torchvision.models.VisionTransformer(SIZE, 8, num_classes=CLASSES, **options)
    nn.init.normal_(model.heads.head.weight)
    return model


def states(chain: it.ResidualChain, images: Tensor) -> list[Tensor]:
    """r_0 … r_L, the slow and obvious way: one block after the other, on all images."""
    with torch.no_grad():
        found = [chain.stem(images)]
        for block in chain:
            h = block.prepare(found[-1])
            found.append(block.merge(block.shortcut(h) + block.branch(h)))
    return found
