"""A pipe, a device or a socket in the place of a file is refused at once, wherever an untrusted path is opened."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from PIL import Image

from iterscope.checkpoints import describe_checkpoint, is_checkpoint
from iterscope.datasets.decoding import decode_image
from iterscope.datasets.folder_images import FolderImages
from iterscope.datasets.listing import list_folder
from iterscope.errors import CheckpointError, DatasetError
from iterscope.importing import open_file
from iterscope.recognition import open_foreign_file
from iterscope.regular_files import open_regular
from iterscope.tensor_files import TensorFileError, read_header, read_tensors

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
WORDS = "a pipe, a device or a socket, not a file"


@contextmanager
def unwritten(path: Path) -> Iterator[None]:
    """A named pipe that nobody writes to: whoever waits for that is released after some seconds, and has failed."""
    os.mkfifo(path)

    def release() -> None:
        with suppress(OSError):  # nobody waits
            os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))

    timer = threading.Timer(10, release)
    timer.start()
    began = time.monotonic()
    yield
    timer.cancel()
    assert time.monotonic() - began < 9


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[Path]:
    with unwritten(tmp_path / "network.pth"):
        yield tmp_path / "network.pth"


@pytest.mark.parametrize(
    ("opens", "kind"),
    [
        (open_regular, OSError),
        (read_header, TensorFileError),
        (read_tensors, TensorFileError),
        (describe_checkpoint, CheckpointError),
        (open_foreign_file, CheckpointError),
        (lambda path: open_file(path, path.parent / "tensors"), CheckpointError),
        (lambda path: decode_image(path, 32), DatasetError),
    ],
)
def test_a_pipe_is_refused_at_once(pipe: Path, opens: Callable[[Path], object], kind: type[Exception]) -> None:
    with pytest.raises(kind, match=WORDS) as refused:
        opens(pipe)
    assert "network.pth" in str(refused.value)


def test_a_pipe_is_no_checkpoint(pipe: Path) -> None:
    assert not is_checkpoint(pipe)


def test_a_device_is_refused() -> None:
    """It has no end."""
    for opens in (open_regular, lambda path: decode_image(path, 32)):
        with pytest.raises((OSError, DatasetError), match=WORDS):
            opens(Path("/dev/zero"))


def test_a_folder_is_named_as_one(tmp_path: Path) -> None:
    with pytest.raises(TensorFileError, match="cannot be read: Is a directory"):
        read_header(tmp_path)


def test_an_image_that_became_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    """After the folder was listed."""
    for split in ("train", "val"):
        for name in ("cat", "dog"):
            folder = tmp_path / "images" / split / name
            folder.mkdir(parents=True)
            Image.new("RGB", (32, 32)).save(folder / "a.png")
    source = FolderImages(list_folder(tmp_path / "images"), 32, "bilinear", tmp_path, None)
    image = tmp_path / "images" / "train" / "cat" / "a.png"
    image.unlink()
    with unwritten(image), pytest.raises(DatasetError, match=rf"a\.png can't be read: it is {WORDS}"):
        source.fingerprint()
