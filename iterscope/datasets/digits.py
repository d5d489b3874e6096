"""The offline default: 1,797 handwritten digits that ship inside scikit-learn (8×8 pixels, 17 grey levels)."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from iterscope.datasets.records import Dataset, make_dataset
from iterscope.errors import DatasetError

VALIDATION_SHARE = 0.2
SPLIT_SEED = 0


def load_digits(image_size: int) -> Dataset:
    """The digits enlarged bilinearly to image_size, RGB by repetition, split 80 : 20 alike in every class.

    Never flipped in training: a mirrored digit is no digit.
    """
    try:
        from sklearn import datasets
    except ImportError as error:
        raise DatasetError("the digits data set is part of scikit-learn: pip install scikit-learn") from error
    bunch = datasets.load_digits()
    grey = torch.from_numpy(bunch.images).to(torch.float32).unsqueeze(1) / 16
    enlarged = interpolate(grey, size=(image_size, image_size), mode="bilinear", align_corners=False)
    images = enlarged.mul(255).round().to(torch.uint8).expand(-1, 3, -1, -1).contiguous()
    labels = torch.from_numpy(bunch.target).to(torch.int64)
    held_out = _stratified(labels)
    return make_dataset(
        "digits",
        tuple(str(name) for name in bunch.target_names),
        (images[~held_out], labels[~held_out]),
        (images[held_out], labels[held_out]),
        "crop",
    )


def _stratified(labels: Tensor) -> Tensor:
    """bool (N,): true for the images held out, the same share of every class, drawn by a fixed seed."""
    generator = torch.Generator().manual_seed(SPLIT_SEED)
    held_out = torch.zeros(len(labels), dtype=torch.bool)
    for label in range(int(labels.max()) + 1):
        members = torch.nonzero(labels == label).flatten()
        shuffled = members[torch.randperm(len(members), generator=generator)]
        held_out[shuffled[: round(VALIDATION_SHARE * len(members))]] = True
    return held_out
