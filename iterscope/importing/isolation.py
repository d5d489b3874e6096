"""Run a step of an import in a separate, resource-limited process, so that a malicious file can harm only that process."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from iterscope import errors
from iterscope.errors import CheckpointError, InvalidInput
from iterscope.importing.confinement import child_environment, command_of
from iterscope.importing.waiting import is_readable
from iterscope.stray_files import import_folder

MAX_ANSWER_BYTES = 64 << 20
HEARTBEAT = 0.2
"""The maximum number of seconds between two calls of `progress`, and so the longest wait for a cancellation."""
_PACKAGE_PARENT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Limits:
    """What a child process may use."""

    seconds: float
    """Wall-clock time; the limit on processor time is this, multiplied by the number of cores."""
    memory_bytes: int | None
    """In addition to what Python and torch need themselves; None: no limit."""


OPENING = Limits(seconds=120, memory_bytes=4 << 30)
"""For opening an untrusted file."""
OPENING_FILES = ("open", "reduce", "verify")
"""Steps that read untrusted files, and are confined; `measure` reads plain tensors that one of them has written."""
MEASURING = Limits(seconds=1800, memory_bytes=None)
"""For running a network, after its file has been reduced to plain tensors."""


def run_isolated(
    step: str,
    arguments: Mapping[str, Any],
    limits: Limits,
    progress: Callable[[float], None] | None = None,
) -> dict[str, Any]:
    """Run one of `child.STEPS` on plain JSON values; returns its result, also plain JSON values.

    The child's input stays open until it has answered: it ends when its parent does, since its input ends then.

    Raises:
        InvalidInput: the error that the step raised, of the same class; CheckpointError if the process ran out of time or memory, or
            crashed.
        Cancelled: any exception of `progress`, which is called several times a second, ends the process.
    """
    environment = child_environment(_python_path())
    allowed = json.dumps([limits.seconds, limits.memory_bytes])
    if step not in OPENING_FILES:
        return _run(command_of(step, allowed), environment, arguments, limits, progress)
    scratch = arguments.get("scratch")
    with contextlib.nullcontext(scratch) if scratch else import_folder() as scratch:
        folders = [Path(scratch), *([Path(arguments["tensors"]).parent] if "tensors" in arguments else [])]
        command = command_of(step, allowed, file=Path(arguments["path"]), folders=folders)
        return _run(command, {**environment, "TMPDIR": scratch}, {**arguments, "scratch": scratch}, limits, progress)


def _run(
    command: list[str],
    environment: Mapping[str, str],
    arguments: Mapping[str, Any],
    limits: Limits,
    progress: Callable[[float], None] | None,
) -> dict[str, Any]:
    with (
        tempfile.TemporaryFile() as complaints,
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            env=environment,
            start_new_session=True,  # it can't open the user's terminal
        ) as process,
    ):
        expired = threading.Event()

        def expire() -> None:
            expired.set()
            process.kill()

        timer = threading.Timer(limits.seconds, expire)
        timer.start()
        try:
            message = _converse(process, arguments, progress)
            code = process.wait()
        finally:
            timer.cancel()
            if process.poll() is None:
                process.kill()
        complaints.seek(0)
        said = complaints.read(100_000).decode(errors="replace").strip()
    if "result" in message:
        return dict(message["result"])
    if "error" in message:
        raise _as_error(message["error"])
    raise CheckpointError(_death(limits, code, said, expired=expired.is_set()))


def _converse(
    process: subprocess.Popen[bytes], arguments: Mapping[str, Any], progress: Callable[[float], None] | None
) -> dict[str, Any]:
    """The child's last message; empty if it ended without one."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps({**arguments, "parent_lives": True}).encode() + b"\n")
        process.stdin.flush()  # and it stays open
    except BrokenPipeError:
        return {}
    share = 0.0
    for line in _lines(process.stdout.fileno()):
        try:
            message = json.loads(line or "null")
        except ValueError:  # something else wrote to its output, or it died in the middle of a line
            continue
        if isinstance(message, dict):
            if "progress" not in message:
                return message
            share = float(message["progress"])
        if progress is not None:
            progress(share)
    return {}


def _lines(descriptor: int) -> Iterator[bytes]:
    """The child's output, line by line to the end; an empty line for every `HEARTBEAT` without output."""
    rest = b""
    while True:
        if not is_readable(descriptor, HEARTBEAT):
            yield b""
            continue
        said = os.read(descriptor, 1 << 16)
        *whole, rest = (rest + said).split(b"\n")
        yield from whole
        if not said or len(rest) > MAX_ANSWER_BYTES:
            return


def _python_path() -> str:
    """The child imports the same package as its parent, wherever that was found."""
    given = os.environ.get("PYTHONPATH", "")
    return os.pathsep.join([str(_PACKAGE_PARENT), *([given] if given else [])])


def _as_error(error: Mapping[str, str]) -> InvalidInput:
    kind = getattr(errors, str(error.get("kind")), CheckpointError)
    if not (isinstance(kind, type) and issubclass(kind, InvalidInput)):
        kind = CheckpointError
    return kind(str(error.get("message", "no reason given")))


def _death(limits: Limits, code: int, said: str, *, expired: bool) -> str:
    if expired or code == -signal.SIGXCPU:
        return f"the import took longer than {limits.seconds:g} seconds and was stopped"
    last = said.splitlines()[-1][:200] if said else ""
    memory = "too much" if limits.memory_bytes is None else f"more than {limits.memory_bytes / 2**30:g} GiB of"
    if code == -signal.SIGKILL or "MemoryError" in last or "bad_alloc" in said:
        return f"the import needed {memory} memory and was stopped: the file is too large, or claims to be"
    how = f"with signal {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
    return f"the process that read the file ended {how}: the file is damaged or malicious{f' ({last})' if last else ''}"
