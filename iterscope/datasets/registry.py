"""Data sets by name."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from iterscope.datasets.cifar import cifar_available, load_cifar
from iterscope.datasets.decoding import RESAMPLING
from iterscope.datasets.digits import load_digit_pairs, load_digits
from iterscope.datasets.folder import cached_folders, load_folder
from iterscope.datasets.listing import list_folder, whole_path
from iterscope.datasets.records import Dataset
from iterscope.errors import DatasetError

DATASET_NAMES = ("digits", "digit-pairs", "cifar10", "cifar100")
IMAGE_SIZES = (8, 1024)
"""The smallest and the largest height and width of images, in pixels."""
OFFLINE = ("digits", "digit-pairs")
"""Made from data that ships with Iterscope."""
FOLDER_PREFIX = "folder:"
_FIXED_SIZES = {
    "digits": (10, 1438, 359),
    "digit-pairs": (100, 4000, 1000),
    "cifar10": (10, 50_000, 10_000),
    "cifar100": (100, 50_000, 10_000),
}
_DESCRIPTIONS = {
    "digits": "1,797 handwritten digits from scikit-learn, enlarged from 8×8 pixels; needs no download",
    "digit-pairs": "5,000 images of two handwritten digits side by side in 100 classes, made from digits; needs no download",
    "cifar10": "60,000 photographs of 32×32 pixels in 10 classes (Krizhevsky 2009), through torchvision",
    "cifar100": "60,000 photographs of 32×32 pixels in 100 classes (Krizhevsky 2009), through torchvision",
}


def default_home() -> Path:
    """The folder where Iterscope keeps its files: ITERSCOPE_HOME, or ./iterscope-data."""
    return Path(os.environ.get("ITERSCOPE_HOME") or "iterscope-data")


def check_dataset_name(name: str) -> None:
    """Raise `DatasetError` for a name that `load_dataset` doesn't know, without opening any file."""
    if name not in DATASET_NAMES and not (name.startswith(FOLDER_PREFIX) and len(name) > len(FOLDER_PREFIX)):
        raise DatasetError(
            f"data set {name!r} is unknown: choose digits, digit-pairs, cifar10, cifar100 or folder:PATH"
        )


def absolute_name(name: str) -> str:
    """The name with the path of folder:PATH made absolute, because training may run or resume in another folder. Others are unchanged.

    Raises DatasetError if there is no such path.
    """
    if not name.startswith(FOLDER_PREFIX):
        return name
    return f"{FOLDER_PREFIX}{whole_path(Path(name.removeprefix(FOLDER_PREFIX)))}"


def dataset_state(name: str) -> str:
    """A text that differs once the files of folder:PATH do, without opening one. Raises DatasetError as `load_dataset`."""
    check_dataset_name(name)
    if not name.startswith(FOLDER_PREFIX):
        return ""
    try:
        return list_folder(Path(name.removeprefix(FOLDER_PREFIX))).fingerprint
    except OSError as error:
        raise _unreadable(name, error) from error


def load_dataset(
    name: str,
    *,
    home: Path | str | None = None,
    image_size: int = 32,
    download: bool = False,
    interpolation: str = "bilinear",
    progress: Callable[[float], None] | None = None,
) -> Dataset:
    """Load "digits", "digit-pairs", "cifar10", "cifar100" or "folder:PATH".

    Args:
        home: the folder whose subfolder `datasets` holds downloads and the cache of decoded images; default: ITERSCOPE_HOME, or
            ./iterscope-data.
        image_size: height and width of every image, in pixels.
        download: whether torchvision may download CIFAR; nothing is downloaded by default.
        interpolation: bilinear, bicubic or nearest, for images that are resized; digits are always enlarged bilinearly.
        progress: called with the share of images decoded, 0 to 1, while a folder is read for the first time.

    Raises:
        DatasetError: the data set is unknown, missing or unreadable; the message names the remedy.
    """
    check_dataset_name(name)
    least, most = IMAGE_SIZES
    if isinstance(image_size, bool) or not isinstance(image_size, int) or not least <= image_size <= most:
        raise DatasetError(f"image_size is {image_size!r}: it must be a whole number of pixels from {least} to {most}")
    if interpolation not in RESAMPLING:
        raise DatasetError(f"interpolation is {interpolation!r}: it must be one of {', '.join(RESAMPLING)}")
    folder = (default_home() if home is None else Path(home)) / "datasets"
    try:
        if name == "digits":
            return load_digits(image_size)
        if name == "digit-pairs":
            return load_digit_pairs(image_size)
        if name.startswith(FOLDER_PREFIX):
            return load_folder(Path(name.removeprefix(FOLDER_PREFIX)), image_size, folder, progress, interpolation)
        return load_cifar(name, folder, image_size, download, interpolation)
    except OSError as error:
        raise _unreadable(name, error) from error


def _unreadable(name: str, error: OSError) -> DatasetError:
    return DatasetError(f"data set {name!r} can't be read: {error}")


def dataset_descriptions(home: Path | str | None = None) -> list[dict[str, object]]:
    """The named data sets, then every folder that was read before; `available` says whether it can be opened now."""
    folder = (default_home() if home is None else Path(home)) / "datasets"
    described: list[dict[str, object]] = []
    for name in DATASET_NAMES:
        available = name in OFFLINE or cifar_available(name, folder)
        classes, train_size, validation_size = _FIXED_SIZES[name]
        described.append(
            {
                "name": name,
                "description": _DESCRIPTIONS[name],
                "available": available,
                "num_classes": classes,
                "train_size": train_size,
                "validation_size": validation_size,
            }
        )
    for cached in cached_folders(folder):
        names = cached["class_names"]
        described.append(
            {
                "name": f"{FOLDER_PREFIX}{cached['root']}",
                "description": f"your own images in {cached['root']}",
                "available": Path(str(cached["root"])).is_dir(),
                "num_classes": len(names) if isinstance(names, list) else None,
                "class_names": names,
                "train_size": cached["train_size"],
                "validation_size": cached["validation_size"],
            }
        )
    return described
