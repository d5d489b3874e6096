"""Training configurations: the paper's recipes by name, and the fields that can be overridden.

Batch size 128 and weight decay 1e-4 are not in the paper: they are those of the networks it cites (He et al. 2016).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

from iterscope.architectures import ArchitectureConfiguration, architecture_configuration
from iterscope.arguments import shown
from iterscope.datasets.records import AUGMENTATIONS, Augmentation
from iterscope.datasets.registry import IMAGE_SIZES, check_dataset_name
from iterscope.errors import ConfigurationError, InvalidInput
from iterscope.schedules import OneCycle, Piecewise, Schedule, schedule_from

Precision = Literal["auto", "bfloat16", "float32"]
# The paper's text, "0.00001 until 240 and 0.000011 afterwards", is garbled: one constant tail is our reading.
_RESNET110 = Piecewise(((80, 0.1), (120, 0.01), (200, 0.001), (300, 0.00001)))
MOST = 2**31 - 1
"""The largest whole number in a training configuration: what the store's columns hold."""
PRECISIONS: tuple[Precision, ...] = ("auto", "bfloat16", "float32")


def usual_image_size(dataset: str) -> int:
    """The default image size of a data set in a recipe: 32 pixels, and 24 for the digits, which are enlarged from 8.

    Training at 24 pixels takes half the time of 32; at 16 the last stage has little left to do (docs/RESULTS.md).
    """
    return 24 if dataset in ("digits", "digit-pairs") else 32


