"""Dropping each block of the demo's network, compared with nnsight's `skip` on the same images.

python -m pip install nnsight
python -m benchmarks.nnsight_skip [--rounds 5]
"""

from __future__ import annotations

import argparse
import importlib
from functools import partial
from typing import cast

import torch

import iterscope as it
from benchmarks.budgets import Budgets
from benchmarks.measure import median_seconds
from iterscope.architectures.blocks import PreActivationBlock
from iterscope.recipes import RECIPES

TIMES_AS_FAST = 2.6
"""Budget: how many times as fast as nnsight a drop of each block is."""
CHUNK = 64


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    nnsight = importlib.import_module("nnsight")
    demo = RECIPES["demo"]
    split = it.load_dataset(demo.dataset, image_size=demo.image_size).validation
    model = it.build_from_configuration(demo.network(10)).eval().requires_grad_(False)
    assert isinstance(model, it.PreActivationResNet)
    chain = it.residual_chain(model)
    blocks = [cast(PreActivationBlock, block) for block in model.blocks]
    images, traced = split.batch(0, len(split)), nnsight.NNsight(model)

    def skip(chunk: int) -> torch.Tensor:
        """The logits without each block, of shape (blocks, images, classes), as nnsight's users write it: one trace per block."""
        dropped = []
        for block in range(len(chain)):
            logits = []
            for x in torch.split(images, chunk):
                with torch.no_grad(), traced.trace(x):
                    traced.blocks[block].skip(blocks[block].shortcut(traced.blocks[block].input))
                    out = traced.output.save()
                logits.append(out)
            dropped.append(torch.cat(logits))
        return torch.stack(dropped)

    assert torch.equal(
        skip(CHUNK).argmax(-1) == split.labels, it.block_drop(chain, images, split.labels).outcomes.correct
    )
    seconds = median_seconds(
        {
            "forward": partial(torch.no_grad()(model.forward), images),
            "block drop": partial(it.block_drop, chain, images, split.labels),
            f"nnsight's skip, {CHUNK} images at once": partial(skip, CHUNK),
            "nnsight's skip, all images at once": partial(skip, len(images)),
        },
        rounds,
    )
    print(f"{demo.architecture}, {len(chain)} blocks, {len(images)} digits of {demo.image_size} pixels")
    for name, taken in seconds.items():
        print(f"{name:<40}{1000 * taken:>8.0f} ms{taken / seconds['block drop']:>8.2f} times block drop")
    budgets = Budgets()
    faster = min(taken for name, taken in seconds.items() if "nnsight" in name) / seconds["block drop"]
    print(budgets.at_least("block drop against nnsight's faster way", faster, TIMES_AS_FAST, " times"))
    budgets.finish()


if __name__ == "__main__":
    main()
