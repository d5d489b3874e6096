"""Single images as PNG."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from iterscope.datasets import folder, folder_images, load_dataset
from iterscope_backend.images import png


def test_an_image_of_a_large_folder_is_shown_without_decoding_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    levels = np.random.default_rng(0).integers(0, 256, (5, 16, 16, 3), dtype=np.uint8)
    for at, split, name in ((0, "train", "a"), (1, "train", "b"), (2, "val", "a"), (3, "val", "b"), (4, "val", "b")):
        place = tmp_path / "photos" / split / name
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(levels[at]).save(place / f"{at}.png")
    monkeypatch.setattr(folder, "HELD_BYTES", 0)
    data = load_dataset(f"folder:{tmp_path / 'photos'}", home=tmp_path / "home", image_size=16)
    monkeypatch.setattr(folder_images.FolderImages, "all", lambda _: pytest.fail("all images are decoded"))
    content, tag = png(data, "validation", 2)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(content))), levels[4])
    assert tag != png(data, "validation", 1)[1]
