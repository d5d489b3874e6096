"""Named data sets, splits, normalisation and training batches."""

import urllib.error

import pytest
import torch
from torch import Tensor

from iterscope.datasets import (
    Dataset,
    DatasetReference,
    ImageSplit,
    dataset_descriptions,
    load_dataset,
    make_dataset,
    training_batches,
)
from iterscope.datasets.augmentation import shift
from iterscope.errors import DatasetError


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return load_dataset("digits")


def test_digits_are_all_there_as_rgb(digits: Dataset) -> None:
    assert len(digits.train) + len(digits.validation) == 1797
    assert digits.class_names == tuple("0123456789")
    assert digits.train.images.shape[1:] == (3, 32, 32)
    assert torch.equal(digits.train.images[:, 0], digits.train.images[:, 2])


def test_digits_are_split_alike_in_every_class_and_always_the_same(digits: Dataset) -> None:
    totals = torch.bincount(torch.cat([digits.train.labels, digits.validation.labels]))
    held_out = torch.bincount(digits.validation.labels)
    assert ((held_out / totals - 0.2).abs() < 0.005).all()
    assert load_dataset("digits").fingerprint == digits.fingerprint


def test_digits_are_never_flipped(digits: Dataset) -> None:
    assert digits.augmentation == "crop"


@pytest.fixture(scope="module")
def pairs() -> Dataset:
    return load_dataset("digit-pairs")


def test_pairs_have_all_classes_equally_often_and_are_always_the_same(pairs: Dataset) -> None:
    assert pairs.class_names[:2] + pairs.class_names[-1:] == ("00", "01", "99")
    assert torch.bincount(pairs.train.labels).tolist() == [40] * 100
    assert torch.bincount(pairs.validation.labels).tolist() == [10] * 100
    assert load_dataset("digit-pairs").fingerprint == pairs.fingerprint
    assert pairs.augmentation == "crop"


def halves(split: ImageSplit) -> tuple[list[bytes], list[bytes]]:
    """The left and the right digit of each image."""
    middle = split.images[:, 0, 8:24]
    return tuple([image.contiguous().numpy().tobytes() for image in middle[..., side]] for side in SIDES)


SIDES = (slice(None, 16), slice(16, None))


def test_a_pair_is_two_digits_of_its_class_side_by_side(pairs: Dataset) -> None:
    single = load_dataset("digits", image_size=16)
    for split, digits in ((pairs.train, single.train), (pairs.validation, single.validation)):
        labels = {
            image.contiguous().numpy().tobytes(): int(label)
            for image, label in zip(digits.images[:, 0], digits.labels, strict=True)
        }
        left, right = halves(split)
        # Looked up among the digits of the same split alone: training and validation pairs have none in common.
        assert [10 * labels[a] + labels[b] for a, b in zip(left, right, strict=True)] == split.labels.tolist()
        assert all(a != b for a, b in zip(left, right, strict=True))
        assert not split.images[:, :, :8].any()
        assert not split.images[:, :, 24:].any()


def test_no_pair_occurs_twice(pairs: Dataset) -> None:
    for split in (pairs.train, pairs.validation):
        assert len(set(zip(*halves(split), strict=True))) == len(split)


@pytest.mark.parametrize("size", [8, 9, 31, 64])
def test_pairs_come_at_any_size(size: int) -> None:
    split = load_dataset("digit-pairs", image_size=size).validation
    assert split.images.shape == (1000, 3, size, size)
    assert split.images.flatten(1).any(1).all()


def test_normalised_training_images_have_mean_0_and_deviation_1(digits: Dataset) -> None:
    images = digits.train.batch(0, len(digits.train))
    assert images.mean((0, 2, 3)).abs().max() < 1e-5
    assert (images.std((0, 2, 3)) - 1).abs().max() < 1e-4


def test_a_batch_is_the_formula_it_claims(digits: Dataset) -> None:
    batch = digits.validation.batch(5, 8)
    expected = (digits.validation.images[5:8].double() / 255 - digits.mean[0]) / digits.std[0]
    assert torch.allclose(batch.double(), expected, atol=1e-6)


def test_a_batch_is_of_float32_whatever_torch_s_defaults_are_or_were(digits: Dataset) -> None:
    split = digits.train.with_normalisation((0.11, 0.22, 0.33), (0.44, 0.55, 0.66))  # not normalised by before
    found = []
    for dtype in (torch.float64, torch.float32):
        torch.set_default_dtype(dtype)
        try:
            found.append(split.batch(0, 20))
        finally:
            torch.set_default_dtype(torch.float32)
    mean, std = (torch.tensor(each, dtype=torch.float32).view(3, 1, 1) for each in (split.mean, split.std))
    expected = split.images[:20].float().div(255).sub(mean).div(std)
    assert all(torch.equal(each, expected) for each in found)


