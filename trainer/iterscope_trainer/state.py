"""Everything a run needs to go on as if nothing had happened, in one file that is replaced atomically.

Weights, BatchNorm statistics and momentum are tensors of a safetensors file, the counters JSON in its metadata.
Shuffling and augmentation need no state: they follow from (seed, epoch).
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
    """How far a run is, and what the unfinished epoch has added up so far."""

    epoch: int = 0
    """Epochs completed."""
    batch: int = 0
    """Batches done in the epoch after that."""
    loss_sum: float = 0.0
    """Cross-entropy in nats, summed over the images of that unfinished epoch."""
    correct: int = 0
    images: int = 0
    seconds: float = 0.0
    """Spent on that unfinished epoch."""
    logged: bool = False
    """Whether the metrics of the completed epoch are logged."""


def save_state(
    folder: Path, model: nn.Module, optimizer: torch.optim.SGD, position: Position, fingerprint: str
) -> None:
    """Replace the folder's state; `TrainingError` (a full disk, say) leaves the earlier one as it was."""
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
    """Put weights, statistics and momentum back; None where the run never wrote a state.

    `TrainingError` where the file is damaged, or the data aren't those that the run began with.
    """
    path = folder / STATE_FILE
    if not path.exists():
        return None
    try:
        header = read_header(path)
        tensors = read_tensors(path)
    except TensorFileError as error:
        raise TrainingError(f"training state {error}; delete it to begin the run anew") from error
    if header.metadata.get("format") != FORMAT:
        raise TrainingError(f"{path} is no training state of this version: delete it to begin the run anew")
    if header.metadata.get("dataset_fingerprint") != fingerprint:
        raise TrainingError("the data set has changed since the run began: restore it, or begin a new run")
    weights = {name.removeprefix("model."): tensor for name, tensor in tensors.items() if name.startswith("model.")}
    try:
        position = Position(**json.loads(header.metadata.get("position", "")))
        model.load_state_dict(weights)
    except (TypeError, ValueError, RuntimeError) as error:
        raise TrainingError(f"training state {path} does not fit its run: delete it to begin the run anew") from error
    for name, parameter in model.named_parameters():
        if f"momentum.{name}" in tensors:
            kept = tensors[f"momentum.{name}"].to(parameter.device)
            optimizer.state[parameter]["momentum_buffer"] = torch.empty_like(parameter).copy_(kept)
    return position
