"""One's own networks, which a function of the user's builds.

A checkpoint names the function, but no file makes it run: only a `Factory` does, which those make who trust the code, in Python or with
`iterscope import --factory`. The service's workers get theirs from the store's record, which no upload writes.
"""

from __future__ import annotations

import importlib
import os
import re
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

import torch
from torch import nn

from iterscope.errors import ArchitectureError

_DOTTED = r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*"
NAME = re.compile(rf"(?!__main__:)(?=.{{1,200}}$){_DOTTED}:{_DOTTED}", re.ASCII)
_imported: set[str] = set()
_folders: list[str] = []
"""What the last factory brought into this process: another network may come from other modules of the same names."""


@dataclass(frozen=True)
class Factory:
    """A function of the user's that takes no arguments and builds a network. Whoever makes one lets its code run.

    Raises ArchitectureError (on construction) if the name can't be a function's.
    """

    name: str
    """package.module:function"""
    import_path: tuple[str, ...] = ()
    """Folders in which its modules are looked for before all others; empty: those that this process knows."""

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or NAME.fullmatch(self.name) is None:
            raise ArchitectureError(
                f"factory is {str(self.name)[:200]!r}: name a function without arguments in a module that other processes can import, as "
                "package.module:function"
            )

    @classmethod
    def here(cls, name: str, *first: str) -> Factory:
        """The function that this process would import, as another process can find it; `first`: folders to look in before."""
        known = [folder for folder in map(os.path.abspath, sys.path) if not _is_known(folder)]
        return cls(name, tuple(dict.fromkeys([*map(os.path.abspath, first), *known])))

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Factory:
        """The inverse of `to_dict`."""
        return cls(value["name"], tuple(value["import_path"]))

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"name": self.name, "import_path": list(self.import_path)}

    def build(self) -> nn.Module:
        """The network in evaluation mode on the CPU, with the weights that the function gives it.

        Raises ArchitectureError naming the function, the reason and the remedy.
        """
        module, _, function = self.name.partition(":")
        try:
            with _searched_first(self.import_path), torch.random.fork_rng(devices=[]):
                network = reduce(getattr, function.split("."), importlib.import_module(module))()  # type: ignore[operator]
        except (Exception, SystemExit) as error:  # the user's code
            said = next(iter(str(error).splitlines()), "no message")[:300]
            remedy = "it must be importable here, and callable without arguments"
            if self.import_path:
                remedy = (
                    f"it is looked for in {', '.join(self.import_path)}: put it there again, or import the checkpoint again in "
                    "the folder where it is now (iterscope import FILE --factory package.module:function)"
                )
            raise ArchitectureError(
                f"the function {self.name} failed ({type(error).__name__}: {said}); {remedy}"
            ) from error
        if not isinstance(network, nn.Module):
            raise ArchitectureError(
                f"the function {self.name} returns {type(network).__name__}: let it return the network, a torch.nn.Module or a "
                "ResidualChain"
            )
        return network.cpu().eval()


@contextmanager
def _searched_first(folders: tuple[str, ...]) -> Iterator[None]:
    """Modules are looked for in these folders first, and those that came from such folders before are imported anew.

    What they print goes to standard error, because a command's answer may be on standard output.
    """
    if not folders:
        yield
        return
    for name in _imported:
        sys.modules.pop(name, None)
    others = [entry for entry in sys.path if entry not in _folders]
    _imported.clear()
    _folders[:] = [folder for folder in folders if folder not in others]
    before = set(sys.modules)
    known = {name.partition(".")[0] for name in before}
    sys.path[:] = [*folders, *others]
    importlib.invalidate_caches()
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        sys.path[:] = [*others, *_folders]  # for what is imported while the network runs
        _imported.update(
            name
            for name in set(sys.modules) - before
            if name.partition(".")[0] not in known and _lies_in(sys.modules[name], folders)
        )


def _lies_in(module: object, folders: tuple[str, ...]) -> bool:
    place = getattr(module, "__file__", None) or next(iter(getattr(module, "__path__", ())), None)
    return (
        place is not None and not _is_installed(place) and any(Path(place).is_relative_to(folder) for folder in folders)
    )


def _is_known(folder: str) -> bool:
    """Whether every process of Iterscope looks in this folder anyway, or it is none."""
    return not Path(folder).is_dir() or _is_installed(folder) or any(Path(folder).glob("iterscope*/__init__.py"))


def _is_installed(place: str) -> bool:
    """Whether a file or folder belongs to Python or to its packages."""
    own = (sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "scripts"))
    path = Path(place)
    return not {"site-packages", "dist-packages"}.isdisjoint(path.parts) or any(map(path.is_relative_to, own))
