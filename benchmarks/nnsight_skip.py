"""Dropping each block of the demo's network, compared with nnsight's `skip` on the same images.

python -m pip install nnsight
python -m benchmarks.nnsight_skip [--rounds 5]
"""

from __future__ import annotations

import argparse
import importlib
from copy import deepcopy
from functools import partial
from typing import cast

import torch

import iterscope as it
from benchmarks.budgets import Budgets
from benchmarks.measure import median_seconds
from iterscope.architectures.blocks import PreActivationBlock
from iterscope.recipes import RECIPES

TIMES_AS_FAST = 2.6
"""Budget: how many times as fast as nnsight, on the network as it was loaded, the service drops each block."""
SERVICE = "block drop, channels last, as in the service"
NNSIGHT = "nnsight's skip, all images at once"
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
    images, chain = split.batch(0, len(split)), it.residual_chain(model)
    # As the service does on a CPU. Who uses nnsight can do it too: its last row says what sharing alone brings.
    relaid = deepcopy(model).to(memory_format=torch.channels_last)
    relaid_chain = it.residual_chain(relaid)
    wrapped = {network: nnsight.NNsight(network) for network in (model, relaid)}

    def skip(network: it.PreActivationResNet, chunk: int) -> torch.Tensor:
        """The logits without each block, of shape (blocks, images, classes), as nnsight's users write it: one trace per block."""
        traced, dropped = wrapped[network], []
        blocks = [cast(PreActivationBlock, block) for block in network.blocks]
        for block in range(len(chain)):
            logits = []
            for x in torch.split(images, chunk):
                with torch.no_grad(), traced.trace(x):
                    traced.blocks[block].skip(blocks[block].shortcut(traced.blocks[block].input))
                    out = traced.output.save()
                logits.append(out)
            dropped.append(torch.cat(logits))
        return torch.stack(dropped)

    correct = it.block_drop(chain, images, split.labels).outcomes.correct
    assert torch.equal(skip(model, CHUNK).argmax(-1) == split.labels, correct)
    assert torch.equal(it.block_drop(relaid_chain, images, split.labels).outcomes.correct, correct)
    seconds = median_seconds(
        {
            "forward": partial(torch.no_grad()(model.forward), images),
            "forward, channels last": partial(torch.no_grad()(relaid.forward), images),
            "block drop": partial(it.block_drop, chain, images, split.labels),
            SERVICE: partial(it.block_drop, relaid_chain, images, split.labels),
            f"nnsight's skip, {CHUNK} images at once": partial(skip, model, CHUNK),
            NNSIGHT: partial(skip, model, len(images)),
            f"{NNSIGHT}, channels last": partial(skip, relaid, len(images)),
        },
        rounds,
    )
    print(f"{demo.architecture}, {len(chain)} blocks, {len(images)} digits of {demo.image_size} pixels")
    for name, taken in seconds.items():
        print(f"{name:<52}{1000 * taken:>8.0f} ms{taken / seconds[SERVICE]:>8.2f} times the service's drop")
    budgets = Budgets()
    faster = min(seconds[NNSIGHT], seconds[f"nnsight's skip, {CHUNK} images at once"]) / seconds[SERVICE]
    print(budgets.at_least("the service's drop against nnsight's faster way", faster, TIMES_AS_FAST, " times"))
    budgets.finish()


if __name__ == "__main__":
    main()
