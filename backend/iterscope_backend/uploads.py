"""Uploaded checkpoints: they are checked, then stored with the others."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import IO

from iterscope.errors import CheckpointError
from iterscope.stray_files import temporary_name
from iterscope_backend.imports.storing import WITHOUT_RUN, Taken, take_checkpoint
from iterscope_backend.problems import ApiProblem
from iterscope_backend.services import Services


def import_checkpoint(services: Services, source: IO[bytes], name: str) -> Taken:
    """Store an uploaded file.

    Raises ApiProblem: 422 with the reason if the file is not a checkpoint of Iterscope, 507 if the disk is full. No file is kept then.
    """
    folder = services.settings.home / WITHOUT_RUN
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = temporary_name(folder / "upload")
        target = path.open("xb")
    except OSError as error:
        raise _no_space(folder, error) from error
    try:
        with target:
            shutil.copyfileobj(source, target, 1 << 20)
        return take_checkpoint(services.store, services.settings.home, path, Path(name).stem, move=True)
    except CheckpointError as error:
        reason = str(error).replace(str(path), repr(name))
        raise ApiProblem(
            422,
            f"{reason}. This route takes only checkpoints that Iterscope wrote (safetensors); send other weight files to POST /imports",
            errors=[("body.file", reason)],
        ) from error
    except OSError as error:
        raise _no_space(folder, error) from error
    finally:
        path.unlink(missing_ok=True)


def _no_space(folder: Path, error: OSError) -> ApiProblem:
    return ApiProblem(
        507, f"the file can't be stored in {folder}: {error.strerror}; free some space or make the folder writable"
    )
