"""Uploaded files whose network was recognised and whose open points are not answered yet. They are deleted after an hour."""

from __future__ import annotations

import secrets
import shutil
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from iterscope.checkpoints import is_checkpoint
from iterscope.errors import CheckpointError
from iterscope.importing import Limits, make_checkpoint, open_file
from iterscope.importing.isolation import MEASURING, OPENING
from iterscope.recognition.diagnosis import IN_PYTHON
from iterscope.stray_files import is_abandoned, mark_owner, remove_strays
from iterscope_backend.imports.storing import ImportedNetwork, Taken, take_checkpoint
from iterscope_backend.problems import ApiProblem
from iterscope_db import CheckpointRecord, Store

FOLDER = "imports"
LIFETIME = 3600.0
"""Seconds for which an unfinished import is kept."""
MOST = 16
"""Maximum number of unfinished imports; a new one replaces the oldest."""


@dataclass(frozen=True)
class PendingImport:
    """An uploaded file whose network was recognised."""

    id: str
    file_name: str
    size_bytes: int
    opened: Mapping[str, Any]
    """What `iterscope.importing.open_file` returned."""
    folder: Path
    since: float
    """Seconds on the monotonic clock."""

    @property
    def tensors(self) -> Path:
        return self.folder / "tensors.safetensors"


class ImportShelf:
    """Unfinished imports, in memory and in `home/imports`. Thread-safe; it opens one file and measures one network at a time."""

    def __init__(self, home: Path, store: Store, *, opening: Limits = OPENING, measuring: Limits = MEASURING) -> None:
        self._home, self._store = home, store
        self._opening, self._measuring = opening, measuring
        self._pending: dict[str, PendingImport] = {}
        self._lock = threading.Lock()
        self._one_opens, self._one_measures = threading.Lock(), threading.Lock()
        self._forget_strays()

    def add(self, source: IO[bytes], file_name: str, table: str | None = None) -> PendingImport | Taken:
        """Store an uploaded file, open it in a separate process, and keep what was recognised.

        A checkpoint that Iterscope wrote is taken into the store instead, because it leaves nothing open. `table` chooses one of several
        tables of tensors.

        Raises ApiProblem: 422 with the reason if the file can't be opened or recognised, 507 if the disk is full. No file is kept then.
        """
        self._forget_old()
        identifier = "i" + secrets.token_hex(5)
        folder = self._home / FOLDER / identifier
        try:
            folder.mkdir(parents=True)
            mark_owner(folder)
            sent = folder / "sent"
            with sent.open("wb") as target:
                shutil.copyfileobj(source, target, 1 << 20)
            if is_checkpoint(sent):
                taken = self._take(sent, file_name)
                shutil.rmtree(folder, ignore_errors=True)
                return taken
            size = sent.stat().st_size
            with self._one_opens:
                opened = open_file(
                    sent,
                    folder / "tensors.safetensors",
                    name=repr(file_name),
                    table=table,
                    scratch=folder,
                    limits=self._opening,
                )
            if opened["recognised"] is None:
                raise _refusal(file_name, [*opened["problems"], IN_PYTHON])
            sent.unlink()
            pending = PendingImport(identifier, file_name, size, opened, folder, time.monotonic())
        except CheckpointError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise _refusal(file_name, [str(error)]) from error
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise ApiProblem(
                507,
                f"the file can't be stored in {folder.parent}: {error.strerror}; free some space or make the folder writable",
            ) from error
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        with self._lock:
            self._pending[identifier] = pending
        return pending

    def _take(self, sent: Path, file_name: str) -> Taken:
        try:
            return take_checkpoint(self._store, self._home, sent, Path(file_name).stem, move=True)
        except CheckpointError as error:
            raise CheckpointError(str(error).replace(str(sent), repr(file_name))) from error

    def get(self, identifier: str) -> PendingImport:
        """Raises ApiProblem (404) if the import never existed, is finished, or has expired."""
        self._forget_old()
        with self._lock:
            found = self._pending.get(identifier)
        if found is None:
            raise ApiProblem(
                404,
                f"import {identifier[:64]} does not exist: unfinished imports expire after an hour and when the service stops; upload the "
                "file again",
            )
        return found

    def remove(self, identifier: str) -> None:
        """Delete an import and its files. Raises ApiProblem (404)."""
        pending = self.get(identifier)
        with self._lock:
            self._pending.pop(identifier, None)
        shutil.rmtree(pending.folder, ignore_errors=True)

    def finish(
        self,
        identifier: str,
        *,
        dataset: str,
        answers: Mapping[str, Any],
        name: str | None,
        progress: Callable[[float], None],
    ) -> tuple[CheckpointRecord, Mapping[str, Any]]:
        """Make the checkpoint and store it. Returns its record and what `make_checkpoint` returned; the import is then finished.

        If it fails, is cancelled, or the check warns, the import stays available for another try.

        Raises ApiProblem (404); the library's DatasetError, ArchitectureError or CheckpointError; and whatever `progress` raises.
        """
        pending = self.get(identifier)
        target = pending.folder / "checkpoint.safetensors"
        while not self._one_measures.acquire(timeout=0.2):
            progress(0.0)  # its turn now, unless it was cancelled meanwhile
        try:
            made = make_checkpoint(
                pending.opened,
                pending.tensors,
                target,
                dataset=dataset,
                home=self._home,
                answers=answers,
                progress=progress,
                scratch=pending.folder,
                limits=self._measuring,
            )
        finally:
            self._one_measures.release()
        progress(1.0)
        network = ImportedNetwork(pending.file_name, pending.opened, made)
        title = name or Path(pending.file_name).stem
        checkpoint = take_checkpoint(self._store, self._home, target, title, imported=network, move=True).checkpoint
        if not (made["check"] or {}).get("warning"):
            self.remove(identifier)
        return checkpoint, made

    def close(self) -> None:
        """Delete all unfinished imports."""
        with self._lock:
            leaving = list(self._pending.values())
            self._pending.clear()
        for each in leaving:
            shutil.rmtree(each.folder, ignore_errors=True)

    def _forget_old(self) -> None:
        oldest = time.monotonic() - LIFETIME
        with self._lock:
            by_age = sorted(self._pending.values(), key=lambda pending: pending.since)
            leaving = [each for place, each in enumerate(by_age) if each.since < oldest or place < len(by_age) - MOST]
            for each in leaving:
                del self._pending[each.id]
        for each in leaving:
            shutil.rmtree(each.folder, ignore_errors=True)

    def _forget_strays(self) -> None:
        """Delete files that a crashed service left; others may belong to a service that is still running."""
        remove_strays(self._home)
        for folder in (self._home / FOLDER).glob("i*"):
            if is_abandoned(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _refusal(file_name: str, problems: list[str]) -> ApiProblem:
    detail = (
        problems[0]
        if len(problems) == 1
        else f"no known network was recognised in {file_name!r}: {'; '.join(problems)}"
    )
    refusal = ApiProblem(422, detail, errors=[("body.file", problem) for problem in problems])
    refusal.problem["problems"] = list(problems)
    return refusal
