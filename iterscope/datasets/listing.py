"""Which images a folder holds: its splits, classes and files, found without opening an image."""

from __future__ import annotations

import hashlib
import os
import stat
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from iterscope.datasets.image_files import EXTENSIONS
from iterscope.errors import DatasetError

TRAIN_FOLDERS = ("train", "training")
VALIDATION_FOLDERS = ("val", "validation", "valid", "test", "testing")
"""Also with capitals; the first that exists is taken."""
LAYOUT = "expected PATH/train/CLASS/image.jpg and PATH/val/CLASS/image.jpg (or validation/, or test/)"
NAMED = 5
"""The most folders, endings or files that a message names."""
_IGNORED = frozenset({"thumbs.db", "desktop.ini", "icon\r", "__macosx", "@eadir", "$recycle.bin", "lost+found"})
"""What systems leave in folders of images, besides names that begin with a dot."""


@dataclass(frozen=True)
class Listing:
    """The image files of one folder, in a fixed order."""

    root: Path
    class_names: tuple[str, ...]
    train: tuple[tuple[Path, int], ...]
    """(file, label) for every image."""
    validation: tuple[tuple[Path, int], ...]
    fingerprint: str
    """SHA-256 (hex) over every file's name, size and modification time."""
    passed_over: str | None = None
    """What isn't read, counted and named; None if everything is."""


@dataclass
class _PassedOver:
    """What was found beside the images."""

    endings: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    loops: list[str] = field(default_factory=list)
    special: list[str] = field(default_factory=list)
    """FIFOs, devices and sockets: opening one may wait for ever."""

    def described(self, root: Path) -> str | None:
        """One sentence, or None."""
        parts = []
        if self.endings:
            parts.append(f"{_files(self.endings.total())} of other kinds ({_kinds(self.endings)})")
        for paths, one, more in (
            (self.broken, "broken link", "broken links"),
            (self.loops, "link to a folder that it lies in", "links to folders that they lie in"),
            (self.special, "FIFO, device or socket", "FIFOs, devices or sockets"),
        ):
            if paths:
                names = sorted(os.path.relpath(path, root) for path in paths)
                parts.append(f"{len(paths)} {one if len(paths) == 1 else more} ({some(names)})")
        return f"passed over in {root}: {'; '.join(parts)}" if parts else None


def list_folder(path: Path) -> Listing:
    """Find the splits, classes and images of a folder without opening an image.

    Raises DatasetError that says what is there and what is wanted.
    """
    root = whole_path(path)
    if not root.is_dir():
        raise DatasetError(f"folder {root} {'is a file' if root.exists() else 'does not exist'}: {LAYOUT}")
    train_folder, validation_folder = _split_folders(root)
    passed = _PassedOver()
    classes = _class_folders(train_folder, passed)
    if len(classes) < 2:
        found = f"only one class, {next(iter(classes.values()))!r}" if classes else "no classes"
        raise DatasetError(
            f"{train_folder} has {found}: a classifier needs at least two folders of images, one per class, and there is "
            f"{_contents(train_folder)}"
        )
    others = _class_folders(validation_folder, passed)
    if others.keys() != classes.keys():
        missing = sorted(name for key, name in classes.items() if key not in others)
        extra = sorted(name for key, name in others.items() if key not in classes)
        raise DatasetError(
            f"the classes of {train_folder} and {validation_folder} differ: "
            f"the latter lacks {_first(missing)} and adds {_first(extra)}; both need the same class folders"
        )
    class_names = tuple(classes.values())
    digest = hashlib.sha256("\0".join(class_names).encode())
    splits = [
        tuple(_images(folder, [names[key] for key in classes], digest, passed, root))
        for folder, names in ((train_folder, classes), (validation_folder, others))
    ]
    return Listing(root, class_names, splits[0], splits[1], digest.hexdigest(), passed.described(root))


def whole_path(path: Path) -> Path:
    """The path of a folder, absolute, without links and `~`. Raises DatasetError if there is no such path."""
    remedy = "give the folder's whole path, such as folder:/home/me/photos"
    try:
        home = path.expanduser()
    except RuntimeError as error:
        raise DatasetError(f"folder {str(path)!r} names a user who has no home folder here: {remedy}") from error
    try:
        return home.resolve()
    except (OSError, RuntimeError) as error:  # RuntimeError: links that lead to each other
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "a link leads back to itself"
        raise DatasetError(f"folder {str(path)!r} can't be found ({reason}): {remedy}") from error
    except ValueError as error:  # a null character
        raise DatasetError(f"folder {str(path)!r} is no path ({error}): {remedy}") from error


def same_name(name: str) -> str:
    """The same for all Unicode spellings of a name: a Mac writes ü as u and a mark, most other systems as one character."""
    return unicodedata.normalize("NFC", name)


