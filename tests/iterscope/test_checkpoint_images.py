"""`it.checkpoint_data`: the images that a checkpoint's network saw, and the refusal of all others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image
from torch.nn.functional import cross_entropy

import iterscope as it

SMALL = {"stem_width": 4, "widths": (4, 8, 8)}


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network of the paper's kind for digits of 24 pixels, as the demo's is."""
    path = tmp_path_factory.mktemp("own") / "own.safetensors"
    data = it.load_dataset("digits", image_size=24)
    model = it.build("resnet8", input_size=24, seed=0, **SMALL).eval()
    it.save_checkpoint(path, model, dataset=data.reference)
    return path


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network that reads the digits in another order of classes, cropped from 20 to 16 pixels, from −1 to 1."""
    path = tmp_path_factory.mktemp("imported") / "imported.safetensors"
    names = tuple("9876543210")
    prepared = it.Preprocessing(16, (0.5,) * 3, (0.5,) * 3, resize=20, class_names=names)
    torch.manual_seed(0)
    model = it.build_foreign(it.ForeignConfiguration("cifar", "resnet8", 10, 16, options={"widths": [4, 8, 8]}))
    data = prepared.load("digits")
    it.save_checkpoint(path, model, dataset=data.reference, preprocessing=prepared)
    return path


def test_a_checkpoint_of_the_paper_s_kind_gets_its_size_and_normalisation(own: Path) -> None:
    data = it.checkpoint_data(own)
    trained = it.load_dataset("digits", image_size=24)
    assert (data.image_size, data.fingerprint) == (24, trained.fingerprint)
    assert torch.equal(data.validation.batch(0, 9), trained.validation.batch(0, 9))


def test_the_images_of_an_imported_network_are_cropped_ordered_and_normalised(imported: Path) -> None:
    data = it.checkpoint_data(imported).validation
    plain = it.load_dataset("digits", image_size=20).validation
    centre = plain.images[:, :, 2:18, 2:18]
    assert torch.equal(data.batch(0, 5), centre[:5].float().div(255).sub(0.5).div(0.5))
    assert torch.equal(data.labels, 9 - plain.labels)


def test_the_loss_is_that_of_the_network_on_its_own_images(imported: Path) -> None:
    checkpoint = it.read_checkpoint(imported)
    images = it.checkpoint_data(checkpoint).validation.subset(50)
    logits = checkpoint.model.double()(images.batch(0, 50).double())
    naive = cross_entropy(logits, images.labels)
    chain = it.residual_chain(it.load_checkpoint(imported))
    measured = it.evaluate_plans(chain, images, images.labels, [it.identity()]).mean_loss
    assert measured.item() == pytest.approx(naive.item(), rel=1e-5)


def test_another_data_set_is_prepared_in_the_same_way(imported: Path, tmp_path: Path) -> None:
    for split in ("train", "val"):
        for name in "abcdefghij":
            folder = tmp_path / split / name
            folder.mkdir(parents=True)
            Image.new("RGB", (40, 30), (ord(name), 7, 200)).save(folder / "1.png")
    data = it.checkpoint_data(imported, f"folder:{tmp_path}", home=tmp_path / "home")
    assert data.class_names == tuple("abcdefghij")  # the folder's own order
    assert (data.image_size, data.mean, data.std) == (16, (0.5,) * 3, (0.5,) * 3)


def test_the_preprocessing_s_normalisation_applies_where_the_data_set_s_is_another(
    imported: Path, tmp_path: Path
) -> None:
    path, prepared = tmp_path / "half.safetensors", it.preset("half", 16)
    data = it.load_dataset("digits", image_size=16)
    it.save_checkpoint(path, it.load_checkpoint(imported), dataset=data.reference, preprocessing=prepared)
    for name in (None, "digits"):
        images = it.checkpoint_data(path, name)
        assert (images.mean, images.std) == (prepared.mean, prepared.std) != (data.mean, data.std)
        assert torch.equal(images.validation.batch(0, 5), prepared.load("digits").validation.batch(0, 5))
    described = it.describe_checkpoint(path).images
    assert described.normalisation(data) == (prepared.mean, prepared.std)


def test_images_of_another_size_are_refused_with_both_sizes_and_the_remedy(own: Path) -> None:
    chain = it.residual_chain(it.load_checkpoint(own))
    images = it.load_dataset("digits").validation.subset(20)
    for measure in (
        lambda: it.block_metrics(chain, images, images.labels),
        lambda: it.run_plans(chain, images, [it.identity()]),
        lambda: it.block_drop(chain, images.batch(0, 20), images.labels),
    ):
        with pytest.raises(it.DatasetError, match=r"32×32 pixels.*24×24.*checkpoint_data\(path\).*any_size=True"):
            measure()


def test_a_network_is_measured_at_another_size_on_purpose(own: Path) -> None:
    model = it.load_checkpoint(own)
    chain = it.residual_chain(model, any_size=True)
    images = it.load_dataset("digits").validation.subset(10)
    assert torch.equal(it.run_plans(chain, images, [it.identity()])[0], model(images.batch(0, 10)))


def test_the_size_of_an_imported_network_is_known_from_its_checkpoint_only(imported: Path) -> None:
    images = torch.randn(2, 3, 24, 24)
    with pytest.raises(it.DatasetError, match=r"24×24 pixels.*16×16"):
        it.run_plans(it.residual_chain(it.load_checkpoint(imported)), images, [it.identity()])
    bare = it.build_foreign(it.ForeignConfiguration("cifar", "resnet8", 10, 32))  # a guess of the recognition
    assert len(it.run_plans(it.residual_chain(bare), images, [it.identity()])) == 1


def test_another_number_of_classes_is_refused_with_both_numbers(own: Path) -> None:
    with pytest.raises(it.DatasetError, match="'digit-pairs' has 100 classes, but the network has 10"):
        it.checkpoint_data(own, "digit-pairs")
    images = it.load_dataset("digits", image_size=24).validation.subset(5)
    chain = it.residual_chain(it.build("resnet8", num_classes=100, input_size=24, **SMALL))
    with pytest.raises(it.DatasetError, match=r"the images have 10 classes, but resnet8 has 100.*class_names"):
        it.block_metrics(chain, images, images.labels)  # every label is in range


def test_data_that_have_changed_are_refused_unless_they_are_named(own: Path, tmp_path: Path) -> None:
    description = it.describe_checkpoint(own)
    assert description.dataset is not None
    other = replace(description.dataset, fingerprint="0" * 64)
    it.save_checkpoint(tmp_path / "other.safetensors", it.load_checkpoint(own), dataset=other)
    with pytest.raises(it.DatasetError, match="fingerprint"):
        it.checkpoint_data(tmp_path / "other.safetensors")
    assert it.checkpoint_data(tmp_path / "other.safetensors", "digits").image_size == 24


def test_a_checkpoint_without_a_data_set_needs_a_name(own: Path, tmp_path: Path) -> None:
    it.save_checkpoint(tmp_path / "bare.safetensors", it.load_checkpoint(own))
    with pytest.raises(it.DatasetError, match="name a data set"):
        it.checkpoint_data(tmp_path / "bare.safetensors")
    assert it.checkpoint_data(tmp_path / "bare.safetensors", "digits").image_size == 24
