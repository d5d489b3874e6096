"""Folders of a user's own images: what is read, what is refused, what is cached."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from iterscope.datasets import dataset_descriptions, load_dataset
from iterscope.datasets.decoding import decode_image
from iterscope.errors import DatasetError


def save_image(path: Path, mode: str = "RGB", size: tuple[int, int] = (32, 32), seed: int = 0) -> None:
    """A random image of one of Pillow's modes; the suffix decides the format."""
    path.parent.mkdir(parents=True, exist_ok=True)
    levels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    Image.fromarray(levels).convert(mode).save(path)


@pytest.fixture
def images(tmp_path: Path) -> Path:
    root = tmp_path / "images"
    for seed, place in enumerate(
        ["train/cat/1.png", "train/cat/2.jpg", "train/dog/1.png", "val/cat/1.png", "val/dog/1.png"]
    ):
        save_image(root / place, seed=seed)
    return root


def load(root: Path, tmp_path: Path, **options: int):
    return load_dataset(f"folder:{root}", home=tmp_path / "home", **options)


def test_a_folder_becomes_a_data_set(images: Path, tmp_path: Path) -> None:
    dataset = load(images, tmp_path)
    assert dataset.class_names == ("cat", "dog")
    assert dataset.train.labels.tolist() == [0, 0, 1]
    assert dataset.validation.labels.tolist() == [0, 1]
    assert dataset.name == f"folder:{images}"
    expected = np.asarray(Image.open(images / "train/dog/1.png")).transpose(2, 0, 1)
    assert np.array_equal(dataset.train.images[2].numpy(), expected)


@pytest.mark.parametrize("name", ["val", "validation", "test"])
def test_the_validation_folder_has_three_names(images: Path, tmp_path: Path, name: str) -> None:
    (images / "val").rename(images / name)
    assert len(load(images, tmp_path).validation) == 2


def test_images_below_class_folders_and_other_files_are_sorted_out(images: Path, tmp_path: Path) -> None:
    save_image(images / "train/cat/more/3.PNG")
    (images / "train/cat/notes.txt").write_text("no image")
    (images / "train/.hidden").mkdir()
    (images / "train/cat/._1.png").write_bytes(b"resource fork")
    assert len(load(images, tmp_path).train) == 4


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "LA", "1", "CMYK", "I;16"])
def test_every_mode_becomes_rgb(tmp_path: Path, mode: str) -> None:
    path = tmp_path / ("image.tif" if mode in ("CMYK", "I;16") else "image.png")
    if mode == "I;16":
        Image.fromarray(np.full((32, 32), 0x8000, dtype=np.uint16)).save(path)
    else:
        save_image(path, mode)
    decoded = decode_image(path, 32)
    assert decoded.shape == (3, 32, 32)
    assert decoded.dtype == np.uint8
    if mode in ("L", "LA", "1", "I;16"):
        assert np.array_equal(decoded[0], decoded[1])
    if mode == "I;16":
        assert set(decoded.flatten().tolist()) == {127}


def test_transparent_pixels_are_white(tmp_path: Path) -> None:
    Image.new("RGBA", (32, 32), (255, 0, 0, 0)).save(tmp_path / "clear.png")
    assert (decode_image(tmp_path / "clear.png", 32) == 255).all()


@pytest.mark.parametrize("size", [(32, 32), (64, 48), (48, 64), (10, 100), (1, 1), (33, 1000)])
def test_odd_sizes_are_resized_by_the_shorter_side_and_cropped(tmp_path: Path, size: tuple[int, int]) -> None:
    save_image(tmp_path / "image.png", size=size)
    assert decode_image(tmp_path / "image.png", 32).shape == (3, 32, 32)


def test_the_crop_is_the_centre(tmp_path: Path) -> None:
    levels = np.zeros((32, 96, 3), dtype=np.uint8)
    levels[:, 32:64] = 200
    Image.fromarray(levels).save(tmp_path / "wide.png")
    assert (decode_image(tmp_path / "wide.png", 32) == 200).all()


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"nowhere does not exist: expected PATH/train/CLASS"):
        load(tmp_path / "nowhere", tmp_path)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatasetError, match="file is a file: expected"):
        load(tmp_path / "file", tmp_path)


