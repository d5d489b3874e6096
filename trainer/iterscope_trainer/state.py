"""The training state: everything needed to resume a run exactly, in one file that is replaced atomically.

Weights, BatchNorm statistics and momentum are tensors in a safetensors file; the counters are JSON in its metadata.
Shuffling and augmentation need no state because they depend only on (seed, epoch).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from iterscope.tensor_files import TensorFileError, read_header, read_tensors, write_tensor_file
from iterscope_trainer.errors import TrainingError

FORMAT = "iterscope-training-state-1"
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
    if header.metadata.get("format") != FORMAT:
        raise TrainingError(
            f"{path} is not a training state of this version: delete it to start the run from the beginning"
        )
    if header.metadata.get("dataset_fingerprint") != fingerprint:
        raise TrainingError("the data set has changed since the run started: restore it, or start a new run")
    weights = {name.removeprefix("model."): tensor for name, tensor in tensors.items() if name.startswith("model.")}
    try:
        position = Position(**json.loads(header.metadata.get("position", "")))
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
