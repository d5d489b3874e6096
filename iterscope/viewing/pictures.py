"""Images of a data set as pictures."""

from __future__ import annotations

import io

import torch
from PIL import Image

from iterscope.datasets.records import Dataset
from iterscope.errors import DatasetError


def png(dataset: Dataset, split: str, index: int) -> tuple[bytes, str]:
    """An image of a split as PNG, and a tag that changes with its content. Raises a DatasetError that names the valid range."""
    chosen = dataset.split(split)
    if not 0 <= index < len(chosen):
        raise DatasetError(
            f"image {index} is out of range: {split} of {dataset.name} has images 0 to {len(chosen) - 1}"
        )
    image = chosen.select(torch.tensor([index])).images[0].permute(1, 2, 0).contiguous()  # decodes no other image
    written = io.BytesIO()
    Image.fromarray(image.cpu().numpy()).save(written, "PNG")
    return written.getvalue(), f'"{dataset.fingerprint[:16]}-{len(image)}-{split}-{index}"'
