"""Images of torch data sets and loaders: read chunk by chunk where that is possible, otherwise into memory."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import BatchSampler, DataLoader, Dataset, IterableDataset, SequentialSampler

from iterscope.chain import ResidualChain
from iterscope.errors import DatasetError
from iterscope.input_checks import check_range, check_tensor, read_labels

READ_AT_ONCE = 64
"""Images that are read together from a torch data set."""


_UNREAD = torch.empty(0)


class TorchItems:
    """The images of a torch data set, read when they are needed, together with their labels. The first item is read once and kept."""

    def __init__(self, dataset: Dataset[Any], collate: Callable[[list[Any]], Any]) -> None:
        self.dataset, self.collate = dataset, collate
        self.reader: ResidualChain | None = None
        """The network that reads the images."""
        self.outputs: int | None = None
        """Its number of classes, as soon as that is known."""
        self._waiting: dict[tuple[int, int], tuple[Tensor | None, Tensor | None]] = {}
        """Of batches that were read: the images if only the labels were asked for yet, or the labels if only the images were."""
        self._one_at_a_time = threading.Lock()  # a data set may keep files open
        sized: Any = dataset
        self._count = len(sized)
        self._first = [sized[0]] if self._count > 0 else []

    def __len__(self) -> int:
        return self._count

    def batch(self, start: int, stop: int, device: torch.device | None = None) -> Tensor:
        images, _ = self._waiting.pop((start, stop), (None, None))
        if images is None:
            images, labels = self._read(start, stop)
            self._waiting[start, stop] = None, labels
        return images if device is None else images.to(device)

    def classes(self, start: int, stop: int) -> Tensor | None:
        """The labels of a batch; None if the data set gives none."""
        images, labels = self._waiting.pop((start, stop), (_UNREAD, None))
        if images is not None:
            images, labels = self._read(start, stop)
            self._waiting[start, stop] = images, None
        if labels is not None and self.outputs is not None and self.reader is not None:
            check_range(labels, self.reader, self.outputs, start)
        return labels

    def _read(self, start: int, stop: int) -> tuple[Tensor, Tensor | None]:
        items: Any = self.dataset
        with self._one_at_a_time:
            kept = self._first if start == 0 else []
            read = [*kept, *(items[index] for index in range(start + len(kept), stop))]
        try:
            images, labels = _parts(self.collate(read))
        except (TypeError, RuntimeError) as error:  # torch's own collation names the type or the shapes
            raise _unreadable(self.dataset, error, f" {start} to {stop - 1}") from error
        if self.reader is not None:
            check_tensor(self.reader, images, start)
        return images, labels


def is_in_order(loader: DataLoader[Any]) -> bool:
    """Whether a loader gives all items of a data set with a length, in their order."""
    dataset: Any = loader.dataset
    return (
        not isinstance(dataset, IterableDataset)
        and hasattr(dataset, "__len__")
        and type(loader.sampler) is SequentialSampler
        and type(loader.batch_sampler) is BatchSampler
        and not loader.drop_last
    )


def _parts(batch: object) -> tuple[Tensor, Tensor | None]:
    """The images and labels of a batch. Raises TypeError if it has no images."""
    parts = list(batch) if isinstance(batch, list | tuple) else [batch]
    if not parts or not isinstance(parts[0], Tensor):
        raise TypeError(f"it gives {type(parts[0]).__name__ if parts else 'nothing'}")
    return parts[0], read_labels(parts[1]) if len(parts) > 1 else None


def _unreadable(dataset: object, error: Exception, which: str = "") -> DatasetError:
    said = str(error).partition("\n")[0]
    return DatasetError(
        f"the images{which} of {type(dataset).__name__} can't be read: {said}. It must give (image, label), the image as a tensor, all of "
        "one size"
    )


def collected(loader: DataLoader[Any]) -> tuple[Tensor, Tensor | None]:
    """All images and labels that a loader gives."""
    images: list[Tensor] = []
    labels: list[Tensor] = []
    try:
        for batch in loader:
            some, classes = _parts(batch)
            images.append(some)
            labels += [] if classes is None else [classes]
    except TypeError as error:  # such as that of torch's own collation, which names the type of an image
        raise _unreadable(loader.dataset, error) from error
    if not images:
        raise DatasetError("images is empty: give at least one image")
    return torch.cat(images), torch.cat(labels) if labels else None