def test_images_are_drawn_and_augmented_on_the_cpu_whatever_torch_s_default_device_is(digits: Dataset) -> None:
    expected = digits.train.subset(20).indices
    options = {"batch_size": 8, "seed": 0, "epoch": 1, "augmentation": "flip_crop"}
    batch = next(training_batches(digits.train, **options))
    torch.set_default_device("meta")
    try:
        assert torch.equal(digits.train.subset(20).indices, expected)
        again = next(training_batches(digits.train, **options))
    finally:
        torch.set_default_device(None)
    assert torch.equal(again.images, batch.images)


def test_the_fingerprint_follows_every_pixel_label_and_class_name() -> None:
    def tiny(pixel: int = 0, label: int = 0, name: str = "a") -> str:
        images = torch.full((2, 3, 8, 8), 7, dtype=torch.uint8)
        images[0, 0, 0, 0] = pixel
        split = (images, torch.tensor([label, 1]))
        return make_dataset("tiny", (name, "b"), split, split, "none").fingerprint

    assert len({tiny(), tiny(pixel=1), tiny(label=1), tiny(name="c")}) == 4
    assert tiny() == tiny()


def test_a_constant_channel_stays_finite() -> None:
    split = (torch.zeros(2, 3, 8, 8, dtype=torch.uint8), torch.tensor([0, 1]))
    dataset = make_dataset("black", ("a", "b"), split, split, "none")
    assert torch.isfinite(dataset.train.batch(0, 2)).all()


def test_a_subset_is_drawn_by_its_seed_and_keeps_the_order(digits: Dataset) -> None:
    subset = digits.train.subset(50, seed=3)
    assert torch.equal(subset.indices, digits.train.subset(50, seed=3).indices)
    assert not torch.equal(subset.indices, digits.train.subset(50, seed=4).indices)
    assert (subset.indices.diff() > 0).all()
    assert torch.equal(subset.images, digits.train.images[subset.indices])
    assert len(digits.train.subset(None)) == len(digits.train.subset(10**6)) == len(digits.train)


def test_a_subset_of_nothing_is_refused(digits: Dataset) -> None:
    with pytest.raises(DatasetError, match="limit is 0: it must be at least 1"):
        digits.train.subset(0)


def test_an_unknown_split_is_refused(digits: Dataset) -> None:
    assert digits.split("train") is digits.train
    assert digits.split("validation") is digits.validation
    with pytest.raises(DatasetError, match="split 'test' is unknown: digits has train and validation"):
        digits.split("test")


