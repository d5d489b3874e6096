"""Which images a checkpoint's network reads, and how they are prepared for it.

The library, the command, the service and its workers load a checkpoint's images through `CheckpointImages.load` only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from iterscope.architectures import configuration_from_dict, input_channels
from iterscope.datasets.records import Channels, Dataset, DatasetReference
from iterscope.datasets.registry import absolute_name, load_dataset
from iterscope.errors import DatasetError
from iterscope.preprocessing import Preprocessing


@dataclass(frozen=True)
class CheckpointImages:
    """What a checkpoint's description says about its images. Hashable, so that data sets can be cached by it."""

    input_size: int
    """Height and width in pixels for which the network was built."""
    num_classes: int
    """K, the number of the network's outputs."""
    reference: DatasetReference | None
    """The data set that the network was trained on, or checked on when it was imported; None: the checkpoint doesn't record it."""
    preprocessing: Preprocessing | None
    """None: images have the size, mean and standard deviation of `reference`."""
    grey: bool = False
    """Whether the network takes images of one channel."""

    @classmethod
    def described(
        cls,
        architecture: Mapping[str, Any],
        dataset: Mapping[str, Any] | None,
        preprocessing: Mapping[str, Any] | None,
    ) -> CheckpointImages:
        """From the plain JSON values of a checkpoint's description. Raises ArchitectureError or DatasetError for impossible values."""
        configuration = configuration_from_dict(dict(architecture))
        return cls(
            configuration.input_size,
            configuration.num_classes,
            None if dataset is None else DatasetReference.from_dict(dataset),
            None if preprocessing is None else Preprocessing.from_dict(preprocessing),
            input_channels(configuration) == 1,
        )

    @property
    def image_size(self) -> int:
        """Height and width in pixels of the images that the network was trained on."""
        if self.preprocessing is not None:
            return self.preprocessing.image_size
        return self.input_size if self.reference is None else self.reference.image_size

    def load(
        self,
        dataset: str | None = None,
        *,
        home: Path | str | None = None,
        progress: Callable[[float], None] | None = None,
    ) -> Dataset:
        """The data set as the network saw it: size, crop, order of classes and normalisation. See `checkpoint_data`."""
        name = self.name(dataset)
        data = self._prepared(name, home, progress)
        if dataset is None and self.reference is not None:
            if not data.has_fingerprint(self.reference.fingerprint):
                raise DatasetError(
                    f"data set {name!r} has the fingerprint {data.fingerprint[:12]}…, but the checkpoint was trained on "
                    f"{self.reference.fingerprint[:12]}…: to measure on these images anyway, name this data set (dataset, or --dataset)"
                )
            data = replace(data, fingerprint=self.reference.fingerprint)
        if data.num_classes != self.num_classes:
            raise DatasetError(
                f"data set {name!r} has {data.num_classes} classes, but the network has {self.num_classes}: "
                f"choose a data set with {self.num_classes} classes"
            )
        if self.reference is None and self.preprocessing is None:
            return data.turned_grey() if self.grey else data
        mean, std = self.normalisation(data)
        data = data.turned_grey() if self.grey else data
        train, validation = (split.with_normalisation(mean, std) for split in (data.train, data.validation))
        return replace(data, train=train, validation=validation)

    def normalisation(self, data: Dataset | DatasetReference) -> tuple[Channels, Channels]:
        """Mean and standard deviation per channel with which these images are given to the network."""
        known = self.preprocessing or self.reference or data
        return known.mean, known.std

    def name(self, dataset: str | None) -> str:
        """The full name of the data set that `load` reads. Raises DatasetError if none is known."""
        if dataset is not None:
            return absolute_name(dataset)
        if self.reference is None:
            raise DatasetError("the checkpoint doesn't record its data set: name a data set")
        return self.reference.name

    def _prepared(self, name: str, home: Path | str | None, progress: Callable[[float], None] | None) -> Dataset:
        prepared = self.preprocessing
        if prepared is not None and self.reference is not None and self.reference.name != name:
            # The class names belong to the network's own data set; another data set has its own names and order.
            prepared = replace(prepared, class_names=None)
        if prepared is not None:
            return prepared.load(name, home=home, progress=progress)
        return load_dataset(name, home=home, image_size=self.image_size, progress=progress)
