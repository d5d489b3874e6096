"""Checks of images and labels, whichever form they come in."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from iterscope.arguments import shown
from iterscope.chain import ResidualChain
from iterscope.errors import DatasetError

_CHECKED_AT_ONCE = 1024
"""Images whose values are checked together."""


def check_range(labels: Tensor, chain: ResidualChain, classes: int, first: int = 0) -> None:
    """`first`: the position of the first of these labels among all."""
    outside = (labels < 0) | (labels >= classes)
    if outside.any():
        at = int(outside.nonzero()[0])
        raise DatasetError(
            f"label {int(labels[at])} of image {first + at} is out of range: {chain.name} has {classes} classes, 0 to {classes - 1}"
        )


def array_as_tensor(array: NDArray[Any], name: str) -> Tensor:
    if array.dtype.kind not in "fiu":
        raise DatasetError(f"{name} is an array of {array.dtype}: give numbers")
    if array.dtype.byteorder not in "=|":
        array = array.astype(array.dtype.newbyteorder("="))
    return torch.from_numpy(np.ascontiguousarray(array) if array.flags.writeable else array.copy())


def check_tensor(chain: ResidualChain, images: Tensor, first: int = 0) -> None:
    """`first`: the position of the first of these images among all."""
    shape = tuple(images.shape)
    if images.dim() != 4 or not images.is_floating_point():
        raise DatasetError(
            f"images is a {images.dtype} tensor of shape {shape}: give normalised floating-point images (N, C, H, W)"
        )
    convolution = next((module for module in chain.stem.modules() if isinstance(module, nn.Conv2d)), None)
    reads = None if convolution is None else convolution.in_channels
    if shape[3] in (1, 3, 4) and min(shape[1:3]) > 4 and reads in (None, shape[3]):
        raise DatasetError(
            f"images has shape {shape}, which looks like (N, H, W, C): the channels come second, so give images.permute(0, 3, 1, 2)"
            " of a tensor, or images.transpose(0, 3, 1, 2) of an array"
        )
    for start in range(0, len(images), _CHECKED_AT_ONCE):
        finite = images[start : start + _CHECKED_AT_ONCE].isfinite().flatten(1).all(1)
        if not finite.all():
            raise DatasetError(
                f"image {first + start + int((~finite).nonzero()[0])} contains NaN or infinite values: give finite images"
            )


def read_labels(labels: object) -> Tensor:
    """The labels as int64 on the CPU. Raises DatasetError unless they are whole numbers."""
    if not isinstance(labels, Tensor):
        try:
            labels = array_as_tensor(np.asarray(labels), "labels")
        except (ValueError, TypeError, OverflowError) as error:
            raise DatasetError(f"labels is {shown(labels)}: give one class index per image ({error})") from error
    if labels.is_floating_point() or labels.is_complex() or labels.dtype == torch.bool:
        raise DatasetError(f"labels is of {labels.dtype}: give class indices, which are whole numbers")
    found = labels.detach().to("cpu", torch.int64)
    return found.clone() if found.is_inference() else found
