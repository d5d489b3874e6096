"""What a `Recorder` is given: the images that it measures, the values that it keeps, and the network that its checkpoints describe."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import nn
from torch.utils.data import Dataset as TorchDataset
from torch.utils.data import Subset

from iterscope.architectures import ArchitectureConfiguration, ForeignConfiguration
from iterscope.arguments import shown, whole_number
from iterscope.chain import ResidualChain
from iterscope.datasets import Dataset, DatasetReference, ImageSplit
from iterscope.datasets.records import drawn
from iterscope.errors import InvalidInput
from iterscope.evaluation import evaluation
from iterscope.preprocessing import Preprocessing
from iterscope.probes.survey_log import LabelledImages
from iterscope.recipes import MOST
from iterscope.recognition import foreign_model, recognise
from iterscope_trainer.errors import TrainingError

_KNOWN = re.compile(r"(?:(train(?:ing)?|val(?:id(?:ation)?)?|eval)[_/. -])?(loss|acc(?:uracy)?)", re.IGNORECASE)
"""Names of values that the pages know, as training loops write them: loss, val_acc, train/loss, eval_accuracy."""
Data = Dataset | Mapping[str, LabelledImages]
"""A data set of Iterscope; or images with labels for "train", "validation" or both."""


def places(values: Mapping[str, float]) -> dict[tuple[str, str | None], float]:
    """The values under the store's names and splits. Where two names mean the same, the second is kept under its own."""
    placed: dict[tuple[str, str | None], float] = {}
    for name, value in values.items():
        place: tuple[str, str | None] = (name, None)
        if known := _KNOWN.fullmatch(name):
            prefix, split = ("training", "train") if (known[1] or "train")[0] in "tT" else ("validation", "validation")
            place = f"{prefix}_{'loss' if known[2].lower() == 'loss' else 'accuracy'}", split
        placed[(name, None) if place in placed else place] = value
    return placed


def number(name: str, value: object) -> float:
    if isinstance(value, torch.Tensor) and value.numel() == 1:
        return float(value)
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise TrainingError(f"{name} is {shown(value)}: give a number") from error


def count(field: str, value: object, *, least: int = 0) -> int:
    """The value as an int that the store can hold. Raises TrainingError."""
    found = whole_number(value)
    if found is None or not least <= found <= MOST:
        raise TrainingError(f"{field} is {shown(value)}: give a whole number from {least} to {MOST}")
    return found


def text(field: str, value: object, *, holds: str = "is") -> str:
    """The value if it is a text that the store can hold. Raises TrainingError."""
    if not isinstance(value, str) or "\0" in value:
        raise TrainingError(
            f"{field} {holds} {shown(value)}: give a text"
            + (" without NUL characters" if isinstance(value, str) else "")
        )
    return value


def texts(field: str, values: object) -> tuple[str, ...]:
    """The values if they are texts; a text is not taken for its letters. Raises TrainingError."""
    if isinstance(values, str) or not isinstance(values, Iterable):
        example = values if isinstance(values, str) else "baseline"
        raise TrainingError(f"{field} is {shown(values)}: give a list of texts, such as {shown([example])}")
    return tuple(text(field, value, holds="holds") for value in values)


def json_values(field: str, values: object) -> dict[str, Any]:
    """The values by name if JSON can hold them. Raises TrainingError."""
    if not isinstance(values, Mapping):
        raise TrainingError(f"{field} is {shown(values)}: give a dict of settings by name")
    for name, value in values.items():
        try:
            json.dumps({name: value})
        except (TypeError, ValueError) as error:
            raise TrainingError(
                f"{field}[{shown(name)}] is {shown(value)}: give plain JSON values (text, number, True, False, None, list, dict), "
                "such as float(…) for a number of numpy or torch"
            ) from error
    return dict(values)


def samples(data: Data, count: int) -> dict[str, LabelledImages]:
    """The images that are measured, by split. Raises TrainingError if there are none."""
    whole: Mapping[str, LabelledImages] = data if isinstance(data, Mapping) else {
        "train": data.train, "validation": data.validation,
    }  # fmt: skip
    if not whole or not set(whole) <= {"train", "validation"}:
        raise TrainingError(
            f"data has the splits {', '.join(map(str, whole)) or 'none'}: give train, validation or both"
        )
    return {name: _some(images, count) for name, images in whole.items()}


def _some(images: LabelledImages, count: int) -> LabelledImages:
    if isinstance(images, ImageSplit):
        return images.subset(count)
    if isinstance(images, tuple):
        pixels: Any = images[0]
        labels = torch.as_tensor(images[1])
        positions = drawn(len(labels), count, 0)
        return images if positions is None else (pixels[positions], labels[positions])
    if isinstance(images, TorchDataset) and hasattr(images, "__len__"):
        positions = drawn(len(images), count, 0)
        return images if positions is None else Subset(images, positions.tolist())
    raise TrainingError(
        f"data has {type(images).__name__}: give an ImageSplit, a torch data set with a length, or a pair (images, labels)"
    )


def recognised(
    network: nn.Module, chain: ResidualChain, samples: Mapping[str, LabelledImages]
) -> ArchitectureConfiguration | ForeignConfiguration:
    """The configuration from which this network can be built again: the logits must be the same, bitwise, for two images."""
    state = network.state_dict()
    found = recognise(state)
    if found.configuration is None:
        raise InvalidInput("; ".join(found.problems) or "its network is not recognised")
    device = next(network.parameters()).device
    images = two_images(next(iter(samples.values()))).to(device)
    for _, configuration in found.alternatives or (("", found.configuration),):
        model = foreign_model(configuration, found.renamed(state)).to(device)
        with evaluation(chain), evaluation(model), torch.no_grad():
            if torch.equal(chain(images), model(images)):
                return configuration
    raise InvalidInput("its weights fit a known network, but its forward pass differs")


def two_images(images: LabelledImages) -> torch.Tensor:
    if isinstance(images, ImageSplit):
        return images.batch(0, 2)
    source: Any = images
    if isinstance(images, tuple):
        return torch.as_tensor(source[0][:2])
    dataset = source
    return torch.stack([dataset[index][0] for index in range(min(2, len(dataset)))])


def preprocessing_of(reference: DatasetReference | None, images: ImageSplit | None) -> Preprocessing | None:
    if reference is None or images is None:
        return None
    return Preprocessing(images.image_size, images.mean, images.std, class_names=tuple(reference.class_names))
