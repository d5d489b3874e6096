"""Files that are killed while they are written, or damaged afterwards: training states, checkpoints, cached results."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import torch

import iterscope as it
from iterscope.errors import CheckpointError
from iterscope.stray_files import remove_strays
from iterscope_db import Store, open_store
from iterscope_db.sqlite import choose_sqlite
from iterscope_trainer.errors import TrainingError
from iterscope_trainer.state import STATE_FILE, Position, load_state, save_state
from tests.chaos.trials import Trial, require
from tests.chaos.victims import KILLED, exit_code_of, kill_at_line, kill_at_size, lines_of_save

CHECKPOINT_FILE = "net.safetensors"


@cache
def network() -> tuple[torch.nn.Module, torch.optim.SGD]:
    """A small network with its optimizer. (A real step would start threads, which forked processes would miss.)"""
    torch.set_num_threads(1)
    model = it.build("resnet8", seed=0, stem_width=2, widths=(2, 2, 2))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    for parameter in model.parameters():
        optimizer.state[parameter]["momentum_buffer"] = parameter.detach() / 2
    return model, optimizer


def save_training_state(folder: Path, number: int) -> None:
    model, optimizer = network()
    save_state(folder, model, optimizer, Position(epoch=number), "data")


def training_state_in(folder: Path) -> int | None:
    model, optimizer = network()
    position = load_state(folder, model, optimizer, "data")
    return None if position is None else position.epoch


def save_network(folder: Path, number: int) -> None:
    it.save_checkpoint(folder / CHECKPOINT_FILE, network()[0], epoch=number)


def network_in(folder: Path) -> int | None:
    path = folder / CHECKPOINT_FILE
    return it.read_checkpoint(path).description.epoch if path.exists() else None


@dataclass(frozen=True)
class Kind:
    """One kind of file; its content is told apart by a number."""

    file: str
    save: Callable[[Path, int], None]
    read: Callable[[Path], int | None]
    """The number of the file in the folder; None without a file."""


KINDS = {
    "training state": Kind(STATE_FILE, save_training_state, training_state_in),
    "checkpoint": Kind(CHECKPOINT_FILE, save_network, network_in),
}
OLD, NEW = 1, 2


def die_while_saving(kind: str, folder: Path, line: int | None, size: int) -> None:
    """The task of the process that is killed."""
    network()
    if line is not None:
        kill_at_line(line, lambda: KINDS[kind].save(folder, NEW))
    else:
        kill_at_size(size, lambda: KINDS[kind].save(folder, NEW))


@contextmanager
def killed_saves(folder: Path) -> Iterator[Trial]:
    """A process is killed while it replaces a file: before any line of the save, or after any number of bytes."""
    lines: dict[str, int] = {}
    sizes: dict[str, int] = {}
    for kind, tried in KINDS.items():
        lines[kind] = lines_of_save(lambda save=tried.save: save(folder, OLD))  # type: ignore[misc]
        sizes[kind] = (folder / tried.file).stat().st_size

    def trial(at_random: random.Random) -> str:
        name = at_random.choice(list(KINDS))
        kind = KINDS[name]
        for path in folder.iterdir():
            path.unlink()
        before = at_random.choice([None, OLD])
        if before is not None:
            kind.save(folder, before)
        line = None
        if at_random.random() < 0.8:  # most lines copy tensors: the last ones write, flush and rename
            line = lines[name] - at_random.randrange(at_random.choice([10, 25, lines[name]]))
        where = f"{name}, killed " + (f"before line {line}" if line else "by size")
        code = exit_code_of(die_while_saving, name, folder, line, at_random.randrange(sizes[name]))
        require(code in KILLED, f"{where}: the process ended with {code}")
        found = kind.read(folder)
        require(found in (before, NEW), f"{where}: {found} was read, {before} or {NEW} were expected")
        remove_strays(folder)
        left = {path.name for path in folder.iterdir()} - {kind.file}
        require(not left, f"{where}: {left} were left")
        return "new file whole" if found == NEW else "as before"

    yield trial


@contextmanager
def flipped_bytes(folder: Path) -> Iterator[Trial]:
    """One bit of a training state, a checkpoint or a cached result changes."""
    model = network()[0]
    save_training_state(folder, OLD)
    save_network(folder, OLD)
    whole = {name: (folder / kind.file).read_bytes() for name, kind in KINDS.items()}
    tensors = {name: tensor.clone() for name, tensor in model.state_dict().items()}

    def flip_file(name: str, at_random: random.Random) -> str:
        path = folder / KINDS[name].file
        damaged, place = flipped(whole[name], at_random)
        path.write_bytes(damaged)
        try:
            if name == "checkpoint":
                checkpoint = it.read_checkpoint(path)
                number, found = checkpoint.description.epoch, checkpoint.model.state_dict()
            else:
                number, found = training_state_in(folder), model.state_dict()
        except (CheckpointError, TrainingError) as error:
            named = path.name in str(error) or "data set has changed" in str(error)
            require(named, f"byte {place} of the {name}: the refusal {error} does not name the file")
            return "refused by name"
        same = number == OLD and all(torch.equal(found[each], tensors[each]) for each in tensors)
        require(same, f"byte {place} of the {name}: something else was read without an error")
        return "read as it was"  # a byte that means nothing, such as a space in the header

    with open_store(folder / "home") as store:
        key, result = filled_cache(store)
        database = folder / "home" / "iterscope.sqlite3"

        def flip_result(at_random: random.Random) -> str:
            store.probe_results.put(key, "drop", store.checkpoints.list()[0].id, {"limit": 8}, result, 1.5)
            column = at_random.choice(["result", "probe", "digest"])
            with closing(choose_sqlite().module.connect(database)) as connection, connection:
                (content,) = connection.execute(f"SELECT CAST({column} AS BLOB) FROM probe_results").fetchone()
                damaged, place = flipped(content, at_random)
                if column != "result":
                    damaged = damaged.decode(errors="replace")  # what SQLite holds there is text
                connection.execute(f"UPDATE probe_results SET {column} = ?", (damaged,))
            found = store.probe_results.get(key)
            if found is None:
                return "computed again"
            same = (found.result_json, found.probe) == (result, "drop")
            require(same, f"byte {place} of a cached result's {column}: it was served")
            return "read as it was"

        def trial(at_random: random.Random) -> str:
            name = at_random.choice([*KINDS, "cached result"])
            return flip_result(at_random) if name == "cached result" else flip_file(name, at_random)

        yield trial


def filled_cache(store: Store) -> tuple[str, bytes]:
    """A key, and the result to be stored under it; a checkpoint that it belongs to is in the store."""
    store.checkpoints.add(None, 0, "net.safetensors", "0" * 64, {"name": "resnet8"}, None, 100, 400, [], name="net")
    return "key", b'{"plans": [{"accuracy": 0.875, "loss": 0.25}], "samples": 8}'


def flipped(content: bytes, at_random: random.Random) -> tuple[bytes, int]:
    """The content with one other bit, and the place of its byte."""
    place = at_random.randrange(len(content))
    changed = bytearray(content)
    changed[place] ^= 1 << at_random.randrange(8)
    return bytes(changed), place
