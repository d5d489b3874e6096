"""Times of Iterscope's probes, in forward passes, compared with their bounds and with the usual implementation.

python -m benchmarks.probes [--architecture resnet56] [--images 500] [--rounds 7]

One forward is one plain pass over the same images in chunks of 64, one after the other, with all of torch's threads. The bounds and the
usual implementations use the same chunks. Iterscope's calls compute chunks in parallel, each with a single thread, so they can be faster
than their bounds:

    block metrics   a bare forward and activation-only backward pass over the same chunks, without measuring anything
    block drop      (L + 1)/2 forwards, because plans with a common prefix share its computation
    unrolling       1 + steps/L forwards
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import cast

import torch
from torch import Tensor
from torch.nn import functional

import iterscope as it
from benchmarks.budgets import Budgets
from benchmarks.measure import median_seconds, peak_memory
from iterscope.architectures.blocks import PreActivationBlock
from iterscope.chunks import DEFAULT_MEMORY_BUDGET

CHUNK = 64
STEPS = 20
MAX_RATIO = 1.15
"""Budget: time of a probe as a multiple of its bound."""


@dataclass
class Subject:
    """A network and the images for its probes."""

    model: it.PreActivationResNet
    chain: it.ResidualChain
    images: Tensor
    labels: Tensor

    @classmethod
    def make(cls, architecture: str, count: int) -> Subject:
        model = it.build(architecture, seed=0).eval()
        for parameter in model.parameters():
            parameter.requires_grad_(False)
        generator = torch.Generator().manual_seed(0)
        images = torch.randn(count, 3, 32, 32, generator=generator)
        return cls(model, it.residual_chain(model), images, torch.randint(0, 10, (count,), generator=generator))

    @property
    def blocks(self) -> list[PreActivationBlock]:
        return [cast(PreActivationBlock, block) for block in self.model.blocks]

    def forward(self) -> Tensor:
        """One forward pass, the unit of all times below."""
        with torch.no_grad():
            return torch.cat([self.model(chunk) for chunk in torch.split(self.images, CHUNK)])

    def bare_backward(self) -> None:
        """The bound of the block metrics."""
        for x, y in zip(torch.split(self.images, CHUNK), torch.split(self.labels, CHUNK), strict=True):
            with torch.no_grad():
                h = self.model.stem(x)
            h.requires_grad_()
            state = h
            for block in self.blocks:
                state = block(state)
            torch.autograd.backward(functional.cross_entropy(self.model.head(state), y, reduction="sum"), inputs=[h])

    def hooks_and_retain_grad(self) -> Tensor:
        """Block metrics, the usual way: all images at once, with a hook on every branch and retained gradients of every hidden state."""
        states: list[Tensor] = []
        branches: list[Tensor] = []
        handles = [block.conv2.register_forward_hook(lambda *hook: branches.append(hook[2])) for block in self.blocks]
        h = self.model.stem(self.images).requires_grad_()
        for block in self.blocks:
            h.retain_grad()
            states.append(h)
            h = block(h)
        torch.autograd.backward(
            functional.cross_entropy(self.model.head(h), self.labels, reduction="sum"), inputs=states
        )
        cosines = []
        for state, branch in zip(states, branches, strict=True):
            if state.shape == branch.shape and state.grad is not None:
                cosines.append(functional.cosine_similarity(branch.flatten(1), state.grad.flatten(1), dim=1))
                branch.flatten(1).norm(dim=1) / state.flatten(1).norm(dim=1)
        for handle in handles:
            handle.remove()
        return torch.stack(cosines).mean(1)

    def drop_one_by_one(self) -> None:
        """Block drop, the usual way: one full forward pass per block."""
        with torch.no_grad():
            for dropped in range(len(self.chain)):
                for x in torch.split(self.images, CHUNK):
                    h = self.model.stem(x)
                    for index, block in enumerate(self.blocks):
                        h = block.shortcut(h) if index == dropped else block(h)
                    self.model.head(h)

    def unroll_one_by_one(self) -> None:
        """Unrolling, the usual way: one full forward pass per number of steps."""
        with torch.no_grad():
            for steps in range(STEPS + 1):
                for x in torch.split(self.images, CHUNK):
                    h = self.model.stem(x)
                    for block in self.blocks:
                        h = block(h)
                    for _ in range(steps):
                        h = h + 0.1 * self.blocks[-1].branch(h)
                    self.model.head(h)

    def public_calls(self) -> dict[str, Callable[[], object]]:
        chain, images, labels = self.chain, self.images, self.labels
        return {
            "block metrics": partial(it.block_metrics, chain, images, labels),
            "block drop": partial(it.block_drop, chain, images, labels),
            "unrolling": partial(it.unrolling, chain, images, labels, steps=STEPS, scale=0.1, gradient=None),
        }


def prepare(architecture: str, count: int, call: str) -> Callable[[], object]:
    """For `peak_memory`: a public call, after a warm-up on two images."""
    warm = Subject.make(architecture, 2)
    warm.public_calls()[call]()
    return Subject.make(architecture, count).public_calls()[call]


def prepare_hooks(architecture: str, count: int) -> Callable[[], object]:
    return Subject.make(architecture, count).hooks_and_retain_grad


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--architecture", nargs="+", default=["resnet20", "resnet56", "resnet110"])
    parser.add_argument("--images", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    budgets = Budgets()
    for architecture in arguments.architecture:
        report(architecture, arguments.images, arguments.rounds, budgets)
    budgets.finish()


def report(architecture: str, count: int, rounds: int, budgets: Budgets) -> None:
    subject = Subject.make(architecture, count)
    blocks = len(subject.chain)
    seconds = median_seconds(
        {
            "forward": subject.forward,
            "bare backward": subject.bare_backward,
            "hooks": subject.hooks_and_retain_grad,
            "drop one by one": subject.drop_one_by_one,
            "unroll one by one": subject.unroll_one_by_one,
            **subject.public_calls(),
        },
        rounds,
    )
    forward = seconds["forward"]
    bounds = {
        "block metrics": seconds["bare backward"] / forward,
        "block drop": (blocks + 1) / 2,
        "unrolling": 1 + STEPS / blocks,
    }
    usual = {"block metrics": "hooks", "block drop": "drop one by one", "unrolling": "unroll one by one"}
    print(
        f"\n{architecture}: {blocks} blocks, {count} images, {torch.get_num_threads()} threads; one forward {forward:.3f} s"
    )
    print(f"{'':<15}{'forwards':>10}{'bound':>8}{'ratio':>8}{'usual way':>11}{'memory':>12}")
    for call, bound in bounds.items():
        taken = seconds[call] / forward
        memory = peak_memory(partial(prepare, architecture, count, call)) / 2**30
        verdicts = {
            budgets.at_most(f"{architecture}, {call}, ratio to its bound", taken / bound, MAX_RATIO),
            budgets.at_most(f"{architecture}, {call}, memory", memory, DEFAULT_MEMORY_BUDGET / 2**30, " GiB"),
        }
        print(
            f"{call:<15}{taken:>10.2f}{bound:>8.2f}{taken / bound:>8.2f}{seconds[usual[call]] / forward:>11.2f}{memory:>8.2f} GiB"
            f"   {min(verdicts)}"
        )
    hooks = peak_memory(partial(prepare_hooks, architecture, count)) / 2**30
    print(f"memory budget {DEFAULT_MEMORY_BUDGET / 2**30:.2f} GiB; hooks and retain_grad take {hooks:.2f} GiB")


if __name__ == "__main__":
    main()
