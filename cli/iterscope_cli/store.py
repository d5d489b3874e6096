"""The home folder, its store, and looking up checkpoints."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from iterscope_cli.errors import CommandError

if TYPE_CHECKING:
    from iterscope_db import CheckpointRecord


def home_folder(given: Path | None) -> Path:
    """The given --home, else ITERSCOPE_HOME, else ./iterscope-data."""
    return given or Path(os.environ.get("ITERSCOPE_HOME") or "iterscope-data")


def database(home: Path) -> str | Path:
    """The argument of `iterscope_db.open_store`: ITERSCOPE_DATABASE_URL, else the home folder."""
    return os.environ.get("ITERSCOPE_DATABASE_URL") or home


def exists(path: Path) -> bool:
    """Whether there is such a file or folder; `Path.exists` raises for a text that is too long for a path."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def existing_database(home: Path) -> str | Path:
    """`database` for a command that only reads. Raises CommandError if the home folder has no database: opening would make one."""
    from iterscope_db import DATABASE_FILE

    found = database(home)
    if isinstance(found, Path) and not (found / DATABASE_FILE).exists():
        raise CommandError(
            f"there is no database in {home.absolute()}: train a network with `iterscope train`, or name the home folder with --home"
        )
    return found


def checkpoint_named(home: Path, name: str) -> tuple[Path, CheckpointRecord | None]:
    """The file of a checkpoint by path, checkpoint id, run id (the run's newest checkpoint), or "latest", and its record in the store.

    The record is None for a path. Raises CommandError if there is no such checkpoint.
    """
    if exists(path := Path(name)) and path.is_file():
        return path, None
    if os.sep in name or name.endswith(".safetensors"):
        raise CommandError(f"checkpoint file {name} does not exist")
    from iterscope_db import NotFoundError, open_store

    with open_store(existing_database(home)) as store:
        if name.startswith("c"):
            try:
                record = store.checkpoints.get(name)
            except NotFoundError as error:
                raise CommandError(
                    f"checkpoint {name} is unknown in {store.name}: give a checkpoint file, an id or latest"
                ) from error
            return stored_file(home, record.path), record
        found = store.checkpoints.latest() if name == "latest" else next(iter(store.checkpoints.list(run=name)), None)
    if found is None:
        what = (
            "there is no checkpoint yet"
            if name == "latest"
            else f"{name!r} is not a checkpoint file, and not the id of a checkpoint or of a run with checkpoints"
        )
        raise CommandError(f"{what} in {home}: train one with `iterscope train`, or name the home folder with --home")
    return stored_file(home, found.path), found


def stored_file(home: Path, path: str) -> Path:
    """The file of a stored path, which is relative to the home folder if it is inside it."""
    file = home / path
    if not file.is_file():
        raise CommandError(
            f"the checkpoint file {file} is missing: restore it, import a copy of it (`iterscope import FILE`), or delete its run"
        )
    return file
