"""`iterscope import`: import a checkpoint of Iterscope, or recognise another network, check it on data and store it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from iterscope_cli.errors import CommandError
from iterscope_cli.output import print_json, print_table, progress_bar, say
from iterscope_cli.store import database


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

    @property
    def answers(self) -> dict[str, Any]:
        """The answers in the form that `iterscope.importing.make_checkpoint` takes."""
        names = None if self.class_names is None else list(self.class_names)
        return {
            "preset": self.preset,
            "image_size": self.image_size,
            "class_names": names,
            "architecture": self.architecture,
            "check": True,
        }


def import_file(home: Path, file: Path, options: ImportOptions, *, as_json: bool) -> None:
    """Import a file of either kind. If anything fails, nothing is stored."""
    from iterscope.checkpoints import is_checkpoint

    if is_checkpoint(file):
        import_checkpoint(home, file, options.name, as_json=as_json)
    else:
        import_foreign(home, file, options, as_json=as_json)


def import_checkpoint(home: Path, file: Path, name: str | None, *, as_json: bool) -> None:
    """Take a checkpoint of Iterscope into the store as it is."""
    from iterscope_backend.imports.storing import take_checkpoint
    from iterscope_db import open_store

    with open_store(database(home)) as store:
        try:
            taken = take_checkpoint(store, home, file, name or file.stem)
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


def import_foreign(home: Path, file: Path, options: ImportOptions, *, as_json: bool) -> None:
    """Parse the file in a separate process, show what was recognised, run the network on the data, and store it."""
    from iterscope.datasets.registry import absolute_name, check_dataset_name
    from iterscope.importing import make_checkpoint, open_file
    from iterscope_backend.imports.storing import ImportedNetwork, take_checkpoint
    from iterscope_db import open_store

    if not file.is_file():
        raise CommandError(f"file {file} does not exist")
    if options.dataset is not None:
        check_dataset_name(options.dataset)
    with tempfile.TemporaryDirectory(prefix="iterscope-import-") as folder:
        tensors, target = Path(folder) / "tensors.safetensors", Path(folder) / "checkpoint.safetensors"
        opened = open_file(file, tensors)
        if opened["recognised"] is None:
            raise CommandError(f"Iterscope did not recognise a network in {file}: {'; '.join(opened['problems'])}")
        if not as_json:
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
                progress=progress,
            )
        home.mkdir(parents=True, exist_ok=True)
        with open_store(database(home)) as store:
            network = ImportedNetwork(file.name, opened, made)
            checkpoint = take_checkpoint(
                store, home, target, options.name or file.stem, imported=network, move=True
            ).checkpoint
    if as_json:
        told = {name: opened[name] for name in ("recognised", "nesting", "evidence", "open_points")}
        result = {name: made[name] for name in ("architecture", "preset", "tried", "check")}
        print_json({**checkpoint.to_dict(), **told, **result, "architecture": checkpoint.architecture})
    else:
        show_made(made)
        say(
            f"checkpoint {checkpoint.id} of run {checkpoint.run} ({checkpoint.name}) is imported; to measure it: "
            f"iterscope probe block-metrics {checkpoint.id}"
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


def show_made(made: Mapping[str, Any]) -> None:
    """Print the network's accuracy and the choices based on it."""
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
    say(
        f"normalisation {made['preset']}: accuracy {check['accuracy']:.1%} on {check['samples']} validation images "
        f"(guessing: {check['chance']:.1%})"
    )
    if check["warning"]:
        say(f"warning: {check['warning']}", error=True)
