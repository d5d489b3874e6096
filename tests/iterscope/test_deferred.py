"""Large folders: only the images that are asked for are decoded, and they are the same as in a small folder."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import iterscope as it
from iterscope.checkpoint_images import CheckpointImages
from iterscope.datasets import Dataset, dataset_descriptions, deferred, folder, folder_images, load_dataset
from iterscope.errors import DatasetError
from iterscope.measurements import parts
from iterscope.preprocessing import Preprocessing

MEAN, STD = (0.1, 0.2, 0.3), (0.4, 0.5, 0.6)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    generator = np.random.default_rng(0)
    for split, count in (("train", 5), ("val", 3)):
        for name in ("cat", "dog"):
            place = tmp_path / "photos" / split / name
            place.mkdir(parents=True)
            for at in range(count):
                Image.fromarray(generator.integers(0, 256, (20, 24, 3), dtype=np.uint8)).save(place / f"{at}.png")
    return tmp_path / "photos"


@pytest.fixture
def small(root: Path, tmp_path: Path) -> Dataset:
    return load_dataset(f"folder:{root}", home=tmp_path / "first", image_size=16)


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of all images that are decoded, of a folder that counts as large."""
    monkeypatch.setattr(folder, "HELD_BYTES", 0)
    paths: list[str] = []
    real = folder_images.decode_images

    def watched(files: list[Path], *options: object) -> torch.Tensor:
        paths.extend(map(str, files))
        return real(files, *options)  # type: ignore[arg-type]

    monkeypatch.setattr(folder_images, "decode_images", watched)
    return paths


@pytest.fixture
def large(root: Path, tmp_path: Path, small: Dataset, decoded: list[str]) -> Dataset:  # noqa: ARG001, they come first
    return load_dataset(f"folder:{root}", home=tmp_path / "second", image_size=16)


def test_opening_a_large_folder_decodes_nothing(large: Dataset, decoded: list[str]) -> None:
    assert (len(large.train), len(large.validation), large.image_size) == (10, 6, 16)
    assert large.train.labels.tolist() == [0] * 5 + [1] * 5
    assert decoded == []


def test_a_sample_is_that_of_a_small_folder(large: Dataset, small: Dataset, decoded: list[str]) -> None:
    for limit in (3, 4):
        mine, theirs = (data.with_normalisation(MEAN, STD).subset(limit, 7) for data in (large.train, small.train))
        assert torch.equal(mine.images, theirs.images)
        assert torch.equal(mine.labels, theirs.labels)
        assert torch.equal(mine.indices, theirs.indices)
        assert torch.equal(mine.batch(1, 3), theirs.batch(1, 3))
    assert len(decoded) == 7


def test_the_normalisation_of_cropped_images_is_that_of_a_small_folder(large: Dataset, small: Dataset) -> None:
    prepared = Preprocessing(8, MEAN, STD, resize=16)
    for grey in (False, True):
        mine, theirs = (prepared.arrange(data) for data in (large, small))
        mine, theirs = (data.turned_grey() if grey else data for data in (mine, theirs))
        assert (mine.mean, mine.std) == (theirs.mean, theirs.std) != (large.mean, large.std)


def test_batches_and_selections_of_selections_are_those_of_a_small_folder(
    large: Dataset, small: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deferred, "HELD_BYTES", 0)  # a selection is large too
    positions = torch.tensor([8, 1, 5, 2])
    mine, theirs = (data.train.with_normalisation(MEAN, STD).select(positions) for data in (large, small))
    assert isinstance(mine, deferred.DeferredSplit)
    assert torch.equal(mine.batch(1, 4, "cpu"), theirs.batch(1, 4, "cpu"))
    assert torch.equal(mine.select(torch.tensor([2, 0])).images, theirs.images[[2, 0]])


def test_all_images_are_decoded_once_where_all_are_asked_for(
    large: Dataset, small: Dataset, decoded: list[str], root: Path, tmp_path: Path
) -> None:
    on_device = large.to("cpu")
    assert torch.equal(on_device.train.images, small.train.images)
    assert torch.equal(on_device.validation.images, small.validation.images)
    assert len(decoded) == 16
    again = load_dataset(f"folder:{root}", home=tmp_path / "second", image_size=16)
    assert torch.equal(again.train.images, small.train.images)
    assert len(decoded) == 16


def test_statistics_are_those_of_the_training_images(large: Dataset, small: Dataset) -> None:
    assert large.mean == small.mean  # of all, since they are fewer than those that are drawn
    assert large.std == small.std


