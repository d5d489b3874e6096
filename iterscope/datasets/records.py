"""The records of a data set: two splits of uint8 images with labels, and how to normalise them.

Legend: N images, K classes, H × W pixels. Images are always RGB; a grey image has three equal channels.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import torch
from torch import Tensor

from iterscope.errors import DatasetError

Channels = tuple[float, float, float]
Augmentation = Literal["none", "crop", "flip_crop"]
AUGMENTATIONS: tuple[Augmentation, ...] = ("none", "crop", "flip_crop")
SPLITS = ("train", "validation")
FINGERPRINT_CHUNK = 1024
OF_FILES = "-files"
"""The end of a fingerprint that was computed from files as they are, and not from decoded images."""


@dataclass(frozen=True)
class DatasetReference:
    """What a checkpoint records of its training data: enough to find the data again and to normalise images in the same way."""

    name: str
    fingerprint: str
    """SHA-256 (hex) of both splits and the class names."""
    class_names: tuple[str, ...]
    mean: Channels
    """Per channel, in units of the full range [0, 1], over the training split."""
    std: Channels
    image_size: int
    """Height and width in pixels."""

    def to_dict(self) -> dict[str, object]:
        """The reference as plain JSON values."""
        return {
            "name": self.name,
            "fingerprint": self.fingerprint,
            "class_names": list(self.class_names),
            "mean": list(self.mean),
            "std": list(self.std),
            "image_size": self.image_size,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, object]) -> DatasetReference:
        """The inverse of `to_dict`. Raises `DatasetError` naming the first field that is missing or of the wrong type."""
        names = values.get("class_names")
        if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
            raise DatasetError(f"data set reference: class_names must be a list of strings, got {names!r}")
        name, fingerprint, image_size = (values.get(key) for key in ("name", "fingerprint", "image_size"))
        if not isinstance(name, str) or not isinstance(fingerprint, str):
            raise DatasetError(
                f"data set reference: name and fingerprint must be strings, got {name!r}, {fingerprint!r}"
            )
        if isinstance(image_size, bool) or not isinstance(image_size, int) or image_size < 1:
            raise DatasetError(f"data set reference: image_size must be a positive whole number, got {image_size!r}")
        mean, std = _channels("mean", values.get("mean")), _channels("std", values.get("std"))
        return cls(name, fingerprint, tuple(names), mean, std, image_size)


@dataclass(frozen=True, eq=False)
class ImageSplit:
    """One split: images as uint8 and labels, on one device, normalised only when a batch is taken."""

    images: Tensor
    """uint8 (N, 3, H, W)."""
    labels: Tensor
    """int64 (N,), 0 to K − 1."""
    mean: Channels
    std: Channels
    indices: Tensor
    """int64 (N,): each image's position in the full split."""
    num_classes: int | None = None
    """K of the data set; None: unknown."""
    grey: bool = False
    """Whether `batch` gives one channel, for a network that takes grey images; those of `images` are then equal."""

    def __post_init__(self) -> None:
        if self.images.dtype != torch.uint8 or self.images.ndim != 4 or self.images.shape[1] != 3:
            raise DatasetError(
                f"images must be uint8 of shape (N, 3, H, W), got {self.images.dtype} of {tuple(self.images.shape)}"
            )
        for name, values in (("labels", self.labels), ("indices", self.indices)):
            if values.dtype != torch.int64 or values.shape != self.images.shape[:1]:
                raise DatasetError(
                    f"{name} must be int64 of shape ({len(self.images)},), got {values.dtype} of {tuple(values.shape)}"
                )

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def image_size(self) -> int:
        """Height and width in pixels."""
        return int(self.images.shape[-1])

    def batch(self, start: int, stop: int, device: torch.device | str | None = None) -> Tensor:
        """Images start … stop − 1 as float32 (n, 3, H, W), or (n, 1, H, W) if they are grey: (x / 255 − mean) / std, per channel."""
        chosen = self.images[start:stop]
        found = normalise(chosen if device is None else chosen.to(device), self.mean, self.std)
        return found[:, :1] if self.grey else found

    def subset(self, limit: int | None, seed: int = 0) -> ImageSplit:
        """At most `limit` images, drawn without replacement by `seed`, in their original order; None keeps all."""
        positions = drawn(len(self), limit, seed)
        return self if positions is None else self.select(positions)

    def select(self, positions: Tensor) -> ImageSplit:
        """The images at these positions (int64) of this split, in that order."""
        chosen = positions.to(self.images.device)
        return replace(self, images=self.images[chosen], labels=self.labels[chosen], indices=self.indices[chosen])

    def to(self, device: torch.device | str) -> ImageSplit:
        """The same split with all its tensors on `device`."""
        return replace(
            self, images=self.images.to(device), labels=self.labels.to(device), indices=self.indices.to(device)
        )

    def with_normalisation(self, mean: Channels, std: Channels) -> ImageSplit:
        """The same images with another normalisation, such as that of a checkpoint."""
        return replace(self, mean=mean, std=std)

    def with_labels(self, labels: Tensor, num_classes: int | None) -> ImageSplit:
        """The same images with other labels, int64 (N,)."""
        return replace(self, labels=labels, num_classes=num_classes)

    def turned_grey(self) -> ImageSplit:
        """The same images for a network that takes grey ones, as Pillow turns colours into grey, with their own normalisation."""
        images = luminance(self.images)
        mean, std = channel_statistics(images)
        return replace(self, images=images, mean=mean, std=std, grey=True)

    def cropped(self, size: int) -> ImageSplit:
        """The middle of each image, of size × size pixels."""
        return replace(self, images=middle(self.images, size))


