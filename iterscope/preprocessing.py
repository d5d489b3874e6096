"""How images are prepared for a network. This is part of a checkpoint's description, because the weights only make sense with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

import torch

from iterscope.datasets.listing import same_name
from iterscope.datasets.records import Channels, Dataset, changed_dataset
from iterscope.datasets.registry import load_dataset
from iterscope.errors import DatasetError

Interpolation = Literal["bilinear", "bicubic", "nearest"]
MAX_CLASSES = 100_000
SIZES = range(8, 1025)
"""Allowed heights and widths of images, in pixels."""


@dataclass(frozen=True)
class Preprocessing:
    """Size, crop, interpolation, normalisation and the order of the classes.

    Raises DatasetError (on construction) naming the field, the value given and the values allowed.
    """

    image_size: int
    """Height and width of the network's input, in pixels."""
    mean: Channels
    """Subtracted per channel, in units of the full range [0, 1]."""
    std: Channels
    """Divided by per channel, in the same units."""
    resize: int | None = None
    """Length in pixels to which the shorter side is resized before the centre is cropped to `image_size`. None: `image_size`, so that only
    the longer side is cropped."""
    crop: Literal["center"] = "center"
    interpolation: Interpolation = "bilinear"
    """Of the resizing, which is antialiased."""
    class_names: tuple[str, ...] | None = None
    """The network's classes, in the order of its outputs; None: the data set's classes in their order."""

    def __post_init__(self) -> None:
        for field in ("image_size", "resize"):
            value = getattr(self, field)
            if field == "resize" and value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, int) or value not in SIZES:
                raise DatasetError(
                    f"{field} is {value!r}: it must be a whole number of pixels from {SIZES[0]} to {SIZES[-1]}"
                )
        if self.resize is not None and self.resize < self.image_size:
            raise DatasetError(
                f"resize is {self.resize}, less than image_size {self.image_size}: a crop can't be larger than its image"
            )
        for field in ("mean", "std"):
            object.__setattr__(self, field, _channels(field, getattr(self, field)))
        for field, choices in (("crop", ("center",)), ("interpolation", get_args(Interpolation))):
            if getattr(self, field) not in choices:
                raise DatasetError(f"{field} is {getattr(self, field)!r}: it must be one of {', '.join(choices)}")
        object.__setattr__(self, "class_names", _names(self.class_names))

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, which `from_dict` reads."""
        return {
            "image_size": self.image_size,
            "resize": self.resize,
            "crop": self.crop,
            "interpolation": self.interpolation,
            "mean": list(self.mean),
            "std": list(self.std),
            "class_names": None if self.class_names is None else list(self.class_names),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Preprocessing:
        """The inverse of `to_dict`. Raises DatasetError naming the first field that is missing, unknown or of the wrong type."""
        known = {"image_size", "resize", "crop", "interpolation", "mean", "std", "class_names"}
        if unknown := sorted(set(values) - known):
            raise DatasetError(
                f"preprocessing has an unknown field {unknown[0]!r}: the known fields are {', '.join(sorted(known))}"
            )
        if missing := sorted({"image_size", "mean", "std"} - set(values)):
            raise DatasetError(f"preprocessing lacks {missing[0]!r}: give image_size, mean and std")
        return cls(**values)

    def load(
        self,
        name: str,
        *,
        home: Path | str | None = None,
        progress: Callable[[float], None] | None = None,
    ) -> Dataset:
        """Load the data set and prepare it for this network: `load_dataset`, then this size, crop, normalisation and order of classes.

        Raises DatasetError if the data can't be read, or if `class_names` lacks one of its classes.
        """
        return self.apply(self.read(name, home=home, progress=progress))

    def read(
        self, name: str, *, home: Path | str | None = None, progress: Callable[[float], None] | None = None
    ) -> Dataset:
        """Load the data set at the size that `arrange` expects."""
        first = self.resize or self.image_size
        return load_dataset(name, home=home, image_size=first, interpolation=self.interpolation, progress=progress)

    def apply(self, data: Dataset) -> Dataset:
        """`arrange` the data set and set this normalisation."""
        data = self.arrange(data)
        train, validation = (split.with_normalisation(self.mean, self.std) for split in (data.train, data.validation))
        return replace(data, train=train, validation=validation)

    def arrange(self, data: Dataset) -> Dataset:
        """Crop a data set that was read at `resize` pixels and put its labels in this order of classes; it keeps its own normalisation."""
        if self.resize:
            data = changed_dataset(data, data.class_names, lambda split: split.cropped(self.image_size))
        names = self.class_names
        if names is not None and names != data.class_names:
            lookup = torch.tensor(_positions(data, names))
            data = changed_dataset(data, names, lambda split: split.with_labels(lookup[split.labels], len(names)))
        return data


@dataclass(frozen=True)
class Preset:
    """The normalisation and sizes that networks trained on a well-known data set usually have."""

    mean: Channels
    std: Channels
    image_size: int
    """Used if the network itself doesn't determine it."""
    resize: int | None
    """Used together with this `image_size`."""

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "mean": list(self.mean),
            "std": list(self.std),
            "image_size": self.image_size,
            "resize": self.resize,
        }


