"""A split of a large folder, whose images are decoded when they are asked for."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from typing_extensions import override

from iterscope.datasets.folder_images import HELD_BYTES, FolderImages
from iterscope.datasets.records import Channels, ImageSplit, luminance, middle, normalise


class DeferredSplit(ImageSplit):
    """As `ImageSplit`, but `batch`, `select` and `subset` decode the images that they give.

    `images` decodes all of them into a cache on disk, which is mapped into memory.
    """

    source: FolderImages
    name: str
    """Of the split."""
    size: int
    """Of the middle that is kept of each image, in pixels."""
    normalisation: tuple[Channels, Channels] | None
    """Mean and standard deviation; None: the folder's own, computed when it is asked for."""

    def __init__(  # not a dataclass: `images`, `mean` and `std` are computed
        self,
        source: FolderImages,
        name: str,
        labels: Tensor,
        indices: Tensor,
        num_classes: int | None,
        size: int,
        normalisation: tuple[Channels, Channels] | None = None,
        grey: bool = False,
    ) -> None:
        values = {
            "source": source,
            "name": name,
            "labels": labels,
            "indices": indices,
            "num_classes": num_classes,
            "size": size,
            "normalisation": normalisation,
            "grey": grey,
        }
        for key, value in values.items():
            object.__setattr__(self, key, value)

    @property
    @override
    def images(self) -> Tensor:
        """uint8 (N, 3, H, W): all images, decoded now if they aren't in the cache."""
        images = self.source.all()[self.name]
        return self._middle(images if torch.equal(self.indices, torch.arange(len(images))) else images[self.indices])

    @property
    @override
    def mean(self) -> Channels:
        return (self.normalisation or self.source.statistics(self.size, grey=self.grey))[0]

    @property
    @override
    def std(self) -> Channels:
        return (self.normalisation or self.source.statistics(self.size, grey=self.grey))[1]

    @property
    @override
    def image_size(self) -> int:
        return self.size

    @override
    def batch(self, start: int, stop: int, device: torch.device | str | None = None) -> Tensor:
        chosen = self._decoded(self.indices[start:stop])
        found = normalise(chosen if device is None else chosen.to(device), self.mean, self.std)
        return found[:, :1] if self.grey else found

    @override
    def select(self, positions: Tensor) -> ImageSplit:
        """The images at these positions, decoded; those of a large selection are decoded later."""
        labels, indices = self.labels[positions], self.indices[positions]
        if len(indices) * 3 * self.source.image_size**2 > HELD_BYTES:
            return self._changed(labels=labels, indices=indices)
        return ImageSplit(self._decoded(indices), labels, self.mean, self.std, indices, self.num_classes, self.grey)

    @override
    def to(self, device: torch.device | str) -> ImageSplit:
        if torch.device(device).type == "cpu":
            return self
        held = ImageSplit(self.images, self.labels, self.mean, self.std, self.indices, self.num_classes, self.grey)
        return held.to(device)

    @override
    def with_normalisation(self, mean: Channels, std: Channels) -> ImageSplit:
        return self._changed(normalisation=(mean, std))

    @override
    def with_labels(self, labels: Tensor, num_classes: int | None) -> ImageSplit:
        return self._changed(labels=labels, num_classes=num_classes)

    @override
    def cropped(self, size: int) -> ImageSplit:
        return self._changed(size=size)

    @override
    def turned_grey(self) -> ImageSplit:
        return self._changed(grey=True, normalisation=None)

    def _decoded(self, indices: Tensor) -> Tensor:
        return self._middle(self.source.some(self.name, indices))

    def _middle(self, images: Tensor) -> Tensor:
        inside = middle(images, self.size)
        return luminance(inside) if self.grey else inside

    def _changed(self, **changes: Any) -> DeferredSplit:
        kept = ("source", "name", "labels", "indices", "num_classes", "size", "normalisation", "grey")
        return DeferredSplit(**{name: getattr(self, name) for name in kept} | changes)