@dataclass(frozen=True)
class TrainingConfiguration:
    """Everything that determines a training run."""

    architecture: str = "resnet110"
    """The name of an architecture, as for `iterscope.build`."""
    architecture_options: dict[str, Any] = field(default_factory=dict)
    """Options of `iterscope.build`, such as {"widths": [16, 32]}; classes and input size come from the data set."""
    dataset: str = "cifar10"
    """digits, digit-pairs, cifar10, cifar100 or folder:PATH."""
    image_size: int = 32
    """Height and width in pixels."""
    epochs: int = 300
    batch_size: int = 128
    """Images per step (the value of the networks that the paper cites)."""
    schedule: Schedule = _RESNET110
    momentum: float = 0.9
    """The momentum of SGD, without Nesterov's correction."""
    weight_decay: float = 1e-4
    """L2 penalty on all parameters (the value of the networks that the paper cites)."""
    seed: int = 0
    """Determines the initial weights, the order of images, crops and flips, and the images whose metrics are logged."""
    augmentation: Augmentation | None = None
    """none, crop (pad by 4, then crop) or flip_crop; None: the data set's default (digits are never flipped)."""
    precision: Precision = "auto"
    """bfloat16 (autocast; weights stay float32), float32, or auto: bfloat16 if the device supports it in hardware."""
    channels_last: bool = True
    """Memory layout of images and weights; faster with bfloat16 on CPU and GPU."""
    compile: bool | Literal["auto"] = "auto"
    """Whether to use torch.compile. auto: if it works and the run is long enough to make up for the compilation time."""
    log_samples: int = 256
    """Number of images of each split whose per-block metrics are logged; they are drawn once, by the seed."""
    log_every: int = 1
    """Epochs from one log of per-block metrics to the next; epoch 0 and the last epoch are always logged."""
    checkpoint_every: int = 10
    """Epochs from one checkpoint to the next; those of epoch 0 and the last epoch are always kept."""

    def validate(self) -> TrainingConfiguration:
        """Return self, or raise `ConfigurationError` naming the first invalid field and the remedy."""
        for name, least, most in (
            ("image_size", *IMAGE_SIZES),
            ("epochs", 1, MOST),
            ("batch_size", 2, MOST),
            ("seed", 0, MOST),
            ("log_samples", 1, MOST),
            ("log_every", 1, MOST),
            ("checkpoint_every", 1, MOST),
        ):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
                raise ConfigurationError(f"{name} is {shown(value)}: it must be a whole number from {least} to {most}")
        for name, least_number, below in (("momentum", 0.0, 1.0), ("weight_decay", 0.0, math.inf)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not least_number <= value < below:
                limit = f" and below {below:g}" if below < math.inf else " and finite"
                raise ConfigurationError(
                    f"{name} is {value!r}: it must be a number of at least {least_number:g}{limit}"
                )
        if not isinstance(self.channels_last, bool):
            raise ConfigurationError(f"channels_last is {self.channels_last!r}: it must be true or false")
        if not isinstance(self.compile, bool) and self.compile != "auto":
            raise ConfigurationError(f"compile is {self.compile!r}: it must be auto, true or false")
        choices: tuple[tuple[str, tuple[str | None, ...]], ...] = (
            ("precision", PRECISIONS),
            ("augmentation", (*AUGMENTATIONS, None)),
        )
        for name, allowed in choices:
            if getattr(self, name) not in allowed:
                known = ", ".join("null" if choice is None else choice for choice in allowed)
                raise ConfigurationError(f"{name} is {getattr(self, name)!r}: choose one of {known}")
        if not isinstance(self.dataset, str):
            raise ConfigurationError(f"dataset is {self.dataset!r}: it must be a name such as digits or folder:PATH")
        self.schedule.validate()
        try:
            check_dataset_name(self.dataset)
            self.network(num_classes=10)
        except InvalidInput as error:
            raise ConfigurationError(str(error)) from error
        return self

    def network(self, num_classes: int) -> ArchitectureConfiguration:
        """The network's configuration for `num_classes` classes. Raises `ArchitectureError` or `ConfigurationError` for invalid fields."""
        if not isinstance(self.architecture, str):
            raise ConfigurationError(f"architecture is {self.architecture!r}: it must be a name such as resnet110")
        if not isinstance(self.architecture_options, dict):
            raise ConfigurationError(
                f"architecture_options is {self.architecture_options!r}: it must be a dictionary of options"
            )
        for name in ("num_classes", "input_size", "in_channels"):
            if name in self.architecture_options:
                raise ConfigurationError(f"architecture_options: {name} is determined by the data set; leave it out")
        return architecture_configuration(
            self.architecture, num_classes=num_classes, input_size=self.image_size, **self.architecture_options
        )

    def to_dict(self) -> dict[str, Any]:
        """The configuration as plain JSON values; `from_dict` reads them back."""
        values = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        return {**values, "architecture_options": dict(self.architecture_options), "schedule": self.schedule.to_dict()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> TrainingConfiguration:
        """The validated configuration. Fields that are left out keep their defaults; unknown fields raise `ConfigurationError`."""
        return with_overrides(cls(), values)


def with_overrides(configuration: TrainingConfiguration, overrides: Mapping[str, Any]) -> TrainingConfiguration:
    """The configuration with fields replaced, validated. A schedule may be a dictionary, as `to_dict` returns it."""
    known = [entry.name for entry in fields(TrainingConfiguration)]
    if unknown := sorted(set(overrides) - set(known)):
        raise ConfigurationError(
            f"{unknown[0]} is not a field of a training configuration: the fields are {', '.join(known)}"
        )
    values = dict(overrides)
    if "schedule" in values:
        values["schedule"] = schedule_from(values["schedule"])
    return replace(configuration, **values).validate()


def training_configuration(recipe: str = "demo", /, **overrides: Any) -> TrainingConfiguration:
    """The recipe of that name with fields overridden, validated. Raises `ConfigurationError` naming what is wrong.

    If `overrides` has a dataset but no image_size, images have the data set's default size (see `usual_image_size`).
    """
    if recipe not in RECIPES:
        raise ConfigurationError(f"recipe {recipe!r} is unknown: choose one of {', '.join(RECIPES)}")
    if "dataset" in overrides:
        overrides = {"image_size": usual_image_size(overrides["dataset"])} | overrides
    return with_overrides(RECIPES[recipe], overrides)


_POOLING = Piecewise(((40, 0.1), (60, 0.02), (80, 0.004), (100, 0.0008)))

RECIPES: dict[str, TrainingConfiguration] = {
    "demo": TrainingConfiguration(
        architecture="resnet56",
        dataset="digits",
        image_size=usual_image_size("digits"),
        epochs=8,
        batch_size=64,
        schedule=OneCycle(peak=0.1),
        log_samples=24,  # logging takes less than a tenth of the time
        checkpoint_every=1,
    ),
    "resnet110": TrainingConfiguration(),
    "single-representation": TrainingConfiguration(
        architecture="single-representation",
        epochs=200,
        schedule=Piecewise(((40, 0.1), (60, 0.02), (80, 0.004), (200, 0.0008))),
    ),
    "average-pooling": TrainingConfiguration(architecture="avg-pooling", epochs=100, schedule=_POOLING),
    "max-pooling": TrainingConfiguration(architecture="max-pooling", epochs=100, schedule=_POOLING),
    "wide": TrainingConfiguration(architecture="wide", epochs=100, schedule=Piecewise(((60, 0.1), (100, 0.02)))),
    "quick": TrainingConfiguration(
        architecture="resnet20",
        dataset="digits",
        image_size=usual_image_size("digits"),
        epochs=4,
        batch_size=64,
        schedule=OneCycle(peak=0.1),
        log_samples=64,
        checkpoint_every=1,
    ),
}
"""demo and quick are Iterscope's own (quick is for trying things out); the others are the paper's (appendix and section 4)."""