def test_a_reference_survives_the_trip(digits: Dataset) -> None:
    assert DatasetReference.from_dict(digits.reference.to_dict()) == digits.reference


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"mean": [0, 1]}, "mean must be three numbers"),
        ({"std": [0.0, 1.0, 1.0]}, "std above 0"),
        ({"class_names": "abc"}, "class_names must be a list"),
        ({"image_size": 0}, "image_size must be a positive"),
        ({"name": None}, "name and fingerprint must be strings"),
    ],
)
def test_a_damaged_reference_is_refused(digits: Dataset, change: dict[str, object], message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        DatasetReference.from_dict({**digits.reference.to_dict(), **change})


def test_a_split_of_the_wrong_kind_is_refused() -> None:
    with pytest.raises(DatasetError, match="images must be uint8"):
        ImageSplit(torch.zeros(1, 3, 8, 8), torch.zeros(1).long(), (0.0,) * 3, (1.0,) * 3, torch.zeros(1).long())
    images = torch.zeros(1, 3, 8, 8, dtype=torch.uint8)
    with pytest.raises(DatasetError, match="labels must be int64"):
        ImageSplit(images, torch.zeros(2).long(), (0.0,) * 3, (1.0,) * 3, torch.zeros(1).long())


@pytest.mark.parametrize("name", ["mnist", "folder:", "", "Digits"])
def test_an_unknown_name_is_refused(name: str) -> None:
    with pytest.raises(DatasetError, match="choose digits, digit-pairs, cifar10, cifar100 or folder:PATH"):
        load_dataset(name)


@pytest.mark.parametrize("image_size", [0, 7, 2000, 3.5, True])
def test_an_impossible_image_size_is_refused(image_size: int) -> None:
    with pytest.raises(DatasetError, match="image_size is"):
        load_dataset("digits", image_size=image_size)


def test_cifar_is_not_downloaded_unasked(tmp_path: object) -> None:
    with pytest.raises(DatasetError, match=r"cifar10 is missing or damaged in .*: download it .*or train on digits"):
        load_dataset("cifar10", home=str(tmp_path))


def test_no_network_is_said_plainly(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*_: object, **__: object) -> None:
        raise urllib.error.URLError("no route to host")

    monkeypatch.setattr("urllib.request.urlopen", offline)
    with pytest.raises(DatasetError, match=r"cifar100 could not be downloaded .*check the network"):
        load_dataset("cifar100", home=str(tmp_path), download=True)


def test_descriptions_tell_what_is_available(tmp_path: object) -> None:
    described = {entry["name"]: entry for entry in dataset_descriptions(str(tmp_path))}
    assert described["digits"]["available"] is True
    assert described["cifar10"]["available"] is False
    assert described["cifar100"]["num_classes"] == 100


@pytest.mark.parametrize("name", ["digits", "digit-pairs"])
def test_the_described_sizes_are_true(name: str, tmp_path: object) -> None:
    described = {entry["name"]: entry for entry in dataset_descriptions(str(tmp_path))}[name]
    loaded = load_dataset(name, image_size=8)
    assert described["available"] is True
    assert (described["train_size"], described["validation_size"]) == (len(loaded.train), len(loaded.validation))
    assert described["num_classes"] == loaded.num_classes


def numbered(count: int, size: int = 8) -> ImageSplit:
    images = torch.randint(256, (count, 3, size, size), generator=torch.Generator().manual_seed(0)).to(torch.uint8)
    return ImageSplit(images, torch.arange(count), (0.0,) * 3, (1.0,) * 3, torch.arange(count))


def labels_of(split: ImageSplit, **options: int) -> Tensor:
    arguments = {"batch_size": 4, "seed": 0, "epoch": 1, **options}
    return torch.cat([batch.labels for batch in training_batches(split, augmentation="none", **arguments)])


def test_an_epoch_shows_every_image_once_in_an_order_of_its_own() -> None:
    split = numbered(10)
    first, second = labels_of(split), labels_of(split, epoch=2)
    assert torch.equal(first.sort().values, split.labels)
    assert not torch.equal(first, second)
    assert torch.equal(first, labels_of(split))
    assert not torch.equal(first, labels_of(split, seed=1))


def test_an_epoch_taken_up_in_the_middle_goes_on_as_it_would_have() -> None:
    split = numbered(10)
    options = {"batch_size": 3, "seed": 5, "epoch": 7, "augmentation": "flip_crop"}
    whole = list(training_batches(split, **options))
    rest = list(training_batches(split, first_batch=2, **options))
    assert len(whole) == 4
    assert len(rest) == 2
    assert torch.equal(whole[3].images, rest[1].images)
    assert torch.equal(whole[2].labels, rest[0].labels)


def test_a_crop_is_a_window_of_the_padded_image() -> None:
    split = numbered(3)
    down, right = torch.tensor([4, 0, 8]), torch.tensor([4, 8, 0])
    moved = shift(split.images, down, right)
    assert torch.equal(moved[0], split.images[0])
    assert torch.equal(moved[1, :, 4:, :4], split.images[1, :, :4, 4:])
    assert torch.equal(moved[2, :, :4, 4:], split.images[2, :, 4:, :4])
    assert (moved[1, :, :4] == 0).all()
    assert (moved[1, :, :, 4:] == 0).all()


def test_flips_turn_about_half_of_the_images_around() -> None:
    images = torch.zeros(400, 3, 16, 16, dtype=torch.uint8)
    images[:, :, 5:11, 5:8] = 255  # left of the middle: a crop moves it, a flip moves it to the right
    split = ImageSplit(images, torch.zeros(400).long(), (0.0,) * 3, (1.0,) * 3, torch.arange(400))
    by_kind = {}
    for kind in ("crop", "flip_crop"):
        batches = training_batches(split, batch_size=400, seed=0, epoch=0, augmentation=kind)
        by_kind[kind] = next(batches).images
    changed = (by_kind["crop"] != by_kind["flip_crop"]).flatten(1).any(1).float().mean()
    assert 0.4 < changed < 0.6


def test_unknown_augmentation_is_refused() -> None:
    with pytest.raises(DatasetError, match="augmentation 'blur' is unknown: choose one of none, crop, flip_crop"):
        next(training_batches(numbered(2), batch_size=1, seed=0, epoch=0, augmentation="blur"))
