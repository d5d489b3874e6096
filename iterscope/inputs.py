"""What probes are given: a network, images, labels and plans, in the forms that people have them in, checked before anything runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.utils.data import (
    DataLoader,
    Dataset,
    IterableDataset,
    Subset,
    TensorDataset,
    default_collate,
)

from iterscope.adapters import residual_chain
from iterscope.arguments import finite_number, shown
from iterscope.chain import ResidualChain
from iterscope.datasets.records import ImageSplit
from iterscope.errors import ArchitectureError, BudgetError, DatasetError, PlanError
from iterscope.input_checks import array_as_tensor, check_range, check_tensor, read_labels
from iterscope.plan import Plan, Step, parse_plan
from iterscope.plan import plan as plan_of
from iterscope.torch_images import READ_AT_ONCE, TorchItems, collected, is_in_order


@runtime_checkable
class ImageSource(Protocol):
    """Images that are normalised chunk by chunk, such as a data set's split. Several threads may call `batch` at the same time."""

    def __len__(self) -> int: ...

    def batch(self, start: int, stop: int, device: torch.device | None = None) -> Tensor: ...


Images = Tensor | NDArray[Any] | ImageSource | Dataset[Any] | DataLoader[Any]
"""Normalised images: a tensor or an array (N, C, H, W), or a source of them, such as an `ImageSplit`. A torch data set or loader gives
(image, label). A data set with a length is read chunk by chunk, each image once in a pass; a loader that shuffles, and an iterable data
set, are read into memory. Images are converted to the network's dtype."""
Labels = Tensor | NDArray[Any] | Sequence[int] | None
"""The true classes (N,), whole numbers; None for those of the images' own source."""
PlanLike = Plan | str | Sequence[tuple[int, float] | Step]
"""A plan, its text, or its steps."""


def as_chain(network: nn.Module) -> ResidualChain:
    """The network as a chain; see `residual_chain`. Raises ArchitectureError if it isn't a network, or can't be converted."""
    if isinstance(network, ResidualChain):
        return network
    if not isinstance(network, nn.Module):
        raise ArchitectureError(
            f"{shown(network)} is not a network: give a ResidualChain or a torch module, such as it.load_checkpoint(path) returns"
        )
    return residual_chain(network)


def as_plan(plan: PlanLike) -> Plan:
    """The plan from its text or its steps. Raises PlanError if it isn't one."""
    if isinstance(plan, Plan):
        return plan
    if isinstance(plan, str):
        return parse_plan(plan)
    if not isinstance(plan, Iterable):
        raise PlanError(f"{shown(plan)} is not a plan: give it.drop(3), '0..2 4..26' or [(0, 1.0), …]")
    return plan_of(plan)


def as_plans(plans: Sequence[PlanLike] | Plan | str) -> list[Plan]:
    """The plans; one alone counts as a list of one. Raises PlanError if there are none, or if one of them isn't a plan."""
    if isinstance(plans, Plan | str):
        return [as_plan(plans)]
    if not isinstance(plans, Iterable):
        raise PlanError(f"plans is {shown(plans)}: give a list of plans, such as [it.identity(), it.drop(3)]")
    found = [as_plan(plan) for plan in plans]
    if not found:
        raise PlanError("plans is empty: give at least one plan")
    return found


def as_budget(memory_budget: float) -> int:
    """The budget in bytes. Raises BudgetError if it isn't a number above 0."""
    found = finite_number(memory_budget)
    if found is None or found < 1:
        raise BudgetError(f"memory_budget is {shown(memory_budget)}: give a number of bytes, such as 2 << 30 for 2 GiB")
    return int(found)


@dataclass(frozen=True)
class Inputs:
    """A network and N images with their labels, checked."""

    chain: ResidualChain
    images: Tensor | ImageSource
    labels: Tensor | None
    """(N,) int64, on the CPU; None if none were asked for, or if they come with the images when those are read."""
    labelled: bool = False
    """Whether `classes` gives labels."""

    def __len__(self) -> int:
        return len(self.images)

    def batch(self, start: int, stop: int) -> Tensor:
        """Images start … stop − 1 on the network's device, in its dtype."""
        device = self.chain.device
        images = self.images
        found = images[start:stop].to(device) if isinstance(images, Tensor) else images.batch(start, stop, device)
        found = found.to(self.chain.dtype or found.dtype)
        return (
            found.clone() if found.is_inference() else found
        )  # autograd refuses a tensor that was made in inference mode

    def classes(self, start: int, stop: int) -> Tensor:
        """Labels start … stop − 1 on the network's device. Raises DatasetError for labels that are known only now, and are wrong."""
        given, own = self.labels, self.images.classes(start, stop) if isinstance(self.images, TorchItems) else None
        found = own if given is None else given[start:stop]
        assert found is not None
        if given is not None and own is not None and not torch.equal(own, found):
            raise _contradiction(self.images)
        return found.to(self.chain.device)


