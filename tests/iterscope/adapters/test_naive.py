"""Every probe against a naive float64 computation, written from the sources of the networks.

One autograd call a block, no hooks, no chain, no shared prefixes.
"""

from __future__ import annotations

import copy
from functools import partial

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

import iterscope as it
from docs.models import Entry

SCALE, STEPS = 0.1, 3
Steps = list[tuple[int, float]]


def norm(bn: nn.BatchNorm2d, h: Tensor) -> Tensor:
    """BatchNorm in evaluation mode, by its definition."""
    mean, variance, weight, bias = (t.view(1, -1, 1, 1) for t in (bn.running_mean, bn.running_var, bn.weight, bn.bias))
    return (h - mean) / (variance + bn.eps).sqrt() * weight + bias


class Source:
    """A float64 copy of a network, run from its modules' weights; subclasses say what the source does."""

    first_of_last_stage: int

    def __init__(self, model: nn.Module) -> None:
        self.model = copy.deepcopy(model).double().eval()
        self.blocks: list[nn.Module] = []
        for name, layer in self.model.named_children():
            if name.startswith("layer"):
                self.first_of_last_stage = len(self.blocks)
                self.blocks += list(layer)

    def stem(self, x: Tensor) -> Tensor:
        raise NotImplementedError

    def shortcut(self, index: int, h: Tensor) -> Tensor:
        raise NotImplementedError

    def branch(self, index: int, h: Tensor) -> Tensor:
        raise NotImplementedError

    def merge(self, total: Tensor) -> Tensor:
        return total.clamp_min(0)

    def head(self, h: Tensor) -> Tensor:
        return h.mean((2, 3)) @ self.model.fc.weight.T + self.model.fc.bias

    def run(self, x: Tensor, steps: Steps) -> Tensor:
        """The hidden state after some steps (block, scale)."""
        h = self.stem(x.double())
        for index, scale in steps:
            h = self.step(index, h, scale)
        return h

    def step(self, index: int, h: Tensor, scale: float = 1.0) -> Tensor:
        return self.merge(self.shortcut(index, h) + scale * self.branch(index, h))

    def loss(self, h: Tensor, labels: Tensor) -> Tensor:
        return functional.cross_entropy(self.head(h), labels, reduction="none")

    def whole(self) -> Steps:
        return [(index, 1.0) for index in range(len(self.blocks))]

    def measured(
        self, x: Tensor, labels: Tensor, index: int, *, plugged: bool, effective: bool = False
    ) -> tuple[Tensor, ...]:
        """(N,) cosine, ratio and the gradient's length at block `index`."""
        with torch.no_grad():
            h = self.run(x, self.whole()[:index])
            s, f = self.shortcut(index, h), self.branch(index, h)
            projection = s is not h
            at = s if projection else h
            update = self.merge(s + f) - at if effective else f
        at = at.detach().requires_grad_()
        end = at
        if not plugged:
            end = self.merge(at + f) if projection else self.step(index, at)
            for later in range(index + 1, len(self.blocks)):
                end = self.step(later, end)
        (gradient,) = torch.autograd.grad(self.loss(end, labels).sum(), at)
        cosine = functional.cosine_similarity(update.flatten(1), gradient.flatten(1))
        lengths = [each.flatten(1).norm(dim=1) for each in (update, at.detach(), gradient)]
        return cosine, lengths[0] / lengths[1], lengths[2]


