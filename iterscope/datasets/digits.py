"""The offline data sets, made from the 1,797 handwritten digits that scikit-learn ships too (8×8 pixels, 17 grey levels).

The digits lie beside this module, because importing scikit-learn for them takes as long as importing torch.
`digits` has single digits in 10 classes; `digit-pairs` has pairs of digits in 100 classes, and replaces CIFAR-100 where nothing can be
downloaded.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import interpolate

from iterscope.datasets.records import Dataset, make_dataset

FILE = Path(__file__).with_name("digits.npz")
VALIDATION_SHARE = 0.2
SPLIT_SEED = 0
PAIRS_PER_CLASS = {"train": 40, "validation": 10}
"""Images of each of the 100 classes of `digit-pairs`."""
PAIRS_SEED = 0


def load_digits(image_size: int) -> Dataset:
    """The digits enlarged bilinearly to image_size, RGB by repetition, split 80 : 20 within every class.

    Training never flips them, because a mirrored digit isn't a digit.
    """
    digits, labels, held_out = _digits()
    images = _images(digits, (image_size, image_size))
    return make_dataset(
        "digits",
        tuple("0123456789"),
        (images[~held_out], labels[~held_out]),
        (images[held_out], labels[held_out]),
        "crop",
    )


def load_digit_pairs(image_size: int) -> Dataset:
    """Two digits side by side in the middle of a black square: classes 00 to 99, 4,000 training and 1,000 validation images.

    Every class has the same number of images, no pair occurs twice, and the two digits are always different images. Training pairs
    are made from the training digits of `digits`, validation pairs from its validation digits, with a fixed seed.
    """
    digits, labels, held_out = _digits()
    half = max(1, image_size // 2)
    small = _images(digits, (half, half))
    generator = torch.Generator().manual_seed(PAIRS_SEED)
    splits = []
    for members, count in ((~held_out, PAIRS_PER_CLASS["train"]), (held_out, PAIRS_PER_CLASS["validation"])):
        by_digit = [torch.nonzero(members & (labels == digit)).flatten() for digit in range(10)]
        pairs = torch.cat([_pairs(by_digit[c // 10], by_digit[c % 10], count, generator) for c in range(100)])
        classes = torch.arange(100).repeat_interleave(count)
        order = torch.randperm(len(pairs), generator=generator)
        left, right = pairs[order].unbind(1)
        images = torch.zeros(len(pairs), 3, image_size, image_size, dtype=torch.uint8)
        top = (image_size - half) // 2
        images[:, :, top : top + half, :half] = small[left]
        images[:, :, top : top + half, half : 2 * half] = small[right]
        splits.append((images, classes[order]))
    return make_dataset("digit-pairs", tuple(f"{number:02d}" for number in range(100)), splits[0], splits[1], "crop")


def _digits() -> tuple[Tensor, Tensor, Tensor]:
    """Grey levels 0 to 1 (1797, 1, 8, 8), labels (1797,), and which are held out for validation."""
    with np.load(FILE) as file:
        images, labels = (torch.from_numpy(file[name]) for name in ("images", "labels"))
    labels = labels.to(torch.int64)
    return images.to(torch.float32).unsqueeze(1) / 16, labels, _stratified(labels)


def _images(grey: Tensor, size: tuple[int, int]) -> Tensor:
    """uint8 (N, 3, *size) of grey levels (N, 1, 8, 8), bilinearly enlarged."""
    enlarged = interpolate(grey, size=size, mode="bilinear", align_corners=False)
    return enlarged.mul(255).round().to(torch.uint8).expand(-1, 3, -1, -1).contiguous()


def _pairs(left: Tensor, right: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """`count` different pairs (count, 2) of one image of each, none with itself."""
    pairs = torch.cartesian_prod(left, right)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    return pairs[torch.randperm(len(pairs), generator=generator)[:count]]


def _stratified(labels: Tensor) -> Tensor:
    """bool (N,): true for the images held out, the same share of every class, drawn by a fixed seed."""
    generator = torch.Generator().manual_seed(SPLIT_SEED)
    held_out = torch.zeros(len(labels), dtype=torch.bool)
    for label in range(int(labels.max()) + 1):
        members = torch.nonzero(labels == label).flatten()
        shuffled = members[torch.randperm(len(members), generator=generator)]
        held_out[shuffled[: round(VALIDATION_SHARE * len(members))]] = True
    return held_out
