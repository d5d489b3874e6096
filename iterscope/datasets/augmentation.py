"""Training batches: shuffled, cropped and flipped on the device, with randomness that depends only on (seed, epoch)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import pad

from iterscope.datasets.records import AUGMENTATIONS, Augmentation, ImageSplit, normalise
from iterscope.errors import DatasetError

PADDING = 4
"""Black pixels added on every side before the random crop, as for the networks that the paper cites."""


@dataclass(frozen=True)
class Batch:
    """One training batch."""

    images: Tensor
    """float32 (B, 3, H, W), augmented and normalised."""
    labels: Tensor
    """int64 (B,)."""


def training_batches(
    split: ImageSplit, *, batch_size: int, seed: int, epoch: int, augmentation: Augmentation, first_batch: int = 0
) -> Iterator[Batch]:
    """The batches of one epoch, from `first_batch` on; the last one may be smaller.

    All random numbers are drawn on the CPU before the first batch, from (seed, epoch), so an epoch is the same on every
    device and after an interruption.
    """
    if augmentation not in AUGMENTATIONS:
        raise DatasetError(f"augmentation {augmentation!r} is unknown: choose one of {', '.join(AUGMENTATIONS)}")
    device, count = split.images.device, len(split)
    generator = torch.Generator().manual_seed(epoch_seed(seed, epoch))
    order = torch.randperm(count, generator=generator, device="cpu").to(device)
    shifts = torch.randint(2 * PADDING + 1, (2, count), generator=generator, device="cpu").to(device)
    flips = torch.randint(2, (count,), generator=generator, device="cpu").to(device, torch.bool)
    for start in range(first_batch * batch_size, count, batch_size):
        chosen = order[start : start + batch_size]
        images = split.images[chosen]
        if augmentation != "none":
            images = shift(images, shifts[0, chosen], shifts[1, chosen])
        if augmentation == "flip_crop":
            images = torch.where(flips[chosen].view(-1, 1, 1, 1), images.flip(-1), images)
        yield Batch(normalise(images, split.mean, split.std), split.labels[chosen])


def shift(images: Tensor, down: Tensor, right: Tensor) -> Tensor:
    """Crop each image (B, 3, H, W), padded by `PADDING` black pixels, at its own (down, right), 0 to 2·PADDING."""
    height, width = images.shape[-2:]
    padded = pad(images, (PADDING,) * 4)
    batch = torch.arange(len(images), device=images.device).view(-1, 1, 1)
    rows = (down.view(-1, 1) + torch.arange(height, device=images.device)).unsqueeze(2)
    columns = (right.view(-1, 1) + torch.arange(width, device=images.device)).unsqueeze(1)
    return padded[batch, :, rows, columns].permute(0, 3, 1, 2)


def epoch_seed(seed: int, epoch: int) -> int:
    """One 64-bit seed for (seed, epoch), unrelated to those of other epochs and seeds."""
    return int(np.random.SeedSequence([seed, epoch]).generate_state(1, np.uint64)[0])
