"""Uploaded checkpoints: they are checked, then stored with the others under a unique name."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import IO

from iterscope.checkpoints import CheckpointDescription, read_checkpoint
from iterscope.errors import CheckpointError
from iterscope_backend.problems import ApiProblem
from iterscope_backend.services import Services
from iterscope_db import CheckpointRecord

FOLDER = Path("checkpoints") / "imported"


def import_checkpoint(services: Services, source: IO[bytes], name: str) -> tuple[CheckpointRecord, bool]:
    """Store an uploaded file. Returns its record, and whether it is new.

    Raises ApiProblem: 422 with the reason if the file is not a checkpoint of Iterscope, 507 if the disk is full. No file is kept then.
    """
    folder = services.settings.home / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(suffix=".part", dir=folder)
    except OSError as error:
        raise ApiProblem(
            507, f"the file can't be stored in {folder}: {error.strerror}; free some space or make the folder writable"
        ) from error
    path = Path(temporary)
    try:
        with os.fdopen(descriptor, "wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
            target.flush()
            os.fsync(target.fileno())
        description = _verified(path, name)
        if (known := services.store.checkpoints.get_by_sha(description.sha256)) is not None:
            return known, False
        return _record(services, path, description, name), True
    except OSError as error:
        raise ApiProblem(
            507, f"the file can't be stored in {folder}: {error.strerror}; free some space or make the folder writable"
        ) from error
    finally:
        path.unlink(missing_ok=True)


def _verified(path: Path, name: str) -> CheckpointDescription:
    """Read the whole file, so that truncated files are refused too."""
    try:
        return read_checkpoint(path).description
    except CheckpointError as error:
        reason = str(error).replace(str(path), repr(name))
        raise ApiProblem(
            422,
            f"{reason}. This route takes only checkpoints that Iterscope wrote (safetensors); send other weight files to POST /imports",
            errors=[("body.file", reason)],
        ) from error


def _record(services: Services, path: Path, description: CheckpointDescription, name: str) -> CheckpointRecord:
    relative = FOLDER / f"{description.sha256[:32]}.safetensors"
    path.replace(services.settings.home / relative)
    return services.store.checkpoints.add(
        run=None,
        epoch=description.epoch,
        path=str(relative),
        sha256=description.sha256,
        architecture=description.architecture,
        dataset=None if description.dataset is None else description.dataset.to_dict(),
        num_parameters=description.num_parameters,
        size_bytes=description.size_bytes,
        blocks=description.blocks,
        name=Path(name).stem[:200] or "imported",
        preprocessing=None if description.preprocessing is None else description.preprocessing.to_dict(),
    )
