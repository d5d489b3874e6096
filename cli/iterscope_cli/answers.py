"""The answers of `iterscope probe`: computed as the service's worker does, stored where the service finds them, and printed as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

import iterscope as it
from iterscope.checkpoint_images import CheckpointImages
from iterscope.measurements import Measurement
from iterscope_backend.answers import probe_answer
from iterscope_backend.encoding import decode
from iterscope_backend.jobs.question import Question, images_of, own_data
from iterscope_backend.workers.cache import WorkerCache
from iterscope_backend.workers.messages import DatasetChoice, Done, Failed, Task, WorkerOptions
from iterscope_backend.workers.process import run_task
from iterscope_cli.errors import CommandError
from iterscope_cli.output import print_table, progress_bar, say
from iterscope_cli.store import checkpoint_named, database, home_folder
from iterscope_db import CheckpointRecord, open_store

Json = dict[str, Any]
NOT_SHOWN = {
    "probe", "checkpoint", "split", "samples", "blocks", "provenance", "per_image", "class_names", "shapes", "accuracy_interval",
    "quantiles", "gained", "lost", "order", "labels", "changed",
}  # fmt: skip
"""What a table leaves out; `--json` has it."""
MOST_NUMBERS = 12
"""A longer list doesn't fit into a cell."""


@dataclass(frozen=True)
class Answer:
    """An answer, as JSON."""

    content: bytes
    architecture: str


def ask(measurement: Measurement, checkpoint: str, options: Json, home: Path | None) -> Answer:
    """The stored answer, or a new one, which is stored if its checkpoint is. Raises CommandError, and errors of the library."""
    try:
        request = measurement.request.model_validate({"checkpoint": "latest", **options})
    except ValidationError as error:
        first = error.errors()[0]
        raise CommandError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    it.keep_freed_memory()
    folder = home_folder(home)
    path, record = checkpoint_named(folder, checkpoint)
    described = it.describe_checkpoint(path)
    images = described.images if record is None else images_of(record)
    if request.dataset is None and images.reference is None:
        raise CommandError(f"checkpoint {path} doesn't record its data set: name one with --dataset")
    choice = _dataset(images, request.dataset, folder)
    name = str(described.architecture["name"])
    if record is None:
        task = Task(str(path), measurement.name, path, described.sha256, choice, request.canonical())
        return Answer(probe_answer(_run(task, folder).result_json, checkpoint=str(path), cached=False), name)
    question = Question(measurement.name, record, choice, request.canonical(), path)
    content, cached = _stored_or_measured(question, record, folder)
    return Answer(probe_answer(content, checkpoint=record.id, cached=cached), name)


def _dataset(images: CheckpointImages, named: str | None, home: Path) -> DatasetChoice:
    if named is None and (own := own_data(images)) is not None:
        return own
    with progress_bar("reading images") as progress:
        data = images.load(named, home=home, progress=progress)
    return DatasetChoice(images, named, data.fingerprint, *images.normalisation(data))


def _stored_or_measured(question: Question, record: CheckpointRecord, home: Path) -> tuple[bytes, bool]:
    with open_store(database(home)) as store:
        if (found := store.probe_results.get(question.key)) is not None:
            return found.result_json, True
        task = question.task(question.key)
        done = _run(task, home)
        store.probe_results.put(
            question.key, question.probe, record.id, question.request, done.result_json, done.seconds
        )
        return done.result_json, False


def _run(task: Task, home: Path) -> Done:
    with progress_bar(task.probe) as progress:
        outcome = run_task(WorkerCache(WorkerOptions("cpu", home.absolute())), task, _Listener(progress))
    if isinstance(outcome, Done):
        return outcome
    raise CommandError(outcome.detail if isinstance(outcome, Failed) else "cancelled")


@dataclass
class _Listener:
    """Shows the progress of one task."""

    progress: Any

    def start(self, task: str) -> None:
        """Nothing is shown yet."""

    def __call__(self, fraction: float) -> None:
        self.progress(fraction)


def print_answer(measurement: Measurement, answer: Answer) -> None:
    """Print an answer as tables."""
    value: Json = decode(answer.content)
    told = value["provenance"]
    what = f"{value['samples']} {value['split']} images of {told['dataset']}"
    title = f"{measurement.title}: {answer.architecture} ({told['convention']}), {what}"
    for columns, rows in tables_of(value):
        print_table(title, columns, rows)
        title = ""
    if (said := infinite_values(value)) is not None:
        say(said)


