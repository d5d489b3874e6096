"""What a folder of images holds: names of splits, Unicode, links, and what is passed over."""

import os
import socket
import unicodedata
from pathlib import Path

import pytest

from iterscope.datasets.folder import load_folder
from iterscope.datasets.listing import Listing, list_folder
from iterscope.datasets.registry import absolute_name, load_dataset
from iterscope.errors import DatasetError

NFC, NFD = (unicodedata.normalize(form, "Müsli") for form in ("NFC", "NFD"))


def make(root: Path, *places: str) -> Path:
    """Files that are only listed, so that they needn't be images."""
    for place in places:
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        (root / place).write_bytes(b"not opened")
    return root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make(
        tmp_path / "photos", *(f"{split}/{name}/1.png" for split in ("train", "val") for name in ("cat", "dog"))
    )


def counts(listing: Listing) -> tuple[int, int]:
    return len(listing.train), len(listing.validation)


@pytest.mark.parametrize(
    ("train", "validation"),
    [("Train", "Test"), ("training", "validation"), ("TRAIN", "VALID"), ("Training", "testing")],
)
def test_splits_have_several_names_with_any_capitals(root: Path, train: str, validation: str) -> None:
    (root / "train").rename(root / train)
    (root / "val").rename(root / validation)
    assert counts(list_folder(root)) == (2, 2)


@pytest.mark.parametrize(
    ("places", "said"),
    [
        (["1.png", "2.png", "3.jpg"], r"no folder named train, it has 3 files \(2 \.png, 1 \.jpg\): sort the images into folders of"),
        (["cat/1.png", "dog/1.png"], r"no folder named train, it has the folders cat, dog: if these are the classes, move"),
        (["val/cat/1.png", "val/dog/1.png"], r"no folder named train, it has the folder val: with val alone, .*ln -s val train"),
        (["train/cat/1.png", "dev/cat/1.png"], r"no folder named val, validation or test, it has the folders dev, train: expected"),
        (["photos/train/a/1.png", "photos/val/a/1.png"], r"it has the folder photos: the folder photos in it has them: give .*photos$"),
        ([".keep"], "has no folder named train, it has nothing in it"),
        (["data/train/a/1.png", "__MACOSX/train/a/1.png"], r"it has the folder data: the folder data in it has them"),
    ],
)  # fmt: skip
def test_other_layouts_are_refused_with_what_is_there(tmp_path: Path, places: list[str], said: str) -> None:
    with pytest.raises(DatasetError, match=said):
        list_folder(make(tmp_path / "given", *places))


def test_validation_images_alone_can_be_linked_as_both_splits(root: Path) -> None:
    for path in sorted((root / "train").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    (root / "train").rmdir()
    (root / "train").symlink_to("val")
    assert counts(list_folder(root)) == (2, 2)


def test_two_unicode_forms_of_a_name_are_one_class(tmp_path: Path) -> None:
    root = make(tmp_path, f"train/{NFC}/1.png", "train/Brot/1.png", f"test/{NFD}/1.png", "test/Brot/1.png")
    found = list_folder(root)
    assert found.class_names == ("Brot", NFC)
    assert [label for _, label in found.validation] == [0, 1]


def test_two_unicode_forms_in_one_split_are_refused(tmp_path: Path) -> None:
    root = make(tmp_path, f"train/{NFC}/1.png", f"train/{NFD}/1.png", f"val/{NFC}/1.png")
    with pytest.raises(DatasetError, match=r"look alike but are two spellings in Unicode \(NFC and NFD\): move"):
        list_folder(root)


def test_a_split_that_is_a_broken_link_is_named(root: Path) -> None:
    (root / "train").rename(root / "other")
    (root / "train").symlink_to("/nowhere/train")
    with pytest.raises(DatasetError, match=r"it has the folders other, val and the broken link train"):
        list_folder(root)


def test_of_many_classes_that_differ_the_first_are_named(root: Path) -> None:
    make(root, *(f"train/n{at:03d}/1.png" for at in range(20)))
    with pytest.raises(
        DatasetError, match=r"lacks \['n000', 'n001', 'n002', 'n003', 'n004'\] and 15 more and adds none"
    ):
        list_folder(root)


def test_a_name_that_is_not_utf8_is_refused(root: Path) -> None:
    Path(os.fsdecode(os.fsencode(root / "train") + b"/caf\xe9")).mkdir()
    with pytest.raises(DatasetError, match=r"caf\\udce9.*is not UTF-8: rename it"):
        list_folder(root)


def test_what_is_passed_over_is_counted_and_named(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cat = root / "train" / "cat"
    make(cat, "notes.txt", "more.txt", "raw.HEIC", "Thumbs.db", ".hidden", "LICENSE")
    (cat / "gone.png").symlink_to("/nowhere/gone.png")
    (cat / "self.png").symlink_to("self.png")
    (cat / "around").symlink_to("..")
    os.mkfifo(cat / "pipe.png")
    with socket.socket(socket.AF_UNIX) as listener:
        monkeypatch.chdir(cat)  # the address of a socket may have at most 107 bytes
        listener.bind("socket.png")
    (root / "train" / "wolf").symlink_to("/nowhere/wolf")
    found = list_folder(root)
    assert counts(found) == (2, 2)
    assert found.passed_over == (
        f"passed over in {root}: 4 files of other kinds (2 .txt, 1 .heic, 1 without an ending); 3 broken links ("
        "train/cat/gone.png, train/cat/self.png, train/wolf); 1 link to a folder that it lies in (train/cat/around); "
        "2 FIFOs, devices or sockets (train/cat/pipe.png, train/cat/socket.png)"
    )


def test_nothing_is_said_where_everything_is_read(root: Path) -> None:
    assert list_folder(root).passed_over is None


def test_links_to_images_and_folders_elsewhere_are_followed(root: Path, tmp_path: Path) -> None:
    elsewhere = make(tmp_path / "store", "a.png", "more/b.png")
    (root / "train/cat/2.png").symlink_to(elsewhere / "a.png")
    (root / "train/cat/more").symlink_to(elsewhere / "more")
    assert counts(list_folder(root)) == (4, 2)


def test_a_class_without_images_says_what_is_there_instead(root: Path) -> None:
    (root / "val/dog/1.png").rename(root / "val/dog/1.heic")
    with pytest.raises(DatasetError, match=r"dog contains no images .*1 file of other kinds \(1 \.heic\)"):
        list_folder(root)


def test_all_damaged_images_are_named_at_once(root: Path, tmp_path: Path) -> None:
    with pytest.raises(DatasetError) as caught:
        load_folder(root, 32, tmp_path / "cache")
    assert str(caught.value).startswith("4 of 4 images can't be used: ")
    assert all(
        f"{split}/{name}/1.png is not a" in str(caught.value) for split in ("train", "val") for name in ("cat", "dog")
    )
    assert not list((tmp_path / "cache").iterdir())


@pytest.mark.parametrize("path", ["~nobody-here/photos", "LOOP/photos", "a\0b", "\ud800"])
def test_a_path_that_can_not_be_found_is_refused_with_the_remedy(tmp_path: Path, path: str) -> None:
    (tmp_path / "LOOP").symlink_to(tmp_path / "LOOP")
    given = str(tmp_path / path) if path.startswith("LOOP") else path
    for opens in (
        list_folder,
        lambda path: absolute_name(f"folder:{path}"),
        lambda path: load_dataset(f"folder:{path}"),
    ):
        with pytest.raises(DatasetError) as refused:
            opens(Path(given))
        assert repr(given) in str(refused.value)
        assert "give the folder's whole path, such as folder:/home/me/photos" in str(refused.value)
