"""The training state: everything needed to resume a run exactly, in one file that is replaced atomically.

Weights, BatchNorm statistics and momentum are tensors in a safetensors file; the counters are JSON in its metadata, and so is a digest of
all of it, so that a damaged state is refused instead of being continued on another curve.
Shuffling and augmentation need no state because they depend only on (seed, epoch).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from iterscope.tensor_files import TensorFileError, read_header, read_tensors, write_tensor_file
from iterscope_trainer.errors import TrainingError

FORMAT = "iterscope-training-state-2"
WITHOUT_DIGEST = "iterscope-training-state-1"
"""The format of states of earlier versions."""
STATE_FILE = "training-state.safetensors"


@dataclass
class Position:
    """Position in a run, and the sums of the unfinished epoch so far."""

    epoch: int = 0
    """Number of completed epochs."""
    batch: int = 0
    """Number of completed batches in the unfinished epoch."""
    loss_sum: float = 0.0
    """Cross-entropy in nats, summed over the images of the unfinished epoch so far."""
    correct: int = 0
    images: int = 0
    seconds: float = 0.0
    """Seconds spent on the unfinished epoch so far."""
    logged: bool = False
    """Whether the metrics of the completed epoch are logged."""


def save_state(
    folder: Path, model: nn.Module, optimizer: torch.optim.SGD, position: Position, fingerprint: str
) -> None:
    """Replace the state in the folder. After a `TrainingError`, for example for a full disk, the earlier state is unchanged."""
    tensors: dict[str, Tensor] = {f"model.{name}": tensor for name, tensor in model.state_dict().items()}
    for name, parameter in model.named_parameters():
        buffer = optimizer.state[parameter].get("momentum_buffer")
        if buffer is not None:
            tensors[f"momentum.{name}"] = buffer
    metadata = {"format": FORMAT, "position": json.dumps(asdict(position)), "dataset_fingerprint": fingerprint}
    metadata["sha256"] = _digest(tensors, metadata)
    try:
        write_tensor_file(folder / STATE_FILE, tensors, metadata)
    except TensorFileError as error:
        raise TrainingError(f"training state {error}") from error


def load_state(folder: Path, model: nn.Module, optimizer: torch.optim.SGD, fingerprint: str) -> Position | None:
    """Restore weights, statistics and momentum. Returns None if the run has no saved state.

    Raises TrainingError if the file is damaged or the data set has changed since the run started.
    """
    path = folder / STATE_FILE
    if not path.exists():
        return None
    try:
        header = read_header(path)
        tensors = read_tensors(path)
    except TensorFileError as error:
        raise TrainingError(f"training state {error}; delete it to start the run from the beginning") from error
    metadata = dict(header.metadata)
    digest = metadata.pop("sha256", None)
    if metadata.get("format") not in (FORMAT, WITHOUT_DIGEST):
        raise TrainingError(
            f"{path} is not a training state of this version: delete it to start the run from the beginning"
        )
    if (digest is None and metadata["format"] == FORMAT) or (
        digest is not None and digest != _digest(tensors, metadata)
    ):
        raise TrainingError(f"training state {path} is damaged: delete it to start the run from the beginning")
    if metadata.get("dataset_fingerprint") != fingerprint:
        raise TrainingError("the data set has changed since the run started: restore it, or start a new run")
    weights = {name.removeprefix("model."): tensor for name, tensor in tensors.items() if name.startswith("model.")}
    try:
        position = Position(**json.loads(metadata.get("position", "")))
        model.load_state_dict(weights)
    except (TypeError, ValueError, RuntimeError) as error:
        raise TrainingError(
            f"training state {path} does not match its run: delete it to start the run from the beginning"
        ) from error
    for name, parameter in model.named_parameters():
        if f"momentum.{name}" in tensors:
            kept = tensors[f"momentum.{name}"].to(parameter.device)
            optimizer.state[parameter]["momentum_buffer"] = torch.empty_like(parameter).copy_(kept)
    return position


def _digest(tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> str:
    """SHA-256 of the metadata and of every tensor's name, type, shape and bytes."""
    digest = hashlib.sha256(json.dumps(metadata, sort_keys=True).encode())
    for name in sorted(tensors):
        tensor = tensors[name].detach().cpu().contiguous()
        digest.update(json.dumps([name, str(tensor.dtype), list(tensor.shape)]).encode())
        digest.update(tensor.flatten().view(torch.uint8).numpy().data)
    return digest.hexdigest()
