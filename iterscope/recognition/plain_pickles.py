"""Pickles that `pickle.dump` wrote, not `torch.save`: their classes are listed without building any object."""

from __future__ import annotations

import pickletools
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from iterscope.errors import CheckpointError
from iterscope.regular_files import open_regular

_TORCHS_MAGIC = b"\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"
"""The number with which `torch.save` begins a file without an archive."""
MAX_NAMES = 100_000


def refuse_plain_pickle(path: Path) -> None:
    """Raises CheckpointError naming the classes of a pickle that `torch.save` didn't write. A damaged one passes: the reader says more."""
    with open_regular(path) as file:
        if _TORCHS_MAGIC in file.read(64):
            return
        file.seek(0)
        found: list[str] = []
        try:
            for count, name in enumerate(_globals(file)):
                found.append(name)
                if count > MAX_NAMES:
                    break
        except (ValueError, EOFError, OverflowError, MemoryError):
            return
        if not found and file.read(1):  # there is more after the pickle's end: it is another kind of file
            return
    raise CheckpointError(f"{path} {_words(list(dict.fromkeys(found)))}")


def _globals(file: IO[bytes]) -> Iterator[str]:
    """The names of a pickle's classes and functions, in their order; only its operations are read."""
    strings: list[str] = []
    memo: dict[int, str | None] = {}
    last: str | None = None
    for operation, argument, _ in pickletools.genops(file):
        if operation.name == "MEMOIZE":
            memo[len(memo)] = last
            continue
        if operation.name in ("BINPUT", "LONG_BINPUT") and isinstance(argument, int):
            memo[argument] = last
            continue
        got = operation.name in ("BINGET", "LONG_BINGET") and isinstance(argument, int)
        last = memo.get(argument) if got else argument if isinstance(argument, str) else None  # type: ignore[arg-type]
        if operation.name == "GLOBAL":
            yield str(argument).replace(" ", ".")
        elif operation.name == "STACK_GLOBAL":
            yield ".".join(strings[-2:])
        elif last is not None:
            strings = [strings[-1], last] if strings else [last]


def _words(names: list[str]) -> str:
    start = "is a plain pickle, written by pickle.dump and not by torch.save"
    others = [
        name for name in names if not name.startswith(("numpy", "torch", "collections.", "_codecs.", "builtins."))
    ]
    held = f"it contains a {others[0][:100]}" if others else "it contains tensors of torch"
    convert = "torch.save(table, 'weights.pth')"
    if not others and not any(name.startswith("torch") for name in names):
        held = "it contains arrays of numpy" if names else "it contains no tensors"
        convert = "torch.save({name: torch.from_numpy(array) for name, array in table.items()}, 'weights.pth')"
    return (
        f"{start}: {held}. Unpickling can run any code, so no code was executed and nothing of it was run. If you trust the file, load it "
        f"with pickle.load and write its table of weights again: {convert}"
    )
