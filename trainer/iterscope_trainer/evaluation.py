"""Loss and accuracy on a whole split during training."""

from __future__ import annotations

import torch
from torch.nn.functional import cross_entropy

from iterscope.architectures import PreActivationResNet
from iterscope.datasets import ImageSplit
from iterscope.evaluation import evaluation

EVALUATED_PIXELS = {"cpu": 60 * 32**2, "cuda": 2500 * 32**2}
"""Images per forward pass: on a CPU, as many as fit its cache; on a GPU, as many as keep it busy."""


def evaluate(model: PreActivationResNet, split: ImageSplit, autocast: torch.autocast) -> tuple[float, float]:
    """Mean cross-entropy and accuracy over the whole split, in the precision of the training."""
    size = max(1, EVALUATED_PIXELS[split.images.device.type] // split.images[0, 0].numel())
    loss = torch.zeros((), dtype=torch.float64, device=split.images.device)
    correct = torch.zeros((), dtype=torch.int64, device=split.images.device)
    with evaluation(model), torch.no_grad():
        for start in range(0, len(split), size):
            labels = split.labels[start : start + size]
            with autocast:
                logits = model(split.batch(start, start + size))
            loss += cross_entropy(logits.float(), labels, reduction="sum")
            correct += (logits.argmax(1) == labels).sum()
    return float(loss) / len(split), int(correct) / len(split)