def some(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _first(names: Sequence[str]) -> str:
    """The first few names as a list, and how many more there are."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{list(names[:NAMED])}{more}" if names else "none"


def _split_folders(root: Path) -> tuple[Path, Path]:
    folders = {entry.name: entry for entry in root.iterdir() if entry.is_dir() and not _is_hidden(entry.name)}
    train, validation = _named(folders, TRAIN_FOLDERS), _named(folders, VALIDATION_FOLDERS)
    if train is not None and validation is not None:
        return train, validation
    inside = [folder for folder in folders.values() if _named(_folders_of(folder), TRAIN_FOLDERS) is not None]
    missing = "train" if train is None else "val, validation or test"
    if len(inside) == 1:
        remedy = f"the folder {inside[0].name} in it has them: give {inside[0]}"
    elif validation is not None:
        remedy = (
            f"with {validation.name} alone, link it under the other name too (ln -s {validation.name} train): {LAYOUT}"
        )
    elif train is None and folders:
        remedy = f"if these are the classes, move them into a folder train and some images of each into val; {LAYOUT}"
    else:
        remedy = (
            LAYOUT
            if folders
            else f"sort the images into folders of their classes, in the splits train and val; {LAYOUT}"
        )
    raise DatasetError(f"{root} has no folder named {missing}, it has {_contents(root)}: {remedy}")


def _folders_of(folder: Path) -> dict[str, Path]:
    try:
        return {entry.name: entry for entry in folder.iterdir() if entry.is_dir() and not _is_hidden(entry.name)}
    except OSError:  # a folder that may not be read
        return {}


def _named(folders: dict[str, Path], names: Sequence[str]) -> Path | None:
    """The folder with the first of these names; one in small letters comes first."""
    for name in names:
        alike = sorted((each for each in folders if each.lower() == name), key=lambda each: (each != name, each))
        if alike:
            return folders[alike[0]]
    return None


def _contents(folder: Path) -> str:
    """What is in a folder, for a message."""
    folders, broken, endings = [], [], Counter[str]()
    for entry in sorted(folder.iterdir()):
        if _is_hidden(entry.name):
            continue
        if entry.is_dir():
            folders.append(entry.name)
        elif entry.is_symlink() and not entry.exists():
            broken.append(entry.name)
        else:
            endings[entry.suffix.lower()] += 1
    parts = [f"the folder{'s' if len(folders) > 1 else ''} {some(folders)}"] if folders else []
    parts += [f"the broken link{'s' if len(broken) > 1 else ''} {some(broken)}"] if broken else []
    if endings:
        parts.append(f"{_files(endings.total())} ({_kinds(endings)})")
    return " and ".join(parts) or "nothing in it"


def _files(count: int) -> str:
    return f"{count} {'file' if count == 1 else 'files'}"


def _kinds(endings: Counter[str]) -> str:
    """The most frequent endings, each with the number of files."""
    ordered = sorted(endings.items(), key=lambda each: (-each[1], each[0] == "", each[0]))
    return some([f"{count} {ending or 'without an ending'}" for ending, count in ordered])


def _class_folders(folder: Path, passed: _PassedOver) -> dict[str, str]:
    """The names of the class folders, sorted, by the key under which splits are compared."""
    found: dict[str, str] = {}
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if _is_hidden(entry.name):
            continue
        if entry.is_symlink() and not entry.exists():
            passed.broken.append(str(entry))
        elif entry.is_dir():
            if not _is_utf8(entry.name):
                raise DatasetError(f"the name of the class folder {entry.name!r} in {folder} is not UTF-8: rename it")
            if (key := same_name(entry.name)) in found:
                raise DatasetError(
                    f"{folder} has two folders {entry.name!r}, whose names look alike but are two spellings in Unicode (NFC and NFD): "
                    "move the images of both into one"
                )
            found[key] = entry.name
    return found


def _images(
    folder: Path, names: Sequence[str], digest: hashlib._Hash, passed: _PassedOver, root: Path
) -> Iterator[tuple[Path, int]]:
    for label, name in enumerate(names):
        above = {_identity(each.stat()) for each in (root, folder)}
        before = _PassedOver()
        found = sorted(_image_files(folder / name, above, before))
        if not found:
            there = before.described(folder / name)
            raise DatasetError(
                f"class folder {folder / name} contains no images ({', '.join(sorted(EXTENSIONS))}): "
                "add images or remove the class from both splits" + (f"; {there}" if there else "")
            )
        passed.endings.update(before.endings)
        for kind in ("broken", "loops", "special"):
            getattr(passed, kind).extend(getattr(before, kind))
        for path, size, modified in found:
            digest.update(f"{Path(path).relative_to(folder.parent)}\0{size}\0{modified}\0".encode("utf-8", "replace"))
            yield Path(path), label


def _image_files(folder: Path, above: set[tuple[int, int]], passed: _PassedOver) -> Iterator[tuple[str, int, int]]:
    """(path, bytes, modification time in ns) of every image below `folder`; `above`: the folders that it lies in."""
    here = _identity(folder.stat())
    if here in above:
        passed.loops.append(str(folder))
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            if _is_hidden(entry.name):
                continue
            try:
                state = entry.stat()
            except OSError:
                if not entry.is_symlink():
                    raise
                passed.broken.append(entry.path)  # it leads nowhere, or to itself
                continue
            if stat.S_ISDIR(state.st_mode):
                yield from _image_files(Path(entry.path), above | {here}, passed)
            elif not stat.S_ISREG(state.st_mode):
                passed.special.append(entry.path)
            elif (ending := Path(entry.name).suffix.lower()) in EXTENSIONS:
                yield entry.path, state.st_size, state.st_mtime_ns
            else:
                passed.endings[ending] += 1


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name.lower() in _IGNORED


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:  # Python writes other bytes as lone surrogates
        return False
    return True


def _identity(state: os.stat_result) -> tuple[int, int]:
    return state.st_dev, state.st_ino
