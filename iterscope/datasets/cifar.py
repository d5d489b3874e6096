"""CIFAR-10 and CIFAR-100 (Krizhevsky 2009) through torchvision, downloaded only when asked for."""

from __future__ import annotations

import urllib.error
from pathlib import Path

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from iterscope.datasets.records import Dataset, make_dataset
from iterscope.errors import DatasetError

CIFAR_FOLDERS = {"cifar10": "cifar-10-batches-py", "cifar100": "cifar-100-python"}


def cifar_available(name: str, folder: Path) -> bool:
    """Whether `folder` contains the unpacked files of "cifar10" or "cifar100"."""
    return (folder / CIFAR_FOLDERS[name]).is_dir()


def load_cifar(name: str, folder: Path, image_size: int, download: bool, interpolation: str = "bilinear") -> Dataset:
    """50,000 training and 10,000 validation images of 32×32 pixels, from `folder`.

    torchvision compares every file with its published checksum before it opens it.
    """
    try:
        from torchvision import datasets
    except ImportError as error:
        raise DatasetError(f"{name} is read through torchvision: pip install torchvision") from error
    source = datasets.CIFAR10 if name == "cifar10" else datasets.CIFAR100
    try:
        folder.mkdir(parents=True, exist_ok=True)
        train = source(root=folder, train=True, download=download)
        validation = source(root=folder, train=False, download=download)
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        raise DatasetError(
            f"{name} could not be downloaded to {folder} ({error}): check the network, or unpack "
            f"{CIFAR_FOLDERS[name]} there by hand, or train on digits, which needs no download"
        ) from error
    except OSError as error:
        raise DatasetError(f"{name} could not be read from {folder}: {error}") from error
    except RuntimeError as error:  # torchvision's "not found or corrupted"
        remedy = "delete it and download it again" if cifar_available(name, folder) else "download it"
        raise DatasetError(
            f"{name} is missing or damaged in {folder}: {remedy} (--download, or download=True in Python), "
            "or train on digits, which needs no download"
        ) from error
    return make_dataset(
        name,
        tuple(train.classes),
        (_images(train.data, image_size, interpolation), torch.tensor(train.targets)),
        (_images(validation.data, image_size, interpolation), torch.tensor(validation.targets)),
        "flip_crop",
    )


def _images(data: object, image_size: int, interpolation: str) -> Tensor:
    """uint8 array (N, 32, 32, 3) → tensor (N, 3, image_size, image_size), interpolated where the size differs."""
    images = torch.as_tensor(data).permute(0, 3, 1, 2).contiguous()
    if image_size == images.shape[-1]:
        return images
    size = (image_size, image_size)
    chunks = [images[start : start + 1000] for start in range(0, len(images), 1000)]
    antialias = interpolation != "nearest"
    return torch.cat([interpolate(chunk, size=size, mode=interpolation, antialias=antialias) for chunk in chunks])
