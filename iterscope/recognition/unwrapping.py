"""Find the tables of tensors in a file, wherever they lie, and remove what wrappers put into the names of their tensors."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from iterscope.errors import CheckpointError

NESTING_KEYS = (
    "state_dict",
    "model_state_dict",
    "model_state",
    "model",
    "net",
    "network",
    "weights",
    "params",
    "state_dict_ema",
    "model_ema",
    "ema_state_dict",
    "ema",
    "module",
)
"""The keys under which weights are looked for first. The first that exists is used; trained weights come before their moving average."""
PREFIXES = (
    "module.",
    "_orig_mod.",
    "model.",
    "net.",
    "network.",
    "backbone.",
    "encoder.",
    "resnet.",
    "ema_model.",
    "ema.",
    "student.",
    "timm_model.",
)
"""The prefixes of training frameworks and custom wrappers, removed where all names begin with one."""
WRAPPERS = (
    "_orig_mod",
    "module",
    "_module",
    "_forward_module",
    "_fsdp_wrapped_module",
    "_checkpoint_wrapped_module",
    "_ddp_module",
    "_original_module",
)
"""Segments that DataParallel, torch.compile, FSDP, activation checkpointing, Opacus and others add, removed wherever they stand."""
COUNTERS = ("n_averaged", "total_ops", "total_params", "num_updates")
"""Last parts of the names of single numbers that belong to wrappers and profilers, not to the network."""
COPY = re.compile(
    r"(?:^|[. ])(?:\w+_)?(?:ema|teacher|target|momentum|attacker|shadow|avg|averaged|swa|encoder_k|old|initial)(?:_\w+)?(?:$|[. ])"
)
"""Words in the names of tables and subtrees that hold a copy of another one."""
_OPTIMISER = re.compile(r"optim|grad|sched|scaler|momentum_buffer|exp_avg", re.IGNORECASE)
MAX_DEPTH = 6
MAX_VISITED = 200_000


@dataclass(frozen=True, eq=False)
class Table:
    """Tensors by name, somewhere in a file."""

    path: tuple[str, ...]
    """The keys that lead to it; empty: the file itself is the table."""
    tensors: dict[str, Tensor]
    source: Mapping[Any, Any]
    """The file's own dictionary of them."""

    @property
    def label(self) -> str:
        """How it is named in messages, and chosen with `--table`."""
        return ".".join(self.path)


class SeveralTables(CheckpointError):
    """A file has several tables of tensors, and nothing says which one is meant, or none is called as was asked for."""


@dataclass(frozen=True, eq=False)
class Unwrapped:
    """The network's own tensors, and where they were."""

    tensors: dict[str, Tensor]
    nesting: str
    """Such as "state_dict → module."; empty if they weren't nested."""
    beside: dict[str, Any]
    """The other contents of the file: the epoch, the optimizer's state, …"""
    names: dict[str, str] = field(default_factory=dict)
    """The table's name of each tensor → its name here."""
    left_out: tuple[str, ...] = ()
    """The names of counters."""
    other_tables: tuple[str, ...] = ()
    """The labels of the file's other tables of tensors."""

    @property
    def epoch(self) -> int | None:
        """The epoch that the file records, if it is a plausible whole number."""
        value = self.beside.get("epoch")
        return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**6 else None


def unwrap(value: object, table: str | None = None) -> Unwrapped:
    """The tensors inside `value`, a state_dict or a training program's checkpoint with one; empty if there are none.

    Args:
        table: which of several tables, as keys joined by dots ("state_dict_ema"), or a subtree of one ("state_dict.module.model").

    Raises:
        SeveralTables: there is no such table, or there are several and it isn't said which one is meant.
    """
    tables = list(tables_of(value))
    prefix = ""
    chosen: Table | None
    if table is not None:
        chosen, prefix = _named(tables, table)
    else:
        chosen = _chosen(value, tables)
    if chosen is None:
        return Unwrapped({}, "", {})
    within = {name: tensor for name, tensor in chosen.tensors.items() if name.startswith(prefix)}
    left_out = {name: None for name, tensor in within.items() if is_counter(name, tensor.numel())}
    names, removed = without_wrappers([name.removeprefix(prefix) for name in within if name not in left_out])
    names = {prefix + name: ours for name, ours in names.items()}
    return Unwrapped(
        {ours: within[name] for name, ours in names.items()},
        " → ".join([*chosen.path, *([prefix] if prefix else []), *removed]),
        _beside(value, chosen.path),
        names,
        tuple(left_out),
        tuple(each.label for each in tables if each is not chosen),
    )


def tables_of(value: object) -> Iterator[Table]:
    """The tables of tensors in a file's content: not those of optimisers, and none without any tensor of two dimensions or more,
    unless there is nothing else."""
    found = [
        Table(path, {name: each for name, each in inside.items() if keeps(name, each)}, inside)
        for path, inside in containers(value)
        if isinstance(inside, Mapping) and is_state_dict(inside)
    ]
    proper = [each for each in found if _is_proper(each)]
    # A network for images has convolutions; centres, queues and prototypes beside it have none.
    convolutional = [each for each in proper if any(tensor.dim() == 4 for tensor in each.tensors.values())]
    yield from convolutional or proper or [each for each in found if not each.path or not _OPTIMISER.search(each.label)]


