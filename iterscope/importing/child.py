"""The process that `run_isolated` starts, as `confinement` does: `child STEP LIMITS`, arguments as JSON on its input.

With the argument "parent_lives" its input stays open as long as its parent lives. When the input ends, so does this process, and the folder
that it wrote in ("scratch") is removed.
It answers with lines of JSON: {"progress": share}, and finally {"result": …} or {"error": {"kind", "message"}}.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from iterscope.errors import CheckpointError, InvalidInput
from iterscope.importing.measuring import measure_import
from iterscope.importing.opening import open_and_recognise, reduce, verify
from iterscope.importing.waiting import is_readable

Step = Callable[[dict[str, Any], Callable[[float], None]], dict[str, Any]]
STEPS: dict[str, Step] = {"open": open_and_recognise, "reduce": reduce, "verify": verify, "measure": measure_import}


def end_with_parent(folder: Path | None) -> None:
    """Ends this process as soon as its input ends, and removes the folder that it writes in."""

    def watch() -> None:
        while os.read(0, 1 << 16):  # descriptor 0: Python's own reader would keep a lock
            pass
        leave(folder)

    threading.Thread(target=watch, name="parent", daemon=True).start()


def leave(folder: Path | None) -> None:
    """Removes the folder and ends the process at once."""
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


def input_ended() -> bool:
    """Whether the parent is gone: it writes nothing after the arguments, so that its input can be read only at its end."""
    return is_readable(0, 0)


def limit_process(seconds: float, memory_bytes: int | None) -> None:
    """Limits this process's memory and processor time, and disables core dumps, if the system supports that."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    cores = os.cpu_count() or 1
    processor = math.ceil(seconds * cores)
    resource.setrlimit(resource.RLIMIT_CPU, (processor, processor + 5))
    pages = Path("/proc/self/statm")
    if memory_bytes is not None and pages.exists():  # on other systems the libraries' own memory isn't known
        taken = int(pages.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (taken + memory_bytes, taken + memory_bytes))


def main(step: str, limits: str) -> int:
    """Runs a step; the exit code is 0 if an answer was written."""
    seconds, memory_bytes = json.loads(limits)
    arguments = json.loads(sys.stdin.readline())
    scratch = arguments.pop("scratch", None)
    folder = None if scratch is None else Path(scratch)
    has_parent = arguments.pop("parent_lives", False)  # its input stays open
    if has_parent:
        end_with_parent(folder)
    answers = sys.stdout
    sys.stdout = sys.stderr  # so that a library's prints aren't mixed with the answers

    def say(message: dict[str, Any]) -> None:
        print(json.dumps(message), file=answers, flush=True)

    limit_process(seconds, memory_bytes)
    try:
        result = STEPS[step](arguments, lambda share: say({"progress": share}))
        say({"result": result})
    except InvalidInput as error:
        say({"error": {"kind": type(error).__name__, "message": str(error)}})
    except MemoryError:
        allowed = "" if memory_bytes is None else f" than the {memory_bytes / 2**30:g} GiB that an import may use"
        say({"error": {"kind": CheckpointError.__name__, "message": f"the file needs more memory{allowed}"}})
    finally:
        if has_parent and input_ended():
            leave(folder)
    return 0


if __name__ == "__main__":
    code = main(*sys.argv[1:])
    sys.stderr.flush()
    os._exit(code)  # everything is said: taking torch down again would take half a second