def read_inputs(chain: ResidualChain, images: Images, labels: Labels = None, *, labelled: bool) -> Inputs:
    """Images and, if `labelled`, their labels. `check_labels` then checks the labels' range.

    Raises:
        DatasetError: there are no images, an image isn't finite, shapes or types are wrong, or there isn't one label per image.
    """
    source, own = _read_images(images)
    if isinstance(source, Tensor):
        check_tensor(chain, source)
    if isinstance(source, TorchItems):
        source.reader = chain
    if len(source) == 0:
        raise DatasetError("images is empty: give at least one image")
    if not labelled:
        return Inputs(chain, source, None)
    found = own if labels is None else read_labels(labels)
    if found is None and isinstance(source, TorchItems) and source.classes(0, 1) is not None:
        return Inputs(chain, source, None, labelled=True)
    if found is None:
        raise DatasetError("labels is missing: images has no labels of its own, so give the class of each image")
    if tuple(found.shape) != (len(source),):
        raise DatasetError(
            f"labels has shape {tuple(found.shape)} for {len(source)} images: give one class index per image"
        )
    if own is not None and isinstance(images, Dataset | DataLoader) and not torch.equal(own, found):
        raise _contradiction(images)
    return Inputs(chain, source, found, labelled=True)


def _contradiction(images: object) -> DatasetError:
    kind = type(images.dataset if isinstance(images, TorchItems) else images).__name__
    return DatasetError(f"labels differs from the labels that the {kind} gives, as after shuffling: leave labels out")


def check_fit(inputs: Inputs, image: Tensor) -> None:
    """Raises DatasetError if the network was trained or built for another image size, or for another number of classes.

    `image` (1, C, H, W) is one of the images.
    """
    chain, size = inputs.chain, tuple(image.shape[-2:])
    if chain.input_size is not None and size != (chain.input_size, chain.input_size):
        raise DatasetError(
            f"the images have {size[0]}×{size[1]} pixels, but {chain.name} was made for {chain.input_size}×{chain.input_size}: load a "
            f"checkpoint's images with it.checkpoint_data(path), and others with image_size={chain.input_size}; to measure at this size on "
            "purpose, use it.residual_chain(model, any_size=True)"
        )
    classes = getattr(inputs.images, "num_classes", None)
    if classes is not None and chain.num_classes is not None and classes != chain.num_classes:
        raise DatasetError(
            f"the images have {classes} classes, but {chain.name} has {chain.num_classes}: choose a data set with {chain.num_classes} "
            "classes, or name the network's classes with it.Preprocessing(class_names=…)"
        )


def check_labels(inputs: Inputs, classes: int) -> None:
    """Raises DatasetError naming the first label that isn't one of the network's classes; now, or when the label is read."""
    if isinstance(inputs.images, TorchItems):
        inputs.images.outputs = classes
    if inputs.labels is not None:
        check_range(inputs.labels, inputs.chain, classes)


@dataclass(frozen=True)
class _Chosen:
    """Some images of a source, in a given order."""

    source: ImageSource
    positions: Tensor

    def __len__(self) -> int:
        return len(self.positions)

    def batch(self, start: int, stop: int, device: torch.device | None = None) -> Tensor:
        return torch.cat([self.source.batch(at, at + 1, device) for at in self.positions[start:stop].tolist()])


def chosen_images(images: Tensor | ImageSource, positions: Tensor) -> Tensor | ImageSource:
    """The images at these positions (int64), in that order."""
    if isinstance(images, TorchItems):
        return TorchItems(Subset(images.dataset, positions.tolist()), images.collate)
    if isinstance(images, Tensor):
        return images[positions.to(images.device)]
    return images.select(positions) if isinstance(images, ImageSplit) else _Chosen(images, positions)


def _read_images(images: Images) -> tuple[Tensor | ImageSource, Tensor | None]:
    """The images, and the labels that come with them."""
    if isinstance(images, Tensor):
        return images.detach(), None
    if isinstance(images, np.ndarray):
        return array_as_tensor(images, "images"), None
    if isinstance(images, DataLoader):
        if is_in_order(images):
            return TorchItems(images.dataset, images.collate_fn), None
        return collected(images)
    if isinstance(images, IterableDataset) or (isinstance(images, Dataset) and not hasattr(images, "__len__")):
        return collected(DataLoader(images, batch_size=READ_AT_ONCE))
    if type(images) is TensorDataset:  # it is in memory already
        return images.tensors[0], read_labels(images.tensors[1]) if len(images.tensors) > 1 else None
    if isinstance(images, Dataset):
        return TorchItems(images, default_collate), None
    if isinstance(images, ImageSource):
        own = getattr(images, "labels", None)
        return images, None if own is None else read_labels(own)
    raise DatasetError(
        f"images is {shown(images)}: give a tensor or an array (N, C, H, W), an ImageSplit, a torch Dataset or a DataLoader"
    )