def middle(images: Tensor, size: int) -> Tensor:
    """The middle of each image (…, H, W), of size × size pixels."""
    margin = (images.shape[-1] - size) // 2
    inside = slice(margin, margin + size)
    return images[..., inside, inside]


def drawn(count: int, limit: int | None, seed: int) -> Tensor | None:
    """The positions (int64, ascending) of `limit` of `count` images, drawn without replacement; None for all of them."""
    if limit is None or limit >= count:
        return None
    if limit < 1:
        raise DatasetError(f"limit is {limit}: it must be at least 1, or None for all {count} images")
    order = torch.randperm(count, generator=torch.Generator().manual_seed(seed), device="cpu")
    return order[:limit].sort().values


def join_splits(splits: Sequence[ImageSplit]) -> ImageSplit:
    """Concatenate splits of one data set; the first split's normalisation applies."""
    first = splits[0]
    images, labels, indices = (
        torch.cat([getattr(split, name) for split in splits]) for name in ("images", "labels", "indices")
    )
    return ImageSplit(images, labels, first.mean, first.std, indices, first.num_classes, first.grey)


@dataclass(frozen=True, eq=False)
class Dataset:
    """A training and a validation split with their classes."""

    name: str
    """As for `load_dataset`: "digits", "digit-pairs", "cifar10", "cifar100" or "folder:PATH"."""
    class_names: tuple[str, ...]
    train: ImageSplit
    validation: ImageSplit
    augmentation: Augmentation
    """The default augmentation in training; digits are cropped but never flipped."""
    fingerprint: str
    """SHA-256 (hex) of both splits and the class names; of a large folder, that of its files, followed by `OF_FILES`."""
    passed_over: str | None = None
    """Which files of a folder aren't read, counted and named, for a message; None if all are."""

    def has_fingerprint(self, fingerprint: str) -> bool:
        """Whether this is the data set with this fingerprint.

        A network that was trained here on a large folder has that of the decoded images: for it, all images are decoded.
        """
        if fingerprint == self.fingerprint:
            return True
        of_images = self.fingerprint.endswith(OF_FILES) and not fingerprint.endswith(OF_FILES)
        return of_images and fingerprint == _fingerprint(self.class_names, [self.train, self.validation])

    def decoded(self) -> Dataset:
        """The same data set, with all images of a large folder decoded, and with their statistics and fingerprint, for training."""
        if not self.fingerprint.endswith(OF_FILES):
            return self
        train, validation = ((split.images, split.labels) for split in (self.train, self.validation))
        found = make_dataset(self.name, self.class_names, train, validation, self.augmentation)
        return replace(found, passed_over=self.passed_over)

    @property
    def num_classes(self) -> int:
        return len(self.class_names)

    @property
    def mean(self) -> Channels:
        return self.train.mean

    @property
    def std(self) -> Channels:
        return self.train.std

    @property
    def image_size(self) -> int:
        return self.train.image_size

    @property
    def reference(self) -> DatasetReference:
        """What a checkpoint keeps of this data set."""
        return DatasetReference(self.name, self.fingerprint, self.class_names, self.mean, self.std, self.image_size)

    def split(self, name: str) -> ImageSplit:
        """The split called "train" or "validation". Raises `DatasetError` for any other name."""
        if name == "train":
            return self.train
        if name == "validation":
            return self.validation
        raise DatasetError(f"split {name!r} is unknown: {self.name} has train and validation")

    def turned_grey(self) -> Dataset:
        """The same data set for a network that takes grey images. The training images' normalisation applies to both splits."""
        train = self.train.turned_grey()
        validation = self.validation.turned_grey().with_normalisation(train.mean, train.std)
        return replace(self, train=train, validation=validation)

    def to(self, device: torch.device | str) -> Dataset:
        """The same data set with both splits on `device`."""
        return replace(self, train=self.train.to(device), validation=self.validation.to(device))