@pytest.mark.parametrize(
    ("folder", "message"), [("train", "has no folder named train"), ("val", "has no folder named val, valid")]
)
def test_a_missing_split_is_named(images: Path, tmp_path: Path, folder: str, message: str) -> None:
    shutil.rmtree(images / folder)
    with pytest.raises(DatasetError, match=message):
        load(images, tmp_path)


def test_a_folder_without_classes_is_refused(images: Path, tmp_path: Path) -> None:
    shutil.rmtree(images / "train")
    save_image(images / "train/loose.png")
    with pytest.raises(DatasetError, match="train has no classes: a classifier needs at least two folders"):
        load(images, tmp_path)


def test_a_single_class_is_refused(images: Path, tmp_path: Path) -> None:
    shutil.rmtree(images / "train/dog")
    with pytest.raises(DatasetError, match="has only one class, 'cat'"):
        load(images, tmp_path)


@pytest.mark.parametrize("split", ["train", "val"])
def test_an_empty_class_is_refused(images: Path, tmp_path: Path, split: str) -> None:
    (images / split / "dog/1.png").unlink()
    with pytest.raises(DatasetError, match=f"{split}/dog contains no images"):
        load(images, tmp_path)


def test_classes_that_differ_are_named(images: Path, tmp_path: Path) -> None:
    (images / "val/dog").rename(images / "val/wolf")
    with pytest.raises(DatasetError, match=r"lacks \['dog'\] and adds \['wolf'\]"):
        load(images, tmp_path)


def test_a_truncated_image_is_named(images: Path, tmp_path: Path) -> None:
    path = images / "train/cat/2.jpg"
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(DatasetError, match=r"train/cat/2\.jpg is not a readable image"):
        load(images, tmp_path)


def test_a_file_that_is_no_image_is_named(images: Path, tmp_path: Path) -> None:
    (images / "val/dog/1.png").write_text("<html>not found</html>")
    with pytest.raises(DatasetError, match=r"val/dog/1\.png is not a readable image"):
        load(images, tmp_path)


def test_images_are_decoded_once(images: Path, tmp_path: Path) -> None:
    calls: list[float] = []
    first = load_dataset(f"folder:{images}", home=tmp_path / "home", progress=calls.append)
    assert calls[-1] == 1.0
    calls.clear()
    second = load_dataset(f"folder:{images}", home=tmp_path / "home", progress=calls.append)
    assert calls == []
    assert second.fingerprint == first.fingerprint
    assert torch.equal(second.train.images, first.train.images)


def test_a_changed_folder_is_decoded_again_and_the_old_cache_goes(images: Path, tmp_path: Path) -> None:
    before = load(images, tmp_path)
    save_image(images / "train/dog/2.png", seed=99)
    after = load(images, tmp_path)
    assert len(after.train) == len(before.train) + 1
    assert after.fingerprint != before.fingerprint
    assert len(list((tmp_path / "home/datasets").iterdir())) == 1


def test_a_damaged_cache_is_made_anew(images: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    before = load(images, tmp_path)
    (cache,) = (tmp_path / "home/datasets").iterdir()
    cache.write_bytes(cache.read_bytes()[:-5])
    assert load(images, tmp_path).fingerprint == before.fingerprint
    assert "is truncated" in caplog.text


def test_without_room_for_the_cache_the_data_are_still_read(
    images: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "home").write_text("a file where the folder should be")
    assert len(load(images, tmp_path).train) == 3
    assert "are not cached" in caplog.text


def test_folders_read_before_are_described(images: Path, tmp_path: Path) -> None:
    load(images, tmp_path)
    described = dataset_descriptions(tmp_path / "home")[-1]
    assert described["name"] == f"folder:{images}"
    assert described["class_names"] == ["cat", "dog"]
    assert (described["train_size"], described["validation_size"], described["available"]) == (3, 2, True)
    shutil.rmtree(images)
    assert dataset_descriptions(tmp_path / "home")[-1]["available"] is False
