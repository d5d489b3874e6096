"""`iterscope import`: a checkpoint of Iterscope's own, or a network of elsewhere that is recognised, checked on data and stored."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from iterscope_cli.errors import CommandError
from iterscope_cli.files import import_checkpoint
from iterscope_cli.output import print_json, print_table, progress_bar
from iterscope_cli.store import database


@dataclass(frozen=True)
class ImportOptions:
    """What people say about a file."""

    name: str | None
    dataset: str | None
    """None: the file says it itself, being Iterscope's own."""
    preset: str | None
    image_size: int | None
    class_names: tuple[str, ...] | None
    architecture: str | None

    @property
    def answers(self) -> dict[str, Any]:
        """As `iterscope.importing.make_checkpoint` takes them."""
        names = None if self.class_names is None else list(self.class_names)
        return {
            "preset": self.preset,
            "image_size": self.image_size,
            "class_names": names,
            "architecture": self.architecture,
            "check": True,
        }


def import_file(home: Path, file: Path, options: ImportOptions, *, as_json: bool) -> None:
    """Import a file of either kind. Where anything fails, nothing is left behind."""
    if is_own(file):
        import_checkpoint(home, file, options.name, as_json=as_json)
    else:
        import_foreign(home, file, options, as_json=as_json)


def is_own(file: Path) -> bool:
    """Whether it is a checkpoint that Iterscope wrote. Damaged ones count too where they say so."""
    from iterscope.checkpoints import FORMAT
    from iterscope.tensor_files import TensorFileError, read_header

    try:
        return read_header(file).metadata.get("format") == FORMAT
    except TensorFileError:
        return False


def import_foreign(home: Path, file: Path, options: ImportOptions, *, as_json: bool) -> None:
    """Open the file in a process of its own, show what was recognised, run the network on the data, and store it."""
    from iterscope.datasets.registry import absolute_name, check_dataset_name
    from iterscope.importing import make_checkpoint, open_file
    from iterscope_backend.imports.storing import ImportedNetwork, store_import
    from iterscope_db import open_store

    if not file.is_file():
        raise CommandError(f"file {file} does not exist")
    if options.dataset is not None:
        check_dataset_name(options.dataset)
    with tempfile.TemporaryDirectory(prefix="iterscope-import-") as folder:
        tensors, target = Path(folder) / "tensors.safetensors", Path(folder) / "checkpoint.safetensors"
        opened = open_file(file, tensors)
        if opened["recognised"] is None:
            raise CommandError(f"{file} holds no network that Iterscope knows: {'; '.join(opened['problems'])}")
        if not as_json:
            show_recognised(file, opened)
        if options.dataset is None:
            raise CommandError(
                f"{file} doesn't say what its network was trained on: name the data set with --data, such as cifar10 or folder:PATH"
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
            run, checkpoint = store_import(store, home, ImportedNetwork(file.name, opened, made, target), options.name)
    if as_json:
        told = {name: opened[name] for name in ("recognised", "nesting", "evidence", "open_points")}
        result = {name: made[name] for name in ("architecture", "preset", "tried", "check")}
        print_json({**checkpoint.to_dict(), **told, **result, "architecture": checkpoint.architecture})
    else:
        show_made(made)
        print(
            f"checkpoint {checkpoint.id} of run {run.id} ({checkpoint.name}) is imported: iterscope probe block-metrics {checkpoint.id}"
        )


def show_recognised(file: Path, opened: Mapping[str, Any]) -> None:
    """What the file holds, and by what it was told."""
    recognised = opened["recognised"]
    where = f", found under {opened['nesting']}" if opened["nesting"] else ""
    print(
        f"{file.name}: {recognised['name']}, {recognised['num_parameters']:,} parameters, {recognised['convention']}{where}"
    )
    for sentence in opened["evidence"]:
        print(f"  {sentence}")
    open_points = [point for point in opened["open_points"] if point["choices"]]
    for point in open_points:
        print(f"  open: {point['question']} ({', '.join(point['choices'])})")


def show_made(made: Mapping[str, Any]) -> None:
    """How the network did, and what was chosen by it."""
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
    print(
        f"normalisation {made['preset']}: {check['accuracy']:.1%} of {check['samples']} validation images are right "
        f"(guessing: {check['chance']:.1%})"
    )
    if check["warning"]:
        print(f"warning: {check['warning']}", file=sys.stderr)
