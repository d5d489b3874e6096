"""Every measurement once more, the slow and obvious way: float64, one autograd call a block, no hooks, no shared prefixes."""

from __future__ import annotations

import copy

import torch
from torch import Tensor
from torch.nn import functional

import iterscope as it
from iterscope.architectures.blocks import PreActivationBlock
from iterscope.chain import ResidualBlock


class Naive:
    """A float64 copy of a network, run from its weights."""

    def __init__(self, model: it.PreActivationResNet) -> None:
        self.model = copy.deepcopy(model).double().eval()
        self.blocks: list[ResidualBlock] = list(self.model.blocks)

    def owner(self, index: int) -> PreActivationBlock:
        """The block whose convolutions block `index` applies, by counting."""
        first = self.model.configuration.stages.index(self.model.configuration.stages[index])
        share_from = self.model.configuration.share_from
        return self.blocks[index if share_from is None else min(index, first + share_from)]

    def branch(self, index: int, h: Tensor) -> Tensor:
        block, owner, configuration = self.blocks[index], self.owner(index), self.model.configuration
        for name, convolution in (("bn1", owner.conv1), ("bn2", owner.conv2)):
            statistics = getattr(block if configuration.unshare_statistics else owner, name)
            scaling = getattr(block if configuration.unshare_affine else owner, name)
            variance = statistics.running_var.view(1, -1, 1, 1) + statistics.eps
            scaled = (h - statistics.running_mean.view(1, -1, 1, 1)) / variance.sqrt()
            h = (scaled * scaling.weight.view(1, -1, 1, 1) + scaling.bias.view(1, -1, 1, 1)).clamp_min(0)
            h = functional.conv2d(h, convolution.weight, convolution.bias, stride=convolution.stride, padding=1)
        return h

    def shortcut(self, index: int, h: Tensor) -> Tensor:
        projection = getattr(self.blocks[index], "projection", None)
        if projection is None:
            return h
        return functional.conv2d(h, projection.weight, projection.bias, stride=self.blocks[index].conv1.stride)

    def prepare(self, index: int, h: Tensor) -> Tensor:
        pooling = getattr(self.blocks[index], "pooling", None)
        return h if pooling is None else pooling(h)

    def head(self, h: Tensor) -> Tensor:
        return self.model.head(h)

    def run(self, images: Tensor, steps: list[tuple[int, float]]) -> Tensor:
        """The hidden state after the steps."""
        h, seen = self.model.stem(images.double()), set()
        for index, scale in steps:
            h = h if index in seen else self.prepare(index, h)
            seen.add(index)
            h = self.shortcut(index, h) + scale * self.branch(index, h)
        return h

    def logits(self, images: Tensor, steps: list[tuple[int, float]]) -> Tensor:
        return self.head(self.run(images, steps))

    def loss(self, logits: Tensor, labels: Tensor) -> Tensor:
        return functional.cross_entropy(logits, labels, reduction="sum")

    def reference(self, images: Tensor, index: int) -> tuple[Tensor, Tensor, Tensor]:
        """h_i (s_i in a projection block), s_i and F_i."""
        h = self.prepare(index, self.run(images, [(i, 1.0) for i in range(index)]).detach())
        s, f = self.shortcut(index, h), self.branch(index, h)
        return (s if self.blocks[index].is_projection else h), s, f

    def gradient(self, images: Tensor, labels: Tensor, index: int, *, plugged: bool) -> Tensor:
        """∂L/∂h_i (∂L/∂s_i in a projection block), (N, …)."""
        with torch.enable_grad():
            at, _, f = (tensor.detach() for tensor in self.reference(images, index))
            at.requires_grad_()
            if plugged:
                return torch.autograd.grad(self.loss(self.head(at), labels), at)[0]
            h = at + (f if self.blocks[index].is_projection else self.branch(index, at))
            for later in range(index + 1, len(self.blocks)):
                h = self.prepare(later, h)
                h = self.shortcut(later, h) + self.branch(later, h)
            return torch.autograd.grad(self.loss(self.head(h), labels), at)[0]

    def cosine(self, images: Tensor, labels: Tensor, index: int, *, plugged: bool) -> Tensor:
        _, _, f = self.reference(images, index)
        gradient = self.gradient(images, labels, index, plugged=plugged)
        return functional.cosine_similarity(f.flatten(1), gradient.flatten(1), dim=1)

    def ratio(self, images: Tensor, index: int) -> Tensor:
        at, _, f = self.reference(images, index)
        return f.flatten(1).norm(dim=1) / at.flatten(1).norm(dim=1)
