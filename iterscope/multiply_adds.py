"""How many multiplications with an addition each part of a network takes for one image."""

from __future__ import annotations

import torch
from torch import Tensor

from iterscope.chain import ResidualChain
from iterscope.evaluation import evaluation, plain_attention


def multiply_adds(chain: ResidualChain, image: Tensor) -> Tensor:
    """(L + 2,) int64: of the stem, of each block and of the head for one image (1, C, H, W).

    Convolutions, matrix products and attention are counted, as torch's own counter does; everything else is small beside them.
    """
    from torch.utils.flop_counter import FlopCounterMode  # it brings Triton, which takes a while to load

    with evaluation(chain), plain_attention(), torch.enable_grad():
        # where gradients are wanted, torch's MultiheadAttention doesn't run as one operation, which nothing counts
        found, h = [], image.clone().requires_grad_().clone()  # no leaf, as the first part may work in place
        for part in (chain.stem, *chain.blocks, chain.head):
            with FlopCounterMode(display=False) as counter:
                h = part(h)
            found.append(counter.get_total_flops() // 2)
    return torch.tensor(found, dtype=torch.int64, device="cpu")


def position_shares(chain: ResidualChain, image: Tensor) -> Tensor:
    """(L + 1,) float64: the share of the network's multiply-adds that has run at each position r_0 … r_L.

    NaN in a network without any.
    """
    counts = multiply_adds(chain, image).double()
    return counts.cumsum(0)[:-1] / counts.sum()
