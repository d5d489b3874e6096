"""`iterscope import`: import a checkpoint of Iterscope, or recognise another network, check it on data and store it."""

from __future__ import annotations

import csv
import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iterscope_cli.errors import CommandError
from iterscope_cli.output import print_json, print_table, progress_bar, say
from iterscope_cli.store import database, exists, home_folder

if TYPE_CHECKING:
    from iterscope.architectures.factory import Factory


@dataclass(frozen=True)
class ImportOptions:
    """The options given for a file."""

    name: str | None
    dataset: str | None
    """None: a checkpoint of Iterscope records its data set itself."""
    preset: str | None
    image_size: int | None
    class_names: tuple[str, ...] | None
    architecture: str | None
    mean: list[float] | None = None
    std: list[float] | None = None
    max_value: float | None = None
    table: str | None = None
    factory: str | None = None
    """The user's own function that builds the network."""

    @property
    def answers(self) -> dict[str, Any]:
        """The answers in the form that `iterscope.importing.make_checkpoint` takes."""
        names = None if self.class_names is None else list(self.class_names)
        return {
            "preset": self.preset,
            "image_size": self.image_size,
            "class_names": names,
            "architecture": self.architecture,
            "mean": self.mean,
            "std": self.std,
            "max_value": self.max_value,
            "check": True,
        }


ANSWERS = {
    "dataset": "--data",
    "preset": "--preset",
    "image_size": "--image-size",
    "class_names": "--classes",
    "architecture": "--architecture",
    "mean": "--mean",
    "std": "--std",
    "max_value": "--max-value",
    "table": "--table",
}
"""Fields of `ImportOptions` that say what a checkpoint of Iterscope records, and their options."""


def class_names_from(text: str) -> tuple[str, ...]:
    """The names in a file (one a line, or JSON: a list, or a table by output), or separated by commas; names with commas are in quotes."""
    given = text.removeprefix("@")
    try:
        is_file = text.startswith("@") or (exists(Path(given)) and Path(given).is_file())
        content = Path(given).read_text(encoding="utf-8-sig") if is_file else None
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"--classes {text}: the file can't be read as text ({error})") from error
    if content is None:
        names = [each.strip() for each in next(csv.reader([text], skipinitialspace=True), [])]
    elif content.lstrip().startswith(("[", "{")):
        names = _names_in_json(text, content)
    else:
        names = [line.strip() for line in content.splitlines() if line.strip()]
    return tuple(names)


def _names_in_json(text: str, content: str) -> list[str]:
    try:
        value = json.loads(content)
        if isinstance(value, dict) and all(str(key).isdecimal() for key in value):  # output → name, or [synset, name]
            value = [value[key] for key in sorted(value, key=int)]
        elif isinstance(value, dict):  # name → output
            value = sorted(value, key=lambda name: int(value[name]))
        return [str(each[0] if isinstance(each, list) else each) for each in value]
    except (ValueError, TypeError, IndexError, RecursionError) as error:
        raise CommandError(f"--classes {text}: give a list of names in JSON, or one name a line ({error})") from error


def three_numbers(option: str, text: str | None) -> list[float] | None:
    """One number, or three separated by commas."""
    if text is None:
        return None
    try:
        numbers = [float(each) for each in text.replace(" ", ",").split(",") if each]
    except ValueError:
        numbers = []
    if len(numbers) not in (1, 3):
        raise CommandError(
            f"{option} is {text!r}: give three numbers, such as 0.485,0.456,0.406, or one for all channels"
        )
    return numbers


def import_file(home: Path, file: Path, options: ImportOptions, *, as_json: bool) -> None:
    """Import a file of either kind. If anything fails, nothing is stored."""
    from iterscope.architectures.factory import Factory
    from iterscope.checkpoints import is_checkpoint

    if not exists(file):
        raise CommandError(f"file {file} does not exist")
    factory = None if options.factory is None else Factory.here(options.factory, str(Path.cwd()))
    if is_checkpoint(file) and (factory is None or options.dataset is None):
        if given := [option for field, option in ANSWERS.items() if getattr(options, field) is not None]:
            raise CommandError(
                f"{file} is a checkpoint of Iterscope, which records this itself: leave out {', '.join(given)}"
            )
        import_checkpoint(home, file, options.name, factory, as_json=as_json)
    else:
        import_foreign(home, file, options, factory, as_json=as_json)