def test_preparation_crops_and_orders_as_for_a_small_folder(root: Path, tmp_path: Path, decoded: list[str]) -> None:
    prepared = Preprocessing(12, MEAN, STD, resize=16, class_names=("dog", "other", "cat"))
    large = prepared.load(f"folder:{root}", home=tmp_path / "large")
    assert decoded == []
    mine = large.validation.subset(4)
    folder.HELD_BYTES, before = 2**20, folder.HELD_BYTES
    try:
        small = prepared.load(f"folder:{root}", home=tmp_path / "small")
    finally:
        folder.HELD_BYTES = before
    theirs = small.validation.subset(4)
    assert (large.image_size, large.class_names, large.num_classes) == (12, ("dog", "other", "cat"), 3)
    assert torch.equal(mine.images, theirs.images)
    assert torch.equal(mine.labels, theirs.labels)
    assert (mine.num_classes, mine.mean, mine.std) == (theirs.num_classes, MEAN, STD)


def test_the_fingerprint_is_of_the_content(root: Path, tmp_path: Path, large: Dataset, decoded: list[str]) -> None:
    def fingerprint(**options: int) -> str:
        return load_dataset(f"folder:{root}", home=tmp_path / "second", **{"image_size": 16} | options).fingerprint

    assert fingerprint() == large.fingerprint
    path = root / "train" / "cat" / "0.png"
    path.touch()
    assert fingerprint() == large.fingerprint
    assert fingerprint(image_size=12) != large.fingerprint
    path.write_bytes((root / "train" / "cat" / "1.png").read_bytes())
    assert fingerprint() != large.fingerprint
    assert decoded == []


def test_a_checkpoint_with_the_fingerprint_of_decoded_images_finds_them(
    small: Dataset, large: Dataset, tmp_path: Path, root: Path
) -> None:
    images = CheckpointImages(16, 2, small.reference, None)
    assert images.load(home=tmp_path / "second").fingerprint == small.fingerprint
    trained_on = large.decoded()
    assert trained_on.reference == small.reference
    assert torch.equal(trained_on.train.images, small.train.images)
    Image.new("RGB", (20, 20)).save(root / "val" / "dog" / "0.png")
    with pytest.raises(DatasetError, match="has the fingerprint"):
        images.load(home=tmp_path / "second")


def test_an_unreadable_image_is_named_when_it_is_asked_for(large: Dataset, root: Path) -> None:
    (root / "val" / "dog" / "2.png").write_bytes(b"")
    assert len(large.validation.select(torch.arange(3)).images) == 3
    with pytest.raises(DatasetError, match=r"dog/2\.png is not a readable image \(it is empty\)"):
        large.validation.select(torch.tensor([5]))


def test_all_images_need_room_on_the_disk(large: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_images, "HELD_BYTES", 0)
    monkeypatch.setattr(large.train.source, "_cache_folder", tmp_path / "photos" / "train" / "cat" / "0.png")
    with pytest.raises(DatasetError, match=r"take .* GiB when they are decoded .*no room .*ITERSCOPE_HOME"):
        len(large.to("cpu").train.images)


def test_a_large_folder_is_described_once(large: Dataset, root: Path, tmp_path: Path) -> None:
    len(large.to("cpu").train.images)  # now there is a cache of images beside that of fingerprints
    described = [each for each in dataset_descriptions(tmp_path / "second") if each["name"] == f"folder:{root}"]
    assert [(each["train_size"], each["class_names"]) for each in described] == [(10, ["cat", "dog"])]


def test_grey_images_are_those_of_pillow(large: Dataset, small: Dataset) -> None:
    grey = small.turned_grey()
    source = Image.fromarray(small.train.images[3].permute(1, 2, 0).contiguous().numpy())
    assert np.array_equal(np.asarray(source.convert("L")), grey.train.images[3, 1].numpy())
    assert torch.equal(grey.train.images[:, 0], grey.train.images[:, 2])
    assert (grey.mean[0], grey.validation.std) == (
        pytest.approx(float(grey.train.images.double().mean() / 255)),
        grey.std,
    )
    deferred_grey = large.turned_grey()
    assert torch.equal(deferred_grey.train.batch(2, 5), grey.train.batch(2, 5))
    assert torch.equal(deferred_grey.validation.subset(3).batch(0, 3), grey.validation.subset(3).batch(0, 3))
    assert grey.train.batch(2, 5).shape == (3, 1, 16, 16)


def test_a_measurement_gives_freed_memory_back_after_each_chunk_of_a_large_folder(
    large: Dataset, small: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is in use grew by 10 KB for each image: `benchmarks.folders --only measurement` measures it."""
    monkeypatch.setattr(deferred, "HELD_BYTES", 0)
    monkeypatch.setattr(parts, "FIRST_CHUNK", 4)
    released: list[int] = []
    monkeypatch.setattr(parts, "release_freed_memory", lambda: released.append(1))
    network = it.build("resnet8", num_classes=large.num_classes, input_size=16, seed=0)
    of_small = it.measure("early-exit", network, small, split="train", limit=None)
    assert not released
    of_large = it.measure("early-exit", network, large, split="train", limit=None)
    assert len(released) == 2  # 4 images, then 6
    assert of_large["loss"] == of_small["loss"]