PRESETS: dict[str, Preset] = {
    "cifar10": Preset((0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616), 32, None),
    "cifar100": Preset((0.5071, 0.4865, 0.4409), (0.2673, 0.2564, 0.2762), 32, None),
    "imagenet": Preset((0.485, 0.456, 0.406), (0.229, 0.224, 0.225), 224, 256),
    "half": Preset((0.5, 0.5, 0.5), (0.5, 0.5, 0.5), 224, 256),
    "unit": Preset((0.0, 0.0, 0.0), (1.0, 1.0, 1.0), 224, 256),
    "pixels": Preset((0.0, 0.0, 0.0), (1 / 255, 1 / 255, 1 / 255), 224, 256),
}
"""cifar10, cifar100, imagenet: mean and standard deviation of their training images. half: values from −1 to 1. unit: values from 0 to 1,
without normalisation. pixels: values from 0 to 255."""


def preset(name: str, image_size: int | None = None) -> Preprocessing:
    """The preprocessing of a well-known data set, for a network with inputs of `image_size` (None: the preset's own size).

    The preset's `resize` applies only at its own size: a 32-pixel network that was trained with ImageNet's mean gets whole images.

    Raises DatasetError naming the presets if `name` is unknown.
    """
    if name not in PRESETS:
        raise DatasetError(f"preset {name!r} is unknown: choose {', '.join(PRESETS)}")
    chosen = PRESETS[name]
    size = image_size or chosen.image_size
    return Preprocessing(size, chosen.mean, chosen.std, chosen.resize if size == chosen.image_size else None)


def _positions(data: Dataset, names: tuple[str, ...]) -> list[int]:
    """For each class of the data its position among the network's classes."""
    positions = {same_name(name): position for position, name in enumerate(names)}
    if missing := [name for name in data.class_names if same_name(name) not in positions]:
        raise DatasetError(
            f"class_names lacks {missing[0]!r}, a class of {data.name}: it must list the network's {len(names)} classes in the order of "
            f"its outputs, including all {data.num_classes} classes of the data set"
        )
    return [positions[same_name(name)] for name in data.class_names]


def _channels(field: str, value: object) -> Channels:
    numbers = list(value) if isinstance(value, list | tuple) else []
    plain = all(isinstance(number, int | float) and not isinstance(number, bool) for number in numbers)
    if len(numbers) != 3 or not plain or not all(abs(number) < 1e6 for number in numbers):
        raise DatasetError(f"{field} is {value!r}: it must be three numbers, one per channel, such as (0.5, 0.5, 0.5)")
    if field == "std" and not all(number > 0 for number in numbers):
        raise DatasetError(f"std is {value!r}: its three numbers must be above 0")
    return float(numbers[0]), float(numbers[1]), float(numbers[2])


def _names(value: object) -> tuple[str, ...] | None:
    if value is None:
        return None
    names = tuple(value) if isinstance(value, list | tuple) else ()
    if not 2 <= len(names) <= MAX_CLASSES or not all(isinstance(name, str) and name for name in names):
        raise DatasetError(f"class_names must be a list of at least two strings, got {str(value)[:80]!r}")
    if len(set(names)) < len(names):
        twice = next(name for position, name in enumerate(names) if name in names[:position])
        raise DatasetError(f"class_names has {twice!r} twice: class names must be unique")
    return names
