"""Weights that training programs keep in parts: pruned ones as original and mask, normalised ones as magnitude and direction."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

_PARTS = (
    ("weight_orig", "weight_mask", "weight"),
    ("bias_orig", "bias_mask", "bias"),
    ("weight_g", "weight_v", "weight"),
    ("parametrizations.weight.original0", "parametrizations.weight.original1", "weight"),
)


def original_weights(tensors: Mapping[str, Tensor]) -> tuple[dict[str, Tensor], list[str]]:
    """The tensors with such weights put together, and what was done, in sentences.

    Pruned (`torch.nn.utils.prune`): weight_orig · weight_mask. Weight normalisation: g · v / ‖v‖, the norm over all but v's first
    dimension.
    """
    found = dict(tensors)
    counts: dict[str, int] = {}
    for name in tensors:
        for first, second, whole in _PARTS:
            module = name.removesuffix(first)
            if module == name or (module and not module.endswith(".")) or module + second not in tensors:
                continue
            one, other = tensors[name], tensors[module + second]
            pruned = second.endswith("_mask")
            if (pruned and one.shape != other.shape) or (not pruned and not _is_magnitude(one, other)):
                continue
            del found[name], found[module + second]
            found[module + whole] = (
                one * other if pruned else one * other / other.flatten(1).norm(dim=1).view(one.shape)
            )
            kind = (
                "pruned: each is multiplied by its mask" if pruned else "normalised: each is magnitude times direction"
            )
            counts[kind] = counts.get(kind, 0) + 1
    return found, [f"{count} weights are {kind}" for kind, count in counts.items()]


def _is_magnitude(g: Tensor, v: Tensor) -> bool:
    return v.dim() >= 2 and g.shape == torch.Size([v.shape[0], *(1 for _ in v.shape[1:])])
