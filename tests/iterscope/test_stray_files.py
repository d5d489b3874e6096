"""Temporary files of killed processes are removed at the next start, those of living ones are kept."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
import torch

from iterscope.stray_files import import_folder, is_abandoned, mark_owner, remove_strays, temporary_name
from iterscope.tensor_files import write_tensor_file

STARTED = "import os, sys; from pathlib import Path; from iterscope.stray_files import temporary_name, import_folder, mark_owner;"


def ended(script: str, *arguments: str, **environment: str) -> None:
    """Runs a process that ends without tidying up."""
    subprocess.run([sys.executable, "-c", STARTED + script, *arguments], env={**os.environ, **environment}, check=False)


def test_only_files_of_ended_processes_are_removed(tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    ended("temporary_name(Path(sys.argv[1])).touch(); os._exit(9)", str(tmp_path / "runs" / "state.safetensors"))
    (stray,) = (tmp_path / "runs").iterdir()
    mine = temporary_name(tmp_path / "runs" / "state.safetensors")
    mine.touch()
    yours = tmp_path / ".note.tmp"
    yours.touch()
    elsewhere, older = tmp_path / ".a.other-host@1.0123abcd.tmp", tmp_path / ".a.1.0123abcd.tmp"
    for path in (elsewhere, older):
        path.touch()
    assert remove_strays(tmp_path) == [stray]
    for path in (elsewhere, older):
        os.utime(path, (time.time() - 7200,) * 2)
    assert set(remove_strays(tmp_path)) == {elsewhere, older}
    assert set(tmp_path.rglob("*.tmp")) == {mine, yours}


def test_the_folder_of_a_killed_import_is_removed_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended("folder = import_folder(); os._exit(9)", TMPDIR=str(tmp_path))
    assert len(list(tmp_path.iterdir())) == 1
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with import_folder() as first, import_folder() as second:
        assert {Path(first), Path(second)} == set(tmp_path.iterdir())
    assert list(tmp_path.iterdir()) == []


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    with pytest.raises(ValueError, match="could not be written"):
        write_tensor_file(tmp_path / "target", {"x": torch.zeros(1)}, {})
    assert list(tmp_path.iterdir()) == [tmp_path / "target"]


def test_a_folder_belongs_to_the_process_that_marked_it(tmp_path: Path) -> None:
    mine, theirs, unmarked = (tmp_path / name for name in ("mine", "theirs", "unmarked"))
    for folder in (mine, theirs, unmarked):
        folder.mkdir()
    mark_owner(mine)
    ended("mark_owner(Path(sys.argv[1]))", str(theirs))
    assert [is_abandoned(folder) for folder in (mine, theirs, unmarked)] == [False, True, False]
    os.utime(unmarked, (time.time() - 7200,) * 2)
    assert is_abandoned(unmarked)