class TorchvisionSource(Source):
    """torchvision's resnet.py; basic blocks and bottlenecks."""

    def stem(self, x: Tensor) -> Tensor:
        h = norm(self.model.bn1, functional.conv2d(x, self.model.conv1.weight, stride=2, padding=3)).clamp_min(0)
        return functional.max_pool2d(h, 3, 2, 1)

    def shortcut(self, index: int, h: Tensor) -> Tensor:
        block = self.blocks[index]
        if block.downsample is None:
            return h
        conv, bn = block.downsample
        return norm(bn, functional.conv2d(h, conv.weight, stride=block.stride))

    def branch(self, index: int, h: Tensor) -> Tensor:
        block = self.blocks[index]
        if not hasattr(block, "conv3"):
            f = norm(block.bn1, functional.conv2d(h, block.conv1.weight, stride=block.stride, padding=1)).clamp_min(0)
            return norm(block.bn2, functional.conv2d(f, block.conv2.weight, padding=1))
        f = norm(block.bn1, functional.conv2d(h, block.conv1.weight)).clamp_min(0)
        f = norm(block.bn2, functional.conv2d(f, block.conv2.weight, stride=block.stride, padding=1)).clamp_min(0)
        return norm(block.bn3, functional.conv2d(f, block.conv3.weight))


