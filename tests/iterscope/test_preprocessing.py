"""What is done to an image before a network sees it: checked, kept, and carried out."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from iterscope.datasets import load_dataset
from iterscope.errors import DatasetError
from iterscope.preprocessing import PRESETS, Preprocessing, preset

MEAN, STD = (0.1, 0.2, 0.3), (0.4, 0.5, 0.6)


@pytest.fixture
def folder(tmp_path: Path) -> str:
    """Three classes of one image a split, 40×40 pixels with a frame of 4 white ones."""
    for split in ("train", "val"):
        for level, name in enumerate(("apple", "bear", "cat")):
            pixels = np.full((40, 40, 3), 255, dtype=np.uint8)
            pixels[4:-4, 4:-4] = 40 * level
            (tmp_path / "data" / split / name).mkdir(parents=True)
            Image.fromarray(pixels).save(tmp_path / "data" / split / name / "1.png")
    return f"folder:{tmp_path / 'data'}"


def test_it_survives_the_trip() -> None:
    whole = Preprocessing(224, MEAN, STD, resize=256, interpolation="bicubic", class_names=("a", "b"))
    assert Preprocessing.from_dict(whole.to_dict()) == whole
    assert Preprocessing.from_dict({"image_size": 32, "mean": [0, 0, 0], "std": [1, 1, 1]}).mean == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"image_size": 0}, "image_size is 0"),
        ({"image_size": True}, "image_size is True"),
        ({"resize": 16}, "resize is 16, less than image_size 32"),
        ({"mean": [1, 2]}, "mean is .* three numbers"),
        ({"mean": "abc"}, "mean is 'abc'"),
        ({"mean": [float("nan"), 0, 0]}, "mean is"),
        ({"std": [1, 0, 1]}, "std is .* above 0"),
        ({"crop": "random"}, "crop is 'random'"),
        ({"interpolation": "magic"}, "interpolation is 'magic'"),
        ({"class_names": ["a"]}, "at least two strings"),
        ({"class_names": ["a", "b", "a"]}, "has 'a' twice"),
        ({"code": "import os"}, "unknown field 'code'"),
    ],
)
def test_what_cannot_be_is_refused_by_name(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        Preprocessing.from_dict({"image_size": 32, "mean": list(MEAN), "std": list(STD), **changes})


def test_a_missing_field_is_named() -> None:
    with pytest.raises(DatasetError, match="lacks 'std'"):
        Preprocessing.from_dict({"image_size": 32, "mean": [0, 0, 0]})


def test_presets_crop_at_their_own_size_alone() -> None:
    assert (preset("imagenet").image_size, preset("imagenet").resize) == (224, 256)
    assert (preset("imagenet", 32).image_size, preset("imagenet", 32).resize) == (32, None)
    assert preset("cifar10").mean == PRESETS["cifar10"].mean
    with pytest.raises(DatasetError, match="preset 'fashion' is unknown: choose cifar10, cifar100, imagenet"):
        preset("fashion")


def test_the_centre_is_cropped_from_the_resized_image(folder: str, tmp_path: Path) -> None:
    data = Preprocessing(32, MEAN, STD, resize=40).load(folder, home=tmp_path)
    assert data.image_size == 32
    assert data.validation.images.amax((1, 2, 3)).tolist() == [0, 40, 80]  # the white frame is gone
    assert data.fingerprint != load_dataset(folder, home=tmp_path, image_size=32).fingerprint


def test_images_are_normalised_by_its_values(folder: str, tmp_path: Path) -> None:
    data = Preprocessing(32, MEAN, STD, resize=40).load(folder, home=tmp_path)
    channel = data.validation.batch(2, 3)[0, :, 0, 0]
    expected = (torch.full((3,), 80 / 255) - torch.tensor(MEAN)) / torch.tensor(STD)
    torch.testing.assert_close(channel, expected)
    assert (data.reference.mean, data.reference.std, data.reference.image_size) == (MEAN, STD, 32)


def test_labels_follow_the_networks_order_of_classes(folder: str, tmp_path: Path) -> None:
    names = ("zebra", "cat", "apple", "bear")
    data = Preprocessing(32, MEAN, STD, class_names=names).load(folder, home=tmp_path)
    assert data.class_names == names
    assert data.validation.labels.tolist() == [2, 3, 1]
    with pytest.raises(DatasetError, match="class_names lacks 'cat', a class of folder"):
        Preprocessing(32, MEAN, STD, class_names=("apple", "bear", "dog")).load(folder, home=tmp_path)


def test_interpolations_differ_and_are_cached_apart(folder: str, tmp_path: Path) -> None:
    found = {
        way: load_dataset(folder, home=tmp_path, image_size=20, interpolation=way)
        for way in ("bilinear", "bicubic", "nearest")
    }
    assert len({data.fingerprint for data in found.values()}) == 3
    assert set(found["nearest"].validation.images.unique().tolist()) == {0, 40, 80, 255}
    assert len(list((tmp_path / "datasets").glob("folder-*"))) == 3
    again = load_dataset(folder, home=tmp_path, image_size=20, interpolation="bicubic")
    assert again.fingerprint == found["bicubic"].fingerprint
    with pytest.raises(DatasetError, match="interpolation is 'magic'"):
        load_dataset(folder, home=tmp_path, interpolation="magic")