def infinite_values(value: Json) -> str | None:
    """A sentence that says how many images have infinite values in which blocks or steps; None if none has."""
    counts = [
        f"{name.replace('_', ' ')} of {what} {place} ({count} images)"
        for name, entry in value.items()
        if isinstance(entry, dict) and _is_summary(entry)
        for what, places in list(_index(value, len(entry["mean"])).items())[:1]
        for place, count in zip(places, entry.get("infinite") or [], strict=False)
        if count
    ]
    return f"Infinite values, which make a mean infinite: {', '.join(counts)}" if counts else None


def tables_of(value: Json, prefix: str = "") -> Iterator[tuple[list[str], list[list[Any]]]]:
    """The tables of an answer: single values, columns of equal length, lists of records, and those of the parts inside."""
    shown = {name: entry for name, entry in value.items() if name not in NOT_SHOWN}
    single = {name: entry for name, entry in shown.items() if not isinstance(entry, list | dict) and entry is not None}
    if single:
        yield [f"{prefix}{name.replace('_', ' ')}" for name in single], [list(single.values())]
    columns = dict(_columns(shown))
    for length in dict.fromkeys(len(column) for column in columns.values()):
        chosen = {name: column for name, column in columns.items() if len(column) == length}
        index = _index(value, length)
        rows = [list(row) for row in zip(*index.values(), *chosen.values(), strict=True)]
        yield [prefix + name.replace("_", " ") for name in (*index, *chosen)], rows
    for name, entry in shown.items():
        if name != "steps" and isinstance(entry, list) and entry and all(isinstance(each, dict) for each in entry):
            yield _records(entry)
        elif isinstance(entry, dict) and not _is_summary(entry) and name != "groups":
            yield from tables_of(entry, f"{name.replace('_', ' ')}: ")


def _columns(value: Json) -> Iterator[tuple[str, Sequence[Any]]]:
    """Names and values of what has a number per block, step or exit."""
    for name, entry in value.items():
        if name in ("step", "exit_blocks", "indices"):
            continue
        if isinstance(entry, dict) and _is_summary(entry):
            if isinstance(entry["mean"], list) and entry["mean"]:
                yield name, entry["mean"]
                yield f"{name} ±", entry["std"]
        elif name == "groups":
            for group, curve in entry.items():
                yield f"{group} (n = {curve['n']}): accuracy", curve["accuracy"]
                yield f"{group}: loss", curve["loss"]
        elif isinstance(entry, list) and entry and all(isinstance(each, int | float | None) for each in entry):
            yield name, entry


def _is_summary(entry: Json) -> bool:
    return {"mean", "std"} <= entry.keys() and isinstance(entry["mean"], list)


def _index(value: Json, length: int) -> dict[str, Sequence[Any]]:
    """The columns that say what the rows of columns of this length are."""
    steps = value.get("steps")
    if isinstance(steps, list) and len(steps) == length:
        return {
            "block": [step["block"] for step in steps],
            "stage": [step["stage"] for step in steps],
            "projection": ["yes" if step["is_projection"] else "" for step in steps],
        }
    for name, shown in (("exit_blocks", "block"), ("step", "step"), ("blocks", "block"), ("indices", "image")):
        places = value.get(name)
        if isinstance(places, list) and len(places) == length:
            return {shown: [place["index"] if isinstance(place, dict) else place for place in places]}
    if isinstance(value.get("step"), list) and len(value["step"]) == length + 1:
        return {"step": value["step"][1:]}
    return {"": range(length)}


def _records(records: list[Json]) -> tuple[list[str], list[list[Any]]]:
    """A table with one row per record, without lists that are too long for a cell."""
    names = [
        name
        for name, value in records[0].items()
        if name not in NOT_SHOWN - {"blocks"} and not (isinstance(value, list) and len(value) > MOST_NUMBERS)
    ]
    rows = [[_cell(record[name]) for name in names] for record in records]
    return [name.replace("_", " ") for name in names], rows


def _cell(value: Any) -> Any:
    return ", ".join(map(_text, value)) if isinstance(value, list) else value


def _text(value: Any) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)