class OptionASource(Source):
    """He et al. 2015, section 4.2: where the shape changes, every other pixel, and zeros around the channels."""

    def stem(self, x: Tensor) -> Tensor:
        return norm(self.model.bn1, functional.conv2d(x, self.model.conv1.weight, padding=1)).clamp_min(0)

    def shortcut(self, index: int, h: Tensor) -> Tensor:
        if not self.enters(index):
            return h
        zeros = torch.zeros_like(h[:, : h.shape[1] // 2, ::2, ::2])
        return torch.cat([zeros, h[:, :, ::2, ::2], zeros], 1)

    def enters(self, index: int) -> bool:
        conv = self.blocks[index].conv1.weight
        return conv.shape[0] != conv.shape[1]

    def branch(self, index: int, h: Tensor) -> Tensor:
        block, stride = self.blocks[index], 1 + self.enters(index)
        f = norm(block.bn1, functional.conv2d(h, block.conv1.weight, stride=stride, padding=1)).clamp_min(0)
        return norm(block.bn2, functional.conv2d(f, block.conv2.weight, padding=1))

    def head(self, h: Tensor) -> Tensor:
        return h.mean((2, 3)) @ self.model.linear.weight.T + self.model.linear.bias


class WideSource(OptionASource):
    """Zagoruyko & Komodakis 2016: pre-activation; the projection reads the activated input."""

    def stem(self, x: Tensor) -> Tensor:
        return functional.conv2d(x, self.model.conv1.weight, padding=1)

    def stride(self, index: int) -> int:
        return 2 if self.enters(index) and index > 0 else 1

    def shortcut(self, index: int, h: Tensor) -> Tensor:
        block = self.blocks[index]
        if not self.enters(index):
            return h
        return functional.conv2d(norm(block.bn1, h).clamp_min(0), block.projection.weight, stride=self.stride(index))

    def branch(self, index: int, h: Tensor) -> Tensor:
        block = self.blocks[index]
        f = functional.conv2d(norm(block.bn1, h).clamp_min(0), block.conv1.weight, stride=self.stride(index), padding=1)
        return functional.conv2d(norm(block.bn2, f).clamp_min(0), block.conv2.weight, padding=1)

    def merge(self, total: Tensor) -> Tensor:
        return total

    def head(self, h: Tensor) -> Tensor:
        return super().head(norm(self.model.bn, h).clamp_min(0))


class TimmPreActivationSource(Source):
    """timm's resnetv2.py with BatchNorm and basic blocks: norms carry their ReLU; the projection reads the activated input."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__(model)
        stages = [list(stage.blocks) for stage in self.model.stages]
        self.blocks = [block for stage in stages for block in stage]
        self.first_of_last_stage = len(self.blocks) - len(stages[-1])

    def stem(self, x: Tensor) -> Tensor:
        return functional.max_pool2d(functional.conv2d(x, self.model.stem.conv.weight, stride=2, padding=3), 3, 2, 1)

    def stride(self, index: int) -> int:
        return self.blocks[index].conv1.stride[0]

    def shortcut(self, index: int, h: Tensor) -> Tensor:
        block = self.blocks[index]
        if block.downsample is None:
            return h
        return functional.conv2d(
            norm(block.norm1, h).clamp_min(0), block.downsample.conv.weight, stride=self.stride(index)
        )

    def branch(self, index: int, h: Tensor) -> Tensor:
        block = self.blocks[index]
        f = functional.conv2d(
            norm(block.norm1, h).clamp_min(0), block.conv1.weight, stride=self.stride(index), padding=1
        )
        return functional.conv2d(norm(block.norm2, f).clamp_min(0), block.conv2.weight, padding=1)

    def merge(self, total: Tensor) -> Tensor:
        return total

    def head(self, h: Tensor) -> Tensor:
        pooled = norm(self.model.norm, h).clamp_min(0).mean((2, 3), keepdim=True)
        return functional.conv2d(pooled, self.model.head.fc.weight, self.model.head.fc.bias).flatten(1)


NETWORKS = {
    "resnet18": (Entry("torchvision", "resnet18"), TorchvisionSource, 48),
    "resnet50": (Entry("torchvision", "resnet50"), TorchvisionSource, 32),
    "cifar-resnet20": (Entry("cifar", "resnet20"), OptionASource, 32),
    "wide": (Entry("wide-cifar", "wrn22_1", {"widths": [32, 64, 128]}), WideSource, 32),
    "resnetv2": (Entry("timm", "resnetv2_18"), TimmPreActivationSource, 48),
}
LABELS = torch.tensor([0, 3, 9])
close = partial(torch.testing.assert_close, rtol=1e-4, atol=1e-6, check_dtype=False)


def some(chain: it.ResidualChain) -> list[int]:
    """All blocks, or some of a deeper network."""
    return list(range(len(chain))) if len(chain) < 10 else [0, 1, 3, 6, 7, 12, 13, len(chain) - 1]


@pytest.fixture(scope="module", params=NETWORKS)
def network(request: pytest.FixtureRequest) -> tuple[it.ResidualChain, Source, Tensor]:
    entry, source, size = NETWORKS[request.param]
    model = entry.build()
    images = torch.randn(3, 3, size, size, generator=torch.Generator().manual_seed(5))
    return it.residual_chain(model), source(model), images


def test_block_metrics(network: tuple[it.ResidualChain, Source, Tensor]) -> None:
    chain, source, images = network
    survey = it.training_survey(chain, images, LABELS)
    assert len(chain) == len(source.blocks)
    assert chain.last_stage[0] == source.first_of_last_stage
    close(survey.outcomes.loss[0], source.loss(source.run(images, source.whole()), LABELS).detach())
    for index in some(chain):
        for metrics, plugged in ((survey.end_to_end, False), (survey.plugged, True)):
            if plugged and index < source.first_of_last_stage:
                continue
            cosine, ratio, length = source.measured(images, LABELS, index, plugged=plugged)
            assert (metrics.cosine_loss[index] - cosine).abs().max() < 1e-3
            close(metrics.l2_ratio[index], ratio)
            close(metrics.gradient_norm[index], length)
            if not survey.end_to_end.is_projection[index]:
                h = source.run(images, source.whole()[:index])
                close(metrics.activation_norm[index], h.flatten(1).norm(dim=1).detach())
    first, late = (source.measured(images, LABELS, at, plugged=False)[2] for at in (0, source.first_of_last_stage))
    close(survey.end_to_end.gradient_norm_ratio, first / late)


def test_effective_updates(network: tuple[it.ResidualChain, Source, Tensor]) -> None:
    chain, source, images = network
    metrics = it.block_metrics(chain, images, LABELS, update="effective")
    for index in range(0, len(chain), 4):
        cosine, ratio, _ = source.measured(images, LABELS, index, plugged=False, effective=True)
        assert (metrics.cosine_loss[index] - cosine).abs().max() < 1e-3
        close(metrics.l2_ratio[index], ratio)


@torch.no_grad()
def test_block_drop(network: tuple[it.ResidualChain, Source, Tensor]) -> None:
    chain, source, images = network
    found = it.block_drop(chain, images, LABELS, [[index] for index in some(chain)])
    for row, index in enumerate(some(chain)):
        steps = [(block, float(block != index)) for block, _ in source.whole()]
        h = source.run(images, steps)
        close(found.outcomes.loss[row], source.loss(h, LABELS))
        assert torch.equal(found.outcomes.prediction[row], source.head(h).argmax(1))


@torch.no_grad()
def test_unrolling(network: tuple[it.ResidualChain, Source, Tensor]) -> None:
    chain, source, images = network
    found = it.unrolling(chain, images, LABELS, steps=STEPS, scale=SCALE)
    last = len(chain) - 1
    for steps in range(STEPS + 1):
        h = source.run(images, source.whole() + [(last, SCALE)] * steps)
        close(found.outcomes.loss[steps], source.loss(h, LABELS))
        if steps < STEPS:
            f = source.branch(last, h)
            close(found.metrics.l2_ratio[steps], f.flatten(1).norm(dim=1) / h.flatten(1).norm(dim=1))


@torch.no_grad()
def test_early_exits_and_groups(network: tuple[it.ResidualChain, Source, Tensor]) -> None:
    chain, source, images = network
    first, last = source.first_of_last_stage, len(chain) - 1
    logits = [source.head(source.run(images, source.whole()[: block + 1])) for block in range(first, last + 1)]
    p = torch.stack(logits).softmax(-1)  # (E, N, K)
    others = p.clone()
    others[:, range(3), LABELS] = -1
    margin = p[:, range(3), LABELS] - others.amax(-1)
    right = torch.stack(logits).argmax(-1) == LABELS

    exits = it.early_exit(chain, images, LABELS)
    assert exits.blocks == tuple(range(first, last + 1))
    losses = torch.stack([functional.cross_entropy(each, LABELS, reduction="none") for each in logits])
    close(exits.outcomes.loss, losses)
    close(exits.outcomes.entropy, -(p * p.log()).nan_to_num(0.0).sum(-1))
    close(exits.outcomes.margin, margin, atol=1e-4)
    assert torch.equal(exits.outcomes.correct, right)

    reference = max(len(chain) - 5, first)
    low, middle, _ = margin[reference - first].abs().sort().values.tolist()
    threshold = (low + middle) / 2  # one image is borderline
    found = it.borderline(chain, images, LABELS, threshold=threshold)
    assert found.reference == reference
    assert torch.equal(found.groups.borderline, margin[reference - first].abs() < threshold)
    assert torch.equal(found.groups.correct, right[reference - first])
    (one,) = found.groups.borderline.nonzero().flatten().tolist()
    curve = found.curves["borderline"]
    close(torch.as_tensor(curve.loss), losses[reference - first :, one])
    close(torch.as_tensor(curve.accuracy), right[reference - first :, one].double())


@torch.no_grad()
def test_shuffling(network: tuple[it.ResidualChain, Source, Tensor]) -> None:
    chain, source, images = network
    found = it.shuffling(chain, images, LABELS, swaps=[1, 2], repeats=2, seed=3)
    assert len(found.orders) == 4
    for row, order in enumerate(found.orders):
        h = source.run(images, [(block, 1.0) for block in order])
        close(found.outcomes.loss[row], source.loss(h, LABELS))


@torch.no_grad()
def test_any_plan(network: tuple[it.ResidualChain, Source, Tensor]) -> None:
    chain, source, images = network
    last = len(chain) - 1
    steps = [(block, 0.5 if block == last else 1.0) for block, _ in source.whole()] + [(last, -0.2)]
    (logits,) = it.run_plans(chain, images, [it.parse_plan(f"0..{last - 1} {last}@0.5 {last}@-0.2")])
    close(logits, source.head(source.run(images, steps)), atol=1e-5)
