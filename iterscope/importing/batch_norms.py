"""How well a network's BatchNorm statistics fit images: where the forward pass or the normalisation is another one, they don't.

In training, every BatchNorm records the mean and variance of what it reads. The right forward pass on the same kind of images gives them
again, without any label.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from iterscope.evaluation import evaluation

FITTING = 0.3
"""The gap up to which statistics fit: augmentation and few images make one of about 0.1."""


def statistics_gap(model: nn.Module, images: Tensor) -> float | None:
    """The median over BatchNorms of the larger of two means over channels: |Δ mean| / σ, and |log of the ratio of variances|.

    Args:
        images: (B, C, H, W), normalised.

    Returns:
        0 where the images have exactly the recorded statistics; None without BatchNorm.
    """
    gaps: list[float] = []

    def compare(norm: nn.Module, inputs: tuple[Tensor, ...], _output: Tensor) -> None:
        assert isinstance(norm, nn.BatchNorm2d)
        if norm.running_mean is None or norm.running_var is None:
            return
        variance, mean = torch.var_mean(inputs[0].double(), (0, 2, 3), correction=0)
        recorded = norm.running_var.double() + norm.eps
        distance = (mean - norm.running_mean).abs() / recorded.sqrt()
        ratio = ((variance + norm.eps) / recorded).log().abs()
        gaps.append(max(float(distance.mean()), float(ratio.mean())))

    hooks = [module.register_forward_hook(compare) for module in model.modules() if isinstance(module, nn.BatchNorm2d)]
    try:
        with evaluation(model), torch.no_grad():
            model(images)
    finally:
        for hook in hooks:
            hook.remove()
    return float(torch.tensor(gaps).median()) if gaps else None