def containers(value: object) -> Iterator[tuple[tuple[str, ...], object]]:
    """The dictionaries and lists in a file's content, those near its top first, with the keys that lead to them.

    None of those inside a state_dict. Each is given once, because a small file can refer to one of them millions of times.
    """
    waiting: deque[tuple[tuple[str, ...], object]] = deque([((), value)])
    seen = {id(value)}
    while waiting:
        path, value = waiting.popleft()
        yield path, value
        if len(path) == MAX_DEPTH or (isinstance(value, Mapping) and is_state_dict(value)):
            continue
        for name, each in _inside(value):
            if id(each) not in seen and len(seen) < MAX_VISITED:
                seen.add(id(each))
                waiting.append(((*path, str(name)), each))


def _inside(value: object) -> Iterator[tuple[object, object]]:
    """The dictionaries and lists in a dictionary, and the dictionaries in a list, by their keys."""
    if isinstance(value, Mapping):
        yield from ((name, each) for name, each in value.items() if isinstance(each, Mapping | list | tuple))
    elif isinstance(value, list | tuple):
        yield from ((index, each) for index, each in enumerate(value) if isinstance(each, Mapping))


def _is_proper(table: Table) -> bool:
    if _OPTIMISER.search(table.label):
        return False
    return any("." in name for name in table.tensors) and any(tensor.dim() >= 2 for tensor in table.tensors.values())


def _chosen(value: object, tables: list[Table]) -> Table | None:
    """The table that is meant: the only one, or the first under a usual key, or the only one that isn't a copy of another."""
    # A usual key may lead to a table that was found under another one.
    by_source = {id(each.source): each for each in tables}
    for _ in range(MAX_DEPTH + 1):
        if id(value) in by_source:
            return by_source[id(value)]
        usual = [value.get(key) for key in NESTING_KEYS] if isinstance(value, Mapping) else []
        value = next((each for each in usual if isinstance(each, Mapping) and each), None)
    originals = [each for each in tables if not COPY.search(each.label)] or tables
    if len(originals) > 1:
        raise SeveralTables(
            f"has several tables of tensors: {_listed(tables)}; choose one with --table, such as --table {originals[0].label}"
        )
    return originals[0] if originals else None


def _named(tables: list[Table], label: str) -> tuple[Table, str]:
    """The table called `label`, or the one that begins so, with the prefix of the subtree."""
    for each in tables:
        if each.label == label:
            return each, ""
    for each in tables:
        start = f"{each.label}." if each.path else ""
        prefix = label.removeprefix(start).rstrip(".") + "."
        if label.startswith(start) and any(name.startswith(prefix) for name in each.tensors):
            return each, prefix
    raise SeveralTables(f"has no table of tensors called {label!r}: there are {_listed(tables) or 'none'}")


def _listed(tables: list[Table]) -> str:
    return ", ".join(f"{each.label or 'the top level'} ({len(each.tensors)} tensors)" for each in tables[:10])


def _beside(value: object, path: tuple[str, ...]) -> dict[str, Any]:
    beside: dict[str, Any] = {}
    for key in path:
        if not isinstance(value, Mapping):
            break
        beside = {**{str(name): each for name, each in value.items() if str(name) != key}, **beside}
        value = next((each for name, each in value.items() if str(name) == key), None)
    return beside


def is_state_dict(value: Mapping[Any, Any]) -> bool:
    """Whether `value` contains tensors by name, and no more other entries than tensors."""
    tensors = sum(isinstance(name, str) and isinstance(each, Tensor) for name, each in value.items())
    return tensors > 0 and 2 * tensors >= len(value)


def keeps(name: object, value: object) -> bool:
    """Whether this is a tensor with a name."""
    return isinstance(name, str) and isinstance(value, Tensor)


def is_counter(name: str, elements: int) -> bool:
    """Whether a tensor of so many elements is a wrapper's or profiler's counter."""
    return elements <= 1 and name.rpartition(".")[2] in COUNTERS


def without_wrappers(names: list[str]) -> tuple[dict[str, str], list[str]]:
    """Each name without wrappers' segments, and the segments that were removed in their order.

    A segment is removed only if no two names become the same.
    """
    short, taken = list(names), list[str]()
    while short:
        known = (*PREFIXES, *(f"{wrapper}." for wrapper in WRAPPERS))
        prefix = next((each for each in known if all(name.startswith(each) for name in short)), None)
        if prefix is not None:
            short, taken = [name.removeprefix(prefix) for name in short], [*taken, prefix]
            continue
        for wrapper in WRAPPERS:
            plain = [".".join(part for part in name.split(".") if part != wrapper) for name in short]
            if plain != short and len(set(plain)) == len(short):
                short, taken = plain, [*taken, f"{wrapper}."]
                break
        else:
            break
    return dict(zip(names, short, strict=True)), taken
