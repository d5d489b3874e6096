"""What a measurement is given: a network with its images, and a memory of passes over them that several measurements use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

import torch
from torch import Tensor

from iterscope.adapters import residual_chain
from iterscope.architectures import ArchitectureConfiguration, ForeignConfiguration, build_from_configuration
from iterscope.chain import ResidualChain
from iterscope.datasets.records import Dataset, ImageSplit
from iterscope.errors import ConfigurationError, DatasetError
from iterscope.kept_states import KeptStates
from iterscope.measurements.parts import Chunk
from iterscope.measurements.passes import Memory

Value = TypeVar("Value")


def balanced(labels: Tensor, limit: int | None, seed: int) -> Tensor:
    """The positions (int64, ascending) of `limit` of N images, drawn without replacement so that classes differ by at most one image,
    except those that have too few.

    Args:
        labels: (N,) int64.
        limit: None for all of them.
    """
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(seed), device="cpu")
    turn = torch.empty_like(order)
    for each in range(int(labels.max()) + 1):
        members = labels[order] == each
        turn[members] = torch.arange(int(members.sum()), device="cpu")
    chosen = order[turn.argsort(stable=True)][: len(order) if limit is None else limit]
    return chosen.sort().values


@dataclass(frozen=True)
class MeasuredNetwork:
    """A network, the images that it is measured on, and how."""

    chain: ResidualChain
    images: ImageSplit
    """The N sampled images, on the network's device, normalised as in its training."""
    split: str
    """The split that they are from."""
    dataset: Dataset
    configuration: ArchitectureConfiguration | ForeignConfiguration | None
    """None: the network is not of an architecture that Iterscope builds."""
    seed: int | None
    """The seed of the network's training, and of its initial weights."""
    training: Callable[[int | None, int], ImageSplit]
    """Some training images, from their number (None: all) and a seed, prepared as `images`."""
    memory: Memory
    memory_budget: int
    """Bytes that activations may use."""
    progress: Callable[[float], None]
    open: Callable[[str], ResidualChain]
    """The chain of a further checkpoint that an option of the type `Checkpoint` or `Checkpoints` names."""
    epoch_of: Callable[[str], int | None] = lambda _: None
    """The epoch of such a checkpoint; None if it is unknown."""

    @property
    def labels(self) -> Tensor:
        """(N,)"""
        return self.images.labels

    @property
    def class_names(self) -> list[str]:
        return list(self.dataset.class_names)

    def part(self, start: float, stop: float) -> dict[str, Any]:
        """Keyword arguments for a computation of the library that covers this part of the progress."""

        def progress(fraction: float) -> None:
            self.progress(start + fraction * (stop - start))

        return {"memory_budget": self.memory_budget, "progress": progress}

    def halves(self, limit: int | None, seed: int) -> tuple[ImageSplit, ImageSplit]:
        """The training images to choose a value on, every second one, and the images to judge it on: those of another split, or the
        other half of the training images.

        Raises DatasetError if there are fewer than two training images.
        """
        training = self.training(limit, seed)
        if len(training) < 2:
            raise DatasetError(
                f"the training split has {len(training)} images: choosing a value on one half needs at least two"
            )
        every = torch.arange(len(training))
        judged = training.select(every[1::2]) if self.split == "train" else self.images
        return training.select(every[::2]), judged

    def fit_images(self, limit: int | None, seed: int) -> ImageSplit:
        """The training images that a probe is fitted on: `limit` of them (None: all), drawn by the seed, as many of each class as there
        are. Those that are measured are among them if `split` is `train`.

        Raises DatasetError if there are no training images.
        """
        training = self.dataset.train  # its labels alone: images of a large folder are decoded once they are chosen
        if len(training) == 0:
            raise DatasetError(
                f"{self.dataset.name} has no training images: this measurement fits on them. Give a data set with a training split"
            )
        return self.chosen("train", balanced(training.labels.cpu(), limit, seed).tolist())

    def unshared_control(self) -> ResidualChain:
        """The network of the same depth, width and seed without shared blocks, freshly initialised, on the device.

        Raises ConfigurationError for an imported network.
        """
        if not isinstance(self.configuration, ArchitectureConfiguration):
            raise ConfigurationError(
                "the network is not one of Iterscope's own: only Iterscope's own networks have an unshared control"
            )
        plain = replace(
            self.configuration, share_from=None, initial_gamma=1.0, unshare_statistics=False, unshare_affine=False
        )
        return residual_chain(build_from_configuration(plain, seed=self.seed or 0).to(self.chain.device))

    def fresh(self, seed: int) -> ResidualChain:
        """The network of the same configuration with fresh weights, as its builder draws them, in evaluation mode on the device.

        Raises ConfigurationError for a network that Iterscope can't build.
        """
        if self.configuration is None or getattr(self.configuration, "family", "") == "factory":
            raise ConfigurationError(
                f"{self.chain.name} is not a network that Iterscope builds: its initialisation isn't known here"
            )
        built = build_from_configuration(self.configuration, seed=seed).eval()
        return residual_chain(built.to(device=self.chain.device, dtype=self.chain.dtype))

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
        return whole.select(whole.labels.new_tensor(list(indices))).to(self.chain.device)

    def remember(self, name: str, chunk: Chunk, compute: Callable[[], Value]) -> Value:
        """The kept result of a computation over a chunk of `images` that other measurements need too."""
        return cast(Value, self.memory.remember(f"{name} of images {chunk.place}", compute))

    def recall(self, name: str, chunk: Chunk) -> object | None:
        """What `remember` has kept under that name for this chunk, or None."""
        return self.memory.recall(f"{name} of images {chunk.place}")

    def states(self, chunk: Chunk) -> KeptStates:
        """The kept hidden states of the untouched network for a chunk of `images`, for `evaluate_plans`."""
        return self.memory.states(str(chunk.place))
