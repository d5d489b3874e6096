"""The input of a probe: the network, the images, and a cache that persists between requests."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import torch
from torch import Tensor

import iterscope as it
from iterscope.architectures import ArchitectureConfiguration, build_from_configuration
from iterscope.datasets.records import Dataset, ImageSplit
from iterscope.errors import ConfigurationError, DatasetError
from iterscope_backend.workers.cache import WorkerCache
from iterscope_backend.workers.messages import Task

Value = TypeVar("Value")


@dataclass(frozen=True)
class ProbeContext:
    """The environment of one probe in its worker."""

    cache: WorkerCache
    task: Task
    chain: it.ResidualChain
    images: ImageSplit
    """The N sampled images, on the device, normalised as in the network's training."""
    progress: Callable[[float], None]

    @property
    def labels(self) -> Tensor:
        """(N,)"""
        return self.images.labels

    @property
    def dataset(self) -> Dataset:
        return self.cache.dataset(self.task)

    @property
    def class_names(self) -> list[str]:
        return list(self.dataset.class_names)

    @property
    def options(self) -> dict[str, Any]:
        """Keyword arguments for every computation of the library."""
        return {"memory_budget": self.cache.memory_budget, "progress": self.progress}

    def part(self, start: float, stop: float) -> dict[str, Any]:
        """`options` for a computation that covers this part of the progress."""

        def progress(fraction: float) -> None:
            self.progress(start + fraction * (stop - start))

        return {"memory_budget": self.cache.memory_budget, "progress": progress}

    def halves(self, limit: int | None, seed: int) -> tuple[ImageSplit, ImageSplit]:
        """The training images to choose a value on, every second one, and the images to judge it on: those of another split, or the
        other half of the training images.

        Raises DatasetError if there are fewer than two training images.
        """
        training = self.cache.images(self.task, split="train", limit=limit, seed=seed)
        if len(training) < 2:
            raise DatasetError(
                f"the training split has {len(training)} images: choosing a value on one half needs at least two"
            )
        every = torch.arange(len(training))
        judged = training.select(every[1::2]) if self.task.request["split"] == "train" else self.images
        return training.select(every[::2]), judged

    def unshared_control(self) -> it.ResidualChain:
        """The network of the same depth, width and seed without shared blocks, freshly initialised, on the device.

        Raises ConfigurationError for an imported network.
        """
        network = self.cache.network(self.task)
        if not isinstance(network.configuration, ArchitectureConfiguration):
            raise ConfigurationError("the network was imported: only Iterscope's own networks have an unshared control")
        plain = replace(
            network.configuration, share_from=None, initial_gamma=1.0, unshare_statistics=False, unshare_affine=False
        )
        return it.residual_chain(build_from_configuration(plain, seed=network.seed or 0).to(self.cache.device))

    def image(self, split: str, index: int) -> ImageSplit:
        """One image by its position in the split. Raises a DatasetError that names the valid range."""
        return self.chosen(split, [index])

    def chosen(self, split: str, indices: Sequence[int]) -> ImageSplit:
        """Images by their positions in the split, in this order. Raises a DatasetError that names the valid range."""
        whole = self.dataset.split(split)
        for index in indices:
            if not 0 <= index < len(whole):
                raise DatasetError(
                    f"image {index} is out of range: {split} of {self.dataset.name} has images 0 to {len(whole) - 1}"
                )
        return whole.select(whole.labels.new_tensor(list(indices))).to(self.cache.device)

    def remember(self, name: str, compute: Callable[[], Value]) -> Value:
        """The cached result of a computation over these images that other requests need too."""
        return self.cache.remember(self._key(name), compute)

    def recall(self, name: str) -> object | None:
        """What `remember` has cached under that name for these images, or None."""
        return self.cache.recall(self._key(name))

    def _key(self, name: str) -> Hashable:
        request = self.task.request
        images = (self.task.dataset, request["split"], request["limit"], request["seed"])
        return self.task.checkpoint_sha256, images, name
