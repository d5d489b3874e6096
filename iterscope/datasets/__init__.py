"""Images for training and probing: uint8 tensors on the device, normalised batch by batch."""

from iterscope.datasets.augmentation import Batch, training_batches
from iterscope.datasets.records import (
    AUGMENTATIONS,
    Augmentation,
    Dataset,
    DatasetReference,
    ImageSplit,
    channel_statistics,
    make_dataset,
    normalise,
)
from iterscope.datasets.registry import (
    DATASET_NAMES,
    FOLDER_PREFIX,
    check_dataset_name,
    dataset_descriptions,
    default_home,
    load_dataset,
)

__all__ = [
    "AUGMENTATIONS",
    "DATASET_NAMES",
    "FOLDER_PREFIX",
    "Augmentation",
    "Batch",
    "Dataset",
    "DatasetReference",
    "ImageSplit",
    "channel_statistics",
    "check_dataset_name",
    "dataset_descriptions",
    "default_home",
    "load_dataset",
    "make_dataset",
    "normalise",
    "training_batches",
]
