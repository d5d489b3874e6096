"""Checkpoints."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from iterscope.measurements.records import Block
from iterscope_backend.schemas.common import example


class Checkpoint(BaseModel):
    """A stored network."""

    model_config = example(
        id="c3f8w2n6t",
        sha256="9f2c…",
        run="r7k2m9qx4",
        epoch=12,
        name="demo, epoch 12",
        path="checkpoints/r7k2m9qx4/epoch-0012.safetensors",
        architecture={"name": "resnet56", "widths": [16, 32, 64], "blocks": [9, 9, 9]},
        dataset={"name": "digits", "fingerprint": "51aa…", "class_names": ["0", "1"]},
        num_parameters=857706,
        size_bytes=3489420,
        blocks=[{"index": 0, "stage": 0, "is_projection": False, "shared_with": None}],
        metrics={"validation_accuracy": 0.98},
        preprocessing=None,
        factory=None,
        created_at="2026-11-24T10:01:15.000Z",
    )

    id: str
    sha256: str = Field(description="Digest of architecture and weights.")
    run: str | None = Field(description="Run id; null for a checkpoint imported with `POST /checkpoints`.")
    epoch: int | None
    name: str
    path: str = Field(description="Path of the file, relative to the home folder if it is inside it.")
    architecture: dict[str, Any]
    dataset: dict[str, Any] | None
    num_parameters: int
    size_bytes: int
    blocks: list[Block]
    metrics: dict[str, Any]
    preprocessing: dict[str, Any] | None = Field(
        default=None,
        description="For an imported network: size, crop, interpolation, mean, std, class names; null: its data set's mean and std.",
    )
    factory: dict[str, Any] | None = Field(
        default=None,
        description="For one's own network: the function that builds it, and the folders that it is imported from. Only the user's own "
        "programs record one, never an upload.",
    )
    created_at: str


class Checkpoints(BaseModel):
    checkpoints: list[Checkpoint] = Field(description="Newest first.")