def import_checkpoint(home: Path, file: Path, name: str | None, factory: Factory | None, *, as_json: bool) -> None:
    """Take a checkpoint of Iterscope into the store as it is; `factory` builds one's own network."""
    from iterscope_backend.imports.storing import take_checkpoint
    from iterscope_db import open_store

    with open_store(database(home)) as store:
        try:
            taken = take_checkpoint(store, home, file, name or file.stem, factory=factory)
        except OSError as error:
            raise CommandError(f"{file} can't be stored in {home}: {error.strerror or error}") from error
    record = taken.checkpoint
    if as_json:
        known, repaired = taken.outcome != "new", taken.outcome == "repaired"
        print_json({**record.to_dict(), "known": known, "repaired": repaired})
        return
    told = {
        "new": "is imported",
        "known": "is already stored",
        "repaired": "is already stored; its file or its record was missing or damaged, and is restored",
    }
    say(f"checkpoint {record.id} ({record.name}) {told[taken.outcome]}")


def import_foreign(home: Path, file: Path, options: ImportOptions, factory: Factory | None, *, as_json: bool) -> None:
    """Parse the file in a separate process, show what was recognised, run the network on the data, and store it.

    `factory` builds one's own network, of which nothing is recognised.
    """
    from iterscope.datasets.registry import absolute_name, check_dataset_name
    from iterscope.importing import make_checkpoint, open_file
    from iterscope.recognition.diagnosis import IN_PYTHON
    from iterscope.stray_files import import_folder, remove_strays
    from iterscope_backend.imports.storing import ImportedNetwork, take_checkpoint
    from iterscope_db import open_store

    if options.dataset is not None:
        check_dataset_name(options.dataset)
    remove_strays(home)
    with import_folder() as folder:
        tensors, target = Path(folder) / "tensors.safetensors", Path(folder) / "checkpoint.safetensors"
        opened = open_file(file, tensors, table=options.table, recognise=factory is None, scratch=Path(folder))
        if opened["recognised"] is None and factory is None:
            problems = "; ".join(opened["problems"])
            raise CommandError(f"Iterscope did not recognise a network in {file}: {problems}. {IN_PYTHON}")
        if not as_json and factory is None:
            show_recognised(file, opened)
        if options.dataset is None:
            raise CommandError(
                f"{file} doesn't record its data set: name it with --data, such as --data cifar10 or --data folder:PATH"
            )
        with progress_bar("running the network on the data") as progress:
            made = make_checkpoint(
                opened,
                tensors,
                target,
                dataset=absolute_name(options.dataset),
                home=home,
                answers=options.answers,
                factory=factory,
                progress=progress,
                scratch=Path(folder),
            )
        home.mkdir(parents=True, exist_ok=True)
        with open_store(database(home)) as store:
            network = ImportedNetwork(file.name, opened, made)
            checkpoint = take_checkpoint(
                store, home, target, options.name or file.stem, imported=network, factory=factory, move=True
            ).checkpoint
    if as_json:
        told = {name: opened[name] for name in ("recognised", "nesting", "evidence", "open_points")}
        result = {name: made[name] for name in ("architecture", "preset", "tried", "check")}
        print_json({**checkpoint.to_dict(), **told, **result, "architecture": checkpoint.architecture})
    else:
        if factory is not None:
            say(
                f"{file.name}: {factory.name}, {checkpoint.num_parameters:,} parameters, {len(checkpoint.blocks)} blocks"
            )
        show_made(made, len(opened["alternatives"]))
        named = "" if home == home_folder(None) else f" --home {shlex.quote(str(home))}"
        say(
            f"checkpoint {checkpoint.id} of run {checkpoint.run} ({checkpoint.name}) is imported; to measure it: "
            f"iterscope probe block-metrics {checkpoint.id}{named}"
        )


def show_recognised(file: Path, opened: Mapping[str, Any]) -> None:
    """Print the recognised network and how it was recognised."""
    recognised = opened["recognised"]
    where = f", found under {opened['nesting']}" if opened["nesting"] else ""
    say(
        f"{file.name}: {recognised['name']}, {recognised['num_parameters']:,} parameters, {recognised['convention']}{where}"
    )
    for sentence in opened["evidence"]:
        say(f"  {sentence}")
    open_points = [point for point in opened["open_points"] if point["choices"]]
    for point in open_points:
        say(f"  open point: {point['question']} ({', '.join(point['choices'])})")


def show_made(made: Mapping[str, Any], alternatives: int) -> None:
    """Print the network's accuracy and the choices based on it; `alternatives`: how many networks have these tensors."""
    if made["tried"]:
        rows = [
            (each["label"], each["preset"], each["samples"], each["accuracy"], each["loss"]) for each in made["tried"]
        ]
        print_table(
            "Tried on validation images, the best first",
            ("network", "normalisation", "images", "accuracy", "loss"),
            rows,
        )
    check = made["check"]
    if alternatives > 1:
        say(f"chosen of {alternatives} networks with these tensors: {made['architecture']}")
    say(
        f"normalisation {made['preset']}: {check['accuracy']:.1%} of {check['samples']} validation images are classified correctly "
        f"(chance level: {check['chance']:.1%})"
    )
    if check["warning"]:
        say(f"warning: {check['warning']}", error=True)