def normalise(images: Tensor, mean: Channels, std: Channels) -> Tensor:
    """uint8 (n, 3, H, W) → float32 of the same shape: (x / 255 − mean) / std, per channel."""
    means, deviations = _per_channel(mean, images.device), _per_channel(std, images.device)
    return images.to(torch.float32).div_(255).sub_(means).div_(deviations)


def luminance(images: Tensor) -> Tensor:
    """uint8 (N, 3, H, W) → the same shape with three equal channels, 0.299 R + 0.587 G + 0.114 B, rounded as Pillow does."""
    found = torch.empty_like(images, memory_format=torch.contiguous_format)
    for start in range(0, len(images), FINGERPRINT_CHUNK):
        red, green, blue = images[start : start + FINGERPRINT_CHUNK].to(torch.int32).unbind(1)
        level = (19595 * red + 38470 * green + 7471 * blue + 32768) >> 16
        found[start : start + FINGERPRINT_CHUNK] = level.unsqueeze(1)
    return found


@lru_cache(maxsize=32)
def _per_channel(values: Channels, device: torch.device) -> Tensor:
    """(3, 1, 1), cached: creating it for every batch would make a GPU wait."""
    return torch.tensor(values, dtype=torch.float32, device=device).view(3, 1, 1)


def make_dataset(
    name: str,
    class_names: tuple[str, ...],
    train: tuple[Tensor, Tensor],
    validation: tuple[Tensor, Tensor],
    augmentation: Augmentation,
) -> Dataset:
    """Make a data set from (images, labels) of two splits; its normalisation and fingerprint are computed here."""
    mean, std = channel_statistics(train[0])
    splits = [
        ImageSplit(images, labels, mean, std, torch.arange(len(images)), len(class_names))
        for images, labels in (train, validation)
    ]
    return Dataset(name, class_names, splits[0], splits[1], augmentation, _fingerprint(class_names, splits))


def changed_dataset(data: Dataset, class_names: tuple[str, ...], change: Callable[[ImageSplit], ImageSplit]) -> Dataset:
    """A data set of changed splits: another one by its fingerprint, since it holds other images or labels."""
    train, validation = change(data.train), change(data.validation)
    if data.fingerprint.endswith(OF_FILES):
        digest = hashlib.sha256("\0".join((data.fingerprint, str(train.image_size), *class_names)).encode())
        for split in (train, validation):
            digest.update(split.labels.numpy().data)
        return replace(
            data, class_names=class_names, train=train, validation=validation, fingerprint=digest.hexdigest() + OF_FILES
        )
    changed = make_dataset(
        data.name, class_names, (train.images, train.labels), (validation.images, validation.labels), data.augmentation
    )
    return replace(changed, passed_over=data.passed_over)


def channel_statistics(images: Tensor, chunk: int = 4096) -> tuple[Channels, Channels]:
    """Mean and standard deviation of each channel of uint8 (N, 3, H, W), in units of [0, 1].

    A constant channel gets a standard deviation of one grey level, so that normalised values stay finite.
    """
    return statistics_of(images[start : start + chunk] for start in range(0, len(images), chunk))


def statistics_of(parts: Iterable[Tensor]) -> tuple[Channels, Channels]:
    """`channel_statistics` of images that come in parts, each uint8 (n, 3, H, W)."""
    counts = torch.zeros(3, 256, dtype=torch.float64)
    for part in parts:
        for channel in range(3):
            counts[channel] += torch.bincount(part[:, channel].flatten(), minlength=256)
    levels = torch.arange(256, dtype=torch.float64) / 255
    weights = counts / counts.sum(1, keepdim=True)
    mean = (weights * levels).sum(1)
    std = (weights * (levels - mean[:, None]) ** 2).sum(1).sqrt().clamp(min=1 / 255)
    return _three(mean), _three(std)


def _fingerprint(class_names: tuple[str, ...], splits: list[ImageSplit]) -> str:
    digest = hashlib.sha256("\0".join(class_names).encode())
    for split in splits:
        digest.update(repr(tuple(split.images.shape)).encode())
        for start in range(0, len(split), FINGERPRINT_CHUNK):  # a crop of mapped images isn't copied whole
            digest.update(split.images[start : start + FINGERPRINT_CHUNK].contiguous().numpy().data)
        digest.update(split.labels.contiguous().numpy().data)
    return digest.hexdigest()


def _three(values: Tensor) -> Channels:
    red, green, blue = (float(value) for value in values)
    return red, green, blue


def _channels(name: str, values: object) -> Channels:
    if (
        not isinstance(values, list | tuple)
        or len(values) != 3
        or not all(isinstance(value, int | float) and abs(value) < 1e6 for value in values)
        or (name == "std" and not all(value > 0 for value in values))
    ):
        raise DatasetError(f"data set reference: {name} must be three numbers (std above 0), got {values!r}")
    return float(values[0]), float(values[1]), float(values[2])
