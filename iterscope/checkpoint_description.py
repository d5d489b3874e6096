"""The description in a checkpoint file: what it says, its digest, and the checks of an untrusted one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from iterscope.checkpoint_images import CheckpointImages
from iterscope.datasets.records import DatasetReference
from iterscope.description_checks import problem_in
from iterscope.errors import CheckpointError, DatasetError
from iterscope.preprocessing import Preprocessing


@dataclass(frozen=True)
class CheckpointDescription:
    """The description that is stored in a checkpoint file."""

    sha256: str
    """SHA-256 (hex) of the architecture, the preprocessing and all tensors in the order of their names; it identifies the checkpoint."""
    architecture: dict[str, Any]
    """In the form that `configuration_from_dict` reads; an imported model has the key `family`."""
    dataset: DatasetReference | None
    epoch: int | None
    """Epochs trained; 0 is the untrained network."""
    run: str | None
    seed: int | None
    training: dict[str, Any] | None
    """The training configuration."""
    blocks: list[dict[str, Any]]
    """As returned by `ResidualChain.describe`."""
    num_parameters: int
    """Number of trainable parameters; buffers aren't counted."""
    size_bytes: int
    library_version: str
    preprocessing: Preprocessing | None = None
    """How images are prepared for the network; None: with the data set's image size, mean and standard deviation."""

    @property
    def images(self) -> CheckpointImages:
        """Which images the network reads. Raises ArchitectureError if the architecture can't be built."""
        values = self.to_dict()
        return CheckpointImages.described(values["architecture"], values["dataset"], values["preprocessing"])

    def to_dict(self) -> dict[str, Any]:
        """The description as plain JSON values."""
        return {
            "sha256": self.sha256,
            "architecture": self.architecture,
            "dataset": None if self.dataset is None else self.dataset.to_dict(),
            "epoch": self.epoch,
            "run": self.run,
            "seed": self.seed,
            "training": self.training,
            "blocks": self.blocks,
            "num_parameters": self.num_parameters,
            "size_bytes": self.size_bytes,
            "library_version": self.library_version,
            "preprocessing": None if self.preprocessing is None else self.preprocessing.to_dict(),
        }


def description_from_dict(path: Path, described: dict[str, Any]) -> CheckpointDescription:
    """The inverse of `CheckpointDescription.to_dict`, for the file at `path`.

    It checks the type and the values of every field, because the file may be untrusted. Raises CheckpointError naming the field.
    """
    if (problem := problem_in(described)) is not None:
        raise CheckpointError(f"checkpoint {path} is damaged: {problem}")

    def field(name: str, *kinds: type) -> Any:
        value = described.get(name)
        if not isinstance(value, kinds) or isinstance(value, bool):
            raise CheckpointError(
                f"checkpoint {path} is damaged: the field {name} of its description is {str(value)[:80]!r}"
            )
        return value

    dataset = field("dataset", dict, type(None))
    prepared = field("preprocessing", dict, type(None))
    try:
        reference = None if dataset is None else DatasetReference.from_dict(dataset)
        preprocessing = None if prepared is None else Preprocessing.from_dict(prepared)
    except DatasetError as error:
        raise CheckpointError(f"checkpoint {path} is damaged: {error}") from error
    blocks = field("blocks", list)
    kinds = {"index": int, "stage": int, "is_projection": bool}
    if not all(
        isinstance(block, dict) and all(type(block.get(name)) is kind for name, kind in kinds.items())
        for block in blocks
    ):
        raise CheckpointError(
            f"checkpoint {path} is damaged: the field blocks of its description isn't a list of blocks"
        )
    return CheckpointDescription(
        sha256=field("sha256", str),
        architecture=field("architecture", dict),
        dataset=reference,
        epoch=field("epoch", int, type(None)),
        run=field("run", str, type(None)),
        seed=field("seed", int, type(None)),
        training=field("training", dict, type(None)),
        blocks=blocks,
        num_parameters=field("num_parameters", int),
        size_bytes=field("size_bytes", int),
        library_version=field("library_version", str),
        preprocessing=preprocessing,
    )


def description_digest(described: Mapping[str, Any]) -> str:
    """SHA-256 (hex) over the description as sorted JSON, without what is derived from the network when a checkpoint is read."""
    kept = {name: value for name, value in described.items() if name not in ("blocks", "num_parameters")}
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()
